//! Names of models: where they stand in a path, and what they tell.

use dragoman_connector::http::path_segment;

/// The path that asks the model `name` for `verb`.
pub(crate) fn path(name: &str, verb: &str) -> String {
    let (kind, own) = split(name);
    format!("/{kind}/{}:{verb}", path_segment(own))
}

/// The name of the model as documents hold it.
pub(crate) fn name(name: &str) -> String {
    let (kind, own) = split(name);
    format!("{kind}/{own}")
}

fn split(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((kind @ ("models" | "tunedModels"), own)) => (kind, own),
        _ => ("models", name),
    }
}

/// What can be asked of a model, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generation {
    /// 100 times the major version and the minor one: 205 is Gemini 2.5.
    version: u32,
    pro: bool,
    lite: bool,
}

impl Generation {
    /// The generation of the model `name`. A Gemini without a version (`gemini-flash-latest`) is one of today, a name
    /// that tells nothing is taken for Gemini 2.5.
    pub(crate) fn of(name: &str) -> Self {
        let (pro, lite) = (name.contains("-pro"), name.contains("-lite"));
        if name.contains("gemma") {
            return Self { version: 0, pro, lite };
        }
        let Some((_, own)) = name.rsplit_once("gemini-") else { return Self { version: 205, pro, lite } };
        let mut words = own.split(|letter: char| !letter.is_ascii_alphanumeric());
        let mut number = || words.next().filter(|word| word.len() <= 2).and_then(|word| word.parse::<u32>().ok());
        let version = match number() {
            Some(major) => major * 100 + number().unwrap_or_default(),
            None => 301,
        };
        Self { version, pro, lite }
    }

    /// Whether it can be told how much to think.
    pub(crate) fn thinks(self) -> bool {
        self.version >= 205
    }

    /// Whether thinking is asked for by a level (Gemini 3), not by a budget.
    pub(crate) fn has_levels(self) -> bool {
        self.version >= 300
    }

    /// Whether it can neither be kept from thinking nor think only minimally.
    pub(crate) fn is_pro(self) -> bool {
        self.pro
    }

    /// Whether it knows the level `medium`: all but the first Gemini 3 Pro do.
    pub(crate) fn has_medium(self) -> bool {
        self.version > 300 || !self.pro
    }

    /// Least and most tokens that it can be told to think, apart from none.
    pub(crate) fn budgets(self) -> (u64, u64) {
        match (self.pro, self.lite) {
            (true, _) => (128, 32768),
            (_, true) => (512, 24576),
            _ => (1, 24576),
        }
    }
}
