//! What the gallery keeps and hands out: collections, faces, users.
//!
//! Owns the types. Refuses to know how they are stored.
//!
//! # Invariants
//! - A record holds no template: templates never leave this crate except sealed, in an export.

use std::collections::BTreeMap;

use crate::change::{Finder, Subject};
use crate::context::Moment;
use crate::ids::{ConsentId, FaceId, ImageId, PictureDigest};
use crate::names::{CollectionName, ExternalId, TemplateVersion, UserName};
use crate::policy::Policy;

/// What a collection is made from.
#[derive(Clone, Debug)]
pub struct NewCollection {
    /// Its name.
    pub name: CollectionName,
    /// The version of the templates it will hold.
    pub version: TemplateVersion,
    /// How many numbers a template of that version has.
    pub dimensions: usize,
    /// Its tags, by key.
    pub tags: BTreeMap<String, String>,
    /// What it is for.
    pub policy: Policy,
}

/// A collection as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Its name.
    pub name: CollectionName,
    /// The version of its templates.
    pub version: TemplateVersion,
    /// How many numbers a template has.
    pub dimensions: usize,
    /// When it was made.
    pub created: Moment,
    /// Faces in it.
    pub faces: u64,
    /// Users in it, those without a face included.
    pub users: u64,
    /// How ids of its pictures are made.
    pub digest: PictureDigest,
    /// What it is for.
    pub policy: Policy,
}

/// How much there is in all collections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Collections.
    pub collections: u64,
    /// Faces in them.
    pub faces: u64,
    /// Users in them.
    pub users: u64,
}

/// Where a face is in its picture, as ratios of the picture's width and height. May reach past the edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceBox {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl FaceBox {
    /// How far two boxes cover each other: area of the intersection by area of the union, 0..=1. Boxes without area
    /// cover each other when they are equal.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f32 {
        if self == other {
            return 1.0;
        }
        let span = |start: f32, length: f32, other_start: f32, other_length: f32| {
            ((start + length).min(other_start + other_length) - start.max(other_start)).max(0.0)
        };
        let both = span(self.left, self.width, other.left, other.width)
            * span(self.top, self.height, other.top, other.height);
        let either = self.width * self.height + other.width * other.height - both;
        if either > 0.0 { both / either } else { 0.0 }
    }
}

/// A face to be added.
#[derive(Clone, Debug)]
pub struct NewFace {
    /// Its template, of the collection's version: unit length.
    pub template: Vec<f32>,
    /// Where it is in the picture.
    pub bounding_box: FaceBox,
    /// The detector's confidence, percent.
    pub confidence: f32,
}

/// The faces of one picture, to be added.
#[derive(Clone, Debug)]
pub struct AddFaces {
    /// The picture, by the digest of the collection ([`Collection::digest`]).
    pub image: ImageId,
    /// What the caller calls the picture.
    pub external_id: Option<ExternalId>,
    /// The version of the templates.
    pub version: TemplateVersion,
    /// The record of consent that they are added under; without one, the collection looks for one of the external id where it demands
    /// consent.
    pub consent: Option<ConsentId>,
    /// Lowest score at which a face is taken for the person whose record of consent has faces already. Not looked at where no record
    /// is in play.
    pub same_person: f32,
    /// The faces.
    pub faces: Vec<NewFace>,
}

/// What became of one face that was to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct AddedFace {
    /// The record: the new one, or the one that was there.
    pub record: FaceRecord,
    /// False when the same face of the same picture under the same external id was there already.
    pub is_new: bool,
}

/// A face as recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceRecord {
    /// Its id.
    pub id: FaceId,
    /// The picture it was found in.
    pub image: ImageId,
    /// What the caller calls that picture.
    pub external_id: Option<ExternalId>,
    /// Where it is in the picture.
    pub bounding_box: FaceBox,
    /// The detector's confidence, percent.
    pub confidence: f32,
    /// When it was added.
    pub created: Moment,
    /// The user it is associated with.
    pub user: Option<UserName>,
    /// The secret by which its entries in the ledger are found.
    pub finder: Finder,
}

