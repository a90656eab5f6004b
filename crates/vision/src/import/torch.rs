//! Tensors out of the file that `torch.save` wrote before it wrote archives: five pickles, then the numbers.
//!
//! Owns that file's form. The pickles are read by [`super::pickle`], which runs nothing; what the tensors are for, others
//! know.
//!
//! # Invariants
//! - No more numbers are made than the file has bytes, whatever its tensors claim: a storage is given to one tensor only.
//! - A tensor that does not lie within its numbers, or leaves some of them out, is refused.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::ImportError;
use super::array::{Array, Elements, count, gather};
use super::pickle::{self, Global, Value};

/// What every such file begins with.
const MAGIC: i128 = 0x1950_a86a_20f9_469c_fc6c;

/// Version of the form.
const PROTOCOL: i128 = 1001;

/// Named tensors, taken one by one.
pub(super) struct Tensors {
    arrays: BTreeMap<String, Array>,
}

/// Where a tensor's numbers lie.
struct Wanted {
    name: String,
    kind: Global,
    shape: Vec<usize>,
    /// How far apart, in numbers, neighbours along each axis are stored.
    strides: Vec<usize>,
}

impl Tensors {
    /// Reads a whole file.
    pub(super) fn read(file: &[u8]) -> Result<Self, ImportError> {
        let (magic, rest) = pickle::read(file)?;
        let (protocol, rest) = pickle::read(rest)?;
        if (magic, protocol) != (Value::Int(MAGIC), Value::Int(PROTOCOL)) {
            return Err(broken("it does not begin as one"));
        }
        let (system, rest) = pickle::read(rest)?;
        if !is_little_endian(&system) {
            return Err(broken("its numbers are not little-endian"));
        }
        let (tensors, rest) = pickle::read(rest)?;
        let Value::Dictionary(tensors) = tensors else {
            return Err(broken("it holds no dictionary of tensors"));
        };
        let mut wanted: HashMap<Rc<str>, Wanted> = HashMap::new();
        for (name, tensor) in tensors {
            let (Value::Text(name), Value::Tensor(parts, _)) = (name, tensor) else {
                return Err(broken("an entry is no tensor with a name"));
            };
            let (key, tensor) = described(&name, &parts)?;
            if wanted.insert(key, tensor).is_some() {
                return Err(broken("two tensors share their numbers"));
            }
        }
        let (keys, mut rest) = pickle::read(rest)?;
        let Value::List(keys) = keys else { return Err(broken("the list of its numbers is missing")) };
        let mut arrays = BTreeMap::new();
        for key in keys {
            let Value::Text(key) = key else { return Err(broken("a strange key")) };
            let tensor = wanted.remove(&key).ok_or_else(|| broken("numbers without a tensor"))?;
            let array = tensor.numbers(&mut rest)?;
            if arrays.insert(tensor.name, array).is_some() {
                return Err(broken("two tensors have the same name"));
            }
        }
        if !wanted.is_empty() || !rest.is_empty() {
            return Err(broken("tensors without numbers, or numbers without tensors"));
        }
        Ok(Self { arrays })
    }

    /// Takes the `f32` tensor `name`, which must have the shape `shape`.
    pub(super) fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ImportError> {
        let array =
            self.arrays.remove(name).ok_or_else(|| ImportError::MissingWeight { name: name.to_owned() })?;
        match array.as_f32() {
            Some(numbers) if array.shape() == shape => Ok(numbers.to_vec()),
            _ => Err(weight(name, format!("has the shape {:?}, the network needs {shape:?}", array.shape()))),
        }
    }

    /// Names of the tensors that nobody took.
    pub(super) fn left(&self) -> impl Iterator<Item = &str> {
        self.arrays.keys().map(String::as_str)
    }
}

impl Wanted {
    /// Its numbers, off the front of `rest`: how many (eight bytes), then they themselves.
    fn numbers(&self, rest: &mut &[u8]) -> Result<Array, ImportError> {
        let short = || weight(&self.name, "its numbers end early");
        let (length, numbers) = rest.split_first_chunk().ok_or_else(short)?;
        let length = usize::try_from(i64::from_le_bytes(*length)).ok();
        if count(&self.shape) != length {
            return Err(weight(&self.name, "has other numbers than its shape says"));
        }
        let size = if self.kind == Global::Floats { 4 } else { 8 };
        let bytes = length.and_then(|length| length.checked_mul(size)).ok_or_else(short)?;
        let (numbers, after) = numbers.split_at_checked(bytes).ok_or_else(short)?;
        *rest = after;
        let elements = match self.kind {
            Global::Floats => {
                let stored: Vec<f32> =
                    numbers.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
                Elements::F32(gather(&stored, &self.shape, &self.strides))
            }
            _ => {
                let stored: Vec<i64> =
                    numbers.as_chunks().0.iter().map(|&bytes| i64::from_le_bytes(bytes)).collect();
                Elements::I64(gather(&stored, &self.shape, &self.strides))
            }
        };
        if matches!(&elements, Elements::F32(numbers) if numbers.iter().any(|number| !number.is_finite())) {
            return Err(weight(&self.name, "has numbers that are not finite"));
        }
        Array::new(self.shape.clone(), elements).ok_or_else(short)
    }
}

