//! Request options that both dialects have.

use dragoman_model::request::{CacheOptions, FormatKind, OutputFormat, OutputOptions, ReasoningOptions, Request};
use dragoman_model::{Failure, Json};
use serde_json::Value;

use crate::common::Members;

/// Takes what both dialects write alike: sampling, storage, caching, labels and the like.
pub(crate) fn read(body: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    request.parallel_tool_calls = body.boolean("parallel_tool_calls")?;
    request.temperature = body.number("temperature")?;
    request.top_p = body.number("top_p")?;
    request.top_k = body.number("top_k")?;
    request.frequency_penalty = body.number("frequency_penalty")?;
    request.presence_penalty = body.number("presence_penalty")?;
    request.stream = body.boolean("stream")?.unwrap_or(false);
    request.service_tier = body.string("service_tier")?;
    request.metadata = body.object("metadata")?.unwrap_or_default();
    request.store = body.boolean("store")?;
    request.end_user = end_user(body)?;
    let cache = CacheOptions {
        key: body.string("prompt_cache_key")?,
        retention: body.string("prompt_cache_retention")?,
        ..CacheOptions::default()
    };
    request.cache = (cache != CacheOptions::default()).then_some(cache);
    Ok(())
}

/// `user`, or the newer `safety_identifier`; where both are there, the newer one stays among the rest.
fn end_user(body: &mut Members<'_>) -> Result<Option<String>, Failure> {
    match body.string("user")? {
        Some(user) => Ok(Some(user)),
        None => body.string("safety_identifier"),
    }
}

/// Takes the members of a `json_schema` format into a format of that kind.
pub(crate) fn schema(members: &mut Members<'_>) -> Result<OutputFormat, Failure> {
    Ok(OutputFormat {
        schema: members.take("schema").map(Json::from),
        name: members.string("name")?,
        description: members.string("description")?,
        strict: members.boolean("strict")?,
        ..OutputFormat::new(FormatKind::JsonSchema)
    })
}

/// Takes a `reasoning` object: `effort`, `summary`, and what OpenRouter adds, `max_tokens` and `enabled`.
pub(crate) fn reasoning(mut members: Members<'_>, dialect: &str) -> Result<ReasoningOptions, Failure> {
    let effort = members.string("effort")?;
    let summary = members.string("summary")?.or(members.string("generate_summary")?);
    let budget_tokens = members.count("max_tokens")?.map(|tokens| i64::try_from(tokens).unwrap_or(i64::MAX));
    let enabled = members.boolean("enabled")?.or_else(|| off(effort.as_deref()));
    let native = members.native(dialect);
    Ok(ReasoningOptions { enabled, effort, budget_tokens, summary, native, ..ReasoningOptions::default() })
}

/// The effort `none` means that the model shall not think; any other word says nothing about whether it shall.
pub(crate) fn off(effort: Option<&str>) -> Option<bool> {
    (effort == Some("none")).then_some(false)
}

/// `options` unless nothing is in them.
pub(crate) fn output(options: OutputOptions) -> Option<OutputOptions> {
    (options != OutputOptions::default()).then_some(options)
}

/// Call arguments as text: most clients write text, some the object itself.
pub(crate) fn arguments(value: Option<Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}
