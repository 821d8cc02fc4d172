//! `pailou sso`: by which identity providers people sign in.

use serde_json::Value;

use super::{client::Client, print};
use crate::{
    command::{Output, SsoCommand},
    shutdown::Failure,
};

pub(crate) fn sso(command: &SsoCommand) -> Result<(), Failure> {
    match command {
        SsoCommand::List(args) => {
            let all = Client::new(&args.remote, args.print.output)?.get("identity-providers")?;
            if args.print.output == Output::Json {
                print::json(&all);
                return Ok(());
            }
            let items = all["items"].as_array().map(Vec::as_slice).unwrap_or_default();
            if items.is_empty() {
                println!("There are no identity providers; people sign in with passwords.");
            }
            for item in items {
                let provider = &item["document"];
                let [name, issuer] =
                    ["name", "issuer"].map(|field| provider[field].as_str().unwrap_or_default());
                let how = if provider["saml"].is_object() { " by SAML" } else { "" };
                println!("{name}  {issuer}{how}: {}", sides(provider));
            }
        }
        SsoCommand::Check(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let name: String = url::form_urlencoded::byte_serialize(args.name.as_bytes()).collect();
            let check = client.post(&format!("identity-providers/{name}/check"), &Value::Null)?;
            match args.print.output {
                Output::Json => print::json(&check),
                Output::Text => told(&args.name, &check),
            }
            if check["ready"] != true {
                return Err(Failure::new(format!("{} is not ready", args.name)));
            }
        }
    }
    Ok(())
}

/// Who signs in by a provider.
fn sides(provider: &Value) -> String {
    let side = |name: &str, who: &str| {
        let side = provider.get(name).filter(|side| side.is_object())?;
        let only = if side["only"] == true { ", by providers alone" } else { "" };
        Some(format!("{who}{only}"))
    };
    [side("console", "members"), side("portal", "developers")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ")
}

fn told(name: &str, check: &Value) {
    match check["trouble"].as_str() {
        Some(trouble) => println!("Nobody can sign in by {name}: {trouble}"),
        None => println!("People can sign in by {name}; it has {} keys.", check["keys"]),
    }
    let each = |field: &str, said: &str| {
        let of = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for address in of(&check[field]).iter().filter_map(Value::as_str) {
            println!("  {said} {address}");
        }
    };
    println!("To be registered with it:");
    let is_saml = check["metadata_uri"].is_string();
    each("metadata_uri", "metadata, which says all of it:");
    each("redirect_uris", if is_saml { "assertion consumer service" } else { "redirect URI" });
    each("single_logout_uri", "single logout service");
    each("backchannel_logout_uris", "back-channel logout URI");
    each("post_logout_redirect_uris", "post-logout redirect URI");
}
