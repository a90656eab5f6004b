//! `overt ledger`: what outsiders do with a ledger, and a witness.
//!
//! Owns the commands' words and what they take: a place (a folder or an address) and keys. Refuses to know what entries say.
//!
//! # Invariants
//! - Nothing here needs the server's data folder, its records or a credential: a place and the ledger's public key are enough.
//! - A key comes from whoever gives the command, never from the place that is judged by it.

mod anew;
mod copying;
mod looking;
mod witness;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use overt_ledger::verify::Verified;
use overt_ledger::{Folder, KeyKind, Source, VerifierKey};
use serde_json::{Value, json};

use super::output::{Output, Style, note};
use super::{Common, Usage};
use crate::account::public_key;
use crate::config::Overrides;
use crate::remote::Remote;

/// Where a server serves its ledger.
pub(crate) const LEDGER_PATH: &str = "/overt/v1/ledger";

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt ledger verify https://faces.example --key faces.key --remember faces.checkpoint\n  \
                  overt ledger prove https://faces.example 4711 --key faces.key > 4711.tlog-proof\n  \
                  overt ledger check 4711.tlog-proof --entry 4711.json --key faces.key\n  \
                  overt ledger export https://faces.example mirror/ --key faces.key\n  \
                  overt ledger tail https://faces.example --key faces.key --follow\n  \
                  overt ledger witness --folder witness/ --name witness.example --log faces.key\n\n\
                  PLACE is a folder with a ledger, or the address of a server or of any file server with such a folder. KEY is a \
                  ledger's public key, name+hash+base64, or a file with it: `overt ledger key` prints it on the server's machine; have it from its operator, \
                  and not from the place that you check. How a ledger is built: docs/ledger.md"
)]
pub(super) struct Ledger {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read every entry and tile and hold them against the signed checkpoint
    Verify(looking::Verify),
    /// Make the proof that an entry stands in the ledger, as a file to keep
    Prove(looking::Prove),
    /// Check such a proof, without the ledger
    Check(looking::Check),
    /// Copy the ledger into a folder, verifying every byte of it
    Export(copying::Export),
    /// Show entries, each proved
    Tail(copying::Tail),
    /// Print the public key of this machine's own ledger
    Key,
    /// Cosign ledgers' checkpoints for as long as they only grow
    Witness(witness::WitnessMode),
    /// Begin another ledger where this data folder's is lost for good
    BeginAnew(anew::BeginAnew),
}

impl Ledger {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        match self.command {
            Command::Verify(command) => command.run(),
            Command::Prove(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Tail(command) => command.run(),
            Command::Key => own_key(common),
            Command::Witness(command) => command.run(common),
            Command::BeginAnew(command) => command.run(common),
        }
    }
}

/// Prints the key of the ledger in the data folder.
fn own_key(common: &Common) -> anyhow::Result<()> {
    let config = common.load(Overrides::default())?;
    let shown = config.data.display();
    let key = public_key(&config.data)?
        .with_context(|| format!("no ledger was begun in {shown} yet: start the server"))?;
    Output::new().line(key.to_string())?;
    Ok(())
}

/// Whose ledger it should be.
#[derive(Clone, Debug, Args)]
struct Keys {
    /// The ledger's public key, or a file with it
    #[arg(long, value_name = "KEY")]
    key: String,
    /// A witness's public key, or a file with it; may be given several times
    #[arg(long = "witness", value_name = "KEY")]
    witnesses: Vec<String>,
}

impl Keys {
    fn read(&self) -> anyhow::Result<(VerifierKey, Vec<VerifierKey>)> {
        let key = read_key(&self.key, KeyKind::Note)?;
        let witnesses = self.witnesses.iter().map(|text| read_key(text, KeyKind::Cosignature));
        Ok((key, witnesses.collect::<anyhow::Result<_>>()?))
    }
}

/// A key, given as its text or as a file with it.
pub(super) fn read_key(text: &str, kind: KeyKind) -> anyhow::Result<VerifierKey> {
    let parsed = match VerifierKey::parse(text) {
        Ok(key) => key,
        // No name of a file has so many plus signs by chance.
        Err(error) if text.matches('+').count() >= 2 && !Path::new(text).exists() => {
            return Err(anyhow::Error::new(error).context(format!("{text} is no key")));
        }
        Err(_) => {
            let found = fs_err::read_to_string(text)?;
            let line = found.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
            VerifierKey::parse(line.unwrap_or_default())
                .with_context(|| format!("{text} has no key in it"))?
        }
    };
    if parsed.kind() != kind {
        bail!(
            "{} is the key of a {}, and that of a {} is wanted here",
            parsed.name(),
            whose(parsed.kind()),
            whose(kind)
        );
    }
    Ok(parsed)
}

