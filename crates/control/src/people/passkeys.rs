//! Passkeys of accounts (WebAuthn): made in a session, used to sign in alone or beside a password.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Finding, unscoped};
use passkey::{ALGORITHMS, Asked, Key, Proved, Refused, Registration, RelyingParty, Sight};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{PeopleChange, PersonKind, PersonRow, SessionQuery};

use super::{
    Account,
    accounts::{Wrong, id_of, word},
    challenges::{For, LASTS},
    second_factor::{SecondFactor, missing},
};
use crate::{
    Actor, Control, Error, SignedIn, Who, began::Began, digest, resources::timestamp, sign_ins::Through,
};

/// Passkeys of one account at most.
const MOST: usize = 20;
/// Transports that a browser may name of one.
const MOST_TRANSPORTS: usize = 8;

/// A passkey as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Passkey {
    /// Chosen by the authenticator; base64url.
    id: String,
    /// What its owner calls it.
    name: String,
    key: Key,
    count: u32,
    /// Whether it may be on several devices.
    synced: bool,
    /// How the browser reaches it (§5.8.4), to say so to it again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    transports: Vec<String>,
    created_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used_at: Option<u64>,
}

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasskeyView {
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whether it may be on several devices of theirs, kept the same by their provider.
    pub synced: bool,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; absent where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
}

/// A passkey that a browser made.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyMade {
    /// What to call it, 1 to 100 characters.
    pub name: String,
    /// `response.clientDataJSON`, in base64url.
    pub client_data: String,
    /// `response.attestationObject`, in base64url.
    pub attestation: String,
    /// `response.getTransports()`.
    #[serde(default)]
    pub transports: Vec<String>,
}

/// A passkey that a browser used.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyShown {
    /// Which one: `id`, in base64url.
    pub id: String,
    /// `response.clientDataJSON`, in base64url.
    pub client_data: String,
    /// `response.authenticatorData`, in base64url.
    pub authenticator_data: String,
    /// `response.signature`, in base64url.
    pub signature: String,
    /// `response.userHandle`, in base64url.
    #[serde(default)]
    pub user_handle: Option<String>,
}

/// For `navigator.credentials.create`: `PublicKeyCredentialCreationOptionsJSON` of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    pub rp: Party,
    pub user: PasskeyUser,
    /// Base64url.
    pub challenge: String,
    pub pub_key_cred_params: Vec<Algorithm>,
    /// Milliseconds.
    pub timeout: u64,
    pub exclude_credentials: Vec<Descriptor>,
    pub authenticator_selection: Selection,
    pub attestation: String,
}

/// For `navigator.credentials.get`: `PublicKeyCredentialRequestOptionsJSON` of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// Base64url.
    pub challenge: String,
    /// Milliseconds.
    pub timeout: u64,
    pub rp_id: String,
    /// Those that are asked for; any, where there are none.
    pub allow_credentials: Vec<Descriptor>,
    pub user_verification: String,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Party {
    pub id: String,
    pub name: String,
}

/// Whom a passkey is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyUser {
    /// By chance, in base64url; it says nothing of who it is.
    pub id: String,
    pub name: String,
    pub display_name: String,
}

/// An algorithm, by its number (COSE).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Algorithm {
    pub r#type: String,
    pub alg: i32,
}

/// A passkey, for the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Descriptor {
    pub r#type: String,
    /// Base64url.
    pub id: String,
    pub transports: Vec<String>,
}

/// What is asked of the authenticator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    pub resident_key: String,
    pub require_resident_key: bool,
    pub user_verification: String,
}

impl Passkey {
    pub(crate) fn view(&self) -> PasskeyView {
        PasskeyView {
            id: handle(&self.id),
            name: self.name.clone(),
            synced: self.synced,
            created_at: timestamp(self.created_at).to_string(),
            last_used_at: self.last_used_at.map(|at| timestamp(at).to_string()),
        }
    }

