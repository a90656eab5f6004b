//! A witness: it cosigns a log's checkpoints as long as each begins with the one before (C2SP tlog-witness).
//!
//! Owns the form of a request, the rules, and the record of what was cosigned last. Refuses to know HTTP: [`Answer`] says what to
//! answer. What a witness is worth depends on who runs it: one beside the log, by the log's operator, proves nothing to others.
//!
//! # Invariants
//! - The record of a checkpoint is flushed before its cosignature leaves.
//! - Two checkpoints of one log that do not fit together are never both cosigned, and no smaller one after a larger.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::journal::sync_folder;
use crate::note::{Note, NoteError, SignerKey, VerifierKey};
use crate::proof;

/// Most hashes of a consistency proof, by the specification.
const MAX_PROOF: usize = 63;
/// Most bytes of a request: a proof, a checkpoint and its signatures.
pub const MAX_REQUEST: usize = 64 << 10;

/// What a witness answers: an HTTP status, its text, and whether the text is a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200: signature lines.
    Cosigned(String),
    /// 409 with the size that was cosigned last, as `text/x.tlog.size`.
    Conflict(u64),
    /// 400, 403, 404 or 422, with a sentence.
    Refused(u16, &'static str),
}

/// Why a witness cannot do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// The record could not be read or written.
    #[error("the witness's record {} cannot be kept", path.display())]
    Record {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A record is not one that this witness has written.
    #[error("the witness's record {} is damaged", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: NoteError,
    },
}

/// A witness with the logs it watches.
#[derive(Debug)]
pub struct Witness {
    key: SignerKey,
    logs: HashMap<String, Watched>,
}

#[derive(Debug)]
struct Watched {
    key: VerifierKey,
    /// Where the checkpoint that was cosigned last is kept.
    record: PathBuf,
    /// Held from the comparison to the flushed record, so that two requests cannot pass each other.
    last: Mutex<Option<Checkpoint>>,
}

impl Witness {
    /// A witness for the logs of `keys`, whose records are in `folder`.
    ///
    /// # Errors
    /// [`WitnessError`]: a damaged record stops it, since without knowing what it cosigned it must not cosign.
    pub fn open(folder: &Path, key: SignerKey, keys: &[VerifierKey]) -> Result<Self, WitnessError> {
        fs_err::create_dir_all(folder)
            .map_err(|source| WitnessError::Record { path: folder.to_owned(), source })?;
        let mut logs = HashMap::new();
        for log in keys {
            // A name may hold what no file name may.
            let name = Hash::of_leaf(log.name().as_bytes());
            let name: String = name.0.iter().map(|byte| format!("{byte:02x}")).collect();
            let record = folder.join(name);
            let last = match fs_err::read_to_string(&record) {
                Ok(text) => Some(
                    Checkpoint::parse(&text)
                        .map_err(|source| WitnessError::Damaged { path: record.clone(), source })?,
                ),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(source) => return Err(WitnessError::Record { path: record, source }),
            };
            logs.insert(log.name().to_owned(), Watched { key: log.clone(), record, last: Mutex::new(last) });
        }
        Ok(Self { key, logs })
    }

    /// Answers an `add-checkpoint` request. `now` in seconds since 1970.
    ///
    /// # Errors
    /// [`WitnessError::Record`]: nothing was cosigned.
    pub fn add_checkpoint(&self, request: &str, now: u64) -> Result<Answer, WitnessError> {
        let Some(Request { old, proof, note }) = Request::parse(request) else {
            return Ok(Answer::Refused(400, "the request is not of the form of tlog-witness"));
        };
        let Ok(parsed) = Note::parse(note) else {
            return Ok(Answer::Refused(400, "the checkpoint is no signed note"));
        };
        // Only to know whose it says it is; nothing else of it is used before the signature was verified.
        let origin = parsed.unverified_text().split('\n').next().unwrap_or_default();
        let Some(log) = self.logs.get(origin) else {
            return Ok(Answer::Refused(404, "this witness does not know that log"));
        };
        if parsed.verified_by(&log.key).is_err() {
            return Ok(Answer::Refused(403, "the log's signature is missing or wrong"));
        }
        let Ok(new) = Checkpoint::verify(note, &log.key) else {
            return Ok(Answer::Refused(400, "the note is no checkpoint"));
        };
        if old > new.size {
            return Ok(Answer::Refused(400, "the old size is larger than the checkpoint's"));
        }
        let mut last = log.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (size, root) = last.as_ref().map_or((0, Hash::of_nothing()), |last| (last.size, last.root));
        if old != size || (size == new.size && root != new.root) {
            return Ok(Answer::Conflict(size));
        }
        if !proof::extends(size, root, new.size, new.root, &proof) {
            return Ok(Answer::Refused(422, "the proof does not show that the log only grew"));
        }
        keep(&log.record, &new)
            .map_err(|source| WitnessError::Record { path: log.record.clone(), source })?;
        *last = Some(new);
        Ok(Answer::Cosigned(self.key.line(parsed.unverified_text(), now)))
    }

