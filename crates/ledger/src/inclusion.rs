//! A proof that somebody can keep: this entry stands at this number of a log (C2SP tlog-proof).
//!
//! Owns the form of the file, how it is made out of a log's tiles, and its verification, which needs the file, the entry and the
//! log's key, no log and no network. Refuses to know what the entry says.
//!
//! # Invariants
//! - A proof that was made here has been verified here: what a damaged log gives is an error and no file.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::{Note, VerifierKey};
use crate::proof;
use crate::source::{Source, Tiles};
use crate::verify::{Problem, Verified, checkpoint_of, witnesses_under};

/// The first line.
const FORM: &str = "c2sp.org/tlog-proof@v1";
/// Most bytes of a file that is read: 63 hashes, a checkpoint and its signatures, and something extra.
pub const MAX_PROOF_FILE: usize = 128 << 10;
/// Most hashes: a log has fewer than 2^63 entries.
const MAX_HASHES: usize = 63;

/// The proof of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The entry's number.
    pub index: u64,
    /// The hashes, the leaf's sibling first.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, as it was published.
    pub note: String,
    /// What somebody wrote beside it. Nobody has signed this.
    pub extra: Vec<u8>,
}

impl InclusionProof {
    /// Makes the proof of entry `index` out of a log's files; the entry comes with it. `None` if the log does not reach that far.
    ///
    /// # Errors
    /// [`Problem`]: also when the files do not prove it.
    pub fn make(
        source: &dyn Source,
        key: &VerifierKey,
        index: u64,
    ) -> Result<Option<(Self, Vec<u8>)>, Problem> {
        let (note, checkpoint) = checkpoint_of(source, key)?;
        let mut tiles = Tiles::new(source, checkpoint.size);
        let (Some(hashes), Some(entry)) =
            (proof::inclusion(&mut tiles, index, checkpoint.size)?, tiles.entry(index)?)
        else {
            return Ok(None);
        };
        let made = Self { index, hashes, note, extra: Vec::new() };
        made.verify(&entry, key, &[])?;
        Ok(Some((made, entry)))
    }

    /// Reads a file. `None` for anything but a proof in the form of the specification.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_PROOF_FILE {
            return None;
        }
        let rest = text.strip_prefix(FORM)?.strip_prefix('\n')?;
        let (head, note) = rest.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let mut line = lines.next()?;
        let mut extra = Vec::new();
        if let Some(encoded) = line.strip_prefix("extra ") {
            extra = BASE64_STANDARD.decode(encoded).ok()?;
            line = lines.next()?;
        }
        let index = line.strip_prefix("index ")?;
        let canonical = index == "0" || index.starts_with(|c: char| c.is_ascii_digit() && c != '0');
        let index = index.parse().ok().filter(|_| canonical)?;
        let hashes: Vec<Hash> = lines.map(Hash::parse).collect::<Option<_>>()?;
        (hashes.len() <= MAX_HASHES).then(|| Self { index, hashes, note: note.to_owned(), extra })
    }

    /// Whether `entry` is what the proof is about, in the log of `key`. Tells the checkpoint that it is under, and which of `witnesses`
    /// have cosigned that.
    ///
    /// # Errors
    /// [`Problem::Checkpoint`], [`Problem::NotProved`].
    pub fn verify(
        &self,
        entry: &[u8],
        key: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<Verified, Problem> {
        let checkpoint = Checkpoint::verify(&self.note, key)?;
        let witnessed = witnesses_under(&Note::parse(&self.note)?, witnesses)?;
        let leaf = Hash::of_leaf(entry);
        if !proof::includes(leaf, self.index, checkpoint.size, &self.hashes, checkpoint.root) {
            return Err(Problem::NotProved { index: self.index });
        }
        Ok(Verified { checkpoint, witnessed })
    }
}

impl std::fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{FORM}")?;
        if !self.extra.is_empty() {
            writeln!(f, "extra {}", BASE64_STANDARD.encode(&self.extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{hash}")?;
        }
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Log;
    use crate::note::{KeyKind, SignerKey};
    use crate::source::Folder;

    fn key() -> SignerKey {
        SignerKey::from_seed("log.example", KeyKind::Note, &[4; 32]).unwrap()
    }

    fn log(folder: &std::path::Path, entries: u64) -> Folder {
        let log = Log::open(folder, key()).unwrap();
        for number in 0..entries {
            log.append(format!("entry {number}").as_bytes()).unwrap();
        }
        log.publish().unwrap();
        Folder(folder.to_owned())
    }

    #[test]
    fn a_proof_holds_for_its_entry_its_number_and_its_log_alone() {
        let folder = tempfile::tempdir().unwrap();
        let source = log(folder.path(), 700);
        for index in [0, 1, 255, 256, 511, 698, 699] {
            let (proof, entry) = InclusionProof::make(&source, key().verifier(), index).unwrap().unwrap();
            assert_eq!(entry, format!("entry {index}").into_bytes());
            let read = InclusionProof::parse(&proof.to_string()).unwrap();
            assert_eq!(read, proof);
            assert_eq!(read.verify(&entry, key().verifier(), &[]).unwrap().checkpoint.size, 700);
            let wrong = |result: Result<Verified, Problem>| {
                assert!(matches!(result, Err(Problem::NotProved { .. })), "{index}: {result:?}");
            };
            wrong(read.verify(b"another entry", key().verifier(), &[]));
            wrong(InclusionProof { index: (index + 1) % 700, ..read.clone() }.verify(
                &entry,
                key().verifier(),
                &[],
            ));
            let other = SignerKey::from_seed("log.example", KeyKind::Note, &[5; 32]).unwrap();
            assert!(matches!(read.verify(&entry, other.verifier(), &[]), Err(Problem::Checkpoint(_))));
        }
        assert!(InclusionProof::make(&source, key().verifier(), 700).unwrap().is_none());
    }

    #[test]
    fn a_damaged_log_gives_no_proof() {
        let folder = tempfile::tempdir().unwrap();
        let source = log(folder.path(), 300);
        let tile = folder.path().join("tile/0/000");
        let mut bytes = fs_err::read(&tile).unwrap();
        bytes[40] ^= 1;
        fs_err::write(tile, bytes).unwrap();
        assert!(InclusionProof::make(&source, key().verifier(), 0).is_err());
    }

    #[test]
    fn the_file_is_that_of_the_specification() {
        let folder = tempfile::tempdir().unwrap();
        let (proof, _) = InclusionProof::make(&log(folder.path(), 2), key().verifier(), 1).unwrap().unwrap();
        let text = proof.to_string();
        let leaf = Hash::of_leaf(b"entry 0");
        assert!(
            text.starts_with(&format!("c2sp.org/tlog-proof@v1\nindex 1\n{leaf}\n\nlog.example\n2\n")),
            "{text}"
        );
        let with_extra = InclusionProof { extra: b"salt".to_vec(), ..proof.clone() };
        assert!(with_extra.to_string().contains("@v1\nextra c2FsdA==\nindex 1\n"));
        assert_eq!(InclusionProof::parse(&with_extra.to_string()).unwrap(), with_extra);
        for bad in [
            text.replace("@v1", "@v2"),
            text.replace("index 1", "index 01"),
            text.replace("index 1", "index -1"),
            text.replace("index 1\n", "index 1\nAAAA\n"),
            text.replace("index 1\n", &format!("index 1\n{}", format!("{leaf}\n").repeat(63))),
            text.replace("\n\n", "\n"),
            String::new(),
        ] {
            assert_eq!(InclusionProof::parse(&bad), None, "{bad}");
        }
    }
}
