//! Tiles: the form in which a log's hashes and entries lie in files and are served (C2SP tlog-tiles).
//!
//! Owns the names of the files, which of them a tree of a size has, and the form of an entry bundle. Refuses to know where they lie.
//!
//! # Invariants
//! - A tile has 1 to 256 hashes, a bundle 1 to 256 entries; neither is ever empty.
//! - An entry has at most 65,535 bytes.

use crate::hash::Hash;

/// Hashes of a full tile, entries of a full bundle.
pub const WIDTH: u64 = 256;

/// Most bytes of an entry.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// What a file of a log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Hashes of subtrees over `256^level` leaves each.
    Hashes {
        /// 0 to 7: a log has fewer than 2^63 entries.
        level: u32,
    },
    /// Entries.
    Entries,
}

/// The name of a tile or of an entry bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileName {
    /// What it holds.
    pub kind: Kind,
    /// Its number among those of its kind.
    pub index: u64,
    /// Hashes or entries in it, 1 to 256; fewer than 256 in a partial one.
    pub width: u64,
}

impl TileName {
    /// Tile or bundle number `index` of a tree of `size` leaves, as wide as it is there. `None` if the tree does not reach it.
    #[must_use]
    pub fn in_tree(kind: Kind, index: u64, size: u64) -> Option<Self> {
        let level = match kind {
            Kind::Hashes { level } => level,
            Kind::Entries => 0,
        };
        let hashes = size.checked_shr(8 * level).unwrap_or(0);
        let width = hashes.checked_sub(index.checked_mul(WIDTH)?)?.min(WIDTH);
        (width > 0).then_some(Self { kind, index, width })
    }

    /// The path below a log's prefix, with `/` between its parts.
    #[must_use]
    pub fn path(&self) -> String {
        let kind = match self.kind {
            Kind::Hashes { level } => level.to_string(),
            Kind::Entries => "entries".to_owned(),
        };
        let mut number = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            number = format!("x{:03}/{number}", rest % 1000);
            rest /= 1000;
        }
        let partial = if self.width < WIDTH { format!(".p/{}", self.width) } else { String::new() };
        format!("tile/{kind}/{number}{partial}")
    }

    /// Reads a path as [`TileName::path`] writes it; `None` for any other.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes { level: level.parse().ok().filter(|level| *level < 8)? },
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok().filter(|width| (1..WIDTH).contains(width))?),
            None => (rest, WIDTH),
        };
        let index = number.split('/').try_fold(0_u64, |index, part| {
            let digits: u64 = part.strip_prefix('x').unwrap_or(part).parse().ok()?;
            index.checked_mul(1000)?.checked_add(digits)
        })?;
        let name = Self { kind, index, width };
        // One spelling for each name: what reads differently is none.
        (name.path() == path).then_some(name)
    }
}

/// The hashes of a tile's bytes. `None` unless there are exactly `width`.
#[must_use]
pub fn hashes(bytes: &[u8], width: u64) -> Option<Vec<Hash>> {
    let (chunks, rest) = bytes.as_chunks::<32>();
    (rest.is_empty() && chunks.len() as u64 == width)
        .then(|| chunks.iter().map(|chunk| Hash(*chunk)).collect())
}

/// The entries of a bundle's bytes. `None` unless there are exactly `width` and nothing after them.
#[must_use]
pub fn entries(bytes: &[u8], width: u64) -> Option<Vec<&[u8]>> {
    let (mut rest, mut entries) = (bytes, Vec::new());
    while let Some((&length, after)) = rest.split_first_chunk::<2>() {
        let (entry, after) = after.split_at_checked(u16::from_be_bytes(length).into())?;
        entries.push(entry);
        rest = after;
    }
    (rest.is_empty() && entries.len() as u64 == width).then_some(entries)
}

/// Appends an entry to a bundle's bytes. `None`, and nothing is appended, if it is longer than [`MAX_ENTRY`].
pub(crate) fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Option<()> {
    let length = u16::try_from(entry.len()).ok()?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        // tlog-tiles: index 1234067, and a tree of size 70,000.
        let name = |kind, index, width| TileName { kind, index, width }.path();
        assert_eq!(name(Kind::Hashes { level: 0 }, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(name(Kind::Entries, 0, 255), "tile/entries/000.p/255");
        let of =
            |level, index| TileName::in_tree(Kind::Hashes { level }, index, 70_000).map(|tile| tile.width);
        assert_eq!([of(0, 272), of(0, 273), of(0, 274)], [Some(256), Some(112), None]);
        assert_eq!([of(1, 0), of(1, 1), of(1, 2)], [Some(256), Some(17), None]);
        assert_eq!([of(2, 0), of(3, 0)], [Some(1), None]);
        let of_256 = |level| TileName::in_tree(Kind::Hashes { level }, 0, 256).map(|tile| tile.width);
        assert_eq!([of_256(0), of_256(1), of_256(2)], [Some(256), Some(1), None]);
    }

    #[test]
    fn other_spellings_are_no_names() {
        for path in [
            "tile/0/0",
            "tile/0/67",
            "tile/00/067",
            "tile/0/x000/067",
            "tile/0/001/067",
            "tile/0/067.p/0",
            "tile/0/067.p/256",
            "tile/0/067.p/01",
            "tile/8/000",
            "tile/0/../000",
            "tile/entries/",
            "tile/0/067/",
            "/tile/0/067",
            "tile/0/+67",
            "checkpoint",
        ] {
            assert_eq!(TileName::parse(path), None, "{path}");
        }
    }

    proptest! {
        #[test]
        fn a_path_is_read_back(level in 0_u32..8, entries: bool, index in 0_u64..1 << 40, width in 1_u64..=256) {
            let kind = if entries { Kind::Entries } else { Kind::Hashes { level } };
            let name = TileName { kind, index, width };
            prop_assert_eq!(TileName::parse(&name.path()), Some(name));
        }

        #[test]
        fn no_path_is_too_strange_to_be_read(path in "[tile/x0-9.p]{0,40}") {
            if let Some(name) = TileName::parse(&path) {
                prop_assert_eq!(name.path(), path);
            }
        }

        #[test]
        fn bundles_are_read_back(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..20)) {
            let mut bundle = Vec::new();
            for entry in &entries {
                push_entry(&mut bundle, entry).unwrap();
            }
            let read = super::entries(&bundle, entries.len() as u64).unwrap();
            prop_assert_eq!(read, entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert!(super::entries(&bundle, entries.len() as u64 + 1).is_none());
            bundle.push(0);
            prop_assert!(super::entries(&bundle, entries.len() as u64).is_none());
        }
    }
}
