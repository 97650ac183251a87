//! A provider's error reaches the client in its own shape.

use dragoman_gateway_tests::{BACKENDS, CLIENTS, Client, Stage, pairs};
use dragoman_testkit::samples::{self, Dialect};
use dragoman_testkit::{Answer, Ask, Reply};
use serde_json::Value;

/// The error's word for its kind, where each dialect has it.
fn kind(client: Client, answer: &Answer) -> String {
    let document = answer.json();
    let error = &document["error"];
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "no message: {document}");
    let word = match client.0 {
        Dialect::Chat | Dialect::Responses | Dialect::Messages => &error["type"],
        Dialect::Gemini => &error["status"],
    };
    if client.0 == Dialect::Messages {
        assert_eq!(document["type"], "error", "{document}");
    }
    if client.0 == Dialect::Gemini {
        assert_eq!(error["code"], answer.status, "{document}");
    }
    assert_eq!(answer.header("content-type"), Some("application/json"));
    word.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_rate_limit_is_a_rate_limit_in_every_dialect() {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        for stream in [false, true] {
            let reply = Reply::whole(429, "application/json", samples::error(backend.dialect));
            stage.upstream.script(reply.header("retry-after", "7"));
            let answer = stage.send(&client.ask(&backend.model(), "Hello", stream)).await;
            let pair = format!("{client:?} at {}, stream: {stream}: {}", backend.id, answer.text());
            assert_eq!(answer.status, 429, "{pair}");
            assert!(answer.text().contains(samples::ERROR), "{pair}");
            assert_eq!(answer.header("retry-after"), Some("7"), "{pair}");
            let kind = kind(client, &answer);
            match client.0 {
                Dialect::Messages => assert_eq!(kind, "rate_limit_error", "{pair}"),
                Dialect::Gemini => assert_eq!(kind, "RESOURCE_EXHAUSTED", "{pair}"),
                Dialect::Chat | Dialect::Responses => {}
            }
        }
    }
}

#[tokio::test]
async fn statuses_are_kept_even_where_the_body_is_no_json() {
    let stage = Stage::start().await;
    for status in [400, 401, 403, 404, 422, 500, 503, 529] {
        for (client, backend) in pairs() {
            stage.upstream.script(Reply::whole(status, "text/html", "<h1>No</h1>"));
            let answer = stage.send(&client.ask(&backend.model(), "Hello", false)).await;
            assert_eq!(answer.status, status, "{client:?} at {}: {}", backend.id, answer.text());
            kind(client, &answer);
        }
    }
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_stream_is_told() {
    let stage = Stage::start().await;
    let told = |dialect| match dialect {
        Dialect::Messages => {
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Too busy\"}}\n\n"
        }
        Dialect::Responses => {
            "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Too busy\",\"param\":null,\
             \"sequence_number\":9}\n\n"
        }
        Dialect::Chat => "data: {\"error\":{\"message\":\"Too busy\",\"type\":\"server_error\",\"code\":503}}\n\n",
        Dialect::Gemini => {
            "data: {\"error\":{\"code\":503,\"message\":\"Too busy\",\"status\":\"UNAVAILABLE\"}}\r\n\r\n"
        }
    };
    for (client, backend) in pairs() {
        let mut events = samples::events(backend.dialect, samples::Kind::Text);
        events.truncate(events.len() - samples::closing_events(backend.dialect));
        events.push(told(backend.dialect));
        stage.upstream.script(Reply::sse(events));
        let answer = stage.send(&client.ask(&backend.model(), "Hello", true)).await;
        let heard = dragoman_gateway_tests::Heard::stream(client.0, &answer);
        let pair = format!("{client:?} at {}: {}", backend.id, answer.text());
        assert!(!heard.complete && heard.error.is_some_and(|error| error.contains("Too busy")), "{pair}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let stage = Stage::start().await;
    for backend in BACKENDS {
        let elsewhere = format!("{}/elsewhere", stage.upstream.url());
        stage.upstream.script(Reply::whole(307, "text/plain", "").header("location", &elsewhere));
        let answer = stage.send(&CLIENTS[0].ask(&backend.model(), "Hello", false)).await;
        assert_eq!(answer.status, 502, "{}: {}", backend.id, answer.text());
        assert_ne!(stage.upstream.request().path, "/elsewhere");
    }
}

#[tokio::test]
async fn a_provider_that_knows_no_such_path_does_not_look_like_the_gateway() {
    let stage = Stage::start().await;
    stage.upstream.script(Reply::whole(404, "text/plain", "nope"));
    let client = Client(Dialect::Messages);
    let answer = stage.send(&Ask::post("/v1/messages", &client.body("gemini:sample", "Hello", false))).await;
    assert_eq!((answer.status, &answer.json()["error"]["type"]), (404, &Value::from("not_found_error")));
}
