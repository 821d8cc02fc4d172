//! What was seen, held against a contract.

use contract::{
    Contract,
    conform::{Conformance, Kind, StatusTerms, Terms, media_kind},
};
use schema::{Shape as Described, Types};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    draft::drafted,
    rest::{Rest, Use},
    seen::{Seen, Span},
    segment,
    shape::Shape,
    tree::Found,
    watch::ServiceSeen,
};

/// Calls below which a path that no contract has is not worth telling: whoever looks for holes tries each once.
pub(crate) const CONFIDENT: u64 = 3;
/// Differences of one operation that are told.
const MOST: usize = 200;

/// How far traffic and contract differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// Since when it is watched, milliseconds since 1970; nothing where there was no call yet.
    pub since: Option<u64>,
    /// How long nobody calls an operation before it is a zombie.
    pub zombie_after: model::Span,
    /// Operations of the contract, in its order; none where there is no contract.
    pub operations: Vec<OperationUse>,
    /// Operations that are called, and that the contract does not have; the most called first.
    pub shadow: Vec<Shadow>,
    pub noise: Noise,
    /// Exchanges whose bodies were looked into: those that the policy `observe` takes.
    pub sampled: u64,
    /// Something did not fit into the room there is; what is told is true, and there may be more.
    pub full: bool,
}

/// An operation of the contract, and its use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationUse {
    pub id: String,
    pub method: String,
    pub path: String,
    /// `used`; `zombie` where nobody called it for as long as `zombie_after` says, and `unseen` where nobody did yet, and it was not watched or
    /// not in the contract for that long; `drifted` where it differs from the contract; `deprecated` where it is called and the contract says that it
    /// should not be.
    pub state: String,
    pub calls: Span,
    pub drifted: Vec<Drifted>,
}

/// Something of an operation that its contract does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drifted {
    /// `status`, `query`, `request-field`, `response-field`, `request-type` or `response-type`.
    pub kind: String,
    /// The status, of what is about responses.
    pub status: Option<u16>,
    /// The name of the parameter; of fields their place, as a JSON pointer in which `*` is any item or key: `/items/*/discount`.
    pub place: String,
    /// For people.
    pub message: String,
    pub seen: Span,
    /// A schema of what was seen, without its values.
    pub schema: Option<Value>,
}

/// An operation that the contract does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shadow {
    pub method: String,
    /// The template, below the base path.
    pub path: String,
    pub calls: Span,
    /// Statuses that a service answered with; none where the gateway refused.
    pub statuses: Vec<u16>,
    /// An operation object of OpenAPI that has what was seen.
    pub operation: Value,
}

/// Paths that were called too seldom, or that only those ask for who look for holes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Noise {
    pub paths: u64,
    pub calls: u64,
}

/// Holds what was seen of a service against its contract. `base` is the base path it answers under, `rest` says when what nobody calls is a
/// zombie.
pub fn report(
    seen: Option<&ServiceSeen>,
    contract: Option<(&Contract, &Conformance)>,
    base: &str,
    rest: Rest<'_>,
) -> Drift {
    let since = seen.map(|seen| seen.since);
    let mut drift = Drift {
        since,
        zombie_after: rest.zombie_after,
        operations: Vec::new(),
        shadow: Vec::new(),
        noise: Noise::default(),
        sampled: 0,
        full: false,
    };
    let blank = Seen::default();
    let modern = contract.is_none_or(|(contract, _)| contract.dialect >= contract::Dialect::OpenApi31);
    for operation in contract.iter().flat_map(|(contract, _)| &contract.operations) {
        let of = seen.and_then(|seen| seen.operations.get(operation.id.as_str())).unwrap_or(&blank);
        let mut one = OperationUse {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            calls: of.calls,
            ..OperationUse::default()
        };
        if let Some((_, conformance)) = contract
            && let Some(terms) = conformance.operation(&operation.id)
        {
            Held { conformance, terms, modern, found: &mut one.drifted }.hold(of);
        }
        one.state = match (rest.of(&operation.id, of.calls, since), one.drifted.is_empty()) {
            (Use::Zombie, _) => "zombie",
            (Use::Unseen, _) => "unseen",
            (Use::Called, false) => "drifted",
            (Use::Called, true) if operation.deprecated => "deprecated",
            (Use::Called, true) => "used",
        }
        .to_owned();
        drift.sampled += of.sampled;
        drift.full |= of.full || one.drifted.len() >= MOST;
        drift.operations.push(one);
    }
    let Some(seen) = seen else { return drift };
    drift.full |= seen.full || seen.paths.not_kept > 0;
    for found in seen.paths.found(base) {
        drift.sampled += found.seen.sampled;
        let known = drift.operations.iter().any(|known| {
            *known.method == *found.method && shape_of(&known.path) == shape_of(&found.template)
        });
        if known {
            continue;
        }
        if is_noise(&found) {
            drift.noise.paths += 1;
            drift.noise.calls += found.seen.calls.count;
            continue;
        }
        drift.full |= found.seen.full;
        // Of another method the path is called what the contract calls it.
        let same = drift.operations.iter().find(|known| shape_of(&known.path) == shape_of(&found.template));
        drift.shadow.push(Shadow {
            operation: drafted(&found, modern),
            path: same.map_or_else(|| found.template.clone(), |known| known.path.clone()),
            method: found.method.into(),
            calls: found.seen.calls,
            statuses: found.seen.statuses.into_keys().collect(),
        });
    }
    drift
        .shadow
        .sort_by(|a, b| (b.calls.count, &a.path, &a.method).cmp(&(a.calls.count, &b.path, &b.method)));
    drift
}

