//! `request-transform`: headers, query and body of the request, changed by formulas.

use expr::Side;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use policy::prelude::*;
use serde_json::Value;

use crate::{
    content::{ContentChanges, ContentEdits, Unchanged, is_another, is_json},
    fields::{FieldChanges, FieldEdits},
    query::{QueryChanges, QueryEdits},
};

/// The largest body that may be allowed.
pub(crate) const LARGEST: ByteSize = ByteSize::mib(16);

pub(crate) fn one_mib() -> ByteSize {
    ByteSize::mib(1)
}

/// Changes the headers, the query and the body of the request on its way to the upstream, by formulas.
///
/// Formulas see the request as it was before this policy. What a formula asks for and is not there leaves its header, parameter or member
/// as it was. Members of a body are changed where it is JSON by its `Content-Type`; one that is not JSON after all is refused with `400`,
/// and one over `max_body` with `413`. A body of another type, or none, goes on as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestTransform {
    /// What is changed of the headers.
    #[serde(default)]
    headers: FieldChanges,
    /// What is changed of the query.
    #[serde(default)]
    query: QueryChanges,
    /// What is changed of the body.
    #[serde(default)]
    body: ContentChanges,
    /// The largest body that is read, and that is made; at most 16MiB.
    #[serde(default = "one_mib")]
    max_body: ByteSize,
}

impl Policy for RequestTransform {
    const NAME: &'static str = "request-transform";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str =
        "{ headers: { set: { x-user: \"${caller.name}\" } }, body: { set: { source: '\"gateway\"' }, remove: [debug] } }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.max_body > LARGEST {
            return Err(Invalid::field("max_body", format!("is at most {LARGEST}; the body is held while it is changed")));
        }
        let headers = self.headers.read(Side::Request, "headers")?;
        let query = self.query.read("query")?;
        let body = self.body.read(Side::Request, "body")?;
        if headers.is_empty() && query.is_empty() && body.is_none() {
            return Err(Invalid::whole("give `headers`, `query` or `body` something to change"));
        }
        let needs_body = headers.needs().request_body || query.needs_body() || body.needs().request_body;
        Ok(Box::new(RequestChange { headers, query, body, needs_body, max_body: self.max_body.0 }))
    }
}

/// The running form of [`RequestTransform`].
struct RequestChange {
    headers: FieldEdits,
    query: QueryEdits,
    body: ContentEdits,
    /// Whether a formula asks about the body.
    needs_body: bool,
    max_body: u64,
}

impl Filter for RequestChange {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let reads = (self.needs_body || self.body.is_of_members()) && is_json(&req.head.headers) && !req.body.is_empty();
        if !reads {
            return Step::Done(self.change(req, None));
        }
        Step::wait(async move {
            let body = req.body.read(self.max_body).await?;
            let parsed: Value = serde_json::from_slice(&body)
                .map_err(|_| Problem::new(problems::BAD_REQUEST, "the body is not the JSON that it says it is"))?;
            self.change(req, Some(&parsed))
        })
    }
}

impl RequestChange {
    fn change(&self, req: &mut Request, body: Option<&Value>) -> Flow {
        let view = req.view(body);
        let fields = self.headers.values(&view);
        let query = if self.query.is_empty() {
            None
        } else {
            let query = req.head.uri.query().unwrap_or_default();
            Some(self.query.apply(query, &view).map_err(|_| too_much())?)
        };
        let bound = usize::try_from(self.max_body).unwrap_or(usize::MAX);
        let content = match self.body.apply(&view, body, bound) {
            Ok(content) => content,
            Err(Unchanged::TooMuch) => return Err(too_much().into()),
            Err(Unchanged::NoValue) => {
                let detail = "the request lacks something that is needed here";
                return Err(Problem::new(problems::BAD_REQUEST, detail).into());
            }
        };
        self.headers.apply(fields, &mut req.head.headers);
        if let Some(query) = query {
            let path = req.head.uri.path();
            let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
            let target = http::uri::PathAndQuery::try_from(target);
            let target = target.map_err(|_| Problem::new(problems::BAD_REQUEST, "the query is not valid"))?;
            req.head.uri = target.into();
        }
        if let Some(content) = content {
            let headers = &mut req.head.headers;
            is_another(headers);
            headers.remove(TRANSFER_ENCODING);
            headers.remove(http::header::CONTENT_ENCODING);
            headers.insert(CONTENT_LENGTH, HeaderValue::from(content.len()));
            if let Some(of) = self.body.content_type() {
                headers.insert(CONTENT_TYPE, of);
            }
            req.body = Body::Whole(content);
        }
        Ok(())
    }
}

