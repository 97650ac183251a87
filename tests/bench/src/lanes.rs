//! What is measured.

use crate::canned::Manner;
use crate::payload::{HUGE, LARGE, MANY, MEDIUM, SMALL, Size};

/// Which way a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// OpenAI's chat completions on both sides.
    Same,
    /// OpenAI's chat completions in, Anthropic's messages out.
    Translate,
}

/// How requests come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// Each connection sends its next request when it has its answer; none: as many as the command line says.
    Closed(Option<usize>),
    /// At the times that the rate of the command line gives.
    Open,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    /// The gateway and its peers with the relay.
    Relay,
    /// The gateway that logs every request with the same gateway at log level `error`.
    Plain,
}

/// A lane that is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lane {
    pub(crate) name: &'static str,
    pub(crate) route: Route,
    pub(crate) size: Size,
    pub(crate) manner: Manner,
    pub(crate) load: Load,
    pub(crate) against: Against,
}

/// A lane that is computed from two others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Derived {
    pub(crate) name: &'static str,
    /// The lane with more of it, and the one with less.
    pub(crate) lanes: [&'static str; 2],
    pub(crate) formula: Formula,
    pub(crate) what: &'static str,
}

/// How a lane is computed from two others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Formula {
    /// What the gateway costs above the relay in the first lane, over the same in the second.
    Growth,
    /// What so many events more cost, by the event.
    PerEvent(usize),
}

/// Lanes that are not a load.
pub(crate) const MEMORY: &str = "memory";
/// See [`MEMORY`].
pub(crate) const START: &str = "start";

const fn lane(name: &'static str, route: Route, size: Size) -> Lane {
    Lane { name, route, size, manner: Manner::Whole, load: Load::Closed(None), against: Against::Relay }
}

impl Lane {
    const fn stream(self, events: usize, batch: usize) -> Self {
        Self { manner: Manner::Stream { events, batch, hold: false }, ..self }
    }

    const fn connections(self, connections: usize) -> Self {
        Self { load: Load::Closed(Some(connections)), ..self }
    }

    const fn open(self) -> Self {
        Self { load: Load::Open, ..self }
    }

    const fn governed(self) -> Self {
        Self { against: Against::Plain, ..self }
    }

    /// The lane in words.
    pub(crate) fn what(&self) -> String {
        let route = match self.route {
            Route::Same => "same dialect",
            Route::Translate => "chat to messages",
        };
        let answer = match self.manner {
            Manner::Whole => "whole".to_owned(),
            Manner::Stream { events, batch: 1, .. } => format!("{events} events"),
            Manner::Stream { events, batch, .. } => format!("{events} events, {batch} a write"),
        };
        let load = match self.load {
            Load::Closed(None) => String::new(),
            Load::Closed(Some(1)) => ", one connection".to_owned(),
            Load::Closed(Some(connections)) => format!(", {connections} connections"),
            Load::Open => ", open loop".to_owned(),
        };
        let against = match self.against {
            Against::Relay => "",
            Against::Plain => "; access log at info to a file, against log level error",
        };
        format!("{route}, {}, {answer}{load}{against}", self.size.name)
    }
}

use Route::{Same, Translate};

/// The lanes, those first that matter most: a run that is short of time leaves out the last.
pub(crate) const LANES: [Lane; 27] = [
    lane("same-2k", Same, SMALL),
    lane("same-2k-stream64", Same, SMALL).stream(64, 1),
    lane("translate-2k", Translate, SMALL),
    lane("translate-2k-stream64", Translate, SMALL).stream(64, 1),
    lane("governed-over-plain", Translate, SMALL).governed(),
    lane("translate-20k", Translate, MEDIUM),
    lane("translate-1m", Translate, HUGE),
    lane("latency-same-2k", Same, SMALL).connections(1),
    lane("latency-translate-2k", Translate, SMALL).connections(1),
    lane("latency-translate-2k-stream64", Translate, SMALL).stream(64, 1).connections(1),
    lane("translate-200k", Translate, LARGE),
    lane("same-20k", Same, MEDIUM),
    lane("same-200k", Same, LARGE),
    lane("same-1m", Same, HUGE),
    lane("same-2k-stream512", Same, SMALL).stream(512, 1),
    lane("translate-2k-stream512", Translate, SMALL).stream(512, 1),
    lane("translate-2k-stream64-batch16", Translate, SMALL).stream(64, 16),
    lane("same-2k-c256", Same, SMALL).connections(256),
    lane("translate-2k-c32", Translate, SMALL).connections(32),
    lane("translate-2k-c256", Translate, SMALL).connections(256),
    lane("translate-2k-stream64-c256", Translate, SMALL).stream(64, 1).connections(256),
    lane("open-same-2k", Same, SMALL).open(),
    lane("open-translate-2k", Translate, SMALL).open(),
    lane("open-translate-2k-stream64", Translate, SMALL).stream(64, 1).open(),
    lane("governed-over-plain-same", Same, SMALL).governed(),
    lane("governed-over-plain-stream64", Translate, SMALL).stream(64, 1).governed(),
    lane("translate-1m-many", Translate, MANY),
];

