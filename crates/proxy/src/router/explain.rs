//! Which route takes a request, and why each that came near does not.
//!
//! What takes it is what [`Router::find`] says. What was passed on the way is told by the same walk, followed to its end; beside it
//! stand those whose host alone is another, and those whose path is nearly this one.

use std::{cmp::Ordering, collections::HashSet, net::IpAddr, net::Ipv4Addr, ops::ControlFlow, sync::Arc};

use head::RequestHead;
use http::{HeaderName, HeaderValue, Method, Request, Uri, Version};
use model::{
    routing::{Candidate, Explanation, HeaderLine, Lost, Outcome, Question, Reason},
    snapshot::Answers,
};

use super::{Asked, At, Entry, Found, HostFit, Spot, Way, conditions::Unmet, newest, version};
use crate::{
    exchange::read_target,
    headers::{Hop, receive},
    random::Random,
    table::{Serving, Table},
};

/// How many are told at most of those that were passed, those at other hosts, and those with a path like it.
const PASSED: usize = 50;
const ELSEWHERE: usize = 10;
const ALIKE: usize = 5;

/// One way to answer, where the walk came by it.
struct Passed<'a> {
    serving: &'a Arc<Serving>,
    operation: usize,
    place: Place,
    /// Why it does not take the request.
    fault: Option<(Reason, String)>,
}

/// Where something stands in the order of the walk.
#[derive(Clone, Copy)]
struct Place {
    at: At,
    kind: Kind,
    /// The number of its bucket.
    bucket: usize,
    rank: super::conditions::Rank,
    names_methods: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pattern,
    Template,
    Api,
}

/// Explains where a request leads.
///
/// # Errors
/// What is wrong with the request; a gateway would refuse it before it looks for a route.
pub(crate) fn explain(table: &Table, question: &Question) -> Result<Explanation, String> {
    let mut head = head_of(question)?;
    let peer = question.client.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let peer_text = HeaderValue::try_from(peer.to_string()).map_err(|error| error.to_string())?;
    let secure = question.url.starts_with("https:");
    let hop = Hop { peer, peer_text: &peer_text, secure, announces: false, now: 0 };
    let arrival = receive(&mut head, &hop, table, &mut Random::new(), &mut None)
        .map_err(|problem| problem.detail.to_string())?;
    let key = read_target(&mut head).map_err(|problem| problem.detail.to_string())?;
    let path = key.as_deref().unwrap_or_else(|| head.uri.path());
    let asked = Asked { host: &arrival.host, path, head: &head, client: arrival.client };

    let found = table.router.find(&asked);
    let (outcome, winner) = match &found {
        Found::Operation { serving, operation } => (Outcome::Routed, Some((*serving, Some(*operation)))),
        Found::OtherMethods(others) => {
            let (serving, operation) = others.first();
            (Outcome::MethodNotAllowed, Some((serving, Some(operation))))
        }
        Found::NoOperation { serving } => (Outcome::OperationNotFound, Some((*serving, None))),
        Found::NoVersion(all) => (Outcome::VersionNotFound, Some((newest(all), None))),
        Found::Nothing => (Outcome::NotFound, None),
    };
    let allow = match &found {
        Found::OtherMethods(others) => others.allow().into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let passed = passed(table, &asked);
    let mut seen: HashSet<(&str, usize)> =
        passed.iter().map(|one| (&*one.serving.service.key, one.operation)).collect();
    let mut lost = lost_on_the_way(&passed, outcome, winner);
    lost.extend(elsewhere(table, &asked, &mut seen));
    lost.extend(alike(table, &asked, &seen));
    Ok(Explanation {
        method: asked.head.method.to_string(),
        host: asked.host.to_owned(),
        path: asked.path.to_owned(),
        outcome,
        winner: winner.map(|(serving, operation)| candidate(serving, operation)),
        allow,
        lost,
        snapshot: table.number,
    })
}

fn head_of(question: &Question) -> Result<RequestHead, String> {
    let Question { method, url, headers, .. } = question;
    let uri: Uri = url.parse().map_err(|error| format!("`{url}` is no URL: {error}"))?;
    if uri.scheme().is_none() && !url.starts_with('/') {
        return Err(format!(
            "`{url}`: give a URL such as `https://api.example.com/orders`, or a path such as `/orders`"
        ));
    }
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| format!("`{method}` is no method"))?;
    let mut request = Request::builder().method(method).uri(uri);
    for HeaderLine { name, value } in headers {
        let read = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("`{name}` is no name of a header"))?;
        let value =
            HeaderValue::from_str(value).map_err(|_| format!("`{name}`: this is no value of a header"))?;
        request = request.header(read, value);
    }
    let head = request.body(()).map_err(|error| error.to_string())?.into_parts().0;
    let mut head = RequestHead::from(head);
    if head.uri.authority().is_none() && !head.headers.contains_key(http::header::HOST) {
        // The one version that knows requests without a host.
        head.version = Version::HTTP_10;
    }
    Ok(head)
}

