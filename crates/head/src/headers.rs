//! The fields of a head.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{BadFields, FieldValue, Known, Value, read};

/// The fields of a head, in their order. A name may be there several times.
#[derive(Clone, Default)]
pub struct Headers {
    /// Lines with names in lower case; what was removed stays until the head is dropped.
    pub(crate) text: Vec<u8>,
    pub(crate) fields: Vec<Field>,
    /// A bit for every well-known field that may be there.
    pub(crate) seen: u64,
}

/// Where in the text a field lies.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: Part,
    pub(crate) value: Part,
    pub(crate) known: Option<Known>,
    /// Whether the line is in the text as it is written: name, colon, space, value, CR LF.
    pub(crate) is_plain: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct Part {
    at: u32,
    length: u32,
}

/// Something that names a field.
pub trait Name {
    /// A token, in any case.
    fn name(&self) -> &str;
}

impl Headers {
    pub const fn new() -> Headers {
        Headers { text: Vec::new(), fields: Vec::new(), seen: 0 }
    }

    /// Room for so many fields of so much text, bytes.
    pub fn with_capacity(fields: usize, text: usize) -> Headers {
        Headers { text: Vec::with_capacity(text), fields: Vec::with_capacity(fields), seen: 0 }
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether a well-known field is there.
    pub fn has(&self, known: Known) -> bool {
        self.seen & known.bit() != 0 && self.fields.iter().any(|field| field.known == Some(known))
    }

    /// The first value of a well-known field.
    pub fn first(&self, known: Known) -> Option<Value<'_>> {
        self.all(known).next()
    }

