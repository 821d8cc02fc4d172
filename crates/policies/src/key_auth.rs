//! `key-auth`: who calls, by an API key.

use std::sync::Arc;

use http::{
    Uri,
    header::WWW_AUTHENTICATE,
    uri::PathAndQuery,
};
use model::KeyHash;
use percent_encoding::percent_decode_str;
use policy::{Proof, prelude::*};

use crate::key_memo;

const CHALLENGE: HeaderValue = HeaderValue::from_static("ApiKey realm=\"pailou\"");
/// The longest key that anyone has, in bytes.
const LONGEST_KEY: usize = 256;

/// Lets in callers that send an API key, and says who they are.
///
/// A call without a key, with an unknown or expired one, or with two different keys is answered `401`. A consumer may call every
/// API that lets it in; an app only those of the products it is subscribed to, and is answered `403` elsewhere. The key is taken
/// out of the request before it goes to the upstream.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct KeyAuth {
    /// The headers that may carry the key.
    headers: Vec<String>,
    /// The query parameters that may carry the key, after the headers. None by default: addresses end up in logs and histories.
    query: Vec<String>,
}

impl Default for KeyAuth {
    fn default() -> KeyAuth {
        KeyAuth { headers: vec!["x-api-key".into(), "apikey".into()], query: Vec::new() }
    }
}

impl Policy for KeyAuth {
    const NAME: &'static str = "key-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ headers: [x-api-key] }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let mut headers = Vec::with_capacity(self.headers.len());
        for (at, name) in self.headers.iter().enumerate() {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
                Invalid::field(format!("headers[{at}]"), format!("`{name}` is no name of a header"))
            })?;
            headers.push(name);
        }
        if let Some(at) = self.query.iter().position(String::is_empty) {
            return Err(Invalid::field(format!("query[{at}]"), "a parameter needs a name"));
        }
        let place = match (headers.first(), self.query.first()) {
            (Some(header), _) => format!("send an API key in the header `{header}`"),
            (None, Some(parameter)) => format!("send an API key in the query parameter `{parameter}`"),
            (None, None) => return Err(Invalid::whole("name at least one header or query parameter that carries the key")),
        };
        Ok(Box::new(KeyCheck { headers, query: self.query, place }))
    }
}

/// The running form of [`KeyAuth`].
struct KeyCheck {
    headers: Vec<HeaderName>,
    query: Vec<String>,
    /// Where to send a key, for callers that did not.
    place: String,
}

impl Filter for KeyCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        self.identify(req).into()
    }

    fn carries(&self, req: &Request) -> bool {
        let in_query = |query: &str| query.split('&').any(|pair| self.key_in(pair).is_some());
        self.headers.iter().any(|name| req.head.headers.contains_key(name))
            || (!self.query.is_empty() && req.head.uri.query().is_some_and(in_query))
    }
}

impl KeyCheck {
    fn identify(&self, req: &mut Request) -> Flow {
        let mut keys = Keys::default();
        for name in &self.headers {
            let mut found = false;
            for value in req.head.headers.get_all(name).iter() {
                found = true;
                keys.add(value.as_bytes());
            }
            if found {
                req.head.headers.remove(name);
            }
        }
        if !self.query.is_empty() {
            self.take_from_query(&mut req.head.uri, &mut keys);
        }
        let hash = match keys {
            Keys::None => return Err(refuse(self.place.clone()).into()),
            Keys::Several => return Err(refuse("the request carries two different API keys; send one").into()),
            Keys::One(None) => return Err(unknown().into()),
            Keys::One(Some(hash)) => hash,
        };
        let (caller, expires_at) = req.world.by_key(&hash).ok_or_else(unknown)?;
        if expires_at.is_some_and(|at| at <= req.arrived.unix_ms) {
            return Err(refuse("the API key has expired").into());
        }
        let scopes = caller.keys.iter().find(|key| key.hash == hash).map(|key| Arc::clone(&key.scopes));
        req.identify(Identity {
            proofs: Proof::Key.into(),
            key: Some(hash),
            scopes: scopes.unwrap_or_default(),
            ..Identity::of(caller)
        })
    }

    /// Takes the keys out of the query, and with them every parameter that may carry one.
    fn take_from_query(&self, uri: &mut Uri, keys: &mut Keys) {
        let Some(query) = uri.query() else { return };
        let mut found = false;
        for value in query.split('&').filter_map(|pair| self.key_in(pair)) {
            found = true;
            keys.add(&percent_decode_str(value).collect::<Vec<u8>>());
        }
        if !found {
            return;
        }
        let rest: Vec<_> = query.split('&').filter(|pair| self.key_in(pair).is_none()).collect();
        let target = match rest.as_slice() {
            [] => uri.path().to_owned(),
            rest => format!("{}?{}", uri.path(), rest.join("&")),
        };
        let mut parts = std::mem::take(uri).into_parts();
        let path = PathAndQuery::try_from(target).expect("parts of a valid target are a valid target");
        parts.path_and_query = Some(path);
        *uri = Uri::from_parts(parts).expect("only the query became shorter");
    }

    /// The value of a parameter that may carry a key.
    fn key_in<'q>(&self, pair: &'q str) -> Option<&'q str> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent_decode_str(name).decode_utf8_lossy();
        self.query.iter().any(|known| *known == name).then_some(value)
    }
}

/// The keys a request carries.
#[derive(Default)]
enum Keys {
    #[default]
    None,
    /// `None` where it cannot be anyone's.
    One(Option<KeyHash>),
    Several,
}

