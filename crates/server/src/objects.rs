//! Objects: what an `S3Object` names, fetched from a local folder or an S3-compatible store.
//!
//! Owns the buckets and their stores. Refuses to know what the bytes are.
//!
//! # Invariants
//! - Only buckets named in the configuration exist, whatever else their credentials open.
//! - A key never leaves its bucket: no `..`, no empty segment, and in a local folder no symbolic link that leads out.
//! - No error says what a client chose to call an object: errors reach the log.
//! - Nothing larger than the limit is read: the size is compared before the first byte of the body, and the body is
//!   counted while it comes.
//! - A store is reached at its endpoint and nowhere else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{ClientOptions, GetOptions, ObjectStore, RetryConfig};
use serde::Deserialize;

use direct::Direct;
use folder::Refused;
pub use said::Said;

mod direct;
mod folder;
mod said;

/// Largest object (the Rekognition API's documented limit for images in S3).
pub const MAX_OBJECT: u64 = 15 << 20;

/// Tries after the first. Two are enough for a connection that was closed under us; the client retries beyond that.
const RETRIES: usize = 2;

/// `[buckets.NAME]` of the configuration: either `path`, or an S3-compatible store.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BucketConfig {
    /// A local folder; object keys are file names in it.
    path: Option<PathBuf>,
    /// URL of an S3-compatible server; left out: Amazon's own, by region.
    endpoint: Option<String>,
    /// Region to sign for; `us-east-1` unless given.
    region: Option<String>,
    /// The bucket's name at the store, where it differs.
    bucket: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    /// Name of the environment variable with the access key id.
    access_key_id_env: Option<String>,
    /// Name of the environment variable with the secret.
    secret_access_key_env: Option<String>,
}

impl std::fmt::Debug for BucketConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BucketConfig")
            .field("path", &self.path)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl BucketConfig {
    /// A local folder as a bucket.
    #[must_use]
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), ..Self::default() }
    }

    /// Whether the keys fit together.
    ///
    /// # Errors
    /// What is wrong, for the person who wrote the configuration.
    pub fn check(&self) -> Result<(), String> {
        let Self {
            path,
            endpoint,
            region,
            bucket,
            access_key_id,
            secret_access_key,
            session_token,
            access_key_id_env,
            secret_access_key_env,
        } = self;
        let store = [
            ("endpoint", endpoint),
            ("region", region),
            ("bucket", bucket),
            ("access_key_id", access_key_id),
            ("secret_access_key", secret_access_key),
            ("session_token", session_token),
            ("access_key_id_env", access_key_id_env),
            ("secret_access_key_env", secret_access_key_env),
        ];
        if path.is_some() {
            return match store.iter().find(|(_, value)| value.is_some()) {
                Some((key, _)) => Err(format!("`path` and `{key}` exclude each other")),
                None => Ok(()),
            };
        }
        if endpoint.is_none() && region.is_none() {
            return Err("needs `path`, `endpoint` or `region`".into());
        }
        if let Some(endpoint) = endpoint
            && !endpoint.starts_with("http://")
            && !endpoint.starts_with("https://")
        {
            // Not repeated: what looks like no address may be a secret in the wrong place.
            return Err("`endpoint` must begin with http:// or https://".to_owned());
        }
        for (key, value, other) in [
            ("access_key_id", access_key_id, access_key_id_env),
            ("secret_access_key", secret_access_key, secret_access_key_env),
        ] {
            match (value, other) {
                (Some(_), Some(_)) => return Err(format!("`{key}` and `{key}_env` exclude each other")),
                (None, None) => return Err(format!("needs `{key}` or `{key}_env`")),
                _ => {}
            }
        }
        Ok(())
    }

    /// Replaces the `…_env` keys by what the environment holds.
    pub(crate) fn take_credentials(&mut self, environment: &BTreeMap<String, String>) -> Result<(), String> {
        for (name, value) in [
            (self.access_key_id_env.take(), &mut self.access_key_id),
            (self.secret_access_key_env.take(), &mut self.secret_access_key),
        ] {
            let Some(name) = name else { continue };
            let found = environment.get(&name).filter(|value| !value.is_empty());
            let missing = || format!("the variable {} is not set", shown_variable(&name));
            *value = Some(found.ok_or_else(missing)?.clone());
        }
        Ok(())
    }
}

