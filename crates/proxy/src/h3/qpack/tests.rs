use head::{Headers, Known};
use http::StatusCode;

use super::{
    Encoder, decode,
    table::{self, STATIC},
};
use crate::h2::hpack::BadBlock;

fn lines(block: &[u8]) -> Result<Vec<(String, String)>, BadBlock> {
    let mut all = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    decode(block, |line| all.push((text(line.name), text(line.value))))?;
    Ok(all)
}

#[test]
fn the_static_table_and_what_is_looked_up_in_it_agree() {
    for (number, (name, _)) in STATIC.iter().enumerate() {
        let known = Known::of(name.as_bytes());
        assert_eq!(table::known(number), known, "{name}");
        if let Some(first) = table::number(name.as_bytes(), known) {
            assert_eq!(STATIC[first].0, *name);
            assert!(first == 0 || STATIC[first - 1].0 != *name, "{name} begins before {first}");
        }
    }
}

#[test]
fn what_is_written_is_read_again() {
    let mut headers = Headers::new();
    let fields = [
        ("content-type", "application/json"),
        ("content-type", "application/grpc"),
        ("cache-control", "no-store"),
        ("vary", "origin"),
        ("etag", "\"a\""),
        ("x-anything", "at all"),
        ("set-cookie", "secret"),
        ("a", ""),
    ];
    for (name, value) in fields {
        headers.append(name, http::HeaderValue::from_static(value));
    }
    for status in [200, 103, 404, 418, 599] {
        let mut out = Vec::new();
        let mut encoder = Encoder::begin(&mut out);
        encoder.status(StatusCode::from_u16(status).unwrap());
        encoder.lines(&headers, Known::Date.bit());
        let read = lines(&out).unwrap();
        assert_eq!(read[0], (":status".to_owned(), status.to_string()));
        assert_eq!(read[1..], fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    // What is in the table whole takes a byte or two.
    let mut out = Vec::new();
    Encoder::begin(&mut out).known(Known::ContentType, b"application/json");
    assert_eq!(out, [0, 0, 0xc0 | 46]);
}

#[test]
fn the_example_of_the_standard_is_read() {
    // RFC 9204 §B.1.
    let block = [&[0, 0, 0x51, 0x0b][..], b"/index.html"].concat();
    assert_eq!(lines(&block).unwrap(), [(":path".to_owned(), "/index.html".to_owned())]);
}

#[test]
fn what_refers_to_a_table_that_is_not_there_is_refused() {
    for block in [
        &[][..],
        &[0],
        // A required insert count.
        &[2, 0, 0xc0],
        // A base before the first insertion, which the standard has endpoints refuse.
        &[0, 0x80, 0xc1],
        // Indexed, dynamic; post-base; names of the dynamic table.
        &[0, 0, 0x80],
        &[0, 0, 0x10],
        &[0, 0, 0x40, 0],
        &[0, 0, 0x00, 0],
        // Past the static table, and cut short.
        &[0, 0, 0xff, 36],
        &[0, 0, 0x51, 5, b'a'],
        &[0, 0, 0x23, b'a'],
        &[0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ] {
        assert_eq!(lines(block), Err(BadBlock), "{block:x?}");
    }
    assert_eq!(lines(&[0, 0]).unwrap(), []);
}
