use dragoman_connector::model::Event;
use dragoman_connector::{Cause, Events, Frame, Provider};
use serde_json::{Value, json};

use super::{folded, gemini, streamed};

fn read(answer: &Value) -> Value {
    serde_json::to_value(gemini().response(&answer.to_string()).unwrap()).unwrap()
}

fn candidate(parts: Value) -> Value {
    read(&json!({"candidates": [{"content": {"parts": parts, "role": "model"}, "finishReason": "STOP"}]}))["candidates"]
        [0]
    .clone()
}

#[test]
fn a_whole_answer_is_read() {
    let response = read(&json!({
        "responseId": "r", "modelVersion": "gemini-x", "createTime": "2026-02-04T01:02:03.5Z", "modelStatus": {"s": 1},
        "candidates": [{"index": 0, "content": {"role": "model", "parts": [
            {"text": "Hm", "thought": true, "thoughtSignature": "a"}, {"text": "Hi", "thoughtSignature": "b"},
        ]}, "finishReason": "STOP", "finishMessage": "done", "safetyRatings": [1], "avgLogprobs": -0.5}],
        "usageMetadata": {"promptTokenCount": 5, "toolUsePromptTokenCount": 2, "candidatesTokenCount": 3,
            "thoughtsTokenCount": 4, "cachedContentTokenCount": 1, "totalTokenCount": 14, "serviceTier": "standard",
            "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 2}]},
    }));
    assert_eq!((&response["id"], &response["model"]), (&json!("r"), &json!("gemini-x")));
    assert_eq!((&response["created"], &response["service_tier"]), (&json!(1_770_166_923), &json!("standard")));
    assert_eq!(response["native"]["gemini"], json!({"modelStatus": {"s": 1}}));
    let candidate = &response["candidates"][0];
    assert_eq!(
        candidate["content"],
        json!([
            {"type": "reasoning", "text": "Hm", "signature": "a", "origin": "gemini"},
            {"type": "text", "text": "Hi", "signature": "b"},
        ])
    );
    assert_eq!(candidate["finish"], json!({"reason": "stop", "native_reason": "STOP", "message": "done"}));
    assert_eq!(candidate["native"]["gemini"], json!({"safetyRatings": [1], "avgLogprobs": -0.5}));
    let usage = &response["usage"];
    let counts =
        ["input_tokens", "output_tokens", "total_tokens", "cached_tokens", "reasoning_tokens", "audio_input_tokens"];
    assert_eq!(counts.map(|name| usage[name].as_u64().unwrap()), [7, 7, 14, 1, 4, 2]);
    assert_eq!(usage["native"]["gemini"]["toolUsePromptTokenCount"], 2);
}

#[test]
fn calls_keep_their_arguments_and_get_ids() {
    let body = r#"{"candidates":[{"content":{"parts":[
        {"functionCall":{"name":"f","args":{"b": 1.50}},"thoughtSignature":"s"},
        {"functionCall":{"name":"g"}},
        {"functionCall":{"id":"own","name":"h","args":{"c":[]}}}]},"finishReason":"STOP"}]}"#;
    let response = gemini().response(body).unwrap();
    let candidate = serde_json::to_value(&response.candidates[0]).unwrap();
    assert_eq!(
        candidate["content"],
        json!([
            {"type": "tool-call", "id": "call_gemini_5eed_1", "name": "f", "arguments": "{\"b\": 1.50}", "signature": "s"},
            {"type": "tool-call", "id": "call_gemini_5eed_2", "name": "g", "arguments": "{}"},
            {"type": "tool-call", "id": "own", "name": "h", "arguments": "{\"c\":[]}"},
        ])
    );
    assert_eq!(candidate["finish"]["reason"], "tool-calls");
}

#[test]
fn media_come_by_their_type() {
    let data = |media_type: &str| json!({"inlineData": {"mimeType": media_type, "data": "AA=="}});
    let parts =
        json!([data("image/png"), data("audio/wav"), {"fileData": {"fileUri": "gs://a/b", "mimeType": "video/mp4"}}]);
    let content = candidate(parts)["content"].clone();
    let tags: Vec<_> = content.as_array().unwrap().iter().map(|part| part["type"].as_str().unwrap()).collect();
    assert_eq!(tags, ["image", "audio", "video"]);
    assert_eq!(content[0]["source"], json!({"type": "inline", "media_type": "image/png", "data": "AA=="}));
    assert_eq!(content[2]["source"]["url"], "gs://a/b");
}

