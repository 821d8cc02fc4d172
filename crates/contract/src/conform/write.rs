//! Parameters as requests have them: values in their style (OpenAPI 3.1 §4.8.12.3, RFC 6570).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use super::terms::{Parameter, Style};

/// What never needs encoding (RFC 3986 §2.3).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Parameter {
    /// What stands in a path for the parameter. `None` where nothing can: an empty text, and `.` and `..`, would lead elsewhere.
    pub(crate) fn in_path(&self, value: &Json) -> Option<String> {
        let name = encoded(&self.name);
        let text = match self.style {
            Style::Label => format!(".{}", spread(value, if self.explode { "." } else { "," }, self.explode)),
            Style::Matrix => match value {
                Json::Array(items) if self.explode => {
                    items.iter().map(|item| format!(";{name}={}", one(item))).collect()
                }
                Json::Object(_) if self.explode => format!(";{}", spread(value, ";", true)),
                value => format!(";{name}={}", spread(value, ",", false)),
            },
            _ if self.content.is_some() => encoded(&value.to_string()),
            _ => spread(value, ",", self.explode),
        };
        let usable = !text.is_empty() && text != "." && text != "..";
        usable.then_some(text)
    }

    /// The pairs of a query, encoded.
    pub(crate) fn in_query(&self, value: &Json) -> Vec<(String, String)> {
        let name = encoded(&self.name);
        if self.content.is_some() {
            return vec![(name, encoded(&value.to_string()))];
        }
        let between = match self.style {
            Style::SpaceDelimited => "%20",
            Style::PipeDelimited => "%7C",
            _ => ",",
        };
        match value {
            Json::Array(items) if self.explode => {
                items.iter().map(|item| (name.clone(), one(item))).collect()
            }
            Json::Object(members) if self.style == Style::DeepObject => {
                let pair =
                    |(key, value): (&String, &Json)| (format!("{name}%5B{}%5D", encoded(key)), value.clone());
                let mut pairs = Vec::new();
                for (name, value) in members.iter().map(pair) {
                    deep(&mut pairs, name, &value, 0);
                }
                pairs
            }
            Json::Object(members) if self.explode || self.whole_query => {
                members.iter().map(|(key, value)| (encoded(key), one(value))).collect()
            }
            value => vec![(name, spread(value, between, false))],
        }
    }

    /// The value of a field. `None` where a field cannot have it.
    pub(crate) fn in_header(&self, value: &Json) -> Option<String> {
        let text = self.written(value);
        super::parameter::is_field_value(&text).then_some(text)
    }

    /// The pairs of a cookie.
    pub(crate) fn in_cookie(&self, value: &Json) -> Option<Vec<String>> {
        let pair = |name: &str, value: &Json| {
            let text = one(value);
            super::parameter::is_field_value(&text).then(|| format!("{name}={text}"))
        };
        match value {
            Json::Array(items) if self.explode => items.iter().map(|item| pair(&self.name, item)).collect(),
            Json::Object(members) if self.explode => {
                members.iter().map(|(key, value)| pair(key, value)).collect()
            }
            value => Some(vec![format!("{}={}", self.name, spread(value, ",", false))]),
        }
    }
}

fn deep(pairs: &mut Vec<(String, String)>, name: String, value: &Json, depth: usize) {
    match value {
        Json::Object(members) if depth < 8 => {
            for (key, value) in members {
                deep(pairs, format!("{name}%5B{}%5D", encoded(key)), value, depth + 1);
            }
        }
        Json::Array(items) if depth < 8 => {
            for (at, value) in items.iter().enumerate() {
                deep(pairs, format!("{name}%5B{at}%5D"), value, depth + 1);
            }
        }
        value => pairs.push((name, one(value))),
    }
}

fn spread(value: &Json, between: &str, explode: bool) -> String {
    match value {
        Json::Array(items) => items.iter().map(one).collect::<Vec<_>>().join(between),
        Json::Object(members) => {
            let equals = if explode { "=" } else { between };
            let members =
                members.iter().map(|(key, value)| format!("{}{equals}{}", encoded(key), one(value)));
            members.collect::<Vec<_>>().join(between)
        }
        value => one(value),
    }
}

fn one(value: &Json) -> String {
    match value {
        Json::String(text) => encoded(text),
        Json::Null => String::new(),
        value => encoded(&value.to_string()),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}
