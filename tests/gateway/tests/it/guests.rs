//! Connectors that misbehave: the sandbox stops them, and the client is told in its own dialect.

use std::path::Path;

use dragoman_gateway_tests::{CLIENTS, Client, Heard, Stage};
use dragoman_testkit::samples::Dialect;
use dragoman_testkit::{Ask, Reply};

/// The component that `cargo xtask test` builds from `tests/rogue`.
const ROGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/test-connectors/rogue.wasm");

/// The deadline is generous, so that only what never ends misses it, however busy the machine is.
async fn stage() -> Stage {
    assert!(Path::new(ROGUE).is_file(), "{ROGUE} is missing: `cargo xtask test connectors` builds it");
    let config = format!(
        "version: 1\ndefault_backend: echo\nlimits: {{call_deadline: 1s, host_call_bytes: 8MiB}}\nbackends:\n  rogue: {{connector: {ROGUE:?}, api_base_url: UPSTREAM, \
         api_key_env_var: TEST_KEY}}\n"
    );
    Stage::configured(&config).await
}

fn ask(model: &str, stream: bool) -> Ask {
    Client(Dialect::Chat).ask(&format!("rogue:{model}"), "Hello", stream)
}

async fn verdict(stage: &Stage, model: &str) -> String {
    let answer = stage.send(&ask(model, false)).await;
    assert_eq!(answer.status, 502, "{model}: {}", answer.text());
    answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn each_misdeed_has_its_verdict() {
    let stage = stage().await;
    for (model, expected) in [
        ("loop", "deadline"),
        ("trap", "trap"),
        ("memory", "memory"),
        ("stack", "stack"),
        ("events", "amplification"),
        ("bytes", "output-size"),
        ("json", "output-json"),
        ("order", "protocol"),
        ("header", "header"),
        ("break", "header"),
        ("path", "header"),
        ("host", "header"),
    ] {
        assert_eq!(verdict(&stage, model).await, expected, "{model}");
    }
    let metrics = stage.gateway.admin("/metrics").await.text();
    assert!(metrics.contains(r#"connector="rogue@0.1.0",verdict="deadline"} 1"#), "{metrics}");
}

#[tokio::test]
async fn a_guest_that_was_stopped_harms_no_other_exchange() {
    let stage = stage().await;
    for model in ["trap", "loop", "memory", "stack"] {
        verdict(&stage, model).await;
        let answer = stage.send(&Client(Dialect::Chat).ask("echo:echo", "still here", false)).await;
        assert_eq!(answer.json()["choices"][0]["message"]["content"], "still here", "after {model}");
    }
}

#[tokio::test]
async fn a_guest_that_says_nothing_is_told_so() {
    let stage = stage().await;
    let answer = stage.send(&ask("silence", false)).await;
    assert_eq!(answer.status, 502, "{}", answer.text());
}

#[tokio::test]
async fn a_flood_of_log_lines_costs_the_guest_nothing_but_the_lines() {
    let stage = stage().await;
    let answer = stage.send(&ask("log", false)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let metrics = stage.gateway.admin("/metrics").await.text();
    assert!(metrics.contains("dragoman_connector_log_lines_dropped_total"), "{metrics}");
}

#[tokio::test]
async fn a_trap_in_mid_stream_ends_every_dialects_stream_in_its_own_error() {
    let stage = stage().await;
    for client in CLIENTS {
        stage.upstream.script(Reply::sse(["data: one\n\n", "data: trap\n\n", "data: two\n\n"]));
        let answer = stage.send(&client.ask("rogue:trap-midway", "Hello", true)).await;
        let heard = Heard::stream(client.0, &answer);
        assert!(!heard.complete && heard.error.is_some(), "{client:?}: {}", answer.text());
    }
}
