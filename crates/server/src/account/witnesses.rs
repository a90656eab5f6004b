//! The witnesses of a server's ledger: asked for a cosignature under every checkpoint.
//!
//! Owns when each is asked and what is told of those that do not answer. What is asked and believed, `overt_ledger::cosign` knows.
//!
//! # Invariants
//! - A witness that is away holds nothing up for longer than one short wait, and is asked more and more seldom.
//! - That a witness refuses because of what the ledger did is an error in the log each time, and never hidden.

use std::path::PathBuf;
use std::time::Duration;

use metrics::counter;
use overt_gallery::{Context, Moment};
use overt_ledger::{Asked, Checkpoint, Cosigner, Folder};

use crate::config::WitnessConfig;
use crate::remote::{Remote, RemoteError};

/// How long a witness may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest pause after failures, seconds.
const LONGEST_PAUSE: u64 = 300;

/// All witnesses.
pub(crate) struct Witnesses {
    folder: PathBuf,
    context: Context,
    each: Vec<Asking>,
}

/// One of them.
struct Asking {
    cosigner: Cosigner,
    remote: Remote,
    /// Failures since the last success.
    failures: u32,
    /// Not to be asked before.
    pause: Moment,
    /// The size that it cosigned last, and its line.
    last: Option<(u64, String)>,
}

impl Witnesses {
    /// Those that the settings name, for the ledger in `folder`.
    ///
    /// # Errors
    /// [`RemoteError`] for an address that is none.
    pub(crate) fn new(
        folder: PathBuf,
        settings: &[WitnessConfig],
        context: Context,
    ) -> Result<Self, RemoteError> {
        let one = |WitnessConfig { key, url }: &WitnessConfig| -> Result<Option<Asking>, RemoteError> {
            let Some(cosigner) = Cosigner::new(key.clone()) else { return Ok(None) };
            let remote = Remote::patient(url, PATIENCE)?;
            Ok(Some(Asking { cosigner, remote, failures: 0, pause: context.now(), last: None }))
        };
        let each = settings.iter().map(one).filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Self { folder, context, each })
    }

    /// Whether one that has not cosigned this checkpoint may be asked now.
    pub(crate) fn wants(&self, checkpoint: &Checkpoint) -> bool {
        let now = self.context.now();
        self.each.iter().any(|asking| !asking.has(checkpoint) && asking.pause <= now)
    }

    /// The lines of all that have cosigned this checkpoint, after asking those that have not. Blocking, for as long as the slowest takes.
    pub(crate) fn lines(&mut self, checkpoint: &Checkpoint, note: &str) -> String {
        let (now, folder) = (self.context.now(), Folder(self.folder.clone()));
        std::thread::scope(|scope| {
            for asking in self.each.iter_mut().filter(|asking| !asking.has(checkpoint) && asking.pause <= now)
            {
                let folder = &folder;
                scope.spawn(move || asking.ask(folder, checkpoint, note, now));
            }
        });
        let lines = self.each.iter().filter(|asking| asking.has(checkpoint));
        lines.filter_map(|asking| asking.last.as_ref().map(|(_, line)| line.as_str())).collect()
    }
}

impl Asking {
    fn has(&self, checkpoint: &Checkpoint) -> bool {
        self.last.as_ref().is_some_and(|(size, _)| *size == checkpoint.size)
    }

    fn ask(&mut self, folder: &Folder, checkpoint: &Checkpoint, note: &str, now: Moment) {
        let name = self.cosigner.key().name().to_owned();
        let (result, why) = match self.exchange(folder, checkpoint, note) {
            Ok(Asked::Cosigned { line, .. }) => {
                if self.failures > 0 {
                    tracing::info!(witness = name, "the witness cosigns again");
                }
                self.failures = 0;
                self.last = Some((checkpoint.size, line));
                counter!("overt_ledger_cosignatures_total", "result" => "cosigned").increment(1);
                return;
            }
            Ok(Asked::Refused(why)) => ("refused", why),
            Ok(Asked::Again) => ("refused", "it contradicts itself about how far it has come".to_owned()),
            Err(why) => ("unreachable", why),
        };
        counter!("overt_ledger_cosignatures_total", "result" => result).increment(1);
        if result == "refused" {
            tracing::error!(witness = name, why, "the witness does not cosign this ledger");
        } else if self.failures == 0 {
            tracing::warn!(
                witness = name,
                why,
                "the witness cannot be asked; checkpoints are published without it"
            );
        }
        let pause =
            1_u64.checked_shl(self.failures).map_or(LONGEST_PAUSE, |seconds| seconds.min(LONGEST_PAUSE));
        self.failures += 1;
        self.pause = now.after(Duration::from_secs(pause));
    }

    fn exchange(&mut self, folder: &Folder, checkpoint: &Checkpoint, note: &str) -> Result<Asked, String> {
        let mut asked = Asked::Again;
        // Twice: a witness that is elsewhere than was believed says where.
        for _ in 0..2 {
            let request =
                self.cosigner.request(folder, checkpoint, note).map_err(|error| error.to_string())?;
            let (status, body) =
                self.remote.post("add-checkpoint", request).map_err(|error| error.to_string())?;
            let body = String::from_utf8_lossy(&body);
            asked = self.cosigner.answered(status, &body, checkpoint, note);
            if asked != Asked::Again {
                break;
            }
        }
        Ok(asked)
    }
}
