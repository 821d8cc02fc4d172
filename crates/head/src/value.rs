//! Values of fields.

use std::fmt;

use http::HeaderValue;

/// The value of a field: visible ASCII, spaces, tabs, and bytes past ASCII (RFC 9110 §5.5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value<'a>(pub(crate) &'a [u8]);

/// A value with bytes past ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText;

/// Something that is a valid value.
pub trait FieldValue {
    fn bytes(&self) -> &[u8];
}

impl<'a> Value<'a> {
    pub fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// # Errors
    /// Bytes that are not visible ASCII.
    pub fn to_str(self) -> Result<&'a str, NotText> {
        let text = std::str::from_utf8(self.0).map_err(|_| NotText)?;
        if text.bytes().all(|b| (b' '..0x7f).contains(&b) || b == b'\t') { Ok(text) } else { Err(NotText) }
    }

    pub fn len(self) -> usize {
        self.0.len()
    }

    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub fn to_owned(self) -> HeaderValue {
        HeaderValue::from_bytes(self.0).expect("what is in `Headers` was checked")
    }
}

impl From<Value<'_>> for HeaderValue {
    fn from(value: Value<'_>) -> HeaderValue {
        value.to_owned()
    }
}

impl FieldValue for Value<'_> {
    fn bytes(&self) -> &[u8] {
        self.0
    }
}

impl FieldValue for HeaderValue {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl FieldValue for &HeaderValue {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq<str> for Value<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Value<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<HeaderValue> for Value<'_> {
    fn eq(&self, other: &HeaderValue) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(self.0), f)
    }
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field has bytes past ASCII")
    }
}

impl std::error::Error for NotText {}
