//! Tools, and which of them must be called.

use dragoman_connector::Loss;
use dragoman_connector::model::Json;
use dragoman_connector::model::request::{CustomTool, FunctionTool, Tool, ToolChoice, ToolChoiceMode};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use crate::ids::Names;
use crate::members::{put, put_cache, restore};
use crate::{DIALECT, schema};

/// A tool as it is sent; its schema stays the text it was.
#[derive(Debug)]
pub(crate) struct Written {
    members: Map<String, Value>,
    schema: Option<Json>,
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        if let Some(schema) = &self.schema {
            map.serialize_entry("input_schema", schema)?;
        }
        map.end()
    }
}

/// Writes the tools that Anthropic can be told of.
pub(crate) fn write(tools: Vec<Tool>, names: &mut Names, losses: &mut Vec<Loss>) -> Vec<Written> {
    let mut written = Vec::with_capacity(tools.len());
    for (index, tool) in tools.into_iter().enumerate() {
        written.extend(match tool {
            Tool::Function(tool) => Some(function(tool, index, names, losses)),
            Tool::Custom(tool) => {
                losses.push(Loss::approximated(format!("tools[{index}]")));
                Some(custom(&tool, names))
            }
            Tool::Native(tool) if tool.dialect == DIALECT => match tool.value {
                Value::Object(members) => Some(Written { members, schema: None }),
                _ => None,
            },
            Tool::Native(_) | Tool::Unknown(_) => None,
        });
    }
    written
}

fn function(tool: FunctionTool, index: usize, names: &mut Names, losses: &mut Vec<Loss>) -> Written {
    let mut members = Map::new();
    members.insert("name".into(), names.wire(&tool.name).into());
    put(&mut members, "description", tool.description);
    // `false` is what is meant anyhow.
    put(&mut members, "strict", tool.strict.filter(|strict| *strict));
    put_cache(&mut members, tool.cache);
    restore(&mut members, &tool.native);
    let (schema, changed) = schema::of_tool(tool.parameters);
    if changed {
        losses.push(Loss::approximated(format!("tools[{index}].parameters")));
    }
    Written { members, schema: Some(schema) }
}

/// A tool that takes free text becomes one whose only argument is that text.
fn custom(tool: &CustomTool, names: &mut Names) -> Written {
    names.custom(&tool.name);
    let mut members = Map::new();
    members.insert("name".into(), names.wire(&tool.name).into());
    put(&mut members, "description", tool.description.as_deref());
    let mut input = json!({"type": "string"});
    if let (Value::Object(input), Some(format)) = (&mut input, &tool.format)
        && format.get("type").and_then(Value::as_str) == Some("grammar")
    {
        input.insert("description".into(), format!("Text that follows this grammar: {format}").into());
    }
    let schema = json!({"type": "object", "properties": {"input": input}, "required": ["input"]});
    Written { members, schema: Some(schema.into()) }
}

/// Writes which tools must be called, and whether several may be at once. A model that `thinks` cannot be forced.
pub(crate) fn choice(
    choice: Option<ToolChoice>,
    parallel: Option<bool>,
    thinks: bool,
    names: &mut Names,
    losses: &mut Vec<Loss>,
) -> Option<Value> {
    let sequential = parallel == Some(false);
    let Some(choice) = choice else {
        return sequential.then(|| json!({"type": "auto", "disable_parallel_tool_use": true}));
    };
    let mut written = Map::new();
    restore(&mut written, &choice.native);
    if !written.contains_key("type") {
        word(&choice, names, losses, &mut written);
    }
    let kind = written.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind == "none" {
        return Some(json!({"type": "none"}));
    }
    if thinks && kind != "auto" {
        losses.push(Loss::approximated("tool_choice"));
        written = Map::from_iter([("type".to_owned(), "auto".into())]);
    }
    put(&mut written, "disable_parallel_tool_use", sequential.then_some(true));
    Some(written.into())
}

fn word(choice: &ToolChoice, names: &mut Names, losses: &mut Vec<Loss>, written: &mut Map<String, Value>) {
    let only = match choice.allowed.as_slice() {
        [] => None,
        [only] if choice.mode == ToolChoiceMode::Required => Some(only),
        _ => {
            losses.push(Loss::approximated("tool_choice.allowed"));
            None
        }
    };
    let (kind, name) = match (&choice.mode, only.or(choice.name.as_ref())) {
        (ToolChoiceMode::Tool | ToolChoiceMode::Required, Some(name)) => ("tool", Some(name)),
        (ToolChoiceMode::Tool | ToolChoiceMode::Required, None) => ("any", None),
        (ToolChoiceMode::None, _) => ("none", None),
        (ToolChoiceMode::Auto, _) => ("auto", None),
        (ToolChoiceMode::Other(_), _) => {
            losses.push(Loss::approximated("tool_choice.mode"));
            ("auto", None)
        }
    };
    written.insert("type".into(), kind.into());
    put(written, "name", name.map(|name| names.wire(name)));
}
