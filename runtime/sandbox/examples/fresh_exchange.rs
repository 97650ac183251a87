//! What one exchange costs inside the sandbox: `cargo run --release -p dragoman-sandbox --example fresh_exchange -- FILE`
//! with a built component of a connector for chat. Prints microseconds, the median of many.
#![allow(clippy::expect_used, clippy::cast_precision_loss, reason = "a tool for developers")]

use std::time::{Duration, Instant};

use dragoman_sandbox::{Limits, Sandbox};

/// How many exchanges are measured.
const ROUNDS: usize = 3_000;

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_nanos() as f64 / 1e3)
}

fn main() {
    let file = std::env::args().nth(1).expect("the path of a component");
    let sandbox = Sandbox::new(Limits::default()).expect("an engine");
    let component = std::fs::read(file).expect("a readable component");
    let artefact = sandbox.compile(&component).expect("a valid component");
    let connector = sandbox.load(&artefact).expect("a connector");
    let text = "word ".repeat(400);
    let request =
        format!(r#"{{"model":"m","messages":[{{"role":"user","content":[{{"type":"text","text":"{text}"}}]}}]}}"#);
    let neutral = r#"{"settings":{},"model":"m","client_dialect":"","dialect":"","seed":"00"}"#.to_owned();
    let relayed = r#"{"settings":{},"model":"m","client_dialect":"openai.chat","dialect":"openai.chat"}"#.to_owned();
    let digest = r#"{"members":{"model":"x:m","stream":false},"omitted":["messages"]}"#.to_owned();
    for (what, context, input) in [("neutral", &neutral, &request), ("relayed", &relayed, &digest)] {
        let (mut setups, mut calls, mut drops) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let Ok(mut exchange) = connector.exchange(context) else { return };
            setups.push(began.elapsed());
            let began = Instant::now();
            let _ = exchange.begin("chat", input);
            calls.push(began.elapsed());
            let began = Instant::now();
            drop(exchange);
            drops.push(began.elapsed());
        }
        println!(
            "{what}: set up {:.1} us, begin {:.1} us, drop {:.1} us",
            median(setups),
            median(calls),
            median(drops)
        );
    }
}
