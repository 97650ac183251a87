//! Tools and the choice among them.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::json::{List, Object};
use crate::model::dialect::OPENAI_CHAT;
use crate::model::request::{CustomTool, FunctionTool, Request, Tool, ToolChoice, ToolChoiceMode};

use super::Quirks;
use super::messages::cache_control;

/// Writes `tools`, `tool_choice` and `parallel_tool_calls`. The last two may not stand without tools.
pub(super) fn write(body: &mut Object<'_>, request: &Request, quirks: &Quirks) {
    let allowed: Option<HashSet<&str>> = match &request.tool_choice {
        Some(choice) if !choice.allowed.is_empty() && !quirks.allowed_tools => {
            Some(choice.allowed.iter().map(String::as_str).collect())
        }
        _ => None,
    };
    let is_sent = |tool: &&Tool| match tool {
        Tool::Function(FunctionTool { name, .. }) | Tool::Custom(CustomTool { name, .. }) => {
            allowed.as_ref().is_none_or(|allowed| allowed.contains(name.as_str()))
        }
        Tool::Native(tool) => tool.dialect == OPENAI_CHAT,
        Tool::Unknown(_) => false,
    };
    let mut tools = request.tools.iter().filter(is_sent).peekable();
    if tools.peek().is_none() {
        return;
    }
    body.list("tools", |list| tools.for_each(|tool| self::tool(list, tool, quirks)));
    if let Some(choice) = &request.tool_choice {
        self::choice(body, choice, request, quirks);
    }
    body.put_some("parallel_tool_calls", request.parallel_tool_calls);
}

fn tool(list: &mut List<'_>, tool: &Tool, quirks: &Quirks) {
    match tool {
        Tool::Function(tool) => list.object(|item| {
            item.put("type", "function");
            item.object("function", |function| {
                function.put("name", &tool.name);
                function.put_some("description", tool.description.as_ref());
                function.put_some("parameters", tool.parameters.as_ref());
                function.put_some("strict", tool.strict);
                function.rest(tool.native.get(OPENAI_CHAT, "function").and_then(Value::as_object));
            });
            item.put_some("cache_control", tool.cache.as_ref().filter(|_| quirks.cache_control).map(cache_control));
            item.rest(tool.native.of(OPENAI_CHAT));
        }),
        Tool::Custom(tool) => list.object(|item| {
            item.put("type", "custom");
            item.object("custom", |custom| {
                custom.put("name", &tool.name);
                custom.put_some("description", tool.description.as_ref());
                custom.put_some("format", tool.format.as_ref().map(custom_format));
                custom.rest(tool.native.get(OPENAI_CHAT, "custom").and_then(Value::as_object));
            });
            item.rest(tool.native.of(OPENAI_CHAT));
        }),
        Tool::Native(tool) => list.put(&tool.value),
        Tool::Unknown(_) => {}
    }
}

/// Chat completions nest the grammar that responses write flat.
fn custom_format(format: &Value) -> Value {
    match (format.get("syntax"), format.get("definition")) {
        (Some(syntax), Some(definition)) => {
            json!({"type": "grammar", "grammar": {"syntax": syntax, "definition": definition}})
        }
        _ => format.clone(),
    }
}

fn choice(body: &mut Object<'_>, choice: &ToolChoice, request: &Request, quirks: &Quirks) {
    if let Some(native) = choice.native.of(OPENAI_CHAT).filter(|native| !native.is_empty()) {
        return body.put("tool_choice", native);
    }
    if let (ToolChoiceMode::Tool, Some(name)) = (&choice.mode, &choice.name) {
        return body.put("tool_choice", &named(name, &custom_names(request)));
    }
    let mode = mode(choice);
    if !narrows(choice, &request.tools) || !quirks.allowed_tools || mode == "none" {
        return body.put("tool_choice", mode);
    }
    let custom = custom_names(request);
    let tools: Vec<Value> = choice.allowed.iter().map(|name| named(name, &custom)).collect();
    body.put("tool_choice", &json!({"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}}));
}

fn custom_names(request: &Request) -> HashSet<&str> {
    let custom = request.tools.iter().filter_map(|tool| if let Tool::Custom(tool) = tool { Some(tool) } else { None });
    custom.map(|tool| tool.name.as_str()).collect()
}

fn named(name: &str, custom: &HashSet<&str>) -> Value {
    let kind = if custom.contains(name) { "custom" } else { "function" };
    json!({"type": kind, kind: {"name": name}})
}

/// Whether `choice` allows only some of `tools`; naming all of them is no choice among them.
#[must_use]
pub fn narrows(choice: &ToolChoice, tools: &[Tool]) -> bool {
    let allowed: HashSet<&str> = choice.allowed.iter().map(String::as_str).collect();
    let is_allowed = |tool: &Tool| match tool {
        Tool::Function(FunctionTool { name, .. }) | Tool::Custom(CustomTool { name, .. }) => {
            allowed.contains(name.as_str())
        }
        Tool::Native(_) | Tool::Unknown(_) => false,
    };
    let names_all = tools.len() == allowed.len() && tools.iter().all(is_allowed);
    !allowed.is_empty() && !names_all
}

fn mode(choice: &ToolChoice) -> &str {
    match &choice.mode {
        // Without a name nothing is left to force but that some tool is called.
        ToolChoiceMode::Tool => "required",
        other => other.as_str(),
    }
}
