//! Input objects of which one field is given and no more (`@oneOf`; the specification of September 2025, §3.10). What checks documents and answers
//! the introspection is of an older one, so that it is done here.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{DirectiveDefinition, DirectiveLocation, FieldDefinition, Type, Value},
    collections::HashMap,
    executable::{Field, Operation, Selection, SelectionSet},
    name,
    parser::SourceMap,
    response::{JsonMap, JsonValue},
    schema::{ExtendedType, InputObjectType},
    validation::Valid,
};
use serde_json::json;

/// What a type of the introspection is asked.
const ASKED: &str = "isOneOf";
const TYPE: &str = "__Type";

/// The types that are so.
#[derive(Default)]
pub(super) struct OneOf(HashSet<Name>);

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) line_column: Option<(usize, usize)>,
}

impl Wrong {
    pub(super) fn told(&self) -> serde_json::Value {
        match self.line_column {
            Some((line, column)) => {
                json!({ "message": self.message, "locations": [{ "line": line, "column": column }] })
            }
            None => json!({ "message": self.message }),
        }
    }

    fn at<T>(node: &Node<T>, sources: &SourceMap, message: String) -> Wrong {
        let place = node.line_column_range(sources);
        Wrong { message, line_column: place.map(|range| (range.start.line, range.start.column)) }
    }
}

impl OneOf {
    /// Finds them, and lets the schema know the directive and its part of the introspection.
    ///
    /// # Errors
    /// What of them the specification does not allow.
    pub(super) fn define(schema: &mut Schema) -> Result<OneOf, Wrong> {
        let inputs = schema.types.values().filter_map(ExtendedType::as_input_object);
        let ours: Vec<_> = inputs.filter(|of| of.directives.has("oneOf")).collect();
        for of in &ours {
            allowed(of, &schema.sources)?;
        }
        let names = ours.into_iter().map(|of| of.name.clone()).collect();
        schema.directive_definitions.entry(name!("oneOf")).or_insert_with(|| {
            let description = "Exactly one field of the input object is given, and not null.";
            Node::new(DirectiveDefinition {
                description: Some(description.into()),
                name: name!("oneOf"),
                arguments: Vec::new(),
                repeatable: false,
                locations: vec![DirectiveLocation::InputObject],
            })
        });
        if let Some(ExtendedType::Object(of)) = schema.types.get_mut(TYPE) {
            let field = FieldDefinition {
                description: None,
                name: name!("isOneOf"),
                arguments: Vec::new(),
                ty: Type::Named(name!("Boolean")),
                directives: Default::default(),
            };
            of.make_mut().fields.insert(name!("isOneOf"), field.into());
        }
        Ok(OneOf(names))
    }

    /// Holds what a document says of its own accord against the types.
    ///
    /// # Errors
    /// The first value that is not as its type asks.
    pub(super) fn check(&self, schema: &Schema, document: &ExecutableDocument) -> Result<(), Wrong> {
        if self.0.is_empty() {
            return Ok(());
        }
        for operation in document.operations.iter() {
            let variables =
                operation.variables.iter().map(|variable| (&variable.name, &*variable.ty)).collect();
            let mut check = Check { one_of: self, schema, document, variables, seen: HashSet::new() };
            for variable in &operation.variables {
                if let Some(value) = &variable.default_value {
                    check.value(value, &variable.ty)?;
                }
            }
            check.selections(&operation.selection_set)?;
        }
        Ok(())
    }

