//! gRPC as a service speaks it (grpc/doc/PROTOCOL-HTTP2.md and PROTOCOL-WEB.md): messages in frames, and the status after them.

mod compression;
mod write;

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use schema::{Direction, Json, Making};
use serde_json::Value;

use self::{compression::Coding, write::Writer};
use super::{Answer, Origin, voice::Call};
use crate::conform::Conformance;

/// Messages of a stream.
const STREAMED: usize = 3;
/// Messages of a request that are answered one by one.
const MOST_ANSWERED: usize = 100;
/// A flag and a length come before each message.
const FRAME_HEAD: usize = 5;
/// The flag of a frame whose message is compressed.
const COMPRESSED: u8 = 1;
/// The flag of a frame that holds trailers.
const TRAILERS: u8 = 0x80;

/// Statuses (grpc/doc/statuscodes.md).
const OK: u8 = 0;
const INVALID_ARGUMENT: u8 = 3;
const UNIMPLEMENTED: u8 = 12;
const INTERNAL: u8 = 13;

/// A method.
pub(super) struct Method {
    /// Where the schema of its answers stands, and what they are called.
    schema: String,
    output: Option<String>,
    client_streams: bool,
    server_streams: bool,
}

/// How a call ended.
#[derive(Clone)]
struct Status {
    code: u8,
    message: String,
}

impl Status {
    fn new(code: u8, message: impl Into<String>) -> Status {
        Status { code, message: message.into() }
    }

    fn fields(&self) -> Vec<(Box<str>, String)> {
        let mut fields = vec![("grpc-status".into(), self.code.to_string())];
        if !self.message.is_empty() {
            fields.push(("grpc-message".into(), coded(&self.message)));
        }
        fields
    }
}

/// How messages are framed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Http,
    Web,
    /// The same in base64.
    WebText,
}

impl Method {
    pub(super) fn read(conformance: &Conformance, operation: &str, said: &Value) -> Option<Method> {
        let grpc = said.get("x-grpc")?;
        let place = conformance.place(operation)?;
        let schema = format!("{}/{}/responses/200/content/application~1grpc/schema", place.item, place.field);
        Some(Method {
            schema,
            output: grpc.get("output").and_then(Value::as_str).map(str::to_owned),
            client_streams: grpc.get("clientStreaming") == Some(&Value::Bool(true)),
            server_streams: grpc.get("serverStreaming") == Some(&Value::Bool(true)),
        })
    }

    pub(super) fn answer(&self, conformance: &Conformance, call: &Call<'_>) -> Answer {
        let Some((framing, content_type)) = call.content_type.and_then(framing) else {
            // What is not of gRPC is answered by HTTP alone (§Responses).
            return Answer {
                status: 415,
                content_type: None,
                headers: Vec::new(),
                body: Vec::new(),
                trailers: Vec::new(),
                origin: Origin::Empty,
            };
        };
        let coding = Coding::read(call.encoding);
        let answered = coding.clone().and_then(|coding| self.messages(conformance, framing, coding, call));
        let (body, status) = match answered {
            Ok(body) => (body, Status::new(OK, "")),
            Err(status) => (Vec::new(), status),
        };
        let (mut body, mut headers, mut trailers) = (body, Vec::new(), status.fields());
        let said: Option<(Box<str>, String)> = match coding {
            Ok(Coding::Gzip) if !body.is_empty() => Some(("grpc-encoding".into(), "gzip".to_owned())),
            Ok(_) => None,
            Err(_) => Some(("grpc-accept-encoding".into(), compression::KNOWN.to_owned())),
        };
        match framing {
            // An answer without messages is a head alone.
            Framing::Http if body.is_empty() => headers = std::mem::take(&mut trailers),
            Framing::Http => {}
            Framing::Web | Framing::WebText => {
                let lines = trailers.drain(..).map(|(name, value)| format!("{name}: {value}\r\n"));
                frame(TRAILERS, lines.collect::<String>().as_bytes(), &mut body);
            }
        }
        if framing == Framing::WebText {
            body = STANDARD.encode(&body).into_bytes();
        }
        headers.extend(said);
        let origin = if status.code == OK { Origin::Made } else { Origin::Empty };
        Answer { status: 200, content_type: Some(content_type), headers, body, trailers, origin }
    }

