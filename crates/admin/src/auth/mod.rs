//! Who calls the API, and whether they may.

mod audience;
mod cookie;
mod gate;
mod origin;
mod throttle;
mod token;

pub(crate) use audience::{About, Access, Audience};
pub(crate) use cookie::{attempt_cookie, attempt_of, cookie_of, end_cookie, session_cookie};
pub(crate) use gate::{Caller, Gate, bearer};
pub(crate) use origin::same_origin;
pub(crate) use throttle::Throttle;
pub use token::GatewayToken;
