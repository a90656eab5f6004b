//! `overt ledger verify`, `prove` and `check`: whether a ledger is what was signed, and proofs of single entries.
//!
//! Owns the file with the checkpoint that is remembered from one verification to the next. Refuses to judge: the ledger's own verifier
//! does.
//!
//! # Invariants
//! - What is remembered changes only after everything was found right, and is believed only under the ledger's key.

use std::cell::Cell;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use overt_ledger::inclusion::MAX_PROOF_FILE;
use overt_ledger::verify::{Expected, checkpoint_of, verify};
use overt_ledger::{Checkpoint, InclusionProof, VerifierKey};

use super::{Keys, open_place, tell, told};
use crate::cli::Usage;
use crate::cli::output::Output;
use crate::cli::shown::Shown;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt ledger verify https://faces.example --key faces.key\n  \
                        overt ledger verify mirror/ --key faces.key --witness witness.key --remember faces.checkpoint\n\n\
                        Exit code 1 means that something was found: an entry that was changed, dropped, added or moved, a tile that is \
                        not its entries', a checkpoint that the key has not signed, fewer or other entries than remembered, or no \
                        cosignature of the given witnesses.")]
pub(super) struct Verify {
    /// Folder or address
    place: String,
    #[command(flatten)]
    keys: Keys,
    /// File with the checkpoint of the last time, to hold this one against; written anew when all is well
    #[arg(long, value_name = "FILE")]
    remember: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (key, witnesses) = self.keys.read()?;
        let source = open_place(&self.place)?;
        let earlier = self.remember.as_deref().map(|path| remembered(path, &key)).transpose()?.flatten();
        let (_, checkpoint) = checkpoint_of(&*source, &key)?;
        let shown = Shown::new("verifying", usize::try_from(checkpoint.size).unwrap_or(usize::MAX));
        let expected = Expected { key, witnesses: witnesses.clone(), earlier };
        // Telling of each entry would take longer than verifying it.
        let every = Cell::new(0_u64);
        let note = Cell::new(None);
        let reading = Noting { source: &*source, note: &note };
        let verified = verify(&reading, &expected, |number, _| {
            if number >= every.get() {
                every.set(number + 4096);
                shown.reach(number);
            }
            Ok(())
        });
        shown.end();
        let verified = verified?;
        let out = Output::new();
        if self.json {
            out.line(serde_json::to_string_pretty(&told(&verified))?)?;
            if !witnesses.is_empty() && verified.witnessed.is_empty() {
                bail!("none of the {} witnesses has cosigned this checkpoint", witnesses.len());
            }
        } else {
            tell(&out, &verified, &witnesses, "verified")?;
        }
        if let (Some(path), Some(bytes)) = (&self.remember, note.take()) {
            remember(path, &bytes)?;
        }
        Ok(())
    }
}

/// Keeps the checkpoint that a verification has read: the next read may find another.
struct Noting<'a> {
    source: &'a dyn overt_ledger::Source,
    note: &'a Cell<Option<Vec<u8>>>,
}

impl overt_ledger::Source for Noting<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, overt_ledger::SourceError> {
        let found = self.source.read(path)?;
        if path == "checkpoint" {
            self.note.set(found.clone());
        }
        Ok(found)
    }
}

/// The checkpoint in a file, if there is one.
pub(super) fn remembered(path: &Path, key: &VerifierKey) -> anyhow::Result<Option<Checkpoint>> {
    let note = match fs_err::read_to_string(path) {
        Ok(note) => note,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let checkpoint = Checkpoint::verify(&note, key);
    Ok(Some(checkpoint.with_context(|| {
        format!("{} has no checkpoint of this ledger: name another file with --remember", path.display())
    })?))
}

/// Writes a checkpoint whole or not at all.
pub(super) fn remember(path: &Path, note: &[u8]) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tmp");
    fs_err::write(&beside, note)?;
    fs_err::rename(&beside, path)?;
    Ok(())
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt ledger prove https://faces.example 4711 --key faces.key > 4711.tlog-proof\n  \
                        overt ledger prove ledger/ 0 --key faces.key --entry first.json > first.tlog-proof\n\n\
                        The number is what the server answers in x-overt-ledger-entry. The proof is a C2SP tlog-proof; with the entry \
                        and the ledger's key it can be checked for ever, without the ledger: `overt ledger check`."
)]
pub(super) struct Prove {
    /// Folder or address
    place: String,
    /// The entry's number; the first is 0
    number: u64,
    #[command(flatten)]
    keys: Keys,
    /// Write the entry itself to this file
    #[arg(long, value_name = "FILE")]
    entry: Option<PathBuf>,
}

