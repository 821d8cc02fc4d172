//! Words of a `.proto` file, each with the comment before it.

use super::super::{lines::Lines, make::At};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// A name, with dots where it has some.
    Name(String),
    Number(String),
    Text(String),
    Sign(char),
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) at: At,
    /// The line it stands in, to know what a comment behind it is about.
    pub(super) line: u32,
    /// What is said before it.
    pub(super) comment: Option<String>,
    /// What is said behind it, in the same line.
    pub(super) behind: Option<String>,
}

/// What is wrong, and where.
pub(super) type Wrong = (String, At);

/// Words of one file.
const MOST: usize = 2_000_000;

pub(super) fn read(text: &str, lines: &Lines<'_>) -> Result<Vec<Token>, Wrong> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut comment: Vec<String> = Vec::new();
    // The line a comment ended in: an empty one between it and a word means that it is about something else.
    let mut comment_line = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let place = lines.at(at);
        if rest.starts_with("//") || rest.starts_with("/*") {
            let (said, length) = match rest.starts_with("//") {
                true => {
                    let end = rest.find('\n').unwrap_or(rest.len());
                    (rest[2..end].strip_prefix(' ').unwrap_or(&rest[2..end]).trim_end().to_owned(), end)
                }
                false => {
                    let Some(end) = rest[2..].find("*/") else {
                        return Err(("the comment has no end; close it by `*/`".to_owned(), place));
                    };
                    (block(&rest[2..end + 2]), end + 4)
                }
            };
            at += length;
            match tokens.last_mut() {
                Some(last) if last.line == place.line && last.behind.is_none() => last.behind = Some(said),
                _ => {
                    if place.line > comment_line + 1 {
                        comment.clear();
                    }
                    comment.push(said);
                    comment_line = lines.at(at).line;
                }
            }
            continue;
        }
        if tokens.len() == MOST {
            return Err((format!("more than {MOST} words"), place));
        }
        let (word, length) = word(rest).map_err(|message| (message, place))?;
        at += length;
        let before = std::mem::take(&mut comment);
        let is_near = place.line <= comment_line + 1;
        let comment = (is_near && !before.is_empty()).then(|| before.join("\n").trim().to_owned());
        tokens.push(Token { word, at: place, line: lines.at(at).line, comment, behind: None });
    }
    Ok(tokens)
}

/// The text of a comment over several lines, without the asterisks at their beginnings.
fn block(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let line = line.strip_prefix('*').unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn word(rest: &str) -> Result<(Word, usize), String> {
    let first = rest.chars().next().unwrap_or_default();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if first.is_ascii_alphabetic() || first == '_' {
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('.');
        return Ok((Word::Name(name.to_owned()), name.len()));
    }
    // A name from the root.
    if first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let end = rest[1..].find(|c| !is_name(c)).map_or(rest.len(), |end| end + 1);
        return Ok((Word::Name(rest[..end].to_owned()), end));
    }
    if first.is_ascii_digit() || first == '.' {
        let mut end = 0;
        let mut before = ' ';
        for c in rest.chars() {
            let is_part = c.is_ascii_alphanumeric()
                || c == '.'
                || (matches!(c, '+' | '-') && matches!(before, 'e' | 'E'));
            if !is_part {
                break;
            }
            end += 1;
            before = c;
        }
        return Ok((Word::Number(rest[..end].to_owned()), end));
    }
    if first == '"' || first == '\'' {
        return text(rest, first);
    }
    match first.is_ascii_punctuation() {
        true => Ok((Word::Sign(first), 1)),
        false => Err(format!("`{}` means nothing here", first.escape_debug())),
    }
}

fn text(rest: &str, quote: char) -> Result<(Word, usize), String> {
    let mut out = String::new();
    let mut all = rest.char_indices().skip(1);
    while let Some((at, c)) = all.next() {
        match c {
            '\n' => break,
            c if c == quote => return Ok((Word::Text(out), at + 1)),
            '\\' => match all.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, 'r')) => out.push('\r'),
                Some((_, other @ ('\\' | '"' | '\'' | '?'))) => out.push(other),
                // Bytes by their numbers: no text that is shown has them.
                Some((_, other)) => out.extend(['\\', other]),
                None => break,
            },
            c => out.push(c),
        }
    }
    Err(format!("the text has no end; close it by {quote}"))
}
