//! The whole answer, and what it cost.

use serde_json::{Map, Number};

use crate::content::Part;
use crate::document::{document, words};
use crate::native::Native;

document! {
    /// A whole answer.
    #[derive(Default)]
    pub struct Response {
        /// The provider's id of the answer.
        pub id: Option<String>,
        /// The model that answered, by the provider's name.
        pub model: Option<String>,
        /// When it was made, in seconds since 1970.
        pub created: Option<u64>,
        /// The answers, by index.
        pub candidates: Vec<Candidate>,
        /// What it cost.
        pub usage: Option<Usage>,
        /// The service tier that served it.
        pub service_tier: Option<String>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// One answer of possibly several.
    #[derive(Default)]
    pub struct Candidate {
        /// Which, from 0.
        pub index: u32,
        /// What was said.
        pub content: Vec<Part>,
        /// Why it ended; absent where the provider did not say.
        pub finish: Option<Finish>,
        /// Log probabilities of the text's tokens.
        pub logprobs: Vec<TokenLogprob>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

words! {
    /// Why an answer ended.
    pub enum FinishReason {
        /// The model was done, or met a stop text.
        Stop = "stop",
        /// The token limit was reached.
        Length = "length",
        /// The model wants tools to be called.
        ToolCalls = "tool-calls",
        /// A filter held the answer back.
        ContentFilter = "content-filter",
        /// The model refused.
        Refusal = "refusal",
        /// A long turn was paused; send it back to go on (Anthropic's `pause_turn`).
        Pause = "pause",
        /// The context window was full.
        ContextWindow = "context-window",
        /// The model wrote a tool call that cannot be read (Gemini's `MALFORMED_FUNCTION_CALL`).
        MalformedToolCall = "malformed-tool-call",
        /// The provider stopped on an error of its own.
        Error = "error",
    }
}

document! {
    /// Why an answer ended.
    pub struct Finish {
        /// In neutral words.
        pub reason: FinishReason,
        /// The stop text that was met, where the provider says it.
        pub stop_sequence: Option<String>,
        /// The provider's own word.
        pub native_reason: Option<String>,
        /// The provider's explanation.
        pub message: Option<String>,
    }
}

impl Finish {
    /// An ending for `reason`.
    #[must_use]
    pub fn new(reason: FinishReason) -> Self {
        Self { reason, stop_sequence: None, native_reason: None, message: None, extra: Map::new() }
    }
}

document! {
    /// A token and how likely it was.
    pub struct TokenLogprob {
        /// The token's text.
        pub token: String,
        /// Natural logarithm of its probability.
        pub logprob: Number,
        /// The token's bytes, where the provider gives them.
        pub bytes: Option<Vec<u8>>,
        /// The likeliest tokens at its place.
        pub top: Vec<TokenLogprob>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// What an exchange cost, in tokens. A count that the provider did not give is absent.
    #[derive(Default)]
    pub struct Usage {
        /// All tokens read: cached ones and those written to the cache included.
        pub input_tokens: Option<u64>,
        /// All tokens written: reasoning included.
        pub output_tokens: Option<u64>,
        /// The provider's own total, where it gives one.
        pub total_tokens: Option<u64>,
        /// Of the input: read from the provider's cache.
        pub cached_tokens: Option<u64>,
        /// Of the input: written to the provider's cache.
        pub cache_write_tokens: Option<u64>,
        /// Of the output: reasoning.
        pub reasoning_tokens: Option<u64>,
        /// Of the input: sound.
        pub audio_input_tokens: Option<u64>,
        /// Of the output: sound.
        pub audio_output_tokens: Option<u64>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

impl Usage {
    /// Takes over every count that `newer` has: providers report usage in pieces, the last word counts.
    pub fn update(&mut self, newer: Self) {
        let pairs = [
            (&mut self.input_tokens, newer.input_tokens),
            (&mut self.output_tokens, newer.output_tokens),
            (&mut self.total_tokens, newer.total_tokens),
            (&mut self.cached_tokens, newer.cached_tokens),
            (&mut self.cache_write_tokens, newer.cache_write_tokens),
            (&mut self.reasoning_tokens, newer.reasoning_tokens),
            (&mut self.audio_input_tokens, newer.audio_input_tokens),
            (&mut self.audio_output_tokens, newer.audio_output_tokens),
        ];
        for (mine, theirs) in pairs {
            *mine = theirs.or(*mine);
        }
        for (dialect, members) in newer.native.0 {
            if let serde_json::Value::Object(members) = members {
                self.native.put_all(&dialect, members);
            }
        }
    }
}
