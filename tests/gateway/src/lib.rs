//! What the tests of the built gateway share: its clients by dialect, its backends by provider, and a pair of both.
#![forbid(unsafe_code)]
#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "a helper of tests fails by panicking")]

mod backend;
mod client;
mod heard;
mod stage;

pub use backend::{BACKENDS, Backend, KEY};
pub use client::{CLIENTS, Client};
pub use heard::{Heard, scrubbed};
pub use stage::Stage;

/// Every client's dialect with every backend.
pub fn pairs() -> impl Iterator<Item = (Client, Backend)> {
    CLIENTS.into_iter().flat_map(|client| BACKENDS.into_iter().map(move |backend| (client, backend)))
}