/// Which faces a list is about.
#[derive(Clone, Debug, Default)]
pub struct FaceFilter {
    /// Only faces associated with this user. A user that is not there is an error.
    pub user: Option<UserName>,
    /// Only faces with one of these ids; ids that are not there are left out.
    pub ids: Option<Vec<FaceId>>,
}

/// What became of one face that was to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaceDeletion {
    /// It is gone.
    Deleted,
    /// There is none with that id.
    Unknown,
    /// It is associated with a user, and stays until it is disassociated.
    OfUser {
        /// That user.
        user: UserName,
    },
}

/// Where a user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// Without a face: not found by searches.
    Created,
    /// With at least one face: found by searches.
    Active,
}

/// A user as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    /// The name.
    pub name: UserName,
    /// Whether searches find it.
    pub status: UserStatus,
    /// Faces associated with it.
    pub faces: u32,
    /// When it was made.
    pub created: Moment,
    /// The secret by which its entries in the ledger are found.
    pub finder: Finder,
}

/// What became of one face that was to be associated.
#[derive(Clone, Debug, PartialEq)]
pub enum Association {
    /// It belongs to the user now.
    Associated,
    /// It belonged to the user before: nothing changed.
    Already,
    /// There is none with that id.
    Unknown,
    /// It belongs to somebody else.
    OfAnother {
        /// That user.
        user: UserName,
    },
    /// It is too far from the faces that the user has.
    LowMatch {
        /// Its score against the user's vector.
        score: f32,
    },
}

/// What became of one face that was to be disassociated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disassociation {
    /// It belongs to nobody now.
    Disassociated,
    /// It belonged to nobody before: nothing changed.
    Already,
    /// There is none with that id.
    Unknown,
    /// It belongs to somebody else.
    OfAnother {
        /// That user.
        user: UserName,
    },
}

/// The answer to a change of a user's faces.
#[derive(Clone, Debug, PartialEq)]
pub struct UserChange<T> {
    /// What became of each face, once for each id, in the order in which the ids were first given.
    pub outcomes: Vec<(FaceId, T)>,
    /// Where the user stands afterwards.
    pub status: UserStatus,
    /// Whom the change compared: the user first, then each face whose template was held against the user's vector. Nobody when a
    /// request is answered again.
    pub compared: Vec<Subject>,
}

/// What a search looks for.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Lowest score of a match, an inner product: 1 for two equal unit templates.
    pub min_score: f32,
    /// Most matches.
    pub limit: usize,
}

/// One match of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<T> {
    /// What was found.
    pub record: T,
    /// Its score, computed from exact templates.
    pub score: f32,
}

/// The answer to a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// Matches by falling score; equal scores, the older first.
    pub matches: Vec<Match<T>>,
    /// How many faces, or users, were searched.
    pub searched: u64,
    /// The template version of the collection.
    pub version: TemplateVersion,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_intersection_by_union() {
        let square = |left, top| FaceBox { left, top, width: 0.2, height: 0.2 };
        assert!((square(0.1, 0.1).overlap(&square(0.2, 0.1)) - 1.0 / 3.0).abs() < 1e-5);
        assert_eq!(square(0.1, 0.1).overlap(&square(0.5, 0.5)), 0.0);
        assert_eq!(square(0.1, 0.1).overlap(&square(0.1, 0.1)), 1.0);
        let point = FaceBox { left: 0.1, top: 0.1, width: 0.0, height: 0.0 };
        assert_eq!(point.overlap(&point), 1.0);
        assert_eq!(point.overlap(&square(0.0, 0.0)), 0.0);
        let broken = FaceBox { left: f32::NAN, ..point };
        assert!(broken.overlap(&point).max(0.0) < 0.5);
    }
}
