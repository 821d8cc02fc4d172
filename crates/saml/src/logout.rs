//! Asking a provider to sign somebody out (SAML 2.0 core §3.7.1, by HTTP-Redirect).

use crate::{
    ASSERTION, PROTOCOL, SigningKey, assertion::Assertion, instant::text_of_instant, request::redirect,
    xml::escaped,
};

/// The address that a browser is sent to, so that the provider ends the session in which it gave an assertion. `id` is a name in XML that
/// nobody foresees.
pub fn logout_request(
    whom: &Assertion,
    (id, entity_id, destination): (&str, &str, &str),
    now: u64,
    (relay, key): (&str, Option<&SigningKey>),
) -> String {
    let attribute = |name: &str, value: &Option<String>| {
        value.as_ref().map_or_else(String::new, |value| format!(" {name}=\"{}\"", escaped(value)))
    };
    let session = whom.session_index.as_ref().map_or_else(String::new, |index| {
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
    redirect(destination, &message, relay, key)
}
