//! What a schema has looked at, for `unevaluatedProperties` and `unevaluatedItems`.

use std::collections::HashSet;

use model::tree::Node;

use super::{DEEPEST, check::Check, compile::Keyword};

impl<'s, 'd> Check<'_, 's, 'd> {
    /// The properties that are looked at; `None` for all of them.
    pub(super) fn evaluated_properties(
        &mut self,
        schema: &'s Node,
        value: &'d Node,
        depth: usize,
    ) -> Option<HashSet<&'d str>> {
        let mut known = HashSet::new();
        if depth > DEEPEST {
            return None;
        }
        let compiled = self.schemas.compiled(self.schemas.resolve(schema));
        let fields = value.fields().unwrap_or_default();
        for keyword in &compiled.object {
            match keyword {
                Keyword::AdditionalProperties(_) => return None,
                Keyword::UnevaluatedProperties(_) if depth > 0 => return None,
                Keyword::Properties(properties) => {
                    for (name, _) in properties {
                        known.extend(value.entry(name).map(|(key, _)| &*key.text));
                    }
                }
                Keyword::Patterns(patterns) => {
                    for (regex, _) in patterns {
                        let Ok(regex) = regex.as_ref() else { continue };
                        let names = fields.iter().map(|(key, _)| &*key.text);
                        known.extend(names.filter(|name| regex.test(name) == Some(true)));
                    }
                }
                Keyword::Dependencies(_, schemas, _) => {
                    for (name, part) in schemas {
                        if value.get(name).is_some() && self.is_valid(part, value) {
                            known.extend(self.evaluated_properties(part, value, depth + 1)?);
                        }
                    }
                }
                _ => {}
            }
        }
        for part in self.in_place(&compiled.any, value) {
            known.extend(self.evaluated_properties(part, value, depth + 1)?);
        }
        Some(known)
    }

    /// How many items are looked at from the beginning; `None` for all of them.
    pub(super) fn evaluated_items(
        &mut self,
        schema: &'s Node,
        value: &'d Node,
        depth: usize,
    ) -> Option<usize> {
        if depth > DEEPEST {
            return None;
        }
        let compiled = self.schemas.compiled(self.schemas.resolve(schema));
        let mut known = 0;
        for keyword in &compiled.array {
            match keyword {
                Keyword::Items(..) | Keyword::Contains { .. } => return None,
                Keyword::UnevaluatedItems(_) if depth > 0 => return None,
                Keyword::Tuple(schemas) => known = known.max(schemas.len()),
                _ => {}
            }
        }
        for part in self.in_place(&compiled.any, value) {
            known = known.max(self.evaluated_items(part, value, depth + 1)?);
        }
        Some(known)
    }

    /// The schemas that apply to the same value.
    fn in_place(&mut self, keywords: &[Keyword<'s>], value: &'d Node) -> Vec<&'s Node> {
        let mut parts = Vec::new();
        for keyword in keywords {
            match keyword {
                Keyword::Reference(part) => parts.push(*part),
                Keyword::AllOf(schemas) => parts.extend(schemas.iter()),
                Keyword::AnyOf(schemas) | Keyword::OneOf(schemas) => {
                    parts.extend(schemas.iter().filter(|part| self.is_valid(part, value)));
                }
                Keyword::If { test, then, otherwise } => {
                    let passes = self.is_valid(test, value);
                    if passes {
                        parts.push(*test);
                    }
                    let branch = if passes { then } else { otherwise };
                    parts.extend(branch.filter(|part| self.is_valid(part, value)));
                }
                _ => {}
            }
        }
        parts
    }
}
