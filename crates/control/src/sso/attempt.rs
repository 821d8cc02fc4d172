//! One attempt to sign in by a provider: sent off, and come back. What ties both ends together is kept by the browser, sealed.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jose::{random_text, sha256_of};
use model::{IdentityProvider, Name, is_rooted, unscoped};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{PersonKind, SessionQuery};
use url::Url;

use super::{
    SsoRefused,
    admit::Person,
    provider::{At, SKEW},
};
use crate::{
    Actor, Control, Error, SignedIn, Who,
    began::Began,
    digest,
    people::accounts::{id_of, word},
    sign_ins::Through,
};

/// How long an attempt may take, milliseconds.
const LASTS: u64 = 10 * 60_000;
/// The longest part of an answer, bytes.
const LONGEST: usize = 2048;
const SEALED: &str = "sso attempt";
/// Groups of somebody at most, and characters of one.
const MOST_GROUPS: usize = 500;
const LONGEST_GROUP: usize = 256;

/// Somebody wants to sign in by a provider, or to connect their account with it.
#[derive(Clone, Debug)]
pub struct SsoAsked {
    pub provider: String,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Where to go then: a path below the pages.
    pub back: Option<String>,
    /// The secret of the session whose account is connected; somebody signs in, where there is none.
    pub connect: Option<String>,
    /// Whether they sign in there anew, whatever the provider remembers of them.
    pub again: bool,
}

/// An attempt that has begun.
#[derive(Clone)]
pub struct SsoBegun {
    /// Where the browser goes.
    pub location: String,
    /// For the browser to keep; it must come with the answer.
    pub attempt: String,
    /// How long it is good for, seconds.
    pub seconds: u64,
    /// Whether the answer comes by a form that a page of the provider sends.
    pub by_form: bool,
}

/// What the provider sent the browser back with.
#[derive(Clone, Debug, Default)]
pub struct SsoAnswer {
    pub state: String,
    pub code: Option<String>,
    pub issuer: Option<String>,
    pub error: Option<String>,
    /// The answer of a provider of SAML, in Base64.
    pub saml: Option<String>,
}

/// What came of an attempt; where to go then.
#[derive(Debug)]
pub enum SsoDone {
    SignedIn(Box<SignedIn>, String),
    Connected(String),
}

/// Who came back, and what is kept of that.
pub(super) struct Came {
    pub(super) person: Person,
    /// What the provider calls the session.
    pub(super) session: Option<String>,
    /// When they signed in there, milliseconds since 1970.
    pub(super) signed_in_at: Option<u64>,
    /// What tells the provider whom to sign out.
    pub(super) hint: String,
}

/// An attempt, as the browser keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) state: String,
    nonce: String,
    /// RFC 7636 §4.1.
    verifier: String,
    /// For which kind of account, in which workspace, by which provider.
    kind: String,
    workspace: Name,
    provider: Name,
    issuer: String,
    pub(super) redirect_uri: String,
    back: String,
    /// Whose account is to be connected, and the hash of their session in hexadecimal.
    connect: Option<(String, String)>,
    #[serde(default)]
    again: bool,
    /// Milliseconds since 1970.
    until: u64,
}