#[test]
fn parts_of_geminis_own_are_kept_whole() {
    let code = json!({"executableCode": {"language": "PYTHON", "code": "1"}, "thoughtSignature": "s"});
    let content = candidate(json!([code]))["content"].clone();
    assert_eq!(content, json!([{"type": "native", "dialect": "gemini", "value": code}]));
    assert_eq!(super::part("assistant", content[0].clone()).0, json!([code]));
}

#[test]
fn every_finish_reason_has_a_neutral_word() {
    for (word, neutral) in [
        ("STOP", "stop"),
        ("MAX_TOKENS", "length"),
        ("SAFETY", "content-filter"),
        ("RECITATION", "content-filter"),
        ("LANGUAGE", "content-filter"),
        ("BLOCKLIST", "content-filter"),
        ("PROHIBITED_CONTENT", "content-filter"),
        ("SPII", "content-filter"),
        ("IMAGE_SAFETY", "content-filter"),
        ("MODEL_ARMOR", "content-filter"),
        ("MALFORMED_FUNCTION_CALL", "malformed-tool-call"),
        ("OTHER", "OTHER"),
        ("UNEXPECTED_TOOL_CALL", "UNEXPECTED_TOOL_CALL"),
    ] {
        let finish = read(&json!({"candidates": [{"finishReason": word}]}))["candidates"][0]["finish"].clone();
        assert_eq!((&finish["reason"], &finish["native_reason"]), (&json!(neutral), &json!(word)));
    }
    assert_eq!(read(&json!({"candidates": [{"finishReason": 2}]}))["candidates"][0]["finish"]["reason"], "length");
    let open = read(&json!({"candidates": [{"finishReason": "FINISH_REASON_UNSPECIFIED"}]}));
    assert!(open["candidates"][0].get("finish").is_none());
}

