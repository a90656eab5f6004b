//! Stored faces found again in their pictures, and their templates made anew by another recogniser.
//!
//! Owns how a face is found in its picture and what makes sure that it is the right one. Refuses to know where pictures come from
//! and what becomes of templates.
//!
//! # Invariants
//! - A picture is analysed once for all of its faces, and once more by the old recogniser only where it was found by a name.
//! - A face is where its box says or nowhere: no face is taken for another because it is the only one.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use overt_gallery::{FaceBox, FaceId, FaceRecord};
use overt_vision::face::Wanted;
use overt_vision::{MAX_FACES, TemplateVersion};

use super::sources::Found;
use crate::convert::{self, Scale};
use crate::engine::{Engine, EngineError};

/// Least overlap (intersection by union) of a face's stored box with the box of the face in its picture. The same
/// bytes give the same box; a picture that was saved anew moves it by a few per cent.
const SAME_PLACE: f32 = 0.5;

/// A picture with the faces that were found in it when it was indexed.
#[derive(Debug)]
pub(super) struct Job<'a> {
    /// The file.
    pub(super) path: &'a Path,
    /// How it was found.
    pub(super) found: Found,
    /// The faces.
    pub(super) faces: Vec<&'a FaceRecord>,
}

/// What became of one face.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// Its new template.
    Template(Vec<f32>),
    /// Nothing is at its place in the picture.
    NotThere,
    /// Somebody else is at its place.
    SomebodyElse,
    /// The file is no picture, or cannot be read.
    Unreadable(String),
}

/// How like a stored face is to a template of the old version: an inner product.
pub(super) type Likeness<'a> = dyn Fn(FaceId, &[f32]) -> anyhow::Result<f32> + Sync + 'a;

/// Whether the face in a picture that was found by a name is the stored one, by the recogniser that knew it.
pub(super) struct Check<'a> {
    /// The collection's version until now.
    pub(super) version: TemplateVersion,
    /// Its scores with stored faces.
    pub(super) likeness: &'a Likeness<'a>,
    /// The lowest score of the same person.
    pub(super) least: f32,
}

/// Makes templates of one version.
pub(super) struct Maker<'a> {
    /// The version.
    pub(super) version: TemplateVersion,
    /// `None` where the old recogniser is gone: then a name has to be believed.
    pub(super) check: Option<Check<'a>>,
}

