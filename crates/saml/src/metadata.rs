//! What providers say of themselves, and what is said to them (SAML 2.0 metadata).

use roxmltree::Node;

use crate::{
    METADATA, OwnKeys, POST, PROTOCOL, REDIRECT, Why,
    certificate::{Certificate, Key},
    instant::instant,
    xml::{all, attribute, escaped, is, parse, text},
};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Keys of one provider.
const MOST_KEYS: usize = 8;
/// The longest address and entity id, bytes.
const LONGEST: usize = 1024;

/// An identity provider: where it is asked, and whose signature is its.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// What it calls itself, as its messages say it in `Issuer`.
    pub entity_id: String,
    /// Where browsers are sent to sign in, by HTTP-Redirect.
    pub sign_in: String,
    /// Where they are sent to sign out, by HTTP-Redirect.
    pub sign_out: Option<String>,
    /// Where they are sent back to after the provider had them signed out, by HTTP-Redirect.
    pub signed_out: Option<String>,
    pub keys: Vec<Key>,
    /// Whether it wants requests to be signed.
    pub wants_signed: bool,
    /// Until when this is good, milliseconds since 1970.
    pub until: Option<u64>,
}

impl Provider {
    /// Reads the metadata of a provider: of the only one in a document, or the one that is named. Keys that cannot be used are told beside.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn read(document: &str, wanted: Option<&str>) -> Result<(Provider, Vec<String>), String> {
        let document = document.trim_start_matches('\u{feff}').trim_start();
        let document = parse(document).map_err(|why| format!("the metadata: {why}"))?;
        let root = document.root_element();
        let entities: Vec<Node<'_, '_>> = match root.tag_name().name() {
            "EntityDescriptor" => vec![root],
            "EntitiesDescriptor" => {
                root.descendants().filter(|node| is(*node, METADATA, "EntityDescriptor")).collect()
            }
            _ => Vec::new(),
        };
        let fits = |entity: &Node<'_, '_>| {
            is(*entity, METADATA, "EntityDescriptor")
                && role(*entity).is_some()
                && wanted.is_none_or(|id| attribute(*entity, "entityID") == Some(id))
        };
        let mut found = entities.into_iter().filter(fits);
        match (found.next(), found.next(), wanted) {
            (Some(entity), None, _) => Provider::of(root, entity),
            (None, _, None) => Err("the metadata has no identity provider of SAML 2.0".to_owned()),
            (None, _, Some(id)) => Err(format!("the metadata has no identity provider `{id}`")),
            _ => Err("the metadata has several identity providers; name the one that is meant".to_owned()),
        }
    }

    fn of(root: Node<'_, '_>, entity: Node<'_, '_>) -> Result<(Provider, Vec<String>), String> {
        let role = role(entity).ok_or("the metadata has no identity provider")?;
        let entity_id =
            attribute(entity, "entityID").filter(|id| is_id(id)).ok_or("the provider has no `entityID`")?;
        let at = |name: &'static str, attributes: &[&str]| {
            let mut found =
                all(role, METADATA, name).filter(|at| attribute(*at, "Binding") == Some(REDIRECT));
            let said =
                |at: Node<'_, '_>| attributes.iter().find_map(|name| attribute(at, name)).map(str::to_owned);
            found.find_map(said).filter(|at| is_address(at))
        };
        let sign_in = at("SingleSignOnService", &["Location"]);
        let sign_in = sign_in.ok_or("the provider says no address to sign in at by HTTP-Redirect")?;
        let (mut keys, mut left_out) = (Vec::new(), Vec::new());
        for about in all(role, METADATA, "KeyDescriptor") {
            if attribute(about, "use").is_some_and(|kind| kind != "signing") {
                continue;
            }
            for node in about.descendants().filter(|node| is(*node, DS, "X509Certificate")) {
                match text(node)
                    .map_err(|why| why.into_owned())
                    .and_then(|text| Ok(Certificate::read(&text)?))
                {
                    Ok(certificate) if !keys.contains(&certificate.key) && keys.len() < MOST_KEYS => {
                        keys.push(certificate.key);
                    }
                    Ok(_) => {}
                    Err(why) => left_out.push(format!("a certificate {why}")),
                }
            }
        }
        if keys.is_empty() {
            return Err(format!("the provider has no key to sign with: {}", left_out.join("; ")));
        }
        let until = [root, entity, role].into_iter().filter_map(|node| attribute(node, "validUntil"));
        let until: Option<Vec<u64>> = until.map(instant).collect();
        let provider = Provider {
            entity_id: entity_id.to_owned(),
            sign_in,
            sign_out: at("SingleLogoutService", &["Location"]),
            signed_out: at("SingleLogoutService", &["ResponseLocation", "Location"]),
            keys,
            wants_signed: matches!(attribute(role, "WantAuthnRequestsSigned"), Some("true" | "1")),
            until: until.ok_or("the metadata has a `validUntil` that is no point in time")?.into_iter().min(),
        };
        Ok((provider, left_out))
    }

    /// Whether what it said of itself still holds.
    ///
    /// # Errors
    /// That it does not.
    pub fn holds(&self, now: u64) -> Result<(), Why> {
        match self.until {
            Some(until) if now >= until => Err("the provider's metadata has expired".into()),
            _ => Ok(()),
        }
    }
}