    /// The key that cosignatures verify with.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }
}

/// Writes a record whole or not at all, flushed.
fn keep(record: &Path, checkpoint: &Checkpoint) -> std::io::Result<()> {
    let new = record.with_extension("new");
    let mut file = fs_err::File::create(&new)?;
    file.write_all(checkpoint.text().as_bytes())?;
    file.sync_all()?;
    fs_err::rename(new, record)?;
    sync_folder(record)
}

/// The parts of an `add-checkpoint` request.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The size that the witness cosigned last, as the log believes.
    pub old: u64,
    /// The proof from there.
    pub proof: Vec<Hash>,
    /// The checkpoint, with its signatures.
    pub note: &'a str,
}

impl<'a> Request<'a> {
    /// Reads a request; `None` for anything else.
    #[must_use]
    pub fn parse(request: &'a str) -> Option<Self> {
        if request.len() > MAX_REQUEST {
            return None;
        }
        let (head, note) = request.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let old = lines.next()?.strip_prefix("old ")?;
        let canonical = old == "0" || old.starts_with(|c: char| c.is_ascii_digit() && c != '0');
        let old = old.parse().ok().filter(|_| canonical)?;
        let proof: Vec<Hash> = lines.map(Hash::parse).collect::<Option<_>>()?;
        (proof.len() <= MAX_PROOF).then_some(Self { old, proof, note })
    }
}

