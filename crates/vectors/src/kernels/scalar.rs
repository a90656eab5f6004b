//! The code kernels in plain Rust: what every other variant has to equal, and what runs where there is no other.

use super::{GROUP, GroupSums};

/// See [`Kernels::sieve`](super::Kernels::sieve).
pub(super) fn sieve(codes: &[[u8; GROUP]], tables: &[[u8; 32]], sums: &mut GroupSums, least: u16) -> u64 {
    *sums = [0; GROUP];
    for (row, table) in codes.iter().zip(tables) {
        for (sum, byte) in sums.iter_mut().zip(row) {
            let low = table.get(usize::from(byte & 15)).copied().unwrap_or(0);
            let high = table.get(usize::from(16 | byte >> 4)).copied().unwrap_or(0);
            *sum += u16::from(low) + u16::from(high);
        }
    }
    sums.iter().rev().fold(0, |mask, sum| mask << 1 | u64::from(*sum >= least))
}

/// See [`Kernels::fine`](super::Kernels::fine).
pub(super) fn fine(code: &[u8], probe: &[i8]) -> i32 {
    let (low, high) = probe.split_at_checked(code.len()).unwrap_or_default();
    code.iter()
        .zip(low)
        .zip(high)
        .map(|((byte, low), high)| {
            i32::from(byte & 15) * i32::from(*low) + i32::from(byte >> 4) * i32::from(*high)
        })
        .sum()
}
