//! What a signature covers, and what was signed (RFC 9421 §2), from the fields of a request. Structured fields as RFC 9651 has them, as far as
//! these two use them.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use head::Known;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use policy::prelude::*;

/// Components of one signature.
const MOST: usize = 64;
/// What stays as it is in the value of a parameter.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// A bare item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Number(i64),
    Text(String),
    Token(String),
    Bytes(Vec<u8>),
    Flag(bool),
}

pub(super) type Parameters = Vec<(String, Item)>;

/// What one signature covers, and its parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Covered {
    pub(super) label: String,
    pub(super) components: Vec<(String, Parameters)>,
    pub(super) parameters: Parameters,
}

/// Reads along a text.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn takes(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn while_in(&mut self, fits: impl Fn(char) -> bool) -> String {
        let end = self.0.find(|c| !fits(c)).unwrap_or(self.0.len());
        let (found, rest) = self.0.split_at(end);
        self.0 = rest;
        found.to_owned()
    }

    fn key(&mut self) -> Option<String> {
        if !self.0.starts_with(|c: char| c.is_ascii_lowercase() || c == '*') {
            return None;
        }
        Some(self.while_in(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '*')))
    }

    fn text(&mut self) -> Option<String> {
        if !self.takes('"') {
            return None;
        }
        let (mut text, mut chars) = (String::new(), self.0.char_indices());
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.0 = &self.0[at + 1..];
                    return Some(text);
                }
                '\\' => text.push(chars.next().map(|(_, c)| c).filter(|c| matches!(c, '"' | '\\'))?),
                c if c.is_ascii_graphic() || c == ' ' => text.push(c),
                _ => return None,
            }
        }
        None
    }

    fn item(&mut self) -> Option<Item> {
        match self.0.chars().next()? {
            '"' => self.text().map(Item::Text),
            ':' => {
                let (bytes, rest) = self.0[1..].split_once(':')?;
                self.0 = rest;
                STANDARD.decode(bytes).ok().map(Item::Bytes)
            }
            '?' => {
                let flag = match self.0.get(..2)? {
                    "?1" => true,
                    "?0" => false,
                    _ => return None,
                };
                self.0 = &self.0[2..];
                Some(Item::Flag(flag))
            }
            c if c.is_ascii_digit() || c == '-' => {
                self.while_in(|c| c.is_ascii_digit() || c == '-').parse().ok().map(Item::Number)
            }
            c if c.is_ascii_alphabetic() || c == '*' => Some(Item::Token(
                self.while_in(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c)),
            )),
            _ => None,
        }
    }

    fn parameters(&mut self) -> Option<Parameters> {
        let mut found = Parameters::new();
        while self.takes(';') {
            self.blanks();
            let key = self.key()?;
            let item = if self.takes('=') { self.item()? } else { Item::Flag(true) };
            if found.len() >= MOST || found.iter().any(|(known, _)| *known == key) {
                return None;
            }
            found.push((key, item));
        }
        Some(found)
    }

    /// Past a comma between members; `Some(false)` at the end.
    fn next_member(&mut self) -> Option<bool> {
        self.blanks();
        if self.0.is_empty() {
            return Some(false);
        }
        if !self.takes(',') {
            return None;
        }
        self.blanks();
        (!self.0.is_empty()).then_some(true)
    }
}

/// Reads `Signature-Input` (§4.1).
pub(super) fn covered(text: &str) -> Option<Vec<Covered>> {
    let (mut cursor, mut all) = (Cursor(text.trim_matches([' ', '\t'])), Vec::new());
    loop {
        let label = cursor.key()?;
        if !(cursor.takes('=') && cursor.takes('(')) {
            return None;
        }
        let mut components: Vec<(String, Parameters)> = Vec::new();
        loop {
            cursor.blanks();
            if cursor.takes(')') {
                break;
            }
            let component = (cursor.text()?, cursor.parameters()?);
            let apart = cursor.0.starts_with([' ', ')']);
            // One that stands twice would make two readers of one signature (§2.5).
            if !apart || components.len() >= MOST || components.contains(&component) {
                return None;
            }
            components.push(component);
        }
        all.push(Covered { label, components, parameters: cursor.parameters()? });
        if all.len() > MOST || !cursor.next_member()? {
            return Some(all);
        }
    }
}

