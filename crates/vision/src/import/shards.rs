//! Weights in shards: the form in which TensorFlow.js stores them (a manifest in JSON, the numbers in binary files).
//!
//! Owns sizes, element types and the undoing of quantisation. Knows nothing of networks.
//!
//! # Invariant
//! No more numbers are made than there are bytes in the shards.

use std::collections::HashMap;
use std::rc::Rc;

use serde::Deserialize;

use super::ImportError;
use super::array::{Array, Elements, count};

/// A group of weights whose shards form one run of bytes.
#[derive(Deserialize)]
pub(super) struct Group {
    weights: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    shape: Vec<usize>,
    dtype: String,
    quantization: Option<Quantization>,
}

#[derive(Deserialize)]
struct Quantization {
    dtype: String,
    #[serde(default = "one")]
    scale: f64,
    #[serde(default)]
    min: f64,
}

fn one() -> f64 {
    1.0
}

/// All weights by name.
pub(super) struct Weights(HashMap<String, Rc<Array>>);

impl Weights {
    /// Reads the weights that `groups` describe out of `shards`: the contents of all shard files of all groups, in
    /// their order, one after the other.
    pub(super) fn read(groups: &[Group], shards: &[u8]) -> Result<Self, ImportError> {
        let mut rest = shards;
        let mut weights = HashMap::new();
        for entry in groups.iter().flat_map(|group| &group.weights) {
            let array = entry.read(&mut rest)?;
            if weights.insert(entry.name.clone(), Rc::new(array)).is_some() {
                return Err(entry.wrong("described twice"));
            }
        }
        if !rest.is_empty() {
            return Err(ImportError::ShardLength {
                found: shards.len(),
                described: shards.len() - rest.len(),
            });
        }
        Ok(Self(weights))
    }

    pub(super) fn get(&self, name: &str) -> Result<&Rc<Array>, ImportError> {
        self.0.get(name).ok_or_else(|| ImportError::MissingWeight { name: name.to_owned() })
    }

    /// Names in no particular order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Entry {
    fn wrong(&self, problem: impl Into<String>) -> ImportError {
        ImportError::Weight { name: self.name.clone(), problem: problem.into() }
    }

    fn read(&self, rest: &mut &[u8]) -> Result<Array, ImportError> {
        let count = count(&self.shape).ok_or_else(|| self.wrong(format!("absurd shape {:?}", self.shape)))?;
        let stored = self.quantization.as_ref().map_or(self.dtype.as_str(), |q| q.dtype.as_str());
        let width = match stored {
            "float32" | "int32" => 4,
            "float16" | "uint16" => 2,
            "uint8" | "bool" => 1,
            other => return Err(self.wrong(format!("unsupported element type {other}"))),
        };
        let size = count.checked_mul(width).ok_or_else(|| self.wrong("absurd size"))?;
        let Some((bytes, after)) = rest.split_at_checked(size) else {
            return Err(self.wrong(format!("needs {size} bytes, the shards have {} left", rest.len())));
        };
        *rest = after;
        let elements = match (&self.quantization, self.dtype.as_str()) {
            (None, "float32") => Elements::F32(words(bytes).map(f32::from_le_bytes).collect()),
            (None, "int32") => Elements::I32(words(bytes).map(i32::from_le_bytes).collect()),
            (None, "bool") => Elements::Bool(bytes.iter().map(|&byte| byte != 0).collect()),
            (Some(quantization), "float32") => {
                Elements::F32(self.widen(quantization, bytes)?.iter().map(|&x| x as f32).collect())
            }
            (Some(quantization), "int32") => {
                // JavaScript rounds halves up.
                Elements::I32(
                    self.widen(quantization, bytes)?.iter().map(|x| (x + 0.5).floor() as i32).collect(),
                )
            }
            (_, other) => return Err(self.wrong(format!("unsupported element type {other}"))),
        };
        Array::new(self.shape.clone(), elements).ok_or_else(|| self.wrong("shape and numbers disagree"))
    }

    /// Undoes quantisation. The arithmetic is in `f64`, as TensorFlow.js does it.
    fn widen(&self, quantization: &Quantization, bytes: &[u8]) -> Result<Vec<f64>, ImportError> {
        let Quantization { dtype, scale, min } = quantization;
        if !scale.is_finite() || !min.is_finite() {
            return Err(self.wrong("scale or minimum is not finite"));
        }
        match dtype.as_str() {
            "float16" => Ok(words(bytes).map(|word| half::f16::from_le_bytes(word).to_f64()).collect()),
            "uint8" => Ok(bytes.iter().map(|&q| f64::from(q) * scale + min).collect()),
            "uint16" => {
                Ok(words(bytes).map(|word| f64::from(u16::from_le_bytes(word)) * scale + min).collect())
            }
            other => Err(self.wrong(format!("unsupported quantisation {other}"))),
        }
    }
}

fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    bytes.as_chunks::<N>().0.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(json: &str) -> Vec<Group> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn quantised_weights_are_widened() {
        let manifest = groups(
            r#"[{"paths":["a"],"weights":[
                {"name":"u8","shape":[3],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.5,"min":-1}},
                {"name":"f16","shape":[1,2],"dtype":"float32","quantization":{"dtype":"float16","original_dtype":"float32"}},
                {"name":"i32","shape":[],"dtype":"int32"}]}]"#,
        );
        let mut bytes = vec![0, 2, 255];
        bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in IEEE half precision
        bytes.extend((-7_i32).to_le_bytes());
        let weights = Weights::read(&manifest, &bytes).unwrap();
        assert_eq!(weights.get("u8").unwrap().as_f32().unwrap(), [-1.0, 0.0, 126.5]);
        assert_eq!(weights.get("f16").unwrap().shape(), [1, 2]);
        assert_eq!(weights.get("f16").unwrap().as_f32().unwrap(), [1.0, -2.0]);
        assert_eq!(weights.get("i32").unwrap().as_int(), Some(-7));
    }

    #[test]
    fn shards_of_another_length_are_refused() {
        let manifest = groups(r#"[{"weights":[{"name":"w","shape":[2],"dtype":"float32"}]}]"#);
        assert!(matches!(Weights::read(&manifest, &[0; 7]), Err(ImportError::Weight { .. })));
        assert!(matches!(
            Weights::read(&manifest, &[0; 9]),
            Err(ImportError::ShardLength { found: 9, described: 8 })
        ));
        let absurd =
            groups(r#"[{"weights":[{"name":"w","shape":[4294967295,4294967295],"dtype":"float32"}]}]"#);
        assert!(matches!(Weights::read(&absurd, &[]), Err(ImportError::Weight { .. })));
    }
}
