//! Codes that people read from one device and type on another (RFC 8628 §6.1).

use aws_lc_rs::rand;

/// Consonants that are not taken for another and make no words.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;

/// A code as it is kept: its letters alone.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

/// A fresh code; of 20^8 (25.6 thousand million).
///
/// # Panics
/// Where the operating system has no random bytes.
pub fn make_user_code() -> UserCode {
    let mut code = String::with_capacity(LENGTH);
    while code.len() < LENGTH {
        let mut bytes = [0; 16];
        rand::fill(&mut bytes).expect("the operating system has random bytes");
        // A byte of 240 or more would favor the first letters.
        for byte in bytes.into_iter().filter(|byte| *byte < 240) {
            if code.len() < LENGTH {
                code.push(char::from(LETTERS[usize::from(byte % 20)]));
            }
        }
    }
    UserCode(code)
}

impl UserCode {
    /// Reads what a person typed: case, blanks and hyphens do not matter.
    pub fn read(text: &str) -> Option<UserCode> {
        if text.len() > 64 {
            return None;
        }
        let letters: String =
            text.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
        let is_code = letters.len() == LENGTH && letters.bytes().all(|byte| LETTERS.contains(&byte));
        is_code.then_some(UserCode(letters))
    }

    /// As it is shown: `WDJB-MJHT`.
    pub fn shown(&self) -> String {
        format!("{}-{}", &self.0[..LENGTH / 2], &self.0[LENGTH / 2..])
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for UserCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = make_user_code();
        assert_ne!(code, make_user_code());
        for typed in [
            code.shown(),
            code.shown().to_lowercase(),
            code.shown().replace('-', " "),
            code.as_str().to_owned(),
        ] {
            assert_eq!(UserCode::read(&typed).as_ref(), Some(&code));
        }
        for wrong in ["", "WDJB", "WDJB-MJHA", "WDJB-MJHTT", "ÄDJB-MJHT"] {
            assert_eq!(UserCode::read(wrong), None);
        }
    }
}
