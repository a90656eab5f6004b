//! The wish that this process should end: what SIGINT and SIGTERM mean while networks are being set up.
//!
//! Owns the wish, and the listening for it in commands that have nothing else to finish. Refuses to know what is being
//! set up; `overt serve` listens for itself, because it has requests to answer, and passes the wish on.
//!
//! # Invariants
//! - Signals mean what they always do (an end at once) except while a [`Gentle`] lives: then work in progress is asked to
//!   end first, and is not waited for longer than `PATIENCE`. A second signal ends the process at once.
//! - However the process ends here, the package clients that it started end with it.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// How long work in progress may take to end: an import is not cut off, and takes a second or two.
const PATIENCE: Duration = Duration::from_secs(10);

/// Number of SIGINT, on every system.
pub const INTERRUPT: u8 = 2;
/// Number of SIGTERM, on every system.
pub const TERMINATE: u8 = 15;

/// The signal that was received; 0: none.
static WISH: AtomicU8 = AtomicU8::new(0);
/// Whether somebody listens for signals already.
static LISTENING: AtomicBool = AtomicBool::new(false);
/// How many pieces of work want to be asked.
static GENTLE: AtomicUsize = AtomicUsize::new(0);

/// The signal by which this process was asked to end, if it was.
pub fn wished() -> Option<u8> {
    Some(WISH.load(Ordering::SeqCst)).filter(|signal| *signal != 0)
}

/// Passes the wish on; for whoever [listens for itself](listens_itself).
pub fn wish(signal: u8) {
    WISH.store(signal, Ordering::SeqCst);
}

/// Says that signals are listened for elsewhere, and that the wish is passed on with [`wish`].
pub fn listens_itself() {
    LISTENING.store(true, Ordering::SeqCst);
}

/// Ends the process at once, with the package clients that it started and without the destructors of ONNX Runtime, which
/// must not run while a worker is in it. What was written is written: records are committed, and nothing else of a request
/// is kept.
pub fn leave(code: u8) -> ! {
    overt_vision::models::end_clients();
    signal_hook::low_level::exit(i32::from(code))
}

/// Work that wants to be asked to end. While it lives, it should look at [`wished`] now and then.
pub struct Gentle(());

impl Gentle {
    /// Begins to listen for signals, unless somebody does.
    ///
    /// # Errors
    /// When the system allows no thread or no handler.
    pub fn begin() -> std::io::Result<Self> {
        GENTLE.fetch_add(1, Ordering::SeqCst);
        // From here on dropping it counts it off again.
        let gentle = Self(());
        if !LISTENING.swap(true, Ordering::SeqCst) {
            let (tell, ready) = mpsc::channel();
            std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                match runtime {
                    Ok(runtime) => runtime.block_on(listen(&tell)),
                    Err(error) => drop(tell.send(Err(error))),
                }
            })?;
            // Before anything is begun that would have to be ended.
            ready.recv().unwrap_or(Ok(()))?;
        }
        Ok(gentle)
    }
}

impl Drop for Gentle {
    fn drop(&mut self) {
        GENTLE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(unix)]
async fn listen(tell: &mpsc::Sender<std::io::Result<()>>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) =
        match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
            (Ok(interrupt), Ok(terminate)) => (interrupt, terminate),
            (Err(error), _) | (_, Err(error)) => return drop(tell.send(Err(error))),
        };
    // The other end waits for exactly this.
    let _waiting = tell.send(Ok(()));
    let mut next = async || {
        tokio::select! {
            _ = interrupt.recv() => INTERRUPT,
            _ = terminate.recv() => TERMINATE,
        }
    };
    let signal = next().await;
    if GENTLE.load(Ordering::SeqCst) > 0 {
        wish(signal);
        tokio::select! {
            _ = next() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
    leave(128 + signal)
}

#[cfg(not(unix))]
async fn listen(tell: &mpsc::Sender<std::io::Result<()>>) {
    let _waiting = tell.send(Ok(()));
    let _heard = tokio::signal::ctrl_c().await;
    leave(128 + INTERRUPT)
}