fn whose(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Note => "ledger",
        KeyKind::Cosignature => "witness",
    }
}

/// A folder or an address with a ledger.
pub(super) fn open_place(place: &str) -> anyhow::Result<Box<dyn Source>> {
    if place.starts_with("http://") || place.starts_with("https://") {
        return Ok(Box::new(Remote::new(&ledger_address(place))?));
    }
    if place.contains("://") {
        return Err(Usage(format!("{place}: an address begins with http:// or https://")).into());
    }
    let folder = PathBuf::from(place);
    // A server's data folder has it in a folder of its own.
    let within = folder.join("ledger");
    let folder = if within.join("checkpoint").is_file() { within } else { folder };
    if !folder.join("checkpoint").is_file() {
        bail!("there is no ledger in {place}: no file `checkpoint` is in it");
    }
    Ok(Box::new(Folder(folder)))
}

/// The ledger's address on a server whose own address was given; any other address as it is.
fn ledger_address(place: &str) -> String {
    let trimmed = place.trim_end_matches('/');
    let path = trimmed.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    if path.is_some() { trimmed.to_owned() } else { format!("{trimmed}{LEDGER_PATH}") }
}

/// What was verified, for programs.
fn told(verified: &Verified) -> Value {
    let Verified { checkpoint, witnessed } = verified;
    let witnesses: Vec<Value> =
        witnessed.iter().map(|(name, time)| json!({ "name": name, "time": time })).collect();
    json!({
        "origin": checkpoint.origin,
        "entries": checkpoint.size,
        "root": checkpoint.root.to_string(),
        "witnesses": witnesses,
    })
}

/// What was verified, for people; what a ledger without witnesses is worth, too.
fn tell(out: &Output, verified: &Verified, keys: &[VerifierKey], words: &str) -> anyhow::Result<()> {
    let Verified { checkpoint, witnessed } = verified;
    out.line(format!(
        "{words}: {} entries of {}, root {}",
        checkpoint.size, checkpoint.origin, checkpoint.root
    ))?;
    for (name, time) in witnessed {
        let moment = i64::try_from(*time).ok().and_then(|time| jiff::Timestamp::from_second(time).ok());
        let when = moment.map_or_else(|| time.to_string(), |moment| moment.to_string());
        out.line(format!("cosigned by {name} at {when}"))?;
    }
    if keys.is_empty() {
        note(
            Style::Hint,
            "hint: no witness was asked for. A ledger that only its operator keeps can be written anew from the start; \
             --remember finds that out the next time, witnesses find it out for everybody",
        );
    } else if witnessed.is_empty() {
        bail!("none of the {} witnesses has cosigned this checkpoint", keys.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use overt_ledger::SignerKey;

    use super::*;

    #[test]
    fn a_servers_address_stands_for_its_ledgers() {
        assert_eq!(ledger_address("http://127.0.0.1:6837"), "http://127.0.0.1:6837/overt/v1/ledger");
        assert_eq!(ledger_address("https://faces.example/"), "https://faces.example/overt/v1/ledger");
        assert_eq!(ledger_address("https://faces.example/logs/a/"), "https://faces.example/logs/a");
    }

    #[test]
    fn a_key_is_a_text_or_a_file_and_of_the_kind_that_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let key = |kind| SignerKey::from_seed("a.example", kind, &[1; 32]).unwrap().verifier().clone();
        let (ledger, witness) = (key(KeyKind::Note), key(KeyKind::Cosignature));
        assert_eq!(read_key(&ledger.to_string(), KeyKind::Note).unwrap(), ledger);
        let file = folder.path().join("key");
        fs_err::write(&file, format!("# from the operator\n\n{ledger}\n")).unwrap();
        assert_eq!(read_key(file.to_str().unwrap(), KeyKind::Note).unwrap(), ledger);
        let error = read_key(&witness.to_string(), KeyKind::Note).unwrap_err().to_string();
        assert!(error.contains("witness") && error.contains("ledger"), "{error}");
        let error = read_key("a+00000000+AAAA", KeyKind::Note).unwrap_err().to_string();
        assert!(error.contains("is no key"), "{error}");
        fs_err::write(&file, "nothing").unwrap();
        assert!(read_key(file.to_str().unwrap(), KeyKind::Note).is_err());
    }

    #[test]
    fn a_place_without_a_ledger_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let error = open_place(path).err().unwrap().to_string();
        assert!(error.contains(path), "{error}");
        assert!(open_place("ftp://a.example").err().unwrap().is::<Usage>());
        fs_err::create_dir(folder.path().join("ledger")).unwrap();
        fs_err::write(folder.path().join("ledger/checkpoint"), "note").unwrap();
        assert_eq!(open_place(path).unwrap().read("checkpoint").unwrap().unwrap(), b"note");
    }
}
