//! Policies small enough to see through.

use policy::{PolicyEntry, prelude::*};

pub(crate) const CATALOGUE: policy::Catalogue = policy::Catalogue(&[
    PolicyEntry::of::<Mark>(),
    PolicyEntry::of::<Name>(),
    PolicyEntry::of::<Count>(),
    PolicyEntry::of::<Stamp>(),
    PolicyEntry::of::<Bodies>(),
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
            key.and_then(|key| req.world.by_key(&testkit::key_hash(key.to_str().unwrap_or_default())));
        let Some((caller, _)) = found else {
            return Step::Done(Err(Problem::new(problems::UNAUTHENTICATED, "who are you").into()));
        };
        let entitlement = req.api().and_then(|api| match &caller.access {
            model::snapshot::Access::Any => None,
            model::snapshot::Access::Subscribed(all) => {
                all.iter().position(|e| e.apis.iter().any(|id| **id == *api))
            }
        });
        req.identity = Some(Identity { entitlement, ..Identity::of(caller) });
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
        let quota = policy::Quota { limit: self.limit, window, algorithm: policy::Algorithm::Fixed };
        Ok(Box::new(Counting(cx.counter(&[vec![quota]]))))
    }
}

struct Counting(Box<dyn policy::Counter>);

impl Filter for Counting {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let taken = self.0.take(&[self.0.key(CallerKey(&[b"all"]))], &[1], req.arrived);
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

/// Reads and replaces the request's body, and does to the response's what is said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bodies {
    #[serde(default)]
    read: Option<ByteSize>,
    #[serde(default)]
    send: Option<String>,
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    replace: Option<String>,
    /// Put before every piece.
    #[serde(default)]
    before: Option<String>,
    /// Breaks off at this piece.
    #[serde(default)]
    break_at: Option<usize>,
    #[serde(default)]
    observe: bool,
}

impl Policy for Bodies {
    const NAME: &'static str = "bodies";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{}";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        Ok(Box::new(BodyChanges(std::sync::Arc::new(self))))
    }
}

struct BodyChanges(std::sync::Arc<Bodies>);

impl Filter for BodyChanges {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let rules = std::sync::Arc::clone(&self.0);
        req.then(move |head, _| {
            if let Some(text) = &rules.replace {
                return BodyPlan::Replace(text.clone().into());
            }
            let seen = Seen { rules: std::sync::Arc::clone(&rules), pieces: 0 };
            if rules.observe {
                return BodyPlan::Observe(Box::new(seen));
            }
            if rules.before.is_some() || rules.break_at.is_some() {
                head.headers.remove("etag");
                return BodyPlan::Transform(Box::new(seen));
            }
            BodyPlan::Keep
        });
        Step::wait(async move {
            if let Some(bound) = self.0.read {
                req.body.read(bound.0).await?;
            }
            if let Some(text) = &self.0.send {
                req.body = Body::Whole(text.clone().into());
            }
            if let Some(text) = &self.0.answer {
                return Err(Reply::answer(StatusCode::OK, Headers::new(), text.clone().into()));
            }
            Ok(())
        })
    }
}

struct Seen {
    rules: std::sync::Arc<Bodies>,
    pieces: usize,
}

impl Transform for Seen {
    fn push(&mut self, piece: bytes::Bytes, out: &mut Vec<bytes::Bytes>) -> Result<(), BodyError> {
        if self.rules.break_at == Some(self.pieces) {
            return Err(BodyError::TooLarge);
        }
        self.pieces += 1;
        if let Some(text) = self.rules.before.clone().filter(|_| !self.rules.observe) {
            out.push(text.into());
        }
        out.push(piece);
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<bytes::Bytes>) -> Result<(), BodyError> {
        if !self.rules.observe {
            out.push(format!("[{}]", self.pieces).into());
        }
        Ok(())
    }
}
