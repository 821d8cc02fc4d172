//! `webhook-signature`: who sends a webhook, by its signature (Standard Webhooks).

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jose::webhook::{ID, SIGNATURE, TIMESTAMP, Verifier, Version, is_id, message};
use model::snapshot::Scopes;
use policy::{Proof, prelude::*};

use crate::{
    authorization::unauthenticated,
    once::{Once, Replay, largest, max_body},
};

const MOST_KEYS: usize = 16;
/// Signatures of a request.
const MOST_SIGNATURES: usize = 8;
/// The longest header `webhook-signature`, bytes.
const LONGEST: usize = 2 << 10;
/// Digits of a timestamp.
const DIGITS: std::ops::RangeInclusive<usize> = 1..=11;
const CHALLENGE: HeaderValue = HeaderValue::from_static("Webhook-Signature realm=\"pailou\"");

/// Lets in webhooks that are signed as Standard Webhooks says, and says who sent them.
///
/// A request carries `webhook-id`, `webhook-timestamp` and `webhook-signature`. The signature is over all three and the content: by HMAC-SHA256 with a secret
/// that both have (`v1`), or by Ed25519 (`v1a`). Of several signatures one must be good, so that senders change keys without a gap. It is good for `tolerance`
/// before and after its timestamp, and once: what somebody copies from the wire is refused when it comes again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSignature {
    /// The keys that webhooks are signed with, 16 at most, and whose they are. Several of one sender are good at the same time.
    keys: Vec<SenderKey>,
    /// By how much the time of a webhook may be off, 1 hour at most.
    #[serde(default = "tolerance")]
    tolerance: Span,
    /// Whether a webhook with the same id and timestamp is taken more than once. One that the sender signed anew, with another timestamp, is not the
    /// same.
    #[serde(default)]
    replay: Replay,
    /// The largest content that is taken, 16 MiB at most; a larger one is answered `413`.
    #[serde(default = "max_body")]
    max_body: ByteSize,
}

/// A key and whose it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SenderKey {
    /// The consumer that sends, by name or `custom_id`.
    consumer: String,
    /// A secret that both have, `whsec_…`, best by a reference: `secret://shop-webhooks`; or the sender's public key, `whpk_…`.
    key: String,
    /// What it is good for, where an API or policy asks for scopes.
    #[serde(default)]
    scopes: Vec<String>,
}

fn tolerance() -> Span {
    Span::secs(300)
}

impl Policy for WebhookSignature {
    const NAME: &'static str = "webhook-signature";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str =
        "{ keys: [{ consumer: ada, key: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw }] }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.keys.is_empty() || self.keys.len() > MOST_KEYS {
            return Err(Invalid::field("keys", format!("there is 1 key at least and {MOST_KEYS} at most")));
        }
        if self.tolerance.0.as_secs() == 0 || self.tolerance > Span::secs(3600) {
            return Err(Invalid::field("tolerance", "is at least 1 second and at most 1 hour"));
        }
        let max_body = largest(self.max_body)?;
        let read = |(at, key): (usize, SenderKey)| {
            let verifier = Verifier::read(&key.key).map_err(|why| Invalid::field(format!("keys[{at}].key"), why))?;
            let scopes = key.scopes.iter().map(|scope| Arc::from(scope.as_str())).collect();
            Ok(Sender { consumer: key.consumer, verifier, scopes })
        };
        Ok(Box::new(Check {
            scope: cx.scope.into(),
            senders: self.keys.into_iter().enumerate().map(read).collect::<Result<_, _>>()?,
            tolerance: self.tolerance.0.as_secs() as i64,
            max_body,
            seen: Once::new(self.replay, "webhook-signature", cx),
        }))
    }
}

/// The running form of [`WebhookSignature`].
struct Check {
    /// Where it stands: senders give the webhooks of one event the same id, wherever they send them.
    scope: Box<str>,
    senders: Vec<Sender>,
    /// Seconds.
    tolerance: i64,
    max_body: u64,
    seen: Once,
}

struct Sender {
    consumer: String,
    verifier: Verifier,
    scopes: Scopes,
}

/// What a request says of itself.
struct Sent {
    id: String,
    timestamp: String,
    /// When it is too old; milliseconds since 1970.
    until: u64,
    signatures: Vec<(Version, Vec<u8>)>,
}

