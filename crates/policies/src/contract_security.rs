//! `contract-security`: what a contract's `security` asks for.

use std::collections::BTreeSet;

use http::header::WWW_AUTHENTICATE;
use policy::{Proof, prelude::*};

use crate::acl::{insufficient_scope, is_scope};

/// Refuses calls that do not come with what the contract's `security` asks for.
///
/// It stands before every operation whose contract declares `security`, without being written: a caller must have been recognized by an
/// authentication policy that fits a scheme of the contract, and its credential must have the scopes that the contract names. So an operation
/// that declares a scheme is never reachable without it, also where an authentication policy is forgotten, or its `when` does not hold. Write
/// `contract-security: { enforce: false }` at an API or operation where somebody else enforces it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ContractSecurity {
    /// Whether anything is refused.
    enforce: bool,
    /// The alternatives, of which one must be met: as the contract says them, where this is not written.
    any_of: Vec<Alternative>,
}

impl Default for ContractSecurity {
    fn default() -> ContractSecurity {
        ContractSecurity { enforce: true, any_of: Vec::new() }
    }
}

/// Schemes that are needed together.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Alternative {
    /// What a caller must have been recognized by, all of them.
    schemes: Vec<Scheme>,
    /// Scopes that the credential must have, all of them.
    #[serde(default)]
    scopes: Vec<String>,
}

/// A way to say who calls, as contracts name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Scheme {
    /// An API key: `key-auth`.
    ApiKey,
    /// A name and password: `basic-auth`.
    Basic,
    /// A token: `jwt-auth`.
    Bearer,
    /// A token: `jwt-auth`.
    Oauth2,
    /// A token: `jwt-auth`.
    OpenIdConnect,
    /// A certificate.
    MutualTls,
    /// Whatever recognizes callers.
    Other,
}

impl Scheme {
    fn is_met(self, identity: &Identity) -> bool {
        let proof = match self {
            Scheme::ApiKey => Proof::Key,
            Scheme::Basic => Proof::Password,
            Scheme::Bearer | Scheme::Oauth2 | Scheme::OpenIdConnect => Proof::Token,
            Scheme::MutualTls => Proof::Certificate,
            Scheme::Other => return true,
        };
        identity.proofs.has(proof) || identity.proofs.has(Proof::Elsewhere)
    }

    /// What the client is asked for.
    fn challenge(self) -> Option<HeaderValue> {
        match self {
            Scheme::ApiKey => Some(HeaderValue::from_static("ApiKey realm=\"pailou\"")),
            Scheme::Basic => Some(HeaderValue::from_static("Basic realm=\"pailou\", charset=\"UTF-8\"")),
            Scheme::Bearer | Scheme::Oauth2 | Scheme::OpenIdConnect => {
                Some(HeaderValue::from_static("Bearer realm=\"pailou\""))
            }
            Scheme::MutualTls | Scheme::Other => None,
        }
    }
}

impl Policy for ContractSecurity {
    const NAME: &'static str = "contract-security";
    const STAGE: Stage = Stage::Authorize;
    const EXAMPLE: &'static str = "{ any_of: [{ schemes: [api-key] }, { schemes: [oauth2], scopes: [orders:read] }] }";
    // A plan must not take away what the contract asks for.
    const FOR_CALLERS: bool = false;

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        for (at, alternative) in self.any_of.iter().enumerate() {
            if alternative.schemes.is_empty() {
                return Err(Invalid::field(format!("any_of[{at}].schemes"), "name at least one scheme"));
            }
            if let Some(index) = alternative.scopes.iter().position(|scope| !is_scope(scope)) {
                return Err(Invalid::field(format!("any_of[{at}].scopes[{index}]"), "this is no scope"));
            }
        }
        let any_of = if self.enforce { self.any_of } else { Vec::new() };
        let schemes: BTreeSet<Scheme> =
            any_of.iter().flat_map(|alternative| &alternative.schemes).copied().collect();
        let challenges = schemes.into_iter().filter_map(Scheme::challenge).collect();
        Ok(Box::new(Needed { any_of, challenges }))
    }
}

