//! Changes that were agreed to, and are not told again.

use crate::Change;

/// A list of agreed changes: a line each, `id`, or `id METHOD /path`, or with the place in the message after that. What follows `#` is
/// for people.
#[derive(Clone, Debug, Default)]
pub struct Suppressions(Vec<(String, String)>);

impl Suppressions {
    /// # Errors
    /// The number of a line that is none of that.
    pub fn read(text: &str) -> Result<Suppressions, usize> {
        let mut all = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (id, rest) = line.split_once(' ').unwrap_or((line, ""));
            if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
                return Err(at + 1);
            }
            all.push((id.to_owned(), rest.trim().to_owned()));
        }
        Ok(Suppressions(all))
    }

    pub fn have(&self, change: &Change) -> bool {
        let whole = format!("{} {}", change.operation, change.at);
        self.0.iter().any(|(id, rest)| {
            *id == change.id && (rest.is_empty() || *rest == change.operation || *rest == whole.trim())
        })
    }
}
