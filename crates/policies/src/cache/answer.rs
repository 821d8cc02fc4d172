//! Answers made of what is stored (RFC 9111 §4).

use ::cache::{Range, Stored, is_in_range, is_not_modified};
use bytes::Bytes;
use head::{Headers, Known};
use policy::prelude::*;

/// Fields of content that a client already has (RFC 9110 §15.4.5).
const OF_CONTENT: [&str; 4] = ["content-encoding", "content-language", "content-length", "content-range"];

/// The answer of what is stored to a request: whole, a part of it, or that the client has it.
pub(crate) fn answer(
    stored: &Stored,
    request: &Headers,
    range: Option<Value<'_>>,
    is_head: bool,
    now_ms: u64,
) -> (ResponseHead, Bytes) {
    // With room for what is added on the way back.
    let mut headers = Headers::with_capacity(stored.headers.len() + 6, stored.headers.capacity() + 256);
    headers.add_all(&stored.headers);
    let mut head = ResponseHead { status: stored.status, headers };
    let mut digits = itoa::Buffer::new();
    head.headers.append("age", Digits(digits.format(stored.age(now_ms))));
    if stored.status != StatusCode::OK {
        return (head, if is_head { Bytes::new() } else { stored.body.clone() });
    }
    if is_not_modified(request, &stored.headers) {
        head.status = StatusCode::NOT_MODIFIED;
        head.headers.discard(Known::ContentType);
        OF_CONTENT.iter().for_each(|name| {
            head.headers.remove(*name);
        });
        return (head, Bytes::new());
    }
    if is_head {
        return (head, Bytes::new());
    }
    let length = stored.body.len() as u64;
    let range = match range {
        Some(range) if is_in_range(request, &stored.headers) => Range::read(range.as_bytes(), length),
        _ => Range::Whole,
    };
    match range {
        Range::Whole => (head, stored.body.clone()),
        Range::Part(first, last) => {
            head.status = StatusCode::PARTIAL_CONTENT;
            head.headers.discard(Known::ContentLength);
            let text = format!("bytes {first}-{last}/{length}");
            head.headers.insert("content-range", Digits(&text));
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(stored.body.len());
            (head, stored.body.slice(place(first)..place(last + 1)))
        }
        Range::Unsatisfiable => {
            head.status = StatusCode::RANGE_NOT_SATISFIABLE;
            head.headers.discard(Known::ContentLength);
            head.headers.discard(Known::ContentType);
            head.headers.remove("content-encoding");
            head.headers.insert("content-range", Digits(&format!("bytes */{length}")));
            (head, Bytes::new())
        }
    }
}

/// Text that is a valid value of a field by construction.
struct Digits<'a>(&'a str);

impl head::FieldValue for Digits<'_> {
    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
