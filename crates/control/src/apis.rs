//! What can be said of an API: its contract, its operations, the policies that hold for them.

use std::{borrow::Cow, sync::Arc};

use contract::{Contract, notation};
use model::{Api, ContractSource, Gateway, Kind, Name, PolicyUse, Resource};

use crate::{ContractSummary, Control, EffectivePolicy, Error, Level, OperationView};

impl Control {
    /// The parsed contract of an API; cached.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Missing`] for a pass-through.
    pub async fn contract(&self, ws: &Name, api_id: &str) -> Result<Arc<Contract>, Error> {
        let hash = self.contract_hash(ws, api_id)?;
        self.contract_by(&hash, api_id).await
    }

    /// A contract that an API has or had, by its hash.
    pub(crate) async fn contract_by(&self, hash: &str, api_id: &str) -> Result<Arc<Contract>, Error> {
        if let Some(contract) = self.inner.contracts.cached(hash) {
            return Ok(contract);
        }
        let text = self.stored_contract_text(hash).await?;
        let name = format!("the contract of api/{api_id}");
        let parsed = tokio::task::spawn_blocking(move || Contract::parse(&text, &name)).await;
        let contract = Arc::new(parsed.map_err(|_| Error::Internal)?.map_err(Error::Invalid)?);
        self.inner.contracts.cache(hash.into(), Arc::clone(&contract));
        Ok(contract)
    }

    /// The text of an API's contract as it was given; as one document where it was given as several of OpenAPI or AsyncAPI.
    ///
    /// # Errors
    /// As [`Control::contract`].
    pub async fn contract_text(&self, ws: &Name, api_id: &str) -> Result<Arc<str>, Error> {
        self.contract_document(&self.contract_hash(ws, api_id)?).await
    }

    /// What of an API's contract is always at hand; `None` for a pass-through.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn contract_summary(&self, ws: &Name, api_id: &str) -> Result<Option<Arc<ContractSummary>>, Error> {
        Ok(self.summary_of(&self.api(ws, api_id)?))
    }

    /// The operations of an API, each with the policies that hold for it before those of plans and consumers.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn effective_policies(&self, ws: &Name, api_id: &str) -> Result<Vec<OperationView>, Error> {
        let api = self.api(ws, api_id)?;
        let gateway = self.snapshot().gateway.clone();
        let Some(contract) = self.summary_of(&api) else {
            let policies = self.composed(&gateway, &api, &[]);
            let (id, path) = (String::new(), "/*".to_owned());
            return Ok(vec![OperationView {
                id,
                method: None,
                path,
                summary: None,
                deprecated: false,
                policies,
            }]);
        };
        let view = |operation: &crate::OperationSummary| {
            let by_path = format!("{} {}", operation.method, operation.path);
            let own = api.operations.get(&operation.id).or_else(|| api.operations.get(&by_path));
            OperationView {
                id: operation.id.clone(),
                method: Some(operation.method.clone()),
                path: operation.path.clone(),
                summary: operation.summary.clone(),
                deprecated: operation.deprecated,
                policies: self.composed(&gateway, &api, own.map_or(&[], |own| &own.policies)),
            }
        };
        Ok(contract.operations.iter().map(view).collect())
    }

    pub(crate) async fn stored_contract_text(&self, hash: &str) -> Result<Arc<str>, Error> {
        let text = self.inner.store.contract(hash.to_owned()).await.map_err(Error::Store)?;
        text.map(Arc::from).ok_or_else(|| Error::Missing { what: format!("contract `sha256:{hash}`") })
    }

    /// A contract as one document.
    pub(crate) async fn contract_document(&self, hash: &str) -> Result<Arc<str>, Error> {
        let text = self.stored_contract_text(hash).await?;
        let one = match notation::one(&text, "contract") {
            Cow::Borrowed(_) => None,
            Cow::Owned(one) => Some(one.into()),
        };
        Ok(one.unwrap_or(text))
    }

    pub(crate) fn summary_of(&self, api: &Api) -> Option<Arc<ContractSummary>> {
        match &api.contract {
            Some(ContractSource::Stored(hash)) => self.inner.contracts.summary(hash),
            _ => None,
        }
    }

    fn api(&self, ws: &Name, api_id: &str) -> Result<Api, Error> {
        match self.get(ws, Kind::Api, api_id)?.resource {
            Resource::Api(api) => Ok(*api),
            _ => Err(Error::Internal),
        }
    }

    fn contract_hash(&self, ws: &Name, api_id: &str) -> Result<String, Error> {
        match self.api(ws, api_id)?.contract {
            Some(ContractSource::Stored(hash)) => Ok(hash),
            _ => Err(Error::Missing {
                what: format!("contract of api `{api_id}`: it passes everything through"),
            }),
        }
    }

    /// A narrower level replaces all of the same name of the wider ones; then by stage, then wider first.
    fn composed(&self, gateway: &Gateway, api: &Api, operation: &[PolicyUse]) -> Vec<EffectivePolicy> {
        let levels = [
            (Level::Gateway, &gateway.policies[..]),
            (Level::Api, &api.policies[..]),
            (Level::Operation, operation),
        ];
        let mut policies: Vec<EffectivePolicy> = Vec::new();
        for (from, level) in levels {
            policies.retain(|wider| level.iter().all(|narrower| narrower.policy != wider.policy));
            policies.extend(level.iter().map(|PolicyUse { policy, config, when, .. }| EffectivePolicy {
                policy: policy.clone(),
                config: config.clone(),
                when: when.clone(),
                from,
            }));
        }
        policies
            .sort_by_key(|policy| self.inner.catalogue.find(&policy.policy).map(|entry| entry.stage()).ok());
        policies
    }
}
