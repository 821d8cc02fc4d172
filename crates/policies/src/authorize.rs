//! `authorize`: whether a call may be made, by a rule.

use expr::{Condition, Formula, Side, Stop};
use jose::json;
use policy::prelude::*;
use serde_json::Value as Json;

use crate::content::is_json;

/// The largest body that a rule may look at.
const LARGEST: ByteSize = ByteSize::mib(1);

/// Lets a call through where a rule in CEL holds, and refuses it with `403` where it does not.
///
/// The rule can ask for the caller and the claims of its token, the operation, method, path and its parameters, headers, query, and the values of
/// a JSON body: `body.owner == claims.sub`. Where something it asks for is not there the call is refused. Which rule refused, and why, is in the call log.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authorize {
    /// The rule: `"admin" in caller.groups || request.params.user == claims.sub`.
    when: String,
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

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.detail.len() > 500 {
            return Err(Invalid::field("detail", "is at most 500 bytes long"));
        }
        if self.max_body > LARGEST {
            return Err(Invalid::field("max_body", format!("is at most {LARGEST}; the body is held until it is sent")));
        }
        // What a condition can say costs less.
        let rule = match Condition::parse(&self.when) {
            Ok(condition) => Rule::Condition(condition),
            Err(_) => {
                let formula = Formula::parse(&self.when, Side::Request);
                Rule::Formula(formula.map_err(|message| Invalid::field("when", message))?)
            }
        };
        Ok(Box::new(Check { rule, detail: self.detail, max_body: self.max_body.0 }))
    }
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
}

impl Filter for Check {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let formula = match &self.rule {
            Rule::Condition(condition) if condition.holds(&req.facts()) => return Step::Done(Ok(())),
            Rule::Condition(condition) => {
                return Step::Done(Err(self.refuse(condition.text(), "does not hold").into()));
            }
            Rule::Formula(formula) => formula,
        };
        if !formula.needs().request_body || req.body.is_empty() {
            return Step::Done(self.ask(formula, req, None));
        }
        if !is_json(&req.head.headers) {
            let why = "asks for the body, which is not JSON";
            return Step::Done(Err(self.refuse(formula.text(), why).into()));
        }
        Step::wait(async move {
            let body = req.body.read(self.max_body).await?;
            // A member that stands twice could be read otherwise by the upstream than it is here.
            let body = json::value(&body).ok_or_else(|| {
                Problem::new(problems::BAD_REQUEST, "the body is not JSON in which every member stands once")
            })?;
            self.ask(formula, req, Some(&body))
        })
    }
}

impl Check {
    fn ask(&self, formula: &Formula, req: &Request, body: Option<&Json>) -> Flow {
        let why = match formula.value(&req.view(body)) {
            Ok(Json::Bool(true)) => return Ok(()),
            Ok(Json::Bool(false)) => "does not hold",
            Ok(_) => "gives something else than true or false",
            Err(Stop::Missing) => "asks for something that is not there",
            Err(Stop::Unfit) => "holds types against each other that do not fit",
            Err(Stop::TooMuch) => "takes too long",
        };
        Err(self.refuse(formula.text(), why).into())
    }

    fn refuse(&self, rule: &str, why: &str) -> Problem {
        Problem::new(problems::FORBIDDEN, self.detail.clone()).because(format!("authorize: `{rule}` {why}"))
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

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        assert_eq!(invalid("authorize", "{ when: 'claims.sub ==' }").field, "when");
        assert_eq!(invalid("authorize", "{ when: 'user == 1' }").field, "when");
        assert_eq!(invalid("authorize", "{ when: 'true', max_body: 2MiB }").field, "max_body");
        assert!(invalid("authorize", "{}").message.contains("when"));
    }
}
