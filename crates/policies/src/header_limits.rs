//! `header-limits`: how much a request's head may say.

use policy::prelude::*;

/// What the gateway itself adds, and so nobody has to leave room for.
const OURS: [&str; 8] = [
    "forwarded",
    "traceparent",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-request-id",
];

/// Limits what the head of a request may be: its headers, its address and its parameters.
///
/// A head with too many or too large headers is refused with `431`, one with too long an address or too many parameters with `414`. The
/// limits of the gateway as a whole (`limits` of the gateway) hold as well. What the gateway itself adds, such as `x-forwarded-for`, is not
/// counted.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HeaderLimits {
    /// The most header lines.
    max_count: Option<usize>,
    /// The most bytes of all headers, names and values.
    max_size: Option<ByteSize>,
    /// The most bytes of one value.
    max_value: Option<ByteSize>,
    /// The most bytes of path and query.
    max_url: Option<ByteSize>,
    /// The most parameters of the query.
    max_parameters: Option<usize>,
}

impl Policy for HeaderLimits {
    const NAME: &'static str = "header-limits";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ max_count: 50, max_size: 16KiB, max_url: 4KiB }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let limits = [self.max_size, self.max_value, self.max_url].iter().any(Option::is_some);
        if !limits && self.max_count.is_none() && self.max_parameters.is_none() {
            return Err(Invalid::whole("give at least one limit, such as `max_count: 50`"));
        }
        Ok(Box::new(HeadCheck {
            max_count: self.max_count.unwrap_or(usize::MAX),
            max_size: self.max_size.map_or(usize::MAX, ByteSize::as_usize),
            max_value: self.max_value.map_or(usize::MAX, ByteSize::as_usize),
            max_url: self.max_url.map_or(usize::MAX, ByteSize::as_usize),
            max_parameters: self.max_parameters.unwrap_or(usize::MAX),
        }))
    }
}

/// The running form of [`HeaderLimits`].
struct HeadCheck {
    max_count: usize,
    max_size: usize,
    max_value: usize,
    max_url: usize,
    max_parameters: usize,
}

impl Filter for HeadCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        Step::Done(self.check(req).map_err(Reply::from))
    }
}

impl HeadCheck {
    fn check(&self, req: &Request) -> Result<(), Problem> {
        let headers = &req.head.headers;
        let too_large = |detail: String| Err(Problem::new(problems::HEADERS_TOO_LARGE, detail));
        let (mut count, mut size) = (0, 0);
        for (name, value) in headers.iter().filter(|(name, _)| !OURS.contains(name)) {
            if value.len() > self.max_value {
                return too_large(format!("the value of `{name}` may be {} bytes long here", self.max_value));
            }
            count += 1;
            size += name.len() + value.len();
        }
        if count > self.max_count {
            return too_large(format!("a request may have {} headers here", self.max_count));
        }
        if size > self.max_size {
            return too_large(format!("all headers may be {} bytes long here", self.max_size));
        }
        let target = req.head.uri.path_and_query().map_or(0, |target| target.as_str().len());
        if target > self.max_url {
            let detail = format!("path and query may be {} bytes long here", self.max_url);
            return Err(Problem::new(problems::URI_TOO_LONG, detail));
        }
        let pairs = req.head.uri.query().map_or(0, |query| query.split('&').filter(|pair| !pair.is_empty()).count());
        if pairs > self.max_parameters {
            let detail = format!("a query may have {} parameters here", self.max_parameters);
            return Err(Problem::new(problems::URI_TOO_LONG, detail));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_head_over_a_limit_is_refused() {
        let req = || RequestBuilder::get("/abc?d&e=f").header("a", "123").header("b", "45").header("via", "1.1 pailou");
        for (config, code) in [
            ("{ max_count: 2, max_size: 7B, max_value: 3B, max_url: 10B, max_parameters: 2 }", ""),
            ("{ max_count: 1 }", "headers-too-large"),
            ("{ max_size: 6B }", "headers-too-large"),
            ("{ max_value: 2B }", "headers-too-large"),
            ("{ max_url: 9B }", "uri-too-long"),
            ("{ max_parameters: 1 }", "uri-too-long"),
        ] {
            let outcome = decide(&*build("header-limits", config), &mut req().build());
            let found = outcome.err().map_or("", |reply| problem_of(reply).kind.code);
            assert_eq!(found, code, "{config}");
        }
        assert!(invalid("header-limits", "{}").message.contains("at least one limit"));
    }
}
