//! The count in a file of the data folder, so that a start need not read the whole ledger.
//!
//! Owns the file and what has to be so for it to be believed. It is a cache: nothing is lost with it, and whoever recomputes the report from the tiles needs none.
//!
//! # Invariants
//! - A count is taken up only if the same code made it, and the ledger still begins with what it counted.

use std::path::Path;

use overt_ledger::{Checkpoint, Folder, Follower, VerifierKey};
use serde::{Deserialize, Serialize};

use super::Tally;
use crate::data::write_secret;
use crate::sha256::sha256;

/// The code that a count depends on: another one counts anew.
const CODE: &[&str] = &[
    include_str!("counted.rs"),
    include_str!("day.rs"),
    include_str!("sums.rs"),
    include_str!("tally.rs"),
    include_str!("tally/declared.rs"),
    include_str!("tally/granted.rs"),
    include_str!("words.rs"),
    include_str!("../account/deed.rs"),
    include_str!("../account/entry.rs"),
    include_str!("../ops/families.rs"),
    include_str!("../rights/given.rs"),
];

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    code: String,
    checkpoint: String,
    tally: T,
}

fn code() -> String {
    sha256(CODE.concat().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The count in the file at `path`, if there is one of the ledger in `source`, which is at `now`.
pub(super) fn read(path: &Path, source: &Folder, key: &VerifierKey, now: &Checkpoint) -> Option<Tally> {
    let kept: Kept<Tally> = serde_json::from_slice(&fs_err::read(path).ok()?).ok()?;
    let then = Checkpoint::parse(&kept.checkpoint).ok()?;
    if kept.code != code() || kept.tally.entries != then.size || then.size > now.size {
        return None;
    }
    // Looks at the beginning alone: no entry is behind the last.
    let mut follower = Follower::new(key.clone(), Vec::new(), Some(then), u64::MAX);
    follower.look(source, |_, _| Ok(())).ok()?;
    Some(kept.tally)
}

/// Writes it; `under` is the checkpoint over what was counted.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, tally: &Tally, under: &Checkpoint) -> std::io::Result<()> {
    let kept = Kept { code: code(), checkpoint: under.text(), tally };
    write_secret(path, &serde_json::to_vec(&kept)?)
}
