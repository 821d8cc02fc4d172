//! Identity providers: where people of the console and of the portal may sign in (OpenID Connect Core 1.0, SAML 2.0).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Name, SamlSignIn, Span};

/// The longest a session may last that began at a provider.
const LONGEST_SESSION: Span = Span::secs(7 * 24 * 3600);
const SHORTEST_SESSION: Span = Span::secs(60);
/// The longest time for which roles by groups hold without another sign-in.
const LONGEST_ROLES: Span = Span::secs(366 * 24 * 3600);
const MOST_RULES: usize = 1000;
const LONGEST_GROUP: usize = 256;

/// A provider of OpenID Connect or SAML 2.0 at which people sign in: members to the console, developers to the portal of the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    pub name: Name,
    /// What stands on the button: `Example Corp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The provider, as its tokens say it in `iss`: `https://idp.example.com`. What it says of itself is at
    /// `/.well-known/openid-configuration` below. With `saml` the entity id of the provider, as its answers say it in `Issuer`.
    pub issuer: String,
    /// As whom Pailou is registered there. With `saml` the entity id of Pailou: the audience of its answers.
    pub client_id: String,
    /// Says that the provider speaks SAML 2.0, and where its metadata is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saml: Option<SamlSignIn>,
    /// The secret of that client, by a reference: `secret://idp`. Public clients have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What is asked for at signing in.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// The claim with the groups of a person, a list or one text: its name, or a path such as `realm_access.roles`. With `saml` the attribute.
    #[serde(default = "groups")]
    pub groups_claim: String,
    /// E-mail addresses of which domains are let in; any, where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub email_domains: Vec<String>,
    /// Whether addresses count that the provider does not say it has verified; it needs `email_domains`. For a provider that gives out the
    /// addresses itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trust_emails: bool,
    /// What becomes of an account with a password that has the address of who signs in; `link` needs `email_domains`.
    #[serde(default, skip_serializing_if = "ExistingAccounts::is_refuse")]
    pub existing_accounts: ExistingAccounts,
    /// Whether who signs out here signs out at the provider, too.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub sign_out: bool,
    /// Lets members into the console, where it is there; in the workspace `default` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console: Option<ConsoleSignIn>,
    /// Lets developers into the portal of the workspace, where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<PortalSignIn>,
}

/// What becomes of an account with a password that has the address of who signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExistingAccounts {
    /// Its owner signs in with the password, and connects the provider there.
    #[default]
    Refuse,
    /// Whoever the provider says has the address has the account.
    Link,
}

impl ExistingAccounts {
    fn is_refuse(&self) -> bool {
        *self == ExistingAccounts::Refuse
    }
}

/// How members come in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsoleSignIn {
    /// Whether people with a role by their groups become members as they first come; all others are invited before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create: bool,
    /// Which roles come of which groups. They are looked at anew with every sign-in, and with every change of this list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<GroupRole>,
    /// For how long they hold after the last sign-in, for service tokens too; 366 days at most.
    #[serde(default = "month")]
    pub roles_last: Span,
    /// How long a session lasts at most, before one comes by the provider again; 7 days at most.
    #[serde(default = "half_a_day")]
    pub session: Span,
    /// Whether members sign in by providers alone; the administrator's token stays as the way in when none answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
}

/// How developers come in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortalSignIn {
    /// Whether people have an account as they first come.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub create: bool,
    /// Groups of which one must be in any; everybody, where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// How long a session lasts at most; 7 days at most.
    #[serde(default = "half_a_day")]
    pub session: Span,
    /// Whether developers sign in by providers alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
}

/// A role that comes of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRole {
    /// As the provider says it; `*` is everybody it knows.
    pub group: String,
    pub role: Name,
    /// Where the role holds: the name of a workspace, or `*` for every one.
    #[serde(default = "default_workspace", skip_serializing_if = "is_default_workspace")]
    pub workspace: String,
}

impl GroupRole {
    /// Whether it is for somebody with these groups.
    pub fn fits(&self, groups: &[String]) -> bool {
        self.group == "*" || groups.contains(&self.group)
    }
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

fn scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).into()
}

fn groups() -> String {
    "groups".to_owned()
}

fn month() -> Span {
    Span::secs(30 * 24 * 3600)
}

fn half_a_day() -> Span {
    Span::secs(12 * 3600)
}

fn default_workspace() -> String {
    crate::DEFAULT_WORKSPACE.to_owned()
}

fn is_default_workspace(name: &str) -> bool {
    name == crate::DEFAULT_WORKSPACE
}

