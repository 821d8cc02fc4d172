//! Scalars by the core schema of YAML 1.2.2 §10.3.

use serde_json::Number;

use super::Content;

/// What a plain scalar means.
pub(super) fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        _ => plain_number(text).map_or_else(|| Content::Text(text.into()), Content::Number),
    }
}

/// A number as it is written in JSON or YAML; `whole` says it has neither a point nor an exponent. `None` where it is not finite.
pub(super) fn number(text: &str, whole: bool) -> Option<Number> {
    if whole {
        if let Ok(value) = text.parse::<i64>() {
            return Some(value.into());
        }
        if let Ok(value) = text.parse::<u64>() {
            return Some(value.into());
        }
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

/// `.inf` and `.nan` stay text: JSON has no such numbers.
fn plain_number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) {
        return None;
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return valid.then(|| u64::from_str_radix(digits, radix).ok()).flatten().map(Number::from);
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (before, after) = match mantissa.split_once('.') {
        Some((before, after)) => (before, Some(after)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = digits(before)
        && after.is_none_or(digits)
        && !(before.is_empty() && after.is_none_or(str::is_empty))
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent));
    is_number
        .then(|| number(text.strip_prefix('+').unwrap_or(text), after.is_none() && exponent.is_none()))
        .flatten()
}
