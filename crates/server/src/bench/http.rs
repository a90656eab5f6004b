//! Running servers under load, seen from a client.
//!
//! Owns the load: a fixed number of connections, each of which sends its next request when the last was answered. The
//! requests ([`super::request`]) are signed as an AWS SDK signs; a server that checks no signatures ignores that. Servers
//! take turns, so that their ratio comes from one run.
//!
//! # Invariants
//! - A server of several processes is named by all of their addresses, and each gets its share of the connections: left to themselves the processes of one address
//!   divide them as it happens, and often one has all of them.
//! - An answer other than 200, of another operation, or with another number of faces than the first server gave, ends the
//!   run: only servers that do the same work are compared.
//! - The client computes on one thread and signs once a turn (a signature stays valid for minutes), so that it takes
//!   little from the servers on the same machine.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use clap::Args;
use hyper::Uri;
use tokio::task::LocalSet;

use super::client::{Connection, Head};
use super::request::Operation;
use super::sign::{self, AccessKey};
use super::{Samples, heading, line, row, table};

/// Puts servers under load.
#[derive(Debug, Args)]
#[command(
    after_help = "Example, with the Python baseline of benches/ beside Overt:\n  overt bench http portrait.jpg \
                        http://127.0.0.1:7800 http://127.0.0.1:8100 --credentials data/aws/credentials"
)]
pub(super) struct Http {
    /// A picture, JPEG or PNG
    picture: PathBuf,
    /// Where the servers listen; all are compared with the first. Several addresses joined by commas are one server, whose connections are spread over them
    #[arg(required = true, value_name = "URL")]
    servers: Vec<String>,
    /// AWS credentials file whose first key signs the requests
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// What to ask for
    #[arg(long, value_enum, default_value = "detect-faces")]
    operation: Operation,
    /// Attributes of faces to ask for
    #[arg(long = "attribute", value_name = "NAME", default_value = "DEFAULT")]
    attributes: Vec<String>,
    /// Connections with one request in flight each
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Turns of each server
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of a turn
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// A server and what was measured of it.
struct Server {
    url: String,
    /// Host and port of each address, as in the `Host` header and the signature.
    authorities: Vec<String>,
    /// Requests a second of each turn.
    rates: Vec<f64>,
    latencies: Samples,
}

impl Http {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let file = fs_err::read(&self.picture)?;
        let key = match &self.credentials {
            Some(path) => AccessKey::from_credentials(&fs_err::read_to_string(path)?)
                .with_context(|| format!("{} holds no access key", path.display()))?,
            None => AccessKey { id: "unsigned".to_owned(), secret: String::new() },
        };
        let body = self.operation.body(&file, &self.attributes)?;
        let mut servers =
            self.servers.iter().map(|url| Server::new(url)).collect::<anyhow::Result<Vec<_>>>()?;
        line(&format!(
            "{}{} on {} bytes; {} connections; {} turns of {} s each after one that does not count.",
            self.operation.name(),
            if self.operation == Operation::Faces {
                format!(" {}", self.attributes.join(" "))
            } else {
                String::new()
            },
            file.len(),
            self.connections,
            self.rounds,
            self.seconds
        ))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        for server in &servers {
            LocalSet::new()
                .block_on(&runtime, server.prepare(self.operation.preparation(&file)?, &key))
                .with_context(|| format!("{} cannot be prepared", server.url))?;
        }
        let mut faces = None;
        for round in 0..=self.rounds {
            for server in &mut servers {
                let turn = Rc::new(Turn {
                    operation: self.operation,
                    authorities: server.authorities.clone(),
                    date: sign::amz_date(),
                    key: key.clone(),
                    body: body.clone(),
                    time: Duration::from_secs(self.seconds),
                });
                let (rate, latencies, found) = LocalSet::new()
                    .block_on(&runtime, turn.load(self.connections))
                    .with_context(|| format!("{} failed", server.url))?;
                let expected = *faces.get_or_insert(found);
                ensure!(found == expected, "{} found {found} faces, the first server {expected}", server.url);
                if round > 0 {
                    server.rates.push(rate);
                    server.latencies.seconds.extend(latencies.seconds);
                }
            }
        }
        report(&servers)
    }
}

