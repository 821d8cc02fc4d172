//! Fenced blocks of Markdown pages.

/// A fenced block, and the line of the page it begins at.
pub(crate) struct Block<'a> {
    pub(crate) language: &'a str,
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

pub(crate) fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let mut at = 0;
    for (index, line) in page.split_inclusive('\n').enumerate() {
        let next = at + line.len();
        if let Some(language) = line.strip_prefix("```") {
            open = match open {
                Some((language, begin, line)) => {
                    found.push(Block { language, text: &page[begin..at], line });
                    None
                }
                None => Some((language.trim(), next, index + 1)),
            };
        }
        at = next;
    }
    assert!(open.is_none(), "a block is not closed");
    found
}
