//! Two that would answer the same requests, and what is never reached.
//!
//! [`Places`] knows what answers where, so that a change is held against what answers at the same places and nothing else.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use model::{Api, Resource, RouteMatch, ValueMatch};

use super::{Id, Report, index::View, matching::field, overlap::Languages, places, versions};

/// Matches at one host and path, and regular expressions of one host and literal beginning: they are tried one after the other.
const MOST_AT_A_PLACE: usize = 128;

/// Something that answers at a place: a resource, and the number of its match.
pub(crate) type Stand = (Id, usize);

/// A host, empty for any, with a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Place {
    /// APIs by their base paths.
    Api(Arc<str>, Arc<str>),
    /// Matches by templates without the names of their parameters, and by regular expressions.
    Path(Arc<str>, Arc<str>),
    /// Regular expressions by their literal beginning.
    Patterns(Arc<str>, Arc<str>),
    /// Matches that take everything below a base path, by `/*`.
    Rest(Arc<str>, Arc<str>),
    /// As that, by `.*`, which goes before every template of the same literal beginning.
    AllPattern(Arc<str>, Arc<str>),
    /// Templates by their literal beginning.
    Templates(Arc<str>, Arc<str>),
}

/// What answers where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(HashMap<Place, BTreeSet<Stand>>);

impl Places {
    pub(crate) fn add(&mut self, id: &Id, resource: &Resource) {
        for (place, number) in places_of(resource) {
            self.0.entry(place).or_default().insert((id.clone(), number));
        }
    }

    pub(crate) fn remove(&mut self, id: &Id, resource: &Resource) {
        for (place, number) in places_of(resource) {
            if let Some(stands) = self.0.get_mut(&place) {
                stands.remove(&(id.clone(), number));
                if stands.is_empty() {
                    self.0.remove(&place);
                }
            }
        }
    }

    pub(crate) fn at(&self, place: &Place) -> impl Iterator<Item = &Stand> + Clone + use<'_> {
        self.0.get(place).into_iter().flatten()
    }
}

/// Where a resource answers, with the number of the match.
fn places_of(resource: &Resource) -> Vec<(Place, usize)> {
    let mut found = Vec::new();
    match resource {
        Resource::Api(api) => {
            let path: Arc<str> = api.listen.path.as_str().into();
            found.extend(hosts(&api.listen.hosts).map(|host| (Place::Api(host, Arc::clone(&path)), 0)));
        }
        Resource::Route(route) => {
            for (number, matched) in route.all_matches().enumerate() {
                let (base, rest) = matched.split();
                let base: Arc<str> = base.into();
                let path: Arc<str> = path_of(matched).into();
                let everything = takes_everything(matched);
                for host in hosts(&matched.hosts) {
                    let at = |place: fn(Arc<str>, Arc<str>) -> Place, path: &Arc<str>| {
                        (place(Arc::clone(&host), Arc::clone(path)), number)
                    };
                    found.push(at(Place::Path, &path));
                    match &matched.path_regex {
                        Some(regex) => {
                            found.push(at(Place::Patterns, &base));
                            if everything && is_all(regex, &base) {
                                found.push(at(Place::AllPattern, &base));
                            }
                        }
                        None => {
                            if !rest.is_empty() {
                                found.push(at(Place::Templates, &base));
                            }
                            if everything && rest == "/*" {
                                found.push(at(Place::Rest, &base));
                            }
                        }
                    }
                }
            }
        }
        _ => {}
    }
    found
}

fn hosts(hosts: &[String]) -> impl Iterator<Item = Arc<str>> {
    let any = hosts.is_empty().then(|| Arc::from(""));
    any.into_iter().chain(hosts.iter().map(|host| host.as_str().into()))
}

/// What is equal where two match the same paths.
fn path_of(matched: &RouteMatch) -> String {
    match (&matched.path_regex, &matched.path) {
        (Some(regex), _) => format!("~{regex}"),
        (None, path) => places::skeleton(path.as_deref().unwrap_or_default()),
    }
}

/// Whether nothing is asked for but host and path.
fn takes_everything(matched: &RouteMatch) -> bool {
    matched.methods.is_empty() && matched.conditions() == 0 && matched.when.is_none()
}

/// Whether a regular expression matches all that begins with its literal beginning.
fn is_all(regex: &str, base: &str) -> bool {
    let text = regex.strip_prefix('^').unwrap_or(regex);
    let text = text.strip_suffix('$').unwrap_or(text);
    text.strip_prefix(base.trim_end_matches('/')).is_some_and(|rest| matches!(rest, "/.*" | ".*"))
}

