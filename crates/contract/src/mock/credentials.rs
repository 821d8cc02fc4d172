//! Credentials that an operation asks for: whether they came, not whether they are right.

use schema::Json;

use super::examples::below;
use crate::{Dialect, conform::Conformance};

/// What a request does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// What would do, in the words of the contract: `petstore_auth or api_key`.
    pub needs: String,
    /// Values for `WWW-Authenticate`.
    pub challenges: Vec<&'static str>,
}

/// The alternatives of an operation's `security`; none where nothing is needed.
#[derive(Debug, Default)]
pub struct Needs(Vec<Vec<Scheme>>);

/// A way to say who calls.
#[derive(Debug)]
pub struct Scheme {
    pub name: Box<str>,
    pub credential: Credential,
}

/// Where a credential stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A header, by its name in lower case.
    Header(String),
    Query(String),
    Cookie(String),
    Basic,
    Bearer,
    /// A scheme of HTTP by its name.
    Other(String),
    /// It is not seen in a request, such as a certificate.
    Unseen,
}

impl Needs {
    /// What has to be there at once, any one of these; nothing where nothing is needed, or a credential is only one of the ways.
    pub fn alternatives(&self) -> &[Vec<Scheme>] {
        if self.0.iter().any(Vec::is_empty) { &[] } else { &self.0 }
    }

    pub fn read(conformance: &Conformance, operation: &str) -> Needs {
        let Some(place) = conformance.place(operation) else { return Needs::default() };
        let source = &conformance.source;
        let own = source.get(&format!("{}/{}/security", place.item, place.field));
        let Some(Json::Array(alternatives)) = own.or_else(|| source.get("/security")) else {
            return Needs::default();
        };
        let root = match conformance.dialect {
            Dialect::Swagger20 => "/securityDefinitions",
            _ => "/components/securitySchemes",
        };
        let scheme = |name: &String| {
            let credential =
                below(conformance, root, name).map_or(Credential::Unseen, |scheme| read(&scheme));
            Scheme { name: name.as_str().into(), credential }
        };
        let all = alternatives.iter().filter_map(Json::as_object);
        Needs(all.map(|schemes| schemes.keys().map(scheme).collect()).collect())
    }

    pub fn lacking(&self, query: Option<&str>, field: &dyn Fn(&str) -> Option<String>) -> Option<Lacking> {
        let has = |scheme: &Scheme| scheme.credential.is_in(query, field);
        if self.0.is_empty() || self.0.iter().any(|schemes| schemes.iter().all(has)) {
            return None;
        }
        let names = |schemes: &Vec<Scheme>| {
            schemes.iter().map(|scheme| format!("`{}`", scheme.name)).collect::<Vec<_>>().join(" with ")
        };
        let mut challenges = Vec::new();
        for scheme in self.0.iter().flatten() {
            let challenge = scheme.credential.challenge();
            challenges.extend(challenge.filter(|challenge| !challenges.contains(challenge)));
        }
        Some(Lacking { needs: self.0.iter().map(names).collect::<Vec<_>>().join(" or "), challenges })
    }
}

fn read(scheme: &Json) -> Credential {
    let text = |field: &str| scheme.get(field).and_then(Json::as_str).unwrap_or_default();
    match (text("type"), text("in")) {
        ("apiKey", "header") => Credential::Header(text("name").to_ascii_lowercase()),
        ("apiKey", "query") => Credential::Query(text("name").to_owned()),
        ("apiKey", "cookie") => Credential::Cookie(text("name").to_owned()),
        ("basic", _) => Credential::Basic,
        ("oauth2" | "openIdConnect", _) => Credential::Bearer,
        ("http", _) => match &*text("scheme").to_ascii_lowercase() {
            "basic" => Credential::Basic,
            "bearer" => Credential::Bearer,
            other => Credential::Other(other.to_owned()),
        },
        _ => Credential::Unseen,
    }
}

impl Credential {
    fn is_in(&self, query: Option<&str>, field: &dyn Fn(&str) -> Option<String>) -> bool {
        let authorized = |scheme: &str| {
            field("authorization").is_some_and(|value| {
                let (said, rest) = value.split_once(' ').unwrap_or((&value, ""));
                said.eq_ignore_ascii_case(scheme) && !rest.trim().is_empty()
            })
        };
        match self {
            Credential::Header(name) => field(name).is_some(),
            Credential::Query(name) => query.is_some_and(|query| {
                query.split('&').any(|pair| {
                    let known =
                        percent_encoding::percent_decode_str(pair.split('=').next().unwrap_or_default());
                    known.decode_utf8_lossy() == name.as_str()
                })
            }),
            Credential::Cookie(name) => field("cookie").is_some_and(|cookies| {
                cookies.split(';').any(|cookie| cookie.split('=').next().unwrap_or_default().trim() == name)
            }),
            Credential::Basic => authorized("basic"),
            Credential::Bearer => authorized("bearer"),
            Credential::Other(scheme) => authorized(scheme),
            Credential::Unseen => true,
        }
    }

    fn challenge(&self) -> Option<&'static str> {
        match self {
            Credential::Basic => Some("Basic realm=\"mock\", charset=\"UTF-8\""),
            Credential::Bearer => Some("Bearer realm=\"mock\""),
            Credential::Header(_) | Credential::Query(_) | Credential::Cookie(_) => {
                Some("ApiKey realm=\"mock\"")
            }
            Credential::Other(_) | Credential::Unseen => None,
        }
    }
}
