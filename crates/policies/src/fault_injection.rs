//! `fault-injection`: answers that fail or come late, on purpose.

use bytes::Bytes;
use policy::prelude::*;

use crate::sample::Sample;

/// Says on an answer what was done to it.
const FAULT: HeaderName = HeaderName::from_static("x-fault-injected");
const LONGEST_DELAY: Span = Span::secs(300);

/// Makes requests fail or wait, to see how clients bear it.
///
/// It runs after authentication and limits, and before the upstream is asked. With both, a request waits first. Use `when` to pick requests,
/// such as those with a header of yours; answers say in `x-fault-injected` what was done.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultInjection {
    /// Answers at once, without asking the upstream.
    #[serde(default)]
    abort: Option<Abort>,
    /// Waits before the request goes on.
    #[serde(default)]
    delay: Option<Delay>,
}

/// An answer without asking the upstream.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Abort {
    /// The status of the answer, 200 to 599.
    status: u16,
    /// The share of requests, in percent.
    #[serde(default = "all")]
    percentage: f64,
    /// The body of the answer, a text.
    #[serde(default)]
    body: String,
}

/// A wait.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Delay {
    /// How long, at most 5m.
    span: Span,
    /// The share of requests, in percent.
    #[serde(default = "all")]
    percentage: f64,
}

fn all() -> f64 {
    100.0
}

impl Policy for FaultInjection {
    const NAME: &'static str = "fault-injection";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{ abort: { status: 503, percentage: 5 }, delay: { span: 200ms, percentage: 20 } }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.abort.is_none() && self.delay.is_none() {
            return Err(Invalid::whole("give `abort` or `delay`"));
        }
        let abort = match self.abort {
            None => None,
            Some(abort) => {
                let status = StatusCode::from_u16(abort.status).ok().filter(|status| (200..600).contains(&status.as_u16()));
                let status = status
                    .ok_or_else(|| Invalid::field("abort.status", format!("{} is no status of an answer", abort.status)))?;
                Some((status, Bytes::from(abort.body), Sample::read(abort.percentage, "abort.percentage")?))
            }
        };
        let delay = match self.delay {
            None => None,
            Some(delay) => {
                if delay.span > LONGEST_DELAY {
                    return Err(Invalid::field("delay.span", format!("is at most {LONGEST_DELAY}")));
                }
                Some((delay.span, Sample::read(delay.percentage, "delay.percentage")?))
            }
        };
        Ok(Box::new(Faults { abort, delay }))
    }
}

/// The running form of [`FaultInjection`].
struct Faults {
    abort: Option<(StatusCode, Bytes, Sample)>,
    delay: Option<(Span, Sample)>,
}

impl Filter for Faults {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let delay = self.delay.as_ref().filter(|(_, sample)| sample.takes()).map(|(span, _)| span.0);
        let aborted = self.abort.as_ref().filter(|(.., sample)| sample.takes()).map(|(status, body, _)| {
            let mut headers = Headers::new();
            headers.insert(FAULT, HeaderValue::from_static("abort"));
            if !body.is_empty() {
                headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            }
            Reply::answer(*status, headers, body.clone())
        });
        let flow = aborted.map_or(Ok(()), Err);
        let Some(span) = delay else { return Step::Done(flow) };
        if flow.is_ok() {
            req.reply_with(FAULT, HeaderValue::from_static("delay"));
        }
        let wait = req.world.sleep(span);
        Step::wait(async move {
            wait.await;
            flow
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::*;

    #[test]
    fn a_share_of_requests_fails() {
        let filter = build("fault-injection", "{ abort: { status: 503, percentage: 25, body: sorry } }");
        let failed = (0..1000).filter(|_| match decide(&*filter, &mut RequestBuilder::get("/").build()) {
            Ok(()) => false,
            Err(Reply::Answer(answer)) => {
                assert_eq!((answer.0.status.as_u16(), &answer.1[..]), (503, &b"sorry"[..]));
                assert_eq!(answer.0.headers.get(FAULT).unwrap(), "abort");
                true
            }
            Err(reply) => panic!("{reply:?}"),
        });
        assert!((249..=251).contains(&failed.count()));
    }

    #[test]
    fn a_delayed_request_goes_on_after_its_time() {
        let filter = build("fault-injection", "{ delay: { span: 1500ms } }");
        let req = RequestBuilder::get("/");
        let beside = req.beside();
        let mut req = req.build();
        pass(&*filter, &mut req);
        assert_eq!(*beside.waited.lock().unwrap(), [Duration::from_millis(1500)]);
        assert_eq!(on_reply(&req, "x-fault-injected"), "delay");
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        assert!(invalid("fault-injection", "{}").message.contains("`abort` or `delay`"));
        assert_eq!(invalid("fault-injection", "{ abort: { status: 100 } }").field, "abort.status");
        assert_eq!(invalid("fault-injection", "{ abort: { status: 500, percentage: 101 } }").field, "abort.percentage");
        assert_eq!(invalid("fault-injection", "{ delay: { span: 6m } }").field, "delay.span");
    }
}
