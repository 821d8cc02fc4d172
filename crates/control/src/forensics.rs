//! What is known of a caller beside its calls, gathered for those who look into an incident: documents and what they were, keys, what was decided,
//! blocks, and the records of the audit log that name it or are of it.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use model::{Blocked, Finding, Kind, Name, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use store::AuditQuery;

use crate::{
    Actor, AuditView, BlockAsked, Control, Error, RevisionView, intake::credentials_of, redact::redacted,
    resources::stored,
};

/// Records that are read at one time.
const PAGE: u32 = 1000;
/// States of one document that are read at one time.
const REVISIONS: u32 = 200;
/// Subscriptions of one app, and blocks, that are looked at.
const MOST: usize = 1000;

/// One whom a bundle is about.
#[derive(Clone, Debug)]
pub struct Subject {
    workspace: Name,
    about: Blocked,
    /// Whose calls they are: a consumer or an app, by its kind and name.
    holder: Option<(Kind, Arc<str>)>,
    /// Who answers for an app.
    owner: Option<String>,
    note: Option<String>,
}

/// One whom a bundle is about, as it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubjectView {
    /// Such as `consumer ada`.
    pub about: String,
    /// Whose calls they are: `consumer/ada`, `app/shop`; absent for an address.
    pub caller: Option<String>,
    /// What to know, such as that nobody has this name now.
    pub note: Option<String>,
}