/// The name of a variable, for a message; anything else may be the secret itself, written in the place of its name.
fn shown_variable(name: &str) -> &str {
    let usual = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if name.len() < 40 && name.bytes().all(usual) { name } else { "that a key ending in `_env` names" }
}

/// Why an object was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The configuration has no such bucket.
    #[error("no bucket of that name is configured")]
    NoBucket,
    /// The key cannot name an object.
    #[error("the object key cannot be used: {reason}")]
    BadKey {
        /// Why.
        reason: &'static str,
    },
    /// A version was asked for in a store that keeps none.
    #[error("bucket {bucket} is a local folder, which keeps no versions")]
    NoVersions {
        /// The bucket.
        bucket: String,
    },
    /// Missing, forbidden or unreachable.
    #[error("bucket {bucket} did not give the object: {said}")]
    Store {
        /// The bucket.
        bucket: String,
        /// What the store said.
        said: Said,
    },
    /// Larger than [`MAX_OBJECT`].
    #[error("the object has {size} bytes, {MAX_OBJECT} are allowed")]
    TooLarge {
        /// Bytes, as far as they were counted.
        size: u64,
    },
    /// The store took too long.
    #[error("bucket {bucket} did not answer within {seconds} seconds")]
    Timeout {
        /// The bucket.
        bucket: String,
        /// The limit.
        seconds: u64,
    },
}

/// A bucket that cannot be used as configured.
#[derive(Debug, thiserror::Error)]
#[error("buckets.{name}: {reason}")]
pub struct BucketError {
    /// The bucket.
    pub name: String,
    /// Why.
    pub reason: String,
}

enum Bucket {
    /// A local folder, with every link resolved.
    Folder(PathBuf),
    /// An S3-compatible store.
    Store(Arc<dyn ObjectStore>),
}

/// The configured buckets.
pub struct Objects {
    buckets: BTreeMap<String, Bucket>,
    timeout: Duration,
}

/// The object a request names.
#[derive(Clone, Debug)]
pub struct ObjectName {
    /// Bucket.
    pub bucket: String,
    /// Key in the bucket.
    pub key: String,
    /// Version, where the store keeps them.
    pub version: Option<String>,
}

impl Objects {
    /// Prepares a client for each bucket. No store is contacted yet; a local folder must exist.
    ///
    /// # Errors
    /// [`BucketError`] for the first bucket that cannot be used.
    pub fn open(buckets: &BTreeMap<String, BucketConfig>, timeout: Duration) -> Result<Self, BucketError> {
        if buckets.values().any(|bucket| bucket.path.is_none()) {
            // A process has one provider of TLS; that another part installed it first is fine.
            let _installed = rustls::crypto::ring::default_provider().install_default();
        }
        let buckets = buckets
            .iter()
            .map(|(name, config)| {
                let bucket =
                    open_bucket(name, config).map_err(|reason| BucketError { name: name.clone(), reason })?;
                Ok((name.clone(), bucket))
            })
            .collect::<Result<_, BucketError>>()?;
        Ok(Self { buckets, timeout })
    }

    /// Fetches an object whole.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn fetch(&self, name: &ObjectName) -> Result<Bytes, ObjectError> {
        let bucket = self.buckets.get(&name.bucket).ok_or(ObjectError::NoBucket)?;
        tokio::time::timeout(self.timeout, fetch(bucket, name)).await.unwrap_or_else(|_elapsed| {
            Err(ObjectError::Timeout { bucket: name.bucket.clone(), seconds: self.timeout.as_secs() })
        })
    }
}

