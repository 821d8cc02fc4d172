//! Distinguished names as text (RFC 4514).

use super::der::{Element, element, elements};

/// commonName, 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// The short names RFC 4514 §3 has, by the identifiers of their types.
const SHORT: &[(&[u8], &str)] = &[
    (COMMON_NAME, "CN"),
    (&[0x55, 0x04, 0x06], "C"),
    (&[0x55, 0x04, 0x07], "L"),
    (&[0x55, 0x04, 0x08], "ST"),
    (&[0x55, 0x04, 0x09], "STREET"),
    (&[0x55, 0x04, 0x0a], "O"),
    (&[0x55, 0x04, 0x0b], "OU"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01], "UID"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19], "DC"),
];

/// A name as text, the last of its parts first; `None` where it is none.
pub(super) fn text(name: &[u8]) -> Option<String> {
    let mut parts = Vec::new();
    for part in elements(name) {
        let mut texts = Vec::new();
        for attribute in elements(part?.content) {
            let (id, value) = attribute_of(attribute?)?;
            let short = SHORT.iter().find(|(known, _)| *known == id).map(|(_, short)| *short);
            texts.push(match (short, string(&value)) {
                (Some(short), Some(text)) => format!("{short}={}", escaped(&text)),
                (short, _) => {
                    let hex: String = value.whole.iter().map(|byte| format!("{byte:02x}")).collect();
                    format!("{}=#{hex}", short.map_or_else(|| dotted(id), str::to_owned))
                }
            });
        }
        parts.push(texts.join("+"));
    }
    parts.reverse();
    Some(parts.join(","))
}

/// The last common name there is.
pub(super) fn common(name: &[u8]) -> Option<String> {
    let attributes = elements(name).flatten().flat_map(|part| elements(part.content)).flatten();
    let named = attributes.filter_map(attribute_of).filter(|(id, _)| *id == COMMON_NAME);
    named.filter_map(|(_, value)| string(&value)).last()
}

fn attribute_of(attribute: Element<'_>) -> Option<(&[u8], Element<'_>)> {
    let (id, rest) = element(attribute.content)?;
    Some((id.content, element(rest)?.0))
}

/// A string of one of the kinds that names use.
fn string(value: &Element<'_>) -> Option<String> {
    match value.tag {
        // UTF8String, PrintableString and IA5String.
        0x0c | 0x13 | 0x16 => std::str::from_utf8(value.content).ok().map(str::to_owned),
        // BMPString.
        0x1e => {
            let units = value.content.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            let units: Vec<u16> = units.collect();
            String::from_utf16(&units).ok().filter(|_| value.content.len().is_multiple_of(2))
        }
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (at, char) in text.chars().enumerate() {
        match char {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.extend(['\\', char]),
            '#' if at == 0 => escaped.push_str("\\#"),
            ' ' if at == 0 || at == last => escaped.push_str("\\ "),
            control if control.is_control() => {
                let mut bytes = [0; 4];
                for byte in control.encode_utf8(&mut bytes).bytes() {
                    escaped.push_str(&format!("\\{byte:02x}"));
                }
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// An identifier as numbers with dots between.
fn dotted(id: &[u8]) -> String {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number: u64 = 0;
    for byte in id {
        number = number.checked_mul(128).map_or(u64::MAX, |high| high | u64::from(byte & 0x7f));
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.push(first);
                number -= first * 40;
            }
            numbers.push(number);
            number = 0;
        }
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}
