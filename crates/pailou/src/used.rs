//! Who uses APIs, told by the calls that are counted.

use analytics::Analytics;
use control::{NotKnown, Usage, Used};

pub(crate) struct Counted(pub(crate) Analytics);

impl Usage for Counted {
    fn uses<'a>(
        &'a self,
        workspace: &'a str,
        api: &'a str,
        since: u64,
        operations: Vec<(String, String)>,
    ) -> Used<'a> {
        Box::pin(async move {
            self.0.uses(workspace, api, since, &operations).await.map_err(|error| {
                tracing::error!(api, %error, "who uses an API could not be read");
                NotKnown
            })
        })
    }
}
