//! Tools, and which of them must be called.

use std::collections::HashSet;

use dragoman_model::dialect::GEMINI;
use dragoman_model::request::{FunctionTool, NativeTool, Tool, ToolChoice, ToolChoiceMode};
use dragoman_model::{Failure, Json, Request};
use serde_json::{Map, Value};

use super::{names, schema};
use crate::common::{Members, Place};

/// The member `tools`: each holds function declarations, tools of the provider, or both.
pub(super) fn tools(members: &mut Members<'_>, out: &mut Vec<Tool>) -> Result<(), Failure> {
    let root = members.place();
    let list = root.member("tools");
    for (index, value) in names::list(members.take("tools")).into_iter().enumerate() {
        let place = list.item(index);
        let mut tool = names::members(value, place)?;
        let declarations = place.member("functionDeclarations");
        for (index, value) in names::list(tool.take("functionDeclarations")).into_iter().enumerate() {
            out.push(function(value, declarations.item(index))?);
        }
        for (name, value) in tool.rest() {
            out.push(NativeTool::new(GEMINI, Value::Object(Map::from_iter([(name, value)]))).into());
        }
    }
    Ok(())
}

fn function(value: Value, place: Place<'_>) -> Result<Tool, Failure> {
    let mut members = names::members(value, place)?;
    let own = members.take("parameters").map(schema::plain);
    Ok(Tool::Function(FunctionTool {
        name: members.required_string("name")?,
        description: members.string("description")?,
        parameters: members.take("parametersJsonSchema").or(own).map(Json::from),
        native: members.native(GEMINI),
        ..FunctionTool::default()
    }))
}

/// The modes by their number.
const MODES: [&str; 5] = ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"];

/// The member `toolConfig`.
pub(super) fn config(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let root = members.place();
    let place = root.member("toolConfig");
    let Some(value) = members.take("toolConfig") else { return Ok(()) };
    let mut config = names::members(value, place)?;
    if let Some(value) = config.take("functionCallingConfig") {
        request.tool_choice = choice(names::members(value, place.member("functionCallingConfig"))?)?;
    }
    if let Some(choice) = &mut request.tool_choice
        && is_every_function(&choice.allowed, &request.tools)
    {
        choice.allowed.clear();
    }
    let rest = config.rest();
    if !rest.is_empty() {
        request.native.put(GEMINI, "toolConfig", Value::Object(rest));
    }
    Ok(())
}

/// Whether `allowed` names every function that is declared, and so restricts nothing.
fn is_every_function(allowed: &[String], tools: &[Tool]) -> bool {
    let allowed: HashSet<&str> = allowed.iter().map(String::as_str).collect();
    let is_named = |tool: &Tool| match tool {
        Tool::Function(function) => Some(allowed.contains(function.name.as_str())),
        _ => None,
    };
    // Without a declared function the names stand for something that the client alone knows.
    tools.iter().filter_map(is_named).reduce(|all, named| all && named) == Some(true)
}

fn choice(mut members: Members<'_>) -> Result<Option<ToolChoice>, Failure> {
    let outer = members.place();
    let mode = match members.take("mode") {
        None => None,
        Some(value) => {
            Some(names::word(&value, &MODES).ok_or_else(|| outer.member("mode").wrong("a mode's name", &value))?)
        }
    };
    let mut allowed = members.strings("allowedFunctionNames")?;
    let mut choice = ToolChoice::new(match mode.as_deref() {
        None | Some("MODE_UNSPECIFIED" | "AUTO" | "VALIDATED") => ToolChoiceMode::Auto,
        Some("ANY") if allowed.len() == 1 => ToolChoiceMode::Tool,
        Some("ANY") => ToolChoiceMode::Required,
        Some("NONE") => ToolChoiceMode::None,
        Some(other) => ToolChoiceMode::Other(other.to_owned()),
    });
    choice.native = members.native(GEMINI);
    // No one else has this mode, which binds the form of the calls and not their number.
    if mode.as_deref() == Some("VALIDATED") {
        choice.native.put(GEMINI, "mode", "VALIDATED".into());
    }
    if choice.mode == ToolChoiceMode::Tool {
        choice.name = allowed.pop();
    }
    choice.allowed = allowed;
    let silent = mode.is_none() && choice == ToolChoice::new(ToolChoiceMode::Auto);
    Ok((!silent).then_some(choice))
}
