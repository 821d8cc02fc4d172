//! What OpenID Connect says of providers and their tokens: discovery, ID tokens, logout tokens.

use serde_json::{Map, Value};

use super::{Algorithm, KeySet, Rules, Times, Token, Why, json};

/// What makes a token one that signs out (OpenID Connect Back-Channel Logout 1.0 §2.4).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// What such a token may say it is.
const LOGOUT_TYPES: [&str; 3] = ["logout+jwt", "application/logout+jwt", "jwt"];
/// How old it may be, milliseconds.
const LOGOUT_AGE: u64 = 5 * 60_000;

/// What a provider says of itself (OpenID Connect Discovery 1.0 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub issuer: String,
    pub authorization: Option<String>,
    pub token: Option<String>,
    pub keys: String,
    pub userinfo: Option<String>,
    pub end_session: Option<String>,
    /// Whether clients show their secret in the body, and not as in RFC 6749 §2.3.1.
    pub secret_in_body: bool,
    /// Whether it says in its answers who it is (RFC 9207).
    pub says_issuer: bool,
    /// Whether it tells clients that somebody signed out (OpenID Connect Back-Channel Logout 1.0 §2.1).
    pub signs_out: bool,
}

impl About {
    /// Reads what the provider at `issuer` says of itself.
    ///
    /// # Errors
    /// Why it cannot be used: it is none, speaks for another, or names places without TLS where it has some.
    pub fn read(text: &[u8], issuer: &str) -> Result<About, String> {
        let said = json::object(text).ok_or("what it says of itself is no JSON object")?;
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        let says = text("issuer").ok_or("it does not say its `issuer`")?;
        // Discovery §4.3.
        if says != issuer {
            let says: String = says.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(format!("it says that its issuer is `{says}`"));
        }
        let secure = issuer.starts_with("https://");
        let endpoint = |name: &str| -> Result<Option<String>, String> {
            let Some(text) = text(name) else { return Ok(None) };
            let begins = text.starts_with("https://") || (!secure && text.starts_with("http://"));
            let plain =
                text.len() <= 2048 && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains('#');
            match begins && plain {
                true => Ok(Some(text.to_owned())),
                false => Err(format!("its `{name}` is no address, or none with TLS")),
            }
        };
        let methods = said.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
        let has =
            |wanted: &str| methods.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(wanted)));
        let is = |name: &str| said.get(name).and_then(Value::as_bool) == Some(true);
        Ok(About {
            issuer: says.to_owned(),
            authorization: endpoint("authorization_endpoint")?,
            token: endpoint("token_endpoint")?,
            keys: endpoint("jwks_uri")?.ok_or("it does not say its `jwks_uri`")?,
            userinfo: endpoint("userinfo_endpoint")?,
            end_session: endpoint("end_session_endpoint")?,
            secret_in_body: has("client_secret_post") && !has("client_secret_basic"),
            says_issuer: is("authorization_response_iss_parameter_supported"),
            signs_out: is("backchannel_logout_supported"),
        })
    }
}

/// What an ID token must claim (OpenID Connect Core 1.0 §3.1.3.7); [`made_for`] is asked beside it.
pub fn id_token_rules(issuer: &str, client: &str, skew: u64) -> Rules {
    Rules {
        issuers: vec![issuer.to_owned()],
        audiences: vec![client.to_owned()],
        required: ["iss", "sub", "aud", "exp", "iat"].map(str::to_owned).into(),
        skew,
    }
}

/// Whether an ID token was made for a client and no other (OpenID Connect Core 1.0 §3.1.3.7, 3 to 5).
pub fn made_for(claims: &Map<String, Value>, client: &str) -> bool {
    let several = claims.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
    match claims.get("azp") {
        Some(party) => party.as_str() == Some(client),
        None => !several,
    }
}

/// Who is to be signed out (OpenID Connect Back-Channel Logout 1.0 §2.4): a session, or all of somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logout {
    pub subject: Option<String>,
    pub session: Option<String>,
    /// Which token it was; to be taken once.
    pub id: String,
    /// When it is of the past, milliseconds since 1970.
    pub until: u64,
}

/// Reads a logout token before it is verified.
///
/// # Errors
/// Why it is none.
pub fn logout_token<'a>(text: &'a str, allowed: &[Algorithm]) -> Result<Token<'a>, Why> {
    Token::read_as(text, allowed, &LOGOUT_TYPES)
}

