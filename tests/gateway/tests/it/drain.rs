//! SIGTERM lets what runs come to its end.

use dragoman_gateway_tests::{BACKENDS, CLIENTS, Heard, Stage};
use dragoman_testkit::samples::{self, Kind};
use dragoman_testkit::{Gate, Gateway};

fn config() -> String {
    let backends: String = BACKENDS.iter().map(|backend| backend.yaml("UPSTREAM")).collect();
    format!("version: 1\ndefault_backend: echo\nserver: {{drain_delay: 0s, drain_grace: 30s}}\nbackends:\n{backends}")
}

#[tokio::test]
async fn an_open_stream_is_drained_to_its_end() {
    for client in CLIENTS {
        let mut stage = Stage::configured(&config()).await;
        let backend = BACKENDS[3];
        let gate = Gate::new();
        stage.upstream.script(backend.reply(Kind::Text, true).pausing_after(5, &gate));
        let mut open = stage.gateway.open(&client.ask(&backend.model(), "Hello", true)).await;
        let mut events = vec![open.event().await.unwrap()];
        stage.gateway.terminate().await;
        let drains = |line: &serde_json::Value| {
            let message = Gateway::field(line, "message").and_then(serde_json::Value::as_str).unwrap_or_default();
            message.contains("drain")
        };
        stage.gateway.logged(drains).await;
        gate.open();
        while let Some(event) = open.event().await {
            events.push(event);
        }
        let heard = Heard::events(client.0, &events);
        assert_eq!((&*heard.text, heard.complete, heard.error), (samples::TEXT, true, None), "{client:?}");
        assert_eq!(stage.gateway.ended().await, Some(0), "{client:?}");
    }
}

#[tokio::test]
async fn an_idle_gateway_ends_at_once() {
    let mut stage = Stage::configured(&config()).await;
    stage.gateway.terminate().await;
    assert_eq!(stage.gateway.ended().await, Some(0));
}
