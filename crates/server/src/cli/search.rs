//! `overt search`: whose face is in a picture?
//!
//! Owns the command's words and how matches are told and drawn. The rules are those of SearchFacesByImage and
//! SearchUsersByImage, and the JSON is theirs too.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;
use overt_protocol::Request;
use overt_protocol::generated::{Image, QualityFilter, SearchFacesByImageRequest, SearchUsersByImageRequest};
use overt_vision::face::Rect;
use overt_vision::{DecodeLimits, Picture};
use serde_json::Value;

use super::Common;
use super::backend::{Backend, Needs};
use super::faces::{quality_filter, threshold};
use super::output::{Output, Style, note};
use super::target::Target;
use crate::draw::Drawing;
use crate::ops::DEFAULT_MATCH_THRESHOLD;

/// Matches that a person is shown unless they ask for more.
const SHOWN: i32 = 10;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt search door.jpg --collection staff\n  \
                        overt search door.jpg --collection staff --users --threshold 99\n  \
                        overt search door.jpg --collection staff --json > matches.json\n  \
                        overt search door.jpg --collection staff --draw found.png\n\n\
                        The largest face of the picture is searched for. What a similarity stands for, and why it is no proof: \
                        docs/accuracy.md")]
pub(super) struct Search {
    /// JPEG or PNG file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The collection
    #[arg(long, short, value_name = "COLLECTION")]
    collection: String,
    /// Find users in place of single faces
    #[arg(long)]
    users: bool,
    /// Similarity from which a face or user counts as a match, 0 to 100
    #[arg(long, default_value_t = DEFAULT_MATCH_THRESHOLD, value_name = "N", allow_negative_numbers = true, value_parser = threshold)]
    threshold: f32,
    /// Most matches
    #[arg(long, default_value_t = SHOWN, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=4096))]
    max: i32,
    /// Search only for a face of at least this quality: NONE, AUTO, LOW, MEDIUM, HIGH
    #[arg(long, default_value = "NONE", value_name = "NAME", value_parser = quality_filter)]
    quality_filter: QualityFilter,
    /// Print the API's answer as JSON
    #[arg(long)]
    json: bool,
    /// Draw the searched face with its matches on a copy of the picture
    #[arg(long, value_name = "PNG")]
    draw: Option<PathBuf>,
}

impl Search {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let content = fs_err::read(&self.file)?;
        // Before the search, so that it is not made for a drawing that cannot be written.
        let target = self.draw.as_deref().map(|path| Target::open(path, &[&self.file])).transpose()?;
        let backend = Backend::open(common, Needs::Networks)?;
        let most = backend.largest_picture();
        ensure!(content.len() as u64 <= most, "{} is larger than {} MiB", self.file.display(), most >> 20);
        let answer = backend.call(self.request(content.clone()))?;
        let out = Output::new();
        let found = Found::read(&answer)?;
        if self.json {
            out.line(answer.to_string())?;
        } else {
            self.tell(&out, &found)?;
        }
        if let Some(target) = target {
            let path = target.write(&draw(&content, &found)?)?;
            note(Style::Dim, format!("drew {}", path.display()));
        }
        Ok(())
    }

    fn request(&self, content: Vec<u8>) -> Request {
        let collection_id = Some(self.collection.clone());
        let image = Some(Image { bytes: Some(content.into()), s3_object: None });
        let quality_filter = Some(self.quality_filter.clone());
        if self.users {
            return Request::SearchUsersByImage(SearchUsersByImageRequest {
                collection_id,
                image,
                quality_filter,
                user_match_threshold: Some(self.threshold),
                max_users: Some(self.max.min(500)),
            });
        }
        Request::SearchFacesByImage(SearchFacesByImageRequest {
            collection_id,
            image,
            quality_filter,
            face_match_threshold: Some(self.threshold),
            max_faces: Some(self.max),
        })
    }

    fn tell(&self, out: &Output, found: &Found) -> anyhow::Result<()> {
        if found.bounds.is_none() {
            note(Style::Dim, "no face to search for");
        }
        if found.matches.is_empty() {
            note(Style::Dim, format!("nobody in {} reaches {}", self.collection, self.threshold));
            return Ok(());
        }
        let heading =
            if self.users { ["SIMILARITY", "USER", ""] } else { ["SIMILARITY", "EXTERNAL ID", "FACE"] };
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        for one in &found.matches {
            rows.push(vec![format!("{:.2}", one.similarity), one.name.clone(), one.face.clone()]);
        }
        Ok(out.table(&rows)?)
    }
}

