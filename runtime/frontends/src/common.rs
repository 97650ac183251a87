//! What the codecs of several dialects share.

pub(crate) mod ids;
pub(crate) mod members;
pub(crate) mod mime;
pub(crate) mod openai;
pub(crate) mod place;
pub(crate) mod seek;
pub(crate) mod wire;

pub(crate) use ids::CallIds;
pub(crate) use members::Members;
pub(crate) use place::Place;

#[cfg(test)]
pub(crate) mod testing;
