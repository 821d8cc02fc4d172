//! Contracts in the making: their texts, checks of them by the rules that will hold, and how one becomes the contract of an API.

mod writing;

use std::{collections::HashSet, sync::Arc};

use diff::{Change, Level};
use lint::{Edit, Fix, Report, Severity};
use model::{Api, ContractSource, Design, Finding, Kind, Lifecycle, Name, Resource, Standard};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Key;

pub use self::writing::{FindingAdded, FindingChanges, PlaceMoved, Writing, WritingChecked};
use crate::{
    Actor, ContractChanges, ContractTexts, Control, Error, Expect, change::Draft, compatibility::counted,
    standards::ruleset,
};

/// Findings that are listed; the rest is counted.
const LISTED: usize = 2_000;
/// Documents may nest, and refer, deeper than a thread's usual stack allows.
const STACK: usize = 64 << 20;
/// Why files that a contract refers to are not read.
const NO_FILES: &str = "a contract of a design refers to no files";
/// By what a contract is checked where no standard asks for rules.
const USUAL: &str = "spectral:oas";

/// What a check of a contract in the making came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesignCheck {
    /// By what it was checked: the standards that ask for rules, else `spectral:oas`.
    pub rules: Vec<String>,
    /// How many there are of each severity: errors, warnings, information, hints.
    pub counts: [usize; 4],
    /// In the order of the text, 2000 at most.
    pub findings: Vec<DesignFinding>,
    /// A check was given up because it would have taken too long: there may be more.
    pub incomplete: bool,
}

/// What a rule has to say about a contract in the making, placed as Spectral places it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DesignFinding {
    /// The rule, such as `operation-description`.
    pub code: String,
    pub message: String,
    /// `error`, `warning`, `information` or `hint`.
    pub severity: String,
    /// The keys that lead to it.
    pub path: Vec<String>,
    /// From 0.
    pub line: u32,
    /// In UTF-16 units, from 0.
    pub character: u32,
    pub end_line: u32,
    pub end_character: u32,
    pub documentation_url: Option<String>,
    /// What mends it, where nothing has to be guessed for that.
    pub fix: Option<DesignFix>,
}

/// What mends a finding: all of its edits together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DesignFix {
    /// What it does: `Remove the slash at the end`.
    pub title: String,
    pub edits: Vec<DesignEdit>,
}

/// A piece of the text that another takes the place of; lines from 0, characters in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DesignEdit {
    pub line: u32,
    pub character: u32,
    pub end_line: u32,
    pub end_character: u32,
    pub insert: String,
}

/// What publishing a design made, or would make.
#[derive(Clone, Debug)]
pub struct PublishedDesign {
    /// The API, such as `orders@v1`.
    pub api: String,
    /// Its revision; 0 for a dry run.
    pub revision: u64,
    /// What changes for those who use the API.
    pub changes: ContractChanges,
    /// Warnings.
    pub findings: Vec<Finding>,
}

impl Control {
    /// The text of a design, and the revision that has it: the present one, or another that it had.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a revision there never was; [`Error::Missing`] for one that deleted it.
    pub async fn design_text(
        &self,
        ws: &Name,
        id: &str,
        revision: Option<u64>,
    ) -> Result<(u64, Arc<str>), Error> {
        let stored = match revision {
            None => Some(self.get(ws, Kind::Design, id)?).map(|stored| (stored.revision, stored.resource)),
            Some(wanted) => {
                self.check_workspace(ws)?;
                let key = Key { workspace: ws.clone(), kind: Kind::Design, id: id.into() };
                let had = self.inner.store.revisions(key, wanted.checked_add(1), 1).await;
                let had = had.map_err(Error::Store)?.pop().filter(|had| had.revision == wanted);
                let document = had.and_then(|had| had.document);
                document.and_then(|document| Resource::from_value(document).ok()).map(|made| (wanted, made))
            }
        };
        let missing = || Error::Missing { what: format!("revision of design `{id}` with a contract") };
        match stored {
            Some((revision, Resource::Design(design))) => match design.contract {
                Some(ContractSource::Stored(hash)) => Ok((revision, self.contract_document(&hash).await?)),
                _ => Err(missing()),
            },
            _ => Err(missing()),
        }
    }

