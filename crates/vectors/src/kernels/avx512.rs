//! The code kernels with AVX-512: 64 faces at a time in the sieve, VNNI for fine codes.
#![allow(unsafe_code, reason = "vector instructions: docs/decisions/0041-kernels.md")]

use std::arch::x86_64::*;

use super::{GROUP, Instructions, Kernels, Line};

/// The kernels, if this processor has the instructions.
pub(super) fn kernels() -> Option<Kernels> {
    let there = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vnni")
        && is_x86_feature_detected!("bmi2");
    there.then_some(Kernels { level: Instructions::Avx512, sieve, fine })
}

fn sieve(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
    // SAFETY: this function is reached through `kernels` only, which has seen that the instructions are there.
    unsafe { sieve_512(codes, tables, least) }
}

fn fine(code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
    // SAFETY: as above.
    unsafe { fine_512(code, probe) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn sieve_512(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
    let low_bits = _mm512_set1_epi8(15);
    // Sums of bytes are added as 16-bit pairs: `all` gathers even + 256 · odd modulo 2^16, `odd` the odd ones.
    let (mut all, mut odd) = (_mm512_setzero_si512(), _mm512_setzero_si512());
    for (row, table) in codes.iter().zip(tables) {
        let two = look_up(row, table, low_bits);
        all = _mm512_add_epi16(all, two);
        odd = _mm512_add_epi16(odd, _mm512_srli_epi16::<8>(two));
    }
    let even = _mm512_sub_epi16(all, _mm512_slli_epi16::<8>(odd));
    let least = _mm512_set1_epi16(least.cast_signed());
    let (even_mask, odd_mask) = (_mm512_cmpge_epu16_mask(even, least), _mm512_cmpge_epu16_mask(odd, least));
    _pdep_u64(u64::from(even_mask), 0x5555_5555_5555_5555)
        | _pdep_u64(u64::from(odd_mask), 0xaaaa_aaaa_aaaa_aaaa)
}

/// The sum of both halves' entries for one byte of each face.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn look_up(row: &Line, table: &[u8; 32], low_bits: __m512i) -> __m512i {
    let (low_table, high_table) = table.split_at(16);
    // SAFETY: 64 bytes are read from an array of 64, and 16 from each half of one of 32.
    let (row, low_table, high_table) = unsafe {
        (
            _mm512_loadu_si512(row.0.as_ptr().cast()),
            _mm512_broadcast_i32x4(_mm_loadu_si128(low_table.as_ptr().cast())),
            _mm512_broadcast_i32x4(_mm_loadu_si128(high_table.as_ptr().cast())),
        )
    };
    let low = _mm512_and_si512(row, low_bits);
    let high = _mm512_and_si512(_mm512_srli_epi16::<4>(row), low_bits);
    _mm512_add_epi8(_mm512_shuffle_epi8(low_table, low), _mm512_shuffle_epi8(high_table, high))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn fine_512(code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
    let low_bits = _mm512_set1_epi8(15);
    let (probe, _) = probe.as_chunks::<2>();
    let (mut first, mut second) = (_mm512_setzero_si512(), _mm512_setzero_si512());
    for (line, [low_probe, high_probe]) in code.iter().zip(probe) {
        // SAFETY: 64 bytes are read from arrays of 64.
        let (code, low_probe, high_probe) = unsafe {
            (
                _mm512_loadu_si512(line.0.as_ptr().cast()),
                _mm512_loadu_si512(low_probe.as_ptr().cast()),
                _mm512_loadu_si512(high_probe.as_ptr().cast()),
            )
        };
        first = _mm512_dpbusd_epi32(first, _mm512_and_si512(code, low_bits), low_probe);
        let high = _mm512_and_si512(_mm512_srli_epi16::<4>(code), low_bits);
        second = _mm512_dpbusd_epi32(second, high, high_probe);
    }
    _mm512_reduce_add_epi32(_mm512_add_epi32(first, second))
}
