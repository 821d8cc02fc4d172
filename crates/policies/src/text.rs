//! Texts, patterns and names as several policies read them.

use expr::{Side, Template};
use policy::prelude::*;
use regex::{Regex, RegexBuilder};

/// How much memory one compiled pattern may take, in bytes.
const LARGEST_PATTERN: usize = 256 << 10;
/// Headers that frame the message or belong to one connection (RFC 9110 §7.6.1, RFC 9112 §6): the gateway's own business.
pub(crate) const RESERVED: [&str; 12] = [
    "connection",
    "content-length",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(crate) fn template(text: &str, side: Side, field: &str) -> Result<Template, Invalid> {
    Template::parse(text, side).map_err(|message| Invalid::field(field, message))
}

pub(crate) fn pattern(text: &str, field: &str) -> Result<Regex, Invalid> {
    RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build().map_err(|error| {
        let error = error.to_string();
        let why = error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Invalid::field(field, format!("`{text}` is no pattern: {why}"))
    })
}

/// Checks that a replacement (`/new/$1`) asks only for groups that the pattern has.
pub(crate) fn replacement(pattern: &Regex, text: &str, field: &str) -> Result<(), Invalid> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let name = match rest.strip_prefix('{') {
            Some(inner) => inner.split('}').next().unwrap_or_default(),
            None => rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default(),
        };
        let known = match name.parse::<usize>() {
            Ok(number) => number < pattern.captures_len(),
            Err(_) => pattern.capture_names().flatten().any(|known| known == name),
        };
        if !known {
            let message = format!(
                "the pattern has no group `{name}`; write `${{1}}` where letters follow, and `$$` for a dollar sign"
            );
            return Err(Invalid::field(field, message));
        }
    }
    Ok(())
}

/// The name of a header that a policy may change.
pub(crate) fn header_name(text: &str, field: &str) -> Result<HeaderName, Invalid> {
    let name = HeaderName::from_bytes(text.as_bytes())
        .map_err(|_| Invalid::field(field, format!("`{text}` is no name of a header")))?;
    if name == http::header::HOST {
        return Err(Invalid::field(
            field,
            "`host` cannot be changed here; see `rewrite`, and `preserve_host` of the upstream",
        ));
    }
    if RESERVED.contains(&name.as_str()) {
        let message =
            format!("`{name}` belongs to the connection, not to the message, and cannot be changed");
        return Err(Invalid::field(field, message));
    }
    Ok(name)
}
/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
