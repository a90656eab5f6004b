//! The part of Python's pickle format that a file of tensors needs, read as data.
//!
//! Owns a small stack machine that builds values of the closed list [`Value`]. A pickle is a program; this one can name
//! nothing but the three things of [`Global`] and call nothing but [`Value::Tensor`]'s and an empty dictionary's making.
//!
//! # Invariants
//! - Nothing is executed: an instruction or a name outside of the lists is refused.
//! - A pickle has at most [`MAX_PICKLE`] bytes, each instruction makes at most one value, and values are nested at most
//!   [`MAX_DEPTH`] deep, so memory and stack stay bounded. Nothing is walked through a second time, so that time is as well.

use std::collections::HashMap;
use std::rc::Rc;

use super::ImportError;

/// Longest pickle that is read, bytes. The one of EfficientNet-Lite2 has 56 thousand; numbers are stored outside of it.
const MAX_PICKLE: usize = 1 << 20;

/// Deepest nesting of tuples and lists.
const MAX_DEPTH: usize = 8;

/// What a pickle may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    /// `collections.OrderedDict`.
    Dictionary,
    /// `torch._utils._rebuild_tensor_v2`.
    Tensor,
    /// `torch.FloatStorage`.
    Floats,
    /// `torch.LongStorage`.
    Longs,
}

/// A value on the machine's stack.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i128),
    Text(Rc<str>),
    /// A tuple, and how deep its nesting goes.
    Tuple(Rc<[Value]>, usize),
    List(Vec<Value>),
    Dictionary(Vec<(Value, Value)>),
    Global(Global),
    /// A persistent id: numbers stored outside of the pickle. And how deep its nesting goes.
    Outside(Rc<[Value]>, usize),
    /// The arguments of a tensor: storage, offset, size, strides and what else it was given. And how deep their nesting goes.
    Tensor(Rc<[Value]>, usize),
    /// A dictionary or list that the memo would hand out a second time: nobody reads one twice.
    Opaque,
}

/// The value of the pickle at the beginning of `bytes`, and what comes after it.
pub(super) fn read(bytes: &[u8]) -> Result<(Value, &[u8]), ImportError> {
    let mut machine = Machine { rest: bytes, stack: Vec::new(), marks: Vec::new(), memo: HashMap::new() };
    loop {
        if bytes.len() - machine.rest.len() > MAX_PICKLE {
            return Err(ImportError::TooLarge { what: "a pickle (bytes)", limit: MAX_PICKLE });
        }
        if machine.step()? {
            let value = machine.pop()?;
            return Ok((value, machine.rest));
        }
    }
}

fn broken(problem: impl Into<String>) -> ImportError {
    ImportError::Model { problem: format!("the pickle is not that of tensors: {}", problem.into()) }
}

struct Machine<'b> {
    rest: &'b [u8],
    stack: Vec<Value>,
    /// Heights of the stack at which a tuple, a list or pairs begin.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
}

