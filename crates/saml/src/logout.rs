//! Signing out, begun here and begun at the provider (SAML 2.0 core §3.7, profiles §4.4), by HTTP-Redirect and HTTP-POST.

use std::io::Read as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::read::DeflateDecoder;
use percent_encoding::percent_decode_str;
use roxmltree::Node;
use serde::{Deserialize, Serialize};

use crate::{
    ASSERTION, DecryptionKey, PROTOCOL, Provider, SigningKey, Why,
    algorithm::verify,
    assertion::Assertion,
    encrypted,
    instant::{instant, text_of_instant},
    request::redirect,
    response::{SUCCESS, no_id_twice, read_base64},
    signature::signed,
    xml::{LARGEST, all, at_most_one, attribute, escaped, is, one, parse, text},
};

/// How long a request to sign out is good, milliseconds: its id is remembered for so long.
const GOOD: u64 = 5 * 60_000;
/// Sessions that one request may name.
const MOST_SESSIONS: usize = 100;
/// The longest id and name, bytes.
const LONGEST: usize = 4096;

/// Whom a provider named, and in which of its sessions: what it is told at signing out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whom {
    pub subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_qualifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

impl Assertion {
    /// Whom it is about.
    pub fn whom(&self) -> Whom {
        Whom {
            subject: self.subject.clone(),
            format: self.format.clone(),
            qualifier: self.qualifier.clone(),
            party_qualifier: self.party_qualifier.clone(),
            session: self.session_index.clone(),
        }
    }
}

/// The address that a browser is sent to, so that the provider ends the session in which it gave an assertion. `id` is a name in XML that
/// nobody foresees.
pub fn logout_request(
    whom: &Whom,
    (id, entity_id, destination): (&str, &str, &str),
    now: u64,
    (relay, key): (&str, Option<&SigningKey>),
) -> String {
    let attribute = |name: &str, value: &Option<String>| {
        value.as_ref().map_or_else(String::new, |value| format!(" {name}=\"{}\"", escaped(value)))
    };
    let session = whom.session.as_ref().map_or_else(String::new, |index| {
        format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escaped(index))
    });
    let message = format!(
        "<samlp:LogoutRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{}\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{}\"><saml:Issuer>{}</saml:Issuer><saml:NameID{}{}{}>{}</saml:NameID>{session}</samlp:LogoutRequest>",
        escaped(id),
        text_of_instant(now),
        escaped(destination),
        escaped(entity_id),
        attribute("Format", &whom.format),
        attribute("NameQualifier", &whom.qualifier),
        attribute("SPNameQualifier", &whom.party_qualifier),
        escaped(&whom.subject),
    );
    redirect(destination, ("SAMLRequest", &message), Some(relay), key)
}

/// The address that a browser is sent to, so that the provider learns that those it asked to sign out are (§3.7.2). `id` is a name in XML
/// that nobody foresees.
pub fn logout_response(
    asked: &LogoutAsked,
    (id, entity_id, destination): (&str, &str, &str),
    now: u64,
    key: Option<&SigningKey>,
) -> String {
    let message = format!(
        "<samlp:LogoutResponse xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{}\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{}\" InResponseTo=\"{}\"><saml:Issuer>{}</saml:Issuer><samlp:Status><samlp:StatusCode Value=\"{SUCCESS}\"/></samlp:Status></samlp:LogoutResponse>",
        escaped(id),
        text_of_instant(now),
        escaped(destination),
        escaped(&asked.id),
        escaped(entity_id),
    );
    redirect(destination, ("SAMLResponse", &message), asked.relay.as_deref(), key)
}

/// How a request to sign out came.
#[derive(Clone, Copy, Debug)]
pub enum Came<'a> {
    /// By HTTP-Redirect (bindings §3.4): the query as it stands in the address, since that is what was signed.
    Query(&'a str),
    /// By HTTP-POST (bindings §3.5): the fields `SAMLRequest` and `RelayState` of a form.
    Form(&'a str, Option<&'a str>),
}

/// What a request to sign out is held against.
#[derive(Clone, Copy, Debug)]
pub struct LogoutExpected<'a> {
    pub provider: &'a Provider,
    /// Where the request was to go, and has come.
    pub at: &'a str,
    /// Milliseconds since 1970.
    pub now: u64,
    /// By how much clocks may differ, milliseconds.
    pub skew: u64,
    pub key: Option<&'a DecryptionKey>,
}

/// Whom a provider asks to sign out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutAsked {
    /// Of the request; it is taken once.
    pub id: String,
    /// Until when it could be shown, milliseconds since 1970.
    pub until: u64,
    /// Who it is, as the provider names them.
    pub subject: String,
    /// Which of their sessions; all of them where none is named.
    pub sessions: Vec<String>,
    /// What the provider wants to have back with the answer.
    pub relay: Option<String>,
}

