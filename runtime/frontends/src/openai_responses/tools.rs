//! Tools, and which of them must be called.

use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::request::{CustomTool, FunctionTool, NativeTool, Request, Tool, ToolChoice, ToolChoiceMode};
use dragoman_model::{Failure, Json};
use serde_json::{Map, Value};

use crate::common::openai::media;
use crate::common::{Members, Place};

/// Takes `tools` and `tool_choice`.
pub(super) fn read(body: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let root = body.place();
    if let Some(tools) = body.list("tools")? {
        let place = root.member("tools");
        for (index, value) in tools.into_iter().enumerate() {
            request.tools.push(tool(value, place.item(index))?);
        }
    }
    let choice = body.take("tool_choice").map(|value| choice(value, root.member("tool_choice")));
    request.tool_choice = choice.transpose()?;
    Ok(())
}

fn tool(value: Value, place: Place<'_>) -> Result<Tool, Failure> {
    match value.get("type").and_then(Value::as_str) {
        None | Some("function") => function(Members::of(value, place)?),
        Some("custom") => custom(Members::of(value, place)?),
        Some(_) => Ok(NativeTool::new(OPENAI_RESPONSES, value).into()),
    }
}

/// Flat here; some clients write the nested form of chat completions.
fn function(mut members: Members<'_>) -> Result<Tool, Failure> {
    members.take("type");
    if let Some(Value::Object(nested)) = members.take("function") {
        members.absorb(nested);
    }
    let mut tool = FunctionTool {
        name: members.required_string("name")?,
        description: members.string("description")?,
        parameters: members.take("parameters").map(Json::from),
        strict: members.boolean("strict")?,
        ..FunctionTool::default()
    };
    tool.cache = media::cache_marker(&mut members);
    members.rest_into(&mut tool.native, OPENAI_RESPONSES);
    Ok(tool.into())
}

fn custom(mut members: Members<'_>) -> Result<Tool, Failure> {
    members.take("type");
    let mut tool = CustomTool {
        name: members.required_string("name")?,
        description: members.string("description")?,
        format: members.take("format"),
        ..CustomTool::default()
    };
    members.rest_into(&mut tool.native, OPENAI_RESPONSES);
    Ok(tool.into())
}

fn choice(value: Value, place: Place<'_>) -> Result<ToolChoice, Failure> {
    match value {
        Value::String(word) => Ok(ToolChoice::new(ToolChoiceMode::from(word.as_str()))),
        Value::Object(map) => Ok(forced(map)),
        other => Err(place.wrong("a string or an object", &other)),
    }
}

fn forced(map: Map<String, Value>) -> ToolChoice {
    let kind = map.get("type").and_then(Value::as_str).unwrap_or("function");
    match (kind, name(&map, kind)) {
        ("function" | "custom", Some(name)) => ToolChoice::tool(name),
        ("allowed_tools", _) => allowed(map),
        // A tool that the provider runs: `{"type": "web_search_preview"}`, `{"type": "mcp", "server_label", "name"}`.
        _ => native_choice(map),
    }
}

/// The tool's name, flat or in the nested form of chat completions.
fn name(map: &Map<String, Value>, kind: &str) -> Option<String> {
    let nested = map.get(kind).and_then(|nested| nested.get("name"));
    map.get("name").or(nested).and_then(Value::as_str).map(str::to_owned)
}

fn native_choice(map: Map<String, Value>) -> ToolChoice {
    let mut choice = ToolChoice::new(ToolChoiceMode::Tool);
    choice.native.put_all(OPENAI_RESPONSES, map);
    choice
}

/// `{"type": "allowed_tools", "mode", "tools"}`; where the tools are not functions alone, the whole form is kept too.
fn allowed(map: Map<String, Value>) -> ToolChoice {
    let tools = map.get("tools").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let function = |tool: &Value| {
        let kind = tool.get("type").and_then(Value::as_str).unwrap_or("function");
        let named = matches!(kind, "function" | "custom");
        tool.as_object().filter(|_| named).and_then(|tool| name(tool, kind))
    };
    let names: Vec<String> = tools.iter().filter_map(function).collect();
    let whole = names.len() == tools.len();
    let mode = map.get("mode").and_then(Value::as_str).unwrap_or("auto");
    let mut choice = ToolChoice::new(ToolChoiceMode::from(mode));
    choice.allowed = names;
    if !whole {
        choice.native.put_all(OPENAI_RESPONSES, map);
    }
    choice
}
