//! Overrides of floors, between the routes and the records.
//!
//! Owns which collections can have one. Who may allow one, the route asks; what one is, the gallery knows.

use overt_gallery::{CollectionName, NewOverride, Override};
use overt_protocol::ErrorCode;

use super::Services;
use crate::error::ApiError;

/// Allows searches of a collection below its floor for some time.
///
/// # Errors
/// ResourceNotFoundException; InvalidParameterException when the purpose has no floor, one is in force, or a value is beyond its limits.
pub async fn grant_override(
    services: &Services,
    name: CollectionName,
    new: NewOverride,
) -> Result<Override, ApiError> {
    let granted = services.records(move |gallery| {
        let purpose = gallery.collection(&name)?.policy.purpose();
        if purpose.rules().threshold_floor.is_none() {
            return Err(ApiError::new(
                ErrorCode::InvalidParameterException,
                format!(
                    "Request has invalid parameters. The purpose {purpose} of the collection {name} has no floor that could be overridden: \
                     ask with the threshold you need."
                ),
            ));
        }
        Ok(gallery.override_floor(&name, new)?)
    });
    granted.await
}

/// Ends an override before its time; one that is over is answered as it is.
///
/// # Errors
/// ResourceNotFoundException, InvalidParameterException when the collection has none of that id.
pub async fn end_override(
    services: &Services,
    name: CollectionName,
    id: String,
    by: String,
) -> Result<Override, ApiError> {
    services.records(move |gallery| Ok(gallery.end_override(&name, &id, &by)?)).await
}

/// The overrides of a collection, the newest first.
///
/// # Errors
/// ResourceNotFoundException.
pub async fn list_overrides(services: &Services, name: CollectionName) -> Result<Vec<Override>, ApiError> {
    services.records(move |gallery| Ok(gallery.overrides(&name)?)).await
}
