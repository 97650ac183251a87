//! Measuring a lane: everything that is compared takes turns, so that what disturbs one disturbs all.

use std::sync::Arc;
use std::time::Duration;

use crate::canned::Manner;
use crate::cpu::Clock;
use crate::lanes::{Lane, Load};
use crate::load::{Fleet, Sample};
use crate::options::Options;
use crate::row::{Figures, Rounds, Row};
use crate::stats::median;
use crate::subject::{Shot, Subject};
use crate::{Outcome, open};

/// How long each subject is loaded before its first turn.
const WARM_UP: Duration = Duration::from_millis(300);

/// A subject under the load of a lane.
struct Runner<'a> {
    subject: &'a Subject,
    drive: Drive,
    rounds: Rounds,
}

enum Drive {
    Closed(Fleet),
    Open(Arc<Shot>, u32),
}

impl<'a> Runner<'a> {
    async fn ready(subject: &'a Subject, lane: &Lane, options: &Options) -> Outcome<Self> {
        let shot = subject.shot(lane.route, lane.manner, lane.size);
        let mut drive = match lane.load {
            Load::Closed(connections) => {
                Drive::Closed(Fleet::open(shot, connections.unwrap_or(options.connections)).await?)
            }
            Load::Open => {
                // One answer is looked at closely, as in the other lanes.
                Fleet::open(shot.clone(), 1).await?;
                Drive::Open(Arc::new(shot), options.rate)
            }
        };
        drive.run(WARM_UP).await?;
        Ok(Self { subject, drive, rounds: Rounds::default() })
    }

    async fn turn(&mut self, span: Duration) -> Outcome<()> {
        let before = Clock::read(&self.subject.pids)?;
        let sample = self.drive.run(span).await?;
        let spent = Clock::read(&self.subject.pids)?.since(&before);
        let requests = sample.total.len() as f64;
        // Without processes to look at there is no such figure.
        let known = !self.subject.pids.is_empty();
        self.rounds.cpu_us.push(if known { spent.as_secs_f64() * 1e6 / requests } else { f64::NAN });
        self.rounds.rps.push(requests / sample.elapsed.as_secs_f64());
        self.rounds.latencies.absorb(sample);
        Ok(())
    }
}

impl Drive {
    async fn run(&mut self, span: Duration) -> Outcome<Sample> {
        match self {
            Self::Closed(fleet) => fleet.run(span).await,
            Self::Open(shot, rate) => open::run(Arc::clone(shot), *rate, span).await,
        }
    }
}

/// Measures `lane` for `subjects`, of which the first is what the others are compared with. A subject that fails does
/// not take the others with it, unless it is the first.
pub(crate) async fn run(lane: &Lane, subjects: &[&Subject], options: &Options) -> Vec<Row> {
    let failed = |subject: &Subject, why: String| Row::failed(lane.name, lane.what(), &subject.name, why);
    let mut rows = Vec::new();
    let mut runners = Vec::new();
    for subject in subjects {
        match Runner::ready(subject, lane, options).await {
            Ok(runner) => runners.push(runner),
            Err(fault) => rows.push(failed(subject, fault.to_string())),
        }
    }
    for round in 0..options.rounds() {
        // Every other round goes backwards: a machine that grows slower favours nobody.
        if round % 2 == 1 {
            runners.reverse();
        }
        let mut standing = Vec::with_capacity(runners.len());
        for mut runner in runners {
            match runner.turn(options.turn()).await {
                Ok(()) => standing.push(runner),
                Err(fault) => rows.push(failed(runner.subject, fault.to_string())),
            }
        }
        runners = standing;
        if round % 2 == 1 {
            runners.reverse();
        }
    }
    let first = subjects.first().map(|subject| subject.name.as_str());
    let is_first = |runner: &Runner<'_>| Some(runner.subject.name.as_str()) == first;
    let Some(at) = runners.iter().position(is_first) else { return rows };
    let mut base = runners.remove(at);
    let base_figures = base.rounds.figures();
    rows.extend(runners.iter_mut().map(|runner| row(lane, runner, &base, base_figures)));
    rows
}

fn row(lane: &Lane, runner: &mut Runner<'_>, base: &Runner<'_>, base_figures: Figures) -> Row {
    let ratios: Vec<f64> = runner.rounds.cpu_us.iter().zip(&base.rounds.cpu_us).map(|(own, base)| own / base).collect();
    let least = ratios.iter().copied().fold(f64::NAN, f64::min);
    let most = ratios.iter().copied().fold(f64::NAN, f64::max);
    Row {
        lane: lane.name,
        what: lane.what(),
        subject: runner.subject.name.clone(),
        baseline: base.subject.name.clone(),
        ratio: [median(&ratios), least, most],
        own: Some(runner.rounds.figures()),
        base: Some(base_figures),
        events: match lane.manner {
            Manner::Whole => None,
            Manner::Stream { events, .. } => Some(events),
        },
        more: Vec::new(),
        failure: None,
    }
}
