//! The tool calls that a candidate makes, told in pieces that may be mixed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::Native;
use crate::model::content::ToolCallPart;
use crate::model::dialect::OPENAI_CHAT;

/// The calls of one candidate.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
    by_index: BTreeMap<u64, usize>,
}

#[derive(Debug, Default)]
struct Call {
    part: Option<u32>,
    told: ToolCallPart,
}

/// What one piece says.
pub(super) struct Piece {
    /// Which call, for [`Calls::opened`].
    pub(super) call: usize,
    /// Its part, if that is open.
    pub(super) part: Option<u32>,
    /// The part to open otherwise.
    pub(super) opens: ToolCallPart,
    /// More of its arguments.
    pub(super) arguments: String,
    /// Members without a neutral name that came too late for the opening.
    pub(super) native: Native,
}

impl Calls {
    /// Takes in one of `tool_calls`; where the answer `is_whole`, each is a call of its own. Nothing comes back while
    /// the name is not known: such a call cannot be opened yet.
    pub(super) fn take_in(&mut self, members: Map<String, Value>, is_whole: bool) -> Option<Piece> {
        let (index, piece) = read(members);
        let known = if is_whole { None } else { self.continued(index, &piece) };
        let number = known.unwrap_or(self.calls.len());
        if known.is_none() {
            self.calls.push(Call::default());
            self.by_index.extend(index.map(|index| (index, number)));
        }
        let call = self.calls.get_mut(number)?;
        if call.part.is_some() {
            let told = ToolCallPart::default();
            return Some(Piece {
                call: number,
                part: call.part,
                opens: told,
                arguments: piece.arguments,
                native: piece.native,
            });
        }
        call.told.arguments.push_str(&piece.arguments);
        call.told = ToolCallPart { arguments: std::mem::take(&mut call.told.arguments), ..merged(&call.told, piece) };
        if call.told.name.is_empty() {
            return None;
        }
        let arguments = std::mem::take(&mut call.told.arguments);
        Some(Piece { call: number, part: None, opens: call.told.clone(), arguments, native: Native::default() })
    }

    /// The call numbered `call` is now the part `part`.
    pub(super) fn opened(&mut self, call: usize, part: u32) {
        if let Some(call) = self.calls.get_mut(call) {
            call.part = Some(part);
        }
    }

    /// Every call, in order: its part, or what is known of one that was never opened.
    pub(super) fn finish(self) -> impl Iterator<Item = (Option<u32>, ToolCallPart)> {
        self.calls.into_iter().map(|call| (call.part, call.told))
    }

    /// The call that `piece` goes on with. The index says which; some vendors give none, and some give every call the
    /// same, so that only a new id beside a name tells a new call.
    fn continued(&self, index: Option<u64>, piece: &ToolCallPart) -> Option<usize> {
        let number = match index {
            Some(index) => *self.by_index.get(&index)?,
            None => self.calls.len().checked_sub(1)?,
        };
        let told = &self.calls.get(number)?.told;
        let is_same_id = piece.id == told.id;
        let is_new_id = !piece.id.is_empty() && !told.id.is_empty() && !is_same_id;
        let is_named_again = !piece.name.is_empty() && !told.name.is_empty();
        let begins = is_named_again && (is_new_id || (index.is_none() && (piece.id.is_empty() || !is_same_id)));
        (!begins).then_some(number)
    }
}

fn merged(told: &ToolCallPart, piece: ToolCallPart) -> ToolCallPart {
    let or = |mine: &String, theirs: String| if mine.is_empty() { theirs } else { mine.clone() };
    let mut native = told.native.clone();
    for (dialect, members) in piece.native.0 {
        if let Value::Object(members) = members {
            native.put_all(&dialect, members);
        }
    }
    ToolCallPart {
        id: or(&told.id, piece.id),
        name: or(&told.name, piece.name),
        kind: told.kind.clone().or(piece.kind),
        native,
        ..ToolCallPart::default()
    }
}

fn read(members: Map<String, Value>) -> (Option<u64>, ToolCallPart) {
    let mut piece = ToolCallPart::default();
    let mut index = None;
    let is_custom = members.get("type").and_then(Value::as_str) == Some("custom");
    for (name, value) in members {
        match (name.as_str(), value) {
            ("type", Value::String(kind)) if kind == "function" => {}
            ("type", Value::String(kind)) => piece.kind = Some(kind),
            ("index", Value::Number(number)) => index = number.as_u64(),
            ("id", Value::String(id)) => piece.id = id,
            ("function", Value::Object(function)) if !is_custom => inside(&mut piece, function),
            ("custom", Value::Object(custom)) => inside(&mut piece, custom),
            (_, Value::Null) => {}
            (_, value) => piece.native.put(OPENAI_CHAT, name, value),
        }
    }
    (index, piece)
}

/// What stands in `function` or `custom`.
fn inside(piece: &mut ToolCallPart, members: Map<String, Value>) {
    let mut rest = Map::new();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("name", Value::String(name)) => piece.name = name,
            ("arguments" | "input", Value::String(text)) => piece.arguments = text,
            (_, Value::Null) => {}
            // Some vendors give the arguments as an object.
            ("arguments" | "input", value) => piece.arguments = value.to_string(),
            (_, value) => {
                rest.insert(name, value);
            }
        }
    }
    if !rest.is_empty() {
        piece.native.put(OPENAI_CHAT, "function", rest.into());
    }
}
