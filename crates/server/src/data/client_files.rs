//! The files that AWS SDKs and the command line on this machine read: an access key, and a region to sign for.
//!
//! Owns their form and their places in the data folder. Refuses to know whose key it is.

use std::io::ErrorKind;
use std::path::PathBuf;

use overt_gallery::{AccessKeyId, IssuedKey};

use super::private_files::{make_private, replace};
use super::{DataError, DataFolder};

impl DataFolder {
    /// The credentials file for AWS SDKs on this machine.
    #[must_use]
    pub fn credentials(&self) -> PathBuf {
        self.root.join("aws").join("credentials")
    }

    /// The configuration file for AWS SDKs on this machine.
    #[must_use]
    pub fn client_config(&self) -> PathBuf {
        self.root.join("aws").join("config")
    }

    /// Writes an access key as the default profile of the credentials file.
    ///
    /// # Errors
    /// [`DataError::Files`].
    pub fn write_credentials(&self, key: &IssuedKey) -> Result<(), DataError> {
        let text = format!(
            "# An access key of this Overt server, principal {}.\n[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            key.principal,
            key.id,
            key.secret.reveal()
        );
        make_private(&self.root.join("aws"))?;
        Ok(replace(&self.credentials(), text.as_bytes())?)
    }

    /// Writes the client configuration: the region that requests are signed for.
    ///
    /// # Errors
    /// [`DataError::Files`].
    pub fn write_client_config(&self, region: &str) -> Result<(), DataError> {
        let text =
            format!("# Overt takes any region; SDKs need one to sign for.\n[default]\nregion = {region}\n");
        make_private(&self.root.join("aws"))?;
        Ok(replace(&self.client_config(), text.as_bytes())?)
    }

    /// Whether the credentials file holds the access key `id`.
    ///
    /// # Errors
    /// When it exists and cannot be read.
    pub fn holds_credentials_of(&self, id: &AccessKeyId) -> Result<bool, DataError> {
        match fs_err::read_to_string(self.credentials()) {
            Ok(text) => Ok(text.lines().any(|line| {
                line.split_once('=').is_some_and(|(key, value)| {
                    key.trim() == "aws_access_key_id" && value.trim() == id.as_str()
                })
            })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
