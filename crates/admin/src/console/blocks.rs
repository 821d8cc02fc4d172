//! Blocks in an emergency.

use control::BlockAsked;
use model::{Block, KeyHash, Name, Resource, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::Document;
use crate::{
    auth::Caller,
    endpoint::{Body, Json, Within},
    problem::Refusal,
};

/// What is to be blocked, one thing, and for how long.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockForm {
    /// The name of a consumer, or what tokens call a caller.
    #[serde(default)]
    consumer: Option<String>,
    /// The name of an app.
    #[serde(default)]
    app: Option<Name>,
    /// An API key.
    #[serde(default)]
    #[schemars(extend("writeOnly" = true))]
    key: Option<String>,
    /// The SHA-256 of an API key.
    #[serde(default)]
    key_hash: Option<KeyHash>,
    /// A network address or a network (CIDR).
    #[serde(default)]
    address: Option<String>,
    /// An API: `orders` for every version, `orders@v1` for one.
    #[serde(default)]
    api: Option<String>,
    /// The name of an explicit route.
    #[serde(default)]
    route: Option<Name>,
    /// Why, for people.
    #[serde(default)]
    reason: Option<String>,
    /// How long, such as `1h`; until it is taken away, where absent.
    #[serde(default, rename = "for")]
    lasts: Option<Span>,
}

/// A block that stands.
#[derive(Serialize, JsonSchema)]
pub(crate) struct BlockAnswer {
    block: Document<Block>,
    /// Whether there was one about the same, which this one replaces.
    replaced: bool,
    /// What to know, such as that nobody has this name now.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// What is let in again.
#[derive(Serialize, JsonSchema)]
pub(crate) struct UnblockAnswer {
    unblocked: Vec<Document<Block>>,
}

impl BlockForm {
    fn asked(self) -> BlockAsked {
        let BlockForm { consumer, app, key, key_hash, address, api, route, reason, lasts } = self;
        BlockAsked { consumer, app, key, key_hash, address, api, route, reason, lasts }
    }
}

pub(crate) async fn lift(
    app: Within,
    caller: Caller,
    Body(form): Body<BlockForm>,
) -> Result<Json<UnblockAnswer>, Refusal> {
    let gone = app.control.unblock(&caller.actor, &app.workspace, form.asked()).await?;
    let gone = gone.into_iter().map(|block| Document::new(Resource::Block(Box::new(block))));
    Ok(Json(UnblockAnswer { unblocked: gone.collect() }))
}

pub(crate) async fn create(
    app: Within,
    caller: Caller,
    Body(form): Body<BlockForm>,
) -> Result<Json<BlockAnswer>, Refusal> {
    let asked = form.asked();
    let made = app.control.block(&caller.actor, &app.workspace, asked).await?;
    Ok(Json(BlockAnswer {
        block: Document::new(made.stored.resource),
        replaced: made.replaced,
        note: made.note,
    }))
}
