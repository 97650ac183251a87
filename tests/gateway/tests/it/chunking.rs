//! However the provider's bytes are cut, the client gets the same events.

use dragoman_gateway_tests::{Backend, Client, Stage, pairs, scrubbed};
use dragoman_testkit::Reply;
use dragoman_testkit::samples::{self, Kind};
use dragoman_testkit::sse::SseEvent;

async fn heard(stage: &Stage, client: Client, backend: Backend, reply: Reply) -> Vec<SseEvent> {
    stage.upstream.script(reply);
    let answer = stage.send(&client.ask_with_tools(&backend.model(), "Hello", true)).await;
    assert_eq!(answer.status, 200, "{client:?} at {}: {}", backend.id, answer.text());
    scrubbed(&answer)
}

async fn any_chunking_gives_the_same(kind: Kind) {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        let whole = samples::stream(backend.dialect, kind);
        let at_once = heard(&stage, client, backend, Reply::sse([whole])).await;
        for size in [1, 2, 7, 61] {
            let cut = heard(&stage, client, backend, Reply::sse([whole]).in_pieces_of(size)).await;
            assert_eq!(cut, at_once, "{client:?} at {} in pieces of {size}", backend.id);
        }
        let closing = heard(&stage, client, backend, Reply::sse([whole]).in_pieces_of(5).until_close()).await;
        assert_eq!(closing, at_once, "{client:?} at {} with a body that ends with the connection", backend.id);
    }
}

#[tokio::test]
async fn any_chunking_of_text_gives_the_same_events() {
    any_chunking_gives_the_same(Kind::Text).await;
}

#[tokio::test]
async fn any_chunking_of_reasoning_gives_the_same_events() {
    any_chunking_gives_the_same(Kind::Reasoning).await;
}

#[tokio::test]
async fn any_chunking_of_tool_calls_gives_the_same_events() {
    any_chunking_gives_the_same(Kind::Tools).await;
}

#[tokio::test]
async fn carriage_returns_change_nothing() {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        let whole = samples::stream(backend.dialect, Kind::Text).replace("\r\n", "\n");
        let plain = heard(&stage, client, backend, Reply::sse([&*whole])).await;
        let with_returns = whole.replace('\n', "\r\n");
        let cut = heard(&stage, client, backend, Reply::sse([&*with_returns]).in_pieces_of(3)).await;
        assert_eq!(cut, plain, "{client:?} at {}", backend.id);
    }
}
