//! The built gateway, between scripted clients and scripted providers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod admin;
mod answers;
mod chunking;
mod credentials;
mod drain;
mod echo;
mod endings;
mod errors;
mod faults;
mod guests;
mod listings;
mod relay;
mod requests;
