//! Accounts with authorities: made once for a directory, and kept.

use std::path::Path;

use instant_acme::{Account, ExternalAccountKey, NewAccount};
use model::{Acme, SecretValues};

use crate::{
    client::Client,
    folder::{self, Folder},
    held::hmac_key,
    trouble::Trouble,
};

/// The account for a directory; one is made where there is none. `paths` is what paths are relative to.
///
/// # Errors
/// Why there is none.
pub(crate) async fn account(
    acme: &Acme,
    folder: &Folder,
    paths: &Path,
    secrets: &SecretValues,
) -> Result<Account, Trouble> {
    let builder = Account::builder_with_http(Box::new(Client::new(acme, paths)?));
    let contact: Vec<&str> = acme.contact.iter().map(|contact| &**contact).collect();
    let Some(known) = folder.account(acme) else {
        let elsewhere = elsewhere(acme, secrets)?;
        let new =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let (account, credentials) = builder.create(&new, acme.directory.clone(), elsewhere.as_ref()).await?;
        keep(acme, folder, credentials)?;
        tracing::info!("{}: an account was made", acme.directory);
        return Ok(account);
    };
    let is_reached_otherwise = known.contact != acme.contact;
    let kept = is_reached_otherwise.then(|| folder.account(acme)).flatten();
    let account = builder.from_credentials(known.credentials).await?;
    if let Some(kept) = kept {
        account.update_contacts(&contact).await?;
        keep(acme, folder, kept.credentials)?;
    }
    Ok(account)
}

fn keep(acme: &Acme, folder: &Folder, credentials: instant_acme::AccountCredentials) -> Result<(), Trouble> {
    let account = folder::Account { contact: acme.contact.clone(), credentials };
    let kept = folder.keep_account(acme, &account);
    kept.map_err(|error| Trouble::away(format!("the account cannot be kept: {error}")))
}

/// The account that the authority knows by other means.
fn elsewhere(acme: &Acme, secrets: &SecretValues) -> Result<Option<ExternalAccountKey>, Trouble> {
    let Some(eab) = &acme.eab else { return Ok(None) };
    let secret = secrets.get(&eab.hmac_key);
    let secret = secret.ok_or_else(|| Trouble::away(format!("`{}` cannot be had", eab.hmac_key)))?;
    let key = hmac_key(secret.reveal());
    let key = key.ok_or_else(|| Trouble::away(format!("`{}` is no key in base64url", eab.hmac_key)))?;
    Ok(Some(ExternalAccountKey::new(eab.key_id.clone(), &key)))
}
