//! Measures what a gateway costs above a bare relay: CPU time, latency, memory and start-up.
//!
//! One program plays all the parts but the gateway's, each part in a process of its own: the upstream that answers from
//! memory, the relay that copies bytes, and the load. `docs/performance.md` tells the method.
#![forbid(unsafe_code)]
#![expect(clippy::cast_precision_loss, reason = "counts and nanoseconds become figures of three digits")]

mod answer;
mod canned;
mod check;
mod client;
mod compare;
mod cpu;
mod held;
mod lanes;
mod load;
mod machine;
mod open;
mod options;
mod part;
mod payload;
mod process;
mod relay;
mod report;
mod row;
mod session;
mod sockets;
mod start;
mod stats;
mod subject;
mod upstream;

use std::process::ExitCode;

/// What went wrong, as a text for the person who measures.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// What may go wrong.
pub(crate) type Outcome<T> = Result<T, Fault>;

fn run(args: &[String]) -> Outcome<ExitCode> {
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["upstream", listen] => upstream::serve(listen).map(|()| ExitCode::SUCCESS),
        ["relay", listen, upstream] => relay::serve(listen, upstream).map(|()| ExitCode::SUCCESS),
        _ => session::run(args),
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    run(&args).unwrap_or_else(|fault| {
        eprintln!("dragoman-bench: {fault}");
        ExitCode::FAILURE
    })
}