impl std::fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{hash}")?;
        }
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::KeyKind;
    use crate::source::{Folder, Tiles};
    use crate::{Log, verify};

    struct Bench {
        folder: tempfile::TempDir,
        log: Log,
        witness: Witness,
    }

    fn log_key(seed: u8) -> SignerKey {
        SignerKey::from_seed("log.example", KeyKind::Note, &[seed; 32]).unwrap()
    }

    fn open(folder: &Path) -> Witness {
        let key = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[5; 32]).unwrap();
        Witness::open(&folder.join("witness"), key, &[log_key(1).verifier().clone()]).unwrap()
    }

    fn bench() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(&folder.path().join("log"), log_key(1)).unwrap();
        let witness = open(folder.path());
        Bench { folder, log, witness }
    }

    impl Bench {
        fn grow(&self, by: u64) -> Checkpoint {
            for _ in 0..by {
                self.log.append(format!("entry {}", self.log.size()).as_bytes()).unwrap();
            }
            self.log.publish().unwrap()
        }

        fn request(&self, old: u64, checkpoint: &Checkpoint) -> String {
            let source = Folder(self.folder.path().join("log"));
            let mut tiles = Tiles::new(&source, checkpoint.size);
            let proof = proof::consistency(&mut tiles, old, checkpoint.size).unwrap().unwrap_or_default();
            Request { old, proof, note: &checkpoint.sign(&log_key(1)) }.to_string()
        }
    }

    #[test]
    fn a_log_that_grows_is_cosigned_and_the_cosignature_verifies_under_its_checkpoint() {
        let bench = bench();
        let mut old = 0;
        for by in [3, 1, 300, 0, 77] {
            let checkpoint = bench.grow(by);
            let request = bench.request(old, &checkpoint);
            let Answer::Cosigned(line) = bench.witness.add_checkpoint(&request, 1_700_000_000).unwrap()
            else {
                panic!("{by}");
            };
            old = checkpoint.size;
            let path = bench.folder.path().join("log/checkpoint");
            let note = fs_err::read_to_string(&path).unwrap() + &line;
            fs_err::write(&path, note).unwrap();
            let expected = verify::Expected {
                key: log_key(1).verifier().clone(),
                witnesses: vec![bench.witness.verifier().clone()],
                earlier: None,
            };
            let source = Folder(bench.folder.path().join("log"));
            let verified = verify::verify(&source, &expected, |_, _| Ok(())).unwrap();
            assert_eq!(verified.witnessed, [("witness.example".to_owned(), 1_700_000_000)]);
        }
    }

    #[test]
    fn a_fork_a_roll_back_and_a_gap_are_not_cosigned_also_after_a_restart() {
        let bench = bench();
        let first = bench.grow(10);
        let second = bench.grow(10);
        let request = bench.request(0, &second);
        assert!(matches!(bench.witness.add_checkpoint(&request, 1).unwrap(), Answer::Cosigned(_)));
        for witness in [&bench.witness, &open(bench.folder.path())] {
            let answer = |request: String| witness.add_checkpoint(&request, 1).unwrap();
            // Smaller than before, with the truth about before and without.
            assert_eq!(answer(bench.request(0, &first)), Answer::Conflict(20));
            assert!(matches!(answer(bench.request(20, &first)), Answer::Refused(400, _)));
            // Another tree of the same size, and a larger one that does not begin with it.
            let fork = |size| Checkpoint { size, root: Hash::of_leaf(b"fork"), ..second.clone() };
            assert_eq!(answer(bench.request(20, &fork(20))), Answer::Conflict(20));
            let forged = Request { old: 20, proof: vec![second.root; 3], note: &fork(25).sign(&log_key(1)) };
            assert!(matches!(answer(forged.to_string()), Answer::Refused(422, _)));
            // The size that it tells is what a log that forgot goes on from.
            assert!(matches!(answer(bench.request(20, &second)), Answer::Cosigned(_)));
        }
    }

    #[test]
    fn strangers_and_nonsense_are_refused_with_the_specifications_status() {
        let bench = bench();
        let checkpoint = bench.grow(2);
        let status = |request: &str| match bench.witness.add_checkpoint(request, 1).unwrap() {
            Answer::Refused(status, _) => status,
            other => panic!("{other:?}"),
        };
        let with = |note: &str| Request { old: 0, proof: Vec::new(), note }.to_string();
        assert_eq!(status(&with(&checkpoint.sign(&log_key(2)))), 403);
        let stranger = SignerKey::from_seed("other.example", KeyKind::Note, &[1; 32]).unwrap();
        let others = Checkpoint { origin: "other.example".to_owned(), ..checkpoint.clone() };
        assert_eq!(status(&with(&others.sign(&stranger))), 404);
        let good = with(&checkpoint.sign(&log_key(1)));
        for bad in [
            String::new(),
            "old 0\n".to_owned(),
            good.replace("old 0", "old 00"),
            good.replace("old 0", "old +0"),
            good.replace("old 0", "new 0"),
            good.replace("old 0\n", "old 0\nnot a hash\n"),
            format!(
                "old 0\n{}\n{}",
                format!("{}\n", checkpoint.root).repeat(64),
                checkpoint.sign(&log_key(1))
            ),
            "x".repeat(MAX_REQUEST + 1),
        ] {
            assert_eq!(status(&bad), 400, "{bad:.60}");
        }
        assert!(matches!(bench.witness.add_checkpoint(&good, 1).unwrap(), Answer::Cosigned(_)));
    }

    #[test]
    fn a_damaged_record_stops_the_witness() {
        let bench = bench();
        let checkpoint = bench.grow(2);
        bench.witness.add_checkpoint(&bench.request(0, &checkpoint), 1).unwrap();
        let folder = bench.folder.path().join("witness");
        let record = fs_err::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        fs_err::write(&record, "").unwrap();
        let key = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[5; 32]).unwrap();
        let opened = Witness::open(&folder, key, &[log_key(1).verifier().clone()]);
        assert!(matches!(opened, Err(WitnessError::Damaged { .. })));
    }
}
