//! For tests: an upstream that does what it is told, down to breaking every rule of HTTP; a runner of the built
//! gateway; a client; and sample answers of the four wire dialects.
//!
//! Nothing here sleeps: what has to wait awaits a signal, under a guard of [`GUARD`] that fails the test.
#![forbid(unsafe_code)]
#![allow(clippy::panic, clippy::expect_used, reason = "a helper of tests fails by panicking")]

mod client;
mod connection;
mod gate;
mod gateway;
mod http1;
mod reply;
pub mod samples;
mod seen;
pub mod sse;
mod upstream;

use std::future::Future;
use std::time::Duration;

pub use client::{Answer, Ask, Open};
pub use gate::Gate;
pub use gateway::{Gateway, Launch};
pub use reply::Reply;
pub use seen::Seen;
pub use upstream::Upstream;

/// How long anything may take before the test fails.
pub const GUARD: Duration = Duration::from_secs(10);

/// Awaits `future`; fails the test with `what` if it takes longer than [`GUARD`].
///
/// # Panics
/// It took too long.
pub async fn guarded<F: Future>(what: &str, future: F) -> F::Output {
    guarded_for(GUARD, what, future).await
}

async fn guarded_for<F: Future>(guard: Duration, what: &str, future: F) -> F::Output {
    let output = tokio::time::timeout(guard, future).await;
    output.unwrap_or_else(|_| panic!("{what}: nothing for {} s", guard.as_secs()))
}
