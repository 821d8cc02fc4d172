//! Messages of rules: `{{property}} must be …`, `#{{print("property")}}must be truthy`.

use std::borrow::Cow;

use model::tree::Node;

use crate::js;

/// What a message may name.
pub(crate) struct Variables<'v> {
    pub(crate) property: String,
    pub(crate) error: String,
    pub(crate) path: String,
    pub(crate) description: Option<&'v str>,
    pub(crate) value: Option<&'v Node>,
}

impl Variables<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(match name {
            "property" => Cow::Borrowed(&*self.property),
            "error" => Cow::Borrowed(&*self.error),
            "path" => Cow::Borrowed(&*self.path),
            "description" => Cow::Borrowed(self.description.unwrap_or("null")),
            "value" => Cow::Owned(self.value.map_or_else(|| "undefined".to_owned(), js::to_text)),
            _ => return None,
        })
    }

    fn print(&self, what: &str) -> String {
        match what {
            "property" if self.property.is_empty() => "The document ".to_owned(),
            "property" => format!("\"{}\" property ", self.property),
            "value" => self.value.map_or_else(|| "undefined".to_owned(), js::shown),
            "description" if self.description.is_none() => String::new(),
            name => self.get(name).unwrap_or_default().into_owned(),
        }
    }

    /// `print("property") + "x"`, of text, names and `toUpperCase()`.
    fn evaluate(&self, expression: &str) -> String {
        let mut text = String::new();
        for part in split_sum(expression) {
            let part = part.trim();
            let (part, upper) = match part.strip_suffix(".toUpperCase()") {
                Some(part) => (part, true),
                None => (part, false),
            };
            let value = if let Some(literal) = literal(part) {
                literal.to_owned()
            } else if let Some(argument) = part.strip_prefix("print(").and_then(|rest| rest.strip_suffix(')'))
            {
                self.print(literal(argument.trim()).unwrap_or_default())
            } else {
                self.get(part).unwrap_or_default().into_owned()
            };
            text += &if upper { value.to_uppercase() } else { value };
        }
        text
    }
}

/// Puts values in place of what stands in double braces.
pub(crate) fn render(template: &str, variables: &Variables<'_>) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find("{{") {
        let after = &rest[at + 2..];
        let inside = after
            .find('}')
            .map(|end| &after[..end])
            .filter(|inside| !inside.is_empty() && !inside.contains('\n'));
        let Some(inside) = inside.filter(|inside| after[inside.len()..].starts_with("}}")) else {
            text.push_str(&rest[..at + 2]);
            rest = after;
            continue;
        };
        let before = &rest[..at];
        match before.strip_suffix('#') {
            Some(before) => {
                text.push_str(before);
                text += &variables.evaluate(inside.trim());
            }
            None => {
                text.push_str(before);
                text += &variables.get(inside).unwrap_or_default();
            }
        }
        rest = &after[inside.len() + 2..];
    }
    text.push_str(rest);
    text
}

fn literal(text: &str) -> Option<&str> {
    ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// The parts of a sum; a `+` within quotes belongs to the text.
fn split_sum(expression: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, character) in expression.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), character) if open == character => quote = None,
            (None, '+') => {
                parts.push(&expression[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_they_are_about() {
        let variables = Variables {
            property: "title".into(),
            error: "it is wrong".into(),
            path: "#/info/title".into(),
            description: None,
            value: None,
        };
        for (template, expected) in [
            ("{{property}}: {{error}} ({{path}})", "title: it is wrong (#/info/title)"),
            ("#{{print(\"property\")}}must be truthy", "\"title\" property must be truthy"),
            ("#{{print('value')}} is no value", "undefined is no value"),
            ("#{{property.toUpperCase() + '+' + \"!\"}}", "TITLE+!"),
            ("{{nothing}}{{", "{{"),
            ("a {{\n}} b", "a {{\n}} b"),
        ] {
            assert_eq!(render(template, &variables), expected);
        }
        let whole = Variables { property: String::new(), ..variables };
        assert_eq!(render("#{{print(\"property\")}}is", &whole), "The document is");
    }
}
