//! A contract that somebody is writing: checked again after every change by what is known of it, and told by what changed.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use lint::{Moved, Position, Range, Session};
use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DesignCheck, DesignFinding, NO_FILES, Said, USUAL, checked, deep};
use crate::{Control, Error, standards::ruleset};

/// What is known of a text from the checks of it so far. It takes some ten times the memory of the text.
#[derive(Default)]
pub struct Writing {
    rules: Vec<(String, Value)>,
    /// One for each of the rules that can be read.
    sessions: Vec<Session>,
    text: Arc<str>,
    /// Counts checks.
    number: u64,
    told: Vec<DesignFinding>,
    /// Of the last text that could be read, where they are now.
    readable: Option<DesignCheck>,
}

/// What came of a check of a text that somebody is writing.
#[derive(Clone, Debug)]
pub struct WritingChecked {
    /// Which check of the text it was, from 1.
    pub number: u64,
    /// Without findings where there are `changes`.
    pub check: DesignCheck,
    /// What changed in the findings since the check that was asked about.
    pub changes: Option<FindingChanges>,
    /// The text cannot be read: beside what is wrong with it, the findings are those of the text before.
    pub kept: bool,
}

/// How findings changed from one check to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingChanges {
    pub moved: PlaceMoved,
    /// Which of the findings before are gone, by their places in the list, in order.
    pub removed: Vec<usize>,
    /// What is new, in order.
    pub added: Vec<FindingAdded>,
}

/// A finding that was not there before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingAdded {
    /// Its place in the list that comes of all changes.
    pub at: usize,
    pub finding: DesignFinding,
}

/// What was at a place or after it in the text before, is from another on now: of what begins in the same line the characters change, of
/// everything the lines. Lines from 0, characters in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceMoved {
    pub old_line: u32,
    pub old_character: u32,
    pub new_line: u32,
    pub new_character: u32,
}

impl Control {
    /// Checks a contract that somebody is writing, as [`Control::check_design`] does, by what is known from the check before. Where `known` is
    /// the number of that, only what changed is told.
    ///
    /// # Errors
    /// [`Error::Internal`] where no thread could be had; what was known of the text is gone then.
    pub async fn check_writing(
        &self,
        ws: &Name,
        mut writing: Writing,
        text: Arc<str>,
        api: Option<&str>,
        known: Option<u64>,
    ) -> Result<(Writing, WritingChecked), Error> {
        let mut rules = self.design_rules(ws, api);
        if rules.is_empty() {
            rules.push((USUAL.to_owned(), USUAL.into()));
        }
        if writing.rules != rules {
            // Rules that cannot be read are told of where they are written.
            let readable = rules.iter().filter_map(|(_, said)| ruleset(said).ok());
            writing.sessions = readable.map(|rules| Session::new("contract", &rules, NO_FILES)).collect();
            writing.readable = None;
            writing.rules = rules;
        }
        deep(move || {
            let checked = writing.check(text, known);
            (writing, checked)
        })
        .await
    }
}

impl Writing {
    fn check(&mut self, text: Arc<str>, known: Option<u64>) -> WritingChecked {
        let rules = self.rules.iter().map(|(name, _)| name.clone()).collect();
        let sessions = &mut self.sessions;
        let reports = sessions.iter_mut().map(|session| session.lint(Arc::clone(&text)));
        let Said { mut check, unreadable } = checked(rules, reports);
        let moved = Moved::between(&self.text, &text);
        let told = std::mem::take(&mut self.told);
        if let Some(readable) = &mut self.readable {
            let DesignCheck { counts, findings, .. } = readable;
            // What they were about is not there any more, as where another text took its place.
            findings.retain(|finding| {
                let is_gone =
                    moved.has_replaced(Position { line: finding.line, character: finding.character });
                if is_gone {
                    let count = &mut counts[finding.severity_number()];
                    *count = count.saturating_sub(1);
                }
                !is_gone
            });
            findings.iter_mut().for_each(|finding| finding.move_by(moved));
        }
        let kept = unreadable && self.readable.is_some();
        match &self.readable {
            Some(readable) if unreadable => {
                check.counts.iter_mut().zip(readable.counts).for_each(|(count, more)| *count += more);
                // What is wrong with the text comes first, wherever it is: it is why the others may not hold.
                check.findings.extend(readable.findings.iter().take(super::LISTED - 1).cloned());
            }
            _ => self.readable = (!unreadable).then(|| check.clone()),
        }
        let changes = (known == Some(self.number) && self.number > 0)
            .then(|| FindingChanges::between(told, &check.findings, moved));
        self.number += 1;
        self.text = text;
        self.told = match changes {
            Some(_) => std::mem::take(&mut check.findings),
            None => check.findings.clone(),
        };
        WritingChecked { number: self.number, check, changes, kept }
    }
}

