//! Streamed answers.

use std::collections::BTreeMap;

use dragoman_connector::model::content::ToolCallPart;
use dragoman_connector::model::event::{CandidateFinish, Delta, End, NativeEvent, Start};
use dragoman_connector::model::{Failure, Native, Part};
use dragoman_connector::{Events, Frame, unreadable};
use serde_json::{Map, Value};

use crate::ids::Names;
use crate::members::{rest, take_text};
use crate::{DIALECT, answer, failure};

/// What has been streamed so far.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    blocks: BTreeMap<u64, Block>,
    usage: Map<String, Value>,
    native: Native,
    finished: bool,
}

/// A block that has begun.
#[derive(Debug)]
enum Block {
    /// Its pieces are handed on as they come.
    Open(u32),
    /// A tool call; `input` is what stood in its first event, which counts if nothing follows.
    Call { part: u32, input: String, begun: bool },
    /// Only known when it is whole: a block of Anthropic's own, or a call of a tool that takes free text.
    Held { block: Map<String, Value>, input: String },
}

impl Stream {
    /// Reads one event.
    pub(crate) fn event(&mut self, frame: Frame<'_>, names: &Names, out: &mut Events) -> Result<(), Failure> {
        // Not Anthropic's, but some that speak its dialect end like OpenAI.
        if frame.text.trim() == "[DONE]" {
            return Ok(());
        }
        let mut event: Map<String, Value> =
            serde_json::from_str(frame.text).map_err(|error| unreadable("a stream event", &error))?;
        let kind = take_text(&mut event, "type").unwrap_or_else(|| frame.name.to_owned());
        match kind.as_str() {
            "message_start" => self.start(event, out),
            "content_block_start" => self.open(event, names, out),
            "content_block_delta" => self.delta(event, out),
            "content_block_stop" => {
                if let Some(block) = index(&event).and_then(|index| self.blocks.remove(&index)) {
                    close(block, names, out);
                }
            }
            "message_delta" => self.end(event, names, out),
            "message_stop" => {
                self.close_all(names, out);
                out.push(End { native: std::mem::take(&mut self.native), ..End::default() });
            }
            "ping" => {}
            "error" => return Err(failure::told(event)),
            _ => {
                event.insert("type".into(), kind.into());
                out.push(NativeEvent::new(DIALECT, event.into()));
            }
        }
        Ok(())
    }

    fn start(&mut self, mut event: Map<String, Value>, out: &mut Events) {
        let mut message = answer::take_map(&mut event, "message").unwrap_or_default();
        let usage = answer::take_map(&mut message, "usage");
        for told_later in ["content", "stop_reason", "stop_sequence", "stop_details"] {
            message.remove(told_later);
        }
        let response = answer::start(message);
        let mut start = Start { id: response.id, model: response.model, native: response.native, ..Start::default() };
        if let Some(usage) = usage {
            start.service_tier = answer::tier(&usage);
            self.count(usage);
            start.usage = Some(answer::counts(&self.usage));
        }
        out.push(start);
    }

    fn count(&mut self, newer: Map<String, Value>) {
        self.usage.extend(newer.into_iter().filter(|(_, value)| !value.is_null()));
    }

    fn open(&mut self, mut event: Map<String, Value>, names: &Names, out: &mut Events) {
        let (Some(index), Some(block)) = (index(&event), answer::take_map(&mut event, "content_block")) else {
            return;
        };
        if let Some(before) = self.blocks.remove(&index) {
            close(before, names, out);
        }
        let is_custom = |block: &Map<String, Value>| {
            let name = block.get("name").and_then(Value::as_str).unwrap_or_default();
            names.is_custom(&names.client(name.to_owned()))
        };
        let begun = match block.get("type").and_then(Value::as_str) {
            Some("text" | "thinking" | "redacted_thinking") => {
                Block::Open(out.open(0, answer::part(block, None, names)))
            }
            Some("tool_use") if !is_custom(&block) => open_call(block, names, out),
            _ => Block::Held { block, input: String::new() },
        };
        self.blocks.insert(index, begun);
    }

