use dragoman_connector::{Context, Provider};
use serde_json::json;

use crate::Anthropic;

#[test]
fn every_type_of_error_has_a_class() {
    for (word, status, class) in [
        ("invalid_request_error", 400, "invalid-request"),
        ("authentication_error", 401, "authentication"),
        ("billing_error", 402, "quota-exhausted"),
        ("permission_error", 403, "permission"),
        ("not_found_error", 404, "not-found"),
        ("request_too_large", 413, "too-large"),
        ("rate_limit_error", 429, "rate-limited"),
        ("api_error", 500, "upstream"),
        ("timeout_error", 504, "timeout"),
        ("overloaded_error", 529, "overloaded"),
        ("something_new", 418, "invalid-request"),
    ] {
        let body = json!({"type": "error", "error": {"type": word, "message": "m"}, "request_id": "r"});
        let failure = Anthropic::default().failure(status, &[], &body.to_string());
        assert_eq!(failure.class.as_str(), class, "{word}");
        assert_eq!(
            (failure.code.as_deref(), failure.status, failure.message.as_str()),
            (Some(word), Some(status), "m")
        );
        assert_eq!(failure.native.get("anthropic.messages", "error"), body.get("error"));
        assert_eq!(failure.native.get("anthropic.messages", "request_id"), Some(&json!("r")));
    }
}

#[test]
fn some_classes_are_told_by_words_alone() {
    for (message, class) in [
        ("prompt is too long: 3333404 tokens > 200000 maximum", "context-length"),
        ("Your credit balance is too low to access the Anthropic API.", "quota-exhausted"),
    ] {
        let body = json!({"error": {"type": "invalid_request_error", "message": message}}).to_string();
        assert_eq!(Anthropic::default().failure(400, &[], &body).class.as_str(), class);
    }
}

#[test]
fn an_answer_of_no_known_shape_is_classed_by_its_status() {
    let headers = [("Retry-After".to_owned(), "2".to_owned())];
    let failure = Anthropic::default().failure(503, &headers, "<html>busy</html>");
    assert_eq!((failure.class.as_str(), failure.retry_after_ms), ("overloaded", Some(2000)));
    assert!(failure.message.contains("<html>busy</html>"));
}

#[test]
fn a_page_of_models_names_the_next() {
    let body = json!({"data": [
        {"type": "model", "id": "claude-x", "display_name": "X", "created_at": "2026-02-04T01:02:03Z",
            "max_input_tokens": 200, "max_tokens": 100, "capabilities": {"batch": {}}},
        {"type": "model", "id": "claude-y", "created_at": "1970-01-01T00:00:00Z"},
    ], "has_more": true, "first_id": "claude-x", "last_id": "claude-y"});
    let list = serde_json::to_value(Anthropic::default().models(&body.to_string()).unwrap()).unwrap();
    assert_eq!(
        list,
        json!({"models": [
        {"id": "claude-x", "name": "X", "created": 1_770_166_923, "max_input_tokens": 200, "max_output_tokens": 100,
            "native": {"anthropic.messages": {"capabilities": {"batch": {}}}}},
        {"id": "claude-y", "created": 0},
    ], "next": "claude-y"})
    );
    let call = Anthropic::default().list_models(&Context::default(), "claude-y").unwrap();
    assert!(format!("{call:?}").contains("(\"after_id\", \"claude-y\")"));
}

#[test]
fn a_token_count_is_read() {
    let count = Anthropic::default().token_count("{\"input_tokens\":14}").unwrap();
    assert_eq!(count.input_tokens, Some(14));
}
