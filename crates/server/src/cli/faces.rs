//! `overt detect-faces` and `overt compare-faces`: the engine on files, without a server.
//!
//! Owns the commands' words and how findings are told to people. The rules are those of the operations, and the JSON
//! is theirs too.

use std::path::PathBuf;

use clap::Args;
use overt_protocol::generated::{Attribute, DetectFacesResponse, QualityFilter};
use overt_vision::face::{Emotion, Face, Gender};
use overt_vision::{DecodeLimits, MAX_FACES, Picture};

use super::Common;
use super::output::{Output, Style, note};
use super::pictures::{Analysis, Pictures, engines};
use super::target::Target;
use crate::draw::Drawing;
use crate::engine::{Findings, NetworkEngine};
use crate::ops::{self, DEFAULT_SIMILARITY_THRESHOLD, QualityBar};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt detect-faces group.jpg\n  \
                        overt detect-faces *.jpg --json > faces.jsonl\n  \
                        overt detect-faces group.jpg --draw faces.png\n\n\
                        Looks at files of yours, and opens no server's data folder: it stands in no ledger. A server's DetectFaces does.")]
pub(super) struct DetectFaces {
    #[command(flatten)]
    pictures: Pictures,
    #[command(flatten)]
    sought: Sought,
}

/// What is looked for on each face.
#[derive(Debug, Args)]
struct Sought {
    /// Attributes to find, as the API names them
    #[arg(long, value_delimiter = ',', default_value = "ALL", value_name = "NAME,…", value_parser = attribute)]
    attributes: Vec<Attribute>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt compare-faces passport.jpg door.jpg\n  \
                        overt compare-faces passport.jpg group.jpg --threshold 99 --json\n  \
                        overt compare-faces passport.jpg group.jpg --draw compared.png\n\n\
                        What a similarity stands for: docs/accuracy.md\n\n\
                        Looks at files of yours, and opens no server's data folder: it stands in no ledger. A server's CompareFaces does.")]
pub(super) struct CompareFaces {
    /// Picture whose largest face is looked for
    #[arg(value_name = "SOURCE")]
    source: PathBuf,
    /// Picture whose faces are compared with it
    #[arg(value_name = "TARGET")]
    target: PathBuf,
    /// Similarity from which a face counts as a match, 0 to 100
    #[arg(long, default_value_t = DEFAULT_SIMILARITY_THRESHOLD, value_name = "N", allow_negative_numbers = true, value_parser = threshold)]
    threshold: f32,
    /// Leave out faces below a quality: NONE, AUTO, LOW, MEDIUM, HIGH
    #[arg(long, default_value = "NONE", value_name = "NAME", value_parser = quality_filter)]
    quality_filter: QualityFilter,
    /// Print the API's answer as JSON
    #[arg(long)]
    json: bool,
    /// Draw both pictures side by side with the similarities
    #[arg(long, value_name = "PNG")]
    draw: Option<PathBuf>,
}

fn attribute(text: &str) -> Result<Attribute, String> {
    let attribute = Attribute::from(text.to_ascii_uppercase().as_str());
    if attribute.is_modelled() {
        return Ok(attribute);
    }
    Err(format!("must be one of {}", Attribute::VALUES.join(", ")))
}

pub(super) fn quality_filter(text: &str) -> Result<QualityFilter, String> {
    let filter = QualityFilter::from(text.to_ascii_uppercase().as_str());
    if filter.is_modelled() {
        return Ok(filter);
    }
    Err(format!("must be one of {}", QualityFilter::VALUES.join(", ")))
}

pub(super) fn threshold(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        Ok(_) | Err(_) => Err("must be a number from 0 to 100".into()),
    }
}

impl DetectFaces {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        self.pictures.run(common, &self.sought)
    }
}

impl Analysis for Sought {
    type Findings = Findings;
    type Answer = DetectFacesResponse;

    fn look(&self, engine: &mut NetworkEngine, picture: &Picture) -> anyhow::Result<Findings> {
        Ok(engine.faces_of(picture, MAX_FACES, &ops::wanted(&self.attributes))?)
    }

    fn answer(&self, findings: &Findings) -> DetectFacesResponse {
        ops::detect_answer(findings)
    }

    fn tell(&self, out: &Output, name: String, findings: &Findings) -> anyhow::Result<()> {
        let count = findings.faces.len();
        let noun = if count == 1 { "face" } else { "faces" };
        out.line(format!("{name}  {} x {}  {count} {noun}", findings.width, findings.height))?;
        for (index, face) in findings.faces.iter().enumerate() {
            let bounds = face.bounds;
            let place = format!(
                "{:>3}  {:.0} x {:.0} at {:.0}, {:.0}  {:.1} %",
                index + 1,
                bounds.width,
                bounds.height,
                bounds.left,
                bounds.top,
                face.confidence * 100.0
            );
            let mut parts = vec![place];
            parts.extend(traits(face));
            out.line(parts.join("  "))?;
        }
        Ok(())
    }