    /// All values of a well-known field.
    pub fn all(&self, known: Known) -> impl Iterator<Item = Value<'_>> {
        let fields = if self.seen & known.bit() == 0 { &[][..] } else { &self.fields[..] };
        fields.iter().filter(move |field| field.known == Some(known)).map(|field| self.value(field))
    }

    /// Removes a well-known field.
    pub fn discard(&mut self, known: Known) {
        if self.seen & known.bit() != 0 {
            self.fields.retain(|field| field.known != Some(known));
            self.seen &= !known.bit();
        }
    }

    /// Removes each of these well-known fields.
    pub fn discard_all(&mut self, these: &[Known]) {
        let bits = these.iter().fold(0, |bits, known| bits | known.bit());
        if self.seen & bits != 0 {
            self.fields.retain(|field| field.known.is_none_or(|known| bits & known.bit() == 0));
            self.seen &= !bits;
        }
    }

    /// Whether any of these well-known fields may be there; where not, none is.
    pub fn may_have(&self, these: &[Known]) -> bool {
        these.iter().fold(0, |bits, known| bits | known.bit()) & self.seen != 0
    }

    /// Whether there is an underscore anywhere, in a name or a value.
    pub fn have_underscore(&self) -> bool {
        memchr::memchr(b'_', &self.text).is_some()
    }

    /// Sets a well-known field to text that is a valid value by construction: nothing is checked outside of debug builds.
    pub fn set(&mut self, known: Known, value: &[u8]) {
        debug_assert!(is_value(value), "{} set to {value:?}", known.name());
        self.discard(known);
        self.push(known.name(), value, Some(known));
    }

    /// Adds a line of a well-known field; see [`Headers::set`].
    pub fn add(&mut self, known: Known, value: &[u8]) {
        debug_assert!(is_value(value), "{} set to {value:?}", known.name());
        self.push(known.name(), value, Some(known));
    }

    /// Adds a line that was not read from text: a name in lower case and a value, both checked (RFC 9113 §8.2.1). Says which
    /// well-known field it is.
    ///
    /// # Errors
    /// What is wrong with the line, which is not added then.
    pub fn add_checked(&mut self, name: &[u8], value: &[u8]) -> Result<Option<Known>, BadFields> {
        if !read::is_lower_token(name) {
            return Err(BadFields::Name);
        }
        if !read::is_bare_value(value) {
            return Err(BadFields::Value);
        }
        let known = Known::of(name);
        self.push_bytes(name, value, known);
        Ok(known)
    }

    /// Whether [`Headers::add_checked`] would take such a line.
    pub fn is_good_line(name: &[u8], value: &[u8]) -> bool {
        read::is_lower_token(name) && read::is_bare_value(value)
    }

    /// Adds a line that [`Headers::add_checked`] has taken before, of this name, value and well-known field.
    pub fn add_known_good(&mut self, name: &[u8], value: &[u8], known: Option<Known>) {
        debug_assert!(Headers::is_good_line(name, value), "{name:?}: {value:?}");
        self.push_bytes(name, value, known);
    }

    pub fn contains_key(&self, name: impl Name) -> bool {
        self.get(name).is_some()
    }

    /// The first value of a field.
    pub fn get(&self, name: impl Name) -> Option<Value<'_>> {
        let name = name.name().as_bytes();
        if let Some(known) = Known::of(name) {
            return self.first(known);
        }
        let mut fields = self.fields.iter();
        fields.find(|field| self.name(field).eq_ignore_ascii_case(name)).map(|field| self.value(field))
    }

    /// All values of a field, a line each.
    pub fn get_all<N: Name>(&self, name: N) -> GetAll<'_, N> {
        GetAll { headers: self, name }
    }

    /// Sets a field: one line, whatever was there.
    pub fn insert(&mut self, name: impl Name, value: impl FieldValue) {
        match Known::of(name.name().as_bytes()) {
            Some(known) => {
                self.discard(known);
                self.push(name.name(), value.bytes(), Some(known));
            }
            None => {
                self.remove(name.name());
                self.append(name, value);
            }
        }
    }

    /// Adds a line.
    pub fn append(&mut self, name: impl Name, value: impl FieldValue) {
        let at = self.text.len();
        let known = Known::of(name.name().as_bytes());
        self.push(name.name(), value.bytes(), known);
        if known.is_some() {
            return;
        }
        let name = &mut self.text[at..][..name.name().len()];
        name.make_ascii_lowercase();
        if let Some(known) = Known::of(name)
            && let Some(field) = self.fields.last_mut()
        {
            field.known = Some(known);
            self.seen |= known.bit();
        }
    }

    /// Adds every line that another head has.
    pub fn add_all(&mut self, other: &Headers) {
        let by = u32::try_from(self.text.len()).expect("heads are bounded far below 4 GiB");
        self.text.extend_from_slice(&other.text);
        self.fields.extend(other.fields.iter().map(|field| field.moved(by)));
        self.seen |= other.seen;
    }

    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
        self.seen = 0;
    }

    /// How much text it holds memory for, bytes.
    pub fn capacity(&self) -> usize {
        self.text.capacity()
    }

    /// Removes all lines of a field; whether there were any.
    pub fn remove(&mut self, name: impl Name) -> bool {
        let name = name.name().as_bytes();
        let before = self.fields.len();
        match Known::of(name) {
            Some(known) => self.discard(known),
            None => {
                let text = &self.text;
                self.fields.retain(|field| !field.name.of_text(text).eq_ignore_ascii_case(name));
            }
        }
        self.fields.len() < before
    }

    /// Removes all lines of a field; the value of the first.
    pub fn take(&mut self, name: impl Name) -> Option<HeaderValue> {
        let value = self.get(name.name()).map(HeaderValue::from);
        if value.is_some() {
            self.remove(name);
        }
        value
    }

    /// Keeps the lines for which this holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, Value<'_>) -> bool) {
        let text = &self.text;
        self.fields.retain(|field| keep(field.name_in(text), Value(field.value.of_text(text))));
    }

    /// Every line: name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.fields.iter().map(|field| (field.name_in(&self.text), self.value(field)))
    }

    /// Every line with what it is, where that is well-known.
    pub fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8], Option<Known>)> {
        self.fields.iter().map(|field| (self.name(field), field.value.of_text(&self.text), field.known))
    }

    /// Writes every line but those of the well-known fields in `but`, as a head has them (RFC 9112 §5).
    pub fn write(&self, out: &mut Vec<u8>, but: &[Known]) {
        let but = but.iter().fold(0, |bits, known| bits | known.bit());
        out.reserve(self.text.len());
        // Lines that lie in the text as they are written go out in one piece with their neighbours.
        let (mut from, mut to) = (0, 0);
        for field in &self.fields {
            if field.known.is_some_and(|known| but & known.bit() != 0) {
                continue;
            }
            let (at, end) = (field.name.at as usize, field.value.end() + 2);
            if field.is_plain && at == to {
                to = end;
                continue;
            }
            out.extend_from_slice(&self.text[from..to]);
            (from, to) = (at, end);
            if !field.is_plain {
                out.extend_from_slice(self.name(field));
                out.extend_from_slice(b": ");
                out.extend_from_slice(field.value.of_text(&self.text));
                out.extend_from_slice(b"\r\n");
                from = end;
            }
        }
        out.extend_from_slice(&self.text[from..to]);
    }

    /// The names, once for every line.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name_in(&self.text))
    }

    /// The fields as a map.
    pub fn to_map(&self) -> HeaderMap {
        let mut map = HeaderMap::with_capacity(self.len());
        for (name, value) in self.iter() {
            // Names were checked as values were.
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                map.append(name, value.to_owned());
            }
        }
        map
    }

    fn name(&self, field: &Field) -> &[u8] {
        field.name.of_text(&self.text)
    }

    fn value(&self, field: &Field) -> Value<'_> {
        Value(field.value.of_text(&self.text))
    }

    fn push(&mut self, name: &str, value: &[u8], known: Option<Known>) {
        self.push_bytes(name.as_bytes(), value, known);
    }

    fn push_bytes(&mut self, name: &[u8], value: &[u8], known: Option<Known>) {
        let at = self.text.len();
        self.text.reserve(name.len() + value.len() + 4);
        self.text.extend_from_slice(name);
        self.text.extend_from_slice(b": ");
        self.text.extend_from_slice(value);
        self.text.extend_from_slice(b"\r\n");
        let value_at = at + name.len() + 2;
        let (name, value) = (Part::of((at, at + name.len())), Part::of((value_at, value_at + value.len())));
        self.seen |= known.map_or(0, Known::bit);
        self.fields.push(Field { name, value, known, is_plain: true });
    }
}

