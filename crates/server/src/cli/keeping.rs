//! `overt snapshot`, `overt restore`, `overt fsck` and `overt rotate-key`: keeping the data folder safe.
//!
//! Owns the commands' words and their progress. What a snapshot is, the gallery knows.
//!
//! # Invariants
//! - A snapshot is taken beside a running server as well as without one; restoring, checking and rotating never touch a
//!   folder that somebody else has open.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use overt_gallery::{
    Context, CopyProgress, FsckReport, MadeAgain, Pace, Problem, SnapshotReport, give_way, restore_snapshot,
    take_snapshot,
};
use serde_json::json;

use super::Common;
use super::backend::{Exclusive, claimed};
use super::output::{Output, Style, note};
use super::shown::Shown;
use crate::account::{Again, KEY_FILE, LEDGER_FOLDER};
use crate::config::Overrides;
use crate::data::DataFolder;
use crate::rights::{Contradiction, Rights};
use crate::telemetry;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt snapshot /backup/overt-monday\n  overt snapshot /backup/overt-monday --gentle\n\n\
                  Works beside a running server: the snapshot is the state of one moment, whatever is written meanwhile. While the machine has other \
                  work, two thirds of the time are left to it. The keys \
                  are not part of it; without server.key a snapshot opens nothing, and without ledger.key its ledger cannot go on, so keep \
                  copies of both files elsewhere."
)]
pub(super) struct Snapshot {
    /// Folder to make
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    /// Leave two thirds of the time to others, also while there is nothing else to do
    #[arg(long)]
    gentle: bool,
    /// Leave no time to others: done sooner, and searches meanwhile take several times as long
    #[arg(long, conflicts_with = "gentle")]
    full_speed: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  mkdir -m 700 /srv/overt && cp /safe/server.key /safe/ledger.key /srv/overt/\n  \
                  overt restore /backup/overt-monday --data /srv/overt\n\n\
                  The data folder must hold no records yet. Every file is compared with its hash. A ledger that \
                  is in the folder stays, and tells that what came after the snapshot was undone. What it tells of since then that deleted or \
                  narrowed is made again: withdrawn consents, deleted faces, users and collections, narrower policies, ended overrides, \
                  revoked principals. So keep the newest ledger, and put server.key and ledger.key, which \
                  belong to the snapshot, into the folder before."
)]
pub(super) struct Restore {
    /// The snapshot's folder
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt fsck\n  overt fsck --repair\n\n\
                  Reads every record and every template and names each inconsistency; the exit code is 1 when one is left. A repair keeps \
                  what is sound and removes records whose templates are lost: take a snapshot first. No server may be running on the \
                  data folder.")]
pub(super) struct Fsck {
    /// Repair what can be repaired
    #[arg(long)]
    repair: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  overt rotate-key\n\n\
                  Seals every secret again under a new server.key. Page tokens that are out end. Snapshots from before need the old \
                  key: keep it as long as them. No server may be running on the data folder.")]
pub(super) struct RotateKey {}

impl Snapshot {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        // Not made either: where the backup's disk is not mounted, a snapshot would land on another.
        let parent = self.to.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(parent) = parent {
            ensure!(
                parent.is_dir(),
                "the folder {}, in which the snapshot is to be, is not there: make it, or mount its disk",
                parent.display()
            );
        }
        // Opened and not made: a snapshot of a folder that was misspelt is nobody's wish.
        ensure!(config.data.join("overt.db").is_file(), "there are no records in {}", config.data.display());
        let data = DataFolder::open(&config.data)?;
        let pace = match (self.gentle, self.full_speed) {
            (true, _) => Pace::Gentle,
            (false, true) => Pace::Full,
            (false, false) => Pace::MakingWay,
        };
        if pace != Pace::Full {
            give_way();
        }
        let bar = Bar::new("copying");
        let report = take_snapshot(&Context::system(), data.root(), &self.to, pace, &mut |at| bar.show(at));
        bar.end();
        tell(&report?, self.json, &format!("the snapshot is in {}", self.to.display()))?;
        if !self.json {
            note(
                Style::Hint,
                "hint: server.key and ledger.key are not in it; a snapshot without them opens nothing",
            );
        }
        Ok(())
    }
}

impl Restore {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        let data = DataFolder::open(&config.data)?;
        let claim = claimed(&data)?;
        let had_ledger = data.root().join(LEDGER_FOLDER).exists();
        let bar = Bar::new("restoring");
        let report = restore_snapshot(&self.from, data.root(), &mut |at| bar.show(at));
        bar.end();
        let report = report.with_context(|| format!("{} was not restored", self.from.display()))?;
        let missing: Vec<_> =
            ["server.key", KEY_FILE].into_iter().filter(|name| !data.root().join(name).exists()).collect();
        let again = if missing.is_empty() && data.root().join(LEDGER_FOLDER).exists() {
            let opened = Exclusive::claimed(config, &data, claim);
            let opened = opened.context(
                "the snapshot is in the folder, and the ledger there does not open with it: nothing starts with it before that is mended",
            )?;
            opened.again.clone()
        } else {
            None
        };
        let done = format!("{} holds the snapshot", data.root().display());
        tell_restored(&report, again.as_ref(), had_ledger, self.json, &done)?;
        for name in missing.iter().filter(|_| !self.json) {
            note(
                Style::Hint,
                format!("hint: put the snapshot's {name} into the folder before starting the server"),
            );
        }
        Ok(())
    }
}

