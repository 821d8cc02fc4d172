//! Values of JSON as messages of protobuf (the encoding, and the mapping to JSON backwards).

use std::{collections::HashMap, rc::Rc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use schema::Json;

use super::member;
use crate::{
    conform::Conformance,
    notation::protobuf::{NUMBER, NUMBERS, ONE_OF, TYPE},
    source::{escape, local_pointer},
};

/// Messages in each other.
const DEEPEST: usize = 60;
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;
const FIXED32: u64 = 5;

pub(super) struct Writer<'c> {
    conformance: &'c Conformance,
    components: HashMap<String, Option<Rc<Json>>>,
}

/// A value that is written: what kind of, and its bytes without a length.
struct Written {
    wire: u64,
    bytes: Vec<u8>,
}

impl<'c> Writer<'c> {
    pub(super) fn new(conformance: &'c Conformance) -> Writer<'c> {
        Writer { conformance, components: HashMap::new() }
    }

    /// A message by the whole name of its type.
    pub(super) fn message(&mut self, name: &str, value: &Json, out: &mut Vec<u8>, depth: usize) {
        if let Some(known) = name.strip_prefix("google.protobuf.") {
            return well_known(known, value, out, depth);
        }
        let pointer = format!("/components/schemas/{}", escape(name));
        let Some(component) = self.component(&pointer).filter(|_| depth < DEEPEST) else { return };
        let mut taken: Vec<&str> = Vec::new();
        for (property, schema) in component.get("properties").and_then(Json::as_object).into_iter().flatten()
        {
            let text = |name: &str| schema.get(name).and_then(Json::as_str);
            let (Some(value), Some(of)) = (member(value, property), text(TYPE)) else { continue };
            let Some(number) = text(NUMBER).and_then(|number| number.parse::<u64>().ok()) else { continue };
            if let Some(one_of) = text(ONE_OF) {
                // One of several is there.
                if taken.contains(&one_of) {
                    continue;
                }
                taken.push(one_of);
            }
            self.field(number, of, schema, value, out, depth);
        }
    }

    fn field(&mut self, number: u64, of: &str, schema: &Json, value: &Json, out: &mut Vec<u8>, depth: usize) {
        if let Some((key, inner)) =
            of.strip_prefix("map<").and_then(|of| of.strip_suffix('>')?.split_once(','))
        {
            let schema = schema.get("additionalProperties").unwrap_or(&Json::Null);
            for (name, value) in value.as_object().into_iter().flatten() {
                let mut entry = Vec::new();
                let key = self.value(key.trim(), &Json::Null, &Json::String(name.clone()), depth);
                put(1, &key, &mut entry);
                let value = self.value(inner.trim(), schema, value, depth);
                put(2, &value, &mut entry);
                put(number, &Written { wire: BYTES, bytes: entry }, out);
            }
            return;
        }
        let Some(of) = of.strip_prefix("repeated ") else {
            return put(number, &self.value(of, schema, value, depth), out);
        };
        let item = schema.get("items").unwrap_or(&Json::Null);
        let items = value.as_array().into_iter().flatten();
        let all: Vec<Written> = items.map(|value| self.value(of, item, value, depth)).collect();
        if all.iter().any(|one| one.wire == BYTES) {
            all.iter().for_each(|one| put(number, one, out));
        } else if !all.is_empty() {
            // Numbers are packed, which every reader takes.
            let bytes = all.into_iter().flat_map(|one| one.bytes).collect();
            put(number, &Written { wire: BYTES, bytes }, out);
        }
    }

    fn value(&mut self, of: &str, schema: &Json, value: &Json, depth: usize) -> Written {
        if let Some(written) = scalar(of, value) {
            return written;
        }
        let mut bytes = Vec::new();
        let referred = schema.get("$ref").and_then(Json::as_str).and_then(local_pointer);
        let Some(pointer) = referred else {
            // Of Google, or of a file that is not at hand.
            self.message(of.trim_start_matches('.'), value, &mut bytes, depth + 1);
            return Written { wire: BYTES, bytes };
        };
        let component = self.component(&pointer);
        if let Some(numbers) = component.as_ref().and_then(|of| of.get(NUMBERS)) {
            let number = value.as_str().and_then(|name| numbers.get(name)?.as_str().and_then(whole));
            varint(number.unwrap_or_default() as u64, &mut bytes);
            return Written { wire: VARINT, bytes };
        }
        let name = crate::source::unescape(pointer.rsplit('/').next().unwrap_or_default());
        self.message(&name, value, &mut bytes, depth + 1);
        Written { wire: BYTES, bytes }
    }

    fn component(&mut self, pointer: &str) -> Option<Rc<Json>> {
        if let Some(known) = self.components.get(pointer) {
            return known.clone();
        }
        let found = self.conformance.source.get(pointer).map(Rc::new);
        self.components.insert(pointer.to_owned(), found.clone());
        found
    }
}

/// A number as files write it: `0x1F` and `017`, too.
fn whole(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let number = match (digits.strip_prefix("0x").or(digits.strip_prefix("0X")), digits.strip_prefix('0')) {
        (Some(hex), _) => i64::from_str_radix(hex, 16).ok()?,
        (None, Some(octal)) if !octal.is_empty() => i64::from_str_radix(octal, 8).ok()?,
        _ => digits.parse().ok()?,
    };
    Some(sign * number)
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put(number: u64, written: &Written, out: &mut Vec<u8>) {
    varint(number << 3 | written.wire, out);
    if written.wire == BYTES {
        varint(written.bytes.len() as u64, out);
    }
    out.extend_from_slice(&written.bytes);
}

/// A value of a type that is no message; where it is no such value, one that is.
fn scalar(of: &str, value: &Json) -> Option<Written> {
    let text = || value.as_str().unwrap_or_default();
    let signed = || value.as_i64().or_else(|| text().parse().ok()).unwrap_or(1);
    let unsigned = || value.as_u64().or_else(|| text().parse().ok()).unwrap_or(1);
    let real = || value.as_f64().or_else(|| text().parse().ok()).unwrap_or(1.0);
    let variable = |value: u64| {
        let mut bytes = Vec::new();
        varint(value, &mut bytes);
        Written { wire: VARINT, bytes }
    };
    let fixed = |wire: u64, bytes: &[u8]| Written { wire, bytes: bytes.to_vec() };
    // What does not fit 32 bits was not made by the schema.
    Some(match of {
        "int32" | "int64" => variable(signed() as u64),
        "uint32" => variable(u64::from(unsigned() as u32)),
        "uint64" => variable(unsigned()),
        "sint32" | "sint64" => variable(((signed() << 1) ^ (signed() >> 63)) as u64),
        "fixed32" => fixed(FIXED32, &(unsigned() as u32).to_le_bytes()),
        "sfixed32" => fixed(FIXED32, &(signed() as i32).to_le_bytes()),
        "fixed64" => fixed(FIXED64, &unsigned().to_le_bytes()),
        "sfixed64" => fixed(FIXED64, &signed().to_le_bytes()),
        "float" => fixed(FIXED32, &(real() as f32).to_le_bytes()),
        "double" => fixed(FIXED64, &real().to_le_bytes()),
        "bool" => variable(u64::from(value.as_bool().unwrap_or(text() == "true"))),
        "string" => fixed(BYTES, text().as_bytes()),
        "bytes" => {
            let bytes = STANDARD.decode(text()).unwrap_or_else(|_| text().as_bytes().to_vec());
            Written { wire: BYTES, bytes }
        }
        _ => return None,
    })
}

/// Types of Google that JSON shows in a way of their own.
fn well_known(of: &str, value: &Json, out: &mut Vec<u8>, depth: usize) {
    let text = value.as_str().unwrap_or_default();
    let mut seconds = |(seconds, nanos): (i64, i64)| {
        put(1, &number(seconds), out);
        put(2, &number(nanos), out);
    };
    match of {
        "Timestamp" => seconds(time(text).unwrap_or((1_768_478_400, 0))),
        "Duration" => seconds(duration(text).unwrap_or((1, 0))),
        "FieldMask" => {
            let bytes = text.split(',').filter(|path| !path.is_empty()).map(|path| path.as_bytes().to_vec());
            bytes.for_each(|bytes| put(1, &Written { wire: BYTES, bytes }, out));
        }
        "Struct" | "ListValue" | "Value" => any_json(of, value, out, depth),
        "BoolValue" | "StringValue" | "BytesValue" | "Int32Value" | "Int64Value" | "UInt32Value"
        | "UInt64Value" | "FloatValue" | "DoubleValue" => {
            let inner = of.trim_end_matches("Value").to_ascii_lowercase();
            if let Some(written) = scalar(&inner, value) {
                put(1, &written, out);
            }
        }
        // `Empty`; and `Any` of nothing.
        _ => {}
    }
}

fn number(value: i64) -> Written {
    let mut bytes = Vec::new();
    varint(value as u64, &mut bytes);
    Written { wire: VARINT, bytes }
}

/// `google/protobuf/struct.proto`.
fn any_json(of: &str, value: &Json, out: &mut Vec<u8>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let inner = |of: &str, value: &Json| {
        let mut bytes = Vec::new();
        any_json(of, value, &mut bytes, depth + 1);
        Written { wire: BYTES, bytes }
    };
    let text = |text: &str| Written { wire: BYTES, bytes: text.as_bytes().to_vec() };
    match (of, value) {
        ("Struct", Json::Object(members)) => {
            for (name, value) in members {
                let mut entry = Vec::new();
                put(1, &text(name), &mut entry);
                put(2, &inner("Value", value), &mut entry);
                put(1, &Written { wire: BYTES, bytes: entry }, out);
            }
        }
        ("ListValue", Json::Array(items)) => {
            items.iter().for_each(|item| put(1, &inner("Value", item), out));
        }
        ("Value", Json::Null) => put(1, &number(0), out),
        ("Value", Json::Number(value)) => {
            let bytes = value.as_f64().unwrap_or_default().to_le_bytes().to_vec();
            put(2, &Written { wire: FIXED64, bytes }, out);
        }
        ("Value", Json::String(value)) => put(3, &text(value), out),
        ("Value", Json::Bool(value)) => put(4, &number((*value).into()), out),
        ("Value", Json::Object(_)) => put(5, &inner("Struct", value), out),
        ("Value", Json::Array(_)) => put(6, &inner("ListValue", value), out),
        _ => {}
    }
}

/// Seconds since 1970, and nanoseconds, of a time of RFC 3339.
fn time(text: &str) -> Option<(i64, i64)> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let (hour, minute, second) = (part(11..13)?, part(14..16)?, part(17..19)?);
    let rest = text.get(19..)?;
    let (fraction, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    let offset = match zone.strip_prefix(['+', '-']) {
        Some(offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
        None => 0,
    };
    // Days of the Gregorian calendar, counted in years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = days + (153 * month + 2) / 5 + day - 1 - 719_468;
    let seconds = days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second;
    Some((seconds, nanos(fraction.trim_start_matches('.'))))
}

/// Seconds and nanoseconds of `-1.5s`.
fn duration(text: &str) -> Option<(i64, i64)> {
    let text = text.strip_suffix('s')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let sign = if text.starts_with('-') { -1 } else { 1 };
    // So long at most (google/protobuf/duration.proto).
    let seconds = whole.parse::<i64>().ok()?.clamp(-315_576_000_000, 315_576_000_000);
    Some((seconds, sign * nanos(fraction)))
}

fn nanos(digits: &str) -> i64 {
    let digits: String = digits.chars().take(9).collect();
    format!("{digits:0<9}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_from_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", (0, 0)),
            ("2026-01-15T12:00:00Z", (1_768_478_400, 0)),
            ("2024-02-29T23:59:59.25+01:00", (1_709_247_599, 250_000_000)),
            ("1969-12-31T23:59:59-00:30", (1_799, 0)),
        ] {
            assert_eq!(time(text), Some(expected), "{text}");
        }
        assert_eq!(time("yesterday"), None);
        assert_eq!(duration("-1.5s"), Some((-1, -500_000_000)));
        assert_eq!(duration("3s"), Some((3, 0)));
    }

    #[test]
    fn numbers_of_files_are_read_as_they_are_written() {
        for (text, expected) in
            [("0", 0), ("0x1F", 31), ("017", 15), ("-1", -1), ("2147483647", 2_147_483_647)]
        {
            assert_eq!(whole(text), Some(expected), "{text}");
        }
    }
}
