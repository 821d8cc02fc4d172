//! What the contract of an API had some time ago.

use std::collections::BTreeSet;

use contract::Contract;
use model::{Kind, Name, Span};
use store::Key;

use crate::{Control, Error};

/// States of an API that are looked through for the one of that time; where there were more since, the oldest of these counts.
const MOST: u32 = 200;

/// A time ago, and what was then.
#[derive(Clone, Debug)]
pub struct Then {
    /// Now, milliseconds since 1970.
    pub now: u64,
    /// Ids of the operations there were; nothing where the contract is the same since.
    pub had: Option<BTreeSet<String>>,
}

impl Control {
    /// Now, and which operations the contract of an API had so long ago: none where there was no such API or contract.
    ///
    /// # Errors
    /// [`Error::NotFound`]; what the store says.
    pub async fn operations_then(&self, ws: &Name, api_id: &str, ago: Span) -> Result<Then, Error> {
        let now = self.now();
        let at = now.saturating_sub(u64::try_from(ago.0.as_millis()).unwrap_or(u64::MAX));
        let summary = self.contract_summary(ws, api_id)?;
        let key = Key { workspace: ws.clone(), kind: Kind::Api, id: api_id.into() };
        // Most did not change since, so that one is enough.
        let mut revisions = self.inner.store.revisions(key.clone(), None, 1).await.map_err(Error::Store)?;
        if revisions.first().is_some_and(|newest| newest.at > at) {
            revisions = self.inner.store.revisions(key, None, MOST).await.map_err(Error::Store)?;
        }
        let is_more = u32::try_from(revisions.len()).is_ok_and(|count| count >= MOST);
        let of_then = revisions.iter().position(|revision| revision.at <= at);
        let index = of_then.or_else(|| revisions.len().checked_sub(1).filter(|_| is_more));
        let document = index.and_then(|index| revisions.swap_remove(index).document);
        let hash =
            document.as_ref().and_then(|document| document["contract"].as_str()?.strip_prefix("sha256:"));
        let had = match (hash, summary) {
            (None, _) => Some(BTreeSet::new()),
            (Some(hash), Some(summary)) if summary.hash == hash => None,
            // What is not there any more says nothing.
            (Some(hash), _) => self.contract_by(hash, api_id).await.ok().map(|contract| ids(&contract)),
        };
        Ok(Then { now, had })
    }
}

fn ids(contract: &Contract) -> BTreeSet<String> {
    contract.operations.iter().map(|operation| operation.id.clone()).collect()
}
