//! The repository's documents are true where a program can tell: links lead somewhere, and tests that keep promises exist.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Markdown file of the root, of `docs` and of its folders.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [root(), root().join("docs"), root().join("docs/decisions")] {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 8, "{found:?}");
    found
}

/// The targets of `[text](target)` and `![text](target)` outside of code blocks.
fn links(text: &str) -> Vec<&str> {
    let mut inside_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside_code = !inside_code;
        }
        if inside_code {
            continue;
        }
        found.extend(
            line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target),
        );
    }
    found
}

/// The anchor that a heading gets: lower case, spaces as hyphens, punctuation dropped.
fn anchors(text: &str) -> Vec<String> {
    let anchor = |heading: &str| {
        heading
            .to_lowercase()
            .chars()
            .filter(|letter| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter))
            .map(|letter| if letter == ' ' { '-' } else { letter })
            .collect()
    };
    text.lines()
        .filter_map(|line| Some(anchor(line.strip_prefix('#')?.trim_start_matches('#').trim())))
        .collect()
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = fs_err::read_to_string(&document).unwrap();
        for link in
            links(&text).into_iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:"))
        {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if path.is_empty() { document.clone() } else { document.parent().unwrap().join(path) };
            let there = target.exists()
                && (anchor.is_empty()
                    || anchors(&fs_err::read_to_string(&target).unwrap())
                        .iter()
                        .any(|known| known == anchor));
            if !there {
                broken.push(format!("{}: {link}", document.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_promise_names_a_test_that_exists() {
    let text = fs_err::read_to_string(root().join("COMPATIBILITY.md")).unwrap();
    let rows: Vec<&str> =
        text.lines().filter(|line| line.starts_with("| ") && line.contains(".py`")).collect();
    assert!(rows.len() > 20);
    for row in rows {
        for name in row.split('`').filter(|part| part.ends_with(".py") || part.starts_with("crates/")) {
            let path = if name.starts_with("crates/") {
                root().join(name)
            } else {
                root().join("tests/conformance").join(name)
            };
            assert!(path.exists(), "{name} in: {row}");
        }
    }
}

#[test]
fn every_decision_is_in_the_index() {
    let index = fs_err::read_to_string(root().join("docs/decisions/README.md")).unwrap();
    for entry in fs_err::read_dir(root().join("docs/decisions")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "README.md" || index.contains(&format!("({name})")) || name.starts_with("0000"),
            "{name}"
        );
    }
}

#[test]
fn links_in_code_are_not_links() {
    assert_eq!(links("[a](b.md) and ![c](d.png)\n```\nx[0](y)\n```\n[e](#f)"), ["b.md", "d.png", "#f"]);
    assert_eq!(anchors("# What it *refuses*, exactly\ntext\n## A-b"), ["what-it-refuses-exactly", "a-b"]);
}
