//! `authorize`: whether a call may be made, by a rule.

#[cfg(feature = "cedar")]
mod cedar;

use expr::{Condition, Formula, Side, Stop};
use jose::json;
use policy::prelude::*;
use serde_json::Value as Json;

use crate::content::is_json;

/// The largest body that a rule may look at.
const LARGEST: ByteSize = ByteSize::mib(1);

/// Lets a call through where a rule in CEL holds, or where policies in Cedar permit it, and refuses it with `403` where they do not.
///
/// The rule can ask for the caller and the claims of its token, the operation, method, path and its parameters, headers, query, and the values of
/// a JSON body: `body.owner == claims.sub`. Where something it asks for is not there the call is refused. Which rule or policy refused, and why, is in the call log.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authorize {
    /// The rule, in CEL: `"admin" in caller.groups || request.params.user == claims.sub`.
    #[serde(default)]
    when: Option<String>,
    /// Policies in Cedar, in place of `when`: `permit (principal in Group::"staff", action, resource);`. What is not permitted, or forbidden, is refused.
    #[serde(default)]
    cedar: Option<String>,
    /// The same policies in a file. It is read again whenever it changes. Files can be named in the workspace `default` alone.
    #[serde(default)]
    cedar_file: Option<String>,
    /// Headers that policies in Cedar can look at, as `context.headers["x-tenant"]`.
    #[serde(default)]
    headers: Vec<String>,
    /// What a client that is refused is told.
    #[serde(default = "detail")]
    detail: String,
    /// The largest body that is read, where the rule asks for one; at most 1 MiB. A larger one is answered `413`.
    #[serde(default = "max_body")]
    max_body: ByteSize,
}

fn detail() -> String {
    "this caller may not make this call".to_owned()
}

fn max_body() -> ByteSize {
    ByteSize::kib(64)
}

impl Policy for Authorize {
    const NAME: &'static str = "authorize";
    const STAGE: Stage = Stage::Authorize;
    const EXAMPLE: &'static str = "{ when: '\"staff\" in caller.groups || request.params.user == claims.sub' }";

    fn files(config: &Json) -> Vec<(String, String)> {
        let file = config.get("cedar_file").and_then(Json::as_str);
        file.map(|path| ("cedar_file".to_owned(), path.to_owned())).into_iter().collect()
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.detail.len() > 500 {
            return Err(Invalid::field("detail", "is at most 500 bytes long"));
        }
        if self.max_body > LARGEST {
            return Err(Invalid::field("max_body", format!("is at most {LARGEST}; the body is held until it is sent")));
        }
        let rule = match (&self.when, &self.cedar, &self.cedar_file) {
            (Some(when), None, None) => {
                if !self.headers.is_empty() {
                    return Err(Invalid::field("headers", "goes with `cedar`; a rule in CEL has all of them as `request.headers`"));
                }
                cel(when)?
            }
            (None, Some(text), None) => cedar_of("cedar", text, &self.headers)?,
            (None, None, Some(path)) => cedar_of("cedar_file", &cx.file("cedar_file", path)?, &self.headers)?,
            (None, None, None) => return Err(Invalid::whole("say by `when`, `cedar` or `cedar_file` what is allowed")),
            _ => return Err(Invalid::whole("say one of `when`, `cedar` and `cedar_file`; several `authorize` must all hold")),
        };
        Ok(Box::new(Check { rule, detail: self.detail, max_body: self.max_body.0 }))
    }
}

fn cel(when: &str) -> Result<Rule, Invalid> {
    // What a condition can say costs less.
    if let Ok(condition) = Condition::parse(when) {
        return Ok(Rule::Condition(condition));
    }
    let formula = Formula::parse(when, Side::Request);
    formula.map(Rule::Formula).map_err(|message| Invalid::field("when", message))
}

#[cfg(feature = "cedar")]
fn cedar_of(field: &str, text: &str, headers: &[String]) -> Result<Rule, Invalid> {
    let mut names = Vec::new();
    for (at, name) in headers.iter().enumerate() {
        let name = name.parse().map_err(|_| Invalid::field(format!("headers[{at}]"), "is no name of a header"))?;
        names.push(name);
    }
    let read = cedar::Policies::read(text, names);
    read.map(|policies| Rule::Cedar(Box::new(policies))).map_err(|message| Invalid::field(field, message))
}

#[cfg(not(feature = "cedar"))]
fn cedar_of(field: &str, _: &str, _: &[String]) -> Result<Rule, Invalid> {
    Err(Invalid::field(field, "this program was built without Cedar (the feature `cedar`)"))
}

