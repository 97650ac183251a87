//! The conversation as chat messages.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::ids::CallIds;
use crate::json::{List, Object};
use crate::loss::Loss;
use crate::model::Part;
use crate::model::content::{CacheMarker, ReasoningPart, Source, TextPart, ToolCallPart, ToolResultPart};
use crate::model::dialect::OPENAI_CHAT;
use crate::model::request::{Message, Request, Role};

use super::reasoning::{detail, words};
use super::{LONGEST_CALL_ID, Medium, Quirks, media};

/// Writes `messages`, and tells in `losses` what of them it could not say.
pub(super) fn write(list: &mut List<'_>, request: &Request, quirks: &Quirks, losses: &mut Vec<Loss>) {
    let ids = CallIds::of(&request.messages, LONGEST_CALL_ID);
    let mut writer = Writer { quirks, ids, losses, held: Vec::new() };
    for (number, message) in request.messages.iter().enumerate() {
        writer.results(list, number, message);
        if message.role != Role::Tool {
            writer.release(list);
            writer.message(list, number, message);
        }
    }
    writer.release(list);
}

struct Writer<'a> {
    quirks: &'a Quirks,
    ids: CallIds,
    losses: &'a mut Vec<Loss>,
    /// Media of tool results: tool messages hold texts alone, so they follow in a user's message when the results of
    /// the turn are all told.
    held: Vec<&'a Part>,
}

impl<'a> Writer<'a> {
    fn message(&mut self, list: &mut List<'_>, number: usize, message: &'a Message) {
        let is_result = |part: &Part| matches!(part, Part::ToolResult(_));
        if !message.content.is_empty() && message.content.iter().all(is_result) {
            return;
        }
        let role = match &message.role {
            Role::Developer if !self.quirks.developer_role => {
                self.losses.push(Loss::approximated(format!("messages[{number}].role")));
                "system"
            }
            other => other.as_str(),
        };
        list.object(|out| {
            out.put("role", role);
            out.put_some("name", message.name.as_ref());
            if message.role == Role::Assistant {
                self.assistant(out, number, &message.content);
            } else {
                content(
                    out,
                    self.quirks,
                    &media::flatten(&message.content).map(|(_, part)| part).collect::<Vec<_>>(),
                    media::sayable,
                );
                self.tell(number, &message.content, is_said_by_user);
            }
            out.rest(message.native.of(OPENAI_CHAT));
        });
    }

    fn assistant(&mut self, out: &mut Object<'_>, number: usize, parts: &[Part]) {
        let said: Vec<&Part> = parts.iter().filter(|part| matches!(part, Part::Text(_) | Part::Native(_))).collect();
        let refusal: String = parts.iter().filter_map(refusal).collect();
        let sound = parts.iter().find_map(sound_id);
        let has_calls = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
        if !said.is_empty() {
            content(out, self.quirks, &said, media::sayable);
        } else if refusal.is_empty() && sound.is_none() && !has_calls {
            out.put("content", "");
        } else {
            out.put("content", &Value::Null);
        }
        if !refusal.is_empty() {
            out.put("refusal", &refusal);
        }
        if let Some(id) = sound {
            out.object("audio", |audio| audio.put("id", id));
        }
        self.reasoning(out, parts);
        if has_calls {
            out.list("tool_calls", |list| self.calls(list, number, parts));
        }
        self.tell(number, parts, is_said_by_assistant);
    }

    fn calls(&self, list: &mut List<'_>, number: usize, parts: &[Part]) {
        for (index, part) in parts.iter().enumerate() {
            let Part::ToolCall(call) = part else { continue };
            list.object(|out| {
                out.put("id", self.ids.id(number, index));
                if self.ids.is_custom(number, index) {
                    out.put("type", "custom");
                    out.object("custom", |custom| {
                        custom.put("name", &call.name);
                        custom.put("input", &call.arguments);
                    });
                } else {
                    out.put("type", "function");
                    out.object("function", |function| {
                        function.put("name", &call.name);
                        function.put("arguments", arguments(call));
                    });
                }
                if let Some(signature) = call.signature.as_ref().filter(|_| self.quirks.google_signatures) {
                    out.put("extra_content", &json!({"google": {"thought_signature": signature}}));
                }
                out.rest(call.native.of(OPENAI_CHAT));
            });
        }
    }

    fn reasoning(&self, out: &mut Object<'_>, parts: &[Part]) {
        let Some(member) = self.quirks.reasoning_member else { return };
        let thoughts: Vec<&ReasoningPart> = parts.iter().filter_map(thought).collect();
        let words: Vec<Cow<'_, str>> = thoughts.iter().filter_map(|thought| words(thought)).collect();
        if !words.is_empty() {
            out.put(member, &words.concat());
        }
        let details: Vec<Value> = thoughts.iter().filter_map(|thought| detail(thought, self.quirks)).collect();
        if !details.is_empty() {
            out.put("reasoning_details", &details);
        }
    }

