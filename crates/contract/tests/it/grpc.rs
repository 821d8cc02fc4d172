//! Mocks of gRPC: messages in the encoding of protobuf, and how calls end.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use contract::{
    Contract,
    mock::{Answer, Call, Mock},
};

const SHOP: &str = include_str!("shop.proto");

fn mock() -> Mock {
    Mock::new(&Contract::parse(SHOP, "shop.proto").unwrap().document("x"))
}

fn framed(messages: &[&[u8]]) -> Vec<u8> {
    let one = |message: &&[u8]| {
        let mut frame = vec![0];
        frame.extend((message.len() as u32).to_be_bytes());
        frame.extend(*message);
        frame
    };
    messages.iter().flat_map(one).collect()
}

fn ask(method: &str, body: &[u8], call: Call<'_>) -> Answer {
    let call = Call { body, content_type: call.content_type.or(Some("application/grpc")), ..call };
    mock().call(&format!("Orders.{method}"), &call).unwrap()
}

/// The messages of an answer, without frames.
fn messages(mut body: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    while !body.is_empty() {
        assert_eq!(body[0], 0);
        let length = u32::from_be_bytes(body[1..5].try_into().unwrap()) as usize;
        all.push(body[5..5 + length].to_vec());
        body = &body[5 + length..];
    }
    all
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return value;
        }
    }
}

/// The fields of a message: number, and what it is as a text.
fn fields(mut message: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let length = match tag & 7 {
            0 => {
                all.push((tag >> 3, varint(&mut message).to_string().into_bytes()));
                continue;
            }
            1 => 8,
            2 => varint(&mut message) as usize,
            5 => 4,
            wire => panic!("wire type {wire}"),
        };
        all.push((tag >> 3, message[..length].to_vec()));
        message = &message[length..];
    }
    all
}

fn status(answer: &Answer) -> (Option<&str>, Option<&str>) {
    let find =
        |fields: &'_ [(Box<str>, String)]| fields.iter().position(|(name, _)| &**name == "grpc-status");
    let text = |fields: &'_ [(Box<str>, String)], at: usize| fields[at].1.clone();
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    (
        find(&answer.headers).map(|at| leak(text(&answer.headers, at))),
        find(&answer.trailers).map(|at| leak(text(&answer.trailers, at))),
    )
}

#[test]
fn an_answer_is_a_message_of_its_type_and_a_status_after_it() {
    let answer = ask("Get", &framed(&[&[8, 7]]), Call::default());
    assert_eq!((answer.status, answer.content_type.as_deref()), (200, Some("application/grpc")));
    assert_eq!(status(&answer), (None, Some("0")));
    let all = messages(&answer.body);
    assert_eq!(all.len(), 1);
    let order = fields(&all[0]);
    let of = |number: u64| order.iter().filter(move |(known, _)| *known == number).map(|(_, of)| &**of);
    let one = |number: u64| of(number).next().unwrap_or_else(|| panic!("{number}: {order:?}"));
    assert_eq!((one(1), one(2), one(3)), (&b"1"[..], &b"string"[..], &[1][..]));
    assert_eq!(fields(one(4))[0], (1, b"string".to_vec()));
    let entry = fields(one(5));
    assert_eq!((entry.len(), &entry[0]), (2, &(1, b"key".to_vec())));
    assert_eq!(one(6), b"0");
    let placed = fields(one(7));
    assert!(placed[0].1.len() == 10 && placed[0].0 == 1, "{placed:?}");
    // One of several.
    assert_eq!(of(8).count() + of(9).count(), 1);
    assert_eq!(f64::from_le_bytes(one(10).try_into().unwrap()).fract(), 0.0);
    assert_eq!(one(21), b"2", "zigzag");
    assert_eq!(one(22).len(), 4);
}

#[test]
fn streams_have_several_messages() {
    let request = framed(&[&[8, 7]]);
    assert_eq!(messages(&ask("Watch", &request, Call::default()).body).len(), 3);
    let several = framed(&[&[8, 7], &[8, 8]]);
    assert_eq!(messages(&ask("Talk", &several, Call::default()).body).len(), 2);
    assert_eq!(messages(&ask("Put", &framed(&[&[], &[], &[]]), Call::default()).body).len(), 1);
    let none = ask("Talk", &[], Call::default());
    assert_eq!((none.body.len(), status(&none)), (0, (Some("0"), None)));
    let same = |seed| ask("Watch", &request, Call { seed, ..Call::default() }).body;
    assert_eq!(same(Some(1)), same(Some(1)));
    assert_ne!(same(Some(1)), same(Some(2)));
}

