//! The conversation: the system instruction, and contents of user and model by turns.

use dragoman_connector::Loss;
use dragoman_connector::model::request::{Message, Role};
use dragoman_connector::model::{Failure, FailureClass, Part};
use serde_json::{Map, Value, json};

use crate::members::restore;
use crate::parts::Parts;

/// Stands for the signature of a call that another model made: Gemini 3 refuses calls without one, and names this text
/// as the one that it does not check.
const UNCHECKED: &str = "skip_thought_signature_validator";

/// A conversation as Gemini has it.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    pub(crate) system: Vec<Value>,
    pub(crate) contents: Vec<Value>,
}

#[derive(Debug)]
struct Turn {
    role: &'static str,
    parts: Vec<Value>,
    members: Map<String, Value>,
}

/// Writes the conversation `messages`.
///
/// What the application said at first becomes the system instruction; what it said later stays where it was, as a
/// user's text. Neighbours of one role become one content, so that all results of a turn stand together, first.
///
/// # Errors
/// Where someone spoke, but nothing of it can be told.
pub(crate) fn write(messages: Vec<Message>, signs_calls: bool, parts: &mut Parts) -> Result<Conversation, Failure> {
    let mut system = Vec::new();
    let mut turns: Vec<Turn> = Vec::new();
    let (mut begun, mut unsayable) = (false, false);
    for (index, message) in messages.into_iter().enumerate() {
        let path = format!("messages[{index}]");
        for (member, is_told) in [("name", message.name.is_some()), ("id", message.id.is_some())] {
            parts.losses.extend(is_told.then(|| Loss::dropped(format!("{path}.{member}"))));
        }
        let application = matches!(message.role, Role::System | Role::Developer);
        begun |= !application;
        if !begun {
            instruct(message, &path, parts, &mut system);
            continue;
        }
        if application || matches!(message.role, Role::Other(_)) {
            parts.losses.push(Loss::approximated(format!("{path}.role")));
        }
        let role = if message.role == Role::Assistant { "model" } else { "user" };
        let wordless = message.content.iter().any(|part| !matches!(part, Part::Text(_)));
        let mut said = Vec::new();
        for (index, part) in message.content.into_iter().enumerate() {
            parts.part(part, &format!("{path}.content[{index}]"), &mut said);
        }
        if said.is_empty() {
            unsayable |= wordless;
            continue;
        }
        match turns.last_mut() {
            Some(turn) if turn.role == role => turn.parts.append(&mut said),
            _ => turns.push(Turn { role, parts: said, members: Map::new() }),
        }
        if let Some(turn) = turns.last_mut() {
            restore(&mut turn.members, &message.native);
        }
    }
    if turns.is_empty() && unsayable {
        let message = "nothing of this conversation can be told to Gemini: it holds only what other providers know";
        return Err(Failure::new(FailureClass::Unsupported, message).at("messages"));
    }
    // There must be a content: where only the application spoke, its last words are the user's.
    if let Some(last) = system.pop_if(|_| turns.is_empty()) {
        parts.losses.push(Loss::approximated("messages"));
        turns.push(Turn { role: "user", parts: vec![last], members: Map::new() });
    }
    Ok(Conversation { system, contents: turns.into_iter().map(|turn| written(turn, signs_calls)).collect() })
}

/// The system instruction holds nothing but text.
fn instruct(message: Message, path: &str, parts: &mut Parts, system: &mut Vec<Value>) {
    for (index, part) in message.content.into_iter().enumerate() {
        let path = format!("{path}.content[{index}]");
        match part {
            Part::Text(part) => system.extend(parts.text(part, &path)),
            _ => parts.losses.push(Loss::dropped(path)),
        }
    }
}

fn written(mut turn: Turn, signs_calls: bool) -> Value {
    if turn.role == "user" {
        turn.parts.sort_by_key(|part| part.get("functionResponse").is_none());
    } else if signs_calls {
        sign(&mut turn.parts);
    }
    let mut content = json!({"role": turn.role, "parts": turn.parts});
    if let Value::Object(content) = &mut content {
        for (name, value) in turn.members {
            content.entry(name).or_insert(value);
        }
    }
    content
}

/// Of the calls of a turn the first bears the signature.
fn sign(parts: &mut [Value]) {
    let first = parts.iter_mut().find(|part| part.get("functionCall").is_some());
    if let Some(Value::Object(first)) = first {
        first.entry("thoughtSignature").or_insert_with(|| UNCHECKED.into());
    }
}
