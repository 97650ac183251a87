use dragoman_connector::{Context, Provider};
use serde_json::json;

use super::{asked, block, user};

#[test]
fn leading_application_messages_become_the_system_prompt() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        {"role": "system", "content": [{"type": "text", "text": "A", "cache": {"kind": "ephemeral", "ttl": "1h"}}]},
        {"role": "developer", "content": [{"type": "text", "text": "B"}]},
        user("Hi"),
    ]}));
    assert_eq!(
        body["system"],
        json!([
            {"type": "text", "text": "A", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            {"type": "text", "text": "B"},
        ])
    );
    assert_eq!(body["messages"].as_array().unwrap().len(), 1);
    assert!(losses.is_empty());
}

#[test]
fn a_later_application_message_stays_in_place_as_a_users_text() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        user("Hi"),
        {"role": "assistant", "content": [{"type": "text", "text": "Ho"}]},
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
        user("Go on"),
    ]}));
    let texts = json!([{"type": "text", "text": "Be brief."}, {"type": "text", "text": "Go on"}]);
    assert_eq!(body["messages"][2], json!({"role": "user", "content": texts}));
    assert_eq!(losses, ["messages[2].role: approximated"]);
}

#[test]
fn where_only_the_application_spoke_its_last_words_are_the_users() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        {"role": "system", "content": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]},
    ]}));
    assert_eq!(body["system"], json!([{"type": "text", "text": "A"}]));
    assert_eq!(body["messages"], json!([{"role": "user", "content": [{"type": "text", "text": "B"}]}]));
    assert_eq!(losses, ["messages: approximated"]);
}

#[test]
fn results_come_first_in_the_turn_after_the_calls() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        user("Hi"),
        {"role": "assistant", "content": [
            {"type": "tool-call", "id": "a", "name": "f", "arguments": "{\"x\":1}"},
            {"type": "tool-call", "id": "b", "name": "f", "arguments": ""},
        ]},
        user("wait"),
        {"role": "tool", "content": [{"type": "tool-result", "call_id": "b", "content": [{"type": "text", "text": "2"}]}]},
        {"role": "tool", "content": [{"type": "tool-result", "call_id": "a", "is_error": true, "content": []}]},
    ]}));
    assert_eq!(
        body["messages"][1]["content"],
        json!([
            {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
            {"type": "tool_use", "id": "b", "name": "f", "input": {}},
        ])
    );
    assert_eq!(
        body["messages"][2]["content"],
        json!([
            {"type": "tool_result", "tool_use_id": "b", "content": [{"type": "text", "text": "2"}]},
            {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "error"}], "is_error": true},
            {"type": "text", "text": "wait"},
        ])
    );
    assert_eq!(losses, ["messages[4].content[0]: approximated"]);
}

