//! The Overt server: everything that talks.
//!
//! Owns HTTP, the operations, the command line and the configuration. `main` only starts what is built here, so that
//! tests run the whole server in their own process.
//!
//! # Invariants
//! - Every request of the API passes one function (see `http`), in the same order.
//! - tokio appears in this crate and in no other; work on pixels runs on the worker threads of `admission`.
//! - Standard output carries data, standard error carries logs and progress.

pub mod account;
mod admission;
mod alarms;
mod bench;
mod card;
pub mod cli;
pub mod config;
pub mod convert;
pub mod data;
pub mod draw;
pub mod engine;
pub mod error;
pub mod http;
pub mod interrupt;
pub mod objects;
pub mod ops;
pub(crate) mod page;
pub mod recognition;
pub mod remote;
mod rights;
pub mod server;
mod sha256;
mod subject;
pub mod telemetry;
pub mod transparency;
mod upkeep;
pub mod weights;

#[cfg(test)]
mod testing;
