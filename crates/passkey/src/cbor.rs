//! What authenticators write (CBOR, RFC 8949): maps, each key once.

use cbor4ii::core::{
    Value,
    dec::{Decode, Read},
    utils::SliceReader,
};

/// What a map holds, in the order it was written.
pub(crate) type Entries = Vec<(Value, Value)>;

/// Reads one map from the beginning; what is left after it.
pub(crate) fn map(bytes: &[u8]) -> Option<(Entries, &[u8])> {
    let mut reader = SliceReader::new(bytes);
    let Ok(Value::Map(entries)) = Value::decode(&mut reader) else { return None };
    let is_repeated = |(at, (key, _)): (usize, &(Value, Value))| entries[..at].iter().any(|(k, _)| k == key);
    if entries.len() > 64 || entries.iter().enumerate().any(is_repeated) {
        return None;
    }
    let Ok(left) = reader.fill(bytes.len());
    let left = left.as_ref().len();
    Some((entries, &bytes[bytes.len() - left..]))
}

pub(crate) fn by_number(entries: &[(Value, Value)], number: i128) -> Option<&Value> {
    entries.iter().find(|(key, _)| *key == Value::Integer(number)).map(|(_, value)| value)
}

pub(crate) fn by_name<'a>(entries: &'a [(Value, Value)], name: &str) -> Option<&'a Value> {
    let is = |key: &Value| matches!(key, Value::Text(text) if text == name);
    entries.iter().find(|(key, _)| is(key)).map(|(_, value)| value)
}

pub(crate) fn bytes(value: Option<&Value>) -> Option<&[u8]> {
    match value {
        Some(Value::Bytes(bytes)) => Some(bytes),
        _ => None,
    }
}

pub(crate) fn number(value: Option<&Value>) -> Option<i128> {
    match value {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}
