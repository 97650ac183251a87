//! Why answers end.

use dragoman_connector::model::response::{Finish, FinishReason};
use serde_json::Value;

/// The reasons by number: some servers write the enumeration so.
const NUMBERED: [&str; 12] = [
    "FINISH_REASON_UNSPECIFIED",
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MALFORMED_FUNCTION_CALL",
    "LANGUAGE",
    "IMAGE_SAFETY",
];

/// The word that `value` is or stands for; `None` where it says nothing.
pub(crate) fn word(value: &Value) -> Option<String> {
    let word = match value {
        Value::String(word) => word.clone(),
        number => {
            let number = usize::try_from(number.as_u64()?).ok()?;
            NUMBERED.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
        }
    };
    (!word.is_empty() && !word.ends_with("_UNSPECIFIED")).then_some(word)
}

/// Why a candidate ended, in the provider's words.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) word: String,
    pub(crate) message: Option<String>,
    /// It is the prompt that was held back.
    pub(crate) blocked: bool,
}

impl Ending {
    /// In neutral words; `called` tells that tools were called.
    pub(crate) fn finish(self, called: bool) -> Finish {
        let reason = if self.blocked { FinishReason::ContentFilter } else { reason(&self.word, called) };
        Finish { native_reason: Some(self.word), message: self.message, ..Finish::new(reason) }
    }
}

fn reason(word: &str, called: bool) -> FinishReason {
    match word {
        "STOP" if called => FinishReason::ToolCalls,
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY"
        | "RECITATION"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "LANGUAGE"
        | "MODEL_ARMOR"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => FinishReason::ContentFilter,
        "MALFORMED_FUNCTION_CALL" => FinishReason::MalformedToolCall,
        other => FinishReason::Other(other.to_owned()),
    }
}