/// What an answer says.
#[derive(Debug, PartialEq)]
struct Found {
    /// The searched face as ratios of the picture.
    bounds: Option<Rect>,
    matches: Vec<One>,
}

#[derive(Debug, PartialEq)]
struct One {
    similarity: f64,
    /// ExternalImageId or UserId; a dash for a face without one.
    name: String,
    /// FaceId; empty for a user.
    face: String,
}

impl Found {
    fn read(answer: &Value) -> anyhow::Result<Self> {
        let of_face = answer.get("SearchedFaceBoundingBox");
        let of_user = answer.pointer("/SearchedFace/FaceDetail/BoundingBox");
        let matches = answer.get("FaceMatches").or_else(|| answer.get("UserMatches"));
        let matches = matches.and_then(Value::as_array).context("the answer has no matches")?;
        Ok(Self {
            bounds: of_face.or(of_user).and_then(rect),
            matches: matches.iter().map(One::read).collect(),
        })
    }
}

impl One {
    fn read(matched: &Value) -> Self {
        let text = |pointer: &str| matched.pointer(pointer).and_then(Value::as_str);
        let name = text("/Face/ExternalImageId").or_else(|| text("/User/UserId")).unwrap_or("-");
        Self {
            similarity: matched.get("Similarity").and_then(Value::as_f64).unwrap_or(0.0),
            name: name.to_owned(),
            face: text("/Face/FaceId").unwrap_or_default().to_owned(),
        }
    }
}

fn rect(bounds: &Value) -> Option<Rect> {
    let side = |name: &str| bounds.get(name)?.as_f64().map(|side| side as f32);
    Some(Rect { left: side("Left")?, top: side("Top")?, width: side("Width")?, height: side("Height")? })
}

fn draw(content: &[u8], found: &Found) -> anyhow::Result<Drawing> {
    let picture = Picture::decode(content, &DecodeLimits::default())?;
    let mut drawing = Drawing::of(&picture)?;
    if let Some(bounds) = found.bounds {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let bounds = Rect {
            left: bounds.left * width,
            top: bounds.top * height,
            width: bounds.width * width,
            height: bounds.height * height,
        };
        let best: Vec<_> =
            found.matches.iter().take(3).map(|one| format!("{}  {:.1}", one.name, one.similarity)).collect();
        let label = if best.is_empty() { vec!["no match".to_owned()] } else { best };
        let colour = usize::from(found.matches.is_empty());
        drawing.face(colour, bounds, &[]);
        drawing.labels(&[(colour, bounds, label)]);
    }
    Ok(drawing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_kinds_of_answer_are_read() {
        let bounds = json!({ "Left": 0.25, "Top": 0.5, "Width": 0.125, "Height": 0.0625 });
        let rect = Rect { left: 0.25, top: 0.5, width: 0.125, height: 0.0625 };
        let faces = json!({
            "SearchedFaceBoundingBox": bounds,
            "FaceMatches": [
                { "Similarity": 99.5, "Face": { "FaceId": "f", "ExternalImageId": "anna" } },
                { "Similarity": 81.0, "Face": { "FaceId": "g" } },
            ],
        });
        let one =
            |similarity, name: &str, face: &str| One { similarity, name: name.into(), face: face.into() };
        let found = Found { bounds: Some(rect), matches: vec![one(99.5, "anna", "f"), one(81.0, "-", "g")] };
        assert_eq!(Found::read(&faces).unwrap(), found);
        let users = json!({
            "SearchedFace": { "FaceDetail": { "BoundingBox": bounds } },
            "UserMatches": [{ "Similarity": 90.0, "User": { "UserId": "anna", "UserStatus": "ACTIVE" } }],
        });
        let found = Found { bounds: Some(rect), matches: vec![one(90.0, "anna", "")] };
        assert_eq!(Found::read(&users).unwrap(), found);
        let nobody = Found { bounds: None, matches: Vec::new() };
        assert_eq!(Found::read(&json!({ "UserMatches": [] })).unwrap(), nobody);
        assert!(Found::read(&json!({})).is_err());
    }
}
