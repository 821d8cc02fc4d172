//! Fields compressed (RFC 9204), without a table that grows: neither side is allowed one, so that no stream waits for another, and what
//! was said on one tells nothing of another.

mod decode;
mod encode;
mod table;

pub(crate) use decode::decode;
pub(crate) use encode::Encoder;

#[cfg(test)]
mod tests;
