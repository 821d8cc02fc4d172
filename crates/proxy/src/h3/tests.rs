//! What clients may send, under bytes nobody thought of: whatever comes, it is read the same in whatever pieces it comes.

use bytes::Bytes;
use head::Headers;
use http::Version;

use super::{
    control::{OneWay, Told},
    frame::{Piece, Reader, kind},
    qpack,
};
use crate::{
    h2::request::{Fields, Trailers},
    random::Random,
};

const HEAD: usize = 4 << 10;

/// What is read of a stream of requests.
fn request(bytes: &[u8], size: usize) -> Vec<String> {
    let mut reader = Reader::default();
    let (mut seen, mut data) = (Vec::new(), 0);
    for chunk in bytes.chunks(size) {
        let mut chunk = Bytes::copy_from_slice(chunk);
        loop {
            match reader.next(&mut chunk, HEAD) {
                Piece::More => break,
                Piece::Data(piece) => data += piece.len(),
                Piece::Nothing => seen.push("nothing".to_owned()),
                Piece::TooLarge(kind) => {
                    seen.push(format!("{kind} is too large"));
                    return seen;
                }
                Piece::Whole(kind::HEADERS, block) => {
                    let mut head = Fields::new(Headers::new(), HEAD);
                    let mut trailers = Trailers::default();
                    let read = qpack::decode(&block, |line| {
                        head.line(line);
                        trailers.line(line);
                    });
                    let head = head.finish(Version::HTTP_3).map(|request| {
                        assert!(request.head.headers.iter().all(|(name, value)| {
                            Headers::is_good_line(name.as_bytes(), value.as_bytes())
                        }));
                        request.head.uri
                    });
                    seen.push(format!("{data} {read:?} {head:?} {:?}", trailers.finish()));
                    data = 0;
                }
                Piece::Whole(kind, payload) => seen.push(format!("{kind} {payload:?}")),
            }
        }
    }
    seen.push(format!("{data} {}", reader.is_within()));
    seen
}

/// What is read of a stream of one direction.
fn one_way(bytes: &[u8], size: usize) -> Vec<String> {
    let mut stream = OneWay::default();
    let mut seen = Vec::new();
    for chunk in bytes.chunks(size) {
        let mut chunk = Bytes::copy_from_slice(chunk);
        loop {
            match stream.next(&mut chunk) {
                Ok(Told::More) => break,
                Ok(told) => seen.push(format!("{told:?}")),
                Err(code) => {
                    seen.push(format!("{code:?}"));
                    return seen;
                }
            }
            if seen.last().is_some_and(|last| last == "Unknown") {
                return seen;
            }
        }
    }
    seen
}

#[test]
fn whatever_comes_is_read_the_same_in_whatever_pieces_it_comes() {
    let words: [&[u8]; 16] = [
        &[
            1, 0x40, 0x12, 0, 0, 0xd1, 0xd7, 0x51, 2, b'/', b'a', 0x50, 1, b'a', 0x23, b'x', b'-', b'y', 1,
            b'z',
        ],
        &[1, 5, 0, 0, 0xd1, 0xd7, 0xc1],
        &[0, 3, b'a', b'b', b'c'],
        &[0, 0],
        &[0x21, 1, 9],
        &[4, 0],
        &[4, 2, 6, 0x40],
        &[7, 1, 0],
        &[0, 4, 0],
        &[2, 0x20],
        &[3, 0x7f, 0x80, 0],
        &[0x40],
        &[0xff],
        &[0x80, 0, 0, 1],
        &[0x2f, 0xff, 0x03],
        &[0x54, 0x83, 0xff, 0xff, 0xff],
    ];
    let mut random = Random::new();
    let mut below = |bound: usize| (random.next() % bound as u64) as usize;
    for _ in 0..20_000 {
        let mut bytes = Vec::new();
        for _ in 0..below(8) {
            bytes.extend_from_slice(words[below(words.len())]);
        }
        for _ in 0..below(4) {
            if !bytes.is_empty() {
                let at = below(bytes.len());
                match below(3) {
                    0 => bytes[at] = below(256) as u8,
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, below(256) as u8),
                }
            }
        }
        let size = 1 + below(5);
        let whole = bytes.len().max(1);
        assert_eq!(request(&bytes, size), request(&bytes, whole), "{bytes:x?} in pieces of {size}");
        assert_eq!(one_way(&bytes, size), one_way(&bytes, whole), "{bytes:x?} in pieces of {size}");
    }
}
