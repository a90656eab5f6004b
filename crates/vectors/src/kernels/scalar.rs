//! The code kernels in plain Rust: what every other variant has to equal, and what runs where there is no other.

use super::{GROUP, Line};

/// See [`Kernels::sieve`](super::Kernels::sieve).
pub(super) fn sieve(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
    sums(codes, tables).iter().rev().fold(0, |mask, sum| mask << 1 | u64::from(*sum >= least))
}

/// The sums of the faces of a group.
pub(super) fn sums(codes: &[Line], tables: &[[u8; 32]]) -> [u16; GROUP] {
    let mut sums = [0; GROUP];
    for (row, table) in codes.iter().zip(tables) {
        for (sum, byte) in sums.iter_mut().zip(&row.0) {
            let low = table.get(usize::from(byte & 15)).copied().unwrap_or(0);
            let high = table.get(usize::from(16 | byte >> 4)).copied().unwrap_or(0);
            *sum += u16::from(low) + u16::from(high);
        }
    }
    sums
}

/// See [`Kernels::fine`](super::Kernels::fine).
pub(super) fn fine(code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
    let (probe, _) = probe.as_chunks::<2>();
    let mut sum = 0;
    for (line, [low_probe, high_probe]) in code.iter().zip(probe) {
        for ((byte, low), high) in line.0.iter().zip(low_probe).zip(high_probe) {
            sum += i32::from(byte & 15) * i32::from(*low) + i32::from(byte >> 4) * i32::from(*high);
        }
    }
    sum
}
