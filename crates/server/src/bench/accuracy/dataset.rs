//! Sample pictures: a folder for each person, and the template of the right face in each picture.
//!
//! Owns the walk through the folders, the choice of a face, and the account of pictures that gave none. Keeps no
//! picture and no template longer than the run.
//!
//! # Invariants
//! - Pictures are taken in the order of their paths, however many workers there are.
//! - Every picture is accounted for: as a face, or as a failure to acquire with its reason.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use indicatif::ProgressBar;
use overt_vision::face::{Gender, Rect, Wanted};
use overt_vision::fusion::Parts;
use overt_vision::{DecodeLimits, MAX_FACES, Networks, Picture, TemplateVersion, Worker};

/// Which face of a picture is the labelled person's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The largest, as the operations choose it
    #[default]
    Largest,
    /// The one nearest the middle, as in data sets cut out around the person (LFW)
    Centre,
}

/// What was made of a face.
#[derive(Debug)]
pub(crate) enum Embedded {
    /// Both embeddings, from which constants can be learned.
    Parts(Parts),
    /// The template as the operations would have it.
    Template {
        /// Unit vector.
        values: Box<[f32]>,
        /// What the network that reads gender says, for comparing groups. Not a label.
        apparent: Option<Gender>,
    },
}

/// A picture and what came of it.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Person, counted from 0 in the order of the folders' names.
    pub(crate) person: usize,
    /// The file.
    pub(crate) path: PathBuf,
    /// The face, or why there is none.
    pub(crate) face: Result<Embedded, Failure>,
}

/// Why a picture gave no template: a failure to acquire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No face was found.
    NoFace,
    /// The file could not be read or decoded.
    Unreadable(String),
}

/// What to make of a face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Make {
    /// Both embeddings that the built-in recipe fuses.
    Parts,
    /// Templates of this version.
    Templates(TemplateVersion),
}

/// The pictures below `folder`, by person: the files of each of its folders that are named like JPEG or PNG.
pub(crate) fn pictures(folder: &Path) -> anyhow::Result<Vec<(usize, PathBuf)>> {
    let mut pictures = Vec::new();
    let mut person = 0;
    for directory in sorted(folder)?.iter().filter(|path| path.is_dir()) {
        let before = pictures.len();
        let files = sorted(directory)?.into_iter().filter(|path| path.is_file() && is_picture(path));
        pictures.extend(files.map(|path| (person, path)));
        if pictures.len() > before {
            person += 1;
        }
    }
    if person < 2 {
        bail!(
            "{} must hold a folder of JPEG or PNG pictures for each of two or more people",
            folder.display()
        );
    }
    Ok(pictures)
}

fn sorted(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths =
        fs_err::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| ["jpg", "jpeg", "png"].iter().any(|known| extension == *known))
}

/// Embeds the labelled face of every picture, on `workers` threads.
pub(crate) fn embed(
    pictures: Vec<(usize, PathBuf)>,
    networks: &Networks,
    make: Make,
    subject: Subject,
    workers: usize,
    progress: &ProgressBar,
) -> anyhow::Result<Vec<Sample>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(pictures.len()));
    let failed = || anyhow::anyhow!("a worker failed");
    std::thread::scope(|scope| {
        let work = || -> anyhow::Result<()> {
            let mut worker = networks.worker()?;
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some((_, path)) = pictures.get(index) else { return Ok(()) };
                let face = embed_one(&mut worker, path, &make, subject)?;
                results.lock().map_err(|_| failed())?.push((index, face));
                progress.inc(1);
            }
        };
        let threads: Vec<_> = (0..workers.max(1)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| failed())?)
    })?;
    let mut results = results.into_inner().map_err(|_| failed())?;
    results.sort_by_key(|(index, _)| *index);
    let labelled = pictures.into_iter().zip(results);
    Ok(labelled.map(|((person, path), (_, face))| Sample { person, path, face }).collect())
}

fn embed_one(
    worker: &mut Worker,
    path: &Path,
    make: &Make,
    subject: Subject,
) -> anyhow::Result<Result<Embedded, Failure>> {
    let file = fs_err::read(path)?;
    let picture = match Picture::decode(&file, &DecodeLimits::default()) {
        Ok(picture) => picture,
        Err(error) => return Ok(Err(Failure::Unreadable(error.to_string()))),
    };
    // The nearest to the middle need not be the largest, so then every face is embedded.
    let faces = if subject == Subject::Largest { 1 } else { MAX_FACES };
    let found: Vec<(Rect, Embedded)> = match make {
        Make::Parts => worker
            .raw_embeddings(&picture, faces)
            .with_context(|| format!("cannot analyse {}", path.display()))?
            .into_iter()
            .map(|(detection, parts)| (detection.bounds, Embedded::Parts(parts)))
            .collect(),
        Make::Templates(version) => worker
            .faces(
                &picture,
                faces,
                &Wanted { template: Some(version.clone()), gender: true, ..Wanted::default() },
            )
            .with_context(|| format!("cannot analyse {}", path.display()))?
            .into_iter()
            .filter_map(|face| {
                let apparent = face.attributes.gender.map(|found| found.value);
                Some((face.bounds, Embedded::Template { values: face.template?.values, apparent }))
            })
            .collect(),
    };
    let middle = (picture.width() as f32 / 2.0, picture.height() as f32 / 2.0);
    let distance = |(bounds, _): &(Rect, Embedded)| {
        (bounds.left + bounds.width / 2.0 - middle.0).hypot(bounds.top + bounds.height / 2.0 - middle.1)
    };
    // Faces come largest first, and of equals the first is taken.
    let chosen = match subject {
        Subject::Largest => found.into_iter().next(),
        Subject::Centre => found.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b))),
    };
    Ok(chosen.map(|(_, embedded)| embedded).ok_or(Failure::NoFace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_folders_with_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let path = folder.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, b"not decoded here").unwrap();
        };
        for name in ["b/2.JPG", "b/1.jpg", "b/notes.txt", "c/only.txt", "a/x.png", "loose.jpg"] {
            put(name);
        }
        let found = pictures(folder.path()).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|(person, path)| (*person, path.file_name().unwrap().to_str().unwrap()))
            .collect();
        assert_eq!(names, [(0, "x.png"), (1, "1.jpg"), (1, "2.JPG")]);
    }

    #[test]
    fn one_person_is_no_data_set() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(folder.path().join("a")).unwrap();
        fs_err::write(folder.path().join("a/1.jpg"), b"x").unwrap();
        assert!(pictures(folder.path()).is_err());
        assert!(pictures(&folder.path().join("missing")).is_err());
    }
}
