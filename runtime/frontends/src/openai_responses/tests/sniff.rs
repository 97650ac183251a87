use dragoman_model::FailureClass;

use super::OpenAiResponses;
use crate::Frontend as _;

const USAGE: &str = r#"{"input_tokens":5,"output_tokens":7,"total_tokens":12,"input_tokens_details":{"cached_tokens":2},"output_tokens_details":{"reasoning_tokens":3}}"#;

#[test]
fn the_last_event_tells_usage_and_ending() {
    for name in ["response.completed", ""] {
        let mut sniffer = OpenAiResponses.sniffer(true);
        sniffer.see(
            "response.created",
            br#"{"type":"response.created","response":{"status":"in_progress","usage":null}}"#,
        );
        assert!(!sniffer.complete());
        let data = format!(r#"{{"type":"response.completed","response":{{"status":"completed","usage":{USAGE}}}}}"#);
        sniffer.see(name, data.as_bytes());
        let usage = sniffer.usage().unwrap();
        assert_eq!((usage.input_tokens, usage.cached_tokens, usage.reasoning_tokens), (Some(5), Some(2), Some(3)));
        assert!(sniffer.complete() && sniffer.failure().is_none());
    }
}

#[test]
fn a_whole_response_tells_the_same() {
    let mut sniffer = OpenAiResponses.sniffer(false);
    sniffer.see("", format!(r#"{{"status":"completed","error":null,"usage":{USAGE}}}"#).as_bytes());
    assert!(sniffer.complete() && sniffer.usage().is_some() && sniffer.failure().is_none());
}

#[test]
fn errors_are_seen_in_all_their_forms() {
    for data in [
        r#"{"type":"error","sequence_number":2,"error":{"type":"x","code":"insufficient_quota","message":"m"}}"#,
        r#"{"type":"error","code":"insufficient_quota","message":"m","param":null}"#,
        r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"insufficient_quota","message":"m"}}}"#,
    ] {
        let mut sniffer = OpenAiResponses.sniffer(true);
        sniffer.see("", data.as_bytes());
        let failure = sniffer.failure().unwrap();
        assert_eq!((&failure.class, failure.message.as_str()), (&FailureClass::QuotaExhausted, "m"));
        assert!(sniffer.complete());
    }
}

#[test]
fn text_that_looks_like_an_ending_is_none() {
    let mut sniffer = OpenAiResponses.sniffer(true);
    sniffer.see("", br#"{"type":"response.output_text.delta","delta":"\"response.completed\" \"error\": 1"}"#);
    assert!(!sniffer.complete());
}
