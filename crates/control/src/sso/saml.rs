//! Speaking SAML 2.0 with a provider: what its metadata says, how it is asked, who came back, and whom it signs out.

use std::sync::Arc;

use jose::random_text;
use model::Name;
use saml::{
    Assertion, AuthnRequest, Came as CameBy, Expected, LogoutExpected, OwnKeys, Party, Provider, Refusal,
    Whom, logout_asked, logout_request, logout_response, request_id, response,
};
use serde_json::{Map, Value, json};
use store::PersonKind;

use super::{
    SsoAnswer, SsoRefused,
    attempt::{Attempt, Came, by, lets_in, person},
    provider::{AGE, At, BETWEEN, LARGEST_KEYS, OUTAGE, ProviderCheck, SKEW},
};
use crate::{Actor, Control, Error};

/// A name that is another one each time, so that nobody is known again by it (SAML 2.0 core §8.3.8).
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

impl At<'_> {
    /// What the provider says of itself. While it does not answer, what it said in the last day.
    ///
    /// # Errors
    /// Why it cannot be asked.
    async fn metadata(&self) -> Result<Arc<Provider>, String> {
        let place = self.provider.saml.as_ref().map_or("", |saml| saml.metadata.as_str());
        let now = self.control.now();
        let known = self.remembered();
        // Another place may say something else.
        let before = known.saml.filter(|(_, at, _)| at == place);
        if let Some((provider, _, _)) = before.as_ref().filter(|(_, _, at)| now < at + AGE) {
            return Ok(Arc::clone(provider));
        }
        let asked = match known.trouble.filter(|(_, at)| now < at + BETWEEN) {
            Some((trouble, _)) => Err(trouble),
            None => self.ask_metadata(place).await,
        };
        match asked {
            Ok(fresh) => {
                let fresh = Arc::new(fresh);
                self.remember(|known| {
                    known.saml = Some((Arc::clone(&fresh), place.to_owned(), now));
                    known.trouble = None;
                });
                Ok(fresh)
            }
            Err(trouble) => {
                self.remember(|known| known.trouble = Some((trouble.clone(), now)));
                before.filter(|(_, _, at)| now < at + OUTAGE).map(|(provider, _, _)| provider).ok_or(trouble)
            }
        }
    }

    async fn ask_metadata(&self, place: &str) -> Result<Provider, String> {
        let text = self.read(place, LARGEST_KEYS).await?;
        let text = String::from_utf8(text).map_err(|_| "its metadata is no UTF-8".to_owned())?;
        let (provider, _) = Provider::read(&text, Some(&self.provider.issuer))?;
        Ok(provider)
    }

    /// Our own key with its certificate, where the document names one.
    fn own_keys(&self) -> Result<OwnKeys, String> {
        let Some(saml) = &self.provider.saml else { return Ok(OwnKeys::default()) };
        let key = saml.key.as_ref().map(|reference| self.revealed(reference)).transpose()?;
        OwnKeys::read(key.as_deref(), saml.certificate.as_deref())
            .map_err(|(field, why)| format!("`saml.{field}` {why}"))
    }

    /// What is needed to ask the provider something.
    async fn ready(&self) -> Result<(Arc<Provider>, OwnKeys), String> {
        let (idp, keys) = (self.metadata().await?, self.own_keys()?);
        idp.holds(self.control.now()).map_err(|why| why.into_owned())?;
        if idp.wants_signed && keys.signs.is_none() {
            return Err("it wants requests to be signed, and its document has no `saml.key`".to_owned());
        }
        Ok((idp, keys))
    }

    /// Where it speaks with Pailou.
    fn places(&self, base: &str) -> Places {
        let (workspace, name) = (self.workspace, &self.provider.name);
        let sides = [
            (self.provider.console.is_some(), format!("{base}/api/v1/sso/{name}")),
            (self.provider.portal.is_some(), format!("{base}/portal/api/v1/sso/{workspace}/{name}")),
        ];
        let sides: Vec<String> =
            sides.into_iter().filter(|(is_there, _)| *is_there).map(|(_, place)| place).collect();
        let first = sides.first().map_or("", String::as_str);
        Places {
            metadata: format!("{first}/metadata"),
            sign_out: format!("{first}/logout"),
            answers: sides.iter().map(|side| format!("{side}/callback")).collect(),
        }
    }

    /// Where the browser signs out there; `hint` is whom the provider named. It tells back on which side that was.
    pub(super) async fn saml_sign_out(&self, hint: &str, side: &str) -> Option<String> {
        let whom: Whom = serde_json::from_str(hint).ok()?;
        let (idp, keys) = self.ready().await.ok()?;
        let ids =
            (&*request_id(&random_text(32)), self.provider.client_id.as_str(), idp.sign_out.as_deref()?);
        Some(logout_request(&whom, ids, self.control.now(), (side, keys.signs.as_ref())))
    }

    /// Where the browser signs in.
    pub(super) async fn saml_request(
        &self,
        state: &str,
        answers: &str,
        again: bool,
    ) -> Result<String, String> {
        let (idp, keys) = self.ready().await?;
        let request = AuthnRequest {
            id: &request_id(state),
            entity_id: &self.provider.client_id,
            destination: &idp.sign_in,
            answers,
            now: self.control.now(),
            again,
        };
        Ok(request.location(state, keys.signs.as_ref()))
    }

    /// Who came back with an answer.
    pub(super) async fn came_by_saml(
        &self,
        attempt: &Attempt,
        answer: SsoAnswer,
    ) -> Result<Came, SsoRefused> {
        let name = self.provider.name.as_str();
        let refused = |trouble: &str| {
            tracing::warn!(provider = name, "somebody could not sign in: {trouble}");
            SsoRefused::Provider
        };
        let message = answer.saml.ok_or(SsoRefused::Again)?;
        let (idp, keys) = self.ready().await.map_err(|trouble| refused(&trouble))?;
        let now = self.control.now();
        let expected = Expected {
            provider: &idp,
            entity_id: &self.provider.client_id,
            answers: &attempt.redirect_uri,
            request: &request_id(&attempt.state),
            now,
            skew: SKEW,
            key: keys.opens.as_ref(),
        };
        let said = response(&message, &expected).map_err(|refusal| match refusal {
            Refusal::Wrong(why) => refused(&format!("its answer is refused: {why}")),
            Refusal::Denied(status) => {
                tracing::info!(provider = name, "the provider answers `{status}`");
                SsoRefused::Denied
            }
        })?;
        let taken = self.control.inner.sso.answered.take(
            &["saml assertion", &idp.entity_id, &said.id],
            now,
            said.until,
        );
        taken.map_err(|_| SsoRefused::Again)?;
        if said.format.as_deref() == Some(TRANSIENT) {
            return Err(refused("it gives people another name each time; have it give persistent ones"));
        }
        let claims = self.claims(&said);
        let person = person(self.provider, &claims).ok_or_else(|| refused("it does not say who it is"))?;
        let signed_in_at = said.signed_in_at.map(|at| at.min(now));
        let hint = json!(said.whom()).to_string();
        Ok(Came { person, session: said.session_index, signed_in_at, hint })
    }

    /// What an assertion says, by the names that it has elsewhere.
    fn claims(&self, said: &Assertion) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), said.subject.as_str().into());
        let find = |wanted: &str| {
            let by_name = said.attributes.iter().find(|one| one.name == wanted);
            let friendly = || said.attributes.iter().find(|one| one.friendly.as_deref() == Some(wanted));
            by_name.or_else(friendly).map(|one| &one.values)
        };
        if let Some(saml) = &self.provider.saml {
            for (claim, attribute) in [("email", &saml.email_attribute), ("name", &saml.name_attribute)] {
                if let Some(value) = find(attribute).and_then(|values| values.first()) {
                    claims.insert(claim.to_owned(), value.as_str().into());
                }
            }
        }
        // Under its whole name, which may have points in it and is that of nothing else.
        if let Some(groups) = find(&self.provider.groups_claim)
            && !claims.contains_key(&self.provider.groups_claim)
        {
            claims.insert(self.provider.groups_claim.clone(), groups.clone().into());
        }
        claims
    }
}

