//! Data keys: thirty-two random bytes a collection, from which the keys of its stores follow.
//!
//! Owns how a data key is drawn, sealed and opened, and how a store's key follows from it. Refuses to know what a
//! store does with its key.
//!
//! # Invariants
//! - A data key is on disk only sealed under the server's key, bound to its collection's number: moved to another
//!   collection's row it does not open.
//! - Two stores never share a key: the store's number is part of the derivation, and numbers are not used twice.

use hkdf::Hkdf;
use overt_vectors::StoreKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::GalleryError;
use crate::server_key::{Sealed, ServerKey};

/// The data key of a collection.
pub(crate) struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// Draws a new one.
    pub(crate) fn draw(context: &Context) -> Result<Self, GalleryError> {
        Ok(Self(Zeroizing::new(context.random::<32>()?)))
    }

    /// Seals it for the collection of that number.
    pub(crate) fn seal(
        &self,
        key: &ServerKey,
        context: &Context,
        collection: i64,
    ) -> Result<Vec<u8>, GalleryError> {
        key.seal(context, Sealed::CollectionKey, &owner(collection), self.0.as_slice())
    }

    /// Opens what [`seal`](Self::seal) made for the same collection.
    pub(crate) fn open(key: &ServerKey, collection: i64, sealed: &[u8]) -> Option<Self> {
        let plain = key.open(Sealed::CollectionKey, &owner(collection), sealed)?;
        plain.as_slice().try_into().ok().map(|bytes: [u8; 32]| Self(Zeroizing::new(bytes)))
    }

    /// The key of the store of that number.
    pub(crate) fn store_key(&self, store: i64) -> StoreKey {
        let mut bytes = Zeroizing::new([0; 32]);
        let info = format!("overt store {store} 1");
        let expanded =
            Hkdf::<Sha256>::new(None, self.0.as_slice()).expand(info.as_bytes(), bytes.as_mut_slice());
        // HKDF-SHA256 fails only above 255 * 32 bytes.
        debug_assert!(expanded.is_ok());
        StoreKey::new(*bytes)
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(withheld)")
    }
}

fn owner(collection: i64) -> String {
    format!("collection {collection}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_key_opens_for_its_collection_only() {
        let folder = tempfile::tempdir().unwrap();
        let context = Context::system();
        let server = ServerKey::create(&folder.path().join("server.key"), &context).unwrap();
        let key = DataKey::draw(&context).unwrap();
        let sealed = key.seal(&server, &context, 7).unwrap();
        assert_eq!(DataKey::open(&server, 7, &sealed).unwrap().0, key.0);
        assert!(DataKey::open(&server, 8, &sealed).is_none());
        assert!(!sealed.windows(32).any(|window| window == key.0.as_slice()));
        assert_eq!(format!("{key:?}"), "DataKey(withheld)");
    }
}
