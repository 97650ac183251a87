use dragoman_model::listing::{ModelInfo, ModelList, TokenCount};
use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use super::{Gemini, scene};
use crate::Frontend;

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[test]
fn the_error_table() {
    let table = [
        (FailureClass::InvalidRequest, 400, "INVALID_ARGUMENT"),
        (FailureClass::Authentication, 401, "UNAUTHENTICATED"),
        (FailureClass::Permission, 403, "PERMISSION_DENIED"),
        (FailureClass::NotFound, 404, "NOT_FOUND"),
        (FailureClass::TooLarge, 413, "INVALID_ARGUMENT"),
        (FailureClass::RateLimited, 429, "RESOURCE_EXHAUSTED"),
        (FailureClass::Internal, 500, "INTERNAL"),
        (FailureClass::Upstream, 502, "UNAVAILABLE"),
        (FailureClass::Overloaded, 503, "UNAVAILABLE"),
        (FailureClass::Timeout, 504, "DEADLINE_EXCEEDED"),
    ];
    for (class, code, word) in table {
        let body = Gemini.encode_failure(&Failure::new(class, "m"), &scene(true));
        assert_eq!(parsed(&body), json!({"error": {"code": code, "message": "m", "status": word}}));
        assert!(Gemini.is_error_body(&body));
    }
}

#[test]
fn an_error_says_what_else_is_known_in_its_details() {
    let mut failure = Failure::invalid("Wrong.").at("contents[0]").with_code("odd");
    failure.retry_after_ms = Some(1_500);
    let details = parsed(&Gemini.encode_failure(&failure, &scene(true)))["error"]["details"].take();
    assert_eq!(details[0]["fieldViolations"], json!([{"field": "contents[0]", "description": "Wrong."}]));
    assert_eq!(details[1]["reason"], "odd");
    assert_eq!(details[2]["retryDelay"], "1.500s");
}

#[test]
fn other_bodies_are_no_errors() {
    for body in [r#"{"candidates":[]}"#, r#"{"error":"x"}"#, "no json", "[]"] {
        assert!(!Gemini.is_error_body(body.as_bytes()), "{body}");
    }
    assert!(Gemini.is_error_body(br#"[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]"#));
}

#[test]
fn a_count_of_tokens_is_asked_and_answered() {
    let contents = json!([{"parts": [{"text": "Hi"}]}]);
    for body in
        [json!({"contents": contents}), json!({"generateContentRequest": {"model": "models/m", "contents": contents}})]
    {
        let request = Gemini.decode_count(body.to_string().as_bytes(), &scene(true)).unwrap();
        assert_eq!(request.messages.len(), 1);
    }
    let count = TokenCount { input_tokens: Some(3), ..TokenCount::default() };
    assert_eq!(parsed(&Gemini.encode_count(&count)), json!({"totalTokens": 3}));
}

#[test]
fn models_are_listed() {
    let info = ModelInfo {
        id: "m".into(),
        name: Some("M".into()),
        max_input_tokens: Some(10),
        max_output_tokens: Some(5),
        ..ModelInfo::default()
    };
    let list = ModelList { models: vec![info], next: Some("n".into()), ..ModelList::default() };
    let expected = json!({
        "models": [{"name": "models/m", "displayName": "M", "inputTokenLimit": 10, "outputTokenLimit": 5,
                    "supportedGenerationMethods": ["generateContent", "countTokens"]}],
        "nextPageToken": "n",
    });
    assert_eq!(parsed(&Gemini.encode_models(&list, &scene(true))), expected);
}

#[test]
fn the_sniffer_reads_cost_ending_and_errors() {
    let mut sniffer = Gemini.sniffer(true);
    sniffer.see("", br#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":9}}"#);
    assert!(!sniffer.complete());
    sniffer.see(
        "",
        br#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"toolUsePromptTokenCount":1,
            "candidatesTokenCount":4,"thoughtsTokenCount":6,"totalTokenCount":20}}"#,
    );
    assert!(sniffer.complete());
    let usage = sniffer.usage().unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.reasoning_tokens), (Some(10), Some(10), Some(6)));
    let mut sniffer = Gemini.sniffer(true);
    sniffer.see("", br#"[{"error":{"code":429,"message":"Slow down.","status":"RESOURCE_EXHAUSTED"}}]"#);
    let failure = sniffer.failure().unwrap();
    assert_eq!((&failure.class, failure.message.as_str()), (&FailureClass::RateLimited, "Slow down."));
}
