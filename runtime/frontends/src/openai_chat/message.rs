//! Messages of all roles, and the threads between calls and their results.

use std::collections::{HashSet, VecDeque};

use dragoman_model::Failure;
use dragoman_model::content::{
    FileSource, MediaPart, NativePart, Part, RefusalPart, Source, ToolCallPart, ToolResultPart,
};
use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::request::{Message, Role};
use serde_json::{Map, Value};

use super::{content, reasoning};
use crate::common::openai::{citation, media, options};
use crate::common::{Members, Place};

/// Reads the conversation.
pub(super) fn read_all(items: Vec<Value>, place: &Place<'_>) -> Result<Vec<Message>, Failure> {
    let mut threads = Threads::default();
    let items = items.into_iter().enumerate();
    items.map(|(index, item)| read(Members::of(item, place.item(index))?, &mut threads)).collect()
}

fn read(mut members: Members<'_>, threads: &mut Threads) -> Result<Message, Failure> {
    let role = members.required_string("role")?;
    match role.as_str() {
        // A result of the old `functions` is a result like any other.
        "tool" | "function" => result(members, threads),
        "assistant" => assistant(members, threads),
        other => plain(Role::from(other), members),
    }
}

fn plain(role: Role, mut members: Members<'_>) -> Result<Message, Failure> {
    let place = members.place();
    let content = content::read(members.take("content"), place.member("content"))?;
    let mut message = Message { name: members.string("name")?, ..Message::new(role, content) };
    let cache = media::cache_marker(&mut members);
    match message.content.last_mut() {
        // A marker on the message means its end.
        Some(Part::Text(last)) => last.cache = last.cache.take().or(cache),
        Some(Part::Image(last) | Part::Audio(last) | Part::Video(last) | Part::Document(last)) => {
            last.cache = last.cache.take().or(cache);
        }
        _ => {}
    }
    members.take_empty("tool_calls");
    members.rest_into(&mut message.native, OPENAI_CHAT);
    Ok(message)
}

fn result(mut members: Members<'_>, threads: &mut Threads) -> Result<Message, Failure> {
    let place = members.place();
    let given = members.string("tool_call_id")?;
    let mut result = ToolResultPart {
        call_id: threads.answer(given),
        name: members.string("name")?,
        content: content::read(members.take("content"), place.member("content"))?,
        is_error: members.boolean("is_error")?,
        ..ToolResultPart::default()
    };
    result.cache = media::cache_marker(&mut members);
    let mut message = Message::new(Role::Tool, vec![result.into()]);
    members.rest_into(&mut message.native, OPENAI_CHAT);
    Ok(message)
}

fn assistant(mut members: Members<'_>, threads: &mut Threads) -> Result<Message, Failure> {
    let place = members.place();
    let mut said = content::read(members.take("content"), place.member("content"))?;
    annotate(&mut said, &mut members)?;
    if let Some(text) = members.string("refusal")? {
        said.push(RefusalPart { text, ..RefusalPart::default() }.into());
    }
    said.extend(spoken(&mut members));
    // Where vendors put the pictures of an answer.
    said.extend(content::read(members.list("images")?.map(Value::Array), place.member("images"))?);
    let mut calls = calls(&mut members, threads)?;
    let mut message = Message { name: members.string("name")?, ..Message::new(Role::Assistant, Vec::new()) };
    message.content = reasoning::read(&mut members, &mut calls)?;
    if message.content.len() + calls.len() > 0 {
        // Clients write an empty text beside calls where they mean none.
        said.retain(|part| !matches!(part, Part::Text(text) if text.text.is_empty() && text.cache.is_none()));
    }
    message.content.append(&mut said);
    message.content.append(&mut calls);
    sign(&mut message.content, &mut members);
    if let Some(cache) = media::cache_marker(&mut members)
        && let Some(Part::Text(text)) = message.content.iter_mut().rfind(|part| matches!(part, Part::Text(_)))
    {
        text.cache = text.cache.take().or(Some(cache));
    }
    members.rest_into(&mut message.native, OPENAI_CHAT);
    Ok(message)
}

/// The citations of an earlier answer belong to its text.
fn annotate(said: &mut [Part], members: &mut Members<'_>) -> Result<(), Failure> {
    let Some(annotations) = members.list("annotations")? else { return Ok(()) };
    let Some(Part::Text(text)) = said.iter_mut().find(|part| matches!(part, Part::Text(_))) else {
        if !annotations.is_empty() {
            members.put_back("annotations", annotations.into());
        }
        return Ok(());
    };
    let (citations, others) = citation::read_all(annotations, OPENAI_CHAT);
    text.citations = citations;
    if !others.is_empty() {
        members.put_back("annotations", others.into());
    }
    Ok(())
}

