//! What an exchange cost, in OpenAI's words.

use dragoman_model::{Native, Usage};
use serde_json::{Map, Value, json};

use crate::common::wire;

/// How a dialect names the counts.
struct Names {
    input: &'static str,
    output: &'static str,
    input_details: &'static str,
    output_details: &'static str,
}

const CHAT: Names = Names {
    input: "prompt_tokens",
    output: "completion_tokens",
    input_details: "prompt_tokens_details",
    output_details: "completion_tokens_details",
};

const RESPONSES: Names = Names {
    input: "input_tokens",
    output: "output_tokens",
    input_details: "input_tokens_details",
    output_details: "output_tokens_details",
};

/// The `usage` object of chat completions.
pub(crate) fn chat(usage: &Usage, dialect: &str) -> Value {
    let mut whole = totals(usage, &CHAT);
    let mut input = Map::new();
    input.insert("cached_tokens".into(), usage.cached_tokens.unwrap_or_default().into());
    input.insert("audio_tokens".into(), usage.audio_input_tokens.unwrap_or_default().into());
    wire::put(&mut input, "cache_write_tokens", usage.cache_write_tokens);
    whole.insert(CHAT.input_details.into(), input.into());
    whole.insert(
        CHAT.output_details.into(),
        json!({
            "reasoning_tokens": usage.reasoning_tokens.unwrap_or_default(),
            "audio_tokens": usage.audio_output_tokens.unwrap_or_default(),
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        }),
    );
    overlay(&mut whole, &usage.native, dialect);
    whole.into()
}

/// The `usage` object of a response. OpenAI's types demand every count of it.
pub(crate) fn responses(usage: &Usage, dialect: &str) -> Value {
    let mut whole = totals(usage, &RESPONSES);
    let input = json!({
        "cached_tokens": usage.cached_tokens.unwrap_or_default(),
        "cache_write_tokens": usage.cache_write_tokens.unwrap_or_default(),
    });
    let output = json!({ "reasoning_tokens": usage.reasoning_tokens.unwrap_or_default() });
    whole.insert(RESPONSES.input_details.into(), input);
    whole.insert(RESPONSES.output_details.into(), output);
    overlay(&mut whole, &usage.native, dialect);
    whole.into()
}

fn totals(usage: &Usage, names: &Names) -> Map<String, Value> {
    let (input, output) = (usage.input_tokens.unwrap_or_default(), usage.output_tokens.unwrap_or_default());
    let mut whole = Map::new();
    whole.insert(names.input.into(), input.into());
    whole.insert(names.output.into(), output.into());
    whole.insert("total_tokens".into(), usage.total_tokens.unwrap_or(input.saturating_add(output)).into());
    whole
}

/// Lays the dialect's own members over the counts; details are merged, the neutral counts win at the top.
fn overlay(whole: &mut Map<String, Value>, native: &Native, dialect: &str) {
    for (name, value) in native.of(dialect).into_iter().flatten() {
        match (whole.get_mut(name), value) {
            (None, _) => {
                whole.insert(name.clone(), value.clone());
            }
            (Some(Value::Object(details)), Value::Object(more)) => {
                details.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            _ => {}
        }
    }
}

/// Reads a `usage` object of chat completions as its vendors write it.
pub(crate) fn read_chat(usage: &Value) -> Option<Usage> {
    let mut read = counts(usage, &CHAT)?;
    // DeepSeek counts the cache outside the details.
    read.cached_tokens = read.cached_tokens.or_else(|| count(usage, "prompt_cache_hit_tokens"));
    let (Some(input), Some(output), Some(total), Some(reasoning)) =
        (read.input_tokens, read.output_tokens, read.total_tokens, read.reasoning_tokens)
    else {
        return Some(read);
    };
    // xAI counts reasoning beside the completion, and only the total tells.
    if reasoning > 0 && input.checked_add(output)?.checked_add(reasoning)? == total {
        read.output_tokens = Some(output + reasoning);
    }
    Some(read)
}

/// Reads the `usage` object of a response.
pub(crate) fn read_responses(usage: &Value) -> Option<Usage> {
    counts(usage, &RESPONSES)
}

fn counts(usage: &Value, names: &Names) -> Option<Usage> {
    let usage = usage.is_object().then_some(usage)?;
    let input = usage.get(names.input_details).unwrap_or(&Value::Null);
    let output = usage.get(names.output_details).unwrap_or(&Value::Null);
    Some(Usage {
        input_tokens: count(usage, names.input),
        output_tokens: count(usage, names.output),
        total_tokens: count(usage, "total_tokens"),
        cached_tokens: count(input, "cached_tokens"),
        cache_write_tokens: count(input, "cache_write_tokens"),
        reasoning_tokens: count(output, "reasoning_tokens"),
        audio_input_tokens: count(input, "audio_tokens"),
        audio_output_tokens: count(output, "audio_tokens"),
        ..Usage::default()
    })
}

fn count(usage: &Value, name: &str) -> Option<u64> {
    usage.get(name).and_then(Value::as_u64)
}