/// The running form of [`Authorize`].
struct Check {
    rule: Rule,
    detail: String,
    max_body: u64,
}

enum Rule {
    Condition(Condition),
    Formula(Formula),
    #[cfg(feature = "cedar")]
    Cedar(Box<cedar::Policies>),
}

impl Filter for Check {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let needs_body = match &self.rule {
            Rule::Condition(_) => false,
            Rule::Formula(formula) => formula.needs().request_body,
            #[cfg(feature = "cedar")]
            Rule::Cedar(policies) => policies.needs_body(),
        };
        if !needs_body || req.body.is_empty() {
            return Step::Done(self.ask(req, None));
        }
        if !is_json(&req.head.headers) {
            return Step::Done(Err(self.refuse("asks for the body, which is not JSON").into()));
        }
        Step::wait(async move {
            let body = req.body.read(self.max_body).await?;
            // A member that stands twice could be read otherwise by the upstream than it is here.
            let body = json::value(&body).ok_or_else(|| {
                Problem::new(problems::BAD_REQUEST, "the body is not JSON in which every member stands once")
            })?;
            self.ask(req, Some(&body))
        })
    }
}

impl Check {
    fn ask(&self, req: &Request, body: Option<&Json>) -> Flow {
        let why = match &self.rule {
            Rule::Condition(condition) if condition.holds(&req.facts()) => return Ok(()),
            Rule::Condition(_) => "does not hold",
            Rule::Formula(formula) => match formula.value(&req.view(body)) {
                Ok(Json::Bool(true)) => return Ok(()),
                Ok(Json::Bool(false)) => "does not hold",
                Ok(_) => "gives something else than true or false",
                Err(Stop::Missing) => "asks for something that is not there",
                Err(Stop::Unfit) => "holds types against each other that do not fit",
                Err(Stop::TooMuch) => "takes too long",
            },
            #[cfg(feature = "cedar")]
            Rule::Cedar(policies) => {
                return policies.ask(req, body).map_err(|why| self.refuse(&why).into());
            }
        };
        Err(self.refuse(why).into())
    }

