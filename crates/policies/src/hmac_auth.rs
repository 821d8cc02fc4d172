//! `hmac-auth`: who calls, by a signature of the request (HTTP Message Signatures, RFC 9421).

mod aws4;
mod message;

use std::{collections::HashMap, sync::Arc};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, SHA512, digest},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jose::{Algorithm, KeySet};
use model::snapshot::Scopes;
use policy::{Proof, prelude::*};
use serde_json::{Value as Json, json};

use self::message::{Covered, bytes_by_name, covered, field};
use crate::{
    authorization::unauthenticated,
    once::{Once, Replay, largest, max_body},
};

/// The longest `Signature-Input` and `Signature`, bytes.
const LONGEST: usize = 8 << 10;
const MOST_KEYS: usize = 10_000;
const CHALLENGE: HeaderValue = HeaderValue::from_static("Signature realm=\"pailou\"");
const ACCEPTED: HeaderValue =
    HeaderValue::from_static("sig=(\"@method\" \"@target-uri\" \"content-digest\");created;keyid");

/// Lets in callers that sign their requests, and says who they are.
///
/// A request carries `Signature-Input` and `Signature` as RFC 9421 has them. The signature must cover the method, the host and the whole target, and
/// where there is content its `Content-Digest` (RFC 9530), which is held against the content. It is good for `window` after it was `created`, and once:
/// what somebody copies from the wire is refused when it comes again. The secret itself never travels. With `accept: [aws4]` signatures as clients of AWS
/// make them are taken too.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HmacAuth {
    /// The keys that are known, and whose they are.
    keys: Vec<SigningKey>,
    /// What is taken: `rfc9421`, HTTP Message Signatures; `aws4`, AWS Signature Version 4 in `Authorization`, with the id of a key as access key.
    #[serde(default = "standard")]
    accept: Vec<Manner>,
    /// How old a signature may be, 1 hour at most. Clocks may be 30 seconds ahead.
    #[serde(default = "window")]
    window: Span,
    /// More fields that must be covered, such as `x-request-id`.
    #[serde(default)]
    require: Vec<String>,
    /// Whether the same signature is taken more than once within the window.
    #[serde(default)]
    replay: Replay,
    /// The largest content that is signed, 16 MiB at most; a larger one is answered `413`.
    #[serde(default = "max_body")]
    max_body: ByteSize,
}

/// A key and whose it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SigningKey {
    /// What signatures name it by: `keyid`.
    id: String,
    /// The consumer whose it is, by name or `custom_id`.
    consumer: String,
    /// A secret of 32 bytes or more for `hmac-sha256`, best by a reference: `secret://ada-signing`.
    #[serde(default)]
    secret: Option<String>,
    /// A public key in place of a secret, as a JWK: `{ kty: OKP, crv: Ed25519, x: … }` for `ed25519`, or of the curve P-256 for `ecdsa-p256-sha256`.
    #[serde(default)]
    jwk: Option<serde_json::Map<String, Json>>,
    /// What it is good for, where an API or policy asks for scopes.
    #[serde(default)]
    scopes: Vec<String>,
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Manner {
    /// HTTP Message Signatures (RFC 9421).
    Rfc9421,
    /// AWS Signature Version 4.
    Aws4,
}

fn standard() -> Vec<Manner> {
    vec![Manner::Rfc9421]
}

fn window() -> Span {
    Span::secs(300)
}

/// By how much clocks of clients may be ahead, seconds.
const AHEAD: i64 = 30;

