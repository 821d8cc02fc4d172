//! Proofs that who shows a token has the key it is bound to (RFC 9449).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::{Algorithm, KeySet, Why, json, thumbprint};

/// The longest proof that is read, bytes.
const LONGEST: usize = 8 << 10;
const LONGEST_ID: usize = 256;
/// How far `iat` may lie from now, milliseconds.
pub const PROOF_AGE: u64 = 60_000;
/// Private members of keys: whoever sends them has given the key away.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What a proof says, its signature verified with the key it carries. It is yet to be held against the request.
#[derive(Debug)]
pub struct DpopProof {
    /// Of the key (RFC 7638).
    pub thumbprint: String,
    pub method: String,
    /// `htu`, as it was sent.
    pub url: String,
    /// Seconds since 1970.
    pub issued: u64,
    /// `jti`: nobody takes it twice.
    pub id: String,
    /// `ath`: the hash of the access token it comes with.
    pub token: Option<String>,
}

impl DpopProof {
    /// Reads a proof and verifies its signature (RFC 9449 §4.3, 2 to 7).
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<DpopProof, Why> {
        if text.len() > LONGEST {
            return Err("the proof is too long".into());
        }
        let mut parts = text.split('.');
        let (Some(head), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("the proof is not a signed token of three parts".into());
        };
        let object = |part: &str| URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| json::object(&bytes));
        let header = object(head).ok_or("the header of the proof is not base64url of a JSON object")?;
        if header.get("typ").and_then(Value::as_str) != Some("dpop+jwt") {
            return Err("the `typ` of the proof is not `dpop+jwt`".into());
        }
        if ["crit", "b64", "zip", "enc"].iter().any(|name| header.contains_key(*name)) {
            return Err("the header of the proof has what is not accepted".into());
        }
        let algorithm = header.get("alg").and_then(Value::as_str).and_then(Algorithm::named);
        let algorithm = algorithm.filter(|algorithm| Algorithm::PUBLIC.contains(algorithm));
        let algorithm = algorithm.ok_or("the algorithm of the proof is not accepted")?;
        let jwk = header.get("jwk").and_then(Value::as_object).ok_or("the proof carries no `jwk`")?;
        if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
            return Err("the proof carries a private key".into());
        }
        let thumbprint = thumbprint(jwk).ok_or("the key of the proof is of no known type")?;
        // What the set says of its use or id is the client's word, too: only the key itself counts.
        let mut bare = Map::new();
        for name in ["kty", "crv", "x", "y", "n", "e"] {
            if let Some(value) = jwk.get(name) {
                bare.insert(name.to_owned(), value.clone());
            }
        }
        let set = serde_json::json!({ "keys": [bare] }).to_string();
        let set = KeySet::read(set.as_bytes()).map_err(|_| "the key of the proof cannot be used")?;
        let signature =
            URL_SAFE_NO_PAD.decode(signature).map_err(|_| "the proof's signature is not base64url")?;
        if !set.verifies(None, algorithm, &text.as_bytes()[..head.len() + 1 + payload.len()], &signature) {
            return Err("the proof is not signed by the key it carries".into());
        }
        let claims = object(payload).ok_or("the proof says nothing that is a JSON object")?;
        let text_of = |name: &'static str| match claims.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            _ => Err(Why::from(format!("the proof has no `{name}`"))),
        };
        let id = text_of("jti")?;
        if id.len() > LONGEST_ID {
            return Err("the `jti` of the proof is too long".into());
        }
        let issued = claims.get("iat").and_then(Value::as_u64).ok_or("the proof has no `iat`")?;
        let token = claims.get("ath").map(|ath| ath.as_str().unwrap_or_default().to_owned());
        Ok(DpopProof { thumbprint, method: text_of("htm")?, url: text_of("htu")?, issued, id, token })
    }

    /// Whether it was made for a request now: of this method, and of this time by a minute (RFC 9449 §4.3, 8 and 11). Its URL is the
    /// caller's to look at, who knows under which names it is reached.
    ///
    /// # Errors
    /// Why not.
    pub fn fits(&self, method: &str, now_ms: u64) -> Result<(), Why> {
        if self.method != method {
            return Err("the proof is for another method".into());
        }
        if self.issued.saturating_mul(1000).abs_diff(now_ms) > PROOF_AGE {
            return Err("the proof is not of this moment".into());
        }
        Ok(())
    }

    /// Host with port, and path, of the URL it is for: what a party behind others' TLS knows of its own. Query and fragment do not count
    /// (RFC 9449 §4.3, 9).
    pub fn place(&self) -> Option<(String, &str)> {
        let (scheme, rest) = self.url.split_once("://")?;
        let usual = match scheme.to_ascii_lowercase().as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(usual).map_or(host.clone(), str::to_owned);
        Some((host, if path.is_empty() { "/" } else { path }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::SigningKey;

    fn proof(change: impl FnOnce(&mut Value, &mut Value)) -> String {
        let key = SigningKey::make().0;
        let mut head = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": key.public() });
        let mut claims =
            json!({ "jti": "1", "htm": "GET", "htu": "https://Api.example.com:443/a?b", "iat": 100 });
        change(&mut head, &mut claims);
        key.sign_with(&head, claims.as_object().unwrap())
    }

    #[test]
    fn a_proof_says_for_what_it_was_made() {
        let read = DpopProof::read(&proof(|_, _| {})).unwrap();
        assert_eq!(read.place().unwrap(), ("api.example.com".to_owned(), "/a"));
        assert!(read.fits("GET", 100_000).is_ok() && read.fits("GET", 160_000).is_ok());
        assert!(read.fits("POST", 100_000).is_err());
        assert!(read.fits("GET", 160_001).is_err() && read.fits("GET", 39_999).is_err());
    }

    #[test]
    fn what_is_no_proof_is_refused() {
        let other = SigningKey::make().0;
        let changes: [fn(&mut Value, &mut Value); 9] = [
            |head, _| head["typ"] = "JWT".into(),
            |head, _| head["alg"] = "none".into(),
            |head, _| head["alg"] = "HS256".into(),
            |head, _| head["alg"] = "RS256".into(),
            |head, _| head["jwk"]["d"] = "AA".into(),
            |head, _| head["jwk"] = Value::Null,
            |_, claims| claims["jti"] = "x".repeat(300).into(),
            |_, claims| claims["iat"] = "100".into(),
            |_, claims| claims["htu"] = Value::Null,
        ];
        for (at, change) in changes.into_iter().enumerate() {
            assert!(DpopProof::read(&proof(change)).is_err(), "{at}");
        }
        let stolen = proof(|head, _| head["jwk"] = other.public().clone());
        assert!(DpopProof::read(&stolen).unwrap_err().contains("not signed"));
        for text in ["", "..", "a.b", "a.b.c.d", &"a".repeat(9000)] {
            assert!(DpopProof::read(text).is_err());
        }
    }
}
