//! `dragoman check`.

use std::process::ExitCode;

use dragoman_settings::Overrides;

use crate::cli::ConfigOptions;
use crate::load;

/// Checks the configuration without serving.
pub(crate) fn check(options: &ConfigOptions) -> ExitCode {
    let settings = match load::settings(options, &Overrides::default()) {
        Ok(loaded) => loaded.settings,
        Err(exit) => return exit.into(),
    };
    for left_out in settings.left_out.iter().filter(|one| one.named) {
        println!("{left_out}");
    }
    let names: Vec<&str> = settings.backends.keys().map(String::as_str).collect();
    println!("ok: backends {}; default `{}`", names.join(", "), settings.default_backend);
    ExitCode::SUCCESS
}
