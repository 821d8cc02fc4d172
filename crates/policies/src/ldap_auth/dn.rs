//! What groups a DN is of, compared as directories do (RFC 4514).

/// A DN in small letters, without blanks around what separates its parts.
pub(super) fn plain_dn(dn: &str) -> String {
    let mut plain = String::with_capacity(dn.len());
    let mut escaped = false;
    for c in dn.chars().flat_map(char::to_lowercase) {
        if !escaped && matches!(c, ',' | '=') {
            plain.truncate(plain.trim_end_matches(' ').len());
        }
        if c == ' ' && !escaped && plain.ends_with([',', '=']) && !plain.ends_with("\\,") {
            continue;
        }
        escaped = c == '\\' && !escaped;
        plain.push(c);
    }
    plain.trim_end_matches(' ').to_owned()
}

/// The name of a group directly below an entry, as the directory spells it.
pub(super) fn name_below(dn: &str, below: &str) -> Option<String> {
    let mut escaped = false;
    let end = dn.find(|c| {
        let ends = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    let (first, rest) = (&dn[..end], &dn[end + 1..]);
    if plain_dn(rest) != below || first.contains(['\\', '+']) {
        return None;
    }
    first.split_once('=').map(|(_, name)| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_told_by_their_place_in_the_directory() {
        let below = plain_dn("ou=Groups, dc=example,dc=com");
        assert_eq!(name_below("cn=Writers,OU=groups,DC=example,DC=com", &below).unwrap(), "Writers");
        for elsewhere in [
            "cn=writers,ou=others,dc=example,dc=com",
            "cn=writers,cn=x,ou=groups,dc=example,dc=com",
            "cn=a\\,ou=groups,dc=example,dc=com",
            "ou=groups,dc=example,dc=com",
            "writers",
        ] {
            assert_eq!(name_below(elsewhere, &below), None, "{elsewhere}");
        }
    }
}
