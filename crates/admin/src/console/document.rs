//! A resource document as the API carries it: the model's type with its `kind`.

use std::{borrow::Cow, marker::PhantomData};

use axum::extract::{FromRequest, Request};
use model::{
    Api, App as ModelApp, AuthorizationServer, Block, Certificate, Consumer, Design, Finding, Gateway,
    IdentityProvider, Kind, Plan, Product, Resource, Route, Standard, Subscription, Upstream, Waiver,
    Webhook, Workspace,
    tree::{self, TreeLimits},
};
use policy::problems;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer, de::IgnoredAny};
use serde_json::{Map, Value, json};

use crate::{
    endpoint::{MediaType, Part, Raw, Sketch, malformed},
    problem::Refusal,
    state::App,
};

/// A kind of resource as a type.
pub(crate) trait OfKind: JsonSchema + Send + Sync + 'static {
    const KIND: Kind;
}

macro_rules! of_kind {
    ($( $type:ty = $kind:ident; )+) => { $( impl OfKind for $type { const KIND: Kind = Kind::$kind; } )+ };
}

of_kind! {
    Api = Api;
    Route = Route;
    Upstream = Upstream;
    Consumer = Consumer;
    Plan = Plan;
    Product = Product;
    ModelApp = App;
    Subscription = Subscription;
    Gateway = Gateway;
    Certificate = Certificate;
    Block = Block;
    Workspace = Workspace;
    Standard = Standard;
    Waiver = Waiver;
    IdentityProvider = IdentityProvider;
    Design = Design;
    Webhook = Webhook;
    AuthorizationServer = AuthorizationServer;
}

/// A resource document of one kind.
pub(crate) struct Document<K> {
    pub(crate) resource: Resource,
    kind: PhantomData<fn() -> K>,
}

impl<K: OfKind> Document<K> {
    pub(crate) fn new(resource: Resource) -> Document<K> {
        Document { resource, kind: PhantomData }
    }
}

impl<K> Serialize for Document<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.resource.serialize(serializer)
    }
}

impl<K: OfKind> JsonSchema for Document<K> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Document", K::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("document of {}", K::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let answered = generator.contract().is_serialize();
        let mut schema = K::json_schema(generator);
        let kind = json!({ "const": K::KIND.as_str() });
        let fields = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let fields: Map<String, Value> = [("kind".to_owned(), kind)].into_iter().chain(fields).collect();
        schema.insert("properties".into(), Value::Object(fields));
        if answered {
            let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            let required: Vec<Value> = [json!("kind")].into_iter().chain(required).collect();
            schema.insert("required".into(), required.into());
        }
        schema
    }
}

/// Reads a document of JSON or YAML. `kind` may be left out: the path says it.
impl<K: OfKind> FromRequest<App> for Document<K> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Document<K>, Refusal> {
        let Raw { text, media_type } = Raw::from_request(request, app).await?;
        if media_type == MediaType::Json {
            serde_json::from_str::<IgnoredAny>(&text).map_err(|error| malformed(&error))?;
        }
        read(K::KIND, &text).map(Document::new)
    }
}

impl<K: OfKind> Part for Document<K> {
    fn describe(sketch: &mut Sketch) {
        sketch.reads(&["application/json", "application/yaml"], |generator| {
            generator.subschema_for::<Document<K>>()
        });
        Raw::raises(sketch);
    }
}

/// What findings call a body.
const BODY: &str = "body";

fn read(kind: Kind, text: &str) -> Result<Resource, Refusal> {
    let mut documents = tree::parse(text, BODY, TreeLimits::default()).map_err(|finding| {
        Refusal::new(problems::BAD_REQUEST, "the body cannot be read").with("findings", json!([finding]))
    })?;
    let document = match documents.len() {
        1 => documents.remove(0),
        n => {
            return Err(Refusal::new(
                problems::BAD_REQUEST,
                format!("the body holds {n} documents; send one, or use `POST /api/v1/apply`"),
            ));
        }
    };
    let mut value = document.to_value();
    if let Some(fields) = value.as_object_mut() {
        let said = fields.entry("kind").or_insert_with(|| kind.as_str().into());
        if said.as_str() != Some(kind.as_str()) {
            let message = format!("`kind` is not `{kind}`, which the path is for");
            return Err(not_valid(vec![Finding::error("wrong-kind", message).in_field("kind")], &document));
        }
    }
    Resource::read(value).map_err(|findings| not_valid(findings, &document))
}

fn not_valid(findings: Vec<Finding>, document: &tree::Document) -> Refusal {
    let placed = findings.into_iter().map(|finding| {
        let place = document.place(finding.field.as_deref().unwrap_or_default());
        finding.at(place)
    });
    Refusal::invalid("the document is not valid", placed.collect())
}
