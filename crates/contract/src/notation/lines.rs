//! Places of bytes in a text.

use super::make::At;

/// Where each line of a text begins.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// The number of the first line.
    first: u32,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, first: u32) -> Lines<'t> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { text, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect(), first }
    }

    /// The place of a byte.
    pub(super) fn at(&self, offset: usize) -> At {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let before = self.text.get(self.starts[line]..offset).unwrap_or_default();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        At { line: number(line).saturating_add(self.first), column: number(before.chars().count()) + 1 }
    }
}
