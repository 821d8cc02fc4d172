//! Service tokens: what programs show, such as those of CI. Each may what it was given, and never more than who made it may now.

use std::sync::Arc;

use model::{Finding, Name, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{PeopleChange, PersonKind, PersonRow};

use super::{
    authority::{Authority, Grant, Only, Scope},
    no_more_than,
    permission::{Area, Permission, Permissions, Reach},
    roles::Roles,
};
use crate::{Actor, Control, Error, digest, key, resources::timestamp};

/// Tokens at one time.
const MOST: usize = 1_000;
/// How long one lasts where nobody says.
const USUAL: Span = Span::secs(90 * 24 * 3600);
const LONGEST: Span = Span::secs(10 * 365 * 24 * 3600);
/// A use is written again only after so long.
const WORTH_WRITING: u64 = 5 * 60 * 1000;

/// A service token to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenForm {
    /// What it is known by in the audit log.
    pub name: Name,
    /// Where it may anything.
    #[serde(default = "default_scope")]
    pub workspace: Scope,
    /// Roles, whose permissions it has as they are at the moment it is used.
    #[serde(default)]
    pub roles: Vec<Name>,
    /// Permissions beside those of the roles, such as `apis:read`.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// For some APIs alone: it sees and changes nothing else. For everything, where absent.
    #[serde(default)]
    pub only: Option<Only>,
    /// How long it lasts; 90 days, where absent.
    #[serde(default)]
    pub expires_in: Option<Span>,
}

fn default_scope() -> Scope {
    Scope::One(Name::default_workspace())
}

/// A service token, without itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenView {
    pub name: String,
    /// The first characters, to recognize it by.
    pub hint: String,
    pub workspace: Scope,
    pub roles: Vec<String>,
    pub permissions: Vec<String>,
    /// The APIs that it is for alone; absent for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    pub created_by: String,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub expires_at: String,
    pub expired: bool,
    /// To some minutes, RFC 3339; absent where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
}

/// A service token, shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedToken {
    pub secret: String,
    pub token: TokenView,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken").field("token", &self.token).finish_non_exhaustive()
    }
}

/// A token as it is kept, by its hash.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    name: String,
    hint: String,
    workspace: Scope,
    roles: Vec<String>,
    permissions: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only: Option<Only>,
    created_by: String,
    /// The member who made it, beyond whom it goes nowhere; `None` for the administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    created_at: u64,
    expires_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used_at: Option<u64>,
}

