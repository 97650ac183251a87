//! Thinking: how much is asked for, and thoughts with their provider's state on the way out and back.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::model::Native;
use crate::model::content::ReasoningPart;
use crate::model::dialect::{ANTHROPIC_MESSAGES, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES};
use crate::model::request::ReasoningOptions;

use super::Quirks;

/// OpenRouter's words for the providers whose state one of its `reasoning_details` holds.
const FORMATS: &[(&str, &str)] = &[
    (ANTHROPIC_MESSAGES, "anthropic-claude-v1"),
    (GEMINI, "google-gemini-v1"),
    (OPENAI_RESPONSES, "openai-responses-v1"),
];

/// Most tokens of a thinking budget that each effort stands for; a larger budget is `high`. OpenAI gives no figures:
/// the steps are those at which its models' habits and the budgets that clients commonly ask for meet.
const BUDGETS: &[(i64, &str)] = &[(0, "none"), (2_048, "low"), (12_288, "medium")];

/// The effort to ask for: the client's word, else the one that stands for its budget, else `none` where it wants no
/// thought. Nothing where the model shall decide (a budget below zero says so too).
#[must_use]
pub fn effort(options: &ReasoningOptions) -> Option<Cow<'_, str>> {
    if options.enabled == Some(false) {
        return Some(Cow::Borrowed("none"));
    }
    if let Some(effort) = &options.effort {
        return Some(Cow::Borrowed(effort));
    }
    let budget = options.budget_tokens.filter(|budget| *budget >= 0)?;
    let word = BUDGETS.iter().find(|(most, _)| budget <= *most).map_or("high", |(_, word)| word);
    Some(Cow::Borrowed(word))
}

/// What a thought says in words: itself, else its summaries.
pub(super) fn words(thought: &ReasoningPart) -> Option<Cow<'_, str>> {
    match &thought.text {
        Some(text) if !text.is_empty() => Some(Cow::Borrowed(text)),
        _ if thought.summary.is_empty() => None,
        _ => Some(Cow::Owned(thought.summary.join("\n\n"))),
    }
}

/// One of OpenRouter's `reasoning_details`, by which the state of `thought` goes back to its provider; `None` where
/// there is no state, or where this vendor can do nothing with it.
pub(super) fn detail(thought: &ReasoningPart, quirks: &Quirks) -> Option<Value> {
    let format = format_of(thought.origin.as_deref()?, quirks)?;
    let mut detail = match (&thought.opaque, &thought.signature) {
        (Some(data), _) => json!({"type": "reasoning.encrypted", "data": data}),
        (None, Some(signature)) => {
            json!({"type": "reasoning.text", "text": words(thought).unwrap_or_default(), "signature": signature})
        }
        (None, None) => return None,
    };
    if let Value::Object(members) = &mut detail {
        members.insert("format".into(), format.into());
        if let Some(id) = &thought.id {
            members.insert("id".into(), id.as_str().into());
        }
        let rest = thought.native.of(OPENAI_CHAT).into_iter().flatten();
        members.extend(rest.map(|(name, value)| (name.clone(), value.clone())));
    }
    Some(detail)
}

/// The word for the provider `origin`. The state of those that have a dialect of their own is sent only to a vendor that
/// is known to hand it on; any other came from a vendor of this dialect.
fn format_of<'a>(origin: &'a str, quirks: &Quirks) -> Option<&'a str> {
    match FORMATS.iter().find(|(dialect, _)| *dialect == origin) {
        Some((_, word)) => quirks.foreign_state.then_some(*word),
        None if origin == OPENAI_CHAT => Some("unknown"),
        None => Some(origin),
    }
}

/// The thought to which one of `reasoning_details` belongs: its id and whose it is. Its words come as deltas.
pub(super) fn thought_of(detail: Map<String, Value>) -> ReasoningPart {
    let mut thought = ReasoningPart { origin: Some(OPENAI_CHAT.to_owned()), ..ReasoningPart::default() };
    let mut native = Native::default();
    for (name, value) in detail {
        match (name.as_str(), value) {
            ("type" | "text" | "summary" | "signature" | "data" | "index", _) | (_, Value::Null) => {}
            ("id", Value::String(id)) => thought.id = Some(id),
            ("format", Value::String(word)) if word == "unknown" => {}
            ("format", Value::String(word)) => {
                let known = FORMATS.iter().find(|(_, known)| *known == word);
                thought.origin = Some(known.map_or(word, |(dialect, _)| (*dialect).to_owned()));
            }
            (_, value) => native.put(OPENAI_CHAT, name, value),
        }
    }
    thought.native = native;
    thought
}
