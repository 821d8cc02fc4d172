//! Rules in Cedar: who (`principal`) does what (`action`) with what (`resource`), and the request around it (`context`).

use std::{
    collections::{HashMap, HashSet},
    str::FromStr,
};

use cedar_policy::{
    AuthorizationError, Authorizer, Context, Decision, Effect, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicyId, PolicySet, PrincipalConstraint, Request as Question, ResourceConstraint, RestrictedExpression,
};
use expr::{Formula, Side};
use miette::Diagnostic;
use policy::prelude::*;
use serde_json::Value as Json;

/// The longest text of policies, bytes, and how many there are in it.
const LONGEST: usize = 256 << 10;
const MOST: usize = 1_000;
/// What there is to speak of.
const TYPES: [&str; 7] = ["Consumer", "App", "External", "Anonymous", "Group", "Action", "Operation"];
const API: &str = "Api";

/// Policies that were read and can be asked.
pub(super) struct Policies {
    set: PolicySet,
    authorizer: Authorizer,
    types: Types,
    headers: Vec<HeaderName>,
    params: Option<Formula>,
    query: Option<Formula>,
    claims: bool,
    body: bool,
}

struct Types {
    consumer: EntityTypeName,
    app: EntityTypeName,
    external: EntityTypeName,
    anonymous: EntityTypeName,
    group: EntityTypeName,
    action: EntityTypeName,
    operation: EntityTypeName,
    api: EntityTypeName,
}

impl Policies {
    /// Reads policies as they are written. `headers` are those that they may look at.
    ///
    /// # Errors
    /// What is wrong with them, with line and column.
    pub(super) fn read(text: &str, headers: Vec<HeaderName>) -> Result<Policies, String> {
        if text.len() > LONGEST {
            return Err(format!("the policies are longer than {} KiB", LONGEST >> 10));
        }
        let set = PolicySet::from_str(text).map_err(|errors| {
            let first = errors.iter().next();
            let at = first.and_then(|error| Some(error.labels()?.next()?.offset())).unwrap_or_default();
            format!("{}: {}", place(text, at), first.map_or_else(|| errors.to_string(), ToString::to_string))
        })?;
        if set.num_of_templates() > 0 {
            return Err("there is a template (`?principal`, `?resource`), which nobody fills in".to_owned());
        }
        match set.num_of_policies() {
            0 => return Err("there is no policy, and so nothing would be permitted".to_owned()),
            count if count > MOST => return Err(format!("there are {count} policies, and {MOST} are the most")),
            _ => {}
        }
        for policy in set.policies() {
            let literals = policy.entity_literals().into_iter().map(|uid| uid.type_name().to_string());
            let scope = match policy.principal_constraint() {
                PrincipalConstraint::Is(name) | PrincipalConstraint::IsIn(name, _) => Some(name.to_string()),
                _ => None,
            };
            let over = match policy.resource_constraint() {
                ResourceConstraint::Is(name) | ResourceConstraint::IsIn(name, _) => Some(name.to_string()),
                _ => None,
            };
            for named in literals.chain(scope).chain(over) {
                if named != API && !TYPES.contains(&&*named) {
                    let known = [&TYPES[..], &[API]].concat().join("`, `");
                    return Err(format!("`{}`: nothing is a `{named}`; there are `{known}`", name_of(&set, policy.id())));
                }
            }
        }
        let formula = |word: &str, text_of: &str| match text.contains(word) {
            true => Formula::parse(text_of, Side::Request).map(Some),
            false => Ok(None),
        };
        Ok(Policies {
            params: formula("params", "request.params")?,
            query: formula("query", "request.query")?,
            claims: text.contains("claims"),
            body: text.contains("body"),
            set,
            authorizer: Authorizer::new(),
            types: Types::new().ok_or("the names of types cannot be read")?,
            headers,
        })
    }

    /// Whether a policy asks for the body.
    pub(super) fn needs_body(&self) -> bool {
        self.body
    }

    /// Whether a call may be made.
    ///
    /// # Errors
    /// Why not, with the policies that decided.
    pub(super) fn ask(&self, req: &Request, body: Option<&Json>) -> Result<(), String> {
        let cannot = |what: &str| format!("{what} cannot be told");
        let (who, principal) = self.principal(req).ok_or_else(|| cannot("the caller"))?;
        let (what, resource) = self.resource(req);
        let action = uid(&self.types.action, if req.target.operation.is_empty() { req.head.method.as_str() } else { &req.target.operation });
        let context = self.context(req, body).ok_or_else(|| cannot("the request"))?;
        let entities = Entities::from_entities([principal].into_iter().chain(resource), None);
        let entities = entities.map_err(|_| cannot("the caller"))?;
        let question = Question::new(who, action, what, context, None).map_err(|_| cannot("the request"))?;
        let answer = self.authorizer.is_authorized(&question, &self.set, &entities);
        // By the language a policy that asks for what is not there is left out. One that forbids must not get lost that way.
        let failed = answer.diagnostics().errors().map(|AuthorizationError::PolicyEvaluationError(error)| error.policy_id());
        let failed: Vec<&PolicyId> = failed.collect();
        let forbids = |id: &&&PolicyId| self.set.policy(id).is_none_or(|policy| policy.effect() == Effect::Forbid);
        if let Some(id) = failed.iter().find(forbids) {
            return Err(format!("`{}` forbids, and asks for something that is not there or has another type", name_of(&self.set, id)));
        }
        if answer.decision() == Decision::Allow {
            return Ok(());
        }
        let mut deciding: Vec<String> = answer.diagnostics().reason().map(|id| name_of(&self.set, id)).collect();
        deciding.sort_unstable();
        let without: Vec<String> = failed.iter().map(|id| name_of(&self.set, id)).collect();
        Err(match (&deciding[..], &without[..]) {
            ([], []) => "no policy permits it".to_owned(),
            ([], some) => format!("no policy permits it; `{}` ask for something that is not there or has another type", some.join("`, `")),
            (some, _) => format!("`{}` forbids it", some.join("`, `")),
        })
    }

