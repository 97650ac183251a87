//! One run: the processes, the lanes in turn, the report.

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use crate::lanes::{Against, Choice, DERIVED, LANES, Lane, MEMORY, START};
use crate::options::{HELP, Options};
use crate::process::{self, Gateway, Process};
use crate::report::{GATEWAY, LEGEND, Report, Style};
use crate::row::Row;
use crate::subject::Subject;
use crate::{Outcome, compare, held, lanes, machine, part, start};

/// Open files that the load needs beside its streams.
const SPARE_FILES: u64 = 512;

/// Measures as `args` say.
pub(crate) fn run(args: &[String]) -> Outcome<ExitCode> {
    let options = Options::parse(args)?;
    if options.help {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    if options.list {
        print!("{}", lanes::list());
        return Ok(ExitCode::SUCCESS);
    }
    let choice = Choice::of(&options.lanes)?;
    // The gateway has two sockets for each stream.
    process::raise_open_files(options.streams() as u64 * 2 + SPARE_FILES)?;
    part::small_runtime()?.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            measured = measure(&options, &choice) => finish(&measured?, &options),
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
            _ = terminate.recv() => Err("terminated".into()),
        }
    })
}

fn finish(report: &Report, options: &Options) -> Outcome<ExitCode> {
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&report.to_json())?;
        fs::write(path, text + "\n").map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    let style = if options.markdown { Style::Markdown } else { Style::Plain };
    print!("\n{}", report.text(style));
    if !options.markdown {
        print!("\n{LEGEND}");
    }
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What runs while it is measured. Dropping it ends all processes, and then removes their files.
struct Stage {
    upstream: Process,
    relay: Subject,
    plain: Subject,
    governed: Subject,
    peers: Vec<Subject>,
    gateway: Gateway,
    _processes: Vec<Process>,
    _folder: TempDir,
}

impl Stage {
    fn set(options: &Options) -> Outcome<Self> {
        if !options.gateway.is_file() {
            let path = options.gateway.display();
            return Err(format!("there is no gateway at {path}: `cargo xtask build`, or --gateway PATH").into());
        }
        let folder = TempDir::with_prefix("dragoman-bench-")?;
        let upstream = Process::part(&["upstream", &options.upstream_listen.to_string()])?;
        let relay = Process::part(&["relay", "127.0.0.1:0", &upstream.address.to_string()])?;
        let binary = options.gateway.clone();
        let gateway = Gateway { binary, folder: folder.path().to_owned(), upstream: upstream.address };
        let cache = folder.path().join("cache");
        let (plain, _) = gateway.start("plain", "error", &cache)?;
        let (governed, _) = gateway.start("governed", "info", &cache)?;
        Ok(Self {
            relay: Subject::own("relay", relay.address, relay.pid()),
            plain: Subject::own(GATEWAY, plain.address, plain.pid()),
            governed: Subject::own("dragoman, governed", governed.address, governed.pid()),
            peers: options.peers.iter().map(Subject::peer).collect::<Outcome<_>>()?,
            gateway,
            upstream,
            _processes: vec![relay, plain, governed],
            _folder: folder,
        })
    }

    fn subjects(&self, lane: &Lane) -> Vec<&Subject> {
        match lane.against {
            Against::Relay => [&self.relay, &self.plain].into_iter().chain(&self.peers).collect(),
            Against::Plain => vec![&self.plain, &self.governed],
        }
    }
}

async fn measure(options: &Options, choice: &Choice) -> Outcome<Report> {
    let began = Instant::now();
    let load = machine::load();
    let mut report = Report {
        machine: machine::describe(&options.gateway, load),
        peers: options.peers.iter().map(|peer| peer.name.clone()).collect(),
        ..Report::default()
    };
    let stage = Stage::set(options)?;
    eprintln!(
        "upstream on {}, relay on {}, gateway on {}",
        stage.upstream.address, stage.relay.address, stage.plain.address
    );
    if load > 0.5 {
        eprintln!("the machine is not quiet (load average {load}): ratios bear it better than absolute figures");
    }
    if choice.needs(START) {
        eprintln!("{START}");
        match start::measure(&stage.gateway) {
            Ok(start) => report.start = Some(start),
            Err(fault) => report.failures.push((START.into(), fault.to_string())),
        }
    }
    if choice.needs(MEMORY) {
        eprintln!("{MEMORY}");
        measure_memory(&stage, options, &mut report).await;
    }
    for lane in LANES.iter().filter(|lane| choice.needs(lane.name)) {
        if began.elapsed() > options.budget() {
            report.skipped.push(lane.name);
            continue;
        }
        eprintln!("{} ({})", lane.name, lane.what());
        report.rows.extend(compare::run(lane, &stage.subjects(lane), options).await);
    }
    derive(choice, &mut report);
    Ok(report)
}

/// Memory is read from processes that have served nothing before; peers are taken as they are.
async fn measure_memory(stage: &Stage, options: &Options, report: &mut Report) {
    let upstream = stage.upstream.address;
    let relay = Process::part(&["relay", "127.0.0.1:0", &upstream.to_string()]);
    let gateway = stage.gateway.start("memory", "error", &stage.gateway.folder.join("cache"));
    let fresh = [("relay", relay), (GATEWAY, gateway.map(|(process, _)| process))];
    let mut subjects = Vec::new();
    let mut processes = Vec::new();
    for (name, process) in fresh {
        match process {
            Ok(process) => {
                subjects.push(Subject::own(name, process.address, process.pid()));
                processes.push(process);
            }
            Err(fault) => report.failures.push((format!("{MEMORY} ({name})"), fault.to_string())),
        }
    }
    let peers = stage.peers.iter().filter(|peer| !peer.pids.is_empty()).cloned();
    for subject in subjects.into_iter().chain(peers) {
        match held::measure(&subject, upstream, options.streams()).await {
            Ok(held) => report.held.push(held),
            Err(fault) => report.failures.push((format!("{MEMORY} ({})", subject.name), fault.to_string())),
        }
    }
}

/// Adds the lanes that follow from others.
fn derive(choice: &Choice, report: &mut Report) {
    let mut rows = Vec::new();
    for derived in DERIVED.iter().filter(|derived| choice.derives(derived)) {
        let [more, less] = derived.lanes;
        for larger in report.rows.iter().filter(|row| row.lane == more) {
            let smaller = report.rows.iter().find(|row| row.lane == less && row.subject == larger.subject);
            rows.extend(smaller.and_then(|smaller| Row::derived(derived, larger, smaller)));
        }
    }
    report.rows.extend(rows);
}
