//! Asking a directory who calls.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::rand;
use model::UpstreamTls;
use policy::{Dial, Gauge, Proof, prelude::*};
use serde_json::{Map, Value as Json};

use super::{
    Account,
    dn::name_below,
    message::{Entry, Outcome, Scope, Search},
    session::{Session, Why},
    template::{DnTemplate, Filling, FilterTemplate},
};
use crate::{
    door::{Door, Pair},
    recent::{Mark, Recent},
    said::{Reading, Said},
    text::hex,
};

/// Conversations of one policy under way at one time.
const MOST_ASKED: u64 = 64;
/// Groups of one caller.
const MOST_GROUPS: u32 = 1000;

/// Where the entry of a name is.
pub(super) enum Who {
    Named(DnTemplate),
    Found { base: String, filter: FilterTemplate, scope: Scope },
}

impl Who {
    /// The attribute that the name is compared with.
    pub(super) fn attribute(&self) -> Option<&str> {
        match self {
            Who::Named(template) => Some(template.attribute()),
            Who::Found { filter, .. } => filter.attribute(),
        }
    }
}

/// Which groups a caller is in.
pub(super) enum Membership {
    Listed { attribute: String, below: Option<String> },
    Found { base: String, filter: FilterTemplate, name: [String; 1] },
}

/// The running form of [`LdapAuth`].
pub(super) struct Directory {
    pub(super) door: Door,
    pub(super) dial: Dial,
    /// How TLS is spoken after StartTLS.
    pub(super) secured_by: Option<UpstreamTls>,
    pub(super) user: Who,
    pub(super) account: Option<Account>,
    pub(super) groups: Option<Membership>,
    /// The attribute that says who calls.
    pub(super) consumer: String,
    /// Attributes that become claims.
    pub(super) claims: Vec<String>,
    /// All that are asked for.
    pub(super) asked: Vec<String>,
    pub(super) reading: Reading,
    pub(super) cache: Duration,
    pub(super) known: Arc<Recent<Known>>,
    /// What sets apart what this configuration remembers.
    pub(super) own: [u8; 16],
    pub(super) asking: Box<dyn Gauge>,
}

/// A pair that fits.
#[derive(Clone)]
pub(super) struct Known {
    /// Milliseconds since 1970.
    until: u64,
    said: Arc<Said>,
}

impl Filter for Directory {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let pair = match self.door.pair(req) {
            Ok(pair) => pair,
            Err(problem) => return Step::Done(Err(problem.into())),
        };
        // A bind without a password says nothing of who binds, and is answered as if it did (RFC 4513 §5.1.2).
        if pair.password().is_empty() || pair.username().is_empty() {
            return Step::Done(Err(self.door.wrong().into()));
        }
        let mark = self.known.mark(&[&self.own, pair.as_bytes()]);
        if let Some(known) = self.known.get(&mark)
            && known.until > req.arrived.unix_ms
        {
            return self.let_in(&known.said, req).into();
        }
        Step::wait(self.ask(pair, mark, req))
    }

    fn carries(&self, req: &Request) -> bool {
        Door::is_knocked_at(req)
    }
}

impl Directory {
    async fn ask(&self, pair: Pair, mark: Mark, req: &mut Request) -> Flow {
        self.door.attempt(&pair, req)?;
        let everybody = self.asking.key(CallerKey(&[]));
        let Some(_turn) = self.asking.enter(everybody, MOST_ASKED) else {
            let detail = "too many passwords are being verified; repeat the request later";
            return Err(Problem::new(problems::OVERLOADED, detail).into());
        };
        let mut session = Session::open(&*req.world, self.dial.clone(), self.secured_by.as_ref())
            .await
            .map_err(|why| unavailable(&why))?;
        let claims = self.claims_of(&mut session, &pair).await;
        session.close().await;
        let claims = match claims.map_err(|why| unavailable(&why))? {
            Ok(claims) => claims,
            Err(why) => return Err(self.door.wrong().because(format!("ldap-auth: {why}")).into()),
        };
        let said = self.reading.of(claims, &req.target.workspace).map_err(|why| unavailable(&why))?;
        let said = Arc::new(said);
        let until = req.world.now().unix_ms.saturating_add(self.cache.as_millis() as u64);
        self.known.put(mark, Known { until, said: Arc::clone(&said) });
        self.let_in(&said, req)
    }

    fn let_in(&self, said: &Said, req: &mut Request) -> Flow {
        self.door.hide(req);
        self.reading.let_in(said, Proof::Password, req)
    }

