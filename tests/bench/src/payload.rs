//! Conversations: valid requests of OpenAI's chat completions, the same in every run.

use serde_json::{Value, json};

/// How large a request's body is, and over how many messages it is spread. Long conversations are long mostly because
/// of what is pasted into them and what tools return, so the messages grow faster than their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) bytes: usize,
    pub(crate) turns: usize,
}

/// 2 KB: six messages, two tools.
pub(crate) const SMALL: Size = Size { name: "2 KB", bytes: 2 << 10, turns: 1 };
/// 20 KB: fourteen messages.
pub(crate) const MEDIUM: Size = Size { name: "20 KB", bytes: 20 << 10, turns: 3 };
/// 200 KB: twenty-six messages.
pub(crate) const LARGE: Size = Size { name: "200 KB", bytes: 200 << 10, turns: 6 };
/// 1 MB: fifty messages, the long ones of some 40 KB.
pub(crate) const HUGE: Size = Size { name: "1 MB", bytes: 1 << 20, turns: 12 };
/// 1 MB as many short messages, eight hundred of them: the structure, not the text, is what is large.
pub(crate) const MANY: Size = Size { name: "1 MB, 800 messages", bytes: 1 << 20, turns: 200 };

const WORDS: [&str; 48] = [
    "the",
    "gateway",
    "reads",
    "a",
    "request",
    "and",
    "sends",
    "it",
    "on",
    "where",
    "latency",
    "matters",
    "most",
    "because",
    "each",
    "token",
    "is",
    "waited",
    "for",
    "by",
    "someone",
    "who",
    "asked",
    "what",
    "weather",
    "in",
    "Zürich",
    "would",
    "be",
    "like",
    "tomorrow",
    "morning",
    "naïve",
    "answers",
    "are",
    "short",
    "東京",
    "trains",
    "leave",
    "at",
    "half",
    "past",
    "seven",
    "\"quoted\"",
    "lines",
    "follow",
    "every",
    "paragraph",
];

/// Text that looks like prose, with the escapes and the letters beyond ASCII that real text has.
struct Prose(u64);

impl Prose {
    fn number(&mut self) -> u64 {
        // xorshift64: any sequence does, as long as it is the same in every run.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn word(&mut self) -> &'static str {
        let at = usize::try_from(self.number() % WORDS.len() as u64).unwrap_or_default();
        WORDS.get(at).copied().unwrap_or_default()
    }

    /// Some `bytes` of text.
    fn text(&mut self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 16);
        while text.len() < bytes {
            text += self.word();
            text += match self.number() % 24 {
                0 => ".\n\n",
                1 | 2 => ". ",
                3 => ", ",
                _ => " ",
            };
        }
        text
    }

    fn question(&mut self, bytes: usize) -> Value {
        json!({ "role": "user", "content": self.text(bytes) })
    }

    /// A user's question, the model's call of a tool, what the tool returned, and the model's answer.
    fn turn(&mut self, number: usize, bytes: usize) -> [Value; 4] {
        let id = format!("call_{number:04}");
        let arguments = json!({ "path": format!("src/part_{number}.rs"), "first_line": number }).to_string();
        let call = json!({ "id": id, "type": "function", "function": { "name": "read_file", "arguments": arguments } });
        [
            self.question(bytes / 4),
            json!({ "role": "assistant", "content": null, "tool_calls": [call] }),
            json!({ "role": "tool", "tool_call_id": id, "content": self.text(bytes / 2) }),
            json!({ "role": "assistant", "content": self.text(bytes / 4) }),
        ]
    }
}

fn tool(name: &str, description: &str, properties: &Value, required: &[&str]) -> Value {
    let parameters = json!({ "type": "object", "properties": properties, "required": required });
    json!({ "type": "function", "function": { "name": name, "description": description, "parameters": parameters } })
}

fn tools() -> Value {
    let place = json!({
        "path": { "type": "string", "description": "Path from the root" },
        "first_line": { "type": "integer", "minimum": 0 }
    });
    let weather = json!({
        "city": { "type": "string" },
        "unit": { "type": "string", "enum": ["celsius", "fahrenheit"] }
    });
    json!([
        tool("read_file", "Reads a file of the project.", &place, &["path"]),
        tool("get_weather", "Tells the weather of a city.", &weather, &["city"]),
    ])
}

/// The body of a request for `model`, close to `size`.
pub(crate) fn request(model: &str, stream: bool, size: Size) -> Vec<u8> {
    let fixed = write(model, stream, size.turns, 0, 64).len();
    let room = size.bytes.saturating_sub(fixed);
    // The last question gets a share too; escapes make the text a little longer than counted.
    let share = room * 30 / 31 / (size.turns + 1);
    write(model, stream, size.turns, share, 64 + share)
}

fn write(model: &str, stream: bool, turns: usize, turn_bytes: usize, question_bytes: usize) -> Vec<u8> {
    let mut prose = Prose(0x9e37_79b9_7f4a_7c15);
    let mut messages =
        vec![json!({ "role": "system", "content": "You are a helpful assistant. Answer in few words." })];
    messages.extend((0..turns).flat_map(|number| prose.turn(number, turn_bytes)));
    messages.push(prose.question(question_bytes));
    let mut body = json!({
        "model": model,
        "messages": messages,
        "tools": tools(),
        "temperature": 0.2,
        "max_completion_tokens": 1024,
    });
    if let (true, Some(members)) = (stream, body.as_object_mut()) {
        members.insert("stream".into(), true.into());
        members.insert("stream_options".into(), json!({ "include_usage": true }));
    }
    body.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_as_large_as_it_says() {
        for size in [SMALL, MEDIUM, LARGE, HUGE, MANY] {
            let length = request("chat:whole", false, size).len();
            assert!(length.abs_diff(size.bytes) < size.bytes / 10, "{}: {length}", size.name);
        }
    }

    #[test]
    fn a_request_is_the_same_every_time() {
        assert_eq!(request("m", true, MEDIUM), request("m", true, MEDIUM));
    }
}
