use head::{Headers, Known};
use http::StatusCode;

use super::{Decoder, Encoder, huffman, table::STATIC};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

fn decode(decoder: &mut Decoder, block: &[u8]) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    let told = decoder.decode(block, |line| {
        lines.push(format!("{}: {}", line.name.escape_ascii(), line.value.escape_ascii()));
    });
    told.ok().map(|()| lines)
}

#[test]
fn the_examples_of_the_standard_are_read() {
    // RFC 7541 §C.3, §C.4, and §C.6 for a table of its own.
    let requests = [
        ("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"),
        ("8286 84be 5808 6e6f 2d63 6163 6865", "8286 84be 5886 a8eb 1064 9cbf"),
        (
            "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
            "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        ),
    ];
    let (mut plain, mut coded) = (Decoder::new(), Decoder::new());
    let expected = [
        ":method: GET|:scheme: http|:path: /|:authority: www.example.com",
        ":method: GET|:scheme: http|:path: /|:authority: www.example.com|cache-control: no-cache",
        ":method: GET|:scheme: https|:path: /index.html|:authority: www.example.com|custom-key: custom-value",
    ];
    for ((one, other), expected) in requests.iter().zip(expected) {
        assert_eq!(decode(&mut plain, &bytes(one)).unwrap().join("|"), expected);
        assert_eq!(decode(&mut coded, &bytes(other)).unwrap().join("|"), expected);
    }
    let mut decoder = Decoder::new();
    // The table of §C.6 is 256 bytes, so that entries are evicted.
    let size = bytes("3f e1 01");
    assert_eq!(decode(&mut decoder, &size), Some(vec![]));
    let first = bytes(
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad \
         1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
    );
    let lines = [
        ":status: 302",
        "cache-control: private",
        "date: Mon, 21 Oct 2013 20:13:21 GMT",
        "location: https://www.example.com",
    ];
    assert_eq!(decode(&mut decoder, &first).unwrap(), lines);
    let second = decode(&mut decoder, &bytes("4883 640e ffc1 c0bf")).unwrap();
    assert_eq!(second[0], ":status: 307");
    assert_eq!(second[1..], lines[1..]);
    let third = bytes(
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 \
         e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
    );
    assert_eq!(
        decode(&mut decoder, &third).unwrap()[5],
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
    );
}

#[test]
fn every_text_is_read_as_it_was_coded() {
    let all: Vec<u8> = (0..=255).collect();
    for byte in 0..=255_u8 {
        for length in 0..9 {
            let text = vec![byte; length];
            let mut out = Vec::new();
            huffman::decode(&huffman::encode(&text), &mut out).unwrap();
            assert_eq!(out, text, "{byte} {length} times");
        }
    }
    let mut out = Vec::new();
    huffman::decode(&huffman::encode(&all), &mut out).unwrap();
    assert_eq!(out, all);
}

#[test]
fn codes_that_end_wrong_are_none() {
    let bad = |text: &[u8]| huffman::decode(text, &mut Vec::new()).is_err();
    assert!(bad(&[0xff]), "eight ones are more than a byte's rest can be");
    assert!(bad(&[0x1f, 0xff]), "more than seven bits of ones");
    assert!(bad(&[0x18]), "zeros at the end");
    assert!(bad(&[0xff; 4]), "the end of the string within it");
    assert!(bad(&[0x1f, 0xff, 0xff, 0xff, 0xff]));
    assert!(huffman::decode(&[], &mut Vec::new()).is_ok());
}

#[test]
fn blocks_that_are_not_well_formed_end_the_connection() {
    for (name, block) in [
        ("number 0", "80"),
        ("a number past the tables", "be"),
        ("a number past the tables, in a literal", "7f 80 01 01 61"),
        ("a number that goes on", "ff ff ff ff ff ff ff ff ff ff 7f"),
        ("a number without an end", "ff"),
        ("a string without an end", "00 01 61 05 61"),
        ("a string of nothing", "00"),
        ("a size after a field", "82 20"),
        ("a size beyond what was offered", "3f e2 1f"),
        ("a string coded wrong", "00 01 61 81 ff"),
    ] {
        assert_eq!(decode(&mut Decoder::new(), &bytes(block)), None, "{name}");
    }
    assert_eq!(decode(&mut Decoder::new(), &bytes("3f e1 1f 20 3f e1 1f 82")).unwrap(), [":method: GET"]);
}

#[test]
fn a_table_forgets_the_oldest_and_what_does_not_fit_empties_it() {
    let mut decoder = Decoder::new();
    decode(&mut decoder, &bytes("3f 2d")).unwrap();
    // A table of 76 bytes holds two fields of 37.
    for letter in ["61", "62", "63"] {
        decode(&mut decoder, &bytes(&format!("40 02 78{letter} 03 313233"))).unwrap();
    }
    assert_eq!(decode(&mut decoder, &bytes("be bf")).unwrap(), ["xc: 123", "xb: 123"]);
    assert_eq!(decode(&mut decoder, &bytes("c0")), None);
    let large = format!("40 01 61 2d {}", "61".repeat(45));
    assert_eq!(decode(&mut decoder, &bytes(&large)).unwrap().len(), 1);
    assert_eq!(decode(&mut decoder, &bytes("be")), None);
}

fn headers(lines: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in lines {
        headers.add_checked(name.as_bytes(), value.as_bytes()).unwrap();
    }
    headers
}

#[test]
fn what_is_said_often_is_said_by_number_and_secrets_are_never_kept() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
    let lines = [
        ("content-type", "application/json"),
        ("server", "origin"),
        ("x-request-id", "0123456789"),
        ("set-cookie", "a=secret"),
        ("authorization", "Bearer secret"),
        ("x-long", &"x".repeat(300)),
    ];
    let mut lengths = Vec::new();
    for _ in 0..3 {
        let mut block = Vec::new();
        encoder.status(&mut block, StatusCode::IM_A_TEAPOT);
        encoder.lines(&mut block, &headers(&lines), Known::Via.bit());
        lengths.push(block.len());
        let read = decode(&mut decoder, &block).unwrap();
        assert_eq!(read[0], ":status: 418");
        let expected: Vec<_> = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(read[1..], expected);
        for secret in ["a=secret", "Bearer secret"] {
            let at = block.windows(secret.len()).position(|window| window == secret.as_bytes()).unwrap();
            // The literal's first byte says that nobody on the way may keep it (RFC 7541 §6.2.3).
            let begins = block[..at].iter().rposition(|byte| byte & 0xf0 == 0x10 && *byte != 0x17);
            assert_eq!(block[begins.unwrap()] & 0xf0, 0x10);
        }
    }
    assert!(lengths[2] + 25 < lengths[0], "{lengths:?}");
}