impl Filter for Check {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let sent = match self.sent(req) {
            Ok(sent) => sent,
            Err(problem) => return Step::Done(Err(problem.into())),
        };
        if req.body.is_empty() {
            return self.let_in(&sent, &[], req).into();
        }
        Step::wait(async move {
            let body = req.body.read(self.max_body).await?;
            req.body = body.clone().into();
            self.let_in(&sent, &body, req)
        })
    }

    fn carries(&self, req: &Request) -> bool {
        req.head.headers.contains_key(SIGNATURE)
    }
}

impl Check {
    /// What can be told without the content.
    fn sent(&self, req: &Request) -> Result<Sent, Problem> {
        let [id, timestamp, signature] = [ID, TIMESTAMP, SIGNATURE].map(|name| one(&req.head.headers, name));
        let (Some(id), Some(timestamp), Some(signature)) = (id?, timestamp?, signature?) else {
            return Err(refuse("sign the webhook as Standard Webhooks says, in `webhook-id`, `webhook-timestamp` and `webhook-signature`"));
        };
        if !is_id(id) {
            return Err(wrong("`webhook-id` is empty, too long, or has a full stop or blank in it"));
        }
        let is_number = DIGITS.contains(&timestamp.len()) && timestamp.bytes().all(|b| b.is_ascii_digit());
        let at: i64 = timestamp.parse().ok().filter(|_| is_number).ok_or_else(|| wrong("`webhook-timestamp` is no time in seconds"))?;
        let now = (req.arrived.unix_ms / 1000) as i64;
        if at > now + self.tolerance {
            return Err(wrong("its time is in the future"));
        }
        if now > at + self.tolerance {
            return Err(wrong("it is too old"));
        }
        let until = u64::try_from(at + self.tolerance + 1).unwrap_or(0) * 1000;
        let signatures = signatures(signature).map_err(wrong)?;
        Ok(Sent { id: id.to_owned(), timestamp: timestamp.to_owned(), until, signatures })
    }

    fn let_in(&self, sent: &Sent, content: &[u8], req: &mut Request) -> Flow {
        let message = message(&sent.id, &sent.timestamp, content);
        let sender = self.senders.iter().find(|sender| sender.verifier.verifies(&message, &sent.signatures));
        let sender = sender.ok_or_else(|| wrong("none of its signatures is that of a key over this webhook"))?;
        let caller = req.world.by_subject(&sender.consumer);
        let caller = caller.ok_or_else(|| wrong("the consumer whose key it is is not registered"))?;
        let texts = [&*self.scope, &sender.consumer, &sent.id, &sent.timestamp];
        let again = || wrong("it came already; who sends it again signs it anew");
        self.seen.take(&texts, req.arrived.unix_ms, sent.until, again)?;
        req.identify(Identity {
            proofs: Proof::Signature.into(),
            scopes: Arc::clone(&sender.scopes),
            ..Identity::of(caller)
        })
    }
}

/// The one line of a header.
fn one<'a>(headers: &'a Headers, name: &'static str) -> Result<Option<&'a str>, Problem> {
    let lines = headers.get_all(name);
    let mut lines = lines.iter();
    let Some(line) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return Err(wrong("one of its headers stands there more than once"));
    }
    let text = std::str::from_utf8(line.as_bytes()).map_err(|_| wrong("one of its headers is no text"))?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

/// Reads `webhook-signature`. Signatures of other versions are for others.
fn signatures(text: &str) -> Result<Vec<(Version, Vec<u8>)>, &'static str> {
    if text.len() > LONGEST {
        return Err("`webhook-signature` is too long");
    }
    let mut all = Vec::new();
    for (at, signature) in text.split(' ').enumerate() {
        if at >= MOST_SIGNATURES {
            return Err("it has too many signatures");
        }
        let Some((version, encoded)) = signature.split_once(',') else {
            return Err("`webhook-signature` is no list of signatures such as `v1,…`");
        };
        let Some(version) = Version::read(version) else { continue };
        let bytes = STANDARD.decode(encoded).map_err(|_| "one of its signatures is no Base64")?;
        all.push((version, bytes));
    }
    Ok(all)
}

/// A refusal that tells the client no more than it needs, and operators why.
fn wrong(why: &str) -> Problem {
    refuse("the signature is not accepted").because(format!("the webhook is refused: {why}")).as_guess()
}

