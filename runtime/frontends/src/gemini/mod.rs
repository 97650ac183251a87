//! Gemini generateContent.

mod content;
mod error;
mod grounding;
mod links;
mod names;
mod part;
mod pieces;
mod request;
mod response;
mod schema;
mod sniff;
mod stream;
mod tools;

#[cfg(test)]
mod tests;

use dragoman_model::dialect::GEMINI;
use dragoman_model::listing::{ModelInfo, ModelList, TokenCount};
use dragoman_model::{Failure, Request};
use serde_json::{Map, Value, json};

use crate::common::wire;
use crate::{Answer as _, Asked, Frontend, Scene, Sniffer};

/// The codec of `:generateContent`, `:streamGenerateContent`, `:countTokens` and `GET /v1beta/models`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gemini;

impl Frontend for Gemini {
    fn dialect(&self) -> &'static str {
        GEMINI
    }

    fn decode(&self, body: &[u8], scene: &Scene) -> Result<Asked, Failure> {
        let request = request::read(body, scene)?;
        let answer = Box::new(stream::Writer::new(&request.model, scene));
        Ok(Asked { request, answer })
    }

    fn decode_count(&self, body: &[u8], scene: &Scene) -> Result<Request, Failure> {
        request::read_count(body, scene)
    }

    fn encode_count(&self, count: &TokenCount) -> Vec<u8> {
        let mut map = Map::new();
        map.insert("totalTokens".into(), count.input_tokens.unwrap_or_default().into());
        wire::put(&mut map, "cachedContentTokenCount", count.cached_tokens);
        wire::put_native(&mut map, count.native.clone(), GEMINI);
        wire::body(&map)
    }

    fn encode_models(&self, models: &ModelList, _scene: &Scene) -> Vec<u8> {
        let mut map = Map::new();
        map.insert("models".into(), models.models.iter().map(model).collect());
        wire::put(&mut map, "nextPageToken", models.next.clone());
        wire::body(&map)
    }

    fn encode_failure(&self, failure: &Failure, _scene: &Scene) -> Vec<u8> {
        wire::body(&error::document(failure))
    }

    fn sniffer(&self, stream: bool) -> Box<dyn Sniffer> {
        Box::new(sniff::Reader::new(stream))
    }

    fn fail_relayed(&self, failure: &Failure, scene: &Scene, out: &mut Vec<u8>) {
        stream::Writer::new("", scene).fail(failure, out);
    }

    fn is_error_body(&self, body: &[u8]) -> bool {
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return false };
        // A stream that is one array tells its error as an element.
        let body = body.as_array().and_then(|elements| elements.first()).unwrap_or(&body);
        body.get("error").is_some_and(|error| error.get("code").is_some() && error.get("message").is_some())
    }
}

fn model(info: &ModelInfo) -> Value {
    let mut map = Map::new();
    let name = if info.id.starts_with("models/") { info.id.clone() } else { format!("models/{}", info.id) };
    map.insert("name".into(), name.into());
    map.insert("displayName".into(), info.name.as_deref().unwrap_or(&info.id).into());
    wire::put(&mut map, "description", info.description.clone());
    wire::put(&mut map, "inputTokenLimit", info.max_input_tokens.or(info.context_window));
    wire::put(&mut map, "outputTokenLimit", info.max_output_tokens);
    wire::put_native(&mut map, info.native.clone(), GEMINI);
    map.entry("supportedGenerationMethods").or_insert_with(|| json!(["generateContent", "countTokens"]));
    Value::Object(map)
}
