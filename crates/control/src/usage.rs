//! Who uses APIs, as far as whoever runs this can tell.

use std::{future::Future, pin::Pin};

use drift::Uses;
use model::{Api, Kind, Name, Resource};

use crate::{Control, Error};

/// Days that are looked back on.
pub(crate) const DAYS: u64 = 30;
const DAY: u64 = 24 * 60 * 60 * 1000;

/// What comes of asking who uses an API.
pub type Used<'a> = Pin<Box<dyn Future<Output = Result<Uses, NotKnown>> + Send + 'a>>;

/// Who uses an API cannot be told, because what was counted cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKnown;

/// Tells who uses APIs.
pub trait Usage: Send + Sync {
    /// Who called what of an API (`orders@v1`) since a time, in milliseconds since 1970. `operations` are ids, each with what the contract
    /// calls it: `GET /orders/{id}`.
    fn uses<'a>(
        &'a self,
        workspace: &'a str,
        api: &'a str,
        since: u64,
        operations: Vec<(String, String)>,
    ) -> Used<'a>;
}

impl Control {
    /// Who used an API in the last thirty days.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn uses(&self, ws: &Name, id: &str) -> Result<Uses, Error> {
        let Resource::Api(api) = self.get(ws, Kind::Api, id)?.resource else { return Err(Error::Internal) };
        self.uses_of(ws, &api, DAYS).await.map_err(|NotKnown| Error::Internal)
    }

    /// Who used an API as it is in force in so many days; nobody, where nothing is counted.
    pub(crate) async fn uses_of(&self, ws: &Name, api: &Api, days: u64) -> Result<Uses, NotKnown> {
        let Some(usage) = &self.inner.options.usage else { return Ok(Uses::default()) };
        let operations = match self.summary_of(api) {
            Some(summary) => {
                let operations = summary.operations.iter();
                let named = operations.map(|one| (one.id.clone(), format!("{} {}", one.method, one.path)));
                named.collect()
            }
            // Everything is passed through.
            None => vec![(String::new(), "/*".to_owned())],
        };
        let since = self.now().saturating_sub(days * DAY);
        usage.uses(ws.as_str(), &api.id(), since, operations).await
    }
}
