//! What stands before every endpoint: who calls, whether they may, and how large a body may be.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::{
    extract::{DefaultBodyLimit, FromRequestParts, RawPathParams, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use control::{Actor, Authority, Permission, Reach, Scope, Through, Verb, Who};
use http::{HeaderMap, header, request::Parts};
use model::Name;
use policy::problems;
use store::Origin;
use tokio::time::timeout;
use tracing::Instrument;

use super::{About, Access, Audience, cookie_of, same_origin};
use crate::{
    endpoint::{Part, Sketch, workspace_of},
    guard::{AbortOnDrop, ClientAddress, DEADLINE, Load, Turn, too_slow},
    problem::Refusal,
    state::App,
};

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) kind: Who,
    /// The workspace a developer belongs to.
    pub(crate) workspace: Name,
    pub(crate) display_name: String,
    /// The token that must come with unsafe requests; only a session has one.
    pub(crate) csrf: Option<String>,
    /// What their session is kept under, where they are in one.
    pub(crate) session: Option<[u8; 32]>,
}

/// What stands before one endpoint.
pub(crate) struct Gate {
    pub(crate) app: App,
    pub(crate) audience: Audience,
    pub(crate) access: Access,
    /// Whether people show first that it is them.
    pub(crate) confirmed: bool,
    pub(crate) about: About,
    /// Whether pages of other sites may have a browser send it.
    pub(crate) elsewhere: bool,
    pub(crate) load: Load,
}

impl Gate {
    pub(crate) fn before(self, route: MethodRouter<App>) -> MethodRouter<App> {
        let limit = DefaultBodyLimit::max(self.load.body());
        route.route_layer(limit).route_layer(middleware::from_fn_with_state(Arc::new(self), pass))
    }

    async fn admit(&self, head: &mut Parts) -> Result<Turn, Refusal> {
        let unsafe_method = !head.method.is_safe();
        if unsafe_method && !self.elsewhere && !same_origin(&head.headers, self.app.public_host().as_deref())
        {
            return Err(Refusal::new(problems::FORBIDDEN, "the request comes from a page of another site"));
        }
        if self.access == Access::Gateway {
            self.check_gateway(head).await?;
        } else if self.access != Access::Public {
            let caller = self.caller(head).await?;
            let workspace = workspace_of(&head.headers)?;
            // A session at one portal is none at another.
            if caller.kind == Who::Developer && caller.workspace != workspace {
                return Err(Refusal::unauthenticated("sign in first"));
            }
            self.app.control.check_workspace(&workspace)?;
            caller.sees(&workspace)?;
            caller.may(self.access, &workspace)?;
            if let Access::With(permission) = self.access {
                self.within_part(head, &caller, permission, &workspace).await?;
            }
            if unsafe_method && let Some(csrf) = &caller.csrf {
                check_csrf(&head.headers, csrf)?;
            }
            if self.confirmed && !caller.actor.is_confirmed {
                return Err(control::Error::Unconfirmed.into());
            }
            head.extensions.insert(caller);
        }
        self.app.bounds.turn(self.load).await
    }

    /// Holds what a request names against a permission that is for a part alone.
    async fn within_part(
        &self,
        head: &mut Parts,
        caller: &Caller,
        permission: Permission,
        workspace: &Name,
    ) -> Result<(), Refusal> {
        let actor = &caller.actor;
        let reads = permission.verb == Verb::Read;
        let is_part = actor.authority.reach(permission, workspace) == Reach::Own;
        // What one owns alone is judged as it is changed.
        if !is_part || !(reads || actor.authority.is_for_some()) {
            return Ok(());
        }
        match self.about {
            About::Part => Ok(()),
            About::Whole if reads => {
                let detail = format!(
                    "`{permission}` holds for some APIs, and this is about more in workspace `{workspace}`"
                );
                let refusal = Refusal::new(problems::FORBIDDEN, detail);
                Err(refusal.with("permission", permission.to_string().into()))
            }
            About::Whole => Ok(()),
            About::Document(kind) => {
                let id = named(head).await;
                Ok(self.app.control.permit_named(actor, workspace, permission, (kind, &id))?)
            }
            About::Review => {
                // What is no number is no review: the endpoint says so.
                let Ok(number) = named(head).await.parse() else { return Ok(()) };
                Ok(self.app.control.permit_review(actor, workspace, permission, number).await?)
            }
        }
    }

    /// A secret for this alone: who reads what gateways run has the private keys of certificates.
    async fn check_gateway(&self, head: &Parts) -> Result<(), Refusal> {
        let Some(token) = &self.app.options.gateway_token else {
            return Err(Refusal::unauthenticated(
                "this control plane takes no gateways: it has no token for them",
            ));
        };
        let sent = head.headers.get(header::AUTHORIZATION).and_then(|value| bearer(value.to_str().ok()?));
        let accepted = sent.is_some_and(|sent| token.is(sent));
        self.write_down(head, Through::Gateway, accepted.then_some("gateway")).await;
        match accepted {
            true => Ok(()),
            false => Err(Refusal::unauthenticated("the token is not the one for gateways")),
        }
    }

    /// Writes to the audit log that a token was shown, and whose it was.
    async fn write_down(&self, head: &Parts, way: Through, whose: Option<&str>) {
        let ClientAddress(address) = ClientAddress::of(&head.extensions);
        let actor = Actor::new("token", Origin::Api).from_address(address);
        self.app.control.saw_token(&actor, way, whose).await;
    }

