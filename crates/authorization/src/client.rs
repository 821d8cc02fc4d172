//! How a client says who it is, and proves it (RFC 6749 §2.3, RFC 7523 §2.2).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jose::{Algorithm, KeySet, LONGEST, Replays, Rules, Token, issuer_claimed};
use model::OAuthClient;
use serde_json::Value;

use crate::{Code, Failure, Form, form::decoded, hash_of};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// By how much clocks may differ, milliseconds.
const SKEW: u64 = 30_000;
/// How long a token that proves a client may be good, milliseconds.
const LONGEST_LIFE: u64 = 3_600_000;

/// Who a client says it is, and what it shows for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    pub id: String,
    method: Method,
    proof: String,
}

/// The ways to prove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Basic,
    Post,
    Assertion,
    /// A public client proves nothing.
    None,
}

impl Method {
    /// As metadata names it (RFC 7591 §2).
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Basic => "client_secret_basic",
            Method::Post => "client_secret_post",
            Method::Assertion => "private_key_jwt",
            Method::None => "none",
        }
    }
}

/// It holds a secret.
impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown").field("id", &self.id).field("method", &self.method).finish_non_exhaustive()
    }
}

impl Shown {
    /// Reads it from the header `Authorization` and the parameters; in one way alone (RFC 6749 §2.3).
    ///
    /// # Errors
    /// That nothing is shown, something unclear, or more than one thing.
    pub fn read(authorization: Option<&str>, form: &Form) -> Result<Shown, Failure> {
        let invalid = |detail: &str| Failure::new(Code::InvalidClient, detail);
        let (secret, assertion) = (form.get("client_secret"), form.get("client_assertion"));
        let ways = [authorization.is_some(), secret.is_some(), assertion.is_some()];
        if ways.into_iter().filter(|way| *way).count() > 1 {
            return Err(Failure::new(Code::InvalidRequest, "prove the client in one way alone"));
        }
        let named = form.get("client_id");
        let shown = if let Some(header) = authorization {
            let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
            if !scheme.eq_ignore_ascii_case("basic") {
                return Err(invalid("the header Authorization is not Basic"));
            }
            let text = STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.ok_or_else(|| invalid("the header Authorization is not Base64 of text"))?;
            let (id, secret) =
                text.split_once(':').ok_or_else(|| invalid("the header Authorization has no colon"))?;
            let (Some(id), Some(proof)) = (decoded(id), decoded(secret)) else {
                return Err(invalid("the header Authorization is not percent-encoded"));
            };
            Shown { id, method: Method::Basic, proof }
        } else if let Some(assertion) = assertion {
            if form.get("client_assertion_type") != Some(JWT_BEARER) {
                return Err(Failure::new(Code::InvalidRequest, "client_assertion_type is not that of a JWT"));
            }
            let id =
                issuer_claimed(assertion).ok_or_else(|| invalid("the assertion is no JWT with an issuer"))?;
            Shown { id, method: Method::Assertion, proof: assertion.to_owned() }
        } else {
            let id = named.ok_or_else(|| invalid("say which client this is"))?.to_owned();
            let method = if secret.is_some() { Method::Post } else { Method::None };
            Shown { id, method, proof: secret.unwrap_or_default().to_owned() }
        };
        if named.is_some_and(|named| named != shown.id) {
            return Err(Failure::new(
                Code::InvalidRequest,
                "client_id is another than the client that is proven",
            ));
        }
        Ok(shown)
    }

    /// Whether it proves the client. A client that has secrets or keys does not do without.
    ///
    /// # Errors
    /// `invalid_client`, which does not say what is wrong.
    pub fn proves(
        &self,
        client: &OAuthClient,
        place: &[&str],
        replays: &Replays,
        now: u64,
    ) -> Result<(), Failure> {
        let refuse = || {
            Failure::new(Code::InvalidClient, "the client is not known, or what proves it is not accepted")
        };
        let proven = match self.method {
            Method::None => client.public,
            Method::Basic | Method::Post => !client.public && has_secret(client, &self.proof, now),
            Method::Assertion => {
                !client.public && verify_assertion(client, &self.proof, place, replays, now).is_some()
            }
        };
        if proven { Ok(()) } else { Err(refuse()) }
    }
}

/// Whether a text is a secret of the client that is good now; how long it takes says nothing about which.
pub fn has_secret(client: &OAuthClient, proof: &str, now: u64) -> bool {
    let shown = hash_of(proof);
    let mut found = false;
    for secret in &client.secrets {
        let Some(hash) = secret.secret_hash else { continue };
        let is = aws_lc_rs::constant_time::verify_slices_are_equal(&hash.0, &shown).is_ok();
        found |= is && !is_over(secret.expires_at.as_deref(), now);
    }
    found
}

/// Whether a time (RFC 3339) has passed; what is no time has.
fn is_over(expires_at: Option<&str>, now: u64) -> bool {
    let Some(text) = expires_at else { return false };
    let timestamp = |text: &str| -> Option<u64> {
        // Only what the control plane has checked comes here: `2030-01-31T12:00:00Z`, with or without a fraction.
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        // Days since 1970 of a date of the Gregorian calendar.
        let (y, m) = if month <= 2 { (year.checked_sub(1)?, month + 9) } else { (year, month - 3) };
        let (era, of_era) = (y / 400, y % 400);
        let of_year = (153 * m + 2) / 5 + day.checked_sub(1)?;
        let days =
            (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).checked_sub(719_468)?;
        Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
    };
    timestamp(text).is_none_or(|until| until <= now)
}

