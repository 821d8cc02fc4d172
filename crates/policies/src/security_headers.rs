//! `security-headers`: what browsers shall beware of.

use http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, SERVER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use policy::prelude::*;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const POWERED_BY: HeaderName = HeaderName::from_static("x-powered-by");
const SCHEME: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Adds the headers that make browsers careful, where the upstream does not say them itself, and takes out those that tell what it runs on.
///
/// Without a word it is right for an API: nothing of an answer is rendered, framed or guessed. An empty text leaves a header out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SecurityHeaders {
    /// How long browsers shall come with TLS only; said on answers over TLS. `0s` leaves it out.
    hsts: Span,
    /// Whether that holds for subdomains, too.
    hsts_subdomains: bool,
    /// `X-Content-Type-Options`.
    content_type_options: String,
    /// `X-Frame-Options`.
    frame_options: String,
    /// `Referrer-Policy`.
    referrer_policy: String,
    /// `Content-Security-Policy`.
    content_security_policy: String,
    /// `Permissions-Policy`.
    permissions_policy: String,
    /// `Cross-Origin-Opener-Policy`.
    cross_origin_opener_policy: String,
    /// `Cross-Origin-Resource-Policy`.
    cross_origin_resource_policy: String,
    /// Whether the upstream's own words are replaced.
    replace: bool,
    /// Whether `Server` and `X-Powered-By` are taken out.
    hide_server: bool,
}

impl Default for SecurityHeaders {
    fn default() -> SecurityHeaders {
        SecurityHeaders {
            hsts: Span::secs(365 * 24 * 3600),
            hsts_subdomains: false,
            content_type_options: "nosniff".to_owned(),
            frame_options: "DENY".to_owned(),
            referrer_policy: "no-referrer".to_owned(),
            content_security_policy: "default-src 'none'; frame-ancestors 'none'".to_owned(),
            permissions_policy: String::new(),
            cross_origin_opener_policy: String::new(),
            cross_origin_resource_policy: String::new(),
            replace: false,
            hide_server: true,
        }
    }
}

impl Policy for SecurityHeaders {
    const NAME: &'static str = "security-headers";
    const STAGE: Stage = Stage::Reply;
    const EXAMPLE: &'static str = "{ hsts: 365d, content_security_policy: \"default-src 'self'\" }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let mut set = Vec::new();
        for (name, field, value) in [
            (X_CONTENT_TYPE_OPTIONS, "content_type_options", self.content_type_options),
            (X_FRAME_OPTIONS, "frame_options", self.frame_options),
            (REFERRER_POLICY, "referrer_policy", self.referrer_policy),
            (CONTENT_SECURITY_POLICY, "content_security_policy", self.content_security_policy),
            (PERMISSIONS_POLICY, "permissions_policy", self.permissions_policy),
            (OPENER_POLICY, "cross_origin_opener_policy", self.cross_origin_opener_policy),
            (RESOURCE_POLICY, "cross_origin_resource_policy", self.cross_origin_resource_policy),
        ] {
            if !value.is_empty() {
                let value = HeaderValue::try_from(value)
                    .map_err(|_| Invalid::field(field, "a value has visible characters and spaces only"))?;
                set.push((name, value));
            }
        }
        let seconds = self.hsts.0.as_secs();
        let subdomains = if self.hsts_subdomains { "; includeSubDomains" } else { "" };
        let hsts = (seconds > 0).then(|| HeaderValue::try_from(format!("max-age={seconds}{subdomains}")).ok()).flatten();
        let rules = Rules { set, hsts, replace: self.replace, hide_server: self.hide_server };
        Ok(Box::new(Guard(rules.into())))
    }
}

/// The running form of [`SecurityHeaders`].
struct Guard(std::sync::Arc<Rules>);

struct Rules {
    set: Vec<(HeaderName, HeaderValue)>,
    hsts: Option<HeaderValue>,
    replace: bool,
    hide_server: bool,
}

impl Rules {
    fn apply(&self, headers: &mut Headers, is_secure: bool) {
        if self.hide_server {
            headers.remove(SERVER);
            headers.remove(POWERED_BY);
        }
        let hsts = self.hsts.iter().filter(|_| is_secure).map(|value| (&STRICT_TRANSPORT_SECURITY, value));
        for (name, value) in self.set.iter().map(|(name, value)| (name, value)).chain(hsts) {
            if self.replace || !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}

impl Filter for Guard {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let is_secure = req.head.headers.get(SCHEME).is_some_and(|scheme| scheme == "https");
        let rules = std::sync::Arc::clone(&self.0);
        req.then(move |head, _| {
            rules.apply(&mut head.headers, is_secure);
            BodyPlan::Keep
        });
        Step::Done(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn answered(config: &str, scheme: &str, headers: &[(&str, &str)]) -> Headers {
        let mut req = RequestBuilder::get("/").header("x-forwarded-proto", scheme).build();
        pass(&*build("security-headers", config), &mut req);
        let mut head = response(headers);
        step(&mut req, &mut head);
        head.headers
    }

    #[test]
    fn what_the_upstream_says_itself_is_left_unless_it_is_replaced() {
        let said = [("x-frame-options", "SAMEORIGIN"), ("server", "x/1"), ("x-powered-by", "y")];
        let headers = answered("{}", "https", &said);
        assert_eq!(headers.get(X_FRAME_OPTIONS).unwrap(), "SAMEORIGIN");
        assert_eq!(headers.get(X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
        assert_eq!(headers.get(STRICT_TRANSPORT_SECURITY).unwrap(), "max-age=31536000");
        assert!(!headers.contains_key(SERVER) && !headers.contains_key(POWERED_BY) && !headers.contains_key(PERMISSIONS_POLICY));
        let headers = answered("{ replace: true, hide_server: false, referrer_policy: '', hsts_subdomains: true }", "https", &said);
        assert_eq!(headers.get(X_FRAME_OPTIONS).unwrap(), "DENY");
        assert_eq!(headers.get(SERVER).unwrap(), "x/1");
        assert!(!headers.contains_key(REFERRER_POLICY));
        assert_eq!(headers.get(STRICT_TRANSPORT_SECURITY).unwrap(), "max-age=31536000; includeSubDomains");
    }

    #[test]
    fn tls_is_not_asked_for_without_tls() {
        assert!(!answered("{}", "http", &[]).contains_key(STRICT_TRANSPORT_SECURITY));
        assert!(!answered("{ hsts: 0s }", "https", &[]).contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn what_is_no_value_is_refused_naming_the_field() {
        assert_eq!(invalid("security-headers", "{ frame_options: \"a\\nb\" }").field, "frame_options");
    }
}
