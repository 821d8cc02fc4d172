//! Answers made of a contract alone: its examples, or what its schemas accept.

mod callbacks;
mod credentials;
pub(crate) mod examples;
mod graphql;
mod grpc;
mod soap;
mod voice;
pub(crate) mod write;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use model::snapshot::ContractDocument;
use schema::{Direction, Json, Making};

pub use self::{
    callbacks::{Callback, Happened},
    credentials::{Credential, Lacking, Needs, Scheme},
    graphql::socket::{Conversation, Heard, SUBPROTOCOL},
    voice::Call,
};
use self::{examples::Example, voice::Voice};
use crate::conform::{Breaches, Conformance, Kind, Media, StatusTerms, Terms, media_kind};

/// Answers that are kept, so that they need not be made again, in bytes.
const MOST_KEPT: usize = 16 << 20;
/// What keeping one takes beside its body.
const OVERHEAD: usize = 256;

/// A contract, to be answered from.
pub struct Mock {
    conformance: Arc<Conformance>,
    operations: HashMap<Box<str>, Known>,
    /// Read when it is first asked.
    graphql: OnceLock<Result<graphql::Answering, String>>,
    kept: RwLock<Kept>,
}

/// What is known of an operation, once it was called.
#[derive(Default)]
struct Known {
    needs: OnceLock<Needs>,
    voice: OnceLock<Voice>,
    calls_back: OnceLock<bool>,
}

#[derive(Default)]
struct Kept {
    answers: HashMap<Key, Arc<Answer>>,
    bytes: usize,
}

/// Operation, status, which media type, and the example asked for.
type Key = (Box<str>, u16, usize, Option<Box<str>>);

/// What an answer should be like.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'w> {
    pub status: Option<u16>,
    /// The name of an example.
    pub example: Option<&'w str>,
    /// The value of `Accept`.
    pub accept: Option<&'w str>,
    /// With one the answer is made of the schema and differs by the seed; without, examples come first.
    pub seed: Option<u64>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    /// Beside `Content-Type`.
    pub headers: Vec<(Box<str>, String)>,
    pub body: Vec<u8>,
    /// Fields that come after the body.
    pub trailers: Vec<(Box<str>, String)>,
    pub origin: Origin,
}

/// Where a body comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// There is none.
    Empty,
    /// The contract has it; with its name, where it has one.
    Example(Option<Box<str>>),
    /// It was made by the schema.
    Made,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    UnknownOperation,
    /// The operation has no responses of this status; those it has.
    UnknownStatus(Vec<String>),
    /// The response has no example of this name; those it has.
    UnknownExample(Vec<String>),
    /// None of the types of the response is acceptable; those it has.
    NotAcceptable(Vec<String>),
    /// It opens a connection that speaks something else from there on, such as a WebSocket.
    Opens,
    /// Nothing was found that the schema of this media type accepts.
    Impossible(String),
}

/// What an operation answers with.
#[derive(Clone, Copy)]
pub struct Chosen<'m> {
    pub status: u16,
    /// Nothing where the contract has no responses at all.
    pub response: Option<&'m StatusTerms>,
    /// Which of the response's types; none where it has no body.
    pub media: Option<&'m Media>,
    at: usize,
}

impl std::fmt::Debug for Mock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mock").field("conformance", &self.conformance).finish_non_exhaustive()
    }
}

impl Mock {
    /// Ready at once: what an operation asks for is read when it is first called.
    pub fn new(document: &ContractDocument) -> Mock {
        let operations = document.operations.keys().map(|id| (id.clone(), Known::default())).collect();
        Mock {
            conformance: Arc::new(Conformance::keeping_examples(document)),
            operations,
            graphql: OnceLock::new(),
            kept: RwLock::default(),
        }
    }

    /// What requests are held against.
    pub fn conformance(&self) -> &Arc<Conformance> {
        &self.conformance
    }

    /// What a request lacks of the credentials that the operation asks for: that they are there, not that they are right. `field` gives the
    /// value of a header.
    pub fn lacking(
        &self,
        operation: &str,
        query: Option<&str>,
        field: &dyn Fn(&str) -> Option<String>,
    ) -> Option<Lacking> {
        let needs = &self.operations.get(operation)?.needs;
        needs.get_or_init(|| Needs::read(&self.conformance, operation)).lacking(query, field)
    }

