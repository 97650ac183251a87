//! YAML text to a tree.
//!
//! The parser is that of serde-saphyr, and so are the budgets against hostile documents. The tree is built from its
//! events and not through serde, because a derived type stops at the first fault, keeps one of two duplicate keys, and
//! turns `1.10` into a number before anybody can say that a text was meant.

use std::collections::{HashMap, HashSet};

use serde_saphyr::Budget;
use serde_saphyr::budget::{EnforcingPolicy, check_yaml_budget};
use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, ScanError, Span as Mark, Tag};

use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::tree::{Entry, Node, Scalar, Span, Value};

#[cfg(test)]
mod tests;

/// Nodes in one document, those that aliases repeat included.
const MAX_NODES: usize = 50_000;
/// Nesting of lists and mappings.
const MAX_DEPTH: usize = 32;

/// Parses one document. Faults go to `findings`; `None` when there is no tree worth reading.
pub(crate) fn parse(text: &str, file: usize, findings: &mut Findings) -> Option<Node> {
    let mut budget = Budget::default();
    (budget.max_depth, budget.max_nodes, budget.max_documents) = (MAX_DEPTH, MAX_NODES, 1);
    let mut builder = Builder { file, open: Vec::new(), anchors: HashMap::new(), nodes: 0, root: None, findings };
    match check_yaml_budget(text, budget, EnforcingPolicy::AllContent) {
        Err(error) => builder.syntax(&error),
        Ok(report) if report.breached.is_some() => builder.excess(),
        Ok(_) => builder.build(text),
    }
}

/// A collection whose end has not come yet.
struct Open {
    anchor: usize,
    span: Span,
    shape: Shape,
}

enum Shape {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: HashMap<String, Span>, key: Option<(String, Span)> },
}

struct Builder<'a> {
    file: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
    findings: &'a mut Findings,
}

impl Builder<'_> {
    fn build(mut self, text: &str) -> Option<Node> {
        for item in Parser::new_from_str(text) {
            match item {
                Err(error) => return self.syntax(&error),
                Ok((event, mark)) => {
                    let span = self.span(&mark);
                    self.event(event, span);
                }
            }
            if self.nodes > MAX_NODES {
                return self.excess();
            }
        }
        Some(self.root.take().unwrap_or_else(|| Node {
            span: Span { file: self.file, start: 0, end: 0 },
            value: Value::Map(Vec::new()),
        }))
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && !tag.is_some_and(|tag| is_string(&tag));
                let value = Value::Scalar(Scalar::new(text.into_owned(), plain));
                self.place(Node { span, value }, anchor);
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open.push(Open { anchor, span, shape: Shape::List(Vec::new()) });
            }
            Event::MappingStart(_, anchor, _) => {
                let shape = Shape::Map { entries: Vec::new(), seen: HashMap::new(), key: None };
                self.open.push(Open { anchor, span, shape });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(Open { anchor, span, shape }) = self.open.pop() else { return };
        let value = match shape {
            Shape::List(items) => Value::List(items),
            Shape::Map { entries, .. } => Value::Map(merge(entries)),
        };
        self.place(Node { span, value }, anchor);
    }

    /// Puts a finished node where it belongs: it is the document, an item, a key, or the value of the last key.
    fn place(&mut self, node: Node, anchor: usize) {
        self.nodes += 1;
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.shape) {
            None => self.root = Some(node),
            Some(Shape::List(items)) => items.push(node),
            Some(Shape::Map { entries, seen, key }) => match key.take() {
                Some((key, key_span)) => entries.push(Entry { key, key_span, value: node }),
                None => *key = Some(self.findings.key_of(node, seen)),
            },
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            self.findings.push(Finding::error(Code::Syntax, "an alias inside the very node that it repeats").at(span));
            return;
        };
        // A bomb of aliases multiplies here, so this is where it is counted.
        self.nodes = self.nodes.saturating_add(node.size());
        if self.nodes <= MAX_NODES {
            self.place(Node { span, ..node }, 0);
        }
    }

    fn span(&self, mark: &Mark) -> Span {
        let range = mark.byte_range().unwrap_or_default();
        Span { file: self.file, start: range.start, end: range.end }
    }

    fn syntax(&mut self, error: &ScanError) -> Option<Node> {
        let start = error.marker().byte_offset().unwrap_or_default();
        let finding = Finding::error(Code::Syntax, format!("this is not YAML: {}", error.info()))
            .at(Span { file: self.file, start, end: start })
            .hint("check the indentation and the quotes here and on the line above");
        self.findings.push(finding);
        None
    }

    fn excess(&mut self) -> Option<Node> {
        let message = format!("more than one document, {MAX_NODES} nodes, or {MAX_DEPTH} levels in one file");
        self.findings.push(Finding::error(Code::Syntax, message).at(Span { file: self.file, start: 0, end: 0 }));
        None
    }
}

impl Findings {
    /// The node as the key of a mapping whose keys so far are `seen`; a duplicate is reported.
    fn key_of(&mut self, node: Node, seen: &mut HashMap<String, Span>) -> (String, Span) {
        let Value::Scalar(Scalar { text: key, .. }) = node.value else {
            self.push(Finding::error(Code::WrongType, "a key has to be text").at(node.span));
            return (String::new(), node.span);
        };
        if let Some(first) = seen.insert(key.clone(), node.span) {
            let finding = Finding::error(Code::DuplicateKey, format!("the key `{key}` stands here twice"))
                .at(node.span)
                .also(first, "first written here")
                .hint("keep one of the two");
            self.push(finding);
        }
        (key, node.span)
    }
}

/// Expands merge keys (`<<: *defaults`): what the mapping says itself wins, then the earlier of several.
fn merge(entries: Vec<Entry>) -> Vec<Entry> {
    let (merges, mut own): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.key == "<<" && !matches!(&entry.value.value, Value::Scalar(_)));
    let mut present: HashSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
    for source in merges {
        let sources = match source.value.value {
            Value::List(items) => items,
            _ => vec![source.value],
        };
        for node in sources {
            let Value::Map(entries) = node.value else { continue };
            for entry in entries {
                if present.insert(entry.key.clone()) {
                    own.push(entry);
                }
            }
        }
    }
    own
}

fn is_string(tag: &Tag) -> bool {
    tag.is_yaml_core_schema_tag("str")
}
