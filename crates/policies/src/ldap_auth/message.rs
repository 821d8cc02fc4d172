//! What is said to a directory, and what it says (RFC 4511 §4).

use super::{
    ber::{BOOLEAN, ENUMERATED, Elements, INTEGER, Malformed, OCTETS, SEQUENCE, SET, nest, put, put_number},
    template::{Filling, FilterTemplate},
};

/// The operation that goes on with TLS (RFC 4511 §4.14.1).
const START_TLS: &str = "1.3.6.1.4.1.1466.20037";

pub(crate) const BIND_DONE: u8 = 0x61;
pub(crate) const ENTRY: u8 = 0x64;
pub(crate) const SEARCH_DONE: u8 = 0x65;
/// Where else one might look; this is not followed.
pub(crate) const REFERENCE: u8 = 0x73;
pub(crate) const EXTENDED_DONE: u8 = 0x78;

/// What a search looks for.
pub(crate) struct Search<'a> {
    pub(crate) base: &'a str,
    pub(crate) scope: Scope,
    pub(crate) filter: &'a FilterTemplate,
    pub(crate) filling: Filling<'a>,
    pub(crate) attributes: &'a [String],
    /// Entries at most.
    pub(crate) most: u32,
    /// Seconds at most.
    pub(crate) seconds: u32,
}

/// How far below its base a search looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Base = 0,
    One = 1,
    Subtree = 2,
}

/// How an operation ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// RFC 4511 §A.1.
    pub(crate) code: u32,
    /// For operators.
    pub(crate) said: String,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) dn: String,
    /// By name, in small letters and without options. Values that are no text are left out.
    pub(crate) attributes: Vec<(String, Vec<String>)>,
}

impl Entry {
    pub(crate) fn values(&self, name: &str) -> &[String] {
        let found = self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(&[], |(_, values)| values)
    }
}

pub(crate) fn message(id: u32, operation: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    nest(&mut out, SEQUENCE, |out| {
        put_number(out, INTEGER, id);
        operation(out);
    });
    out
}

pub(crate) fn start_tls(out: &mut Vec<u8>) {
    nest(out, 0x77, |out| put(out, 0x80, START_TLS.as_bytes()));
}

pub(crate) fn bind(out: &mut Vec<u8>, dn: &str, password: &str) {
    nest(out, 0x60, |out| {
        put_number(out, INTEGER, 3);
        put(out, OCTETS, dn.as_bytes());
        put(out, 0x80, password.as_bytes());
    });
}

pub(crate) fn unbind(out: &mut Vec<u8>) {
    put(out, 0x42, &[]);
}

pub(crate) fn search(out: &mut Vec<u8>, search: &Search<'_>) {
    nest(out, 0x63, |out| {
        put(out, OCTETS, search.base.as_bytes());
        put_number(out, ENUMERATED, search.scope as u32);
        // Aliases are never followed: they might lead out of the base.
        put_number(out, ENUMERATED, 0);
        put_number(out, INTEGER, search.most);
        put_number(out, INTEGER, search.seconds);
        put(out, BOOLEAN, &[0]);
        search.filter.put(out, search.filling);
        nest(out, SEQUENCE, |out| {
            // By itself an empty list would mean all of them.
            let none = ["1.1".to_owned()];
            let asked = if search.attributes.is_empty() { &none } else { search.attributes };
            asked.iter().for_each(|name| put(out, OCTETS, name.as_bytes()));
        });
    });
}

/// Number, kind and content of a message.
pub(crate) fn read(message: &[u8]) -> Result<(u32, u8, &[u8]), Malformed> {
    let mut outer = Elements(message);
    let mut inner = Elements(outer.expect(SEQUENCE)?);
    let id = inner.number(INTEGER)?;
    let (kind, content) = inner.next()?;
    if !outer.is_empty() {
        return Err(Malformed);
    }
    Ok((id, kind, content))
}

pub(crate) fn outcome(content: &[u8]) -> Result<Outcome, Malformed> {
    let mut elements = Elements(content);
    let code = elements.number(ENUMERATED)?;
    elements.expect(OCTETS)?;
    let said = String::from_utf8_lossy(elements.expect(OCTETS)?);
    let said = said.chars().filter(|c| !c.is_control()).take(200).collect();
    Ok(Outcome { code, said })
}

pub(crate) fn entry(content: &[u8]) -> Result<Entry, Malformed> {
    let mut elements = Elements(content);
    let dn = elements.text()?.to_owned();
    let mut list = Elements(elements.expect(SEQUENCE)?);
    let mut attributes = Vec::new();
    while !list.is_empty() {
        let mut attribute = Elements(list.expect(SEQUENCE)?);
        let name = attribute.text()?;
        let name = name.split(';').next().unwrap_or(name).to_ascii_lowercase();
        let mut set = Elements(attribute.expect(SET)?);
        let mut values = Vec::new();
        while !set.is_empty() {
            let value = set.expect(OCTETS)?;
            values.extend(std::str::from_utf8(value).ok().map(str::to_owned));
        }
        attributes.push((name, values));
    }
    Ok(Entry { dn, attributes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bind_is_written_as_the_standard_says() {
        let sent = message(1, |out| bind(out, "cn=a", "pw"));
        let expected = b"\x30\x12\x02\x01\x01\x60\x0d\x02\x01\x03\x04\x04cn=a\x80\x02pw";
        assert_eq!(sent, expected);
    }

    #[test]
    fn what_a_directory_says_is_read_and_nonsense_is_not() {
        let bound = b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\x00\x04\x00";
        let (id, kind, content) = read(bound).unwrap();
        assert_eq!((id, kind), (1, BIND_DONE));
        assert_eq!(outcome(content).unwrap(), Outcome { code: 49, said: String::new() });

        let mut found = Vec::new();
        nest(&mut found, SEQUENCE, |out| {
            put(out, OCTETS, b"uid=ada,dc=x");
            nest(out, SEQUENCE, |out| {
                nest(out, SEQUENCE, |out| {
                    put(out, OCTETS, b"Mail;lang-en");
                    nest(out, SET, |out| {
                        put(out, OCTETS, b"ada@x");
                        put(out, OCTETS, b"\xff");
                    });
                });
            });
        });
        let found = entry(&found[2..]).unwrap();
        assert_eq!((found.dn.as_str(), found.values("MAIL")), ("uid=ada,dc=x", &["ada@x".to_owned()][..]));
        assert_eq!(read(b"\x30\x03\x02\x01\x01"), Err(Malformed));
        assert_eq!(read(b"\x31\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\x00\x04\x00"), Err(Malformed));
        assert!(outcome(b"\x0a\x01\x31").is_err());
        assert!(entry(b"\x04\x01a\x30\x04\x30\x02\x04\x00").is_err());
    }
}
