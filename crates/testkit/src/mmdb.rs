//! Files in the MaxMind DB format (version 2), for tests: small trees with records as JSON.

use std::{fs, net::IpAddr};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What says on every page where addresses are from: `./countries.mmdb` and `./asns.mmdb`.
pub struct Databases(TempDir);

impl Databases {
    #[expect(clippy::new_without_default, reason = "it writes files")]
    /// Writes them.
    ///
    /// # Panics
    /// Where a file cannot be written.
    pub fn new() -> Databases {
        let folder = TempDir::new().expect("a folder for databases");
        let country = mmdb(&[("127.0.0.0/8", json!({ "country": { "iso_code": "DE" } }))]);
        let system = mmdb(&[("127.0.0.0/8", json!({ "autonomous_system_number": 64500 }))]);
        for (name, bytes) in [("countries.mmdb", country), ("asns.mmdb", system)] {
            fs::write(folder.path().join(name), bytes).expect("a database is written");
        }
        Databases(folder)
    }

    /// The same policies, with the paths of these files.
    pub fn named_in(&self, policies: &str) -> String {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        ["countries.mmdb", "asns.mmdb"]
            .iter()
            .fold(policies.to_owned(), |text, name| text.replace(&format!("./{name}"), &path(name)))
    }
}

/// A node of the tree: two records, each empty, a further node, or what is known of a network.
#[derive(Clone, Copy)]
enum Record {
    Empty,
    Node(usize),
    Known(usize),
}

/// Writes a file that knows these networks (`10.0.0.0/8`, `2001:db8::/32`) by these records. Records are objects of objects, texts and numbers.
///
/// # Panics
/// Where a network cannot be read, or overlaps an earlier one.
pub fn mmdb(networks: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Record::Empty; 2]];
    let (mut known, mut offsets) = (Vec::new(), Vec::new());
    for (text, record) in networks {
        let (address, length) = text.split_once('/').expect("a network has a length");
        let length: u32 = length.parse().expect("a length is a number");
        let (bits, length) = match address.parse().expect("an address") {
            // Below `::/96`, as files for both versions have it.
            IpAddr::V4(address) => (u128::from(address.to_bits()), length + 96),
            IpAddr::V6(address) => (address.to_bits(), length),
        };
        offsets.push(known.len());
        write(record, &mut known);
        let mut node = 0;
        for depth in 0..length {
            let side = (bits >> (127 - depth) & 1) as usize;
            let is_last = depth + 1 == length;
            node = match (nodes[node][side], is_last) {
                (Record::Empty, true) => {
                    nodes[node][side] = Record::Known(offsets.len() - 1);
                    break;
                }
                (Record::Empty, false) => {
                    nodes.push([Record::Empty; 2]);
                    nodes[node][side] = Record::Node(nodes.len() - 1);
                    nodes.len() - 1
                }
                (Record::Node(next), false) => next,
                _ => panic!("{text} overlaps another network"),
            };
        }
    }
    let count = nodes.len();
    let mut file = Vec::new();
    for record in nodes.iter().flatten() {
        let number = match record {
            Record::Empty => count,
            Record::Node(at) => *at,
            Record::Known(at) => count + 16 + offsets[*at],
        };
        file.extend_from_slice(&(number as u32).to_be_bytes()[1..]);
    }
    file.extend_from_slice(&[0; 16]);
    file.extend_from_slice(&known);
    file.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
    metadata(count as u32, &mut file);
    file
}

fn metadata(nodes: u32, file: &mut Vec<u8>) {
    control(7, 9, file);
    for (name, kind, number) in [
        ("binary_format_major_version", 5, 2_u64),
        ("binary_format_minor_version", 5, 0),
        ("build_epoch", 9, 1_700_000_000),
        ("ip_version", 5, 6),
        ("node_count", 6, u64::from(nodes)),
        ("record_size", 5, 24),
    ] {
        text(name, file);
        unsigned(kind, number, file);
    }
    text("database_type", file);
    text("Test", file);
    text("languages", file);
    control(11, 0, file);
    text("description", file);
    control(7, 1, file);
    text("en", file);
    text("made by tests", file);
}

fn write(value: &Value, file: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            control(7, members.len(), file);
            for (name, member) in members {
                text(name, file);
                write(member, file);
            }
        }
        Value::String(said) => text(said, file),
        Value::Number(number) => unsigned(6, number.as_u64().expect("a whole number"), file),
        _ => panic!("{value} has no place in a record"),
    }
}

fn text(said: &str, file: &mut Vec<u8>) {
    control(2, said.len(), file);
    file.extend_from_slice(said.as_bytes());
}

/// Without the zeros before it.
fn unsigned(kind: u8, number: u64, file: &mut Vec<u8>) {
    let bytes = number.to_be_bytes();
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    control(kind, bytes.len() - start, file);
    file.extend_from_slice(&bytes[start..]);
}

/// The byte before a value: its type and its size. Types above 7 stand in a byte of their own.
fn control(kind: u8, size: usize, file: &mut Vec<u8>) {
    assert!(size < 285, "sizes are written in a byte and another");
    let first = if kind > 7 { 0 } else { kind << 5 };
    file.push(first | size.min(29) as u8);
    if kind > 7 {
        file.push(kind - 7);
    }
    if size >= 29 {
        file.push((size - 29) as u8);
    }
}