    /// Which response and media type a wish comes to.
    ///
    /// # Errors
    /// What of the wish the contract does not have.
    pub fn choose(&self, operation: &str, wish: &Wish<'_>) -> Result<Chosen<'_>, Refused> {
        let terms = self.conformance.operation(operation).ok_or(Refused::UnknownOperation)?;
        // What stands for all else then says why it was not opened.
        let says =
            |status: &str| terms.responses().iter().any(|response| response.status().starts_with(status));
        if wish.status.is_none() && says("101") && !says("2") {
            return Err(Refused::Opens);
        }
        let Some((status, response)) = self.response(terms, wish.status) else {
            if terms.responses().is_empty() && wish.status.is_none() {
                return Ok(Chosen { status: 200, response: None, media: None, at: 0 });
            }
            let has = terms.responses().iter().map(|response| response.status().to_owned());
            return Err(Refused::UnknownStatus(has.collect()));
        };
        if matches!(status, 204 | 205 | 304) || response.content().is_empty() {
            return Ok(Chosen { status, response: Some(response), media: None, at: 0 });
        }
        let at = best(response.content(), wish.accept).ok_or_else(|| {
            Refused::NotAcceptable(
                response.content().iter().map(|media| media.media_type().to_owned()).collect(),
            )
        })?;
        Ok(Chosen { status, response: Some(response), media: response.content().get(at), at })
    }

    /// An answer of an operation.
    ///
    /// # Errors
    /// What of the wish the contract does not have.
    pub fn answer(&self, operation: &str, wish: &Wish<'_>) -> Result<Arc<Answer>, Refused> {
        let chosen = self.choose(operation, wish)?;
        if wish.seed.is_some() {
            return self.make(&chosen, wish).map(Arc::new);
        }
        let key = (Box::from(operation), chosen.status, chosen.at, wish.example.map(Box::from));
        if let Some(known) = self.kept.read().unwrap_or_else(PoisonError::into_inner).answers.get(&key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(self.make(&chosen, wish)?);
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let size = made.body.len() + OVERHEAD;
        if kept.bytes + size <= MOST_KEPT && kept.answers.insert(key, Arc::clone(&made)).is_none() {
            kept.bytes += size;
        }
        Ok(made)
    }

    /// An answer with a body of somebody else's making, in the type that was chosen. `None` where it is not what the contract describes.
    pub fn answer_with(&self, chosen: &Chosen<'_>, value: &Json) -> Option<Answer> {
        let headers = self.headers(chosen, None);
        let Some(media) = chosen.media else {
            let origin = Origin::Empty;
            return Some(Answer {
                status: chosen.status,
                content_type: None,
                headers,
                body: Vec::new(),
                trailers: Vec::new(),
                origin,
            });
        };
        let content_type = concrete(media);
        let body = write::write(&self.conformance, media, &content_type, value)?;
        self.is_valid(media, &content_type, &body).then_some(Answer {
            status: chosen.status,
            content_type: Some(content_type),
            headers,
            body,
            trailers: Vec::new(),
            origin: Origin::Made,
        })
    }

    /// A value that a media type's schema accepts; see [`Making`].
    pub fn value(&self, media: &Media, seed: Option<u64>) -> Option<Json> {
        let making = Making { direction: Some(Direction::Response), seed };
        self.conformance.schemas().make(media.schema()?, making)
    }

    fn response<'m>(&'m self, terms: &'m Terms, status: Option<u16>) -> Option<(u16, &'m StatusTerms)> {
        if let Some(status) = status {
            return Some((status, self.conformance.response(terms, status)?));
        }
        // The lowest that says all is well, else what stands for all, else the lowest there is.
        let rank = |response: &StatusTerms| -> Option<(u8, u16)> {
            let status = response.status();
            let class = status.strip_suffix("XX").or_else(|| status.strip_suffix("xx"));
            match (status.parse::<u16>(), class.and_then(|class| class.parse::<u16>().ok())) {
                (Ok(status @ 200..=299), _) => Some((0, status)),
                (_, Some(2)) => Some((1, 200)),
                _ if status.eq_ignore_ascii_case("default") => Some((2, 200)),
                (Ok(status @ 300..=599), _) => Some((3, status)),
                (_, Some(class @ 3..=5)) => Some((4, class * 100)),
                _ => None,
            }
        };
        let ranked = terms.responses().iter().filter_map(|response| Some((rank(response)?, response)));
        let best = ranked.min_by_key(|(rank, _)| *rank);
        best.map(|((_, status), response)| (status, response))
    }

    fn make(&self, chosen: &Chosen<'_>, wish: &Wish<'_>) -> Result<Answer, Refused> {
        let headers = self.headers(chosen, wish.seed);
        let Some(media) = chosen.media else {
            if wish.example.is_some() {
                return Err(Refused::UnknownExample(Vec::new()));
            }
            let (body, origin) = (Vec::new(), Origin::Empty);
            let (content_type, trailers) = (None, Vec::new());
            return Ok(Answer { status: chosen.status, content_type, headers, body, trailers, origin });
        };
        let content_type = concrete(media);
        let (body, origin) = self.body(chosen, media, &content_type, wish)?;
        let (content_type, trailers) = (Some(content_type), Vec::new());
        Ok(Answer { status: chosen.status, content_type, headers, body, trailers, origin })
    }

    fn body(
        &self,
        chosen: &Chosen<'_>,
        media: &Media,
        content_type: &str,
        wish: &Wish<'_>,
    ) -> Result<(Vec<u8>, Origin), Refused> {
        let examples = examples::of(&self.conformance, chosen.response, media);
        if let Some(name) = wish.example {
            let Some(found) = examples.iter().find(|example| example.name.as_deref() == Some(name)) else {
                let names = examples.into_iter().filter_map(|example| example.name.map(String::from));
                return Err(Refused::UnknownExample(names.collect()));
            };
            let body = self.written(media, content_type, found).ok_or_else(|| impossible(media))?;
            return Ok((body, Origin::Example(Some(name.into()))));
        }
        let valid = || {
            examples.iter().find_map(|example| {
                let body = self.written(media, content_type, example)?;
                let valid = self.is_valid(media, content_type, &body);
                valid.then(|| (body, Origin::Example(example.name.clone())))
            })
        };
        let made = || {
            let value = match media.is_described() {
                true => self.value(media, wish.seed)?,
                false => write::blank(media_kind(content_type))?,
            };
            let body = write::write(&self.conformance, media, content_type, &value)?;
            self.is_valid(media, content_type, &body).then_some((body, Origin::Made))
        };
        let found = match wish.seed {
            None => valid().or_else(made),
            Some(_) => made().or_else(valid),
        };
        // What its author says it answers with is better than nothing.
        let as_written = || {
            let example = examples.first()?;
            Some((self.written(media, content_type, example)?, Origin::Example(example.name.clone())))
        };
        found.or_else(as_written).ok_or_else(|| impossible(media))
    }

    /// An example as it goes out.
    fn written(&self, media: &Media, content_type: &str, example: &Example) -> Option<Vec<u8>> {
        if let (Json::String(text), true) = (&example.value, example.is_text) {
            return Some(text.clone().into_bytes());
        }
        let body = write::write(&self.conformance, media, content_type, &example.value)?;
        // Some write JSON as a text.
        if let Json::String(text) = &example.value
            && media_kind(content_type) == Kind::Json
            && !self.is_valid(media, content_type, &body)
            && self.is_valid(media, content_type, text.as_bytes())
        {
            return Some(text.clone().into_bytes());
        }
        Some(body)
    }

    fn is_valid(&self, media: &Media, content_type: &str, body: &[u8]) -> bool {
        let mut breaches = Breaches::at_most(1);
        self.conformance.check_body(media, Some(content_type), body, Direction::Response, &mut breaches);
        breaches.is_empty()
    }

    /// The fields that the contract describes, as far as they can be made.
    fn headers(&self, chosen: &Chosen<'_>, seed: Option<u64>) -> Vec<(Box<str>, String)> {
        let Some(response) = chosen.response else { return Vec::new() };
        let given = examples::of_headers(&self.conformance, response);
        let example = |name: &str| given.iter().find(|(known, _)| **known == *name).map(|(_, value)| value);
        self.conformance.response_fields(response, &|name, id| {
            let making = Making { direction: Some(Direction::Response), seed };
            let made = || id.and_then(|id| self.conformance.schemas().make(id, making));
            let examples = seed.is_none().then(|| example(name).cloned()).flatten();
            [examples, made()].into_iter().flatten().collect()
        })
    }
}

fn impossible(media: &Media) -> Refused {
    Refused::Impossible(media.media_type().to_owned())
}

/// Which of some types is preferred (RFC 9110 §12.5.1); JSON where nothing tells them apart.
fn best(content: &[Media], accept: Option<&str>) -> Option<usize> {
    let accept = accept.filter(|accept| !accept.trim().is_empty());
    let weighed = content.iter().enumerate().filter_map(|(at, media)| {
        let weight = accept.map_or(Some(1000), |accept| media.weight(accept))?;
        let is_json = media_kind(&concrete(media)) == Kind::Json;
        Some((weight, is_json, at))
    });
    let best = weighed.max_by_key(|(weight, is_json, at)| (*weight, *is_json, std::cmp::Reverse(*at)));
    best.map(|(.., at)| at)
}

/// A type for what may be a range of them.
pub(crate) fn concrete(media: &Media) -> String {
    match media.media_type() {
        "*/*" | "*" | "application/*" | "" => "application/json".to_owned(),
        "text/*" => "text/plain".to_owned(),
        "image/*" => "image/png".to_owned(),
        parts if parts.starts_with("multipart/") => {
            format!("{}; boundary={}", parts.replace('*', "form-data"), write::BOUNDARY)
        }
        range => range.replace('*', "octet-stream"),
    }
}