impl Policy for HmacAuth {
    const NAME: &'static str = "hmac-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str =
        "{ keys: [{ id: ada-1, consumer: ada, secret: \"a secret of at least 32 characters\" }] }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.keys.is_empty() || self.keys.len() > MOST_KEYS {
            return Err(Invalid::field("keys", format!("there is 1 key at least and {MOST_KEYS} at most")));
        }
        if self.window.0.is_zero() || self.window > Span::secs(3600) {
            return Err(Invalid::field("window", "is longer than `0s` and at most 1 hour"));
        }
        let max_body = largest(self.max_body)?;
        if self.accept.is_empty() {
            return Err(Invalid::field("accept", "name at least one, or leave it out"));
        }
        for (at, name) in self.require.iter().enumerate() {
            if !name.starts_with('@') && name.parse::<HeaderName>().map_or(true, |read| read.as_str() != name) {
                let message = format!("`{name}` is no field in lower case, such as `x-request-id`");
                return Err(Invalid::field(format!("require[{at}]"), message));
            }
        }
        let mut keys = HashMap::with_capacity(self.keys.len());
        for (at, key) in self.keys.into_iter().enumerate() {
            let place = |field: &str| format!("keys[{at}].{field}");
            let told = |field: &'static str| move |message: String| Invalid::field(format!("keys[{at}].{field}"), message);
            let shared = key.secret.as_ref().map(|secret| secret.as_bytes().into());
            let (algorithm, jwk) = match (key.secret, key.jwk) {
                (Some(secret), None) => {
                    let jwk = json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode(secret) });
                    if secret_is_short(&jwk) {
                        return Err(Invalid::field(place("secret"), "has at least 32 bytes"));
                    }
                    (Algorithm::Hs256, jwk)
                }
                (None, Some(jwk)) => {
                    let algorithm = match (jwk.get("kty").and_then(Json::as_str), jwk.get("crv").and_then(Json::as_str)) {
                        (Some("OKP"), Some("Ed25519")) => Algorithm::EdDsa,
                        (Some("EC"), Some("P-256")) => Algorithm::Es256,
                        _ => return Err(Invalid::field(place("jwk"), "is a public key of Ed25519 or P-256")),
                    };
                    (algorithm, Json::Object(jwk))
                }
                _ => return Err(Invalid::field(place("secret"), "a key has either a `secret` or a `jwk`")),
            };
            let set = json!({ "keys": [jwk] }).to_string();
            let set = KeySet::read(set.as_bytes());
            let field = if algorithm == Algorithm::Hs256 { "secret" } else { "jwk" };
            // What is wrong with a secret must not be said with it.
            let set = set.map_err(|why| told(field)(if field == "jwk" { why } else { "cannot be used".to_owned() }))?;
            let scopes = key.scopes.iter().map(|scope| Arc::from(scope.as_str())).collect();
            let known = Known { consumer: key.consumer, algorithm, set, shared, scopes };
            if key.id.is_empty() || keys.insert(key.id, known).is_some() {
                return Err(Invalid::field(place("id"), "every key has an id of its own"));
            }
        }
        Ok(Box::new(Check {
            keys,
            standard: self.accept.contains(&Manner::Rfc9421),
            aws: self.accept.contains(&Manner::Aws4),
            window: self.window.0.as_secs() as i64,
            require: self.require,
            max_body,
            seen: Once::new(self.replay, "hmac-auth", cx),
        }))
    }
}

fn secret_is_short(jwk: &Json) -> bool {
    jwk["k"].as_str().is_none_or(|text| URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() < 32))
}

/// The running form of [`HmacAuth`].
struct Check {
    keys: HashMap<String, Known>,
    standard: bool,
    aws: bool,
    /// Seconds.
    window: i64,
    require: Vec<String>,
    max_body: u64,
    seen: Once,
}

struct Known {
    consumer: String,
    algorithm: Algorithm,
    set: KeySet,
    /// The secret itself, where it is one: signatures of AWS are made with keys that follow from it.
    shared: Option<Box<[u8]>>,
    scopes: Scopes,
}

impl Filter for Check {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if self.aws && aws4::is_sent(&req.head.headers) {
            return self.by_aws4(req);
        }
        let signed = match self.signed(req) {
            Ok(signed) => signed,
            Err(problem) => return Step::Done(Err(problem.into())),
        };
        if req.body.is_empty() {
            return self.let_in(&signed, req).into();
        }
        Step::wait(async move {
            let body = req.body.read(self.max_body).await?;
            let said = field(&req.head.headers, "content-digest");
            if !said.is_some_and(|said| is_digest_of(&said, &body)) {
                return Err(wrong("the content is not what `Content-Digest` says").into());
            }
            req.body = body.into();
            self.let_in(&signed, req)
        })
    }

    fn carries(&self, req: &Request) -> bool {
        let headers = &req.head.headers;
        let standard = headers.contains_key("signature") || headers.contains_key("signature-input");
        (self.standard && standard) || (self.aws && aws4::is_sent(headers))
    }
}

