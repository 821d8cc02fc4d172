//! What the header `Authorization` says (RFC 9110 §11.6.2).

use head::Known;
use jose::Why;
use policy::prelude::*;

/// The challenges of policies that take bearer tokens (RFC 6750 §3): where none was sent, and where the one sent is not good.
pub(crate) const NO_TOKEN: HeaderValue = HeaderValue::from_static("Bearer realm=\"pailou\"");
pub(crate) const WRONG_TOKEN: HeaderValue =
    HeaderValue::from_static("Bearer realm=\"pailou\", error=\"invalid_token\"");

/// What a request says of who calls.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sent<'a> {
    Nothing,
    /// Credentials of the scheme asked for, the blanks around them taken off.
    Credentials(&'a str),
    /// Of another scheme.
    Other,
    /// Several, or what is no text: it would not be clear who is meant.
    Unclear,
}

/// The credentials of a scheme. Schemes are the same in upper and lower case.
pub(crate) fn sent<'a>(headers: &'a Headers, scheme: &str) -> Sent<'a> {
    let mut lines = headers.all(Known::Authorization);
    let Some(first) = lines.next() else { return Sent::Nothing };
    if lines.next().is_some() {
        return Sent::Unclear;
    }
    let Ok(text) = std::str::from_utf8(first.as_bytes()) else { return Sent::Unclear };
    let text = text.trim_matches([' ', '\t']);
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !name.eq_ignore_ascii_case(scheme) {
        return Sent::Other;
    }
    Sent::Credentials(rest.trim_start_matches(' '))
}

/// A refusal of a token that tells the client no more than it needs, and operators why. A token that was good once is no guess.
pub(crate) fn wrong_token(why: Why) -> Problem {
    let has_expired = why == "it has expired";
    let detail = if has_expired { "the token has expired" } else { "the token is not accepted" };
    let problem = unauthenticated(detail, &WRONG_TOKEN).because(format!("the token is refused: {why}"));
    if has_expired { problem } else { problem.as_guess() }
}

/// A refusal for want of credentials, with the challenge that says what is expected (RFC 9110 §11.6.1).
pub(crate) fn unauthenticated(
    detail: impl Into<std::borrow::Cow<'static, str>>,
    challenge: &HeaderValue,
) -> Problem {
    Problem::new(problems::UNAUTHENTICATED, detail)
        .with_header(http::header::WWW_AUTHENTICATE, challenge.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::RequestBuilder;

    #[test]
    fn one_line_of_the_scheme_asked_for_is_credentials_and_everything_else_is_not() {
        for (lines, scheme, expected) in [
            (&[][..], "basic", Sent::Nothing),
            (&["Basic dTpw"], "basic", Sent::Credentials("dTpw")),
            (&["bAsIC   dTpw "], "basic", Sent::Credentials("dTpw")),
            (&["Basic"], "basic", Sent::Credentials("")),
            (&["Bearer a b"], "bearer", Sent::Credentials("a b")),
            (&["Bearer x"], "basic", Sent::Other),
            (&["Basicx dTpw"], "basic", Sent::Other),
            (&[""], "basic", Sent::Other),
            (&["Basic dTpw", "Basic dTpw"], "basic", Sent::Unclear),
            (&["Basic dTpw", "Bearer x"], "bearer", Sent::Unclear),
        ] {
            let lines = lines.iter();
            let req = lines.fold(RequestBuilder::get("/"), |req, line| req.header("authorization", line));
            assert_eq!(sent(&req.build().head.headers, scheme), expected);
        }
        let req = RequestBuilder::get("/").header_bytes("authorization", b"Basic \xff").build();
        assert_eq!(sent(&req.head.headers, "basic"), Sent::Unclear);
    }
}
