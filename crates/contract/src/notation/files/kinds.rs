//! What stands where in OpenAPI and AsyncAPI, as far as references need to know: what they lead to has its place by it.

use model::tree::Node;

/// What a reference may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Schema,
    Parameter,
    Response,
    Body,
    Header,
    Example,
    Link,
    Callback,
    PathItem,
    Security,
    Message,
    /// Whatever else: traits, bindings, servers.
    Other,
}

/// Which notation's words hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    OpenApi,
    Swagger,
    AsyncApi,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Root,
    /// One of a kind, or a reference to one.
    One(Kind),
    /// A mapping from names to those.
    Names(Kind),
    /// A list of those, or a mapping from names to those.
    Some(Kind),
    /// A mapping from names to schemas, as a discriminator has it.
    Mapped,
    /// A mapping of media types.
    Content,
    /// Values in which `$ref` means nothing.
    Text,
}

impl Kind {
    pub(super) const ALL: [Kind; 12] = [
        Kind::Schema,
        Kind::Parameter,
        Kind::Response,
        Kind::Body,
        Kind::Header,
        Kind::Example,
        Kind::Link,
        Kind::Callback,
        Kind::PathItem,
        Kind::Security,
        Kind::Message,
        Kind::Other,
    ];
}

impl Shape {
    pub(super) fn of(root: &Node) -> Shape {
        if root.get("asyncapi").is_some() {
            Shape::AsyncApi
        } else if root.get("swagger").is_some() {
            Shape::Swagger
        } else {
            Shape::OpenApi
        }
    }

    /// Where definitions of a kind stand, from the root.
    pub(super) fn section(self, kind: Kind) -> &'static [&'static str] {
        match (self, kind) {
            (Shape::Swagger, Kind::Schema) => &["definitions"],
            (Shape::Swagger, Kind::Parameter) => &["parameters"],
            (Shape::Swagger, Kind::Response) => &["responses"],
            (Shape::Swagger, Kind::Security) => &["securityDefinitions"],
            (Shape::Swagger, Kind::PathItem) => &["x-path-items"],
            (Shape::AsyncApi, Kind::PathItem) => &["components", "channels"],
            (_, Kind::Other) | (Shape::Swagger, _) => &["x-referred"],
            (_, Kind::Schema) => &["components", "schemas"],
            (_, Kind::Parameter) => &["components", "parameters"],
            (_, Kind::Response) => &["components", "responses"],
            (_, Kind::Body) => &["components", "requestBodies"],
            (_, Kind::Header) => &["components", "headers"],
            (_, Kind::Example) => &["components", "examples"],
            (_, Kind::Link) => &["components", "links"],
            (_, Kind::Callback) => &["components", "callbacks"],
            (_, Kind::PathItem) => &["components", "pathItems"],
            (_, Kind::Security) => &["components", "securitySchemes"],
            (_, Kind::Message) => &["components", "messages"],
        }
    }
}

impl At {
    /// Whether `$ref` is a reference here.
    pub(super) fn has_reference(self) -> bool {
        matches!(self, At::Root | At::One(_) | At::Some(_))
    }

    /// What a reference that stands here leads to.
    pub(super) fn kind(self) -> Kind {
        match self {
            At::One(kind) | At::Names(kind) | At::Some(kind) => kind,
            _ => Kind::Other,
        }
    }

    pub(super) fn of_item(self) -> At {
        match self {
            At::Some(kind) => At::One(kind),
            // The examples of a schema are values.
            At::Names(Kind::Example) => At::Text,
            other => other,
        }
    }

    pub(super) fn of_field(self, name: &str, shape: Shape) -> At {
        match self {
            At::Text => At::Text,
            At::Names(kind) | At::Some(kind) => At::One(kind),
            At::Mapped => At::Mapped,
            At::Content => At::One(Kind::Other),
            At::One(Kind::Callback) if !name.starts_with("x-") => At::One(Kind::PathItem),
            At::One(Kind::Other) if name == "mapping" => At::Mapped,
            At::Root | At::One(_) => of_name(name, shape),
        }
    }
}

fn of_name(name: &str, shape: Shape) -> At {
    match name {
        "schema"
        | "items"
        | "additionalProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "additionalItems"
        | "contentSchema"
        | "itemSchema"
        | "payload"
        | "allOf"
        | "anyOf"
        | "oneOf"
        | "prefixItems" => At::One(Kind::Schema),
        "properties" | "patternProperties" | "$defs" | "definitions" | "schemas" | "dependentSchemas" => {
            At::Names(Kind::Schema)
        }
        "parameters" => At::Some(Kind::Parameter),
        "responses" => At::Names(Kind::Response),
        "requestBody" => At::One(Kind::Body),
        "requestBodies" => At::Names(Kind::Body),
        "headers" if shape == Shape::AsyncApi => At::One(Kind::Schema),
        "headers" => At::Names(Kind::Header),
        "links" => At::Names(Kind::Link),
        "callbacks" => At::Names(Kind::Callback),
        "securitySchemes" | "securityDefinitions" => At::Names(Kind::Security),
        "paths" | "webhooks" | "x-webhooks" | "pathItems" | "channels" => At::Names(Kind::PathItem),
        "message" => At::One(Kind::Message),
        "messages" => At::Some(Kind::Message),
        "content" => At::Content,
        // Of parameters and media types a mapping of examples; of schemas a list of values.
        "examples" => At::Names(Kind::Example),
        "example" | "default" | "enum" | "const" | "value" => At::Text,
        name if name.starts_with("x-") => At::Text,
        _ => At::One(Kind::Other),
    }
}

/// Calls for every reference of a file, whatever part of a document it is: `$ref` and what discriminators name.
pub(super) fn each_reference(node: &Node, say: &mut impl FnMut(&str)) {
    for item in node.items().unwrap_or_default() {
        each_reference(item, say);
    }
    let fields = node.fields().unwrap_or_default();
    for (key, value) in fields {
        match (&*key.text, value.as_str()) {
            ("$ref", Some(written)) => say(written),
            // One of the responses may be called so.
            ("responses", None) if value.fields().is_some() => {
                let each = value.fields().unwrap_or_default();
                each.iter().for_each(|(_, response)| each_reference(response, say));
            }
            ("example" | "default" | "enum" | "const", _) => {}
            ("mapping", None) if node.get("propertyName").is_some() => {
                let named = value.fields().unwrap_or_default().iter().filter_map(|(_, value)| value.as_str());
                named.filter(|written| is_file(written)).for_each(&mut *say);
            }
            _ => each_reference(value, say),
        }
    }
}

/// Whether the value of a discriminator's mapping names a file rather than a schema.
pub(super) fn is_file(written: &str) -> bool {
    let file = written.split('#').next().unwrap_or_default();
    written.contains('#')
        || file.contains('/')
        || [".yaml", ".yml", ".json"].iter().any(|end| file.ends_with(end))
}