impl<'b> Machine<'b> {
    /// One instruction; whether it was the last.
    fn step(&mut self) -> Result<bool, ImportError> {
        let [code] = self.array()?;
        match code {
            0x80 => {
                let [version] = self.array()?;
                if version != 2 {
                    return Err(broken(format!("protocol {version}")));
                }
            }
            b'.' => return Ok(true),
            b'(' => self.marks.push(self.stack.len()),
            b'N' => self.stack.push(Value::None),
            0x88 => self.stack.push(Value::Bool(true)),
            0x89 => self.stack.push(Value::Bool(false)),
            b'K' => {
                let [value] = self.array()?;
                self.stack.push(Value::Int(value.into()));
            }
            b'M' => {
                let value = u16::from_le_bytes(self.array()?);
                self.stack.push(Value::Int(value.into()));
            }
            b'J' => {
                let value = i32::from_le_bytes(self.array()?);
                self.stack.push(Value::Int(value.into()));
            }
            0x8a => self.long()?,
            b'X' => {
                let length = u32::from_le_bytes(self.array()?) as usize;
                let text =
                    std::str::from_utf8(self.take(length)?).map_err(|_| broken("a text is not UTF-8"))?;
                self.stack.push(Value::Text(text.into()));
            }
            b'c' => {
                let global = (self.line()?, self.line()?);
                self.stack.push(Value::Global(match global {
                    (b"collections", b"OrderedDict") => Global::Dictionary,
                    (b"torch._utils", b"_rebuild_tensor_v2") => Global::Tensor,
                    (b"torch", b"FloatStorage") => Global::Floats,
                    (b"torch", b"LongStorage") => Global::Longs,
                    (module, name) => {
                        let [module, name] = [module, name].map(String::from_utf8_lossy);
                        return Err(broken(format!("it names {module}.{name}")));
                    }
                }));
            }
            b'q' | b'r' => {
                let key = self.key(code == b'q')?;
                let value = match self.stack.last().ok_or_else(|| broken("nothing to remember"))? {
                    Value::Dictionary(_) | Value::List(_) => Value::Opaque,
                    value => value.clone(),
                };
                self.memo.insert(key, value);
            }
            b'h' | b'j' => {
                let key = self.key(code == b'h')?;
                let value =
                    self.memo.get(&key).ok_or_else(|| broken("it recalls what was never remembered"))?;
                self.stack.push(value.clone());
            }
            b'}' => self.stack.push(Value::Dictionary(Vec::new())),
            b']' => self.stack.push(Value::List(Vec::new())),
            b')' => self.tuple(Vec::new())?,
            b't' => {
                let values = self.marked()?;
                self.tuple(values)?;
            }
            0x85..=0x87 => {
                let at = self.stack.len().checked_sub(usize::from(code - 0x84));
                let values = self.stack.split_off(at.ok_or_else(|| broken("a tuple of too little"))?);
                self.tuple(values)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.pairs(vec![key, value])?;
            }
            b'u' => {
                let values = self.marked()?;
                self.pairs(values)?;
            }
            b'e' => {
                let values = self.marked()?;
                match self.stack.last_mut() {
                    Some(Value::List(list)) if values.iter().all(is_plain) => list.extend(values),
                    _ => return Err(broken("it appends to what is no list of plain values")),
                }
            }
            b'Q' => {
                let Value::Tuple(parts, depth) = self.pop()? else {
                    return Err(broken("a strange persistent id"));
                };
                self.stack.push(Value::Outside(parts, depth));
            }
            b'R' => self.call()?,
            b'b' => {
                // torch hangs its own notes on the dictionary (`_metadata`); they say nothing of the numbers.
                self.pop()?;
                if !matches!(self.stack.last(), Some(Value::Dictionary(_))) {
                    return Err(broken("it sets the state of something else than a dictionary"));
                }
            }
            other => return Err(broken(format!("instruction 0x{other:02x}"))),
        }
        Ok(false)
    }

    fn call(&mut self) -> Result<(), ImportError> {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let made = match (callable, arguments) {
            (Value::Global(Global::Dictionary), Value::Tuple(parts, _)) if parts.is_empty() => {
                Value::Dictionary(Vec::new())
            }
            (Value::Global(Global::Tensor), Value::Tuple(parts, depth)) => Value::Tensor(parts, depth),
            _ => return Err(broken("it calls something else than a tensor's or a dictionary's making")),
        };
        self.stack.push(made);
        Ok(())
    }

    fn long(&mut self) -> Result<(), ImportError> {
        let [length] = self.array()?;
        let bytes = self.take(usize::from(length))?;
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut value = [if negative { 0xff } else { 0 }; 16];
        value
            .get_mut(..bytes.len())
            .ok_or_else(|| broken("a number of more than 16 bytes"))?
            .copy_from_slice(bytes);
        self.stack.push(Value::Int(i128::from_le_bytes(value)));
        Ok(())
    }

    fn tuple(&mut self, values: Vec<Value>) -> Result<(), ImportError> {
        let depth = values.iter().map(depth).max().unwrap_or_default() + 1;
        if depth > MAX_DEPTH {
            return Err(ImportError::TooLarge { what: "a pickle's nesting", limit: MAX_DEPTH });
        }
        self.stack.push(Value::Tuple(values.into(), depth));
        Ok(())
    }