fn open_bucket(name: &str, config: &BucketConfig) -> Result<Bucket, String> {
    if let Some(path) = &config.path {
        let folder = fs_err::canonicalize(path).map_err(|error| error.to_string())?;
        // A file would give its bucket a good name until the first request.
        if !folder.is_dir() {
            return Err(format!("{} is not a folder", folder.display()));
        }
        return Ok(Bucket::Folder(folder));
    }
    let retry = RetryConfig { max_retries: RETRIES, ..RetryConfig::default() };
    let plain = config.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(config.bucket.as_deref().unwrap_or(name))
        .with_region(config.region.as_deref().unwrap_or("us-east-1"));
    if let Some(endpoint) = &config.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(id) = &config.access_key_id {
        builder = builder.with_access_key_id(id);
    }
    if let Some(secret) = &config.secret_access_key {
        builder = builder.with_secret_access_key(secret);
    }
    if let Some(token) = &config.session_token {
        builder = builder.with_token(token);
    }
    let store = builder
        .with_client_options(ClientOptions::new().with_allow_http(plain))
        .with_http_connector(Direct { plain })
        .with_retry(retry)
        .build()
        .map_err(|error| error.to_string())?;
    Ok(Bucket::Store(Arc::new(store)))
}

async fn fetch(bucket: &Bucket, name: &ObjectName) -> Result<Bytes, ObjectError> {
    if name.key.starts_with('/') || name.key.ends_with('/') {
        // The store's own type drops these slashes, and so would name another object than the caller did.
        return Err(ObjectError::BadKey { reason: "it begins or ends with a slash" });
    }
    let key = Key::parse(&name.key).map_err(|error| ObjectError::BadKey { reason: no_key(&error) })?;
    match bucket {
        Bucket::Folder(_) if name.version.is_some() => {
            Err(ObjectError::NoVersions { bucket: name.bucket.clone() })
        }
        Bucket::Folder(folder) => read(folder.clone(), name).await,
        Bucket::Store(store) => get(&**store, &key, name).await,
    }
}

/// A file of a local folder. The disk may keep its thread waiting; who asked waits no longer than for a store.
async fn read(folder: PathBuf, name: &ObjectName) -> Result<Bytes, ObjectError> {
    let key = name.key.clone();
    let read = tokio::task::spawn_blocking(move || folder::read(&folder, &key, MAX_OBJECT)).await;
    // The thread can only have panicked.
    read.unwrap_or_else(|_panic| Err(std::io::Error::other("panicked").into())).map_err(|refused| {
        match refused {
            Refused::Outside => ObjectError::BadKey { reason: "a link leads out of the bucket's folder" },
            Refused::TooLarge(size) => ObjectError::TooLarge { size },
            Refused::Unreadable(said) => ObjectError::Store { bucket: name.bucket.clone(), said },
        }
    })
}

/// An object of a store.
async fn get(store: &dyn ObjectStore, key: &Key, name: &ObjectName) -> Result<Bytes, ObjectError> {
    let failed = |error| ObjectError::Store { bucket: name.bucket.clone(), said: Said::of(&error) };
    let options = GetOptions { version: name.version.clone(), ..GetOptions::default() };
    let found = store.get_opts(key, options).await.map_err(failed)?;
    let size = found.meta.size;
    if size > MAX_OBJECT {
        return Err(ObjectError::TooLarge { size });
    }
    let mut bytes = BytesMut::with_capacity(usize::try_from(size).unwrap_or(0));
    let mut stream = found.into_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(failed)?;
        let counted = bytes.len() as u64 + chunk.len() as u64;
        if counted > MAX_OBJECT {
            return Err(ObjectError::TooLarge { size: counted });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Why a key is none, without the key.
fn no_key(error: &object_store::path::Error) -> &'static str {
    match error {
        object_store::path::Error::EmptySegment { .. } => "it has an empty segment",
        object_store::path::Error::BadSegment { .. } => "a segment is not allowed",
        _ => "it is no path",
    }
}

#[cfg(test)]
mod tests;
