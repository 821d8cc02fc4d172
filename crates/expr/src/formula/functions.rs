//! The functions of formulas.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::{Stop, template::text_of};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    StartsWith,
    EndsWith,
    Contains,
    LowerAscii,
    UpperAscii,
    Trim,
    Split,
    Join,
    Replace,
    Substring,
    String,
    Int,
    Double,
    Bool,
    ParseJson,
    ToJson,
    UrlEncode,
    UrlDecode,
    Keys,
    Merge,
    Without,
}

/// Functions by name, with the fewest and the most arguments; what a method is called on counts.
const FUNCTIONS: [(&str, Function, usize, usize); 22] = [
    ("size", Function::Size, 1, 1),
    ("startsWith", Function::StartsWith, 2, 2),
    ("endsWith", Function::EndsWith, 2, 2),
    ("contains", Function::Contains, 2, 2),
    ("lowerAscii", Function::LowerAscii, 1, 1),
    ("upperAscii", Function::UpperAscii, 1, 1),
    ("trim", Function::Trim, 1, 1),
    ("split", Function::Split, 2, 2),
    ("join", Function::Join, 1, 2),
    ("replace", Function::Replace, 3, 3),
    ("substring", Function::Substring, 2, 3),
    ("string", Function::String, 1, 1),
    ("int", Function::Int, 1, 1),
    ("double", Function::Double, 1, 1),
    ("bool", Function::Bool, 1, 1),
    ("parseJson", Function::ParseJson, 1, 1),
    ("toJson", Function::ToJson, 1, 1),
    ("urlEncode", Function::UrlEncode, 1, 1),
    ("urlDecode", Function::UrlDecode, 1, 1),
    ("keys", Function::Keys, 1, 1),
    ("merge", Function::Merge, 2, 2),
    ("without", Function::Without, 2, 2),
];

impl Function {
    pub(super) fn find(name: &str, arguments: usize) -> Option<Function> {
        let fits =
            |(_, _, fewest, most): &&(&str, Function, usize, usize)| (*fewest..=*most).contains(&arguments);
        FUNCTIONS.iter().filter(fits).find(|(known, ..)| *known == name).map(|(_, function, ..)| *function)
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(name, ..)| *name)
    }

    /// Whether a part of a URL stays one.
    pub(super) fn keeps_encoding(self) -> bool {
        matches!(self, Function::Replace | Function::Substring | Function::LowerAscii)
    }

    /// What it makes of arguments of which there are as many as it takes. The work is bounded by `most` bytes.
    pub(super) fn call(self, arguments: &[Cow<'_, Value>], most: usize) -> Result<Value, Stop> {
        let first = &*arguments[0];
        let words = |at: usize| arguments[at].as_str().ok_or(Stop::Unfit);
        Ok(match self {
            Function::Size => Value::from(match first {
                Value::String(text) => text.chars().count(),
                Value::Array(items) => items.len(),
                Value::Object(members) => members.len(),
                _ => return Err(Stop::Unfit),
            }),
            Function::StartsWith => words(0)?.starts_with(words(1)?).into(),
            Function::EndsWith => words(0)?.ends_with(words(1)?).into(),
            Function::Contains => words(0)?.contains(words(1)?).into(),
            Function::LowerAscii => words(0)?.to_ascii_lowercase().into(),
            Function::UpperAscii => words(0)?.to_ascii_uppercase().into(),
            Function::Trim => words(0)?.trim().into(),
            Function::Split => {
                let (text, by) = (words(0)?, words(1)?);
                // Each piece costs more than its bytes.
                if text.len().saturating_mul(4) > most {
                    return Err(Stop::TooMuch);
                }
                if by.is_empty() {
                    text.chars().map(|c| c.to_string()).collect()
                } else {
                    text.split(by).collect()
                }
            }
            Function::Join => {
                let items = first.as_array().ok_or(Stop::Unfit)?;
                let by = if arguments.len() > 1 { words(1)? } else { "" };
                let mut joined = String::new();
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        joined.push_str(by);
                    }
                    joined.push_str(&text_of(item));
                    if joined.len() > most {
                        return Err(Stop::TooMuch);
                    }
                }
                joined.into()
            }
            Function::Replace => {
                let (text, from, to) = (words(0)?, words(1)?, words(2)?);
                let places = if from.is_empty() { text.len() + 1 } else { text.len() / from.len() };
                if places.saturating_mul(to.len()).saturating_add(text.len()) > most {
                    return Err(Stop::TooMuch);
                }
                text.replace(from, to).into()
            }
            Function::Substring => {
                let number = |at: usize| {
                    let number = arguments[at].as_u64().ok_or(Stop::Unfit)?;
                    usize::try_from(number).map_err(|_| Stop::Unfit)
                };
                let text = words(0)?;
                let end = if arguments.len() > 2 { number(2)? } else { usize::MAX };
                let begin = number(1)?;
                if begin > end {
                    return Err(Stop::Unfit);
                }
                text.chars().skip(begin).take(end - begin).collect::<String>().into()
            }
            Function::String => text_of(first).into_owned().into(),
            Function::Int => match first {
                Value::String(text) => text.trim().parse::<i64>().map_err(|_| Stop::Unfit)?.into(),
                #[expect(clippy::cast_possible_truncation, reason = "its bounds were looked at")]
                Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                    (Some(number), _) => number.into(),
                    (None, Some(number)) if number.abs() < 9e18 => (number as i64).into(),
                    _ => return Err(Stop::Unfit),
                },
                _ => return Err(Stop::Unfit),
            },
            Function::Double => match first {
                Value::String(text) => {
                    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
                    number.ok_or(Stop::Unfit)?.into()
                }
                Value::Number(number) => number.as_f64().ok_or(Stop::Unfit)?.into(),
                _ => return Err(Stop::Unfit),
            },
            Function::Bool => match first {
                Value::Bool(known) => (*known).into(),
                Value::String(text) if text == "true" => true.into(),
                Value::String(text) if text == "false" => false.into(),
                _ => return Err(Stop::Unfit),
            },
            Function::ParseJson => {
                let text = words(0)?;
                if text.len().saturating_mul(8) > most {
                    return Err(Stop::TooMuch);
                }
                serde_json::from_str(text).map_err(|_| Stop::Unfit)?
            }
            Function::ToJson => first.to_string().into(),
            Function::UrlEncode => utf8_percent_encode(words(0)?, NON_ALPHANUMERIC).to_string().into(),
            Function::UrlDecode => percent_decode_str(words(0)?).decode_utf8_lossy().into_owned().into(),
            Function::Keys => first.as_object().ok_or(Stop::Unfit)?.keys().cloned().collect(),
            Function::Merge => {
                let mut merged: Map<String, Value> = first.as_object().ok_or(Stop::Unfit)?.clone();
                for (name, value) in arguments[1].as_object().ok_or(Stop::Unfit)? {
                    merged.insert(name.clone(), value.clone());
                }
                merged.into()
            }
            Function::Without => {
                let names = arguments[1].as_array().ok_or(Stop::Unfit)?;
                let kept = first.as_object().ok_or(Stop::Unfit)?.iter();
                if kept.len().saturating_mul(names.len()) > most {
                    return Err(Stop::TooMuch);
                }
                let kept = kept.filter(|(name, _)| !names.iter().any(|other| other == name.as_str()));
                Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
            }
        })
    }
}
