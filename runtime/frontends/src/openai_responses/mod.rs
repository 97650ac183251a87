//! OpenAI responses: `POST /v1/responses`.

mod answer;
mod content;
mod echo;
mod input;
mod item;
mod object;
mod output;
mod request;
mod sniff;
mod speech;
mod state;
mod tools;
mod voice;

#[cfg(test)]
mod tests;

use dragoman_model::listing::{ModelList, TokenCount};
use dragoman_model::{Failure, Request, dialect};
use serde_json::json;

use crate::common::{Members, Place, openai, wire};
use crate::{Answer as _, Asked, Frontend, Scene, Sniffer};

/// The codec of OpenAI responses.
#[derive(Debug, Clone, Copy, Default)]
pub struct OpenAiResponses;

impl Frontend for OpenAiResponses {
    fn dialect(&self) -> &'static str {
        dialect::OPENAI_RESPONSES
    }

    fn decode(&self, body: &[u8], scene: &Scene) -> Result<Asked, Failure> {
        let members = wire::object(body)?;
        let echo = echo::Echo::of(&members);
        let request = request::read(members, &scene.asked_model)?;
        Ok(Asked { request, answer: Box::new(answer::ResponsesAnswer::new(scene, echo)) })
    }

    fn decode_count(&self, body: &[u8], scene: &Scene) -> Result<Request, Failure> {
        request::read(wire::object(body)?, &scene.asked_model)
    }

    /// `POST /v1/responses/input_tokens`.
    fn encode_count(&self, count: &TokenCount) -> Vec<u8> {
        wire::body(&json!({
            "object": "response.input_tokens",
            "input_tokens": count.input_tokens.unwrap_or_default(),
        }))
    }

    fn encode_models(&self, models: &ModelList, _scene: &Scene) -> Vec<u8> {
        openai::error::models(models)
    }

    fn encode_failure(&self, failure: &Failure, _scene: &Scene) -> Vec<u8> {
        openai::error::body(failure)
    }

    fn sniffer(&self, stream: bool) -> Box<dyn Sniffer> {
        Box::new(sniff::ResponsesSniffer::new(stream))
    }

    fn fail_relayed(&self, failure: &Failure, scene: &Scene, out: &mut Vec<u8>) {
        answer::ResponsesAnswer::new(scene, echo::Echo::of(&Members::new(serde_json::Map::new(), Place::ROOT)))
            .fail(failure, out);
    }

    fn is_error_body(&self, body: &[u8]) -> bool {
        openai::error::is_body(body)
    }
}
