//! What the browser says of a ceremony (§5.8.1): what it was for, which challenge, at which page.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::{Refused, RelyingParty};

/// The longest that is read, bytes.
const LONGEST: usize = 8 * 1024;

/// Browsers may say more, which is not looked at (§5.8.1.2).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

/// The challenge that an answer says it is for, before anything of it is believed.
pub(crate) fn challenge_of(bytes: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(read(bytes)?.challenge).ok()
}

pub(crate) fn check(
    bytes: &[u8],
    (kind, challenge): (&str, &[u8]),
    party: &RelyingParty,
) -> Result<(), Refused> {
    let said = read(bytes).ok_or(Refused::Malformed("the client data"))?;
    if said.r#type != kind {
        return Err(Refused::Type);
    }
    let answered = URL_SAFE_NO_PAD.decode(&said.challenge).map_err(|_| Refused::Challenge)?;
    verify_slices_are_equal(&answered, challenge).map_err(|_| Refused::Challenge)?;
    match said.origin == party.origin && !said.cross_origin && said.top_origin.is_none() {
        true => Ok(()),
        false => Err(Refused::Origin),
    }
}

fn read(bytes: &[u8]) -> Option<ClientData> {
    if bytes.len() > LONGEST {
        return None;
    }
    // §5.8.1.1 writes it without a byte order mark; `UTF-8 decode` (§7.1, step 5) would take one off.
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()
}
