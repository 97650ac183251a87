//! The conversation as input items.

use dragoman_connector::Loss;
use dragoman_connector::ids::CallIds;
use dragoman_connector::json::{List, Object};
use dragoman_connector::model::Part;
use dragoman_connector::model::content::{
    Citation, CitationKind, MediaPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart,
};
use dragoman_connector::model::dialect::OPENAI_RESPONSES;
use dragoman_connector::model::request::{Message, Request, Role};
use dragoman_connector::openai_chat::{LONGEST_CALL_ID, Medium, flatten, medium, tell_flattened, words};
use serde_json::{Value, json};

/// The mark that a front end leaves on a system message that its client wrote as `instructions`.
const INSTRUCTIONS: &str = "instructions";

/// What the first message says, if it was written as `instructions` and is one text.
pub(super) fn instructions(request: &Request) -> Option<&str> {
    let first = request.messages.first()?;
    first.native.get(OPENAI_RESPONSES, INSTRUCTIONS)?;
    match first.content.as_slice() {
        [Part::Text(text)] => Some(&text.text),
        _ => None,
    }
}

/// Writes the messages from the one numbered `begins` on, and tells in `losses` what of them it could not say.
pub(super) fn write(list: &mut List<'_>, request: &Request, begins: usize, losses: &mut Vec<Loss>) {
    let ids = CallIds::of(&request.messages, LONGEST_CALL_ID);
    let mut writer = Writer { list, ids, losses };
    for (number, message) in request.messages.iter().enumerate().skip(begins) {
        writer.message(number, message);
    }
}

struct Writer<'w, 'l> {
    list: &'w mut List<'l>,
    ids: CallIds,
    losses: &'w mut Vec<Loss>,
}

impl Writer<'_, '_> {
    /// Writes a message: what is an item of its own stands between the items that hold what is said.
    fn message(&mut self, number: usize, message: &Message) {
        let mut said = Vec::new();
        tell_flattened(&message.content, |index| place(number, index), self.losses);
        for (index, part) in flatten(&message.content) {
            if is_item(part) {
                self.say(number, message, &mut said);
                self.item(number, index, part);
            } else {
                said.push((index, part));
            }
        }
        self.say(number, message, &mut said);
    }

    fn item(&mut self, number: usize, index: usize, part: &Part) {
        let place = || place(number, index);
        match part {
            Part::ToolCall(call) => {
                let (id, is_custom) = (self.ids.id(number, index), self.ids.is_custom(number, index));
                self.list.object(|out| tool_call(out, call, id, is_custom));
                self.lose(&place(), &[("cache", call.cache.is_some()), ("signature", call.signature.is_some())]);
            }
            Part::ToolResult(result) => {
                let (id, is_custom) = (self.ids.id(number, index), self.ids.is_custom(number, index));
                self.list.object(|out| tool_result(out, result, id, is_custom));
                let is_error = result.is_error == Some(true);
                self.lose(&place(), &[("cache", result.cache.is_some()), ("is_error", is_error)]);
                let inner = |index: usize| format!("{}.content[{index}]", place());
                tell_flattened(&result.content, inner, self.losses);
                for (index, part) in flatten(&result.content) {
                    self.tell(&inner(index), part, &Role::Tool);
                }
            }
            Part::Reasoning(thought) if is_ours(thought) => self.list.object(|out| reasoning(out, thought)),
            Part::Native(native) => self.list.put(&native.value),
            _ => self.losses.push(Loss::dropped(place())),
        }
    }

    fn say(&mut self, number: usize, message: &Message, said: &mut Vec<(usize, &Part)>) {
        let said = std::mem::take(said);
        let parts: Vec<&Part> =
            said.iter().map(|(_, part)| *part).filter(|part| is_sayable(part, &message.role)).collect();
        for (index, part) in said {
            self.tell(&place(number, index), part, &message.role);
        }
        if parts.is_empty() {
            return;
        }
        self.list.object(|out| {
            out.put("type", "message");
            out.put("role", if message.role == Role::Tool { "user" } else { message.role.as_str() });
            // What a message of the model says of itself may stand only beside a list.
            let is_bare = message.native.of(OPENAI_RESPONSES).is_none();
            match parts.as_slice() {
                [Part::Text(text)] if is_bare && is_plain(text) => out.put("content", &text.text),
                _ => out.list("content", |list| parts.iter().for_each(|part| content(list, part, &message.role))),
            }
            out.rest_but(message.native.of(OPENAI_RESPONSES), &[INSTRUCTIONS]);
        });
        if message.name.is_some() {
            self.losses.push(Loss::dropped(format!("messages[{number}].name")));
        }
    }

