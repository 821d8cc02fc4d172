//! Signed requests: each is taken once, and its content is held until it is judged.

use std::sync::Arc;

use jose::{NotTaken, Replays};
use policy::prelude::*;

/// Requests that are remembered, so that none is taken twice. Beyond them new ones are refused until some are of the past.
const REMEMBERED: usize = 200_000;
/// The largest content that is held.
pub(crate) const LARGEST: ByteSize = ByteSize::mib(16);

/// What becomes of something signed that comes again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Replay {
    /// It is refused.
    #[default]
    Refuse,
    /// It is taken again.
    Accept,
}

/// How much content there may be, where nothing is said.
pub(crate) fn max_body() -> ByteSize {
    ByteSize::mib(1)
}

/// How much content there may be, bytes.
///
/// # Errors
/// More than is held for any.
pub(crate) fn largest(max_body: ByteSize) -> Result<u64, Invalid> {
    match max_body > LARGEST {
        true => Err(Invalid::field(
            "max_body",
            format!("is at most {LARGEST}; the content is held until it is sent"),
        )),
        false => Ok(max_body.0),
    }
}

/// Remembers what was taken, for all policies of a name at a gateway; or nothing, where everything is taken again.
pub(crate) struct Once(Option<Arc<Replays>>);

impl Once {
    pub(crate) fn new(replay: Replay, policy: &str, cx: &BuildCx<'_>) -> Once {
        Once((replay == Replay::Refuse).then(|| cx.kept(policy, || Replays::new(REMEMBERED))))
    }

    /// Takes what is told apart by some texts and good until then (milliseconds since 1970); `again` says that it was taken before.
    ///
    /// # Errors
    /// That, or that no more can be remembered.
    pub(crate) fn take(
        &self,
        texts: &[&str],
        now: u64,
        until: u64,
        again: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        match self.0.as_ref().map(|seen| seen.take(texts, now, until)) {
            None | Some(Ok(())) => Ok(()),
            Some(Err(NotTaken::Again)) => Err(again()),
            Some(Err(NotTaken::Full)) => {
                let detail = "too many signed requests came lately; repeat the request later";
                Err(Problem::new(problems::OVERLOADED, detail))
            }
        }
    }
}