    /// Checks a contract in the making by the rules that will hold for it once it is published: of the standards that are about `api`, or about
    /// an API of no tags and open to everybody where it is not there yet.
    ///
    /// # Errors
    /// [`Error::Internal`] where no thread could be had.
    pub async fn check_design(
        &self,
        ws: &Name,
        text: Arc<str>,
        api: Option<&str>,
    ) -> Result<DesignCheck, Error> {
        let mut rulesets = self.design_rules(ws, api);
        if rulesets.is_empty() {
            rulesets.push((USUAL.to_owned(), USUAL.into()));
        }
        deep(move || {
            let none = |_: &str| Err(NO_FILES.to_owned());
            // One that cannot be read is told of where it is written.
            let readable = rulesets.iter().filter_map(|(_, said)| ruleset(said).ok());
            let reports = readable.map(|rules| lint::lint(Arc::clone(&text), "contract", &rules, &none));
            checked(rulesets.iter().map(|(name, _)| name.clone()).collect(), reports).check
        })
        .await
    }

    /// What changes from one text to another for those who use the API.
    ///
    /// # Errors
    /// [`Error::Invalid`] where one of both is no document that can be compared.
    pub async fn compare_designs(
        &self,
        old: (Arc<str>, String),
        new: (Arc<str>, String),
    ) -> Result<ContractChanges, Error> {
        let compared = move || diff::diff((&old.0, &old.1), (&new.0, &new.1));
        let changes = deep(compared).await?.map_err(|finding| Error::Invalid(vec![finding]))?;
        Ok(tell("", &changes))
    }

    /// Makes a design the contract of the API that it names, as any other change of that API: held against its standards and against what its
    /// callers use. With `dry_run` it only tells what would come of it.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that keeps it from being published; [`Error::Conflict`] where it names no API; [`Error::Changed`]
    /// where `expect`, which is about the design, does not hold.
    pub async fn publish_design(
        &self,
        actor: &Actor,
        ws: &Name,
        id: &str,
        expect: Expect,
        dry_run: bool,
    ) -> Result<PublishedDesign, Error> {
        let stored = self.get(ws, Kind::Design, id)?;
        crate::resources::meets(expect, Kind::Design, id, Some(&stored))?;
        let Resource::Design(design) = stored.resource else { return Err(Error::Internal) };
        let Design { api: Some(api_id), contract: Some(ContractSource::Stored(hash)), .. } = *design else {
            let detail = format!(
                "design `{id}` does not say which API it is of; set `api`, or import it as a new API"
            );
            return Err(Error::Conflict { detail });
        };
        let text = self.stored_contract_text(&hash).await?;
        let writing = self.write_lock().await?;
        let stored = self.get(ws, Kind::Api, &api_id).map_err(|error| match error {
            Error::NotFound { .. } => Error::Missing {
                what: format!(
                    "api `{api_id}` yet to give the contract to; make it by importing what `pailou design show {id}` prints, or publish as a new API in the console"
                ),
            },
            error => error,
        })?;
        let Resource::Api(mut api) = stored.resource else { return Err(Error::Internal) };
        let before = match &api.contract {
            Some(ContractSource::Stored(hash)) => self.contract_document(hash).await.ok(),
            _ => None,
        };
        let file = format!("the contract of design/{id}");
        let mut texts = ContractTexts::default();
        let added = texts.add(&file, &text);
        let is_same = api.contract == Some(ContractSource::Stored(added.to_string()));
        api.contract = Some(ContractSource::Stored(added.to_string()));
        let draft = Draft::put(Resource::Api(api), "publish", Some(actor.origin));
        let ready = self.check_drafts(ws, vec![draft], texts).await?.map_err(Error::Invalid)?;
        let findings = ready.findings().to_vec();
        let changes = match before {
            // The worst case is told where nothing can be compared: everything is new.
            Some(before) => deep(move || diff::diff((&before, "what is in force"), (&text, &file)))
                .await?
                .unwrap_or_default(),
            None => Vec::new(),
        };
        if !dry_run && !is_same {
            self.commit(writing, actor, ready).await?;
        }
        let revision = if dry_run { 0 } else { self.get(ws, Kind::Api, &api_id)?.revision };
        Ok(PublishedDesign { changes: tell(&api_id, &changes), api: api_id, revision, findings })
    }

