//! `authenticate`: several ways to say who calls.

use std::fmt;

use http::header::WWW_AUTHENTICATE;
use policy::{PolicyEntry, prelude::*};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{
    Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value as Json;

use crate::CATALOG;

/// Methods that may be named.
const MOST: usize = 8;

/// Lets in callers by any of several authentication policies, or by all of them together.
///
/// Of `any_of` those are asked whose credentials the request carries, in their order, and the first that lets the caller in says who it is. Of `all_of` each
/// must, and they must not name two registered callers. A request without any credentials is refused with `401` and told all that is expected, unless
/// `anonymous` says that it may pass.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Authenticate {
    /// Authentication policies with their configurations, of which one must let the caller in: `[{ key-auth: {} }, { jwt-auth: { … } }]`.
    any_of: Vec<Method>,
    /// Authentication policies with their configurations, of which each must let the caller in.
    all_of: Vec<Method>,
    /// Whether requests that carry no credentials pass, with no caller known. Credentials that are wrong are refused all the same.
    anonymous: bool,
}

/// A policy by name, and its configuration.
struct Method(String, Json);

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
        struct OneKey;

        impl<'de> Visitor<'de> for OneKey {
            type Value = Method;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one policy with its configuration, such as `key-auth: {}`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Method, A::Error> {
                let none = || A::Error::custom("this is no policy; write one, such as `key-auth: {}`");
                let (name, config) = map.next_entry()?.ok_or_else(none)?;
                match map.next_key::<String>()? {
                    None => Ok(Method(name, config)),
                    Some(other) => Err(A::Error::custom(format!("`{other}` is a policy more; make it an item of its own"))),
                }
            }
        }

        deserializer.deserialize_map(OneKey)
    }
}

impl JsonSchema for Method {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Method".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": { "type": "object" } })
    }
}

/// What the methods of a configuration name, each with its field.
fn of_methods(
    config: &Json,
    named: impl Fn(PolicyEntry, &Json) -> Vec<(String, String)>,
) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for field in ["any_of", "all_of"] {
        let methods = config.get(field).and_then(Json::as_array).into_iter().flatten().enumerate();
        for (at, (name, config)) in methods.flat_map(|(at, method)| method.as_object().into_iter().flatten().map(move |named| (at, named))) {
            // It does not hold another one of its kind.
            let Some(entry) = CATALOG.find(name).ok().filter(|_| name != Authenticate::NAME) else { continue };
            files.extend(named(entry, config).into_iter().map(|(inner, path)| (format!("{field}[{at}].{name}.{inner}"), path)));
        }
    }
    files
}

impl Policy for Authenticate {
    const NAME: &'static str = "authenticate";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ any_of: [{ key-auth: {} }, { basic-auth: {} }] }";

    fn files(config: &Json) -> Vec<(String, String)> {
        of_methods(config, |entry, config| entry.files(config))
    }

    fn files_where_it_runs(config: &Json) -> Vec<(String, String)> {
        of_methods(config, |entry, config| entry.files_where_it_runs(config))
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let (field, methods, all) = match (self.any_of.is_empty(), self.all_of.is_empty()) {
            (false, true) => ("any_of", self.any_of, false),
            (true, false) => ("all_of", self.all_of, true),
            _ => return Err(Invalid::whole("name the policies in `any_of` or in `all_of`, and not in both")),
        };
        if methods.len() > MOST {
            return Err(Invalid::field(field, format!("has {MOST} policies at most")));
        }
        if all && self.anonymous {
            return Err(Invalid::field("anonymous", "goes with `any_of`; where all are needed nobody is anonymous"));
        }
        let mut filters = Vec::with_capacity(methods.len());
        for (at, Method(name, config)) in methods.iter().enumerate() {
            let place = format!("{field}[{at}].{name}");
            let entry = CATALOG.find(name).map_err(|invalid| Invalid::field(&*place, invalid.message))?;
            if entry.stage() != Stage::Authenticate || name == Self::NAME {
                return Err(Invalid::field(place, format!("`{name}` does not say who calls")));
            }
            let filter = entry.build(config, cx).map_err(|invalid| match &*invalid.field {
                "" => Invalid::field(&*place, invalid.message),
                inner => Invalid::field(format!("{place}.{inner}"), invalid.message),
            })?;
            filters.push(filter);
        }
        Ok(Box::new(Methods { filters, all, anonymous: self.anonymous }))
    }
}

/// The running form of [`Authenticate`].
struct Methods {
    filters: Vec<Box<dyn Filter>>,
    all: bool,
    anonymous: bool,
}

