//! Signed notes: text with signatures under it, as people can read and mail them (C2SP signed-note).
//!
//! Owns the form, the keys and what is signed, for notes of a log (Ed25519, type 1) and for witnesses' timestamped cosignatures
//! (type 4, C2SP tlog-cosignature). Refuses to know what the text says; [`crate::checkpoint`] does.
//!
//! # Invariants
//! - A text is handed out only together with a signature that was verified, or by a function that says `unverified`.
//! - A signature of a known key that does not verify refuses the whole note, and so does a line that is no signature's; signatures of unknown keys
//!   count for nothing, whatever is in them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// Most bytes of a note that is read: 16 signatures and a checkpoint take about two thousand.
const MAX_NOTE: usize = 64 << 10;

/// What a key's signatures are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The text itself.
    Note,
    /// The text with a time before it: a witness has seen it.
    Cosignature,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Note => 1,
            Self::Cosignature => 4,
        }
    }
}

/// Why a note is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// It is no signed note.
    #[error("this is no signed note: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// None of the signatures is by a key that is known.
    #[error("no signature is by {name}")]
    Unsigned {
        /// The key that was looked for.
        name: String,
    },
    /// A known key's signature does not fit the text.
    #[error("the signature of {name} does not fit the text")]
    WrongSignature {
        /// The key.
        name: String,
    },
    /// A key's text is none.
    #[error("this is no verifier key of the form name+hash+base64")]
    Key,
}

/// A public key with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    public: [u8; 32],
}

impl VerifierKey {
    /// A key by its parts. `None` if the name is empty or has spaces, control characters or a plus sign in it.
    #[must_use]
    pub fn new(name: &str, kind: KeyKind, public: [u8; 32]) -> Option<Self> {
        is_name(name).then(|| Self { name: name.to_owned(), kind, public })
    }

    /// Reads `name+hash+key`, the form of Go's `note` package: eight hexadecimal digits and base64.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim_end().splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = BASE64_STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let (kind, public) = key.split_first().ok_or(NoteError::Key)?;
        let kind = match kind {
            1 => KeyKind::Note,
            4 => KeyKind::Cosignature,
            _ => return Err(NoteError::Key),
        };
        let public = public.try_into().map_err(|_| NoteError::Key)?;
        let key = Self::new(name, kind, public).ok_or(NoteError::Key)?;
        if format!("{:08x}", u32::from_be_bytes(key.id())) != hash {
            return Err(NoteError::Key);
        }
        Ok(key)
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures are over.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    fn id(&self) -> [u8; 4] {
        key_id(&self.name, self.kind, &self.public)
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public).verify(message, signature).is_ok()
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = [&[self.kind.byte()], &self.public[..]].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), BASE64_STANDARD.encode(key))
    }
}

/// Whether a text can be a key's name: not empty, no spaces, control characters or plus sign in it.
fn is_name(text: &str) -> bool {
    let good = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !text.is_empty() && text.chars().all(good)
}

fn key_id(name: &str, kind: KeyKind, public: &[u8]) -> [u8; 4] {
    let hash = digest(&SHA256, &[name.as_bytes(), b"\n", &[kind.byte()], public].concat());
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

/// A private key with its name. Never printed.
pub struct SignerKey {
    verifier: VerifierKey,
    pair: Ed25519KeyPair,
}

impl SignerKey {
    /// The key that grows out of 32 random bytes (RFC 8032's private key).
    ///
    /// # Errors
    /// [`NoteError::Key`] for a name that is none.
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::Key)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        let verifier = VerifierKey::new(name, kind, public).ok_or(NoteError::Key)?;
        Ok(Self { verifier, pair })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signature line for `text`, with its newline. `time` in seconds since 1970 counts for cosignatures alone.
    #[must_use]
    pub fn line(&self, text: &str, time: u64) -> String {
        let signature = match self.verifier.kind {
            KeyKind::Note => self.pair.sign(text.as_bytes()).as_ref().to_vec(),
            KeyKind::Cosignature => {
                let signature = self.pair.sign(cosigned(text, time).as_bytes());
                [&time.to_be_bytes()[..], signature.as_ref()].concat()
            }
        };
        let bytes = [&self.verifier.id()[..], &signature].concat();
        format!("\u{2014} {} {}\n", self.verifier.name, BASE64_STANDARD.encode(bytes))
    }
}

impl std::fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignerKey({})", self.verifier)
    }
}

/// What a cosignature is over.
fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// A note whose signatures have not been looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    /// Name, key id and signature.
    signatures: Vec<(String, [u8; 4], Vec<u8>)>,
}

impl Note {
    /// Takes a note apart.
    ///
    /// # Errors
    /// [`NoteError::Malformed`].
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        let malformed = |reason| NoteError::Malformed { reason };
        if note.len() > MAX_NOTE {
            return Err(malformed("it is too long"));
        }
        if note.chars().any(|c| c.is_ascii_control() && c != '\n') {
            return Err(malformed("it has control characters in it"));
        }
        let at = note.rfind("\n\n").ok_or(malformed("it has no empty line before signatures"))?;
        let (text, lines) = note.split_at_checked(at + 1).ok_or(malformed("it ends early"))?;
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(malformed("its last line has no end"))?;
        let signature = |line: &str| {
            let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let bytes = BASE64_STANDARD.decode(signature).ok()?;
            let (id, signature) = bytes.split_first_chunk::<4>()?;
            let whole = is_name(name) && !signature.is_empty();
            whole.then(|| (name.to_owned(), *id, signature.to_vec()))
        };
        let signatures = lines.split('\n').map(signature).collect::<Option<Vec<_>>>();
        let signatures =
            signatures.ok_or(malformed("a signature line is not of the form \u{2014} name base64"))?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text if `key` has signed it.
    ///
    /// # Errors
    /// [`NoteError::Unsigned`], [`NoteError::WrongSignature`].
    pub fn verified_by(&self, key: &VerifierKey) -> Result<&str, NoteError> {
        self.signed_at(key)?.map(|_| self.text.as_str()).ok_or(NoteError::Unsigned { name: key.name.clone() })
    }