fn role<'a, 'i>(entity: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    all(entity, METADATA, "IDPSSODescriptor").find(|role| {
        let protocols = attribute(*role, "protocolSupportEnumeration").unwrap_or_default();
        protocols.split_ascii_whitespace().any(|protocol| protocol == PROTOCOL)
    })
}

/// Whether a text can be what somebody calls itself.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether browsers can be sent there.
pub(crate) fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && text.len() <= LONGEST
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\<>#".contains(&byte))
}

/// Who asks a provider: what it is told of a service provider.
#[derive(Clone, Debug)]
pub struct Party<'a> {
    pub entity_id: &'a str,
    /// Where answers go, by HTTP-POST; the first is the usual one.
    pub answers: &'a [String],
    /// Where browsers come back to after signing out, and are sent to sign out, by HTTP-Redirect and HTTP-POST.
    pub signed_out: &'a str,
    pub keys: &'a OwnKeys,
}

impl Party<'_> {
    /// The metadata, as it is given to a provider.
    pub fn metadata(&self) -> String {
        let key = |kind: &str, certificate: Option<&Certificate>| {
            certificate.map_or_else(String::new, |certificate| {
                format!(
                    "<md:KeyDescriptor use=\"{kind}\"><ds:KeyInfo xmlns:ds=\"{DS}\"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
                    certificate.text
                )
            })
        };
        let signed_out: String = [REDIRECT, POST]
            .iter()
            .map(|binding| {
                let at = escaped(self.signed_out);
                format!("<md:SingleLogoutService Binding=\"{binding}\" Location=\"{at}\"/>")
            })
            .collect();
        let answers: String = self
            .answers
            .iter()
            .enumerate()
            .map(|(index, at)| {
                let usual = if index == 0 { " isDefault=\"true\"" } else { "" };
                let at = escaped(at);
                format!("<md:AssertionConsumerService Binding=\"{POST}\" Location=\"{at}\" index=\"{index}\"{usual}/>")
            })
            .collect();
        let OwnKeys { signs, opens, certificate } = self.keys;
        let certificate = certificate.as_ref();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{}\"><md:SPSSODescriptor AuthnRequestsSigned=\"{}\" WantAssertionsSigned=\"true\" protocolSupportEnumeration=\"{PROTOCOL}\">{}{}{signed_out}{answers}</md:SPSSODescriptor></md:EntityDescriptor>\n",
            escaped(self.entity_id),
            signs.is_some(),
            key("signing", certificate.filter(|_| signs.is_some())),
            key("encryption", certificate.filter(|_| opens.is_some())),
        )
    }
}
