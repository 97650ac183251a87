//! The connectors that the binary carries.
#![allow(clippy::redundant_pub_crate, reason = "the generated file is included into this module")]

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
