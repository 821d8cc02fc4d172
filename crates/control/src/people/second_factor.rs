//! The second factor: codes that change every half a minute (TOTP, RFC 6238), passkeys, and recovery codes for who lost what makes either.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use model::{Finding, unscoped};
use passkey::RelyingParty;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{AuditEntry, Origin, PeopleChange, PersonKind};

use super::{
    Account,
    accounts::{id_of, word},
    challenges::For,
    passkeys::{Passkey, PasskeyShown, PasskeyView, RequestOptions},
};
use crate::{Actor, Control, Error, digest, sign_ins::Through};

/// Of a code, seconds (RFC 6238 §4.1).
const STEP: u64 = 30;
/// Steps before and after the present one whose codes are taken: clocks differ (RFC 6238 §5.2).
const SKEW: u64 = 1;
const RECOVERY_CODES: usize = 10;
/// Bytes of a seed; as many as the hash has (RFC 4226 §4, R6).
const SEED: usize = 20;

/// What is kept of a second factor beside its seed, which is sealed: codes of an app, passkeys, or both.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SecondFactor {
    /// Whether an app makes codes.
    #[serde(default = "yes")]
    pub(super) codes: bool,
    /// The step of the last code: none is taken twice.
    last_step: u64,
    /// SHA-256 of those not used yet.
    recovery: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) passkeys: Vec<Passkey>,
    /// What authenticators know the account by.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) user: String,
}

/// There were codes before there was anything else.
fn yes() -> bool {
    true
}

impl SecondFactor {
    /// One without anything yet, and its recovery codes, which are shown once.
    pub(super) fn new() -> (SecondFactor, Vec<String>) {
        let (recovery, shown) = recovery_codes();
        let factor =
            SecondFactor { codes: false, last_step: 0, recovery, passkeys: Vec::new(), user: String::new() };
        (factor, shown)
    }

    /// Whether nothing is left of it but recovery codes.
    pub(super) fn is_none(&self) -> bool {
        !self.codes && self.passkeys.is_empty()
    }

    pub(super) fn passkey_views(&self) -> Vec<PasskeyView> {
        self.passkeys.iter().map(Passkey::view).collect()
    }
}

/// What comes beside a password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// Of the app, or a recovery code.
    pub code: Option<&'a str>,
    pub passkey: Option<&'a PasskeyShown>,
    /// Who asks for passkeys, where any can be used.
    pub party: Option<&'a RelyingParty>,
}

