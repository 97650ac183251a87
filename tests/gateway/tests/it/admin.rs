//! The admin listener, and the access log.

use dragoman_gateway_tests::{CLIENTS, Stage};
use dragoman_testkit::{Ask, Gateway};

#[tokio::test]
async fn health_is_told() {
    let stage = Stage::start().await;
    for path in ["/livez", "/readyz"] {
        assert_eq!(stage.gateway.admin(path).await.status, 200, "{path}");
    }
    assert_eq!(stage.gateway.admin("/nothing").await.status, 404);
}

#[tokio::test]
async fn requests_are_counted() {
    let stage = Stage::start().await;
    for client in CLIENTS {
        stage.send(&client.ask("echo:x", "Hello", true)).await;
    }
    let metrics = stage.gateway.admin("/metrics").await;
    assert_eq!(metrics.status, 200);
    let text = metrics.text();
    let counted = text.lines().filter(|line| line.starts_with("dragoman_requests_total{") && line.contains("echo"));
    assert_eq!(counted.count(), CLIENTS.len(), "{text}");
}

#[tokio::test]
async fn clients_see_nothing_of_the_admin_listener() {
    let stage = Stage::start().await;
    for path in ["/metrics", "/readyz", "/livez"] {
        assert_eq!(stage.send(&Ask::get(path)).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn every_request_is_one_line_of_the_log() {
    let mut stage = Stage::start().await;
    for client in CLIENTS {
        let id = format!("of-{:?}", client.0);
        stage.send(&client.ask("echo:x", "Hello", false).header("x-request-id", &id)).await;
        let is_it = |line: &serde_json::Value| Gateway::field(line, "request_id").is_some_and(|known| *known == id);
        let line = stage.gateway.logged(is_it).await;
        let field = |name| Gateway::field(&line, name).cloned().unwrap_or_default();
        assert_eq!((field("status"), field("backend")), (200.into(), "echo".into()), "{line}");
        assert_eq!((field("outcome"), field("stream")), ("success".into(), false.into()), "{line}");
        assert!(!line.to_string().contains("Hello"), "{line}");
        let lines = stage.gateway.log().into_iter().filter(|line| line.contains(&id)).count();
        assert_eq!(lines, 1, "{id}");
    }
}
