//! The filters of an operation in their order, and how those of a plan and a caller join them.
//!
//! What gateway, service and operation say is composed when a snapshot is built. What plan and caller say is known after
//! authentication only, and is merged while running: each list is sorted by stage, and a bit for every policy of the catalogue
//! says which of the wider lists' filters a narrower list replaces. Nothing is allocated for that.

use std::{path::Path, sync::Arc};

use expr::Condition;
use model::{Finding, PolicyUse, SecretValues, snapshot::ContractDocument};
use policy::{
    BuildCx, Catalogue, CounterSource, Filter, Flow, LimitExplained, LimitIdle, LimitState, Problem, Request,
    ResponseHead, Stage, Step, problems,
};

/// The filters of an operation, sorted by stage, then position.
#[derive(Default)]
pub(crate) struct Chain {
    rules: Box<[Arc<Rule>]>,
    has_response: bool,
    /// Rules of wider levels, each with a narrower one that replaces it.
    replaced: Box<[(Arc<Rule>, Arc<Rule>)]>,
    /// Whether one of them looks at the certificates of clients.
    pub(crate) asks_for_certificate: bool,
}

/// The filters of a plan or caller, sorted by stage.
#[derive(Default)]
pub(crate) struct CallerRules {
    rules: Box<[Arc<Rule>]>,
    /// The policies among them.
    replaces: u128,
}

/// One policy where it is attached.
pub(crate) struct Rule {
    stage: Stage,
    /// One bit: the policy's place in the catalogue.
    policy: u128,
    filter: Box<dyn Filter>,
    when: Option<Condition>,
    name: &'static str,
    reads_contract: bool,
    /// Where it is attached: `api/orders@v1`.
    place: Box<str>,
}

/// What the filters of a request leave to do for its response: those that look at it, first one first.
pub(crate) type ResponseFilters = Vec<Arc<Rule>>;

/// What building rules needs.
pub(crate) struct RuleBuilder<'a> {
    pub(crate) catalogue: Catalogue,
    pub(crate) counters: &'a dyn CounterSource,
    pub(crate) responses: &'a Arc<cache::Store>,
    pub(crate) secrets: &'a SecretValues,
    /// See [`BuildCx::folder`].
    pub(crate) folder: &'a Path,
    /// The contract of the service whose policies are built.
    pub(crate) contract: Option<Arc<ContractDocument>>,
    pub(crate) findings: Vec<Finding>,
}

impl RuleBuilder<'_> {
    /// Builds one level. `place` is where it is attached (`api/orders@v1`) and the scope of its counters.
    pub(crate) fn level(&mut self, uses: &[PolicyUse], place: &str, prefix: &str) -> Vec<Arc<Rule>> {
        let mut rules = Vec::with_capacity(uses.len());
        for (index, policy_use) in uses.iter().enumerate() {
            match self.rule(policy_use, &format!("{place}#{index}")) {
                Ok(rule) => rules.push(Arc::new(rule)),
                Err((field, message)) => {
                    let mut path = format!("{prefix}policies[{index}]");
                    if !field.is_empty() {
                        path = format!("{path}.{field}");
                    }
                    let finding = Finding::error("invalid-policy", message).in_resource(place).in_field(path);
                    self.findings.push(finding);
                }
            }
        }
        rules
    }

    /// A wider level for a service with a contract: what reads it is built anew.
    pub(crate) fn with_contract(&mut self, wide: &[Arc<Rule>], uses: &[PolicyUse]) -> Option<Vec<Arc<Rule>>> {
        if self.contract.is_none() || wide.iter().all(|rule| !rule.reads_contract) {
            return None;
        }
        let built = wide.iter().zip(uses).enumerate().map(|(index, (rule, policy_use))| {
            if !rule.reads_contract {
                return Arc::clone(rule);
            }
            // It was built without a contract, and so it can be with one.
            let scope = format!("{}#{index}", rule.place);
            self.rule(policy_use, &scope).map_or_else(|_| Arc::clone(rule), Arc::new)
        });
        Some(built.collect())
    }

    /// Builds the rules of a plan or caller.
    pub(crate) fn for_callers(&mut self, uses: &[PolicyUse], place: &str) -> CallerRules {
        let mut rules = self.level(uses, place, "");
        rules.retain(|rule| {
            let fits = rule.stage > Stage::Authenticate;
            if !fits {
                let message = "runs before the caller is known, and cannot be attached to a plan or consumer";
                self.findings
                    .push(Finding::error("invalid-policy", message).in_resource(place).in_field("policies"));
            }
            fits
        });
        rules.sort_by_key(|rule| rule.stage);
        let replaces = rules.iter().fold(0, |bits, rule| bits | rule.policy);
        CallerRules { rules: rules.into(), replaces }
    }

    fn rule(&mut self, policy_use: &PolicyUse, scope: &str) -> Result<Rule, (String, String)> {
        let name = &policy_use.policy;
        let entry = self.catalogue.find(name).map_err(|invalid| (invalid.field, invalid.message))?;
        let position = self.catalogue.position(name).unwrap_or_default();
        let (counters, responses, secrets) = (self.counters, self.responses, self.secrets);
        let contract = self.contract.as_ref().filter(|_| entry.reads_contract());
        let cx =
            BuildCx { scope, counters, responses, secrets, folder: self.folder, files: policy_use, contract };
        let missing = model::secret_references(&policy_use.config)
            .into_iter()
            .find(|reference| secrets.get(reference).is_none());
        let built = match missing {
            // Refusing what it guards is safe, and the rest of the gateway goes on.
            Some(reference) => Ok(Box::new(Withheld(reference.into())) as Box<dyn Filter>),
            None => entry.build(&policy_use.config, &cx),
        };
        let filter = built.map_err(|invalid| {
            let field =
                if invalid.field.is_empty() { name.clone() } else { format!("{name}.{}", invalid.field) };
            (field, invalid.message)
        })?;
        let when = policy_use.when.as_deref().map(Condition::parse).transpose();
        let when = when.map_err(|message| ("when".to_owned(), message))?;
        Ok(Rule {
            stage: entry.stage(),
            policy: 1_u128 << (position % 128),
            filter,
            when,
            name: entry.name(),
            reads_contract: entry.reads_contract(),
            place: scope.rsplit_once('#').map_or(scope, |(place, _)| place).into(),
        })
    }
}