fn refuse(detail: &'static str) -> Problem {
    unauthenticated(detail, &CHALLENGE)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use jose::webhook::Signer;

    use super::*;
    use crate::testing::*;

    const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const BODY: &str = "{\"type\":\"order.paid\"}";

    /// As the requests of tests arrive; seconds.
    fn now() -> i64 {
        (START / 1000) as i64
    }

    fn private() -> String {
        format!("whsk_{}", STANDARD.encode([7; 32]))
    }

    fn public() -> String {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        format!("whpk_{}", STANDARD.encode(pair.public_key()))
    }

    fn request(id: &str, at: i64, signature: &str, body: &str) -> Request {
        let made = RequestBuilder::of("POST", "/hooks").consumer("shop", "shop-key-0123456789");
        let made = made.header(ID, id).header(TIMESTAMP, &at.to_string()).header(SIGNATURE, signature);
        made.body(body).build()
    }

    fn signature(keys: &[&str], id: &str, at: i64) -> String {
        let message = message(id, &at.to_string(), BODY.as_bytes());
        keys.iter().map(|key| Signer::read(key).unwrap().sign(&message)).collect::<Vec<_>>().join(" ")
    }

    fn signed(keys: &[&str], id: &str, at: i64) -> Request {
        request(id, at, &signature(keys, id, at), BODY)
    }

    fn filter(more: &str) -> Box<dyn Filter> {
        let keys = format!("{{ consumer: shop, key: {OLD}, scopes: [hooks] }}, {{ consumer: shop, key: {} }}", public());
        build("webhook-signature", &format!("{{ keys: [{keys}]{more} }}"))
    }

    #[track_caller]
    fn cause(filter: &dyn Filter, mut req: Request) -> String {
        let problem = refused(filter, &mut req);
        assert_eq!((problem.kind.code, &*problem.detail, problem.guess), ("unauthenticated", "the signature is not accepted", true));
        assert!(problem.headers.iter().any(|(name, value)| name == "www-authenticate" && value == CHALLENGE));
        assert!(req.identity.is_none());
        problem.cause.unwrap().to_string()
    }

    #[test]
    fn a_webhook_signed_by_any_key_of_a_sender_says_who_sent_it() {
        let filter = filter("");
        let mut req = signed(&[OLD], "msg_1", now());
        pass(&*filter, &mut req);
        let identity = req.identity.as_ref().unwrap();
        assert_eq!((&*identity.caller.key, &*identity.scopes[0]), ("consumer/shop", "hooks"));
        assert!(identity.proofs.has(Proof::Signature) && filter.carries(&req));
        assert_eq!(req.body.length(), Some(BODY.len() as u64), "the service gets the content");
        pass(&*filter, &mut signed(&[&private()], "msg_2", now()));
        pass(&*filter, &mut signed(&[NEW, OLD], "msg_3", now()));
        let other = format!("v2,AAAA {}", signature(&[&private()], "msg_4", now()));
        pass(&*filter, &mut request("msg_4", now(), &other, BODY));
        let empty = Signer::read(OLD).unwrap().sign(&message("msg_5", &now().to_string(), b""));
        pass(&*filter, &mut request("msg_5", now(), &empty, ""));
    }

    #[test]
    fn a_webhook_comes_once_and_again_only_signed_anew() {
        let one = filter("");
        pass(&*one, &mut signed(&[OLD], "msg_1", now()));
        assert!(cause(&*one, signed(&[OLD], "msg_1", now())).contains("came already"));
        assert!(cause(&*one, signed(&[&private()], "msg_1", now())).contains("came already"), "by another key of the sender");
        pass(&*one, &mut signed(&[OLD], "msg_1", now() + 1));
        pass(&*one, &mut signed(&[OLD], "msg_2", now()));
        let again = filter(", replay: accept");
        for _ in 0..2 {
            pass(&*again, &mut signed(&[OLD], "msg_1", now()));
        }
    }

    #[test]
    fn the_time_may_be_off_by_the_tolerance_and_no_more() {
        for (more, off) in [("", 300), (", tolerance: 10s", 10)] {
            let filter = filter(more);
            for at in [now() - off, now() + off] {
                pass(&*filter, &mut signed(&[OLD], &format!("msg{at}"), at));
            }
            assert!(cause(&*filter, signed(&[OLD], "old", now() - off - 1)).contains("too old"));
            assert!(cause(&*filter, signed(&[OLD], "new", now() + off + 1)).contains("future"));
        }
    }

    #[test]
    fn what_is_changed_or_signed_by_another_is_refused() {
        let filter = filter("");
        let good = signature(&[OLD], "msg_1", now());
        let tag = good.strip_prefix("v1,").unwrap();
        let long = format!("v1,{}", "A".repeat(2 << 10));
        for (id, at, signature, body) in [
            ("msg_2", now(), &*good, BODY),
            ("msg_1", now() + 1, &good, BODY),
            ("msg_1", now(), &good, "{\"type\":\"order.lost\"}"),
            ("msg_1", now(), &good, ""),
            ("msg_1", now(), &signature(&[NEW], "msg_1", now()), BODY),
            // A signature of one kind is none of the other.
            ("msg_1", now(), &format!("v1a,{tag}"), BODY),
            ("msg_1", now(), &format!("v2,{tag}"), BODY),
            ("msg_1", now(), &format!("V1,{tag}"), BODY),
            ("msg_1", now(), tag, BODY),
            ("msg_1", now(), "v1,", BODY),
            ("msg_1", now(), "", BODY),
            ("msg_1", now(), ",", BODY),
            ("msg_1", now(), &good[..good.len() - 1], BODY),
            ("msg_1", now(), &good[..good.len() - 4], BODY),
            ("msg_1", now(), &format!("{good} v1"), BODY),
            ("msg_1", now(), &format!("{}{good}", "v1,AAAA ".repeat(8)), BODY),
            ("msg_1", now(), &long, BODY),
        ] {
            cause(&*filter, request(id, at, signature, body));
        }
        // What is public is no secret to sign by.
        let forged = format!("whsec_{}", public().strip_prefix("whpk_").unwrap());
        cause(&*filter, signed(&[&forged], "msg_1", now()));
        // The same bytes are signed as of another id and time: refused for the full stop.
        let message = message("a", &now().to_string(), BODY.as_bytes());
        let signature = Signer::read(OLD).unwrap().sign(&message);
        let (id, rest) = ("a.1", BODY);
        assert!(cause(&*filter, request(id, now(), &signature, rest)).contains("full stop"));
    }

    #[test]
    fn headers_stand_there_once_and_are_what_they_should_be() {
        let filter = filter("");
        for name in [ID, TIMESTAMP, SIGNATURE] {
            let mut req = signed(&[OLD], "msg_1", now());
            req.head.headers.append(name, HeaderValue::from_static("1"));
            assert!(cause(&*filter, req).contains("more than once"));
            let mut req = signed(&[OLD], "msg_1", now());
            req.head.headers.remove(name);
            assert!(refused(&*filter, &mut req).detail.contains("Standard Webhooks"));
            let mut req = signed(&[OLD], "msg_1", now());
            req.head.headers.insert(name, HeaderValue::from_bytes(b"\xff").unwrap());
            assert!(cause(&*filter, req).contains("no text"));
        }
        for stamp in ["", "-1", "+1700000000", "1.7e9", "1700000000.0", "0x1", "99999999999999999999", "\u{661}"] {
            let mut req = signed(&[OLD], "msg_1", now());
            req.head.headers.insert(TIMESTAMP, HeaderValue::from_bytes(stamp.as_bytes()).unwrap());
            cause(&*filter, req);
        }
    }

    #[test]
    fn a_webhook_of_nobody_and_one_that_is_too_large_are_refused() {
        let nobody = build("webhook-signature", &format!("{{ keys: [{{ consumer: nobody, key: {OLD} }}] }}"));
        assert!(cause(&*nobody, signed(&[OLD], "msg_1", now())).contains("not registered"));
        let small = filter(", max_body: 10B");
        let problem = refused(&*small, &mut signed(&[OLD], "msg_1", now()));
        assert_eq!(problem.kind.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (config, field) in [
            ("{ keys: [] }", "keys"),
            ("{ keys: [{ consumer: a, key: short }] }", "keys[0].key"),
            ("{ keys: [{ consumer: a, key: whsec_c2hvcnQ= }] }", "keys[0].key"),
            ("{ keys: [{ consumer: a, key: whsk_AAAA }] }", "keys[0].key"),
            (&format!("{{ keys: [{{ consumer: a, key: {OLD} }}], tolerance: 2h }}"), "tolerance"),
            (&format!("{{ keys: [{{ consumer: a, key: {OLD} }}], max_body: 17MiB }}"), "max_body"),
        ] {
            let invalid = invalid("webhook-signature", config);
            assert_eq!(invalid.field, field, "{config}");
            assert!(!invalid.message.contains("c2hvcnQ"));
        }
    }
}
