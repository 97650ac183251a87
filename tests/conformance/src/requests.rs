//! Recorded requests through the front ends: they fit the schema, and nothing of them vanishes.

use std::collections::{BTreeMap, HashSet};

use dragoman_frontends::anthropic::AnthropicMessages;
use dragoman_frontends::gemini::Gemini;
use dragoman_frontends::openai_chat::OpenAiChat;
use dragoman_frontends::openai_responses::OpenAiResponses;
use dragoman_frontends::{Frontend, Scene};
use dragoman_model::{Failure, Request};
use serde_json::Value;

use crate::schemas::{CHAT, Check};
use crate::traffic::recorded;

/// How much was read, and how much of it was found again.
#[derive(Default)]
struct Tally {
    requests: usize,
    refused: usize,
    found: usize,
    translated: usize,
}

/// Words of OpenAI's chat completions, and its vendors', that have others in the neutral model.
const CHAT_WORDS: [&str; 21] = [
    ".content[].type = document_url",
    ".content[].type = file",
    ".content[].type = file_url",
    ".content[].type = image_url",
    ".content[].type = input_audio",
    ".content[].type = thinking",
    ".content[].type = video_url",
    ".reasoning_details[].format = anthropic-claude-v1",
    ".reasoning_details[].format = google-gemini-v1",
    ".reasoning_details[].format = unknown",
    ".reasoning_details[].type = reasoning.encrypted",
    ".reasoning_details[].type = reasoning.text",
    ".response_format.type = json_object",
    ".response_format.type = json_schema",
    ".thinking.type = disabled",
    ".thinking.type = enabled",
    ".tool_calls[].type = function",
    // The places of pieces in a stream that is over.
    ".reasoning_details[].index = 0",
    ".reasoning_details[].index = 1",
    ".tool_calls[].index = 0",
    ".tool_calls[].index = 1",
];

/// Those of OpenAI's responses.
const RESPONSES_WORDS: [&str; 17] = [
    ".annotations[].type = url_citation",
    ".content[].type = input_file",
    ".content[].type = input_image",
    ".content[].type = input_text",
    ".content[].type = output_text",
    ".content[].type = reasoning_text",
    ".input[].type = custom_tool_call",
    ".input[].type = custom_tool_call_output",
    ".input[].type = function_call",
    ".input[].type = function_call_output",
    ".input[].type = message",
    ".output[].type = input_file",
    ".output[].type = input_image",
    ".summary[].type = summary_text",
    ".text.format.type = json_object",
    ".text.format.type = json_schema",
    ".tool_choice.type = allowed_tools",
];

/// Those of Anthropic's messages.
const ANTHROPIC_WORDS: [&str; 12] = [
    ".citations[].type = char_location",
    ".citations[].type = content_block_location",
    ".content[].type = thinking",
    ".content[].type = tool_result",
    ".content[].type = tool_use",
    ".output_config.format.type = json_schema",
    ".output_format.type = json_schema",
    ".source.type = base64",
    ".source.type = content",
    ".thinking.type = disabled",
    ".thinking.type = enabled",
    ".tools[].type = custom",
];

/// Those of Gemini, beside the ones that are the same in small letters.
const GEMINI_WORDS: [&str; 8] = [
    ".contents[].role = model",
    ".systemInstruction.role = model",
    ".responseMimeType = application/json",
    ".response_mime_type = application/json",
    // Thinking is off.
    ".thinkingBudget = 0",
    ".thinking_budget = 0",
    // The types of a schema by number: STRING and OBJECT.
    ".type = 1",
    ".type = 6",
];

type Decode<'a> = &'a dyn Fn(&[u8], &Scene) -> Result<Request, Failure>;

fn read(wire: &str, records: &[Value], words: &[&str], decode: Decode<'_>) {
    let check = Check::new(&format!("{CHAT}request"));
    let mut tally = Tally::default();
    let mut vanished: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in records.iter().filter(|record| record["request"]["body"].is_object()) {
        let body = &record["request"]["body"];
        let request = match decode(body.to_string().as_bytes(), &scene(record)) {
            Ok(request) => request,
            // What the provider refused need not be readable.
            Err(_) if record["response"]["status"] != 200 => {
                tally.refused += 1;
                continue;
            }
            Err(failure) => panic!("{}: {failure} at {:?}", record["id"], failure.param),
        };
        let document = serde_json::to_value(&request).unwrap();
        check.pass(&document, &record["id"].to_string());
        assert_eq!(serde_json::from_value::<Request>(document.clone()).unwrap(), request, "{}", record["id"]);
        tally.requests += 1;
        for leaf in missing(body, &document, words, &mut tally) {
            vanished.entry(leaf).or_default().push(record["id"].to_string());
        }
    }
    let Tally { requests, refused, found, translated } = tally;
    println!("{wire}: {requests} requests fit the schema; {refused} are unread, which the provider refused too");
    println!("{wire}: {found} words and numbers are found again, {translated} are translated");
    for (leaf, ids) in &vanished {
        println!("vanished {} times: {leaf} (as in {})", ids.len(), ids[0]);
    }
    assert!(vanished.is_empty(), "{} kinds of words and numbers vanished", vanished.len());
}