impl Keys {
    fn add(&mut self, key: &[u8]) {
        let hash = (key.len() <= LONGEST_KEY).then(|| key_memo::hash_of(key));
        *self = match self {
            Keys::None => Keys::One(hash),
            Keys::One(first) if *first == hash => Keys::One(hash),
            _ => Keys::Several,
        };
    }
}

fn unknown() -> Problem {
    refuse("the API key is not known").as_guess()
}

fn refuse(detail: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(problems::UNAUTHENTICATED, detail).with_header(WWW_AUTHENTICATE, CHALLENGE)
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    const ADA: &str = "ada-key-0123456789";
    const SHOP: &str = "shop-key-0123456789";
    const OLD: &str = "old-key-0123456789";

    fn request(target: &str) -> RequestBuilder {
        RequestBuilder::get(target).consumer("ada", ADA).app("shop", SHOP, "orders@v1").expired("ada", OLD)
    }

    #[test]
    fn a_known_key_says_who_calls_and_is_not_sent_on() {
        let filter = build("key-auth", "{}");
        for header in ["x-api-key", "apikey"] {
            let mut req = request("/orders").header(header, ADA).build();
            pass(&*filter, &mut req);
            assert_eq!(&*req.identity.as_ref().unwrap().caller.key, "consumer/ada");
            assert!(req.head.headers.is_empty());
        }
    }

    #[test]
    fn a_missing_unknown_expired_or_second_key_is_refused_with_a_challenge() {
        let filter = build("key-auth", "{}");
        for (req, detail) in [
            (request("/"), "send an API key in the header `x-api-key`"),
            (request("/").header("x-api-key", "nobody"), "not known"),
            (request("/").header("x-api-key", ""), "not known"),
            (request("/").header("x-api-key", &"k".repeat(300)), "not known"),
            (request("/").header("x-api-key", OLD), "expired"),
            (request("/").header("x-api-key", ADA).header("apikey", SHOP), "two different"),
            (request("/").header("x-api-key", ADA).header("x-api-key", "nobody"), "two different"),
            (request("/?apikey=ada-key-0123456789"), "send an API key"),
        ] {
            let mut req = req.build();
            let problem = refused(&*filter, &mut req);
            assert_eq!(problem.kind.code, "unauthenticated");
            assert!(problem.detail.contains(detail), "{}", problem.detail);
            assert_eq!(problem.headers[0].1, "ApiKey realm=\"pailou\"");
            assert!(req.identity.is_none());
        }
    }

    #[test]
    fn the_same_key_twice_is_one_key() {
        let filter = build("key-auth", "{ headers: [x-api-key], query: [key] }");
        let mut req = request("/orders?key=ada-key-0123456789&page=2").header("x-api-key", ADA).build();
        pass(&*filter, &mut req);
        assert!(req.head.headers.is_empty());
        assert_eq!(req.head.uri, "/orders?page=2");
    }

    #[test]
    fn a_key_in_the_query_is_cut_out_however_it_is_encoded() {
        let filter = build("key-auth", "{ headers: [], query: [key] }");
        for (sent, upstream) in [
            ("/o?key=ada-key-0123456789", "/o"),
            ("/o?a=1&key=ada-key-0123456789&b", "/o?a=1&b"),
            ("/o?%6Bey=%61da-key-0123456789&a=%20", "/o?a=%20"),
            ("http://example.com/o?key=ada-key-0123456789&x", "http://example.com/o?x"),
            ("/?key=ada-key-0123456789&key=ada-key-0123456789", "/"),
        ] {
            let mut req = request(sent).build();
            pass(&*filter, &mut req);
            assert_eq!(req.head.uri, upstream);
        }
        let problem = refused(&*filter, &mut request("/o?keys=1").build());
        assert!(problem.detail.contains("query parameter `key`"));
    }

    #[test]
    fn a_key_is_good_for_its_scopes() {
        let key = |key: &str, scopes: &[&str]| model::snapshot::CallerKey {
            hash: hash(key),
            expires_at: None,
            scopes: scopes.iter().map(|scope| (*scope).into()).collect(),
        };
        let keys = vec![key("first-key", &[]), key("second-key", &["orders:read"])];
        let ada = caller("consumer", "ada", model::snapshot::Access::Any);
        let ada = model::snapshot::Caller { keys: keys.into(), ..(*ada).clone() };
        let filter = build("key-auth", "{}");
        for (key, scopes) in [("first-key", &[][..]), ("second-key", &["orders:read"])] {
            let mut req = RequestBuilder::get("/").known(ada.clone()).header("x-api-key", key).build();
            pass(&*filter, &mut req);
            let found: Vec<_> = req.identity.as_ref().unwrap().scopes.iter().map(|scope| &**scope).collect();
            assert_eq!(found, scopes);
        }
    }

    #[test]
    fn an_app_may_call_what_it_is_subscribed_to_and_nothing_else() {
        let filter = build("key-auth", "{}");
        let mut req = request("/orders").header("x-api-key", SHOP).build();
        pass(&*filter, &mut req);
        assert_eq!(&*req.identity.as_ref().unwrap().entitlement().unwrap().plan, "free");

        for service in ["api/bills@v1", "route/health"] {
            let mut req = request("/orders").service(service).header("x-api-key", SHOP).build();
            assert_eq!(refused(&*filter, &mut req).kind.code, "subscription-required");
            assert_eq!(&*req.identity.as_ref().unwrap().caller.name, "shop");
        }
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        assert_eq!(invalid("key-auth", "{ headers: [ok, 'a b'] }").field, "headers[1]");
        assert_eq!(invalid("key-auth", "{ query: [''] }").field, "query[0]");
        assert!(invalid("key-auth", "{ headers: [] }").message.contains("at least one"));
    }
}
