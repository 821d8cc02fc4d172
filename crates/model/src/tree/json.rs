//! JSON (RFC 8259) with places: one pass, no copy but the strings themselves.

use super::{
    Content, Fault, Key, Node, SYNTAX, TreeLimits, duplicate, duplicate_fault, last, too_deep, too_large,
};

/// Reads one JSON value.
pub(super) fn read(text: &str, limits: TreeLimits) -> Result<Node, Fault> {
    let mut reader = Reader::at(text, (0, 1, 1), limits);
    reader.skip_space();
    let root = reader.value(0)?;
    reader.end()?;
    Ok(root)
}

/// Reads the value that begins at a byte, in a line and column; where it ends comes with it.
pub(super) fn value(
    text: &str,
    place: (usize, u32, u32),
    depth: usize,
    limits: TreeLimits,
) -> Result<(Node, usize), Fault> {
    let mut reader = Reader::at(text, place, limits);
    let node = reader.value(depth)?;
    Ok((node, reader.at))
}

/// Reads on after a value within what is open: `true` for lists, the outermost first.
pub(super) fn rest(
    text: &str,
    place: (usize, u32, u32),
    open: &[bool],
    limits: TreeLimits,
) -> Result<(), Fault> {
    let mut reader = Reader::at(text, place, limits);
    for (depth, is_list) in open.iter().enumerate().rev() {
        let depth = depth + 1;
        loop {
            reader.skip_space();
            if reader.take(b',') {
                reader.skip_space();
                if *is_list {
                    reader.value(depth)?;
                } else {
                    reader.field(false, depth)?;
                }
            } else if reader.take(if *is_list { b']' } else { b'}' }) {
                break;
            } else {
                return Err(reader.expected(if *is_list { AFTER_ITEM } else { AFTER_FIELD }));
            }
        }
    }
    reader.end()
}

const AFTER_ITEM: &str = "`,` or `]` after the value";
const AFTER_FIELD: &str = "`,` or `}` after the value";

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: u32,
    /// Where the line begins.
    line_start: usize,
    /// Bytes of the line that continue a character, so that columns count characters.
    continued: usize,
    nodes_left: usize,
    limits: TreeLimits,
}

impl<'a> Reader<'a> {
    /// At a byte, which is in a line and column.
    fn at(text: &'a str, (at, line, column): (usize, u32, u32), limits: TreeLimits) -> Reader<'a> {
        // Of what stands before it in the line only how many characters there are matters.
        let line_start = (at + 1).saturating_sub(column as usize);
        let (bytes, nodes_left) = (text.as_bytes(), limits.nodes);
        Reader { text, bytes, at, line, line_start, continued: 0, nodes_left, limits }
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.at < self.bytes.len() {
            return Err(self.expected("the end of the document after the value"));
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        let (line, column) = (self.line, self.column());
        if self.nodes_left == 0 {
            return Err(too_large(self.limits.nodes, line, column));
        }
        self.nodes_left -= 1;
        let content = match self.bytes.get(self.at) {
            Some(b'{') => self.mapping(depth + 1)?,
            Some(b'[') => self.list(depth + 1)?,
            Some(b'"') => Content::Text(self.string()?),
            Some(b't') => self.word("true", Content::Bool(true))?,
            Some(b'f') => self.word("false", Content::Bool(false))?,
            Some(b'n') => self.word("null", Content::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => {
                return Err(self.expected(
                    "a value: `{`, `[`, a string in double quotes, a number, `true`, `false` or `null`",
                ));
            }
        };
        let end = last(&content).unwrap_or((self.line, self.column()));
        Ok(Node { line, column, end, content })
    }

    fn mapping(&mut self, depth: usize) -> Result<Content, Fault> {
        self.enter(depth)?;
        let mut fields: Vec<(Key, Node)> = Vec::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Content::Mapping(Box::default()));
        }
        loop {
            fields.push(self.field(fields.is_empty(), depth)?);
            self.skip_space();
            if self.take(b',') {
                self.skip_space();
            } else if self.take(b'}') {
                break;
            } else {
                return Err(self.expected(AFTER_FIELD));
            }
        }
        match duplicate(&fields) {
            Some((key, earlier)) if !self.limits.duplicate_keys => Err(duplicate_fault(key, earlier)),
            _ => Ok(Content::Mapping(fields.into_boxed_slice())),
        }
    }

    fn field(&mut self, first: bool, depth: usize) -> Result<(Key, Node), Fault> {
        let (line, column) = (self.line, self.column());
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(self.expected(if first {
                "a key in double quotes, or `}`"
            } else {
                "a key in double quotes after `,`"
            }));
        }
        let text = self.string()?;
        let end_column = self.column();
        self.skip_space();
        if !self.take(b':') {
            return Err(self.expected("`:` after the key"));
        }
        self.skip_space();
        let value = self.value(depth)?;
        Ok((Key { text, line, column, end_column }, value))
    }

