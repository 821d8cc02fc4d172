//! `ldap-auth`: who calls, by a name and a password that a directory knows (RFC 4511).

pub(crate) mod ber;
mod directory;
mod dn;
pub(crate) mod message;
mod session;
pub(crate) mod template;

use std::{collections::BTreeMap, net::IpAddr};

use aws_lc_rs::rand;
use http::Uri;
use model::{UpstreamPems, UpstreamTls};
use policy::{Dial, prelude::*};
use serde_json::Value as Json;

use self::{
    directory::{Directory, Membership, Who},
    dn::plain_dn,
    message::Scope,
    template::{DnTemplate, FilterTemplate},
};
use crate::{
    door::Door,
    recent::Recent,
    said::{ClaimNames, Unregistered},
};

/// Pairs of name and password that a gateway remembers.
const REMEMBERED: usize = 20_000;
/// Claims that are there whatever the entry says.
const OWN_CLAIMS: [&str; 3] = ["sub", "dn", "groups"];

/// Lets in callers whose name and password a directory (OpenLDAP, Active Directory) knows, and says who they are.
///
/// The name and password come in `Authorization: Basic`. The entry is found by `user_dn` or by `user`, and the directory is asked whether the password is
/// its own (a bind, RFC 4513 §5.1.3). What fits is remembered for `cache`, as a keyed hash and in memory alone. An unknown name is answered as a wrong
/// password is. While the directory does not answer, pairs that are not remembered are answered `503`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LdapAuth {
    /// The directory: `ldaps://ldap.example.com`, or `ldap://` together with `start_tls`. The ports are 636 and 389 unless it says others.
    url: String,
    /// Whether a connection to `ldap://` goes on with TLS before anything is said on it (RFC 4511 §4.14). There is no way around it where the directory refuses.
    #[serde(default)]
    start_tls: bool,
    /// Whether passwords may go over the network in the clear, to `ldap://` without `start_tls`. Without it that is accepted for this machine's own addresses only.
    #[serde(default)]
    plaintext: bool,
    /// PEM file with the authorities that vouch for the directory's certificate; by default those the system trusts. It is read again whenever it changes.
    #[serde(default)]
    ca_file: Option<String>,
    /// The DN of the entry of a name: `uid={username},ou=people,dc=example,dc=com`. Either this or `user`.
    #[serde(default)]
    user_dn: Option<String>,
    /// Where the entry of a name is looked for. Either this or `user_dn`.
    #[serde(default)]
    user: Option<UserSearch>,
    /// As whom entries and groups are looked for. Without it nobody in particular looks for entries, and groups are looked for by whom they are about.
    #[serde(default)]
    bind: Option<Account>,
    /// Which groups external callers are in, for `acl`, `authorize` and conditions. Registered consumers are in those that they are given here.
    #[serde(default)]
    groups: Option<Groups>,
    /// The attribute that says who calls; it is looked for among the `custom_id`s and then the names of consumers. By default the one that the name is
    /// compared with. As the directory spells it, so that `Ada` and `ada` are one caller.
    #[serde(default)]
    consumer_attribute: Option<String>,
    /// More attributes that become claims, for `authorize`, conditions and `forward_claims`: `[mail, department]`.
    #[serde(default)]
    attributes: Vec<String>,
    /// Headers for the upstream with the claims they tell: `x-mail: mail`; `sub`, `dn` and `groups` are there as well. What a client sent under these names is always taken out.
    #[serde(default)]
    forward_claims: BTreeMap<String, String>,
    /// Whether callers that are no registered consumers are let in, as `external` callers.
    #[serde(default)]
    unregistered: Unregistered,
    /// How long a pair that fits is remembered, 1 hour at most: a password that is changed, and a caller that is locked, are refused after that time at the latest.
    #[serde(default = "cache")]
    cache: Span,
    /// How long the directory may take for all it is asked about one request, 30 seconds at most.
    #[serde(default = "timeout")]
    timeout: Span,
    /// What browsers show when they ask for the password.
    #[serde(default = "realm")]
    realm: String,
    /// How many pairs that are not remembered may be tried in a minute from one network address, and for one name. Guessing is stopped there with `429`.
    #[serde(default = "attempts")]
    attempts: u32,
    /// Whether the header is taken out of the request before it goes to the upstream.
    #[serde(default = "yes")]
    hide_credentials: bool,
}

