//! The second factor: codes that change every half a minute (TOTP, RFC 6238), and recovery codes for who lost what makes them.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use model::{Finding, unscoped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{AuditEntry, Origin, PeopleChange, PersonKind};

use super::{
    Account,
    accounts::{id_of, word},
};
use crate::{Actor, Control, Error, digest, sign_ins::Through};

/// Of a code, seconds (RFC 6238 §4.1).
const STEP: u64 = 30;
/// Steps before and after the present one whose codes are taken: clocks differ (RFC 6238 §5.2).
const SKEW: u64 = 1;
const RECOVERY_CODES: usize = 10;
/// Bytes of a seed; as many as the hash has (RFC 4226 §4, R6).
const SEED: usize = 20;

/// What is kept of a second factor beside its seed, which is sealed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SecondFactor {
    /// The step of the last code: none is taken twice.
    last_step: u64,
    /// SHA-256 of those not used yet.
    recovery: Vec<String>,
}

/// A seed to be put into an authenticator app.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seed {
    /// Base32, for typing.
    pub secret: String,
    /// What the QR code says: `otpauth://totp/…`.
    pub uri: String,
    pub qr: QrCode,
}

/// A QR code (ISO/IEC 18004) as a path of SVG.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QrCode {
    /// Modules on a side, without the four of quiet zone around it.
    pub size: u32,
    /// Of the dark modules, one unit each.
    pub path: String,
}

impl QrCode {
    fn of(text: &str) -> QrCode {
        let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium)
            .expect("an e-mail address and a seed have less than 2 KiB");
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
        QrCode { size: code.size().unsigned_abs(), path }
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed")
    }
}

/// How a second factor stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecondFactorView {
    pub on: bool,
    /// Recovery codes not used yet.
    pub recovery_codes: usize,
}

impl Control {
    /// A seed that nothing knows yet; it counts once [`Control::set_second_factor`] was shown a code of it.
    pub fn draw_seed(&self, issuer: &str, email: &str) -> Seed {
        let secret = BASE32_NOPAD.encode(&digest::random::<SEED>());
        let escape = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (issuer, email) = (escape(issuer).replace('+', "%20"), escape(email));
        let uri = format!("otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}");
        let qr = QrCode::of(&uri);
        Seed { secret, uri, qr }
    }

