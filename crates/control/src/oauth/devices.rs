//! Devices without a browser: a code to read there and to type here (RFC 8628).

use std::sync::PoisonError;

use authorization::{Code, Failure, UserCode, hash_of, make_user_code, secret_text, within};
use jose::random_text;
use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Grant, GrantChange, GrantQuery};

use super::{Asked, ClientKnown, ClientRequest, Denied, MINUTE, Person, SECOND};
use crate::{Actor, Control, Error, digest};

pub(super) const DEVICE: &str = "device";
const USER_CODE: &str = "user-code";
const LIFETIME: u64 = 10 * MINUTE;
/// Seconds between two questions of a device, and what is added for one that does not wait.
const INTERVAL: u64 = 5;
/// Devices whose questions are counted.
const MOST_POLLING: usize = 20_000;

/// What a device asked for, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Device {
    pub(super) scopes: Vec<String>,
    pub(super) resource: Option<String>,
    state: State,
    /// Seconds since 1970.
    pub(super) signed_in: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Open,
    Agreed,
    Refused,
}

/// What a person with a device in their hands is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeviceAsked {
    /// As the device shows it.
    pub user_code: String,
    #[serde(flatten)]
    pub asked: Asked,
}

impl Control {
    /// Gives a device its codes (RFC 8628 §3.2).
    ///
    /// # Errors
    /// What the client may not ask for.
    pub async fn oauth_device(&self, ws: &Name, request: &ClientRequest) -> Result<Value, Denied> {
        let known = self.prove_client(ws, request).await?;
        if !known.client.grants.contains(&model::ClientGrant::DeviceCode) {
            return Err(Failure::new(Code::UnauthorizedClient, "the client is not one of a device").into());
        }
        let resource = request.form.get("resource").map(str::to_owned);
        if resource.as_ref().is_some_and(|resource| !self.is_served(ws, resource)) {
            return Err(Failure::new(Code::InvalidTarget, "there is no API at this resource").into());
        }
        let scopes = within(request.form.get("scope"), &known.scopes)?;
        self.has_room(ws, &known, DEVICE).await?;
        let (code, hash) = secret_text();
        let user_code = make_user_code();
        let now = self.now();
        let device = Device { scopes, resource, state: State::Open, signed_in: None };
        let row = |kind: &str, hash, document| Grant {
            workspace: ws.clone(),
            kind: kind.to_owned(),
            hash,
            client: known.client.id.clone(),
            subject: None,
            family: Some(digest::hex(&hash_of(&code))[..24].to_owned()),
            document,
            created_at: now,
            expires_at: now + LIFETIME,
            used_at: None,
        };
        let document = serde_json::to_value(device).map_err(|_| Denied::from(Error::Internal))?;
        let mut asked = row(DEVICE, hash, document);
        asked.family = Some(random_text(12));
        let typed = row(USER_CODE, hash_of(user_code.as_str()), json!({ "device": digest::hex(&hash) }));
        let change = GrantChange { granted: vec![asked, typed], ..GrantChange::default() };
        self.inner.store.change_grants(change).await?;
        let page = format!("{}/device", self.portal_base(ws));
        Ok(json!({
            "device_code": code,
            "user_code": user_code.shown(),
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?code={}", user_code.shown()),
            "expires_in": LIFETIME / SECOND,
            "interval": INTERVAL,
        }))
    }

    /// Where the pages of a workspace's portal are.
    pub fn portal_base(&self, ws: &Name) -> String {
        let base = self.inner.oauth.place().map(|place| place.base).unwrap_or_default();
        match ws.is_default_workspace() {
            true => format!("{base}/portal"),
            false => format!("{base}/portal/at/{ws}"),
        }
    }

    /// What the device is for whose code a person typed. Tries are counted.
    ///
    /// # Errors
    /// [`Error::Missing`] for a code that is none; [`Error::TooMany`].
    pub async fn device_asked(&self, actor: &Actor, ws: &Name, typed: &str) -> Result<DeviceAsked, Error> {
        let (row, device, code) = self.typed(actor, ws, typed).await?;
        let known = self.oauth_client(ws, &row.client).ok_or_else(no_code)?;
        let asked = self.asked(ws, &known, &device.scopes, device.resource);
        Ok(DeviceAsked { user_code: code.shown(), asked })
    }

