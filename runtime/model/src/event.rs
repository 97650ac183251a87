//! The answer in pieces.
//!
//! A stream is `start`, then per part `open`, any number of `delta`s and `close`, then `finish` per candidate, `usage`
//! whenever the provider tells it, and `end`. Nothing but `end` is a clean ending. Parts of one candidate are numbered
//! from 0 in the order in which they were opened; several may be open at once.

use serde_json::{Map, Value};

use crate::content::{Citation, Part};
use crate::document::{document, tagged, variants};
use crate::failure::Failure;
use crate::native::Native;
use crate::response::{Finish, Response, TokenLogprob, Usage};

tagged! {
    /// One piece of an answer.
    pub enum Event {
        /// The answer begins.
        Start(Start) = "start",
        /// A part begins.
        Open(Open) = "open",
        /// A part goes on.
        Delta(Delta) = "delta",
        /// A part is complete.
        Close(Close) = "close",
        /// A candidate is complete.
        Finish(CandidateFinish) = "finish",
        /// What it cost so far. Later reports replace earlier ones, count by count.
        Usage(UsageReport) = "usage",
        /// The provider's stream ended as its dialect says it must.
        End(End) = "end",
        /// The provider told of a failure inside a stream that had begun.
        Failure(Failure) = "failure",
        /// A whole answer at once; stands alone.
        Response(Response) = "response",
        /// Something that only one dialect has.
        Native(NativeEvent) = "native",
    }
}

variants! { Event:
    Start(Start),
    Open(Open),
    Delta(Delta),
    Close(Close),
    Finish(CandidateFinish),
    Usage(UsageReport),
    End(End),
    Failure(Failure),
    Response(Response),
    Native(NativeEvent),
}

document! {
    /// The answer begins.
    #[derive(Default)]
    pub struct Start {
        /// The provider's id of the answer.
        pub id: Option<String>,
        /// The model that answers, by the provider's name.
        pub model: Option<String>,
        /// When it was made, in seconds since 1970.
        pub created: Option<u64>,
        /// The service tier that serves it.
        pub service_tier: Option<String>,
        /// What it cost so far, where the provider tells it at the head.
        pub usage: Option<Usage>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// A part begins.
    pub struct Open {
        /// Which candidate, from 0.
        pub candidate: u32,
        /// Which part of it, from 0, in the order of opening.
        pub part: u32,
        /// The part with what is known of it. Its text or arguments are usually empty and come as deltas; deltas
        /// are appended to what stands here.
        pub content: Part,
    }
}

document! {
    /// A part goes on. Every member is appended to what the part has.
    #[derive(Default)]
    pub struct Delta {
        /// Which candidate, from 0.
        pub candidate: u32,
        /// Which part.
        pub part: u32,
        /// More of a text, refusal or reasoning's text, or of a tool call's arguments.
        pub text: Option<String>,
        /// With `text`: it belongs to this summary of a reasoning part, from 0.
        pub summary: Option<u32>,
        /// More of the part's signature.
        pub signature: Option<String>,
        /// More of the part's opaque state.
        pub opaque: Option<String>,
        /// More of an inline medium, base64.
        pub data: Option<String>,
        /// More of a sound's transcript.
        pub transcript: Option<String>,
        /// Further citations.
        pub citations: Vec<Citation>,
        /// Log probabilities of the tokens in `text`.
        pub logprobs: Vec<TokenLogprob>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

impl Delta {
    /// More text of a part of the first candidate.
    #[must_use]
    pub fn text(part: u32, text: impl Into<String>) -> Self {
        Self { part, text: Some(text.into()), ..Self::default() }
    }
}

document! {
    /// A part is complete.
    #[derive(Default)]
    pub struct Close {
        /// Which candidate, from 0.
        pub candidate: u32,
        /// Which part.
        pub part: u32,
    }
}

document! {
    /// A candidate is complete.
    pub struct CandidateFinish {
        /// Which candidate, from 0.
        pub candidate: u32,
        /// Why it ended.
        pub finish: Finish,
        /// Members of the candidate that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// What it cost so far.
    #[derive(Default)]
    pub struct UsageReport {
        /// The counts.
        pub usage: Usage,
    }
}

document! {
    /// The clean ending.
    #[derive(Default)]
    pub struct End {
        /// Members of the answer that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// Something that only one dialect has.
    pub struct NativeEvent {
        /// The dialect.
        pub dialect: String,
        /// The event as that dialect writes it.
        pub value: Value,
    }
}

impl CandidateFinish {
    /// The first candidate ended with `finish`.
    #[must_use]
    pub fn new(candidate: u32, finish: Finish) -> Self {
        Self { candidate, finish, native: Native::default(), extra: Map::new() }
    }
}

impl Open {
    /// The part numbered `part` of `candidate` begins as `content`.
    #[must_use]
    pub fn new(candidate: u32, part: u32, content: impl Into<Part>) -> Self {
        Self { candidate, part, content: content.into(), extra: Map::new() }
    }
}

impl NativeEvent {
    /// The event `value` of `dialect`.
    #[must_use]
    pub fn new(dialect: &str, value: Value) -> Self {
        Self { dialect: dialect.to_owned(), value, extra: Map::new() }
    }
}
