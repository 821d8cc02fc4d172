//! The types of a schema, their extensions joined with them.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

use apollo_parser::cst::{self, CstNode, Definition};
use serde_json::{Value, json};

use super::super::{Told, lines::Lines, make::At};

/// What a document defines.
pub(super) struct Schema {
    pub(super) at: At,
    pub(super) description: Option<String>,
    /// `query`, `mutation` and `subscription`, as far as they are there.
    pub(super) roots: Vec<(&'static str, Written)>,
    pub(super) types: BTreeMap<String, Type>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Object,
    Interface,
    Union,
    Enum,
    Input,
}

pub(super) struct Type {
    pub(super) at: At,
    pub(super) kind: Kind,
    pub(super) description: Option<String>,
    pub(super) fields: Vec<Field>,
    pub(super) values: Vec<Written>,
    pub(super) members: Vec<Written>,
    pub(super) interfaces: Vec<Written>,
}

pub(super) struct Field {
    pub(super) at: At,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) of: Written,
    pub(super) arguments: Vec<Field>,
    pub(super) default: Option<String>,
    /// Why not to use it any more.
    pub(super) deprecated: Option<String>,
}

/// A type as it is written somewhere; its name, without what is around it, and where that stands.
pub(super) struct Written {
    pub(super) at: At,
    pub(super) name: String,
    pub(super) of: Ty,
}

#[derive(Clone, Debug)]
pub(super) enum Ty {
    Named(String),
    List(Box<Ty>),
    NonNull(Box<Ty>),
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Scalar => "scalar",
            Kind::Object => "type",
            Kind::Interface => "interface",
            Kind::Union => "union",
            Kind::Enum => "enum",
            Kind::Input => "input",
        }
    }
}

impl Written {
    fn named(name: &cst::Name, lines: &Lines<'_>) -> Written {
        let text = name.text().to_string();
        Written { at: place(name, lines), of: Ty::Named(text.clone()), name: text }
    }

    pub(super) fn is_needed(&self) -> bool {
        matches!(self.of, Ty::NonNull(_))
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.of.fmt(f)
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Named(name) => f.write_str(name),
            Ty::List(of) => write!(f, "[{of}]"),
            Ty::NonNull(of) => write!(f, "{of}!"),
        }
    }
}

/// The schema of a value of a type, field by field.
pub(super) fn schema_of(of: &Ty) -> Vec<(String, Value)> {
    let fields = |value: Value| match value {
        Value::Object(fields) => fields.into_iter().collect(),
        _ => Vec::new(),
    };
    fields(match of {
        Ty::NonNull(of) => whole(of),
        of => {
            let mut value = whole(of);
            match value.get("type").and_then(Value::as_str).map(str::to_owned) {
                Some(kind) => value["type"] = json!([kind, "null"]),
                None => value = json!({ "anyOf": [value, { "type": "null" }] }),
            }
            value
        }
    })
}

/// That of a value that is there.
fn whole(of: &Ty) -> Value {
    match of {
        Ty::NonNull(of) => whole(of),
        Ty::List(of) => {
            let items: serde_json::Map<String, Value> = schema_of(of).into_iter().collect();
            json!({ "type": "array", "items": items })
        }
        Ty::Named(name) => match &**name {
            "Int" => json!({ "type": "integer", "format": "int32" }),
            "Float" => json!({ "type": "number", "format": "double" }),
            "String" | "ID" => json!({ "type": "string" }),
            "Boolean" => json!({ "type": "boolean" }),
            name => json!({ "$ref": super::make::schema_pointer(name) }),
        },
    }
}