impl Filter for Methods {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if let Some(filter) = self.filters.iter().find(|filter| filter.owns(req)) {
            return filter.on_request(req);
        }
        if !self.all && self.anonymous && !self.carries(req) {
            return Step::Done(Ok(()));
        }
        match self.all {
            true => Step::wait(self.every(req)),
            false => Step::wait(self.any(req)),
        }
    }

    fn asks_for_certificate(&self) -> bool {
        self.filters.iter().any(|filter| filter.asks_for_certificate())
    }

    fn carries(&self, req: &Request) -> bool {
        self.filters.iter().any(|filter| filter.carries(req))
    }

    fn owns(&self, req: &Request) -> bool {
        self.filters.iter().any(|filter| filter.owns(req))
    }
}

impl Methods {
    async fn any(&self, req: &mut Request) -> Flow {
        let mut refused = Vec::new();
        let none = !self.carries(req);
        for filter in &self.filters {
            if !none && !filter.carries(req) {
                continue;
            }
            match ask(&**filter, req).await {
                Ok(()) => return Ok(()),
                Err(reply) => refused.push((reply, req.identity.take())),
            }
        }
        // What says more than that the credentials are wrong comes first, with whom it is about.
        let telling = |reply: &Reply| matches!(reply, Reply::Problem(problem) if problem.kind != problems::UNAUTHENTICATED);
        if let Some(at) = refused.iter().position(|(reply, _)| telling(reply)) {
            let (reply, identity) = refused.swap_remove(at);
            req.identity = identity;
            return Err(reply);
        }
        // A browser that has nothing to show is sent to sign in.
        if none && let Some(at) = refused.iter().position(|(reply, _)| matches!(reply, Reply::Answer(_))) {
            return Err(refused.swap_remove(at).0);
        }
        let mut replies = refused.into_iter().map(|(reply, _)| reply);
        let Some(Reply::Problem(mut first)) = replies.next() else {
            return Err(Problem::new(problems::UNAUTHENTICATED, "send credentials").into());
        };
        let mut details = vec![first.detail.to_string()];
        for reply in replies {
            let Reply::Problem(other) = reply else { continue };
            details.push(other.detail.to_string());
            first.headers.extend(other.headers.into_iter().filter(|(name, _)| *name == WWW_AUTHENTICATE));
            first.cause = first.cause.or(other.cause);
            first.guess |= other.guess;
        }
        first.detail = details.join("; or ").into();
        Err(Reply::Problem(first))
    }

    async fn every(&self, req: &mut Request) -> Flow {
        let mut known: Option<Identity> = None;
        for filter in &self.filters {
            req.identity = None;
            ask(&**filter, req).await?;
            let Some(found) = req.identity.take() else { continue };
            known = Some(match known {
                None => found,
                Some(earlier) => both(earlier, found)?,
            });
        }
        req.identity = known;
        Ok(())
    }
}

async fn ask(filter: &dyn Filter, req: &mut Request) -> Flow {
    match filter.on_request(req) {
        Step::Done(flow) => flow,
        Step::Wait(decision) => decision.await,
    }
}