impl Field {
    /// The same field in a text in which it lies so much further back.
    fn moved(self, by: u32) -> Field {
        let moved = |part: Part| Part { at: part.at + by, length: part.length };
        Field { name: moved(self.name), value: moved(self.value), ..self }
    }

    fn name_in<'a>(&self, text: &'a [u8]) -> &'a str {
        std::str::from_utf8(self.name.of_text(text)).unwrap_or_default()
    }
}

impl Part {
    pub(crate) fn of((start, end): (usize, usize)) -> Part {
        let place = |at| u32::try_from(at).expect("heads are bounded far below 4 GiB");
        Part { at: place(start), length: place(end - start) }
    }

    /// As [`Part::of`], in a text that was seen to be short enough.
    pub(crate) fn at(at: usize, length: usize) -> Part {
        Part { at: at as u32, length: length as u32 }
    }

    fn end(self) -> usize {
        (self.at + self.length) as usize
    }

    fn of_text(self, text: &[u8]) -> &[u8] {
        &text[self.at as usize..][..self.length as usize]
    }
}

fn is_value(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == b'\t' || (*b >= b' ' && *b != 0x7f))
}

/// All values of one field.
pub struct GetAll<'a, N> {
    headers: &'a Headers,
    name: N,
}

impl<'a, N: Name> GetAll<'a, N> {
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> + use<'a, '_, N> {
        let (headers, name) = (self.headers, self.name.name().as_bytes());
        let known = Known::of(name);
        let is_absent = known.is_some_and(|known| headers.seen & known.bit() == 0);
        let fields = if is_absent { &[][..] } else { &headers.fields[..] };
        let is_it = move |field: &&Field| match known {
            Some(_) => field.known == known,
            None => headers.name(field).eq_ignore_ascii_case(name),
        };
        fields.iter().filter(is_it).map(|field| headers.value(field))
    }
}

impl<'a, N: Name + 'a> IntoIterator for GetAll<'a, N> {
    type Item = Value<'a>;
    type IntoIter = Box<dyn Iterator<Item = Value<'a>> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        let GetAll { headers, name } = self;
        let lines = headers.fields.iter();
        Box::new(
            lines
                .filter(move |field| headers.name(field).eq_ignore_ascii_case(name.name().as_bytes()))
                .map(|f| headers.value(f)),
        )
    }
}

impl Name for HeaderName {
    fn name(&self) -> &str {
        self.as_str()
    }
}

impl Name for &HeaderName {
    fn name(&self) -> &str {
        self.as_str()
    }
}

impl Name for Known {
    fn name(&self) -> &str {
        Known::name(*self)
    }
}

