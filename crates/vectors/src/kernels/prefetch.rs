//! Asking for memory before it is needed.
#![allow(
    unsafe_code,
    reason = "an instruction that Rust has no safe form of: docs/decisions/0041-kernels.md"
)]

use super::GROUP;

/// Asks for the lines of the cache that hold these items. They arrive in the second-level cache while other work is done; on
/// a processor for which this is not written nothing happens.
#[inline]
pub(crate) fn prefetch<T>(items: &[T]) {
    let first = items.as_ptr().cast::<i8>();
    for at in (0..size_of_val(items)).step_by(GROUP) {
        line(first.wrapping_add(at));
    }
}

#[inline]
fn line(at: *const i8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch of any address does nothing that a program could see, and every such processor has the instruction.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T1 }>(at);
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above; the instruction reads one register and changes nothing.
    unsafe {
        std::arch::asm!("prfm pldl2keep, [{at}]", at = in(reg) at, options(nostack, preserves_flags, readonly));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = at;
}
