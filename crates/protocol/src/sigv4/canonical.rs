//! The canonical form of a request: the bytes that both sides hash.
//!
//! Owns: SigV4's rules for path, query and headers as AWS's SDKs follow them for every service but S3. Invariant: the
//! text is built from the request and the list of signed headers alone, never from a fixed set of headers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use super::{Head, PayloadHash, SigError};

/// What is encoded in a name or value of the query: all but RFC 3986's unreserved characters.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is encoded in a path: the same, with the slashes left.
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// Builds the canonical request.
pub(super) fn request(
    head: &Head<'_>,
    signed_headers: &str,
    payload: &PayloadHash,
) -> Result<Vec<u8>, SigError> {
    let mut out = Vec::with_capacity(1024);
    for part in [head.method, &path(head.path), &query(head.query)] {
        out.extend_from_slice(part.as_bytes());
        out.push(b'\n');
    }
    for name in signed_headers.split(';') {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        push_values(&mut out, head, name)?;
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload.to_hex().as_bytes());
    Ok(out)
}

/// The values of a header, joined by commas, each without outer spaces and with inner runs of spaces as one.
fn push_values(out: &mut Vec<u8>, head: &Head<'_>, name: &str) -> Result<(), SigError> {
    let mut values = head.values(name).peekable();
    if values.peek().is_none() {
        return Err(SigError::MissingSignedHeader);
    }
    while let Some(value) = values.next() {
        let mut words = value.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            out.extend_from_slice(word);
            if words.peek().is_some() {
                out.push(b' ');
            }
        }
        if values.peek().is_some() {
            out.push(b',');
        }
    }
    Ok(())
}

/// The path as sent, without empty and dot segments, percent-encoded once more.
fn path(sent: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in sent.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    let mut normal = format!("/{}", segments.join("/"));
    let folder = ["/", "/.", "/.."].iter().any(|end| sent.ends_with(end));
    if folder && !normal.ends_with('/') {
        normal.push('/');
    }
    percent_encode(normal.as_bytes(), PATH).to_string()
}

/// The query's pairs, encoded alike and in order.
fn query(sent: &str) -> String {
    let mut pairs: Vec<(String, String)> = sent
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encode_again(name), encode_again(value))
        })
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn encode_again(text: &str) -> String {
    let plain: Vec<u8> = percent_decode_str(text).collect();
    percent_encode(&plain, QUERY).to_string()
}

#[cfg(test)]
mod tests {
    use super::{path, query};

    #[test]
    fn paths_are_made_normal_and_encoded_once_more() {
        for (sent, canonical) in [
            ("", "/"),
            ("/", "/"),
            ("/rek", "/rek"),
            ("/rek/", "/rek/"),
            ("/a%20b", "/a%2520b"),
            ("/a//b/./c/../d/.", "/a/b/d/"),
            ("/../..", "/"),
            ("/~x*", "/~x%2A"),
        ] {
            assert_eq!(path(sent), canonical, "{sent}");
        }
    }

    #[test]
    fn queries_are_sorted_and_encoded_alike() {
        assert_eq!(query(""), "");
        assert_eq!(query("b=2&a=%7e+%2f&a=1&c"), "a=1&a=~%2B%2F&b=2&c=");
    }
}
