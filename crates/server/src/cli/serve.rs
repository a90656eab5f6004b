//! `overt serve`: the server, and everything its first start has to set up.
//!
//! Owns what a person sees of a start. Refuses to know how requests are answered.
//!
//! # Invariants
//! - The port and the data folder are tried before weights are fetched: what can fail fast, does.
//! - The lines to paste are printed on every start, the secret never: it is in a file that only its owner can read.
//! - The first start records its principal only after the file with the secret is on the disk: one that is killed at any
//!   moment leaves a folder with which the next one does the same, or has nothing left to do.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use overt_gallery::{Allowed, Context, NewPrincipal, Sector};
use tokio::sync::{mpsc, oneshot};

use super::Common;
use super::output::{Output, Style, note, report};
use crate::config::{DEFAULT_PORT, Overrides};
use crate::engine::Engine;
use crate::interrupt;
use crate::server::Server;
use crate::telemetry;
use crate::weights::SharedEngines;

/// Name of the principal that the first start makes.
const FIRST_PRINCIPAL: &str = "first-start";

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt serve\n  overt serve --data /srv/overt --listen 127.0.0.1:9000 --workers 4\n  \
                        overt serve --config /etc/overt.toml\n\n\
                        SIGTERM and SIGINT end the server after it has answered what it accepted, with 0, or with 1 \
                        if limits.shutdown_seconds were over before; a second signal ends it at once."
)]
pub(super) struct Serve {
    #[arg(long, value_name = "ADDRESS:PORT", help = format!("Where to listen [default: 127.0.0.1:{DEFAULT_PORT}]"))]
    listen: Option<String>,
    /// Worker threads, each with its own networks [default: one per core]
    #[arg(long, value_name = "N")]
    workers: Option<usize>,
}

impl Serve {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let overrides = Overrides { listen: self.listen, workers: self.workers, ..Overrides::default() };
        let config = common.load(overrides)?;
        telemetry::start_log(&config.log)?;
        for name in &config.unknown_variables {
            tracing::warn!(name, "this environment variable is not a setting and was ignored");
        }
        let metrics = telemetry::start_metrics()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("edge")
            .build()
            .context("cannot start the async runtime")?;
        let ended = runtime.block_on(serve(config, metrics));
        // A thread may be held by a disk that does not answer: nobody waits for it.
        runtime.shutdown_background();
        match ended {
            Ok(End::Finished) => Ok(()),
            // Workers are still at work, or were when the error came.
            Ok(End::CutOff) => interrupt::leave(1),
            Err(error) => {
                report(&error);
                interrupt::leave(1)
            }
        }
    }
}

/// How a server ended.
enum End {
    /// Everything that was accepted was answered, and no thread is left.
    Finished,
    /// The grace was over before.
    CutOff,
}

async fn serve(
    config: crate::config::Config,
    metrics: metrics_exporter_prometheus::PrometheusHandle,
) -> anyhow::Result<End> {
    let server = Server::prepare(config, Context::system()).await?;
    set_up_clients(&server)?;
    let address = server.address();
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "reachable from other machines over plain HTTP: put a TLS proxy in front");
    }
    server.data().write_address(&format!("http://{}", reached(address)))?;
    announce(&server)?;
    let (failed, mut failure) = mpsc::unbounded_channel::<anyhow::Error>();
    let signalled = signals()?;
    // Weights may take minutes to arrive; requests wait in the queue until the first engine is there.
    let engines = SharedEngines::new(server.config().models.clone());
    let build = move || -> anyhow::Result<Box<dyn Engine>> { Ok(Box::new(engines.get()?.engine()?)) };
    let (gave_up, ended) = oneshot::channel();
    let shutdown = async move {
        tokio::select! {
            () = signalled => {}
            error = failure.recv() => {
                // The receiver lives in the caller until `run` returns.
                let _unheard = gave_up.send(error);
            }
        }
    };
    tracing::info!(%address, workers = server.config().workers, "listening");
    let report = move |error| {
        // The channel is closed when the server is ending already.
        let _ending = failed.send(error);
    };
    let data = server.data().clone();
    let finished = server.run(metrics, build, report, shutdown).await?;
    data.remove_address();
    // Where the grace was over, a worker may still be waiting for one.
    overt_vision::models::end_clients();
    if let Ok(Some(error)) = ended.await {
        return Err(error.context("no engine could be started"));
    }
    if !finished {
        tracing::warn!("requests in progress were cut off: the grace of limits.shutdown_seconds was over");
        return Ok(End::CutOff);
    }
    tracing::info!("ended");
    Ok(End::Finished)
}

/// On the first start, makes a principal and the files that AWS SDKs read.
fn set_up_clients(server: &Server) -> anyhow::Result<()> {
    let data = server.data();
    if server.principals().list()?.is_empty() {
        let principal = NewPrincipal {
            name: FIRST_PRINCIPAL.parse()?,
            organisation: "not stated".parse()?,
            sector: Sector::Unstated,
            allowed: Allowed::All,
        };
        server
            .principals()
            .create_after(&principal, |key| data.write_credentials(key).map_err(anyhow::Error::from))?;
        tracing::info!(principal = FIRST_PRINCIPAL, "made an access key for this machine");
    }
    if !data.client_config().exists() {
        data.write_client_config(&server.config().region)?;
    }
    Ok(())
}

