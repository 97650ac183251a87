//! What a client gathers from an answer, read by the letter of its dialect and independently of the gateway's codecs.

use std::collections::BTreeMap;

use dragoman_testkit::Answer;
use dragoman_testkit::samples::Dialect;
use dragoman_testkit::sse::SseEvent;
use serde_json::Value;

/// What a client gathers from an answer.
#[derive(Debug, Default, PartialEq)]
pub struct Heard {
    /// What was said.
    pub text: String,
    /// What was thought.
    pub thought: String,
    /// Which tools were called, with what arguments.
    pub calls: Vec<(String, Value)>,
    /// Why it ended, in the dialect's word.
    pub finish: String,
    /// Tokens in and out.
    pub usage: (u64, u64),
    /// The dialect's own error, if one was told.
    pub error: Option<String>,
    /// Whether the dialect's own clean ending was there.
    pub complete: bool,
}

impl Heard {
    /// Reads a whole answer.
    #[must_use]
    pub fn whole(dialect: Dialect, answer: &Answer) -> Self {
        let mut heard = Self { complete: answer.complete, ..Self::default() };
        heard.document(dialect, &answer.json());
        heard
    }

    /// Reads a streamed answer.
    #[must_use]
    pub fn stream(dialect: Dialect, answer: &Answer) -> Self {
        Self::events(dialect, &answer.events())
    }

    /// Reads the events of a streamed answer.
    ///
    /// # Panics
    /// Something comes after the end, or breaks the dialect's grammar.
    #[must_use]
    pub fn events(dialect: Dialect, events: &[SseEvent]) -> Self {
        let mut reader = Reader::default();
        for event in events {
            assert!(!reader.heard.complete, "something after the end: {event:?}");
            reader.event(dialect, event);
        }
        let arguments = reader.calls.into_values();
        let read = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
        reader.heard.calls.extend(arguments.map(|(name, text)| (name, read(text))));
        reader.heard
    }

    fn document(&mut self, dialect: Dialect, document: &Value) {
        if document["error"].is_object() {
            self.error = Some(string(&document["error"]["message"]));
        }
        match dialect {
            Dialect::Chat => self.chat(document),
            Dialect::Responses => self.response(document),
            Dialect::Messages => self.message(document),
            Dialect::Gemini => self.gemini(document),
        }
    }

    fn chat(&mut self, document: &Value) {
        let message = &document["choices"][0]["message"];
        self.text.push_str(&string(&message["content"]));
        self.thought.push_str(&string(&message["reasoning_content"]));
        for call in list(&message["tool_calls"]) {
            let function = &call["function"];
            self.calls.push((string(&function["name"]), parsed(&function["arguments"])));
        }
        self.finish = string(&document["choices"][0]["finish_reason"]);
        self.usage = pair(&document["usage"], "prompt_tokens", "completion_tokens");
    }

    fn response(&mut self, document: &Value) {
        for item in list(&document["output"]) {
            for part in list(&item["content"]).iter().filter(|part| part["type"] == "output_text") {
                self.text.push_str(&string(&part["text"]));
            }
            for part in list(&item["summary"]) {
                self.thought.push_str(&string(&part["text"]));
            }
            for part in list(&item["content"]).iter().filter(|part| part["type"] == "reasoning_text") {
                self.thought.push_str(&string(&part["text"]));
            }
            if item["type"] == "function_call" {
                self.calls.push((string(&item["name"]), parsed(&item["arguments"])));
            }
        }
        self.finish = string(&document["status"]);
        self.usage = pair(&document["usage"], "input_tokens", "output_tokens");
    }

    fn message(&mut self, document: &Value) {
        for block in list(&document["content"]) {
            self.text.push_str(&string(&block["text"]));
            self.thought.push_str(&string(&block["thinking"]));
            if block["type"] == "tool_use" {
                self.calls.push((string(&block["name"]), block["input"].clone()));
            }
        }
        self.finish = string(&document["stop_reason"]);
        self.anthropic_usage(&document["usage"]);
    }

    /// Anthropic counts cached tokens beside the others; later reports replace earlier ones.
    fn anthropic_usage(&mut self, usage: &Value) {
        let cached = usage["cache_read_input_tokens"].as_u64().unwrap_or(0);
        if let Some(input) = usage["input_tokens"].as_u64() {
            self.usage.0 = input + cached;
        }
        self.usage.1 = usage["output_tokens"].as_u64().unwrap_or(self.usage.1);
    }

    fn gemini(&mut self, document: &Value) {
        let candidate = &document["candidates"][0];
        for part in list(&candidate["content"]["parts"]) {
            let place = if part["thought"] == true { &mut self.thought } else { &mut self.text };
            place.push_str(&string(&part["text"]));
            if part["functionCall"].is_object() {
                self.calls.push((string(&part["functionCall"]["name"]), part["functionCall"]["args"].clone()));
            }
        }
        if candidate["finishReason"].is_string() {
            self.finish = string(&candidate["finishReason"]);
        }
        let usage = &document["usageMetadata"];
        if usage.is_object() {
            let (input, output) = pair(usage, "promptTokenCount", "candidatesTokenCount");
            self.usage = (input, output + usage["thoughtsTokenCount"].as_u64().unwrap_or(0));
        }
    }
}