    fn refuse(&self, why: &str) -> Problem {
        let cause = match &self.rule {
            Rule::Condition(condition) => format!("authorize: `{}` {why}", condition.text()),
            Rule::Formula(formula) => format!("authorize: `{}` {why}", formula.text()),
            #[cfg(feature = "cedar")]
            Rule::Cedar(_) => format!("authorize: {why}"),
        };
        Problem::new(problems::FORBIDDEN, self.detail.clone()).because(cause)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::testing::*;

    fn request(method: &str, body: &str) -> policy::Request {
        let req = RequestBuilder::of(method, "/users/grace/orders?page=2").template("/users/{user}/orders", 0);
        let mut req = req.identity("grace").header("content-type", "application/json").body(body).build();
        let claims = json!({ "sub": "grace", "level": 2, "limit": 10, "roles": ["buyer"] });
        req.identity.as_mut().unwrap().claims = Some(Arc::new(claims));
        req
    }

    #[test]
    fn a_rule_asks_for_the_caller_the_call_and_the_body() {
        let body = r#"{"owner":"grace","amount":9,"lines":[{"sku":"a"},{"sku":"b"}]}"#;
        for (rule, holds) in [
            ("claims.sub == 'grace'", true),
            ("claims.sub == 'ada'", false),
            ("request.params.user == claims.sub && operation == 'listOrders'", true),
            ("body.owner == claims.sub", true),
            ("body.owner != claims.sub", false),
            ("body.amount <= claims.limit && claims.level < claims.limit", true),
            ("request.body.lines.all(l, l.sku in ['a', 'b'])", true),
            ("body.gone == claims.sub", false),
            ("claims.gone == body.owner", false),
            ("body.owner", false),
            ("body.owner > 1", false),
            ("'buyer' in claims.roles && request.method == 'POST'", true),
            ("request.query.page == '2' && caller.name == 'grace'", true),
            ("'admin' in caller.groups", false),
        ] {
            let filter = build("authorize", &json!({ "when": rule }).to_string());
            let flow = decide(&*filter, &mut request("POST", body));
            assert_eq!(flow.is_ok(), holds, "{rule}");
        }
    }

    #[test]
    fn a_refusal_tells_the_client_what_is_configured_and_operators_why() {
        let filter = build("authorize", "{ when: body.owner == claims.sub, detail: not yours }");
        for (body, code, cause) in [
            (r#"{"owner":"ada"}"#, "forbidden", "does not hold"),
            (r#"{}"#, "forbidden", "asks for something that is not there"),
            ("", "forbidden", "asks for something that is not there"),
            (r#"{"owner":"ada","owner":"grace"}"#, "bad-request", ""),
            ("{", "bad-request", ""),
        ] {
            let problem = refused(&*filter, &mut request("POST", body));
            assert_eq!(problem.kind.code, code, "{body}");
            if code == "forbidden" {
                assert_eq!(problem.detail, "not yours");
                let expected = format!("authorize: `body.owner == claims.sub` {cause}");
                assert_eq!(problem.cause.as_deref(), Some(&*expected));
            }
        }
        let mut req = request("POST", "owner=grace");
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        req.head.headers.insert("content-type", form);
        assert!(refused(&*filter, &mut req).cause.unwrap().contains("not JSON"));
        let long = format!(r#"{{"owner":"grace","x":"{}"}}"#, "x".repeat(70_000));
        assert_eq!(refused(&*filter, &mut request("POST", &long)).kind.code, "content-too-large");
    }

    #[cfg(feature = "cedar")]
    mod cedar {
        use super::*;

        fn cedar(text: &str) -> Box<dyn Filter> {
            build("authorize", &json!({ "cedar": text, "headers": ["x-tenant"] }).to_string())
        }

        fn may(text: &str, req: &mut policy::Request) -> bool {
            decide(&*cedar(text), req).is_ok()
        }

        #[test]
        fn policies_ask_for_the_caller_the_call_and_the_body() {
            let body = r#"{"owner":"grace","amount":9,"price":9.5,"gone":null,"lines":[{"sku":"a"}]}"#;
            for (rule, holds) in [
                ("permit (principal, action, resource);", true),
                ("permit (principal == Consumer::\"grace\", action, resource);", true),
                ("permit (principal == Consumer::\"ada\", action, resource);", false),
                ("permit (principal is Consumer, action == Action::\"listOrders\", resource);", true),
                ("permit (principal is App, action, resource);", false),
                ("permit (principal, action == Action::\"deleteOrders\", resource);", false),
                ("permit (principal, action, resource in Api::\"orders@v1\");", true),
                ("permit (principal, action, resource == Operation::\"listOrders\");", true),
                ("permit (principal, action, resource in Api::\"bills\");", false),
                ("permit (principal in Group::\"admin\", action, resource);", false),
                ("permit (principal, action, resource) when { context.body.owner == principal.claims.sub };", true),
                ("permit (principal, action, resource) when { context.body.owner != principal.claims.sub };", false),
                ("permit (principal, action, resource) when { context.body.amount <= principal.claims.limit };", true),
                ("permit (principal, action, resource) when { context.params.user == principal.name };", true),
                ("permit (principal, action, resource) when { context.query.page == \"2\" };", true),
                ("permit (principal, action, resource) when { principal.claims.roles.contains(\"buyer\") };", true),
                ("permit (principal, action, resource) when { context.headers has \"x-tenant\" };", false),
                ("permit (principal, action, resource) when { context.client.isInRange(ip(\"0.0.0.0/0\")) };", true),
                ("permit (principal, action, resource) when { context.method == \"POST\" && context.path like \"/users/*\" };", true),
                // What is not there, and what has no value in Cedar, permits nothing.
                ("permit (principal, action, resource) when { context.body.none == \"x\" };", false),
                ("permit (principal, action, resource) when { context.body.price == 9 };", false),
                ("permit (principal, action, resource) when { context.body has gone };", false),
                ("permit (principal, action, resource) when { context.body.owner > 1 };", false),
                ("permit (principal, action, resource); forbid (principal, action, resource) when { context.method == \"POST\" };", false),
                ("permit (principal, action, resource); forbid (principal, action, resource) when { context.method == \"GET\" };", true),
            ] {
                assert_eq!(may(rule, &mut request("POST", body)), holds, "{rule}");
            }
        }

        #[test]
        fn a_policy_that_forbids_does_not_get_lost_because_what_it_asks_for_is_not_there() {
            let rule = "@id(\"all\") permit (principal, action, resource); @id(\"no-debtors\") forbid (principal, action, resource) when { principal.claims.debts > 0 };";
            let problem = refused(&*cedar(rule), &mut request("POST", "{}"));
            assert_eq!(&*problem.cause.unwrap(), "authorize: `no-debtors` forbids, and asks for something that is not there or has another type");
        }

        #[test]
        fn what_decided_is_told_to_operators_and_not_to_clients() {
            for (rule, cause) in [
                ("permit (principal == Consumer::\"ada\", action, resource);", "no policy permits it"),
                ("permit (principal, action, resource); @id(\"night\") forbid (principal, action, resource);", "`night` forbids it"),
                ("permit (principal, action, resource); forbid (principal, action, resource);", "`policy1` forbids it"),
                ("@id(\"own\") permit (principal, action, resource) when { context.body.none == 1 };", "no policy permits it; `own` ask"),
            ] {
                let problem = refused(&*cedar(rule), &mut request("POST", "{}"));
                assert_eq!((problem.kind.code, &*problem.detail), ("forbidden", "this caller may not make this call"));
                let told = problem.cause.unwrap();
                assert!(told.starts_with(&format!("authorize: {cause}")), "{told}");
            }
        }

        #[test]
        fn nobody_becomes_somebody_by_what_they_send() {
            let rule = "permit (principal in Group::\"staff\", action, resource); permit (principal, action, resource) when { context.body.who == Group::\"staff\" };";
            // Cedar's own JSON would make an entity of this.
            for body in [
                r#"{"who":{"__entity":{"type":"Group","id":"staff"}}}"#,
                r#"{"who":{"type":"Group","id":"staff"}}"#,
                r#"{"who":"Group::\"staff\""}"#,
            ] {
                assert!(!may(rule, &mut request("POST", body)), "{body}");
            }
            let mut nobody = RequestBuilder::get("/orders").build();
            assert!(!may("permit (principal is Consumer, action, resource);", &mut nobody));
            assert!(may("permit (principal is Anonymous, action == Action::\"listOrders\", resource);", &mut nobody));
            // A header that stands twice is not there.
            let rule = "permit (principal, action, resource) when { context.headers[\"x-tenant\"] == \"acme\" };";
            let sent = |all: &[&str]| {
                let req = RequestBuilder::get("/orders").identity("ada");
                all.iter().fold(req, |req, tenant| req.header("x-tenant", tenant)).build()
            };
            assert!(may(rule, &mut sent(&["acme"])));
            assert!(!may(rule, &mut sent(&["acme", "acme"])) && !may(rule, &mut sent(&["other"])) && !may(rule, &mut sent(&[])));
        }

        #[test]
        fn deep_and_large_bodies_are_decided_without_an_end_of_the_stack() {
            let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100));
            let wide = format!("{{\"a\":[{}]}}", vec!["1"; 20_000].join(","));
            for body in [deep, wide] {
                assert!(may("permit (principal, action, resource) when { context.body has a };", &mut request("POST", &body)));
            }
        }

        #[test]
        fn policies_that_cannot_be_meant_are_refused_with_their_place() {
            let wrong = |text: &str| invalid("authorize", &json!({ "cedar": text }).to_string());
            let invalid = wrong("permit (principal, action, resource);\n\npermit (principal, acton, resource);");
            assert!(invalid.field == "cedar" && invalid.message.starts_with("line 3, column "), "{invalid}");
            for (text, message) in [
                ("permit (principal, action", "line 1, column"),
                ("", "no policy"),
                ("permit (principal == ?principal, action, resource);", "template"),
                ("permit (principal == User::\"ada\", action, resource);", "nothing is a `User`"),
                ("permit (principal is Users, action, resource);", "nothing is a `Users`"),
                ("permit (principal, action, resource) when { principal in Team::\"a\" };", "nothing is a `Team`"),
                ("permit (principal, action, resource) when { foo(1) };", "line 1"),
            ] {
                let invalid = wrong(text);
                assert!(invalid.field == "cedar" && invalid.message.contains(message), "{text}: {invalid}");
            }
            let many = "permit (principal, action, resource);".repeat(1_001);
            assert!(wrong(&many).message.contains("are the most"));
            assert!(wrong(&" ".repeat(300_000)).message.contains("longer"));
        }
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        assert_eq!(invalid("authorize", "{ when: 'claims.sub ==' }").field, "when");
        assert_eq!(invalid("authorize", "{ when: 'user == 1' }").field, "when");
        assert_eq!(invalid("authorize", "{ when: 'true', max_body: 2MiB }").field, "max_body");
        assert!(invalid("authorize", "{}").message.contains("when"));
        assert!(invalid("authorize", "{ when: 'true', cedar: 'permit (principal, action, resource);' }").message.contains("one of"));
        assert_eq!(invalid("authorize", "{ when: 'true', headers: [x-tenant] }").field, "headers");
        assert_eq!(invalid("authorize", "{ cedar_file: /missing.cedar }").field, "cedar_file");
    }
}