pub(crate) fn is_noise(found: &Found) -> bool {
    found.seen.calls.count < CONFIDENT || segment::is_probe(&found.template)
}

/// A template without the names of its parameters.
pub(crate) fn shape_of(template: &str) -> String {
    let mut shape = String::new();
    let mut rest = template.trim_end_matches('/');
    while let Some((before, after)) = rest.split_once('{') {
        shape.push_str(before);
        shape.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    shape + rest
}

/// One operation, held against its contract.
struct Held<'a> {
    conformance: &'a Conformance,
    terms: &'a Terms,
    modern: bool,
    found: &'a mut Vec<Drifted>,
}

impl Held<'_> {
    fn hold(mut self, seen: &Seen) {
        let described = !self.terms.responses().is_empty();
        for (status, span) in &seen.statuses {
            // Few contracts describe what a service answers when it fails.
            let known = *status >= 500 || self.conformance.response(self.terms, *status).is_some();
            if described && !known {
                let schema = seen.responses.get(status).map(|shape| shape.to_schema(self.modern));
                self.add(
                    "status",
                    Some(*status),
                    status.to_string(),
                    "a status that the contract does not have",
                    *span,
                    schema,
                );
            }
        }
        for (name, span) in &seen.query {
            if !self.conformance.knows_query(self.terms, name) {
                let schema = Some(serde_json::json!({ "type": "string" }));
                self.add(
                    "query",
                    None,
                    name.to_string(),
                    "a parameter that the contract does not have",
                    *span,
                    schema,
                );
            }
        }
        let schemas = self.conformance.schemas();
        let json = |content: &[contract::conform::Media]| {
            let media = content.iter().find(|media| media_kind(media.media_type()) == Kind::Json)?;
            Some(schemas.shape(media.schema()?))
        };
        if let (Some(shape), Some(of)) = (&seen.request, json(self.terms.body_content())) {
            self.compare("request", None, shape, of, &mut String::new());
        }
        for (status, shape) in &seen.responses {
            let response: Option<&StatusTerms> = self.conformance.response(self.terms, *status);
            if let Some(of) = response.and_then(|response| json(response.content())) {
                self.compare("response", Some(*status), shape, of, &mut String::new());
            }
        }
    }

    fn compare(
        &mut self,
        side: &str,
        status: Option<u16>,
        shape: &Shape,
        of: Described<'_>,
        place: &mut String,
    ) {
        let allowed = of.types();
        for (name, kind, span) in shape.kinds() {
            if !allowed.has(kind) && allowed != Types::ALL {
                let schema = Some(serde_json::json!({ "type": name }));
                let message = format!("{name}, which the contract does not allow there");
                self.add(&format!("{side}-type"), status, place.clone(), &message, span, schema);
            }
        }
        let length = place.len();
        // What says nothing of its members allows all of them.
        let says = !of.names().is_empty();
        for (name, member) in &shape.members {
            place.push('/');
            place.push_str(&name.replace('~', "~0").replace('/', "~1"));
            match of.property(name).or_else(|| of.additional()) {
                Some(inner) => self.compare(side, status, member, inner, place),
                None if says => {
                    let schema = Some(member.to_schema(self.modern));
                    let message = "a field that the contract does not have";
                    self.add(&format!("{side}-field"), status, place.clone(), message, member.seen, schema);
                }
                None => {}
            }
            place.truncate(length);
        }
        let further = [(&shape.items, of.item()), (&shape.additional, of.additional())];
        for (seen, of) in further {
            if let (Some(seen), Some(of)) = (seen, of) {
                place.push_str("/*");
                self.compare(side, status, seen, of, place);
                place.truncate(length);
            }
        }
    }

    fn add(
        &mut self,
        kind: &str,
        status: Option<u16>,
        place: String,
        message: &str,
        seen: Span,
        schema: Option<Value>,
    ) {
        if self.found.len() < MOST {
            let (kind, message) = (kind.to_owned(), message.to_owned());
            self.found.push(Drifted { kind, status, place, message, seen, schema });
        }
    }
}
