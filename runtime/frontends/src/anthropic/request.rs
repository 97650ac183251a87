//! A Messages request into the neutral model.
//!
//! Members and their meaning: <https://docs.anthropic.com/en/api/messages>.

use std::collections::HashMap;

use dragoman_model::content::{Part, TextPart};
use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use dragoman_model::request::{
    FormatKind, Message, OutputFormat, OutputOptions, ReasoningOptions, Role, ToolChoice, ToolChoiceMode,
};
use dragoman_model::{Failure, Json, Request};
use serde_json::Value;

use super::content::{self, Block};
use super::tools;
use crate::Scene;
use crate::common::{Members, Place, wire};
use crate::envelope::Envelope;

/// Reads the body of `/v1/messages` and of `/v1/messages/count_tokens`.
pub(super) fn read(body: &[u8], scene: &Scene) -> Result<Request, Failure> {
    let mut members = wire::object(body)?;
    let model = members.string("model")?.unwrap_or_else(|| scene.asked_model.clone());
    let mut request = Request { model, ..Request::default() };
    system(&mut members, &mut request)?;
    messages(&mut members, &mut request)?;
    request.tools = tools::tools(&mut members)?;
    choice(&mut members, &mut request)?;
    sampling(&mut members, &mut request)?;
    metadata(&mut members, &mut request)?;
    reasoning(&mut members, &mut request)?;
    output(&mut members, &mut request)?;
    request.service_tier = members.string("service_tier")?;
    request.stream = members.boolean("stream")?.unwrap_or_default();
    members.rest_into(&mut request.native, ANTHROPIC_MESSAGES);
    Ok(request)
}

fn system(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let blocks = content::blocks(members.take("system"), members.place().member("system"))?;
    let parts: Vec<Part> = blocks.into_iter().filter_map(Block::into_part).collect();
    let silent = parts.iter().all(|part| matches!(part, Part::Text(text) if *text == TextPart::default()));
    if !silent {
        request.messages.push(Message::new(Role::System, parts));
    }
    Ok(())
}

fn messages(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let root = members.place();
    let place = root.member("messages");
    let messages = members.required("messages").and_then(|value| place.list(value))?;
    for (index, message) in messages.into_iter().enumerate() {
        turn(message, place.item(index), &mut request.messages)?;
    }
    Ok(())
}

const ROLES: [&str; 3] = ["user", "assistant", "system"];

/// One message of the client is up to three of ours: the results of tools, what else is said, and between the two what
/// the application says in the middle of it.
fn turn(message: Value, place: Place<'_>, out: &mut Vec<Message>) -> Result<(), Failure> {
    let mut members = Members::of(message, place)?;
    let word = members.required_string("role")?;
    if !ROLES.contains(&word.as_str()) {
        return Err(place.member("role").unknown_word(&word, &ROLES));
    }
    let role = Role::from(word.as_str());
    let blocks = content::blocks(members.take("content"), place.member("content"))?;
    let mut turn = Turn { role: role.clone(), results: Vec::new(), said: Vec::new(), signatures: HashMap::new() };
    for block in blocks {
        turn.push(block);
    }
    turn.sign();
    if !turn.results.is_empty() {
        out.push(Message::new(Role::Tool, turn.results));
    } else if turn.said.is_empty() {
        turn.said.push(Message::new(role, Vec::new()));
    }
    out.append(&mut turn.said);
    if let Some(last) = out.last_mut() {
        members.rest_into(&mut last.native, ANTHROPIC_MESSAGES);
    }
    Ok(())
}

struct Turn {
    role: Role,
    results: Vec<Part>,
    said: Vec<Message>,
    /// Signatures of tool calls by the calls' ids.
    signatures: HashMap<String, String>,
}

impl Turn {
    fn push(&mut self, block: Block) {
        match block {
            Block::Part(part) => self.say(part),
            Block::Result(result) => self.results.push(result.into()),
            Block::System(parts) => self.said.push(Message::new(Role::System, parts)),
            Block::State(state) => self.state(state),
        }
    }

    fn say(&mut self, part: Part) {
        match self.said.last_mut().filter(|message| message.role == self.role) {
            Some(message) => message.content.push(part),
            None => self.said.push(Message::new(self.role.clone(), vec![part])),
        }
    }

    fn state(&mut self, state: Envelope) {
        let Some(signature) = state.signature else { return };
        if let Some(call) = state.call {
            self.signatures.insert(call, signature);
            return;
        }
        let last = self.said.last_mut().and_then(|message| message.content.last_mut());
        match last {
            Some(Part::Text(text)) if text.signature.is_none() => text.signature = Some(signature),
            _ => self.say(TextPart { signature: Some(signature), ..TextPart::default() }.into()),
        }
    }

