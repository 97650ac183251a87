//! Runs connectors. The only crate that knows wasmtime.
//!
//! A connector's component is compiled once and instantiated per exchange, in a store of its own that is dropped with
//! the exchange and after any trap. It is linked to one import, the log. Every call has a deadline, and every resource
//! a bound; what a guest breaks has a [`Verdict`] with a name.

mod artefact;
mod bindings;
mod clock;
mod component;
mod engine;
mod exchange;
mod limits;
mod state;
mod verdict;

pub use bindings::dragoman::connector::types as wit;
pub use component::Connector;
pub use engine::{CONTRACT, ENGINE, Sandbox, SandboxError, feature_names};
pub use exchange::{Exchange, Fault, Step, Upstream, UpstreamBody};
pub use limits::Limits;
pub use state::LogLine;
pub use verdict::Verdict;
