//! Asks authorities whether the certificates of callers are revoked (OCSP, RFC 6960), and remembers what they said.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::rand;
use bytes::Bytes;
use http::{
    Uri,
    header::{ACCEPT, CONTENT_TYPE},
};
use policy::{
    Gauge, OutboundCall, World,
    ocsp::{Issued, LARGEST, NONCE, Question, Standing},
    prelude::*,
    x509::Described,
};

use crate::{
    oauth2_introspection::address,
    recent::{Mark, Recent},
};

/// Certificates of which a gateway remembers what was said.
const REMEMBERED: usize = 20_000;
/// Questions of one policy under way at one time.
const MOST_ASKED: u64 = 64;
/// Responders of one certificate that are asked, one after the other.
const MOST_PLACES: usize = 2;
/// For how long nobody is asked again after nobody could say, milliseconds.
const QUIET_FOR: u64 = 10_000;
/// For how long an answer is used whose responder knows better at any time, milliseconds.
const MOMENT: u64 = 60_000;
const SECOND: u64 = 1000;

/// How authorities are asked whether a caller's certificate is revoked (OCSP).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Ocsp {
    /// Where is asked: `http://ocsp.example.com`, in place of what each certificate names itself (authorityInfoAccess).
    responder: Option<String>,
    /// What becomes of a caller of whose certificate nobody can say whether it is revoked, because no responder is named, or none gives an answer that is worth
    /// something.
    unavailable: Unavailable,
    /// Whose certificates are asked about.
    of: Asked,
    /// Whether answers must carry the nonce of the question, so that none can be older than it. Many public authorities make answers in advance, without one;
    /// an answer with another nonce is refused in any case.
    require_nonce: bool,
    /// How long an answer is used before the responder is asked again, 7 days at most; never beyond what it says itself (`nextUpdate`), but for so long
    /// where the responder cannot be reached meanwhile.
    cache: Span,
    /// How long a responder has to answer, 10 seconds at most.
    timeout: Span,
}

impl Default for Ocsp {
    fn default() -> Ocsp {
        Ocsp {
            responder: None,
            unavailable: Unavailable::Refuse,
            of: Asked::Certificate,
            require_nonce: false,
            cache: Span::secs(3600),
            timeout: Span::secs(2),
        }
    }
}

/// What becomes of callers of whom nobody can say anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Unavailable {
    /// They are answered `503`, or `401` where nobody could be asked (hard fail).
    Refuse,
    /// They are let in (soft fail); the log of the gateway tells it. Whoever can keep the gateway from the responder gets in with a certificate that is revoked.
    Accept,
}

/// Whose certificates are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Asked {
    /// The caller's own.
    Certificate,
    /// That, and each between it and the authority.
    Chain,
}

/// The running form of [`Ocsp`].
pub(super) struct Asking {
    responder: Option<Uri>,
    soft: bool,
    chain: bool,
    needs_nonce: bool,
    /// Milliseconds.
    cache: u64,
    timeout: Duration,
    known: Arc<Recent<Known>>,
    asking: Box<dyn Gauge>,
    /// Tells this policy's entries from those of others, who ask elsewhere.
    own: [u8; 16],
}

/// A certificate, and where is asked about it.
pub(super) struct Link {
    mark: Mark,
    issued: Issued,
    places: Vec<Uri>,
}

/// What is remembered of a certificate. Milliseconds since 1970.
#[derive(Clone, Copy)]
struct Known {
    /// `None` where nobody could say.
    standing: Option<Standing>,
    /// From when on a responder is asked again, and until when the answer can be used where it cannot be reached.
    again: u64,
    until: u64,
}

/// What is to be done with a caller.
pub(super) enum Verdict {
    LetIn,
    Refuse(Problem),
    /// Somebody has to be asked first.
    Ask,
}

impl Ocsp {
    pub(super) fn build(self, cx: &BuildCx<'_>) -> Result<Asking, Invalid> {
        let responder = match &self.responder {
            None => None,
            Some(text) => Some(address(text).ok_or_else(|| {
                Invalid::field("ocsp.responder", format!("`{text}` is no address: write `http://host/path`"))
            })?),
        };
        if self.cache > Span::secs(7 * 86_400) {
            return Err(Invalid::field("ocsp.cache", "is at most 7 days"));
        }
        if self.timeout > Span::secs(10) || self.timeout == Span::secs(0) {
            return Err(Invalid::field("ocsp.timeout", "is more than nothing, and at most 10 seconds"));
        }
        let mut own = [0; 16];
        rand::fill(&mut own).expect("the operating system has random bytes");
        Ok(Asking {
            responder,
            soft: self.unavailable == Unavailable::Accept,
            chain: self.of == Asked::Chain,
            needs_nonce: self.require_nonce,
            cache: self.cache.0.as_millis() as u64,
            timeout: self.timeout.0,
            known: cx.kept("mtls-auth ocsp", || Recent::new(REMEMBERED)),
            asking: cx.gauge("ocsp"),
            own,
        })
    }
}

