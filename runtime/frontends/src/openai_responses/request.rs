//! The request of a response.

use dragoman_model::Failure;
use dragoman_model::content::TextPart;
use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::request::{
    FormatKind, LogprobOptions, Message, OutputFormat, OutputOptions, ReasoningOptions, Request, Role,
};
use serde_json::{Map, Value};

use super::{input, tools};
use crate::common::Members;
use crate::common::openai::options;

/// Reads the body of a request; `asked_model` stands in for a model that the body does not name.
pub(super) fn read(mut body: Members<'_>, asked_model: &str) -> Result<Request, Failure> {
    match body.take("extra_body") {
        Some(Value::Object(more)) => body.absorb(more),
        Some(other) => body.put_back("extra_body", other),
        None => {}
    }
    let mut request =
        Request { model: body.string("model")?.unwrap_or_else(|| asked_model.to_owned()), ..Request::default() };
    request.messages.extend(instructions(&mut body)?);
    let place = body.place();
    input::read(body.take("input"), &place.member("input"), &mut request.messages)?;
    tools::read(&mut body, &mut request)?;
    options::read(&mut body, &mut request)?;
    request.max_output_tokens = body.count("max_output_tokens")?;
    request.logprobs = logprobs(&mut body)?;
    request.output = output(&mut body)?;
    request.reasoning = reasoning(&mut body)?;
    request.native = body.native(OPENAI_RESPONSES);
    Ok(request)
}

/// `instructions` is a system message that stands before all others. Its mark tells it from one in the input: the
/// provider forgets instructions, and keeps messages, when the next request goes on from the response.
fn instructions(body: &mut Members<'_>) -> Result<Vec<Message>, Failure> {
    let mut messages = Vec::new();
    match body.take("instructions") {
        None => {}
        Some(Value::String(text)) if text.is_empty() => {}
        Some(Value::String(text)) => messages.push(Message::new(Role::System, vec![TextPart::new(text).into()])),
        Some(items) => {
            let place = body.place();
            input::read(Some(items), &place.member("instructions"), &mut messages)?;
        }
    }
    for message in &mut messages {
        message.native.put(OPENAI_RESPONSES, "instructions", true.into());
    }
    Ok(messages)
}

/// Log probabilities are asked for by `include`, which stays among the rest, and by `top_logprobs`.
fn logprobs(body: &mut Members<'_>) -> Result<Option<LogprobOptions>, Failure> {
    let top = body.count("top_logprobs")?.filter(|top| *top > 0);
    let include = body.peek("include").and_then(Value::as_array);
    let included = include.is_some_and(|include| include.iter().any(|one| one == "message.output_text.logprobs"));
    Ok((included || top.is_some()).then(|| LogprobOptions { top, ..LogprobOptions::default() }))
}

fn output(body: &mut Members<'_>) -> Result<Option<OutputOptions>, Failure> {
    let Some(text) = body.object("text")? else { return Ok(None) };
    let place = body.place();
    let mut text = Members::new(text, place.member("text"));
    let options =
        OutputOptions { format: format(&mut text)?, verbosity: text.string("verbosity")?, ..OutputOptions::default() };
    let rest = text.rest();
    if !rest.is_empty() {
        body.put_back("text", rest.into());
    }
    Ok(options::output(options))
}

fn format(text: &mut Members<'_>) -> Result<Option<OutputFormat>, Failure> {
    let Some(format) = text.object("format")? else { return Ok(None) };
    let kind = match format.get("type").and_then(Value::as_str) {
        Some("text") => FormatKind::Text,
        Some("json_object") => FormatKind::Json,
        Some("json_schema") => FormatKind::JsonSchema,
        _ => {
            text.put_back("format", format.into());
            return Ok(None);
        }
    };
    let place = text.place();
    let mut members = Members::new(format, place.member("format"));
    members.take("type");
    let mut read = match kind {
        FormatKind::JsonSchema => {
            // Some clients write the nested form of chat completions.
            if let Some(Value::Object(nested)) = members.take("json_schema") {
                members.absorb(nested);
            }
            options::schema(&mut members)?
        }
        kind => OutputFormat::new(kind),
    };
    members.rest_into(&mut read.native, OPENAI_RESPONSES);
    Ok(Some(read))
}

fn reasoning(body: &mut Members<'_>) -> Result<Option<ReasoningOptions>, Failure> {
    let place = body.place();
    let mut map: Map<String, Value> = body.object("reasoning")?.unwrap_or_default();
    // The word of chat completions, which some clients write here too.
    if let Some(effort) = body.take_str("reasoning_effort") {
        map.entry("effort").or_insert(effort.into());
    }
    let read = options::reasoning(Members::new(map, place.member("reasoning")), OPENAI_RESPONSES)?;
    Ok((read != ReasoningOptions::default()).then_some(read))
}
