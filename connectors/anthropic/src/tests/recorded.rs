//! Recorded traffic, where it is at hand: nothing that a provider said may be unreadable.

use std::path::{Path, PathBuf};

use dragoman_connector::model::{Event, Response};
use dragoman_connector::{Events, Frame, Provider};
use serde_json::Value;

use crate::Anthropic;

fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let folder = root.parent()?.join("shared/traffic");
    folder.is_dir().then_some(folder)
}

/// The recorded answers of success in the dialect `wire`: id, whether it is a stream, features, and body.
fn answers(wire: &str) -> Vec<(String, bool, String, String)> {
    let Some(folder) = folder() else {
        println!("skipped: no recorded traffic beside the workspace");
        return Vec::new();
    };
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let lines = files.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    let lines =
        lines.flat_map(|path| std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>());
    let records = lines.map(|line| serde_json::from_str::<Value>(&line).unwrap());
    let wanted = records.filter(|record| record["wire"] == wire && record["response"]["status"] == 200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |record: Value| {
        let streamed = record["stream"] == true && !record["response"]["body_encoding"].is_string();
        (text(&record["id"]), streamed, record["features"].to_string(), text(&record["response"]["body"]))
    };
    wanted.map(one).collect()
}

/// The data of each event of a recorded stream.
fn frames(body: &str) -> Vec<String> {
    let body = body.replace("\r\n", "\n");
    let data = |event: &str| {
        let lines = event.lines().filter_map(|line| line.strip_prefix("data:"));
        lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    body.split("\n\n").map(data).filter(|data| !data.is_empty()).collect()
}

fn stream(frames: &[String], per_take: usize) -> Vec<Event> {
    let mut provider = Anthropic::default();
    let mut out = Events::default();
    let mut events = Vec::new();
    for some in frames.chunks(per_take.max(1)) {
        for frame in some {
            provider.event(Frame { name: "", text: frame }, &mut out).unwrap();
        }
        events.extend(out.take().iter().map(|text| serde_json::from_str::<Event>(text).unwrap()));
    }
    events
}

fn says_something(id: &str, response: &Response) {
    let candidate = response.candidates.first().unwrap_or_else(|| panic!("{id}: no answer"));
    assert!(candidate.finish.is_some(), "{id}: no finish");
    assert!(response.usage.as_ref().is_some_and(|usage| usage.output_tokens.is_some()), "{id}: no usage");
}

#[test]
fn every_recorded_message_is_read() {
    let mut read = 0;
    for (id, _, _, body) in answers("anthropic-messages").into_iter().filter(|(_, streamed, ..)| !streamed) {
        let response = Anthropic::default().response(&body).unwrap_or_else(|failure| panic!("{id}: {failure}"));
        says_something(&id, &response);
        read += 1;
    }
    println!("{read} recorded messages read");
}

#[test]
fn every_recorded_stream_is_read_however_it_is_cut() {
    let mut read = 0;
    for (id, _, features, body) in answers("anthropic-messages").into_iter().filter(|(_, streamed, ..)| *streamed) {
        let frames = frames(&body);
        let events = stream(&frames, 1);
        assert_eq!(events, stream(&frames, frames.len()), "{id}");
        let ended = matches!(events.last(), Some(Event::End(_)));
        assert!(ended || features.contains("truncated"), "{id}: no clean ending");
        if ended {
            says_something(&id, &super::folded(events));
            read += 1;
        }
    }
    println!("{read} recorded streams read to their end");
}
