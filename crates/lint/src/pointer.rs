//! Paths through a document, and the JSON pointers of references.

use std::fmt;

use model::tree::Node;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Segment<'a> {
    Key(&'a str),
    Index(usize),
}

pub(crate) type Path<'a> = Vec<Segment<'a>>;

impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Segment::Key(name) => f.write_str(name),
            Segment::Index(at) => write!(f, "{at}"),
        }
    }
}

/// A field of a mapping or an item of a list; a key that is a number reaches an item too.
pub(crate) fn child<'a>(node: &'a Node, segment: &Segment<'_>) -> Option<&'a Node> {
    match segment {
        Segment::Key(name) => match node.items() {
            Some(items) => items.get(index(name)?),
            None => node.get(name),
        },
        Segment::Index(at) => match node.items() {
            Some(items) => items.get(*at),
            None => node.get(&at.to_string()),
        },
    }
}

/// The child that a token names, with its segment out of the tree.
pub(crate) fn step<'a>(node: &'a Node, token: &str) -> Option<(Segment<'a>, &'a Node)> {
    match node.items() {
        Some(items) => {
            let at = index(token)?;
            Some((Segment::Index(at), items.get(at)?))
        }
        None => node.entry(token).map(|(key, child)| (Segment::Key(&key.text), child)),
    }
}

fn index(token: &str) -> Option<usize> {
    (token == "0" || !token.starts_with(['0', '+'])).then(|| token.parse().ok()).flatten()
}

/// The beginning of a path that exists.
pub(crate) fn closest<'a>(root: &Node, path: &[Segment<'a>]) -> Path<'a> {
    let mut node = root;
    let mut found = Path::new();
    for segment in path {
        let Some(child) = child(node, segment) else { break };
        found.push(*segment);
        node = child;
    }
    found
}

/// The tokens of a fragment such as `/a/b~1c`, decoded; `None` where it is no JSON pointer.
pub(crate) fn tokens(fragment: &str) -> Option<Vec<String>> {
    if fragment.is_empty() {
        return Some(Vec::new());
    }
    let rest = fragment.strip_prefix('/')?;
    Some(rest.split('/').map(decode).collect())
}

fn decode(token: &str) -> String {
    let text = percent_encoding::percent_decode_str(token).decode_utf8_lossy();
    unescape(&text)
}

/// Undoes the escapes of RFC 6901.
pub(crate) fn unescape(token: &str) -> String {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~") } else { token.to_owned() }
}

pub(crate) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// A path as the fragment of a URI: `#/paths/~1orders%7Bid%7D`.
pub(crate) fn fragment(path: &[impl fmt::Display]) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'_')
        .remove(b'.')
        .remove(b'!')
        .remove(b'~')
        .remove(b'*')
        .remove(b'\'')
        .remove(b'(')
        .remove(b')')
        .remove(b'/')
        .remove(b'-');
    let mut text = "#".to_owned();
    for segment in path {
        text.push('/');
        text.extend(percent_encoding::utf8_percent_encode(&escape(&segment.to_string()), KEPT));
    }
    text
}

/// A path for people: `info.contact`, `paths./orders.get`, `tags[0]`.
pub(crate) fn dotted(path: &[impl fmt::Display]) -> String {
    let mut text = String::new();
    for (at, segment) in path.iter().enumerate() {
        let segment = segment.to_string();
        if segment.is_empty() || segment.chars().any(char::is_whitespace) {
            text.push_str(&format!("['{segment}']"));
        } else if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            text.push_str(&format!("[{segment}]"));
        } else {
            if at > 0 {
                text.push('.');
            }
            text.push_str(&segment);
        }
    }
    unescape(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_decoded() {
        assert_eq!(tokens("/a~1b/c~0d/%7Bid%7D").unwrap(), ["a/b", "c~d", "{id}"]);
        assert_eq!(tokens("").unwrap(), Vec::<String>::new());
        assert_eq!(tokens("anchor"), None);
    }

    #[test]
    fn paths_are_written_for_machines_and_for_people() {
        let path = ["paths", "/orders/{id}", "get", "tags", "0"];
        assert_eq!(fragment(&path), "#/paths/~1orders~1%7Bid%7D/get/tags/0");
        assert_eq!(dotted(&path), "paths./orders/{id}.get.tags[0]");
        assert_eq!(dotted(&["a b", ""]), "['a b']['']");
    }
}
