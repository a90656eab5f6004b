//! A running server as the command line's backend: signed requests to its own API.
//!
//! Owns one exchange over HTTP. The address and the access key come out of the data folder; refuses to know any other.
//!
//! # Invariants
//! - Every request is signed anew, so that an import may take longer than a signature is valid.

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use overt_protocol::{ErrorCode, Request};
use serde_json::Value;
use tokio::net::TcpStream;

use super::backend::Refused;
use crate::bench::sign::{self, AccessKey};
use crate::data::DataFolder;

/// A server and the key to it.
pub(super) struct Running {
    authority: String,
    key: AccessKey,
}

impl Running {
    /// The server that has the claim on a folder.
    ///
    /// # Errors
    /// That it did not write down its address, or that the folder holds no access key; with what to do.
    pub(super) fn of(data: &DataFolder) -> anyhow::Result<Self> {
        let root = data.root().display();
        let Some(address) = data.address()? else {
            bail!(
                "another command is working on the collections in {root}, or a server is just starting: wait for it, and give the \
                 command again"
            );
        };
        let authority = address
            .strip_prefix("http://")
            .with_context(|| format!("the running server's address, {address}, cannot be read"))?
            .to_owned();
        let credentials = data.credentials();
        let key =
            fs_err::read_to_string(&credentials).ok().and_then(|text| AccessKey::from_credentials(&text));
        let key = key.with_context(|| {
            format!(
                "a server is running on {root}, and {} has no access key to ask it with: stop the server, or make a key \
                 with `overt principals rotate`",
                credentials.display()
            )
        })?;
        Ok(Self { authority, key })
    }

    /// Sends a request and waits for its answer.
    pub(super) async fn send(&self, request: &Request) -> anyhow::Result<Value> {
        let body = Bytes::from(serde_json::to_vec(request)?);
        let target = format!("RekognitionService.{}", request.operation().name());
        let (status, answer) = self
            .exchange(&target, body)
            .await
            .with_context(|| format!("the server at http://{} cannot be reached", self.authority))?;
        let answer: Value = serde_json::from_slice(&answer).context("the server's answer is no JSON")?;
        if status == 200 {
            return Ok(answer);
        }
        let member = |names: [&str; 2]| {
            names.iter().find_map(|name| answer.get(*name)?.as_str()).unwrap_or("no reason given").to_owned()
        };
        let code = member(["__type", "Code"]);
        let again = ErrorCode::from_name(&code).is_some_and(ErrorCode::is_retried);
        Err(Refused { message: member(["Message", "message"]), again, code }.into())
    }

    async fn exchange(&self, target: &str, body: Bytes) -> anyhow::Result<(u16, Bytes)> {
        let stream = TcpStream::connect(&self.authority).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Its failures show in the request.
        let driver = tokio::spawn(connection);
        let date = sign::amz_date();
        let authorization = sign::authorization(&self.key, &self.authority, &date, target, &body);
        let request = hyper::Request::post("/")
            .header("host", &self.authority)
            .header("content-type", sign::CONTENT_TYPE)
            .header("x-amz-date", &date)
            .header("x-amz-target", target)
            .header("authorization", authorization)
            .body(Full::new(body))?;
        let (head, body) = sender.send_request(request).await?.into_parts();
        let answer = body.collect().await?.to_bytes();
        driver.abort();
        Ok((head.status.as_u16(), answer))
    }
}
