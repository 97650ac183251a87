//! The answer.

use dragoman_connector::Context;
use dragoman_connector::model::content::{TextPart, ToolCallPart};
use dragoman_connector::model::event::{CandidateFinish, Close, Delta, End, Event, Open, Start, UsageReport};
use dragoman_connector::model::listing::{ModelInfo, ModelList, TokenCount};
use dragoman_connector::model::request::{FormatKind, Request, Tool};
use dragoman_connector::model::response::{Finish, FinishReason};
use dragoman_connector::model::{Json, Part, Usage};
use serde_json::json;

use crate::prompt::{Said, called, name, prompt_tokens, said, tokens};
use crate::{MODEL, schema};

/// The events that answer `request`.
pub(crate) fn events(context: &Context, request: &Request) -> Vec<Event> {
    let (part, told, reason) = content(context, request);
    let mut events = vec![start(context).into(), Open::new(0, 0, part).into()];
    events.extend(pieces(&told).map(|piece| Delta::text(0, piece).into()));
    events.push(Close::default().into());
    events.push(CandidateFinish::new(0, Finish::new(reason)).into());
    let (input, output) = (prompt_tokens(request), tokens(&told));
    let usage = Usage {
        input_tokens: Some(input),
        output_tokens: Some(output),
        total_tokens: Some(input + output),
        ..Usage::default()
    };
    events.push(UsageReport { usage, ..UsageReport::default() }.into());
    events.push(End::default().into());
    events
}

/// The listing of the one model.
pub(crate) fn models(context: &Context) -> ModelList {
    let model = ModelInfo {
        id: MODEL.to_owned(),
        name: Some("Echo".to_owned()),
        description: Some("Says the last words back.".to_owned()),
        created: Some(context.now_ms / 1000),
        owner: Some("dragoman".to_owned()),
        ..ModelInfo::default()
    };
    ModelList { models: vec![model], ..ModelList::default() }
}

/// A rough count of the prompt's tokens.
pub(crate) fn token_count(request: &Request) -> TokenCount {
    TokenCount { input_tokens: Some(prompt_tokens(request)), ..TokenCount::default() }
}

/// The one part of the answer, what is told of it in pieces, and why it ends.
fn content(context: &Context, request: &Request) -> (Part, String, FinishReason) {
    let words = match said(request) {
        Said::Results(results) => return (TextPart::default().into(), results, FinishReason::Stop),
        Said::Words(words) => words,
    };
    if let Some(tool) = called(request, &words) {
        let (part, arguments) = call(context, tool, &words);
        return (part.into(), arguments, FinishReason::ToolCalls);
    }
    (TextPart::default().into(), structured(request, &words).unwrap_or(words), FinishReason::Stop)
}

fn call(context: &Context, tool: &Tool, words: &str) -> (ToolCallPart, String) {
    let (kind, arguments) = match tool {
        Tool::Function(tool) => {
            let schema = tool.parameters.as_ref().map_or_else(|| json!({"type": "object"}), Json::value);
            (None, schema::fitting(&schema, words).to_string())
        }
        Tool::Custom(_) => (Some("custom".to_owned()), words.to_owned()),
        Tool::Native(_) | Tool::Unknown(_) => (None, String::new()),
    };
    let name = name(tool).unwrap_or_default().to_owned();
    (ToolCallPart { id: format!("call_{}", context.seed), name, kind, ..ToolCallPart::default() }, arguments)
}

/// The answer's text where JSON is asked for.
fn structured(request: &Request, words: &str) -> Option<String> {
    let format = request.output.as_ref()?.format.as_ref()?;
    match (&format.kind, &format.schema) {
        (FormatKind::JsonSchema, Some(schema)) => Some(schema::fitting(&schema.value(), words).to_string()),
        (FormatKind::JsonSchema | FormatKind::Json, _) => Some(json!({"echo": words}).to_string()),
        _ => None,
    }
}

fn start(context: &Context) -> Start {
    let model = if context.model.is_empty() { MODEL } else { &context.model };
    Start {
        id: Some(format!("echo-{}", context.seed)),
        model: Some(model.to_owned()),
        created: Some(context.now_ms / 1000),
        ..Start::default()
    }
}

/// `text` in pieces that end where a word begins; put together they are `text` again.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ')
}
