//! A diagnostic as text, with its line and a caret under it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};

/// A marked place in a (masked) file.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt {
    pub(crate) path: PathBuf,
    text: Arc<str>,
    range: Range<usize>,
    label: String,
}

impl Excerpt {
    /// The range is cut to its first line: a caret under a whole block says less than one under its beginning.
    pub(crate) fn new(path: PathBuf, text: Arc<str>, range: Range<usize>, label: &str) -> Self {
        let start = range.start.min(text.len());
        let rest = text.get(start..).unwrap_or_default();
        let line_end = start + rest.find('\n').unwrap_or(rest.len());
        let end = range.end.clamp(start, line_end.max(start));
        Self { path, text, range: start..end, label: label.to_owned() }
    }

    /// Line and column of the start, from 1.
    pub(crate) fn place(&self) -> (usize, usize) {
        let before = self.text.get(..self.range.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    fn snippet(&self, kind: AnnotationKind) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let label = Some(self.label.as_str()).filter(|label| !label.is_empty());
        Snippet::source(&*self.text)
            .path(self.path.to_string_lossy())
            .annotation(kind.span(self.range.clone()).label(label))
    }
}

pub(crate) fn render(diagnostic: &Diagnostic, colours: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut elements: Vec<Element<'_>> = Vec::new();
    match diagnostic.excerpts.as_slice() {
        [] => {}
        // One snippet shows two places of one file; two files need two.
        [first, second] if first.path == second.path => {
            let label = Some(second.label.as_str()).filter(|label| !label.is_empty());
            let context = AnnotationKind::Context.span(second.range.clone()).label(label);
            elements.push(first.snippet(AnnotationKind::Primary).annotation(context).into());
        }
        excerpts => {
            elements.extend(excerpts.iter().map(|excerpt| Element::from(excerpt.snippet(AnnotationKind::Primary))));
        }
    }
    if let Some(hint) = &diagnostic.hint {
        elements.push(Level::HELP.with_name("hint").message(hint.as_str()).into());
    }
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[title.elements(elements)])
}
