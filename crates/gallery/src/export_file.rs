//! The form of a file with a collection: JSON lines, the templates in them sealed.
//!
//! ```text
//! {"head":{"format":"overt-collection-1", version, dimensions, how the secret becomes keys, a check value}}
//! {"consent":{…}}              one for each record of consent that is in force, or has faces
//! {"user":{…}}                 one for each user
//! {"face":{…,"template":"…"}}  one for each face
//! {"end":{"users":…,"faces":…,"mac":"…"}}
//! ```
//!
//! Owns the lines, and reading line by line; the keys that follow from the secret are [`keys`]'. Refuses to know a database.
//!
//! # Invariants
//! - A secret becomes keys by Argon2id (a passphrase) or as it is (a key), then by HKDF under a random salt of the file's
//!   own, one key for each use.
//! - Nothing read here takes more memory or time than the bounds in this file, whatever a file asks for.
//! - A template is bound to its face's id and version; the authentication code at the end covers every line before it.

#[cfg(test)]
pub(crate) mod altered;
mod keys;

use std::collections::BTreeMap;
use std::io::BufRead;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

pub use keys::ExportSecret;
pub(crate) use keys::{FileKeys, Mac};

use crate::change::Finder;
use crate::consents::ConsentRecord;
use crate::context::{Context, Moment};
use crate::error::GalleryError;
use crate::export::Exported;
use crate::ids::{ConsentId, FaceId};
use crate::names::{CollectionName, TemplateVersion};
use crate::policy::Uses;
use crate::records::{Collection, FaceBox, FaceRecord};

/// What a file says that it is.
const FORMAT: &str = "overt-collection-1";
/// Most bytes of a line: a template of 1,024 numbers takes 5,500 in base64, a head with 200 tags 100,000.
const LINE: u64 = 256 << 10;
/// Argon2id as RFC 9106 recommends where memory is scarce: 64 MiB, three passes.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Line {
    Head(Head),
    Consent(ConsentLine),
    User(UserLine),
    Face(FaceLine),
    End(End),
}

/// The first line.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    format: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dimensions: usize,
    pub(crate) tags: BTreeMap<String, String>,
    /// What the collection is for, as tags; files of releases before there were policies have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) policy: Option<BTreeMap<String, String>>,
    salt: String,
    /// How a passphrase becomes a key; without it the secret is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    argon2id: Option<Argon>,
    /// Tells a wrong secret before anything else is read.
    check: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Argon {
    memory_kib: u32,
    passes: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserLine {
    pub(crate) name: String,
    pub(crate) created: i64,
}

/// A record of consent. Files of releases before 0101 have none, and those of releases before 0118 none that is over.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentLine {
    id: String,
    /// Of one that is in force.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    subject: Option<String>,
    given: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    expires: Option<i64>,
    /// SHA-256 of the text, base64.
    text: String,
    scope: String,
    recorded: i64,
    /// Of one that is over, and has faces that another one keeps.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    ended: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaceLine {
    id: String,
    image: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    external_id: Option<String>,
    #[serde(rename = "box")]
    bounding_box: [f32; 4],
    confidence: f32,
    created: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    user: Option<String>,
    /// The record of consent that it was added under.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    consent: Option<String>,
    /// Further ones that it stands under. Files of releases before 0115 have none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    also_under: Vec<String>,
    template: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    pub(crate) users: u64,
    pub(crate) faces: u64,
    pub(crate) mac: String,
}