impl Control {
    /// The tokens that `actor` sees: of workspaces whose tokens they read.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn tokens(&self, actor: &Actor) -> Result<Vec<TokenView>, Error> {
        let now = self.now();
        let read = Permission::read(Area::Tokens);
        let all = self.kept_tokens().await?.into_iter();
        let seen =
            all.filter(|(_, kept)| actor.authority.at(&kept.workspace).reach(read) == Reach::Everything);
        let mut seen: Vec<TokenView> = seen.map(|(_, kept)| kept.view(now)).collect();
        seen.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(seen)
    }

    /// Makes a token; it is shown this once.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Conflict`] where there is one of the name; [`Error::Forbidden`] for what may more than who makes it.
    pub async fn create_token(&self, actor: &Actor, form: TokenForm) -> Result<IssuedToken, Error> {
        if actor.name.starts_with(TOKEN_NAME) {
            let detail = "a service token makes no other: it would outlast itself".to_owned();
            return Err(Error::Forbidden { detail });
        }
        let _changing = self.inner.people.changing.lock().await;
        let roles = self.known_roles().await?;
        let expires_in = form.expires_in.unwrap_or(USUAL);
        let asked = self.acceptable_token(&roles, &form, expires_in)?;
        may_write_tokens(actor, &form.workspace)?;
        let most =
            Grant { scope: form.workspace.clone(), permissions: asked, only: form.only.clone() }.most();
        no_more_than(actor, &form.workspace, &most, "this token")?;
        let all = self.kept_tokens().await?;
        if all.iter().any(|(_, kept)| kept.name == form.name.as_str()) {
            let detail = format!("there is a token `{}` already; revoke it, or take another name", form.name);
            return Err(Error::Conflict { detail });
        }
        if all.len() >= MOST {
            let detail = format!("there are {MOST} tokens already; revoke some first");
            return Err(Error::Conflict { detail });
        }
        let secret = key::make_token();
        let kept = Kept {
            name: form.name.to_string(),
            hint: key::hint(&secret),
            workspace: form.workspace,
            roles: form.roles.iter().map(Name::to_string).collect(),
            permissions: form.permissions,
            only: form.only,
            created_by: actor.name.clone(),
            member: actor.authority.owner().map(str::to_owned),
            created_at: self.now(),
            expires_at: self.now().saturating_add(expires_in.0.as_millis() as u64),
            last_used_at: None,
        };
        let row = PersonRow {
            kind: PersonKind::Token,
            id: digest::hex(&digest::sha256(secret.as_bytes())),
            version: 1,
            document: kept.document(),
        };
        let view = kept.view(self.now());
        let entry = self.entry(actor, "create", ("token", &kept.name), None, Some(kept.written()));
        self.change_people(PeopleChange { puts: vec![row], entry: Some(entry), ..PeopleChange::default() })
            .await?;
        Ok(IssuedToken { secret, token: view })
    }

    /// Takes a token back, at once. One's own, or, where one changes people, anybody's.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Forbidden`].
    pub async fn revoke_token(&self, actor: &Actor, name: &str) -> Result<(), Error> {
        let _changing = self.inner.people.changing.lock().await;
        let all = self.kept_tokens().await?;
        let read = Permission::read(Area::Tokens);
        let sees = |kept: &Kept| actor.authority.at(&kept.workspace).reach(read) == Reach::Everything;
        let found = all.into_iter().find(|(_, kept)| kept.name == name && sees(kept));
        let (row, kept) = found.ok_or_else(|| Error::Missing { what: format!("token `{name}`") })?;
        may_write_tokens(actor, &kept.workspace)?;
        let may = actor.authority.at(&kept.workspace);
        let watches = [Permission::write(Area::People), Permission::write(Area::Secrets)];
        if kept.created_by != actor.name
            && !watches.into_iter().any(|permission| may.reach(permission) == Reach::Everything)
        {
            let detail = format!("token `{name}` is not yours; `people:write` or `secrets:write` is needed");
            return Err(Error::Forbidden { detail });
        }
        let entry = self.entry(actor, "revoke", ("token", name), Some(kept.written()), None);
        self.change_people(PeopleChange {
            removed: vec![(PersonKind::Token, row.id, row.version)],
            entry: Some(entry),
            ..PeopleChange::default()
        })
        .await
    }

    /// Who shows a token, and what they may now; `None` where it is none, or expired, or who made it is gone.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn token_bearer(&self, token: &str) -> Result<Option<(String, Arc<Authority>)>, Error> {
        Ok(self.bearer(token).await?.map(|(name, authority, _)| (name, authority)))
    }

    /// The same, and the workspace that the token is for; `None` for one for every workspace.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn token_in_workspace(
        &self,
        token: &str,
    ) -> Result<Option<(String, Arc<Authority>, Option<Name>)>, Error> {
        let of = |scope| match scope {
            Scope::One(name) => Some(name),
            Scope::Every => None,
        };
        Ok(self.bearer(token).await?.map(|(name, authority, scope)| (name, authority, of(scope))))
    }

    async fn bearer(&self, token: &str) -> Result<Option<(String, Arc<Authority>, Scope)>, Error> {
        if !key::is_token(token) {
            return Ok(None);
        }
        let id = digest::hex(&digest::sha256(token.as_bytes()));
        let row = self.inner.store.person(PersonKind::Token, id).await.map_err(Error::Store)?;
        let Some((row, kept)) = row.map(read).transpose()? else { return Ok(None) };
        let now = self.now();
        if kept.expires_at <= now {
            return Ok(None);
        }
        let roles = self.known_roles().await?;
        let asked = kept.permissions(&roles);
        let owner = kept.member.as_deref().map(Arc::from);
        let grant = Grant { scope: kept.workspace.clone(), permissions: asked, only: kept.only.clone() };
        let mut authority = Authority::of(vec![grant], owner);
        if let Some(member) = &kept.member {
            let Some((_, theirs)) = self.authority_of(member).await? else { return Ok(None) };
            authority = authority.within(Arc::new(theirs));
        }
        if kept.last_used_at.is_none_or(|last| last + WORTH_WRITING <= now) {
            self.note_use(row, &kept, now).await;
        }
        Ok(Some((format!("{TOKEN_NAME}{}", kept.name), Arc::new(authority), kept.workspace)))
    }

    /// Keeps when a token was used last; nobody is kept out where that fails.
    async fn note_use(&self, row: PersonRow, kept: &Kept, now: u64) {
        let used = Kept { last_used_at: Some(now), ..kept.clone() };
        let row = PersonRow { version: row.version + 1, document: used.document(), ..row };
        let change = PeopleChange { puts: vec![row], ..PeopleChange::default() };
        match self.inner.store.change_people(change).await {
            // Another call has just written it, or it was revoked.
            Ok(()) | Err(store::Error::Stale { .. }) => {}
            Err(error) => tracing::warn!(%error, "the use of a token was not kept"),
        }
    }

    async fn kept_tokens(&self) -> Result<Vec<(PersonRow, Kept)>, Error> {
        let rows = self.inner.store.people(PersonKind::Token).await.map_err(Error::Store)?;
        rows.into_iter().map(read).collect()
    }

    pub(crate) async fn tokens_made_by(&self, email: &str) -> Result<Vec<(PersonKind, String, u64)>, Error> {
        let all = self.kept_tokens().await?.into_iter();
        let theirs = all.filter(|(_, kept)| kept.member.as_deref() == Some(email));
        Ok(theirs.map(|(row, _)| (PersonKind::Token, row.id, row.version)).collect())
    }

    pub(crate) async fn tokens_with_role(&self, role: &Name) -> Result<Vec<String>, Error> {
        let all = self.kept_tokens().await?.into_iter();
        let with = all.filter(|(_, kept)| kept.roles.iter().any(|held| held == role.as_str()));
        Ok(with.map(|(_, kept)| format!("{TOKEN_NAME}{}", kept.name)).collect())
    }

    fn acceptable_token(&self, roles: &Roles, form: &TokenForm, lasts: Span) -> Result<Permissions, Error> {
        let wrong = |field: String, message: String| Finding::error("invalid-token", message).in_field(field);
        let mut findings = Vec::new();
        let mut asked = Permissions::default();
        for (at, role) in form.roles.iter().enumerate() {
            match roles.check(role.as_str()) {
                Ok(permissions) => asked = asked.and(permissions),
                Err(reason) => findings.push(wrong(format!("roles[{at}]"), reason)),
            }
        }
        match Permissions::read(&form.permissions) {
            Ok(permissions) => asked = asked.and(permissions),
            Err((at, reason)) => findings.push(wrong(format!("permissions[{at}]"), reason)),
        }
        if let Some(reason) = form.only.as_ref().and_then(Only::fault) {
            findings.push(wrong("only".to_owned(), reason));
        }
        if form.roles.is_empty() && form.permissions.is_empty() {
            let message = "a token has a role or a permission, or it opens nothing".to_owned();
            findings.push(wrong("permissions".to_owned(), message));
        }
        if lasts.0.is_zero() || lasts > LONGEST {
            let message = "is longer than `0s` and at most ten years".to_owned();
            findings.push(wrong("expires_in".to_owned(), message));
        }
        if let Scope::One(name) = &form.workspace
            && let Err(error) = self.check_workspace(name)
        {
            findings.push(wrong("workspace".to_owned(), error.to_string()));
        }
        if findings.is_empty() { Ok(asked) } else { Err(Error::Invalid(findings)) }
    }
}

