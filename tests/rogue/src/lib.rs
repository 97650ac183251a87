//! A connector that misbehaves in the way that its model's name says. It speaks the contract by hand, because the SDK
//! would not let it.

use std::cell::RefCell;

use dragoman_connector::bindings::dragoman::connector::log;
use dragoman_connector::bindings::dragoman::connector::types::{Body, Call, Data, Failure, Field, Frame, Step};
use dragoman_connector::bindings::exports::dragoman::connector::handler::{Guest, GuestExchange};

struct Rogue;

impl Guest for Rogue {
    type Exchange = Exchange;
}

/// One exchange; knows its model.
struct Exchange(RefCell<String>);

impl GuestExchange for Exchange {
    fn new(context: String) -> Self {
        let context: serde_json::Value = serde_json::from_str(&context).unwrap_or_default();
        Self(RefCell::new(context.get("model").and_then(|model| model.as_str()).unwrap_or_default().to_owned()))
    }

    fn begin(&self, _: String, _: String) -> Result<Step, Failure> {
        let model = self.0.borrow();
        match model.as_str() {
            "loop" => forever(),
            "trap" => trap(),
            "memory" => Ok(answer(vec![eat_memory()])),
            "stack" => Ok(answer(vec![recurse(1).to_string()])),
            "events" => Ok(answer(vec![r#"{"type":"start"}"#.into(); 10_000])),
            "bytes" => Ok(answer(vec!["x".repeat(16 << 20)])),
            "json" => Ok(answer(vec!["{".into()])),
            "order" => Ok(answer(vec![r#"{"type":"delta","candidate":0,"part":7,"text":"x"}"#.into()])),
            "silence" => Ok(answer(Vec::new())),
            "log" => Ok(flood()),
            "header" => Ok(calling(call("/x", "authorization", "Bearer mine"))),
            "break" => Ok(calling(call("/x", "x-a", "1\r\nx-b: 2"))),
            "path" => Ok(calling(call("/../x", "x-a", "1"))),
            "host" => Ok(calling(call("//elsewhere/x", "x-a", "1"))),
            _ => Ok(calling(call("/x", "x-a", "1"))),
        }
    }

    fn head(&self, _: u16, _: Vec<Field>) -> Result<Step, Failure> {
        Ok(answer(Vec::new()))
    }

    fn frames(&self, batch: Vec<Frame>) -> Result<Step, Failure> {
        if self.0.borrow().as_str() == "trap-midway" && batch.iter().any(|frame| text(frame) == "trap") {
            trap();
        }
        let event = |frame: &Frame| {
            let text = serde_json::Value::from(text(frame));
            format!(r#"{{"type":"delta","candidate":0,"part":0,"text":{text}}}"#)
        };
        let mut events =
            vec![r#"{"type":"open","candidate":0,"part":0,"content":{"type":"text","text":""}}"#.to_owned()];
        events.extend(batch.iter().map(event));
        Ok(Step { done: false, ..answer(events) })
    }

    fn finish(&self, _: String) -> Result<Step, Failure> {
        Ok(answer(vec![r#"{"type":"end"}"#.into()]))
    }
}

fn text(frame: &Frame) -> &str {
    match &frame.data {
        Data::Text(text) => text,
        Data::Binary(_) => "",
    }
}

fn answer(events: Vec<String>) -> Step {
    Step { events, next: None, wait_ms: 0, done: true, ext: String::new() }
}

fn calling(call: Call) -> Step {
    Step { next: Some(call), done: false, ..answer(Vec::new()) }
}

fn call(path: &str, header: &str, value: &str) -> Call {
    Call {
        endpoint: String::new(),
        method: "POST".into(),
        path: path.into(),
        query: Vec::new(),
        headers: vec![Field { name: header.into(), value: value.into() }],
        body: Body::Text("{}".into()),
        framing: "sse".into(),
        relay: String::new(),
        ext: String::new(),
    }
}

fn forever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

#[allow(clippy::panic, reason = "this is what it is for")]
fn trap() -> ! {
    panic!("the rogue traps as it was told")
}

/// Asks for all the memory there can be, and gives up as a program does that is refused it.
fn eat_memory() -> String {
    #[cfg(target_arch = "wasm32")]
    if core::arch::wasm32::memory_grow(0, 60_000) == usize::MAX {
        trap();
    }
    String::new()
}

#[allow(unconditional_recursion, clippy::only_used_in_recursion, reason = "this is what it is for")]
fn recurse(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 64]);
    recurse(depth + 1) + room.iter().sum::<u64>()
}

fn flood() -> Step {
    for line in 0..1_000 {
        log::write("info", &format!("line {line}\n\u{1b}[31m"));
    }
    let text = |kind: &str| format!(r#"{{"type":"{kind}"}}"#);
    answer(vec![text("start"), text("end")])
}

#[cfg(target_arch = "wasm32")]
dragoman_connector::bindings::export_connector!(Rogue with_types_in dragoman_connector::bindings);

#[cfg(not(target_arch = "wasm32"))]
const _: fn() = || {
    // Natively there is nothing to export to; this keeps the type in use.
    let _ = Rogue;
};
