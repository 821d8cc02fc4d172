//! Operations as text to search in.

use crate::Operation;

/// One operation as text to search in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerms {
    /// [`Operation::id`].
    pub operation: String,
    /// Lower case: method, path, id, summary, tags and the beginning of the description; at most about 1 KiB.
    pub text: String,
}

const MOST_OF_A_PART: usize = 250;

impl SearchTerms {
    pub(crate) fn of(operation: &Operation) -> SearchTerms {
        let mut text = String::with_capacity(160);
        let parts = [Some(operation.method.as_str()), Some(&operation.path), Some(&operation.id)];
        let texts = [operation.summary.as_deref(), operation.description.as_deref()];
        let tags = operation.tags.iter().take(8).map(|tag| Some(tag.as_str()));
        for part in parts.into_iter().chain(tags).chain(texts).flatten() {
            let words: String = part.chars().take(MOST_OF_A_PART).flat_map(char::to_lowercase).collect();
            for word in words.split_whitespace() {
                text.push_str(word);
                text.push(' ');
            }
        }
        text.pop();
        SearchTerms { operation: operation.id.clone(), text }
    }

    /// Whether every word of a query occurs; the query must be in lower case.
    pub fn matches(&self, query: &str) -> bool {
        query.split_whitespace().all(|word| self.text.contains(word))
    }
}
