//! Client dialects: what a client writes into the neutral model, and the neutral model into what the client reads.
//!
//! A front end does no I/O, has no clock and no random source: what it needs of these comes in [`Scene`].
#![forbid(unsafe_code)]

mod arguments;
mod common;
mod envelope;
mod sequence;

pub mod anthropic;
pub mod failure;
pub mod gemini;
pub mod openai_chat;
pub mod openai_responses;

use dragoman_model::listing::{ModelList, TokenCount};
use dragoman_model::{Event, Failure, Request, Response, Usage};

/// What a front end may know of the world outside the request.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// The model as the client named it, backend prefix included.
    pub asked_model: String,
    /// Whether the client wants the answer in pieces (`stream: true`, or the path's verb).
    pub stream: bool,
    /// Whether a Gemini stream is wanted as server-sent events; otherwise as one JSON array.
    pub sse: bool,
    /// Seconds since 1970, for dialects whose answers carry a time that the provider did not give.
    pub now_s: u64,
    /// Unique to the request, of the letters `0-9a-f`: the stem of ids that the provider did not give.
    pub id: String,
}

/// A client's request, decoded.
pub struct Asked {
    /// In neutral words.
    pub request: Request,
    /// Writes the answer; remembers what of the request an answer must echo.
    pub answer: Box<dyn Answer>,
}

/// Writes one answer in the client's dialect.
pub trait Answer: Send {
    /// A whole answer as the body of a 200.
    fn whole(&mut self, response: Response) -> Vec<u8>;

    /// The value of `content-type` of a stream.
    fn stream_content_type(&self) -> &'static str {
        "text/event-stream"
    }

    /// Appends to `out` what the client reads of `event`. After [`Event::End`] the stream is complete: nothing more
    /// is written.
    fn event(&mut self, event: Event, out: &mut Vec<u8>);

    /// Appends the dialect's own error to a stream that has begun. It is the stream's last word, and never reads as
    /// a clean ending.
    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>);
}

/// Reads, without changing a byte, an answer that flows through in the client's own dialect.
pub trait Sniffer: Send {
    /// Takes in the `data` of one server-sent event (or the whole body of an answer that is not streamed) with its
    /// event name, empty where there is none.
    fn see(&mut self, name: &str, data: &[u8]);

    /// What it cost, as far as the provider has told.
    fn usage(&self) -> Option<&Usage>;

    /// Whether the dialect's own ending has been seen (for OpenAI chat a finish reason or `[DONE]`, for responses a
    /// terminal event, for Anthropic `message_stop`, for Gemini a finish reason or a blocked prompt), or its own error.
    fn complete(&self) -> bool;

    /// The error that the provider told inside a stream or inside a 200, if it did.
    fn failure(&self) -> Option<&Failure>;
}

/// The codec of one dialect.
pub trait Frontend: Send + Sync {
    /// The dialect's name, one of `dragoman_model::dialect`.
    fn dialect(&self) -> &'static str;

    /// Reads a chat request.
    ///
    /// # Errors
    /// A failure of the class `invalid-request` that names the member at fault in `param`.
    fn decode(&self, body: &[u8], scene: &Scene) -> Result<Asked, Failure>;

    /// Reads a request for a token count. Dialects without such an operation refuse.
    ///
    /// # Errors
    /// As [`Frontend::decode`]; `not-found` where the dialect has no such operation.
    fn decode_count(&self, body: &[u8], scene: &Scene) -> Result<Request, Failure>;

    /// The body that answers a token count.
    fn encode_count(&self, count: &TokenCount) -> Vec<u8>;

    /// The body that answers a listing of models.
    fn encode_models(&self, models: &ModelList, scene: &Scene) -> Vec<u8>;

    /// The body of an error answer; its status is [`failure::status`].
    fn encode_failure(&self, failure: &Failure, scene: &Scene) -> Vec<u8>;

    /// A reader for answers in this dialect that flow through untouched.
    fn sniffer(&self, stream: bool) -> Box<dyn Sniffer>;

    /// Appends this dialect's own error to a stream that flowed through untouched. It is the stream's last word.
    fn fail_relayed(&self, failure: &Failure, scene: &Scene, out: &mut Vec<u8>);

    /// Whether `body` is an error in this dialect's own shape.
    fn is_error_body(&self, body: &[u8]) -> bool;
}
