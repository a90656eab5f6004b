//! The operator's own pictures: which of them a stored face came from.
//!
//! Owns the ways from a face back to its picture: the picture's content, a mapping file, a name. Refuses to look at what a
//! picture shows.
//!
//! # Invariants
//! - A picture found by its content is the one that was indexed, byte for byte; one found by a name only claims to be, and
//!   the two are told apart.
//! - A name that two pictures share finds neither of them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use overt_gallery::{FaceRecord, ImageId, PictureDigest};
use serde::Deserialize;

use super::files::{Listing, Naming, Picture, pictures};
use super::output::{Style, note};
use super::shown::Shown;

/// How a picture was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// By its content: it is the picture that was indexed.
    ByContent,
    /// By a name: it may have been saved anew, or exchanged.
    ByName,
}

/// Pictures by what stored faces remember of them.
pub(super) struct Sources {
    by_content: HashMap<ImageId, PathBuf>,
    mapped: Names,
    named: Names,
    stems: Names,
}

/// Files by name, as long as a name means one file.
#[derive(Default)]
struct Names(HashMap<String, Option<PathBuf>>);

impl Names {
    fn add(&mut self, name: String, path: PathBuf) {
        self.0
            .entry(name)
            .and_modify(|known| {
                if known.as_ref() != Some(&path) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(path.clone()));
    }

    fn get(&self, name: &str) -> Option<&Path> {
        self.0.get(name)?.as_deref()
    }
}

impl Sources {
    /// Reads every picture of a folder once, for its content. `naming` says what an ExternalImageId was made of, `map` names
    /// a mapping file.
    ///
    /// # Errors
    /// When the folder or the mapping file cannot be read.
    pub(super) fn find(
        folder: &Path,
        recursive: bool,
        naming: Naming,
        map: Option<&Path>,
    ) -> anyhow::Result<Self> {
        ensure!(folder.is_dir(), "{} is not a folder", folder.display());
        let mut mapped = Names::default();
        if let Some(map) = map {
            for (id, file) in mapping(map)? {
                mapped.add(id, folder.join(file));
            }
        }
        let Listing { pictures: found, unreadable } = pictures(folder, recursive)?;
        for left_out in unreadable {
            // Faces whose picture this would be stay without a new template, and are named at the end.
            note(Style::Error, format!("{}: {}", left_out.name, left_out.why));
        }
        let progress = Shown::new("reading", found.len());
        let (mut by_content, mut named, mut stems) = (HashMap::new(), Names::default(), Names::default());
        for Picture { path, name, .. } in found {
            let content = match fs_err::read(&path) {
                Ok(content) => content,
                Err(error) => {
                    note(Style::Error, error.to_string());
                    progress.step();
                    continue;
                }
            };
            for digest in PictureDigest::ALL {
                by_content.insert(ImageId::of(&content, digest), path.clone());
            }
            if let Ok(Some(id)) = naming.id(&name) {
                // Programs of people's own often leave the ending out.
                if let (Naming::Name | Naming::Path, Some((stem, _))) = (naming, id.rsplit_once('.')) {
                    stems.add(stem.to_owned(), path.clone());
                }
                named.add(id, path);
            }
            progress.step();
        }
        progress.end();
        Ok(Self { by_content, mapped, named, stems })
    }

    /// The picture that a face came from, as far as it is here.
    pub(super) fn of(&self, face: &FaceRecord) -> Option<(Found, &Path)> {
        if let Some(path) = self.by_content.get(&face.image) {
            return Some((Found::ByContent, path));
        }
        let id = face.external_id.as_ref()?.as_str();
        let path = self.mapped.get(id).or_else(|| self.named.get(id)).or_else(|| self.stems.get(id))?;
        Some((Found::ByName, path))
    }
}

/// A line of a mapping file in JSON: the members that the report of an import has, of which this is one.
#[derive(Deserialize)]
struct Line {
    external_image_id: Option<String>,
    file: Option<PathBuf>,
}

/// ExternalImageIds and paths out of a file: JSON lines if it is called `.jsonl`, else columns between tabs (`.tsv`) or commas.
fn mapping(path: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let text = fs_err::read_to_string(path)?;
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    let read = match ending.as_deref() {
        Some("jsonl" | "ndjson") => lines(&text),
        Some("tsv") => columns(&text, b'\t'),
        _ => columns(&text, b','),
    };
    read.with_context(|| format!("cannot use the mapping file {}", path.display()))
}

fn lines(text: &str) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line: Line = serde_json::from_str(line).with_context(|| format!("line {}", number + 1))?;
        // The report of an import has a heading, and files without an ExternalImageId.
        if let (Some(id), Some(file)) = (line.external_image_id, line.file) {
            found.push((id, file));
        }
    }
    Ok(found)
}

