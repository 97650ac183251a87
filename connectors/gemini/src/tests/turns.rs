use dragoman_connector::{Context, Provider};
use serde_json::{Value, json};

use super::{asked, asked_of, part, user};

#[test]
fn leading_application_messages_become_the_system_instruction() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        {"role": "system", "content": [{"type": "text", "text": "A"}]},
        {"role": "developer", "content": [{"type": "text", "text": "B"}]},
        user("Hi"),
    ]}));
    assert_eq!(body["systemInstruction"], json!({"parts": [{"text": "A"}, {"text": "B"}]}));
    assert_eq!(body["contents"], json!([{"role": "user", "parts": [{"text": "Hi"}]}]));
    assert!(losses.is_empty());
}

#[test]
fn a_later_application_message_stays_in_place_as_a_users_text() {
    let (body, losses) = asked(json!({"model": "m", "messages": [
        user("Hi"),
        {"role": "assistant", "content": [{"type": "text", "text": "Ho"}]},
        {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
    ]}));
    assert_eq!(body["contents"][2], json!({"role": "user", "parts": [{"text": "Be brief."}]}));
    assert_eq!(losses, ["messages[2].role: approximated"]);
}

#[test]
fn where_only_the_application_spoke_its_last_words_are_the_users() {
    let (body, losses) =
        asked(json!({"model": "m", "messages": [{"role": "system", "content": [{"type": "text", "text": "A"}]}]}));
    assert!(body.get("systemInstruction").is_none());
    assert_eq!(body["contents"], json!([{"role": "user", "parts": [{"text": "A"}]}]));
    assert_eq!(losses, ["messages: approximated"]);
}

#[test]
fn all_results_of_a_turn_stand_together_and_name_their_tools() {
    let (body, _) = asked(json!({"model": "m", "messages": [
        {"role": "assistant", "content": [
            {"type": "tool-call", "id": "a", "name": "f", "arguments": "{\"x\":1}"},
            {"type": "tool-call", "id": "call_gemini_5eed_1", "name": "g", "arguments": ""},
        ]},
        user("wait"),
        {"role": "tool", "content": [{"type": "tool-result", "call_id": "a", "value": {"y": 2}}]},
        {"role": "tool", "content": [
            {"type": "tool-result", "call_id": "call_gemini_5eed_1", "content": [{"type": "text", "text": "3"}]}
        ]},
    ]}));
    assert_eq!(
        body["contents"][0],
        json!({"role": "model", "parts": [
            {"functionCall": {"id": "a", "name": "f", "args": {"x": 1}}},
            {"functionCall": {"name": "g", "args": {}}},
        ]})
    );
    assert_eq!(
        body["contents"][1],
        json!({"role": "user", "parts": [
            {"functionResponse": {"id": "a", "name": "f", "response": {"y": 2}}},
            {"functionResponse": {"name": "g", "response": {"result": "3"}}},
            {"text": "wait"},
        ]})
    );
}

#[test]
fn a_result_is_an_object_in_every_case() {
    let response = |result: Value| {
        let mut document = json!({"type": "tool-result", "call_id": "a", "name": "f"});
        for (name, value) in result.as_object().unwrap() {
            document[name] = value.clone();
        }
        part("tool", document).0[0]["functionResponse"]["response"].clone()
    };
    let text = |text: &str| json!([{"type": "text", "text": text}]);
    assert_eq!(response(json!({"content": text("sunny")})), json!({"result": "sunny"}));
    assert_eq!(response(json!({"content": text("{\"t\":1}")})), json!({"t": 1}));
    assert_eq!(response(json!({"content": text("[1]")})), json!({"result": "[1]"}));
    assert_eq!(response(json!({"content": text("no"), "is_error": true})), json!({"error": "no"}));
    assert_eq!(response(json!({"content": text("{\"t\":1}"), "is_error": true})), json!({"error": {"t": 1}}));
    assert_eq!(response(json!({"value": [1]})), json!({"result": [1]}));
    assert_eq!(response(json!({})), json!({"result": ""}));
}

#[test]
fn media_in_a_result_stand_in_it() {
    let (parts, losses) = part(
        "tool",
        json!({"type": "tool-result", "call_id": "a", "name": "f", "content": [
            {"type": "text", "text": "see"},
            {"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "AA=="}},
            {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}},
        ]}),
    );
    let image = json!({"inlineData": {"mimeType": "image/png", "data": "AA=="}});
    assert_eq!(
        parts,
        json!([
            {"functionResponse": {"id": "a", "name": "f", "response": {"result": "see"}, "parts": [image]}},
            {"fileData": {"mimeType": "image/png", "fileUri": "https://x.example/a.png"}},
        ])
    );
    assert!(losses.contains(&"messages[0].content[0].content[2]: approximated".to_owned()));
}

#[test]
fn signatures_go_back_to_the_parts_that_bore_them() {
    let text = json!({"type": "text", "text": "Hi", "signature": "s"});
    assert_eq!(part("assistant", text).0, json!([{"text": "Hi", "thoughtSignature": "s"}]));
    let call = json!({"type": "tool-call", "id": "", "name": "f", "arguments": "{}", "signature": "s"});
    let written = json!([{"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "s"}]);
    assert_eq!(part("assistant", call).0, written);
    let thought = json!({"type": "reasoning", "text": "Hm", "signature": "s", "origin": "gemini"});
    assert_eq!(part("assistant", thought).0, json!([{"thought": true, "text": "Hm", "thoughtSignature": "s"}]));
    let bare = json!({"type": "reasoning", "signature": "s", "origin": "gemini"});
    assert_eq!(part("assistant", bare).0, json!([{"text": "", "thoughtSignature": "s"}]));
}

#[test]
fn thoughts_of_others_are_set_aside() {
    let foreign = json!({"type": "reasoning", "text": "Hm", "signature": "s", "origin": "anthropic.messages"});
    let (parts, losses) = part("assistant", foreign);
    assert_eq!(parts, json!([]));
    assert_eq!(losses, ["messages[0].content[0]: dropped"]);
}

#[test]
fn calls_that_another_model_made_are_marked_for_gemini_3() {
    let messages = json!({"model": "m", "messages": [user("Hi"), {"role": "assistant", "content": [
        {"type": "tool-call", "id": "a", "name": "f", "arguments": "{}"},
        {"type": "tool-call", "id": "b", "name": "f", "arguments": "{}"},
    ]}]});
    let signature = |body: &Value, part: usize| body["contents"][1]["parts"][part]["thoughtSignature"].clone();
    let (body, _) = asked_of("gemini-3-pro-preview", messages.clone());
    assert_eq!((signature(&body, 0), signature(&body, 1)), (json!("skip_thought_signature_validator"), Value::Null));
    assert_eq!(signature(&asked(messages).0, 0), Value::Null);
}

#[test]
fn arguments_that_are_no_object_are_put_into_one() {
    let args = |arguments: &str| {
        let call = json!({"type": "tool-call", "id": "a", "name": "f", "arguments": arguments});
        part("assistant", call).0[0]["functionCall"]["args"].clone()
    };
    assert_eq!(args("null"), json!({}));
    assert_eq!(args("[]"), json!({}));
    assert_eq!(args("{broken"), json!({"arguments": "{broken"}));
}

#[test]
fn media_are_written_in_every_form() {
    let media = |tag: &str, source: Value| part("user", json!({"type": tag, "source": source})).0[0].clone();
    let inline = |media_type: Value, data: &str| json!({"type": "inline", "media_type": media_type, "data": data});
    let blob = |media_type: &str, data: &str| json!({"inlineData": {"mimeType": media_type, "data": data}});
    assert_eq!(media("audio", inline(json!("audio/wav"), "AA==")), blob("audio/wav", "AA=="));
    assert_eq!(media("image", inline(Value::Null, "/9j/4AAQ")), blob("image/jpeg", "/9j/4AAQ"));
    assert_eq!(media("document", inline(Value::Null, "JVBERi0x")), blob("application/pdf", "JVBERi0x"));
    assert_eq!(media("video", inline(Value::Null, "????")), blob("video/mp4", "????"));
    let stored = json!({"type": "file", "id": "https://x.example/v1beta/files/1", "media_type": "video/mp4"});
    let file = json!({"fileData": {"mimeType": "video/mp4", "fileUri": "https://x.example/v1beta/files/1"}});
    assert_eq!(media("video", stored), file);
    let foreign = json!({"type": "image", "source": {"type": "file", "id": "f", "origin": "openai.chat"}});
    assert_eq!(part("user", foreign).1, ["messages[0].content[0]: dropped"]);
}

#[test]
fn documents_that_are_text_are_bytes_in_messages_and_results() {
    let text = |text: &str| json!({"type": "text", "text": text});
    let document = |source: Value| json!({"type": "document", "source": source});
    let blob = |data: &str| json!({"inlineData": {"mimeType": "text/plain", "data": data}});
    assert_eq!(part("user", document(text("hi"))), (json!([blob("aGk=")]), vec![]));
    let image = json!({"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "AA=="}});
    let picture = json!({"inlineData": {"mimeType": "image/png", "data": "AA=="}});
    let parts = |content: Value| part("user", document(json!({"type": "parts", "content": content})));
    let near = vec!["messages[0].content[0]: approximated".to_owned()];
    assert_eq!(parts(json!([text("h"), text("i")])), (json!([blob("aApp")]), near.clone()));
    assert_eq!(parts(json!([text("hi"), image])), (json!([blob("aGk="), picture]), near));
    let result = json!({"type": "tool-result", "call_id": "a", "name": "f", "content": [document(text("hi"))]});
    let written = json!([{"functionResponse": {
        "id": "a", "name": "f", "response": {"result": ""}, "parts": [blob("aGk=")],
    }}]);
    assert_eq!(part("tool", result), (written, vec![]));
}

#[test]
fn a_conversation_of_which_nothing_can_be_told_is_refused() {
    let file = json!({"type": "image", "source": {"type": "file", "id": "f", "origin": "openai.chat"}});
    let document = json!({"model": "m", "messages": [
        {"role": "system", "content": [{"type": "text", "text": "A"}]}, {"role": "user", "content": [file]},
    ]});
    let failure = super::gemini().chat(&Context::default(), super::request(document)).unwrap_err();
    assert_eq!((failure.class.as_str(), failure.param.as_deref()), ("unsupported", Some("messages")));
}
