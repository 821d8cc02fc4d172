//! The admin API.

mod analytics;
mod apis;
mod audit;
mod blocks;
mod bundles;
mod cache;
pub(crate) mod document;
pub(crate) mod keys;
mod limits;
mod policies;
mod resources;
mod routing;
mod secrets;
pub(crate) mod session;
pub(crate) mod snapshot;
mod split;
mod standing;
mod system;

use crate::{
    auth::Audience,
    endpoint::{Table, delete, get, post, put},
    guard::Load,
};
use policy::problems::{CONFLICT, NOT_FOUND, RATE_LIMITED, UNAUTHENTICATED};

/// Every endpoint of the admin API.
pub(crate) fn table() -> Table {
    Table::new(Audience::Console)
        .group(
            "session",
            [
                get("/session", session::current).admin("getSession", "Who is signed in."),
                post("/session", session::begin)
                    .public(
                        "createSession",
                        "Signs in with the admin token, or with the secret of a one-time link.",
                    )
                    .raises(&[UNAUTHENTICATED, RATE_LIMITED]),
                delete("/session", session::end).admin("deleteSession", "Signs out."),
            ],
        )
        .group("resources", resources::endpoints())
        .group(
            "resources",
            [
                get("/apis/{id}/operations", apis::operations).admin(
                    "listApiOperations",
                    "The operations of an API, each with the policies that hold for it.",
                ),
                get("/apis/{id}/contract", apis::contract)
                    .admin("getApiContract", "The contract of an API, as it was given."),
                get("/apis/{id}/split", split::conduct::<model::Api>)
                    .admin("getApiSplit", "How the branches of an API's split do, at the gateway of this process."),
                get("/routes/{id}/split", split::conduct::<model::Route>).admin(
                    "getRouteSplit",
                    "How the branches of a route's split do, at the gateway of this process.",
                ),
                get("/splits", split::list).admin(
                    "listSplits",
                    "Every split, and how its branches do at the gateway of this process.",
                ),
                post("/apis/{id}/split", split::change::<model::Api>)
                    .admin("changeApiSplit", "Promotes, aborts or weighs a branch of an API's split.")
                    .raises(&[CONFLICT]),
                post("/routes/{id}/split", split::change::<model::Route>)
                    .admin("changeRouteSplit", "Promotes, aborts or weighs a branch of a route's split.")
                    .raises(&[CONFLICT]),
                post("/consumers/{id}/keys", keys::issue_to_consumer)
                    .admin("issueConsumerKey", "Makes an API key for a consumer; shown this once."),
                delete("/consumers/{id}/keys/{key_hash}", keys::revoke_of_consumer)
                    .admin("revokeConsumerKey", "Takes an API key of a consumer back."),
                post("/apps/{id}/keys", keys::issue_to_app)
                    .admin("issueAppKey", "Makes an API key for an app; shown this once."),
                delete("/apps/{id}/keys/{key_hash}", keys::revoke_of_app)
                    .admin("revokeAppKey", "Takes an API key of an app back."),
                post("/blocks", blocks::create)
                    .admin("createBlock", "Refuses calls on every gateway at once: of a consumer, an app or a key, from an address, or to an API or route.")
                    .raises(&[CONFLICT]),
                post("/unblock", blocks::lift)
                    .admin("unblock", "Lets in again what was blocked.")
                    .raises(&[NOT_FOUND]),
                post("/subscriptions/{id}/decision", keys::decide)
                    .admin("decideSubscription", "Approves or rejects a subscription.")
                    .raises(&[CONFLICT]),
            ],
        )
        .group(
            "configuration",
            [
                post("/validate", bundles::validate)
                    .admin("validate", "Checks a folder of resource files: every finding at once.")
                    .load(Load::Heavy),
                post("/plan", bundles::plan)
                    .admin("plan", "What applying a folder of resource files would change.")
                    .load(Load::Heavy),
                post("/apply", bundles::apply)
                    .admin("apply", "Makes a folder of resource files true, whole or not at all.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                get("/export", bundles::export)
                    .admin("export", "Everything as a folder of resource files, without secrets."),
                post("/import/openapi", bundles::import)
                    .admin("importOpenapi", "Makes an API of an OpenAPI or Swagger document.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/explain/route", routing::explain)
                    .admin("explainRoute", "Where a request would go, and why not elsewhere.")
                    .load(Load::Heavy),
                get("/policies", policies::list)
                    .admin("listPolicies", "The policies of this build, with their schemas."),
                get("/limits/explain", limits::explain)
                    .admin("explainLimits", "Which limits a call would touch, and what is left of them.")
                    .raises(&[NOT_FOUND]),
            ],
        )
        .group(
            "cache",
            [
                get("/cache", cache::usage).admin(
                    "getCache",
                    "How full the room for stored responses is, and what came of requests.",
                ),
                post("/cache/purge", cache::purge)
                    .admin("purgeCache", "Forgets stored responses: of a URL, with a tag, or all.")
                    .raises(&[NOT_FOUND]),
            ],
        )
        .group(
            "secrets",
            [
                get("/secrets", secrets::list)
                    .admin("listSecrets", "The secrets of the built-in store, without their values."),
                get("/secret-references", secrets::references).admin(
                    "listSecretReferences",
                    "Every secret that documents name, wherever it is kept, without its value.",
                ),
                put("/secrets/{name}", secrets::set)
                    .admin("setSecret", "Gives a secret a value, in force at once on every gateway.")
                    .raises(&[CONFLICT]),
                post("/secrets/{name}/rotate", secrets::rotate)
                    .admin("rotateSecret", "Gives a secret that is there a new value.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                delete("/secrets/{name}", secrets::delete)
                    .admin("deleteSecret", "Deletes a secret that nothing names.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                post("/secret-key/rotate", secrets::rotate_data_key)
                    .admin("rotateSecretKey", "Makes a new key and seals every secret by it.")
                    .raises(&[CONFLICT]),
            ],
        )
        .group(
            "audit",
            [
                get("/audit", audit::list).admin("listAudit", "The audit log, the newest first."),
                post("/audit/verify", audit::verify)
                    .admin("verifyAudit", "Checks the whole chain of the audit log."),
            ],
        )
        .group(
            "analytics",
            [
                get("/analytics/traffic", analytics::traffic).admin("getTraffic", "Traffic over time."),
                get("/analytics/top", analytics::top).admin("getTop", "What has the most requests."),
                get("/analytics/usage", analytics::usage).admin("getUsage", "Who used how much; exact."),
                get("/analytics/status", analytics::status)
                    .admin("getAnalyticsStatus", "How analytics itself is doing."),
                get("/calls", analytics::calls).admin("listCalls", "Logged calls, the newest first."),
                get("/calls/{id}", analytics::call).admin("getCall", "One logged call."),
            ],
        )
        .group(
            "system",
            [
                get("/system", system::system).admin("getSystem", "This process, its gateway and its store."),
                get("/gateway/upstreams", standing::list).admin(
                    "listUpstreamStandings",
                    "How upstreams and their endpoints stand at this process's gateway, and what changed lately.",
                ),
                get("/snapshot/blocks", snapshot::blocks)
                    .gateway("getSnapshotBlocks", "What gateways refuse at once; asked several times a second."),
                get("/snapshot", snapshot::get)
                    .gateway("getSnapshot", "What a gateway of another process runs, with secrets."),
                get("/purges", cache::news)
                    .gateway("getPurges", "What gateways of other processes are to forget of stored responses."),
            ],
        )
}