impl Prove {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (key, witnesses) = self.keys.read()?;
        let source = open_place(&self.place)?;
        let made = InclusionProof::make(&*source, &key, self.number)?;
        let Some((proof, entry)) = made else {
            let (_, checkpoint) = checkpoint_of(&*source, &key)?;
            match checkpoint.size.checked_sub(1) {
                Some(last) => {
                    bail!("the ledger has no entry {} yet: the first is 0, the last {last}", self.number)
                }
                None => bail!("the ledger has no entry {} yet, nor any other", self.number),
            }
        };
        let verified = proof.verify(&entry, &key, &witnesses)?;
        if !witnesses.is_empty() && verified.witnessed.is_empty() {
            bail!("none of the {} witnesses has cosigned this checkpoint", witnesses.len());
        }
        if let Some(path) = &self.entry {
            fs_err::write(path, &entry)?;
        }
        let text = proof.to_string();
        Output::new().line(text.strip_suffix('\n').unwrap_or(&text))?;
        Ok(())
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  overt ledger check 4711.tlog-proof --entry 4711.json --key faces.key\n\n\
                        Needs no ledger and no network. Exit code 1 means that it is not proved."
)]
pub(super) struct Check {
    /// The proof
    proof: PathBuf,
    /// File with the entry, byte for byte as it stands in the ledger
    #[arg(long, value_name = "FILE")]
    entry: PathBuf,
    #[command(flatten)]
    keys: Keys,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (key, witnesses) = self.keys.read()?;
        let shown = self.proof.display();
        let mut text = String::new();
        let file = fs_err::File::open(&self.proof)?;
        file.take(MAX_PROOF_FILE as u64 + 1).read_to_string(&mut text)?;
        let proof = InclusionProof::parse(&text)
            .ok_or_else(|| Usage(format!("{shown} is no proof in the form c2sp.org/tlog-proof@v1")))?;
        let entry = fs_err::read(&self.entry)?;
        let verified = proof.verify(&entry, &key, &witnesses)?;
        tell(
            &Output::new(),
            &verified,
            &witnesses,
            &format!("entry {} is proved to be in the ledger", proof.index),
        )
    }
}

#[cfg(test)]
mod tests {
    use overt_ledger::{KeyKind, Log, SignerKey};

    use super::*;

    fn key() -> SignerKey {
        SignerKey::from_seed("a.example", KeyKind::Note, &[1; 32]).unwrap()
    }

    fn verifying(folder: &Path, remember: Option<PathBuf>) -> anyhow::Result<()> {
        let keys = Keys { key: key().verifier().to_string(), witnesses: Vec::new() };
        let place = folder.to_str().unwrap().to_owned();
        Verify { place, keys, remember, json: false }.run()
    }

    #[test]
    fn what_was_seen_is_remembered_and_a_ledger_that_went_back_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let grown = |name: &str, entries: u64| {
            let path = folder.path().join(name);
            let log = Log::open(&path, key()).unwrap();
            for number in 0..entries {
                log.append(format!("{name} {number}").as_bytes()).unwrap();
            }
            log.publish().unwrap();
            path
        };
        let first = grown("first", 300);
        verifying(&first, Some(kept.clone())).unwrap();
        verifying(&first, Some(kept.clone())).unwrap();
        let note = fs_err::read(&kept).unwrap();
        assert_eq!(note, fs_err::read(first.join("checkpoint")).unwrap());
        for (name, entries) in [("shorter", 200), ("longer", 400)] {
            let other = grown(name, entries);
            verifying(&other, None).unwrap();
            assert!(verifying(&other, Some(kept.clone())).is_err(), "{name}");
            assert_eq!(fs_err::read(&kept).unwrap(), note);
        }
    }

    #[test]
    fn a_file_that_is_no_checkpoint_of_the_ledger_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(&folder.path().join("log"), key()).unwrap();
        log.publish().unwrap();
        let kept = folder.path().join("diary");
        fs_err::write(&kept, "dear diary").unwrap();
        assert!(verifying(&folder.path().join("log"), Some(kept.clone())).is_err());
        assert_eq!(fs_err::read_to_string(&kept).unwrap(), "dear diary");
    }
}
