//! Contracts, parsed when somebody reads them and kept while they are read.

use std::sync::{Arc, Mutex, PoisonError};

use contract::Contract;

use crate::{problem::Refusal, state::App};

/// Parsed contracts by the hash of their text, the last used last; bounded by their weight.
#[derive(Default)]
pub(crate) struct Contracts {
    kept: Mutex<Vec<(String, Arc<Contract>)>>,
    /// One is parsed at a time: it takes a multiple of its text's memory.
    parsing: tokio::sync::Mutex<()>,
}

/// The weight of all kept contracts, bytes. The one used last is kept even where it alone is heavier.
const WEIGHT: usize = 64 << 20;

impl Contracts {
    /// The contract of a public API, with the hash of its text.
    pub(crate) async fn of(app: &App, id: &str) -> Result<(String, Arc<Contract>), Refusal> {
        let summary = super::apis::public_api(app, id)?.contract;
        let hash = summary
            .ok_or_else(|| Refusal::not_found(format!("the API `{id}` has no contract")))?
            .hash
            .clone();
        if let Some(contract) = app.contracts.get(&hash) {
            return Ok((hash, contract));
        }
        let _turn = app.contracts.parsing.lock().await;
        if let Some(contract) = app.contracts.get(&hash) {
            return Ok((hash, contract));
        }
        let text = app.control.contract_text(&app.workspace, id).await?;
        let file = id.to_owned();
        let parsed = tokio::task::spawn_blocking(move || Contract::parse(&text, &file)).await;
        let contract = parsed.map_err(|panic| Refusal::internal(&panic))?;
        let contract = Arc::new(contract.map_err(|findings| {
            Refusal::invalid("the contract of this API can no longer be read", findings)
        })?);
        app.contracts.keep(hash.clone(), Arc::clone(&contract));
        Ok((hash, contract))
    }

    fn get(&self, hash: &str) -> Option<Arc<Contract>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == hash)?;
        let entry = kept.remove(at);
        let contract = Arc::clone(&entry.1);
        kept.push(entry);
        Some(contract)
    }

    fn keep(&self, hash: String, contract: Arc<Contract>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((hash, contract));
        let mut weight: usize = kept.iter().map(|(_, contract)| contract.weight()).sum();
        while weight > WEIGHT && kept.len() > 1 {
            weight -= kept.remove(0).1.weight();
        }
    }
}
