//! What a stored response is found by.

use std::hash::{BuildHasher, Hasher, RandomState};

/// What a URL is known by: `//host/path?query`, the host in lower case and without the port that a scheme implies. `None` where it is not
/// absolute.
pub fn resource(url: &str) -> Option<String> {
    let url = url.split('#').next()?;
    let scheme = ["https://", "http://", "//"]
        .into_iter()
        .find(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let rest = &url[scheme.len()..];
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    if end == 0 {
        return None;
    }
    let mut text = String::with_capacity(url.len() + 3);
    text.push_str("//");
    push_host(&mut text, &rest[..end], scheme.trim_end_matches("://"));
    if !rest[end..].starts_with('/') {
        text.push('/');
    }
    text.push_str(&rest[end..]);
    Some(text)
}

/// Writes a host as [`resource`] has it: without the port that its own scheme implies, as another one is told to the upstream.
pub fn push_host(text: &mut String, host: &str, scheme: &str) {
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = host.strip_suffix(port).unwrap_or(host);
    text.extend(host.chars().map(|c| c.to_ascii_lowercase()));
}

/// What a stored response is found by: the resource asked for, and who or what its responses are kept apart for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Of the resource alone, by which it is purged.
    pub url: u64,
    /// Of everything.
    pub id: u64,
    pub text: Box<str>,
}

impl Key {
    /// Whose it is: what stands before the resource, `acme://host/path`; nothing where it is nobody's in particular.
    pub(crate) fn tenant(&self) -> &str {
        self.text
            .find("://")
            .map_or("", |at| if self.text[..at].contains('/') { "" } else { &self.text[..at] })
    }
}

/// Hashes keys, with a secret of its own so that nobody can choose keys that meet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(RandomState);

impl Keys {
    /// The key of a text whose first so many bytes are the resource, `//host/path?query`.
    pub(crate) fn key(&self, text: String, url: usize) -> Key {
        let id = self.0.hash_one(&*text);
        Key { url: self.url(&text[..url]), id, text: text.into_boxed_str() }
    }

    pub(crate) fn url(&self, url: &str) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(url.as_bytes());
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_known_by_its_host_path_and_query() {
        assert_eq!(resource("HTTPS://Shop.test:443/A?b=C#d").unwrap(), "//shop.test/A?b=C");
        assert_eq!(resource("http://shop.test:80").unwrap(), "//shop.test/");
        assert_eq!(resource("http://shop.test:443").unwrap(), "//shop.test:443/");
        assert_eq!(resource("//shop.test:8080?a").unwrap(), "//shop.test:8080/?a");
        assert_eq!((resource("/a"), resource("https:///a"), resource("ftp://a/b")), (None, None, None));
    }
}