#[derive(Default)]
struct Reader {
    heard: Heard,
    /// Calls whose arguments come in pieces.
    calls: BTreeMap<u64, (String, String)>,
}

impl Reader {
    fn event(&mut self, dialect: Dialect, event: &SseEvent) {
        let data = event.json();
        if data["error"].is_object() {
            self.heard.error = Some(string(&data["error"]["message"]));
            return;
        }
        match dialect {
            Dialect::Chat if event.data == "[DONE]" => self.heard.complete = true,
            Dialect::Chat => self.chunk(&data),
            Dialect::Responses => self.response_event(event, &data),
            Dialect::Messages => self.message_event(event, &data),
            Dialect::Gemini => {
                self.heard.gemini(&data);
                self.heard.complete = !self.heard.finish.is_empty();
            }
        }
    }

    fn chunk(&mut self, data: &Value) {
        let choice = &data["choices"][0];
        let delta = &choice["delta"];
        self.heard.text.push_str(&string(&delta["content"]));
        self.heard.thought.push_str(&string(&delta["reasoning_content"]));
        for call in list(&delta["tool_calls"]) {
            let known = self.calls.entry(call["index"].as_u64().expect("an index")).or_default();
            known.0.push_str(&string(&call["function"]["name"]));
            known.1.push_str(&string(&call["function"]["arguments"]));
        }
        if choice["finish_reason"].is_string() {
            self.heard.finish = string(&choice["finish_reason"]);
        }
        if data["usage"].is_object() {
            self.heard.usage = pair(&data["usage"], "prompt_tokens", "completion_tokens");
        }
    }

    fn response_event(&mut self, event: &SseEvent, data: &Value) {
        assert_eq!(data["type"], event.name, "an event's name and type");
        match &*event.name {
            "response.output_text.delta" => self.heard.text.push_str(&string(&data["delta"])),
            "response.completed" | "response.incomplete" => {
                let spoken = std::mem::take(&mut self.heard.text);
                self.heard.response(&data["response"]);
                assert_eq!(spoken, self.heard.text, "the deltas and the final response");
                self.heard.complete = true;
            }
            "response.failed" => self.heard.error = Some(string(&data["response"]["error"]["message"])),
            "error" => self.heard.error = Some(string(&data["message"])),
            _ => {}
        }
    }

    fn message_event(&mut self, event: &SseEvent, data: &Value) {
        assert_eq!(data["type"], event.name, "an event's name and type");
        let index = data["index"].as_u64().unwrap_or_default();
        let delta = &data["delta"];
        match &*event.name {
            "message_start" => self.heard.anthropic_usage(&data["message"]["usage"]),
            "content_block_start" if data["content_block"]["type"] == "tool_use" => {
                self.calls.insert(index, (string(&data["content_block"]["name"]), String::new()));
            }
            "content_block_delta" => {
                self.heard.text.push_str(&string(&delta["text"]));
                self.heard.thought.push_str(&string(&delta["thinking"]));
                if delta["type"] == "input_json_delta" {
                    self.calls.entry(index).or_default().1.push_str(&string(&delta["partial_json"]));
                }
            }
            "message_delta" => {
                self.heard.finish = string(&delta["stop_reason"]);
                self.heard.anthropic_usage(&data["usage"]);
            }
            "message_stop" => self.heard.complete = true,
            _ => {}
        }
    }
}

/// The events of an answer without what differs from one run to the next: ids made of the request's id, and times.
///
/// # Panics
/// The answer has no request id.
#[must_use]
pub fn scrubbed(answer: &Answer) -> Vec<SseEvent> {
    let id = answer.header("x-request-id").expect("a request id");
    // An id may be made of a part of it.
    let stem = id.get(..16).expect("a request id of 32 digits");
    let scrub = |text: &str| {
        let mut rest = text.split(stem);
        let first = rest.next().unwrap_or_default().to_owned();
        rest.fold(first, |all, part| all + "ID" + part.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
    };
    let mut events = answer.events();
    for event in &mut events {
        event.data = without_time(&scrub(&event.data));
    }
    events
}

fn without_time(text: &str) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    forget_times(&mut document);
    document.to_string()
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members
                .retain(|name, _| !matches!(name.as_str(), "created" | "created_at" | "completed_at" | "obfuscation"));
            members.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn parsed(value: &Value) -> Value {
    serde_json::from_str(value.as_str().unwrap_or_default()).unwrap_or_else(|_| value.clone())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn pair(usage: &Value, input: &str, output: &str) -> (u64, u64) {
    (usage[input].as_u64().unwrap_or(0), usage[output].as_u64().unwrap_or(0))
}
