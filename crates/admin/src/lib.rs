//! The admin and portal REST APIs over `control` and `analytics`, sign-in, and the built console and portal pages.
//!
//! [`router`] is everything that is served on the admin address; [`serve`] serves it. An endpoint is one function and its line
//! in a table ([`console`], [`portal`]); the OpenAPI documents in `openapi/` are drawn from the same tables.

mod auth;
mod console;
mod endpoint;
mod guard;
mod health;
mod mocking;
mod oauth;
mod pages;
mod passkeys;
mod portal;
mod problem;
mod router;
mod scim;
mod second_factor;
mod serve;
mod sso;
mod state;

pub use auth::GatewayToken;
pub use guard::Peer;
pub use router::router;
pub use serve::serve;
pub use state::{
    AdminState, CertificateStatus, GatewayControl, GatewayStatus, ListenerStatus, ObtainedStatus, Options,
    PurgeNews, PurgedItem, StoredResponses,
};