/// The subject of a token that a client signed to prove itself, which is the client: for this server, now, and not shown before
/// (RFC 7523 §3).
pub fn verify_assertion(
    client: &OAuthClient,
    assertion: &str,
    audiences: &[&str],
    replays: &Replays,
    now: u64,
) -> Option<()> {
    if assertion.len() > LONGEST {
        return None;
    }
    let keys = KeySet::read(client.jwks.as_ref()?.to_string().as_bytes()).ok()?;
    let claims = Token::read(assertion, &Algorithm::PUBLIC).ok()?.verified(&keys).ok()?;
    let rules = Rules {
        issuers: vec![client.id.clone()],
        audiences: audiences.iter().map(|audience| (*audience).to_owned()).collect(),
        required: ["iss", "sub", "aud", "exp", "jti"].map(str::to_owned).to_vec(),
        skew: SKEW,
    };
    let times = rules.check(&claims).ok()?;
    times.hold(now).ok()?;
    if claims.get("sub").and_then(Value::as_str) != Some(&*client.id)
        || times.until > now + LONGEST_LIFE + SKEW
    {
        return None;
    }
    let id = claims.get("jti").and_then(Value::as_str)?;
    replays.take(&["assertion", &client.id, id], now, times.until).ok()
}

#[cfg(test)]
mod tests {
    use jose::SigningKey;
    use model::{ClientSecret, KeyHash};
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_700_000_000_000;

    fn client() -> OAuthClient {
        let secret = |text: &str, expires_at: Option<&str>| ClientSecret {
            secret: None,
            secret_hash: Some(KeyHash(hash_of(text))),
            hint: None,
            created_at: None,
            expires_at: expires_at.map(str::to_owned),
        };
        let mut client: OAuthClient = serde_json::from_value(json!({ "id": "c:1" })).unwrap();
        client.secrets = vec![
            secret("s%c", None),
            secret("old", Some("2023-11-14T22:13:19Z")),
            secret("new", Some("2023-11-14T22:13:21.5Z")),
        ];
        client
    }

    fn proves(header: Option<&str>, body: &str, client: &OAuthClient) -> Result<(), Code> {
        let shown = Shown::read(header, &Form::read(body).unwrap()).map_err(|failure| failure.code)?;
        let replays = Replays::new(10);
        shown.proves(client, &["https://id.example"], &replays, NOW).map_err(|failure| failure.code)
    }

    #[test]
    fn a_secret_proves_its_client_in_one_way_at_a_time() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let (good, client) = (basic("c%3A1:s%25c"), client());
        for (header, body, expected) in [
            (Some(&*good), "", Ok(())),
            (Some(&*good), "client_id=c%3A1", Ok(())),
            (None, "client_id=c%3A1&client_secret=s%25c", Ok(())),
            (None, "client_id=c%3A1&client_secret=new", Ok(())),
            (None, "client_id=c%3A1&client_secret=old", Err(Code::InvalidClient)),
            (None, "client_id=c%3A1&client_secret=S%25c", Err(Code::InvalidClient)),
            (None, "client_id=c%3A1", Err(Code::InvalidClient)),
            (None, "", Err(Code::InvalidClient)),
            (Some(&*good), "client_secret=s%25c&client_id=c%3A1", Err(Code::InvalidRequest)),
            (Some(&*good), "client_id=other", Err(Code::InvalidRequest)),
            (Some("Bearer x"), "", Err(Code::InvalidClient)),
            (Some("Basic %%"), "", Err(Code::InvalidClient)),
            (Some(&*basic("nocolon")), "", Err(Code::InvalidClient)),
        ] {
            assert_eq!(proves(header, body, &client), expected, "{header:?} {body}");
        }
    }

    #[test]
    fn a_public_client_proves_nothing_and_one_with_secrets_does_not_do_without() {
        let mut public = client();
        (public.public, public.secrets) = (true, Vec::new());
        assert_eq!(proves(None, "client_id=c%3A1", &public), Ok(()));
        assert_eq!(proves(None, "client_id=c%3A1&client_secret=x", &public), Err(Code::InvalidClient));
    }

    #[test]
    fn a_signed_token_proves_its_client_once_and_here() {
        let key = SigningKey::make().0;
        let mut client = client();
        client.jwks = Some(json!({ "keys": [key.public()] }));
        let token = |key: &SigningKey, change: &dyn Fn(&mut Value)| {
            let mut claims = json!({
                "iss": "c:1", "sub": "c:1", "aud": "https://id.example", "jti": "1", "exp": NOW / 1000 + 60, "iat": NOW / 1000,
            });
            change(&mut claims);
            key.sign("JWT", claims.as_object().unwrap())
        };
        let body = |token: &str| {
            format!(
                "client_assertion={token}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            )
        };
        let good = token(&key, &|_| {});
        assert_eq!(proves(None, &body(&good), &client), Ok(()));
        let replays = Replays::new(9);
        let shown = Shown::read(None, &Form::read(&body(&good)).unwrap()).unwrap();
        assert!(shown.proves(&client, &["https://id.example"], &replays, NOW).is_ok());
        assert!(shown.proves(&client, &["https://id.example"], &replays, NOW).is_err(), "once");
        let changes: [&dyn Fn(&mut Value); 6] = [
            &|claims| claims["aud"] = "https://other.example".into(),
            &|claims| claims["sub"] = "c:2".into(),
            &|claims| claims["exp"] = (NOW / 1000 - 31).into(),
            &|claims| claims["exp"] = (NOW / 1000 + 7200).into(),
            &|claims| claims["jti"] = Value::Null,
            &|claims| claims["iss"] = "c:2".into(),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            assert_eq!(proves(None, &body(&token(&key, change)), &client), Err(Code::InvalidClient), "{at}");
        }
        assert_eq!(
            proves(None, &body(&token(&SigningKey::make().0, &|_| {})), &client),
            Err(Code::InvalidClient)
        );
    }
}
