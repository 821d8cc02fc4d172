//! What endpoints read from a request.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, State, path::ErrorKind, rejection::PathRejection},
};
use control::Expect;
use http::{header, request::Parts};
use policy::problems;
use schemars::JsonSchema;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use tokio::time::timeout;

use super::{Answer, Sketch};
use crate::{problem::Refusal, state::App};

/// Something read from a request that can describe itself.
pub(crate) trait Part {
    fn describe(sketch: &mut Sketch);
}

/// A function whose parameters and answer describe themselves.
pub(crate) trait Describe<T> {
    fn describe(sketch: &mut Sketch);
}

impl<F, Fut, R> Describe<((),)> for F
where
    F: Fn() -> Fut,
    Fut: Future<Output = R>,
    R: Answer,
{
    fn describe(sketch: &mut Sketch) {
        R::describe(sketch);
    }
}

macro_rules! describe {
    ($( $part:ident ),+) => {
        impl<F, Fut, R, M, $( $part ),+> Describe<(M, $( $part, )+)> for F
        where
            F: Fn($( $part ),+) -> Fut,
            Fut: Future<Output = R>,
            R: Answer,
            $( $part: Part ),+
        {
            fn describe(sketch: &mut Sketch) {
                $( <$part as Part>::describe(sketch); )+
                R::describe(sketch);
            }
        }
    };
}

describe!(A);
describe!(A, B);
describe!(A, B, C);
describe!(A, B, C, D);
describe!(A, B, C, D, E);

impl Part for State<App> {
    fn describe(_: &mut Sketch) {}
}

/// The parameters of the path, in order. The template declares them.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Path<T>, Refusal> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|axum::extract::Path(path)| Path(path))
            .map_err(|rejection| Refusal::new(problems::BAD_REQUEST, wrong_in_path(&rejection)))
    }
}

fn wrong_in_path(rejection: &PathRejection) -> String {
    let kind = match rejection {
        PathRejection::FailedToDeserializePathParams(error) => Some(error.kind()),
        _ => None,
    };
    match kind {
        Some(ErrorKind::DeserializeError { message, .. } | ErrorKind::Message(message)) => message.clone(),
        Some(kind @ (ErrorKind::ParseErrorAtKey { .. } | ErrorKind::ParseError { .. })) => kind.to_string(),
        _ => "the path is not valid percent-encoded UTF-8".to_owned(),
    }
}

impl<T> Part for Path<T> {
    fn describe(_: &mut Sketch) {}
}

/// The query as a struct. Its type refuses unknown parameters.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Query<T>, Refusal> {
        axum::extract::Query::<T>::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Query(query))
            .map_err(|rejection| {
                let cause = std::error::Error::source(&rejection).map(ToString::to_string);
                Refusal::new(
                    problems::BAD_REQUEST,
                    format!("the query is not understood: {}", cause.unwrap_or_default()),
                )
            })
    }
}

impl<T: JsonSchema> Part for Query<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.query::<T>();
        sketch.raises(problems::BAD_REQUEST);
    }
}

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Body<T>, Refusal> {
        let Raw { text, media_type } = Raw::from_request(request, app).await?;
        if media_type != MediaType::Json {
            return Err(unsupported());
        }
        let mut deserializer = serde_json::Deserializer::from_str(&text);
        let body = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let path = error.path().to_string();
            let inner = error.into_inner();
            // What is not JSON at all is said first, wherever it stands.
            if let Err(syntax) = serde_json::from_str::<IgnoredAny>(&text) {
                malformed(&syntax)
            } else if inner.is_data() {
                // Where it stands in the text is for whoever wrote the text; here the field says it.
                let said = inner.to_string();
                let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
                let finding = model::Finding::error("invalid-field", said);
                let finding = if path == "." { finding } else { finding.in_field(path) };
                Refusal::invalid("the body is not what this endpoint takes", vec![finding])
            } else {
                malformed(&inner)
            }
        })?;
        deserializer.end().map_err(|error| malformed(&error))?;
        Ok(Body(body))
    }
}

impl<T: JsonSchema> Part for Body<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.reads(&["application/json"], |generator| generator.subschema_for::<T>());
        Raw::raises(sketch);
    }
}

/// For a body to arrive whole.
const ARRIVAL: Duration = Duration::from_secs(60);

/// What a body says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    Json,
    Yaml,
}

