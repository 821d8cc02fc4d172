//! The cases of an operation: examples, values made by the schemas, edges, what must be refused.

use contract::{
    conform::{Conformance, Parameter, Place},
    mock::Needs,
    request::{Asking, Request, Values},
};
use schema::Json;

use crate::{
    case::{About, Case, Expect, Identity, Kind, is_safe},
    edges,
    random::seed_of,
};

/// Examples of one parameter, or body, that are taken.
const MOST_EXAMPLES: usize = 10;
/// Methods that a path may have.
const METHODS: [&str; 6] = ["GET", "TRACE", "DELETE", "PUT", "PATCH", "POST"];

/// How much is asked.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub seed: u64,
    /// The most cases of one operation.
    pub most: usize,
    /// Requests with values made at random.
    pub generated: u64,
    /// Whether methods that change something may be called.
    pub unsafe_methods: bool,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { seed: 0, most: 150, generated: 4, unsafe_methods: false }
    }
}

/// The cases of one operation, the plainest first; nothing where the contract does not have it, or no request of it can be made.
///
/// Each case was held against the contract as it goes out, so that what is said to be wrong is.
pub fn plan(conformance: &Conformance, id: &str, bounds: &Bounds) -> Vec<Case> {
    let Some(asking) = Asking::new(conformance, id) else { return Vec::new() };
    if !bounds.unsafe_methods && !is_safe(asking.method) {
        return Vec::new();
    }
    let mut planner = Planner { asking, bounds, cases: Vec::new() };
    planner.examples();
    planner.generated();
    let Some(base) = planner.cases.first().map(|case| case.request.clone()) else { return Vec::new() };
    planner.identities(&base);
    planner.methods(&base);
    planner.missing();
    edges::of_parameters(&mut planner);
    edges::of_bodies(&mut planner);
    planner.unreadable();
    planner.cases.truncate(bounds.most.max(1));
    planner.cases
}

pub(crate) struct Planner<'c> {
    pub(crate) asking: Asking<'c>,
    pub(crate) bounds: &'c Bounds,
    pub(crate) cases: Vec<Case>,
}

