//! Reading along in answers that flow through untouched.

use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::{Failure, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::Sniffer;
use crate::common::openai::{error, usage};
use crate::common::seek;

/// Reads usage, ending and errors out of chunks, or out of a whole completion.
#[derive(Debug)]
pub(super) struct ChatSniffer {
    stream: bool,
    usage: Option<Usage>,
    complete: bool,
    failure: Option<Failure>,
}

/// The members that matter, of a chunk and of a completion.
#[derive(Deserialize)]
struct Document {
    usage: Option<Value>,
    x_groq: Option<Value>,
    error: Option<Value>,
    #[serde(default)]
    choices: Option<Vec<Choice>>,
}

#[derive(Deserialize)]
struct Choice {
    finish_reason: Option<Value>,
    error: Option<Value>,
}

impl Sniffer for ChatSniffer {
    fn see(&mut self, _name: &str, data: &[u8]) {
        if data.trim_ascii() == b"[DONE]" {
            self.complete = true;
            return;
        }
        let Some(text) = seek::text(data) else { return };
        // Most chunks hold none of these with a value, and are not read any further.
        let telling = !self.stream
            || ["\"usage\"", "\"finish_reason\"", "\"error\""].iter().any(|name| seek::has_value(text, name));
        if telling && let Ok(document) = serde_json::from_str::<Document>(text) {
            self.read(document);
        }
    }

    fn usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    fn complete(&self) -> bool {
        self.complete || self.failure.is_some()
    }

    fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

impl ChatSniffer {
    /// A reader of a stream, or of a whole completion.
    pub(super) fn new(stream: bool) -> Self {
        Self { stream, usage: None, complete: false, failure: None }
    }

    fn read(&mut self, document: Document) {
        // Groq repeats the usage in a member of its own, early clients of it know no other.
        let groq = document.x_groq.as_ref().and_then(|own| own.get("usage"));
        if let Some(usage) = document.usage.as_ref().or(groq).and_then(usage::read_chat) {
            self.usage.get_or_insert_default().update(usage);
        }
        let choices = document.choices.unwrap_or_default();
        // A whole completion is complete even where a vendor leaves the reason out.
        self.complete |= !self.stream && !choices.is_empty();
        self.complete |= choices.iter().any(|choice| choice.finish_reason.as_ref().is_some_and(|why| why != "error"));
        // OpenRouter tells of an upstream's error in the choice that it spoilt.
        let told = document.error.or_else(|| choices.into_iter().find_map(|choice| choice.error));
        if let Some(told) = told.filter(|told| self.failure.is_none() && (told.is_object() || told.is_string())) {
            self.failure = Some(error::read(&told, OPENAI_CHAT));
        }
    }
}