impl Asking {
    /// The certificates of a chain that was verified which are asked about.
    pub(super) fn links(&self, chain: Vec<Issued>) -> Vec<Link> {
        let all = if self.chain { chain.len() } else { 1 };
        chain.into_iter().take(all).map(|issued| self.link(issued)).collect()
    }

    fn link(&self, issued: Issued) -> Link {
        let named = || Described::read(&issued.certificate).map(|described| described.ocsp).unwrap_or_default();
        let places = match &self.responder {
            Some(responder) => vec![responder.clone()],
            None => named().iter().filter_map(|text| address(text)).take(MOST_PLACES).collect(),
        };
        Link { mark: self.known.mark(&[&self.own, &issued.certificate]), issued, places }
    }

    /// What is known of the certificates now, milliseconds since 1970.
    pub(super) fn verdict(&self, links: &[Link], now: u64) -> Verdict {
        let mut ask = false;
        for link in links {
            match self.known.get(&link.mark).filter(|known| now < known.again) {
                None if link.places.is_empty() => match self.soft {
                    true => {}
                    false => return Verdict::Refuse(super::refuse("it names no responder to ask whether it is revoked, and `ocsp` has none")),
                },
                None => ask = true,
                Some(known) => {
                    if let Some(problem) = self.problem_of(known) {
                        return Verdict::Refuse(problem);
                    }
                }
            }
        }
        if ask { Verdict::Ask } else { Verdict::LetIn }
    }

    /// Asks about those of whom nothing is known.
    pub(super) async fn ask(&self, links: &[Link], world: &dyn World) -> Result<(), Problem> {
        for link in links.iter().filter(|link| !link.places.is_empty()) {
            let now = world.now().unix_ms;
            let before = self.known.get(&link.mark);
            if before.is_some_and(|known| now < known.again) {
                continue;
            }
            let known = match self.said(link, world).await {
                Ok(known) => known,
                Err(why) => {
                    tracing::warn!(%why, accepted = self.soft, "whether a client certificate is revoked cannot be found out");
                    let now = world.now().unix_ms;
                    let last = before.filter(|known| now < known.until).and_then(|known| Some((known.standing?, known.until)));
                    Known { standing: last.map(|(standing, _)| standing), again: now + QUIET_FOR, until: last.map_or(now, |(_, until)| until) }
                }
            };
            self.known.put(link.mark, known);
            if let Some(problem) = self.problem_of(known) {
                return Err(problem);
            }
        }
        Ok(())
    }

    /// Why a caller is refused; `None` where it is not.
    fn problem_of(&self, known: Known) -> Option<Problem> {
        match known.standing {
            Some(Standing::Good) => None,
            Some(Standing::Revoked) => Some(super::refuse("it, or one that vouches for it, is revoked, as its authority says (OCSP)")),
            Some(Standing::Unknown) => Some(super::refuse("its authority does not know it (OCSP)")),
            None if self.soft => None,
            None => {
                let detail = "whether the client certificate is revoked cannot be found out now; repeat the request later";
                let cause = "mtls-auth: no responder gave an answer that is worth something (OCSP)";
                Some(Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(cause))
            }
        }
    }

    async fn said(&self, link: &Link, world: &dyn World) -> Result<Known, String> {
        let everybody = self.asking.key(CallerKey(&[]));
        let Some(_turn) = self.asking.enter(everybody, MOST_ASKED) else {
            return Err("too many responders are being asked".to_owned());
        };
        let mut nonce = [0; NONCE];
        rand::fill(&mut nonce).expect("the operating system has random bytes");
        let question = Question::new(link.issued.clone(), nonce).ok_or("the key of its issuer cannot be read")?;
        let mut why = String::new();
        for place in &link.places {
            let host = place.host().unwrap_or_default();
            let mut headers = Headers::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/ocsp-request"));
            headers.insert(ACCEPT, HeaderValue::from_static("application/ocsp-response"));
            let call = OutboundCall {
                method: Method::POST,
                uri: place.clone(),
                headers,
                body: Bytes::from(question.request()),
                timeout: self.timeout,
                bound: LARGEST as u64,
            };
            let answer = match world.send(call).await {
                Ok(answer) if answer.status == StatusCode::OK => answer,
                Ok(answer) => {
                    why = format!("{host} answered {}", answer.status);
                    continue;
                }
                Err(error) => {
                    why = format!("{host}: {error}");
                    continue;
                }
            };
            let now = world.now().unix_ms;
            match question.answered(&answer.body, now / SECOND, self.needs_nonce) {
                Ok(answer) => {
                    let until = answer.until.map_or(now + MOMENT, |until| until.saturating_mul(SECOND)).max(now + SECOND);
                    return Ok(Known { standing: Some(answer.standing), again: until.min(now + self.cache.max(SECOND)), until });
                }
                Err(worthless) => why = format!("{host}: {worthless}"),
            }
        }
        Err(why)
    }
}