impl Planner<'_> {
    pub(crate) fn seed(&self, number: u64) -> u64 {
        seed_of(self.bounds.seed, self.asking.id, number)
    }

    pub(crate) fn parameters(&self) -> &[Parameter] {
        self.asking.terms().parameters()
    }

    /// A request that is as the contract says or not, as far as it is.
    pub(crate) fn add(&mut self, kind: Kind, what: String, about: Option<About>, request: Request) {
        let expect = if kind == Kind::Negative { Expect::Refused } else { Expect::Taken };
        let valid = self.asking.breaches(&request).is_empty();
        let alike = |case: &Case| case.request == request && case.identity == Identity::Given;
        if valid == (expect == Expect::Taken) && !self.cases.iter().any(alike) {
            self.cases.push(Case { kind, what, about, request, identity: Identity::Given, expect });
        }
    }

    fn add_values(&mut self, kind: Kind, what: String, values: &Values) {
        if let Some(request) = self.asking.write(values) {
            self.add(kind, what, None, request);
        }
    }

    /// Values of all that must be there, and of what else is wanted; those of the author first.
    pub(crate) fn values(&self, seed: Option<u64>, wanted: impl Fn(usize, &Parameter) -> bool) -> Values {
        let value = |at: usize, parameter: &Parameter| {
            if !parameter.is_required() && !wanted(at, parameter) {
                return None;
            }
            let example = || Some(self.asking.examples(parameter).into_iter().next()?.1);
            match seed {
                // A path leads to what is there rather by an example than by chance.
                None => example().or_else(|| self.asking.make(parameter, None)),
                Some(seed) => self
                    .asking
                    .make(parameter, Some(seed_of(seed, parameter.name(), at as u64)))
                    .or_else(example),
            }
        };
        let parameters =
            self.parameters().iter().enumerate().map(|(at, parameter)| value(at, parameter)).collect();
        Values { parameters, body: self.body(seed) }
    }

    fn body(&self, seed: Option<u64>) -> Option<(usize, Json)> {
        let content = self.asking.terms().body_content();
        content.iter().enumerate().find_map(|(at, media)| {
            let example = || Some(self.asking.body_examples(media).into_iter().next()?.1);
            let made = || self.asking.make_body(media, seed);
            let value = if seed.is_none() { example().or_else(made) } else { made().or_else(example) };
            Some((at, value?))
        })
    }

    fn examples(&mut self) {
        let content = self.asking.terms().body_content();
        let bodies: Vec<Vec<(Option<Box<str>>, Json)>> =
            content.iter().map(|media| self.asking.body_examples(media)).collect();
        let of_parameters: Vec<Vec<(Option<Box<str>>, Json)>> =
            self.parameters().iter().map(|parameter| self.asking.examples(parameter)).collect();
        let most = of_parameters.iter().map(Vec::len).max().unwrap_or(0).min(MOST_EXAMPLES);
        let mut base = self.values(None, |at, _| !of_parameters[at].is_empty());
        let has_body_example = bodies.iter().any(|examples| !examples.is_empty());
        if most == 0 && !has_body_example {
            return;
        }
        for number in 0..most.max(1) {
            let mut values = base.clone();
            for (at, examples) in of_parameters.iter().enumerate() {
                if let Some((_, value)) = examples.get(number % examples.len().max(1)) {
                    values.parameters[at] = Some(value.clone());
                }
            }
            self.add_values(Kind::Example, format!("the examples of the contract ({})", number + 1), &values);
        }
        for (at, examples) in bodies.iter().enumerate() {
            for (number, (name, value)) in examples.iter().take(MOST_EXAMPLES).enumerate() {
                base.body = Some((at, value.clone()));
                let name =
                    name.as_deref().map_or_else(|| (number + 1).to_string(), |name| format!("`{name}`"));
                let kind = content[at].media_type();
                self.add_values(Kind::Example, format!("the example {name} of {kind}"), &base);
            }
        }
    }

    fn generated(&mut self) {
        let spare = self.values(None, |_, _| false);
        self.add_values(Kind::Generated, "only what must be there".to_owned(), &spare);
        if !self.asking.terms().needs_body() && spare.body.is_some() {
            let bodiless = Values { body: None, ..spare.clone() };
            self.add_values(Kind::Generated, "without the body, which may be left out".to_owned(), &bodiless);
        }
        let whole = self.values(None, |_, _| true);
        self.add_values(Kind::Generated, "all that may be there".to_owned(), &whole);
        // Each type of body, not only the first.
        for (at, media) in self.asking.terms().body_content().iter().enumerate().skip(1) {
            if let Some(value) = self.asking.make_body(media, None) {
                let values = Values { body: Some((at, value)), ..spare.clone() };
                self.add_values(Kind::Generated, format!("a body of {}", media.media_type()), &values);
            }
        }
        for number in 0..self.bounds.generated {
            let seed = self.seed(number);
            let values = self.values(Some(seed), |at, _| seed >> (at % 60) & 1 == 1);
            self.add_values(Kind::Generated, format!("values made by the schemas ({})", number + 1), &values);
        }
    }

    /// Without credentials, and with wrong ones.
    fn identities(&mut self, base: &Request) {
        let needs = Needs::read(self.asking.conformance(), self.asking.id);
        let mut all = Vec::new();
        for scheme in needs.alternatives().iter().flatten() {
            if !all.contains(&scheme.credential) {
                all.push(scheme.credential.clone());
            }
        }
        // A certificate, say, is not in the request.
        all.retain(|credential| *credential != contract::mock::Credential::Unseen);
        if all.is_empty() {
            return;
        }
        let case = |what: &str, identity| Case {
            kind: Kind::Auth,
            what: what.to_owned(),
            about: None,
            request: base.clone(),
            identity,
            expect: Expect::Unauthorized,
        };
        self.cases.push(case("without credentials", Identity::Without(all.clone())));
        self.cases.push(case("with credentials of no worth", Identity::Wrong(all)));
    }

    /// Methods that the path does not have.
    fn methods(&mut self, base: &Request) {
        let conformance = self.asking.conformance();
        let path = self.asking.terms().path();
        let same = |id: &&str| conformance.place(id).is_some_and(|place| &*place.path == path);
        let known: Vec<&str> = conformance
            .operations()
            .filter(same)
            .filter_map(|id| Some(&*conformance.place(id)?.method))
            .collect();
        // Once a path: by its first operation.
        let first = conformance.operations().filter(same).min();
        if first != Some(self.asking.id) {
            return;
        }
        let allowed = METHODS.into_iter().filter(|method| self.bounds.unsafe_methods || is_safe(method));
        for method in allowed.filter(|method| !known.contains(method)).take(2) {
            let request = Request {
                method: method.to_owned(),
                path: base.path.clone(),
                query: base.query.clone(),
                headers: base.headers.clone(),
                ..Request::default()
            };
            self.cases.push(Case {
                kind: Kind::Method,
                what: format!("{method}, which the path does not have"),
                about: None,
                request,
                identity: Identity::Given,
                expect: Expect::NoSuchMethod,
            });
        }
    }

    /// What must be there and is not.
    fn missing(&mut self) {
        let base = self.values(None, |_, _| false);
        for at in 0..self.parameters().len() {
            let parameter = &self.parameters()[at];
            if !parameter.is_required() || parameter.place() == Place::Path {
                continue;
            }
            let about = About {
                place: parameter.place(),
                name: Some(parameter.name().into()),
                pointer: String::new(),
            };
            let what = format!("{} `{}` is missing", about.place.as_str(), parameter.name());
            let mut values = base.clone();
            values.parameters[at] = None;
            if let Some(request) = self.asking.write(&values) {
                self.add(Kind::Negative, what, Some(about), request);
            }
        }
        if self.asking.terms().needs_body()
            && let Some(request) = self.asking.write(&Values { body: None, ..base })
        {
            let about = About { place: Place::Body, name: None, pointer: String::new() };
            self.add(Kind::Negative, "the body is missing".to_owned(), Some(about), request);
        }
    }

    /// Bodies of another type, and such as cannot be read.
    fn unreadable(&mut self) {
        let base = self.values(None, |_, _| false);
        let Some(request) = self.asking.write(&base).filter(|request| request.body.is_some()) else { return };
        let about = || Some(About { place: Place::Body, name: None, pointer: String::new() });
        let other = Request {
            content_type: Some("application/x-pailou-unknown".to_owned()),
            body: Some(b"unknown".to_vec()),
            ..request.clone()
        };
        self.add(
            Kind::Negative,
            "a body of a type that the contract does not have".to_owned(),
            about(),
            other,
        );
        let is_json = request.content_type.as_deref().is_some_and(|kind| kind.contains("json"));
        if is_json {
            let broken = Request { body: Some(b"{\"broken\": ".to_vec()), ..request };
            self.add(Kind::Negative, "a body that is no JSON".to_owned(), about(), broken);
        }
    }
}
