//! What is coded within messages: base64 of gRPC-Web, fields of HTTP/2, certificates and keys in PEM.

use std::sync::Arc;

use fuzz::fuzz_from;
use model::{Certificate, Snapshot, snapshot::CertificateFiles};
use policy::grpc_web::{TextReader, TextWriter};

use crate::gateway::Rig;

/// What is read of these pieces; `None` where they are no base64.
fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut reader = TextReader::default();
    let mut plain = Vec::new();
    for piece in pieces {
        plain.extend_from_slice(&reader.push(piece).ok()?);
    }
    reader.end().ok()?;
    Some(plain)
}

#[test]
fn base64_is_read_in_one_way_however_it_is_cut() {
    let words = &["=", "==", "AAAA", "AAA=", "AA==", "gAAAAA", "+/", "-_", "\r\n"];
    let inputs = vec![b"AAAAAAFhAAAAAA==gAAAAA9ncnBjLXN0YXR1czowDQo=".to_vec()];
    fuzz_from("grpc-web", words, inputs, |input| {
        let whole = read([input].into_iter());
        for size in [1, 3, 4, 5, 1 + input.len() % 61] {
            assert_eq!(read(input.chunks(size)), whole, "in pieces of {size}");
        }
        // Whatever it means, it can be written, in pieces that each can be read by themselves.
        let plain = whole.as_deref().unwrap_or(input);
        let mut writer = TextWriter::default();
        let mut text = Vec::new();
        for piece in plain.chunks(1 + input.len() % 7) {
            text.extend_from_slice(&writer.push(piece));
            if piece.len() % 2 == 1 {
                text.extend_from_slice(&writer.flush());
            }
        }
        text.extend_from_slice(&writer.flush());
        assert_eq!(read([&*text].into_iter()).as_deref(), Some(plain));
        // Without padding in between it is plain base64, where there is one reading of each text.
        let canonical = whole.as_ref().filter(|_| !input[..input.len().saturating_sub(4)].contains(&b'='));
        if let Some(plain) = canonical {
            let mut writer = TextWriter::default();
            let text = [writer.push(plain), writer.flush()].concat();
            assert_eq!(text, input, "two texts of one meaning");
        }
        (whole.map(|plain| plain.len().min(64)), input.len().min(64))
    });
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

const FIELD_WORDS: &[&str] = &[
    "\u{0}",
    "\u{1}",
    "@",
    " ",
    "?\u{61}",
    "\u{7f}",
    ":path",
    ":authority",
    ":method",
    "\u{0}\u{5}:path\u{1}/",
    "@\u{a}:authority\u{1}a",
    "\u{10}\u{6}cookie\u{3}a=b",
    "@\u{3}x-a\u{1}b",
    "\u{0}\u{e}content-length\u{1}0",
    "\u{0}\u{a}connection\u{5}close",
];

/// Each input is a block of fields, sent twice: the second time it may refer to what the first has put into the table.
#[test]
fn fields_of_http2_are_read_in_bounds_and_mean_the_same_with_a_table() {
    let rig = Rig::new();
    let inputs = vec![
        b"\x82\x84\x86\x41\x01a".to_vec(),
        // Text by Huffman's code, an entry that is added, one that is referred to, and a table that is made smaller.
        b"\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff".to_vec(),
        b"\x82\x86\x84\x41\x01a\x40\x03x-a\x01b\xbe\xbe".to_vec(),
        b"\x20\x3f\x01\x82\x86\x84\x41\x01a".to_vec(),
        b"\x83\x86\x84\x01\x01a\x10\x05x-key\x03abc\x00\x06x-more\x7f\x00".to_vec(),
    ];
    fuzz_from("fields", FIELD_WORDS, inputs, |input| {
        let input = &input[..input.len().min(16_000)];
        let sent = [
            &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"[..],
            &frame(1, 5, 1, input),
            &frame(1, 5, 3, input),
        ]
        .concat();
        let (bytes, seen) = rig.run([&*sent].into_iter());
        for request in &seen {
            for (name, value) in &request.fields {
                assert!(!name.is_empty() && !value.contains(['\r', '\n', '\0']), "{name}: {value:?}");
            }
        }
        let (mut kinds, mut rest) = (Vec::new(), &*bytes);
        while rest.len() >= 9 && kinds.len() < 32 {
            let length = u32::from_be_bytes([0, rest[0], rest[1], rest[2]]) as usize;
            let of_it = rest.get(9..9 + length).unwrap_or_default();
            let code = if matches!(rest[3], 3 | 7) { of_it.last().copied() } else { None };
            kinds.push((rest[3], code));
            rest = rest.get(9 + length..).unwrap_or_default();
        }
        let fields = seen.iter().map(|request| request.fields.len()).collect::<Vec<_>>();
        (kinds, fields)
    });
}

#[test]
fn certificates_and_keys_in_pem_are_read_or_refused() {
    let rig = Rig::new();
    let made = rcgen::generate_simple_self_signed(["a.example.com".to_owned()]).unwrap();
    let (chain, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let words = &[
        "-----BEGIN CERTIFICATE-----\n",
        "-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\n",
        "-----BEGIN",
        "-----",
        "=",
        "\r\n",
        "MII",
        "\u{0}",
    ];
    let certificate: Certificate =
        serde_json::from_value(serde_json::json!({ "name": "a", "cert_file": "a.pem", "key_file": "a.key" }))
            .unwrap();
    let inputs = vec![
        format!("{chain}\u{1}{key}").into_bytes(),
        format!("{chain}{chain}\u{1}{key}").into_bytes(),
        format!("{key}\u{1}{chain}").into_bytes(),
    ];
    let mut number = 1;
    fuzz_from("pem", words, inputs, |input| {
        let text = String::from_utf8_lossy(input);
        let (chain, key) = text.split_once('\u{1}').unwrap_or((&text, ""));
        let files = CertificateFiles {
            certificate: certificate.clone(),
            chain: chain.to_owned(),
            key: key.to_owned(),
            ocsp: None,
        };
        number += 1;
        let certificates = [("a".into(), Arc::new(files))].into_iter().collect();
        let snapshot = Snapshot { number, certificates, ..Snapshot::default() };
        let read = rig.publish(Arc::new(snapshot));
        read.map_err(|findings| findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>())
    });
}
