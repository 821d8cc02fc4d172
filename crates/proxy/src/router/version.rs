//! Which of several versions at one path a request is for.

use std::{borrow::Cow, sync::Arc};

use expr::query_value;
use http::{
    HeaderName, HeaderValue,
    header::{ACCEPT, CONTENT_TYPE},
};
use model::{LifeState, VersionedMedia, is_day, snapshot::Service};
use policy::{Problem, problems};

use super::{Asked, bucket::preflight};
use crate::table::Serving;

/// What tells a version from others at its path, in its running form.
#[derive(Debug)]
pub(crate) struct Version {
    header: Option<HeaderName>,
    query: Option<Box<str>>,
    media: Option<VersionedMedia>,
    /// What a request for it says.
    pub(crate) value: Box<str>,
    dates: bool,
    is_default: bool,
    is_retired: bool,
    /// What of a request its answers depend on, as `Vary` has it.
    pub(crate) vary: Option<HeaderValue>,
}

/// What is chosen of what answers at a path.
pub(crate) enum Choice<'a> {
    Nothing,
    One(&'a Arc<Serving>),
    /// The request is for none of them.
    Unknown,
}

/// What a request says of the version it is for.
#[derive(Debug, PartialEq, Eq)]
enum Said<'a> {
    Nothing,
    /// What it would rather have first.
    These(Vec<Cow<'a, str>>),
    /// Two different ones, of which nobody can know which is meant.
    Both(Cow<'a, str>, Cow<'a, str>),
}

impl Version {
    /// Reads what is said of a service; nothing where nothing is.
    ///
    /// # Errors
    /// The field within `listen.version`, and what is wrong.
    pub(crate) fn read(service: &Service) -> Result<Option<Version>, (&'static str, String)> {
        let Some(said) = service.listen.version.as_deref() else { return Ok(None) };
        let own = service.api.as_deref().and_then(|id| id.split_once('@')).map(|(_, version)| version);
        if let Some((field, message)) = said.faults(own).into_iter().next() {
            return Err((field, message));
        }
        let header = said.header.as_deref().and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
        let mut varies: Vec<&str> = header.iter().map(HeaderName::as_str).collect();
        if said.media_type.is_some() {
            varies.extend(["accept", "content-type"]);
        }
        let retired = |used: &model::PolicyUse| {
            used.policy == "lifecycle"
                && used.config.get("state").and_then(|state| state.as_str())
                    == Some(LifeState::Retired.as_str())
        };
        Ok(Some(Version {
            vary: (!varies.is_empty()).then(|| HeaderValue::try_from(varies.join(", ")).ok()).flatten(),
            header,
            query: said.query.as_deref().map(Box::from),
            media: said.media().and_then(Result::ok),
            value: said.value_or(own).unwrap_or_default().into(),
            dates: said.dates,
            is_default: said.default,
            is_retired: service.policies.iter().any(retired),
        }))
    }

    /// What a request says, in the places that this version and those beside it look at.
    fn said<'r>(&self, asked: &Asked<'r>) -> Said<'r> {
        let head = asked.head;
        let mut found: Option<Cow<'r, str>> = None;
        let mut named: Vec<Cow<'r, str>> = Vec::new();
        if let Some(name) = &self.header {
            let lines = head.headers.get_all(name);
            named.extend(lines.iter().map(|line| String::from_utf8_lossy(line.as_bytes().trim_ascii())));
        }
        let query = head.uri.query().unwrap_or_default();
        if let Some(name) = &self.query {
            named.extend(query.split('&').filter_map(|pair| query_value(pair, name)));
        }
        for said in named {
            match &found {
                Some(known) if *known != said => return Said::Both(known.clone(), said),
                _ => found = Some(said),
            }
        }
        if let Some(found) = found {
            return Said::These(vec![found]);
        }
        let Some(media) = &self.media else { return Said::Nothing };
        for name in [ACCEPT, CONTENT_TYPE] {
            let mut wanted: Vec<(u32, &'r str)> = Vec::new();
            let lines = head.headers.get_all(&name);
            for line in lines.iter() {
                let Ok(line) = std::str::from_utf8(line.as_bytes()) else { continue };
                wanted.extend(line.split(',').filter_map(|range| of_range(media, range)));
            }
            if !wanted.is_empty() {
                wanted.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
                return Said::These(wanted.into_iter().map(|(_, version)| Cow::Borrowed(version)).collect());
            }
        }
        Said::Nothing
    }
}

/// The version that a media range names, with its quality in thousandths; nothing where it names none, or is not wanted.
fn of_range<'r>(media: &VersionedMedia, range: &'r str) -> Option<(u32, &'r str)> {
    let mut parts = range.split(';').map(str::trim);
    let essence = parts.next()?;
    let (mut quality, mut named) = (1000, None);
    for parameter in parts {
        let Some((name, value)) = parameter.split_once('=') else { continue };
        let (name, value) = (name.trim(), value.trim().trim_matches('"'));
        if name.eq_ignore_ascii_case("q") {
            let thousandths = value.parse::<f32>().ok().filter(|value| (0.0..=1.0).contains(value))?;
            quality = (thousandths * 1000.0) as u32;
        } else if matches!(media, VersionedMedia::Parameter { name: of, .. } if name.eq_ignore_ascii_case(of))
        {
            named = Some(value);
        }
    }
    if quality == 0 {
        return None;
    }
    let version = match media {
        VersionedMedia::Type { before, after } => {
            let end = essence.len().checked_sub(after.len())?;
            let starts = essence.get(..before.len())?.eq_ignore_ascii_case(before);
            let ends = essence.get(end..)?.eq_ignore_ascii_case(after);
            (starts && ends).then(|| essence.get(before.len()..end)).flatten()?
        }
        VersionedMedia::Parameter { of, .. } => {
            let is_of = of == "*/*" || essence == "*/*" || essence.eq_ignore_ascii_case(of);
            named.filter(|_| is_of)?
        }
    };
    (!version.is_empty()).then_some((quality, version))
}