/// One caller, recognized twice.
fn both(one: Identity, other: Identity) -> Result<Identity, Problem> {
    let external = |identity: &Identity| identity.caller.key.starts_with("external/");
    if !external(&one) && !external(&other) && one.caller.key != other.caller.key {
        let detail = "the request carries credentials of two callers";
        let cause = format!("authenticate: `{}` and `{}` at once", one.caller.key, other.caller.key);
        return Err(Problem::new(problems::FORBIDDEN, detail).because(cause));
    }
    let proofs = one.proofs.and(other.proofs);
    let (mut main, other) = if external(&one) && !external(&other) { (other, one) } else { (one, other) };
    if main.claims.is_none() {
        main.claims = other.claims;
    }
    if main.scopes.is_empty() {
        main.scopes = other.scopes;
    }
    main.proofs = proofs;
    main.key = main.key.or(other.key);
    main.username = main.username.take().or(other.username);
    Ok(main)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use model::snapshot::{Access, Caller, CallerKey, Login};
    use policy::{PasswordHash, Proof};

    use super::*;
    use crate::testing::*;

    const EITHER: &str = "{ any_of: [{ key-auth: {} }, { basic-auth: {} }] }";
    const BOTH: &str = "{ all_of: [{ key-auth: {} }, { basic-auth: {} }] }";

    fn request() -> RequestBuilder {
        let known = |name: &str| {
            let password_hash = PasswordHash::of(format!("password of {name}").as_bytes()).to_string().into();
            let login = Login { username: name.into(), password_hash, expires_at: None, scopes: ["basic".into()].into() };
            let key = CallerKey { hash: hash(&format!("key-of-{name}")), expires_at: None, scopes: Default::default() };
            Caller { logins: Box::new([login]), keys: Box::new([key]), ..(*caller("consumer", name, Access::Any)).clone() }
        };
        RequestBuilder::get("/").known(known("ada")).known(known("eve")).app("shop", "key-of-shop", "other@v1")
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn outcome(config: &str, req: RequestBuilder) -> Result<(String, Identity), Problem> {
        let mut req = req.build();
        match decide_later(&*build("authenticate", config), &mut req) {
            Ok(()) => {
                let identity = req.identity.expect("somebody");
                Ok((identity.caller.key.to_string(), identity))
            }
            Err(reply) => Err(problem_of(reply)),
        }
    }

    #[test]
    fn any_of_several_says_who_calls() {
        let (who, identity) = outcome(EITHER, request().header("x-api-key", "key-of-ada")).unwrap();
        assert!(who == "consumer/ada" && identity.proofs.has(Proof::Key) && !identity.proofs.has(Proof::Password));
        let by_password = request().header("authorization", &basic("eve:password of eve"));
        assert_eq!(outcome(EITHER, by_password).unwrap().0, "consumer/eve");
        let wrong_key = request().header("x-api-key", "guess").header("authorization", &basic("eve:password of eve"));
        assert_eq!(outcome(EITHER, wrong_key).unwrap().0, "consumer/eve");

        let nothing = outcome(EITHER, request()).unwrap_err();
        assert_eq!((nothing.kind.code, nothing.headers.len()), ("unauthenticated", 2));
        let wrong = outcome(EITHER, request().header("authorization", &basic("eve:guess"))).unwrap_err();
        assert_eq!((wrong.kind.code, wrong.headers.len()), ("unauthenticated", 1));
        let unsubscribed = outcome(EITHER, request().header("x-api-key", "key-of-shop")).unwrap_err();
        assert_eq!(unsubscribed.kind.code, "subscription-required");
    }

    #[test]
    fn all_of_several_must_name_one_caller() {
        let ada = || request().header("x-api-key", "key-of-ada");
        let (who, identity) = outcome(BOTH, ada().header("authorization", &basic("ada:password of ada"))).unwrap();
        assert!(who == "consumer/ada" && identity.proofs.has(Proof::Key) && identity.proofs.has(Proof::Password));
        assert_eq!(&*identity.scopes[0], "basic");
        let mixed = outcome(BOTH, ada().header("authorization", &basic("eve:password of eve"))).unwrap_err();
        assert_eq!(mixed.kind.code, "forbidden");
        assert_eq!(outcome(BOTH, ada()).unwrap_err().kind.code, "unauthenticated");
        let one = request().header("authorization", &basic("ada:password of ada"));
        assert_eq!(outcome(BOTH, one).unwrap_err().kind.code, "unauthenticated");
    }

    #[test]
    fn anonymous_callers_pass_where_that_is_said_and_wrong_credentials_never_do() {
        let open = "{ any_of: [{ key-auth: {} }, { basic-auth: {} }], anonymous: true }";
        let filter = build("authenticate", open);
        let mut req = request().build();
        pass(&*filter, &mut req);
        assert!(req.identity.is_none());
        assert!(outcome(open, request().header("x-api-key", "guess")).is_err());
        assert_eq!(outcome(open, request().header("x-api-key", "key-of-ada")).unwrap().0, "consumer/ada");
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        for (config, field) in [
            ("{}", ""),
            ("{ any_of: [{ key-auth: {} }], all_of: [{ key-auth: {} }] }", ""),
            ("{ any_of: [{ key-auth: { headers: ['a b'] } }] }", "any_of[0].key-auth.headers[0]"),
            ("{ any_of: [{ key-auth: 7 }] }", "any_of[0].key-auth"),
            ("{ any_of: [{ cors: { origins: ['*'] } }] }", "any_of[0].cors"),
            ("{ any_of: [{ authenticate: { any_of: [] } }] }", "any_of[0].authenticate"),
            ("{ all_of: [{ no-such: {} }] }", "all_of[0].no-such"),
            ("{ any_of: [{}] }", "any_of[0]"),
            ("{ any_of: [{ key-auth: {}, basic-auth: {} }] }", "any_of[0]"),
            ("{ all_of: [{ key-auth: {} }], anonymous: true }", "anonymous"),
        ] {
            assert_eq!(invalid("authenticate", config).field, field, "{config}");
        }
    }
}