    /// Holds the variables of an operation against the types.
    ///
    /// # Errors
    /// The first of them that is not as its type asks.
    pub(super) fn check_variables(
        &self,
        schema: &Schema,
        operation: &Operation,
        variables: &JsonMap,
    ) -> Result<(), Wrong> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut given = operation
            .variables
            .iter()
            .filter_map(|variable| Some((variables.get(variable.name.as_str())?, &*variable.ty)));
        given.try_for_each(|(value, of)| {
            let said = |message| Wrong { message, line_column: None };
            self.given(schema, value, of).map_err(said)
        })
    }

    fn given(&self, schema: &Schema, value: &JsonValue, of: &Type) -> Result<(), String> {
        match value {
            JsonValue::Array(items) => items.iter().try_for_each(|item| self.given(schema, item, of)),
            JsonValue::Object(fields) => {
                let Some((name, input)) = input(schema, of) else { return Ok(()) };
                if self.0.contains(name) {
                    let mut all = fields.iter();
                    let (Some((field, value)), None) = (all.next(), all.next()) else {
                        return Err(format!("Exactly one key must be specified for OneOf type \"{name}\"."));
                    };
                    if value.is_null() {
                        let field = field.as_str();
                        return Err(format!("Field \"{field}\" for OneOf type \"{name}\" must be non-null."));
                    }
                }
                fields.iter().try_for_each(|(field, value)| match input.fields.get(field.as_str()) {
                    Some(field) => self.given(schema, value, &field.ty),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    /// A document that asks for the names of types where this one asks whether they are so, where it does: see [`OneOf::amend`].
    pub(super) fn asked_by_name(
        schema: &Schema,
        document: &Valid<ExecutableDocument>,
    ) -> Option<Valid<ExecutableDocument>> {
        let named = schema.types.get(TYPE)?.as_object()?.fields.get("name")?;
        let named: Node<FieldDefinition> = (**named).clone();
        let mut changed = ExecutableDocument::clone(document);
        let mut any = false;
        let operations = changed.operations.anonymous.iter_mut().chain(changed.operations.named.values_mut());
        for operation in operations {
            rename(&mut operation.make_mut().selection_set, &named, &mut any);
        }
        for fragment in changed.fragments.values_mut() {
            rename(&mut fragment.make_mut().selection_set, &named, &mut any);
        }
        // What was valid is so with another field of the same type in its place.
        any.then(|| Valid::assume_valid(changed))
    }

    /// Says for names of types that came by [`OneOf::asked_by_name`] whether they are so.
    pub(super) fn amend(
        &self,
        schema: &Schema,
        document: &ExecutableDocument,
        of: &SelectionSet,
        data: &mut JsonMap,
    ) {
        for selection in &of.selections {
            let set = match selection {
                Selection::Field(field) => {
                    if let Some(value) = data.get_mut(field.response_key().as_str()) {
                        match is_asked(of, field) {
                            true => self.told(schema, value),
                            false => self.amend_value(schema, document, &field.selection_set, value),
                        }
                    }
                    continue;
                }
                Selection::InlineFragment(inline) => &inline.selection_set,
                Selection::FragmentSpread(spread) => match spread.fragment_def(document) {
                    Some(fragment) => &fragment.selection_set,
                    None => continue,
                },
            };
            self.amend(schema, document, set, data);
        }
    }

    fn amend_value(
        &self,
        schema: &Schema,
        document: &ExecutableDocument,
        of: &SelectionSet,
        value: &mut JsonValue,
    ) {
        match value {
            JsonValue::Object(fields) => self.amend(schema, document, of, fields),
            JsonValue::Array(items) => {
                items.iter_mut().for_each(|item| self.amend_value(schema, document, of, item));
            }
            _ => {}
        }
    }

    /// Of types that are no inputs nothing is said (§4.2.1).
    fn told(&self, schema: &Schema, value: &mut JsonValue) {
        let Some(name) = value.as_str() else { return };
        let is_input = matches!(schema.types.get(name), Some(ExtendedType::InputObject(_)));
        *value = if is_input { self.0.contains(name).into() } else { JsonValue::Null };
    }
}

/// §3.10.1: a field may be left out, and has no value of its own.
fn allowed(of: &InputObjectType, sources: &SourceMap) -> Result<(), Wrong> {
    for (name, field) in &of.fields {
        let wrong = match (field.ty.is_non_null(), &field.default_value) {
            (true, _) => "must be nullable",
            (false, Some(_)) => "cannot have a default value",
            (false, None) => continue,
        };
        return Err(Wrong::at(
            &field.node,
            sources,
            format!("OneOf input field {}.{name} {wrong}.", of.name),
        ));
    }
    Ok(())
}

/// What a document says, by the variables of one of its operations.
struct Check<'d> {
    one_of: &'d OneOf,
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    variables: HashMap<&'d Name, &'d Type>,
    /// Fragments that were looked at.
    seen: HashSet<&'d str>,
}

impl<'d> Check<'d> {
    /// How deep they nest was bounded before.
    fn selections(&mut self, of: &'d SelectionSet) -> Result<(), Wrong> {
        for selection in &of.selections {
            match selection {
                Selection::Field(field) => {
                    for argument in &field.arguments {
                        if let Some(known) = field.definition.argument_by_name(&argument.name) {
                            self.value(&argument.value, &known.ty)?;
                        }
                    }
                    self.selections(&field.selection_set)?;
                }
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set)?,
                Selection::FragmentSpread(spread) => {
                    if self.seen.insert(spread.fragment_name.as_str())
                        && let Some(fragment) = spread.fragment_def(self.document)
                    {
                        self.selections(&fragment.selection_set)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn value(&self, value: &Node<Value>, of: &Type) -> Result<(), Wrong> {
        match &**value {
            Value::List(items) => items.iter().try_for_each(|item| self.value(item, of)),
            Value::Object(fields) => {
                let Some((name, input)) = input(self.schema, of) else { return Ok(()) };
                if self.one_of.0.contains(name) {
                    let wrong = |message| Wrong::at(value, &self.document.sources, message);
                    let [(field, given)] = &**fields else {
                        let message = format!("OneOf Input Object \"{name}\" must specify exactly one key.");
                        return Err(wrong(message));
                    };
                    match &**given {
                        Value::Null => {
                            return Err(wrong(format!("Field \"{name}.{field}\" must be non-null.")));
                        }
                        Value::Variable(variable) => {
                            let of = self.variables.get(variable).filter(|of| !of.is_non_null());
                            if let Some(of) = of {
                                return Err(wrong(format!(
                                    "Variable \"${variable}\" is of type \"{of}\" but must be non-nullable to be used for OneOf Input Object \"{name}\"."
                                )));
                            }
                        }
                        _ => {}
                    }
                }
                fields.iter().try_for_each(|(field, value)| match input.fields.get(field) {
                    Some(field) => self.value(value, &field.ty),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }
}

fn input<'s>(schema: &'s Schema, of: &Type) -> Option<(&'s Name, &'s InputObjectType)> {
    let input = schema.types.get(of.inner_named_type())?.as_input_object()?;
    Some((&input.name, input))
}

fn is_asked(of: &SelectionSet, field: &Field) -> bool {
    field.name == ASKED && of.ty == TYPE
}

fn rename(of: &mut SelectionSet, named: &Node<FieldDefinition>, any: &mut bool) {
    let is_type = of.ty == TYPE;
    for selection in &mut of.selections {
        match selection {
            Selection::Field(field) if is_type && field.name == ASKED => {
                *any = true;
                let field = field.make_mut();
                field.alias = Some(field.response_key().clone());
                (field.name, field.definition) = (name!("name"), named.clone());
            }
            Selection::Field(field) => rename(&mut field.make_mut().selection_set, named, any),
            Selection::InlineFragment(inline) => rename(&mut inline.make_mut().selection_set, named, any),
            Selection::FragmentSpread(_) => {}
        }
    }
}
