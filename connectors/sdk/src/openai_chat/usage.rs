//! What an answer cost.

use serde_json::{Map, Value};

use crate::model::Usage;
use crate::model::dialect::OPENAI_CHAT;

/// Reads a `usage` object. What it cost in another vendor's words is understood too (`prompt_cache_hit_tokens` of
/// DeepSeek, `cached_tokens` of Moonshot, `num_cached_tokens` of Mistral, `cache_read_input_tokens` of gateways).
pub(super) fn usage(members: Map<String, Value>) -> Usage {
    let mut usage = Usage::default();
    let mut rest = Map::new();
    let mut cached_elsewhere = None;
    for (name, value) in members {
        let place = match name.as_str() {
            "prompt_tokens" => &mut usage.input_tokens,
            "completion_tokens" => &mut usage.output_tokens,
            "total_tokens" => &mut usage.total_tokens,
            "reasoning_tokens" => &mut usage.reasoning_tokens,
            "cache_creation_input_tokens" => &mut usage.cache_write_tokens,
            "prompt_cache_hit_tokens" | "cached_tokens" | "num_cached_tokens" | "cache_read_input_tokens" => {
                cached_elsewhere = count(&value).or(cached_elsewhere);
                rest.insert(name, value);
                continue;
            }
            "prompt_tokens_details" | "completion_tokens_details" => {
                let is_input = name.starts_with("prompt");
                let unknown = details(&mut usage, value, is_input);
                if !unknown.is_empty() {
                    rest.insert(name, unknown.into());
                }
                continue;
            }
            _ => {
                if !value.is_null() {
                    rest.insert(name, value);
                }
                continue;
            }
        };
        *place = count(&value).or(*place);
    }
    usage.cached_tokens = usage.cached_tokens.or(cached_elsewhere);
    usage.native.put_all(OPENAI_CHAT, rest);
    usage
}

fn details(usage: &mut Usage, value: Value, is_input: bool) -> Map<String, Value> {
    let Value::Object(members) = value else { return Map::new() };
    let mut rest = Map::new();
    for (name, value) in members {
        let place = match (name.as_str(), is_input) {
            ("cached_tokens", true) => &mut usage.cached_tokens,
            ("cache_write_tokens", true) => &mut usage.cache_write_tokens,
            ("audio_tokens", true) => &mut usage.audio_input_tokens,
            ("audio_tokens", false) => &mut usage.audio_output_tokens,
            ("reasoning_tokens", false) => &mut usage.reasoning_tokens,
            _ => {
                if !value.is_null() {
                    rest.insert(name, value);
                }
                continue;
            }
        };
        *place = count(&value).or(*place);
    }
    rest
}

/// A count of tokens; some vendors write them as `12.0`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
fn count(value: &Value) -> Option<u64> {
    let float = || value.as_f64().filter(|float| (0.0..9e15).contains(float)).map(|float| float as u64);
    value.as_u64().or_else(float)
}
