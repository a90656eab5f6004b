//! `overt principals`: who may use the server.
//!
//! Owns the commands' words and what they print. The rules are the gallery's.
//!
//! # Invariants
//! - A secret is printed once, by the command that made it, to standard output; the key counts only after that.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use jiff::SignedDuration;
use overt_gallery::{
    Allowed, Context, Database, Description, IssuedKey, KeyStatus, Moment, NewPrincipal, Principal,
    PrincipalName, Sector,
};
use serde_json::json;

use super::Common;
use super::output::{Output, Style, note};
use crate::config::Overrides;
use crate::data::{DataError, DataFolder};
use crate::ops::{Family, Role, unknown_word};
use crate::rights::{Given, Unpublished, keys_given};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    overt principals create scanner --organisation \"City Archive\" --sector media --allow faces,DetectText\n  \
    overt principals list\n  \
    overt principals describe first-start --organisation \"City Archive\" --sector media --allow faces\n  \
    overt principals rotate scanner --grace 24h\n  \
    overt principals revoke scanner\n\n\
    A running server sees every change with its next request.")]
pub(super) struct Principals {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Record a new principal and print its access key
    #[command(after_help = create_help())]
    Create(Create),
    /// List every principal there ever was
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Replace a principal's access key
    Rotate {
        /// Whose key
        name: PrincipalName,
        /// How long the old key still works, such as 30m, 24h or 7d; one that the ledger does not give to the principal stops at once
        #[arg(long, default_value = "0s", value_name = "DURATION", value_parser = parse_grace)]
        grace: SignedDuration,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change who answers for a principal, its sector or what it may use; its key stays
    #[command(after_help = create_help())]
    Describe(Describe),
    /// End a principal with all its keys, for good
    Revoke {
        /// Whom
        name: PrincipalName,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// Unique name: letters, digits, `_`, `.`, `@`, `-`
    name: PrincipalName,
    /// The organisation that answers for its use
    #[arg(long)]
    organisation: overt_gallery::Organisation,
    /// The organisation's sector (see below)
    #[arg(long, value_parser = parse_sector)]
    sector: Sector,
    /// Operations (`DetectFaces`), families or roles (see below) it may use, or `all`
    #[arg(long, required = true, value_delimiter = ',', value_name = "WORD,…")]
    allow: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Describe {
    /// Whose record
    name: PrincipalName,
    /// The organisation that answers for its use
    #[arg(long, required_unless_present_any = ["sector", "allow"])]
    organisation: Option<overt_gallery::Organisation>,
    /// The organisation's sector (see below)
    #[arg(long, value_parser = parse_sector)]
    sector: Option<Sector>,
    /// Operations, families or roles (see below) it may use from now on, and no others, or `all`
    #[arg(long, value_delimiter = ',', value_name = "WORD,…")]
    allow: Vec<String>,
}

fn create_help() -> String {
    let width = Sector::ALL.iter().map(|sector| sector.name().len()).max().unwrap_or(0);
    let sectors: Vec<String> = Sector::ALL
        .iter()
        .filter(|sector| **sector != Sector::Unstated)
        .map(|sector| format!("  {:<width$}  {}", sector.name(), sector.description()))
        .collect();
    let families: Vec<_> = Family::ALL.iter().map(|family| family.name()).collect();
    let roles: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
    format!(
        "Sectors:\n{}\n\nFamilies of operations:\n  {}\n\nRoles:\n  {}\n  `all` is every operation and neither review nor audit; \
         nobody holds search, review and audit together, nor administer and audit.",
        sectors.join("\n"),
        families.join(", "),
        roles.join(", "),
    )
}

fn parse_sector(text: &str) -> Result<Sector, String> {
    match text.parse() {
        Ok(Sector::Unstated) => Err("a sector must be stated".into()),
        Ok(sector) => Ok(sector),
        Err(error) => Err(error.to_string()),
    }
}

/// Ten years: longer than any key should work, and short enough that every moment in it has a date.
const LONGEST_GRACE: SignedDuration = SignedDuration::from_hours(3650 * 24);

/// Accepts whole days too, which are 24 hours here: a key's grace has no time zone.
fn parse_grace(text: &str) -> Result<SignedDuration, String> {
    let days = text.strip_suffix('d').and_then(|days| days.trim().parse::<i64>().ok());
    let parsed = match days {
        Some(days) => {
            days.checked_mul(24).and_then(SignedDuration::try_from_hours).ok_or_else(|| "too long".to_owned())
        }
        None => text
            .parse::<SignedDuration>()
            .map_err(|_error| "expected a time such as 90s, 30m, 24h or 7d (no months or years)".to_owned()),
    }?;
    if parsed.is_negative() {
        return Err("must not be negative".into());
    }
    if parsed > LONGEST_GRACE {
        return Err("must be 3650d or less".into());
    }
    Ok(parsed)
}

impl Principals {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let config = common.load(Overrides::default())?;
        // A mistyped folder must not be made, and then be found empty.
        if !matches!(self.command, Command::Create(_)) && !config.data.exists() {
            bail!(
                "there is no data folder {}: `overt serve` makes one, or name another with --data",
                config.data.display()
            );
        }
        let data = DataFolder::open(&config.data)?;
        let database = Arc::new(Database::open(data.root(), Context::system())?);
        let principals = overt_gallery::Principals::new(Arc::clone(&database));
        let out = Output::new();
        match self.command {
            Command::Create(create) => {
                let new = create.principal()?;
                // Shown before it is recorded: a secret that nobody could read must not be the only one that works.
                principals.create_after(&new, |key| hand_over(&out, key, create.json))?;
                Ok(())
            }
            Command::List { json } => print_list(&out, &principals.list()?, json),
            Command::Rotate { name, grace, json } => {
                let held = |key: &IssuedKey| {
                    key.replaces.iter().try_fold(false, |held, old| {
                        Ok::<_, DataError>(held || data.holds_credentials_of(&old.id)?)
                    })
                };
                // Without a grace every key stops, whoever gave it: that must be possible whatever state the ledger is in.
                let told = if grace.is_zero() { None } else { Some(given(data.root(), &database, &name)?) };
                let told = told.as_ref().and_then(Given::keys).map(|(_, keys)| keys);
                let goes_on =
                    |key: &KeyStatus| told.is_none_or(|keys| keys.iter().any(|one| one.covers(key)));
                let working = principals.list()?.into_iter().find(|one| one.name == name);
                let now = Context::system().now();
                let foreign: Vec<_> = working
                    .iter()
                    .flat_map(|one| one.working_keys(now))
                    .filter(|key| !goes_on(key))
                    .map(|key| key.id.clone())
                    .collect();
                let issued = principals
                    .rotate_after(&name, grace.unsigned_abs(), goes_on, |key| hand_over(&out, key, json))?;
                // Only now is it so.
                for old in &foreign {
                    note(
                        Style::Error,
                        format!(
                            "{old} stops working now, without a grace: by the ledger it was not given to {name}, or was replaced"
                        ),
                    );
                }
                if !json {
                    for old in issued.replaces.iter().filter(|old| !foreign.contains(&old.id)) {
                        if let Some(ends) = old.ends {
                            note(Style::Dim, format!("{} stops working at {}", old.id, moment(ends)));
                        }
                    }
                }
                // The key works and was shown. A file that cannot be kept up with it is said, and is no failure.
                let kept = held(&issued).and_then(|held| {
                    if held { data.write_credentials(&issued).map(|()| true) } else { Ok(false) }
                });
                let file = data.credentials();
                match kept {
                    Ok(true) => note(Style::Hint, format!("updated {}", file.display())),
                    Ok(false) => {}
                    Err(error) => {
                        note(Style::Error, format!("{} still holds the old key: {error}", file.display()))
                    }
                }
                Ok(())
            }
            Command::Describe(describe) => {
                let change = describe.change()?;
                principals.describe(&describe.name, &change)?;
                note(Style::Dim, format!("{} is now described so:", describe.name));
                let all = principals.list()?;
                let one: Vec<_> = all.into_iter().filter(|one| one.name == describe.name).collect();
                print_list(&out, &one, false)
            }
            Command::Revoke { name } => {
                principals.revoke(&name)?;
                note(Style::Dim, format!("revoked {name}: its keys no longer work"));
                Ok(())
            }
        }
    }
}

/// The keys that the ledger gives to a principal.
fn given(root: &Path, database: &Database, name: &PrincipalName) -> anyhow::Result<Given> {
    keys_given(root, database, name).map_err(|error| match error {
        Unpublished::Behind { .. } => anyhow!(
            "{error}: start the server, which publishes it, and rotate then; or rotate without --grace, which ends every key of {name} at once"
        ),
        error => anyhow::Error::from(error).context(format!(
            "the ledger does not say which keys {name} was given; without --grace they all end at once, whoever gave them"
        )),
    })
}

fn allowed(words: &[String]) -> anyhow::Result<Allowed> {
    let allowed = Allowed::from_words(words.iter().map(String::as_str))?;
    allowed.check_apart()?;
    if let Some(word) = unknown_word(&allowed) {
        bail!(
            "`{word}` is neither an operation nor a family of operations nor a role: see `overt principals create --help`"
        );
    }
    Ok(allowed)
}

impl Create {
    fn principal(&self) -> anyhow::Result<NewPrincipal> {
        Ok(NewPrincipal {
            name: self.name.clone(),
            organisation: self.organisation.clone(),
            sector: self.sector,
            allowed: allowed(&self.allow)?,
        })
    }
}

impl Describe {
    fn change(&self) -> anyhow::Result<Description> {
        let allowed = if self.allow.is_empty() { None } else { Some(allowed(&self.allow)?) };
        Ok(Description { organisation: self.organisation.clone(), sector: self.sector, allowed })
    }
}

/// Prints a key before it is recorded.
fn hand_over(out: &Output, key: &IssuedKey, as_json: bool) -> anyhow::Result<()> {
    // Not as its cause: that whoever read the output has gone is an error here, and a success elsewhere.
    print_key(out, key, as_json)
        .map_err(|error| anyhow!("the new key cannot be shown, so nothing was changed: {error}"))
}

fn print_key(out: &Output, key: &IssuedKey, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let ends: Vec<_> = key.replaces.iter().map(key_json).collect();
        let value = json!({
            "principal": key.principal.as_str(),
            "access_key_id": key.id.as_str(),
            "secret_access_key": key.secret.reveal(),
            "replaces": ends,
        });
        out.line(value.to_string())?;
        return Ok(());
    }
    note(Style::Dim, format!("The access key of {}. The secret is shown this once:", key.principal));
    out.line(format!("AWS_ACCESS_KEY_ID={}", key.id))?;
    out.line(format!("AWS_SECRET_ACCESS_KEY={}", key.secret.reveal()))?;
    Ok(())
}

fn print_list(out: &Output, principals: &[Principal], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let list: Vec<_> = principals.iter().map(principal_json).collect();
        out.line(serde_json::to_string_pretty(&list)?)?;
        return Ok(());
    }
    let heading = ["NAME", "ORGANISATION", "SECTOR", "ALLOWED", "CREATED", "ROTATED", "STATE", "KEYS"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    let now = Context::system().now();
    for principal in principals {
        let Principal { name, organisation, sector, allowed, created, rotated, revoked, keys: _ } = principal;
        let working: Vec<_> = principal.working_keys(now).map(|key| key.id.to_string()).collect();
        rows.push(vec![
            name.to_string(),
            organisation.to_string(),
            sector.to_string(),
            allowed.words().collect::<Vec<_>>().join(","),
            moment(*created),
            rotated.map_or_else(|| "-".to_owned(), moment),
            revoked.map_or_else(|| "active".to_owned(), |at| format!("revoked {}", moment(at))),
            if working.is_empty() { "-".to_owned() } else { working.join(" ") },
        ]);
    }
    out.table(&rows)?;
    Ok(())
}

fn principal_json(principal: &Principal) -> serde_json::Value {
    let Principal { name, organisation, sector, allowed, created, rotated, revoked, keys } = principal;
    json!({
        "name": name.as_str(),
        "organisation": organisation.as_str(),
        "sector": sector.name(),
        "allowed": allowed.words().collect::<Vec<_>>(),
        "created": moment(*created),
        "rotated": rotated.map(moment),
        "revoked": revoked.map(moment),
        "keys": keys.iter().map(key_json).collect::<Vec<_>>(),
    })
}

fn key_json(key: &KeyStatus) -> serde_json::Value {
    let KeyStatus { id, created, ends } = key;
    json!({ "access_key_id": id.as_str(), "created": moment(*created), "ends": ends.map(moment) })
}

/// RFC 3339 in UTC, whole seconds.
fn moment(moment: Moment) -> String {
    jiff::Timestamp::from_second(moment.as_millis().div_euclid(1000))
        .map_or_else(|_far| "never".to_owned(), |timestamp| timestamp.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graces_are_read() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("30m", 1800), ("24h", 86_400), ("7d", 604_800)] {
            assert_eq!(parse_grace(text).unwrap().as_secs(), seconds, "{text}");
        }
        for bad in ["", "soon", "-1h", "-3d", "99999999999999999d", "99999999999h", "1y", "3651d"] {
            assert!(parse_grace(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sector_must_be_stated() {
        assert!(parse_sector("media").is_ok());
        assert!(parse_sector("unstated").is_err());
        assert!(create_help().contains("law-enforcement") && !create_help().contains("unstated"));
    }

    #[test]
    fn moments_are_shown_in_utc() {
        assert_eq!(moment(Moment::from_millis(1_790_000_000_999)), "2026-09-21T14:13:20Z");
    }
}
