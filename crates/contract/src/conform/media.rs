//! Media types (RFC 9110 §8.3.1): which of the contract's a message has.

use super::{Expected, terms::Media};

/// A media type, or a range of them, without its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaType {
    /// In lower case.
    essence: Box<str>,
}

/// How a body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Json,
    Form,
    Multipart,
    Xml,
    Text,
    /// It is not read.
    Binary,
    /// Something after something: it has no end to wait for.
    Stream,
}

impl MediaType {
    pub(crate) fn read(text: &str) -> MediaType {
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        MediaType { essence: essence.into() }
    }

    pub(crate) fn essence(&self) -> &str {
        &self.essence
    }

    pub(crate) fn kind(&self) -> Kind {
        let essence = &*self.essence;
        match essence {
            "application/json" | "text/json" => Kind::Json,
            "application/x-www-form-urlencoded" => Kind::Form,
            "application/xml" | "text/xml" => Kind::Xml,
            "text/event-stream" | "application/x-ndjson" | "application/jsonl" | "application/json-seq" => {
                Kind::Stream
            }
            _ if essence.ends_with("+json") => Kind::Json,
            _ if essence.ends_with("+xml") => Kind::Xml,
            _ if essence.starts_with("multipart/") => Kind::Multipart,
            _ if essence.starts_with("text/") => Kind::Text,
            _ => Kind::Binary,
        }
    }

    /// How exactly this range has another type; `None` where it has not.
    fn has(&self, other: &MediaType) -> Option<u8> {
        if self.essence == other.essence {
            return Some(3);
        }
        if &*self.essence == "*/*" || &*self.essence == "*" {
            return Some(0);
        }
        let (kind, of) = self.essence.split_once('/')?;
        let (other_kind, other_of) = other.essence.split_once('/')?;
        if kind != other_kind {
            return None;
        }
        match of.strip_prefix('*') {
            Some("") => Some(1),
            Some(suffix) => other_of.ends_with(suffix).then_some(2),
            None => None,
        }
    }

    /// Whether `Accept` has it, with a weight above nothing.
    pub(crate) fn is_accepted_by(&self, accept: &str) -> bool {
        accept.trim().is_empty() || self.weight(accept).is_some()
    }

    /// How much `Accept` wants it, in thousandths; `None` where it does not (RFC 9110 §12.4.2).
    pub(crate) fn weight(&self, accept: &str) -> Option<u16> {
        let mut best: Option<(u8, u16)> = None;
        for range in accept.split(',').map(str::trim).filter(|range| !range.is_empty()) {
            let weight = range.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q="));
            let weight = weight.and_then(|weight| weight.trim().parse::<f32>().ok()).unwrap_or(1.0);
            let weight = (weight.clamp(0.0, 1.0) * 1000.0).round() as u16;
            let read = MediaType::read(range);
            // A range of the contract is met by any type within it.
            if let Some(how) = read.has(self).or_else(|| self.has(&read))
                && best.is_none_or(|(known, _)| how >= known)
            {
                best = Some((how, weight));
            }
        }
        best.map(|(_, weight)| weight).filter(|weight| *weight > 0)
    }
}

/// The most exact of the contract's types that has the message's.
pub(super) fn choose<'t>(content: &'t [Media], content_type: Option<&str>) -> Expected<'t> {
    if content.is_empty() {
        return Expected::Anything;
    }
    let Some(text) = content_type else {
        return match content {
            // What has no type is taken for the only one there is.
            [only] => Expected::Body(only),
            all => Expected::Unknown(all.iter().map(|media| media.of.essence()).collect()),
        };
    };
    let said = MediaType::read(text);
    let found = content.iter().filter_map(|media| Some((media.of.has(&said)?, media)));
    match found.max_by_key(|(how, _)| *how) {
        Some((_, media)) => Expected::Body(media),
        None => Expected::Unknown(content.iter().map(|media| media.of.essence()).collect()),
    }
}

/// A parameter of a media type, unquoted.
pub(super) fn parameter(text: &str, name: &str) -> Option<String> {
    text.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_takes_what_it_names_and_nothing_that_weighs_nothing() {
        let json = MediaType::read("application/json; charset=utf-8");
        for (accept, takes) in [
            ("", true),
            ("*/*", true),
            ("application/*", true),
            ("application/json;q=0.1", true),
            ("text/html", false),
            ("application/json;q=0, */*", false),
            ("text/html, application/json", true),
        ] {
            assert_eq!(json.is_accepted_by(accept), takes, "{accept}");
        }
        assert!(MediaType::read("image/*").is_accepted_by("image/png"));
    }

    #[test]
    fn types_say_how_a_body_is_read() {
        for (text, kind) in [
            ("Application/JSON;charset=utf-8", Kind::Json),
            ("application/problem+json", Kind::Json),
            ("application/x-www-form-urlencoded", Kind::Form),
            ("multipart/form-data; boundary=x", Kind::Multipart),
            ("image/svg+xml", Kind::Xml),
            ("text/csv", Kind::Text),
            ("text/event-stream", Kind::Stream),
            ("image/png", Kind::Binary),
        ] {
            assert_eq!(MediaType::read(text).kind(), kind, "{text}");
        }
    }
}
