//! Tools, which of them must be called, and the `functions` that came before them.

use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::request::{CustomTool, FunctionTool, NativeTool, Request, Tool, ToolChoice, ToolChoiceMode};
use dragoman_model::{Failure, Json, Native};
use serde_json::{Map, Value};

use super::request::Wishes;
use crate::common::openai::media;
use crate::common::{Members, Place};

/// Takes `tools` and `tool_choice`, or `functions` and `function_call`.
pub(super) fn read(body: &mut Members<'_>, request: &mut Request, wishes: &mut Wishes) -> Result<(), Failure> {
    let root = body.place();
    if let Some(tools) = body.list("tools")? {
        let place = root.member("tools");
        for (index, value) in tools.into_iter().enumerate() {
            request.tools.push(tool(value, place.item(index))?);
        }
    }
    if let Some(functions) = body.list("functions")? {
        let place = root.member("functions");
        wishes.legacy_functions = request.tools.is_empty();
        for (index, value) in functions.into_iter().enumerate() {
            let mut members = Members::of(value, place.item(index))?;
            let mut tool = function(&mut members)?;
            members.rest_into(&mut tool.native, OPENAI_CHAT);
            request.tools.push(tool.into());
        }
    }
    let newer = body.take("tool_choice").map(|value| choice(value, root.member("tool_choice"))).transpose()?;
    let older = body.take("function_call").map(|value| choice(value, root.member("function_call"))).transpose()?;
    request.tool_choice = newer.or(older);
    Ok(())
}

fn tool(value: Value, place: Place<'_>) -> Result<Tool, Failure> {
    let kind = value.get("type").and_then(Value::as_str);
    match kind {
        None | Some("function") => function_tool(Members::of(value, place)?),
        Some("custom") => custom_tool(Members::of(value, place)?),
        Some(_) => Ok(NativeTool::new(OPENAI_CHAT, value).into()),
    }
}

/// `{"type": "function", "function": {...}}`; some clients write the members flat, as the responses dialect has them.
fn function_tool(mut members: Members<'_>) -> Result<Tool, Failure> {
    members.take("type");
    let place = members.place();
    let mut tool = match members.object("function")? {
        None => function(&mut members)?,
        Some(nested) => {
            let mut nested = Members::new(nested, place.member("function"));
            let mut tool = function(&mut nested)?;
            keep_nested(&mut tool.native, "function", nested.rest());
            tool
        }
    };
    tool.cache = media::cache_marker(&mut members);
    members.rest_into(&mut tool.native, OPENAI_CHAT);
    Ok(tool.into())
}

fn function(members: &mut Members<'_>) -> Result<FunctionTool, Failure> {
    Ok(FunctionTool {
        name: members.required_string("name")?,
        description: members.string("description")?,
        parameters: members.take("parameters").map(Json::from),
        strict: members.boolean("strict")?,
        ..FunctionTool::default()
    })
}

fn custom_tool(mut members: Members<'_>) -> Result<Tool, Failure> {
    members.take("type");
    let place = members.place();
    let nested = members.object("custom")?.unwrap_or_default();
    let mut nested = Members::new(nested, place.member("custom"));
    let mut tool = CustomTool {
        name: nested.required_string("name")?,
        description: nested.string("description")?,
        format: nested.take("format").map(flat_format),
        ..CustomTool::default()
    };
    keep_nested(&mut tool.native, "custom", nested.rest());
    members.rest_into(&mut tool.native, OPENAI_CHAT);
    Ok(tool.into())
}

/// This dialect wraps a grammar once more than the responses dialect, whose form is the neutral one.
fn flat_format(format: Value) -> Value {
    let Value::Object(mut map) = format else { return format };
    if let Some(Value::Object(grammar)) = map.get_mut("grammar").map(Value::take) {
        map.shift_remove("grammar");
        map.extend(grammar);
    }
    map.into()
}

fn keep_nested(native: &mut Native, name: &str, rest: Map<String, Value>) {
    if !rest.is_empty() {
        native.put(OPENAI_CHAT, name, rest.into());
    }
}

fn choice(value: Value, place: Place<'_>) -> Result<ToolChoice, Failure> {
    match value {
        Value::String(word) => Ok(ToolChoice::new(mode(&word))),
        Value::Object(map) => Ok(forced(map)),
        other => Err(place.wrong("a string or an object", &other)),
    }
}

/// Mistral and others say `any` where OpenAI says `required`.
fn mode(word: &str) -> ToolChoiceMode {
    ToolChoiceMode::from(if word == "any" { "required" } else { word })
}

fn forced(map: Map<String, Value>) -> ToolChoice {
    let kind = map.get("type").and_then(Value::as_str).unwrap_or("function").to_owned();
    let name = |at: &Map<String, Value>| at.get("name").and_then(Value::as_str).map(str::to_owned);
    let nested = map.get(&kind).and_then(Value::as_object);
    match (kind.as_str(), nested.and_then(name).or_else(|| name(&map))) {
        ("allowed_tools", _) => allowed(map),
        // The last is Anthropic's form, which some clients send to everyone.
        ("function" | "custom" | "tool", Some(name)) => ToolChoice::tool(name),
        ("auto" | "any" | "none" | "required", _) => ToolChoice::new(mode(&kind)),
        _ => native_choice(map),
    }
}

/// A provider's own tool that is forced, or a form that is not known.
fn native_choice(map: Map<String, Value>) -> ToolChoice {
    let mut choice = ToolChoice::new(ToolChoiceMode::Tool);
    choice.native.put_all(OPENAI_CHAT, map);
    choice
}

fn allowed(map: Map<String, Value>) -> ToolChoice {
    let Some(options) = map.get("allowed_tools").and_then(Value::as_object) else { return native_choice(map) };
    let name = |tool: &Value| {
        let nested = ["function", "custom"].iter().find_map(|kind| tool.get(kind)).unwrap_or(tool);
        nested.get("name").and_then(Value::as_str).map(str::to_owned)
    };
    let tools = options.get("tools").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names: Vec<String> = tools.iter().filter_map(name).collect();
    let whole = names.len() == tools.len();
    let mut choice = ToolChoice::new(mode(options.get("mode").and_then(Value::as_str).unwrap_or("auto")));
    choice.allowed = names;
    if !whole {
        choice.native.put_all(OPENAI_CHAT, map);
    }
    choice
}
