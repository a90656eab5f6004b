//! `cargo xtask check`.

use std::path::Path;

pub(crate) fn run(_root: &Path) -> anyhow::Result<()> {
    anyhow::bail!("not yet")
}
