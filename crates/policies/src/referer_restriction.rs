//! `referer-restriction`: pages of which sites may lead here.

use http::{Uri, header::REFERER};
use policy::prelude::*;

/// Lets in, or keeps out, calls by the site of the page they come from (`Referer`). Refused calls are answered `403`.
///
/// It keeps pages of others from using your images and downloads. Programs send what they like there.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RefererRestriction {
    /// Hosts whose pages may lead here: `example.com`, `*.example.com`. None means all that are not denied.
    allow: Vec<String>,
    /// Hosts whose pages may not lead here.
    deny: Vec<String>,
    /// Keeps out calls without a `Referer`, or one that is no address.
    deny_missing: bool,
}

impl Policy for RefererRestriction {
    const NAME: &'static str = "referer-restriction";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ allow: [example.com, \"*.example.com\"] }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.allow.is_empty() && self.deny.is_empty() && !self.deny_missing {
            return Err(Invalid::whole("give `allow` or `deny` at least one host, or say `deny_missing`"));
        }
        let allow = hosts("allow", self.allow)?;
        Ok(Box::new(RefererCheck { allow, deny: hosts("deny", self.deny)?, deny_missing: self.deny_missing }))
    }
}

fn hosts(field: &str, texts: Vec<String>) -> Result<Vec<String>, Invalid> {
    let mut hosts = Vec::with_capacity(texts.len());
    for (at, text) in texts.into_iter().enumerate() {
        let name = text.strip_prefix("*.").unwrap_or(&text);
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b)) {
            let message = format!("`{text}` is no host: write `example.com` or `*.example.com`");
            return Err(Invalid::field(format!("{field}[{at}]"), message));
        }
        hosts.push(text.to_ascii_lowercase());
    }
    Ok(hosts)
}

/// The running form of [`RefererRestriction`].
struct RefererCheck {
    allow: Vec<String>,
    deny: Vec<String>,
    deny_missing: bool,
}

fn have(hosts: &[String], host: &str) -> bool {
    hosts.iter().any(|known| match known.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => known == host,
    })
}

impl Filter for RefererCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let referer = req.head.headers.get(REFERER).and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
        let host = referer.as_ref().and_then(Uri::host).map(str::to_ascii_lowercase);
        let lets_in = match host {
            None => !self.deny_missing,
            Some(host) => (self.allow.is_empty() || have(&self.allow, &host)) && !have(&self.deny, &host),
        };
        if lets_in {
            return Step::Done(Ok(()));
        }
        let detail = "the page that led here may not";
        Step::Done(Err(Problem::new(problems::FORBIDDEN, detail).into()))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn lets_in(config: &str, referer: &str) -> bool {
        let mut req = RequestBuilder::get("/");
        if !referer.is_empty() {
            req = req.header("referer", referer);
        }
        decide(&*build("referer-restriction", config), &mut req.build()).is_ok()
    }

    #[test]
    fn calls_are_told_by_the_site_of_their_page() {
        let config = "{ allow: [example.com, '*.Example.org'], deny: [bad.example.org] }";
        for (referer, expected) in [
            ("https://example.com/page", true),
            ("https://EXAMPLE.com:8443/", true),
            ("https://a.b.example.org/", true),
            ("https://example.org/", false),
            ("https://bad.example.org/", false),
            ("https://example.com.evil.example/", false),
            ("", true),
            ("not an address", true),
        ] {
            assert_eq!(lets_in(config, referer), expected, "{referer}");
        }
        assert!(!lets_in("{ deny_missing: true }", "") && !lets_in("{ deny_missing: true }", "no address"));
        assert!(lets_in("{ deny: [evil.example] }", "https://example.com/"));
    }

    #[test]
    fn what_is_no_host_is_refused_naming_the_field() {
        assert_eq!(invalid("referer-restriction", "{ allow: [https://a] }").field, "allow[0]");
        assert!(invalid("referer-restriction", "{}").message.contains("`allow` or `deny`"));
    }
}
