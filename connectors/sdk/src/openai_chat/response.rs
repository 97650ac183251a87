//! The whole answer, and the smaller things that it has in common with a stream.

use serde_json::{Map, Value};

use crate::model::content::{Citation, CitationKind};
use crate::model::dialect::OPENAI_CHAT;
use crate::model::fold::Fold;
use crate::model::response::{FinishReason, TokenLogprob};
use crate::model::{Failure, Response};

use super::Reader;

/// Reads a whole answer.
///
/// # Errors
/// `upstream` where `body` is no chat completion; the provider's own failure where it tells one inside a success.
pub fn response(body: &str) -> Result<Response, Failure> {
    let mut fold = Fold::default();
    let mut reader = Reader::whole();
    reader.chunk(body, &mut |event| fold.push(event))?;
    reader.end(&mut |event| fold.push(event));
    Ok(fold.into_response())
}

/// A finish reason in neutral words: OpenAI's own, and what vendors say in its place.
#[must_use]
pub fn finish_reason(word: &str) -> FinishReason {
    match word {
        "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" | "STOP" | "COMPLETE" => FinishReason::Stop,
        "length" | "max_tokens" | "model_length" | "MAX_TOKENS" => FinishReason::Length,
        "tool_calls" | "tool_call" | "function_call" | "tool_use" => FinishReason::ToolCalls,
        "content_filter" | "sensitive" | "SAFETY" => FinishReason::ContentFilter,
        "error" | "network_error" | "insufficient_system_resource" | "engine_overloaded" => FinishReason::Error,
        other => FinishReason::Other(other.to_owned()),
    }
}

/// Reads a list of tokens with their log probabilities; what is no such list has none.
#[must_use]
pub fn logprobs(tokens: Value) -> Vec<TokenLogprob> {
    let Value::Array(tokens) = tokens else { return Vec::new() };
    tokens.into_iter().filter_map(token).collect()
}

fn token(value: Value) -> Option<TokenLogprob> {
    let Value::Object(members) = value else { return None };
    let mut token = TokenLogprob {
        token: String::new(),
        logprob: 0.into(),
        bytes: None,
        top: Vec::new(),
        native: crate::model::Native::default(),
        extra: Map::new(),
    };
    for (name, value) in members {
        match (name.as_str(), value) {
            ("token", Value::String(text)) => token.token = text,
            ("logprob", Value::Number(number)) => token.logprob = number,
            ("bytes", Value::Array(bytes)) => {
                let byte = |value: &Value| value.as_u64().and_then(|byte| u8::try_from(byte).ok());
                token.bytes = bytes.iter().map(byte).collect();
            }
            ("top_logprobs", top @ Value::Array(_)) => token.top = logprobs(top),
            (_, Value::Null) => {}
            (_, value) => token.native.put(OPENAI_CHAT, name, value),
        }
    }
    Some(token)
}

/// Reads the members of a `url_citation`; what it says beyond the neutral citation is kept under `dialect`.
#[must_use]
pub fn url_citation(members: Map<String, Value>, dialect: &str) -> Citation {
    let mut citation = Citation::new(CitationKind::Url);
    for (name, value) in members {
        match (name.as_str(), value) {
            ("type", _) | (_, Value::Null) => {}
            ("url", Value::String(url)) => citation.url = Some(url),
            ("title", Value::String(title)) => citation.title = Some(title),
            ("content", Value::String(words)) => citation.cited_text = Some(words),
            ("start_index", Value::Number(at)) => citation.start = at.as_u64(),
            ("end_index", Value::Number(at)) => citation.end = at.as_u64(),
            (_, value) => citation.native.put(dialect, name, value),
        }
    }
    citation
}