impl FindingChanges {
    fn between(mut old: Vec<DesignFinding>, new: &[DesignFinding], moved: Moved) -> FindingChanges {
        old.iter_mut().for_each(|finding| finding.move_by(moved));
        let mut places: HashMap<&DesignFinding, VecDeque<usize>> = HashMap::with_capacity(old.len());
        for (at, finding) in old.iter().enumerate() {
            places.entry(finding).or_default().push_back(at);
        }
        let mut stays = vec![false; old.len()];
        let mut added = Vec::new();
        // What stays keeps its order: the next that stays is after the one before.
        let mut next = 0;
        for (at, finding) in new.iter().enumerate() {
            let place = places.get_mut(finding).and_then(|places| {
                while places.front().is_some_and(|place| *place < next) {
                    places.pop_front();
                }
                places.pop_front()
            });
            match place {
                Some(place) => {
                    stays[place] = true;
                    next = place + 1;
                }
                None => added.push(FindingAdded { at, finding: finding.clone() }),
            }
        }
        let removed = stays.iter().enumerate().filter(|(_, stays)| !**stays).map(|(at, _)| at).collect();
        let Moved { old, new, .. } = moved;
        let moved = PlaceMoved {
            old_line: old.line,
            old_character: old.character,
            new_line: new.line,
            new_character: new.character,
        };
        FindingChanges { moved, removed, added }
    }
}

impl DesignFinding {
    /// Its place in [`DesignCheck::counts`].
    fn severity_number(&self) -> usize {
        ["error", "warning", "information"].iter().position(|name| *name == self.severity).unwrap_or(3)
    }

    fn move_by(&mut self, moved: Moved) {
        let DesignFinding { line, character, end_line, end_character, fix, .. } = self;
        move_range(moved, [line, character, end_line, end_character]);
        for edit in fix.iter_mut().flat_map(|fix| &mut fix.edits) {
            let super::DesignEdit { line, character, end_line, end_character, .. } = edit;
            move_range(moved, [line, character, end_line, end_character]);
        }
    }
}

