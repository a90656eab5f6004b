//! The code kernels with NEON: 16 faces at a time in the sieve.
#![allow(unsafe_code, reason = "vector instructions: docs/decisions/0041-kernels.md")]

use std::arch::aarch64::*;
use std::arch::is_aarch64_feature_detected;

use super::{GROUP, Instructions, Kernels, Line};

/// The kernels, if this processor has the instructions: every 64-bit ARM that Linux and macOS run on does.
pub(super) fn kernels() -> Option<Kernels> {
    is_aarch64_feature_detected!("neon").then_some(Kernels { level: Instructions::Neon, sieve, fine })
}

fn sieve(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
    // SAFETY: this function is reached through `kernels` only, which has seen that the instructions are there.
    unsafe { sieve_128(codes, tables, least) }
}

fn fine(code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
    // SAFETY: as above.
    unsafe { fine_128(code, probe) }
}

#[target_feature(enable = "neon")]
fn sieve_128(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
    let low_bits = vdupq_n_u8(15);
    // For each sixteen faces, the sums of the first and of the last eight.
    let mut totals = [[vdupq_n_u16(0); 2]; 4];
    for (row, table) in codes.iter().zip(tables) {
        let (low_table, high_table) = table.split_at(16);
        // SAFETY: 16 bytes are read from each half of an array of 32.
        let (low_table, high_table) =
            unsafe { (vld1q_u8(low_table.as_ptr()), vld1q_u8(high_table.as_ptr())) };
        let (sixteens, _) = row.0.as_chunks::<16>();
        for (total, bytes) in totals.iter_mut().zip(sixteens) {
            // SAFETY: 16 bytes are read from an array of 16.
            let bytes = unsafe { vld1q_u8(bytes.as_ptr()) };
            let low = vqtbl1q_u8(low_table, vandq_u8(bytes, low_bits));
            let high = vqtbl1q_u8(high_table, vshrq_n_u8::<4>(bytes));
            let two = vaddq_u8(low, high);
            let [first, last] = *total;
            *total = [vaddw_u8(first, vget_low_u8(two)), vaddw_high_u8(last, two)];
        }
    }
    let mut sums = [0_u16; GROUP];
    let (places, _) = sums.as_chunks_mut::<8>();
    for (place, eight) in places.iter_mut().zip(totals.as_flattened()) {
        // SAFETY: 8 numbers of 16 bits are stored into an array of 8.
        unsafe { vst1q_u16(place.as_mut_ptr(), *eight) };
    }
    sums.iter().rev().fold(0, |mask, sum| mask << 1 | u64::from(*sum >= least))
}

#[target_feature(enable = "neon")]
fn fine_128(code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
    let low_bits = vdupq_n_u8(15);
    let (probe, _) = probe.as_chunks::<2>();
    let lines = code.iter().zip(probe).flat_map(|(line, [low, high])| {
        line.0.as_chunks::<16>().0.iter().zip(low.as_chunks::<16>().0).zip(high.as_chunks::<16>().0)
    });
    let mut sum = vdupq_n_s32(0);
    for ((code, low_probe), high_probe) in lines {
        // SAFETY: 16 bytes are read from arrays of 16.
        let (code, low_probe, high_probe) =
            unsafe { (vld1q_u8(code.as_ptr()), vld1q_s8(low_probe.as_ptr()), vld1q_s8(high_probe.as_ptr())) };
        let low = vreinterpretq_s8_u8(vandq_u8(code, low_bits));
        let high = vreinterpretq_s8_u8(vshrq_n_u8::<4>(code));
        // Four products of at most 15 · 127 add up within 16 bits.
        let products = vmull_s8(vget_low_s8(low), vget_low_s8(low_probe));
        let products = vmlal_high_s8(products, low, low_probe);
        let products = vmlal_s8(products, vget_low_s8(high), vget_low_s8(high_probe));
        let products = vmlal_high_s8(products, high, high_probe);
        sum = vpadalq_s16(sum, products);
    }
    vaddvq_s32(sum)
}
