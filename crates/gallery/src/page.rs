//! Pages of lists: where one ended, and where the next begins.
//!
//! Owns the cursor and its form. Refuses to know how it travels: callers that hand a cursor to a client authenticate
//! it themselves.
//!
//! # Invariants
//! - A cursor names the last item given, by a key that never changes: what is added or removed meanwhile neither
//!   repeats nor skips an item that was there all along.
//! - A cursor that is not one is an error, never a panic and never another list.

use crate::error::GalleryError;

/// Most items of a page, whatever is asked: the most that the API gives in one answer.
pub const PAGE_LIMIT: usize = 4096;

/// Where a page ended. Opaque; keep it as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// The cursor as text: ASCII, at most 20 bytes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A cursor from its text. Whether it fits the list is found out when the list is read.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn number(number: i64) -> Self {
        Self(format!("n{number}"))
    }

    fn as_number(&self) -> Option<i64> {
        self.0.strip_prefix('n')?.parse().ok().filter(|number| *number >= 0)
    }
}

/// Which part of a list is wanted.
#[derive(Clone, Debug)]
pub struct Page {
    /// The cursor of the page before; `None` for the first.
    pub after: Option<Cursor>,
    /// Most items; between 1 and [`PAGE_LIMIT`], values outside are moved to the nearest.
    pub limit: usize,
}

impl Page {
    /// The first `limit` items.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }

    pub(crate) fn size(&self) -> usize {
        self.limit.clamp(1, PAGE_LIMIT)
    }

    /// For lists by number: the number after which to begin, -1 for the start.
    pub(crate) fn after_number(&self) -> Result<i64, GalleryError> {
        match &self.after {
            None => Ok(-1),
            Some(cursor) => cursor.as_number().ok_or(GalleryError::CursorUnreadable),
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` when this was the last.
    pub next: Option<Cursor>,
}

impl<T> Listed<T> {
    /// From up to one item more than the page holds: the surplus says that there is a next page.
    pub(crate) fn cut(mut items: Vec<T>, size: usize, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let next = if items.len() > size {
            items.truncate(size);
            items.last().map(cursor)
        } else {
            None
        };
        Self { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let page = |text: &str| Page { after: Some(Cursor::from_text(text)), limit: 10 };
        assert_eq!(page("n17").after_number().unwrap(), 17);
        for bad in ["", "n", "n-1", "tabc", "n99999999999999999999", "17"] {
            assert!(page(bad).after_number().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_surplus_item_says_that_there_is_more() {
        let cut = |count: i64| Listed::cut((0..count).collect(), 3, |last| Cursor::number(*last));
        assert!(cut(3).next.is_none());
        let more = cut(4);
        assert_eq!(more.items, [0, 1, 2]);
        assert_eq!(more.next.unwrap().as_str(), "n2");
    }
}