/// The running form of [`ContractSecurity`].
struct Needed {
    any_of: Vec<Alternative>,
    challenges: Vec<HeaderValue>,
}

impl Filter for Needed {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        self.check(req).into()
    }
}

impl Needed {
    fn check(&self, req: &Request) -> Flow {
        if self.any_of.is_empty() {
            return Ok(());
        }
        let met = |alternative: &&Alternative| {
            req.identity
                .as_ref()
                .is_some_and(|identity| alternative.schemes.iter().all(|scheme| scheme.is_met(identity)))
        };
        let mut missing = None;
        for alternative in self.any_of.iter().filter(met) {
            let has = |scope: &&String| {
                req.identity.as_ref().is_some_and(|who| who.scopes.iter().any(|had| **had == ***scope))
            };
            let lacks: Vec<&String> = alternative.scopes.iter().filter(|scope| !has(scope)).collect();
            if lacks.is_empty() {
                return Ok(());
            }
            missing.get_or_insert(lacks);
        }
        if let Some(lacks) = missing {
            return Err(insufficient_scope(&lacks, false).into());
        }
        let detail = "the contract asks for credentials that the request does not carry";
        let why = match &req.identity {
            Some(_) => "contract-security: the caller was recognized by a policy that fits no scheme of the contract",
            None => "contract-security: no authentication policy recognized a caller",
        };
        let mut problem = Problem::new(problems::UNAUTHENTICATED, detail).because(why);
        for challenge in &self.challenges {
            problem = problem.with_header(WWW_AUTHENTICATE, challenge.clone());
        }
        Err(problem.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn request(proof: Option<Proof>, scopes: &[&str]) -> Request {
        let mut req = RequestBuilder::get("/").identity("ada").build();
        let identity = req.identity.as_mut().unwrap();
        identity.scopes = scopes.iter().map(|scope| (*scope).into()).collect();
        match proof {
            Some(proof) => identity.proofs.add(proof),
            None => req.identity = None,
        }
        req
    }

    #[test]
    fn one_alternative_must_be_met_whole() {
        let config = "{ any_of: [{ schemes: [api-key] }, { schemes: [oauth2], scopes: [read, write] }, { schemes: [basic, mutual-tls] }] }";
        let filter = build("contract-security", config);
        for (proof, scopes, code) in [
            (Some(Proof::Key), &[][..], None),
            (Some(Proof::Token), &["read", "write"][..], None),
            (Some(Proof::Token), &["read"][..], Some("forbidden")),
            (Some(Proof::Password), &["read", "write"][..], Some("unauthenticated")),
            (Some(Proof::Elsewhere), &[][..], None),
            (None, &[][..], Some("unauthenticated")),
        ] {
            let flow = decide(&*filter, &mut request(proof, scopes));
            let found = flow.err().map(|reply| problem_of(reply).kind.code);
            assert_eq!(found, code, "{proof:?} {scopes:?}");
        }
        let problem = refused(&*filter, &mut request(None, &[]));
        let challenges: Vec<_> = problem.headers.iter().map(|(_, value)| value.to_str().unwrap()).collect();
        assert_eq!(challenges.len(), 3, "{challenges:?}");
        let problem = refused(&*filter, &mut request(Some(Proof::Token), &["read"]));
        assert!(problem.detail.contains("`write`") && !problem.detail.contains("`read`"));
    }

    #[test]
    fn where_it_is_not_enforced_nothing_is_asked_for() {
        for config in ["{ enforce: false }", "{ enforce: false, any_of: [{ schemes: [basic] }] }", "{}"] {
            pass(&*build("contract-security", config), &mut request(None, &[]));
        }
        assert_eq!(invalid("contract-security", "{ any_of: [{ schemes: [] }] }").field, "any_of[0].schemes");
        let config = "{ any_of: [{ schemes: [oauth2], scopes: ['a b'] }] }";
        assert_eq!(invalid("contract-security", config).field, "any_of[0].scopes[0]");
    }
}
