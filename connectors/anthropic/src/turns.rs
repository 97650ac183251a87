//! The conversation: system blocks, and turns of user and assistant by turns.

use dragoman_connector::Loss;
use dragoman_connector::model::request::{Message, Role};
use dragoman_connector::model::{Failure, FailureClass, Part};
use serde_json::{Map, Value};

use crate::blocks::Blocks;
use crate::members::restore;

/// A conversation as Anthropic has it.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    pub(crate) system: Vec<Value>,
    pub(crate) messages: Vec<Value>,
}

#[derive(Debug)]
struct Turn {
    role: &'static str,
    content: Vec<Value>,
    members: Map<String, Value>,
}

/// Writes the conversation `messages`.
///
/// What the application said at first becomes the system prompt; what it said later stays where it was, as a user's
/// text. Neighbours of one role become one turn, and a turn's tool results come first, as Anthropic demands.
///
/// # Errors
/// Where someone spoke, but nothing of it can be told.
pub(crate) fn write(messages: Vec<Message>, blocks: &mut Blocks) -> Result<Conversation, Failure> {
    let mut system = Vec::new();
    let mut turns: Vec<Turn> = Vec::new();
    let (mut begun, mut unsayable) = (false, false);
    for (index, message) in messages.into_iter().enumerate() {
        let path = format!("messages[{index}]");
        unsaid(&message, &path, blocks);
        let application = matches!(message.role, Role::System | Role::Developer);
        begun |= !application;
        if !begun {
            system.extend(texts(message, &path, blocks));
            continue;
        }
        if application || matches!(message.role, Role::Other(_)) {
            blocks.losses.push(Loss::approximated(format!("{path}.role")));
        }
        let role = if message.role == Role::Assistant { "assistant" } else { "user" };
        let wordless = message.content.iter().any(|part| !matches!(part, Part::Text(_)));
        let content = content(message.content, &path, blocks);
        if content.is_empty() {
            unsayable |= wordless;
            continue;
        }
        match turns.last_mut() {
            Some(turn) if turn.role == role => turn.content.extend(content),
            _ => turns.push(Turn { role, content, members: Map::new() }),
        }
        if let Some(turn) = turns.last_mut() {
            restore(&mut turn.members, &message.native);
        }
    }
    if turns.is_empty() {
        if unsayable {
            let message = "nothing of this conversation can be told to Anthropic: it takes neither sounds nor films, \
                nor what only other providers know";
            return Err(Failure::new(FailureClass::Unsupported, message).at("messages"));
        }
        turns.extend(only_system(&mut system, blocks));
    }
    if let Some(last) = turns.last_mut().filter(|last| last.role == "assistant") {
        trim_end(last, blocks);
    }
    Ok(Conversation { system, messages: turns.into_iter().map(written).collect() })
}

fn unsaid(message: &Message, path: &str, blocks: &mut Blocks) {
    for (member, is_told) in [("name", message.name.is_some()), ("id", message.id.is_some())] {
        if is_told {
            blocks.losses.push(Loss::dropped(format!("{path}.{member}")));
        }
    }
}

fn content(parts: Vec<Part>, path: &str, blocks: &mut Blocks) -> Vec<Value> {
    let parts = parts.into_iter().enumerate();
    parts.filter_map(|(index, part)| blocks.part(part, &format!("{path}.content[{index}]"))).collect()
}

/// The system prompt holds nothing but text.
fn texts(message: Message, path: &str, blocks: &mut Blocks) -> Vec<Value> {
    let mut found = Vec::new();
    for (index, part) in message.content.into_iter().enumerate() {
        let path = format!("{path}.content[{index}]");
        match part {
            Part::Text(part) => found.extend(blocks.text(part, &path)),
            _ => blocks.losses.push(Loss::dropped(path)),
        }
    }
    found
}

/// A conversation must have a turn: where only the application spoke, its last words are the user's.
fn only_system(system: &mut Vec<Value>, blocks: &mut Blocks) -> Option<Turn> {
    let last = system.pop()?;
    blocks.losses.push(Loss::approximated("messages"));
    Some(Turn { role: "user", content: vec![last], members: Map::new() })
}

/// Anthropic refuses words put into the model's mouth that end in white space.
fn trim_end(turn: &mut Turn, blocks: &mut Blocks) {
    let last = turn.content.last_mut().filter(|block| kind(block) == "text").and_then(|block| block.get_mut("text"));
    if let Some(Value::String(text)) = last {
        let kept = text.trim_end().len();
        if kept < text.len() {
            text.truncate(kept);
            blocks.losses.push(Loss::approximated("messages"));
        }
    }
}

fn written(mut turn: Turn) -> Value {
    if turn.role == "user" {
        turn.content.sort_by_key(|block| kind(block) != "tool_result");
    }
    let mut message = Map::new();
    message.insert("role".into(), turn.role.into());
    message.insert("content".into(), turn.content.into());
    for (name, value) in turn.members {
        message.entry(name).or_insert(value);
    }
    message.into()
}

fn kind(block: &Value) -> &str {
    block.get("type").and_then(Value::as_str).unwrap_or_default()
}
