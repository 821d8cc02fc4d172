//! Blocks in an emergency: made by one call, made longer by another, taken away, and removed once they have ended.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{Block, Blocked, Finding, KeyHash, Kind, Name, Resource, Span, unscoped};

use crate::{
    Actor, ContractTexts, Control, Error, Expect, Stored, change::Draft, digest, intake, nearest,
    resources::timestamp,
};

/// Blocks at one time.
const MOST: usize = 10_000;
/// The longest span one can be asked for; longer ones are without end.
const LONGEST: Span = Span::secs(10 * 365 * 24 * 3600);

/// What is to be blocked, and for how long.
#[derive(Clone, Debug, Default)]
pub struct BlockAsked {
    pub consumer: Option<String>,
    pub app: Option<Name>,
    pub key: Option<String>,
    pub key_hash: Option<KeyHash>,
    pub address: Option<String>,
    pub api: Option<String>,
    pub route: Option<Name>,
    pub reason: Option<String>,
    /// Until it is taken away, where absent.
    pub lasts: Option<Span>,
}

/// A block that stands.
#[derive(Clone, Debug)]
pub struct BlockMade {
    pub stored: Stored,
    /// Whether there was one about the same, which this one replaces.
    pub replaced: bool,
    /// What whoever asked should know, such as that nobody has this name now.
    pub note: Option<String>,
}

impl Control {
    /// Refuses calls on every gateway at once. A block about the same as one that stands takes its place.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it does not say one thing that exists; [`Error::Conflict`] beyond 10,000 blocks.
    pub async fn block(&self, actor: &Actor, ws: &Name, asked: BlockAsked) -> Result<BlockMade, Error> {
        self.check_workspace(ws)?;
        let lasts = asked.lasts;
        if lasts.is_some_and(|span| span.0.is_zero() || span > LONGEST) {
            let message = "is longer than `0s` and at most ten years; leave it out for no end";
            return Err(Error::Invalid(vec![Finding::error("invalid-block", message).in_field("for")]));
        }
        let ends = lasts.map(|span| timestamp(self.now().saturating_add(span.0.as_millis() as u64)));
        let (block, blocked) = asked.read(ends)?;
        let note = self.note(ws, &blocked)?;
        let id = (Kind::Block, block.name.shared());
        let replaced = self.state().of(ws).records.contains_key(&id);
        if !replaced && self.state().of(ws).index.of_kind(Kind::Block).count() >= MOST {
            let detail = format!("there are {MOST} blocks already; take some away first");
            return Err(Error::Conflict { detail });
        }
        let stored = self.put(actor, ws, Resource::Block(Box::new(block)), Expect::Any).await?;
        Ok(BlockMade { stored, replaced, note })
    }

    /// Lets in again what was blocked; the blocks that are gone.
    ///
    /// # Errors
    /// [`Error::Missing`] where it is not blocked.
    pub async fn unblock(&self, actor: &Actor, ws: &Name, asked: BlockAsked) -> Result<Vec<Block>, Error> {
        self.check_workspace(ws)?;
        let (block, blocked) = asked.read(None)?;
        let writing = self.write_lock().await?;
        let found: Vec<Block> = {
            let all = self.state();
            let state = all.of(ws);
            let blocks = state.index.of_kind(Kind::Block).filter_map(|resource| match &**resource {
                Resource::Block(block) => Some(&**block),
                _ => None,
            });
            blocks.filter(|other| other.blocked().as_ref() == Ok(&blocked)).cloned().collect()
        };
        if found.is_empty() {
            return Err(Error::Missing { what: format!("block `{}`: it is not blocked", block.name) });
        }
        let drafts = found.iter().map(|block| Draft::delete((Kind::Block, block.name.shared()), "unblock"));
        let drafts = drafts.collect();
        let ready = self.check_drafts(ws, drafts, ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await?;
        Ok(found)
    }

    /// Removes blocks that have ended by themselves; how many.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn remove_ended_blocks(&self, actor: &Actor) -> Result<usize, Error> {
        let now = self.now();
        let ended = |control: &Control| -> BTreeMap<Name, Vec<Draft>> {
            let mut drafts: BTreeMap<Name, Vec<Draft>> = BTreeMap::new();
            let snapshot = control.snapshot();
            let ended = snapshot.blocks.iter().filter(|(_, rule)| rule.ends.is_some_and(|ends| ends <= now));
            for (key, rule) in ended {
                let draft = Draft::delete((Kind::Block, unscoped(key).1.into()), "end-block");
                drafts.entry(rule.workspace.clone()).or_default().push(draft);
            }
            drafts
        };
        let mut count = 0;
        for ws in ended(self).into_keys() {
            let writing = self.write_lock().await?;
            let drafts = ended(self).remove(&ws).unwrap_or_default();
            count += drafts.len();
            let ready =
                self.check_drafts(&ws, drafts, ContractTexts::default()).await?.map_err(Error::Invalid)?;
            self.commit(writing, actor, ready).await?;
        }
        Ok(count)
    }