/// Where the entry of a name is looked for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserSearch {
    /// Below which entry: `ou=people,dc=example,dc=com`.
    base: String,
    /// A search filter (RFC 4515) that exactly one entry fits: `(|(uid={username})(mail={username}))`.
    filter: String,
    /// Whether only entries directly below the base are looked at.
    #[serde(default)]
    one_level: bool,
}

/// As whom the gateway looks for entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Account {
    /// Its DN: `cn=gateway,dc=example,dc=com`.
    dn: String,
    /// Its password, best by a reference: `secret://ldap`.
    password: String,
}

/// Which groups callers are in: either an attribute of their entry or entries that name them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Groups {
    /// An attribute of the caller's entry: `memberOf`.
    #[serde(default)]
    attribute: Option<String>,
    /// Below which entry groups count. With `attribute` each DN directly below it counts by its own name: `cn=writers,ou=groups,dc=example,dc=com` as `writers`. Without it values
    /// count as they are.
    #[serde(default)]
    base: Option<String>,
    /// A search filter for the entries of groups: `(member={dn})`, `(memberUid={username})`, or `(member:1.2.840.113556.1.4.1941:={dn})` for groups in groups of Active Directory.
    #[serde(default)]
    filter: Option<String>,
    /// The attribute with the name of a group that was found by `filter`.
    #[serde(default = "group_name")]
    name: String,
}

fn cache() -> Span {
    Span::secs(60)
}

fn timeout() -> Span {
    Span::secs(5)
}

fn realm() -> String {
    "pailou".to_owned()
}

fn attempts() -> u32 {
    60
}

fn yes() -> bool {
    true
}

fn group_name() -> String {
    "cn".to_owned()
}

impl Policy for LdapAuth {
    const NAME: &'static str = "ldap-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str =
        "{ url: \"ldaps://ldap.example.com\", user_dn: \"uid={username},ou=people,dc=example,dc=com\" }";

    fn files(config: &Json) -> Vec<(String, String)> {
        let file = config.get("ca_file").and_then(Json::as_str);
        file.map(|path| ("ca_file".to_owned(), path.to_owned())).into_iter().collect()
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let tls = self.tls(cx)?;
        let (secure, host, port) = self.address()?;
        let user = self.who()?;
        if let Some(Account { dn, password }) = &self.bind
            && (dn.is_empty() || password.is_empty())
        {
            return Err(Invalid::field("bind", "both `dn` and `password` must say something"));
        }
        if self.cache > Span::secs(3600) {
            return Err(Invalid::field("cache", "is at most 1 hour"));
        }
        if self.timeout.0.is_zero() || self.timeout > Span::secs(30) {
            return Err(Invalid::field("timeout", "is longer than nothing, and at most 30 seconds"));
        }
        let groups = self.groups.as_ref().map(Groups::read).transpose()?;
        let consumer = match (&self.consumer_attribute, user.attribute()) {
            (Some(named), _) => attribute(named, "consumer_attribute")?,
            (None, Some(compared)) => compared.to_owned(),
            (None, None) => {
                let message = "say which attribute tells who calls: the filter compares none with `{username}`";
                return Err(Invalid::field("consumer_attribute", message));
            }
        };
        let mut asked = vec![consumer.clone()];
        if let Some(Membership::Listed { attribute, .. }) = &groups {
            asked.push(attribute.clone());
        }
        for (at, name) in self.attributes.iter().enumerate() {
            asked.push(attribute(name, &format!("attributes[{at}]"))?);
        }
        asked.sort_unstable_by_key(|name| name.to_ascii_lowercase());
        asked.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        for (header, claim) in &self.forward_claims {
            if !OWN_CLAIMS.contains(&claim.as_str()) && !self.attributes.contains(claim) {
                let message = format!("`{claim}` is neither `sub`, `dn` or `groups` nor one of `attributes`");
                return Err(Invalid::field(format!("forward_claims.{header}"), message));
            }
        }
        let names = ClaimNames {
            consumer: "sub".to_owned(),
            groups: Some("groups".to_owned()),
            scopes: None,
            plan: None,
            forward: self.forward_claims,
            unregistered: self.unregistered,
        };
        let mut own = [0; 16];
        rand::fill(&mut own).expect("the operating system has random bytes");
        Ok(Box::new(Directory {
            door: Door::new(&self.realm, self.attempts, self.hide_credentials, cx)?,
            dial: Dial { host, port, tls: secure.then(|| tls.clone()), timeout: self.timeout.0 },
            secured_by: self.start_tls.then_some(tls),
            user,
            account: self.bind,
            groups,
            consumer,
            claims: self.attributes,
            asked,
            reading: names.read()?,
            cache: self.cache.0,
            known: cx.kept("ldap-auth", || Recent::new(REMEMBERED)),
            own,
            asking: cx.gauge("asking"),
        }))
    }
}

