//! A YAML document as a tree whose every node knows its place.

/// A range of bytes in one of the files that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Which file, in the order of reading.
    pub(crate) file: usize,
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

impl Span {
    /// The place of what stands in no file: built-in presets, flags, environment variables.
    pub(crate) const NOWHERE: Self = Self { file: usize::MAX, start: 0, end: 0 };
}

/// One value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

impl Node {
    /// A mapping without members, standing nowhere.
    pub(crate) const fn empty() -> Self {
        Self { span: Span::NOWHERE, value: Value::Map(Vec::new()) }
    }

    /// How many nodes the tree below has, itself included.
    pub(crate) fn size(&self) -> usize {
        match &self.value {
            Value::Scalar(_) => 1,
            Value::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|entry| entry.value.size()).sum::<usize>(),
        }
    }
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One member of a mapping.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

/// A scalar, kept as text so that its reader decides on the type: a header's value `1.10` stays `1.10`.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    /// The text as the file has it; the only form that a message may quote.
    pub(crate) written: String,
    /// The text after interpolation; it may hold a secret.
    pub(crate) text: String,
    /// Whether it was written without quotes, so that `4` is a number and `null` is nothing.
    pub(crate) plain: bool,
    /// The first variable that it refers to.
    pub(crate) variable: Option<String>,
    /// The first variable that it refers to, has no default, and is not set.
    pub(crate) missing: Option<String>,
}

impl Scalar {
    pub(crate) fn new(text: String, plain: bool) -> Self {
        Self { written: text.clone(), text, plain, variable: None, missing: None }
    }
}
