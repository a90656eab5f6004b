// Written by `cargo xtask codegen` from the service model; do not edit.

//! The 75 operations and 549 shapes of the service model, version 2016-06-27.
//!
//! Facts only: names, types, constraints, errors. One structure per shape, every member optional; a shape
//! without members of its own (text, numbers, lists) appears as the type of the members that use it, and in
//! [`constraints`] if it has any.

pub mod constraints;
mod enums;
mod errors;
mod operations;
mod requests;
pub mod structures;

pub use enums::*;
pub use errors::ErrorCode;
pub use operations::Operation;
pub use requests::Request;
pub use structures::*;