impl Schema {
    pub(super) fn read(document: &cst::Document, lines: &Lines<'_>, told: &mut Told<'_>) -> Schema {
        let mut reader = Reader { lines, told, types: BTreeMap::new(), extensions: Vec::new() };
        let mut schema =
            Schema { at: At::START, description: None, roots: Vec::new(), types: BTreeMap::new() };
        let mut is_said = false;
        for definition in document.definitions() {
            match &definition {
                Definition::SchemaDefinition(of) => {
                    is_said = true;
                    schema.at = place(of, lines);
                    schema.description = described(of.description());
                    schema
                        .roots
                        .extend(of.root_operation_type_definitions().filter_map(|root| reader.root(&root)));
                }
                Definition::SchemaExtension(of) => {
                    is_said = true;
                    schema
                        .roots
                        .extend(of.root_operation_type_definitions().filter_map(|root| reader.root(&root)));
                }
                Definition::OperationDefinition(_) | Definition::FragmentDefinition(_) => {
                    let message = "this is a query rather than a schema; a schema has definitions such as `type Query { … }`";
                    reader.told.error("not-a-schema", message, place(&definition, lines));
                }
                _ => reader.add(&definition),
            }
        }
        schema.types = reader.finish();
        if !is_said {
            for (kind, name) in
                [("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")]
            {
                if let Some(of) = schema.types.get(name).filter(|of| of.kind == Kind::Object) {
                    let named = Written { at: of.at, name: name.to_owned(), of: Ty::Named(name.to_owned()) };
                    schema.roots.push((kind, named));
                }
            }
            if let Some((_, query)) = schema.roots.first() {
                schema.at = query.at;
            }
        }
        schema
    }

    pub(super) fn root(&self, kind: &str) -> Option<&Written> {
        self.roots.iter().find(|(known, _)| *known == kind).map(|(_, root)| root)
    }

    /// The first heading of its description, or what it can be asked for first.
    pub(super) fn title(&self) -> String {
        let heading =
            self.description.as_deref().and_then(|text| text.trim().strip_prefix("# ")?.lines().next());
        heading.unwrap_or("GraphQL API").trim().to_owned()
    }

    /// A query to start from: the first field that needs no arguments, or what every schema has.
    pub(super) fn example(&self) -> String {
        let is_leaf = |of: &Written| {
            super::BUILT_IN.contains(&&*of.name)
                || self.types.get(&of.name).is_some_and(|of| matches!(of.kind, Kind::Scalar | Kind::Enum))
        };
        let is_free =
            |field: &&Field| field.arguments.iter().all(|one| !one.of.is_needed() || one.default.is_some());
        let query = self.root("query").and_then(|root| self.types.get(&root.name));
        let found = query.and_then(|query| {
            query.fields.iter().filter(is_free).find_map(|field| {
                if is_leaf(&field.of) {
                    return Some(format!("{{ {} }}", field.name));
                }
                let inner = self.types.get(&field.of.name)?;
                let leaf = inner.fields.iter().filter(is_free).find(|field| is_leaf(&field.of))?;
                Some(format!("{{ {} {{ {} }} }}", field.name, leaf.name))
            })
        });
        found.unwrap_or_else(|| "{ __typename }".to_owned())
    }
}

struct Reader<'r, 'l, 't, 'f> {
    lines: &'r Lines<'l>,
    told: &'t mut Told<'f>,
    types: BTreeMap<String, Type>,
    extensions: Vec<(String, Type)>,
}

impl Reader<'_, '_, '_, '_> {
    fn root(&self, of: &cst::RootOperationTypeDefinition) -> Option<(&'static str, Written)> {
        let kind = of.operation_type()?;
        let name = of.named_type()?.name()?;
        let word = match (kind.mutation_token().is_some(), kind.subscription_token().is_some()) {
            (true, _) => "mutation",
            (_, true) => "subscription",
            _ => "query",
        };
        Some((word, Written::named(&name, self.lines)))
    }

