//! What a schema of GraphQL should be beyond what it must be: names, descriptions, no types that nobody reaches.

use std::collections::BTreeSet;

use apollo_parser::Parser;
use model::{Finding, Severity};

use super::{
    super::{Told, lines::Lines},
    MOST_DEPTH, MOST_TOKENS,
    types::{Kind, NO_REASON, Schema, Type},
};

/// Advice about a schema that is none the worse as a schema without it.
pub(in crate::notation) fn advice(text: &str, file: &str) -> Vec<Finding> {
    let lines = Lines::new(text, 1);
    let tree = Parser::new(text).recursion_limit(MOST_DEPTH).token_limit(MOST_TOKENS).parse();
    if tree.errors().next().is_some() {
        return Vec::new();
    }
    let mut ignored = Told::new(file);
    let schema = Schema::read(&tree.document(), &lines, &mut ignored);
    let mut told = Told::new(file);
    let roots: BTreeSet<&str> = schema.roots.iter().map(|(_, root)| root.name.as_str()).collect();
    let reached = reached(&schema, &roots);
    for (name, of) in &schema.types {
        if of.kind != Kind::Scalar && !is_pascal(name) {
            told.warn(
                "graphql-type-name",
                format!("the {} `{name}` is written `LikeThis`", of.kind.word()),
                of.at,
            );
        }
        if of.description.is_none() && !roots.contains(name.as_str()) {
            told.warn(
                "graphql-description",
                format!("the {} `{name}` has no description", of.kind.word()),
                of.at,
            );
        }
        if !reached.contains(name.as_str()) {
            let message = format!("nothing that can be asked leads to the {} `{name}`", of.kind.word());
            told.warn("graphql-unused-type", message, of.at);
        }
        fields(name, of, roots.contains(name.as_str()), &mut told);
        for value in of.values.iter().filter(|value| !is_macro(&value.name)) {
            let message = format!("the value `{}` of `{name}` is written `LIKE_THIS`", value.name);
            told.warn("graphql-enum-value-name", message, value.at);
        }
    }
    let mut findings = told.findings;
    findings
        .iter_mut()
        .filter(|one| one.rule == "graphql-description")
        .for_each(|one| one.severity = Severity::Note);
    findings
}

fn fields(name: &str, of: &Type, is_root: bool, told: &mut Told<'_>) {
    for field in &of.fields {
        if !is_camel(&field.name) {
            let message = format!("the field `{}` of `{name}` is written `likeThis`", field.name);
            told.warn("graphql-field-name", message, field.at);
        }
        if is_root && field.description.is_none() {
            let message = format!("`{}`, which can be asked of `{name}`, has no description", field.name);
            told.warn("graphql-description", message, field.at);
        }
        if field.deprecated.as_deref().is_some_and(|why| why.trim().is_empty() || why == NO_REASON) {
            let message =
                format!("`{}` of `{name}` is deprecated, and does not say what to use instead", field.name);
            told.warn("graphql-deprecation-reason", message, field.at);
        }
        for argument in field.arguments.iter().filter(|argument| !is_camel(&argument.name)) {
            let message =
                format!("the argument `{}` of `{name}.{}` is written `likeThis`", argument.name, field.name);
            told.warn("graphql-field-name", message, argument.at);
        }
    }
}

/// The types that what can be asked leads to.
fn reached<'s>(schema: &'s Schema, roots: &BTreeSet<&'s str>) -> BTreeSet<&'s str> {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut next: Vec<&str> = roots.iter().copied().collect();
    while let Some(name) = next.pop() {
        let Some((name, of)) = schema.types.get_key_value(name) else { continue };
        if !reached.insert(name) {
            continue;
        }
        let of_fields = of.fields.iter().flat_map(|field| {
            std::iter::once(&field.of).chain(field.arguments.iter().map(|argument| &argument.of))
        });
        let all = of_fields.chain(&of.members).chain(&of.interfaces);
        next.extend(all.map(|written| written.name.as_str()));
        if of.kind == Kind::Interface {
            let implement = |of: &Type| of.interfaces.iter().any(|one| one.name == *name);
            next.extend(schema.types.iter().filter(|(_, of)| implement(of)).map(|(name, _)| name.as_str()));
        }
    }
    reached
}

fn is_pascal(name: &str) -> bool {
    name.starts_with("__") || (name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('_'))
}

fn is_camel(name: &str) -> bool {
    name.starts_with('_') || (name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('_'))
}

fn is_macro(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_descriptions_and_what_nobody_reaches_are_told_with_their_places() {
        let text = "type Query {\n  \"All.\"\n  all_items(First: Int): [item!]\n}\n\"One.\"\ntype item { id: ID old: Int @deprecated kind: Kind }\n\"What.\"\nenum Kind { big SMALL }\ntype Lost { id: ID }\n";
        let told: Vec<(String, u32)> =
            advice(text, "a.graphql").into_iter().map(|one| (one.rule, one.place.unwrap().line)).collect();
        for expected in [
            ("graphql-field-name", 3),
            ("graphql-type-name", 6),
            ("graphql-deprecation-reason", 6),
            ("graphql-enum-value-name", 8),
            ("graphql-unused-type", 9),
            ("graphql-description", 9),
        ] {
            assert!(
                told.iter().any(|(rule, line)| (rule.as_str(), *line) == expected),
                "{expected:?} {told:?}"
            );
        }
        let well = "type Query { \"All.\" items: [Item!] }\n\"One.\"\ntype Item { id: ID! }\n";
        assert_eq!(advice(well, "a.graphql"), []);
    }
}
