//! The taxonomy as a page for people: every label that can be answered.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::taxonomy::{Entry, Taxonomy};

/// The labels by category, in Markdown; `docs/label-list.md` is this.
#[must_use]
pub fn markdown(taxonomy: &Taxonomy) -> String {
    let mut categories: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in taxonomy.entries() {
        categories.entry(&entry.category).or_default().push(entry);
    }
    let mut page = format!(
        "# The labels\n\nWritten by `cargo run -p overt-vision --example label_list` from `models/labels/taxonomy.toml`; do not \
         edit.\n\n{} labels in {} categories. **box**: instances with bounding boxes. **face**: found on faces. What is left is found by \
         the classifier alone, or follows from labels below it. [labels.md](labels.md) says how well.\n",
        taxonomy.entries().len(),
        categories.len()
    );
    for (category, entries) in categories {
        // Writing to a string does not fail.
        let _ = write!(page, "\n## {category}\n\n| label | above it | also called | |\n|---|---|---|---|\n");
        for entry in entries {
            let above = taxonomy.ancestors_of(entry).collect::<Vec<_>>().join(", ");
            let marks: Vec<_> = [(entry.object.is_some(), "box"), (entry.sign.is_some(), "face")]
                .into_iter()
                .filter_map(|(yes, mark)| yes.then_some(mark))
                .collect();
            let _ = writeln!(
                page,
                "| {} | {above} | {} | {} |",
                entry.name,
                entry.aliases.join(", "),
                marks.join(", ")
            );
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_the_documentation_is_current() {
        let page = include_str!("../../../../docs/label-list.md");
        assert!(
            page == markdown(&Taxonomy::built_in().unwrap()),
            "cargo run -p overt-vision --example label_list > docs/label-list.md"
        );
    }
}