/// A part of a bundle: what it is, and the thing itself.
pub type Piece = (&'static str, Value);

/// Records of the audit log, and what of them counts.
#[derive(Clone, Debug)]
pub struct Trail {
    query: AuditQuery,
    /// Only those whose document, before or after, has this value in this field.
    names: Option<(&'static str, String)>,
}

impl Subject {
    pub fn view(&self) -> SubjectView {
        SubjectView { about: self.said(), caller: self.caller(), note: self.note.clone() }
    }

    /// Whose calls they are, as calls name it.
    pub fn caller(&self) -> Option<String> {
        self.holder.as_ref().map(|(kind, name)| format!("{kind}/{name}"))
    }

    /// From where the calls are, where it is about an address.
    pub fn address(&self) -> Option<IpAddr> {
        match &self.about {
            Blocked::Address(network) => Some(network.addr()),
            _ => None,
        }
    }

    fn said(&self) -> String {
        match &self.about {
            Blocked::Consumer(name) => format!("consumer {name}"),
            Blocked::App(name) => format!("app {name}"),
            Blocked::Key(hash) => format!("key {hash}"),
            Blocked::Address(network) => format!("address {}", network.addr()),
            Blocked::Api(name) => format!("api {name}"),
            Blocked::Route(name) => format!("route {name}"),
        }
    }

    /// What the audit log has of it between two times, in milliseconds since 1970.
    pub fn trails(&self, from: u64, to: u64) -> Vec<Trail> {
        let span = AuditQuery { since: Some(from), until: Some(to), ..AuditQuery::default() };
        let of =
            |kind: &str, id: Option<String>| AuditQuery { kind: Some(kind.to_owned()), id, ..span.clone() };
        let by = |actor: &str| AuditQuery { actor: Some(actor.to_owned()), ..span.clone() };
        let whole = |query| Trail { query, names: None };
        let mut trails = Vec::new();
        if let Some((kind, name)) = &self.holder {
            trails.push(whole(of(kind.as_str(), Some(name.to_string()))));
            trails.push(whole(by(name)));
            trails.push(Trail { query: of("block", None), names: Some((kind.as_str(), name.to_string())) });
            if *kind == Kind::App {
                trails
                    .push(Trail { query: of("subscription", None), names: Some(("app", name.to_string())) });
            }
        }
        if let Some(owner) = &self.owner {
            trails.push(whole(by(owner)));
        }
        if let Some(address) = self.address() {
            trails.push(whole(AuditQuery { address: Some(address.to_string()), ..span.clone() }));
            let networks = Trail { query: of("block", None), names: Some(("address", address.to_string())) };
            trails.push(networks);
        }
        trails
    }

    fn is_meant_by(&self, blocked: &Blocked) -> bool {
        match (blocked, &self.about, &self.holder) {
            (Blocked::Address(network), Blocked::Address(one), _) => network.contains(one),
            (Blocked::Consumer(name), _, Some((Kind::Consumer, holder)))
            | (Blocked::App(name), _, Some((Kind::App, holder))) => name == holder,
            (blocked, about, _) => blocked == about,
        }
    }
}

impl Trail {
    fn has(&self, record: &AuditView) -> bool {
        let Some((field, value)) = &self.names else { return true };
        [&record.before, &record.after].into_iter().flatten().any(|document| document[*field] == **value)
    }
}

impl Control {
    /// Finds whom a bundle is to be about.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not one of a consumer, an app, a key and an address; [`Error::Missing`] for a key that nobody has.
    pub fn subject(&self, ws: &Name, asked: BlockAsked) -> Result<Subject, Error> {
        self.check_workspace(ws)?;
        let invalid = |message: &str, field: &str| {
            let finding = Finding::error("invalid-subject", message);
            Error::Invalid(vec![if field.is_empty() { finding } else { finding.in_field(field) }])
        };
        let about = asked.about().map_err(|error| match error.findings() {
            [finding] if finding.field.is_none() => {
                invalid("say one of `consumer`, `app`, `key`, `key_hash` and `address`", "")
            }
            _ => error,
        })?;
        let all = self.state();
        let index = &all.of(ws).index;
        let holder = match &about {
            Blocked::Consumer(name) => Some((Kind::Consumer, Arc::clone(name))),
            Blocked::App(name) => Some((Kind::App, Arc::clone(name))),
            Blocked::Key(hash) => {
                let what = || Error::Missing {
                    what: "holder of this key: name the consumer or app that had it".into(),
                };
                Some(index.owner_of_key(hash).cloned().ok_or_else(what)?)
            }
            Blocked::Address(network) if network.prefix_len() == network.max_prefix_len() => None,
            Blocked::Address(_) => {
                return Err(invalid("is a network; a bundle is about one address of it", "address"));
            }
            Blocked::Api(_) | Blocked::Route(_) => {
                return Err(invalid("a bundle is about a consumer, an app, a key or an address", ""));
            }
        };
        let known = holder.as_ref().map(|id| index.get(id));
        let note = match (&known, &holder) {
            (Some(None), Some((kind, name))) => Some(format!("there is no {kind} `{name}` now")),
            _ => None,
        };
        let owner = match known.flatten().map(|known| &**known) {
            Some(Resource::App(app)) => app.owner.clone(),
            _ => None,
        };
        Ok(Subject { workspace: ws.clone(), about, holder, owner, note })
    }

    /// What is configured of it now: its document, keys with their last uses, subscriptions, and blocks; no secrets.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn known_of(&self, subject: &Subject) -> Result<Vec<Piece>, Error> {
        let ws = &subject.workspace;
        let (mut pieces, mut credentials, mut client) = (Vec::new(), Vec::new(), None);
        {
            let all = self.state();
            let state = all.of(ws);
            if let Some(found) = subject.holder.as_ref().and_then(|id| stored(state, id)) {
                credentials = credentials_of(&found.resource).to_vec();
                if let Resource::App(app) = &found.resource {
                    client = app.client.as_ref().map(|client| client.id.clone());
                }
                pieces.push(("document", hidden(&found)));
            }
            for id in self.subscriptions_of_subject(subject) {
                pieces.extend(
                    stored(state, &(Kind::Subscription, id)).map(|found| ("subscription", hidden(&found))),
                );
            }
            let blocks = state.index.of_kind(Kind::Block).filter_map(|resource| match &**resource {
                Resource::Block(block) if subject.is_meant_by(&block.blocked().ok()?) => {
                    Some(block.name.shared())
                }
                _ => None,
            });
            for id in blocks.take(MOST) {
                pieces.extend(stored(state, &(Kind::Block, id)).map(|found| ("block", hidden(&found))));
            }
        }
        for key in self.views_of(ws, &credentials).await? {
            pieces.push(("key", serde_json::to_value(key).unwrap_or_default()));
        }
        for password in self.password_views(ws, &credentials).await? {
            pieces.push(("password", serde_json::to_value(password).unwrap_or_default()));
        }
        if let Some(id) = client {
            let used = self.client_last_used(ws, &id).await?;
            pieces.push(("client", json!({ "client_id": id, "last_used_at": used })));
        }
        Ok(pieces)
    }

    /// The states that documents about it had between two times, in milliseconds since 1970, and the one that was in force at the first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn states_of(&self, subject: &Subject, (from, to): (u64, u64)) -> Result<Vec<Piece>, Error> {
        let subscriptions = self.subscriptions_of_subject(subject);
        let of = subscriptions.into_iter().map(|id| (Kind::Subscription, id));
        let mut pieces = Vec::new();
        for (kind, id) in subject.holder.iter().cloned().chain(of) {
            let mut before = None;
            loop {
                let page = match self.revisions(&subject.workspace, kind, &id, before, REVISIONS).await {
                    Err(Error::NotFound { .. }) => break,
                    page => page?,
                };
                before = page.last().map(|last| last.revision);
                let (full, mut reached) = (page.len() == REVISIONS as usize, false);
                for revision in page {
                    let at = millis(&revision.at);
                    if at >= to {
                        continue;
                    }
                    pieces.push(("revision", revised(kind, &id, revision)));
                    reached = at < from;
                    if reached {
                        break;
                    }
                }
                if reached || !full {
                    break;
                }
            }
        }
        Ok(pieces)
    }

    /// Records of a trail, the newest first: a part of them, and where the next one begins, where there is one.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn follow(
        &self,
        subject: &Subject,
        trail: &Trail,
        before: Option<u64>,
    ) -> Result<(Vec<AuditView>, Option<u64>), Error> {
        let query = AuditQuery { before, limit: PAGE, ..trail.query.clone() };
        let mut page = self.audit(&subject.workspace, query).await?;
        let next = (page.len() == PAGE as usize).then(|| page.last().map(|last| last.number)).flatten();
        page.retain(|record| trail.has(record));
        Ok((page, next))
    }

    /// Writes down that somebody gathers what is known of a caller, or has.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn note_gathering(
        &self,
        actor: &Actor,
        subject: &Subject,
        action: &'static str,
        after: Value,
    ) -> Result<(), Error> {
        let actor = actor.in_workspace(&subject.workspace);
        let (kind, id) = match (&subject.about, &subject.holder) {
            (Blocked::Address(network), _) => ("address".to_owned(), network.addr().to_string()),
            (_, Some((kind, name))) => (kind.to_string(), name.to_string()),
            _ => ("caller".to_owned(), subject.said()),
        };
        self.remember_with(&actor, &actor.name, action, (&kind, &id), Some(after)).await
    }

    fn subscriptions_of_subject(&self, subject: &Subject) -> BTreeSet<Arc<str>> {
        let Some((Kind::App, app)) = &subject.holder else { return BTreeSet::new() };
        let all = self.state();
        let of_app = all.of(&subject.workspace).index.of_kind(Kind::Subscription);
        let of_app = of_app.filter_map(|resource| match &**resource {
            Resource::Subscription(one) if one.app.as_str() == &**app => Some(one.name.shared()),
            _ => None,
        });
        of_app.take(MOST).collect()
    }
}

/// A resource with what is known of it, secrets removed.
fn hidden(found: &crate::Stored) -> Value {
    let mut value = serde_json::to_value(found).unwrap_or_default();
    if let Some(document) = value.get_mut("document") {
        *document = redacted(document.take());
    }
    value
}

fn revised(kind: Kind, id: &str, revision: RevisionView) -> Value {
    let RevisionView { revision, snapshot, document, actor, origin, at } = revision;
    json!({
        "kind": kind, "id": id, "revision": revision, "snapshot": snapshot, "at": at, "actor": actor, "origin": origin,
        "document": document.map(redacted),
    })
}

fn millis(at: &str) -> u64 {
    at.parse::<jiff::Timestamp>().ok().and_then(|at| u64::try_from(at.as_millisecond()).ok()).unwrap_or(0)
}
