//! Reads what an answer cost and how it ended as it flows by.

use dragoman_model::dialect::GEMINI;
use dragoman_model::{Failure, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::error;
use crate::Sniffer;
use crate::common::seek;

/// What of a document is read; the rest is skipped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    #[serde(default)]
    candidates: Option<Vec<Candidate>>,
    usage_metadata: Option<Value>,
    prompt_feedback: Option<Feedback>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    finish_reason: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<Value>,
}

/// The dialect's counts: those of what a tool read stand beside the prompt's, those of thoughts beside the answer's.
#[derive(Deserialize)]
struct Counts {
    #[serde(rename = "promptTokenCount")]
    prompt: Option<u64>,
    #[serde(rename = "toolUsePromptTokenCount")]
    tool_use: Option<u64>,
    #[serde(rename = "candidatesTokenCount")]
    candidates: Option<u64>,
    #[serde(rename = "thoughtsTokenCount")]
    thoughts: Option<u64>,
    #[serde(rename = "cachedContentTokenCount")]
    cached: Option<u64>,
    #[serde(rename = "totalTokenCount")]
    total: Option<u64>,
}

impl Counts {
    fn neutral(&self) -> Usage {
        let sum = |one: Option<u64>, other: Option<u64>| {
            (one.is_some() || other.is_some())
                .then(|| one.unwrap_or_default().saturating_add(other.unwrap_or_default()))
        };
        Usage {
            input_tokens: sum(self.prompt, self.tool_use),
            output_tokens: sum(self.candidates, self.thoughts),
            total_tokens: self.total,
            cached_tokens: self.cached,
            reasoning_tokens: self.thoughts,
            ..Usage::default()
        }
    }
}

/// Reads answers in this dialect.
#[derive(Default)]
pub(super) struct Reader {
    /// A whole answer is complete when it can be read.
    stream: bool,
    usage: Option<Usage>,
    complete: bool,
    failure: Option<Failure>,
}

impl Sniffer for Reader {
    fn see(&mut self, _name: &str, data: &[u8]) {
        let tells = ["usageMetadata", "finishReason", "blockReason", "\"error\""];
        let worth = |text: &&str| !self.stream || tells.iter().any(|word| text.contains(word));
        let Some(text) = seek::text(data).filter(worth) else { return };
        // A stream without server-sent events is one array.
        let is_array = text.trim_start().starts_with('[');
        let seen =
            if is_array { serde_json::from_str(text) } else { serde_json::from_str(text).map(|one: Seen| vec![one]) };
        for document in seen.unwrap_or_default() {
            self.take_in(document);
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
    /// A reader for a stream or for a whole answer.
    pub(super) fn new(stream: bool) -> Self {
        Self { stream, ..Self::default() }
    }

    fn take_in(&mut self, seen: Seen) {
        // Counts that cannot be read are no reason to overlook the ending.
        if let Some(counts) = seen.usage_metadata.and_then(|counts| serde_json::from_value::<Counts>(counts).ok()) {
            self.usage.get_or_insert_default().update(counts.neutral());
        }
        // Words, or their numbers where the client asked for these.
        let told =
            |word: &Value| *word != "FINISH_REASON_UNSPECIFIED" && *word != "BLOCK_REASON_UNSPECIFIED" && *word != 0;
        let mut reasons = seen.candidates.iter().flatten().map(|candidate| &candidate.finish_reason);
        let ended = reasons.any(|reason| reason.as_ref().is_some_and(told));
        let blocked = seen.prompt_feedback.and_then(|feedback| feedback.block_reason).as_ref().is_some_and(told);
        self.complete |= ended || blocked || !self.stream;
        if let Some(told) = seen.error.filter(Value::is_object) {
            let word = |name| told.get(name).and_then(Value::as_str);
            let status = word("status").unwrap_or_default();
            let class = error::class(told.get("code").and_then(Value::as_u64), status);
            let failure = seek::told(class, word("message"), GEMINI, &told);
            self.failure = Some(failure.with_code(status));
            self.complete = true;
        }
    }
}