#[test]
fn ids_that_anthropic_refuses_are_replaced_alike_in_calls_and_results() {
    let odd = "call:1|".repeat(20);
    let (body, _) = asked(json!({"model": "m", "messages": [
        {"role": "assistant", "content": [{"type": "tool-call", "id": odd, "name": "f", "arguments": "{}"}]},
        {"role": "tool", "content": [{"type": "tool-result", "call_id": odd}]},
    ]}));
    let id = body["messages"][0]["content"][0]["id"].as_str().unwrap().to_owned();
    assert!(id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'));
    assert_eq!(body["messages"][1]["content"][0]["tool_use_id"], json!(id));
}

#[test]
fn calls_without_ids_are_linked_by_name_and_order() {
    let (body, _) = asked(json!({"model": "m", "messages": [
        {"role": "assistant", "content": [
            {"type": "tool-call", "id": "", "name": "f", "arguments": "{}"},
            {"type": "tool-call", "id": "", "name": "g", "arguments": "{}"},
            {"type": "tool-call", "id": "", "name": "f", "arguments": "{}"},
        ]},
        {"role": "tool", "content": [
            {"type": "tool-result", "call_id": "", "name": "g", "value": {"v": 1}},
            {"type": "tool-result", "call_id": "", "name": "f", "value": {"v": 2}},
            {"type": "tool-result", "call_id": "", "name": "f", "value": {"v": 3}},
        ]},
    ]}));
    let calls = &body["messages"][0]["content"];
    let results = &body["messages"][1]["content"];
    for (result, call) in [(0, 1), (1, 0), (2, 2)] {
        assert_eq!(results[result]["tool_use_id"], calls[call]["id"]);
    }
    assert_eq!(results[0]["content"], json!([{"type": "text", "text": "{\"v\":1}"}]));
}

#[test]
fn an_id_that_a_client_uses_again_stays_unique() {
    let turn = |text: &str| {
        [
            json!({"role": "assistant", "content": [{"type": "tool-call", "id": "x", "name": "f", "arguments": "{}"}]}),
            json!({"role": "tool", "content": [
                {"type": "tool-result", "call_id": "x", "content": [{"type": "text", "text": text}]}
            ]}),
        ]
    };
    let messages: Vec<_> = turn("1").into_iter().chain(turn("2")).collect();
    let (body, _) = asked(json!({"model": "m", "messages": messages}));
    let id = |message: usize, member: &str| body["messages"][message]["content"][0][member].clone();
    assert_ne!(id(0, "id"), id(2, "id"));
    assert_eq!([id(0, "id"), id(2, "id")], [id(1, "tool_use_id"), id(3, "tool_use_id")]);
}

#[test]
fn arguments_that_are_no_object_are_put_into_one() {
    let part = |arguments: &str| json!({"type": "tool-call", "id": "a", "name": "f", "arguments": arguments});
    assert_eq!(block("assistant", part("null")).0["input"], json!({}));
    assert_eq!(block("assistant", part("[]")).0["input"], json!({}));
    let (written, losses) = block("assistant", part("{broken"));
    assert_eq!(written["input"], json!({"arguments": "{broken"}));
    assert_eq!(losses, ["messages[0].content[0].arguments: approximated"]);
}

#[test]
fn thoughts_go_back_to_anthropic_and_to_no_one_else() {
    let ours = json!({"type": "reasoning", "text": "Hm", "signature": "s", "origin": "anthropic.messages"});
    assert_eq!(block("assistant", ours).0, json!({"type": "thinking", "thinking": "Hm", "signature": "s"}));
    let hidden = json!({"type": "reasoning", "opaque": "o", "origin": "anthropic.messages"});
    assert_eq!(block("assistant", hidden).0, json!({"type": "redacted_thinking", "data": "o"}));
    let foreign = json!({"type": "reasoning", "text": "Hm", "signature": "s", "origin": "gemini"});
    let (written, losses) = block("assistant", foreign);
    assert!(written.is_null());
    assert_eq!(losses, ["messages[0].content[0]: dropped"]);
}

#[test]
fn empty_texts_and_messages_are_left_out() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        user("Hi"), {"role": "assistant", "content": [{"type": "text", "text": ""}]}, user(" "), user("Ho"),
    ]}));
    assert_eq!(
        body["messages"],
        json!([{"role": "user", "content": [
            {"type": "text", "text": "Hi"}, {"type": "text", "text": "Ho"},
        ]}])
    );
    assert_eq!(losses, ["messages[2].content[0]: dropped"]);
}

#[test]
fn a_prefill_ends_without_white_space() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        user("Hi"), {"role": "assistant", "content": [{"type": "text", "text": "I say: "}]},
    ]}));
    assert_eq!(body["messages"][1]["content"][0]["text"], "I say:");
    assert_eq!(losses, ["messages: approximated"]);
}

#[test]
fn refusals_and_transcripts_become_texts() {
    let refusal = json!({"type": "refusal", "text": "No."});
    assert_eq!(block("assistant", refusal).0, json!({"type": "text", "text": "No."}));
    let sound = json!({"type": "audio", "source": {"type": "inline", "data": "AAAA"}, "transcript": "Hello"});
    let (written, losses) = block("assistant", sound);
    assert_eq!(written, json!({"type": "text", "text": "Hello"}));
    assert_eq!(losses, ["messages[0].content[0]: approximated"]);
    let silent = json!({"type": "video", "source": {"type": "inline", "data": "AAAA"}});
    assert_eq!(block("user", silent).1, ["messages[0].content[0]: dropped"]);
}

#[test]
fn a_conversation_of_which_nothing_can_be_told_is_refused() {
    let file = json!({"type": "image", "source": {"type": "file", "id": "f", "origin": "openai.chat"}});
    let document = json!({"model": "m", "messages": [
        {"role": "system", "content": [{"type": "text", "text": "A"}]}, {"role": "user", "content": [file]},
    ]});
    let failure = crate::Anthropic::default().chat(&Context::default(), super::request(document)).unwrap_err();
    assert_eq!((failure.class.as_str(), failure.param.as_deref()), ("unsupported", Some("messages")));
}