/// What the names of tokens begin with in the audit log.
const TOKEN_NAME: &str = "token/";

fn may_write_tokens(actor: &Actor, scope: &Scope) -> Result<(), Error> {
    match actor.authority.at(scope).reach(Permission::write(Area::Tokens)) {
        Reach::Everything => Ok(()),
        _ => Err(Error::Forbidden { detail: format!("this needs `tokens:write` in workspace `{scope}`") }),
    }
}

fn read(row: PersonRow) -> Result<(PersonRow, Kept), Error> {
    match serde_json::from_value(row.document.clone()) {
        Ok(kept) => Ok((row, kept)),
        Err(error) => {
            tracing::error!(%error, "a stored token cannot be read");
            Err(Error::Internal)
        }
    }
}

impl Kept {
    fn permissions(&self, roles: &Roles) -> Permissions {
        // A word that a newer build wrote gives nothing here.
        let words = self.permissions.iter().filter_map(|word| Permissions::read(&[word]).ok());
        let of_roles = self.roles.iter().map(|role| roles.permissions(role));
        words.chain(of_roles).fold(Permissions::default(), Permissions::and)
    }

    fn document(&self) -> Value {
        serde_json::to_value(self).expect("a token is JSON")
    }

    fn written(&self) -> Value {
        let until = timestamp(self.expires_at).to_string();
        let mut written = json!({
            "workspace": self.workspace, "roles": self.roles, "permissions": self.permissions, "expires_at": until,
        });
        if let Some(only) = &self.only {
            written["only"] = json!(only);
        }
        written
    }

    fn view(&self, now: u64) -> TokenView {
        TokenView {
            name: self.name.clone(),
            hint: self.hint.clone(),
            workspace: self.workspace.clone(),
            roles: self.roles.clone(),
            permissions: self.permissions.clone(),
            only: self.only.clone(),
            created_by: self.created_by.clone(),
            created_at: timestamp(self.created_at).to_string(),
            expires_at: timestamp(self.expires_at).to_string(),
            expired: self.expires_at <= now,
            last_used_at: self.last_used_at.map(|at| timestamp(at).to_string()),
        }
    }
}
