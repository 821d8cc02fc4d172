//! `compression`: responses in fewer bytes, for clients that say they can read them.

use http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, VARY,
};
use policy::prelude::*;

use crate::coding::{Coding, Encode, Encoder};

/// Compresses responses for clients that accept it (`Accept-Encoding`), with the best coding of both sides.
///
/// What is compressed already, what is partial (`206`), says `no-transform`, is smaller than `min_size` or of another type than those
/// listed, goes on as it is. A compressed response has a weak `ETag`, and every one that could be compressed says
/// `Vary: Accept-Encoding`. Streams such as server-sent events are compressed too; nothing of them is held back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Compression {
    /// The codings offered, the best one first. It decides where the client likes several the same.
    codings: Vec<Coding>,
    /// Bytes a response has at least. One that does not say its length is compressed.
    min_size: ByteSize,
    /// Types of content that are compressed. `text/*` means all of a kind, `*+json` all with that suffix.
    types: Vec<String>,
    /// How hard gzip tries, 1 to 9.
    gzip_level: u32,
    /// How hard brotli tries, 0 to 11; from 7 on it takes too long for what is not cached.
    br_level: u32,
    /// How hard zstd tries, 1 to 19.
    zstd_level: u32,
}

impl Default for Compression {
    fn default() -> Compression {
        let types = [
            "text/*",
            "application/json",
            "*+json",
            "application/xml",
            "*+xml",
            "application/javascript",
            "application/x-ndjson",
            "application/graphql-response+json",
            "application/wasm",
        ];
        Compression {
            codings: vec![Coding::Zstd, Coding::Br, Coding::Gzip],
            min_size: ByteSize::kib(1),
            types: types.map(str::to_owned).to_vec(),
            gzip_level: 5,
            br_level: 4,
            zstd_level: 3,
        }
    }
}

impl Policy for Compression {
    const NAME: &'static str = "compression";
    const STAGE: Stage = Stage::Reply;
    const EXAMPLE: &'static str = "{ codings: [zstd, br, gzip], min_size: 1KiB }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.codings.is_empty() {
            return Err(Invalid::field("codings", "name at least one coding"));
        }
        let mut offered = Vec::with_capacity(self.codings.len());
        for (at, coding) in self.codings.iter().enumerate() {
            let (level, field, allowed) = match coding {
                Coding::Gzip => (self.gzip_level, "gzip_level", 1..=9),
                Coding::Br => (self.br_level, "br_level", 0..=11),
                Coding::Zstd => (self.zstd_level, "zstd_level", 1..=19),
                Coding::Deflate => {
                    let message = "`deflate` is read by clients in two ways, and so not offered";
                    return Err(Invalid::field(format!("codings[{at}]"), message));
                }
            };
            if !allowed.contains(&level) {
                return Err(Invalid::field(field, format!("is {} to {}", allowed.start(), allowed.end())));
            }
            if offered.iter().any(|(known, _)| known == coding) {
                return Err(Invalid::field(format!("codings[{at}]"), format!("`{}` stands twice", coding.token())));
            }
            offered.push((*coding, level));
        }
        let types = MediaTypes::read("types", self.types)?;
        let rules = Rules { min_size: self.min_size.0, types };
        Ok(Box::new(Compressor { offered, rules: rules.into() }))
    }
}

/// The running form of [`Compression`].
struct Compressor {
    offered: Vec<(Coding, u32)>,
    rules: std::sync::Arc<Rules>,
}

struct Rules {
    min_size: u64,
    types: MediaTypes,
}

impl Filter for Compressor {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let chosen = choose(&req.head.headers, &self.offered);
        let rules = std::sync::Arc::clone(&self.rules);
        req.then(move |head, _| {
            if !rules.could(head) {
                return BodyPlan::Keep;
            }
            head.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
            let Some((coding, level)) = chosen.filter(|_| rules.should(head)) else { return BodyPlan::Keep };
            let Ok(encoder) = Encoder::new(coding, level) else { return BodyPlan::Keep };
            let streams = !head.headers.contains_key(CONTENT_LENGTH);
            head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
            head.headers.remove(CONTENT_LENGTH);
            head.headers.remove(ACCEPT_RANGES);
            weaken(&mut head.headers);
            BodyPlan::Transform(Box::new(Encode::new(encoder, streams)))
        });
        Step::Done(Ok(()))
    }
}