/// Stands for a policy whose secret is not there: everything is refused.
struct Withheld(Box<str>);

impl Filter for Withheld {
    fn on_request<'a>(&'a self, _: &'a mut Request) -> Step<'a> {
        let detail = "the gateway lacks something it needs for this; repeat the request later";
        let cause = format!("`{}` cannot be had", self.0);
        Step::Done(Err(Problem::new(problems::OVERLOADED, detail).because(cause).into()))
    }
}

impl Chain {
    /// Composes levels, the widest first: a narrower one replaces all wider ones of the same policy.
    pub(crate) fn compose(levels: &[&[Arc<Rule>]]) -> Chain {
        let mut rules: Vec<Arc<Rule>> = Vec::new();
        let mut replaced = Vec::new();
        for level in levels {
            rules.retain(|rule| {
                let by = level.iter().find(|narrow| narrow.policy == rule.policy);
                replaced.extend(by.map(|by| (Arc::clone(rule), Arc::clone(by))));
                by.is_none()
            });
            rules.extend(level.iter().cloned());
        }
        rules.sort_by_key(|rule| rule.order());
        let has_response = rules.iter().any(|rule| rule.filter.has_response());
        let asks_for_certificate = rules.iter().any(|rule| rule.filter.asks_for_certificate());
        Chain { has_response, rules: rules.into(), replaced: replaced.into(), asks_for_certificate }
    }

    /// Runs the stages before a caller is known.
    pub(crate) async fn identify(&self, req: &mut Request) -> Flow {
        for rule in self.rules.iter().take_while(|rule| rule.stage < Stage::Authorize) {
            rule.run(req).await?;
        }
        Ok(())
    }

    /// Runs the first stages alone, for a request that will be refused whatever it says.
    pub(crate) async fn edge(&self, req: &mut Request) -> Flow {
        for rule in self.rules.iter().take_while(|rule| rule.stage <= Stage::Edge) {
            rule.run(req).await?;
        }
        Ok(())
    }

    /// Runs what a request that will be refused otherwise belongs to.
    pub(crate) async fn own(&self, req: &mut Request) -> Flow {
        let of_stage = self.rules.iter().filter(|rule| rule.stage == Stage::Authenticate);
        for rule in of_stage {
            if rule.filter.owns(req) {
                rule.run(req).await?;
            }
        }
        Ok(())
    }

    /// Runs the stages after authentication, with the rules of the caller's plan and the caller's own.
    pub(crate) async fn decide(
        &self,
        plan: Option<&CallerRules>,
        caller: Option<&CallerRules>,
        req: &mut Request,
    ) -> Flow {
        if plan.is_none() && caller.is_none() {
            for rule in self.rules.iter().skip_while(|rule| rule.stage < Stage::Authorize) {
                rule.run(req).await?;
            }
            return Ok(());
        }
        let stages = [Stage::Authorize, Stage::Limit, Stage::Validate, Stage::Transform, Stage::Cache];
        for stage in stages {
            for rule in self.merged(plan, caller).filter(|rule| rule.stage == stage) {
                rule.run(req).await?;
            }
        }
        Ok(())
    }