/// Verifies a logout token (§2.6).
///
/// # Errors
/// Why it is not taken.
pub fn logout(
    token: &Token<'_>,
    keys: &KeySet,
    (issuer, client): (&str, &str),
    skew: u64,
    now: u64,
) -> Result<Logout, Why> {
    let claims = token.verified(keys)?;
    let rules = Rules {
        issuers: vec![issuer.to_owned()],
        audiences: vec![client.to_owned()],
        required: ["iss", "aud", "iat", "jti", "events"].map(str::to_owned).into(),
        skew,
    };
    let times: Times = rules.check(&claims)?;
    times.hold(now)?;
    let issued = claims.get("iat").and_then(Value::as_u64).unwrap_or_default().saturating_mul(1000);
    let until = times.until.min(issued.saturating_add(LOGOUT_AGE + skew));
    if now >= until {
        return Err("it is too old".into());
    }
    if claims.contains_key("nonce") {
        return Err("it has a `nonce`, which a logout token must not".into());
    }
    let events = claims.get("events").and_then(Value::as_object);
    if !events.and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object) {
        return Err("it is not about signing out".into());
    }
    let text = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= 1024 => Ok(Some(text.clone())),
        Some(_) => Err(Why::from(format!("its `{name}` is no text of 1 to 1024 bytes"))),
    };
    let (subject, session) = (text("sub")?, text("sid")?);
    if subject.is_none() && session.is_none() {
        return Err("it says neither whom nor which session".into());
    }
    let id = text("jti")?.ok_or("it has no `jti`")?;
    Ok(Logout { subject, session, id, until })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::SigningKey;

    #[test]
    fn a_provider_speaks_for_itself_alone_and_with_tls_where_it_has_it() {
        let about = |more: Value| {
            let mut said = json!({
                "issuer": "https://idp.example.com", "jwks_uri": "https://idp.example.com/keys",
                "authorization_endpoint": "https://idp.example.com/auth?x=1", "token_endpoint": "https://other.example.com/token",
            });
            said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            About::read(said.to_string().as_bytes(), "https://idp.example.com")
        };
        let known = about(json!({ "backchannel_logout_supported": true })).unwrap();
        assert!(known.signs_out && !known.says_issuer && !known.secret_in_body);
        assert!(
            about(json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] }))
                .unwrap()
                .secret_in_body
        );
        for (more, why) in [
            (json!({ "issuer": "https://idp.example.com/" }), "its issuer is"),
            (json!({ "issuer": null }), "`issuer`"),
            (json!({ "jwks_uri": null }), "`jwks_uri`"),
            (json!({ "token_endpoint": "http://idp.example.com/token" }), "`token_endpoint`"),
            (json!({ "userinfo_endpoint": "file:///etc/passwd" }), "`userinfo_endpoint`"),
            (json!({ "end_session_endpoint": "javascript:alert(1)" }), "`end_session_endpoint`"),
            (json!({ "authorization_endpoint": "https://idp.example.com/\n" }), "`authorization_endpoint`"),
        ] {
            let said = about(more).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        assert!(About::read(b"[]", "https://idp.example.com").is_err());
    }

    #[test]
    fn an_id_token_for_several_says_who_got_it() {
        let made = |claims: Value| made_for(claims.as_object().unwrap(), "me");
        assert!(made(json!({ "aud": "me" })));
        assert!(made(json!({ "aud": ["me"] })));
        assert!(made(json!({ "aud": ["me", "you"], "azp": "me" })));
        assert!(!made(json!({ "aud": ["me", "you"] })));
        assert!(!made(json!({ "aud": "me", "azp": "you" })));
        assert!(!made(json!({ "aud": "me", "azp": 1 })));
    }

    #[test]
    fn a_logout_token_is_one_that_is_for_nothing_else() {
        let (key, other) = (SigningKey::make().0, SigningKey::make().0);
        let set = |key: &SigningKey| {
            KeySet::read(json!({ "keys": [key.public()] }).to_string().as_bytes()).unwrap()
        };
        let now = 1_700_000_000_000;
        let claims = |more: Value| {
            let mut claims = json!({
                "iss": "https://idp", "aud": "me", "iat": now / 1000, "exp": now / 1000 + 60, "jti": "1", "sub": "ana", "sid": "s",
                "events": { LOGOUT_EVENT: {} },
            });
            claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            claims
        };
        let taken = |typ: &str, key: &SigningKey, claims: Value| -> Result<Logout, Why> {
            let text = key.sign(typ, claims.as_object().unwrap());
            let token = logout_token(&text, &Algorithm::PUBLIC)?;
            logout(&token, &set(&other), ("https://idp", "me"), 0, now)
        };
        let good = taken("logout+jwt", &other, claims(json!({}))).unwrap();
        assert_eq!(
            (good.subject.as_deref(), good.session.as_deref(), &*good.id),
            (Some("ana"), Some("s"), "1")
        );
        assert!(taken("JWT", &other, claims(json!({ "exp": null }))).is_ok());
        assert!(taken("logout+jwt", &key, claims(json!({}))).is_err(), "another's key");
        assert!(taken("at+jwt", &other, claims(json!({}))).is_err(), "an access token");
        for wrong in [
            json!({ "iss": "https://evil" }),
            json!({ "aud": "you" }),
            json!({ "exp": now / 1000 - 1 }),
            json!({ "iat": now / 1000 - 301, "exp": null }),
            json!({ "iat": null }),
            json!({ "jti": null }),
            json!({ "nonce": "n" }),
            json!({ "events": null }),
            json!({ "events": {} }),
            json!({ "events": { LOGOUT_EVENT: true } }),
            json!({ "sub": null, "sid": null }),
            json!({ "sid": 1 }),
        ] {
            assert!(taken("logout+jwt", &other, claims(wrong.clone())).is_err(), "{wrong}");
        }
    }
}
