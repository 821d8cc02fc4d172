//! Reads HTTP/1.1 messages as strictly as can be. Not the gateway's reader: what that wrote has to pass here.

/// A message that is there whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Message {
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Vec<(String, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    Response,
}

impl Message {
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(n, _)| n == name).map(|(_, value)| &**value)
    }

    pub(crate) fn status(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }

    /// Whether another response follows it (RFC 9110 §15.2).
    pub(crate) fn is_interim(&self) -> bool {
        self.status().starts_with('1') && self.status() != "101"
    }
}

/// Reads the first message of these bytes, and says how long it is; `None` where it is not whole.
///
/// # Errors
/// What can be read in two ways.
pub(crate) fn read(bytes: &[u8], kind: Kind, ended: bool) -> Result<Option<(Message, usize)>, String> {
    let Some(end) = find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let head = &bytes[..end];
    let mut lines = lines(head)?.into_iter();
    let line = lines.next().unwrap();
    check_line(&line, kind)?;
    let fields: Vec<_> = lines.map(|line| field(&line)).collect::<Result<_, _>>()?;
    let mut message = Message { line, fields, body: Vec::new(), trailers: Vec::new() };
    let rest = &bytes[end + 4..];
    let lengths: Vec<_> = message.all("content-length").collect();
    let codings: Vec<_> = message.all("transfer-encoding").collect();
    let used = match (&lengths[..], &codings[..]) {
        _ if kind == Kind::Response && matches!(message.status(), "204" | "304") => {
            if !codings.is_empty() {
                return Err("a coding where there is no body".to_owned());
            }
            0
        }
        _ if kind == Kind::Response && message.is_interim() => 0,
        ([], []) if kind == Kind::Request => 0,
        ([], []) => {
            if !message.all("connection").any(|value| value == "close") {
                return Err("a body to the end of a connection that is not closed".to_owned());
            }
            if !ended {
                return Ok(None);
            }
            message.body = rest.to_vec();
            rest.len()
        }
        ([length], []) => {
            if length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) {
                return Err(format!("the length {length:?}"));
            }
            let length: usize = length.parse().map_err(|_| "a length past all bounds".to_owned())?;
            if rest.len() < length {
                return Ok(None);
            }
            message.body = rest[..length].to_vec();
            length
        }
        ([], ["chunked"]) => match chunks(rest)? {
            Some((body, trailers, used)) => {
                (message.body, message.trailers) = (body, trailers);
                used
            }
            None => return Ok(None),
        },
        _ => return Err(format!("framed by {lengths:?} and {codings:?}")),
    };
    Ok(Some((message, end + 4 + used)))
}

type Fields = Vec<(String, String)>;

fn chunks(bytes: &[u8]) -> Result<Option<(Vec<u8>, Fields, usize)>, String> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let Some(length) = find(&bytes[at..], b"\r\n") else { return Ok(None) };
        let size =
            std::str::from_utf8(&bytes[at..at + length]).map_err(|_| "a size past ASCII".to_owned())?;
        if size.is_empty() || !size.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(format!("the size {size:?}"));
        }
        let size = usize::from_str_radix(size, 16).map_err(|_| "a size past all bounds".to_owned())?;
        at += length + 2;
        if size == 0 {
            break;
        }
        let Some(chunk) = bytes.get(at..at + size + 2) else { return Ok(None) };
        if &chunk[size..] != b"\r\n" {
            return Err("a chunk that does not end".to_owned());
        }
        body.extend_from_slice(&chunk[..size]);
        at += size + 2;
    }
    if bytes[at..].starts_with(b"\r\n") {
        return Ok(Some((body, Vec::new(), at + 2)));
    }
    let Some(length) = find(&bytes[at..], b"\r\n\r\n") else { return Ok(None) };
    let trailers: Fields =
        lines(&bytes[at..at + length])?.iter().map(|line| field(line)).collect::<Result<_, _>>()?;
    let framing = ["content-length", "transfer-encoding", "host", "connection", "authorization"];
    if let Some((name, _)) = trailers.iter().find(|(name, _)| framing.contains(&&**name)) {
        return Err(format!("the trailer {name:?}"));
    }
    Ok(Some((body, trailers, at + length + 4)))
}

fn lines(bytes: &[u8]) -> Result<Vec<String>, String> {
    // Bytes past ASCII stay apart from each other.
    let text: String = bytes.iter().map(|b| *b as char).collect();
    let lines: Vec<_> = text.split("\r\n").map(str::to_owned).collect();
    match lines.iter().find(|line| line.contains(['\r', '\n', '\0'])) {
        Some(line) => Err(format!("the line {line:?}")),
        None => Ok(lines),
    }
}

fn field(line: &str) -> Result<(String, String), String> {
    let (name, value) = line.split_once(':').ok_or_else(|| format!("the line {line:?}"))?;
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(format!("the name {name:?}"));
    }
    let value = value.strip_prefix(' ').unwrap_or(value);
    if value.chars().any(|c| c.is_ascii_control() && c != '\t') {
        return Err(format!("the value {value:?}"));
    }
    Ok((name.to_ascii_lowercase(), value.to_owned()))
}

fn check_line(line: &str, kind: Kind) -> Result<(), String> {
    let words: Vec<_> = line.split(' ').collect();
    let is_fine = match (kind, &words[..]) {
        (Kind::Request, [method, target, "HTTP/1.1"]) => {
            let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            !method.is_empty()
                && method.bytes().all(is_token)
                && target.starts_with('/')
                && !target.contains('#')
                && !target.chars().any(|c| c.is_ascii_control())
        }
        (Kind::Response, ["HTTP/1.1", status, ..]) => {
            status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    };
    if is_fine { Ok(()) } else { Err(format!("the first line {line:?}")) }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

#[test]
fn what_can_be_read_in_two_ways_does_not_pass_here() {
    let one = |text: &str| read(text.as_bytes(), Kind::Request, true);
    let (message, used) = one("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET").unwrap().unwrap();
    assert_eq!((message.all("host").next(), used), (Some("a"), 27));
    for text in [
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;a\r\nx\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET a HTTP/1.1\r\nA: b\r\n\r\n",
    ] {
        assert!(one(text).is_err(), "{text:?}");
    }
}
