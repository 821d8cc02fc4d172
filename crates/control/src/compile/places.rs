//! Hosts, base paths and templates: what may be written, and when two mean the same.

/// Why a host cannot be listened on.
pub(crate) fn host(host: &str) -> Result<(), String> {
    let name = host.strip_prefix("*.").unwrap_or(host);
    if name.contains(':') || name.contains('/') {
        return Err(format!("`{host}` is not a host name: leave out scheme, port and path"));
    }
    if name.contains('*') {
        return Err(format!("`{host}`: a wildcard stands for the first label only, such as `*.example.com`"));
    }
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(format!("`{host}`: host names are written in lower case"));
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if name.len() > 253 || !name.split('.').all(is_label) {
        return Err(format!("`{host}` is not a host name, such as `api.example.com` or `*.example.com`"));
    }
    Ok(())
}

/// Why a base path cannot be listened on.
pub(crate) fn base_path(path: &str) -> Result<(), String> {
    literal_path(path)?;
    if let Some(mark) = path.chars().find(|c| matches!(c, '{' | '}' | '*')) {
        return Err(format!(
            "a base path is literal and has no `{mark}`; parameters belong into the contract's paths"
        ));
    }
    if path.len() > 1 && path.ends_with('/') {
        return Err(format!("a base path ends without `/`: write `{}`", path.trim_end_matches('/')));
    }
    Ok(())
}

/// Why a route cannot match this.
pub(crate) fn template(path: &str) -> Result<(), String> {
    literal_path(path)?;
    let last = path.split('/').count() - 1;
    for (at, segment) in path.split('/').enumerate() {
        if segment.contains('*') && (segment != "*" || at != last) {
            return Err(
                "`*` stands for the rest of the path: it is the whole last segment, such as `/files/*`"
                    .to_owned(),
            );
        }
        let mut rest = segment;
        let mut touching = false;
        while let Some(open) = rest.find(['{', '}']) {
            let inner = &rest[open..];
            let name = inner.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let Some((name, after)) = name.filter(|(name, _)| !name.is_empty() && !name.contains('{')) else {
                return Err(format!("`{segment}`: a parameter is a name in braces, such as `{{id}}`"));
            };
            if open == 0 && touching {
                return Err(format!(
                    "`{segment}`: put a literal between `{{{name}}}` and the parameter before it"
                ));
            }
            (rest, touching) = (after, true);
        }
    }
    Ok(())
}

fn literal_path(path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err(format!("`{path}`: a path begins with `/`"));
    }
    if path.len() > 1024 {
        return Err("a path has at most 1024 characters".to_owned());
    }
    if let Some(mark) = path.chars().find(|c| !c.is_ascii_graphic() || matches!(c, '?' | '#' | '\\')) {
        return Err(format!("`{}` cannot stand in a path", mark.escape_default()));
    }
    if path.contains("//") || path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err("a path has no empty segments, `.` or `..`".to_owned());
    }
    Ok(())
}

/// A template with its parameters' names taken off: two that are equal then match the same paths.
pub(crate) fn skeleton(template: &str) -> String {
    let mut bare = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once('{') {
        bare.push_str(literal);
        bare.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    bare.push_str(rest);
    bare
}

/// A template as a regular expression for the paths it matches; `None` where something in it is escaped.
pub(crate) fn pattern(template: &str) -> Option<String> {
    if template.contains('%') {
        return None;
    }
    let bare = skeleton(template);
    let (bare, rest) = match bare.strip_suffix("/*") {
        Some(above) => (above, "/[!-~]*"),
        None => (bare.as_str(), ""),
    };
    let literals: Vec<String> = bare.split("{}").map(literal).collect();
    Some(format!("{}{rest}", literals.join("[!-.0-~]+")))
}

/// Literal text for a regular expression.
fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_as_a_regular_expression_matches_what_it_matches() {
        for (template, path, matches) in [
            ("/a/{id}", "/a/7", true),
            ("/a/{id}", "/a/7/b", false),
            ("/a/{id}", "/a/", false),
            ("/a.b/{x}.json", "/a.b/y.json", true),
            ("/a.b/{x}.json", "/axb/y.json", false),
            ("/a/*", "/a/", true),
            ("/a/*", "/a/b/c", true),
            ("/a/*", "/a", false),
            ("/-_~<>@:$&'()+,;=!/{x}", "/-_~<>@:$&'()+,;=!/y", true),
        ] {
            let pattern = expr::Pattern::parse(&pattern(template).unwrap()).unwrap();
            assert_eq!(pattern.matches(path.as_bytes()), matches, "{template} {path}");
        }
        assert_eq!(pattern("/%41/{x}"), None);
    }

    #[test]
    fn templates_that_differ_only_in_names_are_one() {
        assert_eq!(skeleton("/a/{id}/b/{n}.json"), skeleton("/a/{x}/b/{y}.json"));
        assert_ne!(skeleton("/a/{id}"), skeleton("/a/id"));
    }

    #[test]
    fn what_cannot_be_listened_on_is_refused() {
        for good in ["api.example.com", "*.example.com", "localhost", "10.0.0.1"] {
            assert_eq!(host(good), Ok(()), "{good}");
        }
        for bad in ["", "http://a.b", "a:80", "*", "a.*.b", "API.example.com", "a..b", "-a.b", "ü.de"] {
            assert!(host(bad).is_err(), "{bad}");
        }
        for good in ["/", "/orders/v1", "/a-b_c.d"] {
            assert_eq!(base_path(good), Ok(()), "{good}");
        }
        for bad in ["", "orders", "/a/", "/a//b", "/a/../b", "/a?b", "/a b", "/{id}", "/a/*", "/ü", "/a#b"] {
            assert!(base_path(bad).is_err(), "{bad}");
        }
        for good in ["/", "/a/{id}", "/{a}...{b}", "/files/*", "/v{n}"] {
            assert_eq!(template(good), Ok(()), "{good}");
        }
        for bad in ["/{", "/{}", "/{a}{b}", "/*/a", "/a*", "/}", "/{a{b}}"] {
            assert!(template(bad).is_err(), "{bad}");
        }
    }
}
