//! People: developers with their passwords, members with their roles, service tokens, the administrator with a token.

pub(crate) mod accounts;
mod admin_token;
mod authority;
mod challenges;
mod confirm;
mod developers;
mod judge;
mod members;
mod passkeys;
mod permission;
mod post;
mod provisioned;
mod roles;
mod second_factor;
mod tokens;

use std::sync::{Arc, RwLock};

use serde_json::Value;
use store::Store;
use tokio::sync::{Mutex, Semaphore};

pub(crate) use self::accounts::{Account, id_of};
use self::challenges::Challenges;
pub use self::{
    accounts::{Membership, PASSWORD_LENGTH},
    authority::{Authority, Only, Scope},
    confirm::{Confirmation, ConfirmationWays},
    developers::DeveloperView,
    members::{EffectivePermission, Invited, MemberForm, MemberView},
    passkeys::{CreationOptions, PasskeyMade, PasskeyShown, PasskeyView, RequestOptions},
    permission::{Area, Permission, Permissions, Reach, Verb},
    post::{Letter, Post, Posted},
    provisioned::{ProvisionForm, ProvisionedGroup, ProvisionedUser},
    roles::{RoleForm, RoleView},
    second_factor::{Beside, FactorNeeded, QrCode, SecondFactorView, Seed},
    tokens::{IssuedToken, TokenForm, TokenView},
};
use crate::{Actor, Control, Error, sign_ins::SignIns, throttle::Throttle};

/// Passwords hashed at one time; each takes 19 MiB and some tens of milliseconds of a core.
const HASHED_AT_ONCE: usize = 2;
const ADMIN_TOKEN: &str = "admin-token";
/// What administrators are called in sessions and the audit log.
pub(crate) const ADMIN: &str = "admin";

pub(crate) struct People {
    hashing: Arc<Semaphore>,
    pub(crate) throttle: Throttle,
    pub(crate) sign_ins: SignIns,
    challenges: Challenges,
    /// Tried where an account is unknown, so that the answer takes as long.
    nobody: String,
    /// SHA-256.
    admin_token: RwLock<Option<[u8; 32]>>,
    /// Held while members, roles or tokens change, so that what was checked still holds when it is written.
    pub(crate) changing: Mutex<()>,
}

impl People {
    pub(crate) async fn open(store: &dyn Store) -> Result<People, Error> {
        let stored = store.setting(ADMIN_TOKEN.to_owned()).await.map_err(Error::Store)?;
        let hash = stored.and_then(|text| text.parse::<model::KeyHash>().ok());
        let nobody = tokio::task::spawn_blocking(accounts::nobody).await;
        Ok(People {
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            throttle: Throttle::default(),
            sign_ins: SignIns::default(),
            challenges: Challenges::default(),
            nobody: nobody.map_err(|_| Error::Internal)??,
            admin_token: RwLock::new(hash.map(|hash| hash.0)),
            changing: Mutex::default(),
        })
    }
}

/// # Errors
/// [`Error::Forbidden`] where they do not change people there.
fn may_change_people(actor: &Actor, scope: &Scope) -> Result<(), Error> {
    match actor.authority.at(scope).reach(Permission::write(Area::People)) {
        Reach::Everything => Ok(()),
        _ => Err(Error::Forbidden { detail: format!("this needs `people:write` in workspace `{scope}`") }),
    }
}

/// Nobody gives, takes or changes what may more than they.
///
/// # Errors
/// [`Error::Forbidden`] with what that is.
fn no_more_than(actor: &Actor, scope: &Scope, asked: &Permissions, what: &str) -> Result<(), Error> {
    let beyond = asked.beyond(&actor.authority.at(scope));
    if beyond.is_empty() {
        return Ok(());
    }
    let detail = format!("{what} may, in workspace `{scope}`, what you may not: {}", beyond.join(", "));
    Err(Error::Forbidden { detail })
}

impl Control {
    pub(crate) async fn remember(
        &self,
        actor: &Actor,
        who: &str,
        action: &'static str,
        kind: &str,
        id: &str,
    ) -> Result<(), Error> {
        self.remember_with(actor, who, action, (kind, id), None).await
    }

    /// As [`Control::remember`], with what else is known of it.
    pub(crate) async fn remember_with(
        &self,
        actor: &Actor,
        who: &str,
        action: &'static str,
        (kind, id): (&str, &str),
        after: Option<Value>,
    ) -> Result<(), Error> {
        let entry = self.entry(&actor.named(who), action, (kind, id), None, after);
        self.inner.store.record(entry).await.map_err(Error::Store)
    }
}
