//! Names of entries and search filters in which a name and a DN are filled in: as values, so that nothing in them is ever read as
//! part of the filter or of the DN.

use super::ber::{OCTETS, SEQUENCE, nest, put};

/// Filters in filters.
const DEEPEST: usize = 16;
/// The longest template, bytes.
const LONGEST: usize = 4096;

/// What is filled in.
#[derive(Clone, Copy, Default)]
pub(crate) struct Filling<'a> {
    pub(crate) username: &'a str,
    pub(crate) dn: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Bytes(Vec<u8>),
    Username,
    Dn,
}

/// A value with slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Value(Vec<Piece>);

impl Value {
    fn push(&mut self, byte: u8) {
        match self.0.last_mut() {
            Some(Piece::Bytes(bytes)) => bytes.push(byte),
            _ => self.0.push(Piece::Bytes(vec![byte])),
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn fill(&self, filling: Filling<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Bytes(bytes) => out.extend_from_slice(bytes),
                Piece::Username => out.extend_from_slice(filling.username.as_bytes()),
                Piece::Dn => out.extend_from_slice(filling.dn.as_bytes()),
            }
        }
        out
    }
}

/// The DN of an entry with the slot `{username}` (RFC 4514).
#[derive(Clone, Debug)]
pub(crate) struct DnTemplate {
    before: String,
    after: String,
}

impl DnTemplate {
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(text: &str) -> Result<DnTemplate, String> {
        let wrong = "write a DN with `{username}` as a value: `uid={username},ou=people,dc=example,dc=com`";
        let (before, after) = text.split_once("{username}").ok_or(wrong)?;
        if text.len() > LONGEST || !before.trim_end().ends_with('=') || after.contains(['{', '}']) {
            return Err(wrong.to_owned());
        }
        if !(after.is_empty() || after.starts_with(',') && after.contains('=')) {
            return Err(wrong.to_owned());
        }
        Ok(DnTemplate { before: before.to_owned(), after: after.to_owned() })
    }

    /// Which attribute the name is a value of.
    pub(crate) fn attribute(&self) -> &str {
        let name = self.before.trim_end().trim_end_matches('=');
        name.rsplit([',', '+']).next().unwrap_or(name).trim()
    }

    pub(crate) fn fill(&self, username: &str) -> String {
        let mut out = self.before.clone();
        let last = username.chars().count().saturating_sub(1);
        for (at, c) in username.chars().enumerate() {
            // RFC 4514 §2.4.
            let escaped = match c {
                '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => true,
                ' ' => at == 0 || at == last,
                '#' => at == 0,
                _ => false,
            };
            if escaped {
                out.push('\\');
            }
            out.push(c);
        }
        out + &self.after
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// Equal, at least, at most, or alike: what differs is the tag.
    Compare(u8, String, Value),
    Present(String),
    /// What a value begins with, contains, and ends with; each may be empty.
    Substrings(String, Value, Vec<Value>, Value),
    Extensible {
        attribute: String,
        rule: String,
        with_dn: bool,
        value: Value,
    },
}

/// A search filter (RFC 4515) with the slots `{username}` and `{dn}` in its values.
#[derive(Clone, Debug)]
pub(crate) struct FilterTemplate(Node);

impl FilterTemplate {
    /// # Errors
    /// What is wrong with it, and where.
    pub(crate) fn read(text: &str) -> Result<FilterTemplate, String> {
        if text.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} bytes"));
        }
        let mut reader = Reader { text, at: 0 };
        let node = reader.node(0)?;
        if reader.at < text.len() {
            return Err(reader.wrong("nothing more is expected"));
        }
        Ok(FilterTemplate(node))
    }

    /// The attribute that is compared with a slot first.
    pub(crate) fn attribute(&self) -> Option<&str> {
        fn find(node: &Node) -> Option<&str> {
            match node {
                Node::And(nodes) | Node::Or(nodes) => nodes.iter().find_map(find),
                Node::Compare(_, attribute, value) if value.0.contains(&Piece::Username) => Some(attribute),
                _ => None,
            }
        }
        find(&self.0)
    }

    /// Whether a slot is in it.
    pub(crate) fn has_slot(&self) -> bool {
        fn in_value(value: &Value) -> bool {
            value.0.iter().any(|piece| !matches!(piece, Piece::Bytes(_)))
        }
        fn find(node: &Node) -> bool {
            match node {
                Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(find),
                Node::Not(node) => find(node),
                Node::Compare(_, _, value) | Node::Extensible { value, .. } => in_value(value),
                Node::Present(_) => false,
                Node::Substrings(_, first, any, last) => {
                    in_value(first) || any.iter().any(in_value) || in_value(last)
                }
            }
        }
        find(&self.0)
    }

    /// Writes it as a part of a request.
    pub(crate) fn put(&self, out: &mut Vec<u8>, filling: Filling<'_>) {
        write(&self.0, out, filling);
    }
}