    fn descriptor(&self) -> Descriptor {
        Descriptor { r#type: PUBLIC_KEY.to_owned(), id: self.id.clone(), transports: self.transports.clone() }
    }

    /// What says whose it is; of one that is gone to be removed.
    pub(super) fn mark(&self) -> (PersonKind, String, u64) {
        (PersonKind::Passkey, mark(&self.id), 1)
    }
}

const PUBLIC_KEY: &str = "public-key";

impl Control {
    /// What a browser is asked to make a passkey by, for the account of who is signed in.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Conflict`] where the account has no password, or as many as it can have.
    pub async fn passkey_options(
        &self,
        actor: &Actor,
        kind: PersonKind,
        session: [u8; 32],
        party: &RelyingParty,
    ) -> Result<CreationOptions, Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        let (_, account) = self.account(kind, &id).await?.ok_or_else(|| missing(kind, &actor.name))?;
        may_have_more(&account)?;
        let known = account.second_factor.as_ref();
        // Kept once one is made for it.
        let user = known.map(|factor| factor.user.clone()).filter(|user| !user.is_empty());
        let user = user.unwrap_or_else(|| URL_SAFE_NO_PAD.encode(digest::random::<32>()));
        let what = For::Making { kind, account: id.to_string(), session, user: user.clone() };
        Ok(CreationOptions {
            rp: Party { id: party.id.clone(), name: "Pailou".to_owned() },
            user: PasskeyUser { id: user, name: actor.name.clone(), display_name: account.name },
            challenge: self.inner.people.challenges.open(what, self.now()),
            pub_key_cred_params: ALGORITHMS
                .map(|alg| Algorithm { r#type: PUBLIC_KEY.to_owned(), alg })
                .to_vec(),
            timeout: LASTS,
            exclude_credentials: known.map_or_else(Vec::new, SecondFactor::descriptors),
            authenticator_selection: Selection {
                resident_key: "preferred".to_owned(),
                require_resident_key: false,
                user_verification: "preferred".to_owned(),
            },
            attestation: "none".to_owned(),
        })
    }

    /// Adds a passkey that was made as [`Control::passkey_options`] asked. With the first second factor of an account come recovery codes,
    /// which are shown this once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what was not asked; [`Error::Conflict`] for one that is somebody's already, or one too many.
    pub async fn add_passkey(
        &self,
        actor: &Actor,
        kind: PersonKind,
        session: [u8; 32],
        party: &RelyingParty,
        made: PasskeyMade,
    ) -> Result<(PasskeyView, Vec<String>), Error> {
        let mut wrong = Wrong::default();
        let name = wrong.name(&made.name);
        wrong.done()?;
        let [client_data, attestation] =
            [bytes("client_data", &made.client_data)?, bytes("attestation", &made.attestation)?];
        let sent = Registration { client_data: &client_data, attestation: &attestation };
        let id = id_of(kind, &actor.workspace, &actor.name);
        let challenge = sent.challenge().unwrap_or_default();
        let opened = self.inner.people.challenges.take(&challenge, self.now());
        let user = match opened {
            Some(For::Making { kind: k, account, session: s, user })
                if k == kind && account == *id && s == session =>
            {
                user
            }
            _ => return Err(not_made(Refused::Challenge)),
        };
        let asked = Asked { party, challenge: &challenge, verification: false };
        let made_now = passkey::register(&asked, &sent).map_err(not_made)?;
        let known_transport = |name: &String| name.len() <= 20 && name.bytes().all(|b| b.is_ascii_graphic());
        let mut transports: Vec<String> = made.transports.into_iter().filter(known_transport).collect();
        transports.truncate(MOST_TRANSPORTS);
        let passkey = Passkey {
            id: URL_SAFE_NO_PAD.encode(&made_now.id),
            name,
            key: made_now.key,
            count: made_now.count,
            synced: made_now.is_synced,
            transports,
            created_at: self.now(),
            last_used_at: None,
        };
        let view = passkey.view();
        let (mark_kind, mark, _) = passkey.mark();
        if self.inner.store.person(mark_kind, mark.clone()).await.map_err(Error::Store)?.is_some() {
            let detail = "this passkey is one of an account already".to_owned();
            return Err(Error::Conflict { detail });
        }
        let whose = json!({ "kind": word(kind), "account": &*id });
        let row = PersonRow { kind: mark_kind, id: mark, version: 1, document: whose };
        let mut entry = self.entry_of_account(actor, "add-passkey", kind, &id);
        entry.after = Some(json!({ "passkey": view.id, "name": view.name, "synced": view.synced }));
        let mut codes = Vec::new();
        let change = |account: &mut Account| {
            may_have_more(account)?;
            let factor = account.second_factor.get_or_insert_with(|| {
                let (factor, shown) = SecondFactor::new();
                codes = shown;
                factor
            });
            if factor.user.is_empty() {
                factor.user = user;
            } else if factor.user != user {
                return Err(not_made(Refused::Challenge));
            }
            factor.passkeys.push(passkey);
            Ok(PeopleChange { puts: vec![row], entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, &id, change).await?;
        Ok((view, codes))
    }

    /// Takes a passkey off one's own account; one's other sessions end, since it may be that it was lost.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn remove_passkey(
        &self,
        actor: &Actor,
        kind: PersonKind,
        session: [u8; 32],
        passkey: &str,
    ) -> Result<(), Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        let entry = self.entry_of_account(actor, "remove-passkey", kind, &id);
        self.drop_passkey(kind, &id, passkey, entry).await?;
        let query = SessionQuery::Of { role: word(kind).to_owned(), subject: id.to_string() };
        let others = self.inner.store.sessions(query).await.map_err(Error::Store)?;
        for other in others.into_iter().filter(|other| other.token_hash != session) {
            self.inner.store.remove_session(other.token_hash).await.map_err(Error::Store)?;
        }
        Ok(())
    }

    /// Gives a passkey of one's own account another name.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Invalid`] for a name that is none.
    pub async fn rename_passkey(
        &self,
        actor: &Actor,
        kind: PersonKind,
        passkey: &str,
        name: &str,
    ) -> Result<PasskeyView, Error> {
        let mut wrong = Wrong::default();
        let name = wrong.name(name);
        wrong.done()?;
        let id = id_of(kind, &actor.workspace, &actor.name);
        let mut entry = self.entry_of_account(actor, "rename-passkey", kind, &id);
        let mut renamed = None;
        let change = |account: &mut Account| {
            let none = || Error::Missing { what: format!("passkey `{passkey}`") };
            let factor = account.second_factor.as_mut().ok_or_else(none)?;
            let mut known = factor.passkeys.iter_mut();
            let known = known.find(|known| handle(&known.id) == passkey).ok_or_else(none)?;
            let before = std::mem::replace(&mut known.name, name.clone());
            entry.before = Some(json!({ "passkey": passkey, "name": before }));
            entry.after = Some(json!({ "passkey": passkey, "name": name }));
            renamed = Some(known.view());
            Ok(PeopleChange { entry: Some(entry.clone()), ..PeopleChange::default() })
        };
        self.change_account(kind, &id, change).await?;
        renamed.ok_or(Error::Internal)
    }

    /// Takes a passkey from a member; their sessions end.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Forbidden`] for a member who may more than who asks.
    pub async fn remove_member_passkey(
        &self,
        actor: &Actor,
        email: &str,
        passkey: &str,
    ) -> Result<(), Error> {
        let email = email.trim().to_lowercase();
        let kind = PersonKind::Member;
        let (row, account) = self.account(kind, &email).await?.ok_or_else(|| missing(kind, &email))?;
        self.seen(actor, &row, &account).ok_or_else(|| missing(kind, &email))?;
        self.may_change(actor, &account).await?;
        let entry = self.entry(actor, "remove-passkey", ("member", &email), None, None);
        self.drop_passkey(kind, &email, passkey, entry).await?;
        let ended = vec![(word(kind).to_owned(), email)];
        self.change_people(PeopleChange { ended, ..PeopleChange::default() }).await
    }

    async fn drop_passkey(
        &self,
        kind: PersonKind,
        id: &str,
        passkey: &str,
        mut entry: store::AuditEntry,
    ) -> Result<(), Error> {
        let change = |account: &mut Account| {
            let none = || Error::Missing { what: format!("passkey `{passkey}`") };
            let factor = account.second_factor.as_mut().ok_or_else(none)?;
            let at = factor.passkeys.iter().position(|known| handle(&known.id) == passkey);
            let gone = factor.passkeys.remove(at.ok_or_else(none)?);
            if factor.is_none() {
                account.second_factor = None;
            }
            entry.before = Some(json!({ "passkey": passkey, "name": gone.name }));
            Ok(PeopleChange { removed: vec![gone.mark()], entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, id, change).await
    }

    /// What a browser is asked to sign in with a passkey by; whose it is, the passkey says.
    pub fn sign_in_challenge(&self, actor: &Actor, kind: PersonKind, party: &RelyingParty) -> RequestOptions {
        let what = For::SignIn { kind, workspace: actor.workspace.clone() };
        self.request(what, party, Vec::new(), true)
    }

    /// Signs in with a passkey alone: having it is one factor, and what unlocked it the other.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same whatever is wrong; [`Error::TooMany`]; [`Error::Forbidden`] where providers alone sign in.
    pub async fn sign_in_by_passkey(
        &self,
        actor: &Actor,
        kind: PersonKind,
        party: &RelyingParty,
        shown: &PasskeyShown,
    ) -> Result<SignedIn, Error> {
        self.check_workspace(&actor.workspace)?;
        self.takes_passwords(kind, &actor.workspace)?;
        let through = if kind == PersonKind::Member { Through::Console } else { Through::Portal };
        // Nobody guesses a signature: this bounds what a flood of them costs.
        let counted = format!("passkey {}", mark(&shown.id));
        self.attempt(actor, &counted, through).await?;
        let opened = For::SignIn { kind, workspace: actor.workspace.clone() };
        let owner = self.owner(actor, kind, &shown.id).await?;
        let proved = match &owner {
            Some(id) => self.prove_passkey(kind, id, party, shown, (&opened, true)).await?,
            None => Err(Refused::Key),
        };
        let whom = owner.as_deref().map_or("unknown", |id| unscoped(id).1);
        let Some(id) = owner.as_deref().filter(|_| proved.is_ok()) else {
            let reason = proved.err().map_or("key", Refused::word);
            return Err(self.passkey_failed(actor, whom, through, reason).await?);
        };
        self.inner.people.throttle.succeeded(&counted, actor.address);
        self.signed_in(actor, whom, through, "passkey").await?;
        self.note_sign_in(kind, id).await;
        let who = if kind == PersonKind::Member { Who::Member } else { Who::Developer };
        self.begin_session(actor, who, id, Began::confirmed("passkey", self.now())).await
    }

    /// The account that a passkey signs in to, where it is one of this kind and, for developers, in this workspace.
    async fn owner(&self, actor: &Actor, kind: PersonKind, passkey: &str) -> Result<Option<String>, Error> {
        let row = self.inner.store.person(PersonKind::Passkey, mark(passkey)).await.map_err(Error::Store)?;
        let text = |row: &PersonRow, name: &str| Some(row.document.get(name)?.as_str()?.to_owned());
        let Some(row) = row.filter(|row| text(row, "kind").as_deref() == Some(word(kind))) else {
            return Ok(None);
        };
        let account = text(&row, "account");
        let is_here = |id: &String| *id == *id_of(kind, &actor.workspace, unscoped(id).1);
        Ok(account.filter(|id| kind == PersonKind::Member || is_here(id)))
    }

    pub(super) fn request(
        &self,
        what: For,
        party: &RelyingParty,
        allowed: Vec<Descriptor>,
        verification: bool,
    ) -> RequestOptions {
        RequestOptions {
            challenge: self.inner.people.challenges.open(what, self.now()),
            timeout: LASTS,
            rp_id: party.id.clone(),
            allow_credentials: allowed,
            user_verification: if verification { "required" } else { "preferred" }.to_owned(),
        }
    }

    /// Whether a passkey of an account was used as was asked; what it counted is kept, and when it was used.
    ///
    /// # Errors
    /// [`Error::Store`]; what is wrong with the passkey is the answer within.
    pub(super) async fn prove_passkey(
        &self,
        kind: PersonKind,
        id: &str,
        party: &RelyingParty,
        shown: &PasskeyShown,
        (opened, verification): (&For, bool),
    ) -> Result<Result<Proved, Refused>, Error> {
        let parts = [&shown.client_data, &shown.authenticator_data, &shown.signature];
        let parts = parts.map(|part| URL_SAFE_NO_PAD.decode(part));
        let [Ok(client_data), Ok(authenticator_data), Ok(signature)] = &parts else {
            return Ok(Err(Refused::Malformed("base64url")));
        };
        let sent = Sight { client_data, authenticator_data, signature };
        // Taken whatever comes of it: a challenge is answered once.
        let challenge = sent.challenge().unwrap_or_default();
        if self.inner.people.challenges.take(&challenge, self.now()).as_ref() != Some(opened) {
            return Ok(Err(Refused::Challenge));
        }
        let asked = Asked { party, challenge: &challenge, verification };
        let mut outcome = Err(Refused::Key);
        let now = self.now();
        let change = |account: &mut Account| {
            let is_closed = account.unconfirmed || account.is_suspended();
            if let Some(factor) = account.second_factor.as_mut().filter(|_| !is_closed) {
                outcome = factor.prove(&asked, &sent, shown, now);
            }
            // Where it proved nothing nothing is written.
            match outcome {
                Ok(_) => Ok(PeopleChange::default()),
                Err(_) => Err(Error::Internal),
            }
        };
        let kept = self.change_account(kind, id, change).await;
        match (kept, outcome) {
            (Err(Error::Missing { .. }), _) => Ok(Err(Refused::Key)),
            (Ok(()), outcome) | (Err(_), outcome @ Err(_)) => Ok(outcome),
            (Err(error), Ok(_)) => Err(error),
        }
    }

    /// Writes down that a passkey did not sign in, and why; who asks is told no more than that.
    pub(super) async fn passkey_failed(
        &self,
        actor: &Actor,
        whom: &str,
        through: Through,
        reason: &str,
    ) -> Result<Error, Error> {
        let known = json!({ "through": through.as_str(), "by": "passkey", "reason": reason });
        self.remember_with(actor, "unknown", "sign-in-failed", ("session", whom), Some(known)).await?;
        let detail = "this passkey does not sign in here; try again, or sign in another way".to_owned();
        Ok(Error::Unauthenticated { detail })
    }
}

impl SecondFactor {
    pub(super) fn descriptors(&self) -> Vec<Descriptor> {
        self.passkeys.iter().map(Passkey::descriptor).collect()
    }

    fn prove(
        &mut self,
        asked: &Asked<'_>,
        sent: &Sight<'_>,
        shown: &PasskeyShown,
        now: u64,
    ) -> Result<Proved, Refused> {
        // §7.2, step 6: where the authenticator says whose it is, it is this account's.
        if shown.user_handle.as_ref().is_some_and(|user| *user != self.user) {
            return Err(Refused::Key);
        }
        let known = self.passkeys.iter_mut().find(|known| known.id == shown.id).ok_or(Refused::Key)?;
        let proved = passkey::verify(asked, &known.key, known.count, sent)?;
        known.count = proved.count;
        known.last_used_at = Some(now);
        Ok(proved)
    }
}

/// # Errors
/// [`Error::Conflict`].
fn may_have_more(account: &Account) -> Result<(), Error> {
    let detail = match &account.second_factor {
        _ if account.password.is_none() => {
            "this account has no password; who signs in by a provider adds passkeys there".to_owned()
        }
        Some(factor) if factor.passkeys.len() >= MOST => {
            format!("an account has {MOST} passkeys at most; remove one first")
        }
        _ => return Ok(()),
    };
    Err(Error::Conflict { detail })
}

fn bytes(field: &str, text: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| {
        Error::Invalid(vec![Finding::error("invalid-passkey", "this is not base64url").in_field(field)])
    })
}

fn not_made(refused: Refused) -> Error {
    let message = match refused {
        Refused::Challenge => {
            "this answers no challenge of this session, or one that is over; begin again".to_owned()
        }
        Refused::Attestation => {
            "the authenticator says where it was made, which was not asked for".to_owned()
        }
        refused => format!("this passkey was not made as was asked: {refused}"),
    };
    Error::Invalid(vec![Finding::error("invalid-passkey", message)])
}

/// What a passkey is called here: short, and not what the authenticator is asked by.
fn handle(id: &str) -> String {
    mark(id)[..16].to_owned()
}

fn mark(id: &str) -> String {
    digest::hex(&digest::sha256(format!("passkey {id}").as_bytes()))
}
