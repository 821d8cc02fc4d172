//! What comes of groups: roles of members, for as long as the provider's document says so; and who signs in how.

use model::{Finding, IdentityProvider, Kind, Name, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::PersonKind;

use super::{Identity, attempt::lets_in};
use crate::{Control, Error, Membership, change::Draft, people::Account};

/// How people sign in to the console, or to the portal of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignInWays {
    /// By which providers.
    pub providers: Vec<ProviderButton>,
    /// Whether an account's password signs in.
    pub passwords: bool,
}

/// A provider on the page where people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderButton {
    pub name: Name,
    /// What stands on it.
    pub title: String,
}

impl Control {
    /// # Errors
    /// [`Error::NotFound`].
    pub(crate) fn identity_provider(&self, workspace: &Name, name: &str) -> Result<IdentityProvider, Error> {
        let missing = || Error::NotFound { kind: Kind::IdentityProvider, id: name.to_owned() };
        let state = self.state();
        match state.of(workspace).index.get(&(Kind::IdentityProvider, name.into())).map(|found| &**found) {
            Some(Resource::IdentityProvider(provider)) => Ok((**provider).clone()),
            _ => Err(missing()),
        }
    }

    fn identity_providers(&self, workspace: &Name) -> Vec<IdentityProvider> {
        let state = self.state();
        let all = state.of(workspace).index.of_kind(Kind::IdentityProvider);
        let all = all.filter_map(|resource| match &**resource {
            Resource::IdentityProvider(provider) => Some((**provider).clone()),
            _ => None,
        });
        all.collect()
    }

    /// How people of a kind sign in to the workspace.
    pub fn sign_in_ways(&self, kind: PersonKind, workspace: &Name) -> SignInWays {
        let all = self.identity_providers(workspace);
        let here = all.iter().filter(|provider| lets_in(provider, kind));
        SignInWays {
            providers: here
                .map(|provider| ProviderButton {
                    name: provider.name.clone(),
                    title: provider.title().to_owned(),
                })
                .collect(),
            passwords: !all.iter().any(|provider| is_only_way(provider, kind)),
        }
    }

    /// Whether people of a kind sign in by providers alone.
    pub(crate) fn by_providers_alone(&self, kind: PersonKind, workspace: &Name) -> bool {
        self.identity_providers(workspace).iter().any(|provider| is_only_way(provider, kind))
    }

    /// # Errors
    /// [`Error::Forbidden`] where people of a kind sign in by providers alone.
    pub(crate) fn takes_passwords(&self, kind: PersonKind, workspace: &Name) -> Result<(), Error> {
        match self.by_providers_alone(kind, workspace) {
            false => Ok(()),
            true => Err(Error::Forbidden {
                detail: "passwords are not taken here; sign in by your organization's provider".to_owned(),
            }),
        }
    }

    /// The roles a member has by their groups now, each with the provider that says so.
    pub(crate) fn roles_by_groups(&self, account: &Account) -> Vec<(Membership, Name)> {
        account.identities.iter().flat_map(|identity| self.roles_of_identity(identity)).collect()
    }

    fn roles_of_identity(&self, identity: &Identity) -> Vec<(Membership, Name)> {
        let Ok(provider) = self.identity_provider(&Name::default_workspace(), identity.provider.as_str())
        else {
            return Vec::new();
        };
        let Some(console) = provider.console.as_ref().filter(|_| provider.issuer == identity.issuer) else {
            return Vec::new();
        };
        let lasts = u64::try_from(console.roles_last.0.as_millis()).unwrap_or(u64::MAX);
        if self.now() >= identity.seen_at.saturating_add(lasts) {
            return Vec::new();
        }
        roles_of(&provider, &identity.groups).into_iter().map(|held| (held, provider.name.clone())).collect()
    }

    /// What is wrong with the roles and workspaces that identity providers name, and with where they stand.
    pub(crate) async fn judge_providers(&self, ws: &Name, drafts: &[Draft]) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let consoles = drafts.iter().filter_map(|draft| match &draft.resource {
            Some(Resource::IdentityProvider(provider)) => {
                provider.console.clone().map(|console| (draft, console))
            }
            _ => None,
        });
        let consoles: Vec<_> = consoles.collect();
        if consoles.is_empty() {
            return Ok(findings);
        }
        let roles = self.known_roles().await?;
        let made = |name: &Name| {
            let id = (Kind::Workspace, name.shared());
            drafts.iter().any(|draft| draft.id == id && draft.resource.is_some())
        };
        for (draft, console) in consoles {
            if !ws.is_default_workspace() {
                let message =
                    "members are let in by operators: `console` stands in the workspace `default` alone";
                findings.push(draft.said(Finding::error("for-operators", message), "console"));
            }
            for (at, rule) in console.roles.iter().enumerate() {
                if let Err(reason) = roles.check(rule.role.as_str()) {
                    let field = format!("console.roles[{at}].role");
                    findings.push(draft.said(Finding::error("unknown-role", reason), &field));
                }
                if let Ok(name) = rule.workspace.parse::<Name>()
                    && self.check_workspace(&name).is_err()
                    && !made(&name)
                {
                    let field = format!("console.roles[{at}].workspace");
                    let message = format!("there is no workspace `{name}`");
                    findings.push(draft.said(Finding::error("unknown-workspace", message), &field));
                }
            }
        }
        Ok(findings)
    }

    /// Every role of a member that counts: given by somebody, and by their groups.
    pub(crate) fn all_roles(&self, account: &Account) -> Vec<Membership> {
        let by_groups = self.roles_by_groups(account).into_iter().map(|(held, _)| held);
        let all = account.memberships.iter().cloned().chain(by_groups);
        let mut all: Vec<Membership> = all.filter(|held| account.counts(held)).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The providers whose documents name a role.
    pub(crate) fn providers_with_role(&self, role: &Name) -> Vec<String> {
        let all = self.identity_providers(&Name::default_workspace());
        let names = |provider: &IdentityProvider| {
            provider
                .console
                .as_ref()
                .is_some_and(|console| console.roles.iter().any(|rule| rule.role == *role))
        };
        let naming = all.iter().filter(|provider| names(provider));
        naming.map(|provider| format!("identity-provider/{}", provider.name)).collect()
    }
}

/// The roles that groups give.
pub(super) fn roles_of(provider: &IdentityProvider, groups: &[String]) -> Vec<Membership> {
    let rules = provider.console.iter().flat_map(|console| &console.roles);
    let fitting = rules.filter(|rule| rule.fits(groups));
    let mut held: Vec<Membership> = fitting
        .filter_map(|rule| {
            Some(Membership { workspace: rule.workspace.parse().ok()?, role: rule.role.clone(), only: None })
        })
        .collect();
    held.sort();
    held.dedup();
    held
}

fn is_only_way(provider: &IdentityProvider, kind: PersonKind) -> bool {
    match kind {
        PersonKind::Member => provider.console.as_ref().is_some_and(|console| console.only),
        PersonKind::Developer => provider.portal.as_ref().is_some_and(|portal| portal.only),
        PersonKind::Role | PersonKind::Token | PersonKind::Identity | PersonKind::Passkey => false,
    }
}
