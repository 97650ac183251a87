//! Where the readers put what they find, until all of it is told at once.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::mask;
use crate::render::Excerpt;
use crate::sheet::Sheet;
use crate::tree::Span;

/// Errors, and warnings, that are shown.
const MAX_SHOWN: usize = 20;
/// Findings that are kept at all: a file of nothing but faults must not cost more than it says.
const MAX_KEPT: usize = 1_000;

/// One fault or warning, its place still in spans.
#[derive(Debug)]
pub(crate) struct Finding {
    severity: Severity,
    code: Code,
    message: String,
    span: Span,
    label: String,
    also: Option<(Span, String)>,
    hint: Option<String>,
}

impl Finding {
    pub(crate) fn error(code: Code, message: impl Into<String>) -> Self {
        let (label, also, hint) = (String::new(), None, None);
        Self { severity: Severity::Error, code, message: message.into(), span: Span::NOWHERE, label, also, hint }
    }

    pub(crate) fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    pub(crate) fn at(self, span: Span) -> Self {
        Self { span, ..self }
    }

    /// A word or two behind the caret.
    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    /// A second place that has to do with it.
    pub(crate) fn also(self, span: Span, label: impl Into<String>) -> Self {
        Self { also: Some((span, label.into())), ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// All findings so far, and the files that their spans point into.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    sheets: Vec<Sheet>,
    secrets: Vec<Span>,
    kept: Vec<Finding>,
    errors: usize,
}

impl Findings {
    pub(crate) fn push(&mut self, finding: Finding) {
        self.errors += usize::from(finding.severity == Severity::Error);
        if self.kept.len() < MAX_KEPT {
            self.kept.push(finding);
        }
    }

    /// How many errors there are.
    pub(crate) const fn errors(&self) -> usize {
        self.errors
    }

    /// Takes in a file and tells its number.
    pub(crate) fn add(&mut self, sheet: Sheet) -> usize {
        self.sheets.push(sheet);
        self.sheets.len() - 1
    }

    /// Never shows the bytes of `span`.
    pub(crate) fn hide(&mut self, span: Span) {
        self.secrets.push(span);
    }

    /// The path of the file that `span` stands in.
    pub(crate) fn path(&self, span: Span) -> Option<PathBuf> {
        self.sheets.get(span.file).map(|sheet| sheet.path.clone())
    }

    /// The warnings, or with them the errors if there are any.
    pub(crate) fn finish(mut self) -> Result<Vec<Diagnostic>, Diagnostics> {
        self.kept.sort_by_key(|finding| finding.span);
        let texts: Vec<_> = (0..self.sheets.len()).map(|file| self.masked(file)).collect();
        let (errors, warnings): (Vec<_>, Vec<_>) =
            self.kept.iter().partition(|finding| finding.severity == Severity::Error);
        let tell = |findings: Vec<&Finding>| -> Vec<_> {
            findings.into_iter().take(MAX_SHOWN).map(|finding| self.diagnostic(finding, &texts)).collect()
        };
        let (errors, warnings) = (tell(errors), tell(warnings));
        if self.errors == 0 {
            return Ok(warnings);
        }
        let omitted = self.errors - errors.len();
        Err(Diagnostics { errors, omitted, warnings })
    }

    fn masked(&self, file: usize) -> Arc<str> {
        let spans: Vec<Range<usize>> =
            self.secrets.iter().filter(|span| span.file == file).map(|span| span.start..span.end).collect();
        self.sheets.get(file).map(|sheet| mask::hide(&sheet.text, &spans)).unwrap_or_default().into()
    }

    fn diagnostic(&self, finding: &Finding, texts: &[Arc<str>]) -> Diagnostic {
        let excerpt = |span: Span, label: &str| {
            let (sheet, text) = (self.sheets.get(span.file)?, texts.get(span.file)?);
            Some(Excerpt::new(sheet.path.clone(), text.clone(), span.start..span.end, label))
        };
        let primary = excerpt(finding.span, &finding.label);
        let place = primary.as_ref().map(Excerpt::place);
        let also = finding.also.as_ref().and_then(|(span, label)| excerpt(*span, label));
        Diagnostic {
            severity: finding.severity,
            code: finding.code,
            message: finding.message.clone(),
            file: primary.as_ref().map(|excerpt| excerpt.path.clone()),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            hint: finding.hint.clone(),
            excerpts: primary.into_iter().chain(also).collect(),
        }
    }
}
