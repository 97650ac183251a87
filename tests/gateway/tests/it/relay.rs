//! Where client and provider speak one dialect, documents pass as they are.

use dragoman_gateway_tests::{Backend, Client, Stage, pairs};
use dragoman_testkit::samples::{self, Dialect, Kind};
use dragoman_testkit::{Ask, Reply};
use serde_json::{Value, json};

fn same_dialect() -> impl Iterator<Item = (Client, Backend)> {
    pairs().filter(|(client, backend)| client.0 == backend.dialect)
}

/// A request with members that nobody has heard of, numbers that do not survive a float, and a model.
fn strange(client: Client, backend: Backend, stream: bool) -> Value {
    let mut body = client.body(&backend.model(), "Grüße \u{1f3d4} \u{0}", stream);
    body["x_unknown"] = json!({"deep": [1, {"deeper": null}], "empty": {}, "text": "\u{2028}"});
    body["x_exact"] = serde_json::from_str("12345678901234567890").unwrap();
    body
}

#[tokio::test]
async fn a_request_arrives_as_it_was_written_but_for_the_model() {
    let stage = Stage::start().await;
    for (client, backend) in same_dialect() {
        for stream in [false, true] {
            let mut sent = strange(client, backend, stream);
            stage.upstream.script(backend.reply(Kind::Text, stream));
            let answer = stage.send(&Ask::post(&client.target(&backend.model(), stream), &sent)).await;
            assert_eq!(answer.status, 200, "{client:?} at {}: {}", backend.id, answer.text());
            let seen = stage.upstream.request();
            assert_eq!(seen.path, backend.path(stream));
            if client.0 == Dialect::Gemini {
                // The path says it, in this dialect.
                sent.as_object_mut().unwrap().remove("model");
            } else {
                sent["model"] = "sample".into();
            }
            assert_eq!(seen.json(), sent, "{client:?} at {}, stream: {stream}", backend.id);
        }
    }
}

#[tokio::test]
async fn a_whole_answer_arrives_byte_for_byte() {
    let stage = Stage::start().await;
    for (client, backend) in same_dialect() {
        for kind in [Kind::Text, Kind::Tools, Kind::Reasoning] {
            stage.upstream.script(backend.reply(kind, false));
            let answer = stage.send(&client.ask(&backend.model(), "Hello", false)).await;
            assert_eq!(answer.text(), samples::whole(backend.dialect, kind), "{client:?} at {}", backend.id);
        }
    }
}

#[tokio::test]
async fn a_stream_arrives_byte_for_byte() {
    let stage = Stage::start().await;
    for (client, backend) in same_dialect() {
        for kind in [Kind::Text, Kind::Tools, Kind::Reasoning] {
            stage.upstream.script(backend.reply(kind, true));
            let answer = stage.send(&client.ask(&backend.model(), "Hello", true)).await;
            assert_eq!(answer.text(), samples::stream(backend.dialect, kind), "{client:?} at {}", backend.id);
            assert_eq!(answer.header("content-type"), Some("text/event-stream"), "{client:?} at {}", backend.id);
        }
    }
}

#[tokio::test]
async fn an_error_arrives_as_it_was_told() {
    let stage = Stage::start().await;
    for (client, backend) in same_dialect() {
        stage.upstream.script(Reply::whole(429, "application/json", samples::error(backend.dialect)));
        let answer = stage.send(&client.ask(&backend.model(), "Hello", true)).await;
        assert_eq!(answer.status, 429);
        let told: Value = serde_json::from_str(samples::error(backend.dialect)).unwrap();
        assert_eq!(answer.json(), told, "{client:?} at {}", backend.id);
    }
}

#[tokio::test]
async fn the_headers_of_a_dialect_go_along() {
    let stage = Stage::start().await;
    for (client, backend) in same_dialect().filter(|(client, _)| client.0 == Dialect::Messages) {
        stage.upstream.script(backend.reply(Kind::Text, false));
        let ask = client.ask(&backend.model(), "Hello", false);
        stage.send(&ask.header("anthropic-version", "2024-01-01").header("anthropic-beta", "one,two")).await;
        let seen = stage.upstream.request();
        assert_eq!(seen.header("anthropic-version"), Some("2024-01-01"));
        assert_eq!(seen.header("anthropic-beta"), Some("one,two"));
    }
}

#[tokio::test]
async fn openai_answers_a_client_in_its_own_api_by_default() {
    let config = "version: 1
backends:
  auto: {backend_type: openai, api_base_url: UPSTREAM/auto/v1, api_key_env_var: TEST_KEY}
";
    let stage = Stage::configured(config).await;
    for (client, path, dialect) in [
        (Dialect::Chat, "/auto/v1/chat/completions", Dialect::Chat),
        (Dialect::Responses, "/auto/v1/responses", Dialect::Responses),
        (Dialect::Messages, "/auto/v1/responses", Dialect::Responses),
        (Dialect::Gemini, "/auto/v1/responses", Dialect::Responses),
    ] {
        stage.upstream.script(Reply::sse(samples::events(dialect, Kind::Text)));
        let answer = stage.send(&Client(client).ask("auto:sample", "Hello", true)).await;
        assert_eq!(stage.upstream.request().path, path, "{client:?}");
        if client == dialect {
            assert_eq!(answer.text(), samples::stream(dialect, Kind::Text), "{client:?}");
        }
    }
}
