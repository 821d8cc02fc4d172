//! A cookie by which the gateway knows a client again: made by chance, and given to whoever has none.

use head::Known;
use http::{HeaderName, HeaderValue, header};
use model::SameSite;
use policy::Request;

use super::ring::hash;
use crate::{random::Random, router::cookie};

/// [`model::OwnCookie`] in its running form.
pub(crate) struct OwnCookie {
    name: Box<str>,
    /// What is said of it, with a semicolon before each part.
    attributes: Box<str>,
}

/// What such a cookie holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    drawn: [u8; 12],
    /// At which branch of a split its owner is; 0 where at none.
    pub(crate) branch: u32,
}

impl OwnCookie {
    pub(crate) fn new(spec: &model::OwnCookie) -> OwnCookie {
        let max_age = spec.ttl.map(|ttl| format!("; Max-Age={}", ttl.0.as_secs())).unwrap_or_default();
        let same_site = match spec.same_site {
            SameSite::Lax => "Lax",
            SameSite::Strict => "Strict",
            SameSite::None => "None",
        };
        let attributes = format!("; Path={}{max_age}; HttpOnly; SameSite={same_site}", spec.path);
        OwnCookie { name: spec.name.as_str().into(), attributes: attributes.into() }
    }

    /// What the client has; nothing where it is none of ours.
    pub(crate) fn of(&self, req: &Request) -> Option<Ticket> {
        let text = cookie(&req.head.headers, &self.name)?;
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        let (drawn, branch) = bytes.split_first_chunk::<12>()?;
        Some(Ticket { drawn: *drawn, branch: u32::from_be_bytes(branch.try_into().ok()?) })
    }

    /// The field that gives it to the client.
    pub(crate) fn give(&self, ticket: &Ticket, req: &Request) -> Option<(HeaderName, HeaderValue)> {
        let is_secure =
            req.head.headers.first(Known::XForwardedProto).is_some_and(|p| p.as_bytes() == b"https");
        let drawn = ticket.drawn.iter().fold(0_u128, |all, byte| all << 8 | u128::from(*byte));
        let (name, attributes) = (&self.name, &self.attributes);
        let secure = if is_secure { "; Secure" } else { "" };
        let text = format!("{name}={drawn:024x}{:08x}{attributes}{secure}", ticket.branch);
        Some((header::SET_COOKIE, HeaderValue::from_str(&text).ok()?))
    }
}

impl Ticket {
    pub(crate) fn draw(random: &mut Random) -> Ticket {
        let mut drawn = [0; 12];
        drawn[..8].copy_from_slice(&random.next().to_be_bytes());
        drawn[8..].copy_from_slice(&random.next().to_be_bytes()[..4]);
        Ticket { drawn, branch: 0 }
    }

    /// The same client at a branch.
    pub(crate) fn at(self, branch: u32) -> Ticket {
        Ticket { branch, ..self }
    }

    pub(crate) fn key(&self) -> u64 {
        hash(&self.drawn)
    }
}