    fn add(&mut self, definition: &Definition) {
        let Some(name) = definition.name() else { return };
        let at = place(&name, self.lines);
        let text = name.text().to_string();
        let mut of = Type {
            at,
            kind: Kind::Scalar,
            description: None,
            fields: Vec::new(),
            values: Vec::new(),
            members: Vec::new(),
            interfaces: Vec::new(),
        };
        let is_extension = definition.is_extension_definition();
        match definition {
            Definition::ScalarTypeDefinition(it) => of.description = described(it.description()),
            Definition::ScalarTypeExtension(_) => {}
            Definition::ObjectTypeDefinition(it) => {
                (of.kind, of.description) = (Kind::Object, described(it.description()));
                of.fields = self.fields(it.fields_definition());
                of.interfaces = self.names(it.implements_interfaces().map(|all| all.named_types()));
            }
            Definition::ObjectTypeExtension(it) => {
                of.kind = Kind::Object;
                of.fields = self.fields(it.fields_definition());
                of.interfaces = self.names(it.implements_interfaces().map(|all| all.named_types()));
            }
            Definition::InterfaceTypeDefinition(it) => {
                (of.kind, of.description) = (Kind::Interface, described(it.description()));
                of.fields = self.fields(it.fields_definition());
                of.interfaces = self.names(it.implements_interfaces().map(|all| all.named_types()));
            }
            Definition::InterfaceTypeExtension(it) => {
                of.kind = Kind::Interface;
                of.fields = self.fields(it.fields_definition());
            }
            Definition::UnionTypeDefinition(it) => {
                (of.kind, of.description) = (Kind::Union, described(it.description()));
                of.members = self.names(it.union_member_types().map(|all| all.named_types()));
            }
            Definition::UnionTypeExtension(it) => {
                of.kind = Kind::Union;
                of.members = self.names(it.union_member_types().map(|all| all.named_types()));
            }
            Definition::EnumTypeDefinition(it) => {
                (of.kind, of.description) = (Kind::Enum, described(it.description()));
                of.values = self.values(it.enum_values_definition());
            }
            Definition::EnumTypeExtension(it) => {
                of.kind = Kind::Enum;
                of.values = self.values(it.enum_values_definition());
            }
            Definition::InputObjectTypeDefinition(it) => {
                (of.kind, of.description) = (Kind::Input, described(it.description()));
                of.fields =
                    self.inputs(it.input_fields_definition().map(|all| all.input_value_definitions()));
            }
            Definition::InputObjectTypeExtension(it) => {
                of.kind = Kind::Input;
                of.fields =
                    self.inputs(it.input_fields_definition().map(|all| all.input_value_definitions()));
            }
            _ => return,
        }
        if is_extension {
            return self.extensions.push((text, of));
        }
        match self.types.entry(text) {
            Entry::Vacant(place) => drop(place.insert(of)),
            Entry::Occupied(place) => {
                let (kind, name) = (of.kind.word(), place.key());
                let message =
                    format!("the type `{name}` is defined twice; extend it by `extend {kind} {name}`");
                self.told.error("duplicate-type", message, at);
            }
        }
    }

    fn finish(mut self) -> BTreeMap<String, Type> {
        for (name, extension) in self.extensions {
            match self.types.get_mut(&name) {
                Some(of) if of.kind == extension.kind => {
                    of.fields.extend(extension.fields);
                    of.values.extend(extension.values);
                    of.members.extend(extension.members);
                    of.interfaces.extend(extension.interfaces);
                }
                Some(of) => {
                    let message = format!("`{name}` is {}, not {}", of.kind.word(), extension.kind.word());
                    self.told.error("unknown-type", message, extension.at);
                }
                // A part of a federated schema extends what another part defines.
                None => drop(self.types.insert(name, extension)),
            }
        }
        for of in self.types.values_mut() {
            let mut seen = std::collections::HashSet::new();
            let told = &mut *self.told;
            of.fields.retain(|field| {
                let is_first = seen.insert(field.name.clone());
                if !is_first {
                    told.error(
                        "duplicate-field",
                        format!("the field `{}` stands twice", field.name),
                        field.at,
                    );
                }
                is_first
            });
        }
        self.types
    }