/// Checks what changes against what answers at the same places.
pub(crate) fn check(view: &View<'_>, report: &mut Report<'_>) {
    let mut languages = Languages::default();
    for (id, resource) in view.changed() {
        for (place, number) in places_of(resource) {
            let mine = (id.clone(), number);
            match &place {
                Place::Api(host, base) => check_api(view, &mine, host, base, report),
                Place::Path(host, _) => check_path(view, resource, &mine, &place, host, report),
                Place::Patterns(host, base) => {
                    if view.at(&place).nth(MOST_AT_A_PLACE).is_some() {
                        let message = format!(
                            "more than {MOST_AT_A_PLACE} regular expressions begin with `{base}` at one host; they would be tried one \
                             after the other: let them begin with more that is literal"
                        );
                        report.error(
                            id,
                            &format!("{}.path_regex", field(number)),
                            "too-many-matches",
                            message,
                        );
                    } else {
                        languages.check_pattern(view, &mine, (host, base), report);
                    }
                }
                Place::Templates(host, base) => languages.check_template(view, &mine, (host, base), report),
                Place::Rest(host, base) | Place::AllPattern(host, base) => {
                    check_below(view, &mine, host, base, report);
                }
            }
        }
    }
}

fn check_api(view: &View<'_>, mine: &Stand, host: &Arc<str>, base: &Arc<str>, report: &mut Report<'_>) {
    let id = &mine.0;
    let at = Place::Api(Arc::clone(host), Arc::clone(base));
    for (other, _) in view.at(&at).filter(|stand| stand.0 != *id && told_here(view, mine, stand)) {
        let (Some(me), Some(them)) = (api(view, id), api(view, other)) else { continue };
        let Some((field, why)) = versions::clash(me, them) else { continue };
        let message = format!("{} answers at {} and `{base}` too{why}", report.name(other), name(host));
        report.error(id, field, "conflict", message);
    }
    if view.at(&at).nth(MOST_AT_A_PLACE).is_some() {
        let message = format!("more than {MOST_AT_A_PLACE} versions answer at this path and one host");
        report.error(id, "listen", "too-many-matches", message);
    }
    for over in [Place::Rest, Place::AllPattern] {
        if let Some((other, _)) = view.at(&over(Arc::clone(host), Arc::clone(base))).next() {
            let left =
                if &**base == "/" { "nothing".to_owned() } else { format!("nothing but `{base}` itself") };
            let message = format!(
                "this is never reached: {} takes everything below `{base}` and goes before an api, so that {left} is left to this one",
                report.name(other)
            );
            return report.warning(id, "listen", "unreachable", message);
        }
    }
}

fn api<'v>(view: &'v View<'_>, id: &Id) -> Option<&'v Api> {
    match &**view.get(id)? {
        Resource::Api(api) => Some(api),
        _ => None,
    }
}

/// What a match that takes everything leaves without requests, where that was there before.
fn check_below(
    view: &View<'_>,
    (id, number): &Stand,
    host: &Arc<str>,
    base: &Arc<str>,
    report: &mut Report<'_>,
) {
    let apis = Place::Api(Arc::clone(host), Arc::clone(base));
    let mut shadowed = view.at(&apis).filter(|(other, _)| other != id && !view.is_changed(other));
    let names: Vec<String> = shadowed.by_ref().take(3).map(|(other, _)| report.name(other)).collect();
    if names.is_empty() {
        return;
    }
    let more = if shadowed.next().is_some() { " and others" } else { "" };
    let message = format!(
        "this takes everything below `{base}` and goes before {}{more}, so that no request is left to what is there",
        names.join(", ")
    );
    report.warning(id, &field(*number), "unreachable", message);
}