/// A signature that is good.
struct Signed<'a> {
    key: &'a Known,
    /// What was signed, whatever the signature looks like: some can be written in two ways.
    text: String,
    until: u64,
}

impl Check {
    /// A request that is signed as clients of AWS do. What can be told without the content comes before it is read.
    fn by_aws4<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let sent = match aws4::Sent::read(&req.head.headers) {
            Ok(sent) => sent,
            Err(why) => return Step::Done(Err(wrong(why).into())),
        };
        let known = self.keys.get(&sent.key);
        let Some((key, secret)) = known.and_then(|key| Some((key, key.shared.as_deref()?))) else {
            return Step::Done(Err(wrong("its key is not known, or is no secret").into()));
        };
        let until = match self.until(sent.created, i64::MAX, req) {
            Ok(until) => until,
            Err(problem) => return Step::Done(Err(problem.into())),
        };
        if let Some(name) = self.require.iter().find(|name| !name.starts_with('@') && !sent.covers(name)) {
            return Step::Done(Err(wrong(&format!("it must cover `{name}`")).into()));
        }
        if req.body.is_empty() {
            return self.let_in_aws4(&sent, (key, secret), until, &[], req).into();
        }
        Step::wait(async move {
            let body = req.body.read(self.max_body).await?;
            req.body = body.clone().into();
            self.let_in_aws4(&sent, (key, secret), until, &body, req)
        })
    }

    fn let_in_aws4(
        &self,
        sent: &aws4::Sent,
        (key, secret): (&Known, &[u8]),
        until: u64,
        content: &[u8],
        req: &mut Request,
    ) -> Flow {
        let text = sent.text(req, content).map_err(wrong)?;
        if !sent.is_of(&text, secret) {
            return Err(wrong("it is not that of its key over this request").into());
        }
        self.let_in(&Signed { key, text, until }, req)
    }

    fn signed(&self, req: &Request) -> Result<Signed<'_>, Problem> {
        if !self.standard {
            return Err(refuse("sign the request by AWS Signature Version 4, in `Authorization`"));
        }
        let [input, signature] = ["signature-input", "signature"].map(|name| field(&req.head.headers, name));
        let (Some(input), Some(signature)) = (input, signature) else {
            return Err(refuse("sign the request as RFC 9421 says, in `Signature-Input` and `Signature`"));
        };
        if input.len() > LONGEST || signature.len() > LONGEST {
            return Err(wrong("it is too long"));
        }
        let all = covered(&input).ok_or_else(|| wrong("`Signature-Input` cannot be read"))?;
        let [one] = &all[..] else { return Err(wrong("the request carries several signatures")) };
        let signatures = bytes_by_name(&signature).ok_or_else(|| wrong("`Signature` cannot be read"))?;
        let [(_, bytes)] = &signatures.iter().filter(|(label, _)| *label == one.label).collect::<Vec<_>>()[..] else {
            return Err(wrong("`Signature` has none with the name in `Signature-Input`"));
        };
        let key = one.text("keyid").and_then(|id| self.keys.get(id));
        let key = key.ok_or_else(|| wrong("its key is not known"))?;
        if one.text("alg").is_some_and(|said| said != name_of(key.algorithm)) {
            return Err(wrong("its `alg` is not that of its key"));
        }
        self.covers_enough(one, req)?;
        let until = self.holds_until(one, req)?;
        let base = one.base(req).map_err(|why| wrong(&why))?;
        if !key.set.verifies(None, key.algorithm, base.as_bytes(), bytes) {
            return Err(wrong("it is not that of its key over this request"));
        }
        Ok(Signed { key, text: base, until })
    }

    fn covers_enough(&self, one: &Covered, req: &Request) -> Result<(), Problem> {
        let target = one.has("@request-target") || (one.has("@path") && (one.has("@query") || req.head.uri.query().is_none()));
        let place = one.has("@target-uri") || (one.has("@authority") && target);
        if !one.has("@method") || !place {
            return Err(wrong("it must cover `@method` and `@target-uri`, or what that is made of"));
        }
        if !req.body.is_empty() && !one.has("content-digest") {
            return Err(wrong("it must cover `content-digest`"));
        }
        match self.require.iter().find(|name| !one.has(name)) {
            Some(name) => Err(wrong(&format!("it must cover `{name}`"))),
            None => Ok(()),
        }
    }

    /// When it is too old; milliseconds since 1970.
    fn holds_until(&self, one: &Covered, req: &Request) -> Result<u64, Problem> {
        let created = one.number("created").ok_or_else(|| wrong("it does not say when it was `created`"))?;
        self.until(created, one.number("expires").unwrap_or(i64::MAX), req)
    }

    /// When what was created at a time is too old; milliseconds since 1970.
    fn until(&self, created: i64, expires: i64, req: &Request) -> Result<u64, Problem> {
        let now = (req.arrived.unix_ms / 1000) as i64;
        let until = expires.min(created.saturating_add(self.window));
        if created > now + AHEAD {
            return Err(wrong("it was created in the future"));
        }
        if now >= until {
            return Err(wrong("it is too old"));
        }
        Ok(u64::try_from(until).unwrap_or(0).saturating_mul(1000))
    }

    fn let_in(&self, signed: &Signed<'_>, req: &mut Request) -> Flow {
        let caller = req.world.by_subject(&signed.key.consumer);
        let caller = caller.ok_or_else(|| wrong("the consumer whose key it is is not registered"))?;
        let again = || wrong("it was used already; sign every request anew, with a `nonce`");
        self.seen.take(&[&signed.text], req.arrived.unix_ms, signed.until, again)?;
        req.identify(Identity {
            proofs: Proof::Signature.into(),
            scopes: Arc::clone(&signed.key.scopes),
            ..Identity::of(caller)
        })
    }
}

