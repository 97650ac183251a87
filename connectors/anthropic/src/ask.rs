//! Requests.

use dragoman_connector::model::request::{FormatKind, OutputOptions};
use dragoman_connector::model::{Failure, Request};
use dragoman_connector::{Context, Loss, loss};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Number, Value, json};

use crate::blocks::Blocks;
use crate::ids::Names;
use crate::members::{put, restore};
use crate::thinking::{self, Generation, Thinking};
use crate::tools::Written;
use crate::{DIALECT, schema, tools, turns};

/// Most tokens to write where neither the client nor the backend says.
const DEFAULT_MAX_TOKENS: u64 = 8192;

/// Longest name of a user, in characters.
const MAX_USER: usize = 512;

/// The feature that lets a request name a stored file.
const FILES_BETA: &str = "files-api-2025-04-14";

/// The members of a chat request that a token count takes too.
const COUNTED: [&str; 9] = [
    "model",
    "messages",
    "system",
    "tool_choice",
    "thinking",
    "output_config",
    "cache_control",
    "context_management",
    "mcp_servers",
];

/// A request as it is sent.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) body: String,
    pub(crate) losses: Vec<Loss>,
    pub(crate) names: Names,
    pub(crate) betas: Vec<&'static str>,
}

struct Body {
    members: Map<String, Value>,
    tools: Vec<Written>,
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
pub(crate) fn chat(request: Request, context: &Context) -> Result<Asked, Failure> {
    write(request, context, |_| true)
}

/// Writes a request for a token count.
pub(crate) fn count(request: Request, context: &Context) -> Result<Asked, Failure> {
    write(request, context, |name| COUNTED.contains(&name))
}

fn write(mut request: Request, context: &Context, is_wanted: impl Fn(&str) -> bool) -> Result<Asked, Failure> {
    let mut blocks = Blocks { losses: loss::foreign(&request, &[DIALECT]), ..Blocks::default() };
    let model = if context.model.is_empty() { std::mem::take(&mut request.model) } else { context.model.clone() };
    let generation = Generation::of(&model);
    let default = context.settings.get("default_max_tokens").and_then(Value::as_u64).unwrap_or(DEFAULT_MAX_TOKENS);
    let limit = request.max_output_tokens;
    let thinking = thinking::plan(request.reasoning.take(), generation, limit, default, &mut blocks.losses);

    let mut body = Map::new();
    body.insert("model".into(), model.into());
    body.insert("max_tokens".into(), thinking.max_tokens.into());
    let said = turns::write(std::mem::take(&mut request.messages), &mut blocks)?;
    put(&mut body, "system", (!said.system.is_empty()).then_some(said.system));
    body.insert("messages".into(), said.messages.into());
    let tools = tools::write(std::mem::take(&mut request.tools), &mut blocks.names, &mut blocks.losses);
    choose(&mut body, &mut request, !tools.is_empty(), thinking.on, &mut blocks);
    sampling(&mut body, &request, generation, thinking.on, &mut blocks.losses);
    stops(&mut body, std::mem::take(&mut request.stop), &mut blocks.losses);
    output(&mut body, request.output.take(), &thinking, &mut blocks.losses);
    put(&mut body, "thinking", thinking.config);
    account(&mut body, &mut request, &mut blocks.losses);
    put(&mut body, "stream", request.stream.then_some(true));
    restore(&mut body, &request.native);
    unsaid(&request, &mut blocks.losses);

    body.retain(|name, _| is_wanted(name));
    // A document of strings and numbers cannot fail to be written.
    let body = serde_json::to_string(&Body { members: body, tools }).unwrap_or_default();
    let betas = if blocks.files { vec![FILES_BETA] } else { Vec::new() };
    Ok(Asked { body, losses: blocks.losses, names: blocks.names, betas })
}

/// Anthropic takes a choice only beside tools.
fn choose(body: &mut Map<String, Value>, request: &mut Request, has_tools: bool, thinks: bool, blocks: &mut Blocks) {
    let (choice, parallel) = (request.tool_choice.take(), request.parallel_tool_calls);
    if has_tools {
        let written = tools::choice(choice, parallel, thinks, &mut blocks.names, &mut blocks.losses);
        put(body, "tool_choice", written);
    } else if choice.is_some_and(|choice| !["auto", "none"].contains(&choice.mode.as_str())) {
        blocks.losses.push(Loss::dropped("tool_choice"));
    }
}

/// Anthropic's temperature ends at 1; thinking models take no sampling parameters, and models since Claude Opus 4.1
/// only one of temperature and nucleus sampling.
fn sampling(
    body: &mut Map<String, Value>,
    request: &Request,
    generation: Generation,
    thinks: bool,
    losses: &mut Vec<Loss>,
) {
    let is_one = |number: &Number| number.as_f64() == Some(1.0);
    let taken = !thinks && generation.takes_sampling();
    if let Some(temperature) = &request.temperature {
        if !taken {
            losses.extend((!is_one(temperature)).then(|| Loss::dropped("temperature")));
        } else if temperature.as_f64().is_some_and(|temperature| temperature > 1.0) {
            losses.push(Loss::approximated("temperature"));
            body.insert("temperature".into(), 1.into());
        } else {
            body.insert("temperature".into(), temperature.clone().into());
        }
    }
    if let Some(top_p) = &request.top_p {
        let alone = request.temperature.is_none() || generation.takes_both_samplings();
        if taken && alone {
            body.insert("top_p".into(), top_p.clone().into());
        } else if !is_one(top_p) {
            losses.push(Loss::dropped("top_p"));
        }
    }
    if let Some(top_k) = &request.top_k {
        if taken {
            body.insert("top_k".into(), whole(top_k));
        } else {
            losses.push(Loss::dropped("top_k"));
        }
    }
}

/// `40.0`, as some clients write it, is 40.
#[allow(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
fn whole(number: &Number) -> Value {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e9 => Value::from(float as i64),
        _ => number.clone().into(),
    }
}

