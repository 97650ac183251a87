//! Tool definitions.

use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use dragoman_model::request::{FunctionTool, NativeTool, Tool};
use dragoman_model::{Failure, Json};
use serde_json::Value;

use super::content;
use crate::common::{Members, Place};

/// The member `tools`.
pub(super) fn tools(members: &mut Members<'_>) -> Result<Vec<Tool>, Failure> {
    let root = members.place();
    let place = root.member("tools");
    let tools = members.list("tools")?.unwrap_or_default();
    tools.into_iter().enumerate().map(|(index, value)| tool(value, place.item(index))).collect()
}

/// A tool of the client has no type, or `custom`; every other type is one of Anthropic's own tools.
fn tool(value: Value, place: Place<'_>) -> Result<Tool, Failure> {
    let kind = value.get("type").filter(|kind| !kind.is_null());
    if kind.is_some_and(|kind| kind != "custom") {
        return Ok(NativeTool::new(ANTHROPIC_MESSAGES, value).into());
    }
    let mut members = Members::of(value, place)?;
    members.take("type");
    Ok(Tool::Function(FunctionTool {
        name: members.required_string("name")?,
        description: members.string("description")?,
        parameters: members.take("input_schema").map(Json::from),
        strict: members.boolean("strict")?,
        cache: content::cache(&mut members)?,
        native: members.native(ANTHROPIC_MESSAGES),
        ..FunctionTool::default()
    }))
}