    /// Who calls, with groups and what the credential says.
    fn principal(&self, req: &Request) -> Option<(EntityUid, Entity)> {
        let Some(identity) = &req.identity else {
            let uid = uid(&self.types.anonymous, "anonymous");
            return Some((uid.clone(), Entity::with_uid(uid)));
        };
        // `consumer/ada`, with the workspace before it where that is not `default`.
        let (kind, id) = identity.caller.key.split_once('/')?;
        let kind = match kind.rsplit(':').next()? {
            "consumer" => &self.types.consumer,
            "app" => &self.types.app,
            _ => &self.types.external,
        };
        let texts = |all: &mut dyn Iterator<Item = &str>| RestrictedExpression::new_set(all.map(text));
        let mut fields: HashMap<String, RestrictedExpression> = [
            ("name".to_owned(), text(&identity.caller.name)),
            ("groups".to_owned(), texts(&mut identity.caller.groups.iter().map(AsRef::as_ref))),
            ("scopes".to_owned(), texts(&mut identity.scopes.iter().map(AsRef::as_ref))),
        ]
        .into();
        if self.claims {
            let claims = identity.claims.as_deref().and_then(value);
            fields.insert("claims".to_owned(), claims.or_else(|| RestrictedExpression::new_record([]).ok())?);
        }
        let groups: HashSet<EntityUid> = identity.caller.groups.iter().map(|group| uid(&self.types.group, group)).collect();
        let who = uid(kind, id);
        Some((who.clone(), Entity::new(who, fields, groups).ok()?))
    }

    /// What is called: an operation in its API, or the API (or route) itself where it has no operations.
    fn resource(&self, req: &Request) -> (EntityUid, Option<Entity>) {
        let api = uid(&self.types.api, req.api().unwrap_or(&req.target.service));
        if req.target.operation.is_empty() {
            return (api, None);
        }
        let operation = uid(&self.types.operation, &req.target.operation);
        let entity = Entity::new_no_attrs(operation.clone(), [api].into());
        (operation, Some(entity))
    }

    fn context(&self, req: &Request, body: Option<&Json>) -> Option<Context> {
        let view = req.view(body);
        let mut fields = vec![
            ("method".to_owned(), text(req.head.method.as_str())),
            ("path".to_owned(), text(req.head.uri.path())),
            ("host".to_owned(), text(&view.facts.host())),
            ("client".to_owned(), RestrictedExpression::new_ip(req.client.to_string())),
        ];
        for (name, formula) in [("params", &self.params), ("query", &self.query)] {
            let Some(formula) = formula else { continue };
            let found = formula.value(&view).ok().as_ref().and_then(value);
            fields.push((name.to_owned(), found.or_else(|| RestrictedExpression::new_record([]).ok())?));
        }
        if !self.headers.is_empty() {
            // Of one that stands several times nobody can say which the upstream takes.
            let sent = self.headers.iter().filter_map(|name| {
                let all = req.head.headers.get_all(name);
                let mut all = all.iter();
                let (Some(one), None) = (all.next(), all.next()) else { return None };
                Some((name.as_str().to_owned(), text(one.to_str().ok()?)))
            });
            fields.push(("headers".to_owned(), RestrictedExpression::new_record(sent).ok()?));
        }
        fields.extend(body.and_then(value).map(|body| ("body".to_owned(), body)));
        Context::from_pairs(fields).ok()
    }
}

impl Types {
    fn new() -> Option<Types> {
        let name = |text: &str| EntityTypeName::from_str(text).ok();
        Some(Types {
            consumer: name("Consumer")?,
            app: name("App")?,
            external: name("External")?,
            anonymous: name("Anonymous")?,
            group: name("Group")?,
            action: name("Action")?,
            operation: name("Operation")?,
            api: name(API)?,
        })
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

/// What JSON says, as values of Cedar. It is never read as Cedar's own JSON, in which members such as `__entity` would let a client make entities. There is neither
/// `null` nor a number that is no integer; both are left out.
fn value(json: &Json) -> Option<RestrictedExpression> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => RestrictedExpression::new_bool(*value),
        Json::Number(number) => RestrictedExpression::new_long(number.as_i64()?),
        Json::String(value) => text(value),
        Json::Array(items) => RestrictedExpression::new_set(items.iter().filter_map(value)),
        Json::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, field)| Some((name.clone(), value(field)?)));
            RestrictedExpression::new_record(fields).ok()?
        }
    })
}

/// What a policy is called: its annotation `@id`, else its number.
fn name_of(set: &PolicySet, id: &PolicyId) -> String {
    let named = set.policy(id).and_then(|policy| policy.annotation("id"));
    named.map_or_else(|| id.to_string(), str::to_owned)
}

/// Line and column of a place in a text.
fn place(text: &str, at: usize) -> String {
    let before: &str = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}")
}
