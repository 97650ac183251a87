use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use super::{assert_stream_says_what_the_whole_says, documents, events, gathered, messages, streamed, whole, writer};

/// What a client reads of an answer that holds `content`.
fn content(content: &Value) -> Value {
    whole(json!({"candidates": [{"content": content}]}))["content"].take()
}

fn full() -> Value {
    json!({
        "id": "msg_1", "model": "claude", "native": {"anthropic.messages": {"container": {"id": "c"}}},
        "candidates": [{"index": 0, "finish": {"reason": "tool-calls"}, "content": [
            {"type": "reasoning", "text": "hm", "signature": "S", "origin": "anthropic.messages"},
            {"type": "reasoning", "opaque": "D", "origin": "anthropic.messages"},
            {"type": "reasoning", "summary": ["a", "b"], "id": "rs", "opaque": "E", "origin": "openai.responses"},
            {"type": "text", "text": "Hello", "citations": [
                {"kind": "characters", "document": 1, "title": "T", "cited_text": "x", "source_start": 2,
                 "source_end": 3}]},
            {"type": "native", "dialect": "anthropic.messages", "value": {"type": "server_tool_use", "id": "s"}},
            {"type": "native", "dialect": "gemini", "value": {"executableCode": {}}},
            {"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "AA=="}},
            {"type": "text", "text": ""},
            {"type": "refusal", "text": "No."},
            {"type": "tool-call", "id": "a", "name": "f", "arguments": "{\"x\": [1, 2]}"},
            {"type": "tool-call", "id": "", "name": "g", "arguments": ""},
            {"type": "tool-call", "id": "a", "name": "h", "arguments": "[7]", "signature": "G"},
        ]}],
        "usage": {"input_tokens": 100, "output_tokens": 20, "cached_tokens": 60, "cache_write_tokens": 30,
                  "reasoning_tokens": 5},
    })
}

#[test]
fn a_whole_answer_holds_every_block() {
    let message = whole(full());
    let kinds: Vec<_> =
        message["content"].as_array().unwrap().iter().map(|block| block["type"].as_str().unwrap()).collect();
    let expected = [
        "thinking",
        "redacted_thinking",
        "thinking",
        "text",
        "server_tool_use",
        "text",
        "text",
        "tool_use",
        "tool_use",
        "redacted_thinking",
        "tool_use",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(message["content"][5]["text"], "![](data:image/png;base64,AA==)");
    assert_eq!(message["content"][7], json!({"type": "tool_use", "id": "a", "name": "f", "input": {"x": [1, 2]}}));
    assert_eq!(message["content"][8], json!({"type": "tool_use", "id": "toolu_0a1b_0", "name": "g", "input": {}}));
    assert_eq!(message["content"][10]["input"], json!({"input": [7]}));
    assert_eq!(message["container"], json!({"id": "c"}));
    let usage = json!({"input_tokens": 10, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 60,
                       "output_tokens": 20, "output_tokens_details": {"thinking_tokens": 5}});
    assert_eq!(message["usage"], usage);
}

#[test]
fn a_stream_says_what_the_whole_says() {
    assert_stream_says_what_the_whole_says(full());
    assert_stream_says_what_the_whole_says(json!({}));
    assert_stream_says_what_the_whole_says(json!({"id": "chatcmpl-1", "candidates": [{"content": []}]}));
}

#[test]
fn citations_are_written_in_the_dialects_own_words() {
    let table = [
        (
            json!({"kind": "url", "url": "https://x", "title": "T", "cited_text": "c"}),
            json!({"type": "web_search_result_location", "cited_text": "c", "title": "T", "url": "https://x",
                   "encrypted_index": ""}),
        ),
        (
            json!({"kind": "pages", "document": 0, "source_start": 1, "source_end": 2}),
            json!({"type": "page_location", "cited_text": "", "document_title": null, "document_index": 0,
                   "start_page_number": 1, "end_page_number": 2}),
        ),
        (
            json!({"kind": "file", "file_id": "f", "title": "T"}),
            json!({"type": "char_location", "cited_text": "", "document_title": "T", "document_index": 0,
                   "start_char_index": 0, "end_char_index": 0, "file_id": "f"}),
        ),
    ];
    for (citation, expected) in table {
        let found = content(&json!([{"type": "text", "text": "t", "citations": [citation]}]));
        assert_eq!(found[0]["citations"][0], expected);
    }
}

#[test]
fn a_citation_comes_back_as_it_was_told() {
    for citation in [
        json!({"kind": "characters", "document": 1, "title": "T", "cited_text": "x", "source_start": 2, "source_end": 3}),
        json!({"kind": "search-result", "url": "s", "title": "T", "cited_text": "x", "document": 0,
               "source_start": 0, "source_end": 1}),
        json!({"kind": "url", "url": "https://x", "title": "T", "cited_text": "x",
               "native": {"anthropic.messages": {"encrypted_index": "E"}}}),
    ] {
        let said = content(&json!([{"type": "text", "text": "t", "citations": [citation]}]));
        let back = messages(&json!([{"role": "assistant", "content": said}]));
        assert_eq!(back[0]["content"][0]["citations"][0], citation);
    }
}

#[test]
fn the_state_of_every_provider_comes_back_from_the_client() {
    let said = json!([
        {"type": "reasoning", "text": "hm", "signature": "S", "origin": "anthropic.messages"},
        {"type": "reasoning", "opaque": "D", "origin": "anthropic.messages"},
        {"type": "reasoning", "id": "rs", "summary": ["why"], "opaque": "E", "origin": "openai.responses"},
        {"type": "reasoning", "id": "rs_2", "opaque": "F", "origin": "openai.responses"},
        {"type": "reasoning", "text": "gem", "signature": "H", "origin": "gemini"},
        {"type": "text", "text": "Words", "signature": "W"},
        {"type": "tool-call", "id": "a", "name": "f", "arguments": "{}", "signature": "G"},
    ]);
    let back = messages(&json!([{"role": "assistant", "content": content(&said)}]));
    assert_eq!(back[0]["content"], said);
}

#[test]
fn the_ending_table() {
    let table = [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content-filter", "refusal"),
        ("refusal", "refusal"),
        ("pause", "pause_turn"),
        ("context-window", "model_context_window_exceeded"),
        ("malformed-tool-call", "refusal"),
        ("error", "refusal"),
        ("novel", "novel"),
    ];
    for (reason, word) in table {
        let message = whole(json!({"candidates": [{"finish": {"reason": reason}}]}));
        assert_eq!(message["stop_reason"], word);
    }
    let call = json!([{"type": "tool-call", "id": "a", "name": "f", "arguments": "{}"}]);
    for reason in ["stop", "tool-calls"] {
        let message = whole(json!({"candidates": [{"content": call, "finish": {"reason": reason}}]}));
        assert_eq!(message["stop_reason"], "tool_use", "a call was written");
    }
    let stop = json!({"reason": "stop", "stop_sequence": "END"});
    let message = whole(json!({"candidates": [{"finish": stop}]}));
    assert_eq!((&message["stop_reason"], &message["stop_sequence"]), (&json!("stop_sequence"), &json!("END")));
}

#[test]
fn parts_that_interleave_become_blocks_one_after_the_other() {
    let found = gathered(&streamed(events(json!([
        {"type": "start", "id": "x", "usage": {"input_tokens": 7}},
        {"type": "open", "candidate": 0, "part": 0, "content": {"type": "text", "text": ""}},
        {"type": "open", "candidate": 0, "part": 1,
         "content": {"type": "tool-call", "id": "a", "name": "f", "arguments": ""}},
        {"type": "open", "candidate": 0, "part": 2,
         "content": {"type": "tool-call", "id": "b", "name": "g", "arguments": ""}},
        {"type": "delta", "candidate": 0, "part": 2, "text": "{\"y\":"},
        {"type": "delta", "candidate": 0, "part": 1, "text": " {\"x\": 1"},
        {"type": "delta", "candidate": 0, "part": 0, "text": "Calling"},
        {"type": "delta", "candidate": 1, "part": 0, "text": "another candidate"},
        {"type": "delta", "candidate": 0, "part": 1, "text": "}"},
        {"type": "close", "candidate": 0, "part": 1},
        {"type": "close", "candidate": 0, "part": 0},
        {"type": "delta", "candidate": 0, "part": 2, "text": "2}"},
        {"type": "finish", "candidate": 0, "finish": {"reason": "stop"}},
        {"type": "usage", "usage": {"input_tokens": 8, "output_tokens": 3}},
        {"type": "end"},
    ]))));
    let expected = json!([
        {"type": "text", "text": "Calling"},
        {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
        {"type": "tool_use", "id": "b", "name": "g", "input": {"y": 2}},
    ]);
    assert_eq!(found["content"], expected);
    assert_eq!(found["id"], "msg_x");
    assert_eq!(found["stop_reason"], "tool_use");
    assert_eq!((&found["usage"]["input_tokens"], &found["usage"]["output_tokens"]), (&json!(8), &json!(3)));
}

#[test]
fn a_thoughts_state_may_arrive_in_pieces() {
    let found = gathered(&streamed(events(json!([
        {"type": "open", "candidate": 0, "part": 0,
         "content": {"type": "reasoning", "id": "rs", "origin": "openai.responses"}},
        {"type": "delta", "candidate": 0, "part": 0, "text": "be", "summary": 0},
        {"type": "delta", "candidate": 0, "part": 0, "text": "cause", "summary": 0},
        {"type": "delta", "candidate": 0, "part": 0, "opaque": "E"},
        {"type": "delta", "candidate": 0, "part": 0, "opaque": "F"},
        {"type": "close", "candidate": 0, "part": 0},
        {"type": "open", "candidate": 0, "part": 1, "content": {"type": "reasoning"}},
        {"type": "close", "candidate": 0, "part": 1},
        {"type": "end"},
    ]))));
    assert_eq!(found["content"].as_array().unwrap().len(), 1, "a thought without words and state is no block");
    let back = messages(&json!([{"role": "assistant", "content": found["content"]}]));
    let expected = json!({"type": "reasoning", "id": "rs", "summary": ["because"], "opaque": "EF",
                          "origin": "openai.responses"});
    assert_eq!(back[0]["content"][0], expected);
}

#[test]
fn a_failure_ends_the_stream_and_nothing_follows_it() {
    let (mut writer, mut out) = (writer(), Vec::new());
    for event in events(json!([{"type": "start"}])) {
        writer.event(event, &mut out);
    }
    writer.fail(&Failure::new(FailureClass::Overloaded, "Full."), &mut out);
    for event in events(json!([{"type": "end"}])) {
        writer.event(event, &mut out);
    }
    let found = documents(&out);
    let error = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Full."},
                       "request_id": "req_0a1b"});
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], error);
}

#[test]
fn a_whole_answer_in_a_stream_is_told_in_pieces() {
    let mut event = full();
    event["type"] = "response".into();
    assert_eq!(gathered(&streamed(events(json!([event])))), whole(full()));
}