#[test]
fn what_is_no_request_ends_with_a_status_that_says_so() {
    let ends = |method: &str, body: &[u8], call| {
        let answer = ask(method, body, call);
        assert!(answer.body.is_empty() && answer.status == 200);
        status(&answer).0.unwrap().parse::<u8>().unwrap()
    };
    let plain = Call::default();
    assert_eq!(ends("Get", &[], plain), 12);
    assert_eq!(ends("Get", &framed(&[&[], &[]]), plain), 12);
    assert_eq!(ends("Get", &[0, 0, 0], plain), 13);
    assert_eq!(ends("Get", &[0, 0, 0, 0, 9, 1], plain), 13);
    assert_eq!(ends("Get", &[1, 0, 0, 0, 0], plain), 13);
    assert_eq!(ends("Get", &framed(&[&[0xff; 12]]), plain), 3);
    assert_eq!(ends("Get", &framed(&[&[10, 200, 1]]), plain), 3);
    assert_eq!(ends("Get", &framed(&[&[]]), Call { fails: Some(503), ..plain }), 14);
    let json = ask("Get", b"{}", Call { content_type: Some("application/json"), ..plain });
    assert_eq!(json.status, 415);
}

#[test]
fn pages_are_answered_in_grpc_web() {
    let call = Call { content_type: Some("application/grpc-web+proto"), ..Call::default() };
    let answer = ask("Get", &framed(&[&[8, 7]]), call);
    assert!(answer.trailers.is_empty() && answer.headers.is_empty());
    assert_eq!(answer.content_type.as_deref(), Some("application/grpc-web+proto"));
    assert!(answer.body.ends_with(b"\x80\0\0\0\x10grpc-status: 0\r\n"));
    let text = STANDARD.encode(framed(&[&[8, 7]]));
    let call = Call { content_type: Some("application/grpc-web-text"), ..Call::default() };
    let coded = ask("Get", text.as_bytes(), call);
    assert_eq!(STANDARD.decode(&coded.body).unwrap(), answer.body);
    assert!(STANDARD.decode(&ask("Get", b"!!", call).body).unwrap().ends_with(b"base64\r\n"));
}

fn gzipped(message: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, message).unwrap();
    let message = encoder.finish().unwrap();
    let mut frame = vec![1];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    frame
}

#[test]
fn compressed_messages_are_answered_by_compressed_ones() {
    let request = [8, 7];
    let plain = ask("Get", &framed(&[&request]), Call::default());
    let gzip = Call { encoding: Some("gzip"), ..Call::default() };
    let answer = ask("Get", &gzipped(&request), gzip);
    assert_eq!(answer.headers, [("grpc-encoding".into(), "gzip".to_owned())]);
    assert_eq!(answer.body[0], 1);
    let mut message = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&answer.body[5..]), &mut message).unwrap();
    assert_eq!(vec![message], messages(&plain.body));
    // A message may go without, all the same.
    assert_eq!(ask("Get", &framed(&[&request]), gzip).body, answer.body);
}

#[test]
fn what_is_compressed_in_another_way_or_too_large_is_not_read() {
    let status = |body: &[u8], encoding: Option<&'static str>| {
        let answer = ask("Get", body, Call { encoding, ..Call::default() });
        let found = |name: &str| {
            let field = answer.headers.iter().find(|(known, _)| &**known == name);
            field.map(|(_, value)| value.clone())
        };
        (found("grpc-status").unwrap(), found("grpc-accept-encoding"))
    };
    let known = Some("identity, gzip".to_owned());
    assert_eq!(status(&gzipped(&[]), Some("br")), ("12".to_owned(), known));
    assert_eq!(status(&gzipped(&[]), None).0, "13");
    assert_eq!(status(&gzipped(&[]), Some("identity")).0, "13");
    assert_eq!(status(&[1, 0, 0, 0, 1, 9], Some("gzip")).0, "3");
    assert_eq!(status(&gzipped(&vec![0; (4 << 20) + 1]), Some("gzip")).0, "8");
}