impl Rules {
    /// Whether a response of this kind is compressed for some client.
    fn could(&self, head: &ResponseHead) -> bool {
        let headers = &head.headers;
        let bodiless = head.status.is_informational() || matches!(head.status.as_u16(), 204 | 205 | 206 | 304);
        let untouchable = headers.contains_key(CONTENT_RANGE)
            || headers.get_all(CONTENT_ENCODING).iter().any(|coding| coding != "identity")
            || headers.get_all(CACHE_CONTROL).iter().any(|line| {
                let line = line.as_bytes().to_ascii_lowercase();
                line.windows(12).any(|word| word == b"no-transform")
            });
        !bodiless && !untouchable && self.types.have(headers)
    }

    /// Whether this response is large enough.
    fn should(&self, head: &ResponseHead) -> bool {
        let length = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        length.is_none_or(|length| length >= self.min_size)
    }
}

/// A body that is another one byte for byte has no strong validator of it (RFC 9110 §8.8.3).
pub(crate) fn weaken(headers: &mut Headers) {
    if let Some(tag) = headers.get(ETAG)
        && !tag.as_bytes().starts_with(b"W/")
        && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat())
    {
        headers.insert(ETAG, weak);
    }
}

/// The coding the client likes most, the first one offered where it likes several the same (RFC 9110 §12.5.3).
fn choose(headers: &Headers, offered: &[(Coding, u32)]) -> Option<(Coding, u32)> {
    let mut likes: [Option<u16>; 4] = [None; 4];
    let (mut any, mut plain) = (None, None);
    for line in headers.get_all(ACCEPT_ENCODING) {
        for item in line.to_str().unwrap_or_default().split(',') {
            let mut parts = item.split(';');
            let token = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|part| {
                let (name, value) = part.split_once('=')?;
                name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
            });
            // What is no weight is not liked.
            let weight = weight.unwrap_or(1000);
            match Coding::named(token) {
                Some(coding) => likes[coding as usize] = Some(weight),
                None if token == "*" => any = Some(weight),
                None if token.eq_ignore_ascii_case("identity") => plain = Some(weight),
                None => {}
            }
        }
    }
    let weight = |coding: Coding| likes[coding as usize].or(any).unwrap_or(0);
    let mut best: Option<(u16, (Coding, u32))> = None;
    for &(coding, level) in offered {
        if weight(coding) > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight(coding), (coding, level)));
        }
    }
    best.filter(|(weight, _)| *weight >= plain.unwrap_or(0)).map(|(_, chosen)| chosen)
}

/// `0.5` as 500.
fn thousandths(weight: &str) -> u16 {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    if rest.len() > 3 || !rest.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "0" => format!("{rest:0<3}").parse().unwrap_or(0),
        "1" if rest.bytes().all(|b| b == b'0') => 1000,
        _ => 0,
    }
}

/// A set of media types.
pub(crate) struct MediaTypes(Vec<(Kind, String)>);

enum Kind {
    Exact,
    Prefix,
    Suffix,
}

impl MediaTypes {
    pub(crate) fn read(field: &str, types: Vec<String>) -> Result<MediaTypes, Invalid> {
        let mut read = Vec::with_capacity(types.len());
        for (at, text) in types.into_iter().enumerate() {
            let text = text.to_ascii_lowercase();
            let fits = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+.-_".contains(&b));
            let kind = match (text.strip_suffix('*'), text.strip_prefix('*')) {
                _ if text == "*/*" => (Kind::Prefix, String::new()),
                (Some(prefix), _) if prefix.ends_with('/') && fits(prefix) => (Kind::Prefix, prefix.to_owned()),
                (_, Some(suffix)) if suffix.starts_with('+') && fits(suffix) => (Kind::Suffix, suffix.to_owned()),
                (None, None) if fits(&text) && text.contains('/') => (Kind::Exact, text),
                _ => {
                    let message = format!("`{text}` is no media type: write `application/json`, `text/*` or `*+json`");
                    return Err(Invalid::field(format!("{field}[{at}]"), message));
                }
            };
            read.push(kind);
        }
        Ok(MediaTypes(read))
    }

