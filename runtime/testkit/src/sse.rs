//! Server-sent events, read by the letter of the standard and independently of the gateway's own reader.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SseEvent {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its data; several lines are joined by line feeds.
    pub data: String,
}

impl SseEvent {
    /// The data as JSON; `Null` where it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.data).unwrap_or_default()
    }
}

/// The events of a whole body. Comments and what an unfinished event leaves are no events.
#[must_use]
pub fn events(body: &[u8]) -> Vec<SseEvent> {
    let mut rest = body.to_vec();
    std::iter::from_fn(|| take(&mut rest)).collect()
}

/// Takes the first whole event off `buffer`; `None` if there is none yet.
pub(crate) fn take(buffer: &mut Vec<u8>) -> Option<SseEvent> {
    loop {
        let end = ending(buffer)?;
        let rest = buffer.split_off(end);
        let block = std::mem::replace(buffer, rest);
        let event = parse(&String::from_utf8_lossy(&block));
        if !event.data.is_empty() {
            return Some(event);
        }
    }
}

/// Where the first block ends, its blank line included.
fn ending(buffer: &[u8]) -> Option<usize> {
    let after = |end: &[u8]| buffer.windows(end.len()).position(|window| window == end).map(|at| at + end.len());
    [after(b"\n\n"), after(b"\r\n\r\n")].into_iter().flatten().min()
}

fn parse(block: &str) -> SseEvent {
    let mut event = SseEvent::default();
    let mut data = Vec::new();
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut event.name),
            "data" => data.push(value),
            _ => {}
        }
    }
    event.data = data.join("\n");
    event
}
