//! `respond`: an answer of the gateway's own, in place of the upstream's.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use expr::{Formula, Side, Template};
use http::header::CONTENT_TYPE;
use policy::prelude::*;
use serde_json::Value;

use crate::{
    content::{ContentEdits, is_json},
    fields::FieldEdits,
};

/// The largest body that is made, and that is read of the request where formulas ask about it.
const BODY: ByteSize = ByteSize::mib(1);
const LONGEST_DELAY: Span = Span::secs(300);

/// Answers in place of the upstream: with a text, with JSON, or with nothing but a status.
///
/// For operations that are not there yet, for maintenance, for examples. It runs after authentication, limits and validation, so that a caller
/// sees all of the API but what is behind it. Use `when` to answer some requests only. Formulas can stand in everything; they see the request.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Respond {
    /// The status of the answer, 200 to 599.
    #[serde(default = "ok")]
    status: u16,
    /// Headers with their values, such as `retry-after: "120"`. Formulas can stand in a value: `/orders/${request.params.id}`.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// A text for the body, with formulas in it: `Hello ${caller.name}`.
    #[serde(default)]
    body: Option<String>,
    /// A formula for the body, which is then JSON: `{"id": request.params.id}`. Instead of `body`.
    #[serde(default)]
    value: Option<String>,
    /// The type of content; `text/plain; charset=utf-8` for `body` and `application/json` for `value` where nothing is said.
    #[serde(default)]
    content_type: Option<String>,
    /// How long the answer takes, at most 5m.
    #[serde(default)]
    delay: Option<Span>,
}

fn ok() -> u16 {
    200
}

impl Policy for Respond {
    const NAME: &'static str = "respond";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str =
        "{ status: 503, headers: { retry-after: \"120\" }, body: \"back at ten\" }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let status = StatusCode::from_u16(self.status).ok().filter(|_| (200..600).contains(&self.status));
        let status = status
            .ok_or_else(|| Invalid::field("status", format!("{} is no status of an answer", self.status)))?;
        let of = self.content_type.as_deref().map(HeaderValue::from_str).transpose();
        let of = of.map_err(|_| Invalid::field("content_type", "is no media type"))?;
        let body = match (self.body, self.value) {
            (None, None) if of.is_some() => {
                return Err(Invalid::field("content_type", "goes with `body` or `value`"));
            }
            (None, None) => ContentEdits::None,
            (Some(text), None) => {
                let text =
                    Template::parse(&text, Side::Request).map_err(|why| Invalid::field("body", why))?;
                ContentEdits::Text(text, HeaderValue::from_static("text/plain; charset=utf-8"))
            }
            (None, Some(text)) => {
                let formula = Formula::parse(&text, Side::Request);
                ContentEdits::Value(formula.map_err(|why| Invalid::field("value", why))?)
            }
            (Some(_), Some(_)) => return Err(Invalid::field("value", "goes without `body`")),
        };
        if matches!(self.status, 204 | 205 | 304) && !body.is_none() {
            return Err(Invalid::whole(format!("an answer with {status} has no body")));
        }
        let headers = FieldEdits::setting(self.headers, Side::Request, "headers")?;
        if self.delay.is_some_and(|delay| delay > LONGEST_DELAY) {
            return Err(Invalid::field("delay", format!("is at most {LONGEST_DELAY}")));
        }
        let needs_body = headers.needs().request_body || body.needs().request_body;
        let delay = self.delay.map(|delay| delay.0).filter(|delay| !delay.is_zero());
        Ok(Box::new(Answer { status, headers, of: of.or_else(|| body.content_type()), body, needs_body, delay }))
    }
}

/// The running form of [`Respond`].
struct Answer {
    status: StatusCode,
    headers: FieldEdits,
    body: ContentEdits,
    of: Option<HeaderValue>,
    needs_body: bool,
    delay: Option<Duration>,
}

