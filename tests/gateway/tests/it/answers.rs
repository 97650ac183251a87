//! Every client hears from every provider what it said.

use dragoman_gateway_tests::{Client, Heard, Stage, pairs};
use dragoman_testkit::samples::{self, Dialect, Kind};
use serde_json::Value;

/// What is heard of a sample in `dialect`.
fn expected(dialect: Dialect, kind: Kind) -> Heard {
    let call = |(name, arguments): (&str, &str)| (name.to_owned(), serde_json::from_str::<Value>(arguments).unwrap());
    let calls = match kind {
        Kind::Tool => vec![call(samples::WEATHER)],
        Kind::Tools => vec![call(samples::WEATHER), call(samples::TIME)],
        Kind::Text | Kind::Reasoning | Kind::Structured => Vec::new(),
    };
    let finish = match (dialect, calls.is_empty()) {
        (Dialect::Chat, true) => "stop",
        (Dialect::Chat, false) => "tool_calls",
        (Dialect::Responses, _) => "completed",
        (Dialect::Messages, true) => "end_turn",
        (Dialect::Messages, false) => "tool_use",
        (Dialect::Gemini, _) => "STOP",
    };
    Heard {
        text: if calls.is_empty() { samples::TEXT.to_owned() } else { String::new() },
        thought: if kind == Kind::Reasoning { samples::THOUGHT.to_owned() } else { String::new() },
        calls,
        finish: finish.to_owned(),
        usage: (samples::TOKENS_IN, samples::TOKENS_OUT),
        error: None,
        complete: true,
    }
}

/// Lets every pair speak, and tells of all that differ at once.
async fn every_pair_agrees(kind: Kind, stream: bool) {
    let stage = Stage::start().await;
    let mut faults = Vec::new();
    for (client, backend) in pairs() {
        let heard = stage.hear(client, backend, kind, stream).await;
        let expected = expected(client.0, kind);
        if heard != expected {
            faults.push(format!("{client:?} at {}:\n     heard {heard:?}\n  expected {expected:?}", backend.id));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn text_arrives_whole() {
    every_pair_agrees(Kind::Text, false).await;
}

#[tokio::test]
async fn text_arrives_in_a_stream() {
    every_pair_agrees(Kind::Text, true).await;
}

#[tokio::test]
async fn a_tool_call_arrives_whole() {
    every_pair_agrees(Kind::Tool, false).await;
}

#[tokio::test]
async fn a_tool_call_arrives_in_a_stream() {
    every_pair_agrees(Kind::Tool, true).await;
}

#[tokio::test]
async fn parallel_tool_calls_arrive_whole() {
    every_pair_agrees(Kind::Tools, false).await;
}

#[tokio::test]
async fn parallel_tool_calls_arrive_in_a_stream() {
    every_pair_agrees(Kind::Tools, true).await;
}

#[tokio::test]
async fn reasoning_arrives_whole() {
    every_pair_agrees(Kind::Reasoning, false).await;
}

#[tokio::test]
async fn reasoning_arrives_in_a_stream() {
    every_pair_agrees(Kind::Reasoning, true).await;
}

#[tokio::test]
async fn a_gemini_stream_can_be_one_json_array() {
    let stage = Stage::start().await;
    for (client, backend) in pairs().filter(|(client, _)| client.0 == Dialect::Gemini) {
        stage.upstream.script(backend.reply(Kind::Text, true));
        let target = client.target(&backend.model(), true).replace("?alt=sse", "");
        let ask = dragoman_testkit::Ask::post(&target, &client.body(&backend.model(), "Hello", true));
        let answer = stage.send(&ask).await;
        assert_eq!(answer.header("content-type"), Some("application/json"), "{}", backend.id);
        let documents = answer.json();
        let texts = documents
            .as_array()
            .unwrap()
            .iter()
            .map(|document| document["candidates"][0]["content"]["parts"][0]["text"].as_str().unwrap_or_default());
        assert_eq!(texts.collect::<String>(), samples::TEXT, "{}", backend.id);
    }
}

#[tokio::test]
async fn the_first_event_arrives_before_the_provider_is_done() {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        let gate = dragoman_testkit::Gate::new();
        let all = samples::events(backend.dialect, Kind::Text).len();
        stage.upstream.script(backend.reply(Kind::Text, true).pausing_after(all - 1, &gate));
        let mut open = stage.gateway.open(&client.ask(&backend.model(), "Hello", true)).await;
        let mut events = vec![open.event().await.unwrap()];
        gate.open();
        while let Some(event) = open.event().await {
            events.push(event);
        }
        assert_eq!(Heard::events(client.0, &events).text, samples::TEXT, "{client:?} at {}", backend.id);
    }
}

#[tokio::test]
async fn the_path_below_anthropic_is_the_same() {
    let stage = Stage::start().await;
    let client = Client(Dialect::Messages);
    let body = client.body("echo:x", "Hello", false);
    let answer = stage.send(&dragoman_testkit::Ask::post("/anthropic/v1/messages", &body)).await;
    assert_eq!(Heard::whole(client.0, &answer).text, "Hello");
}

#[tokio::test]
async fn connections_to_a_provider_are_used_again() {
    for (client, backend) in pairs() {
        for stream in [false, true] {
            let stage = Stage::start().await;
            for _ in 0..20 {
                stage.hear(client, backend, Kind::Text, stream).await;
            }
            let count = stage.upstream.connections();
            // A connection may not be back in the pool when the next request comes, but nearly always is.
            assert!(count <= 10, "{client:?} at {}, stream: {stream}: {count} connections for 20 requests", backend.id);
        }
    }
}
