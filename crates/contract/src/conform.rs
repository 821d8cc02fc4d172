//! Messages held against a contract: whether a request, or a response, is what an operation promises.
//!
//! A [`Conformance`] is made of a [`ContractDocument`] at once: nothing is parsed until an operation is asked about, and of its schemas
//! only those that a message meets.

mod body;
mod form;
mod media;
mod multipart;
pub(crate) mod parameter;
mod pieces;
mod terms;
mod write;
mod xml;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, OnceLock},
};

use model::snapshot::{ContractDocument, OperationPlace};
use schema::{Direction, Reading, Schemas};
use serde_json::{Value, json};

pub use self::{
    media::Kind,
    terms::{Media, Parameter, StatusTerms, Terms},
};
use self::{media::MediaType, parameter::Query, terms::Reader};
use crate::{Dialect, source::Source};

/// A contract, to hold messages against.
pub struct Conformance {
    pub(crate) schemas: Schemas,
    pub(crate) source: Source,
    pub(crate) dialect: Dialect,
    operations: HashMap<Box<str>, (OperationPlace, OnceLock<Terms>)>,
    /// Query parameters that carry credentials.
    credentials: OnceLock<Vec<String>>,
}

/// The head of a request.
pub struct RequestHead<'a> {
    /// Below the base path, as it came: percent-encoded.
    pub path: &'a str,
    pub query: Option<&'a str>,
    /// The values of a field, those of several lines joined by commas.
    pub field: &'a dyn Fn(&str) -> Option<String>,
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Path,
    Query,
    Header,
    Cookie,
    Body,
    Status,
}

/// One thing that is not as the contract says. It holds what the contract asks for, never what the message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub place: Place,
    /// The parameter or field, where it is one.
    pub name: Option<Box<str>>,
    /// A JSON pointer (RFC 6901) into the body or the parameter; empty for all of it.
    pub pointer: String,
    pub keyword: &'static str,
    /// Lower case, without a full stop: `must be an integer`.
    pub message: String,
}

/// All that is not as the contract says, as far as was asked for.
#[derive(Clone, Debug, Default)]
pub struct Breaches {
    pub list: Vec<Breach>,
    /// There is more.
    pub more: bool,
    most: usize,
}

/// What a contract says about a body of some type.
pub enum Expected<'t> {
    /// Nothing that could be checked.
    Anything,
    Body(&'t Media),
    /// There is no body of this type; those there are.
    Unknown(Vec<&'t str>),
}

impl Place {
    pub fn as_str(self) -> &'static str {
        match self {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
            Place::Cookie => "cookie",
            Place::Body => "body",
            Place::Status => "status",
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.place.as_str())?;
        if let Some(name) = &self.name {
            write!(f, " `{name}`")?;
        }
        if !self.pointer.is_empty() {
            write!(f, " {}", self.pointer)?;
        }
        write!(f, " {}", self.message)
    }
}

impl Breach {
    /// As problems tell it.
    pub fn to_json(&self) -> Value {
        let mut all = json!({ "in": self.place.as_str(), "pointer": self.pointer });
        if let Some(name) = &self.name {
            all["name"] = (&**name).into();
        }
        all["keyword"] = self.keyword.into();
        all["detail"] = self.message.as_str().into();
        all
    }
}

impl Breaches {
    /// At most so many are kept.
    pub fn at_most(most: usize) -> Breaches {
        Breaches { list: Vec::new(), more: false, most: most.max(1) }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn add(
        &mut self,
        place: Place,
        name: Option<&str>,
        keyword: &'static str,
        message: impl Into<String>,
    ) {
        self.push(Breach {
            place,
            name: name.map(Box::from),
            pointer: String::new(),
            keyword,
            message: message.into(),
        });
    }

    pub fn missing_body(&mut self) {
        self.add(Place::Body, None, "required-body", "is missing");
    }

    /// The type of content is none that the contract has.
    pub fn unknown_type(&mut self, message: String) {
        self.add(Place::Header, Some("content-type"), "content", message);
    }

    pub fn unknown_status(&mut self, status: u16) {
        self.add(Place::Status, None, "responses", format!("{status} is none that the contract has"));
    }

    /// The body cannot be read at all.
    pub fn unreadable(&mut self, why: &str) {
        self.add(Place::Body, None, "encoding", why);
    }

    fn push(&mut self, breach: Breach) {
        if self.list.len() < self.most {
            self.list.push(breach);
        } else {
            self.more = true;
        }
    }

    fn take(&mut self, place: Place, name: Option<&str>, outcome: schema::Outcome) {
        self.more |= outcome.more;
        for schema::Fault { pointer, keyword, message } in outcome.faults {
            self.push(Breach { place, name: name.map(Box::from), pointer, keyword, message });
        }
    }

    fn left(&self) -> usize {
        self.most.saturating_sub(self.list.len()).max(1)
    }
}

impl fmt::Debug for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformance").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

impl Conformance {
    pub fn new(document: &ContractDocument) -> Conformance {
        Conformance::reading(document, false)
    }

    /// The same, with the examples of its schemas, for those who make values.
    pub fn keeping_examples(document: &ContractDocument) -> Conformance {
        Conformance::reading(document, true)
    }

