//! Enveloped XML signatures (XML Signature 1.1) of the one form that SAML allows (core §5.4): one reference, to the element around it by its id.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use roxmltree::Node;

use crate::{
    Key, Why,
    algorithm::{ENVELOPED, EXCLUSIVE, check_digest, shown, verify},
    c14n::canonical,
    xml::{at_most_one, attribute, is, one, parse, text},
};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Prefixes that a canonical form is told of, at most.
const MOST_PREFIXES: usize = 32;
/// The longest signature and digest, in Base64.
const LONGEST: usize = 4096;

/// The very bytes of an element that one of some keys signed: its canonical form without the signature. Nothing where it is not signed.
///
/// Whoever builds on it reads these bytes, and nothing of the document that they were taken from.
///
/// # Errors
/// That it has a signature which is not good: of another key, over something else, or of a form that is not accepted.
pub(crate) fn signed(element: Node<'_, '_>, keys: &[Key]) -> Result<Option<String>, Why> {
    let Some(signature) = at_most_one(element, DS, "Signature")? else { return Ok(None) };
    for child in signature.children().filter(Node::is_element) {
        // An `Object` holds what somebody wants to be taken for what was signed.
        if !["SignedInfo", "SignatureValue", "KeyInfo"].iter().any(|name| is(child, DS, name)) {
            return Err("its signature holds what does not belong there".into());
        }
    }
    at_most_one(signature, DS, "KeyInfo")?;
    let value = decoded(one(signature, DS, "SignatureValue")?)?;
    let info = one(signature, DS, "SignedInfo")?;
    let method = one(info, DS, "CanonicalizationMethod")?;
    let inclusive = prefixes(method)?;
    let bytes = canonical(info, None, &inclusive.iter().map(String::as_str).collect::<Vec<_>>());
    // What is signed is read, and not what it was made of.
    let document = parse(&bytes)?;
    let info = document.root_element();
    if prefixes(one(info, DS, "CanonicalizationMethod")?)? != inclusive {
        return Err("its signature is not clear".into());
    }
    let suite = attribute(one(info, DS, "SignatureMethod")?, "Algorithm").unwrap_or_default();
    verify(suite, bytes.as_bytes(), &value, keys)?;

    let reference = one(info, DS, "Reference")?;
    let id = attribute(element, "ID").filter(|id| !id.is_empty()).ok_or("what is signed has no `ID`")?;
    let uri = attribute(reference, "URI").unwrap_or_default();
    if uri.strip_prefix('#') != Some(id) {
        return Err("its signature is of another element".into());
    }
    let inclusive = transforms(reference)?;
    let inclusive: Vec<&str> = inclusive.iter().map(String::as_str).collect();
    let content = canonical(element, Some(signature.id()), &inclusive);
    let method = attribute(one(reference, DS, "DigestMethod")?, "Algorithm").unwrap_or_default();
    check_digest(method, content.as_bytes(), &decoded(one(reference, DS, "DigestValue")?)?)?;
    Ok(Some(content))
}

/// That the signature is taken out and the rest made canonical, and nothing else; the prefixes for that.
fn transforms(reference: Node<'_, '_>) -> Result<Vec<String>, Why> {
    let all = one(reference, DS, "Transforms")?;
    let mut all = all.children().filter(Node::is_element);
    let (Some(first), Some(second), None) = (all.next(), all.next(), all.next()) else {
        return Err("its signature has other transforms than are accepted".into());
    };
    let is_enveloped = is(first, DS, "Transform")
        && attribute(first, "Algorithm") == Some(ENVELOPED)
        && !first.children().any(|child| child.is_element());
    if !is_enveloped || !is(second, DS, "Transform") {
        return Err("its signature has other transforms than are accepted".into());
    }
    prefixes(second)
}

/// The prefixes that exclusive canonicalization is told of (§4); any other is not accepted.
fn prefixes(method: Node<'_, '_>) -> Result<Vec<String>, Why> {
    let algorithm = attribute(method, "Algorithm").unwrap_or_default();
    if algorithm != EXCLUSIVE {
        return Err(
            format!("its signature is over the form `{}`, which is not accepted", shown(algorithm)).into()
        );
    }
    let Some(list) = at_most_one(method, EXCLUSIVE, "InclusiveNamespaces")? else { return Ok(Vec::new()) };
    let list = attribute(list, "PrefixList").unwrap_or_default();
    let prefixes: Vec<String> = list.split_ascii_whitespace().map(str::to_owned).collect();
    if prefixes.len() > MOST_PREFIXES {
        return Err("its signature names too many prefixes".into());
    }
    Ok(prefixes)
}

fn decoded(node: Node<'_, '_>) -> Result<Vec<u8>, Why> {
    let mut text = text(node)?;
    text.retain(|c| !c.is_ascii_whitespace());
    if text.len() > LONGEST {
        return Err("its signature is too long".into());
    }
    STANDARD.decode(text).map_err(|_| "its signature is no Base64".into())
}