    fn sign(&mut self) {
        for part in self.said.iter_mut().flat_map(|message| &mut message.content) {
            if let Part::ToolCall(call) = part {
                call.signature = self.signatures.remove(&call.id);
            }
        }
    }
}

fn choice(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let root = members.place();
    let place = root.member("tool_choice");
    let mut members = match members.take("tool_choice") {
        None => return Ok(()),
        Some(Value::String(word)) => {
            request.tool_choice = Some(ToolChoice::new(mode(&word)));
            return Ok(());
        }
        Some(value) => Members::of(value, place)?,
    };
    let word = members.required_string("type")?;
    let mut choice = ToolChoice::new(mode(&word));
    if choice.mode == ToolChoiceMode::Tool {
        choice.name = Some(members.required_string("name")?);
    }
    request.parallel_tool_calls = members.boolean("disable_parallel_tool_use")?.map(|disabled| !disabled);
    choice.native = members.native(ANTHROPIC_MESSAGES);
    request.tool_choice = Some(choice);
    Ok(())
}

fn mode(word: &str) -> ToolChoiceMode {
    match word {
        "any" => ToolChoiceMode::Required,
        other => ToolChoiceMode::from(other),
    }
}

fn sampling(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    request.max_output_tokens = members.count("max_tokens")?;
    request.temperature = members.number("temperature")?;
    request.top_p = members.number("top_p")?;
    request.top_k = members.number("top_k")?;
    request.stop = members.strings("stop_sequences")?;
    Ok(())
}

fn metadata(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let root = members.place();
    let Some(map) = members.object("metadata")? else { return Ok(()) };
    let mut metadata = Members::new(map, root.member("metadata"));
    request.end_user = metadata.string("user_id")?;
    keep(request, "metadata", metadata);
    Ok(())
}

/// Keeps what nobody took of the object `name`.
fn keep(request: &mut Request, name: &str, members: Members<'_>) {
    let rest = members.rest();
    if !rest.is_empty() {
        request.native.put(ANTHROPIC_MESSAGES, name, Value::Object(rest));
    }
}

fn reasoning(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let root = members.place();
    let Some(map) = members.object("thinking")? else { return Ok(()) };
    let mut thinking = Members::new(map, root.member("thinking"));
    let mut reasoning = ReasoningOptions {
        budget_tokens: thinking.count("budget_tokens")?.and_then(|tokens| i64::try_from(tokens).ok()),
        ..ReasoningOptions::default()
    };
    reasoning.enabled = match thinking.peek_str("type") {
        Some("enabled" | "adaptive") => Some(true),
        Some("disabled") => Some(false),
        _ => None,
    };
    // Thoughts are shown unless the client asks otherwise. `adaptive` stays among the native members: it says that the
    // model decides, which `enabled` alone does not.
    if reasoning.enabled == Some(true) {
        let hidden = thinking.peek_str("display") == Some("omitted");
        reasoning.summary = Some(if hidden { "none" } else { "auto" }.to_owned());
    }
    if matches!(thinking.peek_str("type"), Some("enabled" | "disabled")) {
        thinking.take("type");
    }
    reasoning.native = thinking.native(ANTHROPIC_MESSAGES);
    request.reasoning = Some(reasoning);
    Ok(())
}

fn output(members: &mut Members<'_>, request: &mut Request) -> Result<(), Failure> {
    let root = members.place();
    // The older beta has the format at the top.
    let mut format = members.object("output_format")?.map(|map| read_format(map, root.member("output_format")));
    if let Some(map) = members.object("output_config")? {
        let place = root.member("output_config");
        let mut config = Members::new(map, place);
        if let Some(effort) = config.string("effort")? {
            request.reasoning.get_or_insert_default().effort = Some(effort);
        }
        if let Some(map) = config.object("format")? {
            format = Some(read_format(map, place.member("format")));
        }
        keep(request, "output_config", config);
    }
    if let Some(format) = format.transpose()? {
        request.output = Some(OutputOptions { format: Some(format), ..OutputOptions::default() });
    }
    Ok(())
}

fn read_format(map: serde_json::Map<String, Value>, place: Place<'_>) -> Result<OutputFormat, Failure> {
    let mut members = Members::new(map, place);
    let word = members.required_string("type")?;
    let kind = if word == "json_schema" { FormatKind::JsonSchema } else { FormatKind::from(word.as_str()) };
    let mut format = OutputFormat::new(kind);
    format.schema = members.take("schema").map(Json::from);
    format.name = members.take_str("name");
    format.native = members.native(ANTHROPIC_MESSAGES);
    Ok(format)
}
