//! XML that others wrote, read within hard bounds: no document type, no entities of its own, no processing instructions.

use roxmltree::{Attribute, Document, Error, Node, ParsingOptions};

use crate::Why;

/// The largest document, bytes.
pub(crate) const LARGEST: usize = 256 << 10;
/// Elements, texts and comments of one.
const MOST_NODES: u32 = 20_000;
/// Attributes and declarations of namespaces: a parser compares those of an element with each other.
const MOST_EQUALS: usize = 4096;
/// Elements in each other.
const MOST_DEPTH: usize = 40;

/// Reads a document.
///
/// # Errors
/// Why it is none, or more than is read.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Why> {
    if text.len() > LARGEST {
        return Err(format!("it is larger than {} KiB", LARGEST >> 10).into());
    }
    if text.bytes().filter(|byte| *byte == b'=').count() > MOST_EQUALS {
        return Err("it has too many attributes".into());
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        Error::DtdDetected => Why::from("it has a document type, which is not read"),
        Error::NodesLimitReached => "it has too many elements".into(),
        error => format!("it is no well-formed XML: {error}").into(),
    })?;
    check(document.root(), 0)?;
    Ok(document)
}

/// What a parser lets pass and nothing may be built on.
fn check(node: Node<'_, '_>, depth: usize) -> Result<(), Why> {
    if depth > MOST_DEPTH {
        return Err("its elements stand in each other too deep".into());
    }
    for child in node.children() {
        if child.is_pi() {
            return Err("it has a processing instruction".into());
        }
        if !child.is_element() {
            continue;
        }
        let names: Vec<Option<&str>> = child.namespaces().map(|namespace| namespace.name()).collect();
        let is_twice = |(at, name): (usize, &Option<&str>)| names[..at].contains(name);
        if names.iter().enumerate().any(is_twice) {
            return Err("it declares a namespace twice at one element".into());
        }
        if child.namespaces().any(|namespace| namespace.name().is_some() && namespace.uri().is_empty()) {
            return Err("it takes the declaration of a namespace back".into());
        }
        check(child, depth + 1)?;
    }
    Ok(())
}

/// Whether an element is the one of this name in this namespace.
pub(crate) fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    node.is_element() && node.tag_name().namespace() == Some(namespace) && node.tag_name().name() == name
}

/// The children of this name.
pub(crate) fn all<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| is(*child, namespace, name))
}

/// The only child of this name, or none.
///
/// # Errors
/// That there are several.
pub(crate) fn at_most_one<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Result<Option<Node<'a, 'i>>, Why> {
    let mut found = all(node, namespace, name);
    match (found.next(), found.next()) {
        (one, None) => Ok(one),
        _ => Err(format!("`{}` has several `{name}`", node.tag_name().name()).into()),
    }
}

/// The only child of this name.
///
/// # Errors
/// That there is none, or several.
pub(crate) fn one<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Result<Node<'a, 'i>, Why> {
    at_most_one(node, namespace, name)?
        .ok_or_else(|| format!("`{}` has no `{name}`", node.tag_name().name()).into())
}

/// An attribute without a namespace.
pub(crate) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let is = |attribute: &Attribute<'_, '_>| attribute.namespace().is_none() && attribute.name() == name;
    node.attributes().find(is).map(|found| found.value())
}

/// The whole text of an element, whatever comments stand in it, without blanks around it.
///
/// # Errors
/// That elements stand in it.
pub(crate) fn text(node: Node<'_, '_>) -> Result<String, Why> {
    let mut text = String::new();
    for child in node.children() {
        if child.is_element() {
            return Err(format!("`{}` is a text, and elements stand in it", node.tag_name().name()).into());
        }
        if child.is_text() {
            text.push_str(child.text().unwrap_or_default());
        }
    }
    Ok(text.trim_matches(['\u{20}', '\u{9}', '\u{a}', '\u{d}']).to_owned())
}

/// A text as it stands between tags or quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Nothing that a document cannot hold, or that a reader would make something else of.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_much_of_little_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(2000), "</a>".repeat(2000));
        let wide = format!("<a>{}</a>", "<b/>".repeat(30_000));
        let many: String = (0..5000).map(|n| format!(" a{n}='x'")).collect();
        let large = format!("<a>{}</a>", "x".repeat(LARGEST));
        for (text, why) in [
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type"),
            ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "document type"),
            ("<a>&b;</a>", "well-formed"),
            ("<a><?b c?></a>", "processing instruction"),
            ("<?b c?><a/>", "processing instruction"),
            ("<a xmlns='b' xmlns='c'/>", "twice"),
            ("<a xmlns:b='c' xmlns:b='d'/>", "well-formed"),
            ("<a xmlns:b='c'><d xmlns:b=''/></a>", "takes the declaration"),
            (&*deep, "too deep"),
            (&*wide, "too many elements"),
            (&*format!("<a{many}/>"), "too many attributes"),
            (&*large, "larger"),
            ("", "well-formed"),
            ("<a/><b/>", "well-formed"),
        ] {
            let refused = parse(text).err().unwrap_or_default();
            assert!(refused.contains(why), "{why}: {refused}");
        }
    }

    #[test]
    fn a_text_is_whole_whatever_comments_stand_in_it() {
        let document = parse("<a> ada@example.com<!-- x -->.evil.test<![CDATA[&]]>\n</a>").unwrap();
        assert_eq!(text(document.root_element()).unwrap(), "ada@example.com.evil.test&");
        let document = parse("<a>ada<b/>eve</a>").unwrap();
        assert!(text(document.root_element()).is_err());
    }
}
