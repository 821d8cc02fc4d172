//! Exclusive XML Canonicalization 1.0, without comments: the one text that all ways of writing the same element have.

use roxmltree::{Attribute, Node, NodeId};

/// The canonical form of an element, as if `without` were not in it. Namespaces of the prefixes in `inclusive` are written where they are
/// in scope, and not only where they are used (§3).
pub(crate) fn canonical(node: Node<'_, '_>, without: Option<NodeId>, inclusive: &[&str]) -> String {
    let mut out = String::with_capacity(node.range().len());
    write(node, &Form { without, inclusive }, &mut Vec::new(), &mut out);
    out
}

struct Form<'f> {
    without: Option<NodeId>,
    inclusive: &'f [&'f str],
}

/// `rendered` is what was declared by the elements around, by prefix; the innermost last.
fn write<'a>(node: Node<'a, '_>, form: &Form<'_>, rendered: &mut Vec<(&'a str, &'a str)>, out: &mut String) {
    let name = name_of(node);
    let before = rendered.len();
    let mut prefixes: Vec<&str> = vec![prefix_of(name)];
    prefixes.extend(
        node.attributes()
            .map(|attribute| prefix_of(qname(node, &attribute)))
            .filter(|prefix| !prefix.is_empty()),
    );
    for prefix in form.inclusive {
        let prefix = if *prefix == "#default" { "" } else { prefix };
        // As it stands in the document, so that it lives as long.
        let known = node.namespaces().find(|namespace| namespace.name().unwrap_or_default() == prefix);
        prefixes.extend(known.map(|namespace| namespace.name().unwrap_or_default()));
    }
    prefixes.sort_unstable();
    prefixes.dedup();
    out.push('<');
    out.push_str(name);
    for prefix in prefixes {
        if prefix == "xml" {
            continue;
        }
        let uri =
            node.lookup_namespace_uri(Some(prefix).filter(|prefix| !prefix.is_empty())).unwrap_or_default();
        let known = rendered.iter().rev().find(|(known, _)| *known == prefix).map(|(_, uri)| *uri);
        if known.unwrap_or_default() == uri && (known.is_some() || prefix.is_empty()) {
            continue;
        }
        out.push_str(" xmlns");
        if !prefix.is_empty() {
            out.push(':');
            out.push_str(prefix);
        }
        value(uri, out);
        rendered.push((prefix, uri));
    }
    let mut attributes: Vec<Attribute<'_, '_>> = node.attributes().collect();
    attributes.sort_by_key(|attribute| (attribute.namespace().unwrap_or_default(), attribute.name()));
    for attribute in attributes {
        out.push(' ');
        out.push_str(qname(node, &attribute));
        value(attribute.value(), out);
    }
    out.push('>');
    for child in node.children() {
        if child.is_element() {
            if Some(child.id()) != form.without {
                write(child, form, rendered, out);
            }
        } else if child.is_text() {
            text(child.text().unwrap_or_default(), out);
        }
    }
    rendered.truncate(before);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// The name of an element as it is written, with its prefix.
fn name_of<'a>(node: Node<'a, '_>) -> &'a str {
    let text = node.document().input_text();
    let from = &text[node.range().start + 1..];
    let end = from.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(from.len());
    &from[..end]
}

/// The name of an attribute as it is written, with its prefix.
fn qname<'a>(node: Node<'a, '_>, attribute: &Attribute<'_, '_>) -> &'a str {
    &node.document().input_text()[attribute.range_qname()]
}

fn prefix_of(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

fn value(text: &str, out: &mut String) {
    out.push_str("=\"");
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::parse;

    fn of(text: &str, path: &[usize], inclusive: &[&str]) -> String {
        let document = parse(text).unwrap();
        let step =
            |node: Node<'_, '_>, at: &usize| node.children().filter(Node::is_element).nth(*at).unwrap().id();
        let mut node = document.root_element();
        for at in path {
            node = document.get_node(step(node, at)).unwrap();
        }
        canonical(node, None, inclusive)
    }

    #[test]
    fn namespaces_are_written_where_they_are_used_and_not_before() {
        // §2.2 of the recommendation.
        let text = "<n0:local xmlns:n0='foo:bar' xmlns:n3='ftp://example.org'>\n  <n1:elem2 xmlns:n1=\"http://example.net\" xml:lang='en'>\n    <n3:stuff xmlns:n3=\"ftp://example.org\"/>\n  </n1:elem2>\n</n0:local>";
        let expected = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\n    <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff>\n  </n1:elem2>";
        assert_eq!(of(text, &[0], &[]), expected);
        assert_eq!(
            of(text, &[0], &["n0", "none"]),
            expected.replace("<n1:elem2 ", "<n1:elem2 xmlns:n0=\"foo:bar\" "),
        );
    }

    #[test]
    fn the_default_namespace_is_declared_and_taken_back_where_that_says_something() {
        let text = "<a xmlns='x'><b xmlns=''><c/><d xmlns='y'/></b></a>";
        assert_eq!(of(text, &[], &[]), "<a xmlns=\"x\"><b xmlns=\"\"><c></c><d xmlns=\"y\"></d></b></a>");
        assert_eq!(of(text, &[0], &[]), "<b><c></c><d xmlns=\"y\"></d></b>");
        assert_eq!(
            of("<p:a xmlns:p='q' xmlns='x'><p:b/></p:a>", &[0], &["#default"]),
            "<p:b xmlns=\"x\" xmlns:p=\"q\"></p:b>"
        );
    }

    #[test]
    fn attributes_stand_in_order_and_everything_is_written_in_one_way() {
        let text = "<?xml version='1.0'?><!-- one --><a z='1' b:c=\"2\" a='&#9;&#10;&#13;&quot;&lt;>&amp;' xmlns:b='urn:b'\n  xmlns:a='urn:z' a:c='3' ><!-- two -->&gt;<![CDATA[<&]]>&#13;\r\n'\"</a >";
        let expected = "<a xmlns:a=\"urn:z\" xmlns:b=\"urn:b\" a=\"&#x9;&#xA;&#xD;&quot;&lt;>&amp;\" z=\"1\" b:c=\"2\" a:c=\"3\">&gt;&lt;&amp;&#xD;\n'\"</a>";
        assert_eq!(of(text, &[], &[]), expected);
    }

    #[test]
    fn what_is_canonical_is_its_own_canonical_form() {
        let text = "<s:R xmlns:s='urn:s' xmlns='urn:d' ID='_1'><A a=\"&#10;x\"><s:B xmlns:s='urn:t'/></A> <C xmlns=''/></s:R>";
        let once = of(text, &[], &[]);
        assert_eq!(of(&once, &[], &[]), once);
    }
}
