//! Tests only: that `wit/schemas/` says what the types of the neutral model read and write, no more and no less, and
//! that recorded traffic passes through both.
#![forbid(unsafe_code)]

#[cfg(test)]
mod answers;
#[cfg(test)]
mod connector;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod files;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod traffic;
#[cfg(test)]
mod written;
