//! What a client asks a person to agree to (RFC 6749 §4.1.1), and what is sent back.

use model::{ClientGrant, OAuthClient};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Code, Failure, Form, is_same_place, within};

const LONGEST_STATE: usize = 4_096;

/// What a person is asked to agree to, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub client: String,
    /// As it was sent, and to be sent again with the code.
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    /// Of PKCE, by `S256`.
    pub challenge: String,
    /// Where the token shall be good (RFC 8707).
    pub resource: Option<String>,
    /// The key that the code is bound to (RFC 9449 §10).
    pub bound: Option<String>,
    /// Whether the person is asked although they agreed before.
    pub ask_again: bool,
}

/// Why nothing can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreturnable {
    /// Nobody may be sent anywhere: it is not known where the client is.
    Here(Failure),
    /// The client is told.
    There(Answered),
}

/// Where a person is sent back to, with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub redirect_uri: String,
    pub state: Option<String>,
    /// A code, or why there is none.
    pub outcome: Result<String, Failure>,
}

impl Agreement {
    /// Reads what is asked. `allowed` are the scopes that may be; `is_served` says whether there is something at a place.
    ///
    /// # Errors
    /// Why nobody is asked, and whether the client is to be told.
    pub fn read(
        form: &Form,
        client: &OAuthClient,
        allowed: &[String],
        is_served: impl Fn(&str) -> bool,
    ) -> Result<Agreement, Unreturnable> {
        let here = |detail: &str| Unreturnable::Here(Failure::new(Code::InvalidRequest, detail));
        let redirect_uri = match (form.get("redirect_uri"), &client.redirect_uris[..]) {
            (Some(sent), all) if all.iter().any(|registered| is_same_place(registered, sent)) => {
                sent.to_owned()
            }
            (Some(_), _) => return Err(here("the redirect_uri is not one that the client has registered")),
            (None, [only]) => only.clone(),
            (None, _) => return Err(here("redirect_uri is missing")),
        };
        let state = form.get("state").map(str::to_owned);
        if state.as_ref().is_some_and(|state| state.len() > LONGEST_STATE) {
            return Err(here("the state is longer than 4096 bytes"));
        }
        let there = |failure: Failure| {
            let (redirect_uri, state) = (redirect_uri.clone(), state.clone());
            Unreturnable::There(Answered { redirect_uri, state, outcome: Err(failure) })
        };
        let wrong = |code: Code, detail: &str| there(Failure::new(code, detail));
        match form.get("response_type") {
            Some("code") => {}
            Some(_) => return Err(wrong(Code::UnsupportedResponseType, "response_type is code")),
            None => return Err(wrong(Code::InvalidRequest, "response_type is missing")),
        }
        if !client.grants.contains(&ClientGrant::AuthorizationCode) {
            return Err(wrong(Code::UnauthorizedClient, "the client does not ask people for codes"));
        }
        if form.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(wrong(Code::InvalidRequest, "response_mode is query"));
        }
        if form.get("request").is_some() || form.get("request_uri").is_some() {
            return Err(wrong(Code::InvalidRequest, "a request is pushed (RFC 9126) or sent as it is"));
        }
        let challenge = form.get("code_challenge").unwrap_or_default();
        if challenge.is_empty() {
            return Err(wrong(Code::InvalidRequest, "code_challenge is missing: PKCE is always needed"));
        }
        // Without a word `plain` is meant (RFC 7636 §4.3), which does not keep the verifier secret.
        if form.get("code_challenge_method") != Some("S256") || !is_challenge(challenge) {
            return Err(wrong(
                Code::InvalidRequest,
                "code_challenge_method is S256, and code_challenge 43 characters of base64url",
            ));
        }
        let resource = form.get("resource").map(str::to_owned);
        if resource.as_ref().is_some_and(|resource| !is_served(resource)) {
            return Err(wrong(Code::InvalidTarget, "there is no API at this resource"));
        }
        let bound = form.get("dpop_jkt").map(str::to_owned);
        if bound.as_ref().is_some_and(|thumbprint| !is_challenge(thumbprint)) {
            return Err(wrong(
                Code::InvalidRequest,
                "dpop_jkt is a thumbprint of 43 characters of base64url",
            ));
        }
        Ok(Agreement {
            scopes: within(form.get("scope"), allowed).map_err(there)?,
            client: client.id.clone(),
            challenge: challenge.to_owned(),
            ask_again: form
                .get("prompt")
                .is_some_and(|prompt| prompt.split(' ').any(|word| word == "consent")),
            redirect_uri,
            state,
            resource,
            bound,
        })
    }

    /// Whether a verifier is that of the challenge (RFC 7636 §4.6).
    pub fn is_verified_by(&self, verifier: &str) -> bool {
        let is_verifier = (43..=128).contains(&verifier.len())
            && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        is_verifier && crate::is_same(&jose::sha256_of(verifier), &self.challenge)
    }

    pub fn answered(&self, outcome: Result<String, Failure>) -> Answered {
        Answered { redirect_uri: self.redirect_uri.clone(), state: self.state.clone(), outcome }
    }
}

