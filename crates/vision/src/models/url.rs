//! Fetching one file from an address, for an operator's own networks.

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use super::error::ModelsError;

/// How long a server may take to accept a connection, and to begin its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes between two reports.
const STEP: usize = 1 << 18;

/// Fetches what `url` answers into the file `into`, at most `limit` bytes.
pub(super) fn fetch(
    url: &str,
    into: &Path,
    limit: u64,
    received: &mut dyn FnMut(u64),
) -> Result<(), ModelsError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| ModelsError::Address {
        url: url.to_owned(),
        source,
    };
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .build()
        .into();
    let mut response = agent.get(url).call().map_err(|error| failed(Box::new(error)))?;
    let mut body = response.body_mut().as_reader().take(limit.saturating_add(1));
    let mut file = fs_err::File::create(into)?;
    let mut buffer = vec![0; STEP];
    let mut total = 0;
    loop {
        let read = body.read(&mut buffer).map_err(|error| failed(Box::new(error)))?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        file.write_all(bytes)?;
        total += read as u64;
        if total > limit {
            return Err(ModelsError::WrongSize { file: url.to_owned(), expected: limit, found: total });
        }
        received(total);
    }
    Ok(file.sync_all()?)
}
