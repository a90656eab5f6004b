//! The log's side of witnessing: what a log sends to a witness, and what it believes of the answer (C2SP tlog-witness).
//!
//! Owns the request, the reading of each answer and the memory of how far the witness has come. Refuses to know HTTP: the caller carries
//! texts.
//!
//! # Invariants
//! - A line is taken only after its signature was verified under the witness's key, over this checkpoint.
//! - A witness that says it has cosigned a larger log, or another of the same size, is never asked to go back: that is told.

use crate::checkpoint::Checkpoint;
use crate::note::{KeyKind, Note, VerifierKey};
use crate::proof;
use crate::source::{Source, Tiles};
use crate::verify::Problem;
use crate::witness::Request;

/// A witness, as a log knows it.
#[derive(Clone, Debug)]
pub struct Cosigner {
    key: VerifierKey,
    /// The size that it cosigned last, as far as is known here.
    old: u64,
}

/// What an answer comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The line to put under the checkpoint, and its time in seconds since 1970.
    Cosigned {
        /// With its newline.
        line: String,
        /// The witness's clock.
        time: u64,
    },
    /// The witness is at another size than was believed; ask again, from there.
    Again,
    /// No cosignature, and why.
    Refused(String),
}

impl Cosigner {
    /// A witness by its key. `None` if that is no key for cosignatures.
    #[must_use]
    pub fn new(key: VerifierKey) -> Option<Self> {
        (key.kind() == KeyKind::Cosignature).then_some(Self { key, old: 0 })
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The body of an `add-checkpoint` request for a checkpoint whose tiles are in `source`. `note` is the signed checkpoint.
    ///
    /// # Errors
    /// [`Problem::Source`]; [`Problem::RolledBack`] when the witness has cosigned a larger log.
    pub fn request(
        &self,
        source: &dyn Source,
        checkpoint: &Checkpoint,
        note: &str,
    ) -> Result<String, Problem> {
        let mut tiles = Tiles::new(source, checkpoint.size);
        let proof = proof::consistency(&mut tiles, self.old, checkpoint.size)?;
        let proof = proof.ok_or(Problem::RolledBack { now: checkpoint.size, then: self.old })?;
        Ok(Request { old: self.old, proof, note }.to_string())
    }

    /// Reads an answer by its HTTP status and body.
    pub fn answered(&mut self, status: u16, body: &str, checkpoint: &Checkpoint, note: &str) -> Asked {
        match status {
            200 => self.cosigned(body, checkpoint, note),
            409 => match body.trim_end().parse::<u64>() {
                Ok(size) if size > checkpoint.size => Asked::Refused(format!(
                    "it has cosigned {size} entries and is asked for {}: this log was rolled back, or another one has its key",
                    checkpoint.size
                )),
                Ok(size) if size == self.old => {
                    Asked::Refused(format!("it has cosigned another log of {size} entries under this key"))
                }
                Ok(size) => {
                    self.old = size;
                    Asked::Again
                }
                Err(_) => Asked::Refused("its answer of status 409 tells no size".to_owned()),
            },
            404 => Asked::Refused("it does not know this log: give it the log's key".to_owned()),
            _ => {
                let said: String =
                    body.trim().chars().filter(|letter| !letter.is_control()).take(200).collect();
                Asked::Refused(format!("status {status}: {said}"))
            }
        }
    }

    fn cosigned(&mut self, body: &str, checkpoint: &Checkpoint, note: &str) -> Asked {
        let Ok(parsed) = Note::parse(note) else {
            return Asked::Refused("the checkpoint is no note".to_owned());
        };
        // A witness may sign with several keys; only the one that is known here counts.
        for line in body.lines() {
            let single = format!("{}\n{line}\n", parsed.unverified_text());
            let Ok(single) = Note::parse(&single) else { continue };
            match single.signed_at(&self.key) {
                Ok(Some(time)) => {
                    self.old = checkpoint.size;
                    return Asked::Cosigned { line: format!("{line}\n"), time };
                }
                Ok(None) => {}
                Err(error) => return Asked::Refused(error.to_string()),
            }
        }
        Asked::Refused(format!("its answer has no signature of {}", self.key.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Log;
    use crate::note::SignerKey;
    use crate::source::Folder;
    use crate::witness::{Answer, Witness};

    fn log_key() -> SignerKey {
        SignerKey::from_seed("log.example", KeyKind::Note, &[1; 32]).unwrap()
    }

    fn witness(folder: &std::path::Path) -> Witness {
        let key = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[5; 32]).unwrap();
        Witness::open(folder, key, &[log_key().verifier().clone()]).unwrap()
    }

    /// As the server and a witness's HTTP carry it.
    fn carry(witness: &Witness, request: &str) -> (u16, String) {
        match witness.add_checkpoint(request, 1_700_000_000).unwrap() {
            Answer::Cosigned(lines) => (200, lines),
            Answer::Conflict(size) => (409, format!("{size}\n")),
            Answer::Refused(status, why) => (status, why.to_owned()),
        }
    }

    fn ask(cosigner: &mut Cosigner, witness: &Witness, source: &Folder, checkpoint: &Checkpoint) -> Asked {
        let note = checkpoint.sign(&log_key());
        let (status, body) = carry(witness, &cosigner.request(source, checkpoint, &note).unwrap());
        cosigner.answered(status, &body, checkpoint, &note)
    }

    #[test]
    fn a_log_that_starts_again_finds_its_way_back_to_the_witness() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(&folder.path().join("log"), log_key()).unwrap();
        let source = Folder(folder.path().join("log"));
        let witness = witness(&folder.path().join("witness"));
        let mut cosigner = Cosigner::new(witness.verifier().clone()).unwrap();
        for _ in 0..3 {
            log.append(b"entry").unwrap();
            let checkpoint = log.publish().unwrap();
            assert!(matches!(ask(&mut cosigner, &witness, &source, &checkpoint), Asked::Cosigned { .. }));
        }
        // Without memory of what was cosigned.
        let mut cosigner = Cosigner::new(witness.verifier().clone()).unwrap();
        log.append(b"entry").unwrap();
        let checkpoint = log.publish().unwrap();
        assert_eq!(ask(&mut cosigner, &witness, &source, &checkpoint), Asked::Again);
        let Asked::Cosigned { line, time } = ask(&mut cosigner, &witness, &source, &checkpoint) else {
            panic!()
        };
        assert_eq!(time, 1_700_000_000);
        let note = checkpoint.sign(&log_key()) + &line;
        assert_eq!(Note::parse(&note).unwrap().signed_at(witness.verifier()).unwrap(), Some(time));
    }

    #[test]
    fn a_log_that_was_rolled_back_or_forked_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let witness = witness(&folder.path().join("witness"));
        let grown = |name: &str, entries: &[&[u8]]| {
            let log = Log::open(&folder.path().join(name), log_key()).unwrap();
            for entry in entries {
                log.append(entry).unwrap();
            }
            (Folder(folder.path().join(name)), log.publish().unwrap())
        };
        let (source, three) = grown("honest", &[b"a", b"b", b"c"]);
        let mut cosigner = Cosigner::new(witness.verifier().clone()).unwrap();
        assert!(matches!(ask(&mut cosigner, &witness, &source, &three), Asked::Cosigned { .. }));

        let (source, two) = grown("back", &[b"a", b"b"]);
        let mut cosigner = Cosigner::new(witness.verifier().clone()).unwrap();
        let Asked::Refused(why) = ask(&mut cosigner, &witness, &source, &two) else { panic!() };
        assert!(why.contains("rolled back"), "{why}");

        let forks: [(&str, &[&[u8]]); 2] =
            [("same", &[b"a", b"b", b"x"]), ("longer", &[b"a", b"x", b"c", b"d"])];
        for (name, entries) in forks {
            let (source, fork) = grown(name, entries);
            let mut cosigner = Cosigner::new(witness.verifier().clone()).unwrap();
            let mut asked = ask(&mut cosigner, &witness, &source, &fork);
            if asked == Asked::Again {
                asked = ask(&mut cosigner, &witness, &source, &fork);
            }
            assert!(matches!(asked, Asked::Refused(_)), "{name}: {asked:?}");
        }
    }

    #[test]
    fn a_line_that_does_not_verify_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let witness = witness(folder.path());
        let checkpoint =
            Checkpoint { origin: "log.example".into(), size: 0, root: crate::Hash::of_nothing() };
        let note = checkpoint.sign(&log_key());
        let mut cosigner = Cosigner::new(witness.verifier().clone()).unwrap();
        let key = |seed| SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[seed; 32]).unwrap();
        let other_text = key(5).line("log.example\n1\nAAAA\n", 7);
        let strangers = key(6).line(&checkpoint.text(), 7);
        for body in ["", "nonsense", &other_text, &strangers] {
            let asked = cosigner.answered(200, body, &checkpoint, &note);
            assert!(matches!(asked, Asked::Refused(_)), "{body}: {asked:?}");
        }
        let right = key(5).line(&checkpoint.text(), 7);
        let asked = cosigner.answered(200, &format!("{strangers}{right}"), &checkpoint, &note);
        assert_eq!(asked, Asked::Cosigned { line: right, time: 7 });
        assert!(Cosigner::new(log_key().verifier().clone()).is_none());
    }
}