    fn results(&mut self, list: &mut List<'_>, number: usize, message: &'a Message) {
        for (index, part) in message.content.iter().enumerate() {
            let Part::ToolResult(result) = part else {
                if message.role == Role::Tool && !matches!(part, Part::Native(_) | Part::Unknown(_)) {
                    self.losses.push(Loss::dropped(place(number, index)));
                }
                continue;
            };
            list.object(|out| {
                out.put("role", "tool");
                out.put("tool_call_id", self.ids.id(number, index));
                result_content(out, self.quirks, result);
                out.rest(result.native.of(OPENAI_CHAT));
            });
            self.tell_result(result, &place(number, index));
        }
    }

    fn tell_result(&mut self, result: &'a ToolResultPart, place: &str) {
        if result.is_error == Some(true) {
            self.losses.push(Loss::dropped(format!("{place}.is_error")));
        }
        if result.cache.is_some() {
            self.losses.push(Loss::dropped(format!("{place}.cache")));
        }
        let place = |index: usize| format!("{place}.content[{index}]");
        media::tell_flattened(&result.content, place, self.losses);
        for (index, part) in media::flatten(&result.content) {
            let place = place(index);
            if is_text(part) {
                self.tell_unsaid(&place, part, false);
            } else if media::sayable(part, self.quirks).is_some() {
                self.losses.push(Loss::approximated(place.as_str()));
                self.tell_unsaid(&place, part, true);
                self.held.push(part);
            } else if !matches!(part, Part::Native(_) | Part::Unknown(_)) {
                self.losses.push(Loss::dropped(place));
            }
        }
    }

    /// Writes the media that tool results held.
    fn release(&mut self, list: &mut List<'_>) {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            list.object(|out| {
                out.put("role", "user");
                content(out, self.quirks, &held, media::sayable);
            });
        }
    }

    /// Tells what of `parts` was not said.
    fn tell(&mut self, number: usize, parts: &[Part], is_said: fn(&Part, &Quirks) -> bool) {
        media::tell_flattened(parts, |index| place(number, index), self.losses);
        for (index, part) in media::flatten(parts) {
            if is_said(part, self.quirks) {
                self.tell_unsaid(&place(number, index), part, true);
            } else {
                self.losses.push(Loss::dropped(place(number, index)));
            }
        }
    }

    /// Tells which members of `part` are not said; `in_message` is whether a message holds it, and not a result.
    fn tell_unsaid(&mut self, place: &str, part: &Part, in_message: bool) {
        let lost = unsaid(part, self.quirks, in_message).into_iter().filter(|(_, is_lost)| *is_lost);
        self.losses.extend(lost.map(|(member, _)| Loss::dropped(format!("{place}.{member}"))));
    }
}

fn place(message: usize, part: usize) -> String {
    format!("messages[{message}].content[{part}]")
}

/// The members of `part` for which chat completions have no place, and whether they are there.
fn unsaid(part: &Part, quirks: &Quirks, in_message: bool) -> [(&'static str, bool); 5] {
    let (cache, signature, citations) = match part {
        Part::Text(text) => (text.cache.is_some(), text.signature.is_some(), !text.citations.is_empty()),
        Part::ToolCall(call) => (call.cache.is_some(), call.signature.is_some() && !quirks.google_signatures, false),
        Part::Reasoning(thought) => {
            let has_state = thought.signature.is_some() || thought.opaque.is_some();
            (false, has_state && detail(thought, quirks).is_none(), false)
        }
        other => media::media_part(other).map_or((false, false, false), |media| {
            (media.cache.is_some(), media.signature.is_some(), media.citations == Some(true))
        }),
    };
    let media = media::media_part(part);
    let context = media.is_some_and(|media| media.context.is_some());
    let is_named = |part| in_message && matches!(media::sayable(part, quirks), Some(Medium::File(..)));
    let name = media.is_some_and(|media| media.name.is_some()) && !is_named(part);
    let takes_cache = quirks.cache_control && !matches!(part, Part::ToolCall(_));
    [
        ("cache", cache && !takes_cache),
        ("signature", signature),
        ("citations", citations),
        ("context", context),
        ("name", name),
    ]
}

fn is_said_by_user(part: &Part, quirks: &Quirks) -> bool {
    match part {
        // What belongs to another dialect is told by `loss::foreign`.
        Part::Text(_) | Part::ToolResult(_) | Part::Refusal(_) | Part::Native(_) | Part::Unknown(_) => true,
        Part::Reasoning(_) | Part::ToolCall(_) => false,
        other => media::sayable(other, quirks).is_some(),
    }
}

fn is_said_by_assistant(part: &Part, quirks: &Quirks) -> bool {
    match part {
        Part::Text(_)
        | Part::ToolCall(_)
        | Part::ToolResult(_)
        | Part::Refusal(_)
        | Part::Native(_)
        | Part::Unknown(_) => true,
        Part::Reasoning(thought) => {
            quirks.reasoning_member.is_some() && (words(thought).is_some() || detail(thought, quirks).is_some())
        }
        other => sound_id(other).is_some(),
    }
}

fn refusal(part: &Part) -> Option<&str> {
    match part {
        Part::Refusal(refusal) => Some(&refusal.text),
        _ => None,
    }
}

fn thought(part: &Part) -> Option<&ReasoningPart> {
    match part {
        Part::Reasoning(thought) => Some(thought),
        _ => None,
    }
}

/// The id by which OpenAI knows a sound that it spoke itself.
fn sound_id(part: &Part) -> Option<&str> {
    match part {
        Part::Audio(sound) => match &sound.source {
            Source::File(file) if file.origin.as_deref() == Some(OPENAI_CHAT) => Some(&file.id),
            _ => sound.native.get(OPENAI_CHAT, "id").and_then(Value::as_str),
        },
        _ => None,
    }
}

/// A call without arguments still needs JSON.
fn arguments(call: &ToolCallPart) -> &str {
    if call.arguments.trim().is_empty() { "{}" } else { &call.arguments }
}

/// How a medium is said.
type Form = for<'a> fn(&'a Part, &Quirks) -> Option<Medium<'a>>;