impl Answered {
    /// The address to send the person to, with who answers (RFC 9207).
    pub fn location(&self, issuer: &str) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        match &self.outcome {
            Ok(code) => drop(pairs.append_pair("code", code)),
            Err(failure) => {
                pairs.append_pair("error", failure.code.as_str());
                pairs.append_pair("error_description", &failure.described());
            }
        }
        if let Some(state) = &self.state {
            pairs.append_pair("state", state);
        }
        pairs.append_pair("iss", issuer);
        let mark = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{mark}{}", self.redirect_uri, pairs.finish())
    }

    /// The host that the person will be sent to, for them to see; of a scheme of its own that scheme.
    pub fn host_of(redirect_uri: &str) -> String {
        let Ok(url) = Url::parse(redirect_uri) else { return String::new() };
        match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => url.scheme().to_owned(),
        }
    }
}

/// A SHA-256 in base64url.
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn client() -> OAuthClient {
        serde_json::from_value(json!({
            "id": "c1", "grants": ["authorization-code"], "redirect_uris": ["https://app.example/cb?x=1", "http://127.0.0.1/cb"],
        }))
        .unwrap()
    }

    fn read(change: &[(&str, &str)]) -> Result<Agreement, Unreturnable> {
        // The challenge of RFC 7636 appendix B.
        let usual = [
            ("response_type", "code"),
            ("redirect_uri", "https://app.example/cb?x=1"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
            ("state", "s t"),
            ("scope", "read"),
        ];
        let mut form: std::collections::BTreeMap<String, String> =
            usual.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for (name, value) in change {
            match *value {
                "" => drop(form.remove(*name)),
                value => drop(form.insert((*name).to_owned(), value.to_owned())),
            }
        }
        let allowed = ["read".to_owned(), "write".to_owned()];
        Agreement::read(&form.into_iter().collect(), &client(), &allowed, |place| {
            place == "https://api.example/orders"
        })
    }

    #[test]
    fn what_is_asked_is_read_and_answered_with_state_and_issuer() {
        let agreement = read(&[("resource", "https://api.example/orders")]).unwrap();
        assert_eq!((&*agreement.scopes[0], agreement.ask_again), ("read", false));
        assert!(agreement.is_verified_by(VERIFIER));
        assert!(!agreement.is_verified_by(&VERIFIER.replace('d', "e")) && !agreement.is_verified_by("short"));
        assert!(!agreement.is_verified_by(&agreement.challenge), "a challenge is no verifier");
        let answered =
            agreement.answered(Ok("co/de".to_owned())).location("https://id.example/oauth/default");
        assert_eq!(
            answered,
            "https://app.example/cb?x=1&code=co%2Fde&state=s+t&iss=https%3A%2F%2Fid.example%2Foauth%2Fdefault"
        );
        assert!(read(&[("redirect_uri", "http://127.0.0.1:5000/cb")]).is_ok());
        assert!(read(&[("scope", "")]).unwrap().scopes.len() == 2);
    }

    #[test]
    fn nobody_is_sent_to_a_place_that_is_not_registered() {
        for wrong in ["https://app.example/cb", "https://evil.example/cb?x=1", "javascript:alert(1)", ""] {
            assert!(matches!(read(&[("redirect_uri", wrong)]), Err(Unreturnable::Here(_))), "{wrong}");
        }
        assert!(matches!(read(&[("state", &"s".repeat(5_000))]), Err(Unreturnable::Here(_))));
    }

    #[test]
    fn the_client_is_told_what_it_asked_for_wrongly() {
        for (name, value, code) in [
            ("response_type", "token", Code::UnsupportedResponseType),
            ("response_type", "", Code::InvalidRequest),
            ("code_challenge", "", Code::InvalidRequest),
            ("code_challenge", "short", Code::InvalidRequest),
            ("code_challenge_method", "", Code::InvalidRequest),
            ("code_challenge_method", "plain", Code::InvalidRequest),
            ("response_mode", "fragment", Code::InvalidRequest),
            ("request", "x.y.z", Code::InvalidRequest),
            ("scope", "admin", Code::InvalidScope),
            ("resource", "https://api.example/bills", Code::InvalidTarget),
            ("dpop_jkt", "x", Code::InvalidRequest),
        ] {
            let Err(Unreturnable::There(answered)) = read(&[(name, value)]) else { panic!("{name}={value}") };
            assert_eq!(answered.outcome.as_ref().unwrap_err().code, code, "{name}={value}");
            assert!(answered.location("https://id.example").contains(&format!("error={}", code.as_str())));
        }
    }
}
