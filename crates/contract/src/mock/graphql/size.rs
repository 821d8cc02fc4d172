//! How large an answer will be, before any of it is made.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Schema,
    executable::{Field, FragmentSpread, Operation, Selection, SelectionSet},
    response::JsonMap,
    schema::Value,
    validation::Valid,
};

use super::made;

/// Values of an answer.
const MOST: usize = 100_000;
/// Fields in each other, those of fragments with them.
const DEEPEST: usize = 64;
/// How many items lists of the introspection are taken to have.
const INTROSPECTED: usize = 8;

/// Bounds how deep fields nest, those of fragments with them, before anything else walks a document.
///
/// # Errors
/// It nests too deep; or an input has a field twice, which those who validate do not look for.
pub(super) fn check_nesting(document: &ExecutableDocument) -> Result<(), String> {
    let mut nesting = Nesting { document, heights: HashMap::new(), twin: None };
    let operations = document.operations.iter().map(|operation| &operation.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.selection_set);
    let fits = operations.chain(fragments).all(|of| nesting.height(of, 0).is_some());
    let mut defaults = document
        .operations
        .iter()
        .flat_map(|operation| &operation.variables)
        .filter_map(|variable| variable.default_value.as_ref());
    let twin = nesting.twin.or_else(|| defaults.find_map(|value| twin(value)));
    match (fits, twin) {
        (false, _) => Err(format!("the document nests deeper than {DEEPEST} levels")),
        (true, Some(name)) => Err(format!("there can be only one input field named `{name}`")),
        (true, None) => Ok(()),
    }
}

/// A field that stands twice in an input. The parser bounds how deep values nest.
fn twin(value: &Value) -> Option<&str> {
    match value {
        Value::Object(fields) => {
            let mut names = HashSet::new();
            let own = fields.iter().find(|(name, _)| !names.insert(name.as_str()));
            own.map(|(name, _)| name.as_str()).or_else(|| fields.iter().find_map(|(_, value)| twin(value)))
        }
        Value::List(items) => items.iter().find_map(|item| twin(item)),
        _ => None,
    }
}

struct Nesting<'d> {
    document: &'d ExecutableDocument,
    /// Of fragments; nothing of those that are being walked: that they lead in a circle is told by who validates.
    heights: HashMap<&'d str, Option<usize>>,
    /// A field that stands twice in an input.
    twin: Option<&'d str>,
}

impl<'d> Nesting<'d> {
    fn height(&mut self, of: &'d SelectionSet, depth: usize) -> Option<usize> {
        if depth > DEEPEST {
            return None;
        }
        let mut highest = 0;
        for selection in &of.selections {
            let inner = match selection {
                Selection::Field(field) => {
                    let found = || field.arguments.iter().find_map(|argument| twin(&argument.value));
                    self.twin = self.twin.or_else(found);
                    self.height(&field.selection_set, depth + 1)?
                }
                Selection::InlineFragment(inline) => self.height(&inline.selection_set, depth + 1)?,
                Selection::FragmentSpread(spread) => self.spread(spread, depth + 1)?,
            };
            highest = highest.max(inner + 1);
        }
        (depth + highest <= DEEPEST + 1).then_some(highest)
    }

    fn spread(&mut self, spread: &'d FragmentSpread, depth: usize) -> Option<usize> {
        let name = spread.fragment_name.as_str();
        if let Some(known) = self.heights.get(name) {
            let height = known.unwrap_or_default();
            return (depth + height <= DEEPEST + 1).then_some(height);
        }
        let Some(fragment) = self.document.fragments.get(name) else { return Some(0) };
        self.heights.insert(name, None);
        let height = self.height(&fragment.selection_set, depth)?;
        self.heights.insert(name, Some(height));
        Some(height)
    }
}

/// # Errors
/// The answer would be too large, or too deep.
pub(super) fn check(
    schema: &Schema,
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
    variables: &JsonMap,
) -> Result<(), String> {
    let mut walk = Walk { schema, document, variables, total: 0 };
    walk.selections(&operation.selection_set, 1, None)
}

struct Walk<'d> {
    schema: &'d Schema,
    document: &'d Valid<ExecutableDocument>,
    variables: &'d JsonMap,
    total: usize,
}

impl Walk<'_> {
    /// How deep it goes is known by now. Every step counts, so that there are not more of them than values.
    fn selections(&mut self, of: &SelectionSet, times: usize, asked: Option<usize>) -> Result<(), String> {
        for selection in &of.selections {
            self.total = self.total.saturating_add(times.max(1));
            if self.total > MOST {
                return Err(format!(
                    "the answer would have more than {MOST} values; ask for fewer fields or shorter lists"
                ));
            }
            match selection {
                Selection::InlineFragment(inline) => {
                    self.selections(&inline.selection_set, times, asked)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = spread.fragment_def(self.document) {
                        self.selections(&fragment.selection_set, times, asked)?;
                    }
                }
                Selection::Field(field) => {
                    let asked = self.asked(field).or(asked);
                    let times = times.saturating_mul(self.items(field, asked));
                    let inner = if field.ty().is_list() { None } else { asked };
                    self.selections(&field.selection_set, times, inner)?;
                }
            }
        }
        Ok(())
    }

    fn items(&self, field: &Field, asked: Option<usize>) -> usize {
        if !field.ty().is_list() {
            return 1;
        }
        if self.schema.types.get(field.ty().inner_named_type()).is_some_and(|of| of.is_built_in())
            && !field.selection_set.is_empty()
        {
            return INTROSPECTED;
        }
        let levels = u32::try_from(made::levels(field.ty())).unwrap_or(u32::MAX);
        made::items(asked).saturating_pow(levels)
    }

    /// How many items the arguments of a field ask for.
    fn asked(&self, field: &Field) -> Option<usize> {
        made::LENGTHS.iter().find_map(|name| match &**field.argument_by_name(name).ok()? {
            Value::Int(number) => Some(number.try_to_i32().ok()?.max(0) as usize),
            Value::Variable(variable) => made::length(self.variables.get(variable.as_str())?),
            _ => None,
        })
    }
}
