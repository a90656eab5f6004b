//! The code kernels with AVX2: 32 faces at a time in the sieve.
#![allow(unsafe_code, reason = "vector instructions: docs/decisions/0041-kernels.md")]

use std::arch::x86_64::*;

use super::{GROUP, Instructions, Kernels, Line};

/// The kernels, if this processor has the instructions.
pub(super) fn kernels() -> Option<Kernels> {
    is_x86_feature_detected!("avx2").then_some(Kernels { level: Instructions::Avx2, sieve, fine })
}

fn sieve(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
    // SAFETY: this function is reached through `kernels` only, which has seen that the instructions are there.
    unsafe { sieve_256(codes, tables, least) }
}

fn fine(code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
    // SAFETY: as above.
    unsafe { fine_256(code, probe) }
}

/// Even faces plus 256 times odd ones modulo 2^16, and odd ones.
type Pairs = (__m256i, __m256i);

#[target_feature(enable = "avx2")]
fn sieve_256(codes: &[Line], tables: &[[u8; 32]], least: u16) -> u64 {
    let zero = _mm256_setzero_si256();
    let (mut head, mut tail) = ((zero, zero), (zero, zero));
    for (row, table) in codes.iter().zip(tables) {
        let two = look_up(row, table);
        head = add(head, two.0);
        tail = add(tail, two.1);
    }
    u64::from(reaching(tail, least)) << 32 | u64::from(reaching(head, least))
}

#[target_feature(enable = "avx2")]
#[inline]
fn add(pairs: Pairs, bytes: __m256i) -> Pairs {
    (_mm256_add_epi16(pairs.0, bytes), _mm256_add_epi16(pairs.1, _mm256_srli_epi16::<8>(bytes)))
}

/// For both halves of a row, the sum of the entries of one byte of each face.
#[target_feature(enable = "avx2")]
#[inline]
fn look_up(row: &Line, table: &[u8; 32]) -> Pairs {
    let low_bits = _mm256_set1_epi8(15);
    let (head, tail) = row.0.split_at(GROUP / 2);
    let (low_table, high_table) = table.split_at(16);
    // SAFETY: 32 bytes are read from each half of an array of 64, and 16 from each half of one of 32.
    let (head, tail, low_table, high_table) = unsafe {
        (
            _mm256_loadu_si256(head.as_ptr().cast()),
            _mm256_loadu_si256(tail.as_ptr().cast()),
            _mm256_broadcastsi128_si256(_mm_loadu_si128(low_table.as_ptr().cast())),
            _mm256_broadcastsi128_si256(_mm_loadu_si128(high_table.as_ptr().cast())),
        )
    };
    let entries = |bytes| {
        let low = _mm256_and_si256(bytes, low_bits);
        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), low_bits);
        _mm256_add_epi8(_mm256_shuffle_epi8(low_table, low), _mm256_shuffle_epi8(high_table, high))
    };
    (entries(head), entries(tail))
}

/// A bit for each of 32 faces whose sum is at least `least`.
#[target_feature(enable = "avx2")]
#[inline]
fn reaching(pairs: Pairs, least: u16) -> u32 {
    let (all, odd) = pairs;
    let even = _mm256_sub_epi16(all, _mm256_slli_epi16::<8>(odd));
    // At least: the larger of both is the sum itself. A comparison gives sixteen bits; each face keeps its byte of them.
    let least = _mm256_set1_epi16(least.cast_signed());
    let even = _mm256_cmpeq_epi16(_mm256_max_epu16(even, least), even);
    let odd = _mm256_cmpeq_epi16(_mm256_max_epu16(odd, least), odd);
    let low_bytes = _mm256_set1_epi16(0xff);
    let bytes = _mm256_or_si256(_mm256_and_si256(even, low_bytes), _mm256_andnot_si256(low_bytes, odd));
    _mm256_movemask_epi8(bytes).cast_unsigned()
}

#[target_feature(enable = "avx2")]
fn fine_256(code: &[Line], probe: &[[i8; GROUP]]) -> i32 {
    let (low_bits, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
    let (probe, _) = probe.as_chunks::<2>();
    let lines = code.iter().zip(probe).flat_map(|(line, [low, high])| {
        line.0.as_chunks::<32>().0.iter().zip(low.as_chunks::<32>().0).zip(high.as_chunks::<32>().0)
    });
    let mut sum = _mm256_setzero_si256();
    for ((code, low_probe), high_probe) in lines {
        // SAFETY: 32 bytes are read from arrays of 32.
        let (code, low_probe, high_probe) = unsafe {
            (
                _mm256_loadu_si256(code.as_ptr().cast()),
                _mm256_loadu_si256(low_probe.as_ptr().cast()),
                _mm256_loadu_si256(high_probe.as_ptr().cast()),
            )
        };
        let low = _mm256_and_si256(code, low_bits);
        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(code), low_bits);
        // Four products of at most 15 · 127 add up within 16 bits.
        let products =
            _mm256_add_epi16(_mm256_maddubs_epi16(low, low_probe), _mm256_maddubs_epi16(high, high_probe));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(products, ones));
    }
    let halves = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
    let quarters = _mm_add_epi32(halves, _mm_shuffle_epi32::<0b01_00_11_10>(halves));
    let eighths = _mm_add_epi32(quarters, _mm_shuffle_epi32::<0b10_11_00_01>(quarters));
    _mm_cvtsi128_si32(eighths)
}
