//! `headers`: what is set, added and removed among the headers of request and response.

use std::collections::BTreeMap;

use policy::prelude::*;

use crate::text::header_name;

/// Changes the headers of the request on its way to the upstream, and those of the response on its way to the client.
///
/// First headers are removed, then set, then added. Headers that frame the message or belong to one connection, such as
/// `content-length`, and `host` cannot be changed.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Headers {
    /// What is changed of the request.
    request: Changes,
    /// What is changed of the response.
    response: Changes,
}

/// Changes of the headers of one message.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Changes {
    /// Headers that are taken out.
    remove: Vec<String>,
    /// Headers with their values, in place of any that are there.
    set: BTreeMap<String, String>,
    /// Headers with their values, beside any that are there.
    add: BTreeMap<String, String>,
}

impl Policy for Headers {
    const NAME: &'static str = "headers";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{ request: { set: { x-tenant: acme } }, response: { remove: [server] } }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let request = self.request.read("request")?;
        let response = self.response.read("response")?;
        if request.is_empty() && response.is_empty() {
            return Err(Invalid::whole("give `request` or `response` something to set, add or remove"));
        }
        Ok(Box::new(HeaderChange { request, response }))
    }
}

impl Changes {
    fn read(self, side: &str) -> Result<Edits, Invalid> {
        let mut edits = Edits::default();
        for (at, name) in self.remove.iter().enumerate() {
            edits.remove.push(header_name(name, &format!("{side}.remove[{at}]"))?);
        }
        for (verb, pairs, into) in [("set", self.set, &mut edits.set), ("add", self.add, &mut edits.add)] {
            for (name, value) in pairs {
                let field = format!("{side}.{verb}.{name}");
                let value = HeaderValue::from_str(&value)
                    .map_err(|_| Invalid::field(&field, "a value has visible characters and spaces only"))?;
                into.push((header_name(&name, &field)?, value));
            }
        }
        Ok(edits)
    }
}

/// The running form of [`Headers`].
struct HeaderChange {
    request: Edits,
    response: Edits,
}

/// The running form of [`Changes`].
#[derive(Default)]
struct Edits {
    remove: Vec<HeaderName>,
    set: Vec<(HeaderName, HeaderValue)>,
    add: Vec<(HeaderName, HeaderValue)>,
}

impl Edits {
    fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.set.is_empty() && self.add.is_empty()
    }

    fn apply(&self, headers: &mut head::Headers) {
        for name in &self.remove {
            headers.remove(name);
        }
        for (name, value) in &self.set {
            headers.insert(name, value);
        }
        for (name, value) in &self.add {
            headers.append(name, value);
        }
    }
}

impl Filter for HeaderChange {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        self.request.apply(&mut req.head.headers);
        Step::Done(Ok(()))
    }

    fn on_response(&self, res: &mut ResponseHead) {
        self.response.apply(&mut res.headers);
    }

    fn has_response(&self) -> bool {
        !self.response.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn headers_are_removed_then_set_then_added() {
        let filter = build(
            "headers",
            "{ request: { remove: [x-a, x-b], set: { x-b: new, x-c: only }, add: { x-b: more, x-c: '' } } }",
        );
        let mut req = RequestBuilder::get("/")
            .header("x-a", "1")
            .header("x-b", "1")
            .header("x-b", "2")
            .header("x-c", "1")
            .header("x-d", "kept")
            .build();
        pass(&*filter, &mut req);
        let lines = |name: &str| -> Vec<_> { req.head.headers.get_all(name).iter().collect() };
        assert!(lines("x-a").is_empty());
        assert_eq!(lines("x-b"), ["new", "more"]);
        assert_eq!(lines("x-c"), ["only", ""]);
        assert_eq!(lines("x-d"), ["kept"]);
        assert!(!filter.has_response());
    }

    #[test]
    fn the_response_is_changed_on_its_own() {
        let filter = build("headers", "{ response: { remove: [Server], set: { x-frame-options: DENY } } }");
        assert!(filter.has_response());
        let mut req = RequestBuilder::get("/").header("server", "kept").build();
        pass(&*filter, &mut req);
        assert_eq!(req.head.headers.get("server").unwrap(), "kept");
        let mut res = response(&[("server", "nginx"), ("etag", "a")]);
        filter.on_response(&mut res);
        assert!(!res.headers.contains_key("server"));
        assert_eq!(res.headers.get("x-frame-options").unwrap(), "DENY");
        assert_eq!(res.headers.get("etag").unwrap(), "a");
    }

    #[test]
    fn what_frames_a_message_cannot_be_changed() {
        for name in crate::text::RESERVED {
            let name = name.to_uppercase();
            assert_eq!(invalid("headers", &format!("{{ request: {{ remove: [{name}] }} }}")).field, "request.remove[0]");
            let field = format!("response.set.{name}");
            assert_eq!(invalid("headers", &format!("{{ response: {{ set: {{ {name}: '1' }} }} }}")).field, field);
        }
    }

    #[test]
    fn what_is_no_header_is_refused_naming_the_field() {
        assert_eq!(invalid("headers", "{ request: { add: { 'a b': x } } }").field, "request.add.a b");
        assert_eq!(invalid("headers", "{ request: { add: { a: \"x\\r\\nb: y\" } } }").field, "request.add.a");
        assert!(invalid("headers", "{}").message.contains("`request` or `response`"));
        assert!(invalid("headers", "{ request: {} }").message.contains("something to set"));
    }
}