    fn fields(&mut self, of: Option<cst::FieldsDefinition>) -> Vec<Field> {
        let all = of.into_iter().flat_map(|of| of.field_definitions());
        let field = |it: cst::FieldDefinition| {
            let name = it.name()?;
            Some(Field {
                at: place(&name, self.lines),
                name: name.text().to_string(),
                description: described(it.description()),
                of: self.written(&it.ty()?)?,
                arguments: self.inputs(it.arguments_definition().map(|all| all.input_value_definitions())),
                default: None,
                deprecated: deprecated(it.directives()),
            })
        };
        all.filter_map(field).collect()
    }

    fn inputs(&self, all: Option<impl Iterator<Item = cst::InputValueDefinition>>) -> Vec<Field> {
        let input = |it: cst::InputValueDefinition| {
            let name = it.name()?;
            let default = it.default_value().and_then(|default| default.value());
            Some(Field {
                at: place(&name, self.lines),
                name: name.text().to_string(),
                description: described(it.description()),
                of: self.written(&it.ty()?)?,
                arguments: Vec::new(),
                default: default.map(|value| value.syntax().text().to_string().trim().to_owned()),
                deprecated: deprecated(it.directives()),
            })
        };
        all.into_iter().flatten().filter_map(input).collect()
    }

    fn values(&self, of: Option<cst::EnumValuesDefinition>) -> Vec<Written> {
        let all = of.into_iter().flat_map(|of| of.enum_value_definitions());
        all.filter_map(|it| Some(Written::named(&it.enum_value()?.name()?, self.lines))).collect()
    }

    fn names(&self, all: Option<impl Iterator<Item = cst::NamedType>>) -> Vec<Written> {
        let all = all.into_iter().flatten();
        all.filter_map(|it| Some(Written::named(&it.name()?, self.lines))).collect()
    }

    fn written(&self, of: &cst::Type) -> Option<Written> {
        let mut at = At::START;
        let mut name = String::new();
        let of = self.ty(of, &mut |named| {
            at = place(named, self.lines);
            name = named.text().to_string();
        })?;
        Some(Written { at, name, of })
    }

    /// The parser bounds how deep types nest.
    fn ty(&self, of: &cst::Type, named: &mut impl FnMut(&cst::Name)) -> Option<Ty> {
        Some(match of {
            cst::Type::NamedType(it) => {
                let name = it.name()?;
                named(&name);
                Ty::Named(name.text().to_string())
            }
            cst::Type::ListType(it) => Ty::List(Box::new(self.ty(&it.ty()?, named)?)),
            cst::Type::NonNullType(it) => {
                let inner = match (it.named_type(), it.list_type()) {
                    (Some(name), _) => cst::Type::NamedType(name),
                    (None, list) => cst::Type::ListType(list?),
                };
                Ty::NonNull(Box::new(self.ty(&inner, named)?))
            }
        })
    }
}

fn place(node: &impl CstNode, lines: &Lines<'_>) -> At {
    lines.at(node.syntax().text_range().start().into())
}

fn described(description: Option<cst::Description>) -> Option<String> {
    let text = description?.string_value()?;
    Some(String::from(&text)).filter(|text| !text.trim().is_empty())
}

/// Why something is deprecated, where nobody says why.
pub(super) const NO_REASON: &str = "it is no longer supported";

fn deprecated(directives: Option<cst::Directives>) -> Option<String> {
    let found =
        directives?.directives().find(|it| it.name().is_some_and(|name| name.text() == "deprecated"))?;
    let reason = found.arguments().and_then(|all| {
        all.arguments().find_map(|argument| match argument.value()? {
            cst::Value::StringValue(text) if argument.name()?.text() == "reason" => Some(String::from(&text)),
            _ => None,
        })
    });
    Some(reason.unwrap_or_else(|| NO_REASON.to_owned()))
}
