//! Whether a schema can be used at all: it obeys its own meta-schema, and no reference within it leads nowhere.

use model::tree::Node;

use super::{
    DEEPEST, Dialect, Reading, Schemas, Unsound,
    compile::{Compiled, Keyword},
    meta::Metas,
};
use crate::{graph::id, regex::Fault};

impl<'s> Schemas<'s> {
    /// `meta_too`: against the meta-schema, not only whether it can be run.
    ///
    /// # Errors
    /// Why the schema checks nothing.
    pub(crate) fn sound(&self, schema: &'s Node, metas: &Metas<'s>, meta_too: bool) -> Result<(), Unsound> {
        let schema = self.resolve(schema);
        if schema.fields().is_none() && schema.as_bool().is_none() {
            return Err(Unsound::Invalid("schema must be object or boolean".to_owned()));
        }
        if !meta_too {
            return self.compiles(schema, 0);
        }
        let meta = metas.of(self.reading, schema);
        let errors = meta.check(meta.root.unwrap_or(schema), schema, self.graph);
        if !errors.is_empty() {
            let lines: Vec<_> = errors.iter().map(|e| format!("data{} {}", e.path, e.message)).collect();
            return Err(Unsound::Invalid(format!("schema is invalid: {}", lines.join(", "))));
        }
        self.compiles(schema, 0)
    }

    fn compiles(&self, schema: &'s Node, depth: usize) -> Result<(), Unsound> {
        let schema = self.resolve(schema);
        if let Some(known) = self.sound.borrow().get(&id(schema)) {
            return known.clone();
        }
        if depth > DEEPEST {
            return Ok(());
        }
        // What is being looked at is taken as sound, so that local references may form circles.
        self.sound.borrow_mut().insert(id(schema), Ok(()));
        let result = self.parts_compile(schema, depth);
        self.sound.borrow_mut().insert(id(schema), result.clone());
        result
    }

    fn parts_compile(&self, schema: &'s Node, depth: usize) -> Result<(), Unsound> {
        if let Some(target) = schema.get("$ref").and_then(Node::as_str)
            && self.local(target).is_none()
        {
            return Err(Unsound::Reference);
        }
        let compiled = self.compiled(schema);
        let invalid = |message: String| Err(Unsound::Invalid(message));
        if let Some(nullable) = schema.get("nullable") {
            let Some(nullable) = nullable.as_bool() else {
                return invalid("nullable value must be [\"boolean\"]".to_owned());
            };
            let has_type = schema.get("type").is_some();
            if !has_type {
                return invalid("\"nullable\" cannot be used without \"type\"".to_owned());
            }
            if !nullable && compiled.type_text.split(',').any(|name| name == "null") {
                return invalid("type: null contradicts nullable: false".to_owned());
            }
        }
        let Compiled { any, number, string, array, object, .. } = &*compiled;
        for keyword in any.iter().chain(number).chain(string).chain(array).chain(object) {
            self.keyword_compiles(keyword, depth + 1)?;
        }
        Ok(())
    }

    fn keyword_compiles(&self, keyword: &Keyword<'s>, depth: usize) -> Result<(), Unsound> {
        let each = |schemas: &'s [Node]| schemas.iter().try_for_each(|part| self.compiles(part, depth));
        match keyword {
            Keyword::Reference(part)
            | Keyword::Not(part)
            | Keyword::Items(_, part, _)
            | Keyword::Contains { schema: part, .. }
            | Keyword::PropertyNames(part)
            | Keyword::AdditionalProperties(part)
            | Keyword::UnevaluatedItems(part)
            | Keyword::UnevaluatedProperties(part) => self.compiles(part, depth),
            Keyword::AnyOf(parts) | Keyword::OneOf(parts) | Keyword::AllOf(parts) | Keyword::Tuple(parts) => {
                each(parts)
            }
            Keyword::If { test, then, otherwise } => [Some(*test), *then, *otherwise]
                .into_iter()
                .flatten()
                .try_for_each(|part| self.compiles(part, depth)),
            Keyword::Dependencies(_, parts, _) | Keyword::Properties(parts) => {
                parts.iter().try_for_each(|(_, part)| self.compiles(part, depth))
            }
            Keyword::Patterns(parts) => parts.iter().try_for_each(|(_, part)| self.compiles(part, depth)),
            Keyword::Pattern(regex, text) => match regex.as_ref() {
                Err(Fault::Syntax(why)) => {
                    Err(Unsound::Invalid(format!("Invalid regular expression: /{text}/: {why}")))
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

impl Reading {
    pub(crate) fn plain(dialect: Dialect) -> Reading {
        Reading {
            dialect,
            nullable: false,
            x_nullable: false,
            relaxed: super::Relaxed::No,
            all_errors: false,
            messages: false,
        }
    }
}