    /// Takes a person's word on a device.
    ///
    /// # Errors
    /// As [`Control::device_asked`].
    pub async fn device_decide(
        &self,
        actor: &Actor,
        ws: &Name,
        person: &Person,
        typed: &str,
        agrees: bool,
    ) -> Result<(), Error> {
        let (row, device, code) = self.typed(actor, ws, typed).await?;
        let known = self.oauth_client(ws, &row.client).ok_or_else(no_code)?;
        let state = if agrees { State::Agreed } else { State::Refused };
        let signed_in = Some(self.now() / SECOND);
        let document = serde_json::to_value(Device { state, signed_in, ..device.clone() });
        let after = Grant {
            document: document.map_err(|_| Error::Internal)?,
            subject: Some(person.subject.clone()),
            ..row.clone()
        };
        let mut granted = Vec::new();
        if agrees {
            granted.push(self.consent(ws, person, &known, &device.scopes).await?);
        }
        let used = GrantQuery { hash: Some(hash_of(code.as_str())), ..GrantQuery::of(ws, USER_CODE) };
        let action = if agrees { "consent" } else { "refuse-consent" };
        let told = json!({ "scopes": device.scopes, "device": true });
        let entry = Some(self.oauth_entry(actor, action, ("client", known.app.name.as_str()), Some(told)));
        // What is not written down is not so: the device is told with the record, or not at all.
        let with = GrantChange { granted, ended: vec![used], entry };
        match self.inner.store.swap_grant(row, after, with).await.map_err(Error::Store)? {
            true => Ok(()),
            false => Err(no_code()),
        }
    }

    /// The device that waits for the code a person typed.
    async fn typed(&self, actor: &Actor, ws: &Name, typed: &str) -> Result<(Grant, Device, UserCode), Error> {
        let account = format!("device code by {}", actor.name);
        self.inner.people.throttle.attempt(&account, actor.address, self.now())?;
        let code = UserCode::read(typed).ok_or_else(no_code)?;
        let now = self.now();
        let query = GrantQuery { hash: Some(hash_of(code.as_str())), ..GrantQuery::of(ws, USER_CODE) };
        let found = self.inner.store.grants(query, 1).await.map_err(Error::Store)?.pop();
        let found = found.filter(|row| row.expires_at > now).ok_or_else(no_code)?;
        let hash = found.document["device"]
            .as_str()
            .and_then(|hex| format!("sha256:{hex}").parse::<model::KeyHash>().ok());
        let query = GrantQuery { hash: Some(hash.ok_or_else(no_code)?.0), ..GrantQuery::of(ws, DEVICE) };
        let row = self.inner.store.grants(query, 1).await.map_err(Error::Store)?.pop().ok_or_else(no_code)?;
        let device: Device = serde_json::from_value(row.document.clone()).map_err(|_| no_code())?;
        if device.state != State::Open || row.expires_at <= now {
            return Err(no_code());
        }
        self.inner.people.throttle.succeeded(&account, actor.address);
        Ok((row, device, code))
    }

    /// A device's question whether a person has agreed (RFC 8628 §3.5); once they have, it is used up.
    pub(super) async fn agreed_device(
        &self,
        ws: &Name,
        known: &ClientKnown,
        code: &str,
    ) -> Result<(Grant, Device), Denied> {
        let hash = hash_of(code);
        let failure = |code: Code, detail: &str| Denied::from(Failure::new(code, detail));
        let query = GrantQuery {
            hash: Some(hash),
            client: Some(known.client.id.clone()),
            ..GrantQuery::of(ws, DEVICE)
        };
        let now = self.now();
        let row = self.inner.store.grants(query.clone(), 1).await?.pop();
        let row = row
            .ok_or_else(|| failure(Code::InvalidGrant, "the device_code is not known or not the client's"))?;
        let device: Device =
            serde_json::from_value(row.document.clone()).map_err(|_| Denied::from(Error::Internal))?;
        if row.used_at.is_some() {
            return Err(failure(Code::InvalidGrant, "the device_code was used"));
        }
        if row.expires_at <= now {
            return Err(failure(Code::ExpiredToken, "the device_code is too old; begin anew"));
        }
        match device.state {
            State::Refused => Err(failure(Code::AccessDenied, "the person did not agree")),
            State::Open => {
                if self.polls_too_often(hash, now) {
                    return Err(failure(Code::SlowDown, "wait five seconds more between two questions"));
                }
                Err(failure(Code::AuthorizationPending, "nobody has agreed yet"))
            }
            State::Agreed => {
                let spent = self.inner.store.spend_grant(query, now).await?;
                let spent = spent.filter(|spent| spent.used_at.is_none());
                let spent = spent.ok_or_else(|| failure(Code::InvalidGrant, "the device_code was used"))?;
                Ok((spent, device))
            }
        }
    }

    /// Whether a device asks sooner than it was told; it then has to wait longer from now on (RFC 8628 §3.5).
    fn polls_too_often(&self, hash: [u8; 32], now: u64) -> bool {
        let mut polls = self.inner.oauth.polls.lock().unwrap_or_else(PoisonError::into_inner);
        if polls.len() >= MOST_POLLING {
            polls.retain(|_, (last, _)| *last + LIFETIME > now);
            if polls.len() >= MOST_POLLING {
                return true;
            }
        }
        let Some((last, interval)) = polls.get_mut(&hash) else {
            polls.insert(hash, (now, INTERVAL));
            return false;
        };
        let early = now < *last + *interval * SECOND;
        *last = now;
        if early {
            *interval = (*interval + INTERVAL).min(60);
        }
        early
    }
}

fn no_code() -> Error {
    Error::Missing {
        what: "device that waits for this code; look at it again, or begin anew there".to_owned(),
    }
}