fn scene(record: &Value) -> Scene {
    Scene {
        asked_model: record["model"].as_str().unwrap_or_default().to_owned(),
        stream: record["stream"] == true,
        sse: true,
        id: "5eed".into(),
        ..Scene::default()
    }
}

/// The words and numbers of a document.
#[derive(Default)]
struct Found {
    words: HashSet<String>,
    numbers: HashSet<u64>,
}

impl Found {
    fn see(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.see(item)),
            Value::Object(members) => members.values().for_each(|member| self.see(member)),
            Value::Number(number) => {
                self.numbers.insert(bits(number));
            }
            Value::String(text) => {
                // Arguments travel as text.
                if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                    self.see(&inner);
                }
                self.words.insert(text.clone());
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Whether `text` is there: by itself, or within a longer one, as where several texts became one.
    fn has(&self, text: &str) -> bool {
        self.words.contains(text) || self.words.iter().any(|word| word.contains(text))
    }
}

fn bits(number: &serde_json::Number) -> u64 {
    number.as_f64().unwrap_or_default().to_bits()
}

/// What of `body` is neither in `document` nor among the `words` that are translated.
fn missing(body: &Value, document: &Value, words: &[&str], tally: &mut Tally) -> Vec<String> {
    let mut found = Found::default();
    found.see(document);
    let mut missing = Vec::new();
    leaves(body, "", &mut |place, leaf| {
        let (is_there, text) = match leaf {
            Value::Number(number) => (found.numbers.contains(&bits(number)), number.to_string()),
            Value::String(text) if text.chars().count() > 3 => {
                // Gemini's names of models are paths.
                let text = text.strip_prefix("models/").unwrap_or(text);
                (found.has(bytes(text)) || found.has(&standard(text)), text.to_owned())
            }
            _ => return,
        };
        let told = format!("{place} = {text}");
        if is_there {
            tally.found += 1;
        } else if words.iter().any(|word| told.ends_with(word)) || is_shouted(&text, &found) {
            tally.translated += 1;
        } else {
            missing.push(told.chars().take(200).collect());
        }
    });
    missing
}

/// Whether `text` is a word in capitals that is found in small letters.
fn is_shouted(text: &str, found: &Found) -> bool {
    let is_word = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    is_word && found.words.contains(&text.to_lowercase())
}

/// The bytes of a `data:` URL, or the text itself.
fn bytes(text: &str) -> &str {
    text.strip_prefix("data:").and_then(|url| url.split_once(',')).map_or(text, |(_, bytes)| bytes)
}

/// Base64 of the other alphabet in the standard one.
fn standard(text: &str) -> String {
    text.replace('-', "+").replace('_', "/")
}

fn leaves(value: &Value, place: &str, see: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, &format!("{place}[]"), see)),
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| leaves(value, &format!("{place}.{name}"), see));
        }
        leaf => see(place, leaf),
    }
}

fn read_chat(frontend: &dyn Frontend, wire: &str, words: &[&str]) {
    read(wire, &recorded(wire), words, &|body, scene| frontend.decode(body, scene).map(|asked| asked.request));
}

fn read_count(frontend: &dyn Frontend, wire: &str, words: &[&str]) {
    let mut records = recorded(wire);
    // Bedrock asks in words of its own.
    records.retain(|record| record["provider"] != "bedrock");
    read(wire, &records, words, &|body, scene| frontend.decode_count(body, scene));
}

#[test]
fn nothing_of_a_chat_completion_vanishes() {
    read_chat(&OpenAiChat, "openai-chat", &CHAT_WORDS);
}

#[test]
fn nothing_of_a_request_for_a_response_vanishes() {
    read_chat(&OpenAiResponses, "openai-responses", &RESPONSES_WORDS);
}

#[test]
fn nothing_of_an_anthropic_message_vanishes() {
    read_chat(&AnthropicMessages, "anthropic-messages", &ANTHROPIC_WORDS);
}

#[test]
fn nothing_of_a_gemini_request_vanishes() {
    read_chat(&Gemini, "gemini", &GEMINI_WORDS);
}

#[test]
fn nothing_of_a_request_for_a_token_count_vanishes() {
    read_count(&OpenAiResponses, "responses.input_tokens", &RESPONSES_WORDS);
    read_count(&Gemini, "countTokens", &GEMINI_WORDS);
    read_count(&AnthropicMessages, "count_tokens", &ANTHROPIC_WORDS);
}

#[test]
fn what_vanishes_is_seen() {
    let body = serde_json::json!({"a": "some words", "b": [7, 8], "c": "data:image/png;base64,QUJD", "d": "STRING"});
    let kept = serde_json::json!({"arguments": "{\"n\": 7}", "bytes": "QUJD", "type": "string"});
    let missing = missing(&body, &kept, &[".b[] = 9"], &mut Tally::default());
    assert_eq!(missing, [".a = some words", ".b[] = 8"]);
}
