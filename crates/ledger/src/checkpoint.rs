//! Checkpoints: the size and root of a log at a moment, as a note's text (C2SP tlog-checkpoint).

use crate::hash::Hash;
use crate::note::{Note, NoteError, SignerKey, VerifierKey};

/// A tree's size and root, and which log's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// The note: the text under the log's signature.
    #[must_use]
    pub fn sign(&self, key: &SignerKey) -> String {
        let text = self.text();
        let line = key.line(&text, 0);
        format!("{text}\n{line}")
    }

    /// Reads a note that `key` has signed, for the log that the key is named after.
    ///
    /// # Errors
    /// [`NoteError`]: no note, no checkpoint, another log's, or not signed by the key.
    pub fn verify(note: &str, key: &VerifierKey) -> Result<Self, NoteError> {
        let checkpoint = Self::parse(Note::parse(note)?.verified_by(key)?)?;
        if checkpoint.origin != key.name() {
            return Err(NoteError::Malformed { reason: "it is the checkpoint of another log" });
        }
        Ok(checkpoint)
    }

    /// Reads the text of a checkpoint. Lines after the third are extensions and are not looked at.
    ///
    /// # Errors
    /// [`NoteError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let malformed = |reason| NoteError::Malformed { reason };
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty()).ok_or(malformed("it names no log"))?;
        let size = lines.next().filter(|size| *size == "0" || !size.starts_with(['0', '+']));
        let size = size.and_then(|size| size.parse().ok()).filter(|size| *size < 1 << 62);
        let size = size.ok_or(malformed("its second line is no size"))?;
        let root = lines.next().and_then(Hash::parse).ok_or(malformed("its third line is no hash"))?;
        if lines.next_back() != Some("") {
            return Err(malformed("its last line has no end"));
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::KeyKind;

    /// The example of C2SP tlog-cosignature.
    const EXAMPLE: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_specifications_example_is_read_and_written() {
        let checkpoint = Checkpoint::parse(EXAMPLE).unwrap();
        assert_eq!((checkpoint.size, checkpoint.text().as_str()), (20_852_163, EXAMPLE));
        assert_eq!(Checkpoint::parse(&format!("{EXAMPLE}extension\n")).unwrap(), checkpoint);
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        for text in [
            String::new(),
            format!("\n1\n{hash}\n"),
            format!("a\n01\n{hash}\n"),
            format!("a\n+1\n{hash}\n"),
            format!("a\n-1\n{hash}\n"),
            format!("a\n18446744073709551616\n{hash}\n"),
            format!("a\n1\n{hash}"),
            "a\n1\nAAAA\n".to_owned(),
            "a\n1\n".to_owned(),
        ] {
            assert!(Checkpoint::parse(&text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_checkpoint_is_believed_for_its_own_log_alone() {
        let key = SignerKey::from_seed("here.example", KeyKind::Note, &[1; 32]).unwrap();
        let checkpoint =
            |origin: &str| Checkpoint { origin: origin.to_owned(), size: 3, root: Hash::of_nothing() };
        let here = checkpoint("here.example");
        assert_eq!(Checkpoint::verify(&here.sign(&key), key.verifier()).unwrap(), here);
        assert!(Checkpoint::verify(&checkpoint("there.example").sign(&key), key.verifier()).is_err());
    }
}