/// Whether a `Content-Digest` is that of some content (RFC 9530 §2): all of it that is understood, and something of it.
fn is_digest_of(said: &str, content: &[u8]) -> bool {
    let Some(all) = bytes_by_name(said) else { return false };
    let mut known = 0;
    for (name, bytes) in all {
        let algorithm = match &*name {
            "sha-256" => &SHA256,
            "sha-512" => &SHA512,
            _ => continue,
        };
        known += 1;
        if verify_slices_are_equal(digest(algorithm, content).as_ref(), &bytes).is_err() {
            return false;
        }
    }
    known > 0
}

/// RFC 9421 §6.2.2.
fn name_of(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::EdDsa => "ed25519",
        Algorithm::Es256 => "ecdsa-p256-sha256",
        _ => "hmac-sha256",
    }
}

/// A refusal that tells the client no more than it needs, and operators why.
fn wrong(why: &str) -> Problem {
    refuse("the signature is not accepted").because(format!("the signature is refused: {why}")).as_guess()
}

fn refuse(detail: &'static str) -> Problem {
    unauthenticated(detail, &CHALLENGE).with_header(HeaderName::from_static("accept-signature"), ACCEPTED)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{hmac, signature::Ed25519KeyPair};
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::testing::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    /// Now, as the requests of tests arrive; seconds.
    fn now() -> i64 {
        (RequestBuilder::get("/").build().arrived.unix_ms / 1000) as i64
    }

    fn request(body: &str) -> RequestBuilder {
        let req = RequestBuilder::get("/orders?a=b").consumer("ada", "ada-key-0123456789").header("host", "api.example");
        if body.is_empty() { req } else { req.body(body).header("content-digest", &digest_of(body)) }
    }

    fn digest_of(body: &str) -> String {
        format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body.as_bytes())))
    }

    /// Signs what a request says, by HMAC.
    fn signed(req: RequestBuilder, input: &str) -> Request {
        let mut req = req.build();
        let base = covered(input).unwrap()[0].base(&req).unwrap();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), base.as_bytes());
        let signature = format!("sig=:{}:", STANDARD.encode(tag));
        req.head.headers.insert("signature-input", HeaderValue::try_from(input).unwrap());
        req.head.headers.insert("signature", HeaderValue::try_from(signature).unwrap());
        req
    }

    fn input(components: &str, more: &str) -> String {
        format!("sig=({components});created={};keyid=\"ada-1\"{more}", now())
    }

    fn filter(more: &str) -> Box<dyn Filter> {
        build("hmac-auth", &format!("{{ keys: [{{ id: ada-1, consumer: ada, secret: {SECRET}, scopes: [orders:read] }}]{more} }}"))
    }

    const ENOUGH: &str = "\"@method\" \"@target-uri\"";

    #[test]
    #[ignore = "a measure"]
    #[allow(clippy::print_stdout, reason = "a measure says it")]
    fn measure_what_a_signature_costs() {
        let made = |n: usize| signed(request(""), &input(ENOUGH, &format!(";nonce=\"{n}\"")));
        let each = crate::measure::each(&*filter(""), (0..20_000).map(made).collect());
        println!("hmac-auth: {each:.2} µs for a request signed by HMAC, each with a nonce of its own");
    }

    #[test]
    fn a_signed_request_says_who_calls_once() {
        let filter = filter("");
        let text = input(ENOUGH, ";nonce=\"one\"");
        let mut req = signed(request(""), &text);
        pass(&*filter, &mut req);
        let identity = req.identity.as_ref().unwrap();
        assert_eq!((&*identity.caller.key, &*identity.scopes[0]), ("consumer/ada", "orders:read"));
        assert!(identity.proofs.has(Proof::Signature));
        assert!(refused(&*filter, &mut signed(request(""), &text)).cause.unwrap().contains("used already"));
        pass(&*filter, &mut signed(request(""), &input(ENOUGH, ";nonce=\"two\"")));
        let again = self::filter(", replay: accept");
        for _ in 0..2 {
            pass(&*again, &mut signed(request(""), &text));
        }
    }

    #[test]
    fn what_is_changed_old_or_covers_too_little_is_refused() {
        let filter = filter("");
        let with = |components: &str, more: &str| signed(request(""), &input(components, more));
        let mut changed = Vec::new();
        for (name, value) in [("host", "other.example"), ("signature", "sig=:AAAA:"), ("signature", "other=:AAAA:"), ("signature", "x")] {
            let mut req = with(ENOUGH, "");
            req.head.headers.insert(name, HeaderValue::from_static(value));
            changed.push(req);
        }
        for target in ["/orders?a=c", "/other?a=b"] {
            let mut req = with(ENOUGH, "");
            req.head.uri = target.parse().unwrap();
            changed.push(req);
        }
        let mut other_method = with(ENOUGH, "");
        other_method.head.method = Method::DELETE;
        changed.push(other_method);
        changed.push(with("\"@method\"", ""));
        changed.push(with("\"@target-uri\"", ""));
        changed.push(with("\"@method\" \"@authority\" \"@path\"", ""));
        changed.push(with(ENOUGH, ";alg=\"ed25519\""));
        changed.push(with(ENOUGH, &format!(";expires={}", now())));
        for created in [now() - 301, now() + 31] {
            let text = format!("sig=({ENOUGH});created={created};keyid=\"ada-1\"");
            changed.push(signed(request(""), &text));
        }
        for text in [format!("sig=({ENOUGH});keyid=\"ada-1\""), format!("sig=({ENOUGH});created={};keyid=\"eve\"", now()), format!("sig=({ENOUGH});created={}", now())] {
            changed.push(signed(request(""), &text));
        }
        for mut req in changed {
            let problem = refused(&*filter, &mut req);
            assert_eq!(problem.kind.code, "unauthenticated");
            assert!(problem.headers.iter().any(|(name, _)| name == "accept-signature"));
            assert!(req.identity.is_none());
        }
        assert!(refused(&*filter, &mut request("").build()).detail.contains("RFC 9421"));
        pass(&*filter, &mut with("\"@method\" \"@authority\" \"@path\" \"@query\"", ""));
        let stricter = self::filter(", require: [x-request-id]");
        refused(&*stricter, &mut with(ENOUGH, ""));
    }

    #[test]
    fn content_is_held_against_its_digest() {
        let (good, other) = (digest_of("{\"a\":1}"), digest_of("other"));
        assert!(is_digest_of(&good, b"{\"a\":1}") && !is_digest_of(&other, b"{\"a\":1}"));
        let both = format!("{good}, sha-512=:{}:", STANDARD.encode(digest(&SHA512, b"other")));
        for wrong in [&*both, "", "sha-256", "md5=:AAAA:", "sha-256=:AAAA:"] {
            assert!(!is_digest_of(wrong, b"{\"a\":1}"), "{wrong}");
        }
        let uncovered = signed(request("{}"), &input(ENOUGH, ""));
        let mut uncovered = uncovered;
        let problem = refused(&*filter(""), &mut uncovered);
        assert!(problem.cause.unwrap().contains("content-digest"));
    }

    #[test]
    fn the_standards_own_examples_verify() {
        // RFC 9421 §B.2.5 and §B.2.6.
        let secret = STANDARD.decode("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==").unwrap();
        let base = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@authority\": example.com\n\"content-type\": application/json\n\
                    \"@signature-params\": (\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"";
        let oct = json!({ "keys": [{ "kty": "oct", "k": URL_SAFE_NO_PAD.encode(secret) }] }).to_string();
        let tag = STANDARD.decode("pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=").unwrap();
        assert!(KeySet::read(oct.as_bytes()).unwrap().verifies(None, Algorithm::Hs256, base.as_bytes(), &tag));
        let base = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": example.com\n\
                    \"content-type\": application/json\n\"content-length\": 18\n\"@signature-params\": (\"date\" \"@method\" \"@path\" \
                    \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
        let okp = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}]}"#;
        let signature = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
        let signature = STANDARD.decode(signature).unwrap();
        assert!(KeySet::read(okp.as_bytes()).unwrap().verifies(None, Algorithm::EdDsa, base.as_bytes(), &signature));
    }

    #[test]
    fn a_public_key_does_in_place_of_a_secret() {
        use aws_lc_rs::signature::KeyPair as _;
        let pair = Ed25519KeyPair::generate().unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let config = format!("{{ keys: [{{ id: ada-1, consumer: ada, jwk: {{ kty: OKP, crv: Ed25519, x: '{x}' }} }}] }}");
        let filter = build("hmac-auth", &config);
        let text = input(ENOUGH, ";alg=\"ed25519\"");
        let sign = || {
            let mut req = request("").build();
            let base = covered(&text).unwrap()[0].base(&req).unwrap();
            let signature = format!("sig=:{}:", STANDARD.encode(pair.sign(base.as_bytes())));
            req.head.headers.insert("signature-input", HeaderValue::try_from(&*text).unwrap());
            req.head.headers.insert("signature", HeaderValue::try_from(signature).unwrap());
            req
        };
        pass(&*filter, &mut sign());
        // The public key is no secret to sign by.
        let mut forged = request("").build();
        let base = covered(&text).unwrap()[0].base(&forged).unwrap();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pair.public_key().as_ref()), base.as_bytes());
        forged.head.headers.insert("signature-input", HeaderValue::try_from(&*text).unwrap());
        forged.head.headers.insert("signature", HeaderValue::try_from(format!("sig=:{}:", STANDARD.encode(tag))).unwrap());
        refused(&*filter, &mut forged);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (config, field) in [
            ("{ keys: [] }", "keys"),
            ("{ keys: [{ id: a, consumer: ada, secret: short }] }", "keys[0].secret"),
            ("{ keys: [{ id: a, consumer: ada }] }", "keys[0].secret"),
            ("{ keys: [{ id: a, consumer: ada, jwk: { kty: RSA } }] }", "keys[0].jwk"),
            ("{ keys: [{ id: a, consumer: ada, secret: 0123456789abcdef0123456789abcdef }, { id: a, consumer: b, secret: 0123456789abcdef0123456789abcdef }] }", "keys[1].id"),
            ("{ keys: [{ id: a, consumer: ada, secret: 0123456789abcdef0123456789abcdef }], window: 2h }", "window"),
            ("{ keys: [{ id: a, consumer: ada, secret: 0123456789abcdef0123456789abcdef }], require: [X-A] }", "require[0]"),
        ] {
            assert_eq!(invalid("hmac-auth", config).field, field, "{config}");
        }
    }
}
