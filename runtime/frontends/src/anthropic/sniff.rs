//! Reads what an answer cost and how it ended as it flows by.

use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use dragoman_model::{Failure, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::error;
use crate::Sniffer;
use crate::common::seek;

/// What of a document is read; the rest is skipped.
#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    r#type: String,
    usage: Option<Value>,
    message: Option<Head>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Head {
    usage: Option<Value>,
}

/// The dialect's counts: each event's replace the earlier ones, count by count.
#[derive(Default, Deserialize)]
struct Counts {
    input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    output_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    thinking_tokens: Option<u64>,
}

impl Counts {
    fn update(&mut self, newer: Self) {
        self.input_tokens = newer.input_tokens.or(self.input_tokens);
        self.cache_creation_input_tokens = newer.cache_creation_input_tokens.or(self.cache_creation_input_tokens);
        self.cache_read_input_tokens = newer.cache_read_input_tokens.or(self.cache_read_input_tokens);
        self.output_tokens = newer.output_tokens.or(self.output_tokens);
        self.output_tokens_details = newer.output_tokens_details.or(self.output_tokens_details.take());
    }

    fn neutral(&self) -> Usage {
        let cached = [self.cache_read_input_tokens, self.cache_creation_input_tokens];
        let beside: u64 = cached.into_iter().flatten().fold(0, u64::saturating_add);
        Usage {
            input_tokens: self.input_tokens.map(|tokens| tokens.saturating_add(beside)),
            output_tokens: self.output_tokens,
            cached_tokens: self.cache_read_input_tokens,
            cache_write_tokens: self.cache_creation_input_tokens,
            reasoning_tokens: self.output_tokens_details.as_ref().and_then(|details| details.thinking_tokens),
            ..Usage::default()
        }
    }
}

/// Reads answers in this dialect.
#[derive(Default)]
pub(super) struct Reader {
    counts: Counts,
    usage: Option<Usage>,
    complete: bool,
    failure: Option<Failure>,
}

/// Events that tell nothing about cost and ending; most of a stream.
const PLAIN: [&str; 4] = ["content_block_delta", "content_block_start", "content_block_stop", "ping"];

impl Sniffer for Reader {
    fn see(&mut self, name: &str, data: &[u8]) {
        let tells = ["\"usage\"", "\"message_stop\"", "\"error\""];
        if PLAIN.contains(&name) {
            return;
        }
        let Some(text) = seek::text(data).filter(|text| tells.iter().any(|word| text.contains(word))) else { return };
        let Ok(seen) = serde_json::from_str::<Seen>(text) else { return };
        match seen.r#type.as_str() {
            "error" => self.fail(&seen.error.unwrap_or_default()),
            "message_stop" | "message" => self.complete = true,
            _ => {}
        }
        // Counts that cannot be read are no reason to overlook the ending.
        let counts = seen.message.and_then(|head| head.usage).or(seen.usage);
        if let Some(counts) = counts.and_then(|counts| serde_json::from_value(counts).ok()) {
            self.counts.update(counts);
            self.usage = Some(self.counts.neutral());
        }
    }

    fn usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    fn complete(&self) -> bool {
        self.complete
    }

    fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

impl Reader {
    fn fail(&mut self, told: &Value) {
        let word = |name| told.get(name).and_then(Value::as_str);
        let kind = word("type").unwrap_or_default();
        let failure = seek::told(error::class(kind), word("message"), ANTHROPIC_MESSAGES, told);
        self.failure = Some(failure.with_code(kind));
        self.complete = true;
    }
}
