//! `overt overrides`: searches below the floor of a purpose, allowed for some hours by whoever may work on the server's files.
//!
//! Owns the commands' words. Limits and rules are the gallery's; what the ledger says, `account`'s.
//!
//! # Invariants
//! - An override that is granted or ended here is in the ledger before it counts: beside a running server it waits until that one has told of it.

use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use overt_gallery::{Actor, CollectionName, Context, Moment, NewOverride, Override};
use serde_json::json;

use super::Common;
use super::backend::Reach;
use super::output::{Output, Style, note};
use crate::account::Thousandths;

/// Who allows it, in the ledger and in answers: no name of a principal has a blank in it.
const OPERATOR: &str = "the operator";
/// How long an override can be, hours.
const MOST_HOURS: u32 = 7 * 24;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    overt overrides grant staff --lowest 95 --hours 4 --reason \"Fire drill of 3 May: who is in the building\"\n  \
    overt overrides list staff\n  \
    overt overrides end staff 4f2a9c0d1e3b5a77\n\n\
    The reason stands in the public ledger and in the transparency report: name nobody. Beside a running server an override counts some seconds \
    later, once the server's ledger tells of it.")]
pub(super) struct OverridesCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List a collection's overrides, those that are over included
    List {
        /// The collection
        #[arg(value_name = "COLLECTION")]
        name: CollectionName,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Allow searches of a collection below its floor, for some hours
    Grant(Grant),
    /// End an override before its time
    End {
        /// The collection
        #[arg(value_name = "COLLECTION")]
        name: CollectionName,
        /// The override's id, as `list` shows it
        id: String,
    },
}

#[derive(Debug, Args)]
struct Grant {
    /// The collection
    #[arg(value_name = "COLLECTION")]
    name: CollectionName,
    /// Lowest threshold of a search, percent
    #[arg(long, value_name = "SIMILARITY", value_parser = percent)]
    lowest: f32,
    /// For how long
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_HOURS)))]
    hours: u32,
    /// Why, for everybody to read
    #[arg(long)]
    reason: String,
}

fn percent(text: &str) -> Result<f32, String> {
    let number: f32 = text.parse().map_err(|_error| "expected a number from 0 to 100".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number) } else { Err("must be from 0 to 100".into()) }
}

impl OverridesCommand {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let reach = Reach::open(common)?;
        let database = reach.database();
        match self.command {
            Command::List { name, json } => list(&database.overrides(&name)?, json),
            Command::Grant(Grant { name, lowest, hours, reason }) => {
                let new = NewOverride {
                    lowest: Thousandths::of(lowest).0,
                    reason,
                    allowed_by: OPERATOR.to_owned(),
                    lasts: Duration::from_secs(u64::from(hours) * 3600),
                };
                database.check_override(&name, &new)?;
                match &reach {
                    Reach::Here(here) => list(&[here.gallery.override_floor(&name, new)?], false),
                    Reach::Beside(_) => {
                        let actor = Actor::command("overrides grant", &Context::system())?;
                        database.post_override(&actor, &name, &new)?;
                        later("counts");
                        Ok(())
                    }
                }
            }
            Command::End { name, id } => {
                let Some(found) = database.overrides(&name)?.into_iter().find(|one| one.id == id) else {
                    bail!(
                        "{name} has no override {id}: `overt overrides list {name}` shows those that it has"
                    );
                };
                if !found.in_force(Context::system().now()) {
                    bail!("the override {id} of {name} is over already");
                }
                match &reach {
                    Reach::Here(here) => list(&[here.gallery.end_override(&name, &id, OPERATOR)?], false),
                    Reach::Beside(_) => {
                        let actor = Actor::command("overrides end", &Context::system())?;
                        database.post_override_end(&actor, &name, &id, OPERATOR)?;
                        later("is over");
                        Ok(())
                    }
                }
            }
        }
    }
}

fn later(what: &str) {
    note(
        Style::Hint,
        format!("a server is running: the override {what} once its ledger tells of it, in some seconds"),
    );
}

fn list(found: &[Override], as_json: bool) -> anyhow::Result<()> {
    let (out, now) = (Output::new(), Context::system().now());
    if as_json {
        let all: Vec<_> = found.iter().map(|one| shown(one, now)).collect();
        return Ok(out.line(serde_json::to_string_pretty(&all)?)?);
    }
    let heading = ["ID", "LOWEST", "BY", "FROM", "UNTIL", "STATE", "REASON"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for one in found {
        let state = match &one.ended {
            Some((at, by)) => format!("ended {} by {by}", moment(*at)),
            None if one.in_force(now) => "in force".to_owned(),
            None => "over".to_owned(),
        };
        rows.push(vec![
            one.id.clone(),
            Thousandths(one.lowest).percent().to_string(),
            one.allowed_by.clone(),
            moment(one.created),
            moment(one.expires),
            state,
            one.reason.clone(),
        ]);
    }
    Ok(out.table(&rows)?)
}

fn shown(one: &Override, now: Moment) -> serde_json::Value {
    json!({
        "id": one.id,
        "collection": one.collection.as_str(),
        "lowest_threshold": Thousandths(one.lowest).percent(),
        "reason": one.reason,
        "allowed_by": one.allowed_by,
        "created": moment(one.created),
        "expires": moment(one.expires),
        "in_force": one.in_force(now),
        "ended": one.ended.as_ref().map(|(at, _)| moment(*at)),
        "ended_by": one.ended.as_ref().map(|(_, by)| by),
    })
}

/// RFC 3339 in UTC, whole seconds.
fn moment(moment: Moment) -> String {
    Timestamp::from_second(moment.as_millis().div_euclid(1000))
        .map_or_else(|_far| "never".to_owned(), |timestamp| timestamp.to_string())
}
