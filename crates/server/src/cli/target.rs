//! Where a drawing goes: the file that `--draw` names.
//!
//! Owns what may be overwritten, and that it is known before the work begins. Refuses to know what is drawn.
//!
//! # Invariants
//! - A picture that was given to look at is never written to.
//! - The file appears whole, or stays as it was.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::Usage;
use crate::draw::Drawing;

/// A place for a drawing that can be written to.
pub(super) struct Target {
    path: PathBuf,
    beside: PathBuf,
    file: fs_err::File,
}

impl Target {
    /// Looks at `path` and begins a file beside it. `inputs` are the pictures that are looked at.
    ///
    /// # Errors
    /// [`Usage`] when it is no PNG file's name, a folder, or one of the inputs; otherwise what the system says.
    pub(super) fn open(path: &Path, inputs: &[&Path]) -> anyhow::Result<Self> {
        let named = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
        let shown = path.display();
        if !named {
            return Err(Usage(format!("--draw {shown}: a drawing is a PNG file, name it so")).into());
        }
        if path.is_dir() {
            return Err(Usage(format!("--draw {shown}: this is a folder")).into());
        }
        // Through links, so that what is written and what is compared is the file itself.
        let path = fs_err::canonicalize(path).unwrap_or_else(|_new| path.to_owned());
        if inputs.iter().any(|input| fs_err::canonicalize(input).is_ok_and(|input| input == path)) {
            return Err(Usage(format!("--draw {shown}: this picture is looked at, and would be lost")).into());
        }
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let beside = PathBuf::from(name);
        let file =
            fs_err::File::create(&beside).map_err(reason).with_context(|| format!("cannot draw {shown}"))?;
        Ok(Self { path, beside, file })
    }

    /// Writes the drawing; its file has its name then.
    pub(super) fn write(mut self, drawing: &Drawing) -> anyhow::Result<PathBuf> {
        let png = drawing.png()?;
        let written = self.file.write_all(&png).and_then(|()| fs_err::rename(&self.beside, &self.path));
        written.map_err(reason).with_context(|| format!("cannot draw {}", self.path.display()))?;
        Ok(self.path.clone())
    }
}

/// What kind of thing the system said, without the name of the file beside the drawing, which nobody asked for.
fn reason(error: std::io::Error) -> std::io::Error {
    error.kind().into()
}

impl Drop for Target {
    fn drop(&mut self) {
        // After a success it is not there any more.
        let _renamed = fs_err::remove_file(&self.beside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_vision::{DecodeLimits, Picture};

    fn refused(path: &Path, inputs: &[&Path]) -> String {
        let error = Target::open(path, inputs).err().unwrap();
        assert!(error.downcast_ref::<Usage>().is_some(), "{error}");
        error.to_string()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs_err::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn an_input_is_never_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("a.png");
        fs_err::write(&input, b"picture").unwrap();
        assert!(refused(&input, &[&input]).contains("would be lost"));
        // Spelt another way, and through a link.
        refused(&folder.path().join("./a.png"), &[&input]);
        #[cfg(unix)]
        {
            let link = folder.path().join("link.png");
            fs_err::os::unix::fs::symlink(&input, &link).unwrap();
            refused(&link, &[&input]);
            refused(&input, &[&folder.path().join("other.png"), &link]);
            fs_err::remove_file(link).unwrap();
        }
        assert_eq!(fs_err::read(&input).unwrap(), b"picture");
        assert_eq!(names(folder.path()), ["a.png"]);
    }

    #[test]
    fn other_names_folders_and_places_that_cannot_be_written_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["faces.jpg", "faces", "faces.png.txt"] {
            assert!(refused(&folder.path().join(name), &[]).contains("PNG"), "{name}");
        }
        let inside = folder.path().join("x.png");
        fs_err::create_dir(&inside).unwrap();
        assert!(refused(&inside, &[]).contains("folder"));
        let nowhere = folder.path().join("none/faces.png");
        let error = Target::open(&nowhere, &[]).err().unwrap();
        assert!(
            error.downcast_ref::<Usage>().is_none() && error.to_string().contains("none/faces.png"),
            "{error}"
        );
        let told = format!("{error:#}");
        let beside = format!(".{}.tmp", std::process::id());
        assert!(told.contains("not found") && !told.contains(&beside), "{told}");
    }

    #[test]
    fn a_drawing_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("FACES.PNG");
        fs_err::write(&path, b"an older one").unwrap();
        drop(Target::open(&path, &[]).unwrap());
        assert_eq!(fs_err::read(&path).unwrap(), b"an older one");
        assert_eq!(names(folder.path()), ["FACES.PNG"], "something was left");
        let limits = DecodeLimits { min_side: 1, ..DecodeLimits::default() };
        let pixmap = tiny_skia::Pixmap::new(20, 10).unwrap();
        let picture = Picture::decode(&pixmap.encode_png().unwrap(), &limits).unwrap();
        let written = Target::open(&path, &[]).unwrap().write(&Drawing::of(&picture).unwrap()).unwrap();
        assert!(fs_err::read(written).unwrap().starts_with(b"\x89PNG"));
        assert_eq!(names(folder.path()), ["FACES.PNG"]);
    }
}