/// What is believed of a request to sign somebody out. It must be signed: whoever could make one would end the sessions of anybody. Whoever
/// calls this takes the id once ([`LogoutAsked::id`]).
///
/// # Errors
/// Why nobody is signed out.
pub fn logout_asked(came: Came<'_>, expected: &LogoutExpected<'_>) -> Result<LogoutAsked, Why> {
    expected.provider.holds(expected.now)?;
    let (text, relay) = match came {
        Came::Query(query) => of_query(query, expected)?,
        Came::Form(message, relay) => {
            let text = read_base64(message)?;
            let document = parse(text.trim_start_matches('\u{feff}').trim())?;
            let root = document.root_element();
            no_id_twice(root)?;
            let text = signed(root, &expected.provider.keys)?.ok_or("it is not signed")?;
            (text, relay.map(str::to_owned))
        }
    };
    if relay.as_ref().is_some_and(|relay| relay.len() > LONGEST) {
        return Err("its `RelayState` is too long".into());
    }
    let document = parse(text.trim_start_matches('\u{feff}').trim())?;
    let asked = read(document.root_element(), expected)?;
    Ok(LogoutAsked { relay, ..asked })
}

/// The text of a message whose signature stands beside it in the query (bindings §3.4.4.1), and its `RelayState`.
fn of_query(query: &str, expected: &LogoutExpected<'_>) -> Result<(String, Option<String>), Why> {
    let raw = |wanted: &str| {
        let mut found =
            query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(name, _)| *name == wanted);
        match (found.next(), found.next()) {
            (one, None) => Ok(one.map(|(_, value)| value)),
            _ => Err(Why::from(format!("its query has several `{wanted}`"))),
        }
    };
    if raw("SAMLEncoding")?.is_some() {
        return Err("its query names an encoding; the usual one is taken alone".into());
    }
    let message = raw("SAMLRequest")?.ok_or("its query has no `SAMLRequest`")?;
    let relay = raw("RelayState")?;
    let (Some(algorithm), Some(signature)) = (raw("SigAlg")?, raw("Signature")?) else {
        return Err("it is not signed".into());
    };
    let of_relay = relay.map_or_else(String::new, |relay| format!("&RelayState={relay}"));
    let content = format!("SAMLRequest={message}{of_relay}&SigAlg={algorithm}");
    let signature = STANDARD.decode(decoded(signature)?).map_err(|_| "its signature is no Base64")?;
    verify(&decoded(algorithm)?, content.as_bytes(), &signature, &expected.provider.keys)?;
    let packed = STANDARD.decode(decoded(message)?).map_err(|_| Why::from("it is no Base64"))?;
    let mut text = String::new();
    DeflateDecoder::new(&packed[..])
        .take(LARGEST as u64 + 1)
        .read_to_string(&mut text)
        .map_err(|_| Why::from("it is not compressed as it should be, or no UTF-8"))?;
    Ok((text, relay.map(decoded).transpose()?))
}

fn decoded(text: &str) -> Result<String, Why> {
    let text = text.replace('+', " ");
    let text = percent_decode_str(&text).decode_utf8().map_err(|_| Why::from("its query is no UTF-8"))?;
    Ok(text.into_owned())
}

fn read(root: Node<'_, '_>, expected: &LogoutExpected<'_>) -> Result<LogoutAsked, Why> {
    if !is(root, PROTOCOL, "LogoutRequest") || attribute(root, "Version") != Some("2.0") {
        return Err("it is no `LogoutRequest` of SAML 2.0".into());
    }
    if attribute(root, "Destination") != Some(expected.at) {
        return Err("it was meant to go elsewhere (`Destination`)".into());
    }
    let id = attribute(root, "ID").filter(|id| !id.is_empty() && id.len() <= LONGEST);
    let id = id.ok_or("it has no `ID`")?.to_owned();
    if text(one(root, ASSERTION, "Issuer")?)? != expected.provider.entity_id {
        return Err("it is of another provider".into());
    }
    let at = attribute(root, "IssueInstant").and_then(instant).ok_or("it does not say when it was made")?;
    let until = match attribute(root, "NotOnOrAfter") {
        None => at.saturating_add(GOOD),
        Some(until) => {
            instant(until).ok_or("its `NotOnOrAfter` is no point in time")?.min(at.saturating_add(GOOD))
        }
    };
    let until = until.saturating_add(expected.skew);
    if until <= expected.now {
        return Err("it has expired".into());
    }
    if at > expected.now.saturating_add(expected.skew) {
        return Err("it was made later than now".into());
    }
    let subject = match at_most_one(root, ASSERTION, "EncryptedID")? {
        None => text(one(root, ASSERTION, "NameID")?)?,
        Some(sealed) => {
            let opened = encrypted::opened(sealed, expected.key)?;
            let document = parse(&opened)?;
            text(one(document.root_element(), ASSERTION, "NameID")?)?
        }
    };
    if subject.is_empty() || subject.len() > LONGEST {
        return Err("it does not say who signs out".into());
    }
    let mut sessions = Vec::new();
    for node in all(root, PROTOCOL, "SessionIndex") {
        let session = text(node)?;
        if sessions.len() >= MOST_SESSIONS || session.len() > LONGEST {
            return Err("it names too many sessions".into());
        }
        sessions.push(session);
    }
    Ok(LogoutAsked { id, until, subject, sessions, relay: None })
}