/// Everything the walk comes by, in its order.
fn passed<'a>(table: &'a Table, asked: &Asked<'_>) -> Vec<Passed<'a>> {
    let mut passed = Vec::new();
    let mut bucket_number = 0;
    let _ = table.router.walk::<(), _>(asked, &mut |at, spot| {
        bucket_number += 1;
        let place =
            |kind| Place { at, kind, bucket: bucket_number, rank: Default::default(), names_methods: false };
        match spot {
            Spot::Routes { bucket, is_pattern } => {
                let place = place(if is_pattern { Kind::Pattern } else { Kind::Template });
                passed.extend(bucket.entries().iter().map(|entry| {
                    let Way { serving, number } = &entry.target;
                    Passed {
                        serving,
                        operation: *number,
                        place: entry.place(place),
                        fault: entry.fault(asked),
                    }
                }));
            }
            Spot::Versions(all) => {
                let said = version::told(all, asked);
                passed.extend(all.iter().map(|serving| of_version(serving, 0, place(Kind::Api), &said)));
            }
            Spot::Api(serving, rest, versions) => {
                let place = place(Kind::Api);
                let others = versions.iter().filter(|other| !Arc::ptr_eq(other, serving));
                let said = if versions.len() > 1 { version::told(versions, asked) } else { String::new() };
                for other in others {
                    if let Ok(operation) = other.operation(rest, asked) {
                        passed.push(of_version(other, operation, place, &said));
                    }
                }
                let Some(templates) = &serving.templates else {
                    passed.push(Passed { serving, operation: 0, place, fault: None });
                    return ControlFlow::Continue(());
                };
                let _ = templates.walk::<(), _>(rest, &mut |bucket| {
                    passed.extend(bucket.entries().iter().map(|entry| Passed {
                        serving,
                        operation: entry.target,
                        place: entry.place(Place { bucket: bucket_number, ..place }),
                        fault: entry.fault(asked),
                    }));
                    bucket_number += 1;
                    ControlFlow::Continue(())
                });
            }
        }
        match passed.len() < PASSED {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    });
    passed
}

/// A version that the request is not for.
fn of_version<'a>(serving: &'a Arc<Serving>, operation: usize, place: Place, said: &str) -> Passed<'a> {
    let own = serving.version.as_ref().map(|version| &*version.value).unwrap_or_default();
    let detail = format!("it is version `{own}`, and the request says {said}");
    Passed { serving, operation, place, fault: Some((Reason::Version, detail)) }
}

fn lost_on_the_way(
    passed: &[Passed<'_>],
    outcome: Outcome,
    winner: Option<(&Arc<Serving>, Option<usize>)>,
) -> Vec<Lost> {
    let is_winner = |one: &Passed<'_>| {
        outcome == Outcome::Routed
            && winner.is_some_and(|(serving, operation)| {
                Arc::ptr_eq(serving, one.serving) && operation == Some(one.operation)
            })
    };
    let won = passed.iter().find(|one| is_winner(one)).map(|one| one.place);
    let tell = |one: &Passed<'_>| {
        let (reason, detail) = match (&one.fault, won, winner) {
            (Some(fault), ..) => fault.clone(),
            (None, Some(won), _) => (Reason::Outranked, why_before(&won, &one.place).to_owned()),
            (None, None, Some((serving, _))) => {
                let base = if serving.base.is_empty() { "/" } else { &serving.base };
                let detail = format!("{} answers for everything below `{base}`", serving.service.key);
                (Reason::Outranked, detail)
            }
            (None, None, None) => (Reason::Outranked, "it is not the first".to_owned()),
        };
        Lost { candidate: candidate(one.serving, Some(one.operation)), reason, detail }
    };
    let mut lost: Vec<Lost> = passed.iter().filter(|one| !is_winner(one)).map(tell).collect();
    lost.sort_by_key(|one| one.reason);
    lost
}

