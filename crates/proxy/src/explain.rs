//! Says which limits a request would touch, and how they stand for it.

use std::sync::Arc;

use head::{Headers, RequestHead};
use model::snapshot::Access;
use policy::{Body, Deadlines, Identity, LimitsExplained, LimitsQuestion, Nobody, Request, Time};

use crate::{build::Builder, table::Operation};

impl Builder {
    /// Which limits a request would touch under the snapshot in force. Takes nothing from them.
    ///
    /// # Errors
    /// What of the question does not exist.
    pub(crate) fn explain_limits(
        &self,
        asked: &LimitsQuestion,
        now: Time,
    ) -> Result<LimitsExplained, String> {
        let (snapshot, table) = self.in_force().ok_or("the gateway has no configuration yet")?;
        let serving =
            table.services.get(&asked.service).ok_or_else(|| format!("there is no `{}`", asked.service))?;
        let tenant = &table.tenants[serving.tenant];
        let operation: &Operation = match &asked.operation {
            None => &serving.missing,
            Some(id) => {
                let mut operations = serving.operations.iter();
                let found = operations.find(|operation| *operation.target.operation == **id);
                found.ok_or_else(|| format!("`{}` has no operation `{id}`", asked.service))?
            }
        };
        let identity = match &asked.caller {
            None => None,
            Some(key) => {
                let caller = snapshot.callers.get(key).ok_or_else(|| format!("there is no `{key}`"))?;
                let api = serving.service.api.as_deref().unwrap_or_default();
                let entitlement = match &caller.access {
                    Access::Any => None,
                    Access::Subscribed(all) => {
                        let covers = |e: &model::snapshot::Entitlement| e.apis.iter().any(|id| **id == *api);
                        Some(all.iter().position(covers).ok_or_else(|| {
                            format!(
                                "`{key}` has no active subscription to a product with `{}`",
                                asked.service
                            )
                        })?)
                    }
                };
                Some(Identity { entitlement, ..Identity::of(Arc::clone(caller)) })
            }
        };
        let plan = identity.as_ref().and_then(Identity::entitlement).map(|of| Arc::clone(&of.plan));
        let by_plan = plan.as_ref().and_then(|plan| tenant.plans.get(plan)).map(|rules| &**rules);
        let by_caller = identity.as_ref().and_then(|identity| tenant.caller_rules.get(&identity.caller.key));
        let head = RequestHead {
            method: asked.method.clone(),
            uri: asked.uri.clone(),
            headers: Headers::from(&asked.headers),
            ..RequestHead::default()
        };
        let req = Request {
            certificate: None,
            head: Box::new(head),
            body: Body::Empty,
            arrived: now,
            client: asked.client,
            target: Arc::clone(&operation.target),
            strip: operation.strip,
            host: None,
            deadlines: Deadlines::default(),
            identity,
            world: Arc::new(Nobody(now)),
            on_reply: Vec::new(),
            steps: Vec::new(),
            held: Vec::new(),
            cache: None,
            noted: None,
            origin: None,
        };
        let (limits, not_in_force) =
            operation.chain.explain_limits(by_plan, by_caller.map(|rules| &**rules), &req);
        Ok(LimitsExplained {
            service: asked.service.clone(),
            operation: operation.target.operation.to_string(),
            caller: asked.caller.clone(),
            plan: plan.map(|plan| plan.to_string()),
            limits,
            not_in_force,
        })
    }
}