fn report(servers: &[Server]) -> anyhow::Result<()> {
    let first = servers.first().context("no server was named")?;
    let mut rows = vec![heading([
        "server",
        "requests/s",
        "slowest turn",
        "fastest turn",
        "median ms",
        "95 % ms",
        "first is faster by",
        "turn by turn",
    ])];
    for server in servers {
        let mut ratios: Vec<f64> =
            first.rates.iter().zip(&server.rates).map(|(first, this)| first / this).collect();
        ratios.sort_by(f64::total_cmp);
        let turns = ratios.first().zip(ratios.last()).map(|(low, high)| format!("{low:.2} - {high:.2}"));
        rows.push(row([
            server.url.clone(),
            format!("{:.1}", server.mean_rate()),
            format!("{:.1}", server.rates.iter().copied().fold(f64::INFINITY, f64::min)),
            format!("{:.1}", server.rates.iter().copied().fold(0.0, f64::max)),
            format!("{:.1}", server.latencies.median()),
            format!("{:.1}", server.latencies.quantile(0.95)),
            format!("{:.2}", first.mean_rate() / server.mean_rate()),
            turns.unwrap_or_default(),
        ]));
    }
    Ok(table(&rows)?)
}

impl Server {
    fn new(url: &str) -> anyhow::Result<Self> {
        let authority = |address: &str| -> anyhow::Result<String> {
            let address: Uri = address.parse().with_context(|| format!("{address} is no URL"))?;
            ensure!(address.scheme_str() == Some("http"), "{address}: only http:// is spoken here");
            Ok(address.authority().with_context(|| format!("{address} names no host"))?.to_string())
        };
        let authorities = url.split(',').map(authority).collect::<anyhow::Result<_>>()?;
        Ok(Self { url: url.to_owned(), authorities, rates: Vec::new(), latencies: Samples::default() })
    }

    /// Sends what has to be there before the load.
    async fn prepare(&self, requests: Vec<(&'static str, Bytes)>, key: &AccessKey) -> anyhow::Result<()> {
        let authority = self.authorities.first().context("it has no address")?;
        for (target, body) in requests {
            let mut connection = Connection::open(authority).await?;
            let date = sign::amz_date();
            let authorization = sign::authorization(key, authority, &date, target, &body);
            let head = Head { target, date: &date, authorization: &authorization };
            match connection.post(head, body).await {
                Err(error) if !error.to_string().contains("ResourceAlreadyExistsException") => {
                    return Err(error);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn mean_rate(&self) -> f64 {
        self.rates.iter().sum::<f64>() / self.rates.len() as f64
    }
}

/// What a turn's connections share.
struct Turn {
    operation: Operation,
    authorities: Vec<String>,
    date: String,
    key: AccessKey,
    body: Bytes,
    time: Duration,
}

impl Turn {
    /// Keeps the server busy; answers requests a second, latencies and the number of faces in every answer.
    async fn load(self: Rc<Self>, connections: usize) -> anyhow::Result<(f64, Samples, usize)> {
        let started = Instant::now();
        let each = self.authorities.iter().cycle().take(connections).cloned();
        let tasks: Vec<_> = each
            .map(|authority| tokio::task::spawn_local(Rc::clone(&self).connection(authority, started)))
            .collect();
        let (mut latencies, mut faces) = (Samples::default(), None);
        for task in tasks {
            let (own, found) = task.await??;
            latencies.seconds.extend(own.seconds);
            let expected = *faces.get_or_insert(found);
            ensure!(found == expected, "{found} faces in one answer and {expected} in another");
        }
        let rate = latencies.seconds.len() as f64 / started.elapsed().as_secs_f64();
        Ok((rate, latencies, faces.context("no request was sent")?))
    }

    async fn connection(
        self: Rc<Self>,
        authority: String,
        started: Instant,
    ) -> anyhow::Result<(Samples, usize)> {
        let mut connection = Connection::open(&authority).await?;
        let target = self.operation.target();
        let authorization = sign::authorization(&self.key, &authority, &self.date, target, &self.body);
        let head = Head { target, date: &self.date, authorization: &authorization };
        let (mut latencies, mut faces) = (Samples::default(), None);
        loop {
            let sent = Instant::now();
            let answer = connection.post(head, self.body.clone()).await?;
            latencies.push(sent.elapsed());
            let found = self.operation.count(&answer)?;
            let expected = *faces.get_or_insert(found);
            ensure!(found == expected, "{found} faces in one answer and {expected} in another");
            if started.elapsed() >= self.time {
                break;
            }
        }
        Ok((latencies, faces.unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_is_taken() {
        assert!(Server::new("https://127.0.0.1:1").is_err());
        assert!(Server::new("http://127.0.0.1:1,").is_err() && Server::new("").is_err());
        assert_eq!(Server::new("http://127.0.0.1:1").unwrap().authorities, ["127.0.0.1:1"]);
        let two = Server::new("http://127.0.0.1:1,http://127.0.0.1:2").unwrap();
        assert_eq!(two.authorities, ["127.0.0.1:1", "127.0.0.1:2"]);
    }
}
