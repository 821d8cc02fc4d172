//! What is wrong with a value.

/// One thing that is wrong. It holds what the schema asks for, never what the value says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A JSON pointer (RFC 6901) into the value; empty for all of it.
    pub pointer: String,
    /// The keyword of the schema that is not met.
    pub keyword: &'static str,
    /// Lower case, without a full stop: `must be an integer`.
    pub message: String,
}

/// What became of holding a value against a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// As many as were asked for, at most.
    pub faults: Vec<Fault>,
    /// There are more faults than asked for.
    pub more: bool,
}

impl Outcome {
    pub fn is_valid(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A token of a JSON pointer (RFC 6901 §3), appended.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    if !token.contains(['~', '/']) {
        return pointer.push_str(token);
    }
    for letter in token.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            letter => pointer.push(letter),
        }
    }
}
