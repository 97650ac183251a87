//! A generateContent request into the neutral model.
//!
//! Members and their meaning: <https://ai.google.dev/api/generate-content>.

use dragoman_model::dialect::GEMINI;
use dragoman_model::request::{FormatKind, LogprobOptions, OutputFormat, OutputOptions, ReasoningOptions};
use dragoman_model::{Failure, Json, Request};
use serde_json::{Map, Value};

use super::{content, names, schema, tools};
use crate::Scene;
use crate::common::{Members, Place, wire};

/// Reads the body of `:generateContent` and `:streamGenerateContent`.
pub(super) fn read(body: &[u8], scene: &Scene) -> Result<Request, Failure> {
    let members = wire::object(body)?;
    let members = Members::new(names::camel_names(members.rest()), Place::ROOT);
    request(members, scene)
}

/// Reads the body of `:countTokens`: contents, or a whole request.
pub(super) fn read_count(body: &[u8], scene: &Scene) -> Result<Request, Failure> {
    let members = wire::object(body)?;
    let mut members = Members::new(names::camel_names(members.rest()), Place::ROOT);
    match members.take("generateContentRequest") {
        Some(value) => request(names::members(value, Place::ROOT.member("generateContentRequest"))?, scene),
        None => request(members, scene),
    }
}

fn request(mut members: Members<'_>, scene: &Scene) -> Result<Request, Failure> {
    let place = members.place();
    let named = members.string("model")?.unwrap_or_default();
    // The path names the model; the body may repeat it.
    let model = if scene.asked_model.is_empty() { model_of(&named) } else { &scene.asked_model };
    let mut request = Request { model: model.to_owned(), stream: scene.stream, ..Request::default() };
    if let Some(value) = members.take("systemInstruction") {
        request.messages.extend(content::system(value, place.member("systemInstruction"))?);
    }
    let contents = members.required("contents")?;
    content::contents(contents, place.member("contents"), &mut request.messages)?;
    tools::tools(&mut members, &mut request.tools)?;
    tools::config(&mut members, &mut request)?;
    if let Some(value) = members.take("generationConfig") {
        generation(names::members(value, place.member("generationConfig"))?, &mut request)?;
    }
    if let Some(name) = members.string("cachedContent")? {
        request.cache.get_or_insert_default().content = Some(name);
    }
    request.service_tier = members.take_str("serviceTier");
    request.store = members.boolean("store")?;
    members.rest_into(&mut request.native, GEMINI);
    Ok(request)
}

fn model_of(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, model)| model)
}

fn generation(mut config: Members<'_>, request: &mut Request) -> Result<(), Failure> {
    for name in [
        "temperature",
        "topP",
        "topK",
        "maxOutputTokens",
        "candidateCount",
        "seed",
        "frequencyPenalty",
        "presencePenalty",
        "logprobs",
    ] {
        names::unquote(&mut config, name);
    }
    request.temperature = config.number("temperature")?;
    request.top_p = config.number("topP")?;
    request.top_k = config.number("topK")?;
    request.max_output_tokens = config.count("maxOutputTokens")?;
    request.candidates = config.count("candidateCount")?;
    request.seed = config.number("seed")?;
    request.frequency_penalty = config.number("frequencyPenalty")?;
    request.presence_penalty = config.number("presencePenalty")?;
    request.stop = config.strings("stopSequences")?;
    logprobs(&mut config, request)?;
    output(&mut config, request)?;
    thinking(&mut config, request)?;
    let rest = config.rest();
    if !rest.is_empty() {
        request.native.put(GEMINI, "generationConfig", Value::Object(rest));
    }
    Ok(())
}

fn logprobs(config: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let wanted = config.boolean("responseLogprobs")?;
    let top = config.count("logprobs")?;
    // The number alone asks for nothing.
    if wanted == Some(true) {
        request.logprobs = Some(LogprobOptions { top, ..LogprobOptions::default() });
    } else if let Some(top) = top {
        config.put_back("logprobs", top.into());
    }
    Ok(())
}

/// The modalities by their number.
const MODALITIES: [&str; 4] = ["MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO"];

fn output(config: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let place = config.place();
    let mut output = OutputOptions { format: format(config)?, ..OutputOptions::default() };
    let list = place.member("responseModalities");
    for (index, value) in names::list(config.take("responseModalities")).into_iter().enumerate() {
        let word = names::word(&value, &MODALITIES);
        let word = word.ok_or_else(|| list.item(index).wrong("a modality's name", &value))?;
        if word != "MODALITY_UNSPECIFIED" {
            output.modalities.push(word.to_ascii_lowercase());
        }
    }
    if output != OutputOptions::default() {
        request.output = Some(output);
    }
    Ok(())
}

fn format(config: &mut Members<'_>) -> Result<Option<OutputFormat>, Failure> {
    let mime_type = config.string("responseMimeType")?.filter(|mime_type| !mime_type.is_empty());
    let own = config.take("responseSchema").map(schema::plain);
    let found = config.take("responseJsonSchema").or(own);
    let kind = match (&found, mime_type.as_deref()) {
        (Some(_), _) => FormatKind::JsonSchema,
        (None, Some("application/json")) => FormatKind::Json,
        (None, Some("text/plain")) => FormatKind::Text,
        (None, Some(other)) => FormatKind::Other(other.to_owned()),
        (None, None) => return Ok(None),
    };
    let mut format = OutputFormat::new(kind);
    format.schema = found.map(Json::from);
    if let (Some(other), true) = (mime_type, format.schema.is_some())
        && other != "application/json"
    {
        format.native.put(GEMINI, "responseMimeType", other.into());
    }
    Ok(Some(format))
}

/// The levels by their number.
const LEVELS: [&str; 5] = ["THINKING_LEVEL_UNSPECIFIED", "LOW", "MEDIUM", "HIGH", "MINIMAL"];

fn thinking(config: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let place = config.place();
    let Some(value) = config.take("thinkingConfig") else { return Ok(()) };
    let place = place.member("thinkingConfig");
    let mut members = names::members(value, place)?;
    let mut reasoning = ReasoningOptions::default();
    names::unquote(&mut members, "thinkingBudget");
    match members.number("thinkingBudget")?.and_then(|budget| budget.as_i64()) {
        None => {}
        Some(0) => reasoning.enabled = Some(false),
        Some(budget) if budget < 0 => reasoning.enabled = Some(true),
        Some(budget) => (reasoning.enabled, reasoning.budget_tokens) = (Some(true), Some(budget)),
    }
    if let Some(value) = members.take("thinkingLevel") {
        let word = names::word(&value, &LEVELS);
        let word = word.ok_or_else(|| place.member("thinkingLevel").wrong("a level's name", &value))?;
        if word != "THINKING_LEVEL_UNSPECIFIED" {
            reasoning.effort = Some(word.to_ascii_lowercase());
        }
    }
    // Thoughts are not shown unless the client asks for them: `false` says what is so anyway.
    if members.boolean("includeThoughts")? == Some(true) {
        reasoning.summary = Some("auto".to_owned());
    }
    reasoning.native.put_all(GEMINI, Map::from_iter(members.rest()));
    if reasoning != ReasoningOptions::default() {
        request.reasoning = Some(reasoning);
    }
    Ok(())
}