    /// The rules of standards that will hold for an API once it is published, each by the name of its standard.
    fn design_rules(&self, ws: &Name, api: Option<&str>) -> Vec<(String, Value)> {
        let all = self.state();
        let index = &all.of(ws).index;
        let known = api.and_then(|api| match &**index.get(&(Kind::Api, api.into()))? {
            Resource::Api(api) => Some((**api).clone()),
            _ => None,
        });
        let Some(mut api) = known.or_else(|| unknown(api)) else { return Vec::new() };
        api.lifecycle = api.lifecycle.map(|life| Box::new(Lifecycle { state: Default::default(), ..*life }));
        let standards = index.of_kind(Kind::Standard).filter_map(|resource| match &**resource {
            Resource::Standard(standard) if standard.is_about(&api) => Some((**standard).clone()),
            _ => None,
        });
        let mut rulesets: Vec<(String, Value)> = Vec::new();
        for Standard { name, require, .. } in standards {
            let Some(rules) = require.lint else { continue };
            // Several standards ask for the same rules.
            if rulesets.iter().all(|(_, said)| *said != rules.ruleset) {
                rulesets.push((name.to_string(), rules.ruleset));
            }
        }
        rulesets
    }
}

/// An API that is not there yet, as it would be made.
fn unknown(id: Option<&str>) -> Option<Api> {
    let name = id.and_then(|id| id.split('@').next()).unwrap_or("new");
    serde_json::from_value(json!({ "name": name, "listen": { "path": "/" } })).ok()
}

/// What reports say together.
struct Said {
    check: DesignCheck,
    /// The text is no document.
    unreadable: bool,
}

fn checked(rules: Vec<String>, reports: impl Iterator<Item = Report>) -> Said {
    let mut check = DesignCheck { rules, counts: [0; 4], findings: Vec::new(), incomplete: false };
    let several = check.rules.len() > 1;
    let mut seen: HashSet<DesignFinding> = HashSet::new();
    let mut unreadable = false;
    for report in reports {
        check.incomplete |= report.incomplete;
        unreadable |= matches!(&*report.diagnostics, [one] if one.code == "parser" && one.path.is_empty());
        for one in report.diagnostics {
            let (start, end) = (one.range.start, one.range.end);
            let finding = DesignFinding {
                code: one.code,
                message: one.message,
                severity: match one.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Information => "information",
                    Severity::Hint => "hint",
                }
                .to_owned(),
                path: one.path,
                line: start.line,
                character: start.character,
                end_line: end.line,
                end_character: end.character,
                documentation_url: one.documentation_url,
                fix: one.fix.map(|fix| design_fix(*fix)),
            };
            // Rulesets share rules.
            if several && !seen.insert(finding.clone()) {
                continue;
            }
            check.counts[usize::from(one.severity.number()).min(3)] += 1;
            if check.findings.len() < LISTED {
                check.findings.push(finding);
            }
        }
    }
    if several {
        check.findings.sort_by_key(|one| (one.line, one.character));
    }
    Said { check, unreadable }
}

fn tell(api: &str, changes: &[Change]) -> ContractChanges {
    let mut all: Vec<&Change> = changes.iter().collect();
    all.sort_by_key(|change| std::cmp::Reverse(change.level));
    let count = |level: Level| all.iter().filter(|change| change.level == level).count();
    let counts = (count(Level::Breaking), count(Level::Warning), count(Level::Info));
    counted(api, counts, 0, &all, &drift::Uses::default())
}

/// Does what nests deep, on a thread of its own.
async fn deep<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(move || {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
        thread.ok().and_then(|thread| thread.join().ok())
    });
    done.await.ok().flatten().ok_or_else(|| {
        tracing::error!("looking at a contract in the making failed");
        Error::Internal
    })
}

fn design_fix(fix: Fix) -> DesignFix {
    let edit = |edit: Edit| DesignEdit {
        line: edit.range.start.line,
        character: edit.range.start.character,
        end_line: edit.range.end.line,
        end_character: edit.range.end.character,
        insert: edit.insert,
    };
    DesignFix { title: fix.title, edits: fix.edits.into_iter().map(edit).collect() }
}