    /// Whether a message has content of one of the types.
    pub(crate) fn have(&self, headers: &Headers) -> bool {
        let Some(of) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
        let of = of.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        self.0.iter().any(|(kind, text)| match kind {
            Kind::Exact => *text == of,
            Kind::Prefix => of.starts_with(text.as_str()),
            Kind::Suffix => of.ends_with(text.as_str()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    const ALL: [(Coding, u32); 3] = [(Coding::Zstd, 3), (Coding::Br, 4), (Coding::Gzip, 5)];

    fn chosen(accepted: &[&str]) -> Option<&'static str> {
        let mut headers = Headers::new();
        for line in accepted {
            headers.append(ACCEPT_ENCODING, line.parse::<HeaderValue>().unwrap());
        }
        choose(&headers, &ALL).map(|(coding, _)| coding.token())
    }

    #[test]
    fn the_coding_is_the_one_the_client_likes_most() {
        for (accepted, expected) in [
            (&["gzip, deflate, br, zstd"][..], Some("zstd")),
            (&["gzip, br"], Some("br")),
            (&["gzip;q=1.0, br;q=0.5"], Some("gzip")),
            (&["GZIP"], Some("gzip")),
            (&["x-gzip"], Some("gzip")),
            (&["br;q=0.2", "gzip;q=0.3"], Some("gzip")),
            (&["*"], Some("zstd")),
            (&["*;q=0.5, zstd;q=0, br;q=0"], Some("gzip")),
            (&["gzip;q=0"], None),
            (&["gzip;q=0.5, identity"], None),
            (&["gzip;q=0.5, identity;q=0.5"], Some("gzip")),
            (&["identity"], None),
            (&["deflate"], None),
            (&[""], None),
            (&["gzip;q=2"], None),
            (&["gzip;q=0.1234, br;q=x"], None),
            (&[], None),
        ] {
            assert_eq!(chosen(accepted), expected, "{accepted:?}");
        }
    }

    /// The head of a response, and whether its body is changed.
    fn answered(config: &str, status: u16, headers: &[(&str, &str)]) -> (ResponseHead, bool) {
        let filter = build("compression", config);
        let mut req = RequestBuilder::get("/").header("accept-encoding", "gzip").build();
        pass(&*filter, &mut req);
        let mut head = response(headers);
        head.status = StatusCode::from_u16(status).unwrap();
        let plan = step(&mut req, &mut head);
        (head, matches!(plan, BodyPlan::Transform(_)))
    }

    #[test]
    fn a_response_that_is_compressed_says_so() {
        let headers = [("content-type", "application/json; charset=utf-8"), ("content-length", "2000"), ("etag", "\"a\""), ("accept-ranges", "bytes")];
        let (head, changed) = answered("{}", 200, &headers);
        assert!(changed);
        assert_eq!(head.headers.get(CONTENT_ENCODING).unwrap(), "gzip");
        assert_eq!(head.headers.get(ETAG).unwrap(), "W/\"a\"");
        assert_eq!(head.headers.get(VARY).unwrap(), "accept-encoding");
        assert!(!head.headers.contains_key(CONTENT_LENGTH) && !head.headers.contains_key(ACCEPT_RANGES));
    }

    #[test]
    fn what_gains_nothing_or_must_not_be_changed_goes_on_as_it_is() {
        let json = ("content-type", "application/problem+json");
        for (status, headers, varies) in [
            (200, &[json, ("content-length", "1023")][..], true),
            (200, &[("content-type", "image/png")], false),
            (200, &[], false),
            (200, &[json, ("content-encoding", "br")], false),
            (200, &[json, ("cache-control", "public, No-Transform")], false),
            (206, &[json, ("content-range", "bytes 0-1/2")], false),
            (204, &[json], false),
            (304, &[json], false),
        ] {
            let (head, changed) = answered("{}", status, headers);
            assert!(!changed && head.headers.get(CONTENT_ENCODING).is_none_or(|c| c != "gzip"), "{status} {headers:?}");
            assert_eq!(head.headers.contains_key(VARY), varies, "{status} {headers:?}");
        }
        assert!(answered("{ min_size: 10B, types: ['*/*'] }", 200, &[("content-type", "x/y"), ("content-length", "10")]).1);
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        for (config, field) in [
            ("{ codings: [] }", "codings"),
            ("{ codings: [deflate] }", "codings[0]"),
            ("{ codings: [gzip, gzip] }", "codings[1]"),
            ("{ codings: [lz4] }", "codings[0]"),
            ("{ gzip_level: 10 }", "gzip_level"),
            ("{ br_level: 12 }", "br_level"),
            ("{ zstd_level: 0 }", "zstd_level"),
            ("{ types: [json] }", "types[0]"),
            ("{ types: ['*json'] }", "types[0]"),
        ] {
            assert_eq!(invalid("compression", config).field, field, "{config}");
        }
    }
}
