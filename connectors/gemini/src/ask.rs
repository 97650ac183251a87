//! Requests.

use dragoman_connector::model::request::{FormatKind, OutputOptions};
use dragoman_connector::model::{Failure, Request};
use dragoman_connector::{Context, Loss, loss};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Number, Value, json};

use crate::ids::Names;
use crate::members::{put, restore};
use crate::models::{self, Generation};
use crate::parts::Parts;
use crate::tools::{self, Tools};
use crate::{DIALECT, thinking, turns};

/// Most stop texts that Gemini takes.
const MAX_STOPS: usize = 5;

/// A request as it is sent.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) body: String,
    pub(crate) losses: Vec<Loss>,
    pub(crate) names: Names,
}

struct Body {
    members: Map<String, Value>,
    tools: Tools,
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        if !self.tools.is_empty() {
            map.serialize_entry("tools", &self.tools)?;
        }
        map.end()
    }
}

/// Writes a chat request.
pub(crate) fn chat(request: Request, context: &Context, model: &str) -> Result<Asked, Failure> {
    let (body, parts) = write(request, context, model)?;
    Ok(asked(&body, parts))
}

/// Writes a request for a token count: the chat request inside another, where it must name its model.
pub(crate) fn count(request: Request, context: &Context, model: &str) -> Result<Asked, Failure> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Count {
        generate_content_request: Body,
    }
    let (mut body, parts) = write(request, context, model)?;
    body.members.insert("model".into(), models::name(model).into());
    Ok(asked(&Count { generate_content_request: body }, parts))
}

fn asked(body: &impl Serialize, parts: Parts) -> Asked {
    // A document of strings and numbers cannot fail to be written.
    let body = serde_json::to_string(body).unwrap_or_default();
    Asked { body, losses: parts.losses, names: parts.names }
}

fn write(mut request: Request, context: &Context, model: &str) -> Result<(Body, Parts), Failure> {
    let mut parts = Parts { losses: loss::foreign(&request, &[DIALECT]), ..Parts::default() };
    let generation = Generation::of(model);
    let mut body = Map::new();
    let said = turns::write(std::mem::take(&mut request.messages), generation.has_levels(), &mut parts)?;
    put(&mut body, "systemInstruction", (!said.system.is_empty()).then(|| json!({"parts": said.system})));
    body.insert("contents".into(), said.contents.into());
    let tools = Tools::write(std::mem::take(&mut request.tools), &mut parts.names, &mut parts.losses);
    if let Some(choice) = request.tool_choice.take() {
        if tools.has_functions() {
            body.insert("toolConfig".into(), tools::config(choice, &mut parts.names, &mut parts.losses));
        } else if !["auto", "none"].contains(&choice.mode.as_str()) {
            parts.losses.push(Loss::dropped("tool_choice"));
        }
    }
    let config = generation_config(&mut request, generation, context, &mut parts.losses);
    put(&mut body, "generationConfig", (!config.is_empty()).then_some(config));
    put(&mut body, "cachedContent", request.cache.as_mut().and_then(|cache| cache.content.take()));
    put(&mut body, "store", request.store.filter(|store| !store));
    put(&mut body, "serviceTier", tier(request.service_tier.take()));
    restore(&mut body, &request.native);
    unsaid(&request, &mut parts.losses);
    Ok((Body { members: body, tools }, parts))
}

