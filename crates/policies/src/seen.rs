//! A request as it is remembered until its response is there.

use std::{net::IpAddr, sync::Arc};

use expr::{Facts, ResponseView, View};
use head::RequestHead;
use model::event::Target;
use policy::{Provenance, prelude::*};
use serde_json::Value;

/// A request as formulas of the response see it.
pub(crate) struct Seen {
    head: Box<RequestHead>,
    client: IpAddr,
    origin: Option<Provenance>,
    target: Arc<Target>,
    identity: Option<Identity>,
    body: Option<Value>,
}

impl Seen {
    pub(crate) fn of(req: &Request, body: Option<Value>) -> Seen {
        Seen {
            head: req.head.clone(),
            client: req.client,
            origin: req.origin,
            target: Arc::clone(&req.target),
            identity: req.identity.clone(),
            body,
        }
    }

    /// A request of which no formula asks anything.
    pub(crate) fn nothing(req: &Request) -> Seen {
        let head = Box::default();
        Seen {
            head,
            client: req.client,
            origin: req.origin,
            target: Arc::clone(&req.target),
            identity: None,
            body: None,
        }
    }

    pub(crate) fn view<'a>(&'a self, response: ResponseView<'a>) -> View<'a> {
        let facts = Facts {
            head: &self.head,
            client: self.client,
            origin: self.origin,
            api: self.target.service.strip_prefix("api/").unwrap_or_default(),
            operation: &self.target.operation,
            caller: self.identity.as_ref().map(Identity::facts),
        };
        View {
            facts,
            template: &self.target.path,
            request_body: self.body.as_ref(),
            response: Some(response),
        }
    }
}
