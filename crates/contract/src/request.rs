//! Requests made by a contract: parameters in their styles, bodies in their types, and what the contract says of the whole.

use schema::{Direction, Json, Making};

use crate::{
    conform::{
        Breaches, Conformance, Expected, Kind, Media, Parameter, Place, RequestHead, Terms, media_kind,
    },
    mock::{concrete, examples, write},
    source::escape,
};

/// An operation of which requests are made.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'c> {
    pub id: &'c str,
    pub method: &'c str,
    conformance: &'c Conformance,
    terms: &'c Terms,
}

/// The values of a request.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// By the place of the parameter in [`Terms::parameters`]; a parameter without one is left out.
    pub parameters: Vec<Option<Json>>,
    /// The type of the body by its place in [`Terms::body_content`], and its value; none where it is left out.
    pub body: Option<(usize, Json)>,
}

/// A request as it goes out, below a base URL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub method: String,
    /// Percent-encoded.
    pub path: String,
    /// Pairs, percent-encoded.
    pub query: Vec<(String, String)>,
    /// Names as the contract writes them.
    pub headers: Vec<(String, String)>,
    pub content_type: Option<String>,
    pub body: Option<Vec<u8>>,
    /// The parameters that have a value, by their places in [`Terms::parameters`].
    pub carries: Vec<usize>,
}

impl<'c> Asking<'c> {
    /// An operation, by its id.
    pub fn new(conformance: &'c Conformance, id: &'c str) -> Option<Asking<'c>> {
        let place = conformance.place(id)?;
        Some(Asking { id, method: &place.method, conformance, terms: conformance.operation(id)? })
    }

    pub fn terms(&self) -> &'c Terms {
        self.terms
    }

    pub fn conformance(&self) -> &'c Conformance {
        self.conformance
    }

    /// What the author gives as examples of a parameter, each that its schema takes, with its name.
    pub fn examples(&self, parameter: &Parameter) -> Vec<(Option<Box<str>>, Json)> {
        let source = &self.conformance.source;
        let Some(fields) = source.get(parameter.pointer()) else { return Vec::new() };
        let mut all = examples::of_fields(self.conformance, &fields);
        // Of a parameter with `content` they stand there.
        let kinds = fields.get("content").and_then(Json::as_object).into_iter().flatten();
        for (kind, _) in kinds.take(1) {
            let media = source.get(&format!("{}/content/{}", parameter.pointer(), escape(kind)));
            all.extend(media.iter().flat_map(|media| examples::of_fields(self.conformance, media)));
        }
        let fits = |value: &Json| match parameter.schema() {
            Some(id) => self.conformance.schemas.check(id, &value.into(), None, 1).is_valid(),
            None => true,
        };
        all.into_iter()
            .map(|example| (example.name, example.value))
            .filter(|(_, value)| fits(value))
            .collect()
    }

    /// What the author gives as examples of a body.
    pub fn body_examples(&self, media: &Media) -> Vec<(Option<Box<str>>, Json)> {
        let all = examples::of(self.conformance, None, media).into_iter();
        all.filter(|example| !example.is_text).map(|example| (example.name, example.value)).collect()
    }

    /// A value of a parameter, by its schema.
    pub fn make(&self, parameter: &Parameter, seed: Option<u64>) -> Option<Json> {
        match parameter.schema() {
            Some(id) => {
                self.conformance.schemas.make(id, Making { direction: Some(Direction::Request), seed })
            }
            None => Some("string".into()),
        }
    }

    /// A value of a body, by its schema.
    pub fn make_body(&self, media: &Media, seed: Option<u64>) -> Option<Json> {
        match media.schema() {
            Some(id) => {
                self.conformance.schemas.make(id, Making { direction: Some(Direction::Request), seed })
            }
            None => write::blank(media_kind(&concrete(media))),
        }
    }

    /// The request with some values. `None` where they cannot be written, or a parameter of the path has none.
    pub fn write(&self, values: &Values) -> Option<Request> {
        let mut request = Request { method: self.method.to_owned(), ..Request::default() };
        let mut path = self.terms.path().to_owned();
        let mut cookies: Vec<String> = Vec::new();
        for (at, (parameter, value)) in self.terms.parameters().iter().zip(&values.parameters).enumerate() {
            let Some(value) = value else { continue };
            request.carries.push(at);
            match parameter.place() {
                Place::Path => {
                    let text = parameter.in_path(value)?;
                    let name = parameter.name();
                    let marks = [
                        format!("{{{name}}}"),
                        format!("{{+{name}}}"),
                        format!("{{{name}+}}"),
                        format!("{{{name}*}}"),
                    ];
                    let mark = marks.iter().find(|mark| path.contains(mark.as_str()))?;
                    path = path.replace(mark.as_str(), &text);
                }
                Place::Query => request.query.extend(parameter.in_query(value)),
                Place::Header => {
                    request.headers.push((parameter.name().to_owned(), parameter.in_header(value)?))
                }
                Place::Cookie => cookies.extend(parameter.in_cookie(value)?),
                Place::Body | Place::Status => {}
            }
        }
        // A parameter that the contract names in a path and does not describe.
        if path.contains('{') {
            path = undescribed(&path);
        }
        if !cookies.is_empty() {
            request.headers.push(("Cookie".to_owned(), cookies.join("; ")));
        }
        request.path = path;
        if let Some((at, value)) = &values.body {
            let media = self.terms.body_content().get(*at)?;
            let content_type = concrete(media);
            request.body = Some(write::write(self.conformance, media, &content_type, value)?);
            request.content_type = Some(content_type);
        }
        Some(request)
    }

    /// What the contract says is wrong with a request.
    pub fn breaches(&self, request: &Request) -> Breaches {
        let mut breaches = Breaches::at_most(5);
        let query = request.query();
        let field = |name: &str| {
            let named = request.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            let all: Vec<&str> = named.map(|(_, value)| value.as_str()).collect();
            if all.is_empty() { None } else { Some(all.join(", ")) }
        };
        let head = RequestHead {
            path: &request.path,
            query: (!query.is_empty()).then_some(query.as_str()),
            field: &field,
        };
        self.conformance.check_head(self.terms, &head, false, &mut breaches);
        let Some(body) = request.body.as_ref().filter(|body| !body.is_empty()) else {
            if self.terms.needs_body() {
                breaches.missing_body();
            }
            return breaches;
        };
        let content_type = request.content_type.as_deref();
        match self.conformance.expected(self.terms, content_type) {
            Expected::Anything => {}
            Expected::Unknown(types) => breaches.unknown_type(format!("must be {}", types.join(" or "))),
            Expected::Body(media) => {
                let kind = content_type.map(media_kind);
                if media.is_described() && !matches!(kind, Some(Kind::Binary | Kind::Stream)) {
                    self.conformance.check_body(media, content_type, body, Direction::Request, &mut breaches);
                }
            }
        }
        breaches
    }
}

impl Request {
    /// The query, without its question mark.
    pub fn query(&self) -> String {
        let pairs: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }
}

/// Something in place of each parameter.
fn undescribed(path: &str) -> String {
    let mut made = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        made.push_str(before);
        made.push('1');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    made + rest
}
