//! A stream that breaks off ends in the dialect's own error, and never reads as a clean ending.

use dragoman_gateway_tests::{Backend, Client, Heard, Stage, pairs};
use dragoman_testkit::samples::{self, Kind};
use dragoman_testkit::{Gate, Reply};

/// Lets every pair hear a stream that pauses after some events and then ends as `end` says. The pause lasts until the
/// client has the first event, so that the error cannot come as a status.
async fn every_pair_tells(end: impl Fn(Reply, usize) -> Reply, stream_of: impl Fn(Backend) -> (Vec<String>, usize)) {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        let (pieces, count) = stream_of(backend);
        let gate = Gate::new();
        stage.upstream.script(end(Reply::sse(pieces), count).pausing_after(count, &gate));
        let heard = listen(&stage, client, backend, &gate).await;
        let pair = format!("{client:?} at {}", backend.id);
        assert!(!heard.complete, "{pair}: reads as complete: {heard:?}");
        assert!(heard.error.as_ref().is_some_and(|error| !error.is_empty()), "{pair}: no error: {heard:?}");
    }
}

async fn listen(stage: &Stage, client: Client, backend: Backend, gate: &Gate) -> Heard {
    let mut open = stage.gateway.open(&client.ask(&backend.model(), "Hello", true)).await;
    assert_eq!(open.status, 200, "{client:?} at {}", backend.id);
    let mut events = vec![open.event().await.unwrap()];
    gate.open();
    while let Some(event) = open.event().await {
        events.push(event);
    }
    Heard::events(client.0, &events)
}

/// The events of a text, up to those that tell that it is complete.
fn unclosed(backend: Backend) -> (Vec<String>, usize) {
    let mut events: Vec<String> = samples::events(backend.dialect, Kind::Text).into_iter().map(str::to_owned).collect();
    events.truncate(events.len() - samples::closing_events(backend.dialect));
    let count = events.len();
    (events, count)
}

/// The same, and half of the next event.
fn halved(backend: Backend) -> (Vec<String>, usize) {
    let (mut events, count) = unclosed(backend);
    let next = samples::events(backend.dialect, Kind::Text)[count];
    events.push(next.chars().take(next.chars().count() / 2).collect());
    (events, count + 1)
}

#[tokio::test]
async fn a_stream_without_its_closing_event_is_an_error() {
    every_pair_tells(Reply::ending_after, unclosed).await;
}

#[tokio::test]
async fn a_stream_that_is_cut_between_events_is_an_error() {
    every_pair_tells(Reply::cut_after, unclosed).await;
}

#[tokio::test]
async fn a_stream_that_is_cut_inside_an_event_is_an_error() {
    every_pair_tells(Reply::cut_after, halved).await;
}

#[tokio::test]
async fn a_stream_that_ends_well_inside_an_event_is_an_error() {
    every_pair_tells(Reply::ending_after, halved).await;
}

#[tokio::test]
async fn a_stream_that_is_reset_is_an_error() {
    every_pair_tells(Reply::reset_after, unclosed).await;
}

#[tokio::test]
async fn a_stream_whose_framing_breaks_is_an_error() {
    every_pair_tells(Reply::bad_chunk_after, unclosed).await;
}

#[tokio::test]
async fn a_tool_call_that_is_cut_is_an_error() {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        let half = samples::events(backend.dialect, Kind::Tools).len() / 2;
        stage.upstream.script(backend.reply(Kind::Tools, true).cut_after(half));
        let answer = stage.send(&client.ask_with_tools(&backend.model(), "Hello", true)).await;
        let pair = format!("{client:?} at {}: {}", backend.id, answer.text());
        if answer.status == 200 {
            let heard = Heard::stream(client.0, &answer);
            assert!(!heard.complete && heard.error.is_some(), "{pair}");
        } else {
            // A dialect that has only whole calls may not have begun yet.
            assert_eq!(answer.status, 502, "{pair}");
        }
    }
}

#[tokio::test]
async fn an_error_before_the_first_event_is_a_status() {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        stage.upstream.script(backend.reply(Kind::Text, true).cut_after(0));
        let answer = stage.send(&client.ask(&backend.model(), "Hello", true)).await;
        assert_eq!(answer.status, 502, "{client:?} at {}: {}", backend.id, answer.text());
        assert!(answer.json()["error"]["message"].is_string(), "{client:?} at {}", backend.id);
    }
}
