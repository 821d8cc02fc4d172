//! Why there is no certificate, for whoever runs the gateway.

use std::{error::Error as _, fmt};

use instant_acme::{Error, Problem};

/// What of a text of others is told.
const LONGEST: usize = 400;

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: Kind,
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The directory did not come to a decision: it is away, or something here is missing.
    Away,
    /// The authority said no. It counts such attempts.
    Refused,
    /// The authority said that it was asked too often.
    TooOften,
    /// The directory does not know the account any more.
    NoAccount,
}

impl Trouble {
    pub(crate) fn away(message: impl fmt::Display) -> Trouble {
        Trouble { kind: Kind::Away, message: plain(&message.to_string()) }
    }

    pub(crate) fn refused(message: impl fmt::Display) -> Trouble {
        Trouble { kind: Kind::Refused, message: plain(&message.to_string()) }
    }

    fn of_problem(problem: &Problem) -> Trouble {
        let code = problem.r#type.as_deref().unwrap_or_default();
        let code = code.strip_prefix("urn:ietf:params:acme:error:").unwrap_or(code);
        let kind = match code {
            "rateLimited" => Kind::TooOften,
            "accountDoesNotExist" => Kind::NoAccount,
            "serverInternal" | "badNonce" => Kind::Away,
            _ => Kind::Refused,
        };
        let mut message = problem.detail.clone().unwrap_or_else(|| "it does not say why".to_owned());
        for more in problem.subproblems.iter().filter_map(|more| more.detail.as_deref()) {
            message.push_str("; ");
            message.push_str(more);
        }
        let mut message = plain(&message);
        if !code.is_empty() {
            message = format!("{message} ({})", plain(code));
        }
        if let Some(advice) = advice(code) {
            message = format!("{message}: {advice}");
        }
        Trouble { kind, message }
    }

    /// What a challenge came to.
    pub(crate) fn of_challenge(host: &str, problem: &Problem) -> Trouble {
        let told = Trouble::of_problem(problem);
        Trouble { kind: Kind::Refused, message: format!("{host}: {}", told.message) }
    }
}

/// What to do about a refusal (RFC 8555 §6.7).
fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "connection" => {
            "port 80 of the host (443 for tls-alpn-01) must lead to this gateway from the outside"
        }
        "dns" => "the name must lead to this gateway in public DNS",
        "unauthorized" | "incorrectResponse" => {
            "the host must lead to this gateway from the outside, and nothing else may answer there"
        }
        "externalAccountRequired" => "give the account you have with the authority in `acme.eab`",
        "caa" => "the CAA records of the name allow other authorities only",
        "rejectedIdentifier" => "the authority gives no certificate for this name",
        "userActionRequired" => "the authority wants something done first, such as reading its terms anew",
        "invalidContact" | "unsupportedContact" => "see `acme.contact`",
        _ => return None,
    })
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        match &error {
            Error::Api(problem) => Trouble::of_problem(problem),
            Error::Json(_) => Trouble::away("the directory answers something else than ACME"),
            Error::Timeout(_) => Trouble::away("the authority did not decide in time"),
            _ => {
                let mut message = error.to_string();
                let mut source = error.source();
                while let Some(cause) = source {
                    let more = cause.to_string();
                    if !message.contains(&more) {
                        message = format!("{message}: {more}");
                    }
                    source = cause.source();
                }
                Trouble::away(message)
            }
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A text of others in one line, and not too long.
fn plain(text: &str) -> String {
    let mut plain: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if plain.len() < text.len() && plain.chars().count() == LONGEST {
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_authority_says_is_told_with_what_to_do_in_one_line() {
        let problem = |code: &str, detail: &str| -> Problem {
            let code = format!("urn:ietf:params:acme:error:{code}");
            serde_json::from_value(serde_json::json!({ "type": code, "detail": detail })).unwrap()
        };
        let told = Trouble::from(Error::Api(problem("externalAccountRequired", "who\nare you")));
        assert_eq!(told.kind, Kind::Refused);
        assert_eq!(
            told.to_string(),
            "who are you (externalAccountRequired): give the account you have with the authority in `acme.eab`"
        );
        for (code, kind) in [
            ("rateLimited", Kind::TooOften),
            ("accountDoesNotExist", Kind::NoAccount),
            ("serverInternal", Kind::Away),
            ("dns", Kind::Refused),
        ] {
            assert_eq!(Trouble::from(Error::Api(problem(code, "x"))).kind, kind, "{code}");
        }
        let long = Trouble::from(Error::Api(problem("dns", &"ü".repeat(10_000)))).to_string();
        assert!(long.chars().count() < 600 && long.contains('…'));
        assert_eq!(
            Trouble::of_challenge("a.example.com", &problem("dns", "no such name")).kind,
            Kind::Refused
        );
    }
}