impl Maker<'_> {
    /// Works through `jobs` on a thread for each engine and hands every face with its outcome to `each`, on this thread.
    ///
    /// # Errors
    /// What every other picture would fail with too: a network, the records, or `each` itself.
    pub(super) fn run<E: Engine + Send>(
        &self,
        engines: &mut [E],
        jobs: &[Job<'_>],
        mut each: impl FnMut(&FaceRecord, &Job<'_>, Outcome) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            // The threads end by themselves when nobody listens any more.
            let (send, results) = mpsc::sync_channel(2 * engines.len());
            for engine in engines {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if send.send((job, self.one(engine, job))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            for (job, outcomes) in results {
                for (face, outcome) in job.faces.iter().zip(outcomes?) {
                    each(face, job, outcome)?;
                }
            }
            Ok(())
        })
    }

    /// What became of each face of a picture.
    fn one(&self, engine: &mut dyn Engine, job: &Job<'_>) -> anyhow::Result<Vec<Outcome>> {
        let all = |outcome: Outcome| vec![outcome; job.faces.len()];
        let file = match fs_err::read(job.path) {
            Ok(file) => file,
            Err(error) => return Ok(all(Outcome::Unreadable(error.to_string()))),
        };
        let found = match placed(engine, &file, &self.version) {
            Ok(found) => found,
            Err(EngineError::Picture(error)) => return Ok(all(Outcome::Unreadable(error.to_string()))),
            Err(error) => return Err(error.into()),
        };
        let check = self.check.as_ref().filter(|_| job.found == Found::ByName);
        let old = match check {
            Some(check) => Some((check, placed(engine, &file, &check.version)?)),
            None => None,
        };
        let outcome = |face: &&FaceRecord| -> anyhow::Result<Outcome> {
            if let Some((check, old)) = &old {
                let Some(template) = at_place(old, &face.bounding_box) else { return Ok(Outcome::NotThere) };
                if (check.likeness)(face.id, template)? < check.least {
                    return Ok(Outcome::SomebodyElse);
                }
            }
            let template = at_place(&found, &face.bounding_box);
            Ok(template.map_or(Outcome::NotThere, |template| Outcome::Template(template.to_vec())))
        };
        job.faces.iter().map(outcome).collect()
    }
}

/// A face's box as it is stored, and its template.
type Placed = (FaceBox, Box<[f32]>);

/// The faces of a picture.
fn placed(
    engine: &mut dyn Engine,
    file: &[u8],
    version: &TemplateVersion,
) -> Result<Vec<Placed>, EngineError> {
    let wanted = Wanted { template: Some(version.clone()), ..Wanted::default() };
    let findings = engine.faces(file, MAX_FACES, &wanted)?;
    let scale = Scale::of(&findings);
    let faces = findings.faces.into_iter();
    Ok(faces
        .filter_map(|mut face| {
            let template = face.template.take()?;
            Some((convert::stored_box(scale, &face), template.values))
        })
        .collect())
}

/// The template of the face that is where the box says.
fn at_place<'a>(found: &'a [Placed], place: &FaceBox) -> Option<&'a [f32]> {
    let overlaps = found.iter().map(|(bounds, template)| (bounds.overlap(place), template));
    let best = overlaps.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(overlap, _)| *overlap >= SAME_PLACE).map(|(_, template)| &**template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FAKE_1, FAKE_2, FakeEngine, template};
    use overt_gallery::ImageId;

    fn bounds(left: f32) -> FaceBox {
        FaceBox { left, top: 0.1, width: 0.2, height: 0.2 }
    }

    /// A face where the fakes have theirs.
    fn face(number: u8) -> FaceRecord {
        let findings = FakeEngine.faces(b"[0.0]", 1, &Wanted::default()).unwrap();
        FaceRecord {
            id: FaceId::from_bytes([number; 16]),
            image: ImageId::from_bytes([2; 16]),
            external_id: None,
            bounding_box: convert::stored_box(Scale::of(&findings), &findings.faces[0]),
            confidence: 99.0,
            created: overt_gallery::Moment::from_millis(0),
            user: None,
            finder: overt_gallery::Finder::from_bytes([0; 16]),
        }
    }

    #[test]
    fn a_face_is_known_by_its_place() {
        let found = [(bounds(0.1), Box::from([1.0])), (bounds(0.5), Box::from([2.0]))];
        assert_eq!(at_place(&found, &bounds(0.51)), Some(&[2.0_f32] as &[f32]));
        assert_eq!(at_place(&found, &bounds(0.1)), Some(&[1.0_f32] as &[f32]));
        assert_eq!(at_place(&found, &bounds(0.3)), None);
        assert_eq!(at_place(&[], &bounds(0.3)), None);
    }

    /// The outcomes of faces of one picture, whose person stands at `angle` and was stored as standing at 0.
    fn outcomes(found: Found, text: &str, faces: &[FaceRecord], checked: bool) -> Vec<Outcome> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs_err::write(&path, text).unwrap();
        let stored = template(0.0, &FAKE_1.into()).unwrap();
        let likeness = |_: FaceId, other: &[f32]| -> anyhow::Result<f32> {
            Ok(stored.values.iter().zip(other).map(|(a, b)| a * b).sum())
        };
        let check = Check { version: FAKE_1.into(), likeness: &likeness, least: 0.8 };
        let maker = Maker { version: FAKE_2.into(), check: checked.then_some(check) };
        let jobs = [Job { path: &path, found, faces: faces.iter().collect() }];
        let mut outcomes = Vec::new();
        maker
            .run(&mut [FakeEngine, FakeEngine], &jobs, |face, job, outcome| {
                assert_eq!((face.id, job.path), (faces[outcomes.len()].id, path.as_path()));
                outcomes.push(outcome);
                Ok(())
            })
            .unwrap();
        outcomes
    }

    fn made(angle: f32) -> Outcome {
        Outcome::Template(template(angle, &FAKE_2.into()).unwrap().values.into())
    }

    #[test]
    fn new_templates_are_of_the_version_asked_for() {
        let elsewhere = FaceRecord { bounding_box: bounds(5.0), ..face(2) };
        assert_eq!(
            outcomes(Found::ByContent, "[0.0]", &[face(1), elsewhere], true),
            [made(0.0), Outcome::NotThere]
        );
        assert_eq!(outcomes(Found::ByContent, "[]", &[face(1)], true), [Outcome::NotThere]);
    }

    #[test]
    fn who_was_found_by_a_name_has_to_look_the_same() {
        assert_eq!(outcomes(Found::ByName, "[0.1]", &[face(1)], true), [made(0.1)]);
        assert_eq!(outcomes(Found::ByName, "[1.5]", &[face(1)], true), [Outcome::SomebodyElse]);
        assert_eq!(outcomes(Found::ByName, "[]", &[face(1)], true), [Outcome::NotThere]);
        // The same bytes cannot show anybody else, and without the old recogniser nobody can tell.
        assert_eq!(outcomes(Found::ByContent, "[1.5]", &[face(1)], true), [made(1.5)]);
        assert_eq!(outcomes(Found::ByName, "[1.5]", &[face(1)], false), [made(1.5)]);
    }

    #[test]
    fn a_file_that_is_no_picture_fails_alone() {
        let outcomes = outcomes(Found::ByContent, "no picture", &[face(1)], true);
        let [Outcome::Unreadable(why)] = outcomes.as_slice() else { panic!("it was read") };
        assert!(!why.is_empty());
    }

    #[test]
    fn what_is_wrong_with_everything_ends_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs_err::write(&path, "[0.0]").unwrap();
        let face = face(1);
        let jobs: Vec<_> =
            (0..50).map(|_| Job { path: &path, found: Found::ByContent, faces: vec![&face] }).collect();
        let maker = Maker { version: "unknown-1".into(), check: None };
        let error = maker.run(&mut [FakeEngine, FakeEngine], &jobs, |_, _, _| Ok(())).unwrap_err();
        assert!(format!("{error:#}").contains("unknown-1"), "{error:#}");
        let maker = Maker { version: FAKE_2.into(), check: None };
        let mut seen = 0;
        let full = maker.run(&mut [FakeEngine, FakeEngine], &jobs, |_, _, _| {
            seen += 1;
            anyhow::bail!("the disk is full")
        });
        assert!(full.is_err() && seen == 1);
    }
}
