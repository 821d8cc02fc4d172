//! What a person is asked to agree to, and the code that a client is given for it (RFC 6749 §4.1, RFC 7636, RFC 9207).

use authorization::{Agreement, Answered, Code, Failure, Form, Unreturnable, secret_text};
use jose::random_text;
use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{AuditEntry, Grant, GrantChange};

use super::{ClientKnown, Denied, MINUTE, SECOND};
use crate::{Actor, Control, Error};

pub(super) const CODE: &str = "code";
/// How long a code is good.
pub(super) const LIFETIME: u64 = MINUTE;
/// How long it is remembered, so that one that comes again is recognized.
const REMEMBERED: u64 = 20 * MINUTE;

/// A person who is signed in, whoever recognized them: accounts of the portal do now, and others may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What tokens call them (`sub`), the same for ever.
    pub subject: String,
    /// What to call them.
    pub name: String,
}

/// What a code is given for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Coded {
    pub(super) agreement: Agreement,
    /// Seconds since 1970.
    pub(super) signed_in: u64,
}

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Asked {
    /// What the app is called.
    pub app: String,
    pub description: Option<String>,
    /// Whether nobody but the app's own device vouches for which app it is.
    pub is_public: bool,
    pub scopes: Vec<AskedScope>,
    /// Where the person is sent afterwards: a host, or the scheme of an app.
    pub returns_to: Option<String>,
    /// Whether that is the person's own machine, where any program may answer.
    pub returns_here: bool,
    /// The one API the app wants to call; all it may call, where absent.
    pub resource: Option<String>,
    /// Whether the person agreed to all of it before, and need not be asked.
    pub is_remembered: bool,
}

/// One thing that the app wants to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AskedScope {
    pub name: String,
    /// What it lets the app do, in the words of the contracts; the first of them that says it.
    pub description: Option<String>,
    /// Operations that need it, by what their contracts call them.
    pub operations: Vec<String>,
}

/// What came of asking: where the person goes now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub location: String,
}

/// What is asked, or why nobody is.
pub(super) enum Question {
    Ask(Box<ClientKnown>, Agreement),
    /// The client is told without asking.
    Answer(Answered),
}

const MOST_OPERATIONS: usize = 20;

impl Control {
    /// What an address asks a person for: `query` is what the client sent them with.
    ///
    /// # Errors
    /// That nobody is asked, and nobody sent anywhere.
    pub(super) async fn question(&self, ws: &Name, query: &str, use_up: bool) -> Result<Question, Denied> {
        let mut form = Form::read(query)?;
        let id = form.need("client_id")?.to_owned();
        let unknown = || Failure::new(Code::InvalidClient, "the client is not known");
        let known = self.oauth_client(ws, &id).ok_or_else(unknown)?;
        if let Some(uri) = form.take("request_uri") {
            form = self.pushed_form(ws, &known, &uri, use_up).await?;
        }
        match Agreement::read(&form, &known.client, &known.scopes, |place| self.is_served(ws, place)) {
            Ok(agreement) => Ok(Question::Ask(Box::new(known), agreement)),
            Err(Unreturnable::Here(failure)) => Err(failure.into()),
            Err(Unreturnable::There(answered)) => Ok(Question::Answer(answered)),
        }
    }

    /// What a person is asked for, or where they go without being asked.
    ///
    /// # Errors
    /// That nobody is asked, and nobody sent anywhere.
    pub async fn oauth_asked(
        &self,
        ws: &Name,
        person: &Person,
        query: &str,
    ) -> Result<Result<Asked, Decided>, Denied> {
        match self.question(ws, query, false).await? {
            Question::Answer(answered) => {
                Ok(Err(Decided { location: answered.location(&self.oauth_issuer(ws)?) }))
            }
            Question::Ask(known, agreement) => {
                let mut asked = self.asked(ws, &known, &agreement.scopes, agreement.resource.clone());
                asked.returns_to = Some(Answered::host_of(&agreement.redirect_uri));
                asked.returns_here = url::Url::parse(&agreement.redirect_uri)
                    .is_ok_and(|url| authorization::is_loopback(&url));
                // Anybody's app on the device can use the id of a public client: there agreeing is never silent (RFC 8252 §8.6).
                asked.is_remembered = !agreement.ask_again
                    && !known.client.public
                    && self.has_consented(ws, person, &known, &agreement.scopes).await?;
                Ok(Ok(asked))
            }
        }
    }