    /// Tells what of `part` is not said.
    fn tell(&mut self, place: &str, part: &Part, role: &Role) {
        if !is_sayable(part, role) && !matches!(part, Part::Native(_) | Part::Unknown(_)) {
            self.losses.push(Loss::dropped(place));
            return;
        }
        match part {
            Part::Text(text) => {
                let is_cited = text.citations.iter().any(|citation| annotation(citation).is_none());
                let citations = is_cited || (*role != Role::Assistant && !text.citations.is_empty());
                let signature = text.signature.is_some();
                self.lose(
                    place,
                    &[("cache", text.cache.is_some()), ("signature", signature), ("citations", citations)],
                );
            }
            Part::Image(media) | Part::Document(media) => self.lose(
                place,
                &[
                    ("cache", media.cache.is_some()),
                    ("signature", media.signature.is_some()),
                    ("citations", media.citations == Some(true)),
                    ("context", media.context.is_some()),
                    ("name", media.name.is_some() && !matches!(form(part, role), Some(Medium::File(..)))),
                ],
            ),
            _ => {}
        }
    }

    fn lose(&mut self, place: &str, members: &[(&str, bool)]) {
        let lost = members.iter().filter(|(_, is_lost)| *is_lost);
        self.losses.extend(lost.map(|(member, _)| Loss::dropped(format!("{place}.{member}"))));
    }
}

fn place(message: usize, part: usize) -> String {
    format!("messages[{message}].content[{part}]")
}

/// Whether a part is an item of its own, beside the messages.
fn is_item(part: &Part) -> bool {
    match part {
        Part::ToolCall(_) | Part::ToolResult(_) | Part::Reasoning(_) => true,
        Part::Native(native) => native.dialect == OPENAI_RESPONSES && !is_content(&native.value),
        _ => false,
    }
}

/// Whether a native piece is a part of a message's content; the others are items.
fn is_content(value: &Value) -> bool {
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    kind.starts_with("input_") || ["output_text", "refusal", "text", "summary_text", "reasoning_text"].contains(&kind)
}

/// State that OpenAI gave can be given back; a thought of any other is its provider's own.
fn is_ours(thought: &ReasoningPart) -> bool {
    thought.origin.as_deref() == Some(OPENAI_RESPONSES) && thought.opaque.is_some()
}

fn is_plain(text: &TextPart) -> bool {
    text.native.of(OPENAI_RESPONSES).is_none() && text.citations.is_empty()
}

fn is_sayable(part: &Part, role: &Role) -> bool {
    match part {
        Part::Text(_) | Part::Refusal(_) => true,
        Part::Native(native) => native.dialect == OPENAI_RESPONSES,
        other => form(other, role).is_some(),
    }
}

/// The form in which a message of `role` holds a medium: one of the model's own holds words alone.
fn form<'a>(part: &'a Part, role: &Role) -> Option<Medium<'a>> {
    match role {
        Role::Assistant => words(part),
        _ => medium(part).filter(|medium| !matches!(medium, Medium::Audio(..) | Medium::Video(_))),
    }
}

fn content(list: &mut List<'_>, part: &Part, role: &Role) {
    let spoken = if *role == Role::Assistant { "output_text" } else { "input_text" };
    match part {
        Part::Text(text) => list.object(|out| {
            out.put("type", spoken);
            out.put("text", &text.text);
            if *role == Role::Assistant {
                out.put("annotations", &text.citations.iter().filter_map(annotation).collect::<Vec<_>>());
            }
            out.rest(text.native.of(OPENAI_RESPONSES));
        }),
        Part::Refusal(refusal) => list.object(|out| {
            let is_own = *role == Role::Assistant;
            out.put("type", if is_own { "refusal" } else { spoken });
            out.put(if is_own { "refusal" } else { "text" }, &refusal.text);
        }),
        Part::Native(native) => list.put(&native.value),
        Part::Image(about) | Part::Document(about) => {
            let Some(medium) = form(part, role) else { return };
            list.object(|out| {
                media(out, &medium, matches!(part, Part::Image(_)), spoken, about);
                out.rest(about.native.of(OPENAI_RESPONSES));
            });
        }
        _ => {}
    }
}

