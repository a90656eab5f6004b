//! `overt collections export` and `load`: a collection as a file, from one server to another.
//!
//! Owns the commands' words and where the passphrase comes from. The file's form is the gallery's.
//!
//! # Invariants
//! - A passphrase is read from a file or from standard input, never from the command line, which other users of the machine
//!   can see.
//! - A file appears whole or not at all.

use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::Args;
use overt_gallery::{CollectionName, ExportSecret, Exported, private};
use serde_json::json;
use zeroize::Zeroizing;

use super::Common;
use super::backend::Exclusive;
use super::declared::Declared;
use super::output::{Output, Style, note};
use crate::rights::Rights;

/// A passphrase is guessed at leisure by whoever has the file.
const SHORTEST: usize = 12;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt collections export staff staff.overt --passphrase-file secret.txt\n  \
                        pass show overt-export | overt collections export staff staff.overt --passphrase-file -\n\n\
                        The file holds records in the clear (ExternalImageIds, UserIds, boxes) and templates sealed under the passphrase. \
                        No server may be running on the data folder."
)]
pub(super) struct Export {
    /// The collection
    #[arg(value_name = "COLLECTION")]
    collection: CollectionName,
    /// The file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    secret: Secret,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt collections load staff.overt --passphrase-file secret.txt\n  \
                        overt collections load staff.overt --passphrase-file secret.txt --as staff-2\n\n\
                        Face ids, names, users, records of consent, tags and what the collection is for are those of the file. What \
                        was withdrawn on this server since is left out. Files of releases before \
                        there were purposes have none, and are evaluations unless one is declared here. What is said here of it can only be narrower than the file's. The templates get a key of \
                        their own. The collection must not be there yet. No server may be running on the data folder.")]
pub(super) struct Load {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Another name than the file's
    #[arg(long = "as", visible_alias = "name", value_name = "COLLECTION")]
    name: Option<CollectionName>,
    #[command(flatten)]
    declared: Declared,
    #[command(flatten)]
    secret: Secret,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Secret {
    /// File whose first line is the passphrase; `-` is standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
}

impl Secret {
    fn read(&self) -> anyhow::Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        if self.passphrase_file == Path::new("-") {
            std::io::stdin().read_to_string(&mut text)?;
        } else {
            fs_err::File::open(&self.passphrase_file)?.read_to_string(&mut text)?;
        }
        let line = Zeroizing::new(text.lines().next().unwrap_or_default().to_owned());
        ensure!(
            line.chars().count() >= SHORTEST,
            "the passphrase has fewer than {SHORTEST} characters: whoever gets the file could guess it"
        );
        Ok(line)
    }
}

impl Export {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let passphrase = self.secret.read()?;
        ensure!(!self.file.exists(), "there is something at {} already", self.file.display());
        let open = Exclusive::open(common)?;
        let rights = Rights::default();
        rights.look(&open.gallery, &open.book)?;
        rights.check_collection(self.collection.as_str())?;
        let mut beside = self.file.as_os_str().to_owned();
        beside.push(format!(".{}.tmp", std::process::id()));
        let beside = PathBuf::from(beside);
        let written = self.write(&open, &passphrase, &beside);
        if written.is_err() {
            // The first error is the one to tell.
            drop(fs_err::remove_file(&beside));
        }
        tell(&written?, &self.collection, &self.file, "exported", self.json)
    }

    fn write(&self, open: &Exclusive, passphrase: &str, beside: &Path) -> anyhow::Result<Exported> {
        let mut options = fs_err::OpenOptions::new();
        options.write(true).create_new(true);
        let mut file = BufWriter::new(private(&mut options).open(beside)?);
        let secret = ExportSecret::Passphrase(passphrase);
        let exported = open.gallery.export_collection(&self.collection, &secret, &mut file, &mut |_| {})?;
        file.flush()?;
        file.get_ref().sync_all()?;
        fs_err::rename(beside, &self.file)?;
        // Whoever deletes the collection now must find its file after a power cut, too.
        #[cfg(unix)]
        if let Some(folder) = self.file.parent() {
            let here = folder.as_os_str().is_empty();
            fs_err::File::open(if here { Path::new(".") } else { folder })?.sync_all()?;
        }
        Ok(exported)
    }
}

impl Load {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let passphrase = self.secret.read()?;
        let declared = self.declared.declaration()?;
        let open = Exclusive::open(common)?;
        let mut file = fs_err::File::open(&self.file)?;
        let secret = ExportSecret::Passphrase(&passphrase);
        let (name, loaded) = open
            .gallery
            .load_collection(&mut file, &secret, self.name.as_ref(), &declared, &mut |_| {})
            .with_context(|| format!("{} was not loaded", self.file.display()))?;
        tell(&loaded, &name, &self.file, "loaded", self.json)
    }
}

fn tell(
    counts: &Exported,
    name: &CollectionName,
    file: &Path,
    done: &str,
    as_json: bool,
) -> anyhow::Result<()> {
    let Exported { users, faces, consents, unconsented: _ } = counts;
    if as_json {
        let json =
            json!({ "collection": name.as_str(), "users": users, "faces": faces, "consents": consents });
        Output::new().line(json.to_string())?;
    } else {
        let file = file.display();
        note(
            Style::Dim,
            format!("{done} {name} ({faces} faces, {users} users, {consents} consents): {file}"),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_the_first_line_and_not_short() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            let passphrase_file = folder.path().join("secret");
            fs_err::write(&passphrase_file, text).unwrap();
            Secret { passphrase_file }.read()
        };
        assert_eq!(read("correct horse battery\nstaple\n").unwrap().as_str(), "correct horse battery");
        assert!(read("too short").unwrap_err().to_string().contains("12"));
        assert!(read("").is_err());
    }
}
