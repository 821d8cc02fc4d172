//! The fields that both sides know by number (RFC 7541 §2.3).

use std::collections::VecDeque;

use head::Known;

/// Fields everyone knows (RFC 7541 §A), from 1 on.
#[rustfmt::skip]
pub(super) static STATIC: [(&str, &str); 61] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
    (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
    (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
    ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
    ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
    ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
    ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
    ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
    ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
    ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
    ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
];

/// What of the static table is a well-known field.
pub(super) const fn known(number: usize) -> Option<Known> {
    Some(match number {
        23 => Known::Authorization,
        28 => Known::ContentLength,
        31 => Known::ContentType,
        32 => Known::Cookie,
        33 => Known::Date,
        35 => Known::Expect,
        38 => Known::Host,
        48 => Known::ProxyAuthenticate,
        49 => Known::ProxyAuthorization,
        57 => Known::TransferEncoding,
        60 => Known::Via,
        _ => return None,
    })
}

/// The number of a name in the static table, 0 where it is not there.
pub(super) fn number(name: &[u8], known: Option<Known>) -> usize {
    if let Some(known) = known {
        return match known {
            Known::Authorization => 23,
            Known::ContentLength => 28,
            Known::ContentType => 31,
            Known::Cookie => 32,
            Known::Date => 33,
            Known::Expect => 35,
            Known::Host => 38,
            Known::ProxyAuthenticate => 48,
            Known::ProxyAuthorization => 49,
            Known::TransferEncoding => 57,
            Known::Via => 60,
            _ => 0,
        };
    }
    match name {
        b"accept-charset" => 15,
        b"accept-encoding" => 16,
        b"accept-language" => 17,
        b"accept-ranges" => 18,
        b"accept" => 19,
        b"access-control-allow-origin" => 20,
        b"age" => 21,
        b"allow" => 22,
        b"cache-control" => 24,
        b"content-disposition" => 25,
        b"content-encoding" => 26,
        b"content-language" => 27,
        b"content-location" => 29,
        b"content-range" => 30,
        b"etag" => 34,
        b"expires" => 36,
        b"from" => 37,
        b"if-match" => 39,
        b"if-modified-since" => 40,
        b"if-none-match" => 41,
        b"if-range" => 42,
        b"if-unmodified-since" => 43,
        b"last-modified" => 44,
        b"link" => 45,
        b"location" => 46,
        b"max-forwards" => 47,
        b"range" => 50,
        b"referer" => 51,
        b"refresh" => 52,
        b"retry-after" => 53,
        b"server" => 54,
        b"set-cookie" => 55,
        b"strict-transport-security" => 56,
        b"user-agent" => 58,
        b"vary" => 59,
        b"www-authenticate" => 61,
        _ => 0,
    }
}

/// Fields of one connection, the newest first.
#[derive(Default)]
pub(super) struct Table {
    entries: VecDeque<Entry>,
    size: usize,
    bound: usize,
}

pub(super) struct Entry {
    /// The name, then the value.
    text: Box<[u8]>,
    name: usize,
    pub(super) known: Option<Known>,
    /// Whether name and value are such as a field can have.
    pub(super) is_good: bool,
    pub(super) hash: u32,
}

impl Entry {
    pub(super) fn new(name: &[u8], value: &[u8], known: Option<Known>, is_good: bool, hash: u32) -> Entry {
        Entry { text: [name, value].concat().into(), name: name.len(), known, is_good, hash }
    }

    pub(super) fn name(&self) -> &[u8] {
        &self.text[..self.name]
    }

    pub(super) fn value(&self) -> &[u8] {
        &self.text[self.name..]
    }

    /// What it counts as (RFC 7541 §4.1).
    fn size(&self) -> usize {
        self.text.len() + 32
    }
}

impl Table {
    pub(super) fn new(bound: usize) -> Table {
        Table { bound, ..Table::default() }
    }

    pub(super) fn bound(&self) -> usize {
        self.bound
    }

    /// Changes how large it may be (RFC 7541 §4.3).
    pub(super) fn resize(&mut self, bound: usize) {
        self.bound = bound;
        self.evict(bound);
    }

    /// Adds a field; one that is larger than the table empties it (RFC 7541 §4.4).
    pub(super) fn add(&mut self, entry: Entry) {
        let size = entry.size();
        self.evict(self.bound.saturating_sub(size));
        if size <= self.bound {
            self.size += size;
            self.entries.push_front(entry);
        }
    }

    /// The field of this number after those of the static table.
    pub(super) fn get(&self, number: usize) -> Option<&Entry> {
        self.entries.get(number)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    fn evict(&mut self, to: usize) {
        while self.size > to
            && let Some(oldest) = self.entries.pop_back()
        {
            self.size -= oldest.size();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_names_are_those_of_the_table() {
        for (at, (name, _)) in STATIC.iter().enumerate() {
            let name = name.as_bytes();
            assert_eq!(known(at + 1), Known::of(name), "{at}");
            if !name.starts_with(b":") {
                assert_eq!(number(name, Known::of(name)), at + 1);
            }
        }
        assert_eq!((number(b"x-a", None), number(b"x-request-id", Some(Known::XRequestId))), (0, 0));
    }
}