/// Anthropic refuses stop texts of nothing but white space.
fn stops(body: &mut Map<String, Value>, stops: Vec<String>, losses: &mut Vec<Loss>) {
    let told = stops.len();
    let stops: Vec<String> = stops.into_iter().filter(|stop| !stop.trim().is_empty()).collect();
    if stops.len() < told {
        losses.push(Loss::dropped("stop"));
    }
    put(body, "stop_sequences", (!stops.is_empty()).then_some(stops));
}

fn output(body: &mut Map<String, Value>, options: Option<OutputOptions>, thinking: &Thinking, losses: &mut Vec<Loss>) {
    let mut config = Map::new();
    put(&mut config, "effort", thinking.effort.as_deref());
    if let Some(options) = options {
        put(&mut config, "format", format(&options, losses));
        for (member, is_told) in [
            ("modalities", options.modalities.iter().any(|modality| modality != "text")),
            ("audio", options.audio.is_some()),
            ("verbosity", options.verbosity.is_some()),
        ] {
            losses.extend(is_told.then(|| Loss::dropped(format!("output.{member}"))));
        }
    }
    put(body, "output_config", (!config.is_empty()).then_some(config));
}

fn format(options: &OutputOptions, losses: &mut Vec<Loss>) -> Option<Value> {
    let format = options.format.as_ref()?;
    for (member, is_told) in [("name", format.name.is_some()), ("description", format.description.is_some())] {
        losses.extend(is_told.then(|| Loss::dropped(format!("output.format.{member}"))));
    }
    match (&format.kind, &format.schema) {
        (FormatKind::Text, _) => None,
        (FormatKind::JsonSchema, Some(schema)) => {
            let mut written = Map::new();
            written.insert("type".into(), "json_schema".into());
            written.insert("schema".into(), schema::of_answer(schema));
            restore(&mut written, &format.native);
            Some(written.into())
        }
        // Without a schema there is no way to ask for JSON but the prompt, which is the client's.
        _ => {
            losses.push(Loss::dropped("output.format"));
            None
        }
    }
}

fn account(body: &mut Map<String, Value>, request: &mut Request, losses: &mut Vec<Loss>) {
    match request.end_user.take() {
        Some(user) if user.chars().count() <= MAX_USER => {
            body.insert("metadata".into(), json!({"user_id": user}));
        }
        Some(_) => losses.push(Loss::dropped("end_user")),
        None => {}
    }
    let tier = request.service_tier.take();
    let written = match tier.as_deref() {
        None => return,
        Some("auto") => "auto",
        Some("standard_only" | "standard" | "default") => "standard_only",
        // Priority capacity is used by `auto` where the customer has bought some.
        Some("priority") => {
            losses.push(Loss::approximated("service_tier"));
            "auto"
        }
        Some(_) => {
            losses.push(Loss::approximated("service_tier"));
            "standard_only"
        }
    };
    body.insert("service_tier".into(), written.into());
}

/// What Anthropic's dialect has no word for.
fn unsaid(request: &Request, losses: &mut Vec<Loss>) {
    let cache = request.cache.as_ref();
    for (member, is_told) in [
        ("frequency_penalty", request.frequency_penalty.as_ref().is_some_and(|penalty| penalty.as_f64() != Some(0.0))),
        ("presence_penalty", request.presence_penalty.as_ref().is_some_and(|penalty| penalty.as_f64() != Some(0.0))),
        ("seed", request.seed.is_some()),
        ("candidates", request.candidates.is_some_and(|candidates| candidates > 1)),
        ("logprobs", request.logprobs.is_some()),
        ("metadata", !request.metadata.is_empty()),
        ("store", request.store == Some(true)),
        ("cache.key", cache.is_some_and(|cache| cache.key.is_some())),
        ("cache.retention", cache.is_some_and(|cache| cache.retention.is_some())),
        ("cache.content", cache.is_some_and(|cache| cache.content.is_some())),
    ] {
        losses.extend(is_told.then(|| Loss::dropped(member)));
    }
}
