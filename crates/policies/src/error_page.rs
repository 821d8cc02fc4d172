//! `error-page`: what the gateway's own refusals look like.

use std::sync::Arc;

use expr::{Needs, Side};
use policy::{Origin, prelude::*};

use crate::{
    content::ContentChanges,
    fields::FieldChanges,
    request_transform::one_mib,
    response_transform::Rules,
    seen::Seen,
    statuses::Statuses,
};

/// Makes refusals look as your API's own errors do: those of the gateway, and where `of: any` is said the upstream's too.
///
/// Refusals of the gateway are problems (RFC 9457); formulas read them as `response.body`, with `type`, `title`, `status`, `detail` and
/// `instance`. Whatever stage refuses, this policy has the last word.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorPage {
    /// Answers that are changed, by status: `429`, `5xx`. None means all refusals.
    #[serde(default)]
    statuses: Statuses,
    /// Whose answers are changed.
    #[serde(default)]
    of: Of,
    /// The status that is sent instead.
    #[serde(default)]
    status: Option<u16>,
    /// What is changed of the headers.
    #[serde(default)]
    headers: FieldChanges,
    /// What is changed of the body.
    #[serde(default)]
    body: ContentChanges,
}

/// Whose answers are changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Of {
    /// The gateway's own.
    #[default]
    Gateway,
    /// The gateway's and the upstream's.
    Any,
}

impl Policy for ErrorPage {
    const NAME: &'static str = "error-page";
    const STAGE: Stage = Stage::Reply;
    const EXAMPLE: &'static str =
        "{ statuses: [5xx], body: { value: '{\"error\": {\"code\": response.status, \"message\": response.body.detail}}' } }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let headers = self.headers.read(Side::Response, "headers")?;
        let body = self.body.read(Side::Response, "body")?;
        let rules = Rules::check(self.statuses, self.status, headers, body, one_mib())?;
        if rules.needs().request_body {
            return Err(Invalid::field("body", "a refusal may come before the request's body is read; ask about its head"));
        }
        Ok(Box::new(Page { needs: rules.needs(), rules: rules.into(), of: self.of }))
    }
}

/// The running form of [`ErrorPage`].
struct Page {
    rules: Arc<Rules>,
    needs: Needs,
    of: Of,
}

impl Filter for Page {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let seen = if self.needs.request { Seen::of(req, None) } else { Seen::nothing(req) };
        let (rules, of) = (Arc::clone(&self.rules), self.of);
        req.then(move |head, outcome| {
            let is_error = head.status.is_client_error() || head.status.is_server_error();
            let is_meant = of == Of::Any || outcome.origin == Origin::Gateway;
            if is_error && is_meant && rules.statuses.have(head.status) {
                rules.change(head, seen)
            } else {
                BodyPlan::Keep
            }
        });
        Step::Done(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn answered(config: &str, status: u16, origin: Origin) -> (u16, String) {
        let mut req = RequestBuilder::get("/a").build();
        pass(&*build("error-page", config), &mut req);
        let mut head = response(&[("content-type", "application/problem+json")]);
        head.status = StatusCode::from_u16(status).unwrap();
        let plan = (req.steps.pop().unwrap())(&mut head, policy::Outcome { origin, at: req.arrived });
        let body = run(plan, b"{\"detail\":\"no\"}").unwrap();
        (head.status.as_u16(), String::from_utf8(body).unwrap())
    }

    #[test]
    fn refusals_of_the_gateway_get_the_shape_that_is_said() {
        let config = "{ statuses: [4xx], status: 400, body: { value: '{\"e\": response.body.detail, \"s\": response.status, \"p\": request.path}' } }";
        let ours = (400, "{\"e\":\"no\",\"s\":401,\"p\":\"/a\"}".to_owned());
        let kept = |status: u16| (status, "{\"detail\":\"no\"}".to_owned());
        assert_eq!(answered(config, 401, Origin::Gateway), ours);
        assert_eq!(answered(config, 401, Origin::Upstream), kept(401));
        assert_eq!(answered(config, 503, Origin::Gateway), kept(503));
        assert_eq!(answered("{ body: { template: x } }", 200, Origin::Gateway), kept(200));
        assert_eq!(answered("{ of: any, body: { template: x } }", 404, Origin::Upstream), (404, "x".to_owned()));
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        assert_eq!(invalid("error-page", "{ body: { template: '${request.body.a}' } }").field, "body");
        assert!(invalid("error-page", "{}").message.contains("something to change"));
    }
}
