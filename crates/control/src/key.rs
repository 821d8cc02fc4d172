//! API keys and service tokens: how they are made, recognized and checked.
//!
//! `plk_` or `pls_`, 32 random characters, and 6 that are a checksum of all before them: whoever finds one, a secret scanner among them, can
//! tell it from chance without asking anybody.

use model::KeyHash;

use crate::{digest, intake};

const PREFIX: &str = "plk_";
const RANDOM: usize = 32;
const CHECKSUM: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What service tokens begin with.
const TOKEN_PREFIX: &str = "pls_";

/// A new key.
pub(crate) fn make() -> String {
    of_chance(PREFIX)
}

/// A new service token.
pub(crate) fn make_token() -> String {
    of_chance(TOKEN_PREFIX)
}

/// Whether this is a service token made here, not mistyped.
pub(crate) fn is_token(text: &str) -> bool {
    is_made(text, TOKEN_PREFIX)
}

fn of_chance(prefix: &str) -> String {
    let mut key = String::with_capacity(prefix.len() + RANDOM + CHECKSUM);
    key.push_str(prefix);
    while key.len() < prefix.len() + RANDOM {
        // A byte of 248 or more would favor the first characters.
        for byte in digest::random::<64>().into_iter().filter(|byte| *byte < 248) {
            if key.len() < prefix.len() + RANDOM {
                key.push(char::from(BASE62[usize::from(byte % 62)]));
            }
        }
    }
    let checksum = checksum(&key);
    key + &checksum
}

/// Whether this is a key made here, not mistyped.
pub(crate) fn is_issued(key: &str) -> bool {
    is_made(key, PREFIX)
}

fn is_made(key: &str, prefix: &str) -> bool {
    key.starts_with(prefix)
        && key.len() == prefix.len() + RANDOM + CHECKSUM
        && key.is_ascii()
        && key[key.len() - CHECKSUM..] == checksum(&key[..key.len() - CHECKSUM])
}

/// The hash of a key somebody wrote.
///
/// # Errors
/// A key that is too short, too long or not visible ASCII, and one that looks issued but is mistyped.
pub(crate) fn hash_given(key: &str) -> Result<KeyHash, String> {
    if !(8..=256).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a key is 8 to 256 visible ASCII characters, without spaces".to_owned());
    }
    if key.starts_with(PREFIX) && !is_issued(key) {
        return Err(format!(
            "keys that begin with `{PREFIX}` are issued here, and this one is mistyped or cut off"
        ));
    }
    Ok(intake::key_hash(key))
}

/// What a key is recognized by.
pub(crate) fn hint(key: &str) -> String {
    let shown = if key.starts_with(PREFIX) || key.starts_with(TOKEN_PREFIX) { 8 } else { 4 };
    key.chars().take(shown).collect()
}

fn checksum(text: &str) -> String {
    let mut rest = crc32(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// The CRC-32 of ISO 3309, as in zip and PNG.
fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc_32() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_new_key_has_prefix_length_and_a_checksum_that_catches_a_slip() {
        let key = make();
        assert!(is_issued(&key) && key.len() == 42 && key != make());
        assert_eq!(hint(&key), key[..8]);
        for at in 4..key.len() {
            let mut slip = key.clone().into_bytes();
            slip[at] = if slip[at] == b'a' { b'b' } else { b'a' };
            assert!(!is_issued(std::str::from_utf8(&slip).unwrap()), "a slip at {at} went unseen");
        }
    }

    #[test]
    fn keys_users_chose_are_accepted_within_bounds() {
        assert!(hash_given("correct-horse").is_ok());
        for bad in ["short", "with a space in it", "ünïcödé-kéy", "plk_notwhatitseems", &"x".repeat(257)]
        {
            assert!(hash_given(bad).is_err(), "{bad}");
        }
        assert_eq!(hint("correct-horse"), "corr");
    }
}