    fn pairs(&mut self, values: Vec<Value>) -> Result<(), ImportError> {
        let mut values = values.into_iter();
        let Some(Value::Dictionary(pairs)) = self.stack.last_mut() else {
            return Err(broken("it sets an entry of what is no dictionary"));
        };
        while let Some(key) = values.next() {
            let value = values.next().ok_or_else(|| broken("a key without a value"))?;
            // Dictionaries inside of dictionaries are notes of torch and of no use.
            let value = if is_container(&value) { Value::Opaque } else { value };
            pairs.push((key, value));
        }
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, ImportError> {
        let above = self.marks.last().copied().unwrap_or_default();
        if self.stack.len() <= above {
            return Err(broken("it takes more than there is"));
        }
        self.stack.pop().ok_or_else(|| broken("it takes more than there is"))
    }

    /// Everything above the last mark.
    fn marked(&mut self) -> Result<Vec<Value>, ImportError> {
        let at = self.marks.pop().filter(|&at| at <= self.stack.len());
        Ok(self.stack.split_off(at.ok_or_else(|| broken("a mark is missing"))?))
    }

    fn key(&mut self, short: bool) -> Result<u32, ImportError> {
        if short {
            let [key] = self.array()?;
            return Ok(key.into());
        }
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn line(&mut self) -> Result<&'b [u8], ImportError> {
        let end = self.rest.iter().take(256).position(|&byte| byte == b'\n');
        let line = self.take(end.ok_or_else(|| broken("a name without an end"))?)?;
        self.take(1)?;
        Ok(line)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ImportError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(|| broken("it ends early"))?;
        self.rest = rest;
        Ok(*array)
    }

    fn take(&mut self, length: usize) -> Result<&'b [u8], ImportError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(|| broken("it ends early"))?;
        self.rest = rest;
        Ok(taken)
    }
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::Dictionary(_) | Value::List(_))
}

fn is_plain(value: &Value) -> bool {
    matches!(value, Value::None | Value::Bool(_) | Value::Int(_) | Value::Text(_))
}

/// How deep a value's nesting goes. Known beforehand for what has parts: a value that is recalled again and again would else be walked through each time.
fn depth(value: &Value) -> usize {
    match value {
        Value::Tuple(_, depth) | Value::Outside(_, depth) | Value::Tensor(_, depth) => *depth,
        // A tensor is given an empty one; others have no place in a tuple.
        Value::Dictionary(pairs) if !pairs.is_empty() => MAX_DEPTH,
        Value::List(list) if !list.is_empty() => MAX_DEPTH,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_are_read_and_the_rest_is_left() {
        let (value, rest) = read(b"\x80\x02(X\x01\x00\x00\x00aK\x05J\xff\xff\xff\xff\x88Nt.rest").unwrap();
        let expected =
            [Value::Text("a".into()), Value::Int(5), Value::Int(-1), Value::Bool(true), Value::None];
        assert_eq!(value, Value::Tuple(expected.into(), 1));
        assert_eq!(rest, b"rest");
        let (magic, _) = read(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.").unwrap();
        assert_eq!(magic, Value::Int(0x1950_a86a_20f9_469c_fc6c));
        assert_eq!(read(b"\x8a\x01\xff.").unwrap().0, Value::Int(-1));
    }

    #[test]
    fn nothing_is_called_and_nothing_else_named() {
        for program in [
            b"cos\nsystem\n(X\x02\x00\x00\x00lstR.".as_slice(),
            b"ctorch\nload\n.",
            b"c__builtin__\neval\n.",
            b"K\x01)R.",
            b"ccollections\nOrderedDict\nK\x01\x85R.",
            b"\x80\x04N.",
            b"(K\x01i.",
        ] {
            assert!(matches!(read(program), Err(ImportError::Model { .. })), "{program:?}");
        }
    }

    #[test]
    fn what_is_cut_off_or_endless_is_refused() {
        let whole = b"\x80\x02(X\x01\x00\x00\x00aK\x05t.";
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        assert!(read(b"t.").is_err());
        assert!(read(b"0.").is_err());
        assert!(read(b"h\x00.").is_err());
        // A mark guards what lies below it.
        assert!(read(b"N(s.").is_err());
        let deep = [b"N".as_slice(), &[0x85; 9], b"."].concat();
        assert!(matches!(read(&deep), Err(ImportError::TooLarge { .. })));
        let deep = [b"N".as_slice(), &[0x85, b'Q'].repeat(9), b"."].concat();
        assert!(matches!(read(&deep), Err(ImportError::TooLarge { .. })), "persistent ids count as well");
        let long = vec![b'N'; MAX_PICKLE + 2];
        assert!(matches!(read(&long), Err(ImportError::TooLarge { .. })));
    }
}
