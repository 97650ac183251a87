//! Facts into metrics and the access log.
//!
//! The rest of the server hands over [`Facts`]; the names of metrics and of log fields exist only here. Label values
//! come from the configuration and from fixed lists, never from a client.
#![forbid(unsafe_code)]

mod access;
mod facts;
mod metrics;

pub use facts::{Facts, Outcome};
pub use metrics::Metrics;
