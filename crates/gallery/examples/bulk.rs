//! How fast ready templates are stored, durably: `cargo run --release -p overt-gallery --example bulk -- FACES [THREADS] [BATCH] [FOLDER]`.
//!
//! Each face comes from a picture of its own, so that the rule against storing a picture twice is asked for each. One
//! line for every 250,000 faces: faces a second, resident memory, size of the folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use overt_gallery::{
    AddFaces, CollectionName, Context, Database, FaceBox, Gallery, ImageId, Limits, NewCollection, NewFace,
    TemplateVersion,
};

const DIMENSIONS: usize = 256;
const STEP: u64 = 250_000;

#[expect(clippy::print_stdout, reason = "what it finds is its output")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let faces: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let threads: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let batch: u64 = arguments.next().map_or(Ok(4096), |text| text.parse())?;
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("overt-bulk"), PathBuf::from);
    fs_err::create_dir_all(&folder)?;
    let limits = Limits { faces_in_collection: u64::MAX, ..Limits::default() };
    let gallery = Gallery::open(Arc::new(Database::open(&folder, Context::system())?), limits)?;
    let name: CollectionName = "bulk".parse()?;
    let version: TemplateVersion = "bulk-1".parse()?;
    let there = match gallery.collection(&name) {
        Ok(found) => found.faces,
        Err(_) => {
            let new = NewCollection {
                name: name.clone(),
                version: version.clone(),
                dimensions: DIMENSIONS,
                tags: BTreeMap::new(),
            };
            gallery.create_collection(new)?.faces
        }
    };
    let pool: Vec<Vec<f32>> = (0..16_384).map(template).collect();
    let (next, done) = (AtomicU64::new(there), AtomicU64::new(there));
    let end = there + faces;
    let begun = Instant::now();
    println!("{:>12} {:>12} {:>10} {:>10}", "faces", "faces/s", "MB memory", "MB disk");
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<(), overt_gallery::GalleryError> {
                    loop {
                        let first = next.fetch_add(batch, Ordering::SeqCst);
                        if first >= end {
                            return Ok(());
                        }
                        let pictures =
                            (first..(first + batch).min(end)).map(|number| picture(number, &pool, &version));
                        let pictures: Vec<_> = pictures.collect();
                        let count = pictures.len() as u64;
                        gallery.add_pictures(&name, pictures)?;
                        done.fetch_add(count, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        let (mut last, mut at) = (there, Instant::now());
        while workers.iter().any(|worker| !worker.is_finished()) {
            std::thread::sleep(std::time::Duration::from_millis(20));
            let now = done.load(Ordering::SeqCst);
            if now / STEP > last / STEP {
                let rate = (now - last) as f64 / at.elapsed().as_secs_f64();
                println!("{now:>12} {rate:>12.0} {:>10} {:>10}", resident_mb(), size_mb(&folder));
                (last, at) = (now, Instant::now());
            }
        }
        for worker in workers {
            match worker.join() {
                Ok(result) => result?,
                Err(_) => return Err("a thread panicked".into()),
            }
        }
        Ok::<(), Box<dyn std::error::Error>>(())
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{faces} faces in {seconds:.1} s: {:.0} faces/s durable", faces as f64 / seconds);
    Ok(())
}

/// A unit template that depends on the seed only.
fn template(seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut numbers: Vec<f32> = (0..DIMENSIONS)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        })
        .collect();
    let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
    numbers.iter_mut().for_each(|number| *number /= length);
    numbers
}

fn picture(number: u64, pool: &[Vec<f32>], version: &TemplateVersion) -> AddFaces {
    let mut image = [0; 16];
    image[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    image[8..].copy_from_slice(&number.to_be_bytes());
    AddFaces {
        image: ImageId::from_bytes(image),
        external_id: format!("person-{number}").parse().ok(),
        version: version.clone(),
        faces: vec![NewFace {
            template: pool[(number % pool.len() as u64) as usize].clone(),
            bounding_box: FaceBox { left: 0.25, top: 0.25, width: 0.5, height: 0.5 },
            confidence: 99.5,
        }],
    }
}

fn resident_mb() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0)
        / 1024
}

fn size_mb(folder: &Path) -> u64 {
    fn bytes(folder: &Path) -> u64 {
        let Ok(entries) = fs_err::read_dir(folder) else { return 0 };
        entries
            .flatten()
            .map(|entry| {
                let path = entry.path();
                if path.is_dir() { bytes(&path) } else { entry.metadata().map_or(0, |about| about.len()) }
            })
            .sum()
    }
    bytes(folder) >> 20
}
