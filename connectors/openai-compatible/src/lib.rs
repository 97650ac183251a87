//! Vendors that speak OpenAI's chat completions, each with quirks that the settings name.
#![forbid(unsafe_code)]

use dragoman_connector::model::listing::ModelList;
use dragoman_connector::model::{Failure, Request, Response, dialect};
use dragoman_connector::openai_chat::{self, Quirks, Reader};
use dragoman_connector::{Begin, Call, Cause, Context, Edit, Events, Frame, Provider, Relay, unsupported};
use serde_json::Value;

#[cfg(test)]
mod tests;

/// One exchange with such a vendor.
#[derive(Debug)]
pub struct OpenAiCompatible {
    quirks: Quirks,
    reader: Reader,
}

impl Provider for OpenAiCompatible {
    fn new(context: &Context) -> Result<Self, Failure> {
        Ok(Self { quirks: quirks(context), reader: Reader::default() })
    }

    fn chat(&mut self, context: &Context, request: Request) -> Result<Begin, Failure> {
        let model = if context.model.is_empty() { &request.model } else { &context.model };
        Ok(openai_chat::call(&request, model, &self.quirks).into())
    }

    fn response(&mut self, body: &str) -> Result<Response, Failure> {
        openai_chat::response(body)
    }

    fn event(&mut self, frame: Frame<'_>, out: &mut Events) -> Result<(), Failure> {
        self.reader.event(frame, out)
    }

    fn finish(&mut self, cause: Cause, out: &mut Events) {
        self.reader.finish(cause, out);
    }

    fn failure(&mut self, status: u16, headers: &[(String, String)], body: &str) -> Failure {
        openai_chat::failure(status, headers, body)
    }

    fn relay(&mut self, context: &Context, operation: &str, document: &Relay) -> Result<Call, Failure> {
        if operation != "chat" || context.dialect != dialect::OPENAI_CHAT {
            return Err(unsupported(operation));
        }
        let streamed = document.members.get("stream").and_then(Value::as_bool).unwrap_or(false);
        let model = Edit::set("/model", context.model.as_str());
        Ok(Call::relay("/chat/completions", dialect::OPENAI_CHAT, vec![model]).sse(streamed))
    }

    fn list_models(&mut self, _: &Context, _: &str) -> Result<Begin, Failure> {
        Ok(Call::get("/models").into())
    }

    fn models(&mut self, body: &str) -> Result<ModelList, Failure> {
        openai_chat::models(body)
    }
}

fn quirks(context: &Context) -> Quirks {
    let known = Quirks::vendor();
    let flag = |name: &str, default: bool| context.settings.get(name).and_then(Value::as_bool).unwrap_or(default);
    Quirks {
        max_tokens_member: match context.setting("max_tokens_member") {
            Some("max_completion_tokens") => "max_completion_tokens",
            _ => known.max_tokens_member,
        },
        reasoning_member: match context.setting("reasoning_member") {
            Some("reasoning" | "reasoning_details") => Some("reasoning"),
            Some("none") => None,
            _ => known.reasoning_member,
        },
        foreign_state: context.setting("reasoning_member") == Some("reasoning_details"),
        google_signatures: flag("google_signatures", known.google_signatures),
        stream_usage: flag("stream_usage", known.stream_usage),
        developer_role: flag("developer_role", known.developer_role),
        join_text: flag("join_text", known.join_text),
        top_k: flag("top_k", known.top_k),
        video_url: flag("video_url", known.video_url),
        text_files: flag("text_files", known.text_files),
        allowed_tools: flag("allowed_tools", known.allowed_tools),
        cache_control: flag("cache_control", known.cache_control),
        ..known
    }
}

dragoman_connector::export!(OpenAiCompatible);
