//! A response's body as filters change it on its way to the client.

use std::{collections::VecDeque, mem};

use bytes::{Bytes, BytesMut};
use head::Known;
use http::{HeaderMap, StatusCode};
use policy::{BodyError, BodyPlan, Origin, Outcome, ResponseHead, ResponseStep, Transform};

/// What the steps of an exchange decided about the response's body.
#[derive(Default)]
pub(crate) struct Plan {
    /// This instead of what the upstream sends.
    pub(crate) replaced: Option<Bytes>,
    /// The problem that a step answered with.
    pub(crate) refused: Option<&'static str>,
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

impl Plan {
    /// Runs the steps, the last one said first.
    pub(crate) fn decide(
        steps: Vec<ResponseStep>,
        head: &mut ResponseHead,
        mut outcome: Outcome,
        request_id: &str,
    ) -> Plan {
        let mut plan = Plan::default();
        for step in steps.into_iter().rev() {
            match step(head, outcome) {
                BodyPlan::Keep => {}
                BodyPlan::Replace(body) => {
                    // Nobody has to see what will not be sent.
                    plan = Plan { replaced: Some(body), refused: plan.refused, ..Plan::default() };
                    head.headers.discard(Known::ContentLength);
                }
                BodyPlan::Refuse(problem) => {
                    head.refuse(&problem);
                    head.headers.discard(Known::ContentLength);
                    outcome.origin = Origin::Gateway;
                    let body = problem.body(request_id);
                    plan = Plan { replaced: Some(body), refused: Some(problem.kind.code), ..Plan::default() };
                }
                BodyPlan::Transform(transform) => {
                    plan.transforms.push(Seeing { transform, only_sees: false });
                    plan.changes = true;
                    head.headers.discard(Known::ContentLength);
                }
                BodyPlan::Observe(transform) => plan.transforms.push(Seeing { transform, only_sees: true }),
            }
        }
        plan
    }

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

    /// A whole body at once.
    pub(crate) fn whole(mut self, body: Bytes) -> Result<Bytes, BodyError> {
        self.push(body)?;
        self.end()?;
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
