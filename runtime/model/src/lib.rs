//! The neutral chat documents (`dragoman.chat/1`): what clients ask and what providers answer, in no one's dialect.
//!
//! They cross the WIT boundary as JSON; `wit/schemas/` describes them for connectors in other languages. Every document
//! is open: unknown members are kept in `extra`, and what belongs to one dialect alone stands in `native` under that
//! dialect's name.
#![forbid(unsafe_code)]

mod document;

pub mod content;
pub mod dialect;
pub mod event;
pub mod failure;
pub mod fold;
pub mod json;
pub mod listing;
pub mod media;
pub mod native;
pub mod request;
pub mod response;

pub use content::Part;
pub use event::Event;
pub use failure::{Failure, FailureClass};
pub use json::Json;
pub use native::Native;
pub use request::Request;
pub use response::{Response, Usage};
