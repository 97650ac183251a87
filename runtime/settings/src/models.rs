//! The models of a backend.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::keys::{MODEL, MODEL_LIMITS};
use crate::read::{self, Section};
use crate::scalar;
use crate::tree::Node;

/// What the configuration says about a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelSettings {
    /// What a request may ask for.
    pub limits: ModelLimits,
    /// Request members that a client may leave out; what it sends wins.
    pub parameters: Map<String, Json>,
}

/// The limits of a model; each is above zero, and absent where nothing limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelLimits {
    /// Tokens of input and output together.
    pub context_window: Option<u64>,
    /// Tokens of input, never above the context window; where it is absent, the context window counts.
    pub max_input_tokens: Option<u64>,
    /// Tokens of output.
    pub max_output_tokens: Option<u64>,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute, input and output together.
    pub tokens_per_minute: Option<u64>,
}

/// Reads `models`.
pub(crate) fn models(node: Option<&Node>, findings: &mut Findings) -> BTreeMap<String, ModelSettings> {
    let entries = node.map(|node| read::members(node, "`models`", findings)).unwrap_or_default();
    entries.iter().map(|entry| (entry.key.clone(), model(&entry.value, findings))).collect()
}

fn model(node: &Node, findings: &mut Findings) -> ModelSettings {
    let section = Section::open(node, &MODEL, findings);
    ModelSettings {
        limits: section.get("limits").map(|node| limits(node, findings)).unwrap_or_default(),
        parameters: section.get("parameters").map(|node| object(node, "`parameters`", findings)).unwrap_or_default(),
    }
}

fn limits(node: &Node, findings: &mut Findings) -> ModelLimits {
    let section = Section::open(node, &MODEL_LIMITS, findings);
    let mut count = |key| section.get(key).and_then(|node| read::count(node, 1..=u64::MAX, findings));
    let limits = ModelLimits {
        context_window: count("context_window"),
        max_input_tokens: count("max_input_tokens"),
        max_output_tokens: count("max_output_tokens"),
        requests_per_minute: count("requests_per_minute"),
        tokens_per_minute: count("tokens_per_minute"),
    };
    for (key, part) in [("max_input_tokens", limits.max_input_tokens), ("max_output_tokens", limits.max_output_tokens)]
    {
        if let (Some(window), Some(part)) = (limits.context_window, part)
            && part > window
        {
            contradiction(section, key, part, window, findings);
        }
    }
    limits
}

fn contradiction(section: Section<'_>, key: &str, part: u64, window: u64, findings: &mut Findings) {
    if let (Some(entry), Some(whole)) = (section.entry(key), section.entry("context_window")) {
        let message = format!("`{key}` ({part}) is more than `context_window` ({window})");
        let hint = "the context window holds input and output together: raise it or lower this";
        findings.push(Finding::error(Code::Limits, message).at(entry.value.span).also(whole.value.span, "").hint(hint));
    }
}

/// A mapping as a JSON object.
pub(crate) fn object(node: &Node, what: &str, findings: &mut Findings) -> Map<String, Json> {
    check_variables(node, findings);
    let entries = read::members(node, what, findings);
    entries.iter().map(|entry| (entry.key.clone(), scalar::json(&entry.value))).collect()
}

/// Reports what refers to an unset variable anywhere below `node`.
fn check_variables(node: &Node, findings: &mut Findings) {
    match &node.value {
        crate::tree::Value::Scalar(_) => {
            read::scalar(node, read::VALUE, findings);
        }
        crate::tree::Value::List(items) => items.iter().for_each(|item| check_variables(item, findings)),
        crate::tree::Value::Map(entries) => entries.iter().for_each(|entry| check_variables(&entry.value, findings)),
    }
}