#[test]
fn a_prompt_that_was_held_back_ends_as_filtered() {
    let feedback = json!({"blockReason": "OTHER", "blockReasonMessage": "no"});
    let response = read(&json!({"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 3}}));
    let finish = json!({"reason": "content-filter", "native_reason": "OTHER", "message": "no"});
    assert_eq!(response["candidates"][0]["finish"], finish);
    assert_eq!(response["native"]["gemini"]["promptFeedback"], feedback);
    assert_eq!(response["usage"], json!({"input_tokens": 3, "output_tokens": 0}));
}

#[test]
fn candidates_are_told_apart_by_their_index() {
    let one = |index: u32, text: &str| json!({"index": index, "content": {"parts": [{"text": text}]}, "finishReason": "STOP"});
    let chunks = [json!({"candidates": [one(0, "a"), one(1, "x")]}), json!({"candidates": [one(1, "y"), one(0, "b")]})];
    let chunks = chunks.map(|chunk| chunk.to_string());
    let response = folded(streamed(&mut gemini(), &chunks.each_ref().map(String::as_str)).unwrap());
    let texts = response.candidates.iter().map(|candidate| serde_json::to_value(&candidate.content).unwrap());
    assert_eq!(
        texts.collect::<Vec<_>>(),
        [json!([{"type": "text", "text": "ab"}]), json!([{"type": "text", "text": "xy"}])]
    );
}

const STREAM: [&str; 5] = [
    r#"{"candidates":[{"content":{"parts":[{"text":"Hm","thought":true}]}}],"responseId":"r","modelVersion":"m","usageMetadata":{"promptTokenCount":3}}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":"m","thought":true}]}}]}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":"He"}]}}]}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":"llo"}]}}]}"#,
    r#"{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"s"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"thoughtsTokenCount":1,"totalTokenCount":6}}"#,
];

#[test]
fn chunks_of_one_kind_are_one_part() {
    let events = streamed(&mut gemini(), &STREAM).unwrap();
    assert!(matches!(events.last(), Some(Event::End(_))));
    let response = serde_json::to_value(folded(events)).unwrap();
    assert_eq!(
        response["candidates"][0]["content"],
        json!([
            {"type": "reasoning", "text": "Hmm", "origin": "gemini"},
            {"type": "text", "text": "Hello", "signature": "s"},
        ])
    );
    assert_eq!(response["usage"]["output_tokens"], 3);
}

#[test]
fn every_signature_keeps_its_own_part() {
    let part = |text: &str, signature: &str| json!({"text": text, "thoughtSignature": signature});
    let content = candidate(json!([part("a", "1"), part("b", "2"), {"text": "c"}, part("", "3"), {"functionCall": {"name": "f"}}, part("", "4")]))
        ["content"]
        .clone();
    assert_eq!(content.as_array().unwrap().len(), 5);
    assert_eq!(content[1], json!({"type": "text", "text": "bc", "signature": "2"}));
    for (part, signature) in [(2, "3"), (4, "4")] {
        assert_eq!(content[part], json!({"type": "reasoning", "signature": signature, "origin": "gemini"}));
    }
}

#[test]
fn a_stream_that_is_cut_has_no_clean_ending() {
    for cut in 0..4 {
        let events = streamed(&mut gemini(), &STREAM[..cut]).unwrap();
        assert!(!events.iter().any(|event| matches!(event, Event::End(_))), "{cut}");
    }
}

#[test]
fn a_client_that_went_away_is_told_no_ending() {
    let (mut provider, mut out) = (gemini(), Events::default());
    provider.event(Frame { name: "", text: STREAM[4] }, &mut out).unwrap();
    provider.finish(Cause::Cancelled, &mut out);
    assert!(!out.ended());
}

#[test]
fn a_stream_that_came_as_an_array_is_read_as_a_whole() {
    let whole = gemini().response(&format!("[{}]", STREAM.join(",\n"))).unwrap();
    assert_eq!(whole, folded(streamed(&mut gemini(), &STREAM).unwrap()));
}

#[test]
fn an_error_inside_an_answer_is_a_failure() {
    let error = r#"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"#;
    for body in [error.to_owned(), format!("[{error}]")] {
        let failure = gemini().response(&body).unwrap_err();
        assert_eq!((failure.class.as_str(), failure.status), ("overloaded", Some(503)));
    }
    assert_eq!(streamed(&mut gemini(), &[STREAM[0], error]).unwrap_err().message, "busy");
    for body in ["", "1", "[1]", "<html>"] {
        assert_eq!(gemini().response(body).unwrap_err().class.as_str(), "upstream", "{body}");
    }
}

#[test]
fn grounding_becomes_citations_with_places_in_characters() {
    let text = "Größe: 1 m. Wow";
    let end = text.find(" Wow").unwrap();
    let metadata = json!({
        "groundingChunks": [{"web": {"uri": "https://a.example", "title": "A"}}, {"web": {"uri": "https://b.example"}}],
        "groundingSupports": [{"segment": {"startIndex": 0, "endIndex": end}, "groundingChunkIndices": [0, 1, 9]}],
        "webSearchQueries": ["q"],
    });
    let answer = json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP",
        "groundingMetadata": metadata,
        "citationMetadata": {"citationSources": [{"startIndex": end + 1, "endIndex": text.len(), "uri": "https://c.example", "license": "mit"}]}}]});
    let candidate = read(&answer)["candidates"][0].clone();
    assert_eq!(
        candidate["content"][0]["citations"],
        json!([
            {"kind": "url", "url": "https://a.example", "title": "A", "start": 0, "end": 11},
            {"kind": "url", "url": "https://b.example", "start": 0, "end": 11},
            {"kind": "url", "url": "https://c.example", "start": 12, "end": 15, "native": {"gemini": {"license": "mit"}}},
        ])
    );
    assert_eq!(candidate["native"]["gemini"]["groundingMetadata"], metadata);
}

#[test]
fn logprobs_are_read_with_their_alternatives() {
    let token = |token: &str| json!({"token": token, "tokenId": 5, "logProbability": -0.25});
    let result =
        json!({"chosenCandidates": [token("Hi")], "topCandidates": [{"candidates": [token("Hi"), token("Ho")]}]});
    let answer = json!({"candidates": [{"content": {"parts": [{"text": "Hi"}]}, "logprobsResult": result}]});
    let logprobs = read(&answer)["candidates"][0]["logprobs"].clone();
    assert_eq!((&logprobs[0]["token"], &logprobs[0]["logprob"]), (&json!("Hi"), &json!(-0.25)));
    assert_eq!(logprobs[0]["native"], json!({"gemini": {"tokenId": 5}}));
    assert_eq!(logprobs[0]["top"][1]["token"], "Ho");
}
