//! Where browsers are sent back to.

/// The longest address that is gone back to, bytes.
const LONGEST: usize = 2048;

/// Whether a text is a path of the same host, and nothing that a browser takes for another host's.
pub fn is_rooted(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && text.len() <= LONGEST
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_same_host_are_gone_back_to() {
        for fine in ["/", "/orders?page=2", "/a/b#c", "/%2F%2Fevil.example"] {
            assert!(is_rooted(fine), "{fine}");
        }
        for wrong in [
            "",
            "orders",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example",
            "/a b",
            "/\u{e9}",
            "/\r\nx",
            &format!("/{}", "a".repeat(LONGEST)),
        ] {
            assert!(!is_rooted(wrong), "{wrong}");
        }
    }
}
