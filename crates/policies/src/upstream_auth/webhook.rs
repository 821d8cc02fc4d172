//! A signature over every call as Standard Webhooks has it.

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jose::webhook::{ID, SIGNATURE, Signer, TIMESTAMP, is_id, message};
use policy::prelude::*;

use crate::{
    once::{LARGEST, max_body},
    text::header_name,
};

const MOST_KEYS: usize = 4;

/// A signature over each call as Standard Webhooks has it, for services that take webhooks.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    /// What is signed with, 4 at most: secrets that the service has too, `whsec_…`, and private keys of Ed25519, `whsk_…`, best by references:
    /// `[secret://shop-webhooks]`. There is one signature by each, so that the service changes keys without a gap.
    keys: Vec<String>,
    /// The header of the call whose value is the id, such as `idempotency-key`. Without it, and where it is none, an id is made.
    #[serde(default)]
    id_header: Option<String>,
    /// The largest content that is signed, 16 MiB at most; a larger one is answered `413`.
    #[serde(default = "max_body")]
    max_body: ByteSize,
}

/// The running form of [`Webhook`].
pub(super) struct WebhookSigner {
    keys: Vec<Signer>,
    id_header: Option<HeaderName>,
    max_body: u64,
}

impl Webhook {
    pub(super) fn build(self) -> Result<WebhookSigner, Invalid> {
        if self.keys.is_empty() || self.keys.len() > MOST_KEYS {
            return Err(Invalid::field("webhook.keys", format!("there is 1 key at least and {MOST_KEYS} at most")));
        }
        if self.max_body > LARGEST {
            let message = format!("is at most {LARGEST}; the content is held until it is sent");
            return Err(Invalid::field("webhook.max_body", message));
        }
        let read = |(at, text): (usize, &String)| {
            Signer::read(text).map_err(|why| Invalid::field(format!("webhook.keys[{at}]"), why))
        };
        let id_header = self.id_header.map(|name| header_name(&name, "webhook.id_header")).transpose()?;
        let keys = self.keys.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(WebhookSigner { keys, id_header, max_body: self.max_body.0 })
    }
}

impl Filter for WebhookSigner {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if req.body.is_empty() {
            self.sign(req, &[]);
            return Step::Done(Ok(()));
        }
        Step::wait(async move {
            let body = req.body.read(self.max_body).await?;
            req.body = body.clone().into();
            self.sign(req, &body);
            Ok(())
        })
    }
}

impl WebhookSigner {
    fn sign(&self, req: &mut Request, content: &[u8]) {
        let id = self.id(req);
        let timestamp = (req.world.now().unix_ms / 1000).to_string();
        let message = message(&id, &timestamp, content);
        let signatures: Vec<String> = self.keys.iter().map(|key| key.sign(&message)).collect();
        for (name, text) in [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, signatures.join(" "))] {
            let value = HeaderValue::try_from(text).expect("ids, digits and Base64 are visible ASCII");
            req.head.headers.insert(name, value);
        }
    }

    fn id(&self, req: &Request) -> String {
        let said = self.id_header.as_ref().and_then(|name| req.head.headers.get(name));
        let said = said.and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).filter(|text| is_id(text));
        said.map_or_else(made, str::to_owned)
    }
}

fn made() -> String {
    let mut bytes = [0; 18];
    rand::fill(&mut bytes).expect("the operating system has random bytes");
    format!("msg_{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use jose::webhook::{Verifier, Version};

    use super::*;
    use crate::testing::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn sent(req: &Request, name: &str) -> String {
        let lines: Vec<_> = req.head.headers.get_all(name).iter().map(|line| line.to_str().unwrap().to_owned()).collect();
        assert_eq!(lines.len(), 1, "{name}");
        lines[0].clone()
    }

    #[test]
    fn a_service_verifies_a_call_by_any_of_its_keys() {
        let private = format!("whsk_{}", STANDARD.encode([7; 32]));
        let pair = aws_lc_rs::signature::Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public = format!("whpk_{}", STANDARD.encode(aws_lc_rs::signature::KeyPair::public_key(&pair)));
        let filter = build("upstream-auth", &format!("{{ webhook: {{ keys: [{SECRET}, {private}] }} }}"));
        for body in ["", "{\"a\":1}"] {
            let made = RequestBuilder::of("POST", "/").header(ID, "of-the-client").header(ID, "twice").body(body);
            let mut req = made.header(SIGNATURE, "v1,AAAA").header(TIMESTAMP, "1").build();
            pass(&*filter, &mut req);
            let (id, at) = (sent(&req, ID), sent(&req, TIMESTAMP));
            assert!(id.starts_with("msg_") && id.len() == 28 && is_id(&id), "{id}");
            assert_eq!(at, (START / 1000).to_string());
            let header = sent(&req, SIGNATURE);
            let all: Vec<_> = header.split(' ').map(|one| one.split_once(',').unwrap()).collect();
            assert_eq!(all.iter().map(|(version, _)| *version).collect::<Vec<_>>(), ["v1", "v1a"]);
            let all: Vec<_> = all.iter().map(|(v, b)| (Version::read(v).unwrap(), STANDARD.decode(b).unwrap())).collect();
            let message = message(&id, &at, body.as_bytes());
            for key in [SECRET, &public] {
                assert!(Verifier::read(key).unwrap().verifies(&message, &all));
                assert!(!Verifier::read(key).unwrap().verifies(b"other", &all));
            }
        }
    }

    #[test]
    fn the_id_is_that_of_a_header_where_it_can_be() {
        let filter = build("upstream-auth", &format!("{{ webhook: {{ keys: [{SECRET}], id_header: idempotency-key }} }}"));
        let id = |value: &[u8]| {
            let mut req = RequestBuilder::of("POST", "/").header_bytes("idempotency-key", value).build();
            pass(&*filter, &mut req);
            sent(&req, ID)
        };
        assert_eq!(id(b"order-7"), "order-7");
        for wrong in [&b"a.1"[..], b"", b"a b", b"\xff", &[b'a'; 257]] {
            assert!(id(wrong).starts_with("msg_"));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_a_word_of_the_key() {
        for (config, field) in [
            ("{ webhook: { keys: [] } }", "webhook.keys"),
            ("{ webhook: { keys: [whsec_c2hvcnQ=] } }", "webhook.keys[0]"),
            ("{ webhook: { keys: [whpk_AAAA] } }", "webhook.keys[0]"),
            (&format!("{{ webhook: {{ keys: [{SECRET}], id_header: 'a b' }} }}"), "webhook.id_header"),
            (&format!("{{ webhook: {{ keys: [{SECRET}], max_body: 17MiB }} }}"), "webhook.max_body"),
        ] {
            let invalid = invalid("upstream-auth", config);
            assert_eq!(invalid.field, field, "{config}");
            assert!(!invalid.message.contains("c2hvcnQ"));
        }
    }
}
