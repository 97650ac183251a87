//! What answers cost, and how likely their tokens were.

use dragoman_connector::model::Usage;
use dragoman_connector::model::response::TokenLogprob;
use serde_json::{Map, Number, Value};

use crate::DIALECT;
use crate::members::{rest, take_text};

/// The members of Gemini's counts that neutral ones tell wholly.
const TOLD: [&str; 5] =
    ["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "cachedContentTokenCount", "totalTokenCount"];

/// The neutral counts: Gemini counts what its own tools read beside the prompt, and thoughts beside the answer.
pub(crate) fn counts(raw: &Map<String, Value>) -> Usage {
    let count = |name: &str| raw.get(name).and_then(Value::as_u64);
    let sum = |one: Option<u64>, other: Option<u64>| one.unwrap_or_default().saturating_add(other.unwrap_or_default());
    let prompt = count("promptTokenCount");
    let written = count("candidatesTokenCount");
    let thought = count("thoughtsTokenCount");
    let rest_of = raw.iter().filter(|(name, _)| !TOLD.contains(&name.as_str()));
    Usage {
        input_tokens: prompt.map(|prompt| sum(Some(prompt), count("toolUsePromptTokenCount"))),
        // A count of nothing is left out.
        output_tokens: prompt.or(written).or(thought).map(|_| sum(written, thought)),
        total_tokens: count("totalTokenCount"),
        cached_tokens: count("cachedContentTokenCount"),
        reasoning_tokens: thought,
        audio_input_tokens: sounds(raw, "promptTokensDetails"),
        audio_output_tokens: sounds(raw, "candidatesTokensDetails"),
        native: rest(rest_of.map(|(name, value)| (name.clone(), value.clone())).collect()),
        ..Usage::default()
    }
}

fn sounds(raw: &Map<String, Value>, name: &str) -> Option<u64> {
    let details = raw.get(name)?.as_array()?;
    let sound = details.iter().find(|detail| detail.get("modality").is_some_and(|modality| modality == "AUDIO"))?;
    sound.get("tokenCount")?.as_u64()
}

/// Reads a `logprobsResult`: the tokens that were chosen, each with the likeliest at its place.
pub(crate) fn logprobs(result: Value) -> Vec<TokenLogprob> {
    let Value::Object(mut result) = result else { return Vec::new() };
    let mut tops = items(result.remove("topCandidates")).into_iter();
    let chosen = items(result.remove("chosenCandidates")).into_iter();
    let with_top = |token| {
        let top = tops.next().map(|mut top| items(top.get_mut("candidates").map(Value::take)));
        let mut token = logprob(token)?;
        token.top = top.into_iter().flatten().filter_map(logprob).collect();
        Some(token)
    };
    chosen.filter_map(with_top).collect()
}

fn logprob(token: Value) -> Option<TokenLogprob> {
    let Value::Object(mut token) = token else { return None };
    let logprob = match token.remove("logProbability") {
        Some(Value::Number(number)) => number,
        _ => Number::from(0),
    };
    let mut found = TokenLogprob {
        token: take_text(&mut token, "token")?,
        logprob,
        bytes: None,
        top: Vec::new(),
        native: dragoman_connector::model::Native::default(),
        extra: Map::new(),
    };
    found.native.put_all(DIALECT, token);
    Some(found)
}

fn items(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}
