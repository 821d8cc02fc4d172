//! String literals of the languages: whatever the text, the literal means exactly it.

use std::fmt::Write as _;

/// In double quotes, for JavaScript, Python, Go and C#.
pub(super) fn double(text: &str) -> String {
    escaped(text, "\"", |literal, code| write!(literal, "\\u{code:04x}"))
}

/// In double quotes, for Java: a Unicode escape there is undone before strings are read, hence octal.
pub(super) fn java(text: &str) -> String {
    escaped(text, "\"", |literal, code| match code {
        0..=0xFF => write!(literal, "\\{code:03o}"),
        _ => write!(literal, "\\u{code:04x}"),
    })
}

/// In double quotes, for Rust.
pub(super) fn rust(text: &str) -> String {
    escaped(text, "\"", |literal, code| write!(literal, "\\u{{{code:x}}}"))
}

/// For PHP: single quotes where the text has only visible characters, else double ones.
pub(super) fn php(text: &str) -> String {
    if text.chars().any(|c| c != '\n' && is_special(c)) {
        return escaped(text, "\"$", |literal, code| write!(literal, "\\u{{{code:x}}}"));
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// In single quotes, for a POSIX shell.
pub fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "'\\''"))
}

/// Whether a text can stand between the marks of a raw literal, over several lines.
pub(super) fn fits_raw(text: &str, end: &str) -> bool {
    !text.contains(end) && !text.chars().any(|c| c != '\n' && is_special(c))
}

/// Characters that are unreadable, or end a line, or are refused by a compiler: controls, separators, marks of direction.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn escaped(text: &str, quoted: &str, special: impl Fn(&mut String, u32) -> std::fmt::Result) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if quoted.contains(c) => {
                literal.push('\\');
                literal.push(c);
            }
            c if is_special(c) => special(&mut literal, u32::from(c)).expect("a string takes all text"),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// Every line after the first indented by some spaces.
pub(super) fn indented(text: &str, spaces: usize) -> String {
    text.replace('\n', &format!("\n{:spaces$}", ""))
}
