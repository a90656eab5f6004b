//! Measures how far roll and landmarks are off when a picture is turned, over the whole circle.
//!
//! `cargo run --release -p overt-vision --example turns -- MODELS STEP SIDES PICTURE...`: MODELS is the model folder
//! that `overt models pull` filled, STEP the degrees between two turns, SIDES the longer sides in pixels to which each
//! picture is shrunk first, separated by commas. Each picture shows one face. What is found in the picture as it lies
//! is the truth, turned with the picture about its middle. Prints a line for every turn in which not exactly one face
//! was found, roll is off by more than 8 degrees or a landmark by more than a quarter of the distance of the eyes, and
//! one for each picture and size. `docs/decisions/0068-eight-directions.md` has the figures of such a run.
#![allow(clippy::print_stdout, reason = "an example's answer")]

use std::path::Path;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{ResizeOptions, Resizer};
use overt_vision::face::{Face, LandmarkKind, Point, Wanted};
use overt_vision::models::ModelStore;
use overt_vision::{DecodeLimits, Networks, Picture, Worker};

type Failure = Box<dyn std::error::Error>;

/// Roll may be off by this, degrees, before the turn has a line of its own.
const ROLL: f32 = 8.0;

/// A landmark may be off by this share of the distance of the eyes.
const LANDMARK: f32 = 0.25;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [models, step, sides, pictures @ ..] = arguments.as_slice() else {
        return Err("usage: turns MODELS STEP SIDES PICTURE...".into());
    };
    let mut worker = Networks::from_store(&ModelStore::open(Path::new(models), &[])?)?.worker()?;
    let step: usize = step.parse()?;
    let sides = sides.split(',').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>()?;
    for path in pictures {
        let whole = Picture::decode(&fs_err::read(path)?, &DecodeLimits::default())?;
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        for &side in &sides {
            let small = shrunk(&whole, side)?;
            measure(&mut worker, &format!("{name} {side}"), &small, step)?;
        }
    }
    Ok(())
}

/// Turns one picture about the whole circle.
fn measure(worker: &mut Worker, name: &str, upright: &Picture, step: usize) -> Result<(), Failure> {
    let wanted = Wanted { all_landmarks: true, ..Wanted::default() };
    let Some(truth) = worker.faces(upright, 1, &wanted)?.into_iter().next() else {
        println!("{name}: no face");
        return Ok(());
    };
    let (mut wrong, mut turns, mut largest_roll, mut largest_landmark) = (0, 0, 0.0_f32, 0.0_f32);
    for degrees in (0..360).step_by(step.max(1)) {
        let turn = Turn::new(upright, degrees as f32);
        let faces = worker.faces(&turn.picture(upright)?, 100, &wanted)?;
        turns += 1;
        let [face] = faces.as_slice() else {
            println!("{name} {degrees}: {} faces", faces.len());
            wrong += 1;
            continue;
        };
        let (roll, landmark) = turn.errors(&truth, face);
        if roll.abs() > ROLL || landmark > LANDMARK {
            let confidence = 100.0 * face.confidence;
            println!(
                "{name} {degrees}: roll off by {roll:.1}, landmarks by {landmark:.2}, confidence {confidence:.1}"
            );
            wrong += 1;
        }
        largest_roll = largest_roll.max(roll.abs());
        largest_landmark = largest_landmark.max(landmark);
    }
    println!(
        "{name}: {wrong} of {turns} wrong, roll off by up to {largest_roll:.1}, landmarks by up to {largest_landmark:.2}"
    );
    Ok(())
}

/// A turn about a picture's middle, clockwise, onto a canvas that holds all of it.
struct Turn {
    degrees: f32,
    from: Point,
    width: u32,
    height: u32,
}

impl Turn {
    fn new(picture: &Picture, degrees: f32) -> Self {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (sin, cos) = (sin.abs(), cos.abs());
        Self {
            degrees,
            from: Point { x: (width - 1.0) / 2.0, y: (height - 1.0) / 2.0 },
            width: (width * cos + height * sin).round() as u32,
            height: (width * sin + height * cos).round() as u32,
        }
    }

    fn middle(&self) -> Point {
        Point { x: (self.width - 1) as f32 / 2.0, y: (self.height - 1) as f32 / 2.0 }
    }

    /// Where a point of the picture comes to lie.
    fn apply(&self, point: Point) -> Point {
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let (x, y) = (point.x - self.from.x, point.y - self.from.y);
        Point { x: self.middle().x + cos * x - sin * y, y: self.middle().y + sin * x + cos * y }
    }

    /// The turned picture, black where nothing was.
    fn picture(&self, from: &Picture) -> Result<Picture, Failure> {
        let (width, height) = (from.width() as i32, from.height() as i32);
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let sample = |x: i32, y: i32, channel: usize| {
            if !(0..width).contains(&x) || !(0..height).contains(&y) {
                return 0.0;
            }
            let index = 3 * (y as usize * width as usize + x as usize) + channel;
            from.rgb().get(index).map_or(0.0, |&sample| f32::from(sample))
        };
        let mut rgb = Vec::with_capacity(3 * self.width as usize * self.height as usize);
        for y in 0..self.height {
            for x in 0..self.width {
                let (dx, dy) = (x as f32 - self.middle().x, y as f32 - self.middle().y);
                let (sx, sy) = (self.from.x + cos * dx + sin * dy, self.from.y - sin * dx + cos * dy);
                let (left, top) = (sx.floor() as i32, sy.floor() as i32);
                let (u, v) = (sx - sx.floor(), sy - sy.floor());
                for channel in 0..3 {
                    let row = |y| sample(left, y, channel) * (1.0 - u) + sample(left + 1, y, channel) * u;
                    rgb.push((row(top) * (1.0 - v) + row(top + 1) * v).round() as u8);
                }
            }
        }
        Ok(Picture::from_rgb(self.width, self.height, rgb).ok_or("a picture without pixels")?)
    }

    /// How far roll is off, degrees, and the worst landmark, in distances of the eyes.
    fn errors(&self, truth: &Face, found: &Face) -> (f32, f32) {
        let roll = found.pose.roll - truth.pose.roll - self.degrees;
        let at = |kind| truth.landmarks.iter().find(|landmark| landmark.kind == kind).map(|found| found.at);
        let eyes = match (at(LandmarkKind::EyeLeft), at(LandmarkKind::EyeRight)) {
            (Some(left), Some(right)) => (right.x - left.x).hypot(right.y - left.y),
            _ => f32::NAN,
        };
        let worst = truth.landmarks.iter().zip(&found.landmarks).map(|(truth, found)| {
            let wanted = self.apply(truth.at);
            (found.at.x - wanted.x).hypot(found.at.y - wanted.y) / eyes
        });
        ((roll + 180.0).rem_euclid(360.0) - 180.0, worst.fold(0.0, f32::max))
    }
}

/// `picture` with its longer side at most `side`.
fn shrunk(picture: &Picture, side: u32) -> Result<Picture, Failure> {
    let scale = (side as f32 / picture.width().max(picture.height()) as f32).min(1.0);
    let scaled = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    let mut rgb = vec![0; 3 * width as usize * height as usize];
    let from = TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.rgb())?;
    let mut to = TypedImage::<U8x3>::from_buffer(width, height, &mut rgb)?;
    Resizer::new().resize_typed(&from, &mut to, &ResizeOptions::new().use_alpha(false))?;
    Ok(Picture::from_rgb(width, height, rgb).ok_or("a picture without pixels")?)
}
