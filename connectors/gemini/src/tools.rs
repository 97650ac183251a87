//! Tools, and which of them must be called.

use dragoman_connector::Loss;
use dragoman_connector::model::Json;
use dragoman_connector::model::request::{CustomTool, FunctionTool, Tool, ToolChoice, ToolChoiceMode};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use crate::DIALECT;
use crate::ids::Names;
use crate::members::{put, restore};

/// The tools as they are sent.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    functions: Vec<Declaration>,
    native: Vec<Value>,
}

#[derive(Debug)]
struct Declaration {
    members: Map<String, Value>,
    /// Stays the text it was.
    schema: Option<Json>,
}

impl Serialize for Declaration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        if let Some(schema) = &self.schema {
            map.serialize_entry("parametersJsonSchema", schema)?;
        }
        map.end()
    }
}

impl Serialize for Tools {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Functions<'t> {
            function_declarations: &'t [Declaration],
        }
        #[derive(serde::Serialize)]
        #[serde(untagged)]
        enum One<'t> {
            Functions(Functions<'t>),
            Native(&'t Value),
        }
        let functions = Some(self.functions.as_slice()).filter(|functions| !functions.is_empty());
        let functions = functions.map(|function_declarations| One::Functions(Functions { function_declarations }));
        serializer.collect_seq(functions.into_iter().chain(self.native.iter().map(One::Native)))
    }
}

impl Tools {
    /// Writes the tools that Gemini can be told of.
    pub(crate) fn write(tools: Vec<Tool>, names: &mut Names, losses: &mut Vec<Loss>) -> Self {
        let mut written = Self::default();
        for (index, tool) in tools.into_iter().enumerate() {
            match tool {
                Tool::Function(tool) => written.functions.push(function(tool, index, names, losses)),
                Tool::Custom(tool) => {
                    losses.push(Loss::approximated(format!("tools[{index}]")));
                    written.functions.push(custom(&tool, names));
                }
                Tool::Native(tool) if tool.dialect == DIALECT => written.native.push(tool.value),
                Tool::Native(_) | Tool::Unknown(_) => {}
            }
        }
        written
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.native.is_empty()
    }

    /// Whether there are any that the client runs.
    pub(crate) fn has_functions(&self) -> bool {
        !self.functions.is_empty()
    }
}

fn function(tool: FunctionTool, index: usize, names: &mut Names, losses: &mut Vec<Loss>) -> Declaration {
    for (member, is_told) in [("strict", tool.strict == Some(true)), ("cache", tool.cache.is_some())] {
        losses.extend(is_told.then(|| Loss::dropped(format!("tools[{index}].{member}"))));
    }
    let mut members = Map::new();
    members.insert("name".into(), names.wire(&tool.name).into());
    put(&mut members, "description", tool.description);
    restore(&mut members, &tool.native);
    let schema = tool.parameters.filter(|schema| schema.text().trim_start().starts_with('{'));
    Declaration { members, schema }
}

/// A tool that takes free text becomes one whose only argument is that text.
fn custom(tool: &CustomTool, names: &mut Names) -> Declaration {
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
    Declaration { members, schema: Some(schema.into()) }
}

/// Writes which tools must be called: the member `toolConfig`.
pub(crate) fn config(choice: ToolChoice, names: &mut Names, losses: &mut Vec<Loss>) -> Value {
    let mut calling = Map::new();
    let mut allowed = choice.allowed;
    let mode = match choice.mode {
        ToolChoiceMode::None => "NONE",
        ToolChoiceMode::Required => "ANY",
        ToolChoiceMode::Tool => {
            allowed = choice.name.into_iter().collect();
            "ANY"
        }
        // Names may be told where calls are forced or checked, not in the mode `AUTO`.
        ToolChoiceMode::Auto if allowed.is_empty() => "AUTO",
        ToolChoiceMode::Auto => "VALIDATED",
        ToolChoiceMode::Other(_) => {
            losses.push(Loss::approximated("tool_choice.mode"));
            "AUTO"
        }
    };
    calling.insert("mode".into(), mode.into());
    let allowed: Vec<String> = allowed.iter().map(|name| names.wire(name)).collect();
    put(&mut calling, "allowedFunctionNames", (!allowed.is_empty()).then_some(allowed));
    restore(&mut calling, &choice.native);
    json!({"functionCallingConfig": calling})
}
