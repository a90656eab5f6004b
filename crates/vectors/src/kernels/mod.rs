//! The loops that touch every face or every number, chosen at run time by what the processor can do.
//!
//! # Invariants
//! - Code kernels are whole-number arithmetic: every variant gives the same sums as the scalar twin, and the tests say so.
//! - Floating-point kernels do the same operations in the same order in every variant (no fused ones): same bits.
//! - `unsafe` stands in the files of this folder only (docs/decisions/0041-kernels.md).

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod float;
mod instructions;
#[cfg(target_arch = "aarch64")]
mod neon;
mod prefetch;
mod scalar;

use bytemuck::{Pod, Zeroable};

pub(crate) use float::{Float, Reflection};
pub use instructions::Instructions;
pub(crate) use prefetch::prefetch;

/// Faces whose sieve codes are stored together, byte by byte: a vector register of 64 bytes holds one byte of each.
pub(crate) const GROUP: usize = 64;
/// Largest entry of a sieve table: both of a byte's add up within a byte.
pub(crate) const TABLE_TOP: u8 = 127;
/// Most bytes of a sieve code, far above what any shape has: their entries add up within sixteen bits.
#[cfg(test)]
pub(crate) const MOST_ROWS: usize = 256;

/// Sixty-four bytes that lie in one line of the cache: a register full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C, align(64))]
pub(crate) struct Line(pub(crate) [u8; GROUP]);

impl Line {
    pub(crate) const ZERO: Self = Self([0; GROUP]);
}

/// See [`Kernels::sieve`].
type SieveKernel = fn(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64;

/// Compares codes with a probe.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    level: Instructions,
    sieve: SieveKernel,
    fine: fn(code: &[Line], probe: &[[i8; GROUP]]) -> i32,
}

impl Kernels {
    /// Plain Rust: the twin that the others are compared with.
    pub(crate) fn scalar() -> Self {
        Self { level: Instructions::Plain, sieve: scalar::sieve, fine: scalar::fine }
    }

    /// All that this processor can run, the fastest last.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::scalar()];
        #[cfg(target_arch = "x86_64")]
        all.extend([avx2::kernels(), avx512::kernels()].into_iter().flatten());
        #[cfg(target_arch = "aarch64")]
        all.extend(neon::kernels());
        all
    }

    /// What they are compiled for.
    pub(crate) fn level(&self) -> Instructions {
        self.level
    }

    /// Sums a group's sieve codes and gives a bit for each face whose sum is at least `least`: row `r` of `codes` holds byte
    /// `r` of each face, and a face's sum adds, for each of its bytes, the entry at the low four bits of the first half of
    /// table `r` and the entry at the high four bits of its second half. The two add up to 255 at most, and there are up to
    /// 256 rows.
    pub(crate) fn sieve(&self, codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
        (self.sieve)(codes, tables, least)
    }

    /// The inner product of a fine code with a probe, which has two lines for each of the code's: the low four bits of byte
    /// `b` of line `l` go with number `b` of line `2l`, the high four with that of line `2l + 1`.
    pub(crate) fn fine(&self, code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
        (self.fine)(code, probe)
    }
}

impl std::fmt::Debug for Kernels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.level.name())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Numbers;

    fn bytes(numbers: &mut Numbers, count: usize) -> Vec<u8> {
        (0..count).map(|_| numbers.next() as u8).collect()
    }

    proptest! {
        #[test]
        fn every_sieve_kernel_equals_the_scalar_one(seed: u64, rows in 1_usize..=MOST_ROWS, extreme: bool) {
            let mut numbers = Numbers::new(seed);
            let codes: Vec<Line> = bytes(&mut numbers, rows * GROUP).as_chunks().0.iter().map(|row| Line(*row)).collect();
            let tables = bytes(&mut numbers, rows * 32);
            let entry = |(index, byte): (usize, &u8)| match extreme {
                // Both halves together may reach 255.
                true => if index % 32 < 16 { TABLE_TOP } else { TABLE_TOP + 1 },
                false => byte % (TABLE_TOP + 1),
            };
            let tables: Vec<u8> = tables.iter().enumerate().map(entry).collect();
            let tables = tables.as_chunks::<32>().0;
            let sums = scalar::sums(&codes, tables);
            for least in sums.iter().flat_map(|sum| [*sum, sum.saturating_add(1)]).chain([0, u16::MAX]) {
                let wanted = Kernels::scalar().sieve(&codes, tables, least);
                for (lane, sum) in sums.iter().enumerate() {
                    prop_assert_eq!(wanted >> lane & 1 == 1, *sum >= least);
                }
                for kernels in Kernels::all() {
                    prop_assert_eq!(kernels.sieve(&codes, tables, least), wanted, "{:?}", kernels);
                }
            }
        }

        #[test]
        fn every_fine_kernel_equals_the_scalar_one(seed: u64, steps in 1_usize..=8, extreme: bool) {
            let mut numbers = Numbers::new(seed);
            let mut code = bytes(&mut numbers, steps * 64);
            let mut probe: Vec<i8> = bytes(&mut numbers, steps * 128).iter().map(|byte| (*byte as i8).max(-127)).collect();
            if extreme {
                code.fill(255);
                let edge = if seed % 2 == 0 { 127 } else { -127 };
                probe.fill(edge);
            }
            let code: Vec<Line> = code.as_chunks::<GROUP>().0.iter().map(|line| Line(*line)).collect();
            let probe = probe.as_chunks::<GROUP>().0;
            let wanted = Kernels::scalar().fine(&code, probe);
            for kernels in Kernels::all() {
                prop_assert_eq!(kernels.fine(&code, probe), wanted, "{:?}", kernels);
            }
        }
    }

    #[test]
    fn vector_instructions_are_used_where_they_are() {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            assert!(Instructions::available().contains(&Instructions::Avx2));
        }
        #[cfg(target_arch = "aarch64")]
        assert_eq!(Instructions::available().last(), Some(&Instructions::Neon));
    }
}
