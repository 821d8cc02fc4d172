//! `timeouts`: how long an exchange may take.

use policy::{Deadlines, prelude::*};

/// Says how long the upstream may take for these requests, in place of the upstream's own `timeouts`.
///
/// What is not said is as the upstream says it. Past a deadline the answer is `504`, or breaks off where it has begun.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Timeouts {
    /// Between two pieces of the response, its head included.
    read: Option<Span>,
    /// From the first byte sent to the response's head.
    total: Option<Span>,
    /// From the arrival of the request to the last piece of the response. It ends streams, too.
    whole: Option<Span>,
}

impl Policy for Timeouts {
    const NAME: &'static str = "timeouts";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ total: 2m, read: 2m, whole: 5m }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let given = [("read", self.read), ("total", self.total), ("whole", self.whole)];
        if given.iter().all(|(_, span)| span.is_none()) {
            return Err(Invalid::whole("give `read`, `total` or `whole`"));
        }
        if let Some((field, _)) = given.iter().find(|(_, span)| span.is_some_and(|span| span.0.is_zero())) {
            return Err(Invalid::field(*field, "is longer than nothing"));
        }
        if let (Some(total), Some(whole)) = (self.total, self.whole)
            && total > whole
        {
            return Err(Invalid::field("total", format!("ends with `whole`, after {whole}")));
        }
        let span = |span: Option<Span>| span.map(|span| span.0);
        Ok(Box::new(Limits(Deadlines {
            read: span(self.read),
            total: span(self.total),
            whole: span(self.whole),
        })))
    }
}

/// The running form of [`Timeouts`].
struct Limits(Deadlines);

impl Filter for Limits {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        req.deadlines = self.0;
        Step::Done(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::*;

    #[test]
    fn what_is_said_is_left_for_the_exchange() {
        let mut req = RequestBuilder::get("/").build();
        pass(&*build("timeouts", "{ total: 90s, whole: 2m }"), &mut req);
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(req.deadlines, Deadlines { read: None, total: seconds(90), whole: seconds(120) });
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        assert!(invalid("timeouts", "{}").message.contains("`whole`"));
        assert_eq!(invalid("timeouts", "{ read: 0s }").field, "read");
        assert_eq!(invalid("timeouts", "{ total: 2m, whole: 1m }").field, "total");
    }
}
