//! Pages of a list: tokens out of cursors and back.
//!
//! Owns how long a token lives, how many items a page has when the client does not say, and the sentence for a token that
//! is refused. The tokens' form is `overt_protocol`'s, what is listed is the operation's.
//!
//! # Invariants
//! - A page that says that more follows has at least one item, so that a client always gets on: a page size of 0 is taken
//!   as none given.

use std::time::Duration;

use overt_gallery::{Collection, Context, Cursor};
use overt_protocol::{ErrorCode, Operation, PageKey, PageScope};

use crate::error::ApiError;

/// How long a token is good for: a list that is read by hand over a working day does not end in an error.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// The tokens of a server.
pub struct Pages {
    key: PageKey,
    context: Context,
}

impl Pages {
    /// With the server's key for tokens.
    #[must_use]
    pub fn new(key: PageKey, context: Context) -> Self {
        Self { key, context }
    }

    /// Where a request's token says to go on; `None` for the first page, which an empty token asks for too.
    pub(super) fn after(&self, scope: &PageScope, token: Option<&str>) -> Result<Option<Cursor>, ApiError> {
        let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
        let cursor = self.key.open(scope, token, self.now(Duration::ZERO)).map_err(|error| {
            ApiError::new(
                ErrorCode::InvalidPaginationTokenException,
                "Invalid Pagination Token. Send the NextToken of the previous answer with otherwise the same request, \
                 within 24 hours, or begin again without one.",
            )
            .caused_by(error)
        })?;
        let text = String::from_utf8(cursor)
            .map_err(|error| ApiError::internal("a page token of ours holds no cursor").caused_by(error))?;
        Ok(Some(Cursor::from_text(&text)))
    }

    /// The token for the page that begins behind `cursor`; none where no page follows.
    pub(super) fn token(
        &self,
        scope: &PageScope,
        cursor: Option<&Cursor>,
    ) -> Result<Option<String>, ApiError> {
        let Some(cursor) = cursor else { return Ok(None) };
        let token = self.key.issue(scope, cursor.as_str().as_bytes(), self.now(LIFE));
        token.map(Some).ok_or_else(|| ApiError::internal("a cursor is too long for a page token"))
    }

    fn now(&self, later: Duration) -> i64 {
        self.context.now().after(later).as_millis().div_euclid(1000)
    }
}

/// The scope of a list of what is in a collection: this one, not one that had the name before or gets it later.
pub(super) fn in_collection(operation: Operation, collection: &Collection) -> PageScope {
    PageScope::of(operation)
        .with("collection", collection.name.as_str().as_bytes())
        .with("created", &collection.created.as_millis().to_be_bytes())
}

/// How many items a page may have: what the client says, or `most`.
pub(super) fn size(asked: Option<i32>, most: usize) -> usize {
    match asked.and_then(|asked| usize::try_from(asked).ok()) {
        None | Some(0) => most,
        Some(asked) => asked.min(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_gallery::{Clock, Moment, Randomness, RandomnessError};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Moment {
            Moment::from_millis(self.0.load(Ordering::SeqCst))
        }
    }

    impl Randomness for Hand {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomnessError> {
            Ok(())
        }
    }

    fn pages() -> (Pages, Arc<Hand>) {
        let hand = Arc::new(Hand(AtomicI64::new(1_795_308_580_123)));
        let context =
            Context::new(Arc::clone(&hand) as Arc<dyn Clock>, Arc::clone(&hand) as Arc<dyn Randomness>);
        (Pages::new(PageKey::new([7; 32].into()), context), hand)
    }

    fn token(pages: &Pages, scope: &PageScope, cursor: &str) -> String {
        pages.token(scope, Some(&Cursor::from_text(cursor))).unwrap().unwrap()
    }

    #[test]
    fn a_token_leads_to_its_position_for_a_day() {
        let (pages, clock) = pages();
        let scope = PageScope::of(Operation::ListFaces);
        let token = token(&pages, &scope, "n4096");
        assert_eq!(pages.after(&scope, Some(&token)).unwrap(), Some(Cursor::from_text("n4096")));
        clock.0.fetch_add(86_399_000, Ordering::SeqCst);
        assert!(pages.after(&scope, Some(&token)).is_ok());
        clock.0.fetch_add(2_000, Ordering::SeqCst);
        let error = pages.after(&scope, Some(&token)).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidPaginationTokenException);
        assert!(error.message.starts_with("Invalid Pagination Token") && error.details().contains("expired"));
    }

    #[test]
    fn no_token_and_an_empty_one_are_the_first_page_and_the_last_page_has_none() {
        let (pages, _) = pages();
        let scope = PageScope::of(Operation::ListFaces);
        assert_eq!(pages.after(&scope, None).unwrap(), None);
        assert_eq!(pages.after(&scope, Some("")).unwrap(), None);
        assert_eq!(pages.token(&scope, None).unwrap(), None);
    }

    #[test]
    fn a_token_is_good_for_its_own_list_only() {
        let (pages, _) = pages();
        let scope = PageScope::of(Operation::ListFaces).with("collection", b"1");
        let token = token(&pages, &scope, "n7");
        for other in [
            PageScope::of(Operation::ListFaces).with("collection", b"2"),
            PageScope::of(Operation::ListUsers),
        ] {
            assert!(pages.after(&other, Some(&token)).is_err());
        }
    }

    #[test]
    fn a_page_of_nothing_is_a_page_of_the_usual_size() {
        assert_eq!(
            [size(None, 500), size(Some(0), 500), size(Some(7), 500), size(Some(4096), 500)],
            [500, 500, 7, 500]
        );
    }
}
