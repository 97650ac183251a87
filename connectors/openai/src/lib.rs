//! OpenAI, by its two APIs: responses and chat completions.
#![forbid(unsafe_code)]

use dragoman_connector::model::listing::{ModelList, TokenCount};
use dragoman_connector::model::{Failure, Request, Response, dialect};
use dragoman_connector::openai_chat::{self, Quirks};
use dragoman_connector::{Begin, Call, Cause, Context, Edit, Events, Frame, Provider, Relay, unsupported};
use serde_json::Value;

mod responses;
#[cfg(test)]
mod tests;

/// The two APIs, with the reader of the answer that comes of each.
#[derive(Debug)]
enum Api {
    Chat(Box<openai_chat::Reader>),
    Responses(responses::Reader),
}

/// One exchange with OpenAI.
#[derive(Debug)]
pub struct OpenAi {
    api: Api,
}

impl Provider for OpenAi {
    fn new(context: &Context) -> Result<Self, Failure> {
        let is_chat = match context.setting("api") {
            Some("chat") => true,
            Some("responses") => false,
            _ => context.client_dialect == dialect::OPENAI_CHAT,
        };
        let chat = || Api::Chat(Box::default());
        Ok(Self { api: if is_chat { chat() } else { Api::Responses(responses::Reader::default()) } })
    }

    fn chat(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        let model = model(context, &request);
        let call = match &self.api {
            Api::Chat(_) => openai_chat::call(&request, model, &Quirks::default()),
            Api::Responses(_) => responses::call(&request, model),
        };
        Ok(call.into())
    }

    fn response(&mut self, body: &str) -> Result<Response, Failure> {
        match &self.api {
            Api::Chat(_) => openai_chat::response(body),
            Api::Responses(_) => responses::response(body),
        }
    }

    fn event(&mut self, frame: Frame<'_>, out: &mut Events) -> Result<(), Failure> {
        match &mut self.api {
            Api::Chat(reader) => reader.event(frame, out),
            Api::Responses(reader) => reader.event(frame, out),
        }
    }

    fn finish(&mut self, cause: Cause, out: &mut Events) {
        // A response's stream has closing events; without one it was cut.
        if let Api::Chat(reader) = &mut self.api {
            reader.finish(cause, out);
        }
    }

    fn failure(&mut self, status: u16, headers: &[(String, String)], body: &str) -> Failure {
        openai_chat::failure(status, headers, body)
    }

    fn relay(&mut self, context: &Context, operation: &str, document: &Relay) -> Result<Call, Failure> {
        let path = match (context.dialect.as_str(), operation) {
            (dialect::OPENAI_CHAT, "chat") => "/chat/completions",
            (dialect::OPENAI_RESPONSES, "chat") => "/responses",
            (dialect::OPENAI_RESPONSES, "tokens.count") => "/responses/input_tokens",
            _ => return Err(unsupported(operation)),
        };
        let streamed = document.members.get("stream").and_then(Value::as_bool).unwrap_or(false);
        let edits = vec![Edit::set("/model", context.model.as_str())];
        let call = Call::relay(path, context.dialect.as_str(), edits).sse(streamed && operation == "chat");
        Ok(match context.header("openai-beta") {
            Some(beta) => call.header("openai-beta", beta),
            None => call,
        })
    }

    fn list_models(&mut self, _: &Context, _: &str) -> Result<Begin, Failure> {
        Ok(Call::get("/models").into())
    }

    fn models(&mut self, body: &str) -> Result<ModelList, Failure> {
        openai_chat::models(body)
    }

    fn count_tokens(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        Ok(responses::count_call(&request, model(context, &request)).into())
    }

    fn token_count(&mut self, body: &str) -> Result<TokenCount, Failure> {
        responses::token_count(body)
    }
}

fn model<'a>(context: &'a Context, request: &'a Request) -> &'a str {
    if context.model.is_empty() { &request.model } else { &context.model }
}

dragoman_connector::export!(OpenAi);
