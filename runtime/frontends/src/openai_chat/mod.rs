//! OpenAI chat completions: `POST /v1/chat/completions`.

mod answer;
mod chunk;
mod content;
mod media;
mod message;
mod reasoning;
mod request;
mod sniff;
mod speaker;
mod tools;
mod whole;

#[cfg(test)]
mod tests;

use dragoman_model::listing::{ModelList, TokenCount};
use dragoman_model::{Failure, FailureClass, Request, dialect};
use serde_json::json;

use crate::common::{openai, wire};
use crate::{Asked, Frontend, Scene, Sniffer};

/// The codec of OpenAI chat completions.
#[derive(Debug, Clone, Copy, Default)]
pub struct OpenAiChat;

impl Frontend for OpenAiChat {
    fn dialect(&self) -> &'static str {
        dialect::OPENAI_CHAT
    }

    fn decode(&self, body: &[u8], scene: &Scene) -> Result<Asked, Failure> {
        let (request, wishes) = request::read(wire::object(body)?, &scene.asked_model)?;
        Ok(Asked { request, answer: Box::new(answer::ChatAnswer::new(scene, &wishes)) })
    }

    fn decode_count(&self, _body: &[u8], _scene: &Scene) -> Result<Request, Failure> {
        let message = "Chat completions have no operation that counts tokens; use `POST /v1/responses/input_tokens`.";
        Err(Failure::new(FailureClass::NotFound, message))
    }

    fn encode_count(&self, count: &TokenCount) -> Vec<u8> {
        wire::body(&json!({ "input_tokens": count.input_tokens.unwrap_or_default() }))
    }

    fn encode_models(&self, models: &ModelList, _scene: &Scene) -> Vec<u8> {
        openai::error::models(models)
    }

    fn encode_failure(&self, failure: &Failure, _scene: &Scene) -> Vec<u8> {
        openai::error::body(failure)
    }

    fn sniffer(&self, stream: bool) -> Box<dyn Sniffer> {
        Box::new(sniff::ChatSniffer::new(stream))
    }

    fn fail_relayed(&self, failure: &Failure, _scene: &Scene, out: &mut Vec<u8>) {
        wire::event(out, "", &json!({ "error": openai::error::object(failure) }));
    }

    fn is_error_body(&self, body: &[u8]) -> bool {
        openai::error::is_body(body)
    }
}
