//! A published API.

use std::{collections::BTreeMap, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use crate::{LifeState, Lifecycle, Name, PolicyUse, Split, Upstream, VersionMatch};

/// A contract, an upstream that serves it, and the policies that guard it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The name of the API, the same for all its versions.
    pub name: Name,
    /// What consumers see as `v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Name>,
    /// What people call it; by default the contract's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for, in Markdown; by default the contract's description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who finds it in the portal.
    #[serde(default)]
    pub visibility: Visibility,
    /// The contract: a path, a URL, or the document itself. Without one every path under `listen` is passed through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractSource>,
    /// Where the gateway answers for it.
    pub listen: Listen,
    /// The service behind it: the name of an upstream, or one written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<UpstreamSource>,
    /// Divides the requests among `upstream` and others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Box<Split>>,
    /// Where it is in its life, and what comes after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Box<Lifecycle>>,
    /// What becomes of changes of the contract that break callers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility: Option<Box<Compatibility>>,
    /// Policies for all operations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyUse>,
    /// What differs for one operation, by its `operationId` (or `METHOD /path`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub operations: BTreeMap<String, OperationSettings>,
}

impl Api {
    /// Whether everyone finds it in the portal.
    pub fn is_shown(&self) -> bool {
        let state = self.life_state();
        self.visibility == Visibility::Public
            && !state.is_before_publication()
            && state != LifeState::Archived
    }

    /// Where it is in its life; published, where it does not say.
    pub fn life_state(&self) -> LifeState {
        self.lifecycle.as_ref().map(|life| life.state).unwrap_or_default()
    }

    /// What identifies this version: `orders@v1`, or `orders` where no version is given.
    pub fn id(&self) -> String {
        match &self.version {
            Some(version) => format!("{}@{version}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// What becomes of changes of a contract that break callers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compatibility {
    /// Whether such a change is told, and whether it is made.
    #[serde(default)]
    pub breaking: Breaks,
    /// Changes that were agreed to, as `pailou diff --suppress` has them: a rule, `RULE METHOD /path`, or that with the place in the message
    /// after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<String>,
}

/// What becomes of a change that breaks callers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Breaks {
    /// It is made.
    Allow,
    /// It is made, and told.
    #[default]
    Warn,
    /// It is not made.
    Refuse,
}

/// Hosts and a base path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Host names, exact or with a leading wildcard such as `*.example.com`; none means any host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The base path, such as `/orders/v1`.
    #[serde(default = "root")]
    pub path: String,
    /// Takes the base path off before the request goes to the upstream.
    #[serde(default = "yes")]
    pub strip_path: bool,
    /// How requests say which version they are for, where several answer at one path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Box<VersionMatch>>,
}

/// What differs for one operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationSettings {
    /// Policies for this operation; one of the same name replaces the API's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyUse>,
}

/// Who finds an API or product in the portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Everyone, signed in or not.
    #[default]
    Public,
    /// Nobody; the API answers, and the console shows it.
    Private,
}

/// A reference to an API: `orders` means every version, `orders@v1` one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ApiRef(pub String);

impl ApiRef {
    /// Whether this refers to the API with this id (see [`Api::id`]).
    pub fn covers(&self, api_id: &str) -> bool {
        self.0 == api_id || api_id.split_once('@').is_some_and(|(name, _)| name == self.0)
    }
}

/// A contract as a document names it.
#[derive(Clone, Debug, PartialEq)]
pub enum ContractSource {
    /// A path relative to the resource file, or a URL.
    At(String),
    /// The contract itself.
    Inline(Value),
    /// A contract the control plane has stored, by the SHA-256 of its bytes in hexadecimal: `sha256:…`.
    Stored(String),
}

const STORED: &str = "sha256:";

impl Serialize for ContractSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ContractSource::At(place) => serializer.serialize_str(place),
            ContractSource::Inline(document) => document.serialize(serializer),
            ContractSource::Stored(hash) => serializer.collect_str(&format_args!("{STORED}{hash}")),
        }
    }
}

impl<'de> Deserialize<'de> for ContractSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ContractSource, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(match text.strip_prefix(STORED) {
                Some(hash) => ContractSource::Stored(hash.to_owned()),
                None => ContractSource::At(text),
            }),
            document @ Value::Object(_) => Ok(ContractSource::Inline(document)),
            _ => Err(D::Error::custom("a contract is a path, a URL or the document itself")),
        }
    }
}

impl JsonSchema for ContractSource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ContractSource".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A path, a URL, `sha256:…` of a stored contract, or the document itself.",
            "type": ["string", "object"],
        })
    }
}

/// An upstream by name, or written in place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum UpstreamSource {
    Named(Name),
    Inline(Upstream),
}

impl<'de> Deserialize<'de> for UpstreamSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UpstreamSource, D::Error> {
        struct NameOrUpstream;
        impl<'de> Visitor<'de> for NameOrUpstream {
            type Value = UpstreamSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an upstream, or `{ endpoints: [http://…] }`")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<UpstreamSource, E> {
                name.parse().map(UpstreamSource::Named).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<UpstreamSource, A::Error> {
                Upstream::deserialize(MapAccessDeserializer::new(map)).map(UpstreamSource::Inline)
            }
        }
        deserializer.deserialize_any(NameOrUpstream)
    }
}

impl JsonSchema for UpstreamSource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UpstreamSource".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = generator.subschema_for::<Name>();
        let upstream = generator.subschema_for::<Upstream>();
        json_schema!({ "description": "The name of an upstream, or one written in place.", "oneOf": [name, upstream] })
    }
}

fn root() -> String {
    "/".to_owned()
}

fn yes() -> bool {
    true
}
