//! Policies small enough to see through.

use policy::{PolicyEntry, prelude::*};

pub(crate) const CATALOGUE: policy::Catalogue = policy::Catalogue(&[
    PolicyEntry::of::<Mark>(),
    PolicyEntry::of::<Name>(),
    PolicyEntry::of::<Count>(),
    PolicyEntry::of::<Stamp>(),
]);

/// Adds a word to `x-marks` upstream.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mark {
    word: String,
}

impl Policy for Mark {
    const NAME: &'static str = "mark";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{ word: a }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let word =
            HeaderValue::try_from(self.word).map_err(|_| Invalid::field("word", "must be visible ASCII"))?;
        Ok(Box::new(Marker(word)))
    }
}

struct Marker(HeaderValue);

impl Filter for Marker {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        // Later, so that waiting is tried as well.
        Step::wait(async move {
            tokio::task::yield_now().await;
            req.head.headers.append(HeaderName::from_static("x-marks"), self.0.clone());
            Ok(())
        })
    }
}

/// Recognizes a caller by a key in `x-key`, and refuses everyone else.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {}

impl Policy for Name {
    const NAME: &'static str = "name";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{}";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        Ok(Box::new(Namer))
    }
}

struct Namer;

impl Filter for Namer {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let key = req.head.headers.take("x-key");
        let found =
            key.and_then(|key| req.callers.by_key(&testkit::key_hash(key.to_str().unwrap_or_default())));
        let Some((caller, _)) = found else {
            return Step::Done(Err(Problem::new(problems::UNAUTHENTICATED, "who are you").into()));
        };
        let entitlement = req.api().and_then(|api| match &caller.access {
            model::snapshot::Access::Any => None,
            model::snapshot::Access::Subscribed(all) => {
                all.iter().position(|e| e.apis.iter().any(|id| **id == *api))
            }
        });
        req.identity = Some(Identity { caller, entitlement });
        Step::Done(Ok(()))
    }
}

/// Counts calls, at most `limit` in a minute.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    limit: u64,
}

impl Policy for Count {
    const NAME: &'static str = "count";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ limit: 1 }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let window = std::time::Duration::from_secs(60);
        Ok(Box::new(Counting(cx.counter(&[policy::Quota { limit: self.limit, window }]))))
    }
}

struct Counting(Box<dyn policy::Counter>);

impl Filter for Counting {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let taken = self.0.take(CallerKey(&[b"all"]), 1, req.arrived);
        req.reply_with(HeaderName::from_static("x-left"), taken.remaining.into());
        let refusal = Problem::new(problems::RATE_LIMITED, "too many");
        Step::Done(if taken.allowed { Ok(()) } else { Err(refusal.into()) })
    }
}

/// Stamps every response.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stamp {
    word: String,
}

impl Policy for Stamp {
    const NAME: &'static str = "stamp";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ word: a }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let word =
            HeaderValue::try_from(self.word).map_err(|_| Invalid::field("word", "must be visible ASCII"))?;
        Ok(Box::new(Stamper(word)))
    }
}

struct Stamper(HeaderValue);

impl Filter for Stamper {
    fn has_response(&self) -> bool {
        true
    }

    fn on_response(&self, res: &mut ResponseHead) {
        res.headers.append(HeaderName::from_static("x-stamps"), self.0.clone());
    }
}