    fn reading(document: &ContractDocument, keeps_examples: bool) -> Conformance {
        let dialect = match &*document.dialect {
            "swagger-2.0" => Dialect::Swagger20,
            "openapi-3.0" => Dialect::OpenApi30,
            "openapi-3.2" => Dialect::OpenApi32,
            _ => Dialect::OpenApi31,
        };
        let source = Source::shared(Arc::clone(&document.pieces));
        let reading = Reading {
            dialect: match dialect {
                Dialect::Swagger20 => schema::Dialect::Swagger20,
                Dialect::OpenApi30 => schema::Dialect::OpenApi30,
                Dialect::OpenApi31 | Dialect::OpenApi32 => schema::Dialect::Draft2020,
            },
            formats: true,
            discriminators: true,
        };
        let mut schemas = Schemas::new(reading, Arc::new(pieces::Pieces(source.clone())));
        if keeps_examples {
            schemas = schemas.keeping_examples();
        }
        let operations = document.operations.iter();
        let operations =
            operations.map(|(id, place)| (id.clone(), (place.clone(), OnceLock::new()))).collect();
        Conformance { schemas, source, dialect, operations, credentials: OnceLock::new() }
    }

    /// What an operation promises, read when it is first asked for.
    pub fn operation(&self, id: &str) -> Option<&Terms> {
        let (place, terms) = self.operations.get(id)?;
        Some(terms.get_or_init(|| Reader { conformance: self, place }.terms()))
    }

    /// The ids of all operations.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(|id| &**id)
    }

    /// Where an operation stands.
    pub fn place(&self, id: &str) -> Option<&OperationPlace> {
        self.operations.get(id).map(|(place, _)| place)
    }

    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// What is wrong with the path, query, fields and cookies of a request.
    pub fn check_head(
        &self,
        terms: &Terms,
        head: &RequestHead<'_>,
        unknown_query: bool,
        breaches: &mut Breaches,
    ) {
        let query = Query::read(head.query.unwrap_or_default());
        let captured = parameter::capture(&terms.path, head.path);
        for parameter in &terms.parameters {
            self.check_parameter(parameter, &query, &captured, head.field, breaches);
        }
        if unknown_query {
            self.check_unknown(terms, &query, breaches);
        }
    }

    /// What the contract says about a request's body of this type.
    pub fn expected<'t>(&self, terms: &'t Terms, content_type: Option<&str>) -> Expected<'t> {
        match &terms.body {
            None => Expected::Anything,
            Some(body) => media::choose(&body.content, content_type),
        }
    }

    /// Whether a request must have a body.
    pub fn needs_body(&self, terms: &Terms) -> bool {
        terms.body.as_ref().is_some_and(|body| body.required)
    }

    /// What is wrong with a body.
    pub fn check_body(
        &self,
        media: &Media,
        content_type: Option<&str>,
        body: &[u8],
        direction: Direction,
        breaches: &mut Breaches,
    ) {
        body::check(self, media, content_type, body, direction, breaches);
    }

    /// What the contract says of responses with a status; `None` where it has none.
    pub fn response<'t>(&self, terms: &'t Terms, status: u16) -> Option<&'t StatusTerms> {
        let class = format!("{}XX", status / 100);
        let exact = status.to_string();
        [exact.as_str(), class.as_str(), "default"]
            .iter()
            .find_map(|key| terms.responses.iter().find(|one| one.status.eq_ignore_ascii_case(key)))
    }

    /// What is wrong with the fields of a response.
    pub fn check_response_head(
        &self,
        response: &StatusTerms,
        field: &dyn Fn(&str) -> Option<String>,
        breaches: &mut Breaches,
    ) {
        let (query, captured) = (Query::read(""), Vec::new());
        for header in &response.headers {
            self.check_parameter(header, &query, &captured, field, breaches);
        }
    }

    /// Fields that a response may have. `values` gives what may stand in the one of a name and schema, the best first; the first that the
    /// contract takes does.
    pub(crate) fn response_fields(
        &self,
        response: &StatusTerms,
        values: &dyn Fn(&str, Option<schema::Id>) -> Vec<Value>,
    ) -> Vec<(Box<str>, String)> {
        let (query, captured) = (Query::read(""), Vec::new());
        let one = |header: &terms::Parameter| {
            let written = values(&header.name, header.schema).into_iter().map(|value| header.written(&value));
            let mut written = written.filter(|text| parameter::is_field_value(text));
            let found = written.find(|text| {
                let mut breaches = Breaches::at_most(1);
                self.check_parameter(header, &query, &captured, &|_| Some(text.clone()), &mut breaches);
                breaches.is_empty()
            });
            Some((header.name.clone(), found?))
        };
        response.headers.iter().filter_map(one).collect()
    }

    /// What the contract says about a response's body of this type.
    pub fn expected_response<'t>(
        &self,
        response: &'t StatusTerms,
        content_type: Option<&str>,
    ) -> Expected<'t> {
        if response.content.is_empty() {
            return Expected::Anything;
        }
        media::choose(&response.content, content_type)
    }

    /// Whether any of the types that an operation answers with is one of those accepted (RFC 9110 §12.5.1).
    pub fn is_acceptable(&self, terms: &Terms, accept: &str) -> bool {
        let mut types = terms.responses.iter().flat_map(|response| &response.content).peekable();
        types.peek().is_none() || types.any(|media| media.of.is_accepted_by(accept))
    }

    fn credentials(&self) -> &[String] {
        self.credentials.get_or_init(|| {
            let root = match self.dialect {
                Dialect::Swagger20 => "/securityDefinitions",
                _ => "/components/securitySchemes",
            };
            let schemes = self.source.names(root).into_iter();
            let schemes = schemes
                .filter_map(|name| self.source.get(&format!("{root}/{}", crate::source::escape(&name))));
            let named = schemes.filter(|scheme| scheme["in"] == "query");
            named.filter_map(|scheme| Some(scheme.get("name")?.as_str()?.to_owned())).collect()
        })
    }
}

/// The essence of a media type, for those who compare.
pub fn media_kind(content_type: &str) -> Kind {
    MediaType::read(content_type).kind()
}
