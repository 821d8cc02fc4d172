//! Blocks → what gateways refuse at once.

use jiff::Timestamp;
use model::{Name, Resource, snapshot::BlockRule};

/// What a gateway refuses; nothing where the block does not say it, which is told elsewhere.
pub(crate) fn rule(workspace: &Name, resource: &Resource) -> Option<BlockRule> {
    let Resource::Block(block) = resource else { return None };
    let ends = block.expires_at.as_ref().map(|time| {
        let time = time.parse::<Timestamp>();
        // A time before 1970 has passed. One that is none is refused before it comes here.
        time.map_or(0, |time| u64::try_from(time.as_millisecond()).unwrap_or(0))
    });
    Some(BlockRule { workspace: workspace.clone(), blocked: block.blocked().ok()?, ends })
}
