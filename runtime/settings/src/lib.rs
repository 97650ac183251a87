//! The configuration of Dragoman.
//!
//! [`load`] reads YAML from a [`Source`], interpolates `${VAR}`, checks everything it finds, asks the caller about the
//! connectors that are named, and returns [`Settings`] that need no further checking, or [`Diagnostics`]: every fault
//! at once, each with its file, line, caret, rule and hint. It is the only crate that knows YAML; it has no clock and
//! no runtime, and environment variables reach it through the function that it is given.

#![forbid(unsafe_code)]

mod auth;
mod backend;
mod connector;
mod credential;
mod diagnostic;
mod endpoint;
mod findings;
mod fleet;
mod interpolate;
mod keys;
mod limits;
mod load;
mod mask;
mod models;
mod parse;
mod preset;
mod read;
mod refusal;
mod render;
mod scalar;
mod schema;
mod sheet;
mod tree;
mod units;

pub use auth::Auth;
pub use backend::Backend;
pub use connector::{ConnectorFacts, ConnectorRef};
pub use credential::{Credential, CredentialSource};
pub use diagnostic::{Code, Diagnostic, Diagnostics, Severity};
pub use fleet::LeftOut;
pub use limits::{Log, LogFormat, SandboxLimits, ServerLimits};
pub use load::{Loaded, Overrides, Settings, Source, load};
pub use models::{ModelLimits, ModelSettings};
pub use schema::{backend_schema, schema};
