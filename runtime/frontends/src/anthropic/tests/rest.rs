use dragoman_model::listing::{ModelInfo, ModelList, TokenCount};
use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use super::{AnthropicMessages, scene};
use crate::Frontend;

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[test]
fn the_error_table() {
    let table = [
        (FailureClass::InvalidRequest, "invalid_request_error"),
        (FailureClass::Authentication, "authentication_error"),
        (FailureClass::Permission, "permission_error"),
        (FailureClass::NotFound, "not_found_error"),
        (FailureClass::ContextLength, "invalid_request_error"),
        (FailureClass::TooLarge, "request_too_large"),
        (FailureClass::RateLimited, "rate_limit_error"),
        (FailureClass::QuotaExhausted, "rate_limit_error"),
        (FailureClass::ContentPolicy, "invalid_request_error"),
        (FailureClass::Overloaded, "overloaded_error"),
        (FailureClass::Upstream, "api_error"),
        (FailureClass::Timeout, "timeout_error"),
        (FailureClass::Unsupported, "invalid_request_error"),
        (FailureClass::Internal, "api_error"),
    ];
    for (class, word) in table {
        let body = AnthropicMessages.encode_failure(&Failure::new(class, "m"), &scene());
        assert_eq!(parsed(&body)["error"]["type"], word);
        assert!(AnthropicMessages.is_error_body(&body));
    }
}

#[test]
fn an_error_says_the_member_at_fault_and_keeps_the_providers_word() {
    let failure = Failure::invalid("It is wrong.").at("messages[0]").with_code("billing_error");
    let body = parsed(&AnthropicMessages.encode_failure(&failure, &scene()));
    let expected = json!({"type": "error", "error": {"type": "billing_error", "message": "messages[0]: It is wrong."},
                          "request_id": "req_0a1b"});
    assert_eq!(body, expected);
}

#[test]
fn other_bodies_are_no_errors() {
    for body in [r#"{"type":"message"}"#, r#"{"error":{"message":"x"}}"#, "no json", "[]"] {
        assert!(!AnthropicMessages.is_error_body(body.as_bytes()), "{body}");
    }
}

#[test]
fn a_count_of_tokens_is_asked_and_answered() {
    let body = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    let request = AnthropicMessages.decode_count(body.to_string().as_bytes(), &scene()).unwrap();
    assert_eq!(request.messages.len(), 1);
    let count = TokenCount { input_tokens: Some(3), ..TokenCount::default() };
    assert_eq!(parsed(&AnthropicMessages.encode_count(&count)), json!({"input_tokens": 3}));
}

#[test]
fn models_are_listed_with_the_time_of_their_making() {
    let model = |id: &str, created| ModelInfo { id: id.into(), created, ..ModelInfo::default() };
    let list = ModelList { models: vec![model("a", Some(1_709_210_096)), model("b", None)], ..ModelList::default() };
    let expected = json!({
        "data": [
            {"type": "model", "id": "a", "display_name": "a", "created_at": "2024-02-29T12:34:56Z"},
            {"type": "model", "id": "b", "display_name": "b", "created_at": "1970-01-01T00:00:00Z"}],
        "has_more": false, "first_id": "a", "last_id": "b",
    });
    assert_eq!(parsed(&AnthropicMessages.encode_models(&list, &scene())), expected);
}

#[test]
fn the_sniffer_reads_cost_and_ending_of_a_stream() {
    let mut sniffer = AnthropicMessages.sniffer(true);
    let start = json!({"type": "message_start", "message": {"usage": {
        "input_tokens": 10, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 30, "output_tokens": 1}}});
    sniffer.see("message_start", start.to_string().as_bytes());
    sniffer.see("content_block_delta", br#"{"type":"content_block_delta","delta":{"text":"\"usage\""}}"#);
    sniffer.see("message_delta", br#"{"type":"message_delta","delta":{},"usage":{"output_tokens":20}}"#);
    assert!(!sniffer.complete());
    sniffer.see("message_stop", br#"{"type":"message_stop"}"#);
    assert!(sniffer.complete());
    let usage = sniffer.usage().unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(100), Some(20)));
    assert_eq!((usage.cached_tokens, usage.cache_write_tokens), (Some(60), Some(30)));
}

#[test]
fn the_sniffer_reads_an_error_in_a_stream() {
    let mut sniffer = AnthropicMessages.sniffer(true);
    sniffer.see("error", br#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#);
    let failure = sniffer.failure().unwrap();
    assert_eq!((&failure.class, failure.message.as_str()), (&FailureClass::Overloaded, "Overloaded"));
    assert!(sniffer.complete());
}
