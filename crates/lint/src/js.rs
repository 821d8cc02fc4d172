//! What rulesets expect of JavaScript: how values become text and numbers, and how text is ordered.

use std::cmp::Ordering;

use model::tree::{Content, Node};

/// A number as JavaScript writes it: `5`, `0.1`, `1e+21`.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if (1e-6..1e21).contains(&size) {
        return format!("{value}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// `Number(text)`
pub(crate) fn to_number(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(digits, 16).map_or(f64::NAN, |value| value as f64);
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        text if is_number => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// `String(value)`
pub(crate) fn to_text(node: &Node) -> String {
    match &node.content {
        Content::Null => "null".to_owned(),
        Content::Bool(value) => value.to_string(),
        Content::Number(value) => number(value.as_f64().unwrap_or(f64::NAN)),
        Content::Text(text) => text.to_string(),
        Content::Mapping(_) => "[object Object]".to_owned(),
        Content::List(items) => {
            let texts = items.iter().map(|item| match item.content {
                Content::Null => String::new(),
                _ => to_text(item),
            });
            texts.collect::<Vec<_>>().join(",")
        }
    }
}

/// A value in a message: text in quotes, lists and mappings by their kind.
pub(crate) fn shown(node: &Node) -> String {
    match &node.content {
        Content::List(_) => "Array[]".to_owned(),
        Content::Mapping(_) => "Object{}".to_owned(),
        Content::Text(text) => quoted(text),
        _ => to_text(node),
    }
}

/// `JSON.stringify(text)`
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// `JSON.stringify(value)`, with numbers as JavaScript writes them.
pub(crate) fn json(node: &Node) -> String {
    match &node.content {
        Content::Text(text) => quoted(text),
        Content::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Content::Mapping(fields) => {
            let fields = fields.iter().map(|(key, value)| format!("{}:{}", quoted(&key.text), json(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        _ => to_text(node),
    }
}

/// `if (value)`; `None` is `undefined`.
pub(crate) fn is_truthy(node: Option<&Node>) -> bool {
    match node.map(|node| &node.content) {
        None | Some(Content::Null) => false,
        Some(Content::Bool(value)) => *value,
        Some(Content::Number(number)) => number.as_f64().is_some_and(|value| value != 0.0),
        Some(Content::Text(text)) => !text.is_empty(),
        Some(Content::List(_) | Content::Mapping(_)) => true,
    }
}

/// The length of text in UTF-16 units.
pub(crate) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// About `a.localeCompare(b)` of the root locale: punctuation before digits before letters, case last and small letters first.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let primary = a.chars().map(primary).cmp(b.chars().map(primary));
    let case = || a.chars().map(char::is_uppercase).cmp(b.chars().map(char::is_uppercase));
    primary.then_with(case).then_with(|| a.cmp(b))
}

fn primary(character: char) -> (u8, u32) {
    // The order of punctuation in the collation of Unicode.
    const PUNCTUATION: &str = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
    if character.is_whitespace() {
        return (0, u32::from(character));
    }
    if let Some(at) = PUNCTUATION.find(character) {
        return (1, u32::try_from(at).unwrap_or_default());
    }
    if character.is_numeric() {
        return (2, u32::from(character));
    }
    (3, character.to_lowercase().next().map_or(0, u32::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_does() {
        for (value, text) in [
            (5.0, "5"),
            (0.1, "0.1"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (1.5e-7, "1.5e-7"),
            (-0.0, "0"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(to_number(" 12 "), 12.0);
        assert!(to_number("12a").is_nan() && to_number("inf").is_nan());
    }

    #[test]
    fn text_is_ordered_as_a_dictionary_does() {
        let mut words = ["b", "B", "a", "A", "_x", "1", "-"];
        words.sort_by(|a, b| compare(a, b));
        assert_eq!(words, ["_x", "-", "1", "a", "A", "b", "B"]);
    }
}