impl Filter for Answer {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let reads = self.needs_body && is_json(&req.head.headers) && !req.body.is_empty();
        if !reads && self.delay.is_none() {
            return Step::Done(Err(self.make(req, None)));
        }
        Step::wait(async move {
            let mut body: Option<Value> = None;
            if reads {
                let read = req.body.read(BODY.0).await?;
                body = serde_json::from_slice(&read).ok();
            }
            if let Some(delay) = self.delay {
                req.world.sleep(delay).await;
            }
            Err(self.make(req, body.as_ref()))
        })
    }
}

impl Answer {
    fn make(&self, req: &Request, body: Option<&Value>) -> Reply {
        let view = req.view(body);
        let Ok(content) = self.body.apply(&view, body, BODY.as_usize()) else {
            let detail = "the request lacks something that is needed here, or asks for too much";
            return Problem::new(problems::BAD_REQUEST, detail).into();
        };
        let mut headers = Headers::new();
        if let Some(of) = &self.of {
            headers.insert(CONTENT_TYPE, of);
        }
        self.headers.apply(self.headers.values(&view), &mut headers);
        Reply::answer(self.status, headers, content.unwrap_or_else(Bytes::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn answered(config: &str, req: RequestBuilder) -> (u16, Headers, String) {
        match decide(&*build("respond", config), &mut req.build()) {
            Err(Reply::Answer(answer)) => {
                let (head, body) = *answer;
                (head.status.as_u16(), head.headers, String::from_utf8(body.to_vec()).unwrap())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_made_of_the_request() {
        let req = || RequestBuilder::get("/orders/7").template("/orders/{id}", 0);
        let (status, headers, body) = answered("{ body: 'order ${request.params.id}' }", req());
        assert_eq!((status, &*body), (200, "order 7"));
        assert_eq!(headers.get(CONTENT_TYPE).unwrap(), "text/plain; charset=utf-8");
        let config = "{ status: 201, headers: { Location: '/orders/${request.params.id}' }, value: '{\"id\": int(request.params.id)}' }";
        let (status, headers, body) = answered(config, req());
        assert_eq!((status, &*body), (201, "{\"id\":7}"));
        assert_eq!(headers.get("location").unwrap(), "/orders/7");
        assert_eq!(headers.get(CONTENT_TYPE).unwrap(), "application/json");
        let (status, headers, body) = answered("{ status: 204 }", req());
        assert_eq!((status, headers.len(), &*body), (204, 0, ""));
    }

    #[test]
    fn formulas_see_the_body_of_the_request_where_it_is_json() {
        let config = "{ value: 'request.body.lines.map(l, l.n)', content_type: application/vnd.x+json }";
        let req = RequestBuilder::of("POST", "/").header("content-type", "application/json");
        let (_, headers, body) = answered(config, req.body("{\"lines\":[{\"n\":1},{\"n\":2}]}"));
        assert_eq!(body, "[1,2]");
        assert_eq!(headers.get(CONTENT_TYPE).unwrap(), "application/vnd.x+json");
        let mut req = RequestBuilder::of("POST", "/").body("no json").build();
        assert_eq!(refused(&*build("respond", config), &mut req).kind.code, "bad-request");
    }

    #[test]
    fn an_answer_takes_its_time() {
        let req = RequestBuilder::get("/");
        let beside = req.beside();
        assert_eq!(answered("{ delay: 1500ms, body: late }", req).2, "late");
        assert_eq!(*beside.waited.lock().unwrap(), [Duration::from_millis(1500)]);
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        for (config, field) in [
            ("{ status: 101 }", "status"),
            ("{ status: 600 }", "status"),
            ("{ body: a, value: '1' }", "value"),
            ("{ body: '${user}' }", "body"),
            ("{ value: 'user' }", "value"),
            ("{ content_type: text/html }", "content_type"),
            ("{ content_type: \"a\\nb\", body: a }", "content_type"),
            ("{ headers: { 'a b': c } }", "headers.a b"),
            ("{ headers: { content-length: '3' } }", "headers.content-length"),
            ("{ headers: { a: '${user}' } }", "headers.a"),
            ("{ delay: 6m }", "delay"),
            ("{ status: 204, body: a }", ""),
        ] {
            assert_eq!(invalid("respond", config).field, field, "{config}");
        }
    }
}
