//! What the configuration's reader has to say, as data and as text.

use std::fmt;
use std::path::PathBuf;

use crate::render::{self, Excerpt};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing starts with such a configuration.
    Error,
    /// It works, and ought to be looked at.
    Warning,
}

/// The rule that a diagnostic is about. Its text form, `DRG-0103`, never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// DRG-0101: the file is not one bounded YAML document.
    Syntax,
    /// DRG-0102: a key stands twice in one mapping.
    DuplicateKey,
    /// DRG-0103: a key that means nothing.
    UnknownKey,
    /// DRG-0104: a value of another type than the key takes.
    WrongType,
    /// DRG-0105: a value of the right type that the key does not take.
    BadValue,
    /// DRG-0106: a key that has to be there, or that may only stand alone.
    MissingKey,
    /// DRG-0107: a URL that cannot be a backend's base.
    BadUrl,
    /// DRG-0108: a header that cannot be sent, or that is not the operator's to set.
    BadHeader,
    /// DRG-0109: a `${...}` that is malformed or names an unset variable.
    Interpolation,
    /// DRG-0110: a file or a folder that cannot be read.
    Unreadable,
    /// DRG-0111: a `backend_type` that does not exist.
    UnknownType,
    /// DRG-0112: a backend that is defined in two places.
    DuplicateBackend,
    /// DRG-0113: a default backend that nothing defines.
    UnknownDefault,
    /// DRG-0114: a default backend that is left out because its key is not set.
    DefaultLeftOut,
    /// DRG-0115: a connector that does not exist or does not load.
    Connector,
    /// DRG-0116: a setting that the connector's schema refuses.
    RefusedSetting,
    /// DRG-0117: model limits that contradict each other.
    Limits,
    /// DRG-0118: a `version` of the file's format that this program does not know.
    Version,
    /// DRG-0151: a key written into the file.
    LiteralKey,
    /// DRG-0152: a folder below `backends/` that holds no `backend.yaml`.
    EmptyFolder,
}

impl Code {
    /// The code as it is printed and searched for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "DRG-0101",
            Self::DuplicateKey => "DRG-0102",
            Self::UnknownKey => "DRG-0103",
            Self::WrongType => "DRG-0104",
            Self::BadValue => "DRG-0105",
            Self::MissingKey => "DRG-0106",
            Self::BadUrl => "DRG-0107",
            Self::BadHeader => "DRG-0108",
            Self::Interpolation => "DRG-0109",
            Self::Unreadable => "DRG-0110",
            Self::UnknownType => "DRG-0111",
            Self::DuplicateBackend => "DRG-0112",
            Self::UnknownDefault => "DRG-0113",
            Self::DefaultLeftOut => "DRG-0114",
            Self::Connector => "DRG-0115",
            Self::RefusedSetting => "DRG-0116",
            Self::Limits => "DRG-0117",
            Self::Version => "DRG-0118",
            Self::LiteralKey => "DRG-0151",
            Self::EmptyFolder => "DRG-0152",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One fault or one warning. It never holds a secret: lines are masked, and messages quote what the file says, not what
/// a variable held. `Display` is [`Diagnostic::render`] without colours.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The rule.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// The file, as the caller named it; `None` for what stands in no file.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
    /// What to do about it.
    pub hint: Option<String>,
    pub(crate) excerpts: Vec<Excerpt>,
}

impl Diagnostic {
    /// The full text: message, file and line, the line itself with a caret, and the hint; several lines, without a
    /// line break at the end.
    pub fn render(&self, colours: bool) -> String {
        render::render(self, colours)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// Why a configuration was refused: everything at once.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    /// The errors in the order of the files and their lines: at least one, at most 20.
    pub errors: Vec<Diagnostic>,
    /// How many more errors there are than `errors` holds.
    pub omitted: usize,
    /// The warnings, at most 20.
    pub warnings: Vec<Diagnostic>,
}

impl Diagnostics {
    /// The text of all warnings and errors, and a closing line that counts the errors.
    pub fn render(&self, colours: bool) -> String {
        let mut text = String::new();
        for diagnostic in self.warnings.iter().chain(&self.errors) {
            text.push_str(&diagnostic.render(colours));
            text.push_str("\n\n");
        }
        text.push_str(&self.count());
        text
    }
}

impl Diagnostics {
    fn count(&self) -> String {
        let count = self.errors.len() + self.omitted;
        let errors = if count == 1 { "error" } else { "errors" };
        let shown = match self.omitted {
            0 => String::new(),
            _ => format!(", the first {} shown", self.errors.len()),
        };
        format!("{count} {errors} in the configuration{shown}")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