/// Where a provider speaks with Pailou.
struct Places {
    metadata: String,
    answers: Vec<String>,
    /// One for both sides: a provider knows one such place of somebody who relies on it.
    sign_out: String,
}

impl Control {
    /// How a provider of SAML stands, and what is to be registered with it.
    pub(super) async fn check_saml(&self, at: &At<'_>, base: &str) -> ProviderCheck {
        let ready = at.ready().await;
        let places = at.places(base);
        ProviderCheck {
            ready: ready.is_ok(),
            trouble: ready.as_ref().err().cloned(),
            keys: ready.as_ref().map_or(0, |(idp, _)| idp.keys.len()),
            // Every answer does.
            says_issuer: true,
            signs_out: ready.is_ok_and(|(idp, _)| idp.signed_out.is_some()),
            backchannel_logout_uris: Vec::new(),
            redirect_uris: places.answers,
            post_logout_redirect_uris: Vec::new(),
            metadata_uri: Some(places.metadata),
            single_logout_uri: Some(places.sign_out),
        }
    }

    /// What a provider of SAML by which people of a kind sign in is to know of Pailou, as its metadata; `base` is where browsers reach it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none; [`Error::Conflict`] where its key cannot be had.
    pub fn saml_metadata(
        &self,
        workspace: &Name,
        kind: PersonKind,
        name: &str,
        base: &str,
    ) -> Result<String, Error> {
        let provider = self.saml_provider(workspace, kind, name)?;
        let at = At { control: self, provider: &provider, workspace };
        let keys = at.own_keys().map_err(|trouble| {
            tracing::error!(provider = name, "its metadata cannot be written: {trouble}");
            Error::Conflict {
                detail: "the key of this provider cannot be used; `pailou sso check` says why".to_owned(),
            }
        })?;
        let Places { answers, sign_out, .. } = at.places(base);
        let entity_id = &provider.client_id;
        Ok(Party { entity_id, answers: &answers, signed_out: &sign_out, keys: &keys }.metadata())
    }

