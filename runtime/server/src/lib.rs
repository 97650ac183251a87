//! hyper listeners, timeouts, drain, health.
#![forbid(unsafe_code)]

mod admin;
mod health;
mod listen;

pub use admin::Admin;
pub use health::Health;
pub use listen::{Bounds, Running, serve};
