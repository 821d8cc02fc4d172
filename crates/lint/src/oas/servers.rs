//! Variables of server URLs: described, used, and leading to URLs.

use model::tree::Node;

use super::raised;
use crate::{
    function::{Raised, one},
    pointer::Segment,
    run::Context,
};

/// URLs that are tried.
const MOST_URLS: usize = 2_000;
/// Wrong URLs that are shown.
const MOST_SHOWN: usize = 5;

pub(super) fn variables<'r>(
    server: &'r Node,
    substitutions: bool,
    defaults: bool,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let get = |node, name| graph.get(node, name);
    let Some(url) = get(server, "url").and_then(Node::as_str).filter(|_| is_server(server, context)) else {
        return one("Invalid Server Object");
    };
    let described = get(server, "variables").map(|variables| variables.fields().unwrap_or_default());
    let names = names(url);
    let at = |more: &[Segment<'r>]| [context.path, &[Segment::Key("variables")], more].concat();
    let mut found = Vec::new();
    for (key, _) in described.unwrap_or_default() {
        if !names.contains(&&*key.text) {
            let message =
                format!("Server's \"variables\" object has unused defined \"{}\" url variable.", key.text);
            found.push(raised(message, at(&[Segment::Key(&key.text)])));
        }
    }
    if names.is_empty() {
        return found;
    }
    let fields = described.unwrap_or_default();
    let missing: Vec<&str> =
        names.iter().copied().filter(|name| fields.iter().all(|(key, _)| &*key.text != *name)).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let message =
            format!("Not all server's variables are described with \"variables\" object. Missed: {missing}.");
        found.push(raised(message, at(&[])));
    }
    if described.is_none() {
        return found;
    }
    let mut choices: Vec<(&str, Vec<&str>)> = Vec::new();
    for (key, variable) in fields.iter().filter(|(key, _)| names.contains(&&*key.text)) {
        let name = &*key.text;
        let values = get(variable, "enum").and_then(Node::items);
        let default = get(variable, "default").and_then(Node::as_str);
        match values {
            Some(values) => {
                let values: Vec<&str> =
                    values.iter().filter_map(|value| graph.resolve(value).as_str()).collect();
                if default.is_some_and(|default| !values.contains(&default)) {
                    let message = format!("Server Variable \"{name}\" has a default not listed in the enum.");
                    found.push(raised(message, at(&[Segment::Key(name), Segment::Key("default")])));
                }
                choices.push((name, values));
            }
            None => choices.push((name, default.into_iter().collect())),
        }
        if default.is_none() && defaults {
            let message = format!("Server Variable \"{name}\" has a missing default.");
            found.push(raised(message, at(&[Segment::Key(name)])));
        }
    }
    if substitutions && !choices.is_empty() {
        let mut wrong = Vec::new();
        substitute(url, &choices, &mut 0, &mut wrong);
        let shown = wrong.join(", ");
        let message = match wrong.len() {
            0 => return found,
            MOST_SHOWN => {
                format!(
                    "At least 5 substitutions of server variables resulted in invalid URLs: {shown} and more"
                )
            }
            _ => format!("A few substitutions of server variables resulted in invalid URLs: {shown}"),
        };
        found.push(raised(message, at(&[])));
    }
    found
}

fn is_server<'r>(server: &'r Node, context: &Context<'_, 'r>) -> bool {
    let graph = context.run.graph;
    let Some(variables) = graph.get(server, "variables") else { return true };
    variables.fields().is_some_and(|fields| {
        fields.iter().all(|(_, variable)| {
            graph.resolve(variable).fields().is_some_and(|fields| {
                fields.iter().all(|(key, value)| {
                    let value = graph.resolve(value);
                    match &*key.text {
                        "enum" => {
                            value.items().is_some_and(|all| all.iter().all(|one| one.as_str().is_some()))
                        }
                        "default" | "description" | "examples" => value.as_str().is_some(),
                        other => other.starts_with("x-"),
                    }
                })
            })
        })
    })
}

/// The names in braces.
fn names(url: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = url;
    while let Some((_, after)) = rest.split_once('{') {
        // At least one character stands between the braces.
        let Some(end) = after.char_indices().skip(1).find(|(_, c)| *c == '}').map(|(at, _)| at) else {
            break;
        };
        names.push(&after[..end]);
        rest = &after[end + 1..];
    }
    names
}

fn substitute(url: &str, choices: &[(&str, Vec<&str>)], tried: &mut usize, wrong: &mut Vec<String>) {
    let Some(((name, values), rest)) = choices.split_first() else {
        *tried += 1;
        if url::Url::parse(url).is_err() {
            wrong.push(url.to_owned());
        }
        return;
    };
    for value in values {
        if wrong.len() >= MOST_SHOWN || *tried >= MOST_URLS {
            return;
        }
        const KEPT: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
            .add(b' ')
            .add(b'"')
            .add(b'%')
            .add(b'<')
            .add(b'>')
            .add(b'[')
            .add(b'\\')
            .add(b']')
            .add(b'^')
            .add(b'`')
            .add(b'{')
            .add(b'|')
            .add(b'}');
        let value = percent_encoding::utf8_percent_encode(value, KEPT).to_string();
        substitute(&url.replace(&format!("{{{name}}}"), &value), rest, tried, wrong);
    }
}