fn move_range(moved: Moved, [line, character, end_line, end_character]: [&mut u32; 4]) {
    let start = Position { line: *line, character: *character };
    let end = Position { line: *end_line, character: *end_character };
    let Range { start, end } = moved.range(Range { start, end });
    (*line, *character) = (start.line, start.character);
    (*end_line, *end_character) = (end.line, end.character);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /a/:
    get: { responses: { '200': { description: a } } }
  /b/:
    get: { responses: { '200': { description: b } } }
";

    fn writing() -> Writing {
        let rules = vec![(USUAL.to_owned(), Value::from(USUAL))];
        let sessions = vec![Session::new("contract", &ruleset(&rules[0].1).unwrap(), NO_FILES)];
        Writing { rules, sessions, ..Writing::default() }
    }

    /// As an editor makes a list of changes.
    fn applied(mut list: Vec<DesignFinding>, changes: &FindingChanges) -> Vec<DesignFinding> {
        let PlaceMoved { old_line, old_character, new_line, new_character } = changes.moved;
        let old = Position { line: old_line, character: old_character };
        let moved = Moved { from: old, old, new: Position { line: new_line, character: new_character } };
        list.iter_mut().for_each(|finding| finding.move_by(moved));
        changes.removed.iter().rev().for_each(|at| drop(list.remove(*at)));
        changes.added.iter().for_each(|one| list.insert(one.at, one.finding.clone()));
        list
    }

    #[test]
    fn what_changed_makes_of_the_findings_before_those_of_a_check_from_nothing() {
        let mut writing = writing();
        let mut list = writing.check(TEXT.into(), None).check.findings;
        assert!(list.len() > 4, "{list:?}");
        for text in [
            TEXT.replace("description: a", "description: ''"),
            TEXT.to_owned(),
            format!("# A comment\n{TEXT}"),
            TEXT.replace("/a/", "/a"),
            TEXT.replace("  /b/:", "\n\n  /b/:"),
            TEXT.replace("    get: { responses: { '200': { description: a } } }\n", ""),
        ] {
            let again = writing.check(text.as_str().into(), Some(writing.number));
            list = applied(list, &again.changes.unwrap());
            let whole = self::writing().check(text.as_str().into(), None).check;
            assert_eq!((&list, again.check.counts), (&whole.findings, whole.counts), "{text}");
        }
    }

    #[test]
    fn while_a_text_cannot_be_read_what_was_found_before_stays_beside_what_is_wrong() {
        let mut writing = writing();
        let first = writing.check(TEXT.into(), None);
        assert!(!first.kept && first.changes.is_none());
        let broken = TEXT.replace("version: '1'", "version: '1");
        let again = writing.check(broken.as_str().into(), Some(1));
        let changes = again.changes.unwrap();
        assert!(again.kept && changes.removed.is_empty(), "{changes:?}");
        assert_eq!(changes.added.len(), 1);
        assert_eq!((changes.added[0].at, &*changes.added[0].finding.code), (0, "parser"));
        let list = applied(first.check.findings.clone(), &changes);
        // A line more, and all of them are one further down.
        let again = writing.check(format!("\n{broken}").as_str().into(), Some(2));
        assert!(again.kept);
        let list = applied(list, &again.changes.unwrap());
        assert_eq!(list.len(), first.check.findings.len() + 1);
        let lines = list.iter().skip(1).map(|one| one.line);
        assert!(lines.eq(first.check.findings.iter().map(|one| one.line + 1)), "{list:?}");
        // Another fault, and then none.
        let again = writing.check(format!("\n{broken}[").as_str().into(), Some(3));
        let list = applied(list, &again.changes.unwrap());
        assert_eq!(list.iter().filter(|one| one.code == "parser").count(), 1);
        let mended = writing.check(TEXT.into(), Some(4));
        assert!(!mended.kept);
        assert_eq!(applied(list, &mended.changes.unwrap()), first.check.findings);
    }

    #[test]
    fn of_a_text_that_another_took_the_place_of_nothing_stays() {
        let mut writing = writing();
        let first = writing.check(TEXT.into(), None).check;
        // A part of it, and then all.
        let half = TEXT.find("  /b/:").unwrap();
        let pasted = writing.check(format!("{}  '[", &TEXT[..half]).as_str().into(), Some(1));
        let list = applied(first.findings.clone(), &pasted.changes.unwrap());
        assert!(pasted.kept && list.iter().any(|one| one.path.contains(&"/a/".to_owned())), "{list:?}");
        assert!(list.iter().all(|one| !one.path.contains(&"/b/".to_owned())), "{list:?}");
        assert_eq!(pasted.check.counts.iter().sum::<usize>(), list.len());
        let pasted = writing.check("{ ".into(), Some(2));
        let list = applied(list, &pasted.changes.unwrap());
        assert_eq!(list.iter().map(|one| &*one.code).collect::<Vec<_>>(), ["parser"]);
        assert_eq!(pasted.check.counts.iter().sum::<usize>(), 1);
        let back = writing.check(TEXT.into(), Some(3));
        assert_eq!(
            (applied(list, &back.changes.unwrap()), back.check.counts),
            (first.findings, first.counts)
        );
    }

    #[test]
    fn who_missed_a_check_is_told_everything() {
        let mut writing = writing();
        writing.check(TEXT.into(), None);
        let missed = writing.check(TEXT.replace("/a/", "/a").as_str().into(), Some(1));
        assert!(missed.changes.is_some() && missed.check.findings.is_empty());
        let whole = writing.check(TEXT.into(), Some(1));
        assert!(whole.changes.is_none() && !whole.check.findings.is_empty());
        assert_eq!(whole.number, 3);
    }
}