impl Line {
    /// The line with its end.
    pub(crate) fn write(&self) -> Vec<u8> {
        // Strings, finite numbers and maps of strings always have a JSON form.
        let mut text = serde_json::to_vec(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

impl Head {
    pub(crate) fn new(
        context: &Context,
        collection: &Collection,
        policy: Option<BTreeMap<String, String>>,
        tags: BTreeMap<String, String>,
        secret: &ExportSecret<'_>,
    ) -> Result<Self, GalleryError> {
        let argon2id = match secret {
            ExportSecret::Passphrase(_) => Some(Argon { memory_kib: MEMORY_KIB, passes: PASSES }),
            ExportSecret::Key(_) => None,
        };
        Ok(Self {
            format: FORMAT.to_owned(),
            name: collection.name.to_string(),
            version: collection.version.to_string(),
            dimensions: collection.dimensions,
            tags,
            policy,
            salt: STANDARD.encode(context.random::<16>()?),
            argon2id,
            check: String::new(),
        })
    }

    pub(crate) fn with_check(self, keys: &FileKeys) -> Self {
        Self { check: keys.check.clone(), ..self }
    }

    /// Name, version and dimensions, if they are such.
    pub(crate) fn collection(&self) -> Result<(CollectionName, TemplateVersion, usize), GalleryError> {
        if self.format != FORMAT {
            return Err(unusable(format!("it is no `{FORMAT}`")));
        }
        let wrong = |error: GalleryError| unusable(format!("line 1: {error}"));
        Ok((self.name.parse().map_err(wrong)?, self.version.parse().map_err(wrong)?, self.dimensions))
    }
}

impl ConsentLine {
    pub(crate) fn new(record: &ConsentRecord) -> Self {
        Self {
            id: record.id.to_string(),
            subject: record.subject.as_ref().map(ToString::to_string),
            given: record.given.as_millis(),
            expires: record.expires.map(Moment::as_millis),
            text: STANDARD.encode(record.text),
            scope: record.scope.to_string(),
            recorded: record.recorded.as_millis(),
            ended: record.ended.map(Moment::as_millis),
        }
    }

    fn read(&self) -> Result<ConsentRecord, GalleryError> {
        // What was withdrawn has no faces, and is in no file.
        let sound = match self.ended {
            None => self.subject.is_some(),
            Some(ended) => self.subject.is_none() && self.expires.is_some_and(|expires| expires <= ended),
        };
        if !sound {
            return Err(unusable("a consent is neither in force nor over by itself".into()));
        }
        let text = STANDARD.decode(&self.text).ok().and_then(|text| text.try_into().ok());
        Ok(ConsentRecord {
            id: self.id.parse()?,
            subject: self.subject.as_deref().map(str::parse).transpose()?,
            given: Moment::from_millis(self.given),
            expires: self.expires.map(Moment::from_millis),
            text: text.ok_or_else(|| unusable("the hash of a consent's text is none".into()))?,
            scope: Uses::from_words(&self.scope)?,
            recorded: Moment::from_millis(self.recorded),
            ended: self.ended.map(Moment::from_millis),
            // As of faces.
            finder: Finder::from_bytes([0; 16]),
        })
    }
}

impl FaceLine {
    pub(crate) fn new(record: &FaceRecord, consents: &[ConsentId], sealed: &str) -> Self {
        let mut consents = consents.iter().map(ToString::to_string);
        let FaceBox { left, top, width, height } = record.bounding_box;
        Self {
            id: record.id.to_string(),
            image: record.image.to_string(),
            external_id: record.external_id.as_ref().map(ToString::to_string),
            bounding_box: [left, top, width, height],
            confidence: record.confidence,
            created: record.created.as_millis(),
            user: record.user.as_ref().map(ToString::to_string),
            consent: consents.next(),
            also_under: consents.collect(),
            template: sealed.to_owned(),
        }
    }

    /// The face and its template.
    fn read(&self, keys: &FileKeys) -> Result<FaceInFile, GalleryError> {
        let id: FaceId = self.id.parse()?;
        let template =
            keys.open(&id, &self.template).ok_or_else(|| unusable("a template does not open".into()))?;
        let [left, top, width, height] = self.bounding_box;
        let record = FaceRecord {
            id,
            image: self.image.parse()?,
            external_id: self.external_id.as_deref().map(str::parse).transpose()?,
            bounding_box: FaceBox { left, top, width, height },
            confidence: self.confidence,
            created: Moment::from_millis(self.created),
            user: self.user.as_deref().map(str::parse).transpose()?,
            // A file holds none: whoever stores the face draws one.
            finder: Finder::from_bytes([0; 16]),
        };
        let consents = self.consent.iter().chain(&self.also_under);
        let consents = consents.map(|id| id.parse()).collect::<Result<_, _>>()?;
        Ok(FaceInFile { record, consents, template })
    }
}

/// A face of a file.
pub(crate) struct FaceInFile {
    pub(crate) record: FaceRecord,
    /// The records of consent that it stands under.
    pub(crate) consents: Vec<ConsentId>,
    pub(crate) template: Vec<f32>,
}

/// What is in a file, in its order.
pub(crate) enum Item {
    Consent(Box<ConsentRecord>),
    User(UserLine),
    Face(Box<FaceInFile>),
}

/// A file being read.
pub(crate) struct Reading<'a> {
    from: &'a mut dyn BufRead,
    pub(crate) head: Head,
    keys: FileKeys,
    mac: Mac,
    line: u64,
    read: Exported,
}

impl<'a> Reading<'a> {
    /// Reads the head, and refuses a wrong secret.
    pub(crate) fn begin(from: &'a mut dyn BufRead, secret: &ExportSecret<'_>) -> Result<Self, GalleryError> {
        let text = line(from)?;
        let Ok(Line::Head(head)) = serde_json::from_slice(&text) else {
            return Err(unusable(format!("it does not begin like a `{FORMAT}`")));
        };
        head.collection()?;
        let keys = FileKeys::derive(&head, secret)?;
        if head.check != keys.check {
            return Err(unusable("the passphrase or key is another".into()));
        }
        let mut mac = keys.mac();
        mac.update(&text);
        Ok(Self { from, head, keys, mac, line: 1, read: Exported::default() })
    }

    /// The next record of consent, user or face; `None` at the end, which has been authenticated then.
    pub(crate) fn next(&mut self) -> Result<Option<Item>, GalleryError> {
        let text = line(self.from)?;
        self.line += 1;
        let at = |error: &dyn std::fmt::Display, line: u64| unusable(format!("line {line}: {error}"));
        match serde_json::from_slice(&text) {
            Ok(Line::Consent(consent)) if self.read.users == 0 && self.read.faces == 0 => {
                self.mac.update(&text);
                self.read.consents += 1;
                let record = consent.read().map_err(|error| at(&error, self.line))?;
                Ok(Some(Item::Consent(Box::new(record))))
            }
            Ok(Line::User(user)) if self.read.faces == 0 => {
                self.mac.update(&text);
                self.read.users += 1;
                Ok(Some(Item::User(user)))
            }
            Ok(Line::Face(face)) => {
                self.mac.update(&text);
                self.read.faces += 1;
                let face = face.read(&self.keys).map_err(|error| at(&error, self.line))?;
                self.read.unconsented += u64::from(face.consents.is_empty());
                if face.template.len() != self.head.dimensions {
                    return Err(at(&"a template of another length", self.line));
                }
                Ok(Some(Item::Face(Box::new(face))))
            }
            Ok(Line::End(end)) => {
                let counts = (end.users, end.faces) == (self.read.users, self.read.faces);
                if !counts || !self.mac.clone().matches(&end.mac) {
                    return Err(unusable("it was altered, or lines are missing".into()));
                }
                if !self.from.fill_buf()?.is_empty() {
                    return Err(unusable("something comes after its end".into()));
                }
                Ok(None)
            }
            Ok(Line::Head(_) | Line::Consent(_) | Line::User(_)) => {
                Err(at(&"it stands in the wrong place", self.line))
            }
            Err(error) => Err(at(&error, self.line)),
        }
    }

    /// How much was read.
    pub(crate) fn counts(&self) -> Exported {
        self.read
    }
}

/// A line with its end, of bounded length.
fn line(from: &mut dyn BufRead) -> Result<Vec<u8>, GalleryError> {
    let mut text = Vec::new();
    std::io::Read::take(from, LINE).read_until(b'\n', &mut text)?;
    match text.last() {
        Some(b'\n') => Ok(text),
        Some(_) if text.len() as u64 == LINE => Err(unusable("a line is too long".into())),
        _ => Err(unusable("it is cut short".into())),
    }
}

pub(crate) fn unusable(reason: String) -> GalleryError {
    GalleryError::ExportUnusable { reason }
}
