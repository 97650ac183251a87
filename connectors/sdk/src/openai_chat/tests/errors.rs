use crate::model::FailureClass as Class;
use crate::openai_chat::failure;

#[test]
fn the_class_is_told_by_code_then_status_then_type() {
    let rows = [
        (
            400,
            r#"{"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
            Class::ContextLength,
        ),
        (
            429,
            r#"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            Class::QuotaExhausted,
        ),
        (429, r#"{"error":{"message":"m","type":"tokens","code":"rate_limit_exceeded"}}"#, Class::RateLimited),
        (400, r#"{"error":{"message":"m","code":"content_filter"}}"#, Class::ContentPolicy),
        (401, r#"{"error":{"message":"m","code":"invalid_api_key"}}"#, Class::Authentication),
        (404, r#"{"error":{"message":"m","code":"model_not_found"}}"#, Class::NotFound),
        (403, r#"{"error":{"message":"m","code":null,"type":"invalid_request_error"}}"#, Class::Permission),
        (400, r#"{"error":{"message":"m","code":"invalid_value"}}"#, Class::InvalidRequest),
        (400, r#"{"error":{"code":400,"message":"too big","type":"exceed_context_size_error"}}"#, Class::ContextLength),
        (400, r#"{"error":{"message":"the maximum context length is 9"}}"#, Class::ContextLength),
        (500, r#"{"error":{"message":"m","type":"server_error"}}"#, Class::Upstream),
        (503, "", Class::Overloaded),
        (0, r#"{"error":{"message":"m","code":429}}"#, Class::RateLimited),
        (0, r#"{"error":{"message":"m","type":"invalid_request_error"}}"#, Class::InvalidRequest),
        (0, r#"{"error":{"message":"m"}}"#, Class::Upstream),
    ];
    for (status, body, class) in rows {
        assert_eq!(failure(status, &[], body).class, class, "{status} {body}");
    }
}

#[test]
fn the_message_is_found_wherever_vendors_put_it() {
    let rows = [
        (r#"{"error":{"message":"why"}}"#, "why"),
        (r#"{"code":"Some code","error":"why"}"#, "why"),
        (r#"{"error":"why"}"#, "why"),
        (r#"{"object":"error","message":"why","code":"1500"}"#, "why"),
        (r#"{"object":"error","message":{"detail":[{"loc":["a"],"msg":"why"}]}}"#, "why"),
        (r#"{"detail":"why"}"#, "why"),
        (r#"{"detail":[{"loc":["body"],"msg":"why"}]}"#, "why"),
        (r#"[{"error":{"message":"why"}}]"#, "why"),
        (r#"{"success":false,"errors":[{"code":7,"message":"why"}]}"#, "why"),
        ("why", "why"),
        ("<html>long</html>", "the provider answered with the status 400 and no explanation"),
        ("", "the provider answered with the status 400 and no explanation"),
    ];
    for (body, message) in rows {
        assert_eq!(failure(400, &[], body).message, message, "{body}");
    }
}

#[test]
fn code_parameter_status_wait_and_the_error_itself_are_kept() {
    let headers = [("Retry-After".to_owned(), "2".to_owned())];
    let body = r#"{"error":{"message":"m","type":"t","param":"messages[0].role","code":"c"}}"#;
    let failure = failure(429, &headers, body);
    assert_eq!((failure.code.as_deref(), failure.param.as_deref()), (Some("c"), Some("messages[0].role")));
    assert_eq!((failure.status, failure.retry_after_ms), (Some(429), Some(2000)));
    assert_eq!(failure.native.get("openai.chat", "error").unwrap()["type"], "t");
}