/// What is needed beside a password that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorNeeded {
    /// Whether a code of an app does, beside a recovery code.
    pub codes: bool,
    /// By which a browser uses a passkey, where there is one.
    pub passkey: Option<RequestOptions>,
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
    /// Whether anything is asked for beside the password.
    pub on: bool,
    /// Whether an authenticator app makes codes.
    pub codes: bool,
    pub passkeys: Vec<PasskeyView>,
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
        let factor = account.second_factor.as_ref();
        Ok(SecondFactorView {
            on: factor.is_some(),
            codes: factor.is_some_and(|factor| factor.codes),
            passkeys: factor.map_or_else(Vec::new, SecondFactor::passkey_views),
            recovery_codes: factor.map_or(0, |factor| factor.recovery.len()),
        })
    }

    /// Asks for a code from now on. With the first second factor of an account come recovery codes, which are shown this once; other
    /// sessions stay.
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
        if account.second_factor.is_some_and(|factor| factor.codes) {
            return Err(Error::Conflict {
                detail: "an app makes codes already; turn those off first".to_owned(),
            });
        }
        let step = fitting(&seed, code, self.now() / 1000, 0).ok_or_else(wrong_code)?;
        let writing = self.write_lock().await?;
        let system = Actor::new("system", Origin::Api);
        self.seal_own_secret(&system, &place(kind, &row.id), &BASE32_NOPAD.encode(&seed), None).await?;
        drop(writing);
        let mut codes = Vec::new();
        let entry = self.entry_of_account(actor, "set-second-factor", kind, &row.id);
        let change = |account: &mut Account| {
            let factor = account.second_factor.get_or_insert_with(|| {
                let (factor, shown) = SecondFactor::new();
                codes = shown;
                factor
            });
            (factor.codes, factor.last_step) = (true, step);
            Ok(PeopleChange { entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, &row.id, change).await?;
        Ok(codes)
    }

    /// Draws other recovery codes in place of those there are; they are shown this once.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Conflict`] where there is no second factor that they would take the place of.
    pub async fn renew_recovery_codes(&self, actor: &Actor, kind: PersonKind) -> Result<Vec<String>, Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        let entry = self.entry_of_account(actor, "renew-recovery-codes", kind, &id);
        let (recovery, shown) = recovery_codes();
        let change = |account: &mut Account| {
            let factor = account.second_factor.as_mut().ok_or_else(|| Error::Conflict {
                detail: "there is no second factor that recovery codes would take the place of".to_owned(),
            })?;
            factor.recovery = recovery;
            Ok(PeopleChange { entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, &id, change).await?;
        Ok(shown)
    }

    /// Asks for no code of an app any more; passkeys stay. The account's sessions end.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the password or the code is wrong; [`Error::FactorNeeded`]; [`Error::TooMany`].
    pub async fn drop_second_factor(
        &self,
        actor: &Actor,
        kind: PersonKind,
        password: &str,
        code: &str,
    ) -> Result<(), Error> {
        let beside = Beside { code: Some(code), ..Beside::default() };
        let row = self.prove(actor, kind, &actor.name, password, beside).await?;
        let entry = self.entry_of_account(actor, "drop-second-factor", kind, &row.id);
        self.forget_second_factor(entry, kind, &row.id, false).await
    }

    /// Takes the second factor from a member who lost it, passkeys and all; their sessions end.
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
        self.forget_second_factor(entry, PersonKind::Member, &email, true).await
    }

    /// Forgets the codes of an app, or everything.
    pub(super) async fn forget_second_factor(
        &self,
        entry: AuditEntry,
        kind: PersonKind,
        id: &str,
        everything: bool,
    ) -> Result<(), Error> {
        let change = |account: &mut Account| {
            let mut removed = Vec::new();
            if let Some(factor) = &mut account.second_factor {
                factor.codes = false;
                if everything {
                    removed = factor.passkeys.drain(..).map(|passkey| passkey.mark()).collect();
                }
                if factor.is_none() {
                    account.second_factor = None;
                }
            }
            let ended = vec![(word(kind).to_owned(), id.to_owned())];
            Ok(PeopleChange { removed, ended, entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, id, change).await?;
        self.forget_own_secret(&place(kind, id)).await
    }

    /// Whether what comes beside a password is right for an account that has a second factor: what it was, for the audit log.
    ///
    /// # Errors
    /// As [`Control::check_code`]; [`Error::FactorNeeded`] where nothing came.
    pub(crate) async fn check_beside(
        &self,
        actor: &Actor,
        kind: PersonKind,
        id: &str,
        beside: Beside<'_>,
        what: For,
    ) -> Result<&'static str, Error> {
        let code = beside.code.map(str::trim).filter(|code| !code.is_empty());
        if let Some(code) = code {
            self.check_code(actor, kind, id, code).await?;
            return Ok("password and code");
        }
        match (beside.passkey, beside.party) {
            (Some(shown), Some(party)) => {
                self.check_passkey(actor, kind, id, party, shown, (&what, false)).await?;
                Ok("password and passkey")
            }
            (_, party) => {
                let (_, account) = self.account(kind, id).await?.ok_or_else(|| missing(kind, id))?;
                let factor = account.second_factor.as_ref();
                let known = factor.map_or_else(Vec::new, SecondFactor::descriptors);
                let party = party.filter(|_| !known.is_empty());
                Err(Error::FactorNeeded(Box::new(FactorNeeded {
                    codes: factor.is_some_and(|factor| factor.codes),
                    passkey: party.map(|party| self.request(what, party, known, false)),
                })))
            }
        }
    }

    /// Whether a passkey of an account answers a challenge that was opened for something, and whether who used it must have shown who
    /// they are.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`]; [`Error::TooMany`].
    pub(super) async fn check_passkey(
        &self,
        actor: &Actor,
        kind: PersonKind,
        id: &str,
        party: &RelyingParty,
        shown: &PasskeyShown,
        what: (&For, bool),
    ) -> Result<(), Error> {
        let through = if kind == PersonKind::Member { Through::Console } else { Through::Portal };
        let counted = format!("code of {} {id}", word(kind));
        self.attempt(actor, &counted, through).await?;
        match self.prove_passkey(kind, id, party, shown, what).await? {
            Ok(_) => {
                self.inner.people.throttle.succeeded(&counted, actor.address);
                Ok(())
            }
            Err(refused) => Err(self.passkey_failed(actor, unscoped(id).1, through, refused.word()).await?),
        }
    }

    /// Whether a code is right for an account that has a second factor; it is used up.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where it is wrong; [`Error::TooMany`] after ten of those.
    async fn check_code(&self, actor: &Actor, kind: PersonKind, id: &str, code: &str) -> Result<(), Error> {
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
            let seed = seed.as_ref().filter(|_| factor.codes);
            let step = seed.and_then(|seed| fitting(seed, code, now, factor.last_step));
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

/// Those that are kept, and those that are shown.
fn recovery_codes() -> (Vec<String>, Vec<String>) {
    let shown: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    (shown.iter().map(|code| kept(code)).collect(), shown)
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

pub(super) fn missing(kind: PersonKind, email: &str) -> Error {
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