    /// When `key` has signed the text, seconds since 1970: 0 for keys that tell no time, `None` if it has not.
    ///
    /// # Errors
    /// [`NoteError::WrongSignature`].
    pub fn signed_at(&self, key: &VerifierKey) -> Result<Option<u64>, NoteError> {
        let mut signed = None;
        let by_key = self.signatures.iter().filter(|(name, id, _)| *name == key.name && *id == key.id());
        for (.., signature) in by_key {
            let wrong = || NoteError::WrongSignature { name: key.name.clone() };
            let time = match key.kind {
                KeyKind::Note => key.verifies(self.text.as_bytes(), signature).then_some(0),
                KeyKind::Cosignature => signature.split_first_chunk::<8>().and_then(|(time, signature)| {
                    let time = u64::from_be_bytes(*time);
                    key.verifies(cosigned(&self.text, time).as_bytes(), signature).then_some(time)
                }),
            };
            signed = Some(time.ok_or_else(wrong)?);
        }
        Ok(signed)
    }

    /// The text, whoever may have written it.
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signer(kind: KeyKind) -> SignerKey {
        SignerKey::from_seed("log.example/overt", kind, &[7; 32]).unwrap()
    }

    fn note(text: &str, signers: &[&SignerKey]) -> String {
        let lines = signers.iter().map(|signer| signer.line(text, 1_700_000_000));
        format!("{text}\n{}", lines.collect::<String>())
    }

    /// The example of Go's package golang.org/x/mod/sumdb/note, whose key is published in its documentation.
    #[test]
    fn gos_example_verifies() {
        let key =
            VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let signed = format!(
            "{text}\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        assert_eq!(Note::parse(&signed).unwrap().verified_by(&key).unwrap(), text);
        assert_eq!(key.to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }

    #[test]
    fn both_kinds_of_signature_hold_for_their_text_alone() {
        for kind in [KeyKind::Note, KeyKind::Cosignature] {
            let signer = signer(kind);
            let signed = note("origin\n5\nhash\n", &[&signer]);
            let read = Note::parse(&signed).unwrap();
            assert_eq!(read.verified_by(signer.verifier()).unwrap(), "origin\n5\nhash\n");
            let time = if kind == KeyKind::Cosignature { 1_700_000_000 } else { 0 };
            assert_eq!(read.signed_at(signer.verifier()).unwrap(), Some(time));
            let forged = Note::parse(&signed.replace("\n5\n", "\n6\n")).unwrap();
            assert!(matches!(forged.verified_by(signer.verifier()), Err(NoteError::WrongSignature { .. })));
        }
    }

    #[test]
    fn unknown_keys_count_for_nothing() {
        let other = SignerKey::from_seed("log.example/overt", KeyKind::Note, &[8; 32]).unwrap();
        let read = Note::parse(&note("text\n", &[&other])).unwrap();
        let known = signer(KeyKind::Note);
        assert!(matches!(read.verified_by(known.verifier()), Err(NoteError::Unsigned { .. })));
        let both = Note::parse(&note("text\n", &[&other, &known])).unwrap();
        assert!(both.verified_by(known.verifier()).is_ok());
    }

    /// C2SP signed-note: what unknown keys signed is ignored; a line that is no signature's makes the note none.
    #[test]
    fn d3_a_line_that_is_no_signature_makes_a_note_none() {
        let known = signer(KeyKind::Note);
        let signed = note("text\n", &[&known]);
        for fine in ["\u{2014} somebody AAAAAAA=", "\u{2014} some\u{e9}body AAAAAAAAAAAA"] {
            let with = format!("{signed}{fine}\n");
            assert!(Note::parse(&with).unwrap().verified_by(known.verifier()).is_ok(), "{fine}");
        }
        for bad in [
            "",
            "\u{2014}",
            "\u{2014} somebody",
            "\u{2014} somebody AAAAAA==",
            "\u{2014} somebody AAAA",
            "\u{2014} somebody AAAAAAB=",
            "- somebody AAAAAAA=",
            "\u{2014}  AAAAAAA=",
            "\u{2014} some+body AAAAAAA=",
            "\u{2014} some\u{a0}body AAAAAAA=",
            "\u{2014} somebody  AAAAAAA=",
            "\u{2014} somebody AAAAAAA= x",
            " \u{2014} somebody AAAAAAA=",
            "\u{2014} somebody AAAA_AA=",
        ] {
            assert!(
                matches!(Note::parse(&format!("{signed}{bad}\n")), Err(NoteError::Malformed { .. })),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_key_whose_hash_is_wrong_is_none() {
        let text = signer(KeyKind::Note).verifier().to_string();
        assert!(VerifierKey::parse(&text).is_ok());
        assert_eq!(VerifierKey::parse(&text.replacen('+', "x+", 1)), Err(NoteError::Key));
        for text in ["", "a+b", "a+00000000+AA==", "+00000000+AA=="] {
            assert_eq!(VerifierKey::parse(text), Err(NoteError::Key), "{text}");
        }
        for name in ["", "a b", "a+b", "a\u{a0}b", "a\n"] {
            assert!(VerifierKey::new(name, KeyKind::Note, [0; 32]).is_none(), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_looked_at(text in "\\PC{0,60}\n{0,3}[— a=]{0,20}\n?") {
            let _whatever = Note::parse(&text);
        }
    }
}
