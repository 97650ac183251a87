//! Write a Dragoman connector in Rust.
//!
//! A connector is a type that implements [`Provider`]: how its provider's requests are written, how answers and streams
//! are read, and what errors mean. It sees no key, opens no socket and has no clock but [`Context::now_ms`]; the host
//! does the rest. One value of the type serves one exchange, so state between calls is just its fields.
//!
//! ```ignore
//! struct Acme;
//! impl dragoman_connector::Provider for Acme { /* ... */ }
//! dragoman_connector::export!(Acme);
//! ```

mod adapter;
pub mod base64;
pub mod bindings;
mod call;
mod context;
mod events;
pub mod http;
pub mod ids;
pub mod json;
pub mod log;
pub mod loss;
pub mod media;
pub mod openai_chat;

pub use adapter::{Component, Running};
pub use call::{Begin, Call, Edit};
pub use context::{Context, Relay};
pub use dragoman_model as model;
pub use events::Events;
pub use loss::Loss;

use model::listing::{ModelList, TokenCount};
use model::{Failure, FailureClass, Request, Response};

/// One piece of an upstream body that the host has cut.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The event name of a server-sent event, or empty.
    pub name: &'a str,
    /// Its data.
    pub text: &'a str,
}

/// How the upstream body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// As HTTP says it should.
    Eof,
    /// The client went away.
    Cancelled,
    /// The provider was silent for too long.
    Timeout,
    /// The connection broke.
    Transport,
}

/// What is peculiar to one provider.
///
/// Only [`new`](Self::new), [`chat`](Self::chat), [`response`](Self::response), [`event`](Self::event) and
/// [`failure`](Self::failure) must be written; an operation that is not there answers `unsupported`.
pub trait Provider: Sized + 'static {
    /// Begins an exchange.
    ///
    /// # Errors
    /// A failure ends the exchange before anything is sent.
    fn new(context: &Context) -> Result<Self, Failure>;

    /// Writes a chat request.
    ///
    /// # Errors
    /// `unsupported` or `invalid-request` where the provider cannot be asked this.
    fn chat(&mut self, context: &Context, request: Request) -> Result<Begin, Failure>;

    /// Reads a whole chat answer.
    ///
    /// # Errors
    /// `upstream` where the body is not what the provider's API promises, or tells of an error itself.
    fn response(&mut self, body: &str) -> Result<Response, Failure>;

    /// Reads one frame of a streamed chat answer.
    ///
    /// # Errors
    /// Ends the stream with this failure.
    fn event(&mut self, frame: Frame<'_>, out: &mut Events) -> Result<(), Failure>;

    /// The streamed body is over. A provider whose streams have a closing event need do nothing: without
    /// [`Events::end`] the host tells the client that the stream was cut. One whose streams just end calls it here,
    /// if what came before was complete.
    fn finish(&mut self, cause: Cause, out: &mut Events) {
        let _ = (cause, out);
    }

    /// Reads an error answer. It cannot fail: what is not understood is classed by its status.
    fn failure(&mut self, status: u16, headers: &[(String, String)], body: &str) -> Failure;

    /// Lets the client's own document through, for a manifest that names the client's dialect.
    ///
    /// # Errors
    /// As [`chat`](Self::chat).
    fn relay(&mut self, context: &Context, operation: &str, document: &Relay) -> Result<Call, Failure> {
        let _ = (context, document);
        Err(unsupported(operation))
    }

    /// Asks which models there are. `page` is the `next` of the page before, or empty.
    ///
    /// # Errors
    /// As [`chat`](Self::chat).
    fn list_models(&mut self, context: &Context, page: &str) -> Result<Begin, Failure> {
        let _ = (context, page);
        Err(unsupported("models.list"))
    }

    /// Reads the listing of models.
    ///
    /// # Errors
    /// As [`response`](Self::response).
    fn models(&mut self, body: &str) -> Result<ModelList, Failure> {
        let _ = body;
        Err(unsupported("models.list"))
    }

    /// Asks how many tokens a prompt has.
    ///
    /// # Errors
    /// As [`chat`](Self::chat).
    fn count_tokens(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        let _ = (context, request);
        Err(unsupported("tokens.count"))
    }

    /// Reads a token count.
    ///
    /// # Errors
    /// As [`response`](Self::response).
    fn token_count(&mut self, body: &str) -> Result<TokenCount, Failure> {
        let _ = body;
        Err(unsupported("tokens.count"))
    }
}

/// The failure of a connector that lacks `operation`.
#[must_use]
pub fn unsupported(operation: &str) -> Failure {
    Failure::new(FailureClass::Unsupported, format!("this backend's connector does not support `{operation}`"))
}

/// The failure for a body that cannot be read; `what` names what was expected.
#[must_use]
pub fn unreadable(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(FailureClass::Upstream, format!("the provider's answer is not {what}: {error}"))
}

/// Makes `$provider` the connector that this crate is compiled to.
#[macro_export]
macro_rules! export {
    ($provider:ty) => {
        // Elsewhere the contract's names are no names that a linker takes: there the crate is a library, for tests.
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type ExportedComponent = $crate::Component<$provider>;
    $crate::bindings::export_connector!(ExportedComponent with_types_in $crate::bindings);
        };
    };
}
