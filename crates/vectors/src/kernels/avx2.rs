//! The code kernels with AVX2: 32 faces at a time in the sieve.
#![allow(unsafe_code, reason = "vector instructions: docs/decisions/0041-kernels.md")]

use std::arch::x86_64::*;

use super::{GROUP, GroupSums, Kernels};

/// The kernels, if this processor has the instructions.
pub(super) fn kernels() -> Option<Kernels> {
    is_x86_feature_detected!("avx2").then_some(Kernels { name: "AVX2", sieve, fine })
}

fn sieve(codes: &[[u8; GROUP]], tables: &[[u8; 32]], sums: &mut GroupSums, least: u16) -> u64 {
    // SAFETY: this function is reached through `kernels` only, which has seen that the instructions are there.
    unsafe { sieve_256(codes, tables, sums, least) }
}

fn fine(code: &[u8], probe: &[i8]) -> i32 {
    // SAFETY: as above.
    unsafe { fine_256(code, probe) }
}

/// Even faces plus 256 times odd ones modulo 2^16, and odd ones.
type Pairs = (__m256i, __m256i);

#[target_feature(enable = "avx2")]
fn sieve_256(codes: &[[u8; GROUP]], tables: &[[u8; 32]], sums: &mut GroupSums, least: u16) -> u64 {
    let zero = _mm256_setzero_si256();
    let (mut head, mut tail) = ((zero, zero), (zero, zero));
    let (row_pairs, row_rest) = codes.as_chunks::<2>();
    let (table_pairs, table_rest) = tables.as_chunks::<2>();
    for (rows, tables) in row_pairs.iter().zip(table_pairs) {
        let [first, second] = rows;
        let [first_table, second_table] = tables;
        let (a, b) = (look_up(first, first_table), look_up(second, second_table));
        head = add(head, _mm256_add_epi8(a.0, b.0));
        tail = add(tail, _mm256_add_epi8(a.1, b.1));
    }
    for (row, table) in row_rest.iter().zip(table_rest) {
        let two = look_up(row, table);
        head = add(head, two.0);
        tail = add(tail, two.1);
    }
    let (first, second) = sums.split_at_mut(GROUP / 2);
    let low = finish(head, first, least);
    let high = finish(tail, second, least);
    u64::from(high) << 32 | u64::from(low)
}

#[target_feature(enable = "avx2")]
#[inline]
fn add(pairs: Pairs, bytes: __m256i) -> Pairs {
    (_mm256_add_epi16(pairs.0, bytes), _mm256_add_epi16(pairs.1, _mm256_srli_epi16::<8>(bytes)))
}

/// For both halves of a row, the sum of the entries of one byte of each face.
#[target_feature(enable = "avx2")]
#[inline]
fn look_up(row: &[u8; GROUP], table: &[u8; 32]) -> Pairs {
    let low_bits = _mm256_set1_epi8(15);
    let (head, tail) = row.split_at(GROUP / 2);
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

/// Stores the sums of 32 faces in their order; a bit for each that is at least `least`.
#[target_feature(enable = "avx2")]
#[inline]
fn finish(pairs: Pairs, sums: &mut [u16], least: u16) -> u32 {
    let (all, odd) = pairs;
    let even = _mm256_sub_epi16(all, _mm256_slli_epi16::<8>(odd));
    let (low, high) = (_mm256_unpacklo_epi16(even, odd), _mm256_unpackhi_epi16(even, odd));
    let first = _mm256_permute2x128_si256::<0x20>(low, high);
    let second = _mm256_permute2x128_si256::<0x31>(low, high);
    debug_assert_eq!(sums.len(), 32);
    if let ([head, tail], _) = sums.as_chunks_mut::<16>() {
        // SAFETY: head and tail are arrays of 16 numbers of 16 bits, which is what is stored in each.
        unsafe {
            _mm256_storeu_si256(head.as_mut_ptr().cast(), first);
            _mm256_storeu_si256(tail.as_mut_ptr().cast(), second);
        }
    }
    // At least: the larger of both is the sum itself. Comparisons give 16 bits each; packing keeps 128-bit halves apart.
    let least = _mm256_set1_epi16(least.cast_signed());
    let first = _mm256_cmpeq_epi16(_mm256_max_epu16(first, least), first);
    let second = _mm256_cmpeq_epi16(_mm256_max_epu16(second, least), second);
    let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(first, second));
    _mm256_movemask_epi8(packed).cast_unsigned()
}

#[target_feature(enable = "avx2")]
fn fine_256(code: &[u8], probe: &[i8]) -> i32 {
    let (low_bits, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
    let (low_probe, high_probe) = probe.split_at_checked(code.len()).unwrap_or_default();
    let (codes, _) = code.as_chunks::<32>();
    let (low_probe, _) = low_probe.as_chunks::<32>();
    let (high_probe, _) = high_probe.as_chunks::<32>();
    let mut sum = _mm256_setzero_si256();
    for ((code, low_probe), high_probe) in codes.iter().zip(low_probe).zip(high_probe) {
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