    /// # Errors
    /// [`Error::Missing`].
    pub async fn second_factor(&self, actor: &Actor, kind: PersonKind) -> Result<SecondFactorView, Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        let (_, account) = self.account(kind, &id).await?.ok_or_else(|| missing(kind, &actor.name))?;
        let recovery_codes = account.second_factor.as_ref().map_or(0, |factor| factor.recovery.len());
        Ok(SecondFactorView { on: account.second_factor.is_some(), recovery_codes })
    }

    /// Asks for a code from now on. The recovery codes, which are shown this once; other sessions stay.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the password or the code is wrong; [`Error::Invalid`] for a seed that is none;
    /// [`Error::Conflict`] where there is one already, or no key to seal it by; [`Error::TooMany`].
    pub async fn set_second_factor(
        &self,
        actor: &Actor,
        kind: PersonKind,
        password: &str,
        secret: &str,
        code: &str,
    ) -> Result<Vec<String>, Error> {
        let seed = BASE32_NOPAD.decode(secret.trim().to_ascii_uppercase().as_bytes()).ok();
        let Some(seed) = seed.filter(|seed| seed.len() == SEED) else {
            let finding = Finding::error("invalid-second-factor", "this is not the seed that was drawn");
            return Err(Error::Invalid(vec![finding.in_field("secret")]));
        };
        let (row, account) = self.prove_password(actor, kind, &actor.name, password).await?;
        if account.second_factor.is_some() {
            return Err(Error::Conflict {
                detail: "there is a second factor already; take it off first".to_owned(),
            });
        }
        let step = fitting(&seed, code, self.now() / 1000, 0).ok_or_else(wrong_code)?;
        let writing = self.write_lock().await?;
        let system = Actor::new("system", Origin::Api);
        self.seal_own_secret(&system, &place(kind, &row.id), &BASE32_NOPAD.encode(&seed), None).await?;
        drop(writing);
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
        let factor =
            SecondFactor { last_step: step, recovery: codes.iter().map(|code| kept(code)).collect() };
        let entry = self.entry_of_account(actor, "set-second-factor", kind, &row.id);
        let change = |account: &mut Account| {
            account.second_factor = Some(factor);
            Ok(PeopleChange { entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, &row.id, change).await?;
        Ok(codes)
    }

    /// Asks for no code any more.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the password or the code is wrong; [`Error::CodeNeeded`]; [`Error::TooMany`].
    pub async fn drop_second_factor(
        &self,
        actor: &Actor,
        kind: PersonKind,
        password: &str,
        code: &str,
    ) -> Result<(), Error> {
        let row = self.prove(actor, kind, &actor.name, password, Some(code)).await?;
        let entry = self.entry_of_account(actor, "drop-second-factor", kind, &row.id);
        self.forget_second_factor(entry, kind, &row.id).await
    }

    /// Takes the second factor from a member who lost it; their sessions end.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Forbidden`] for a member who may more than who asks.
    pub async fn reset_second_factor(&self, actor: &Actor, email: &str) -> Result<(), Error> {
        let email = email.trim().to_lowercase();
        let found = self.account(PersonKind::Member, &email).await?;
        let (row, account) = found.ok_or_else(|| missing(PersonKind::Member, &email))?;
        self.seen(actor, &row, &account).ok_or_else(|| missing(PersonKind::Member, &email))?;
        self.may_change(actor, &account).await?;
        let entry = self.entry(actor, "drop-second-factor", ("member", &email), None, None);
        self.forget_second_factor(entry, PersonKind::Member, &email).await
    }

    async fn forget_second_factor(&self, entry: AuditEntry, kind: PersonKind, id: &str) -> Result<(), Error> {
        let change = |account: &mut Account| {
            account.second_factor = None;
            let ended = vec![(word(kind).to_owned(), id.to_owned())];
            Ok(PeopleChange { ended, entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, id, change).await?;
        self.forget_own_secret(&place(kind, id)).await
    }

    /// Whether a code is right for an account that has a second factor; it is used up.
    ///
    /// # Errors
    /// [`Error::CodeNeeded`] where none was given; [`Error::Unauthenticated`] where it is wrong; [`Error::TooMany`] after ten of those.
    pub(crate) async fn check_code(
        &self,
        actor: &Actor,
        kind: PersonKind,
        id: &str,
        code: Option<&str>,
    ) -> Result<(), Error> {
        let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
            return Err(Error::CodeNeeded);
        };
        let through = if kind == PersonKind::Member { Through::Console } else { Through::Portal };
        // Counted apart from passwords: a right password gives no more tries at codes.
        let counted = format!("code of {} {id}", word(kind));
        self.attempt(actor, &counted, through).await?;
        // One that cannot be opened fits no code.
        let seed = self.open_own_secret(&place(kind, id)).ok().flatten();
        let seed = seed.and_then(|seed| BASE32_NOPAD.decode(seed.reveal().as_bytes()).ok());
        let now = self.now() / 1000;
        let recovery = kept(code);
        let change = |account: &mut Account| {
            let Some(factor) = &mut account.second_factor else { return Ok(PeopleChange::default()) };
            let step = seed.as_ref().and_then(|seed| fitting(seed, code, now, factor.last_step));
            match step {
                Some(step) => factor.last_step = step,
                None => {
                    let at = factor.recovery.iter().position(|known| *known == recovery);
                    factor.recovery.remove(at.ok_or_else(wrong_code)?);
                }
            }
            Ok(PeopleChange::default())
        };
        match self.change_account(kind, id, change).await {
            Ok(()) => {
                self.inner.people.throttle.succeeded(&counted, actor.address);
                Ok(())
            }
            Err(error @ Error::Unauthenticated { .. }) => {
                self.failed(actor, unscoped(id).1, through, "code").await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }
}

/// Under which its seed is sealed; no document can name it.
pub(super) fn place(kind: PersonKind, id: &str) -> String {
    format!("{}second-factor/{}/{id}", model::SECRET_SCHEME, word(kind))
}

/// The step of a code, after the one that was used last; `None` where it is wrong.
fn fitting(seed: &[u8], code: &str, now: u64, last: u64) -> Option<u64> {
    let code = code.trim();
    let present = now / STEP;
    let steps = present.saturating_sub(SKEW)..=present + SKEW;
    // All of them are looked at, whichever fits.
    let fits = steps.filter(|step| {
        let right = totp(seed, *step);
        aws_lc_rs::constant_time::verify_slices_are_equal(right.as_bytes(), code.as_bytes()).is_ok()
    });
    fits.max().filter(|step| *step > last)
}

/// The code of a step (RFC 4226 §5.3), six digits.
fn totp(seed: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[bytes.len() - 1] & 15);
    let number = u32::from_be_bytes([bytes[at] & 127, bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

/// 80 bits by chance, in groups.
fn recovery_code() -> String {
    let text = BASE32_NOPAD.encode(&digest::random::<10>()).to_lowercase();
    [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
}

/// What is kept of a recovery code; how it is grouped does not count.
fn kept(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    digest::hex(&digest::sha256(plain.to_ascii_lowercase().as_bytes()))
}

fn wrong_code() -> Error {
    Error::Unauthenticated { detail: "this code is wrong, or was used already".to_owned() }
}

fn missing(kind: PersonKind, email: &str) -> Error {
    Error::Missing { what: format!("{} `{email}`", word(kind)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: the last six of eight digits.
        let seed = b"12345678901234567890";
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp(seed, time / STEP), code);
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_never_twice() {
        let seed = b"12345678901234567890";
        let now = 1_111_111_109;
        let step = now / STEP;
        for near in [step - 1, step, step + 1] {
            assert_eq!(fitting(seed, &totp(seed, near), now, 0), Some(near));
        }
        assert_eq!(fitting(seed, &totp(seed, step - 2), now, 0), None);
        assert_eq!(fitting(seed, &totp(seed, step), now, step), None);
        assert_eq!(fitting(seed, "", now, 0), None);
    }

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_grouped() {
        let code = recovery_code();
        assert_eq!(code.len(), 19);
        assert_eq!(kept(&code), kept(&code.replace('-', " ").to_uppercase()));
    }
}