impl LdapAuth {
    /// Whether TLS from the beginning, the host and the port.
    fn address(&self) -> Result<(bool, String, u16), Invalid> {
        let wrong = || {
            let message = format!("`{}` is no directory: write `ldaps://host` or `ldap://host`", self.url);
            Invalid::field("url", message)
        };
        let uri: Uri = self.url.parse().map_err(|_| wrong())?;
        let secure = match uri.scheme_str() {
            Some("ldaps") => true,
            Some("ldap") => false,
            _ => return Err(wrong()),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(wrong)?;
        if authority.host().is_empty() || !matches!(uri.path_and_query().map(|p| p.as_str()), None | Some("/" | "")) {
            return Err(wrong());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let near = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if secure && self.start_tls {
            return Err(Invalid::field("start_tls", "`ldaps://` speaks TLS from the beginning; leave it out"));
        }
        if !secure && !self.start_tls && !self.plaintext && !near {
            let message = "passwords would go over the network in the clear: write `ldaps://`, or `start_tls: true`, or say \
                           `plaintext: true`";
            return Err(Invalid::field("url", message));
        }
        let usual = if secure { 636 } else { 389 };
        Ok((secure, host, authority.port_u16().unwrap_or(usual)))
    }

    fn tls(&self, cx: &BuildCx<'_>) -> Result<UpstreamTls, Invalid> {
        let Some(path) = &self.ca_file else { return Ok(UpstreamTls::default()) };
        let roots = cx.file("ca_file", path)?;
        if !roots.contains("-----BEGIN CERTIFICATE-----") {
            return Err(Invalid::field("ca_file", format!("`{path}` holds no certificate in PEM")));
        }
        let read = UpstreamPems { roots: Some(roots), ..UpstreamPems::default() };
        Ok(UpstreamTls { ca_file: Some(path.clone()), read: Some(Box::new(read)), ..UpstreamTls::default() })
    }

    fn who(&self) -> Result<Who, Invalid> {
        match (&self.user_dn, &self.user) {
            (Some(dn), None) => {
                let template = DnTemplate::read(dn).map_err(|message| Invalid::field("user_dn", message))?;
                Ok(Who::Named(template))
            }
            (None, Some(search)) => {
                let filter = read_filter(&search.filter, "user.filter")?;
                let scope = if search.one_level { Scope::One } else { Scope::Subtree };
                Ok(Who::Found { base: search.base.clone(), filter, scope })
            }
            (Some(_), Some(_)) => Err(Invalid::field("user", "say either `user_dn` or `user`")),
            (None, None) => Err(Invalid::field("user_dn", "say where callers are: by `user_dn` or by `user`")),
        }
    }
}

fn read_filter(text: &str, field: &str) -> Result<FilterTemplate, Invalid> {
    let filter = FilterTemplate::read(text).map_err(|message| Invalid::field(field, message))?;
    if filter.has_slot() {
        return Ok(filter);
    }
    Err(Invalid::field(field, "fits everybody alike: it says neither `{username}` nor `{dn}`"))
}

fn attribute(name: &str, field: &str) -> Result<String, Invalid> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if (1..=100).contains(&name.len()) && name.chars().all(fits) {
        return Ok(name.to_owned());
    }
    Err(Invalid::field(field, format!("`{name}` is no name of an attribute")))
}

impl Groups {
    fn read(&self) -> Result<Membership, Invalid> {
        match (&self.attribute, &self.filter, &self.base) {
            (Some(name), None, base) => Ok(Membership::Listed {
                attribute: attribute(name, "groups.attribute")?,
                below: base.as_deref().map(plain_dn),
            }),
            (None, Some(filter), Some(base)) => Ok(Membership::Found {
                base: base.clone(),
                filter: read_filter(filter, "groups.filter")?,
                name: [attribute(&self.name, "groups.name")?],
            }),
            (None, Some(_), None) => Err(Invalid::field("groups.base", "say below which entry groups are")),
            _ => Err(Invalid::field("groups", "say either `attribute`, or `filter` with `base`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn what_cannot_work_is_told_with_its_field() {
        let dn = "user_dn: \"uid={username},dc=x\"";
        for (config, field) in [
            ("{ url: \"http://x\", user_dn: \"uid={username},dc=x\" }".to_owned(), "url"),
            (format!("{{ url: \"ldap://ldap.example.com\", {dn} }}"), "url"),
            (format!("{{ url: \"ldaps://x/dc=y\", {dn} }}"), "url"),
            (format!("{{ url: \"ldaps://x\", start_tls: true, {dn} }}"), "start_tls"),
            ("{ url: \"ldaps://x\" }".to_owned(), "user_dn"),
            ("{ url: \"ldaps://x\", user_dn: \"uid=ada\" }".to_owned(), "user_dn"),
            ("{ url: \"ldaps://x\", user: { base: o, filter: \"(uid=ada)\" } }".to_owned(), "user.filter"),
            ("{ url: \"ldaps://x\", user: { base: o, filter: \"(uid={username}\" } }".to_owned(), "user.filter"),
            ("{ url: \"ldaps://x\", user: { base: o, filter: \"(uid={username}*)\" } }".to_owned(), "consumer_attribute"),
            (format!("{{ url: \"ldaps://x\", {dn}, groups: {{ filter: \"(member={{dn}})\" }} }}"), "groups.base"),
            (format!("{{ url: \"ldaps://x\", {dn}, groups: {{}} }}"), "groups"),
            (format!("{{ url: \"ldaps://x\", {dn}, bind: {{ dn: cn=x, password: \"\" }} }}"), "bind"),
            (format!("{{ url: \"ldaps://x\", {dn}, attributes: [\"ma il\"] }}"), "attributes[0]"),
            (format!("{{ url: \"ldaps://x\", {dn}, forward_claims: {{ x-mail: mail }} }}"), "forward_claims.x-mail"),
            (format!("{{ url: \"ldaps://x\", {dn}, cache: 2h }}"), "cache"),
            (format!("{{ url: \"ldaps://x\", {dn}, timeout: 0s }}"), "timeout"),
            (format!("{{ url: \"ldaps://x\", {dn}, attempts: 0 }}"), "attempts"),
        ] {
            let invalid = invalid("ldap-auth", &config);
            assert_eq!(invalid.field, field, "{config}: {invalid:?}");
        }
        build("ldap-auth", &format!("{{ url: \"ldap://127.0.0.1:3890\", {dn} }}"));
        build("ldap-auth", &format!("{{ url: \"ldap://ldap.example.com\", start_tls: true, {dn} }}"));
    }

    #[test]
    fn an_empty_password_is_never_sent() {
        let filter = build("ldap-auth", "{ url: \"ldaps://x\", user_dn: \"uid={username},dc=x\" }");
        for pair in ["YWRhOg==", "OnB3", "Og=="] {
            let mut req = RequestBuilder::get("/").header("authorization", &format!("Basic {pair}")).build();
            assert_eq!(refused(&*filter, &mut req).kind.code, "unauthenticated");
        }
    }
}
