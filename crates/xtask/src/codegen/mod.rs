//! `cargo xtask codegen`: the protocol crate's types from the public service model.
//!
//! Owns: the order of the work and the comparison with what is checked in. Invariant: the output depends on the pinned
//! model, this code, `rustfmt.toml` and the pinned toolchain, and on nothing else; no prose of the model enters it.

mod constraints;
mod enums;
mod errors;
mod facts;
mod model;
mod names;
mod operations;
mod pattern;
mod source;
mod structures;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::process;

/// Where the generated code lives in the workspace.
const FOLDER: &str = "crates/protocol/src/generated";

/// The first lines of every generated file, before what it holds.
const HEAD: &str = "\
// Written by `cargo xtask codegen` from the service model; do not edit.

";

/// File name inside the folder → its text.
type Files = BTreeMap<String, String>;

/// Writes the generated files, and removes those the model no longer gives.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    let fresh = generate(root)?;
    let folder = root.join(FOLDER);
    for stale in read_folder(&folder)?.keys().filter(|name| !fresh.contains_key(*name)) {
        fs_err::remove_file(folder.join(stale))?;
    }
    write_folder(&folder, &fresh)
}

/// Compares the generated files with those checked in.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let fresh = generate(root)?;
    let kept = read_folder(&root.join(FOLDER))?;
    let differing: Vec<&str> = fresh
        .keys()
        .chain(kept.keys())
        .filter(|name| fresh.get(*name) != kept.get(*name))
        .map(String::as_str)
        .collect();
    if !differing.is_empty() {
        bail!("{FOLDER} is not what the model gives ({}); run `cargo xtask codegen`", differing.join(", "));
    }
    Ok(())
}

fn generate(root: &Path) -> anyhow::Result<Files> {
    let json = source::service_model(root)?;
    let model = model::Model::read(&json)?;
    let mut files = Files::new();
    files.insert("constraints.rs".to_owned(), constraints::emit(&model)?);
    files.insert("enums.rs".to_owned(), enums::emit(&model)?);
    files.insert("errors.rs".to_owned(), errors::emit(&model)?);
    files.insert("operations.rs".to_owned(), operations::emit_operations(&model)?);
    files.insert("requests.rs".to_owned(), operations::emit_requests(&model));
    structures::emit(&model, &mut files)?;
    files.insert("mod.rs".to_owned(), emit_root(&model));
    format(root, &files)
}

fn emit_root(model: &model::Model) -> String {
    format!(
        "{HEAD}//! The {} operations and {} shapes of the service model, version {}.\n//!\n\
         //! Facts only: names, types, constraints, errors. One structure per shape, every member optional; a shape\n\
         //! without members of its own (text, numbers, lists) appears as the type of the members that use it, and in\n\
         //! [`constraints`] if it has any.\n\n\
         pub mod constraints;\nmod enums;\nmod errors;\nmod operations;\nmod requests;\npub mod structures;\n\n\
         pub use enums::*;\npub use errors::ErrorCode;\npub use operations::Operation;\npub use requests::Request;\n\
         pub use structures::*;\n",
        model.operations.len(),
        model.shapes.len(),
        model.version(),
    )
}

/// Runs rustfmt, with the workspace's settings, over the files in a folder of their own.
fn format(root: &Path, files: &Files) -> anyhow::Result<Files> {
    let folder = root.join("target/xtask/generated");
    if folder.exists() {
        fs_err::remove_dir_all(&folder)?;
    }
    write_folder(&folder, files)?;
    let settings = root.join("rustfmt.toml");
    let settings = settings.to_str().context("the workspace's path is not UTF-8")?;
    process::run(&folder, "rustfmt", &["--edition", "2024", "--config-path", settings, "mod.rs"], &[])?;
    read_folder(&folder)
}

fn write_folder(folder: &Path, files: &Files) -> anyhow::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs_err::create_dir_all(parent)?;
        }
        fs_err::write(path, text)?;
    }
    Ok(())
}

/// The Rust files of a folder and of its folders, one level deep; empty if the folder does not exist.
fn read_folder(folder: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![String::new()];
    while let Some(prefix) = folders.pop() {
        let here = folder.join(&prefix);
        if !here.exists() {
            continue;
        }
        for entry in fs_err::read_dir(here)? {
            let entry = entry?;
            let name = entry.file_name().into_string().ok().context("a file name is not UTF-8")?;
            if entry.file_type()?.is_dir() {
                folders.push(format!("{prefix}{name}/"));
            } else {
                files.insert(format!("{prefix}{name}"), fs_err::read_to_string(entry.path())?);
            }
        }
    }
    Ok(files)
}