    fn messages(
        &self,
        conformance: &Conformance,
        framing: Framing,
        coding: Coding,
        call: &Call<'_>,
    ) -> Result<Vec<u8>, Status> {
        let text;
        let body = match framing {
            Framing::WebText => {
                text = decoded(call.body)
                    .ok_or_else(|| Status::new(INVALID_ARGUMENT, "the body is not base64"))?;
                &text
            }
            _ => call.body,
        };
        let requests = frames(body, coding)?;
        if !self.client_streams && requests.len() != 1 {
            let message = format!("the method takes one message, and {} came", requests.len());
            return Err(Status::new(UNIMPLEMENTED, message));
        }
        if let Some(at) = requests.iter().position(|request| !is_message(request)) {
            return Err(Status::new(INVALID_ARGUMENT, format!("message {} is no protobuf", at + 1)));
        }
        if let Some(status) = call.fails {
            return Err(Status::new(code(status), "the mock fails on purpose"));
        }
        let count = match (self.client_streams, self.server_streams) {
            (true, true) => requests.len().min(MOST_ANSWERED),
            (false, true) => STREAMED,
            _ => 1,
        };
        let mut body = Vec::new();
        for at in 0..count {
            let seed = match at {
                0 => call.seed,
                at => Some(call.seed.unwrap_or_default().wrapping_add(at as u64)),
            };
            let message = self.message(conformance, seed)?;
            match coding {
                Coding::Plain => frame(0, &message, &mut body),
                Coding::Gzip => frame(COMPRESSED, &compression::gzip(&message), &mut body),
            }
        }
        Ok(body)
    }

    fn message(&self, conformance: &Conformance, seed: Option<u64>) -> Result<Vec<u8>, Status> {
        let schemas = conformance.schemas();
        let making = Making { direction: Some(Direction::Response), seed };
        let made = schemas.at(&self.schema).and_then(|id| schemas.make(id, making));
        let (Some(made), Some(output)) = (made, &self.output) else {
            return Err(Status::new(UNIMPLEMENTED, "nothing is known of the type of the answer"));
        };
        let mut out = Vec::new();
        Writer::new(conformance).message(output, &made, &mut out, 0);
        Ok(out)
    }
}

/// How a type of content frames messages, and the type that answers have.
fn framing(content_type: &str) -> Option<(Framing, String)> {
    let essence = content_type.split(';').next()?.trim().to_ascii_lowercase();
    let kind = essence.strip_prefix("application/grpc")?;
    let (kind, format) = kind.split_once('+').unwrap_or((kind, "proto"));
    let framing = match kind {
        "" => Framing::Http,
        "-web" => Framing::Web,
        "-web-text" => Framing::WebText,
        _ => return None,
    };
    (format == "proto").then_some((framing, essence))
}

fn frame(flag: u8, message: &[u8], out: &mut Vec<u8>) {
    out.push(flag);
    out.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(message);
}

/// The messages of a request.
fn frames(mut body: &[u8], coding: Coding) -> Result<Vec<Cow<'_, [u8]>>, Status> {
    let mut all = Vec::new();
    let mut room = compression::MOST;
    while !body.is_empty() {
        let cut = || Status::new(INTERNAL, "the body ends within a message");
        let (head, rest) = body.split_at_checked(FRAME_HEAD).ok_or_else(cut)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let (message, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        // In gRPC-Web fields may come after messages.
        if head[0] != TRAILERS {
            let message = match head[0] == COMPRESSED {
                true => Cow::Owned(coding.plain(message, &mut room)?),
                false => Cow::Borrowed(message),
            };
            all.push(message);
        }
        body = rest;
    }
    Ok(all)
}

/// Whether some bytes are fields with their values, whatever they mean.
fn is_message(mut rest: &[u8]) -> bool {
    while !rest.is_empty() {
        let Some((tag, after)) = varint(rest) else { return false };
        let skipped = match tag & 7 {
            0 => varint(after).map(|(_, after)| after),
            1 => after.get(8..),
            2 => varint(after).and_then(|(length, after)| after.get(usize::try_from(length).ok()?..)),
            3 | 4 => Some(after),
            5 => after.get(4..),
            _ => None,
        };
        let (Some(after), true) = (skipped, tag >> 3 != 0) else { return false };
        rest = after;
    }
    true
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

/// Base64 in pieces, each of which may end with padding.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    for four in text.chunks(4) {
        all.extend(STANDARD.decode(four).ok()?);
    }
    Some(all)
}

/// The status that a status of HTTP comes nearest to.
fn code(status: u16) -> u8 {
    match status {
        400 | 422 => INVALID_ARGUMENT,
        401 => 16,
        403 => 7,
        404 => 5,
        409 => 10,
        412 => 9,
        429 => 8,
        501 => UNIMPLEMENTED,
        502 | 503 => 14,
        504 => 4,
        _ => INTERNAL,
    }
}

/// A message as it is sent: what is no visible character of ASCII is percent-encoded.
fn coded(message: &str) -> String {
    let plain = |byte: u8| (0x20..=0x7e).contains(&byte) && byte != b'%';
    message
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// What a member of a value is, where it is there.
fn member<'v>(value: &'v Json, name: &str) -> Option<&'v Json> {
    value.get(name).filter(|value| !value.is_null())
}