/// Reads a dictionary of byte sequences: `Signature`, `Content-Digest`.
pub(super) fn bytes_by_name(text: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let (mut cursor, mut all) = (Cursor(text.trim_matches([' ', '\t'])), Vec::new());
    loop {
        let key = cursor.key()?;
        if !cursor.takes('=') {
            return None;
        }
        let Some(Item::Bytes(bytes)) = cursor.item() else { return None };
        cursor.parameters()?;
        if all.len() >= MOST || all.iter().any(|(known, _)| *known == key) {
            return None;
        }
        all.push((key, bytes));
        if !cursor.next_member()? {
            return Some(all);
        }
    }
}

impl Covered {
    pub(super) fn has(&self, name: &str) -> bool {
        self.components.iter().any(|(known, parameters)| known == name && parameters.is_empty())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find_map(|(known, item)| match item {
            Item::Text(text) if known == name => Some(text.as_str()),
            _ => None,
        })
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.parameters.iter().find_map(|(known, item)| match item {
            Item::Number(number) if known == name => Some(*number),
            _ => None,
        })
    }

    /// What was signed (§2.5).
    ///
    /// # Errors
    /// The component that the request does not have, or that is not understood here.
    pub(super) fn base(&self, req: &Request) -> Result<String, String> {
        let mut base = String::new();
        for (name, parameters) in &self.components {
            let id = identified(name, parameters);
            let value = value(name, parameters, req).ok_or_else(|| format!("the request has no {id}"))?;
            let _ = writeln!(base, "{id}: {value}");
        }
        let ids: Vec<String> = self.components.iter().map(|(name, parameters)| identified(name, parameters)).collect();
        let _ = write!(base, "\"@signature-params\": ({}){}", ids.join(" "), written(&self.parameters));
        Ok(base)
    }
}

