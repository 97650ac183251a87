//! `dragoman version`.

use std::process::ExitCode;

use dragoman_catalogue::{MAX_COMPONENT_BYTES, Origin};
use dragoman_settings::SandboxLimits;

use crate::bundled::CONNECTORS;
use crate::cli::VersionOptions;
use crate::load::limits_of;

/// Prints the version.
pub(crate) fn print(options: &VersionOptions) -> ExitCode {
    println!("dragoman {}", env!("CARGO_PKG_VERSION"));
    if options.verbose {
        details();
    }
    ExitCode::SUCCESS
}

fn details() {
    let limits = limits_of(&SandboxLimits::default());
    println!("engine: {}", dragoman_sandbox::ENGINE);
    println!("contract: {}", dragoman_sandbox::CONTRACT);
    println!("wasm features: {}", dragoman_sandbox::feature_names().join(", "));
    println!("limits (defaults):");
    println!("  call deadline: {} ms", limits.call_deadline.as_millis());
    println!("  guest time of an exchange: {} ms", limits.total_deadline.as_millis());
    println!("  memory of an exchange: {} MiB", limits.memory_bytes >> 20);
    println!("  table elements of an exchange: {}", limits.table_elements);
    println!("  output of a call: {} MiB, {} events", limits.output_bytes >> 20, limits.events_per_call);
    println!("  handles: {}", limits.handles);
    println!("  stack: {} KiB", limits.stack_bytes >> 10);
    println!("  log of an exchange: {} lines of {} KiB", limits.log_lines, limits.log_line_bytes >> 10);
    println!("  exchanges at a time: {}", limits.exchanges);
    println!("  component: {} MiB", MAX_COMPONENT_BYTES >> 20);
    println!("connectors:");
    for (name, component) in CONNECTORS {
        match dragoman_catalogue::manifest_of(CONNECTORS, &Origin::Bundled((*name).to_owned())) {
            Ok(manifest) => {
                let (version, size) = (&manifest.version, component.len() >> 10);
                println!("  {name} {version} ({size} KiB): {}", manifest.summary);
            }
            Err(error) => println!("  {name}: {error}"),
        }
    }
}
