//! Prints the page of all labels: `cargo run -p overt-vision --example label_list > docs/label-list.md`.
#![allow(clippy::print_stdout, reason = "an example's answer")]

use overt_vision::labels::{Taxonomy, TaxonomyError, markdown};

fn main() -> Result<(), TaxonomyError> {
    print!("{}", markdown(&Taxonomy::built_in()?));
    Ok(())
}
