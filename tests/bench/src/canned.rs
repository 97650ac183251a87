//! The upstream's answers, written once: what a provider sends, in its own grammar.

use bytes::Bytes;
use serde_json::{Value, json};

/// The provider's dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Dialect {
    Chat,
    Messages,
}

/// How the upstream is to answer; the model's name says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Manner {
    /// One document.
    Whole,
    /// A stream of so many pieces of text.
    Stream {
        /// Pieces of text; the events that begin and end a message come on top.
        events: usize,
        /// Events in one write.
        batch: usize,
        /// Whether the stream waits, after its first piece, until it is released.
        hold: bool,
    },
}

/// Most pieces of a stream that the upstream writes.
pub(crate) const MAX_EVENTS: usize = 4096;

impl Manner {
    /// The model's name, without the prefix that chooses a backend.
    pub(crate) fn model(self) -> String {
        match self {
            Self::Whole => "whole".into(),
            Self::Stream { events, batch, hold } => {
                let batch = if batch > 1 { format!("-b{batch}") } else { String::new() };
                format!("stream-{events}{batch}{}", if hold { "-hold" } else { "" })
            }
        }
    }

    /// Reads a model's name; a prefix is passed over. None where it is not one of ours.
    pub(crate) fn of(model: &str) -> Option<Self> {
        let Some((_, rest)) = model.split_once("stream-") else {
            return model.ends_with("whole").then_some(Self::Whole);
        };
        let mut words = rest.split('-');
        let events = words.next()?.parse().ok().filter(|events| (1..=MAX_EVENTS).contains(events))?;
        let (mut batch, mut hold) = (1, false);
        for word in words {
            match word.strip_prefix('b') {
                Some(number) => batch = number.parse().ok().filter(|batch| *batch > 0)?,
                None if word == "hold" => hold = true,
                None => return None,
            }
        }
        Some(Self::Stream { events, batch, hold })
    }
}

/// The piece of text at `at`.
fn piece(at: usize) -> String {
    const PIECES: [&str; 8] =
        ["The ", "train ", "to Zürich ", "leaves at ", "half past ", "seven, ", "platform ", "two. "];
    PIECES.get(at % PIECES.len()).copied().unwrap_or_default().to_owned()
}

/// The text of an answer of so many pieces.
pub(crate) fn text(pieces: usize) -> String {
    (0..pieces).map(piece).collect()
}

/// Pieces of text in a whole answer: some 400 bytes.
pub(crate) const WHOLE_PIECES: usize = 56;

/// A whole answer.
pub(crate) fn whole(dialect: Dialect) -> Bytes {
    let text = text(WHOLE_PIECES);
    let body = match dialect {
        Dialect::Chat => json!({
            "id": "chatcmpl-bench", "object": "chat.completion", "created": 1_790_000_000, "model": "bench",
            "choices": [{
                "index": 0, "message": { "role": "assistant", "content": text, "refusal": null },
                "logprobs": null, "finish_reason": "stop"
            }],
            "usage": chat_usage(WHOLE_PIECES),
        }),
        Dialect::Messages => json!({
            "id": "msg_bench", "type": "message", "role": "assistant", "model": "bench",
            "content": [{ "type": "text", "text": text }],
            "stop_reason": "end_turn", "stop_sequence": null,
            "usage": { "input_tokens": 500, "output_tokens": WHOLE_PIECES },
        }),
    };
    body.to_string().into()
}

fn chat_usage(tokens: usize) -> Value {
    json!({ "prompt_tokens": 500, "completion_tokens": tokens, "total_tokens": 500 + tokens })
}

/// The events of a stream of so many pieces.
pub(crate) fn stream(dialect: Dialect, pieces: usize) -> Vec<Bytes> {
    match dialect {
        Dialect::Chat => chat_stream(pieces),
        Dialect::Messages => messages_stream(pieces),
    }
}

fn chat_stream(pieces: usize) -> Vec<Bytes> {
    let chunk = |choices: Value, usage: Value| {
        let document = json!({
            "id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1_790_000_000, "model": "bench",
            "choices": choices, "usage": usage,
        });
        Bytes::from(format!("data: {document}\n\n"))
    };
    let choice = |delta: Value, finish: Value| json!([{ "index": 0, "delta": delta, "finish_reason": finish }]);
    let mut events = vec![chunk(choice(json!({ "role": "assistant", "content": "" }), Value::Null), Value::Null)];
    events.extend((0..pieces).map(|at| chunk(choice(json!({ "content": piece(at) }), Value::Null), Value::Null)));
    events.push(chunk(choice(json!({}), "stop".into()), Value::Null));
    events.push(chunk(json!([]), chat_usage(pieces)));
    events.push(Bytes::from_static(b"data: [DONE]\n\n"));
    events
}

fn messages_stream(pieces: usize) -> Vec<Bytes> {
    let event = |document: Value| {
        let kind = document.get("type").and_then(Value::as_str).unwrap_or_default();
        Bytes::from(format!("event: {kind}\ndata: {document}\n\n"))
    };
    let start = json!({
        "id": "msg_bench", "type": "message", "role": "assistant", "model": "bench", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": { "input_tokens": 500, "output_tokens": 1 },
    });
    let mut events = vec![
        event(json!({ "type": "message_start", "message": start })),
        event(json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } })),
    ];
    events.extend((0..pieces).map(|at| {
        let delta = json!({ "type": "text_delta", "text": piece(at) });
        event(json!({ "type": "content_block_delta", "index": 0, "delta": delta }))
    }));
    let stop = json!({ "stop_reason": "end_turn", "stop_sequence": null });
    events.extend([
        event(json!({ "type": "content_block_stop", "index": 0 })),
        event(json!({ "type": "message_delta", "delta": stop, "usage": { "output_tokens": pieces } })),
        event(json!({ "type": "message_stop" })),
    ]);
    events
}

/// How many events stand before the first piece of text, and that piece: what a held stream sends at once.
pub(crate) fn held_events(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Chat => 2,
        Dialect::Messages => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_s_name_is_read_as_it_is_written() {
        let stream = |events, batch, hold| Manner::Stream { events, batch, hold };
        for manner in [Manner::Whole, stream(64, 1, false), stream(512, 16, false), stream(2, 1, true)] {
            assert_eq!(Manner::of(&format!("messages:{}", manner.model())), Some(manner));
        }
    }

    #[test]
    fn a_foreign_model_is_none() {
        for model in ["gpt-5", "stream-0", "stream-many", "stream-64-x", "stream-99999", "stream-4-b0"] {
            assert_eq!(Manner::of(model), None, "{model}");
        }
    }
}