impl IdentityProvider {
    /// What to call it.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(self.name.as_str())
    }

    /// Whether it may speak for an address; those of other domains are not let in.
    pub fn has_domain(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        let is = |known: &String| domain.is_some_and(|domain| domain.eq_ignore_ascii_case(known));
        self.email_domains.is_empty() || self.email_domains.iter().any(is)
    }

    /// What is wrong with it by itself, with the field.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut wrong = |field: &str, message: &str| faults.push((field.to_owned(), message.to_owned()));
        if let Some(saml) = &self.saml {
            saml.faults(self, &mut wrong);
        } else if !is_issuer(&self.issuer) {
            wrong(
                "issuer",
                "is an address without query and fragment, such as `https://idp.example.com`; `http` is for this machine alone",
            );
        }
        if self.client_id.is_empty() || self.client_id.len() > 1024 {
            wrong("client_id", "says as whom Pailou is registered with the provider, in 1 to 1024 bytes");
        }
        if let Some(secret) = &self.client_secret
            && !secret.starts_with(crate::SECRET_SCHEME)
        {
            wrong(
                "client_secret",
                "names a secret, such as `secret://idp`: keep it by `pailou secret set idp`",
            );
        }
        if self.title.as_ref().is_some_and(|title| !is_text(title, 60)) {
            wrong("title", "has 1 to 60 characters");
        }
        let is_scope = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte))
        };
        if self.scopes.len() > 50 || !self.scopes.iter().all(is_scope) {
            wrong("scopes", "are at most 50 words");
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            wrong("scopes", "`openid` must be among them");
        }
        if !is_text(&self.groups_claim, 200) {
            wrong("groups_claim", "is the name of a claim, or a path to it");
        }
        for (at, domain) in self.email_domains.iter().enumerate() {
            let is_domain = !domain.is_empty()
                && domain.len() <= 253
                && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
            if !is_domain {
                wrong(&format!("email_domains[{at}]"), "is the part behind the `@`, such as `example.com`");
            }
        }
        if self.trust_emails && self.email_domains.is_empty() {
            wrong("trust_emails", "needs `email_domains`: a provider is trusted for its own addresses alone");
        }
        if self.existing_accounts == ExistingAccounts::Link && self.email_domains.is_empty() {
            wrong(
                "existing_accounts",
                "`link` needs `email_domains`: a provider has the accounts of its own addresses alone",
            );
        }
        if self.console.is_none() && self.portal.is_none() {
            wrong("console", "nobody signs in by this provider: write `console: {}`, `portal: {}` or both");
        }
        if let Some(console) = &self.console {
            for (at, rule) in console.roles.iter().enumerate() {
                if !is_text(&rule.group, LONGEST_GROUP) {
                    wrong(&format!("console.roles[{at}].group"), "names a group, in 1 to 256 characters");
                }
                if rule.workspace != "*" && rule.workspace.parse::<Name>().is_err() {
                    wrong(&format!("console.roles[{at}].workspace"), "is the name of a workspace, or `*`");
                }
            }
            if console.roles.len() > MOST_RULES {
                wrong("console.roles", "are at most 1000");
            }
            if console.create && console.roles.is_empty() {
                wrong("console.create", "needs `roles`: a member has one at least");
            }
            if console.roles_last < SHORTEST_SESSION || console.roles_last > LONGEST_ROLES {
                wrong("console.roles_last", "is 1 minute to 366 days");
            }
            if console.session < SHORTEST_SESSION || console.session > LONGEST_SESSION {
                wrong("console.session", "is 1 minute to 7 days");
            }
        }
        if let Some(portal) = &self.portal {
            if portal.groups.len() > MOST_RULES
                || !portal.groups.iter().all(|group| is_text(group, LONGEST_GROUP))
            {
                wrong("portal.groups", "are at most 1000 names, of 1 to 256 characters");
            }
            if portal.session < SHORTEST_SESSION || portal.session > LONGEST_SESSION {
                wrong("portal.session", "is 1 minute to 7 days");
            }
        }
        faults
    }
}

