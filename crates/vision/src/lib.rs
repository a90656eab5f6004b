//! An encoded image in, findings out.
//!
//! This crate owns decoding, the networks and what their outputs mean: faces with landmarks, pose, quality,
//! attributes and templates. It also owns the weights: the manifest that names every file by SHA-256, their
//! provisioning out of pinned packages, and their import into ONNX.
//!
//! It knows nothing of AWS, HTTP, storage or tokio. Everything is blocking; a [`Worker`] belongs to one thread.
//!
//! # Invariants
//! - Pixel coordinates are `f32`, origin top-left, in the picture *after* its EXIF orientation was applied.
//! - Confidences are 0..=1 here; percentages are made at the API's edge.
//! - No byte of a weight is used before its SHA-256 was compared with the manifest.
//! - Memory for any input is bounded before it is allocated ([`DecodeLimits`]).

mod appearance;
mod batch;
pub mod calibration;
pub mod classifier;
mod crop;
mod detector;
mod error;
mod expression;
mod eyes;
pub mod face;
mod feed;
pub mod frame;
pub mod fusion;
mod geometry;
pub mod import;
pub mod labels;
mod landmarks;
mod loaded;
mod logistic;
mod mesh;
pub mod models;
pub mod moderation;
mod networks;
pub mod objects;
mod patch;
mod person;
mod picture;
mod pose;
pub mod properties;
mod quality;
mod recogniser;
mod recognisers;
mod resize;
pub mod runtime;
mod sharpness;
pub mod similarity;
pub mod strangers;
pub mod template;
pub mod text;
mod worker;

pub use appearance::Glasses;
pub use calibration::{Calibration, CalibrationError};
pub use classifier::{Classification, Classifier};
pub use detector::{Detection, DetectorPlan};
pub use error::VisionError;
pub use moderation::{Moderation, Moderator};
pub use networks::Networks;
pub use objects::{Object, ObjectDetector};
pub use picture::{DecodeError, DecodeLimits, ImageFormat, Limit, MIN_SIDE, Orientation, Picture};
pub use recogniser::{DEFAULT_NUMBERS, DEFAULT_VERSION};
pub use recognisers::{Known, Recognisers, UnknownVersion};
pub use template::{Template, TemplateVersion};
pub use worker::{MAX_FACES, Worker};