/// `audio: {"id"}` names a sound that the provider keeps.
fn spoken(members: &mut Members<'_>) -> Option<Part> {
    let id = members.peek("audio")?.get("id")?.as_str()?.to_owned();
    members.take("audio");
    let source = FileSource { id, origin: Some(OPENAI_CHAT.to_owned()), ..FileSource::default() };
    Some(Part::Audio(MediaPart::new(Source::File(source))))
}

/// Google's own form of a signature on a whole message: it belongs to the text, and where there is none to the first
/// call.
fn sign(content: &mut [Part], members: &mut Members<'_>) {
    let Some(signature) = thought_signature(members) else { return };
    let place = content.iter_mut().rev().find_map(|part| match part {
        Part::Text(text) if !text.text.is_empty() => Some(&mut text.signature),
        _ => None,
    });
    if let Some(place) = place {
        *place = Some(signature);
        return;
    }
    let call = content.iter_mut().find_map(|part| match part {
        Part::ToolCall(call) => Some(&mut call.signature),
        _ => None,
    });
    if let Some(place) = call {
        place.get_or_insert(signature);
    }
}

/// Takes `extra_content: {"google": {"thought_signature"}}`, in which Google's OpenAI-compatible endpoint writes it.
fn thought_signature(members: &mut Members<'_>) -> Option<String> {
    let signature = members.peek("extra_content")?.pointer("/google/thought_signature")?.as_str()?.to_owned();
    members.take("extra_content");
    Some(signature)
}

fn calls(members: &mut Members<'_>, threads: &mut Threads) -> Result<Vec<Part>, Failure> {
    let place = members.place();
    let mut calls = Vec::new();
    if let Some(items) = members.list("tool_calls")? {
        let place = place.member("tool_calls");
        for (index, item) in items.into_iter().enumerate() {
            calls.push(call(Members::of(item, place.item(index))?, threads)?);
        }
    }
    if let Some(function) = members.object("function_call")? {
        let nested = Members::new(function, place.member("function_call"));
        let mut call = named_call(nested, "function_call", "arguments")?;
        call.id = threads.call(None);
        calls.push(call.into());
    }
    Ok(calls)
}

fn call(mut members: Members<'_>, threads: &mut Threads) -> Result<Part, Failure> {
    let place = members.place();
    let mut call = match (members.object("function")?, members.object("custom")?) {
        (Some(nested), _) => named_call(Members::new(nested, place.member("function")), "function", "arguments")?,
        (None, Some(nested)) => {
            let call = named_call(Members::new(nested, place.member("custom")), "custom", "input")?;
            ToolCallPart { kind: Some("custom".to_owned()), ..call }
        }
        (None, None) if matches!(members.peek_str("type"), None | Some("function")) => {
            return Err(place.member("function").missing());
        }
        (None, None) => return Ok(NativePart::new(OPENAI_CHAT, members.rest().into()).into()),
    };
    members.take("type");
    // Clients that gathered the call from a stream kept its place in it.
    members.take("index");
    call.id = threads.call(members.string("id")?);
    call.cache = media::cache_marker(&mut members);
    call.signature = thought_signature(&mut members);
    members.rest_into(&mut call.native, OPENAI_CHAT);
    Ok(call.into())
}

fn named_call(mut members: Members<'_>, nested: &str, arguments: &str) -> Result<ToolCallPart, Failure> {
    let name = members.required_string("name")?;
    let arguments = options::arguments(members.take(arguments));
    let mut call = ToolCallPart { name, arguments, ..ToolCallPart::default() };
    let rest: Map<String, Value> = members.rest();
    if !rest.is_empty() {
        call.native.put(OPENAI_CHAT, nested, rest.into());
    }
    Ok(call)
}

/// Which result answers which call. Where a client leaves ids out, calls are answered in their order.
#[derive(Debug, Default)]
struct Threads {
    open: VecDeque<String>,
    answered: HashSet<String>,
    made: usize,
}

impl Threads {
    /// The id of a call; made where none was given.
    fn call(&mut self, given: Option<String>) -> String {
        let id = given.filter(|id| !id.is_empty()).unwrap_or_else(|| {
            self.made += 1;
            format!("call_made_{}", self.made - 1)
        });
        // Some clients use one id again in every turn.
        self.answered.remove(&id);
        self.open.push_back(id.clone());
        id
    }

    /// The id of the call that a result answers; empty where there is none.
    fn answer(&mut self, given: Option<String>) -> String {
        let id = given.filter(|id| !id.is_empty());
        let id = id.or_else(|| {
            loop {
                let oldest = self.open.pop_front()?;
                if !self.answered.contains(&oldest) {
                    break Some(oldest);
                }
            }
        });
        let id = id.unwrap_or_default();
        self.answered.insert(id.clone());
        id
    }
}