/// Why one that would take the request goes before another.
fn why_before(won: &Place, lost: &Place) -> &'static str {
    let host = match won.at.host {
        HostFit::Exact => "the winner names this host exactly",
        HostFit::Wildcard(_) | HostFit::Any => "the winner's host is the more exact one",
    };
    let differ = |order: Ordering| order != Ordering::Equal;
    if differ(won.at.host.cmp(&lost.at.host)) {
        host
    } else if won.at.depth != lost.at.depth {
        "the literal beginning of the winner's path is longer"
    } else if won.kind != lost.kind {
        match won.kind {
            Kind::Pattern => {
                "at the same literal beginning a regular expression goes before parameters and `*`"
            }
            Kind::Template | Kind::Api => "a route goes before an api at the same path",
        }
    } else if won.bucket != lost.bucket {
        match won.kind {
            Kind::Pattern => "the winner's regular expression is the longer one",
            Kind::Template | Kind::Api => "the winner's path is the more literal one",
        }
    } else if won.names_methods != lost.names_methods {
        "the winner names the method"
    } else if won.rank.values != lost.rank.values {
        "the winner asks for more headers, parameters and cookies"
    } else if won.rank.exactness != lost.rank.exactness {
        "the winner asks for its values more exactly"
    } else if won.rank.when != lost.rank.when {
        "the winner has a condition beside the rest"
    } else {
        "the name of the winner comes first, and nothing else tells them apart"
    }
}

/// What would take the request at another host.
fn elsewhere<'a>(table: &'a Table, asked: &Asked<'_>, seen: &mut HashSet<(&'a str, usize)>) -> Vec<Lost> {
    let mut found: Vec<(&Arc<Serving>, usize)> = Vec::new();
    table.router.walk_elsewhere(asked, &mut |_, spot| {
        let one = match spot {
            Spot::Routes { bucket, .. } => {
                bucket.pick(asked).map(|entry| (&entry.target.serving, entry.target.number))
            }
            Spot::Api(serving, rest, _) => {
                serving.operation(rest, asked).ok().map(|operation| (serving, operation))
            }
            Spot::Versions(_) => None,
        };
        found.extend(one.filter(|(serving, operation)| seen.insert((&serving.service.key, *operation))));
        // More than are told, so that which are told does not depend on the order of hosts.
        if found.len() < 1000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    found.sort_by(|a, b| (&a.0.service.key, a.1).cmp(&(&b.0.service.key, b.1)));
    let tell = |(serving, operation): (&Arc<Serving>, usize)| Lost {
        candidate: candidate(serving, Some(operation)),
        reason: Reason::Host,
        detail: format!("it answers at {}", hosts(serving, operation).join(" and ")),
    };
    found.into_iter().take(ELSEWHERE).map(tell).collect()
}

/// What has nearly this path at this host.
fn alike(table: &Table, asked: &Asked<'_>, seen: &HashSet<(&str, usize)>) -> Vec<Lost> {
    let mut near: Vec<(usize, &Arc<Serving>, usize)> = Vec::new();
    for serving in table.services.values() {
        for operation in 0..serving.operations.len() {
            if seen.contains(&(&*serving.service.key, operation))
                || !answers_at(serving, operation, asked.host)
            {
                continue;
            }
            if let Some(distance) = distance(&serving.operations[operation].target.path, asked.path) {
                near.push((distance, serving, operation));
            }
        }
    }
    near.sort_by(|a, b| (a.0, &a.1.service.key, a.2).cmp(&(b.0, &b.1.service.key, b.2)));
    let tell = |(_, serving, operation): (usize, &Arc<Serving>, usize)| Lost {
        candidate: candidate(serving, Some(operation)),
        reason: Reason::Path,
        detail: format!("`{}` is not this path", serving.operations[operation].target.path),
    };
    near.into_iter().take(ALIKE).map(tell).collect()
}

/// How far a path is from a template: segments that differ, and within them letters; `None` where they have little in common.
fn distance(template: &str, path: &str) -> Option<usize> {
    let (mut wanted, mut given) = (template.split('/').skip(1), path.split('/').skip(1));
    let (mut same, mut cost) = (0, 0);
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => break,
            (Some("*"), _) => break,
            (Some(wanted), Some(given)) if wanted == given => same += 1,
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
            (Some(wanted), Some(given)) if wanted.eq_ignore_ascii_case(given) => cost += 1,
            (Some(wanted), Some(given)) if edits(wanted, given) <= 2 => cost += edits(wanted, given),
            (Some(_), Some(_)) => cost += 8,
            (Some(_), None) | (None, Some(_)) => cost += 4,
        }
    }
    (cost > 0 && cost <= if same > 0 { 8 } else { 4 }).then_some(cost)
}

