//! One request from start to end. The only conductor: it alone hands facts to telemetry.
//!
//! ```text
//! route -> decode -> select -> begin (guest) -> send -> frames (guest) -> encode -> settle
//! ```
//! No arrow goes back up.
#![forbid(unsafe_code)]

mod admit;
mod backend;
mod body;
mod chat;
mod count;
mod defaults;
mod flow;
mod gateway;
mod guest;
mod listing;
mod outcome;
mod relay;
mod reply;
mod route;
mod select;
mod send;
mod stream;
mod tally;
mod translate;
mod visit;

pub use backend::StartError;
pub use body::Body;
pub use gateway::Gateway;