    fn delta(&mut self, mut event: Map<String, Value>, out: &mut Events) {
        let Some(block) = index(&event).and_then(|index| self.blocks.get_mut(&index)) else { return };
        let Some(mut delta) = answer::take_map(&mut event, "delta") else { return };
        let kind = take_text(&mut delta, "type").unwrap_or_default();
        match block {
            Block::Held { block, input } => hold(block, input, &kind, delta),
            Block::Open(part) => out.delta(piece(*part, &kind, delta)),
            Block::Call { part, begun, .. } => {
                let piece = piece(*part, &kind, delta);
                if piece.text.as_deref() != Some("") {
                    *begun |= piece.text.is_some();
                    out.delta(piece);
                }
            }
        }
    }

    fn end(&mut self, mut event: Map<String, Value>, names: &Names, out: &mut Events) {
        let usage = answer::take_map(&mut event, "usage");
        let mut delta = answer::take_map(&mut event, "delta").unwrap_or_default();
        let mut native = Native::default();
        if let Some(finish) = answer::finish(&mut delta, &mut native).filter(|_| !self.finished) {
            self.close_all(names, out);
            self.finished = true;
            out.push(CandidateFinish { native, ..CandidateFinish::new(0, finish) });
        }
        for told in [delta, event] {
            for (dialect, members) in rest(told).0 {
                if let Value::Object(members) = members {
                    self.native.put_all(&dialect, members);
                }
            }
        }
        if let Some(usage) = usage {
            self.count(usage);
            out.usage(answer::counts(&self.usage));
        }
    }

    fn close_all(&mut self, names: &Names, out: &mut Events) {
        for block in std::mem::take(&mut self.blocks).into_values() {
            close(block, names, out);
        }
    }
}

fn index(event: &Map<String, Value>) -> Option<u64> {
    event.get("index").and_then(Value::as_u64)
}

fn open_call(block: Map<String, Value>, names: &Names, out: &mut Events) -> Block {
    let input = block.get("input").map_or_else(|| "{}".to_owned(), Value::to_string);
    let content = match answer::part(block, None, names) {
        Part::ToolCall(call) => Part::ToolCall(ToolCallPart { arguments: String::new(), ..call }),
        other => other,
    };
    Block::Call { part: out.open(0, content), input, begun: false }
}

/// A piece of a part that is open.
fn piece(part: u32, kind: &str, mut delta: Map<String, Value>) -> Delta {
    let mut piece = Delta { part, ..Delta::default() };
    match kind {
        "text_delta" => piece.text = take_text(&mut delta, "text"),
        "thinking_delta" => piece.text = take_text(&mut delta, "thinking"),
        "input_json_delta" => piece.text = take_text(&mut delta, "partial_json"),
        "signature_delta" => piece.signature = take_text(&mut delta, "signature"),
        "citations_delta" => piece.citations.extend(delta.remove("citation").map(answer::citation)),
        other => {
            delta.insert("type".into(), other.into());
        }
    }
    piece.native = rest(delta);
    piece
}

/// Adds a piece to a block that is held back: arguments to `input`, anything else to the member that it names.
fn hold(block: &mut Map<String, Value>, input: &mut String, kind: &str, delta: Map<String, Value>) {
    for (name, value) in delta {
        match (kind, block.get_mut(&name), value) {
            ("input_json_delta", _, Value::String(more)) => input.push_str(&more),
            (_, Some(Value::String(text)), Value::String(more)) => text.push_str(&more),
            (_, _, value) => {
                block.insert(name, value);
            }
        }
    }
}

fn close(block: Block, names: &Names, out: &mut Events) {
    match block {
        Block::Open(part) => out.close(0, part),
        Block::Call { part, input, begun } => {
            if !begun {
                out.text(0, part, input);
            }
            out.close(0, part);
        }
        Block::Held { mut block, input } => {
            if !input.is_empty() {
                let value = serde_json::from_str(&input).unwrap_or(Value::String(input));
                block.insert("input".into(), value);
            }
            let part = out.open(0, answer::part(block, None, names));
            out.close(0, part);
        }
    }
}
