//! `overt collections`: the words for collections, and the small ones among them.
//!
//! Owns how collections are listed and told about. The rules are those of the operations.

use std::io::IsTerminal as _;

use anyhow::bail;
use clap::{Args, Subcommand};
use overt_protocol::Request;
use overt_protocol::generated::{
    CreateCollectionRequest, DeleteCollectionRequest, DescribeCollectionRequest, ListCollectionsRequest,
    ListTagsForResourceRequest,
};
use serde_json::{Value, json};

use super::Common;
use super::backend::{Backend, Exclusive, Needs, text};
use super::declared::{self, Declared};
use super::import::Import;
use super::migrate::Migrate;
use super::output::{Output, Style, note};
use super::transfer::{Export, Load};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt collections create trial\n  \
                        overt collections create albums --purpose photo-organisation --legal-basis household\n  \
                        overt collections import staff photos/ --recursive --create\n  \
                        overt collections list\n  overt collections delete staff --yes\n\n\
                        Without a running server the commands open the data folder themselves; beside one they go through its API, \
                        with the access key of the data folder. docs/collections.md has the whole story.")]
pub(super) struct Collections {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the collections
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell about one collection: faces, users, template version, tags
    Describe {
        /// Its name
        #[arg(value_name = "COLLECTION")]
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an empty collection
    #[command(after_help = declared::help())]
    Create {
        /// Its name: letters, digits, `_`, `.`, `-`
        #[arg(value_name = "COLLECTION")]
        name: String,
        /// A tag, as often as needed
        #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
        tags: Vec<(String, String)>,
        #[command(flatten)]
        declared: Declared,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a collection with its faces and users, for good
    Delete {
        /// Its name
        #[arg(value_name = "COLLECTION")]
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Index the pictures of a folder
    Import(Import),
    /// Make new templates of another version, from the pictures that were indexed
    Migrate(Migrate),
    /// Write a collection to a file, its templates sealed under a passphrase
    Export(Export),
    /// Read a collection from a file
    Load(Load),
    /// Encrypt a collection's templates under a new key
    Rekey {
        /// Its name
        #[arg(value_name = "COLLECTION")]
        name: String,
    },
}

fn tag(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must have the form KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl Collections {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let out = Output::new();
        match self.command {
            Command::List { json } => list(&Backend::open(common, Needs::Records)?, &out, json),
            Command::Describe { name, json } => {
                describe(&Backend::open(common, Needs::Records)?, &out, name, json)
            }
            Command::Create { name, mut tags, declared, json } => {
                tags.extend(declared.tags());
                create(&Backend::open(common, Needs::Records)?, &out, name, tags, json)
            }
            Command::Delete { name, yes } => {
                if !yes && !agreed(&name)? {
                    bail!("nothing was deleted");
                }
                let backend = Backend::open(common, Needs::Records)?;
                let collection_id = Some(name.clone());
                backend.call(Request::DeleteCollection(DeleteCollectionRequest { collection_id }))?;
                note(Style::Dim, format!("deleted {name}"));
                Ok(())
            }
            Command::Import(import) => import.run(common),
            Command::Migrate(migrate) => migrate.run(common),
            Command::Export(export) => export.run(common),
            Command::Load(load) => load.run(common),
            Command::Rekey { name } => {
                let open = Exclusive::open(common)?;
                open.gallery.rekey_collection(&name.parse()?)?;
                note(
                    Style::Dim,
                    format!(
                        "{name} is encrypted under a new key; template files copied before are of no use with it. Snapshots from \
                         before hold the old key, sealed under server.key: take a new one, and delete them if the old templates are \
                         to be gone"
                    ),
                );
                Ok(())
            }
        }
    }
}

/// Asks a person; without one, refuses.
fn agreed(name: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("deleting {name} cannot be undone: say --yes");
    }
    note(Style::Bold, format!("Delete {name} with all of its faces and users, for good? Type its name:"));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim() == name)
}

/// Makes a collection.
pub(super) fn make(backend: &Backend, name: &str, tags: Vec<(String, String)>) -> anyhow::Result<Value> {
    let tags = (!tags.is_empty()).then(|| tags.into_iter().collect());
    let collection_id = Some(name.to_owned());
    backend.call(Request::CreateCollection(CreateCollectionRequest { collection_id, tags }))
}

fn create(
    backend: &Backend,
    out: &Output,
    name: String,
    tags: Vec<(String, String)>,
    as_json: bool,
) -> anyhow::Result<()> {
    let made = make(backend, &name, tags)?;
    if as_json {
        out.line(made.to_string())?;
    } else {
        note(Style::Dim, format!("made {name}, for templates of {}", text(&made, "FaceModelVersion")?));
    }
    Ok(())
}

fn list(backend: &Backend, out: &Output, as_json: bool) -> anyhow::Result<()> {
    let mut names = Vec::new();
    let page =
        |next_token| Request::ListCollections(ListCollectionsRequest { next_token, max_results: None });
    backend.pages(page, |answer| {
        let listed = answer.get("CollectionIds").and_then(Value::as_array).cloned().unwrap_or_default();
        names.extend(listed.iter().filter_map(Value::as_str).map(ToOwned::to_owned));
        Ok(())
    })?;
    let mut rows = vec![["COLLECTION", "FACES", "USERS", "VERSION", "CREATED"].map(str::to_owned).to_vec()];
    let mut items = Vec::new();
    for name in names {
        let found = look_up(backend, name.clone())?;
        let count = |member: &str| found.get(member).and_then(Value::as_u64).unwrap_or(0).to_string();
        rows.push(vec![
            name.clone(),
            count("FaceCount"),
            count("UserCount"),
            text(&found, "FaceModelVersion")?.to_owned(),
            moment(&found),
        ]);
        items.push(named(name, found));
    }
    if as_json {
        out.line(serde_json::to_string_pretty(&items)?)?;
    } else {
        out.table(&rows)?;
    }
    Ok(())
}

fn look_up(backend: &Backend, name: String) -> anyhow::Result<Value> {
    let collection_id = Some(name);
    backend.call(Request::DescribeCollection(DescribeCollectionRequest { collection_id }))
}

/// The answer of DescribeCollection with the name in it.
fn named(name: String, mut found: Value) -> Value {
    if let Some(members) = found.as_object_mut() {
        members.insert("CollectionId".to_owned(), name.into());
    }
    found
}

fn describe(backend: &Backend, out: &Output, name: String, as_json: bool) -> anyhow::Result<()> {
    let found = look_up(backend, name.clone())?;
    let resource_arn = Some(text(&found, "CollectionARN")?.to_owned());
    let tags = backend.call(Request::ListTagsForResource(ListTagsForResourceRequest { resource_arn }))?;
    let tags = tags.get("Tags").cloned().unwrap_or_else(|| json!({}));
    if as_json {
        let mut whole = named(name, found);
        if let Some(members) = whole.as_object_mut() {
            members.insert("Tags".to_owned(), tags);
        }
        out.line(serde_json::to_string_pretty(&whole)?)?;
        return Ok(());
    }
    let count = |member: &str| found.get(member).and_then(Value::as_u64).unwrap_or(0).to_string();
    let mut rows = vec![
        vec!["collection".to_owned(), name],
        vec!["faces".to_owned(), count("FaceCount")],
        vec!["users".to_owned(), count("UserCount")],
        vec!["version".to_owned(), text(&found, "FaceModelVersion")?.to_owned()],
        vec!["created".to_owned(), moment(&found)],
        vec!["arn".to_owned(), text(&found, "CollectionARN")?.to_owned()],
    ];
    for (key, value) in tags.as_object().into_iter().flatten() {
        rows.push(vec!["tag".to_owned(), format!("{key}={}", value.as_str().unwrap_or_default())]);
    }
    out.table(&rows)?;
    Ok(())
}

/// When a collection was made: RFC 3339 in UTC, whole seconds.
fn moment(found: &Value) -> String {
    let seconds = found.get("CreationTimestamp").and_then(Value::as_f64).unwrap_or(0.0);
    jiff::Timestamp::from_second(seconds as i64).map_or_else(|_far| "never".to_owned(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read() {
        assert_eq!(tag("owner=a=b"), Ok(("owner".to_owned(), "a=b".to_owned())));
        assert_eq!(tag("stage="), Ok(("stage".to_owned(), String::new())));
        assert!(tag("owner").is_err());
    }

    #[test]
    fn moments_are_shown_in_utc() {
        assert_eq!(moment(&json!({ "CreationTimestamp": 1_790_000_000.999 })), "2026-09-21T14:13:20Z");
    }
}
