//! What a response repeats of its request.

use serde_json::{Map, Value, json};

use crate::common::Members;

/// Members that a response repeats as they were asked for, null where they were not.
const REPEATED: [&str; 13] = [
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "temperature",
    "top_p",
    "user",
    "conversation",
    "context_management",
];

/// The members that every response object of one exchange has in common.
#[derive(Debug, Clone)]
pub(super) struct Echo {
    /// The members, as the response has them.
    pub(super) members: Map<String, Value>,
    /// The service tier that was asked for.
    pub(super) service_tier: Option<String>,
}

impl Echo {
    /// What an answer to the request with the members `body` repeats.
    pub(super) fn of(body: &Members<'_>) -> Self {
        let asked = |name: &str| body.peek(name).cloned();
        let or = |name: &str, default: Value| asked(name).unwrap_or(default);
        let mut members = Map::new();
        for name in REPEATED {
            members.insert(name.to_owned(), or(name, Value::Null));
        }
        // These two stand in a response only where they were asked for, and a conversation is told as an object.
        for name in ["prompt", "context_management"] {
            if members.get(name).is_some_and(Value::is_null) {
                members.shift_remove(name);
            }
        }
        if let Some(id @ Value::String(_)) = members.get("conversation").cloned() {
            members.insert("conversation".into(), json!({ "id": id }));
        }
        members.insert("background".into(), or("background", false.into()));
        members.insert("metadata".into(), or("metadata", json!({})));
        members.insert("parallel_tool_calls".into(), or("parallel_tool_calls", true.into()));
        members.insert(
            "reasoning".into(),
            with_defaults(asked("reasoning"), &[("effort", Value::Null), ("summary", Value::Null)]),
        );
        members.insert("store".into(), or("store", true.into()));
        let text = [("format", json!({ "type": "text" }))];
        members.insert("text".into(), with_defaults(asked("text"), &text));
        members.insert("tool_choice".into(), or("tool_choice", "auto".into()));
        members.insert("tools".into(), tools(asked("tools")));
        members.insert("top_logprobs".into(), or("top_logprobs", 0.into()));
        members.insert("truncation".into(), or("truncation", "disabled".into()));
        Self { members, service_tier: body.peek_str("service_tier").map(str::to_owned) }
    }
}

fn with_defaults(value: Option<Value>, defaults: &[(&str, Value)]) -> Value {
    let mut map = match value {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    };
    for (name, default) in defaults {
        map.entry(*name).or_insert_with(|| default.clone());
    }
    map.into()
}

/// The tools as OpenAI repeats them: functions flat, with the members that its types demand.
fn tools(tools: Option<Value>) -> Value {
    let Some(Value::Array(mut tools)) = tools else { return json!([]) };
    for tool in &mut tools {
        let Value::Object(tool) = tool else { continue };
        if tool.get("type").is_some_and(|kind| kind != "function") {
            continue;
        }
        tool.entry("type").or_insert("function".into());
        if let Some(Value::Object(nested)) = tool.shift_remove("function") {
            for (name, value) in nested {
                tool.entry(name).or_insert(value);
            }
        }
        for name in ["description", "parameters", "strict"] {
            tool.entry(name).or_insert(Value::Null);
        }
    }
    tools.into()
}
