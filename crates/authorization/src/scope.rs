//! Scopes (RFC 6749 §3.3).

use std::collections::BTreeSet;

use crate::{Code, Failure};

/// Scopes of one request.
const MOST: usize = 100;

/// The grammar of one scope.
pub fn is_scope(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
}

/// The scopes of a parameter, each once and in order.
///
/// # Errors
/// What is none.
pub fn scopes(text: &str) -> Result<Vec<String>, Failure> {
    let all: BTreeSet<&str> = text.split(' ').filter(|scope| !scope.is_empty()).collect();
    if all.len() > MOST || all.iter().any(|scope| !is_scope(scope)) {
        return Err(Failure::new(
            Code::InvalidScope,
            "a scope is 1 to 128 visible characters, and there are 100 at most",
        ));
    }
    Ok(all.into_iter().map(str::to_owned).collect())
}

/// What is asked for, where it is within what may be asked for; all of that where nothing is said.
///
/// # Errors
/// Which scope may not be asked for.
pub fn within(asked: Option<&str>, allowed: &[String]) -> Result<Vec<String>, Failure> {
    let Some(asked) = asked else { return Ok(allowed.to_vec()) };
    let asked = scopes(asked)?;
    match asked.iter().find(|scope| !allowed.contains(scope)) {
        Some(other) => {
            Err(Failure::new(Code::InvalidScope, format!("the scope {other} may not be asked for")))
        }
        None => Ok(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_lies_within_what_may_be() {
        let allowed = ["read".to_owned(), "write".to_owned()];
        assert_eq!(within(None, &allowed).unwrap(), allowed);
        assert_eq!(within(Some("write  write"), &allowed).unwrap(), ["write"]);
        assert_eq!(within(Some("read admin"), &allowed).unwrap_err().code, Code::InvalidScope);
        assert!(within(Some("re\"ad"), &allowed).is_err());
        assert!(within(Some("x".repeat(200).as_str()), &allowed).is_err());
    }
}
