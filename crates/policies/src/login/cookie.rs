//! What a browser keeps for the gateway: encrypted, bound to its use, and in pieces where it is large.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
    hmac, rand,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header::COOKIE;
use policy::prelude::*;

/// The longest piece. Browsers take 4096 bytes with name and attributes (RFC 6265 §6.1).
const PIECE: usize = 3800;
/// Pieces of one session.
const MOST_PIECES: usize = 6;
/// What of a session can be sealed, bytes.
pub(crate) const LARGEST: usize = PIECE * MOST_PIECES / 4 * 3 - 64;

/// Seals what browsers keep. All gateways with the same secret open it.
pub(crate) struct Sealer {
    key: LessSafeKey,
    /// Of the cookies, without what says where they hold.
    name: String,
}

impl Sealer {
    /// For the sessions of one way to sign in (`oidc`), by what tells it from others of its kind: who is asked, and as whom.
    pub(crate) fn new(way: &str, secret: &str, (asked, client): (&str, &str)) -> Sealer {
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
        for part in [&*format!("pailou {way} 1"), asked, client] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let key = UnboundKey::new(&AES_256_GCM, mac.sign().as_ref()).expect("HMAC-SHA-256 gives 32 bytes");
        // Several clients at one host do not take each other's.
        let hash = digest(&SHA256, format!("{asked} {client}").as_bytes());
        let digits: String = hash.as_ref()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        Sealer { key: LessSafeKey::new(key), name: format!("pailou_{way}_{digits}") }
    }

    /// The name of a cookie that holds for the whole host. The prefix binds it to the host and to TLS (RFC 6265bis §4.1.3.2).
    pub(crate) fn session(&self, secure: bool) -> String {
        format!("{}{}", if secure { "__Host-" } else { "" }, self.name)
    }

    /// The name of the cookie of one attempt to sign in.
    pub(crate) fn attempt(&self, secure: bool, state: &str) -> String {
        let begin: String = state.chars().take(12).collect();
        format!("{}{}_{begin}", if secure { "__Secure-" } else { "" }, self.name)
    }

    pub(crate) fn seal(&self, what: &str, value: &[u8]) -> String {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the operating system has random bytes");
        let mut sealed = value.to_vec();
        let used = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_in_place_append_tag(used, Aad::from(what.as_bytes()), &mut sealed)
            .expect("AES-GCM seals less than 64 GiB");
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    pub(crate) fn open(&self, what: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.key.open_in_place(nonce, Aad::from(what.as_bytes()), &mut sealed).ok()?;
        Some(opened.to_vec())
    }

    /// Whether a session is among the cookies, whatever it says.
    pub(crate) fn is_sent(&self, headers: &Headers) -> bool {
        let mut found = false;
        each(headers, &mut |name, _| found |= self.piece(name).is_some());
        found
    }

    /// The session that a browser sent, its pieces put together; nothing where they do not fit.
    pub(crate) fn sent(&self, headers: &Headers, secure: bool) -> Option<String> {
        let wanted = self.session(secure);
        let mut pieces: [Option<String>; MOST_PIECES] = Default::default();
        let mut twice = false;
        each(headers, &mut |name, value| {
            if let Some((true, at)) = self.piece(name).map(|at| (name.starts_with(&wanted), at)) {
                twice |= pieces[at].replace(value.to_owned()).is_some_and(|other| other != value);
            }
        });
        let count = pieces.iter().take_while(|piece| piece.is_some()).count();
        let whole: String = pieces.into_iter().map_while(|piece| piece).collect();
        (count > 0 && !twice).then_some(whole)
    }

    /// One cookie by its name.
    pub(crate) fn one(headers: &Headers, wanted: &str) -> Option<String> {
        let (mut found, mut twice) = (None::<String>, false);
        each(headers, &mut |name, value| {
            if name == wanted {
                twice |= found.replace(value.to_owned()).is_some();
            }
        });
        found.filter(|_| !twice)
    }

    /// Takes the cookies of this policy out of what goes to the upstream.
    pub(crate) fn take_out(&self, headers: &mut Headers) {
        let mut kept: Vec<String> = Vec::new();
        let mut found = false;
        each(headers, &mut |name, value| {
            let ours =
                name.trim_start_matches("__Host-").trim_start_matches("__Secure-").starts_with(&self.name);
            found |= ours;
            if !ours {
                kept.push(format!("{name}={value}"));
            }
        });
        if !found {
            return;
        }
        headers.remove(COOKIE);
        if let Some(value) = HeaderValue::try_from(kept.join("; ")).ok().filter(|value| !value.is_empty()) {
            headers.insert(COOKIE, value);
        }
    }

    /// The cookies that make a browser keep a session for so many seconds; pieces of a larger one before are taken back.
    pub(crate) fn keep(&self, sealed: &str, secure: bool, seconds: u64, before: usize) -> Vec<HeaderValue> {
        let name = self.session(secure);
        let pieces: Vec<&str> =
            (0..sealed.len()).step_by(PIECE).map(|at| &sealed[at..sealed.len().min(at + PIECE)]).collect();
        let fresh = pieces
            .iter()
            .enumerate()
            .map(|(at, piece)| set(&format!("{name}{}", end(at)), piece, "/", secure, seconds));
        let stale = (pieces.len()..before).map(|at| set(&format!("{name}{}", end(at)), "", "/", secure, 0));
        fresh.chain(stale).flatten().collect()
    }

    /// The cookies that make a browser forget the session it sent.
    pub(crate) fn forget(&self, headers: &Headers, secure: bool) -> Vec<HeaderValue> {
        let mut names = Vec::new();
        each(headers, &mut |name, _| {
            if self.piece(name).is_some() {
                names.push(name.to_owned());
            }
        });
        names.truncate(2 * MOST_PIECES);
        names.iter().filter_map(|name| set(name, "", "/", secure || name.starts_with("__"), 0)).collect()
    }

    /// How many pieces a browser sent.
    pub(crate) fn pieces(&self, headers: &Headers) -> usize {
        let mut most = 0;
        each(headers, &mut |name, _| most = most.max(self.piece(name).map_or(0, |at| at + 1)));
        most
    }

    /// Which piece of a session a cookie is.
    fn piece(&self, name: &str) -> Option<usize> {
        let rest = name.strip_prefix("__Host-").unwrap_or(name).strip_prefix(&self.name)?;
        (0..MOST_PIECES).find(|at| end(*at) == rest)
    }
}

/// What the name of a piece ends with.
fn end(at: usize) -> String {
    if at == 0 { String::new() } else { format!(".{at}") }
}

/// `Set-Cookie` (RFC 6265 §4.1). Browsers send it with requests that begin elsewhere only where they lead here.
pub(crate) fn set(name: &str, value: &str, path: &str, secure: bool, seconds: u64) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::try_from(line).ok()
}