    /// What the directory says of whom a name and password belong to, or why they belong to nobody.
    async fn claims_of(&self, session: &mut Session, pair: &Pair) -> Result<Result<Map<String, Json>, Why>, Why> {
        let (dn, found) = match &self.user {
            Who::Named(template) => (template.fill(pair.username()), None),
            Who::Found { base, filter, scope } => {
                self.become_account(session).await?;
                let filling = Filling { username: pair.username(), dn: "" };
                let wanted = self.search(base, *scope, filter, filling, &self.asked, 1);
                let mut entries = session.search(&wanted).await?;
                match (entries.pop(), entries.is_empty()) {
                    (Some(entry), true) if !entry.dn.is_empty() => (entry.dn.clone(), Some(entry)),
                    (found, _) => {
                        // Asked all the same, so that the answer takes as long.
                        session.bind(&nobody(base), pair.password()).await?;
                        let why = if found.is_some() { "several entries fit the name" } else { "no entry fits the name" };
                        return Ok(Err(why.to_owned()));
                    }
                }
            }
        };
        let bound = session.bind(&dn, pair.password()).await?;
        if let Some(why) = refused(&bound)? {
            return Ok(Err(why));
        }
        let entry = match found {
            Some(entry) => entry,
            None => {
                let all = FilterTemplate::read("(objectClass=*)").expect("it is a filter");
                let wanted = self.search(&dn, Scope::Base, &all, Filling::default(), &self.asked, 1);
                let found = session.search(&wanted).await?.pop();
                found.ok_or_else(|| format!("whoever binds as `{dn}` may not read that entry"))?
            }
        };
        let Some(subject) = entry.values(&self.consumer).first() else {
            return Err(format!("the entry `{}` shows no `{}`, which says who calls", entry.dn, self.consumer));
        };
        let mut claims = Map::new();
        for name in &self.claims {
            match entry.values(name) {
                [] => {}
                [one] => drop(claims.insert(name.clone(), one.as_str().into())),
                several => drop(claims.insert(name.clone(), several.into())),
            }
        }
        claims.insert("sub".to_owned(), subject.as_str().into());
        claims.insert("dn".to_owned(), entry.dn.as_str().into());
        let groups = self.groups_of(session, pair, &entry).await?;
        claims.insert("groups".to_owned(), groups.into());
        Ok(Ok(claims))
    }

    async fn groups_of(&self, session: &mut Session, pair: &Pair, entry: &Entry) -> Result<Vec<String>, Why> {
        match &self.groups {
            None => Ok(Vec::new()),
            Some(Membership::Listed { attribute, below }) => {
                let values = entry.values(attribute).iter();
                Ok(match below {
                    None => values.cloned().collect(),
                    Some(below) => values.filter_map(|dn| name_below(dn, below)).collect(),
                })
            }
            Some(Membership::Found { base, filter, name }) => {
                if self.account.is_some() {
                    self.become_account(session).await?;
                }
                let filling = Filling { username: pair.username(), dn: &entry.dn };
                let wanted = self.search(base, Scope::Subtree, filter, filling, name, MOST_GROUPS);
                let found = session.search(&wanted).await?;
                if found.len() > MOST_GROUPS as usize {
                    return Err(format!("`{}` is in more than {MOST_GROUPS} groups", entry.dn));
                }
                Ok(found.iter().filter_map(|group| group.values(&name[0]).first().cloned()).collect())
            }
        }
    }

    async fn become_account(&self, session: &mut Session) -> Result<(), Why> {
        let Some(Account { dn, password }) = &self.account else { return Ok(()) };
        let bound = session.bind(dn, password).await?;
        match bound.code {
            0 => Ok(()),
            code => Err(format!("it does not let the gateway in as `{dn}`: {code}: {}", bound.said)),
        }
    }

    fn search<'a>(
        &self,
        base: &'a str,
        scope: Scope,
        filter: &'a FilterTemplate,
        filling: Filling<'a>,
        attributes: &'a [String],
        most: u32,
    ) -> Search<'a> {
        // One more than may be, so that it is seen where there are more.
        let seconds = self.dial.timeout.as_secs().max(1) as u32;
        Search { base, scope, filter, filling, attributes, most: most + 1, seconds }
    }
}

/// Why a bind does not show who calls. An error where it shows nothing of the kind.
fn refused(outcome: &Outcome) -> Result<Option<Why>, Why> {
    match outcome.code {
        0 => Ok(None),
        // noSuchObject, invalidDNSyntax, inappropriateAuthentication, invalidCredentials, and what directories say of locked entries:
        // constraintViolation, insufficientAccessRights, unwillingToPerform.
        code @ (19 | 32 | 34 | 48 | 49 | 50 | 53) => Ok(Some(format!("the bind is refused: {code}: {}", outcome.said))),
        code => Err(format!("binding: {code}: {}", outcome.said)),
    }
}

/// The name of an entry that is not there.
fn nobody(base: &str) -> String {
    let mut random = [0; 16];
    rand::fill(&mut random).expect("the operating system has random bytes");
    let name = format!("cn=nobody-{}", hex(&random));
    if base.is_empty() { name } else { format!("{name},{base}") }
}

fn unavailable(why: &str) -> Problem {
    let detail = "callers cannot be told apart now, because the directory that knows them does not answer";
    Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(format!("ldap-auth: {why}"))
}