/// The lanes that are computed.
pub(crate) const DERIVED: [Derived; 4] = [
    Derived {
        name: "translate-1m-over-20k",
        lanes: ["translate-1m", "translate-20k"],
        formula: Formula::Growth,
        what: "cost of 1 MB above the relay's, over the same at 20 KB",
    },
    Derived {
        name: "same-1m-over-20k",
        lanes: ["same-1m", "same-20k"],
        formula: Formula::Growth,
        what: "cost of 1 MB above the relay's, over the same at 20 KB",
    },
    Derived {
        name: "same-event",
        lanes: ["same-2k-stream512", "same-2k-stream64"],
        formula: Formula::PerEvent(512 - 64),
        what: "one event of a stream, same dialect",
    },
    Derived {
        name: "translate-event",
        lanes: ["translate-2k-stream512", "translate-2k-stream64"],
        formula: Formula::PerEvent(512 - 64),
        what: "one event of a stream, chat to messages",
    },
];

/// The lanes as `--list` prints them.
pub(crate) fn list() -> String {
    let measured = LANES.iter().map(|lane| (lane.name, lane.what()));
    let derived = DERIVED.iter().map(|derived| (derived.name, derived.what.to_owned()));
    let rest = [(START, "time to ready, cold and warm"), (MEMORY, "resident memory idle, with open streams, after")];
    let rest = rest.map(|(name, what)| (name, what.to_owned()));
    let lines = measured.chain(derived).chain(rest).map(|(name, what)| format!("{name:<32}{what}"));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// What of the lanes was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    names: Vec<String>,
}

impl Choice {
    /// The lanes `names`, or all where there are none.
    ///
    /// # Errors
    /// There is no such lane.
    pub(crate) fn of(names: &[String]) -> Result<Self, String> {
        let known = |name: &str| {
            [MEMORY, START].contains(&name)
                || LANES.iter().any(|lane| lane.name == name)
                || DERIVED.iter().any(|derived| derived.name == name)
        };
        match names.iter().find(|name| !known(name)) {
            Some(name) => Err(format!("there is no lane `{name}`; --list lists them")),
            None => Ok(Self { names: names.to_vec() }),
        }
    }

    fn names(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|one| one == name)
    }

    /// Whether `name` is measured: because it was asked for, or because something is computed from it.
    pub(crate) fn needs(&self, name: &str) -> bool {
        self.names(name) || DERIVED.iter().any(|derived| derived.lanes.contains(&name) && self.names(derived.name))
    }

    /// Whether `derived` is computed: because it was asked for, or because all of it was measured anyway.
    pub(crate) fn derives(&self, derived: &Derived) -> bool {
        self.names(derived.name) || derived.lanes.iter().all(|name| self.needs(name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_is_computed_is_computed_from_lanes_that_exist() {
        for name in DERIVED.iter().flat_map(|derived| derived.lanes) {
            assert!(LANES.iter().any(|lane| lane.name == name), "{name}");
        }
    }

    #[test]
    fn a_computed_lane_brings_along_those_it_needs() {
        let choice = Choice::of(&["translate-1m-over-20k".to_owned()]).unwrap();
        assert!(choice.needs("translate-20k") && choice.needs("translate-1m"));
        assert!(!choice.needs("same-2k"));
    }

    #[test]
    fn an_unknown_lane_is_named() {
        assert!(Choice::of(&["swift".to_owned()]).unwrap_err().contains("swift"));
    }
}
