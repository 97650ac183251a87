//! The loss report: what of a request the provider's dialect cannot say.

use serde_json::{Value, json};

use crate::model::Part;
use crate::model::native::Native;
use crate::model::request::{Request, Tool};

/// Something of the request that will not arrive as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Where in the neutral request, like `messages[2].content[0]`.
    pub path: String,
    /// `dropped` or `approximated`.
    pub how: &'static str,
}

impl Loss {
    /// It will not arrive at all.
    pub fn dropped(path: impl Into<String>) -> Self {
        Self { path: path.into(), how: "dropped" }
    }

    /// It will arrive as something near to it.
    pub fn approximated(path: impl Into<String>) -> Self {
        Self { path: path.into(), how: "approximated" }
    }

    pub(crate) fn document(losses: &[Self]) -> String {
        let list: Vec<Value> = losses.iter().map(|loss| json!({"path": loss.path, "how": loss.how})).collect();
        json!({ "loss": list }).to_string()
    }
}

/// The losses of everything in `request` that belongs to dialects other than `spoken`: native members, parts and tools.
#[must_use]
pub fn foreign(request: &Request, spoken: &[&str]) -> Vec<Loss> {
    let mut losses = Vec::new();
    members(&request.native, "", spoken, &mut losses);
    options(request, spoken, &mut losses);
    for (index, tool) in request.tools.iter().enumerate() {
        let path = format!("tools[{index}]");
        match tool {
            Tool::Function(tool) => members(&tool.native, &path, spoken, &mut losses),
            Tool::Custom(tool) => members(&tool.native, &path, spoken, &mut losses),
            Tool::Native(tool) if spoken.contains(&tool.dialect.as_str()) => {}
            Tool::Native(_) | Tool::Unknown(_) => losses.push(Loss::dropped(path)),
        }
    }
    for (index, message) in request.messages.iter().enumerate() {
        let path = format!("messages[{index}]");
        members(&message.native, &path, spoken, &mut losses);
        for (index, part) in message.content.iter().enumerate() {
            part_losses(part, &format!("{path}.content[{index}]"), spoken, &mut losses);
        }
    }
    losses
}

fn options(request: &Request, spoken: &[&str], losses: &mut Vec<Loss>) {
    if let Some(choice) = &request.tool_choice {
        members(&choice.native, "tool_choice", spoken, losses);
    }
    if let Some(format) = request.output.as_ref().and_then(|output| output.format.as_ref()) {
        members(&format.native, "output.format", spoken, losses);
    }
    if let Some(reasoning) = &request.reasoning {
        members(&reasoning.native, "reasoning", spoken, losses);
    }
}

fn part_losses(part: &Part, path: &str, spoken: &[&str], losses: &mut Vec<Loss>) {
    match part {
        Part::Text(part) => members(&part.native, path, spoken, losses),
        Part::Image(part) | Part::Audio(part) | Part::Video(part) | Part::Document(part) => {
            members(&part.native, path, spoken, losses);
        }
        Part::Reasoning(part) => members(&part.native, path, spoken, losses),
        Part::ToolCall(part) => members(&part.native, path, spoken, losses),
        Part::ToolResult(part) => {
            members(&part.native, path, spoken, losses);
            for (index, inner) in part.content.iter().enumerate() {
                part_losses(inner, &format!("{path}.content[{index}]"), spoken, losses);
            }
        }
        Part::Refusal(part) => members(&part.native, path, spoken, losses),
        Part::Native(part) if spoken.contains(&part.dialect.as_str()) => {}
        Part::Native(_) | Part::Unknown(_) => losses.push(Loss::dropped(path)),
    }
}

fn members(native: &Native, path: &str, spoken: &[&str], losses: &mut Vec<Loss>) {
    for (dialect, members) in &native.0 {
        if spoken.contains(&dialect.as_str()) {
            continue;
        }
        for (name, value) in members.as_object().into_iter().flatten() {
            // Only a mark: the words themselves are a message.
            if name == "instructions" && *value == true {
                continue;
            }
            let dot = if path.is_empty() { "" } else { "." };
            losses.push(Loss::dropped(format!("{path}{dot}{name}")));
        }
    }
}