    /// The filters that will look at the response; empty, and nothing allocated, where none does.
    pub(crate) fn for_response(
        &self,
        plan: Option<&CallerRules>,
        caller: Option<&CallerRules>,
        req: &Request,
    ) -> ResponseFilters {
        if !self.has_response && plan.is_none() && caller.is_none() {
            return Vec::new();
        }
        let mut filters: ResponseFilters = self
            .merged(plan, caller)
            .filter(|rule| rule.filter.has_response() && rule.applies(req))
            .cloned()
            .collect();
        filters.sort_by_key(|rule| rule.stage);
        filters
    }

    /// All rules that are not replaced, level by level.
    fn merged<'a>(
        &'a self,
        plan: Option<&'a CallerRules>,
        caller: Option<&'a CallerRules>,
    ) -> impl Iterator<Item = &'a Arc<Rule>> {
        let by_plan = plan.map_or(0, |rules| rules.replaces);
        let by_caller = caller.map_or(0, |rules| rules.replaces);
        let of = |rules: Option<&'a CallerRules>| rules.map_or(&[][..], |rules| &rules.rules);
        let fixed = self.rules.iter().filter(move |rule| rule.policy & (by_plan | by_caller) == 0);
        fixed.chain(of(plan).iter().filter(move |rule| rule.policy & by_caller == 0)).chain(of(caller))
    }
}

impl Chain {
    /// The limits that a request touches, and those that others replace or a condition leaves out. Takes nothing.
    pub(crate) fn explain_limits(
        &self,
        plan: Option<&CallerRules>,
        caller: Option<&CallerRules>,
        req: &Request,
    ) -> (Vec<LimitExplained>, Vec<LimitIdle>) {
        let (mut limits, mut idle) = (Vec::new(), Vec::new());
        let replaced = self.replaced.iter().map(|(rule, by)| (rule, by));
        for rule in self.merged(plan, caller) {
            for state in rule.filter.limits(req) {
                if rule.applies(req) {
                    limits.push((rule.stage, rule.limit(state)));
                } else if let Some(when) = &rule.when {
                    idle.push(rule.idle(format!("`when` is false: {}", when.text())));
                    break;
                }
            }
        }
        let wider: Vec<_> = self.rules.iter().chain(plan.iter().flat_map(|rules| &rules.rules)).collect();
        let by_caller = |rule: &&Arc<Rule>| caller.is_some_and(|rules| rules.replaces & rule.policy != 0);
        let narrower = |rule: &Arc<Rule>| {
            let all = caller.iter().chain(plan.iter()).flat_map(|rules| &rules.rules);
            all.filter(|other| !Arc::ptr_eq(other, rule)).find(|other| other.policy == rule.policy)
        };
        let merged = wider.iter().filter(|rule| {
            let of_plan = plan.is_some_and(|rules| rules.rules.iter().any(|other| Arc::ptr_eq(other, rule)));
            let by_plan = !of_plan && plan.is_some_and(|rules| rules.replaces & rule.policy != 0);
            by_plan || by_caller(rule)
        });
        let merged = merged.filter_map(|rule| Some((*rule, narrower(rule)?)));
        for (rule, by) in replaced.chain(merged) {
            if !rule.filter.limits(req).is_empty() {
                idle.push(rule.idle(format!("replaced by that of {}", by.place())));
            }
        }
        limits.sort_by_key(|(stage, _)| *stage);
        (limits.into_iter().map(|(_, limit)| limit).collect(), idle)
    }
}

/// Runs response filters, the last in the chain first.
pub(crate) fn on_response(filters: &[Arc<Rule>], head: &mut ResponseHead) {
    for rule in filters.iter().rev() {
        rule.filter.on_response(head);
    }
}

impl Rule {
    /// Its place in a chain, before its position.
    fn order(&self) -> (Stage, u32) {
        (
            self.stage,
            if matches!(self.stage, Stage::Reply | Stage::Cache) { self.policy.trailing_zeros() } else { 0 },
        )
    }

    fn limit(&self, state: LimitState) -> LimitExplained {
        let (policy, level) = (self.name.to_owned(), self.level().to_owned());
        LimitExplained { policy, level, at: self.place().to_owned(), state }
    }

    fn idle(&self, why: String) -> LimitIdle {
        let (policy, level) = (self.name.to_owned(), self.level().to_owned());
        LimitIdle { policy, level, at: self.place().to_owned(), why }
    }

    /// Where it is attached, within the workspace.
    fn place(&self) -> &str {
        model::unscoped(&self.place).1
    }

    /// What kind of thing it is attached to.
    fn level(&self) -> &str {
        let (kind, rest) = self.place().split_once('/').unwrap_or((self.place(), ""));
        if kind == "api" && rest.contains('/') { "operation" } else { kind }
    }

    async fn run(&self, req: &mut Request) -> Flow {
        if !self.applies(req) {
            return Ok(());
        }
        match self.filter.on_request(req) {
            Step::Done(flow) => flow,
            Step::Wait(decision) => decision.await,
        }
    }

    fn applies(&self, req: &Request) -> bool {
        let Some(when) = &self.when else { return true };
        when.holds(&req.facts())
    }
}