/// A body as text.
pub(crate) struct Raw {
    pub(crate) text: String,
    pub(crate) media_type: MediaType,
}

impl FromRequest<App> for Raw {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Raw, Refusal> {
        let media_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(media_type)
            .ok_or_else(unsupported)?;
        let arrived = timeout(ARRIVAL, Bytes::from_request(request, app)).await;
        let arrived = arrived
            .map_err(|_| Refusal::new(problems::REQUEST_TIMEOUT, "the body took too long to arrive"))?;
        let bytes = arrived.map_err(|rejection| {
            if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
                Refusal::new(problems::CONTENT_TOO_LARGE, "the body is larger than this endpoint takes")
            } else {
                Refusal::new(problems::BAD_REQUEST, "the body broke off")
            }
        })?;
        let text = String::from_utf8(bytes.into())
            .map_err(|_| Refusal::new(problems::BAD_REQUEST, "the body is not valid UTF-8"))?;
        Ok(Raw { text, media_type })
    }
}

impl Raw {
    pub(crate) fn raises(sketch: &mut Sketch) {
        for problem in [
            problems::BAD_REQUEST,
            problems::CONTENT_TOO_LARGE,
            problems::UNSUPPORTED_MEDIA_TYPE,
            problems::INVALID,
        ] {
            sketch.raises(problem);
        }
    }
}

fn media_type(value: &str) -> Option<MediaType> {
    let name = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "application/json" => Some(MediaType::Json),
        "application/yaml" | "application/x-yaml" | "text/yaml" => Some(MediaType::Yaml),
        _ => None,
    }
}

fn unsupported() -> Refusal {
    Refusal::new(problems::UNSUPPORTED_MEDIA_TYPE, "send the body as `Content-Type: application/json`")
}

pub(crate) fn malformed(error: &serde_json::Error) -> Refusal {
    Refusal::new(problems::BAD_REQUEST, format!("the body is not valid JSON: {error}"))
        .with("line", Value::from(error.line()))
        .with("column", Value::from(error.column()))
}

/// The preconditions of a request (RFC 9110 §13.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct If {
    /// The entity tags of `If-Match`, without quotes; `*` stands for any.
    pub(crate) matches: Option<Vec<String>>,
    /// The entity tags of `If-None-Match`, without quotes; `*` stands for any.
    pub(crate) none_match: Option<Vec<String>>,
}

impl If {
    /// Whether the client has this state already.
    pub(crate) fn has(&self, etag: &str) -> bool {
        self.none_match.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag == etag || tag == "*"))
    }

    fn tags(parts: &Parts, name: http::HeaderName) -> Option<Vec<String>> {
        let mut values = parts.headers.get_all(name).into_iter().peekable();
        values.peek()?;
        let tags = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        Some(
            tags.map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned())
                .filter(|tag| !tag.is_empty())
                .collect(),
        )
    }
}

impl FromRequestParts<App> for If {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<If, Refusal> {
        Ok(If {
            matches: If::tags(parts, header::IF_MATCH),
            none_match: If::tags(parts, header::IF_NONE_MATCH),
        })
    }
}

/// The precondition of a change, as `control` takes it.
pub(crate) struct Expecting(pub(crate) Expect);

impl FromRequestParts<App> for Expecting {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Expecting, Refusal> {
        let If { matches, none_match } = If::from_request_parts(parts, app).await?;
        let any = |tags: &[String]| tags.iter().any(|tag| tag == "*");
        match (matches.as_deref(), none_match.as_deref()) {
            (None, None) => Ok(Expecting(Expect::Any)),
            (None, Some(tags)) if any(tags) => Ok(Expecting(Expect::Absent)),
            (Some([tag]), None) if let Ok(revision) = tag.parse() => {
                Ok(Expecting(Expect::Revision(revision)))
            }
            _ => Err(Refusal::new(
                problems::BAD_REQUEST,
                "send `If-Match` with one `ETag` that was answered, or `If-None-Match: *`, or neither",
            )),
        }
    }
}

impl Part for Expecting {
    fn describe(sketch: &mut Sketch) {
        sketch.header(
            "if-match",
            "The `ETag` last read; the change is refused where the resource has changed since.",
        );
        sketch.header("if-none-match", "`*` refuses to change a resource that exists.");
        sketch.raises(problems::PRECONDITION_FAILED);
    }
}

impl Part for If {
    fn describe(_: &mut Sketch) {}
}
