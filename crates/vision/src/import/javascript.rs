//! TensorFlow.js models that a package carries as JavaScript: the model as an object literal, its shards as texts in
//! base64, each the one export of a module.
//!
//! Owns the way from such a module to JSON and to bytes. It reads data and runs nothing: what is no plain literal (a name
//! that is no key, a call, an operator, an escape) is refused.

use base64::Engine as _;

use super::{ImportError, MAX_JSON};

/// What stands before a module's export.
const EXPORT: &[u8] = b".exports=";

/// The JSON of the object literal that `module` exports.
pub(super) fn object(module: &[u8]) -> Result<Vec<u8>, ImportError> {
    let mut rest = exported(module, b'{')?;
    let mut json = Vec::new();
    let mut depth = 0_usize;
    loop {
        let (&first, after) = rest.split_first().ok_or_else(|| broken("it ends inside of its object"))?;
        let taken = match first {
            b'"' => text(rest)?.len(),
            b'!' => 2,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$' => {
                run(rest, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
            }
            b'0'..=b'9' | b'.' | b'-' => {
                run(rest, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'))
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => return Err(broken("a character that no literal has")),
        };
        let (token, remaining) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
        match first {
            b'!' => json.extend_from_slice(match token {
                b"!0" => b"true".as_slice(),
                b"!1" => b"false",
                _ => return Err(broken("an operator")),
            }),
            b'"' | b',' | b':' => json.extend_from_slice(token),
            b'{' | b'[' => {
                depth += 1;
                json.push(first);
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                json.push(first);
            }
            b'.' => json.extend([b"0", token].concat()),
            b'-' if after.first() == Some(&b'.') => {
                json.extend([b"-0".as_slice(), token.get(1..).unwrap_or_default()].concat());
            }
            b'-' | b'0'..=b'9' => json.extend_from_slice(token),
            _ if remaining.first() == Some(&b':') => json.extend([b"\"", token, b"\""].concat()),
            _ => return Err(broken("a name that is no key")),
        }
        if json.len() > MAX_JSON {
            return Err(ImportError::TooLarge { what: "a model in JavaScript (bytes)", limit: MAX_JSON });
        }
        rest = remaining;
        if depth == 0 {
            return Ok(json);
        }
    }
}

/// The bytes of the text that `module` exports.
pub(super) fn shard(module: &[u8]) -> Result<Vec<u8>, ImportError> {
    let text = text(exported(module, b'"')?)?;
    let inner = text.get(1..text.len() - 1).unwrap_or_default();
    base64::engine::general_purpose::STANDARD.decode(inner).map_err(|_| broken("its text is no base64"))
}

/// `module` from the value on that it exports, which begins with `first`.
fn exported(module: &[u8], first: u8) -> Result<&[u8], ImportError> {
    let mark = [EXPORT, &[first]].concat();
    let at = module.windows(mark.len()).position(|window| window == mark);
    let at = at.ok_or_else(|| broken("it exports nothing of that kind"))?;
    Ok(module.get(at + EXPORT.len()..).unwrap_or_default())
}

/// The text at the beginning of `rest`, with its quotes.
fn text(rest: &[u8]) -> Result<&[u8], ImportError> {
    let end = rest.iter().skip(1).position(|&byte| matches!(byte, b'"' | b'\\' | b'\n'));
    match end.and_then(|end| rest.get(..end + 2)) {
        Some(text) if text.ends_with(b"\"") => Ok(text),
        _ => Err(broken("a text with an escape or without an end")),
    }
}

fn run(rest: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    rest.iter().position(|&byte| !belongs(byte)).unwrap_or(rest.len())
}

fn broken(problem: &str) -> ImportError {
    ImportError::Model { problem: format!("not a module with a plain value: {problem}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_becomes_json() {
        let module = b"!function(){x.exports=f()}({1:[function(a,b,c){b.exports={a:\"x/y: z\",b:[!0,!1,-.5,.25,1e-3,{c:-2}]}},{}]})";
        assert_eq!(
            object(module).unwrap(),
            b"{\"a\":\"x/y: z\",\"b\":[true,false,-0.5,0.25,1e-3,{\"c\":-2}]}"
        );
        assert_eq!(shard(b"(m){m.exports=\"AQID\"},{}").unwrap(), [1, 2, 3]);
    }

    #[test]
    fn what_is_no_plain_value_is_refused() {
        for module in [
            b"m.exports={a:f()}".as_slice(),
            b"m.exports={a:b}",
            b"m.exports={a:!x}",
            b"m.exports={a:\"\\x41\"}",
            b"m.exports={a:1+1;}",
            b"m.exports={a:'x'}",
            b"m.exports={a:1",
            b"m.exports=f({a:1})",
            b"m.exports={a:`x`}",
        ] {
            assert!(object(module).is_err(), "{}", String::from_utf8_lossy(module));
        }
        assert!(shard(b"m.exports=\"A*==\"").is_err());
        assert!(shard(b"m.exports=\"AQID").is_err());
        assert!(shard(b"m.exports=\"").is_err());
    }
}
