//! Which answers of the APIs are compressed for clients that ask for it.

use http::{Response, header};
use http_body::Body;
use tower_http::compression::Predicate;

/// Bytes below which compressing gains nothing; the session with its secret is below it too.
const SMALLEST: u64 = 1024;

/// Whole answers in JSON of some size. What streams, or was encoded where it came from, is left as it is.
#[derive(Clone, Copy)]
pub(crate) struct WorthCompressing;

impl Predicate for WorthCompressing {
    fn should_compress<B: Body>(&self, response: &Response<B>) -> bool {
        let is_json = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("json"));
        is_json && response.body().size_hint().exact().is_some_and(|size| size >= SMALLEST)
    }
}
