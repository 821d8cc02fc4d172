//! Operations as text to search in.

/// One operation as text to search in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerms {
    /// [`crate::Operation::id`].
    pub operation: String,
    /// Lower case: method, path, id, summary, tags and the beginning of the description; at most about 600 bytes.
    pub text: String,
}
