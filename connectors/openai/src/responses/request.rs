//! The request.

use dragoman_connector::json::{List, Object};
use dragoman_connector::model::dialect::{OPENAI_CHAT, OPENAI_RESPONSES};
use dragoman_connector::model::request::{
    FormatKind, OutputFormat, ReasoningOptions, Request, Tool, ToolChoice, ToolChoiceMode,
};
use dragoman_connector::openai_chat::{SHARED_MEMBERS, effort, narrows, service_tier};
use dragoman_connector::{Call, Loss, loss};
use serde_json::{Map, Value, json};

use super::input;

/// OpenAI refuses a smaller limit.
const LEAST_OUTPUT_TOKENS: u64 = 16;

/// What an `include` asks for so that the model's state can come back with the next request.
const STATE: &str = "reasoning.encrypted_content";

/// Native members that are merged with ours instead of written beside them.
const MERGED: &[&str] = &["include", "text", "reasoning"];

/// Native members that a token count understands.
const COUNTED: &[&str] = &["previous_response_id", "conversation", "instructions", "truncation"];

/// The call that asks `model` for `request`.
pub(crate) fn call(request: &Request, model: &str) -> Call {
    let mut losses = losses(request);
    let body = Object::text(|body| {
        prompt(body, request, model, &mut losses);
        body.put_some("max_output_tokens", request.max_output_tokens.map(|most| most.max(LEAST_OUTPUT_TOKENS)));
        body.put_some("temperature", request.temperature.as_ref());
        body.put_some("top_p", request.top_p.as_ref());
        body.put_some("top_logprobs", request.logprobs.as_ref().and_then(|options| options.top));
        include(body, request, model);
        delivery(body, request);
        body.rest_but(request.native.of(OPENAI_RESPONSES), MERGED);
        body.rest(Some(&shared(request)));
    });
    Call::post("/responses", body).sse(request.stream).losing(losses)
}

/// The call that counts the tokens of `request`'s prompt.
pub(crate) fn count_call(request: &Request, model: &str) -> Call {
    let mut losses = losses(request);
    let body = Object::text(|body| {
        prompt(body, request, model, &mut losses);
        let native = request.native.of(OPENAI_RESPONSES).into_iter().flatten();
        let counted = native.filter(|(name, _)| COUNTED.contains(&name.as_str()));
        body.rest(Some(&counted.map(|(name, value)| (name.clone(), value.clone())).collect()));
    });
    Call::post("/responses/input_tokens", body).losing(losses)
}

/// What the prompt is made of.
fn prompt(body: &mut Object<'_>, request: &Request, model: &str, losses: &mut Vec<Loss>) {
    body.put("model", model);
    let instructions = input::instructions(request);
    body.put_some("instructions", instructions);
    let begins = usize::from(instructions.is_some());
    body.list("input", |list| input::write(list, request, begins, losses));
    if !request.tools.is_empty() {
        body.list("tools", |list| request.tools.iter().for_each(|tool| self::tool(list, tool)));
    }
    if let Some(choice) = &request.tool_choice {
        self::choice(body, choice, request);
    }
    body.put_some("parallel_tool_calls", request.parallel_tool_calls);
    text(body, request);
    let native = request.native.get(OPENAI_RESPONSES, "reasoning").and_then(Value::as_object);
    if request.reasoning.is_some() || native.is_some() {
        body.object("reasoning", |out| {
            if let Some(options) = &request.reasoning {
                reasoning(out, options);
            }
            out.rest(native);
        });
    }
}

fn tool(list: &mut List<'_>, tool: &Tool) {
    match tool {
        Tool::Function(tool) => list.object(|out| {
            out.put("type", "function");
            out.put("name", &tool.name);
            out.put_some("description", tool.description.as_ref());
            match &tool.parameters {
                Some(parameters) => out.put("parameters", parameters),
                None => out.put("parameters", &json!({"type": "object", "properties": {}})),
            }
            // Unsaid it would be true, and schemas that are not written for it would be refused.
            out.put("strict", &tool.strict.unwrap_or(false));
            out.rest(tool.native.of(OPENAI_RESPONSES));
        }),
        Tool::Custom(tool) => list.object(|out| {
            out.put("type", "custom");
            out.put("name", &tool.name);
            out.put_some("description", tool.description.as_ref());
            out.put_some("format", tool.format.as_ref());
            out.rest(tool.native.of(OPENAI_RESPONSES));
        }),
        Tool::Native(tool) if tool.dialect == OPENAI_RESPONSES => list.put(&tool.value),
        Tool::Native(_) | Tool::Unknown(_) => {}
    }
}

fn choice(body: &mut Object<'_>, choice: &ToolChoice, request: &Request) {
    if let Some(native) = choice.native.of(OPENAI_RESPONSES).filter(|native| !native.is_empty()) {
        return body.put("tool_choice", native);
    }
    let is_custom =
        |name: &str| request.tools.iter().any(|tool| matches!(tool, Tool::Custom(tool) if tool.name == name));
    if let (ToolChoiceMode::Tool, Some(name)) = (&choice.mode, &choice.name) {
        let kind = if is_custom(name) { "custom" } else { "function" };
        return body.put("tool_choice", &json!({"type": kind, "name": name}));
    }
    let mode = match &choice.mode {
        // Without a name nothing is left to force but that some tool is called.
        ToolChoiceMode::Tool => "required",
        other => other.as_str(),
    };
    if !narrows(choice, &request.tools) || mode == "none" {
        return body.put("tool_choice", mode);
    }
    let tools: Vec<Value> = choice.allowed.iter().map(|name| json!({"type": "function", "name": name})).collect();
    body.put("tool_choice", &json!({"type": "allowed_tools", "mode": mode, "tools": tools}));
}

