use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use super::{assert_stream_says_what_the_whole_says, documents, events, gathered, messages, whole, writer, written};

/// The parts that a client reads of an answer that holds `content`.
fn parts(content: &Value) -> Value {
    whole(json!({"candidates": [{"content": content}]}))["candidates"][0]["content"]["parts"].take()
}

fn full() -> Value {
    json!({
        "id": "r", "model": "gemini-x", "native": {"gemini": {"modelStatus": {"stage": "STABLE"}}},
        "candidates": [
            {"index": 0, "finish": {"reason": "tool-calls"}, "native": {"gemini": {"avgLogprobs": -0.5}},
             "logprobs": [{"token": "Hé", "logprob": -0.25, "top": [{"token": "Ho", "logprob": -2.0}]}],
             "content": [
                {"type": "reasoning", "text": "hm", "signature": "S", "origin": "gemini"},
                {"type": "text", "text": "Héllo you", "citations": [
                    {"kind": "url", "url": "https://x", "title": "T", "start": 0, "end": 5},
                    {"kind": "url", "url": "https://x", "title": "T", "start": 6, "end": 9}]},
                {"type": "native", "dialect": "gemini", "value": {"executableCode": {"code": "1"}}},
                {"type": "native", "dialect": "anthropic.messages", "value": {"type": "server_tool_use"}},
                {"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "AA=="}},
                {"type": "refusal", "text": "No."},
                {"type": "tool-call", "id": "toolu_1", "name": "f", "arguments": "{\"x\": [1]}", "signature": "G"},
                {"type": "tool-call", "id": "call_gemini_0", "name": "g", "arguments": ""},
                {"type": "text", "text": ""}]},
            {"index": 1, "finish": {"reason": "length", "message": "too long"},
             "content": [{"type": "text", "text": "Other"}]},
        ],
        "usage": {"input_tokens": 100, "output_tokens": 20, "cached_tokens": 60, "reasoning_tokens": 5},
    })
}

#[test]
fn a_whole_answer_holds_every_part() {
    let answer = whole(full());
    let expected = json!([
        {"text": "hm", "thought": true, "thoughtSignature": "S"},
        {"text": "Héllo you"},
        {"executableCode": {"code": "1"}},
        {"inlineData": {"mimeType": "image/png", "data": "AA=="}},
        {"text": "No."},
        {"functionCall": {"id": "toolu_1", "name": "f", "args": {"x": [1]}}, "thoughtSignature": "G"},
        {"functionCall": {"name": "g", "args": {}}},
    ]);
    let first = &answer["candidates"][0];
    assert_eq!(first["content"], json!({"parts": expected, "role": "model"}));
    assert_eq!(first["avgLogprobs"], -0.5);
    let usage = json!({"promptTokenCount": 100, "candidatesTokenCount": 15, "thoughtsTokenCount": 5,
                       "cachedContentTokenCount": 60, "totalTokenCount": 120});
    assert_eq!(answer["usageMetadata"], usage);
    assert_eq!((&answer["modelVersion"], &answer["responseId"]), (&json!("gemini-x"), &json!("r")));
    assert_eq!(answer["modelStatus"], json!({"stage": "STABLE"}));
    assert_eq!(answer["candidates"][1]["finishReason"], "MAX_TOKENS");
    assert_eq!(answer["candidates"][1]["finishMessage"], "too long");
}

#[test]
fn log_probabilities_stand_beside_the_content() {
    let expected = json!({
        "topCandidates": [{"candidates": [{"token": "Ho", "logProbability": -2.0}]}],
        "chosenCandidates": [{"token": "Hé", "logProbability": -0.25}],
    });
    assert_eq!(whole(full())["candidates"][0]["logprobsResult"], expected);
}

#[test]
fn citations_point_into_the_bytes_of_the_text() {
    let expected = json!({
        "groundingChunks": [{"web": {"uri": "https://x", "title": "T"}}],
        "groundingSupports": [
            {"segment": {"partIndex": 1, "endIndex": 6, "text": "Héllo"}, "groundingChunkIndices": [0]},
            {"segment": {"partIndex": 1, "startIndex": 7, "endIndex": 10, "text": "you"}, "groundingChunkIndices": [0]}],
    });
    assert_eq!(whole(full())["candidates"][0]["groundingMetadata"], expected);
}

#[test]
fn a_stream_says_what_the_whole_says() {
    let mut document = full();
    // A client joins pieces of words, so that the numbers of parts mean nothing in a stream.
    document["candidates"][0]["content"].as_array_mut().unwrap().swap(0, 1);
    assert_stream_says_what_the_whole_says(document);
    let blocked = json!({"native": {"gemini": {"promptFeedback": {"blockReason": "SAFETY"}}}});
    assert_stream_says_what_the_whole_says(blocked);
}

#[test]
fn the_state_of_every_provider_comes_back_from_the_client() {
    let said = json!([
        {"type": "reasoning", "text": "hm", "signature": "S", "origin": "gemini"},
        {"type": "reasoning", "text": "claude", "signature": "C", "origin": "anthropic.messages"},
        {"type": "reasoning", "opaque": "D", "origin": "anthropic.messages"},
        {"type": "reasoning", "id": "rs", "summary": ["why"], "opaque": "E", "origin": "openai.responses"},
        {"type": "text", "text": "Words", "signature": "W"},
        {"type": "tool-call", "id": "a", "name": "f", "arguments": "{}", "signature": "G"},
    ]);
    let back = messages(&json!([{"role": "model", "parts": parts(&said)}]));
    assert_eq!(back[0]["content"], said);
}

#[test]
fn a_thought_that_came_in_pieces_comes_back_whole() {
    let text = written(
        true,
        events(json!([
            {"type": "open", "candidate": 0, "part": 0,
             "content": {"type": "reasoning", "id": "rs", "origin": "openai.responses"}},
            {"type": "delta", "candidate": 0, "part": 0, "text": "be", "summary": 0},
            {"type": "delta", "candidate": 0, "part": 0, "text": "cause", "summary": 1},
            {"type": "delta", "candidate": 0, "part": 0, "opaque": "E"},
            {"type": "close", "candidate": 0, "part": 0},
            {"type": "end"},
        ])),
    );
    let documents = documents(&text);
    let parts = documents.iter().filter_map(|one| one["candidates"][0]["content"]["parts"].as_array().cloned());
    let parts: Vec<Value> = parts.flatten().collect();
    assert_eq!(parts.len(), 3);
    let back = messages(&json!([{"role": "model", "parts": parts}]));
    let expected = json!([{"type": "reasoning", "id": "rs", "summary": ["because"], "opaque": "E",
                           "origin": "openai.responses"}]);
    assert_eq!(back[0]["content"], expected);
}

#[test]
fn the_ending_table() {
    let table = [
        (json!({"reason": "stop"}), "STOP"),
        (json!({"reason": "tool-calls"}), "STOP"),
        (json!({"reason": "pause"}), "STOP"),
        (json!({"reason": "length"}), "MAX_TOKENS"),
        (json!({"reason": "context-window"}), "MAX_TOKENS"),
        (json!({"reason": "content-filter"}), "SAFETY"),
        (json!({"reason": "refusal"}), "SAFETY"),
        (json!({"reason": "malformed-tool-call"}), "MALFORMED_FUNCTION_CALL"),
        (json!({"reason": "error"}), "OTHER"),
        (json!({"reason": "content-filter", "native_reason": "RECITATION"}), "RECITATION"),
        (json!({"reason": "content-filter", "native_reason": "content_filter"}), "SAFETY"),
        (json!({"reason": "NOVEL"}), "NOVEL"),
    ];
    for (finish, word) in table {
        let answer = whole(json!({"candidates": [{"finish": finish}]}));
        assert_eq!(answer["candidates"][0]["finishReason"], word);
    }
}

fn two_calls() -> Value {
    json!([
        {"type": "start", "id": "x"},
        {"type": "open", "candidate": 0, "part": 0, "content": {"type": "text", "text": ""}},
        {"type": "open", "candidate": 0, "part": 1,
         "content": {"type": "tool-call", "id": "a", "name": "f", "arguments": ""}},
        {"type": "delta", "candidate": 0, "part": 1, "text": "{\"x\":"},
        {"type": "delta", "candidate": 0, "part": 0, "text": "Calling"},
        {"type": "close", "candidate": 0, "part": 0},
        {"type": "delta", "candidate": 0, "part": 1, "text": "1}"},
        {"type": "close", "candidate": 0, "part": 1},
        {"type": "finish", "candidate": 0, "finish": {"reason": "tool-calls"}},
        {"type": "usage", "usage": {"input_tokens": 8, "output_tokens": 3}},
        {"type": "end"},
    ])
}

#[test]
fn a_call_is_told_when_it_is_complete_and_no_document_is_empty() {
    let found = documents(&written(true, events(two_calls())));
    assert_eq!(found.len(), 3);
    assert_eq!(found[0]["candidates"][0]["content"]["parts"], json!([{"text": "Calling"}]));
    assert_eq!(found[1]["candidates"][0]["content"]["parts"][0]["functionCall"]["args"], json!({"x": 1}));
    assert_eq!(found[2]["candidates"], json!([{"finishReason": "STOP", "index": 0}]));
    assert_eq!(found[2]["usageMetadata"]["totalTokenCount"], 11);
    assert_eq!(gathered(&found)["responseId"], "x");
}

#[test]
fn without_server_sent_events_a_stream_is_one_array() {
    let text = written(false, events(two_calls()));
    assert_eq!(serde_json::from_str::<Vec<Value>>(&text).unwrap().len(), 3);
    assert_eq!(writer(false).stream_content_type(), "application/json");
    assert_eq!(written(false, events(json!([{"type": "end"}]))), "[]");
}

#[test]
fn a_failure_is_the_last_document_and_nothing_follows_it() {
    for sse in [true, false] {
        let (mut writer, mut out) = (writer(sse), Vec::new());
        for event in events(two_calls()).into_iter().take(6) {
            writer.event(event, &mut out);
        }
        writer.fail(&Failure::new(FailureClass::Overloaded, "Full."), &mut out);
        for event in events(json!([{"type": "end"}])) {
            writer.event(event, &mut out);
        }
        let text = String::from_utf8(out).unwrap();
        let found = if sse { documents(&text) } else { serde_json::from_str(&text).unwrap() };
        let error = json!({"error": {"code": 503, "message": "Full.", "status": "UNAVAILABLE"}});
        assert_eq!((found.len(), &found[1]), (2, &error));
        assert!(!text.contains("finishReason"));
    }
}