/// A tensor's key among the numbers and its shape, out of `(storage, offset, size, strides, …)`.
fn described(name: &str, parts: &[Value]) -> Result<(Rc<str>, Wanted), ImportError> {
    let strange = || weight(name, "is described in an unknown way");
    let [Value::Outside(storage, _), Value::Int(0), Value::Tuple(size, _), Value::Tuple(strides, _), ..] =
        parts
    else {
        return Err(strange());
    };
    let [
        Value::Text(what),
        Value::Global(kind),
        Value::Text(key),
        Value::Text(_),
        Value::Int(_),
        Value::None,
    ] = &**storage
    else {
        return Err(strange());
    };
    if &**what != "storage" || !matches!(kind, Global::Floats | Global::Longs) {
        return Err(strange());
    }
    let lengths = |values: &[Value]| -> Option<Vec<usize>> {
        values
            .iter()
            .map(|value| if let Value::Int(n) = value { usize::try_from(*n).ok() } else { None })
            .collect()
    };
    let (shape, strides) = (lengths(size).ok_or_else(strange)?, lengths(strides).ok_or_else(strange)?);
    // The last number lies where the last of each axis does.
    let last = shape.iter().zip(&strides).try_fold(0_usize, |last, (length, stride)| {
        last.checked_add(length.saturating_sub(1).checked_mul(*stride)?)
    });
    let numbers = count(&shape).ok_or_else(strange)?;
    let extent = last.and_then(|last| last.checked_add(1));
    if shape.len() != strides.len() || extent != Some(numbers.max(1)) {
        return Err(weight(name, "does not lie without gaps"));
    }
    Ok((Rc::clone(key), Wanted { name: name.to_owned(), kind: *kind, shape, strides }))
}

fn is_little_endian(system: &Value) -> bool {
    let Value::Dictionary(entries) = system else { return false };
    let key = Value::Text("little_endian".into());
    entries.iter().any(|(name, value)| *name == key && *value == Value::Bool(true))
}

fn broken(problem: &str) -> ImportError {
    ImportError::Model { problem: format!("not a file of torch tensors: {problem}") }
}

fn weight(name: &str, problem: impl Into<String>) -> ImportError {
    ImportError::Weight { name: name.to_owned(), problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}(X\x0d\x00\x00\x00little_endian\x88u.";

    /// A file with the tensor `w` of shape `[2, 2]` with these strides.
    fn file(strides: [u8; 2], numbers: &[f32]) -> Vec<u8> {
        let mut file = HEAD.to_vec();
        file.extend(b"\x80\x02ccollections\nOrderedDict\n)R(X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x00kX\x03\x00\x00\x00cpuK\x04NtQK\x00K\x02K\x02\x86");
        file.extend([b'K', strides[0], b'K', strides[1], 0x86]);
        file.extend(b"\x89ccollections\nOrderedDict\n)RtRu.\x80\x02](X\x01\x00\x00\x00ke.");
        file.extend((numbers.len() as i64).to_le_bytes());
        file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        file
    }

    #[test]
    fn a_tensor_is_read_and_taken_once() {
        let mut tensors = Tensors::read(&file([2, 1], &[1.0, 2.0, 3.0, 4.0])).unwrap();
        assert_eq!(tensors.left().collect::<Vec<_>>(), ["w"]);
        assert_eq!(tensors.take("w", &[2, 2]).unwrap(), [1.0, 2.0, 3.0, 4.0]);
        assert!(matches!(tensors.take("w", &[2, 2]), Err(ImportError::MissingWeight { .. })));
        let mut tensors = Tensors::read(&file([1, 2], &[1.0, 2.0, 3.0, 4.0])).unwrap();
        assert_eq!(tensors.take("w", &[2, 2]).unwrap(), [1.0, 3.0, 2.0, 4.0], "stored column by column");
        let mut tensors = Tensors::read(&file([2, 1], &[1.0, 2.0, 3.0, 4.0])).unwrap();
        assert!(matches!(tensors.take("w", &[4]), Err(ImportError::Weight { .. })));
    }

    #[test]
    fn strides_beyond_all_numbers_are_refused() {
        let file = file([2, 1], &[0.0; 4]);
        let at = file.windows(6).position(|part| part == b"K\x02K\x01\x86\x89").unwrap();
        // The largest number of eight bytes, as a stride between two numbers: one after the last has no place.
        let stride = [b"\x8a\x09".as_slice(), &[0xff; 8], b"\0"].concat();
        let shape = [&file[..at - 5], b"K\x02K\x01\x86"].concat();
        let file = [shape.as_slice(), &stride, b"K\x01\x86", &file[at + 5..]].concat();
        assert!(matches!(Tensors::read(&file), Err(ImportError::Weight { .. })));
    }

    #[test]
    fn other_files_and_other_numbers_are_refused() {
        assert!(matches!(Tensors::read(&file([2, 2], &[0.0; 4])), Err(ImportError::Weight { .. })));
        assert!(matches!(Tensors::read(&file([2, 1], &[0.0; 3])), Err(ImportError::Weight { .. })));
        assert!(matches!(Tensors::read(&file([2, 1], &[f32::NAN; 4])), Err(ImportError::Weight { .. })));
        let whole = file([2, 1], &[0.0; 4]);
        for end in 0..whole.len() {
            assert!(Tensors::read(&whole[..end]).is_err(), "{end}");
        }
        assert!(Tensors::read(&[whole.as_slice(), b"more"].concat()).is_err());
        assert!(Tensors::read(b"PK\x03\x04").is_err());
    }
}
