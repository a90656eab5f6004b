//! `overt ledger witness`: a witness as a small server of its own (C2SP tlog-witness over HTTP).
//!
//! Owns the witness's key file and its two pages. What is cosigned, `overt_ledger::witness` decides.
//!
//! # Invariants
//! - The key is for its owner only and never leaves its file.
//! - One process has a witness's folder: two with one memory each could cosign what does not fit together.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use clap::Args;
use overt_gallery::{Context, make_private_folder, private};
use overt_ledger::witness::{Answer, MAX_REQUEST, Witness};
use overt_ledger::{KeyKind, SignerKey, VerifierKey};

use super::read_key;
use crate::cli::Common;
use crate::cli::output::{Output, Style, note};
use crate::config::{Limits, Overrides};
use crate::http::Listener;
use crate::telemetry;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  overt ledger witness --folder /srv/witness --name witness.example --log faces.key\n\n\
                        Prints the witness's own public key; the operator of the ledger puts it and this address into [ledger] \
                        witnesses, readers give it to `overt ledger verify --witness`. The first start makes the key. Run it on another \
                        machine than the ledger's, under somebody else's hand: a witness beside the ledger proves nothing. Put a TLS proxy \
                        in front to reach it from outside."
)]
pub(super) struct WitnessMode {
    /// Folder for the key and for what was cosigned last
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// The witness's name, as a rule the address it is reached at, without https://
    #[arg(long)]
    name: String,
    /// Public key of a ledger to witness, or a file with it; may be given several times
    #[arg(long = "log", value_name = "KEY", required = true)]
    logs: Vec<String>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:6838")]
    listen: SocketAddr,
}

/// What the pages need.
struct Office {
    witness: Witness,
    logs: Vec<VerifierKey>,
    context: Context,
}

impl WitnessMode {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        let logs =
            self.logs.iter().map(|text| read_key(text, KeyKind::Note)).collect::<anyhow::Result<Vec<_>>>()?;
        let context = Context::system();
        if !self.folder.is_dir() {
            make_private_folder(&self.folder)?;
        }
        let _claim = claim(&self.folder)?;
        let key = own_key(&self.folder, &self.name, &context)?;
        let witness = Witness::open(&self.folder, key, &logs)?;
        let office = Arc::new(Office { witness, logs, context });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("cannot start the async runtime")?;
        runtime.block_on(async {
            let listener = Listener::bind(self.listen).await?;
            note(Style::Bold, format!("witness {} on http://{}", self.name, listener.address()));
            Output::new().line(office.witness.verifier().to_string())?;
            listener.serve(router(office), &Limits::default(), ended()).await;
            Ok(())
        })
    }
}

/// Until the process is asked to end.
async fn ended() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _heard = tokio::signal::ctrl_c().await;
}

/// Has the folder for this process.
fn claim(folder: &Path) -> anyhow::Result<fs_err::File> {
    let path = folder.join("lock");
    let file = private(fs_err::OpenOptions::new().write(true).create(true)).open(&path)?;
    if file.file().try_lock().is_err() {
        bail!("another witness is at work in {}", folder.display());
    }
    Ok(file)
}

/// The witness's key; made at the first start.
fn own_key(folder: &Path, name: &str, context: &Context) -> anyhow::Result<SignerKey> {
    use std::io::Write as _;
    let path = folder.join("witness.key");
    let seed: [u8; 32] = match fs_err::read(&path) {
        Ok(bytes) => {
            let seed = bytes.try_into().ok();
            seed.with_context(|| format!("{} is no witness's key: it has not 32 bytes", path.display()))?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let seed = context.random::<32>()?;
            let beside = folder.join("witness.key.tmp");
            let mut file =
                private(fs_err::OpenOptions::new().write(true).create(true).truncate(true)).open(&beside)?;
            file.write_all(&seed)?;
            file.sync_all()?;
            fs_err::rename(&beside, &path)?;
            fs_err::File::open(folder)?.sync_all()?;
            seed
        }
        Err(error) => return Err(error.into()),
    };
    SignerKey::from_seed(name, KeyKind::Cosignature, &seed).with_context(|| {
        format!("`{name}` is no name for a witness: it must have no spaces and no plus sign")
    })
}

fn router(office: Arc<Office>) -> Router {
    Router::new()
        .route("/", get(about))
        .route("/add-checkpoint", post(add_checkpoint))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(office)
}

/// For a person who opens the address.
async fn about(State(office): State<Arc<Office>>) -> impl IntoResponse {
    let logs: String = office.logs.iter().map(|log| format!("  {log}\n")).collect();
    format!(
        "This is a witness (C2SP tlog-witness). It cosigns the checkpoints of these ledgers for as long as each begins with the \
         one before:\n\n{logs}\nIts own key:\n\n  {}\n",
        office.witness.verifier()
    )
}

async fn add_checkpoint(State(office): State<Arc<Office>>, body: Bytes) -> Response<Body> {
    let answered = tokio::task::spawn_blocking(move || {
        let Ok(request) = std::str::from_utf8(&body) else {
            return Ok(Answer::Refused(400, "the request is no text"));
        };
        let now = office.context.now().as_millis().div_euclid(1000);
        office.witness.add_checkpoint(request, u64::try_from(now).unwrap_or(0))
    })
    .await;
    match answered {
        Ok(Ok(answer)) => {
            tracing::info!(answer = %shown(&answer), "add-checkpoint");
            respond(answer)
        }
        Ok(Err(error)) => {
            tracing::error!(error = %error, "the record of what was cosigned cannot be kept");
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "text/plain; charset=utf-8",
                "the record cannot be kept\n".to_owned(),
            )
        }
        Err(_panic) => plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "text/plain; charset=utf-8",
            "an error of the witness\n".to_owned(),
        ),
    }
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Cosigned(_) => "cosigned".to_owned(),
        Answer::Conflict(size) => format!("conflict: it is at {size}"),
        Answer::Refused(status, why) => format!("refused ({status}): {why}"),
    }
}

fn respond(answer: Answer) -> Response<Body> {
    match answer {
        Answer::Cosigned(lines) => plain(StatusCode::OK, "text/plain; charset=utf-8", lines),
        Answer::Conflict(size) => plain(StatusCode::CONFLICT, "text/x.tlog.size", format!("{size}\n")),
        Answer::Refused(status, why) => plain(
            StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
            "text/plain; charset=utf-8",
            format!("{why}\n"),
        ),
    }
}

fn plain(status: StatusCode, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_makes_the_key_and_the_next_ones_have_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = |name| own_key(folder.path(), name, &Context::system());
        let first = key("w.example").unwrap().verifier().clone();
        assert_eq!(key("w.example").unwrap().verifier(), &first);
        assert!(key("two words").is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs_err::metadata(folder.path().join("witness.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs_err::write(folder.path().join("witness.key"), b"short").unwrap();
        assert!(key("w.example").is_err(), "a damaged key is not replaced");
    }

    #[test]
    fn a_folder_has_one_witness_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = claim(folder.path()).unwrap();
        assert!(claim(folder.path()).is_err());
        drop(first);
        assert!(claim(folder.path()).is_ok());
    }
}
