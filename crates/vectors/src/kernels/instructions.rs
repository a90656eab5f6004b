//! Which vector instructions are used: all that the processor has, or fewer, for measuring.
//!
//! Owns the names of the levels and the one limit of the process. A limit changes how fast a store is, never what it answers.

use std::sync::atomic::{AtomicU8, Ordering};

use super::{Float, Kernels};

/// A set of vector instructions that the loops over faces are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Instructions {
    /// What every processor of the target has.
    Plain,
    /// NEON, on 64-bit ARM.
    Neon,
    /// AVX2, on x86-64.
    Avx2,
    /// AVX-512 with VNNI, on x86-64.
    Avx512,
}

/// No level above this one is used.
static MOST: AtomicU8 = AtomicU8::new(u8::MAX);

impl Instructions {
    /// Those that this processor has, the fastest last; a limit changes nothing here.
    #[must_use]
    pub fn available() -> Vec<Self> {
        Kernels::all().into_iter().map(|kernels| kernels.level()).collect()
    }

    /// Has stores that are opened from now on, and vectors that are made from now on, use nothing above these; `None` takes the
    /// limit away. For measuring what a processor without the others would do.
    pub fn limit(most: Option<Self>) {
        MOST.store(most.map_or(u8::MAX, |most| most as u8), Ordering::Relaxed);
    }

    /// What they are called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Neon => "NEON",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        }
    }

    fn allowed(self) -> bool {
        self as u8 <= MOST.load(Ordering::Relaxed)
    }
}

impl Kernels {
    /// The fastest for this processor within the limit.
    pub(crate) fn detect() -> Self {
        let mut all = Self::all();
        all.retain(|kernels| kernels.level().allowed());
        all.pop().unwrap_or_else(Self::scalar)
    }
}

impl Float {
    /// The fastest for this processor within the limit.
    pub(crate) fn detect() -> Self {
        let mut all = Self::all();
        all.retain(|float| float.level().allowed());
        all.pop().unwrap_or_else(Self::base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, because the limit is the process's: others may only see it lowered, which changes no result.
    #[test]
    fn a_limit_leaves_the_levels_up_to_it() {
        let all = Instructions::available();
        assert_eq!(all.first(), Some(&Instructions::Plain));
        assert!(all.is_sorted_by(|a, b| a < b));
        for most in &all {
            Instructions::limit(Some(*most));
            assert_eq!(Kernels::detect().level(), *most);
            assert!(Float::detect().level() <= *most);
        }
        Instructions::limit(None);
        assert_eq!(Some(&Kernels::detect().level()), all.last());
    }
}
