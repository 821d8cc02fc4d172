//! Where in an exchange a policy runs.

use schemars::JsonSchema;
use serde::Serialize;

/// Where in an exchange a policy runs. Users list policies in any order; the chain sorts by stage, then by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// What every answer is, whoever makes it. Before all others, so that it holds for the refusals of each; here the catalogue's order
    /// counts, not the position.
    Reply,
    /// Early, so that what must never reach the rest (a blocked address) does not, and so that a browser can read a later refusal (CORS).
    Edge,
    /// Who calls. Before everything that depends on the caller.
    Authenticate,
    /// Whether that caller may. Before limits, so that a refused call uses up nothing.
    Authorize,
    /// How much that caller may. After authentication, so that a caller, not an address, is counted.
    Limit,
    /// Whether the request is what the contract promises. After limits, because it may be costly.
    Validate,
    /// What is changed on the way. After validation, so that the client's own message was checked.
    Transform,
    /// Whether an answer is at hand. Last, so that all the above holds for cached answers too. Here the catalogue's order counts, too: what is
    /// answered is not copied.
    Cache,
}
