use dragoman_connector::{Context, Provider};
use serde_json::json;

use super::gemini;

#[test]
fn every_status_word_has_a_class() {
    for (status, word, class) in [
        (400, "INVALID_ARGUMENT", "invalid-request"),
        (400, "FAILED_PRECONDITION", "invalid-request"),
        (401, "UNAUTHENTICATED", "authentication"),
        (403, "PERMISSION_DENIED", "permission"),
        (404, "NOT_FOUND", "not-found"),
        (429, "RESOURCE_EXHAUSTED", "rate-limited"),
        (500, "INTERNAL", "upstream"),
        (501, "UNIMPLEMENTED", "unsupported"),
        (503, "UNAVAILABLE", "overloaded"),
        (504, "DEADLINE_EXCEEDED", "timeout"),
        (413, "SOMETHING_NEW", "too-large"),
    ] {
        let body = json!({"error": {"code": status, "message": "m", "status": word}}).to_string();
        for body in [body.clone(), format!("[{body}]")] {
            let failure = gemini().failure(status, &[], &body);
            assert_eq!(failure.class.as_str(), class, "{word}");
            assert_eq!((failure.code.as_deref(), failure.status), (Some(word), Some(status)));
            assert_eq!(failure.native.get("gemini", "error").unwrap()["status"], word);
        }
    }
}

#[test]
fn a_wrong_key_and_a_long_prompt_are_told_apart_from_other_invalid_arguments() {
    for (message, class) in [
        ("API key not valid. Please pass a valid API key.", "authentication"),
        ("The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).", "context-length"),
    ] {
        let body = json!({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}).to_string();
        let failure = gemini().failure(400, &[], &body);
        assert_eq!((failure.class.as_str(), failure.status), (class, Some(400)));
    }
}

#[test]
fn details_tell_how_long_to_wait_and_what_is_wrong() {
    let details = json!([
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.074824224s"},
        {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": "contents"}]},
    ]);
    let body = json!({"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": details}});
    let failure = gemini().failure(429, &[], &body.to_string());
    assert_eq!((failure.retry_after_ms, failure.param.as_deref()), (Some(34075), Some("contents")));
}

#[test]
fn an_answer_of_no_known_shape_is_classed_by_its_status() {
    let headers = [("retry-after".to_owned(), "2".to_owned())];
    let failure = gemini().failure(502, &headers, "<html>");
    assert_eq!((failure.class.as_str(), failure.retry_after_ms), ("upstream", Some(2000)));
}

#[test]
fn a_page_of_models_names_the_next() {
    let body = json!({"models": [{"name": "models/gemini-x", "displayName": "X", "description": "d",
        "inputTokenLimit": 10, "outputTokenLimit": 5, "supportedGenerationMethods": ["generateContent"]}],
        "nextPageToken": "p"});
    let list = serde_json::to_value(gemini().models(&body.to_string()).unwrap()).unwrap();
    assert_eq!(
        list,
        json!({"models": [{"id": "gemini-x", "name": "X", "description": "d", "max_input_tokens": 10,
        "max_output_tokens": 5, "native": {"gemini": {"supportedGenerationMethods": ["generateContent"]}}}],
        "next": "p"})
    );
    let call = gemini().list_models(&Context::default(), "p").unwrap();
    assert!(format!("{call:?}").contains("(\"pageToken\", \"p\")"));
}

#[test]
fn a_token_count_is_read() {
    let count = gemini().token_count("{\"totalTokens\":9,\"cachedContentTokenCount\":2}").unwrap();
    assert_eq!((count.input_tokens, count.cached_tokens), (Some(9), Some(2)));
}
