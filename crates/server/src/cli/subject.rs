//! `overt subject`: everything that the ledger has about one person, as a document to hand over.
//!
//! Owns the two ways to it: the operator's, by an id out of the records, and the person's own, by the secrets that she was given, in the public
//! ledger. What is found, `subject` knows.
//!
//! # Invariants
//! - The person's own way needs no record, no server and no operator: a copy of the ledger and its key are enough.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;
use overt_gallery::{Actor, CollectionName, Context, Database, PersonRecords};
use overt_ledger::verify::{Expected, checkpoint_of, verify};
use overt_ledger::{Folder, KeyKind};

use super::ledger::{open_place, read_key};
use super::output::Output;
use super::{Common, Usage};
use crate::account::{Book, Deed, LEDGER_FOLDER, MOST_SUBJECTS, public_key, read_entries};
use crate::config::Overrides;
use crate::data::{DataError, DataFolder};
use crate::subject::{Dossier, Search, Wanted, by_finder, dossier, page, wanted};
use crate::telemetry;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt subject jane-1984 --collection staff --html jane.html\n  \
                        overt subject 018f2f6e-7a10-7c3b-8e05-5f1b2c3d4e5f --collection staff > jane.json\n  \
                        overt subject 018f2f6e-7a10-7c3b-8e05-5f1b2c3d4e5f --finder FINDER --from-tiles https://faces.example --key faces.key\n\n\
                        ID is a face's id, several with commas between them, an ExternalImageId or a user's id; verify who asks before you hand the document over. An \
                        ExternalImageId under which there are several faces, not all of one user, may be a picture's, and is refused: the document \
                        holds the secrets by which a person is found, and is hers alone. The third form is \
                        the person's own: with the secret out of the document or of a receipt it finds the same in the public ledger, every entry \
                        verified, also when the face is deleted.")]
pub(super) struct SubjectAccess {
    /// Face id, or several with commas between them; external image id or user id
    id: String,
    /// The collection that the records are in
    #[arg(long, value_name = "NAME", required_unless_present = "finder")]
    collection: Option<String>,
    /// Also write a page to print
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The secret of the face or user
    #[arg(long, requires = "from_tiles", requires = "key", conflicts_with = "collection")]
    finder: Option<String>,
    /// Folder or address with the ledger
    #[arg(long, value_name = "PLACE", requires = "finder")]
    from_tiles: Option<String>,
    /// The ledger's public key, or a file with it
    #[arg(long, value_name = "KEY", requires = "finder")]
    key: Option<String>,
}

impl SubjectAccess {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let document = match (&self.finder, &self.from_tiles, &self.key, &self.collection) {
            (Some(finder), Some(place), Some(key), _) => self.own(finder, place, key)?,
            (None, _, _, Some(collection)) => self.recorded(common, collection)?,
            _ => bail!(Usage("either --collection, or --finder with --from-tiles and --key".to_owned())),
        };
        if let Some(path) = &self.html {
            fs_err::write(path, page(&document))?;
        }
        Output::new().line(serde_json::to_string_pretty(&document)?)?;
        Ok(())
    }

    /// The person's own way.
    fn own(&self, finder: &str, place: &str, key: &str) -> anyhow::Result<Dossier> {
        let key = read_key(key, KeyKind::Note)?;
        let source = open_place(place)?;
        let bad = || {
            Usage("--finder is 22 letters as the document has them, ID the face's or user's id".to_owned())
        };
        let wanted = by_finder(&self.id, finder).ok_or_else(bad)?;
        let mut search = Search::new(vec![wanted]);
        let expected = Expected { key: key.clone(), witnesses: Vec::new(), earlier: None };
        let verified = verify(&*source, &expected, |number, entry| {
            search.look(number, entry);
            Ok(())
        })?;
        let found = search.end();
        let collection = found.first().map_or_else(String::new, |one| one.collection.clone());
        Ok(dossier(&self.id, &collection, &key, &verified.checkpoint, &PersonRecords::default(), found))
    }

    /// The operator's way: beside a running server too, since it only reads, and posts what that one's ledger is to tell.
    fn recorded(&self, common: &Common, collection: &str) -> anyhow::Result<Dossier> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        let data = DataFolder::open(&config.data)?;
        let name: CollectionName = collection.parse()?;
        let claim = match data.claim() {
            Ok(claim) => Some(claim),
            Err(DataError::InUse { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let context = Context::system();
        let database = Arc::new(Database::open(data.root(), context.clone())?);
        let records = database.person(&name, &self.id)?;
        if records == PersonRecords::default() {
            bail!("neither a face nor an external image id nor a user `{}` is in {collection}", self.id);
        }
        let people = wanted(&records);
        let key = public_key(data.root())?.context("no ledger was begun in this data folder")?;
        // With the folder to itself, everything is published first, and the access is told to the ledger.
        let book = match &claim {
            Some(_) => {
                Some(Book::open(data.root(), config.ledger.origin.as_deref(), context.clone(), &database)?)
            }
            None => None,
        };
        let source = Folder(data.root().join(LEDGER_FOLDER));
        let (_, checkpoint) = checkpoint_of(&source, &key)?;
        let mut search = Search::new(people.clone());
        read_entries(&source, 0..checkpoint.size, |number, entry| search.look(number, entry))?;
        let document = dossier(&self.id, collection, &key, &checkpoint, &records, search.end());
        // Before the document leaves; beside a running server by its outbox.
        match book {
            Some(book) => tell(&book, collection, &people, &document)?,
            None => {
                let subjects: Vec<_> =
                    people.iter().take(MOST_SUBJECTS).map(|one| one.subject.clone()).collect();
                let actor = Actor::command("subject", &context)?;
                database.post_subject_access(&actor, &name, &subjects, document.found.len() as u64)?;
            }
        }
        Ok(document)
    }
}

/// Has the ledger tell of the access.
fn tell(book: &Book, collection: &str, people: &[Wanted], document: &Dossier) -> anyhow::Result<()> {
    let seal = book.seal()?;
    let deed = Deed::SubjectAccess {
        collection: collection.to_owned(),
        subjects: people.iter().take(MOST_SUBJECTS).map(|one| seal.tag(&one.subject)).collect(),
        entries: document.found.len() as u64,
    };
    book.append(&Actor::operator("subject"), deed, &seal)?;
    book.finish()?;
    Ok(())
}