fn identified(name: &str, parameters: &Parameters) -> String {
    format!("{}{}", quoted(name), written(parameters))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn written(parameters: &Parameters) -> String {
    parameters.iter().fold(String::new(), |mut text, (name, item)| {
        let _ = match item {
            Item::Number(number) => write!(text, ";{name}={number}"),
            Item::Text(value) => write!(text, ";{name}={}", quoted(value)),
            Item::Token(token) => write!(text, ";{name}={token}"),
            Item::Bytes(bytes) => write!(text, ";{name}=:{}:", STANDARD.encode(bytes)),
            Item::Flag(true) => write!(text, ";{name}"),
            Item::Flag(false) => write!(text, ";{name}=?0"),
        };
        text
    })
}

fn value(name: &str, parameters: &Parameters, req: &Request) -> Option<String> {
    let uri = &req.head.uri;
    if let ("@query-param", [(parameter, Item::Text(wanted))]) = (name, &parameters[..]) {
        let read = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = uri.query()?.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let wanted = percent_decode_str(wanted).decode_utf8_lossy();
        let mut found = pairs.filter(|(name, _)| read(name) == wanted).map(|(_, value)| read(value));
        let value = found.next().filter(|_| parameter == "name")?;
        // Which of several is meant would not be clear.
        return found.next().is_none().then(|| utf8_percent_encode(&value, KEPT).to_string());
    }
    if !parameters.is_empty() {
        return None;
    }
    let target = || uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    match name {
        "@method" => Some(req.head.method.as_str().to_owned()),
        "@authority" => authority(req),
        "@scheme" => Some(scheme(req).to_owned()),
        "@target-uri" => Some(format!("{}://{}{}", scheme(req), authority(req)?, target())),
        "@request-target" => Some(target()),
        "@path" => Some(uri.path().to_owned()),
        "@query" => Some(format!("?{}", uri.query().unwrap_or_default())),
        _ if name.starts_with('@') || name.bytes().any(|b| b.is_ascii_uppercase()) => None,
        name => field(&req.head.headers, name),
    }
}

/// The lines of a field as one (§2.1).
pub(super) fn field(headers: &Headers, name: &str) -> Option<String> {
    let name: HeaderName = name.parse().ok()?;
    let lines = headers.get_all(&name);
    let lines: Option<Vec<String>> =
        lines.iter().map(|line| Some(std::str::from_utf8(line.as_bytes()).ok()?.trim().to_owned())).collect();
    lines.filter(|lines| !lines.is_empty()).map(|lines| lines.join(", "))
}

/// In lower case, without the port that goes without saying (§2.2.3).
fn authority(req: &Request) -> Option<String> {
    let host = std::str::from_utf8(req.head.headers.all(Known::Host).next()?.as_bytes()).ok()?.to_ascii_lowercase();
    let usual = if scheme(req) == "https" { ":443" } else { ":80" };
    Some(host.strip_suffix(usual).map_or(host.clone(), str::to_owned))
}

fn scheme(req: &Request) -> &'static str {
    let told = req.head.headers.all(Known::XForwardedProto).next();
    let told = told.and_then(|value| std::str::from_utf8(value.as_bytes()).ok()?.split(',').next().map(str::trim));
    if told == Some("https") { "https" } else { "http" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::RequestBuilder;

    /// The request of RFC 9421 §B.2.
    fn request() -> Request {
        let mut req = RequestBuilder::get("/foo?param=Value&Pet=dog&a=b%20c")
            .header("host", "Example.com")
            .header("date", "Tue, 20 Apr 2021 02:07:55 GMT")
            .header("content-type", "application/json")
            .header("content-length", "18")
            .build();
        req.head.method = Method::POST;
        req
    }

    #[test]
    fn the_base_is_that_of_the_standards_own_example() {
        let input = "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
        let all = covered(input).unwrap();
        let expected = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": example.com\n\
                        \"content-type\": application/json\n\"content-length\": 18\n\"@signature-params\": (\"date\" \"@method\" \"@path\" \
                        \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
        assert_eq!(all[0].base(&request()).unwrap(), expected);
        let rest = "a=(\"@query\" \"@query-param\";name=\"a\" \"@target-uri\" \"@request-target\" \"@scheme\");x;y=?0;z=:AQI=:;t=tok/en";
        let base = covered(rest).unwrap()[0].base(&request()).unwrap();
        let lines: Vec<_> = base.lines().collect();
        assert_eq!(lines[0], "\"@query\": ?param=Value&Pet=dog&a=b%20c");
        assert_eq!(lines[1], "\"@query-param\";name=\"a\": b%20c");
        assert_eq!(lines[2], "\"@target-uri\": http://example.com/foo?param=Value&Pet=dog&a=b%20c");
        assert!(lines[5].ends_with(");x;y=?0;z=:AQI=:;t=tok/en"), "{}", lines[5]);
    }

    #[test]
    fn what_is_not_well_formed_or_not_there_is_refused() {
        for wrong in [
            "", "sig", "sig=", "sig=(", "sig=(\"a\"", "sig=(a)", "sig=(\"a\"\"b\")", "sig=(\"a\" \"a\")", "Sig=()", "sig=();a=", "sig=();A=1",
            "sig=();a=1;a=2", "sig=(),", "sig=() x", "sig=(\"\u{e9}\")", "sig=(\"a\\b\")", "sig=();n=99999999999999999999",
        ] {
            assert!(covered(wrong).is_none(), "{wrong}");
        }
        for wrong in ["", "sig", "sig=a", "sig=:!:", "sig=:AA", "a=:AQI=:, a=:AQI=:", "a=:AQI=:,"] {
            assert!(bytes_by_name(wrong).is_none(), "{wrong}");
        }
        for missing in ["\"x-missing\"", "\"@status\"", "\"Date\"", "\"date\";sf", "\"@query-param\";name=\"none\"", "\"@method\";req"] {
            let all = covered(&format!("sig=({missing})")).unwrap();
            assert!(all[0].base(&request()).is_err(), "{missing}");
        }
    }
}
