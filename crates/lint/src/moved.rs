//! Where places of a text are after a piece of it changed.

use crate::report::{Position, Range};

/// From which byte to which texts differ, before and after.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Difference {
    pub(crate) from: usize,
    pub(crate) old_to: usize,
    pub(crate) new_to: usize,
}

impl Difference {
    /// The shortest piece that holds all that differs; characters are not cut.
    pub(crate) fn between(old: &str, new: &str) -> Difference {
        const BLOCK: usize = 4096;
        let (a, b) = (old.as_bytes(), new.as_bytes());
        let most = a.len().min(b.len());
        let mut from = 0;
        while from + BLOCK <= most && a[from..from + BLOCK] == b[from..from + BLOCK] {
            from += BLOCK;
        }
        while from < most && a[from] == b[from] {
            from += 1;
        }
        let mut same = 0;
        let left = most - from;
        while same + BLOCK <= left
            && a[a.len() - same - BLOCK..a.len() - same] == b[b.len() - same - BLOCK..b.len() - same]
        {
            same += BLOCK;
        }
        while same < left && a[a.len() - same - 1] == b[b.len() - same - 1] {
            same += 1;
        }
        while !old.is_char_boundary(from) || !new.is_char_boundary(from) {
            from -= 1;
        }
        let (mut old_to, mut new_to) = (a.len() - same, b.len() - same);
        while !old.is_char_boundary(old_to) || !new.is_char_boundary(new_to) {
            (old_to, new_to) = (old_to + 1, new_to + 1);
        }
        Difference { from, old_to, new_to }
    }

    pub(crate) fn is_none(self) -> bool {
        self.from == self.old_to && self.from == self.new_to
    }
}

/// What a change of a text did to the places after it: what was at one place, where the change ended, is at another now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// From where texts differ, in both.
    pub from: Position,
    pub old: Position,
    pub new: Position,
}

impl Moved {
    /// How places moved from one text to another; as if everything between the first and the last difference had changed.
    pub fn between(old: &str, new: &str) -> Moved {
        let Difference { from, old_to, new_to } = Difference::between(old, new);
        Moved { from: place(old, from), old: place(old, old_to), new: place(new, new_to) }
    }

    /// Whether what was at a place is not there any more, or something else is.
    pub fn has_replaced(&self, place: Position) -> bool {
        self.from <= place && place < self.old
    }

    /// Where a place is now. One before the end of the change is where it was.
    pub fn place(&self, place: Position) -> Position {
        if place < self.old {
            return place;
        }
        let line = place.line - self.old.line + self.new.line;
        if place.line > self.old.line {
            return Position { line, ..place };
        }
        Position { line, character: place.character - self.old.character + self.new.character }
    }

    pub fn range(&self, range: Range) -> Range {
        Range { start: self.place(range.start), end: self.place(range.end) }
    }
}

fn place(text: &str, byte: usize) -> Position {
    let before = &text[..byte];
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let number = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    Position { line: number(line), character: number(before[begin..].encode_utf16().count()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_between_places_replaces_none() {
        let replaced = |old: &str, new: &str| {
            let moved = Moved::between(old, new);
            (0..4)
                .filter(|line| moved.has_replaced(Position { line: *line, character: 0 }))
                .collect::<Vec<_>>()
        };
        assert_eq!(replaced("a\nb\nc\nd", "a\nxb\nc\nd"), [0; 0]);
        assert_eq!(replaced("a\nb\nc\nd", "a\nx\ny\nd"), [1, 2]);
        assert_eq!(replaced("a\nb\nc\nd", "a\nc\nd"), [1]);
        assert_eq!(replaced("a\nb\nc\nd", "[x"), [0, 1, 2, 3]);
    }

    #[test]
    fn what_comes_after_a_change_moves_with_its_end() {
        let moved = |old: &str, new: &str, line, character| {
            let Position { line, character } = Moved::between(old, new).place(Position { line, character });
            (line, character)
        };
        assert_eq!(moved("a: b c\nd", "a: 😀b c\nd", 0, 5), (0, 7), "in the same line");
        assert_eq!(moved("a: b c\nd", "a: 😀b c\nd", 0, 1), (0, 1), "before it");
        assert_eq!(moved("a: b c\nd", "a: 😀b c\nd", 1, 0), (1, 0), "in the next line");
        assert_eq!(moved("a\nb c\nd", "a\nb\n  c\nd", 1, 2), (2, 2), "a line was broken");
        assert_eq!(moved("a\nb\nc d\ne", "a\nc d\ne", 2, 1), (1, 1), "a line went");
        assert_eq!(moved("a\nb", "a\nb", 1, 1), (1, 1), "nothing changed");
        assert_eq!(moved("é", "è", 0, 1), (0, 1), "characters are not cut");
    }
}