fn media(out: &mut Object<'_>, medium: &Medium<'_>, is_image: bool, spoken: &str, about: &MediaPart) {
    match medium {
        Medium::Words(words) => {
            out.put("type", spoken);
            out.put("text", words);
        }
        Medium::Stored(id) if !is_image => {
            out.put("type", "input_file");
            out.put("file_id", id);
        }
        Medium::File(address, name) => {
            out.put("type", "input_file");
            out.put("filename", name);
            out.put("file_data", address);
        }
        Medium::Link(url) => {
            out.put("type", "input_file");
            out.put("file_url", url);
        }
        Medium::Image(_) | Medium::Stored(_) => {
            out.put("type", "input_image");
            match medium {
                Medium::Image(address) => out.put("image_url", address),
                Medium::Stored(id) => out.put("file_id", id),
                _ => {}
            }
            out.put("detail", about.detail.as_deref().unwrap_or("auto"));
        }
        Medium::Audio(..) | Medium::Video(_) => {}
    }
}

fn tool_call(out: &mut Object<'_>, call: &ToolCallPart, id: &str, is_custom: bool) {
    out.put("type", if is_custom { "custom_tool_call" } else { "function_call" });
    out.put("call_id", id);
    out.put("name", &call.name);
    if is_custom {
        out.put("input", &call.arguments);
    } else {
        // A call without arguments still needs JSON.
        out.put("arguments", if call.arguments.trim().is_empty() { "{}" } else { &call.arguments });
    }
    out.rest(call.native.of(OPENAI_RESPONSES));
}

fn tool_result(out: &mut Object<'_>, result: &ToolResultPart, id: &str, is_custom: bool) {
    out.put("type", if is_custom { "custom_tool_call_output" } else { "function_call_output" });
    out.put("call_id", id);
    let parts: Vec<&Part> =
        flatten(&result.content).map(|(_, part)| part).filter(|part| is_sayable(part, &Role::Tool)).collect();
    match (parts.as_slice(), &result.value) {
        ([], Some(value)) => out.put("output", &value.to_string()),
        ([], None) => out.put("output", ""),
        ([Part::Text(text)], _) if is_plain(text) => out.put("output", &text.text),
        (_, value) => out.list("output", |list| {
            if let Some(value) = value.as_ref().filter(|_| !parts.iter().any(|part| matches!(part, Part::Text(_)))) {
                list.put(&json!({"type": "input_text", "text": value.to_string()}));
            }
            for part in &parts {
                content(list, part, &Role::Tool);
            }
        }),
    }
    out.rest(result.native.of(OPENAI_RESPONSES));
}

fn reasoning(out: &mut Object<'_>, thought: &ReasoningPart) {
    out.put("type", "reasoning");
    out.put_some("id", thought.id.as_ref());
    out.list("summary", |list| {
        thought.summary.iter().for_each(|text| list.put(&json!({"type": "summary_text", "text": text})));
    });
    if let Some(text) = thought.text.as_ref().filter(|text| !text.is_empty()) {
        out.put("content", &json!([{"type": "reasoning_text", "text": text}]));
    }
    out.put_some("encrypted_content", thought.opaque.as_ref());
    out.rest(thought.native.of(OPENAI_RESPONSES));
}

/// An annotation of spoken text; `None` for a citation that OpenAI has no form for.
fn annotation(citation: &Citation) -> Option<Value> {
    let native = citation.native.of(OPENAI_RESPONSES);
    if let (CitationKind::Url, Some(url), Some(start), Some(end)) =
        (&citation.kind, &citation.url, citation.start, citation.end)
    {
        let title = citation.title.as_deref().unwrap_or_default();
        return Some(
            json!({"type": "url_citation", "url": url, "title": title, "start_index": start, "end_index": end}),
        );
    }
    let mut members = native.filter(|members| members.contains_key("type"))?.clone();
    let told = [("file_id", &citation.file_id), ("filename", &citation.title)];
    for (name, value) in told {
        if let Some(value) = value {
            members.insert(name.to_owned(), value.as_str().into());
        }
    }
    for (name, value) in [("start_index", citation.start), ("end_index", citation.end)] {
        if let Some(value) = value {
            members.insert(name.to_owned(), value.into());
        }
    }
    Some(Value::Object(members))
}
