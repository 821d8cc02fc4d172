//! Quantities as users write them: `30s`, `10MiB`.

use std::{fmt, str::FromStr, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A length of time, written `250ms`, `30s`, `5m`, `1h`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span(pub Duration);

const TIME_UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl Span {
    pub const fn millis(n: u64) -> Span {
        Span(Duration::from_millis(n))
    }

    pub const fn secs(n: u64) -> Span {
        Span(Duration::from_secs(n))
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Span, String> {
        let complaint = || {
            format!(
                "`{text}` is not a duration: write a whole number and a unit, such as `250ms`, `30s`, `5m`, `1h` or `7d`"
            )
        };
        let (number, unit) = split(text).ok_or_else(complaint)?;
        let (_, ms) = TIME_UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(complaint)?;
        let ms = number.checked_mul(*ms).ok_or_else(complaint)?;
        Ok(Span::millis(ms))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        if ms == 0 {
            return f.write_str("0s");
        }
        let (unit, size) = TIME_UNITS.iter().find(|(_, size)| ms.is_multiple_of(*size)).unwrap_or(&("ms", 1));
        write!(f, "{}{unit}", ms / size)
    }
}

/// A number of bytes, written `512B`, `64KiB`, `10MiB`, `1GiB` (powers of 1024) or `10kB`, `10MB`, `1GB` (powers of 1000).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

const SIZE_UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

impl ByteSize {
    pub const fn kib(n: u64) -> ByteSize {
        ByteSize(n << 10)
    }

    pub const fn mib(n: u64) -> ByteSize {
        ByteSize(n << 20)
    }

    /// The size as a length of memory; saturates where `usize` is narrower.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<ByteSize, String> {
        let complaint = || {
            format!(
                "`{text}` is not a size: write a whole number and a unit, such as `512B`, `64KiB` or `10MiB`"
            )
        };
        let (number, unit) = split(text).ok_or_else(complaint)?;
        let (_, size) = SIZE_UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(complaint)?;
        number.checked_mul(*size).map(ByteSize).ok_or_else(complaint)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) = SIZE_UNITS
            .iter()
            .find(|(_, size)| self.0 != 0 && self.0.is_multiple_of(*size))
            .unwrap_or(&("B", 1));
        write!(f, "{}{unit}", self.0 / size)
    }
}

fn split(text: &str) -> Option<(u64, &str)> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    Some((text[..at].parse().ok()?, text[at..].trim_start()))
}

macro_rules! written_as_text {
    ($type:ident, $pattern:literal, $describe:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $describe, "pattern": $pattern })
            }
        }
    };
}

written_as_text!(Span, "^[0-9]+ ?(ms|s|m|h|d)$", "A length of time, such as `30s` or `1h`.");
written_as_text!(
    ByteSize,
    "^[0-9]+ ?(B|kB|KiB|MB|MiB|GB|GiB)$",
    "A number of bytes, such as `64KiB` or `10MiB`."
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_sizes_read_and_print_in_the_largest_whole_unit() {
        for (text, printed) in [
            ("250ms", "250ms"),
            ("1000ms", "1s"),
            ("90s", "90s"),
            ("120s", "2m"),
            ("24h", "1d"),
            ("0s", "0s"),
        ] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), printed);
        }
        for (text, printed) in [("1024B", "1KiB"), ("10MiB", "10MiB"), ("2000 B", "2kB"), ("0B", "0B")] {
            assert_eq!(text.parse::<ByteSize>().unwrap().to_string(), printed);
        }
    }

    #[test]
    fn a_number_without_a_unit_is_refused_with_an_example() {
        assert!("30".parse::<Span>().unwrap_err().contains("`30s`"));
        assert!("1.5h".parse::<Span>().is_err());
        assert!("99999999999999999999s".parse::<Span>().is_err());
        assert!("10".parse::<ByteSize>().unwrap_err().contains("`10MiB`"));
    }
}