impl Control {
    /// Begins to sign in at a provider of the workspace `actor` is in, or to connect the account of `actor` with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody of this kind signs in by it; [`Error::Conflict`] where it does not answer.
    pub async fn begin_sso(
        &self,
        actor: &Actor,
        kind: PersonKind,
        asked: SsoAsked,
    ) -> Result<SsoBegun, Error> {
        let workspace = &actor.workspace;
        let provider = self.identity_provider(workspace, &asked.provider)?;
        if !lets_in(&provider, kind) {
            return Err(Error::NotFound { kind: model::Kind::IdentityProvider, id: asked.provider });
        }
        let at = At { control: self, provider: &provider, workspace };
        let attempt = Attempt {
            state: random_text(32),
            nonce: random_text(32),
            verifier: random_text(32),
            kind: word(kind).to_owned(),
            workspace: workspace.clone(),
            provider: provider.name.clone(),
            issuer: provider.issuer.clone(),
            redirect_uri: asked.redirect_uri,
            back: asked.back.filter(|back| is_rooted(back)).unwrap_or_else(|| "/".to_owned()),
            connect: asked.connect.map(|secret| {
                let session = digest::hex(&digest::sha256(secret.as_bytes()));
                (id_of(kind, workspace, &actor.name).to_string(), session)
            }),
            again: asked.again,
            until: self.now() + LASTS,
        };
        let begun = |location: String, by_form: bool| {
            let text = serde_json::to_string(&attempt).map_err(|_| Error::Internal)?;
            let attempt = self.inner.sso.seal.seal(SEALED, 1, &text);
            Ok(SsoBegun { location, attempt, seconds: LASTS / 1000, by_form })
        };
        if provider.saml.is_some() {
            let location = at.saml_request(&attempt.state, &attempt.redirect_uri, attempt.again).await;
            return begun(location.map_err(|trouble| unavailable(&provider, &trouble))?, true);
        }
        let about = at.about().await.map_err(|trouble| unavailable(&provider, &trouble))?;
        let endpoint = about.authorization.as_deref().and_then(|text| Url::parse(text).ok());
        let mut location =
            endpoint.ok_or_else(|| unavailable(&provider, "it has no authorization endpoint"))?;
        if attempt.again {
            // OpenID Connect Core 1.0 §3.1.2.1: with `max_age` the answer says when they signed in.
            location.query_pairs_mut().append_pair("prompt", "login").append_pair("max_age", "0");
        }
        location
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("scope", &provider.scopes.join(" "))
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &sha256_of(&attempt.verifier))
            .append_pair("code_challenge_method", "S256");
        begun(location.into(), false)
    }

    /// Ends an attempt with what the provider sent the browser back with; `kept` is what the browser kept of it. `actor` says from where and
    /// in which workspace.
    ///
    /// # Errors
    /// Why nobody is signed in, which is written to the audit log.
    pub async fn finish_sso(
        &self,
        actor: &Actor,
        kind: PersonKind,
        name: &str,
        (answer, kept): (SsoAnswer, Option<&str>),
    ) -> Result<SsoDone, SsoRefused> {
        let through = if kind == PersonKind::Member { Through::Console } else { Through::Portal };
        // The address alone is counted: what an attempt is for, the browser chose.
        let counted = format!("provider {}", sha256_of(&answer.state));
        self.attempt(actor, &counted, through).await?;
        let mut whom = "unknown".to_owned();
        let done = self.finish(actor, kind, name, (answer, kept), &mut whom).await;
        match &done {
            Ok(_) => self.inner.people.throttle.succeeded(&counted, actor.address),
            Err(refused) => {
                let known = json!({ "through": through.as_str(), "by": by(name), "reason": refused.word() });
                let of = ("session", whom.as_str());
                self.remember_with(actor, "unknown", "sign-in-failed", of, Some(known)).await?;
            }
        }
        done
    }

    async fn finish(
        &self,
        actor: &Actor,
        kind: PersonKind,
        name: &str,
        (answer, kept): (SsoAnswer, Option<&str>),
        whom: &mut String,
    ) -> Result<SsoDone, SsoRefused> {
        let attempt = self.opened(actor, kind, name, &answer, kept)?;
        let provider = self.identity_provider(&actor.workspace, name).map_err(|_| SsoRefused::Again)?;
        if provider.issuer != attempt.issuer || !lets_in(&provider, kind) {
            return Err(SsoRefused::Again);
        }
        let refused = |trouble: String| {
            tracing::warn!(provider = name, "somebody could not sign in: {trouble}");
            SsoRefused::Provider
        };
        let at = At { control: self, provider: &provider, workspace: &actor.workspace };
        let came = match provider.saml {
            Some(_) => at.came_by_saml(&attempt, answer).await?,
            None => self.came_by_code(&at, &attempt, answer).await?,
        };
        if let Some(email) = &came.person.email {
            whom.clone_from(email);
        }
        let is_anew = |at: u64| at + SKEW >= attempt.until.saturating_sub(LASTS);
        if attempt.again && !came.signed_in_at.is_some_and(is_anew) {
            return Err(refused("it does not say that they signed in anew, as was asked".to_owned()));
        }
        if let Some((account, session)) = &attempt.connect {
            // Who began is who ends: once they signed out, another at the same browser connects nothing.
            if !self.is_open(kind, account, session).await? {
                return Err(SsoRefused::Again);
            }
            self.connect(actor, kind, account, &provider, came.person).await?;
            return Ok(SsoDone::Connected(attempt.back));
        }
        let id = self.admit(actor, kind, &provider, &came.person).await?;
        unscoped(&id).1.clone_into(whom);
        let through = if kind == PersonKind::Member { Through::Console } else { Through::Portal };
        self.signed_in(actor, unscoped(&id).1, through, &by(name)).await?;
        self.note_sign_in(kind, &id).await;
        let who = if kind == PersonKind::Member { Who::Member } else { Who::Developer };
        let known = (came.session, came.signed_in_at);
        let began = Began::by_provider(&provider, kind, &came.person.subject, known, came.hint);
        let signed_in = self.begin_session(actor, who, &id, began).await?;
        Ok(SsoDone::SignedIn(Box::new(signed_in), attempt.back))
    }

    /// Who came back with a code from an OpenID provider.
    async fn came_by_code(
        &self,
        at: &At<'_>,
        attempt: &Attempt,
        answer: SsoAnswer,
    ) -> Result<Came, SsoRefused> {
        let provider = at.provider;
        let name = provider.name.as_str();
        let refused = |trouble: String| {
            tracing::warn!(provider = name, "somebody could not sign in: {trouble}");
            SsoRefused::Provider
        };
        let about = at.about().await.map_err(refused)?;
        // RFC 9207: an answer of one provider is not taken for that of another.
        let is_its = answer.issuer.as_ref().map_or(!about.says_issuer, |issuer| *issuer == provider.issuer);
        if !is_its {
            return Err(refused("the answer says that it is of another provider".to_owned()));
        }
        if let Some(error) = answer.error {
            let error: String = error.chars().filter(char::is_ascii_graphic).take(60).collect();
            tracing::info!(provider = name, "the provider answers `{error}`");
            return Err(SsoRefused::Denied);
        }
        let code = answer.code.filter(|code| !code.is_empty() && code.len() <= LONGEST);
        let code = code.ok_or(SsoRefused::Again)?;
        let given = at.tokens(&about, &code, &attempt.redirect_uri, &attempt.verifier).await;
        let given = given.map_err(refused)?;
        let mut claims = at.identity(&about, &given.id_token).await.map_err(refused)?;
        let nonce = claims.get("nonce").and_then(Value::as_str).unwrap_or_default();
        if verify_slices_are_equal(nonce.as_bytes(), attempt.nonce.as_bytes()).is_err() {
            return Err(refused("its ID token is of another attempt".to_owned()));
        }
        let lacks = |claims: &Map<String, Value>| {
            !claims.contains_key("email") || claim(claims, &provider.groups_claim).is_none()
        };
        if lacks(&claims)
            && let Some(access) = &given.access_token
        {
            let more = at.userinfo(&about, access).await.map_err(refused)?;
            // §5.3.2: what is of somebody else is not used.
            if more.get("sub") == claims.get("sub") {
                for (name, value) in more {
                    claims.entry(name).or_insert(value);
                }
            } else if !more.is_empty() {
                return Err(refused("its userinfo endpoint speaks of somebody else".to_owned()));
            }
        }
        let person =
            person(provider, &claims).ok_or_else(|| refused("it does not say who it is".to_owned()))?;
        let signed_in_at = claims.get("auth_time").and_then(Value::as_u64);
        let signed_in_at = signed_in_at.map(|seconds| seconds.saturating_mul(1000).min(self.now()));
        Ok(Came { person, session: session_of(&claims), signed_in_at, hint: given.id_token })
    }

    /// Whether a session of an account is still open.
    async fn is_open(&self, kind: PersonKind, account: &str, session: &str) -> Result<bool, Error> {
        let query = SessionQuery::Of { role: word(kind).to_owned(), subject: account.to_owned() };
        let all = self.inner.store.sessions(query).await.map_err(Error::Store)?;
        let now = self.now();
        Ok(all.iter().any(|row| row.expires_at > now && digest::hex(&row.token_hash) == session))
    }

    /// The attempt that an answer is for, if this browser began it, lately, and it was not answered before.
    fn opened(
        &self,
        actor: &Actor,
        kind: PersonKind,
        name: &str,
        answer: &SsoAnswer,
        kept: Option<&str>,
    ) -> Result<Attempt, SsoRefused> {
        let sso = &self.inner.sso;
        let kept = kept.filter(|kept| kept.len() <= 4 * LONGEST).ok_or(SsoRefused::Again)?;
        let text = sso.seal.open(SEALED, 1, kept).ok_or(SsoRefused::Again)?;
        let attempt: Attempt = serde_json::from_str(&text).map_err(|_| SsoRefused::Again)?;
        let state = verify_slices_are_equal(attempt.state.as_bytes(), answer.state.as_bytes());
        let now = self.now();
        let fits = state.is_ok()
            && attempt.kind == word(kind)
            && attempt.workspace == actor.workspace
            && attempt.provider.as_str() == name
            && now < attempt.until;
        if !fits {
            return Err(SsoRefused::Again);
        }
        let until = attempt.until + SKEW;
        sso.answered.take(&[&attempt.state], now, until).map_err(|_| SsoRefused::Again)?;
        Ok(attempt)
    }
}