fn write(node: &Node, out: &mut Vec<u8>, filling: Filling<'_>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => {
            let tag = if matches!(node, Node::And(_)) { 0xa0 } else { 0xa1 };
            nest(out, tag, |out| nodes.iter().for_each(|node| write(node, out, filling)));
        }
        Node::Not(node) => nest(out, 0xa2, |out| write(node, out, filling)),
        Node::Compare(tag, attribute, value) => nest(out, *tag, |out| {
            put(out, OCTETS, attribute.as_bytes());
            put(out, OCTETS, &value.fill(filling));
        }),
        Node::Present(attribute) => put(out, 0x87, attribute.as_bytes()),
        Node::Substrings(attribute, first, any, last) => nest(out, 0xa4, |out| {
            put(out, OCTETS, attribute.as_bytes());
            nest(out, SEQUENCE, |out| {
                let parts = [(0x80, first)].into_iter();
                let parts = parts.chain(any.iter().map(|value| (0x81, value))).chain([(0x82, last)]);
                for (tag, value) in parts.filter(|(_, value)| !value.is_empty()) {
                    put(out, tag, &value.fill(filling));
                }
            });
        }),
        Node::Extensible { attribute, rule, with_dn, value } => nest(out, 0xa9, |out| {
            for (tag, text) in [(0x81, rule), (0x82, attribute)] {
                if !text.is_empty() {
                    put(out, tag, text.as_bytes());
                }
            }
            put(out, 0x83, &value.fill(filling));
            if *with_dn {
                put(out, 0x84, &[0xff]);
            }
        }),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self, what: &str) -> String {
        format!("is no search filter (RFC 4515): at character {}, {what}", self.at + 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.take(byte) { Ok(()) } else { Err(self.wrong(&format!("`{}` is expected", byte as char))) }
    }

    fn node(&mut self, depth: usize) -> Result<Node, String> {
        if depth > DEEPEST {
            return Err(self.wrong("filters are nested too deeply"));
        }
        self.expect(b'(')?;
        let node = match self.peek() {
            Some(b'&') => {
                self.at += 1;
                Node::And(self.nodes(depth)?)
            }
            Some(b'|') => {
                self.at += 1;
                Node::Or(self.nodes(depth)?)
            }
            Some(b'!') => {
                self.at += 1;
                Node::Not(Box::new(self.node(depth + 1)?))
            }
            _ => self.item()?,
        };
        self.expect(b')')?;
        Ok(node)
    }

    fn nodes(&mut self, depth: usize) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        while self.peek() == Some(b'(') {
            nodes.push(self.node(depth + 1)?);
        }
        if nodes.is_empty() { Err(self.wrong("a filter in parentheses is expected")) } else { Ok(nodes) }
    }

    fn item(&mut self) -> Result<Node, String> {
        let attribute = self.word();
        if self.take(b':') {
            return self.extensible(attribute);
        }
        if attribute.is_empty() {
            return Err(self.wrong("the name of an attribute is expected"));
        }
        for (sign, tag) in [(b'>', 0xa5), (b'<', 0xa6), (b'~', 0xa8)] {
            if self.take(sign) {
                self.expect(b'=')?;
                let [value] = <[Value; 1]>::try_from(self.values()?)
                    .map_err(|_| self.wrong("`*` stands in comparisons by `=` only"))?;
                return Ok(Node::Compare(tag, attribute, value));
            }
        }
        self.expect(b'=')?;
        let mut values = self.values()?;
        Ok(match values.len() {
            1 => Node::Compare(0xa3, attribute, values.remove(0)),
            2 if values.iter().all(Value::is_empty) => Node::Present(attribute),
            _ => {
                let (first, last) = (values.remove(0), values.pop().unwrap_or_default());
                if values.iter().any(Value::is_empty) {
                    return Err(self.wrong("two `*` follow each other"));
                }
                Node::Substrings(attribute, first, values, last)
            }
        })
    }

    /// After the first `:`: `dn:rule:=value`, `rule:=value`, `dn:=value` or `=value`.
    fn extensible(&mut self, attribute: String) -> Result<Node, String> {
        let (mut with_dn, mut rule) = (false, String::new());
        while self.peek() != Some(b'=') {
            let word = self.word();
            match word.as_str() {
                "" => return Err(self.wrong("`dn`, a matching rule or `=` is expected")),
                "dn" if !with_dn && rule.is_empty() => with_dn = true,
                _ if rule.is_empty() => rule = word,
                _ => return Err(self.wrong("one matching rule is expected")),
            }
            self.expect(b':')?;
        }
        self.expect(b'=')?;
        if attribute.is_empty() && rule.is_empty() {
            return Err(self.wrong("an attribute or a matching rule is expected"));
        }
        let [value] =
            <[Value; 1]>::try_from(self.values()?).map_err(|_| self.wrong("`*` cannot stand here"))?;
        Ok(Node::Extensible { attribute, rule, with_dn, value })
    }

    /// The name of an attribute with its options, or an object identifier.
    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ';');
        let word = &rest[..rest.find(|c| !fits(c)).unwrap_or(rest.len())];
        self.at += word.len();
        word.to_owned()
    }

    /// Values with `*` between.
    fn values(&mut self) -> Result<Vec<Value>, String> {
        let mut values = vec![Value::default()];
        loop {
            let rest = &self.text[self.at..];
            let value = values.last_mut().expect("there is always one");
            let slot = [("{username}", Piece::Username), ("{dn}", Piece::Dn)];
            if let Some((name, piece)) = slot.into_iter().find(|(name, _)| rest.starts_with(name)) {
                value.0.push(piece);
                self.at += name.len();
                continue;
            }
            match rest.bytes().next() {
                None | Some(b')') => return Ok(values),
                Some(b'*') => values.push(Value::default()),
                Some(b'\\') => {
                    let digits = rest.get(1..3).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
                    let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                    value.push(byte.ok_or_else(|| self.wrong("two hexadecimal digits follow `\\`"))?);
                    self.at += 2;
                }
                Some(b'(' | b'{' | b'}' | 0) => {
                    return Err(self.wrong(
                        "only `{username}` and `{dn}` are filled in; other signs are written `\\` and two hexadecimal digits",
                    ));
                }
                Some(byte) => value.push(byte),
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(filter: &str, username: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let filling = Filling { username, dn: "cn=x" };
        FilterTemplate::read(filter).unwrap().put(&mut out, filling);
        out
    }

    #[test]
    fn filters_are_written_as_ldap_says() {
        assert_eq!(written("(a=*)", ""), [0x87, 1, b'a']);
        assert_eq!(written("(a=b)", ""), [0xa3, 6, 4, 1, b'a', 4, 1, b'b']);
        assert_eq!(
            written("(!(&(a>=1)(|(b<=2)(c~=3))))", ""),
            [
                0xa2, 28, 0xa0, 26, 0xa5, 6, 4, 1, b'a', 4, 1, b'1', 0xa1, 16, 0xa6, 6, 4, 1, b'b', 4, 1,
                b'2', 0xa8, 6, 4, 1, b'c', 4, 1, b'3'
            ]
        );
        assert_eq!(
            written("(a=b*c*d)", ""),
            [0xa4, 14, 4, 1, b'a', 0x30, 9, 0x80, 1, b'b', 0x81, 1, b'c', 0x82, 1, b'd']
        );
        assert_eq!(
            written("(m:dn:1.2:={dn})", ""),
            [0xa9, 17, 0x81, 3, b'1', b'.', b'2', 0x82, 1, b'm', 0x83, 4, b'c', b'n', b'=', b'x', 0x84, 1, 0xff]
        );
        assert_eq!(written("(a=\\28\\c3\\a9)", ""), [0xa3, 8, 4, 1, b'a', 4, 3, b'(', 0xc3, 0xa9]);
    }

    #[test]
    fn a_name_is_a_value_whatever_it_says() {
        for hostile in ["*", "*)(uid=*", "ada)(|(uid=*", "\\2a", "x\0y", "{dn}", "ada)(password=*"] {
            let mut expected = vec![0xa3, 7 + hostile.len() as u8, 4, 3, b'u', b'i', b'd', 4, hostile.len() as u8];
            expected.extend_from_slice(hostile.as_bytes());
            assert_eq!(written("(uid={username})", hostile), expected);
        }
    }

    #[test]
    fn what_is_no_filter_is_refused_with_its_place() {
        let deep = format!("{}(a=b){}", "(!".repeat(40), ")".repeat(40));
        for (text, part) in [
            ("", "character 1, `(`"),
            ("uid={username}", "`(`"),
            ("(uid={username}", "`)`"),
            ("(uid={user})", "only `{username}`"),
            ("(&)", "a filter in parentheses"),
            ("(=x)", "the name of an attribute"),
            ("(a)", "`=`"),
            ("(a>=*)", "`*`"),
            ("(a=b**c)", "two `*`"),
            ("(a=\\4)", "hexadecimal"),
            ("(a=b)(c=d)", "nothing more"),
            ("(:=x)", "an attribute or a matching rule"),
            (deep.as_str(), "nested too deeply"),
        ] {
            let error = FilterTemplate::read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_name_in_a_dn_is_escaped() {
        let template = DnTemplate::read("uid={username},ou=people").unwrap();
        assert_eq!(template.attribute(), "uid");
        for (name, filled) in [
            ("ada", "uid=ada,ou=people"),
            ("a,ou=admins", "uid=a\\,ou\\=admins,ou=people"),
            (" #x ", "uid=\\ #x\\ ,ou=people"),
            ("#a+b\"<>;\\", "uid=\\#a\\+b\\\"\\<\\>\\;\\\\,ou=people"),
            (" ", "uid=\\ ,ou=people"),
            ("é", "uid=é,ou=people"),
        ] {
            assert_eq!(template.fill(name), filled);
        }
        for wrong in ["uid=ada", "{username}", "uid={username}x", "uid={username},{dn}", "uid={username},ou"] {
            assert!(DnTemplate::read(wrong).is_err(), "{wrong}");
        }
    }
}