fn check_path(
    view: &View<'_>,
    resource: &Resource,
    mine: &Stand,
    place: &Place,
    host: &str,
    report: &mut Report<'_>,
) {
    let (id, number) = mine;
    if view.at(place).nth(MOST_AT_A_PLACE).is_some() {
        let message = format!(
            "more than {MOST_AT_A_PLACE} matches stand at this path and one host; they would be tried one after the other"
        );
        return report.error(id, &field(*number), "too-many-matches", message);
    }
    let Some(me) = matched(resource, *number) else { return };
    // One finding for two routes, however many of their methods and matches clash.
    let mut told = BTreeSet::new();
    for stand in view.at(place).filter(|stand| *stand != mine && told_here(view, mine, stand)) {
        let (other, other_number) = stand;
        let Some(them) = view.get(other).and_then(|resource| matched(resource, *other_number)) else {
            continue;
        };
        let Some(clash) = clash(me, them) else { continue };
        if !told.insert(other) {
            continue;
        }
        match (clash, id == other) {
            (Clash::Same, true) => {
                let message =
                    format!("this is never reached: `{}` takes the same requests", field(*other_number));
                report.warning(id, &field(*number), "unreachable", message);
            }
            (Clash::Same, false) => {
                let message = format!("{} matches the same requests at {}", report.name(other), name(host));
                report.error(id, &field(*number), "conflict", message);
            }
            (Clash::Some, true) => {}
            (Clash::Some, false) => {
                let first = if (id, number) < (other, other_number) { id } else { other };
                let message = format!(
                    "{} matches some of the same requests at {}, and neither asks for more; {}/{} takes them, because its name comes first",
                    report.name(other),
                    name(host),
                    first.0,
                    first.1
                );
                report.warning(id, &field(*number), "ambiguous", message);
            }
        }
    }
}

/// Of two that both change, the later one tells.
pub(crate) fn told_here(view: &View<'_>, mine: &Stand, other: &Stand) -> bool {
    !view.is_changed(&other.0) || other < mine
}

pub(crate) fn matched(resource: &Resource, number: usize) -> Option<&RouteMatch> {
    match resource {
        Resource::Route(route) => route.all_matches().nth(number),
        _ => None,
    }
}

fn name(host: &str) -> String {
    if host.is_empty() { "any host".to_owned() } else { format!("`{host}`") }
}

pub(crate) enum Clash {
    /// All that one of them takes by some method.
    Same,
    /// Some, and only their names tell which.
    Some,
}

/// How two matches of one host and path clash.
pub(crate) fn clash(a: &RouteMatch, b: &RouteMatch) -> Option<Clash> {
    let methods = match (a.methods.is_empty(), b.methods.is_empty()) {
        (true, true) => true,
        (false, false) => a.methods.iter().any(|method| b.methods.contains(method)),
        // The one with methods goes first, the other has the rest.
        _ => false,
    };
    if !methods {
        return None;
    }
    let families = |matched: &RouteMatch| {
        let lower = |values: &BTreeMap<String, ValueMatch>| -> BTreeMap<String, ValueMatch> {
            values.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect()
        };
        [lower(&matched.headers), matched.query.clone(), matched.cookies.clone()]
    };
    let (of_a, of_b) = (families(a), families(b));
    if of_a == of_b && a.when == b.when {
        return Some(Clash::Same);
    }
    // Whether two conditions exclude each other is not known.
    let is_certain = a.when.is_none() && b.when.is_none();
    let exactness = |families: &[BTreeMap<String, ValueMatch>; 3]| -> usize {
        let exactness = |value: &ValueMatch| match value {
            ValueMatch::Exact(_) => 3,
            ValueMatch::Regex(_) => 2,
            ValueMatch::Present(_) => 1,
        };
        families.iter().flat_map(BTreeMap::values).map(exactness).sum()
    };
    let even = a.conditions() == b.conditions() && exactness(&of_a) == exactness(&of_b);
    let apart = of_a
        .iter()
        .zip(&of_b)
        .any(|(a, b)| a.iter().any(|(name, value)| b.get(name).is_some_and(|other| exclude(value, other))));
    (is_certain && even && !apart).then_some(Clash::Some)
}

/// Whether no value is both.
fn exclude(a: &ValueMatch, b: &ValueMatch) -> bool {
    match (a, b) {
        (ValueMatch::Exact(a), ValueMatch::Exact(b)) => a != b,
        (ValueMatch::Present(false), ValueMatch::Present(false)) => false,
        (ValueMatch::Present(false), _) | (_, ValueMatch::Present(false)) => true,
        (ValueMatch::Exact(text), ValueMatch::Regex(regex))
        | (ValueMatch::Regex(regex), ValueMatch::Exact(text)) => {
            expr::Pattern::parse(regex).is_ok_and(|pattern| !pattern.matches(text.as_bytes()))
        }
        // Of two different patterns it is not known; who writes two means them to differ.
        (ValueMatch::Regex(_), ValueMatch::Regex(_)) => true,
        _ => false,
    }
}
