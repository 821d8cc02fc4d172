//! One order of a certificate: from the names to the chain (RFC 8555 §7.4).

use std::time::Duration;

use instant_acme::{
    Account, AuthorizationStatus, CertificateIdentifier, ChallengeStatus, ChallengeType, Error, Identifier,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use model::{Acme, Certificate, OpenChallenge};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use rustls_pki_types::Der;

use crate::{
    board::Board,
    held::Held,
    trouble::{Kind, Trouble},
};

/// How long an authority may take to look at challenges, and then to give the certificate.
const PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(500);

/// What an authority gave, PEM.
pub(crate) struct Given {
    pub(crate) key: String,
    pub(crate) chain: String,
    pub(crate) held: Held,
}

/// Asks for a certificate; `before` is the one it takes the place of.
///
/// # Errors
/// Why there is none.
pub(crate) async fn order(
    account: &Account,
    certificate: &Certificate,
    acme: &Acme,
    before: Option<&Held>,
    board: &Board,
) -> Result<Given, Trouble> {
    let hosts: Vec<String> = certificate.hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
    let names: Vec<Identifier> = hosts.iter().cloned().map(Identifier::Dns).collect();
    let mut new = NewOrder::new(&names);
    // The field is for directories that know renewals; what else they do with it is no reason to have no certificate.
    let replaced = before.and_then(identity);
    if let Some(identity) = &replaced {
        new = new.replaces(identity.clone().into_owned());
    }
    let mut order = match account.new_order(&new).await {
        Err(Error::Unsupported(_)) => account.new_order(&NewOrder::new(&names)).await?,
        Err(error) if replaced.is_some() => match Trouble::from(error) {
            trouble if trouble.kind == Kind::Refused => account.new_order(&NewOrder::new(&names)).await?,
            trouble => return Err(trouble),
        },
        ordered => ordered?,
    };
    let _down = board.until_dropped();
    let open = challenges(&mut order, acme).await?;
    board.post(open).await;
    let ready = async {
        set_ready(&mut order, acme).await?;
        let retries = RetryPolicy::new().initial_delay(POLL).backoff(1.5).timeout(PATIENCE);
        match order.poll_ready(&retries).await? {
            OrderStatus::Ready => Ok(()),
            _ => Err(Trouble::refused("the authority did not accept the challenges")),
        }
    };
    if let Err(trouble) = ready.await {
        return Err(why(&mut order).await.unwrap_or(trouble));
    }
    let (key, request) = request(&hosts)?;
    order.finalize_csr(&request).await?;
    let retries = RetryPolicy::new().initial_delay(POLL).backoff(1.5).timeout(PATIENCE);
    let chain = order.poll_certificate(&retries).await?;
    let held =
        Held::read(&chain).ok_or_else(|| Trouble::refused("what the authority gave is no certificate"))?;
    if !held.covers(&hosts) {
        return Err(Trouble::refused(
            "the certificate that the authority gave lacks a host that was asked for",
        ));
    }
    Ok(Given { key, chain, held })
}

/// What a directory calls a certificate (RFC 9773 §4.1).
pub(crate) fn identity(held: &Held) -> Option<CertificateIdentifier<'_>> {
    let (key, serial) = held.identity.as_ref()?;
    Some(CertificateIdentifier::new(Der::from_slice(key), Der::from_slice(serial)))
}

/// The challenges that are to be answered. Names that the authority knows to be ours already have none.
async fn challenges(order: &mut Order, acme: &Acme) -> Result<Vec<OpenChallenge>, Trouble> {
    let mut open = Vec::new();
    let mut all = order.authorizations();
    while let Some(authorization) = all.next().await {
        let mut authorization = authorization?;
        let host = authorization.identifier().to_string();
        match authorization.status {
            AuthorizationStatus::Valid => continue,
            AuthorizationStatus::Pending => {}
            status => {
                return Err(Trouble::refused(format!("{host}: its authorization is {status:?} already")));
            }
        }
        let kind = acme.challenge.as_str();
        let Some(challenge) = authorization.challenge(wanted(acme)) else {
            return Err(Trouble::refused(format!(
                "{host}: the directory does not offer the challenge {kind}"
            )));
        };
        open.push(OpenChallenge {
            host,
            challenge: acme.challenge,
            token: challenge.token.clone(),
            key_authorization: challenge.key_authorization().as_str().to_owned(),
        });
    }
    Ok(open)
}

async fn set_ready(order: &mut Order, acme: &Acme) -> Result<(), Trouble> {
    let mut all = order.authorizations();
    while let Some(authorization) = all.next().await {
        let mut authorization = authorization?;
        if authorization.status != AuthorizationStatus::Pending {
            continue;
        }
        if let Some(mut challenge) = authorization.challenge(wanted(acme))
            && challenge.status == ChallengeStatus::Pending
        {
            challenge.set_ready().await?;
        }
    }
    Ok(())
}

/// Why challenges were not accepted, where the authority says it.
async fn why(order: &mut Order) -> Option<Trouble> {
    let mut all = order.authorizations();
    while let Some(Ok(mut authorization)) = all.next().await {
        if authorization.refresh().await.is_err() {
            continue;
        }
        let host = authorization.identifier().to_string();
        if let Some(problem) = authorization.challenges.iter().find_map(|challenge| challenge.error.as_ref())
        {
            return Some(Trouble::of_challenge(&host, problem));
        }
    }
    None
}

fn wanted(acme: &Acme) -> ChallengeType {
    match acme.challenge {
        model::ChallengeType::Http01 => ChallengeType::Http01,
        model::ChallengeType::TlsAlpn01 => ChallengeType::TlsAlpn01,
    }
}

/// A new key in PEM, and a request for a certificate of it (PKCS#10, DER). Every certificate has a key of its own.
fn request(hosts: &[String]) -> Result<(String, Vec<u8>), Trouble> {
    let make = || {
        let mut params = CertificateParams::new(hosts)?;
        params.distinguished_name = DistinguishedName::new();
        let key = KeyPair::generate()?;
        let request = params.serialize_request(&key)?;
        Ok((key.serialize_pem(), request.der().to_vec()))
    };
    make().map_err(|error: rcgen::Error| Trouble::away(format!("no key could be made: {error}")))
}
