//! Overrides of floors, between the routes and the records.
//!
//! Owns which collections can have one, and how low. Who may allow one, the route asks; what one is, the gallery knows.

use overt_gallery::{CollectionName, NewOverride, Override};
use overt_protocol::ErrorCode;
use overt_vision::Calibration;
use overt_vision::strangers::{Against, MOST_STRANGERS};

use super::Services;
use super::thresholds::{LEAST_OVERRIDDEN, least_overridden};
use crate::account::Thousandths;
use crate::error::ApiError;

/// Allows searches of a collection below its floor for some time.
///
/// # Errors
/// ResourceNotFoundException; InvalidParameterException when the purpose has no floor, when the threshold is not below the present one or so low
/// that a stranger a search is to be expected, when one is in force, or a value is beyond its limits. Nothing is recorded then.
pub async fn grant_override(
    services: &Services,
    name: CollectionName,
    new: NewOverride,
) -> Result<Override, ApiError> {
    let recognition = services.recognition.clone();
    let granted = services.records(move |gallery| {
        let collection = gallery.collection(&name)?;
        let purpose = collection.policy.purpose();
        let Some(least) = purpose.rules().threshold_floor else {
            return Err(invalid(&format!(
                "The purpose {purpose} of the collection {name} has no floor that could be overridden: ask with the threshold you need."
            )));
        };
        let calibration = recognition.calibration(collection.version.as_str())?;
        let faces = collection.faces;
        check(new.lowest, faces, least, calibration).map_err(|why| invalid(&why))?;
        Ok(gallery.override_floor(&name, new)?)
    });
    granted.await
}

fn invalid(why: &str) -> ApiError {
    ApiError::new(
        ErrorCode::InvalidParameterException,
        format!("Request has invalid parameters. {why} Nothing was recorded."),
    )
}

/// Refuses a threshold, in thousandths of a percent, that lowers nothing in a collection of so many faces or that no exception reaches.
fn check(lowest: u32, faces: u64, least: f32, calibration: &Calibration) -> Result<(), String> {
    let floor = calibration.floor(faces, Against::Faces, least, MOST_STRANGERS);
    let bound = least_overridden(faces, Against::Faces, calibration);
    let asked = Thousandths(lowest);
    let faces = if faces == 1 { "1 face".to_owned() } else { format!("{faces} faces") };
    if bound >= floor {
        return Err(format!(
            "With {faces} the floor is {floor}, and nothing below it keeps within one stranger a search: there can be no override."
        ));
    }
    if asked >= Thousandths::of(floor) {
        return Err(format!(
            "lowest_threshold {} lowers nothing: with {faces} the floor is {floor}. It rises with the collection; an override that is \
             needed then is for then.",
            asked.percent()
        ));
    }
    if asked < Thousandths::of(bound) {
        let why = if bound > LEAST_OVERRIDDEN {
            format!("with {faces}, a search below that may be expected to return a stranger each time")
        } else {
            "below that one comparison in ten thousand and more is false".to_owned()
        };
        return Err(format!("lowest_threshold must be {bound} or more: {why}."));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b3_an_override_lowers_something_and_not_too_far() {
        let table = Calibration::built_in().unwrap();
        let check = |lowest, faces| check(lowest, faces, 99.0, &table);
        for (lowest, faces) in [(80_000, 10), (98_999, 10), (91_572, 25_000), (99_890, 25_000)] {
            assert_eq!(check(lowest, faces), Ok(()), "{lowest}, {faces}");
        }
        for (lowest, faces, said) in [
            (79_999, 10, "80 or more"),
            (99_500, 1, "with 1 face the floor is 99."),
            (99_000, 10, "lowers nothing"),
            (100_000, 10, "lowers nothing"),
            (91_571, 25_000, "91.572 or more"),
            (99_891, 25_000, "the floor is 99.891"),
        ] {
            let told = check(lowest, faces).unwrap_err();
            assert!(told.contains(said), "{told}");
        }
        // Where the floor is 100, an exception still has its bound.
        assert!(
            check(99_000, 1_000_000).unwrap_err().contains("or more") && check(99_900, 1_000_000).is_ok()
        );
    }
}