fn too_much() -> Problem {
    Problem::new(problems::CONTENT_TOO_LARGE, "the request is more than can be changed here")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn post(body: &str) -> RequestBuilder {
        RequestBuilder::of("POST", "/orders/7?page=2")
            .template("/orders/{id}", 0)
            .identity("ada")
            .header("content-type", "application/json")
            .body(body)
    }

    fn changed(config: &str, req: RequestBuilder) -> policy::Request {
        let mut req = req.build();
        pass(&*build("request-transform", config), &mut req);
        req
    }

    fn body(config: &str, of: &str) -> String {
        let req = changed(config, post(of));
        let Body::Whole(body) = req.body else { panic!("{:?}", req.body) };
        if req.head.headers.contains_key(CONTENT_LENGTH) {
            assert_eq!(req.head.headers.get(CONTENT_LENGTH).unwrap(), &*body.len().to_string());
        }
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn members_are_removed_renamed_and_set() {
        let config = "{ body: { remove: [a, 'items.*.secret', 'list.0'], rename: { b: c, 'items.*.n': m }, set: { 'x.y.z': caller.name, \
                      'items.0.id': request.params.id, 'list.1': '1 + 1', none: request.body.none } } }";
        let of = r#"{"a":1,"b":2,"items":[{"secret":1,"n":1},{"secret":2}],"list":[1,2],"z":0}"#;
        let expected = r#"{"items":[{"m":1,"id":"7"},{}],"list":[2,2],"z":0,"c":2,"x":{"y":{"z":"ada"}}}"#;
        assert_eq!(body(config, of), expected);
    }

    #[test]
    fn formulas_see_the_request_as_it_was() {
        let config = "{ headers: { set: { x-a: '${request.headers[\"x-b\"]}', x-b: new }, rename: { x-c: x-d }, remove: [x-e], add: { x-f: '2' } }, \
                      query: { set: { page: '${int(request.query.page) + 1}' } }, body: { set: { was: request.query.page } } }";
        let req = post("{}").header("x-b", "old").header("x-c", "c").header("x-e", "e").header("x-f", "1");
        let req = changed(config, req);
        let headers = &req.head.headers;
        let value = |name| headers.get(name).unwrap().to_str().unwrap();
        assert_eq!((value("x-a"), value("x-b"), value("x-d")), ("old", "new", "c"));
        assert!(!headers.contains_key("x-c") && !headers.contains_key("x-e"));
        assert_eq!(headers.get_all("x-f").iter().count(), 2);
        assert_eq!(req.head.uri, "/orders/7?page=3");
    }

    #[test]
    fn all_of_a_body_is_made_anew() {
        assert_eq!(body("{ body: { value: '{\"n\": request.body.a, \"id\": request.params.id}' } }", r#"{"a":[1]}"#), r#"{"n":[1],"id":"7"}"#);
        let req = changed("{ body: { template: '<o>${request.body.a}</o>', content_type: application/xml } }", post(r#"{"a":1}"#));
        assert_eq!(req.head.headers.get(CONTENT_TYPE).unwrap(), "application/xml");
        let Body::Whole(text) = req.body else { panic!() };
        assert_eq!(text, "<o>1</o>");
    }

    #[test]
    fn a_body_that_is_not_json_is_left_or_refused() {
        let text = RequestBuilder::of("POST", "/").header("content-type", "text/plain").body("plain");
        let Body::Whole(body) = changed("{ body: { remove: [a] } }", text).body else { panic!() };
        assert_eq!(body, "plain");
        let filter = build("request-transform", "{ body: { remove: [a] }, max_body: 10B }");
        assert_eq!(refused(&*filter, &mut post("{").build()).kind.code, "bad-request");
        assert_eq!(refused(&*filter, &mut post("{\"a\": 123456}").build()).kind.code, "content-too-large");
        let filter = build("request-transform", "{ body: { value: request.body.a } }");
        assert_eq!(refused(&*filter, &mut post("{}").build()).kind.code, "bad-request");
        let filter = build("request-transform", "{ body: { template: '${request.body.a}${request.body.a}' }, max_body: 19B }");
        assert_eq!(refused(&*filter, &mut post("{\"a\":\"0123456789\"}").build()).kind.code, "content-too-large");
    }

    #[test]
    fn no_value_of_a_client_makes_another_header() {
        let req = RequestBuilder::get("/?a=x%0d%0ay:%20z");
        let req = changed("{ headers: { set: { x-a: '${request.query.a}' } } }", req);
        assert!(!req.head.headers.contains_key("x-a"));
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        assert!(invalid("request-transform", "{}").message.contains("something to change"));
        for (config, field) in [
            ("{ headers: { set: { host: a } } }", "headers.set.host"),
            ("{ headers: { set: { a: \"x\\ny\" } } }", "headers.set.a"),
            ("{ headers: { rename: { a: connection } } }", "headers.rename.a"),
            ("{ headers: { set: { a: '${response.status}' } } }", "headers.set.a"),
            ("{ body: { set: { a: nobody } } }", "body.set.a"),
            ("{ body: { set: { 'a.*': '1' } } }", "body.set.a.*"),
            ("{ body: { remove: ['a..b'] } }", "body.remove[0]"),
            ("{ body: { remove: [a], value: '1' } }", "body"),
            ("{ body: { value: '1', content_type: a/b } }", "body.content_type"),
            ("{ body: { value: '1' }, max_body: 1GiB }", "max_body"),
        ] {
            assert_eq!(invalid("request-transform", config).field, field, "{config}");
        }
    }
}