/// As [`set`], for what must come with a form that a page elsewhere sends here. Browsers take `SameSite=None` with TLS alone; without it they
/// are told nothing, and most send it for two minutes.
pub(crate) fn set_for_forms(
    name: &str,
    value: &str,
    path: &str,
    secure: bool,
    seconds: u64,
) -> Option<HeaderValue> {
    let secure = if secure { "; SameSite=None; Secure" } else { "" };
    let line = format!("{name}={value}; Path={path}; HttpOnly; Max-Age={seconds}{secure}");
    HeaderValue::try_from(line).ok()
}

fn each(headers: &Headers, see: &mut dyn FnMut(&str, &str)) {
    for line in headers.get_all(COOKIE).iter() {
        let line = line.to_str().unwrap_or_default();
        for (name, value) in line.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            see(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::RequestBuilder;

    fn sealer(secret: &str) -> Sealer {
        Sealer::new("oidc", secret, ("https://idp.example", "orders"))
    }

    #[test]
    fn what_is_sealed_opens_for_its_use_with_its_secret_alone() {
        let sealed = sealer("one").seal("session", b"ada");
        assert_eq!(sealer("one").open("session", &sealed).as_deref(), Some(&b"ada"[..]));
        assert_eq!(sealer("one").open("attempt", &sealed), None);
        assert_eq!(sealer("two").open("session", &sealed), None);
        for wrong in ["", "AAAA", &sealed[1..], &sealed[..sealed.len() - 1], &format!("{sealed}A")] {
            assert_eq!(sealer("one").open("session", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_large_session_goes_in_pieces_and_comes_back_whole() {
        let sealer = sealer("one");
        for length in [1, PIECE, PIECE + 1, 3 * PIECE - 1] {
            let value = "x".repeat(length);
            let set = sealer.keep(&value, true, 60, 0);
            assert_eq!(set.len(), length.div_ceil(PIECE));
            let pairs: Vec<_> =
                set.iter().map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
            assert!(
                set.iter().all(|line| line.len() <= 4096 && line.to_str().unwrap().starts_with("__Host-"))
            );
            let req =
                RequestBuilder::get("/").header("cookie", &format!("a=b; {}; c=d", pairs.join("; "))).build();
            let mut headers = req.head.headers;
            assert_eq!(sealer.sent(&headers, true).as_deref(), Some(&*value));
            assert_eq!(sealer.sent(&headers, false), None, "not without the prefix");
            assert!(sealer.is_sent(&headers));
            assert_eq!(sealer.forget(&headers, true).len(), set.len());
            sealer.take_out(&mut headers);
            assert_eq!(headers.get(COOKIE).unwrap().as_bytes(), b"a=b; c=d");
        }
        let smaller = sealer.keep("x", true, 60, 3);
        assert_eq!(smaller.iter().filter(|line| line.to_str().unwrap().contains("Max-Age=0")).count(), 2);
    }

    #[test]
    fn two_sessions_at_once_are_none() {
        let sealer = sealer("one");
        let name = sealer.session(false);
        let req = RequestBuilder::get("/").header("cookie", &format!("{name}=a; {name}=b")).build();
        assert_eq!(sealer.sent(&req.head.headers, false), None);
    }
}
