//! Descriptions of what OpenAPI has no place for.

/// A text as code, whatever stands in it.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c == '`' || c.is_control() { ' ' } else { c }).collect();
    format!("`{text}`")
}

/// Paragraphs, those that say nothing left out.
pub(super) fn paragraphs(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> =
        parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// The first line of a description, for lists.
pub(super) fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default().trim()
}