/// Says how to reach the server, ready to paste.
fn announce(server: &Server) -> anyhow::Result<()> {
    let out = Output::new();
    let data = server.data();
    let address = reached(server.address());
    let endpoint = format!("http://{address}{}", server.config().prefix);
    note(Style::Bold, format!("Overt {} on {endpoint}", env!("CARGO_PKG_VERSION")));
    if usable(server)? {
        note(
            Style::Dim,
            "Paste into a shell of its own, and AWS SDKs and the AWS CLI use this server, with its keys in place of yours:",
        );
        for (name, value) in [
            ("AWS_SHARED_CREDENTIALS_FILE", quoted(&data.credentials())),
            ("AWS_CONFIG_FILE", quoted(&data.client_config())),
            ("AWS_ENDPOINT_URL_REKOGNITION", endpoint),
        ] {
            // Whoever read the output may have gone; the server is not for them alone.
            if let Err(error) = out.line(format!("export {name}={value}")) {
                tracing::warn!(%error, "the lines to paste cannot be printed");
                break;
            }
        }
    } else {
        let why = "no access key that works is in this data folder's aws/credentials";
        note(Style::Hint, format!("hint: {why}; `overt principals create --help` makes access keys"));
    }
    Ok(())
}

/// Whether the credentials file holds an access key that works: it may be gone, or its principal revoked.
fn usable(server: &Server) -> anyhow::Result<bool> {
    let now = Context::system().now();
    for principal in server.principals().list()?.iter().filter(|principal| principal.revoked.is_none()) {
        for key in principal.keys.iter().filter(|key| key.ends.is_none_or(|ends| ends > now)) {
            if server.data().holds_credentials_of(&key.id)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Where programs on this machine reach a server that listens on `address`.
fn reached(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    address
}

/// A path as a word of a POSIX shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@:,".contains(&byte));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Resolves at the first request to end; a second one ends the process at once.
fn signals() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .context("cannot listen for SIGTERM")?;
    let next = async move || {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => interrupt::INTERRUPT,
            _ = terminate.recv() => interrupt::TERMINATE,
        }
        #[cfg(not(unix))]
        {
            let _interrupted = tokio::signal::ctrl_c().await;
            interrupt::INTERRUPT
        }
    };
    interrupt::listens_itself();
    let mut next = next;
    let (first, heard) = oneshot::channel();
    tokio::spawn(async move {
        // Networks that are being fetched are given up: no request can be answered before they are there.
        interrupt::wish(next().await);
        // Nobody waits any more when the server failed meanwhile.
        let _ending = first.send(());
        next().await;
        interrupt::leave(1);
    });
    Ok(async {
        let _closed = heard.await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn prepared(folder: &Path) -> Server {
        let overrides = Overrides {
            data: Some(folder.to_owned()),
            listen: Some("127.0.0.1:0".into()),
            ..Overrides::default()
        };
        let config = crate::config::Config::load(&overrides, &Default::default()).unwrap();
        Server::prepare(config, Context::system()).await.unwrap()
    }

    #[tokio::test]
    async fn a_first_start_that_was_killed_is_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let server = prepared(folder.path()).await;
        // Killed after the file was written and before the record was: the file holds a key that nobody knows.
        let killed = server.principals().create_after(
            &NewPrincipal {
                name: FIRST_PRINCIPAL.parse().unwrap(),
                organisation: "not stated".parse().unwrap(),
                sector: Sector::Unstated,
                allowed: Allowed::All,
            },
            |key| {
                server.data().write_credentials(key)?;
                anyhow::bail!("killed")
            },
        );
        assert_eq!(killed.unwrap_err().to_string(), "killed");
        assert!(server.data().credentials().exists() && !usable(&server).unwrap());
        drop(server);
        let server = prepared(folder.path()).await;
        set_up_clients(&server).unwrap();
        assert!(usable(&server).unwrap());
        let written = fs_err::read_to_string(server.data().credentials()).unwrap();
        // The next start changes nothing.
        set_up_clients(&server).unwrap();
        assert_eq!(fs_err::read_to_string(server.data().credentials()).unwrap(), written);
        assert_eq!(server.principals().list().unwrap().len(), 1);
        server.principals().revoke(&FIRST_PRINCIPAL.parse().unwrap()).unwrap();
        assert!(!usable(&server).unwrap(), "the lines to paste would name a revoked key");
    }

    #[tokio::test]
    async fn a_client_configuration_that_is_missing_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let server = prepared(folder.path()).await;
        set_up_clients(&server).unwrap();
        fs_err::remove_file(server.data().client_config()).unwrap();
        set_up_clients(&server).unwrap();
        let text = fs_err::read_to_string(server.data().client_config()).unwrap();
        assert!(text.contains(&format!("region = {}\n", server.config().region)), "{text}");
    }

    #[test]
    fn paths_are_quoted_for_shells() {
        assert_eq!(quoted(Path::new("/srv/overt-1/a_b.c")), "/srv/overt-1/a_b.c");
        assert_eq!(quoted(Path::new("/a b/c$d")), "'/a b/c$d'");
        assert_eq!(quoted(Path::new("/it's")), r"'/it'\''s'");
    }
}
