//! One part at a time.

use std::collections::BTreeMap;

use dragoman_model::Part;
use dragoman_model::event::{Close, Delta, Open};

/// Writes the parts of one candidate, each from its beginning to its end before the next.
pub(crate) trait PartSink {
    /// A part begins; none is open.
    fn open(&mut self, part: Part);
    /// The open part goes on.
    fn delta(&mut self, delta: Delta);
    /// The open part is complete.
    fn close(&mut self);
}

/// Puts the parts of one candidate into a sequence: what belongs to a later part waits until the earlier ones are
/// complete. It holds what it was given and nothing more; how much that may be is its caller's to bound.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    live: Option<u32>,
    waiting: BTreeMap<u32, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    part: Part,
    deltas: Vec<Delta>,
    closed: bool,
}

impl Sequence {
    /// A part begins.
    pub(crate) fn open(&mut self, open: Open, sink: &mut impl PartSink) {
        if self.live.is_none() {
            self.live = Some(open.part);
            sink.open(open.content);
        } else if self.live != Some(open.part) {
            let waiting = Waiting { part: open.content, deltas: Vec::new(), closed: false };
            self.waiting.entry(open.part).or_insert(waiting);
        }
    }

    /// A part goes on. What belongs to no open part is ignored.
    pub(crate) fn delta(&mut self, delta: Delta, sink: &mut impl PartSink) {
        if self.live == Some(delta.part) {
            sink.delta(delta);
        } else if let Some(waiting) = self.waiting.get_mut(&delta.part).filter(|waiting| !waiting.closed) {
            waiting.deltas.push(delta);
        }
    }

    /// A part is complete.
    pub(crate) fn close(&mut self, close: &Close, sink: &mut impl PartSink) {
        if self.live == Some(close.part) {
            sink.close();
            self.advance(sink);
        } else if let Some(waiting) = self.waiting.get_mut(&close.part) {
            waiting.closed = true;
        }
    }

    /// No more comes: every part is complete.
    pub(crate) fn finish(&mut self, sink: &mut impl PartSink) {
        while self.live.is_some() {
            sink.close();
            self.advance(sink);
        }
    }

    fn advance(&mut self, sink: &mut impl PartSink) {
        self.live = None;
        while let Some((number, waiting)) = self.waiting.pop_first() {
            sink.open(waiting.part);
            for delta in waiting.deltas {
                sink.delta(delta);
            }
            if !waiting.closed {
                self.live = Some(number);
                return;
            }
            sink.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_model::Part;
    use dragoman_model::content::TextPart;
    use dragoman_model::event::{Close, Delta, Open};

    use super::{PartSink, Sequence};

    #[derive(Default)]
    struct Log(String);

    impl PartSink for Log {
        fn open(&mut self, part: Part) {
            if let Part::Text(text) = part {
                self.0.push('<');
                self.0.push_str(&text.text);
            }
        }
        fn delta(&mut self, delta: Delta) {
            self.0 += &delta.text.unwrap_or_default();
        }
        fn close(&mut self) {
            self.0.push('>');
        }
    }

    fn close(part: u32) -> Close {
        Close { part, ..Close::default() }
    }

    #[test]
    fn a_part_waits_until_the_earlier_ones_are_complete() {
        let (mut sequence, mut log) = (Sequence::default(), Log::default());
        for (part, text) in [(0, "a"), (1, "b"), (2, "c")] {
            sequence.open(Open::new(0, part, TextPart::new(text)), &mut log);
        }
        sequence.delta(Delta::text(1, "B"), &mut log);
        sequence.close(&close(1), &mut log);
        sequence.delta(Delta::text(0, "A"), &mut log);
        sequence.close(&close(0), &mut log);
        sequence.delta(Delta::text(2, "C"), &mut log);
        assert_eq!(log.0, "<aA><bB><cC");
        sequence.finish(&mut log);
        assert_eq!(log.0, "<aA><bB><cC>");
    }

    #[test]
    fn what_belongs_to_no_open_part_is_ignored() {
        let (mut sequence, mut log) = (Sequence::default(), Log::default());
        sequence.delta(Delta::text(7, "lost"), &mut log);
        sequence.close(&close(7), &mut log);
        assert_eq!(log.0, "");
    }
}