/// Tells what was restored, and what became of it since.
fn tell_restored(
    report: &SnapshotReport,
    again: Option<&Again>,
    had_ledger: bool,
    as_json: bool,
    done: &str,
) -> anyhow::Result<()> {
    let SnapshotReport { collections, faces, files, bytes } = report;
    if as_json {
        let again = again.map(|again| {
            json!({
                "entries_since": again.entries, "made": again.made,
                "old_keys_work_again": again.old_keys, "old_keys_refused": again.refused_keys,
            })
        });
        let json = json!({
            "collections": collections, "faces": faces, "files": files, "bytes": bytes,
            "ledger_was_there": had_ledger, "made_again": again,
        });
        return Ok(Output::new().line(json.to_string())?);
    }
    tell(report, false, done)?;
    match again {
        Some(again) if again.made == MadeAgain::default() => {
            let entries = again.entries;
            note(
                Style::Dim,
                format!(
                    "the ledger has {entries} entries since the snapshot, and none tells of something deleted or narrowed that came back"
                ),
            );
        }
        Some(Again { made, entries, .. }) => {
            let MadeAgain { collections, policies, consents, faces, users, overrides, principals } = made;
            note(
                Style::Bold,
                format!(
                    "the ledger has {entries} entries since the snapshot. Made again: {collections} collections deleted, {policies} policies \
                     narrowed, {consents} consents withdrawn, {faces} faces deleted, {users} users deleted, {overrides} overrides ended, \
                     {principals} principals revoked or described otherwise"
                ),
            );
        }
        None => note(
            Style::Hint,
            "what the ledger tells of since the snapshot, who withdrew consent, was deleted or may no longer, is made again when the folder \
             is opened the first time, before anything is answered",
        ),
    }
    for name in again.into_iter().flat_map(|again| &again.old_keys) {
        note(
            Style::Hint,
            format!(
                "the key of {name} was replaced after the snapshot, and the old one works again: `overt principals rotate {name}` ends it"
            ),
        );
    }
    for name in again.into_iter().flat_map(|again| &again.refused_keys) {
        note(
            Style::Hint,
            format!(
                "the key of {name} was replaced after the snapshot: the old one came back and is refused, and the new one is not known here. \
                 `overt principals rotate {name}` makes another"
            ),
        );
    }
    if !had_ledger {
        note(
            Style::Hint,
            "no ledger was in the folder: the snapshot's own is used. Who withdrew consent or was deleted after the snapshot is back, and \
             nothing here knows of it. Where there is a newer ledger, put it into the folder before restoring",
        );
    }
    Ok(())
}

