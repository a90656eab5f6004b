//! A package client as a child process: started, waited for, and ended with everything it started itself.
//!
//! Owns the process group. Refuses to know what the client does.
//!
//! # Invariants
//! - No client outlives the value that stands for it, nor an orderly end of this process: see [`end_clients`]. Only a
//!   process that is killed outright leaves its client behind, which then ends with its own work.

use std::ops::ControlFlow;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::ModelsError;

/// How often a waiting pull looks at what has arrived, and whether it should go on.
pub(super) const LOOK: Duration = Duration::from_millis(100);

/// How long a client that was asked to end may take before it is made to.
const PATIENCE: Duration = Duration::from_secs(2);

/// The clients that run, by the number of their process group.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Ends every package client of this process at once, with everything that it started. For a process that is about to end.
pub fn end_clients() {
    for group in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        signal(*group, Wish::Now);
    }
}

/// A client under way. Dropping it ends it.
pub(super) struct Client {
    child: Child,
    ended: bool,
}

impl Client {
    /// Starts `command` in a process group of its own, so that what it starts can be ended with it.
    pub(super) fn start(command: &mut Command) -> std::io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Held while it is started: nobody who ends the clients may miss one.
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn()?;
        running.push(child.id());
        Ok(Self { child, ended: false })
    }

    /// Waits for its end; `look` is called now and then, and may want it to be given up.
    pub(super) fn wait(
        mut self,
        look: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<ExitStatus, ModelsError> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                self.ended = true;
                return Ok(status);
            }
            if look().is_break() {
                // Dropped here, and with it the client ends.
                return Err(ModelsError::Stopped);
            }
            std::thread::sleep(LOOK);
        }
    }

    fn end(&mut self) {
        let group = self.child.id();
        signal(group, Wish::Please);
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(LOOK / 5);
        }
        // Also after a client that went in time: what it started may not have heard.
        signal(group, Wish::Now);
        // Without a process group the line above did nothing.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let group = self.child.id();
        if !self.ended {
            self.end();
        }
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| *other != group);
    }
}

#[derive(Clone, Copy)]
enum Wish {
    Please,
    Now,
}

#[cfg(unix)]
fn signal(group: u32, wish: Wish) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = match wish {
        Wish::Please => Signal::TERM,
        Wish::Now => Signal::KILL,
    };
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        // That nobody is left in the group is what is wanted.
        let _none = kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn signal(_: u32, _: Wish) {}