fn columns(text: &str, delimiter: u8) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut found = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record?;
        let (Some(id), Some(file), None) = (record.get(0), record.get(1), record.get(2)) else {
            let line = record.position().map_or(0, csv::Position::line);
            bail!("line {line}: two columns are needed, an ExternalImageId and a path");
        };
        if index > 0 || (id, file) != ("external_image_id", "file") {
            found.push((id.to_owned(), file.into()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_gallery::{FaceBox, FaceId};

    fn face(content: &str, name: Option<&str>) -> FaceRecord {
        FaceRecord {
            id: FaceId::from_bytes([1; 16]),
            image: ImageId::of(content.as_bytes(), PictureDigest::default()),
            external_id: name.map(|name| name.parse().unwrap()),
            bounding_box: FaceBox { left: 0.0, top: 0.0, width: 0.5, height: 0.5 },
            confidence: 99.0,
            created: overt_gallery::Moment::from_millis(0),
            user: None,
            finder: overt_gallery::Finder::from_bytes([0; 16]),
        }
    }

    fn album(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, content).unwrap();
        }
        folder
    }

    fn told(sources: &Sources, content: &str, name: Option<&str>) -> Option<(Found, String)> {
        let (found, path) = sources.of(&face(content, name))?;
        Some((found, path.file_name()?.to_str()?.to_owned()))
    }

    #[test]
    fn pictures_are_found_by_content_then_by_map_then_by_name_then_by_stem() {
        let folder = album(&[("a.jpg", "one"), ("b.jpg", "two"), ("c.jpg", "three"), ("c.png", "four")]);
        let map = folder.path().join("map.csv");
        fs_err::write(&map, "external_image_id,file\nother,c.jpg\nb.jpg,a.jpg\n").unwrap();
        let sources = Sources::find(folder.path(), false, Naming::Name, Some(&map)).unwrap();
        let found = |content, name| told(&sources, content, name);
        let by = |found, name: &str| Some((found, name.to_owned()));
        assert_eq!(found("two", Some("a.jpg")), by(Found::ByContent, "b.jpg"));
        assert_eq!(found("two", None), by(Found::ByContent, "b.jpg"));
        assert_eq!(found("gone", Some("other")), by(Found::ByName, "c.jpg"));
        assert_eq!(found("gone", Some("b.jpg")), by(Found::ByName, "a.jpg"));
        assert_eq!(found("gone", Some("c.jpg")), by(Found::ByName, "c.jpg"));
        assert_eq!(found("gone", Some("a")), by(Found::ByName, "a.jpg"));
        assert_eq!(found("gone", Some("c")), None, "two files have that stem");
        assert_eq!(found("gone", Some("nobody")), None);
        assert_eq!(found("gone", None), None);
    }

    #[test]
    fn a_folder_a_person_names_one_picture_or_none() {
        let folder = album(&[("anna/1.jpg", "one"), ("ben/1.jpg", "two"), ("ben/2.jpg", "three")]);
        let sources = Sources::find(folder.path(), true, Naming::Folder, None).unwrap();
        assert_eq!(told(&sources, "gone", Some("anna")), Some((Found::ByName, "1.jpg".to_owned())));
        assert_eq!(told(&sources, "gone", Some("ben")), None);
        assert_eq!(told(&sources, "three", Some("ben")), Some((Found::ByContent, "2.jpg".to_owned())));
        assert!(Sources::find(&folder.path().join("missing"), true, Naming::Name, None).is_err());
    }

    #[test]
    fn mapping_files_are_read_in_their_three_forms() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs_err::write(&path, text).unwrap();
            mapping(&path).map_err(|error| format!("{error:#}"))
        };
        let expected =
            Ok(vec![("a:1".to_owned(), PathBuf::from("un, deux.jpg")), ("b".to_owned(), "x/b.jpg".into())]);
        assert_eq!(read("m.tsv", "a:1\tun, deux.jpg\nb\tx/b.jpg\n"), expected);
        assert_eq!(read("m.csv", "a:1,\"un, deux.jpg\"\r\nb,x/b.jpg"), expected);
        // The report of an import is one: its heading and files without a name are passed over.
        let report = "{\"overt_import\":1,\"collection\":\"c\"}\n\
                      {\"file\":\"un, deux.jpg\",\"bytes\":7,\"external_image_id\":\"a:1\",\"faces\":1}\n\
                      {\"file\":\"none.jpg\",\"bytes\":7,\"faces\":0}\n\n\
                      {\"external_image_id\":\"b\",\"file\":\"x/b.jpg\"}\n";
        assert_eq!(read("m.jsonl", report), expected);
        for (name, text, reason) in [
            ("n.csv", "a,b\nonly-one\n", "line 2"),
            ("n.csv", "a,b,c\n", "two columns"),
            ("n.tsv", "a,b\n", "two columns"),
            ("n.jsonl", "{\"external_image_id\":\n", "line 1"),
        ] {
            let error = read(name, text).unwrap_err();
            assert!(error.contains(reason) && error.contains(name), "{error}");
        }
    }
}
