//! Path templates: `/orders/{id}`, with literals before, between and after parameters of a segment.

use std::collections::HashSet;

/// Checks a template.
///
/// # Errors
/// What is wrong and what to do.
pub(crate) fn check(path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err("a path begins with `/`".to_owned());
    }
    if let Some(mark) = path.chars().find(|c| matches!(c, '?' | '#')) {
        return Err(format!(
            "a path has no `{mark}`: operations are told apart by method and path; describe the query as parameters"
        ));
    }
    if path.chars().any(|c| c.is_control() || c == ' ' || c == '\\') {
        return Err("a path has no spaces, control characters or backslashes; percent-encode them".to_owned());
    }
    let mut names = HashSet::new();
    let last = path.split('/').count() - 1;
    for (at, segment) in path.split('/').enumerate() {
        check_segment(segment, at == last, &mut names)?;
    }
    Ok(())
}

fn check_segment<'a>(segment: &'a str, is_last: bool, names: &mut HashSet<&'a str>) -> Result<(), String> {
    if segment == "*" && !is_last {
        return Err("`*` stands for the rest of a path, so that it can only be the last segment".to_owned());
    }
    if segment == "." || segment == ".." {
        return Err(format!("the segment `{segment}` never reaches an upstream; write the path it leads to"));
    }
    let mut rest = segment;
    let mut after_parameter = false;
    while let Some(brace) = rest.find(['{', '}']) {
        if rest[brace..].starts_with('}') {
            return Err(format!("`}}` without `{{` before it in the segment `{segment}`"));
        }
        if brace == 0 && after_parameter {
            return Err(format!(
                "two parameters touch in the segment `{segment}`; put a literal between them"
            ));
        }
        let inner = &rest[brace + 1..];
        let Some(end) = inner.find(['{', '}']).filter(|end| inner[*end..].starts_with('}')) else {
            return Err(format!("`{{` without `}}` after it in the segment `{segment}`"));
        };
        let name = &inner[..end];
        let bare = name.trim_start_matches('+').trim_end_matches(['+', '*']);
        if bare.is_empty() {
            return Err(format!("a parameter without a name in the segment `{segment}`"));
        }
        if bare.len() != name.len() && !(is_last && segment.len() == name.len() + 2) {
            return Err(format!(
                "`{{{name}}}` matches several segments, so that it can only be the whole last segment"
            ));
        }
        if !names.insert(bare) {
            return Err(format!("the parameter `{{{bare}}}` stands twice"));
        }
        rest = &inner[end + 1..];
        after_parameter = true;
    }
    Ok(())
}

/// The template as the router takes it; see [`crate::Operation::route_path`].
pub(crate) fn route_path(path: &str) -> String {
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    let name = last.strip_prefix('{').and_then(|last| last.strip_suffix('}')).unwrap_or_default();
    if name.starts_with('+') || name.ends_with(['+', '*']) { format!("{before}/*") } else { path.to_owned() }
}

/// The template without the names of its parameters: equal for templates that match the same paths.
pub(crate) fn shape(path: &str) -> String {
    let path = route_path(path);
    let mut shape = String::with_capacity(path.len());
    let mut rest = path.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        shape.push_str(before);
        shape.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    shape + rest
}

/// The names of the parameters, in order.
pub(crate) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0.trim_start_matches('+').trim_end_matches(['+', '*'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_that_can_be_routed_are_accepted() {
        for path in [
            "/",
            "/a",
            "/a/",
            "/a/{b}",
            "/repos/{owner}/{repo}/compare/{basehead}",
            "/files/{id}.json",
            "/{name}:cancel",
            "/compare/{base}...{head}",
            "/files/*",
            "/proxy/{rest+}",
            "/v{major}.{minor}",
            "/größe",
        ] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn templates_that_cannot_be_routed_say_why() {
        for (path, part) in [
            ("a", "begins with"),
            ("", "begins with"),
            ("/a?b=c", "no `?`"),
            ("/a#b", "no `#`"),
            ("/{a", "without `}`"),
            ("/a}", "without `{`"),
            ("/{a{b}}", "without `}`"),
            ("/{}", "without a name"),
            ("/{a}{b}", "touch"),
            ("/{a}/x/{a}", "stands twice"),
            ("/*/a", "last segment"),
            ("/{a+}/b", "last segment"),
            ("/a b", "no spaces"),
            ("/{a/b}", "without `}`"),
            ("/a/../b", "never reaches"),
        ] {
            let message = check(path).expect_err(path);
            assert!(message.contains(part), "{path}: {message}");
        }
    }

    #[test]
    fn names_of_parameters_do_not_tell_templates_apart() {
        assert_eq!(shape("/a/{x}/b-{y}.json"), shape("/a/{z}/b-{w}.json"));
        assert_ne!(shape("/a/{x}"), shape("/a/{x}.json"));
        assert_eq!(shape("/a/{rest+}"), "/a/*");
        assert_eq!(names("/a/{x}/{y}.{z}/{r+}").collect::<Vec<_>>(), ["x", "y", "z", "r"]);
    }
}
