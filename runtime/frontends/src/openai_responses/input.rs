//! The input: items, gathered into turns.

use dragoman_model::content::{NativePart, Part, TextPart, ToolResultPart};
use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::request::{Message, Role};
use dragoman_model::{Failure, Native};
use serde_json::Value;

use super::content;
use super::item::{self, Bound};
use crate::common::{Members, Place};

/// Reads `input`, a string or items, and appends the messages that it holds. It may be absent: a request may go on from
/// an earlier response with nothing new.
pub(super) fn read(input: Option<Value>, place: &Place<'_>, messages: &mut Vec<Message>) -> Result<(), Failure> {
    let items = match input {
        None => return Ok(()),
        Some(Value::String(text)) => {
            messages.push(Message::new(Role::User, vec![TextPart::new(text).into()]));
            return Ok(());
        }
        Some(Value::Array(items)) => items,
        Some(other) => return Err(place.wrong("a string or an array of items", &other)),
    };
    let mut turns = Turns { messages, open: false };
    for (index, value) in items.into_iter().enumerate() {
        turns.item(value, place.item(index))?;
    }
    Ok(())
}

/// How many parts back a signature finds its own; it is told right behind it.
const MAX_BACK: usize = 128;

/// The messages so far. Items that the model wrote one after the other are parts of one message.
struct Turns<'a> {
    messages: &'a mut Vec<Message>,
    /// The last message is the model's, and may go on.
    open: bool,
}

impl Turns<'_> {
    fn item(&mut self, value: Value, place: Place<'_>) -> Result<(), Failure> {
        if let Value::String(text) = value {
            self.push(Message::new(Role::User, vec![TextPart::new(text).into()]));
            return Ok(());
        }
        let mut members = Members::of(value, place)?;
        let untyped = if members.has("role") { "message" } else { "" };
        let kind = members.peek_str("type").unwrap_or(untyped).to_owned();
        match kind.as_str() {
            "message" => return self.message(members),
            "reasoning" => match item::reasoning(members)? {
                (part, None) => self.said(part.into()),
                (_, Some(bound)) => self.sign(bound),
            },
            "function_call" => self.said(item::call(members, "arguments")?),
            "custom_tool_call" => self.said(item::call(members, "input")?),
            "function_call_output" => self.result(members, None)?,
            "custom_tool_call_output" => self.result(members, Some("custom"))?,
            kind => {
                let theirs = is_clients(kind) || members.has("role");
                let role = members.peek_str("role").map_or(Role::User, Role::from);
                members.take_empty("logprobs");
                let part: Part = NativePart::new(OPENAI_RESPONSES, members.rest().into()).into();
                if theirs { self.push(Message::new(role, vec![part])) } else { self.said(part) }
            }
        }
        Ok(())
    }

    fn push(&mut self, message: Message) {
        self.messages.push(message);
        self.open = false;
    }

    /// The model's message that may go on; begun where there is none.
    fn turn(&mut self) -> Option<&mut Message> {
        if !std::mem::replace(&mut self.open, true) {
            self.messages.push(Message::new(Role::Assistant, Vec::new()));
        }
        self.messages.last_mut()
    }

    fn said(&mut self, part: Part) {
        if let Some(turn) = self.turn() {
            turn.content.push(part);
        }
    }

    fn message(&mut self, mut members: Members<'_>) -> Result<(), Failure> {
        members.take("type");
        let place = members.place();
        let role = Role::from(members.required_string("role")?.as_str());
        let content = content::read(members.take("content"), place.member("content"))?;
        let name = members.string("name")?;
        let id = members.string("id")?;
        let native = members.native(OPENAI_RESPONSES);
        if role == Role::Tool {
            // No form of this dialect; what it means is the result of the call before it.
            let result = ToolResultPart { name, content, native, ..ToolResultPart::default() };
            self.push(Message { id, ..Message::new(role, vec![result.into()]) });
        } else if role == Role::Assistant {
            self.assistant(Message { name, id, native, ..Message::new(role, content) });
        } else {
            self.push(Message { name, id, native, ..Message::new(role, content) });
        }
        Ok(())
    }

    /// A message item joins the turn that is open, unless both have members of an item: these would be mixed up.
    fn assistant(&mut self, item: Message) {
        let own = |message: &Message| message.id.is_some() || message.native != Native::default();
        let joins = self.open && self.messages.last().is_some_and(|turn| !(own(turn) && own(&item)));
        if !joins {
            self.messages.push(item);
            self.open = true;
            return;
        }
        let Some(turn) = self.messages.last_mut() else { return };
        turn.content.extend(item.content);
        turn.id = turn.id.take().or(item.id);
        turn.name = turn.name.take().or(item.name);
        if turn.native == Native::default() {
            turn.native = item.native;
        }
    }

    /// A signature that was told as an item of its own, because its part had no place for it.
    fn sign(&mut self, bound: Bound) {
        let signature = Some(bound.signature);
        let parts = self.messages.iter_mut().rev().take_while(|message| message.role == Role::Assistant);
        for part in parts.flat_map(|message| message.content.iter_mut().rev()).take(MAX_BACK) {
            match part {
                Part::ToolCall(call) if bound.call_id.as_ref() == Some(&call.id) => {
                    call.signature = signature;
                    return;
                }
                Part::Text(text) if bound.call_id.is_none() => {
                    text.signature = signature;
                    return;
                }
                _ => {}
            }
        }
    }

    fn result(&mut self, mut members: Members<'_>, kind: Option<&str>) -> Result<(), Failure> {
        members.take("type");
        let place = members.place();
        let result = ToolResultPart {
            call_id: members.required_string("call_id")?,
            name: members.string("name")?,
            content: output(members.take("output"), place.member("output"))?,
            kind: kind.map(str::to_owned),
            ..ToolResultPart::default()
        };
        let mut result = Part::ToolResult(result);
        if let Part::ToolResult(result) = &mut result {
            members.rest_into(&mut result.native, OPENAI_RESPONSES);
        }
        self.push(Message::new(Role::Tool, vec![result]));
        Ok(())
    }
}

/// An output is a string or parts; some clients write the JSON value that they mean instead of its text.
fn output(value: Option<Value>, place: Place<'_>) -> Result<Vec<Part>, Failure> {
    let parts = |items: &[Value]| items.iter().all(|item| item.get("type").is_some_and(Value::is_string));
    match value {
        Some(Value::Array(items)) if parts(&items) => content::read(Some(items.into()), place),
        Some(Value::String(text)) => content::read(Some(text.into()), place),
        None => Ok(Vec::new()),
        Some(other) => Ok(vec![TextPart::new(other.to_string()).into()]),
    }
}

/// Items by which the client answers: outputs of tools that it ran, approvals. All others are the model's.
fn is_clients(kind: &str) -> bool {
    kind.ends_with("_output") && !kind.starts_with("program") || kind.ends_with("_response")
}