/// Letters to add, leave out or change (Levenshtein), for segments of bearable length.
fn edits(a: &str, b: &str) -> usize {
    if a.len() > 64 || b.len() > 64 || a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let cost = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[b.len()]
}

fn answers_at(serving: &Serving, operation: usize, host: &str) -> bool {
    let hosts = hosts_of(serving, operation);
    hosts.is_empty()
        || hosts.iter().any(|known| match known.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => known == host,
        })
}

fn hosts_of(serving: &Serving, operation: usize) -> &[String] {
    match &serving.service.answers {
        Answers::Route(matches) => &matches[operation].hosts,
        Answers::Everything | Answers::Contract(_) => &serving.service.listen.hosts,
    }
}

fn hosts(serving: &Serving, operation: usize) -> Vec<String> {
    hosts_of(serving, operation).iter().map(|host| format!("`{host}`")).collect()
}

/// Names something, and says in short what it takes.
fn candidate(serving: &Serving, operation: Option<usize>) -> Candidate {
    let hosts = hosts_of(serving, operation.unwrap_or_default()).join("|");
    let (name, takes) = match (&serving.service.answers, operation) {
        (Answers::Contract(routes), Some(operation)) => {
            let route = &routes[operation];
            let path = &serving.operations[operation].target.path;
            (Some(route.id.to_string()), format!("{} {hosts}{path}", route.methods.join("|")))
        }
        (Answers::Route(matches), operation) => {
            let matched = &matches[operation.unwrap_or_default()];
            let methods =
                if matched.methods.is_empty() { "any".to_owned() } else { matched.methods.join("|") };
            let path = match (&matched.path_regex, &matched.path) {
                (Some(regex), _) => format!("~{regex}"),
                (None, path) => path.clone().unwrap_or_default(),
            };
            let mut takes = format!("{methods} {hosts}{path}");
            let values =
                [("header", &matched.headers), ("query", &matched.query), ("cookie", &matched.cookies)];
            for (what, names) in values {
                for name in names.keys() {
                    takes.push_str(&format!(" {what}:{name}"));
                }
            }
            if matched.when.is_some() {
                takes.push_str(" when");
            }
            (None, takes)
        }
        (Answers::Everything | Answers::Contract(_), _) => (None, format!("any {hosts}{}/*", serving.base)),
    };
    Candidate { service: serving.service.key.to_string(), operation: name, takes }
}

impl<T> Entry<T> {
    fn place(&self, place: Place) -> Place {
        Place {
            rank: self.conditions.as_ref().map(|conditions| conditions.rank()).unwrap_or_default(),
            names_methods: !self.methods.is_empty(),
            ..place
        }
    }

    /// Why it does not take a request at its host and path.
    fn fault(&self, asked: &Asked<'_>) -> Option<(Reason, String)> {
        if !self.takes(&asked.head.method) {
            let names: Vec<&str> = self.methods.iter().map(Method::as_str).collect();
            return Some((
                Reason::Method,
                format!("it takes {}, not {}", names.join(" and "), asked.head.method),
            ));
        }
        Some(match self.conditions.as_ref()?.unmet(asked)? {
            Unmet::Header(name, value) => (Reason::Header, format!("the header `{name}` {}", value.wanted())),
            Unmet::Query(name, value) => {
                (Reason::Query, format!("the parameter `{name}` {}", value.wanted()))
            }
            Unmet::Cookie(name, value) => (Reason::Cookie, format!("the cookie `{name}` {}", value.wanted())),
            Unmet::SoapAction(action) => (Reason::Header, format!("its SOAP action is not `{action}`")),
            Unmet::When(condition) => {
                (Reason::Condition, format!("this does not hold: {}", condition.text()))
            }
        })
    }
}