    /// Ends the sessions that a provider of SAML asks to end, on both sides, and how many; with where the browser tells it that they have.
    /// A request is taken once.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody of this kind signs in by it; [`Error::Unauthenticated`] with why the request is not taken.
    pub async fn sign_out_by_saml(
        &self,
        actor: &Actor,
        (kind, name): (PersonKind, &str),
        came: CameBy<'_>,
        base: &str,
    ) -> Result<(usize, Option<String>), Error> {
        let provider = self.saml_provider(&actor.workspace, kind, name)?;
        let refused = |why: &str| {
            tracing::warn!(provider = name, "a request to sign out is refused: {why}");
            Error::Unauthenticated { detail: format!("the request to sign out is refused: {why}") }
        };
        let at = At { control: self, provider: &provider, workspace: &actor.workspace };
        let (idp, keys) = at.ready().await.map_err(|trouble| refused(&trouble))?;
        let now = self.now();
        let place = at.places(base).sign_out;
        let expected =
            LogoutExpected { provider: &idp, at: &place, now, skew: SKEW, key: keys.opens.as_ref() };
        let asked = logout_asked(came, &expected).map_err(|why| refused(&why))?;
        let taken = &["saml logout", actor.workspace.as_str(), &idp.entity_id, &asked.id];
        self.inner.sso.answered.take(taken, now, asked.until).map_err(|_| refused("it was shown before"))?;
        let named: Vec<Option<&str>> = match &asked.sessions[..] {
            [] => vec![None],
            sessions => sessions.iter().map(|session| Some(session.as_str())).collect(),
        };
        let mut over = Vec::new();
        for kind in [PersonKind::Member, PersonKind::Developer] {
            for session in named.iter().filter(|_| lets_in(&provider, kind)) {
                let of = (*session, Some(asked.subject.as_str()));
                over.extend(self.sessions_begun_by(actor, kind, &provider, of).await?);
            }
        }
        self.end_sessions(actor, &by(name), &over).await?;
        let to = idp.signed_out.as_ref().map(|to| {
            let id = request_id(&random_text(32));
            logout_response(&asked, (&id, &provider.client_id, to), now, keys.signs.as_ref())
        });
        Ok((over.len(), to))
    }

    fn saml_provider(
        &self,
        workspace: &Name,
        kind: PersonKind,
        name: &str,
    ) -> Result<model::IdentityProvider, Error> {
        let provider = self.identity_provider(workspace, name)?;
        match provider.saml.is_some() && lets_in(&provider, kind) {
            true => Ok(provider),
            false => Err(Error::NotFound { kind: model::Kind::IdentityProvider, id: name.to_owned() }),
        }
    }
}
