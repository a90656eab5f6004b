//! `overt ledger begin-anew`: another ledger in the place of one that is lost.
//!
//! Owns the command. What is moved aside and what the new ledger says of it is the [`Book`]'s business.

use std::sync::Arc;

use anyhow::ensure;
use clap::Args;
use overt_gallery::{Context, Database};

use super::super::Common;
use super::super::backend::claimed;
use super::super::output::{Style, note};
use crate::account::Book;
use crate::config::Overrides;
use crate::data::DataFolder;
use crate::telemetry;

/// Most characters of a reason.
const MAX_REASON: usize = 1000;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  overt ledger begin-anew --reason \"disk failure of 3 May; the backup ends in April\"\n\n\
                        Only where the ledger does not open: put it back from a backup or from somebody's copy if there is one. What is left \
                        of it is moved aside, a new key is drawn, and the first entry of the new ledger says that one was lost, how many \
                        entries it had, and why. Everybody who follows the old ledger will ask."
)]
pub(super) struct BeginAnew {
    /// Why, for everybody to read
    #[arg(long)]
    reason: String,
}

impl BeginAnew {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let reason = self.reason.trim();
        ensure!(
            !reason.is_empty() && reason.chars().count() <= MAX_REASON && !reason.contains(char::is_control),
            "--reason must be one line of 1 to {MAX_REASON} characters"
        );
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        // Opened and not made: a folder that was misspelt has lost nothing.
        ensure!(config.data.join("overt.db").is_file(), "there are no records in {}", config.data.display());
        let data = DataFolder::open(&config.data)?;
        let _claim = claimed(&data)?;
        let database = Arc::new(Database::open(data.root(), Context::system())?);
        let origin = config.ledger.origin.as_deref();
        let book = Book::begin_anew(data.root(), origin, reason, Context::system(), &database)?;
        note(Style::Bold, format!("a new ledger is begun; its key is {}", book.verifier()));
        Ok(())
    }
}
