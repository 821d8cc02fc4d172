//! From what somebody who is trusted says of a caller to the caller: the same for every kind of token.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jose::Why;
use model::snapshot::{Access, Caller, Scopes};
use policy::{Proof, prelude::*};
use serde_json::{Map, Value as Json};

use crate::{
    claim::{Path, text_of, texts_of},
    text::header_name,
};

/// The longest name of a caller, bytes.
const LONGEST_SUBJECT: usize = 255;

/// What becomes of callers that are no registered consumers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unregistered {
    /// They are let in as external callers.
    #[default]
    Accept,
    /// They are answered `403`.
    Refuse,
}

/// Which claims say what, as a policy configures it.
pub(crate) struct ClaimNames {
    pub(crate) consumer: String,
    pub(crate) groups: Option<String>,
    pub(crate) scopes: Option<String>,
    pub(crate) plan: Option<String>,
    pub(crate) forward: BTreeMap<String, String>,
    pub(crate) unregistered: Unregistered,
}

/// Which claims say what.
pub(crate) struct Reading {
    subject: Path,
    groups: Option<Path>,
    scopes: Option<Path>,
    plan: Option<Path>,
    forwards: Vec<(HeaderName, Path)>,
    unregistered: Unregistered,
}

/// What was said of a caller, and believed.
pub(crate) struct Said {
    claims: Arc<Json>,
    scopes: Scopes,
    /// Whose policies hold for them.
    plan: Option<Arc<str>>,
    subject: Box<str>,
    /// Who calls where no consumer is registered.
    external: Arc<Caller>,
    /// The SHA-256 of the client certificate that it is bound to (RFC 8705 §3.1).
    bound: Option<[u8; 32]>,
}

impl Said {
    /// Whether a token with these claims may be used on the connection of a request: one that is bound to a certificate on none but the
    /// connections of its owner (RFC 8705 §3). `must` asks that it is bound.
    ///
    /// # Errors
    /// Why it may not.
    pub(crate) fn fits(&self, req: &Request, must: bool) -> Result<(), Why> {
        let Some(bound) = &self.bound else {
            return if must { Err("it is not bound to a certificate".into()) } else { Ok(()) };
        };
        match &req.certificate {
            None => Err("it is bound to a certificate, and the connection has none".into()),
            Some(shown) if shown.thumbprint() != bound => {
                Err("it is bound to another certificate than that of the connection".into())
            }
            Some(_) => Ok(()),
        }
    }
}

/// The certificate that claims are bound to.
fn bound(claims: &Map<String, Json>) -> Result<Option<[u8; 32]>, Why> {
    let Some(told) = claims.get("cnf").and_then(|confirmed| confirmed.get("x5t#S256")) else {
        return Ok(None);
    };
    let thumbprint = told.as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let thumbprint = thumbprint.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    thumbprint.map(Some).ok_or_else(|| "its `cnf` holds no thumbprint of a certificate".into())
}

impl ClaimNames {
    /// # Errors
    /// What is no claim or header, naming the field.
    pub(crate) fn read(self) -> Result<Reading, Invalid> {
        let path =
            |text: &str, field: &str| Path::read(text).map_err(|message| Invalid::field(field, message));
        let optional =
            |claim: Option<String>, field: &str| claim.map(|claim| path(&claim, field)).transpose();
        let mut forwards = Vec::with_capacity(self.forward.len());
        for (name, claim) in &self.forward {
            let field = format!("forward_claims.{name}");
            forwards.push((header_name(name, &field)?, path(claim, &field)?));
        }
        Ok(Reading {
            subject: path(&self.consumer, "consumer_claim")?,
            groups: optional(self.groups, "groups_claim")?,
            scopes: optional(self.scopes, "scopes_claim")?,
            plan: optional(self.plan, "plan_claim")?,
            forwards,
            unregistered: self.unregistered,
        })
    }
}

impl Reading {
    /// What claims say of a caller.
    ///
    /// # Errors
    /// Why they cannot be used.
    pub(crate) fn of(&self, claims: Map<String, Json>, workspace: &str) -> Result<Said, Why> {
        let list = |path: &Option<Path>, usual: &[&str]| -> Vec<String> {
            let found = match path {
                Some(path) => path.find(&claims),
                None => usual.iter().find_map(|name| claims.get(*name)),
            };
            found.map(texts_of).unwrap_or_default().into_iter().map(str::to_owned).collect()
        };
        let subject = match self.subject.find(&claims) {
            Some(Json::String(text)) => text.clone(),
            Some(Json::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        if subject.len() > LONGEST_SUBJECT {
            return Err("its subject is too long".into());
        }
        let key = match claims.get("iss").and_then(Json::as_str) {
            Some(issuer) => format!("external/{subject}@{issuer}"),
            None => format!("external/{subject}"),
        };
        let external = Arc::new(Caller {
            key: key.into(),
            name: subject.as_str().into(),
            workspace: workspace.parse().map_err(|_| "it came to no workspace")?,
            custom_id: None,
            groups: list(&self.groups, &[]).into(),
            keys: Box::default(),
            logins: Box::default(),
            client: None,
            access: Access::Any,
            policies: Box::default(),
        });
        let scopes = list(&self.scopes, &["scope", "scp"]);
        let scopes = scopes.iter().map(|scope| Arc::from(scope.as_str())).collect();
        let bound = bound(&claims)?;
        let plan =
            self.plan.as_ref().and_then(|path| text_of(path.find(&claims)?)).map(|plan| Arc::from(&*plan));
        Ok(Said {
            bound,
            scopes,
            plan,
            subject: subject.into(),
            external,
            claims: Arc::new(Json::Object(claims)),
        })
    }

    /// Whether whom this names is a registered consumer.
    pub(crate) fn is_registered(&self, said: &Said, req: &Request) -> bool {
        !said.subject.is_empty() && req.world.by_subject(&said.subject).is_some()
    }

    /// Says who calls, and tells the upstream what it is to be told.
    pub(crate) fn let_in(&self, said: &Said, proof: Proof, req: &mut Request) -> Flow {
        let registered = match &*said.subject {
            "" => None,
            subject => req.world.by_subject(subject),
        };
        if registered.is_none() && self.unregistered == Unregistered::Refuse {
            let detail = "the credentials are valid, but whom they name is not registered here";
            return Err(Problem::new(problems::FORBIDDEN, detail).into());
        }
        let caller = registered.unwrap_or_else(|| Arc::clone(&said.external));
        for (name, claim) in &self.forwards {
            req.head.headers.remove(name);
            let claim = said.claims.as_object().and_then(|claims| claim.find(claims));
            let value =
                claim.and_then(text_of).and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok());
            if let Some(value) = value {
                req.head.headers.insert(name, value);
            }
        }
        let (scopes, claims) = (Arc::clone(&said.scopes), Some(Arc::clone(&said.claims)));
        let plan = said.plan.clone();
        req.identify(Identity { proofs: proof.into(), scopes, claims, plan, ..Identity::of(caller) })
    }
}
