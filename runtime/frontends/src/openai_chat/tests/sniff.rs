use dragoman_model::FailureClass;

use super::OpenAiChat;
use crate::{Frontend as _, Sniffer};

fn sniff(stream: bool, data: &[&str]) -> Box<dyn Sniffer> {
    let mut sniffer = OpenAiChat.sniffer(stream);
    for one in data {
        sniffer.see("", one.as_bytes());
    }
    sniffer
}

#[test]
fn usage_and_ending_of_a_stream_are_seen() {
    let sniffer = sniff(
        true,
        &[r#"{"choices":[{"index":0,"delta":{"content":"\"usage\": {}"},"finish_reason":null}],"usage":null}"#],
    );
    assert!(sniffer.usage().is_none() && !sniffer.complete());
    let sniffer = sniff(
        true,
        &[
            r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,
            "prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":3}}}"#,
        ],
    );
    let usage = sniffer.usage().unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.total_tokens), (Some(5), Some(7), Some(12)));
    assert_eq!((usage.cached_tokens, usage.reasoning_tokens), (Some(2), Some(3)));
    assert!(sniffer.complete() && sniffer.failure().is_none());
}

#[test]
fn done_is_an_ending() {
    assert!(sniff(true, &["[DONE]"]).complete());
}

#[test]
fn reasoning_beside_the_completion_is_counted_in() {
    let sniffer = sniff(
        false,
        &[
            r#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":9,"completion_tokens_details":{"reasoning_tokens":3}}}"#,
        ],
    );
    assert_eq!(sniffer.usage().unwrap().output_tokens, Some(4));
}

#[test]
fn errors_inside_a_stream_or_a_200_are_seen() {
    for data in [
        r#"{"error":{"message":"m","code":502}}"#,
        r#"{"id":"x","error":{"code":502,"message":"m"},"choices":[{"index":0,"delta":{},"finish_reason":null}]}"#,
        r#"{"choices":[{"index":0,"error":{"code":502,"message":"m"},"finish_reason":"error"}]}"#,
    ] {
        let sniffer = sniff(true, &[data]);
        let failure = sniffer.failure().unwrap();
        assert_eq!(
            (failure.message.as_str(), failure.status, &failure.class),
            ("m", Some(502), &FailureClass::Upstream)
        );
        assert!(sniffer.complete());
    }
}