/// Writes `content`: one plain text as a string, anything else as parts, with media in the form that `form` gives them.
fn content(out: &mut Object<'_>, quirks: &Quirks, parts: &[&Part], form: Form) {
    if let [Part::Text(text)] = parts
        && is_plain(text, quirks)
    {
        return out.put("content", &text.text);
    }
    let text = |part: &&Part| text(part, quirks, form);
    let texts: Option<Vec<String>> = if quirks.join_text { parts.iter().map(text).collect() } else { None };
    match texts {
        Some(texts) => out.put("content", &texts.join("\n\n")),
        None => out.list_or("content", "", |list| parts.iter().for_each(|part| self::part(list, quirks, part, form))),
    }
}

fn is_plain(text: &TextPart, quirks: &Quirks) -> bool {
    text.native.of(OPENAI_CHAT).is_none() && !(quirks.cache_control && text.cache.is_some())
}

fn text(part: &Part, quirks: &Quirks, form: Form) -> Option<String> {
    match part {
        Part::Text(text) => Some(text.text.clone()),
        other => match form(other, quirks) {
            Some(Medium::Words(words)) => Some(words.into_owned()),
            _ => None,
        },
    }
}

fn part(list: &mut List<'_>, quirks: &Quirks, part: &Part, form: Form) {
    match part {
        Part::Text(text) => list.object(|out| {
            out.put("type", "text");
            out.put("text", &text.text);
            out.put_some("cache_control", text.cache.as_ref().filter(|_| quirks.cache_control).map(cache_control));
            out.rest(text.native.of(OPENAI_CHAT));
        }),
        Part::Refusal(refusal) => list.object(|out| {
            out.put("type", "text");
            out.put("text", &refusal.text);
        }),
        Part::Native(native) if native.dialect == OPENAI_CHAT => list.put(&native.value),
        other => {
            let (Some(medium), Some(about)) = (form(other, quirks), media::media_part(other)) else { return };
            list.object(|out| {
                media::write(out, &medium, about.detail.as_deref());
                out.put_some("cache_control", about.cache.as_ref().filter(|_| quirks.cache_control).map(cache_control));
                out.rest(about.native.of(OPENAI_CHAT));
            });
        }
    }
}

/// A cache marker as Anthropic, and vendors that hand it on, write it.
pub(super) fn cache_control(marker: &CacheMarker) -> Value {
    let mut control = json!({"type": marker.kind.as_deref().unwrap_or("ephemeral")});
    if let (Some(ttl), Value::Object(members)) = (&marker.ttl, &mut control) {
        members.insert("ttl".into(), ttl.as_str().into());
    }
    control
}

/// A tool's result is texts; a result that is a JSON object is told as its text.
fn result_content(out: &mut Object<'_>, quirks: &Quirks, result: &ToolResultPart) {
    let texts: Vec<&Part> =
        media::flatten(&result.content).map(|(_, part)| part).filter(|part| is_text(part)).collect();
    match &result.value {
        Some(value) if texts.is_empty() => out.put("content", &value.to_string()),
        _ => content(out, quirks, &texts, |part, _| media::words(part)),
    }
}

/// Whether a tool's result can hold `part`.
fn is_text(part: &Part) -> bool {
    matches!(part, Part::Text(_)) || media::words(part).is_some()
}
