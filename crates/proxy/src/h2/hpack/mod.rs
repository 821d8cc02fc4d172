//! Fields compressed (RFC 7541).

mod decode;
mod encode;
mod huffman;
mod table;

pub(crate) use decode::{Decoder, Line, integer, string};
pub(crate) use encode::{Encoder, integer as integer_into, string as string_into};

/// How large a table of fields is that nobody has said anything about (RFC 9113 §6.5.2).
pub(crate) const TABLE: usize = 4096;

/// Fields that are not compressed well-formedly: the connection cannot go on (RFC 9113 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadBlock;

#[cfg(test)]
mod tests;
