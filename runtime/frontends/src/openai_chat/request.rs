//! The request of a chat completion.

use dragoman_model::Failure;
use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::request::{
    FormatKind, LogprobOptions, Message, OutputFormat, OutputOptions, ReasoningOptions, Request,
};
use serde_json::Value;

use super::{message, tools};
use crate::common::Members;
use crate::common::openai::options;

/// What of the request the answer must heed.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// The stream shall end with a chunk that tells the usage.
    pub(super) include_usage: bool,
    /// The client knows `functions` only, not `tools`.
    pub(super) legacy_functions: bool,
}

/// Reads the body of a request; `asked_model` stands in for a model that the body does not name.
pub(super) fn read(mut body: Members<'_>, asked_model: &str) -> Result<(Request, Wishes), Failure> {
    match body.take("extra_body") {
        Some(Value::Object(more)) => body.absorb(more),
        Some(other) => body.put_back("extra_body", other),
        None => {}
    }
    let mut request = Request {
        model: body.string("model")?.unwrap_or_else(|| asked_model.to_owned()),
        messages: messages(&mut body)?,
        ..Request::default()
    };
    let mut wishes = Wishes { include_usage: include_usage(&mut body)?, ..Wishes::default() };
    tools::read(&mut body, &mut request, &mut wishes)?;
    options::read(&mut body, &mut request)?;
    if wishes.legacy_functions {
        // A client of `functions` can read one call only.
        request.parallel_tool_calls = request.parallel_tool_calls.or(Some(false));
    }
    request.max_output_tokens = limit(&mut body)?;
    // Mistral's word for it is the second.
    request.seed = body.number("seed")?.or(body.number("random_seed")?);
    request.stop = body.strings("stop")?;
    request.candidates = body.count("n")?;
    request.logprobs = logprobs(&mut body)?;
    request.output = output(&mut body)?;
    request.reasoning = reasoning(&mut body)?;
    request.native = body.native(OPENAI_CHAT);
    Ok((request, wishes))
}

fn messages(body: &mut Members<'_>) -> Result<Vec<Message>, Failure> {
    let items = body.required("messages")?;
    let place = body.place();
    let place = place.member("messages");
    message::read_all(place.list(items)?, &place)
}

/// Takes `stream_options.include_usage`; whatever else stands in `stream_options` stays.
fn include_usage(body: &mut Members<'_>) -> Result<bool, Failure> {
    let Some(options) = body.object("stream_options")? else { return Ok(false) };
    let place = body.place();
    let mut options = Members::new(options, place.member("stream_options"));
    let wanted = options.boolean("include_usage")?.unwrap_or(false);
    let rest = options.rest();
    if !rest.is_empty() {
        body.put_back("stream_options", rest.into());
    }
    Ok(wanted)
}

/// `max_completion_tokens`, or the older `max_tokens`; where they differ, the older one stays among the rest.
fn limit(body: &mut Members<'_>) -> Result<Option<u64>, Failure> {
    let newer = body.count("max_completion_tokens")?;
    if body.peek("max_tokens").and_then(Value::as_i64) == Some(-1) {
        // How clients of local servers say that there is no limit; it stays among the rest.
        return Ok(newer);
    }
    let older = body.count("max_tokens")?;
    if let (Some(newer), Some(older)) = (newer, older)
        && newer != older
    {
        body.put_back("max_tokens", older.into());
    }
    Ok(newer.or(older))
}

fn logprobs(body: &mut Members<'_>) -> Result<Option<LogprobOptions>, Failure> {
    if body.boolean("logprobs")? != Some(true) {
        return Ok(None);
    }
    Ok(Some(LogprobOptions { top: body.count("top_logprobs")?, ..LogprobOptions::default() }))
}

fn output(body: &mut Members<'_>) -> Result<Option<OutputOptions>, Failure> {
    Ok(options::output(OutputOptions {
        format: format(body)?,
        modalities: body.strings("modalities")?,
        audio: body.take("audio"),
        verbosity: body.string("verbosity")?,
        ..OutputOptions::default()
    }))
}

fn format(body: &mut Members<'_>) -> Result<Option<OutputFormat>, Failure> {
    let Some(format) = body.object("response_format")? else { return Ok(None) };
    let kind = format.get("type").and_then(Value::as_str).unwrap_or_default();
    // llama.cpp and Together take a schema beside `json_object`, too.
    let bare = format.get("schema").is_some_and(|schema| !schema.is_null());
    let known = match kind {
        "text" => FormatKind::Text,
        "json_schema" => FormatKind::JsonSchema,
        "json_object" if bare => FormatKind::JsonSchema,
        "json_object" => FormatKind::Json,
        _ => {
            body.put_back("response_format", format.into());
            return Ok(None);
        }
    };
    let place = body.place();
    let place = place.member("response_format");
    let mut members = Members::new(format, place);
    members.take("type");
    let mut read = OutputFormat::new(known);
    if read.kind == FormatKind::JsonSchema {
        read = match members.object("json_schema")? {
            None => options::schema(&mut members)?,
            Some(nested) => nested_schema(Members::new(nested, place.member("json_schema")))?,
        };
    }
    members.rest_into(&mut read.native, OPENAI_CHAT);
    Ok(Some(read))
}

fn nested_schema(mut members: Members<'_>) -> Result<OutputFormat, Failure> {
    let mut format = options::schema(&mut members)?;
    let rest = members.rest();
    if !rest.is_empty() {
        format.native.put(OPENAI_CHAT, "json_schema", rest.into());
    }
    Ok(format)
}

/// Thinking, by any of the names that vendors of this dialect gave it: OpenAI's `reasoning_effort`, OpenRouter's
/// `reasoning`, the `thinking` of DeepSeek, Z.AI and others, and Qwen's `enable_thinking`.
fn reasoning(body: &mut Members<'_>) -> Result<Option<ReasoningOptions>, Failure> {
    let place = body.place();
    let mut read = match body.take("reasoning") {
        Some(Value::Object(map)) => options::reasoning(Members::new(map, place.member("reasoning")), OPENAI_CHAT)?,
        Some(other) => {
            body.put_back("reasoning", other);
            ReasoningOptions::default()
        }
        None => ReasoningOptions::default(),
    };
    if let Some(effort) = body.string("reasoning_effort")? {
        read.enabled = read.enabled.or_else(|| options::off(Some(&effort)));
        read.effort = Some(effort);
    }
    if let Some(Value::Object(map)) = body.peek("thinking").filter(|thinking| thinking.get("type").is_some()) {
        let mut members = Members::new(map.clone(), place.member("thinking"));
        body.take("thinking");
        read.enabled = read.enabled.or(members.string("type")?.map(|kind| kind != "disabled"));
        let budget = members.count("budget_tokens")?.map(|tokens| i64::try_from(tokens).unwrap_or(i64::MAX));
        read.budget_tokens = read.budget_tokens.or(budget);
        members.rest_into(&mut read.native, OPENAI_CHAT);
    }
    if let Some(Value::Bool(enabled)) = body.peek("enable_thinking") {
        read.enabled = read.enabled.or(Some(*enabled));
        body.take("enable_thinking");
    }
    Ok((read != ReasoningOptions::default()).then_some(read))
}
