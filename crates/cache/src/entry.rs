//! A stored response as bytes of a file, and back.

use bytes::Bytes;
use head::Headers;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::{Key, Selection, Stored, Times, sum::sum, tags, vary::Selected};

/// What a file begins with; the last byte is the version of the format.
const MAGIC: [u8; 8] = *b"pailour\x01";
/// Magic, length and checksum of the head, length and checksum of the body, each eight bytes.
pub(crate) const PREFIX: usize = 5 * 8;
/// The longest head, bytes.
pub(crate) const LONGEST_HEAD: u64 = 1 << 20;
const FIELDS: usize = 4096;

/// What of a file is read before its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub(crate) head: u64,
    head_sum: u64,
    pub(crate) body: u64,
    body_sum: u64,
}

impl Prefix {
    pub(crate) fn read(bytes: &[u8]) -> Option<Prefix> {
        let mut reader = Reader(bytes);
        (reader.take(8)? == MAGIC).then_some(())?;
        let mut word = || reader.number();
        let prefix = Prefix { head: word()?, head_sum: word()?, body: word()?, body_sum: word()? };
        (prefix.head <= LONGEST_HEAD).then_some(prefix)
    }

    /// The length of the file.
    pub(crate) fn file(&self) -> Option<u64> {
        self.body.checked_add(self.head)?.checked_add(PREFIX as u64)
    }

    pub(crate) fn has_head(&self, head: &[u8]) -> bool {
        head.len() as u64 == self.head && sum(head) == self.head_sum
    }

    pub(crate) fn has_body(&self, body: &[u8]) -> bool {
        body.len() as u64 == self.body && sum(body) == self.body_sum
    }
}

/// What of a file comes before the body.
pub(crate) fn write(stored: &Stored) -> Vec<u8> {
    let mut head = Vec::with_capacity(1024);
    put(&mut head, stored.key.text.as_bytes());
    let Times { born, lifetime, always_ask, never_stale, stale_while_revalidate, stale_if_error } =
        stored.times;
    head.extend(stored.status.as_u16().to_le_bytes());
    for number in [born, lifetime, stale_while_revalidate, stale_if_error] {
        head.extend(number.to_le_bytes());
    }
    head.push(u8::from(always_ask) | u8::from(never_stale) << 1);
    head.extend((stored.selection.0.len() as u32).to_le_bytes());
    for Selected { name, text, normal } in &stored.selection.0 {
        put(&mut head, name.as_bytes());
        head.push(u8::from(text.is_some()));
        put(&mut head, text.as_deref().unwrap_or_default());
        put(&mut head, normal);
    }
    head.extend((stored.headers.len() as u32).to_le_bytes());
    for (name, value) in stored.headers.iter() {
        put(&mut head, name.as_bytes());
        put(&mut head, value.as_bytes());
    }
    let mut file = Vec::with_capacity(PREFIX + head.len());
    file.extend(MAGIC);
    for number in [head.len() as u64, sum(&head), stored.body.len() as u64, sum(&stored.body)] {
        file.extend(number.to_le_bytes());
    }
    file.extend(head);
    file
}

/// A stored response without its body, of the head of a file; `key` makes the key of its text. `None` where it is none.
pub(crate) fn read(head: &[u8], key: impl FnOnce(String, usize) -> Key) -> Option<Stored> {
    let mut reader = Reader(head);
    let text = String::from_utf8(reader.get()?.to_vec()).ok()?;
    let url = text.find('\n')?;
    let status = StatusCode::from_u16(u16::from_le_bytes(reader.take(2)?.try_into().ok()?)).ok()?;
    let mut number = || reader.number();
    let (born, lifetime) = (number()?, number()?);
    let (stale_while_revalidate, stale_if_error) = (number()?, number()?);
    let flags = *reader.take(1)?.first()?;
    let (always_ask, never_stale) = (flags & 1 != 0, flags & 2 != 0);
    let mut selection = Vec::new();
    for _ in 0..reader.count()? {
        let name = std::str::from_utf8(reader.get()?).ok()?.into();
        let has_text = *reader.take(1)?.first()? == 1;
        let text = reader.get()?.into();
        selection.push(Selected { name, text: has_text.then_some(text), normal: reader.get()?.into() });
    }
    let count = reader.count()?;
    let mut headers = Headers::with_capacity(count, head.len());
    for _ in 0..count {
        let name = HeaderName::from_bytes(reader.get()?).ok()?;
        headers.append(&name, HeaderValue::from_bytes(reader.get()?).ok()?);
    }
    if !reader.0.is_empty() {
        return None;
    }
    let key = key(text, url);
    Some(Stored {
        tags: tags::of(key.tenant(), &headers),
        key,
        selection: Selection(selection),
        status,
        headers,
        body: Bytes::new(),
        times: Times { born, lifetime, always_ask, never_stale, stale_while_revalidate, stale_if_error },
    })
}

/// Reads a whole file, as it is read from disk; for tests that give it any bytes.
pub fn read_file(file: &[u8]) -> Option<Stored> {
    let prefix = Prefix::read(file)?;
    (prefix.file()? == file.len() as u64).then_some(())?;
    let (head, body) = file[PREFIX..].split_at(usize::try_from(prefix.head).ok()?);
    (prefix.has_head(head) && prefix.has_body(body)).then_some(())?;
    let stored = read(head, |text, url| Key { url: url as u64, id: 0, text: text.into() })?;
    Some(Stored { body: Bytes::copy_from_slice(body), ..stored })
}

/// Reads the head of a file as if its checksums were right; for tests that give it any bytes.
pub fn read_head(head: &[u8]) -> Option<Stored> {
    read(head, |text, url| Key { url: url as u64, id: 0, text: text.into() })
}

/// What a file holds of a response.
pub fn write_file(stored: &Stored) -> Vec<u8> {
    let mut file = write(stored);
    file.extend_from_slice(&stored.body);
    file
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend(bytes);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.take(4)?.try_into().ok()?)).ok()
    }

    fn count(&mut self) -> Option<usize> {
        self.length().filter(|count| *count <= FIELDS)
    }

    fn get(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }
}