    /// What whoever blocks should know. Apps, APIs and routes must exist; callers and keys may come from elsewhere.
    fn note(&self, ws: &Name, blocked: &Blocked) -> Result<Option<String>, Error> {
        let all = self.state();
        let state = all.of(ws);
        let missing = |field: &'static str, kind: Kind, name: &str| {
            let ids = state.index.of_kind(kind).map(|resource| resource.id());
            let names: Vec<String> =
                ids.flat_map(|id| [id.split('@').next().unwrap_or_default().to_owned(), id]).collect();
            let near = nearest::suggestion(name, names.iter().map(String::as_str));
            let finding = Finding::error("dangling-reference", format!("there is no {kind} `{name}`{near}"));
            Err(Error::Invalid(vec![finding.in_field(field)]))
        };
        let has = |kind: Kind, name: &str| state.index.get(&(kind, name.into())).is_some();
        match blocked {
            Blocked::App(name) if !has(Kind::App, name) => missing("app", Kind::App, name),
            Blocked::Route(name) if !has(Kind::Route, name) => missing("route", Kind::Route, name),
            Blocked::Api(name) if state.index.apis(name).is_empty() => missing("api", Kind::Api, name),
            Blocked::Consumer(name) if !has(Kind::Consumer, name) => {
                let note = "there is no consumer of this name; callers whose tokens say it are blocked";
                Ok(Some(note.to_owned()))
            }
            Blocked::Key(hash) if !state.index.has_key(hash) => {
                Ok(Some("nobody has this key now".to_owned()))
            }
            _ => Ok(None),
        }
    }
}

impl BlockAsked {
    /// What it is about.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it does not say one thing.
    pub(crate) fn about(self) -> Result<Blocked, Error> {
        self.read(None).map(|(_, blocked)| blocked)
    }

    /// The block, and what it is about.
    fn read(self, ends: Option<Timestamp>) -> Result<(Block, Blocked), Error> {
        let key_hash = self.key_hash.or_else(|| self.key.as_deref().map(intake::key_hash));
        let mut block = Block {
            name: "block".parse().expect("`block` is a name"),
            consumer: self.consumer,
            app: self.app,
            key: None,
            key_hash,
            address: self.address,
            api: self.api,
            route: self.route,
            reason: self.reason,
            expires_at: ends.map(|time| time.to_string()),
        };
        let blocked = block.blocked().map_err(|(field, message)| {
            let finding = Finding::error("invalid-block", message);
            Error::Invalid(vec![if field.is_empty() { finding } else { finding.in_field(field) }])
        })?;
        block.name = name_of(&blocked);
        Ok((block, blocked))
    }
}

/// The name of a block follows from what it is about, so that there is one about each.
fn name_of(blocked: &Blocked) -> Name {
    let (word, value) = match blocked {
        Blocked::Consumer(name) => ("consumer", name.to_string()),
        Blocked::App(name) => ("app", name.to_string()),
        // Enough to tell it from others.
        Blocked::Key(hash) => ("key", hash.to_string().chars().skip("sha256:".len()).take(20).collect()),
        Blocked::Address(network) => ("ip", network.to_string()),
        Blocked::Api(name) => ("api", name.to_string()),
        Blocked::Route(name) => ("route", name.to_string()),
    };
    let plain = format!("{word}-{value}").parse::<Name>();
    plain.unwrap_or_else(|_| {
        // What cannot stand in a name is told apart by a hash.
        let hash = digest::sha256(value.as_bytes());
        let hash: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let legible: String = value.chars().take(40).collect();
        let name = Name::from_title(&format!("{word} {legible} {hash}"));
        name.unwrap_or_else(|| format!("{word}-{hash}").parse().expect("letters and digits are a name"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_blocked_has_one_name_and_nothing_else_has_it() {
        let names: Vec<_> =
            ["ada", "Ada", "ada lovelace", "ada-lovelace", "ada@example.com", &"x".repeat(255)]
                .iter()
                .map(|name| name_of(&Blocked::Consumer((*name).into())).to_string())
                .collect();
        assert_eq!(names[0], "consumer-ada");
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{names:?}");
        let network = name_of(&Blocked::Address("203.0.113.0/24".parse().unwrap()));
        assert!(network.as_str().starts_with("ip-203-0-113-0-24-"), "{network}");
    }
}