/// What the audit log calls a sign-in by a provider.
pub(super) fn by(name: &str) -> String {
    format!("identity-provider/{name}")
}

/// Whether people of a kind sign in by a provider.
pub(super) fn lets_in(provider: &IdentityProvider, kind: PersonKind) -> bool {
    match kind {
        PersonKind::Member => provider.console.is_some(),
        PersonKind::Developer => provider.portal.is_some(),
        PersonKind::Role | PersonKind::Token | PersonKind::Identity | PersonKind::Passkey => false,
    }
}

fn unavailable(provider: &IdentityProvider, trouble: &str) -> Error {
    tracing::error!(provider = provider.name.as_str(), "nobody can sign in by it: {trouble}");
    Error::Conflict {
        detail: format!(
            "{} does not answer as it should; try again, or sign in another way",
            provider.title()
        ),
    }
}

/// Which session it is at the provider (OpenID Connect Back-Channel Logout 1.0 §2.1).
fn session_of(claims: &Map<String, Value>) -> Option<String> {
    claims.get("sid").and_then(Value::as_str).filter(|sid| sid.len() <= 1024).map(str::to_owned)
}

/// Who somebody is, as a provider says.
pub(super) fn person(provider: &IdentityProvider, claims: &Map<String, Value>) -> Option<Person> {
    let text = |name: &str| {
        let text = claims.get(name)?.as_str()?.trim();
        (!text.is_empty() && text.len() <= 1024).then(|| text.to_owned())
    };
    let verified = match claims.get("email_verified") {
        Some(Value::Bool(verified)) => *verified,
        // Some say it as a text.
        Some(Value::String(verified)) => verified == "true",
        _ => false,
    };
    let email = text("email").filter(|_| verified || provider.trust_emails);
    let said = ["name", "preferred_username"].into_iter().find_map(text);
    let name =
        said.or_else(|| email.as_ref().map(|email| email.split('@').next().unwrap_or_default().to_owned()));
    let name: String = name.unwrap_or_default().chars().filter(|c| !c.is_control()).take(100).collect();
    let groups = match claim(claims, &provider.groups_claim) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    let mut groups: Vec<String> = groups;
    groups.retain(|group| !group.is_empty() && group.chars().count() <= LONGEST_GROUP);
    groups.sort();
    groups.dedup();
    groups.truncate(MOST_GROUPS);
    let subject = claims.get("sub")?.as_str()?;
    let fits = !subject.is_empty() && subject.len() <= 255;
    fits.then(|| Person {
        subject: subject.to_owned(),
        email: email.map(|email| email.to_lowercase()),
        name,
        groups,
    })
}