    async fn caller(&self, head: &Parts) -> Result<Caller, Refusal> {
        let ClientAddress(address) = ClientAddress::of(&head.extensions);
        if let Some(value) = head.headers.get(header::AUTHORIZATION)
            && self.audience == Audience::Console
        {
            let token = bearer(value.to_str().unwrap_or_default())
                .ok_or_else(|| Refusal::unauthenticated("`Authorization` is not `Bearer` and a token"))?;
            let bearer = self.bearer_of(token).await?;
            let agent = head.headers.get(header::USER_AGENT).map(|value| value.as_bytes());
            let by_cli = agent.is_some_and(|agent| agent.starts_with(b"pailou-cli/"));
            let way = if by_cli { Through::Cli } else { Through::Api };
            self.write_down(head, way, bearer.as_ref().map(|(_, name, _)| &**name)).await;
            let (kind, name, authority) =
                bearer.ok_or_else(|| Refusal::unauthenticated("the token is not valid"))?;
            return Ok(Caller {
                display_name: name.clone(),
                actor: Actor::new(name, Origin::Api).with(authority).from_address(address),
                kind,
                workspace: Name::default_workspace(),
                csrf: None,
                session: None,
            });
        }
        let secret = cookie_of(&head.headers, self.audience, self.app.https())
            .ok_or_else(|| Refusal::unauthenticated("sign in first"))?;
        let session = self.app.control.session(secret).await?;
        let session =
            session.ok_or_else(|| Refusal::unauthenticated("the session is over; sign in again"))?;
        Ok(Caller {
            actor: session.who.from_address(address),
            kind: session.kind,
            workspace: session.workspace,
            display_name: session.display_name,
            csrf: Some(session.csrf),
            session: Some(session.id),
        })
    }
}

impl Gate {
    /// Whose a token is, and what they may: the administrator's, or one for a service.
    async fn bearer_of(&self, token: &str) -> Result<Option<(Who, String, Arc<Authority>)>, Refusal> {
        if self.app.control.check_admin_token(token) {
            return Ok(Some((Who::Admin, "admin".to_owned(), Arc::new(Authority::full()))));
        }
        let found = self.app.control.token_bearer(token).await?;
        Ok(found.map(|(name, authority)| (Who::Token, name, authority)))
    }
}

impl Caller {
    /// The one place that says who may call what. What a permission for one's own things opens is judged again as they are changed.
    pub(crate) fn may(&self, access: Access, workspace: &Name) -> Result<(), Refusal> {
        let here = match access {
            Access::Public | Access::Gateway => true,
            Access::Developer => self.kind == Who::Developer,
            Access::Member | Access::With(_) => self.kind != Who::Developer,
        };
        if !here {
            return Err(Refusal::new(problems::FORBIDDEN, "this is not open to who is signed in"));
        }
        match access {
            Access::With(permission) if !self.has(permission, workspace) => {
                let detail =
                    format!("this needs `{permission}`, which you do not have in workspace `{workspace}`");
                let refusal = Refusal::new(problems::FORBIDDEN, detail);
                Err(refusal.with("permission", permission.to_string().into()))
            }
            _ => Ok(()),
        }
    }

    /// A workspace in which somebody may do nothing is to them as one that is not there. In `default` they sign in.
    fn sees(&self, workspace: &Name) -> Result<(), Refusal> {
        let none = || self.actor.authority.at(&Scope::One(workspace.clone())).is_none();
        if self.kind == Who::Developer || workspace.is_default_workspace() || !none() {
            return Ok(());
        }
        Err(control::Error::Missing { what: format!("workspace `{workspace}`") }.into())
    }

    fn has(&self, permission: Permission, workspace: &Name) -> bool {
        self.actor.authority.reach(permission, workspace) != Reach::Nothing
    }
}

/// The first of what the path of a request names.
async fn named(head: &mut Parts) -> String {
    let named = RawPathParams::from_request_parts(head, &()).await.ok();
    named.and_then(|named| named.iter().next().map(|(_, value)| value.to_owned())).unwrap_or_default()
}

/// The token of `Bearer` (RFC 6750 §2.1); the scheme's case does not matter (RFC 9110 §11.1).
pub(crate) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

fn check_csrf(headers: &HeaderMap, expected: &str) -> Result<(), Refusal> {
    let sent = headers.get("x-csrf-token").map(|value| value.as_bytes()).unwrap_or_default();
    verify_slices_are_equal(sent, expected.as_bytes()).map_err(|_| {
        Refusal::new(problems::FORBIDDEN, "the header `x-csrf-token` is missing or not that of the session")
    })
}

/// Lets a request through to its endpoint. The work is a task of its own: a client that goes away in the middle of a change
/// does not leave it half done, and a panic is one request's.
async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let turn = match gate.admit(&mut head).await {
        Ok(turn) => turn,
        Err(refusal) => return refusal.into_response(),
    };
    let safe = head.method.is_safe();
    let request = Request::from_parts(head, body);
    let work = async move {
        let response = next.run(request).await;
        drop(turn);
        response
    };
    let task = tokio::spawn(work.in_current_span());
    // What only reads need not go on for nobody.
    let _abort = safe.then(|| AbortOnDrop(task.abort_handle()));
    match timeout(DEADLINE, task).await {
        Ok(Ok(response)) => response,
        Ok(Err(failure)) => Refusal::internal(&failure).into_response(),
        Err(_) => too_slow().into_response(),
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Caller, Refusal> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(|| Refusal::unauthenticated("sign in first"))
    }
}

impl Part for Caller {
    fn describe(_: &mut Sketch) {}
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn the_scheme_may_be_of_any_case_and_the_token_must_be_there() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer abc"), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer "), None);
        assert_eq!(bearer("Bearer"), None);
    }
}