    fn draw(&self, drawing: &mut Drawing, findings: &Findings) {
        for (index, face) in findings.faces.iter().enumerate() {
            drawing.face(index, face.bounds, &face.landmarks);
        }
        let faces = findings.faces.iter().enumerate();
        drawing.labels(&faces.map(|(at, face)| (at, face.bounds, label(at, face))).collect::<Vec<_>>());
    }
}

fn label(index: usize, face: &Face) -> Vec<String> {
    let mut lines = vec![format!("{}  {:.1} %", index + 1, face.confidence * 100.0)];
    let traits: Vec<_> = traits(face).into_iter().take(2).collect();
    if !traits.is_empty() {
        lines.push(traits.join(" · "));
    }
    lines
}

/// What a person would mention, the surest first.
fn traits(face: &Face) -> Vec<String> {
    let attributes = &face.attributes;
    let mut traits = Vec::new();
    let gender = attributes.gender.map(|finding| match finding.value {
        Gender::Female => "female",
        Gender::Male => "male",
    });
    let age = attributes.age.map(|age| format!("{}–{}", age.low, age.high));
    match (gender, age) {
        (Some(gender), Some(age)) => traits.push(format!("{gender} {age}")),
        (Some(gender), None) => traits.push(gender.to_owned()),
        (None, Some(age)) => traits.push(age),
        (None, None) => {}
    }
    if let Some(emotion) = attributes.emotions.first() {
        traits.push(format!("{} {:.0} %", emotion_word(emotion.value), emotion.confidence * 100.0));
    }
    for (finding, word) in [
        (attributes.smile, "smiling"),
        (attributes.sunglasses, "sunglasses"),
        (attributes.eyeglasses, "glasses"),
        (attributes.beard, "beard"),
        (attributes.mustache, "moustache"),
        (attributes.mouth_open, "mouth open"),
        (attributes.face_occluded, "partly hidden"),
    ] {
        if finding.is_some_and(|finding| finding.value) {
            traits.push(word.to_owned());
        }
    }
    if attributes.eyes_open.is_some_and(|finding| !finding.value) {
        traits.push("eyes closed".to_owned());
    }
    traits
}

fn emotion_word(emotion: Emotion) -> &'static str {
    match emotion {
        Emotion::Happy => "happy",
        Emotion::Sad => "sad",
        Emotion::Angry => "angry",
        Emotion::Confused => "confused",
        Emotion::Disgusted => "disgusted",
        Emotion::Surprised => "surprised",
        Emotion::Calm => "calm",
        Emotion::Fear => "afraid",
    }
}

impl CompareFaces {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let inputs = [self.source.as_path(), &self.target];
        let drawn = self.draw.as_ref().map(|path| Target::open(path, &inputs)).transpose()?;
        let [source, target] =
            [&self.source, &self.target].map(|path| fs_err::read(path).map_err(anyhow::Error::from));
        let (source, target) = (source?, target?);
        let engines = engines(common)?;
        let mut engine = engines.engine()?;
        let bar = QualityBar::named(Some(&self.quality_filter));
        let compared = ops::compare(&mut engine, engines.recognition(), &source, &target, bar)?;
        let out = Output::new();
        if self.json {
            out.line(serde_json::to_string(&compared.answer(self.threshold))?)?;
        } else {
            self.tell(&out, &compared)?;
        }
        if let Some(drawn) = drawn {
            let path = drawn.write(&self.drawing(&source, &target, &compared)?)?;
            note(Style::Dim, format!("drew {}", path.display()));
        }
        Ok(())
    }

    fn tell(&self, out: &Output, compared: &ops::Compared) -> anyhow::Result<()> {
        for (index, (face, similarity)) in
            compared.target.faces.iter().zip(&compared.similarities).enumerate()
        {
            let bounds = face.bounds;
            let verdict = if *similarity >= self.threshold { "match" } else { "no match" };
            out.line(format!(
                "{:>3}  {:.0} x {:.0} at {:.0}, {:.0}  similarity {similarity:.2}  {}",
                index + 1,
                bounds.width,
                bounds.height,
                bounds.left,
                bounds.top,
                out.styled(Style::Bold, verdict)
            ))?;
        }
        Ok(())
    }

    /// Both pictures side by side.
    fn drawing(&self, source: &[u8], target: &[u8], compared: &ops::Compared) -> anyhow::Result<Drawing> {
        let decode = |bytes: &[u8]| Picture::decode(bytes, &DecodeLimits::default());
        let mut left = Drawing::of(&decode(source)?)?;
        if let Some(face) = compared.source.faces.first() {
            left.face(0, face.bounds, &face.landmarks);
            left.labels(&[(0, face.bounds, vec!["source".to_owned()])]);
        }
        let mut right = Drawing::of(&decode(target)?)?;
        let mut labels = Vec::new();
        for (face, similarity) in compared.target.faces.iter().zip(&compared.similarities) {
            let matched = *similarity >= self.threshold;
            let label = format!("{similarity:.1}{}", if matched { "  match" } else { "" });
            right.face(usize::from(!matched), face.bounds, &face.landmarks);
            labels.push((usize::from(!matched), face.bounds, vec![label]));
        }
        right.labels(&labels);
        Ok(left.beside(&right)?)
    }
}
