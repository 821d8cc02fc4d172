//! A response's body as filters change it on its way to the client.

use std::{collections::VecDeque, mem};

use bytes::{Bytes, BytesMut};
use head::Known;
use http::{HeaderMap, StatusCode};
use policy::{
    BodyError, BodyPlan, Judge, Origin, Outcome, Problem, ResponseHead, ResponseStep, Transform, problems,
};

use crate::ids::RequestId;

/// What the steps of an exchange decided about the response's body.
#[derive(Default)]
pub(crate) struct Plan {
    /// This instead of what the upstream sends.
    pub(crate) replaced: Option<Bytes>,
    /// The problem that a step answered with.
    pub(crate) refused: Option<&'static str>,
    /// Why, for operators.
    pub(crate) cause: Option<Box<str>>,
    /// Who sees the pieces, the first one first.
    transforms: Vec<Seeing>,
    /// Whether the length can change.
    changes: bool,
}

/// Who sees a body's pieces.
struct Seeing {
    transform: Box<dyn Transform>,
    /// What passes here stays as it is.
    only_sees: bool,
}

/// The steps of an exchange on their way through a response's head.
pub(crate) struct Deciding {
    steps: Vec<ResponseStep>,
    outcome: Outcome,
    pub(crate) plan: Plan,
}

impl Deciding {
    pub(crate) fn new(steps: Vec<ResponseStep>, outcome: Outcome) -> Deciding {
        Deciding { steps, outcome, plan: Plan::default() }
    }

    /// Runs the steps, the last one said first, until one asks for the whole body. What was decided up to there is to be done first,
    /// and the judge's word told to [`Deciding::judged`].
    pub(crate) fn run(&mut self, head: &mut ResponseHead, request_id: &RequestId) -> Option<(u64, Judge)> {
        while let Some(step) = self.steps.pop() {
            match step(head, self.outcome) {
                BodyPlan::Hold(most, judge) => return Some((most, judge)),
                plan => self.take(plan, head, request_id),
            }
        }
        None
    }

    /// What a judge said about a body that is here now.
    pub(crate) fn judged(
        &mut self,
        plan: BodyPlan,
        body: Result<Bytes, BodyError>,
        head: &mut ResponseHead,
        request_id: &RequestId,
    ) {
        let refused = self.plan.refused.take();
        self.plan = Plan { refused, ..Plan::default() };
        let plan = match (plan, body) {
            (BodyPlan::Keep, Ok(body)) => BodyPlan::Replace(body),
            (BodyPlan::Keep, Err(_)) => {
                let detail = "the service behind the API broke off its answer";
                BodyPlan::Refuse(Problem::new(problems::UPSTREAM_INVALID, detail).into())
            }
            (plan, body) => {
                self.plan.replaced = Some(body.unwrap_or_default());
                plan
            }
        };
        self.take(plan, head, request_id);
    }

    fn take(&mut self, plan: BodyPlan, head: &mut ResponseHead, request_id: &RequestId) {
        match plan {
            BodyPlan::Keep | BodyPlan::Hold(..) => {}
            BodyPlan::Replace(body) => {
                // Nobody has to see what will not be sent.
                self.plan = Plan { replaced: Some(body), refused: self.plan.refused, ..Plan::default() };
                head.headers.discard(Known::ContentLength);
            }
            BodyPlan::Refuse(problem) => {
                head.refuse(&problem);
                head.headers.discard(Known::ContentLength);
                self.outcome.origin = Origin::Gateway;
                let body = problem.body(request_id.as_str());
                self.plan = Plan {
                    replaced: Some(body),
                    refused: Some(problem.kind.code),
                    cause: problem.cause,
                    ..Plan::default()
                };
            }
            BodyPlan::Transform(transform) => {
                self.plan.transforms.push(Seeing { transform, only_sees: false });
                self.plan.changes = true;
                head.headers.discard(Known::ContentLength);
            }
            BodyPlan::Observe(transform) => {
                self.plan.transforms.push(Seeing { transform, only_sees: true });
            }
        }
    }
}

impl Plan {
    /// The running form; `None` where the body goes on as it is. There is none to change in an answer to HEAD and where the
    /// status says so (RFC 9110 §6.4.1).
    pub(crate) fn altered(self, is_head: bool, status: StatusCode) -> Option<Box<Altered>> {
        let has_body = !is_head && !matches!(status.as_u16(), 100..=199 | 204 | 304);
        (has_body && !self.transforms.is_empty()).then(|| {
            Box::new(Altered {
                transforms: self.transforms,
                changes: self.changes,
                ready: VecDeque::new(),
                trailers: None,
                ended: false,
            })
        })
    }
}

/// A body on its way through the transforms.
pub(crate) struct Altered {
    transforms: Vec<Seeing>,
    pub(crate) changes: bool,
    /// What came out and is not sent yet.
    pub(crate) ready: VecDeque<Bytes>,
    /// What goes after that.
    pub(crate) trailers: Option<HeaderMap>,
    /// Whether all that will come out has.
    pub(crate) ended: bool,
}

impl Altered {
    pub(crate) fn push(&mut self, piece: Bytes) -> Result<(), BodyError> {
        self.through(0, vec![piece])
    }

    /// Nothing more is at hand for now: what must not be held back comes out.
    pub(crate) fn pause(&mut self) -> Result<(), BodyError> {
        for at in 0..self.transforms.len() {
            let mut out = Vec::new();
            self.transforms[at].transform.pause(&mut out)?;
            if !out.is_empty() {
                self.through(at + 1, out)?;
            }
        }
        Ok(())
    }

    /// Fields came after the body, which has ended.
    pub(crate) fn end_with(&mut self, mut trailers: HeaderMap) -> Result<(), BodyError> {
        for seeing in self.transforms.iter_mut().filter(|seeing| !seeing.only_sees) {
            seeing.transform.trailers(&mut trailers);
        }
        self.trailers = Some(trailers).filter(|trailers| !trailers.is_empty());
        self.end()
    }

    /// Whether nothing more comes out.
    pub(crate) fn is_over(&self) -> bool {
        self.ended && self.ready.is_empty() && self.trailers.is_none()
    }

    pub(crate) fn end(&mut self) -> Result<(), BodyError> {
        self.ended = true;
        for at in 0..self.transforms.len() {
            let mut out = Vec::new();
            self.transforms[at].transform.end(&mut out)?;
            self.through(at + 1, out)?;
        }
        Ok(())
    }

    /// A whole body at once, with the fields after it; those that are left go on.
    pub(crate) fn whole(mut self, body: Bytes, trailers: &mut Option<HeaderMap>) -> Result<Bytes, BodyError> {
        self.push(body)?;
        match trailers.take() {
            Some(fields) => self.end_with(fields)?,
            None => self.end()?,
        }
        *trailers = self.trailers.take();
        if self.ready.len() == 1 {
            return Ok(self.ready.pop_front().unwrap_or_default());
        }
        let mut whole = BytesMut::new();
        self.ready.iter().for_each(|piece| whole.extend_from_slice(piece));
        Ok(whole.freeze())
    }

    fn through(&mut self, from: usize, mut pieces: Vec<Bytes>) -> Result<(), BodyError> {
        for Seeing { transform, .. } in &mut self.transforms[from..] {
            let mut out = Vec::with_capacity(pieces.len());
            for piece in mem::take(&mut pieces) {
                transform.push(piece, &mut out)?;
            }
            pieces = out;
        }
        self.ready.extend(pieces.into_iter().filter(|piece| !piece.is_empty()));
        Ok(())
    }
}
