//! What a provider says behind the browser's back: somebody signed out there, and so here (OpenID Connect Back-Channel Logout 1.0).

use http::header::CACHE_CONTROL;
use jose::{
    NotTaken, issuer_claimed,
    openid::{Logout, logout, logout_token},
};
use model::{KeyHash, SignOut};
use policy::prelude::*;

use super::{SignIn, login::Session, provider::Refused, unavailable};
use crate::login::{ended, form};

/// The largest form that is read, bytes.
const LARGEST: u64 = 32 * 1024;

impl SignIn {
    /// Takes a logout token. It is answered when the sessions have ended here; other gateways are told.
    pub(super) async fn hear_logout(&self, req: &mut Request) -> Flow {
        if req.head.method != Method::POST {
            let allow = HeaderValue::from_static("POST");
            let problem = Problem::new(problems::METHOD_NOT_ALLOWED, "a provider says it by POST");
            return Err(problem.with_header(http::header::ALLOW, allow).into());
        }
        let form = form(req, LARGEST).await.map_err(wrong)?;
        let Ok(Some(token)) = form.one("logout_token") else {
            return Err(wrong("the form has one `logout_token`").into());
        };
        // It chooses the keys that it is verified with, and is not believed otherwise.
        let issuer = issuer_claimed(&token).ok_or_else(|| wrong("it is no signed token with an `iss`"))?;
        let provider = self.providers.iter().find(|provider| provider.client.issuer == issuer);
        let provider = provider.ok_or_else(|| wrong("its issuer is not one that is trusted here"))?;
        let read = logout_token(&token, &self.algorithms).map_err(|why| wrong(&why))?;
        let now = req.arrived.unix_ms;
        let (keys, _) = match provider.keys_for(read.kid(), &req.world, req.arrived).await {
            Ok(found) => found,
            Err(Refused::Wrong(why)) => return Err(wrong(&why).into()),
            Err(Refused::Unavailable(why)) => return Err(unavailable(&why).into()),
        };
        let client = (&*provider.client.issuer, &*provider.client.id);
        let said = logout(&read, &keys, client, self.skew, now).map_err(|why| wrong(&why))?;
        // §2.6: each is taken once.
        self.logouts.take(&[client.0, client.1, &said.id], now, said.until).map_err(|not| match not {
            NotTaken::Again => wrong("it was shown before"),
            NotTaken::Full => unavailable("too many logout tokens were shown lately"),
        })?;
        if let Some(mark) = mark_of_logout(client, &said) {
            self.sign_outs.end(SignOut { mark, before: now, until: now.saturating_add(self.longest) }, now);
        }
        let mut headers = Headers::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Err(Reply::answer(StatusCode::OK, headers, bytes::Bytes::new()))
    }

    /// Whether the provider ended a session.
    pub(super) fn is_over(&self, session: &Session) -> bool {
        self.sign_outs.is_over(session.began, || {
            let id = self.providers.iter().find(|provider| provider.client.issuer == session.issuer);
            let id = id.map_or("", |provider| &*provider.client.id);
            let text = |name: &str| session.claims.get(name).and_then(|value| value.as_str());
            let mark = |kind: &str| text(kind).map(|value| mark((&session.issuer, id), kind, value));
            [mark("sid"), mark("sub")]
        })
    }
}

/// A session, where one is said, or all of somebody's (§2.4).
fn mark_of_logout(client: (&str, &str), said: &Logout) -> Option<KeyHash> {
    match (&said.session, &said.subject) {
        (Some(session), _) => Some(mark(client, "sid", session)),
        (None, Some(subject)) => Some(mark(client, "sub", subject)),
        (None, None) => None,
    }
}

fn mark((issuer, client): (&str, &str), kind: &str, value: &str) -> KeyHash {
    ended::mark(&[issuer, client, kind, value])
}

/// §2.8.
fn wrong(why: &str) -> Problem {
    let problem = Problem::new(problems::BAD_REQUEST, "the logout token is refused").because(format!("oidc: {why}"));
    problem.with("error", "invalid_request")
}
