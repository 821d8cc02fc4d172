//! A signed token in its compact form (RFC 7515 §7.1), before it is verified.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{Algorithm, KeySet, Why, json};

/// The longest token that is read, bytes.
pub const LONGEST: usize = 16 << 10;
const LONGEST_KID: usize = 512;
/// What a token may say it is; others are made for other uses, and must not be taken for these (RFC 8725 §3.11).
const TYPES: [&str; 4] = ["jwt", "application/jwt", "at+jwt", "application/at+jwt"];

/// A token that says how it was signed; nothing it says is to be believed yet.
#[derive(Debug)]
pub struct Token<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    typ: Option<String>,
    signed: &'a [u8],
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// Why it is none, or none of those accepted here.
    pub fn read(text: &'a str, allowed: &[Algorithm]) -> Result<Token<'a>, Why> {
        Token::read_as(text, allowed, &TYPES)
    }

    /// As [`Token::read`], of one that says it is one of these, in lower case, where it says what it is.
    pub(crate) fn read_as(text: &'a str, allowed: &[Algorithm], types: &[&str]) -> Result<Token<'a>, Why> {
        if text.len() > LONGEST {
            return Err(format!("a token may be {LONGEST} bytes long").into());
        }
        let mut parts = text.split('.');
        let (Some(head), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("this is not a signed token of three parts".into());
        };
        let header = URL_SAFE_NO_PAD.decode(head).ok().and_then(|bytes| json::object(&bytes));
        let header = header.ok_or("the header is not base64url of a JSON object without repeated members")?;
        for refused in ["crit", "b64", "zip", "enc", "cty"] {
            if header.contains_key(refused) {
                return Err(format!("its header has `{refused}`, which is not accepted").into());
            }
        }
        let typ = member(&header, "typ")?;
        if typ.is_some_and(|typ| !types.iter().any(|known| known.eq_ignore_ascii_case(typ))) {
            return Err("its `typ` says that it is made for another use".into());
        }
        let algorithm = member(&header, "alg")?.ok_or("its header has no `alg`")?;
        let algorithm = Algorithm::named(algorithm).filter(|algorithm| allowed.contains(algorithm));
        let algorithm = algorithm.ok_or("its algorithm is not one that is accepted here")?;
        let kid = member(&header, "kid")?;
        if kid.is_some_and(|kid| kid.len() > LONGEST_KID) {
            return Err("its `kid` is too long".into());
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "its signature is not base64url")?;
        let (kid, typ) = (kid.map(str::to_owned), typ.map(str::to_owned));
        let signed = &text.as_bytes()[..head.len() + 1 + payload.len()];
        Ok(Token { algorithm, kid, typ, signed, payload, signature })
    }

    /// What it says it is (`typ`).
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// The id of the key it says it was signed with.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What it claims, if a key of the set signed it.
    ///
    /// # Errors
    /// That none did, or that what was signed is no set of claims.
    pub fn verified(&self, keys: &KeySet) -> Result<Map<String, Value>, Why> {
        if !keys.verifies(self.kid(), self.algorithm, self.signed, &self.signature) {
            return Err("no key that fits its header signed it".into());
        }
        let payload = URL_SAFE_NO_PAD.decode(self.payload).map_err(|_| "its payload is not base64url")?;
        Ok(json::object(&payload).ok_or("its payload is not a JSON object without repeated members")?)
    }
}

/// Who a token says issued it; to be believed once it is verified with that issuer's keys.
pub fn issuer_claimed(text: &str) -> Option<String> {
    let payload = text.split('.').nth(1).filter(|_| text.len() <= LONGEST)?;
    let claims = json::object(&URL_SAFE_NO_PAD.decode(payload).ok()?)?;
    claims.get("iss")?.as_str().map(str::to_owned)
}

pub(crate) fn member<'m>(header: &'m Map<String, Value>, name: &str) -> Result<Option<&'m str>, Why> {
    match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("its `{name}` is no text").into()),
    }
}