fn text(body: &mut Object<'_>, request: &Request) {
    let native = request.native.get(OPENAI_RESPONSES, "text").and_then(Value::as_object);
    let format = request.output.as_ref().and_then(|output| output.format.as_ref());
    let verbosity = request.output.as_ref().and_then(|output| output.verbosity.as_ref());
    if format.is_none() && verbosity.is_none() && native.is_none() {
        return;
    }
    body.object("text", |text| {
        if let Some(format) = format {
            text.object("format", |out| self::format(out, format));
        }
        text.put_some("verbosity", verbosity);
        text.rest(native);
    });
}

fn format(out: &mut Object<'_>, format: &OutputFormat) {
    match (&format.kind, &format.schema) {
        (FormatKind::JsonSchema, Some(schema)) => {
            out.put("type", "json_schema");
            out.put("name", format.name.as_deref().unwrap_or("answer"));
            out.put_some("description", format.description.as_ref());
            out.put("schema", schema);
            out.put_some("strict", format.strict);
        }
        (FormatKind::JsonSchema | FormatKind::Json, _) => out.put("type", "json_object"),
        (kind, _) => out.put("type", kind.as_str()),
    }
    out.rest(format.native.of(OPENAI_RESPONSES));
}

fn reasoning(out: &mut Object<'_>, options: &ReasoningOptions) {
    out.put_some("effort", effort(options));
    out.put_some("summary", options.summary.as_ref().filter(|how| *how != "none"));
    out.rest(options.native.of(OPENAI_RESPONSES));
}

fn include(body: &mut Object<'_>, request: &Request, model: &str) {
    let native = request.native.get(OPENAI_RESPONSES, "include").and_then(Value::as_array);
    let mut wanted: Vec<&str> = native.into_iter().flatten().filter_map(Value::as_str).collect();
    let mut want = |name: &'static str| {
        if !wanted.contains(&name) {
            wanted.push(name);
        }
    };
    if reasons(model) {
        want(STATE);
    }
    if request.logprobs.is_some() {
        want("message.output_text.logprobs");
    }
    if !wanted.is_empty() {
        body.put("include", &wanted);
    }
}

/// Whether `model` may reason. Those that do not refuse to be asked for their reasoning.
fn reasons(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model).trim_start_matches("ft:");
    !["gpt-4", "gpt-3.5", "chatgpt-4o"].iter().any(|older| name.starts_with(older))
}

fn delivery(body: &mut Object<'_>, request: &Request) {
    if request.stream {
        body.put("stream", &true);
    }
    // The gateway keeps no state at the provider that the client did not ask for.
    body.put("store", &request.store.unwrap_or(false));
    if let Some(cache) = &request.cache {
        body.put_some("prompt_cache_key", cache.key.as_ref());
        body.put_some("prompt_cache_retention", cache.retention.as_ref());
    }
    body.put_some("service_tier", request.service_tier.as_deref().and_then(service_tier));
    body.put_some("user", request.end_user.as_ref());
    if !request.metadata.is_empty() {
        body.put("metadata", &request.metadata);
    }
}

/// The members that the chat dialect calls the same.
fn shared(request: &Request) -> Map<String, Value> {
    let of = request.native.of(OPENAI_CHAT);
    let value = |name: &&str| of?.get(*name).map(|value| ((*name).to_owned(), value.clone()));
    SHARED_MEMBERS.iter().filter_map(value).collect()
}

fn losses(request: &Request) -> Vec<Loss> {
    let mut losses = loss::foreign(request, &[OPENAI_RESPONSES]);
    losses.retain(|loss| !SHARED_MEMBERS.contains(&loss.path.as_str()));
    let reasoning = request.reasoning.as_ref();
    let output = request.output.as_ref();
    let tier = request.service_tier.as_deref();
    let is_level = reasoning.is_some_and(|asked| effort(asked).is_some());
    let dropped = [
        ("top_k", request.top_k.is_some()),
        ("frequency_penalty", request.frequency_penalty.is_some()),
        ("presence_penalty", request.presence_penalty.is_some()),
        ("seed", request.seed.is_some()),
        ("stop", !request.stop.is_empty()),
        ("candidates", request.candidates.is_some_and(|count| count != 1)),
        ("output.modalities", output.is_some_and(|output| output.modalities.iter().any(|kind| kind != "text"))),
        ("output.audio", output.is_some_and(|output| output.audio.is_some())),
        ("reasoning.enabled", reasoning.is_some_and(|asked| asked.enabled == Some(true)) && !is_level),
        ("cache.content", request.cache.as_ref().is_some_and(|cache| cache.content.is_some())),
        ("service_tier", tier.is_some_and(|tier| service_tier(tier).is_none())),
    ];
    let is_budget = |asked: &ReasoningOptions| asked.effort.is_none() && asked.budget_tokens.is_some();
    let approximated = [
        ("reasoning.budget_tokens", reasoning.is_some_and(is_budget)),
        ("max_output_tokens", request.max_output_tokens.is_some_and(|most| most < LEAST_OUTPUT_TOKENS)),
    ];
    losses.extend(dropped.iter().filter(|(_, is_lost)| *is_lost).map(|(path, _)| Loss::dropped(*path)));
    losses.extend(approximated.iter().filter(|(_, is_near)| *is_near).map(|(path, _)| Loss::approximated(*path)));
    for (index, tool) in request.tools.iter().enumerate() {
        if matches!(tool, Tool::Function(tool) if tool.cache.is_some()) {
            losses.push(Loss::dropped(format!("tools[{index}].cache")));
        }
    }
    losses
}
