//! What endpoints answer.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

use super::Sketch;
use crate::problem::Refusal;

/// An answer that can describe itself.
pub(crate) trait Answer: IntoResponse {
    fn describe(sketch: &mut Sketch);
}

/// 200 with a JSON body.
pub(crate) struct Json<T>(pub(crate) T);

/// 201 with a JSON body and the new thing's address.
pub(crate) struct Created<T> {
    pub(crate) body: T,
    pub(crate) location: Option<String>,
    pub(crate) etag: Option<String>,
}

/// 200 with a JSON body of a known state; the state's name is the strong `ETag` (RFC 9110 §8.8.3), without quotes.
pub(crate) struct Tagged<T> {
    pub(crate) body: T,
    pub(crate) etag: String,
}

/// 200 with a text of a media type known only when answering.
pub(crate) struct Text {
    pub(crate) media_type: &'static str,
    pub(crate) text: String,
}

/// 200 with lines of JSON that are sent as they are made.
pub(crate) struct Lines(pub(crate) Body);

/// 304: the client has it already (RFC 9110 §15.4.5), or the thing itself.
pub(crate) enum Kept<T> {
    Same(String),
    Fresh(Tagged<T>),
}

/// 201 or 200: what `PUT` made of a thing that was not, or was there.
pub(crate) enum Put<T> {
    Created(Created<T>),
    Replaced(Tagged<T>),
}

/// 204.
pub(crate) struct NoContent;

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize + JsonSchema> Answer for Json<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.answers(200, "application/json", |generator| generator.subschema_for::<T>());
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = json_response(StatusCode::CREATED, &self.body);
        if let Some(location) = self.location.and_then(|to| HeaderValue::try_from(to).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if let Some(etag) = self.etag.as_deref().and_then(quoted) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

impl<T: Serialize + JsonSchema> Answer for Created<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.answers(201, "application/json", |generator| generator.subschema_for::<T>());
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = json_response(StatusCode::OK, &self.body);
        if let Some(etag) = quoted(&self.etag) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

impl<T: Serialize + JsonSchema> Answer for Tagged<T> {
    fn describe(sketch: &mut Sketch) {
        Json::<T>::describe(sketch);
        sketch.answer_header("ETag", "The state answered.");
    }
}

impl<T: Serialize> IntoResponse for Kept<T> {
    fn into_response(self) -> Response {
        match self {
            Kept::Fresh(tagged) => tagged.into_response(),
            Kept::Same(etag) => {
                let mut response = StatusCode::NOT_MODIFIED.into_response();
                if let Some(etag) = quoted(&etag) {
                    response.headers_mut().insert(header::ETAG, etag);
                }
                response
            }
        }
    }
}

impl<T: Serialize + JsonSchema> Answer for Kept<T> {
    fn describe(sketch: &mut Sketch) {
        Tagged::<T>::describe(sketch);
        sketch.header("if-none-match", "Answers 304 where the state is still this `ETag`.");
        sketch.answers_empty(304, "Not changed since.");
    }
}

impl<T: Serialize> IntoResponse for Put<T> {
    fn into_response(self) -> Response {
        match self {
            Put::Created(created) => created.into_response(),
            Put::Replaced(tagged) => tagged.into_response(),
        }
    }
}

impl<T: Serialize + JsonSchema> Answer for Put<T> {
    fn describe(sketch: &mut Sketch) {
        Created::<T>::describe(sketch);
        Tagged::<T>::describe(sketch);
    }
}

impl Text {
    /// A contract, by its first character JSON or YAML.
    pub(crate) fn contract(text: &str) -> Text {
        let media_type =
            if text.trim_start().starts_with('{') { "application/json" } else { "application/yaml" };
        Text { media_type, text: text.to_owned() }
    }
}

impl IntoResponse for Text {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, self.media_type)], self.text).into_response()
    }
}

impl Answer for Text {
    fn describe(sketch: &mut Sketch) {
        sketch.answers(200, "*/*", |generator| generator.subschema_for::<String>());
    }
}

impl IntoResponse for Lines {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/x-ndjson")], self.0).into_response()
    }
}

impl Answer for Lines {
    fn describe(sketch: &mut Sketch) {
        sketch.answers(200, "application/x-ndjson", |generator| generator.subschema_for::<String>());
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Answer for NoContent {
    fn describe(sketch: &mut Sketch) {
        sketch.answers_empty(204, "Done.");
    }
}

impl<A: Answer> Answer for Result<A, Refusal> {
    fn describe(sketch: &mut Sketch) {
        A::describe(sketch);
    }
}

/// An answer with headers of its own, such as cookies.
impl<A: Answer> Answer for (http::HeaderMap, A) {
    fn describe(sketch: &mut Sketch) {
        A::describe(sketch);
    }
}

fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => Refusal::internal(&error).into_response(),
    }
}

fn quoted(etag: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("\"{etag}\"")).ok()
}
