//! `acl`: who may call, by groups and scopes.

use http::header::WWW_AUTHENTICATE;
use policy::prelude::*;

/// Lets in callers by their names, groups and scopes, and refuses all others with `403`.
///
/// It runs after authentication: attach an authentication policy too, because nobody who was not recognized is let in. Who is denied is refused
/// whatever else is said; then, where somebody is allowed by name or group, only they are let in; then every scope that is asked for must be there.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Acl {
    /// Groups whose members are let in; any one will do.
    allow: Vec<String>,
    /// Groups whose members are refused.
    deny: Vec<String>,
    /// Consumers and apps that are let in by name.
    allow_callers: Vec<String>,
    /// Consumers and apps that are refused by name.
    deny_callers: Vec<String>,
    /// Scopes that the credential must have, all of them.
    scopes: Vec<String>,
    /// Scopes of which the credential must have one.
    any_scope: Vec<String>,
}

impl Policy for Acl {
    const NAME: &'static str = "acl";
    const STAGE: Stage = Stage::Authorize;
    const EXAMPLE: &'static str = "{ allow: [staff], scopes: [orders:read] }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let lists = [
            ("allow", &self.allow),
            ("deny", &self.deny),
            ("allow_callers", &self.allow_callers),
            ("deny_callers", &self.deny_callers),
            ("scopes", &self.scopes),
            ("any_scope", &self.any_scope),
        ];
        if lists.iter().all(|(_, list)| list.is_empty()) {
            return Err(Invalid::whole("say who is allowed or denied, or which scopes are needed"));
        }
        for (name, list) in lists {
            if let Some(at) = list.iter().position(|text| text.is_empty() || text.len() > 255) {
                return Err(Invalid::field(format!("{name}[{at}]"), "a name has 1 to 255 bytes"));
            }
        }
        for (name, list) in [("scopes", &self.scopes), ("any_scope", &self.any_scope)] {
            if let Some(at) = list.iter().position(|scope| !is_scope(scope)) {
                let message = format!("`{}` is no scope: visible ASCII, without quotes and \\", list[at]);
                return Err(Invalid::field(format!("{name}[{at}]"), message));
            }
        }
        Ok(Box::new(Check(self)))
    }
}

/// The grammar of scopes (RFC 6749 §3.3).
pub(crate) fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
}

/// A refusal for want of scopes, with the challenge that names them (RFC 6750 §3.1).
pub(crate) fn insufficient_scope(needed: &[impl AsRef<str>], any: bool) -> Problem {
    let names: Vec<&str> = needed.iter().map(AsRef::as_ref).collect();
    let all = names.join(" ");
    let detail = match any && names.len() > 1 {
        true => format!("the credential needs one of the scopes `{}`", names.join("`, `")),
        false => format!("the credential needs the scope `{}`", names.join("` and `")),
    };
    let challenge = format!("Bearer realm=\"pailou\", error=\"insufficient_scope\", scope=\"{all}\"");
    let problem = Problem::new(problems::FORBIDDEN, detail).because(format!("without the scope {all}"));
    match HeaderValue::try_from(challenge) {
        Ok(challenge) => problem.with_header(WWW_AUTHENTICATE, challenge),
        Err(_) => problem,
    }
}

/// The running form of [`Acl`].
struct Check(Acl);

impl Filter for Check {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        self.check(req.identity.as_ref()).map_err(Into::into).into()
    }
}

