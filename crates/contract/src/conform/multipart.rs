//! Bodies of several parts (RFC 7578), as an object of their names.

use std::{borrow::Cow, collections::HashMap};

use schema::{Shape, Types, Value};

use super::{
    Kind,
    media::{self, MediaType},
    parameter::add,
    terms::Encoding,
};

const MOST_PARTS: usize = 1_000;

/// # Errors
/// What is wrong with the parts.
pub(super) fn read(
    body: &[u8],
    boundary: &str,
    shape: Shape<'_>,
    encoding: &HashMap<Box<str>, Encoding>,
) -> Result<Value<'static>, &'static str> {
    let mut lists: Vec<(String, Vec<Value<'static>>)> = Vec::new();
    for part in parts(body, boundary)? {
        let Part { name, content_type, is_file, content } = part;
        let of = shape.property(&name).or_else(|| shape.additional());
        let item = of.map(|of| if of.types().has(Types::LIST) { of.item().unwrap_or(of) } else { of });
        let said = content_type.as_deref().or_else(|| encoding.get(name.as_str())?.content_type.as_deref());
        let value = value(content, said, is_file, item);
        match lists.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => lists.push((name, vec![value])),
        }
    }
    let mut members = Vec::new();
    for (name, mut values) in lists {
        let types = shape.property(&name).map_or(Types::ALL, Shape::types);
        let is_list = types.has(Types::LIST) && (values.len() > 1 || !types.has(Types::STRING));
        let only = if values.len() == 1 && !is_list { values.pop() } else { None };
        // One part may hold a whole list.
        let only = match values.as_slice() {
            [Value::List(_)] if is_list => values.pop(),
            _ => only,
        };
        add(&mut members, Cow::Owned(name), only.unwrap_or(Value::List(values)));
    }
    Ok(Value::Object(members))
}

fn value(content: &[u8], said: Option<&str>, is_file: bool, of: Option<Shape<'_>>) -> Value<'static> {
    let types = of.map_or(Types::ALL, Shape::types);
    let kind = said.map(|text| MediaType::read(text).kind());
    let asks_for_json = kind.is_none() && !is_file && !types.has(Types::STRING) && types.has(Types::OBJECT);
    if (kind == Some(Kind::Json) || asks_for_json)
        && let Ok(value) = schema::read(content)
    {
        return value.into_owned();
    }
    let text = String::from_utf8_lossy(content).into_owned();
    if is_file || kind.is_some_and(|kind| kind == Kind::Binary) {
        return Value::Text(Cow::Owned(text));
    }
    Value::Plain(Cow::Owned(text))
}

struct Part<'b> {
    name: String,
    content_type: Option<String>,
    is_file: bool,
    content: &'b [u8],
}

fn parts<'b>(body: &'b [u8], boundary: &str) -> Result<Vec<Part<'b>>, &'static str> {
    if boundary.is_empty() || boundary.len() > 70 {
        return Err("the boundary is none");
    }
    let line = format!("--{boundary}");
    let mut rest = match body.strip_prefix(line.as_bytes()) {
        Some(rest) => rest,
        // What stands before the first boundary says nothing (RFC 2046 §5.1.1).
        None => {
            let first = find(body, format!("\r\n{line}").as_bytes()).ok_or("the boundary does not occur")?;
            &body[first + line.len() + 2..]
        }
    };
    let until = format!("\r\n{line}");
    let mut all = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(all);
        }
        if all.len() >= MOST_PARTS {
            return Err("there are too many");
        }
        let start = find(rest, b"\r\n").ok_or("a boundary does not end its line")?;
        rest = &rest[start..];
        let end = find(rest, until.as_bytes()).ok_or("the last boundary is missing")?;
        all.push(part(&rest[..end])?);
        rest = &rest[end + until.len()..];
    }
}

fn part(text: &[u8]) -> Result<Part<'_>, &'static str> {
    let (head, content) = match text.strip_prefix(b"\r\n\r\n") {
        Some(content) => (&b""[..], content),
        None => {
            let end = find(text, b"\r\n\r\n").ok_or("a part has no end of its head")?;
            (&text[2..end], &text[end + 4..])
        }
    };
    let head = std::str::from_utf8(head).map_err(|_| "the head of a part is not UTF-8")?;
    let field = |name: &str| {
        head.split("\r\n").find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let disposition = field("content-disposition").ok_or("a part does not say its `Content-Disposition`")?;
    let name = media::parameter(disposition, "name").ok_or("a part has no name")?;
    let is_file = media::parameter(disposition, "filename").is_some();
    Ok(Part { name, content_type: field("content-type").map(str::to_owned), is_file, content })
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    if what.is_empty() || text.len() < what.len() {
        return None;
    }
    let (first, last) = (what[0], text.len() - what.len());
    let mut at = 0;
    while at <= last {
        at += text[at..=last].iter().position(|byte| *byte == first)?;
        if &text[at..at + what.len()] == what {
            return Some(at);
        }
        at += 1;
    }
    None
}
