//! Whether an answer is what it should be.

use serde_json::Value;

use crate::Outcome;
use crate::answer::Answer;
use crate::canned::{self, Manner};

/// What is asked of every answer: a status of 200 and, of a stream, its ending.
pub(crate) fn briefly(answer: &Answer, manner: Manner) -> Outcome<()> {
    if answer.status != 200 {
        let body = String::from_utf8_lossy(&answer.body);
        let body: String = body.chars().take(300).collect();
        return Err(format!("status {}: {body}", answer.status).into());
    }
    let ended = || answer.tail.windows(DONE.len()).any(|window| window == DONE);
    if matches!(manner, Manner::Stream { .. }) && !ended() {
        return Err(format!("the stream ended without [DONE]: …{}", String::from_utf8_lossy(&answer.tail)).into());
    }
    Ok(())
}

const DONE: &[u8] = b"data: [DONE]";

/// What is asked of a lane's first answer: all the text, in OpenAI's grammar, with its finish reason.
pub(crate) fn closely(answer: &Answer, manner: Manner) -> Outcome<()> {
    briefly(answer, manner)?;
    match manner {
        Manner::Whole => whole(&answer.body),
        Manner::Stream { events, .. } => stream(&answer.body, events),
    }
}

fn whole(body: &[u8]) -> Outcome<()> {
    let document: Value = serde_json::from_slice(body).map_err(|error| format!("the answer is no JSON: {error}"))?;
    expect("object", string(&document, "/object"), "chat.completion")?;
    expect("content", string(&document, "/choices/0/message/content"), &canned::text(canned::WHOLE_PIECES))?;
    expect("finish_reason", string(&document, "/choices/0/finish_reason"), "stop")
}

fn stream(body: &[u8], events: usize) -> Outcome<()> {
    let body = std::str::from_utf8(body)?;
    let (mut text, mut finish) = (String::new(), None);
    for data in body.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim_start) {
        if data == "[DONE]" {
            break;
        }
        let chunk: Value = serde_json::from_str(data).map_err(|error| format!("an event is no JSON: {error}"))?;
        expect("object", string(&chunk, "/object"), "chat.completion.chunk")?;
        text += string(&chunk, "/choices/0/delta/content").unwrap_or_default();
        finish = finish.or_else(|| string(&chunk, "/choices/0/finish_reason").map(str::to_owned));
    }
    expect("content", Some(&text), &canned::text(events))?;
    expect("finish_reason", finish.as_deref(), "stop")
}

fn string<'a>(document: &'a Value, pointer: &str) -> Option<&'a str> {
    document.pointer(pointer).and_then(Value::as_str)
}

fn expect(what: &str, found: Option<&str>, expected: &str) -> Outcome<()> {
    if found == Some(expected) {
        return Ok(());
    }
    Err(format!("the answer's `{what}` is {found:.120?} instead of {expected:.120?}").into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::canned::Dialect;

    fn answer(body: &[u8]) -> Answer {
        let mut answer = Answer::new(true);
        answer.push(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes()).unwrap();
        answer.push(body).unwrap();
        answer
    }

    const STREAM: Manner = Manner::Stream { events: 9, batch: 1, hold: false };

    #[test]
    fn what_the_upstream_says_in_the_client_s_dialect_is_right() {
        closely(&answer(&canned::whole(Dialect::Chat)), Manner::Whole).unwrap();
        closely(&answer(&canned::stream(Dialect::Chat, 9).concat()), STREAM).unwrap();
    }

    #[test]
    fn what_nobody_translated_is_wrong() {
        assert!(closely(&answer(&canned::whole(Dialect::Messages)), Manner::Whole).is_err());
        assert!(closely(&answer(&canned::stream(Dialect::Messages, 9).concat()), STREAM).is_err());
    }

    #[test]
    fn a_stream_that_lacks_a_piece_or_its_end_is_wrong() {
        let events = canned::stream(Dialect::Chat, 9);
        assert!(closely(&answer(&canned::stream(Dialect::Chat, 8).concat()), STREAM).is_err());
        assert!(briefly(&answer(&events.split_last().unwrap().1.concat()), STREAM).is_err());
    }
}
