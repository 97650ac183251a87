//! The request.

use serde_json::{Map, Value};

use crate::call::Call;
use crate::json::Object;
use crate::loss::{self, Loss};
use crate::model::dialect::{OPENAI_CHAT, OPENAI_RESPONSES};
use crate::model::request::{FormatKind, OutputFormat, OutputOptions, Request};

use super::{Quirks, SHARED_MEMBERS, choice, messages, reasoning};

/// OpenAI refuses more stop texts.
const MOST_STOPS: usize = 4;

/// The tiers that OpenAI names.
const TIERS: &[&str] = &["auto", "default", "flex", "scale", "priority"];

/// The call that asks `model` for `request`, by `/chat/completions` below the base URL.
pub fn call(request: &Request, model: &str, quirks: &Quirks) -> Call {
    let mut losses = loss::foreign(request, &[OPENAI_CHAT]);
    losses.retain(|loss| !SHARED_MEMBERS.contains(&loss.path.as_str()));
    options_losses(request, quirks, &mut losses);
    let body = Object::text(|body| {
        body.put("model", model);
        body.list("messages", |list| messages::write(list, request, quirks, &mut losses));
        choice::write(body, request, quirks);
        sampling(body, request, quirks);
        if let Some(output) = &request.output {
            self::output(body, output, quirks);
        }
        body.put_some("reasoning_effort", request.reasoning.as_ref().and_then(reasoning::effort));
        delivery(body, request, quirks);
        body.rest_but(request.native.of(OPENAI_CHAT), &["stream_options"]);
        body.rest(Some(&shared(request)));
        body.rest(Some(&quirks.extra));
    });
    Call::post("/chat/completions", body).sse(request.stream).losing(losses)
}

fn sampling(body: &mut Object<'_>, request: &Request, quirks: &Quirks) {
    body.put_some(quirks.max_tokens_member, request.max_output_tokens);
    body.put_some("temperature", request.temperature.as_ref());
    body.put_some("top_p", request.top_p.as_ref());
    body.put_some("top_k", request.top_k.as_ref().filter(|_| quirks.top_k));
    body.put_some("frequency_penalty", request.frequency_penalty.as_ref());
    body.put_some("presence_penalty", request.presence_penalty.as_ref());
    body.put_some("seed", request.seed.as_ref());
    if !request.stop.is_empty() {
        body.put("stop", &request.stop.iter().take(MOST_STOPS).collect::<Vec<_>>());
    }
    body.put_some("n", request.candidates);
    if let Some(options) = &request.logprobs {
        body.put("logprobs", &true);
        body.put_some("top_logprobs", options.top);
    }
}

fn output(body: &mut Object<'_>, output: &OutputOptions, quirks: &Quirks) {
    if let Some(format) = &output.format {
        body.object("response_format", |out| self::format(out, format));
    }
    let modalities: Vec<&String> = output.modalities.iter().filter(|kind| is_given(kind, quirks)).collect();
    if !modalities.is_empty() {
        body.put("modalities", &modalities);
    }
    body.put_some("audio", output.audio.as_ref());
    body.put_some("verbosity", output.verbosity.as_ref());
}

/// Whether answers may be of this kind.
fn is_given(kind: &str, quirks: &Quirks) -> bool {
    kind != "image" || quirks.image_output
}

fn format(out: &mut Object<'_>, format: &OutputFormat) {
    match (&format.kind, &format.schema) {
        (FormatKind::JsonSchema, Some(schema)) => {
            out.put("type", "json_schema");
            out.object("json_schema", |out| {
                out.put("name", format.name.as_deref().unwrap_or("answer"));
                out.put_some("description", format.description.as_ref());
                out.put("schema", schema);
                out.put_some("strict", format.strict);
                out.rest(format.native.get(OPENAI_CHAT, "json_schema").and_then(Value::as_object));
            });
        }
        (FormatKind::JsonSchema | FormatKind::Json, _) => out.put("type", "json_object"),
        (kind, _) => out.put("type", kind.as_str()),
    }
    out.rest(format.native.of(OPENAI_CHAT));
}