/// Chooses what a request is for of what answers at its path.
pub(crate) fn choose<'a>(all: &'a [Arc<Serving>], asked: &Asked<'_>) -> Choice<'a> {
    let Some(first) = all.first() else { return Choice::Nothing };
    let Some(version) = &first.version else { return Choice::One(first) };
    let found = match version.said(asked) {
        Said::Both(..) => None,
        // A preflight has none of the headers of the request it asks about: whichever version there is answers it.
        Said::Nothing => {
            let usual = all.iter().find(|one| is(one, |version| version.is_default));
            usual.or_else(|| preflight(asked).map(|_| newest(all)))
        }
        Said::These(wanted) => wanted.iter().find_map(|wanted| named(all, wanted)),
    };
    found.map_or(Choice::Unknown, Choice::One)
}

/// The version that a text names.
fn named<'a>(all: &'a [Arc<Serving>], wanted: &str) -> Option<&'a Arc<Serving>> {
    let exact = all.iter().find(|one| is(one, |version| *version.value == *wanted));
    if exact.is_some() || !all.first().is_some_and(|one| is(one, |version| version.dates)) || !is_day(wanted)
    {
        return exact;
    }
    let day = |one: &&'a Arc<Serving>| one.version.as_ref().map(|version| version.value.clone());
    all.iter().filter(|one| is(one, |version| *version.value < *wanted)).max_by_key(day)
}

/// What stands for all of them where none is meant: the last of those that answer.
pub(crate) fn newest(all: &[Arc<Serving>]) -> &Arc<Serving> {
    let live = all.iter().filter(|one| !is(one, |version| version.is_retired));
    let order =
        |one: &&Arc<Serving>| one.version.as_ref().map(|version| (version.is_default, version.value.clone()));
    live.max_by_key(order).unwrap_or(&all[0])
}

fn is(serving: &Serving, what: impl Fn(&Version) -> bool) -> bool {
    serving.version.as_ref().is_some_and(|version| what(version))
}

/// What a request says, in words.
pub(crate) fn told(all: &[Arc<Serving>], asked: &Asked<'_>) -> String {
    let cut = |text: &str| text.chars().take(100).collect::<String>();
    match all.first().and_then(|one| one.version.as_ref()).map(|version| version.said(asked)) {
        None | Some(Said::Nothing) => "no version".to_owned(),
        Some(Said::Both(one, other)) => format!("`{}` and `{}`", cut(&one), cut(&other)),
        Some(Said::These(wanted)) => {
            let wanted: Vec<String> =
                wanted.iter().take(4).map(|wanted| format!("`{}`", cut(wanted))).collect();
            wanted.join(" or ")
        }
    }
}

/// Refuses a request that is for no version that there is.
pub(crate) fn refuse(all: &[Arc<Serving>], asked: &Asked<'_>) -> Problem {
    let live = all.iter().filter(|one| !is(one, |version| version.is_retired));
    let mut values: Vec<&str> = live.filter_map(|one| Some(&*one.version.as_ref()?.value)).collect();
    values.sort_unstable();
    let mut places = Vec::new();
    if let Some(version) = all.first().and_then(|one| one.version.as_ref()) {
        places.extend(version.header.iter().map(|name| format!("the header `{name}`")));
        places.extend(version.query.iter().map(|name| format!("the query parameter `{name}`")));
        places.extend(version.media.iter().map(|media| match media {
            VersionedMedia::Type { before, after } => format!("`Accept: {before}VERSION{after}`"),
            VersionedMedia::Parameter { of, name } => format!("`Accept: {of}; {name}=VERSION`"),
        }));
    }
    let detail = format!(
        "the request says {}; name one of {} by {}",
        told(all, asked),
        values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
        places.join(" or ")
    );
    Problem::new(problems::UNKNOWN_VERSION, detail).with("versions", values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_range_names_a_version_in_its_type_or_by_a_parameter() {
        let whole = VersionedMedia::Type { before: "application/vnd.shop.".into(), after: "+json".into() };
        let parameter = VersionedMedia::Parameter { of: "application/json".into(), name: "version".into() };
        for (media, range, expected) in [
            (&whole, " application/vnd.shop.v2+json", Some((1000, "v2"))),
            (&whole, "Application/Vnd.Shop.v2+JSON;q=0.5", Some((500, "v2"))),
            (&whole, "application/vnd.shop.v2+json;q=0", None),
            (&whole, "application/vnd.shop.v2+json;q=x", None),
            (&whole, "application/vnd.shop.+json", None),
            (&whole, "application/vnd.shop+json", None),
            (&whole, "application/json", None),
            (&whole, "\u{e4}", None),
            (&parameter, "application/json; version=\"2\"", Some((1000, "2"))),
            (&parameter, "application/json;charset=utf-8;VERSION=2;q=0.3", Some((300, "2"))),
            (&parameter, "*/*;version=2", Some((1000, "2"))),
            (&parameter, "text/html;version=2", None),
            (&parameter, "application/json", None),
        ] {
            assert_eq!(of_range(media, range), expected, "{range}");
        }
    }
}
