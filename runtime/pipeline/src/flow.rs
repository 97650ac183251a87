//! The order of events: one state machine for every connector.
//!
//! A connector may leave out what follows from the rest (a missing `start`, parts that nothing closed); these are put
//! in here, so that front ends see complete streams only. What contradicts itself is the connector's fault.

use std::collections::BTreeMap;

use dragoman_model::Event;
use dragoman_model::event::{Close, Start};

/// Most candidates of one answer.
const MAX_CANDIDATES: usize = 128;
/// Most parts of one candidate.
const MAX_PARTS: usize = 65_536;

/// Where an answer stands.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    started: bool,
    ended: bool,
    candidates: BTreeMap<u32, Candidate>,
}

#[derive(Debug, Default)]
struct Candidate {
    /// Per part whether it is open.
    open: Vec<bool>,
    finished: bool,
}

impl Flow {
    /// Whether the clean ending has come.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Takes in `event` and hands on what front ends shall see of it.
    ///
    /// # Errors
    /// How the event contradicts those before it.
    pub(crate) fn push(&mut self, event: Event, on: &mut impl FnMut(Event)) -> Result<(), String> {
        if self.ended {
            return Err(format!("`{}` after the end", event.tag()));
        }
        match &event {
            Event::Start(_) if self.started => return Err("a second `start`".into()),
            Event::Start(_) | Event::Response(_) | Event::Failure(_) => self.started = true,
            _ => self.start(on),
        }
        match &event {
            Event::Open(open) => self.open(open.candidate, open.part)?,
            Event::Delta(delta) => self.expect_open("delta", delta.candidate, delta.part)?,
            Event::Close(close) => self.close(close.candidate, close.part)?,
            Event::Finish(finish) => self.finish(finish.candidate, on)?,
            Event::End(_) => self.end(on),
            Event::Response(_) => self.ended = true,
            Event::Start(_) | Event::Usage(_) | Event::Failure(_) | Event::Native(_) | Event::Unknown(_) => {}
        }
        on(event);
        Ok(())
    }

    fn start(&mut self, on: &mut impl FnMut(Event)) {
        if !self.started {
            self.started = true;
            on(Start::default().into());
        }
    }

    fn open(&mut self, candidate: u32, part: u32) -> Result<(), String> {
        if !self.candidates.contains_key(&candidate) && self.candidates.len() >= MAX_CANDIDATES {
            return Err(format!("more than {MAX_CANDIDATES} candidates"));
        }
        let state = self.candidates.entry(candidate).or_default();
        if state.finished {
            return Err(format!("a part of candidate {candidate} opened after it was finished"));
        }
        if state.open.len() >= MAX_PARTS || part as usize != state.open.len() {
            return Err(format!("part {part} of candidate {candidate} opened out of order"));
        }
        state.open.push(true);
        Ok(())
    }

    fn part(&mut self, candidate: u32, part: u32) -> Option<&mut bool> {
        self.candidates.get_mut(&candidate)?.open.get_mut(part as usize).filter(|open| **open)
    }

    fn expect_open(&mut self, what: &str, candidate: u32, part: u32) -> Result<(), String> {
        match self.part(candidate, part) {
            Some(_) => Ok(()),
            None => Err(format!("`{what}` for part {part} of candidate {candidate}, which is not open")),
        }
    }

    fn close(&mut self, candidate: u32, part: u32) -> Result<(), String> {
        self.expect_open("close", candidate, part)?;
        if let Some(open) = self.part(candidate, part) {
            *open = false;
        }
        Ok(())
    }

    fn finish(&mut self, candidate: u32, on: &mut impl FnMut(Event)) -> Result<(), String> {
        let state = self.candidates.entry(candidate).or_default();
        if std::mem::replace(&mut state.finished, true) {
            return Err(format!("candidate {candidate} finished twice"));
        }
        close_parts(candidate, state, on);
        Ok(())
    }

    fn end(&mut self, on: &mut impl FnMut(Event)) {
        self.ended = true;
        for (candidate, state) in &mut self.candidates {
            close_parts(*candidate, state, on);
        }
    }
}

fn close_parts(candidate: u32, state: &mut Candidate, on: &mut impl FnMut(Event)) {
    for (part, open) in (0_u32..).zip(&mut state.open) {
        if std::mem::replace(open, false) {
            on(Close { candidate, part, ..Close::default() }.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_model::Event;
    use dragoman_model::content::TextPart;
    use dragoman_model::event::{CandidateFinish, Close, Delta, End, Open};
    use dragoman_model::response::{Finish, FinishReason};

    use super::Flow;

    fn run(events: Vec<Event>) -> Result<Vec<String>, String> {
        let (mut flow, mut seen) = (Flow::default(), Vec::new());
        for event in events {
            flow.push(event, &mut |event| seen.push(event.tag().to_owned()))?;
        }
        Ok(seen)
    }

    fn open(part: u32) -> Event {
        Open::new(0, part, TextPart::default()).into()
    }

    #[test]
    fn what_follows_from_the_rest_is_put_in() {
        let finish = CandidateFinish::new(0, Finish::new(FinishReason::Stop));
        let seen = run(vec![open(0), Delta::text(0, "a").into(), finish.into(), End::default().into()]).unwrap();
        assert_eq!(seen, ["start", "open", "delta", "close", "finish", "end"]);
    }

    #[test]
    fn nothing_comes_after_the_end() {
        assert!(run(vec![End::default().into(), open(0)]).unwrap_err().contains("after the end"));
        assert!(run(vec![End::default().into(), End::default().into()]).is_err());
    }

    #[test]
    fn a_part_must_be_open_to_go_on() {
        assert!(run(vec![Delta::text(0, "a").into()]).is_err());
        assert!(run(vec![open(0), Close::default().into(), Delta::text(0, "a").into()]).is_err());
        assert!(run(vec![open(1)]).is_err());
    }

    #[test]
    fn a_candidate_finishes_once() {
        let finish = || Event::from(CandidateFinish::new(0, Finish::new(FinishReason::Stop)));
        assert!(run(vec![finish(), finish()]).unwrap_err().contains("twice"));
        assert!(run(vec![finish(), open(0)]).is_err());
    }
}
