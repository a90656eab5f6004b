//! The committed state of a store: what a caller keeps in its records to say which slots count.

/// A segment and how many of its slots were committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentState {
    /// Names the segment's file within the store's folder; never used for two segments that are there together.
    pub id: u32,
    /// Slots that count, from the first on.
    pub slots: u32,
}

impl SegmentState {
    /// The name of the segment's file in the store's folder.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{:08x}.vectors", self.id)
    }

    /// The id of the segment whose file has this name; `None` when it is no segment's.
    #[must_use]
    pub fn id_of(name: &str) -> Option<u32> {
        let digits = name.strip_suffix(".vectors").filter(|digits| digits.len() == 8)?;
        // One spelling only: `from_str_radix` would take upper case and a sign.
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        u32::from_str_radix(digits, 16).ok().filter(|_| plain)
    }
}

/// The segments of a store in the order of their labels, the one that grows last.
///
/// The caller writes this into its records in the same transaction as what belongs to the templates; a store opened
/// with it cuts off everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// The segments.
    pub segments: Vec<SegmentState>,
}

impl Committed {
    /// Slots of all segments, those of deleted templates included.
    #[must_use]
    pub fn slots(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.slots)).sum()
    }
}