    fn list(&mut self, depth: usize) -> Result<Content, Fault> {
        self.enter(depth)?;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Content::List(Box::default()));
        }
        loop {
            items.push(self.value(depth)?);
            self.skip_space();
            if self.take(b',') {
                self.skip_space();
            } else if self.take(b']') {
                return Ok(Content::List(items.into_boxed_slice()));
            } else {
                return Err(self.expected(AFTER_ITEM));
            }
        }
    }

    /// Steps over the opening bracket.
    fn enter(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > self.limits.depth() {
            return Err(too_deep(self.limits.depth(), self.line, self.column()));
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<Box<str>, Fault> {
        self.at += 1;
        let start = self.at;
        let mut unescaped: Option<String> = None;
        let mut copied = start;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let into = unescaped.get_or_insert_default();
                    into.push_str(&self.text[copied..self.at]);
                    let character = self.escape()?;
                    unescaped.get_or_insert_default().push(character);
                    copied = self.at;
                }
                Some(0..0x20) => {
                    return Err(self.expected(
                        "no line break or control character in a string (write `\\n`, `\\t` or `\\u0000`)",
                    ));
                }
                Some(0x80..0xC0) => {
                    self.continued += 1;
                    self.at += 1;
                }
                Some(_) => self.at += 1,
                None => return Err(self.expected("`\"` at the end of the string")),
            }
        }
        let rest = &self.text[copied..self.at];
        self.at += 1;
        Ok(match unescaped {
            None => rest.into(),
            Some(mut text) => {
                text.push_str(rest);
                text.into_boxed_str()
            }
        })
    }

    /// Reads an escape (RFC 8259 §7); a surrogate without its other half becomes U+FFFD.
    fn escape(&mut self) -> Result<char, Fault> {
        let character = match self.bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.expected("one of `\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX`")),
        };
        self.at += 2;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, Fault> {
        let first = self.four_digits(self.at)?;
        self.at += 6;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if self.bytes.get(self.at) == Some(&b'\\') && self.bytes.get(self.at + 1) == Some(&b'u') {
            let second = self.four_digits(self.at)?;
            if (0xDC00..0xE000).contains(&second) {
                self.at += 6;
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// The number after `\u`.
    fn four_digits(&self, escape: usize) -> Result<u32, Fault> {
        let digits = self.bytes.get(escape + 2..escape + 6).unwrap_or_default();
        digits
            .iter()
            .try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
            .filter(|_| digits.len() == 4)
            .ok_or_else(|| self.expected("four hexadecimal digits after `\\u`"))
    }

    fn number(&mut self) -> Result<Content, Fault> {
        let start = self.at;
        self.take(b'-');
        match self.bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.expected("a digit after `-`")),
        }
        if self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            return Err(self.expected("a number without leading zeros"));
        }
        let mut whole = true;
        if self.take(b'.') {
            whole = false;
            self.some_digits("a digit after the decimal point")?;
        }
        if self.take(b'e') || self.take(b'E') {
            whole = false;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.some_digits("a digit in the exponent")?;
        }
        let text = &self.text[start..self.at];
        super::scalar::number(text, whole)
            .map(Content::Number)
            .ok_or_else(|| self.fault(format!("the number `{}` is too large", shortened(text))))
    }

    fn digits(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, what: &str) -> Result<(), Fault> {
        if !self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            return Err(self.expected(what));
        }
        self.digits();
        Ok(())
    }

    fn word(&mut self, word: &str, content: Content) -> Result<Content, Fault> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.expected(&format!("`{word}`")));
        }
        self.at += word.len();
        Ok(content)
    }

    fn take(&mut self, byte: u8) -> bool {
        let taken = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(taken);
        taken
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.at;
                    self.continued = 0;
                }
                _ => return,
            }
        }
    }

    fn column(&self) -> u32 {
        u32::try_from(self.at - self.line_start - self.continued).unwrap_or(u32::MAX - 1) + 1
    }

    fn expected(&self, what: &str) -> Fault {
        let found = match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => "the end of the text".to_owned(),
            Some(character) => format!("`{}`", character.escape_debug()),
        };
        self.fault(format!("not valid JSON: expected {what}, found {found}"))
    }

    fn fault(&self, message: String) -> Fault {
        Fault { rule: SYNTAX, message, line: self.line, column: self.column() }
    }
}

fn shortened(text: &str) -> &str {
    text.get(..40).unwrap_or(text)
}