impl Check {
    fn check(&self, identity: Option<&Identity>) -> Result<(), Problem> {
        let Check(acl) = self;
        let refuse = |why: String| {
            Problem::new(problems::FORBIDDEN, "this caller may not call here").because(format!("acl: {why}"))
        };
        let Some(identity) = identity else {
            return Err(refuse("no authentication policy recognized anybody".to_owned()));
        };
        let caller = &identity.caller;
        // Only registered callers have names that nobody else can take.
        let registered = !caller.key.starts_with("external/");
        let named = |list: &[String]| registered && list.iter().any(|name| **name == *caller.name);
        let grouped = |list: &[String]| caller.groups.iter().find(|group| list.contains(group)).cloned();
        if named(&acl.deny_callers) {
            return Err(refuse("the caller is denied".to_owned()));
        }
        if let Some(group) = grouped(&acl.deny) {
            return Err(refuse(format!("the group `{group}` is denied")));
        }
        let anybody = acl.allow.is_empty() && acl.allow_callers.is_empty();
        if !anybody && !named(&acl.allow_callers) && grouped(&acl.allow).is_none() {
            return Err(refuse("neither the caller nor a group of it is allowed".to_owned()));
        }
        let has = |scope: &String| identity.scopes.iter().any(|had| **had == **scope);
        let missing: Vec<&String> = acl.scopes.iter().filter(|scope| !has(scope)).collect();
        if !missing.is_empty() {
            return Err(insufficient_scope(&missing, false));
        }
        if !acl.any_scope.is_empty() && !acl.any_scope.iter().any(has) {
            return Err(insufficient_scope(&acl.any_scope, true));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::snapshot::{Access, Caller};

    use crate::testing::*;

    fn request(key: &str, groups: &[&str], scopes: &[&str]) -> policy::Request {
        let (kind, name) = key.split_once('/').unwrap();
        let groups = groups.iter().map(|group| (*group).to_owned()).collect();
        let caller = Caller { groups, ..(*caller(kind, name, Access::Any)).clone() };
        let scopes = scopes.iter().map(|scope| (*scope).into()).collect();
        let mut req = RequestBuilder::get("/").build();
        req.identity = Some(policy::Identity { scopes, ..policy::Identity::of(Arc::new(caller)) });
        req
    }

    #[test]
    fn groups_names_and_scopes_decide() {
        let ada = ("consumer/ada", &["staff", "eu"][..], &["read", "write"][..]);
        let eve = ("consumer/eve", &["guests"][..], &["read"][..]);
        let posing = ("external/ada", &["eu"][..], &["read"][..]);
        for (config, passes) in [
            ("{ allow: [staff] }", [true, false, false]),
            ("{ deny: [guests] }", [true, false, true]),
            ("{ allow: [staff, guests], deny: [eu] }", [false, true, false]),
            ("{ allow_callers: [ada] }", [true, false, false]),
            ("{ allow: [guests], allow_callers: [ada] }", [true, true, false]),
            ("{ deny_callers: [ada] }", [false, true, true]),
            ("{ scopes: [read] }", [true, true, true]),
            ("{ scopes: [read, write] }", [true, false, false]),
            ("{ any_scope: [write, admin] }", [true, false, false]),
            ("{ allow: [eu], scopes: [read] }", [true, false, true]),
            ("{ allow: [Staff] }", [false, false, false]),
        ] {
            let filter = build("acl", config);
            for ((key, groups, scopes), passes) in [ada, eve, posing].into_iter().zip(passes) {
                let flow = decide(&*filter, &mut request(key, groups, scopes));
                assert_eq!(flow.is_ok(), passes, "{config}: {key}");
            }
            let nobody = refused(&*filter, &mut RequestBuilder::get("/").build());
            assert_eq!(nobody.kind.code, "forbidden");
        }
    }

    #[test]
    fn a_refusal_says_the_scopes_to_the_client_and_the_rest_to_operators() {
        let problem = refused(&*build("acl", "{ scopes: [a, b] }"), &mut request("consumer/ada", &[], &["a"]));
        assert_eq!(problem.headers[0].1, "Bearer realm=\"pailou\", error=\"insufficient_scope\", scope=\"b\"");
        let problem = refused(&*build("acl", "{ deny: [staff] }"), &mut request("consumer/ada", &["staff"], &[]));
        assert_eq!(problem.cause.as_deref(), Some("acl: the group `staff` is denied"));
        assert!(!problem.detail.contains("staff"));
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        assert!(invalid("acl", "{}").message.contains("allowed or denied"));
        assert_eq!(invalid("acl", "{ allow: [''] }").field, "allow[0]");
        assert_eq!(invalid("acl", "{ scopes: [ok, 'a b'] }").field, "scopes[1]");
        assert_eq!(invalid("acl", "{ any_scope: ['a\"'] }").field, "any_scope[0]");
    }
}