#[test]
fn a_table_the_other_side_makes_smaller_is_followed() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
    let lines = headers(&[("server", "origin"), ("vary", "accept")]);
    let mut say = |encoder: &mut Encoder| {
        let mut block = Vec::new();
        encoder.status(&mut block, StatusCode::OK);
        encoder.lines(&mut block, &lines, 0);
        let read = decode(&mut decoder, &block).unwrap();
        assert_eq!(read, [":status: 200", "server: origin", "vary: accept"]);
        block
    };
    (0..3).for_each(|_| drop(say(&mut encoder)));
    encoder.resize(0);
    encoder.resize(2048);
    let block = say(&mut encoder);
    assert_eq!(block[..4], [0x20, 0x3f, 0xe1, 0x0f], "both sizes are told, the smallest first");
    (0..3).for_each(|_| drop(say(&mut encoder)));
    encoder.resize(0);
    let block = say(&mut encoder);
    assert_eq!(block[..2], [0x20, 0x88]);
    assert!(block.len() >= 20, "nothing is kept");
}

#[test]
fn fields_of_many_names_and_values_are_read_as_they_were_written() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
    for round in 0..200 {
        let lines: Vec<_> =
            (0..20).map(|n| (format!("x-{n}"), format!("{}", (round / (n + 1)) % 5))).collect();
        let lines: Vec<_> = lines.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mut block = Vec::new();
        encoder.status(&mut block, StatusCode::OK);
        encoder.lines(&mut block, &headers(&lines), 0);
        let expected: Vec<_> = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(decode(&mut decoder, &block).unwrap()[1..], expected);
    }
    assert_eq!(STATIC.len(), 61);
}