impl Fsck {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let open = Exclusive::open(common)?;
        let total = usize::try_from(open.gallery.templates_to_read()?).unwrap_or(usize::MAX);
        let progress = RefCell::new(Shown::new("checking", total));
        let out = Output::new();
        let mut told = Ok(());
        // What a repair deletes is named before: afterwards nobody knows what to index again.
        let report =
            open.gallery.fsck_telling(self.repair, &mut |read| progress.borrow().reach(read), &mut |found| {
                progress.borrow().end();
                told = if self.json { begin_json(&out, found) } else { tell_found(&out, found) };
                if self.repair && !found.problems.is_empty() {
                    *progress.borrow_mut() = Shown::new("repairing and checking again", total);
                }
                told.is_ok()
            });
        progress.borrow().end();
        told?;
        let FsckReport { problems, left, .. } = report?;
        let contradictions = Rights::default().compare(&open.gallery, &open.book)?;
        let mends: BTreeSet<_> = contradictions.iter().map(Contradiction::mend).collect();
        let mends = mends.into_iter().collect::<Vec<_>>().join("; ");
        let contradictions: Vec<String> = contradictions.iter().map(ToString::to_string).collect();
        if self.json {
            out.line(format!("  \"contradictions\": {},", serde_json::to_string(&contradictions)?))?;
            out.line(format!("  \"left\": {}\n}}", serde_json::to_string(&words(&left))?))?;
        } else {
            for contradiction in &contradictions {
                out.line(contradiction)?;
            }
            for problem in words(&left) {
                out.line(format!("left: {problem}"))?;
            }
        }
        match (self.repair, problems.len(), left.len()) {
            (_, 0, _) => {}
            (true, found, 0) => note(Style::Dim, format!("{found} problems repaired")),
            (true, found, left) => bail!("{left} of {found} problems are left"),
            (false, found, _) => {
                bail!("{found} problems: `overt fsck --repair` repairs what can be repaired")
            }
        }
        // No repair mends what somebody has to decide.
        ensure!(contradictions.is_empty(), "records and ledger contradict each other: {mends}");
        Ok(())
    }
}

fn words(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// Names what a walk found, each face and user on a line of its own.
fn tell_found(out: &Output, found: &FsckReport) -> anyhow::Result<()> {
    for problem in &found.problems {
        out.line(problem.to_string())?;
        for face in problem.faces() {
            out.line(format!("  {face}"))?;
        }
        for user in problem.users() {
            out.line(format!("  user {user}"))?;
        }
    }
    let FsckReport { collections, faces, users, templates, .. } = found;
    note(
        Style::Dim,
        format!("looked at {collections} collections, {faces} faces, {users} users, {templates} templates"),
    );
    Ok(())
}

/// Begins the report: everything but the member `left`, which is known after a repair only, and the closing brace.
fn begin_json(out: &Output, found: &FsckReport) -> anyhow::Result<()> {
    let lost = found.problems.iter().filter(|problem| problem.loses_faces());
    let lost: Vec<_> = lost
        .flat_map(Problem::faces)
        .map(|face| {
            json!({
                "face_id": face.id.to_string(),
                "external_image_id": face.external_id,
                "image_id": face.image.to_string(),
                "user_id": face.user,
            })
        })
        .collect();
    let json = json!({
        "collections": found.collections,
        "faces": found.faces,
        "users": found.users,
        "templates": found.templates,
        "problems": words(&found.problems),
        "faces_lost": lost,
    });
    let text = serde_json::to_string_pretty(&json)?;
    Ok(out.line(format!("{},", text.trim_end_matches('}').trim_end()))?)
}

impl RotateKey {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let Self {} = self;
        let open = Exclusive::open(common)?;
        let rotated = open.database.rotate_server_key()?;
        // What is not told now is told by whoever opens the ledger next.
        open.gallery.record_outbox()?;
        let (keys, collections) = (rotated.access_keys, rotated.collections);
        note(Style::Dim, format!("sealed {keys} access keys and {collections} collections under a new key"));
        Ok(())
    }
}

fn tell(report: &SnapshotReport, as_json: bool, done: &str) -> anyhow::Result<()> {
    let SnapshotReport { collections, faces, files, bytes } = report;
    if as_json {
        let json = json!({ "collections": collections, "faces": faces, "files": files, "bytes": bytes });
        Output::new().line(json.to_string())?;
    } else {
        note(
            Style::Dim,
            format!(
                "{done}: {collections} collections, {faces} faces, {files} files, {}",
                HumanBytes(*bytes)
            ),
        );
    }
    Ok(())
}

/// A bar for a person; a log needs none, for the end is told.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new(doing: &'static str) -> Self {
        Self(std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let template = "{spinner} {msg} [{bar:30}] {bytes} of {total_bytes}, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message(doing);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        }))
    }

    fn show(&self, at: CopyProgress) {
        if let Some(bar) = &self.0 {
            bar.set_length(at.total);
            bar.set_position(at.done);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
