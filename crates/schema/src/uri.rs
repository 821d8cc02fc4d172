//! References resolved against a base (RFC 3986 §5.2).

/// What a reference means where `base` is the address of what holds it. Fragments stay as they are.
pub(crate) fn join(base: &str, reference: &str) -> String {
    if scheme(reference).is_some() {
        return reference.to_owned();
    }
    let base = base.split('#').next().unwrap_or_default();
    if reference.is_empty() || reference.starts_with('#') {
        return format!("{base}{reference}");
    }
    let (start, authority, path) = parts(base);
    if let Some(rest) = reference.strip_prefix("//") {
        return format!("{start}//{rest}");
    }
    let root = format!("{start}{authority}");
    if reference.starts_with('?') {
        let path = path.split('?').next().unwrap_or_default();
        return format!("{root}{path}{reference}");
    }
    let end = reference.find(['?', '#']).unwrap_or(reference.len());
    let (to, rest) = reference.split_at(end);
    let whole = if to.starts_with('/') {
        to.to_owned()
    } else {
        let path = path.split('?').next().unwrap_or_default();
        match path.rfind('/') {
            Some(at) => format!("{}{to}", &path[..=at]),
            None if authority.is_empty() => to.to_owned(),
            None => format!("/{to}"),
        }
    };
    format!("{root}{}{rest}", without_dots(&whole))
}

/// The scheme with its colon, the authority with its slashes, and the rest.
fn parts(uri: &str) -> (&str, &str, &str) {
    let (start, rest) = uri.split_at(scheme(uri).map_or(0, |scheme| scheme.len() + 1));
    match rest.strip_prefix("//") {
        Some(after) => {
            let end = 2 + after.find(['/', '?']).unwrap_or(after.len());
            (start, &rest[..end], &rest[end..])
        }
        None => (start, "", rest),
    }
}

fn scheme(uri: &str) -> Option<&str> {
    let (scheme, _) = uri.split_once(':')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    (scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(fits))
        .then_some(scheme)
}

fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." && kept.len() > 1 {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_as_the_standard_says() {
        for (base, reference, whole) in [
            ("http://a/b/c/d?q", "g", "http://a/b/c/g"),
            ("http://a/b/c/d?q", "../g#x", "http://a/b/g#x"),
            ("http://a/b/c/d", "/g", "http://a/g"),
            ("http://a/b/c/d", "//g/h", "http://g/h"),
            ("http://a", "g", "http://a/g"),
            ("http://a/b?x", "?y", "http://a/b?y"),
            ("http://a/b#x", "#y", "http://a/b#y"),
            ("http://a/b", "urn:x:y", "urn:x:y"),
            ("urn:x:y", "#z", "urn:x:y#z"),
            ("", "a.json#/b", "a.json#/b"),
            ("x/y.json", "./z.json", "x/z.json"),
        ] {
            assert_eq!(join(base, reference), whole);
        }
    }
}