    /// Takes a person's word: the address they are sent to, with a code or without.
    ///
    /// # Errors
    /// That nobody is asked, and nobody sent anywhere.
    pub async fn oauth_decide(
        &self,
        actor: &Actor,
        ws: &Name,
        person: &Person,
        query: &str,
        agrees: bool,
    ) -> Result<Decided, Denied> {
        let issuer = self.oauth_issuer(ws)?;
        let (known, agreement) = match self.question(ws, query, true).await? {
            Question::Answer(answered) => return Ok(Decided { location: answered.location(&issuer) }),
            Question::Ask(known, agreement) => (known, agreement),
        };
        if !agrees {
            let failure = Failure::new(Code::AccessDenied, "the person did not agree");
            let entry = self.oauth_entry(actor, "refuse-consent", ("client", known.app.name.as_str()), None);
            self.inner.store.record(entry).await?;
            return Ok(Decided { location: agreement.answered(Err(failure)).location(&issuer) });
        }
        let now = self.now();
        let (code, hash) = secret_text();
        let coded = Coded { agreement: agreement.clone(), signed_in: now / SECOND };
        let row = Grant {
            workspace: ws.clone(),
            kind: CODE.to_owned(),
            hash,
            client: known.client.id.clone(),
            subject: Some(person.subject.clone()),
            family: Some(random_text(12)),
            document: serde_json::to_value(coded).map_err(|_| Denied::from(Error::Internal))?,
            created_at: now,
            expires_at: now + REMEMBERED,
            used_at: None,
        };
        let consent = self.consent(ws, person, &known, &agreement.scopes).await?;
        let told = json!({ "scopes": agreement.scopes });
        let entry = self.oauth_entry(actor, "consent", ("client", known.app.name.as_str()), Some(told));
        let change = GrantChange { granted: vec![row, consent], ended: Vec::new(), entry: Some(entry) };
        self.inner.store.change_grants(change).await?;
        Ok(Decided { location: agreement.answered(Ok(code)).location(&issuer) })
    }

    pub(super) fn asked(
        &self,
        ws: &Name,
        known: &ClientKnown,
        scopes: &[String],
        resource: Option<String>,
    ) -> Asked {
        let app = &known.app;
        Asked {
            app: app.title.clone().unwrap_or_else(|| app.name.to_string()),
            description: app.description.clone(),
            is_public: known.client.public,
            scopes: scopes.iter().map(|scope| self.asked_scope(ws, known, scope)).collect(),
            returns_to: None,
            returns_here: false,
            resource,
            is_remembered: false,
        }
    }

    /// What a scope is for, as the contracts have it that the app may call.
    fn asked_scope(&self, ws: &Name, known: &ClientKnown, scope: &str) -> AskedScope {
        let snapshot = self.snapshot();
        let caller = snapshot.callers.get(&model::scoped(ws, &format!("app/{}", known.app.name)));
        let apis = match caller.map(|caller| &caller.access) {
            Some(model::snapshot::Access::Subscribed(all)) => {
                all.iter().flat_map(|entitlement| entitlement.apis.iter().cloned()).collect()
            }
            _ => Vec::new(),
        };
        let all_spaces = self.state();
        let state = all_spaces.of(ws);
        let (mut operations, mut description) = (Vec::new(), None);
        for id in apis {
            let Some(model::Resource::Api(api)) = state.index.get(&(model::Kind::Api, id)).map(|r| &**r)
            else {
                continue;
            };
            let Some(summary) = self.summary_of(api) else { continue };
            if description.is_none() {
                description = summary.scopes.get(scope).cloned();
            }
            for operation in &summary.operations {
                let needs = operation
                    .security
                    .iter()
                    .flatten()
                    .any(|(_, scopes)| scopes.iter().any(|one| one == scope));
                let name = operation.summary.clone().unwrap_or_else(|| operation.id.clone());
                if needs && operations.len() < MOST_OPERATIONS && !operations.contains(&name) {
                    operations.push(name);
                }
            }
        }
        AskedScope { name: scope.to_owned(), description, operations }
    }

    pub(super) fn oauth_entry(
        &self,
        actor: &Actor,
        action: &'static str,
        (kind, id): (&str, &str),
        after: Option<serde_json::Value>,
    ) -> AuditEntry {
        self.entry(actor, action, (kind, id), None, after)
    }
}