fn generation_config(
    request: &mut Request,
    generation: Generation,
    context: &Context,
    losses: &mut Vec<Loss>,
) -> Map<String, Value> {
    let mut config = Map::new();
    put(&mut config, "maxOutputTokens", request.max_output_tokens);
    put(&mut config, "temperature", request.temperature.take());
    put(&mut config, "topP", request.top_p.take());
    put(&mut config, "topK", request.top_k.take().map(|top_k| whole(&top_k)));
    put(&mut config, "presencePenalty", request.presence_penalty.take());
    put(&mut config, "frequencyPenalty", request.frequency_penalty.take());
    put(&mut config, "seed", request.seed.take().map(|seed| short(&seed, losses)));
    put(&mut config, "candidateCount", request.candidates.filter(|candidates| *candidates > 1));
    let mut stops = std::mem::take(&mut request.stop);
    stops.retain(|stop| !stop.is_empty());
    if stops.len() > MAX_STOPS {
        losses.push(Loss::dropped(format!("stop[{MAX_STOPS}]")));
        stops.truncate(MAX_STOPS);
    }
    put(&mut config, "stopSequences", (!stops.is_empty()).then_some(stops));
    if let Some(logprobs) = request.logprobs.take() {
        config.insert("responseLogprobs".into(), true.into());
        put(&mut config, "logprobs", logprobs.top.filter(|top| *top > 0));
    }
    if let Some(options) = request.output.take() {
        output(&mut config, &options, losses);
    }
    if let Some(options) = request.reasoning.take() {
        let shown = context.settings.get("include_thoughts").and_then(Value::as_bool).unwrap_or(true);
        put(&mut config, "thinkingConfig", thinking::config(&options, generation, shown, losses));
    }
    config
}

/// `40.0`, as some clients write it, is 40.
#[allow(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
fn whole(number: &Number) -> Value {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e9 => Value::from(float as i64),
        _ => number.clone().into(),
    }
}

/// Gemini's seeds have 32 bits; a longer one is folded, always to the same.
fn short(seed: &Number, losses: &mut Vec<Loss>) -> Value {
    let value = whole(seed);
    let Some(long) = value.as_i64().filter(|long| i32::try_from(*long).is_err()) else { return value };
    losses.push(Loss::approximated("seed"));
    Value::from(long.rem_euclid(i64::from(i32::MAX)))
}

fn output(config: &mut Map<String, Value>, options: &OutputOptions, losses: &mut Vec<Loss>) {
    for (member, is_told) in [("audio", options.audio.is_some()), ("verbosity", options.verbosity.is_some())] {
        losses.extend(is_told.then(|| Loss::dropped(format!("output.{member}"))));
    }
    if options.modalities.iter().any(|modality| modality != "text") {
        let modalities: Vec<String> = options.modalities.iter().map(|one| one.to_ascii_uppercase()).collect();
        config.insert("responseModalities".into(), modalities.into());
    }
    let Some(format) = &options.format else { return };
    for (member, is_told) in [("name", format.name.is_some()), ("description", format.description.is_some())] {
        losses.extend(is_told.then(|| Loss::dropped(format!("output.format.{member}"))));
    }
    match &format.kind {
        FormatKind::Text => {}
        FormatKind::Json | FormatKind::JsonSchema => {
            config.insert("responseMimeType".into(), "application/json".into());
            put(config, "responseJsonSchema", format.schema.as_ref().map(dragoman_connector::model::Json::value));
        }
        FormatKind::Other(_) => losses.push(Loss::dropped("output.format")),
    }
    restore(config, &format.native);
}

/// Gemini's word for a service tier; `auto` is what it does anyhow.
fn tier(tier: Option<String>) -> Option<String> {
    match tier.as_deref() {
        None | Some("auto") => None,
        Some("default" | "standard_only") => Some("standard".to_owned()),
        Some(_) => tier,
    }
}

/// What Gemini's dialect has no word for.
fn unsaid(request: &Request, losses: &mut Vec<Loss>) {
    let cache = request.cache.as_ref();
    for (member, is_told) in [
        ("parallel_tool_calls", request.parallel_tool_calls == Some(false)),
        ("end_user", request.end_user.is_some()),
        ("metadata", !request.metadata.is_empty()),
        ("store", request.store == Some(true)),
        ("cache.key", cache.is_some_and(|cache| cache.key.is_some())),
        ("cache.retention", cache.is_some_and(|cache| cache.retention.is_some())),
    ] {
        losses.extend(is_told.then(|| Loss::dropped(member)));
    }
}
