//! The pictures of a folder, and what each is called in a collection.
//!
//! Owns which files count as pictures, their order, and how a file's name becomes an ExternalImageId. Refuses to read them.
//!
//! # Invariants
//! - Links to folders are not followed: they may lead round in circles.
//! - What cannot be looked at (a link to nothing, a file that goes away meanwhile, a folder that may not be read) hides
//!   nothing else: it is listed with the reason.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

/// What a picture is called in the collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Naming {
    /// The file's name
    Name,
    /// The file's path below FOLDER, `:` between its parts
    Path,
    /// The name of the folder that the file is in: one folder a person
    Folder,
    /// Nothing: faces have no ExternalImageId
    None,
}

impl Naming {
    /// What a picture is called; characters that an ExternalImageId cannot have become `_`.
    pub(super) fn id(self, name: &str) -> Result<Option<String>, String> {
        let parts: Vec<&str> = name.split('/').collect();
        let text = match (self, parts.as_slice()) {
            (Self::None, _) => return Ok(None),
            (Self::Path, _) => parts.join(":"),
            (Self::Folder, [.., folder, _file]) => (*folder).to_owned(),
            (Self::Folder, _) => {
                return Err("it is in no folder below FOLDER, whose name would be its ExternalImageId".into());
            }
            (Self::Name, [.., file]) => (*file).to_owned(),
            (Self::Name, []) => String::new(),
        };
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_.-:".contains(letter);
        let id: String = text.chars().map(|letter| if allowed(letter) { letter } else { '_' }).collect();
        if id.len() > 255 {
            return Err("its name is longer than the 255 characters of an ExternalImageId".into());
        }
        Ok(Some(id))
    }
}

/// A picture of a folder.
#[derive(Debug)]
pub(super) struct Picture {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path below the folder, `/` between its parts.
    pub(super) name: String,
    /// Its size.
    pub(super) bytes: u64,
}

/// Something in a folder that is meant and cannot be looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Its path below the folder, `/` between its parts.
    pub(super) name: String,
    /// Why, in words for a person.
    pub(super) why: String,
}

/// What there is in a folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The files named like a JPEG or PNG, in the order of their names.
    pub(super) pictures: Vec<Picture>,
    /// What is named so and is no file that could be read, and folders that cannot be, in the order of their names.
    pub(super) unreadable: Vec<Unreadable>,
}

/// Looks through a folder.
///
/// # Errors
/// When the folder itself cannot be read.
pub(super) fn pictures(folder: &Path, recursive: bool) -> anyhow::Result<Listing> {
    let mut found = Listing::default();
    let mut folders = Vec::new();
    look(folder, folder, &mut found, &mut folders)?;
    while let (true, Some(inner)) = (recursive, folders.pop()) {
        if let Err(error) = look(folder, &inner, &mut found, &mut folders) {
            let why = format!("this folder cannot be read: {}", plain(&error));
            found.unreadable.push(Unreadable { name: below(folder, &inner), why });
        }
    }
    found.pictures.sort_by(|one, other| one.name.cmp(&other.name));
    found.unreadable.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Looks at what is in the folder `inner` of `folder`.
fn look(folder: &Path, inner: &Path, found: &mut Listing, folders: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs_err::read_dir(inner)? {
        let entry = entry?;
        let path = entry.path();
        let named = is_picture(&path);
        let meta = match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                folders.push(path);
                continue;
            }
            _ if !named => continue,
            Ok(_) => fs_err::metadata(&path),
            Err(error) => Err(error),
        };
        let name = below(folder, &path);
        match meta {
            Ok(meta) if meta.is_file() => found.pictures.push(Picture { name, bytes: meta.len(), path }),
            // A folder behind a link, a socket: named like a picture by chance.
            Ok(_) => {}
            Err(error) => {
                let why = match fs_err::read_link(&path) {
                    Ok(target) if error.kind() == ErrorKind::NotFound => {
                        format!("it is a link to {}, which is not there", target.display())
                    }
                    _ => format!("it cannot be read: {}", plain(&error)),
                };
                found.unreadable.push(Unreadable { name, why });
            }
        }
    }
    Ok(())
}

/// What the system said, without the path, which is told beside it.
fn plain(error: &std::io::Error) -> String {
    error.kind().to_string()
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    matches!(ending.as_deref(), Some("jpg" | "jpeg" | "png"))
}

fn below(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_named_as_asked() {
        let id = |naming: Naming, name| naming.id(name).map_err(|_| ());
        assert_eq!(id(Naming::Name, "anna/été 1.jpg"), Ok(Some("_t__1.jpg".to_owned())));
        assert_eq!(id(Naming::Path, "anna/2026/a.jpg"), Ok(Some("anna:2026:a.jpg".to_owned())));
        assert_eq!(id(Naming::Folder, "people/anna/a.jpg"), Ok(Some("anna".to_owned())));
        assert_eq!(id(Naming::None, "a.jpg"), Ok(None));
        assert!(id(Naming::Folder, "a.jpg").is_err());
        assert!(id(Naming::Name, &"x".repeat(256)).is_err());
    }

    #[test]
    fn pictures_are_told_by_their_ending() {
        for name in ["a.jpg", "b.JPEG", "c.d.Png"] {
            assert!(is_picture(Path::new(name)), "{name}");
        }
        for name in ["a", "a.gif", "jpg", ".png", "a.jpg.txt"] {
            assert!(!is_picture(Path::new(name)), "{name}");
        }
        assert_eq!(below(Path::new("/x"), Path::new("/x/y/z.jpg")), "y/z.jpg");
    }

    #[test]
    fn a_folder_is_read_in_order_and_in_depth_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.jpg", "a/c.png", "a/b/d.jpeg", "notes.txt"] {
            let path = folder.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, name).unwrap();
        }
        let names = |recursive| {
            let found = pictures(folder.path(), recursive).unwrap();
            assert_eq!(found.unreadable, []);
            found.pictures.into_iter().map(|picture| (picture.name, picture.bytes)).collect::<Vec<_>>()
        };
        assert_eq!(names(false), [("b.jpg".to_owned(), 5)]);
        assert_eq!(
            names(true).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["a/b/d.jpeg", "a/c.png", "b.jpg"]
        );
        assert!(pictures(&folder.path().join("none"), false).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_looked_at_is_named_and_hides_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs_err::create_dir(at("anna")).unwrap();
        fs_err::write(at("anna/a.jpg"), "a").unwrap();
        fs_err::write(at("z.jpg"), "z").unwrap();
        let link = |to: &Path, name: &str| fs_err::os::unix::fs::symlink(to, at(name)).unwrap();
        link(&at("gone"), "anna/link.jpg");
        link(&at("z.jpg"), "good.jpg");
        link(&at("anna"), "folder.jpg");
        link(&at("gone"), "notes.txt");
        let found = pictures(folder.path(), true).unwrap();
        assert!(found.pictures.iter().map(|file| file.name.as_str()).eq(["anna/a.jpg", "good.jpg", "z.jpg"]));
        let [dangling] = found.unreadable.as_slice() else { panic!("{:?}", found.unreadable) };
        assert_eq!(dangling.name, "anna/link.jpg");
        assert!(dangling.why.contains("a link to") && dangling.why.contains("gone"), "{}", dangling.why);
    }
}
