//! The report of an import: one line a file, and so the memory of what is done.
//!
//! Owns the file and its form: JSON, one object a line, the first of which says what the report is of. Refuses to index.
//!
//! # Invariants
//! - A line is written whole and after its file is done; a line that was cut off is as if it were not there.
//! - A report is of one collection, as it was made: neither a namesake nor another folder continues it.

use std::collections::BTreeMap;
use std::io::{BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

/// The form of the file.
const FORM: u32 = 1;
/// Lines between two flushes: what an import that is killed does a second time.
const FLUSH: usize = 16;

/// What a report is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Whose {
    /// The collection.
    pub(super) collection: String,
    /// When it was made, seconds since 1970.
    pub(super) created: f64,
    /// The folder.
    pub(super) folder: String,
}

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    /// Its path below the folder.
    pub(super) file: String,
    /// Its size.
    pub(super) bytes: u64,
    /// What its faces are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) external_image_id: Option<String>,
    /// Its faces in the collection.
    pub(super) faces: usize,
    /// Why its other faces are not, one list a face.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) not_indexed: Vec<Vec<String>>,
    /// Why the file could not be indexed at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Heading {
    overt_import: u32,
    #[serde(flatten)]
    whose: Whose,
}

/// An open report.
pub(super) struct Report {
    file: BufWriter<fs_err::File>,
    done: BTreeMap<String, Done>,
    unflushed: usize,
}

impl Report {
    /// Opens the report of an import, or begins it.
    ///
    /// # Errors
    /// When the file is another's report, no report, or cannot be written.
    pub(super) fn open(path: &Path, whose: &Whose) -> anyhow::Result<Self> {
        let found = match fs_err::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let done = match &found {
            Some(text) => read(path, text, whose)?,
            None => BTreeMap::new(),
        };
        // Written anew: a line that was cut off goes, and so do the failures, which are tried again.
        let beside = beside(path);
        let mut file = BufWriter::new(fs_err::File::create(&beside)?);
        line(&mut file, &Heading { overt_import: FORM, whose: whose.clone() })?;
        for each in done.values() {
            line(&mut file, each)?;
        }
        file.flush()?;
        file.get_ref().sync_all()?;
        fs_err::rename(&beside, path)?;
        Ok(Self { file, done, unflushed: 0 })
    }

    /// Whether a file is done. One whose size changed is not.
    pub(super) fn has(&self, file: &str, bytes: u64) -> bool {
        self.done.get(file).is_some_and(|done| done.bytes == bytes)
    }

    /// Whether there is an outcome of a file, a failure included.
    pub(super) fn knows(&self, file: &str) -> bool {
        self.done.contains_key(file)
    }

    /// Writes down what became of a file.
    pub(super) fn add(&mut self, done: &Done) -> anyhow::Result<()> {
        line(&mut self.file, done)?;
        self.done.insert(done.file.clone(), done.clone());
        self.unflushed += 1;
        if self.unflushed >= FLUSH {
            self.flush()?;
        }
        Ok(())
    }

    /// Hands everything to the system.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.unflushed = 0;
        Ok(self.file.flush()?)
    }

    /// Every file, by name.
    pub(super) fn all(&self) -> impl Iterator<Item = &Done> {
        self.done.values()
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    name.into()
}

fn line(file: &mut impl std::io::Write, value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    Ok(file.write_all(text.as_bytes())?)
}

fn read(path: &Path, text: &str, whose: &Whose) -> anyhow::Result<BTreeMap<String, Done>> {
    let mut lines = text.lines();
    let shown = path.display();
    let heading: Heading = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok())
        .with_context(|| format!("{shown} is no report of an import: name another file with --report"))?;
    if heading.overt_import != FORM {
        bail!("{shown} was written by another release: name another file with --report");
    }
    if heading.whose != *whose {
        bail!(
            "{shown} is the report of another import (of {} into {}, as it was made then): name another file with --report, \
             or delete it",
            heading.whose.folder,
            heading.whose.collection
        );
    }
    let done = lines.filter_map(|line| serde_json::from_str::<Done>(line).ok());
    Ok(done.filter(|done| done.error.is_none()).map(|done| (done.file.clone(), done)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose() -> Whose {
        Whose { collection: "c".into(), created: 1_700_000_000.25, folder: "/photos".into() }
    }

    fn done(file: &str) -> Done {
        Done { file: file.into(), bytes: 7, faces: 1, ..Done::default() }
    }

    #[test]
    fn what_is_done_is_remembered_and_what_failed_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.jsonl");
        let mut report = Report::open(&path, &whose()).unwrap();
        report.add(&done("a")).unwrap();
        report.add(&Done { error: Some("no".into()), ..done("b") }).unwrap();
        report.flush().unwrap();
        assert_eq!(report.all().count(), 2);
        drop(report);
        // As a power cut leaves it.
        let mut text = fs_err::read_to_string(&path).unwrap();
        text.push_str(r#"{"file":"c","byt"#);
        fs_err::write(&path, text).unwrap();
        let mut report = Report::open(&path, &whose()).unwrap();
        assert!(report.has("a", 7) && !report.has("a", 8) && !report.has("b", 7) && !report.has("c", 7));
        report.add(&done("c")).unwrap();
        drop(report);
        let report = Report::open(&path, &whose()).unwrap();
        assert!(report.all().map(|done| done.file.as_str()).eq(["a", "c"]));
    }

    #[test]
    fn another_imports_report_is_not_continued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.jsonl");
        drop(Report::open(&path, &whose()).unwrap());
        for other in [
            Whose { created: 5.0, ..whose() },
            Whose { collection: "d".into(), ..whose() },
            Whose { folder: "/other".into(), ..whose() },
        ] {
            let error = Report::open(&path, &other).err().unwrap().to_string();
            assert!(error.contains("another import"), "{error}");
        }
        fs_err::write(&path, "something of a person's own\n").unwrap();
        assert!(Report::open(&path, &whose()).err().unwrap().to_string().contains("no report"));
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "something of a person's own\n");
    }
}