/// A claim by its name, or by a path to it.
fn claim<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    rest.split('.').try_fold(claims.get(first)?, |value, name| value.get(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(more: Value) -> IdentityProvider {
        let mut document =
            json!({ "name": "corp", "issuer": "https://idp.example.com", "client_id": "p", "console": {} });
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn an_address_counts_where_it_is_verified_or_the_provider_is_trusted_for_it() {
        let email =
            |more: Value, claims: Value| person(&provider(more), claims.as_object().unwrap()).unwrap().email;
        let ana = json!({ "sub": "1", "email": "Ana@Example.com" });
        let with =
            |verified: Value| json!({ "sub": "1", "email": "Ana@Example.com", "email_verified": verified });
        assert_eq!(email(json!({}), ana.clone()), None);
        for verified in [json!(false), json!("false"), json!(1), json!(null), json!("True")] {
            assert_eq!(email(json!({}), with(verified)), None);
        }
        for verified in [json!(true), json!("true")] {
            assert_eq!(email(json!({}), with(verified)).as_deref(), Some("ana@example.com"));
        }
        let trusted = json!({ "trust_emails": true, "email_domains": ["example.com"] });
        assert_eq!(email(trusted, ana).as_deref(), Some("ana@example.com"));
    }

    #[test]
    fn groups_are_found_by_a_name_or_a_path_and_are_bounded() {
        let groups = |path: &str, claims: Value| {
            let provider = provider(json!({ "groups_claim": path }));
            person(&provider, claims.as_object().unwrap()).unwrap().groups
        };
        assert_eq!(groups("groups", json!({ "sub": "1", "groups": ["b", "a", 1, "b", ""] })), ["a", "b"]);
        assert_eq!(groups("groups", json!({ "sub": "1", "groups": "one" })), ["one"]);
        assert_eq!(groups("a.b", json!({ "sub": "1", "a": { "b": ["x"] } })), ["x"]);
        assert_eq!(groups("https://x.y/groups", json!({ "sub": "1", "https://x.y/groups": ["x"] })), ["x"]);
        assert!(groups("groups", json!({ "sub": "1", "groups": { "a": true } })).is_empty());
        let many: Vec<String> = (0..2000).map(|n| format!("g{n}")).collect();
        assert_eq!(groups("groups", json!({ "sub": "1", "groups": many })).len(), MOST_GROUPS);
    }

    #[test]
    fn nobody_is_somebody_without_a_subject_that_can_be_one() {
        for claims in
            [json!({}), json!({ "sub": "" }), json!({ "sub": 1 }), json!({ "sub": "x".repeat(256) })]
        {
            assert!(person(&provider(json!({})), claims.as_object().unwrap()).is_none());
        }
    }
}