pub(crate) fn is_text(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// Whether this can be an issuer (OpenID Connect Discovery 1.0 §3); without TLS on this machine alone.
pub(crate) fn is_issuer(text: &str) -> bool {
    let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return false,
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let here = matches!(host, "localhost" | "::1") || host.starts_with("127.");
    !host.is_empty()
        && text.len() <= 1024
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\\\"<>".contains(&byte))
        && (secure || here)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Resource;

    fn read(document: serde_json::Value) -> IdentityProvider {
        let Resource::IdentityProvider(provider) = Resource::from_value(document).unwrap() else { panic!() };
        *provider
    }

    #[test]
    fn a_provider_is_read_as_it_is_written_and_written_as_it_was_read() {
        let document = json!({
            "kind": "identity-provider", "name": "corp", "title": "Example Corp", "issuer": "https://idp.example.com",
            "client_id": "pailou", "client_secret": "secret://corp", "scopes": ["openid", "email", "profile"],
            "groups_claim": "groups", "email_domains": ["example.com"],
            "console": {
                "create": true,
                "roles": [
                    { "group": "admins", "role": "admin", "workspace": "*" },
                    { "group": "*", "role": "viewer" },
                ],
                "roles_last": "30d", "session": "12h", "only": true,
            },
            "portal": { "groups": ["partners"], "session": "1h" },
        });
        let provider = read(document.clone());
        assert!(provider.faults().is_empty(), "{:?}", provider.faults());
        assert_eq!(Resource::from(provider.clone()).to_value(), document);
        assert!(provider.has_domain("ana@Example.com"));
        for other in
            ["ana@example.com.evil.test", "ana@evil-example.com", "example.com", "ana@sub.example.com"]
        {
            assert!(!provider.has_domain(other), "{other}");
        }
        let [admins, all] = &provider.console.unwrap().roles[..] else { panic!() };
        assert!(admins.fits(&["admins".to_owned()]) && !admins.fits(&["Admins".to_owned()]));
        assert!(all.fits(&[]));
    }

    #[test]
    fn every_fault_names_its_field_and_what_to_do() {
        let fields = |more: serde_json::Value| {
            let mut document = json!({
                "kind": "identity-provider", "name": "corp", "issuer": "https://idp.example.com", "client_id": "pailou",
                "console": {},
            });
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(document).faults().into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        for issuer in [
            "idp.example.com",
            "ftp://idp.example.com",
            "http://idp.example.com",
            "http://127.0.0.1.evil.test@x",
            "https://idp.example.com?x",
            "https://idp.example.com#x",
            "https://u:p@idp.example.com",
            "https:///x",
            "https://idp\\x",
        ] {
            assert_eq!(fields(json!({ "issuer": issuer })), ["issuer"], "{issuer}");
        }
        assert!(fields(json!({ "issuer": "http://127.0.0.1:8080/realms/a" })).is_empty());
        assert!(fields(json!({ "issuer": "http://[::1]:8080" })).is_empty());
        for (more, field) in [
            (json!({ "client_id": "" }), "client_id"),
            (
                json!({ "saml": { "metadata": "http://idp.example.com/m" }, "client_id": "urn:us" }),
                "saml.metadata",
            ),
            (
                json!({ "saml": { "metadata": "https://idp.example.com/m#x" }, "client_id": "urn:us" }),
                "saml.metadata",
            ),
            (json!({ "saml": { "metadata": "https://idp.example.com/m?a=b" } }), "client_id"),
            (
                json!({ "saml": { "metadata": "https://idp.example.com/m" }, "client_id": "urn:us", "issuer": "idp" }),
                "issuer",
            ),
            (
                json!({ "saml": { "metadata": "https://idp.example.com/m" }, "client_id": "urn:us", "client_secret": "secret://x" }),
                "client_secret",
            ),
            (
                json!({ "saml": { "metadata": "https://idp.example.com/m", "email_attribute": "" }, "client_id": "urn:us" }),
                "saml.email_attribute",
            ),
            (
                json!({ "saml": { "metadata": "https://idp.example.com/m", "key": "planted" }, "client_id": "urn:us" }),
                "saml.key",
            ),
            (
                json!({ "saml": { "metadata": "https://idp.example.com/m", "key": "secret://x", "certificate": "planted" }, "client_id": "urn:us" }),
                "saml.certificate",
            ),
            (
                json!({ "saml": { "metadata": "https://idp.example.com/m", "certificate": "-----BEGIN CERTIFICATE-----" }, "client_id": "urn:us" }),
                "saml.key",
            ),
            (json!({ "client_secret": "planted" }), "client_secret"),
            (json!({ "title": " " }), "title"),
            (json!({ "scopes": ["email"] }), "scopes"),
            (json!({ "email_domains": ["@example.com"] }), "email_domains[0]"),
            (json!({ "trust_emails": true }), "trust_emails"),
            (json!({ "existing_accounts": "link" }), "existing_accounts"),
            (json!({ "console": null }), "console"),
            (json!({ "console": { "create": true } }), "console.create"),
            (json!({ "console": { "session": "8d" } }), "console.session"),
            (json!({ "console": { "roles_last": "1s" } }), "console.roles_last"),
            (
                json!({ "console": { "roles": [{ "group": "a", "role": "viewer", "workspace": "A B" }] } }),
                "console.roles[0].workspace",
            ),
            (json!({ "portal": { "session": "1s" } }), "portal.session"),
        ] {
            assert_eq!(fields(more), [field]);
        }
    }
}