impl Name for &str {
    fn name(&self) -> &str {
        self
    }
}

impl From<&HeaderMap> for Headers {
    fn from(map: &HeaderMap) -> Headers {
        let mut headers = Headers::with_capacity(map.len() + 9, 1024);
        for (name, value) in map {
            headers.append(name, value);
        }
        headers
    }
}

impl FromIterator<(HeaderName, HeaderValue)> for Headers {
    fn from_iter<I: IntoIterator<Item = (HeaderName, HeaderValue)>>(lines: I) -> Headers {
        let mut headers = Headers::new();
        headers.extend(lines);
        headers
    }
}

impl Extend<(HeaderName, HeaderValue)> for Headers {
    fn extend<I: IntoIterator<Item = (HeaderName, HeaderValue)>>(&mut self, lines: I) {
        for (name, value) in lines {
            self.append(name, value);
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    fn parsed(lines: &[(&str, &str)]) -> Headers {
        let mut text: String = lines.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        text.push_str("\r\n");
        Headers::read(&mut text.into_bytes(), 100, &mut Headers::new()).unwrap().unwrap().0
    }

    #[test]
    fn what_is_written_is_what_is_there_in_one_form() {
        let mut text = *b"Host: a\r\nX-One:  1 \r\nX-Two: 2\r\nVia: 1.1 x\r\nX-Three: 3\r\nX-Four:4\r\n\r\n";
        let mut headers = Headers::read(&mut text, 100, &mut Headers::new()).unwrap().unwrap().0;
        headers.remove("x-two");
        headers.insert("X-Five", HeaderValue::from_static("5"));
        headers.set(Known::Via, b"2.0 y");
        let mut out = Vec::new();
        headers.write(&mut out, &[Known::Host]);
        let expected = "x-one: 1\r\nx-three: 3\r\nx-four: 4\r\nx-five: 5\r\nvia: 2.0 y\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn fields_keep_their_order_and_are_found_whatever_their_case() {
        let headers = parsed(&[("Host", "a"), ("X-One", "1"), ("ACCEPT", "b"), ("x-one", "2")]);
        let lines: Vec<_> = headers.iter().map(|(n, v)| format!("{n}={}", v.to_str().unwrap())).collect();
        assert_eq!(headers.get("X-ONE").unwrap(), "1");
        assert_eq!(lines, ["host=a", "x-one=1", "accept=b", "x-one=2"]);
        assert_eq!(headers.get("x-one").unwrap(), "1");
        assert_eq!(headers.get_all("x-one").iter().count(), 2);
        assert_eq!(headers.get(header::ACCEPT).unwrap(), "b");
        assert_eq!(headers.first(Known::Host).unwrap(), "a");
        assert!(headers.has(Known::Host) && !headers.has(Known::Via));
    }

    #[test]
    fn a_field_that_is_set_is_there_once() {
        let mut headers = parsed(&[("Via", "1"), ("x-a", "2"), ("Via", "3"), ("x-a", "4")]);
        headers.set(Known::Via, b"5");
        headers.insert("x-a", HeaderValue::from_static("6"));
        let lines: Vec<_> = headers.iter().map(|(n, v)| format!("{n}={}", v.to_str().unwrap())).collect();
        assert_eq!(lines, ["via=5", "x-a=6"]);
        assert!(headers.remove(header::VIA) && !headers.remove(header::VIA));
        assert!(!headers.contains_key("via") && headers.first(Known::Via).is_none());
    }

    #[test]
    fn a_map_and_back_is_the_same() {
        let mut map = HeaderMap::new();
        map.append("x-a", HeaderValue::from_static("1"));
        map.append("x-a", HeaderValue::from_bytes(b"\xe9").unwrap());
        map.append(header::HOST, HeaderValue::from_static("h"));
        assert_eq!(Headers::from(&map).to_map(), map);
        assert!(Headers::from(&map).get_all("x-a").iter().any(|value| value.to_str().is_err()));
    }

    #[test]
    fn every_well_known_name_is_known_by_its_name() {
        for known in crate::known::ALL {
            assert_eq!(Known::of(known.name().as_bytes()), Some(*known));
            assert_eq!(known.name(), known.name().to_ascii_lowercase());
        }
        assert_eq!(Known::of(b""), None);
        assert_eq!(Known::of(b"hosts"), None);
    }
}