fn delivery(body: &mut Object<'_>, request: &Request, quirks: &Quirks) {
    if request.stream {
        let asked = request.native.get(OPENAI_CHAT, "stream_options").and_then(Value::as_object);
        body.put("stream", &true);
        if quirks.stream_usage || asked.is_some() {
            body.object("stream_options", |options| {
                if quirks.stream_usage {
                    options.put("include_usage", &true);
                }
                options.rest(asked);
            });
        }
    }
    if let Some(cache) = &request.cache {
        body.put_some("prompt_cache_key", cache.key.as_ref());
        body.put_some("prompt_cache_retention", cache.retention.as_ref());
    }
    body.put_some("service_tier", request.service_tier.as_deref().and_then(|tier| tier_of(tier, quirks)));
    body.put_some("user", request.end_user.as_ref());
    if !request.metadata.is_empty() {
        body.put("metadata", &request.metadata);
    }
    body.put_some("store", request.store);
}

/// A service tier in OpenAI's words; `None` for one that OpenAI has not.
#[must_use]
pub fn service_tier(tier: &str) -> Option<&str> {
    match tier {
        // What Anthropic and Gemini call their plain tiers.
        "standard" | "standard_only" => Some("default"),
        known if TIERS.contains(&known) => Some(known),
        _ => None,
    }
}

fn tier_of<'a>(tier: &'a str, quirks: &Quirks) -> Option<&'a str> {
    if quirks.any_service_tier { Some(tier) } else { service_tier(tier) }
}

/// The members that the responses dialect calls the same.
fn shared(request: &Request) -> Map<String, Value> {
    let of = request.native.of(OPENAI_RESPONSES);
    let value = |name: &&str| of?.get(*name).map(|value| ((*name).to_owned(), value.clone()));
    SHARED_MEMBERS.iter().filter_map(value).collect()
}

fn options_losses(request: &Request, quirks: &Quirks, losses: &mut Vec<Loss>) {
    let reasoning = request.reasoning.as_ref();
    let no_level = |enabled: bool| enabled && reasoning.is_some_and(|asked| reasoning::effort(asked).is_none());
    let tier = request.service_tier.as_deref();
    let kinds = request.output.as_ref().map(|output| &output.modalities);
    let has_tools = !request.tools.is_empty();
    let dropped = [
        ("top_k", request.top_k.is_some() && !quirks.top_k),
        ("output.modalities", kinds.is_some_and(|kinds| !kinds.iter().all(|kind| is_given(kind, quirks)))),
        ("cache.content", request.cache.as_ref().is_some_and(|cache| cache.content.is_some())),
        ("reasoning.enabled", no_level(reasoning.and_then(|asked| asked.enabled) == Some(true))),
        ("reasoning.summary", reasoning.and_then(|asked| asked.summary.as_deref()).is_some_and(|how| how != "none")),
        ("service_tier", tier.is_some_and(|tier| tier_of(tier, quirks).is_none())),
        ("tool_choice", request.tool_choice.is_some() && !has_tools),
        ("parallel_tool_calls", request.parallel_tool_calls.is_some() && !has_tools),
    ];
    let stated = reasoning.filter(|asked| asked.effort.is_none());
    let approximated = [
        ("reasoning.budget_tokens", stated.is_some_and(|asked| asked.budget_tokens.is_some())),
        ("stop", request.stop.len() > MOST_STOPS),
    ];
    losses.extend(dropped.iter().filter(|(_, is_lost)| *is_lost).map(|(path, _)| Loss::dropped(*path)));
    losses.extend(approximated.iter().filter(|(_, is_near)| *is_near).map(|(path, _)| Loss::approximated(*path)));
    // What vendors put beside the effort is written in too many ways to be put back.
    let beside = reasoning.and_then(|asked| asked.native.of(OPENAI_CHAT));
    losses.extend(beside.into_iter().flatten().map(|(name, _)| Loss::dropped(format!("reasoning.{name}"))));
    if !quirks.cache_control {
        cache_markers(request, losses);
    }
}

/// Markers on tools have no place in the dialect.
fn cache_markers(request: &Request, losses: &mut Vec<Loss>) {
    for (index, tool) in request.tools.iter().enumerate() {
        if matches!(tool, crate::model::request::Tool::Function(tool) if tool.cache.is_some()) {
            losses.push(Loss::dropped(format!("tools[{index}].cache")));
        }
    }
}
