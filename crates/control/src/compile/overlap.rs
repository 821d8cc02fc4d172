//! Regular expressions beside others and beside templates: what is never reached because of one, and where two overlap.
//!
//! What is told is proven: the automata of both are compared, and what takes too long to compare is passed over.

use std::{collections::HashMap, sync::Arc};

use expr::{Language, Overlap};
use model::RouteMatch;

use super::{
    Id, Report,
    conflict::{Place, Stand, clash, matched, told_here},
    index::View,
    matching::field,
    places,
};

/// Templates that a regular expression is compared with at most; which, their names decide.
const MOST_TEMPLATES: usize = 256;

/// How many languages are kept at a time.
const MOST_KEPT: usize = 256;

/// Languages by the text of their regular expressions, so that one is not made for every comparison.
#[derive(Default)]
pub(crate) struct Languages(HashMap<String, Option<Arc<Language>>>);

/// One match of a resource.
struct One<'a> {
    id: &'a Id,
    number: usize,
    matched: &'a RouteMatch,
}

impl Languages {
    fn overlap(&mut self, one: &One<'_>, other: &One<'_>) -> Option<Overlap> {
        let language = self.of(&one.path()?)?;
        language.overlap(&*self.of(&other.path()?)?)
    }

    fn of(&mut self, text: &str) -> Option<Arc<Language>> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let made = Language::of(text).map(Arc::new);
        if self.0.len() >= MOST_KEPT {
            self.0.clear();
        }
        self.0.insert(text.to_owned(), made.clone());
        made
    }

    /// Holds a regular expression against the others with its literal beginning, and against the templates there.
    pub(crate) fn check_pattern(
        &mut self,
        view: &View<'_>,
        mine: &Stand,
        (host, base): (&Arc<str>, &Arc<str>),
        report: &mut Report<'_>,
    ) {
        let Some(me) = one(view, mine) else { return };
        let here = Place::Patterns(Arc::clone(host), Arc::clone(base));
        for stand in view.at(&here).filter(|stand| *stand != mine && told_here(view, mine, stand)) {
            let Some(other) = one(view, stand) else { continue };
            if me.matched.path_regex != other.matched.path_regex {
                self.check_two(&me, &other, report);
            }
        }
        let templates = Place::Templates(Arc::clone(host), Arc::clone(base));
        let unchanged = view.at(&templates).filter(|stand| stand.0 != mine.0 && !view.is_changed(&stand.0));
        let mut shadowed = Vec::new();
        for stand in unchanged.take(MOST_TEMPLATES) {
            let Some(other) = one(view, stand) else { continue };
            if covers(me.matched, other.matched) && self.overlap(&me, &other) == Some(Overlap::All) {
                shadowed.push(report.name(&stand.0));
            }
        }
        if !shadowed.is_empty() {
            let more = if shadowed.len() > 3 { " and others" } else { "" };
            shadowed.truncate(3);
            let message = format!(
                "this matches every path of {}{more} and goes before what has parameters, so that no request is left to that",
                shadowed.join(", ")
            );
            report.warning(me.id, &field(me.number), "unreachable", message);
        }
    }

    /// Holds a template against the regular expressions with its literal beginning.
    pub(crate) fn check_template(
        &mut self,
        view: &View<'_>,
        mine: &Stand,
        (host, base): (&Arc<str>, &Arc<str>),
        report: &mut Report<'_>,
    ) {
        let Some(me) = one(view, mine) else { return };
        let patterns = Place::Patterns(Arc::clone(host), Arc::clone(base));
        for stand in view.at(&patterns) {
            let Some(other) = one(view, stand) else { continue };
            if covers(other.matched, me.matched) && self.overlap(&other, &me) == Some(Overlap::All) {
                let message = format!(
                    "this is never reached: {} matches every path of it, by a regular expression, which goes before what has parameters",
                    other.name(me.id, report)
                );
                return report.warning(me.id, &field(me.number), "unreachable", message);
            }
        }
    }

    /// Two regular expressions that are not the same. What is wrong is told of the first, which changes.
    fn check_two(&mut self, me: &One<'_>, other: &One<'_>, report: &mut Report<'_>) {
        let i_am_first = me.order() < other.order();
        let (first, second) = if i_am_first { (me, other) } else { (other, me) };
        let covered = covers(first.matched, second.matched);
        let even = clash(first.matched, second.matched).is_some();
        if !covered && !even {
            return;
        }
        let message = match self.overlap(first, second) {
            Some(Overlap::All) if covered && i_am_first => {
                let message = format!(
                    "{} is never reached: this matches every path of it and goes before it, because the longer expression does",
                    other.name(me.id, report)
                );
                return report.warning(me.id, &field(me.number), "unreachable", message);
            }
            Some(Overlap::All) if covered => {
                let message = format!(
                    "this is never reached: {} matches every path of it and goes before it, because the longer expression does",
                    other.name(me.id, report)
                );
                return report.warning(me.id, &field(me.number), "unreachable", message);
            }
            Some(Overlap::Some(text)) if even && me.id != other.id => {
                let takes = if i_am_first { "this one" } else { "that one" };
                format!(
                    "{} matches some of the same paths, such as `{text}`; {takes} takes them, because its expression is longer or sorts first",
                    other.name(me.id, report)
                )
            }
            _ => return,
        };
        report.warning(me.id, &field(me.number), "ambiguous", message);
    }
}

impl One<'_> {
    /// Its paths as a regular expression.
    fn path(&self) -> Option<String> {
        self.matched.path_regex.clone().or_else(|| places::pattern(self.matched.path.as_deref()?))
    }

    /// Smaller is asked sooner.
    fn order(&self) -> (std::cmp::Reverse<usize>, &str) {
        let text = self.matched.path_regex.as_deref().unwrap_or_default();
        (std::cmp::Reverse(text.len()), text)
    }

    /// What to call it in a finding about a match of `by`.
    fn name(&self, by: &Id, report: &Report<'_>) -> String {
        if self.id == by { format!("`{}`", field(self.number)) } else { report.name(self.id) }
    }
}

fn one<'a>(view: &View<'a>, (id, number): &'a Stand) -> Option<One<'a>> {
    Some(One { id, number: *number, matched: matched(view.get(id)?, *number)? })
}

/// Whether a match that knows the path takes every request that the other asks for there.
fn covers(one: &RouteMatch, other: &RouteMatch) -> bool {
    let takes = |method: &String| {
        one.methods.contains(method) || (method == "HEAD" && one.methods.iter().any(|method| method == "GET"))
    };
    let methods = one.methods.is_empty() || (!other.methods.is_empty() && other.methods.iter().all(takes));
    // What it asks for, the other asks for too.
    let headers = one.headers.iter().all(|(name, value)| {
        other.headers.iter().any(|(known, same)| known.eq_ignore_ascii_case(name) && same == value)
    });
    let within = |all: fn(&RouteMatch) -> &std::collections::BTreeMap<String, model::ValueMatch>| {
        all(one).iter().all(|(name, value)| all(other).get(name) == Some(value))
    };
    let when = one.when.is_none() || one.when == other.when;
    methods && headers && within(|matched| &matched.query) && within(|matched| &matched.cookies) && when
}
