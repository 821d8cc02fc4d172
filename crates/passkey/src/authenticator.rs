//! What the authenticator itself says (§6.1), which is what it signs.

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};

use crate::{Key, Refused, RelyingParty, cbor};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const MAY_BE_COPIED: u8 = 1 << 3;
const IS_COPIED: u8 = 1 << 4;
const HAS_KEY: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;
/// The longest id of a passkey, bytes (§4).
const LONGEST_ID: usize = 1023;
const MALFORMED: Refused = Refused::Malformed("the authenticator data");

/// The authenticator data, taken apart.
pub(crate) struct Said {
    pub(crate) is_verified: bool,
    /// Whether it is, or may be, on several devices of one person.
    pub(crate) is_synced: bool,
    pub(crate) count: u32,
    /// Of a passkey that is made: its id and key.
    pub(crate) made: Option<(Vec<u8>, Key)>,
}

impl Said {
    /// Reads what an authenticator said to this relying party while somebody was there.
    pub(crate) fn read(bytes: &[u8], party: &RelyingParty) -> Result<Said, Refused> {
        let (party_hash, rest) = split(bytes, 32)?;
        verify_slices_are_equal(party_hash, digest(&SHA256, party.id.as_bytes()).as_ref())
            .map_err(|_| Refused::Party)?;
        let (flags, rest) = split(rest, 1)?;
        let has = |flag: u8| flags[0] & flag != 0;
        let (count, mut rest) = split(rest, 4)?;
        let mut made = None;
        if has(HAS_KEY) {
            // Which model of authenticator it is (AAGUID, §6.5.1) is not asked.
            let (_, after) = split(rest, 16)?;
            let (length, after) = split(after, 2)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            if length == 0 || length > LONGEST_ID {
                return Err(MALFORMED);
            }
            let (id, after) = split(after, length)?;
            let (key, after) = cbor::map(after).ok_or(MALFORMED)?;
            made = Some((id.to_vec(), Key::read(&key)?));
            rest = after;
        }
        if has(HAS_EXTENSIONS) {
            rest = cbor::map(rest).ok_or(MALFORMED)?.1;
        }
        // §7.1, step 19: what is on several devices may be.
        if !rest.is_empty() || (has(IS_COPIED) && !has(MAY_BE_COPIED)) {
            return Err(MALFORMED);
        }
        if !has(PRESENT) {
            return Err(Refused::Presence);
        }
        Ok(Said {
            is_verified: has(VERIFIED),
            is_synced: has(MAY_BE_COPIED),
            count: u32::from_be_bytes([count[0], count[1], count[2], count[3]]),
            made,
        })
    }
}

fn split(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8]), Refused> {
    bytes.split_at_checked(at).ok_or(MALFORMED)
}
