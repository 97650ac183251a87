//! The listing of models.

use serde_json::{Map, Value};

use crate::model::Failure;
use crate::model::dialect::OPENAI_CHAT;
use crate::model::listing::{ModelInfo, ModelList};
use crate::unreadable;

use super::error::error_in;

/// Reads the answer of `GET /models`: OpenAI's object with `data`, or the bare list of some vendors.
///
/// # Errors
/// `upstream` where `body` is no such listing.
pub fn models(body: &str) -> Result<ModelList, Failure> {
    let document: Value = serde_json::from_str(body).map_err(|error| unreadable("a listing of models", &error))?;
    if let Some(failure) = error_in(&document) {
        return Err(failure);
    }
    let list = match document {
        Value::Array(list) => Some(list),
        Value::Object(mut members) => match members.remove("data").or_else(|| members.remove("models")) {
            Some(Value::Array(list)) => Some(list),
            _ => None,
        },
        _ => None,
    };
    let list = list.ok_or_else(|| unreadable("a listing of models", &"it has no `data`"))?;
    let models = list.into_iter().filter_map(|model| if let Value::Object(model) = model { Some(model) } else { None });
    Ok(ModelList { models: models.map(model).collect(), ..ModelList::default() })
}

fn model(members: Map<String, Value>) -> ModelInfo {
    let mut info = ModelInfo::default();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("id", Value::String(id)) => info.id = id,
            ("name" | "display_name", Value::String(text)) if info.name.is_none() => info.name = Some(text),
            ("description", Value::String(text)) => info.description = Some(text),
            ("created", Value::Number(time)) => info.created = time.as_u64(),
            ("owned_by" | "organization", Value::String(owner)) if info.owner.is_none() => info.owner = Some(owner),
            // What OpenRouter and Together, Groq, vLLM and Mistral call it.
            ("context_length" | "context_window" | "max_model_len" | "max_context_length", Value::Number(size)) => {
                info.context_window = size.as_u64();
            }
            ("max_completion_tokens" | "max_output_tokens", Value::Number(size)) => {
                info.max_output_tokens = size.as_u64();
            }
            ("object", _) | (_, Value::Null) => {}
            (_, value) => info.native.put(OPENAI_CHAT, name, value),
        }
    }
    info
}
