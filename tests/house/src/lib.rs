//! The rules of the house, checked against `docs/architecture.md`, the manifests and the source.
#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;
