//! `pailou keys`: what a consumer or an app proves itself by, and when that was last used.

use serde_json::Value;

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{KeyHolder, KeysArgs, Output},
    shutdown::Failure,
};

pub(crate) fn keys(args: &KeysArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let (holder, word) = match args.holder {
        KeyHolder::Consumer => ("consumers", "consumer"),
        KeyHolder::App => ("apps", "app"),
    };
    let all = client.get(&format!("{holder}/{}/keys", escaped(&args.name)))?;
    let passwords = client.get(&format!("{holder}/{}/passwords", escaped(&args.name)))?;
    let items = |all: &Value| all["items"].as_array().cloned().unwrap_or_default();
    let (keys, passwords) = (items(&all), items(&passwords));
    match args.print.output {
        Output::Json => {
            let mut all = all;
            all["passwords"] = passwords.into();
            print::json(&all);
        }
        Output::Text if keys.is_empty() && passwords.is_empty() => {
            println!("The {word} {} has neither keys nor passwords.", args.name);
        }
        Output::Text => {
            for key in &keys {
                let [hint, hash] = ["hint", "key_hash"].map(|field| key[field].as_str().unwrap_or_default());
                println!("{hint}…  {}  {hash}", told(key));
            }
            for password in &passwords {
                println!(
                    "{}  password  {}",
                    password["username"].as_str().unwrap_or_default(),
                    told(password)
                );
            }
        }
    }
    Ok(())
}

/// When something was last used, and until when it is good.
fn told(of: &Value) -> String {
    let text = |field: &str| of[field].as_str();
    let expires = text("expires_at").map(|at| format!(", expires {at}")).unwrap_or_default();
    let used = text("last_used_at").map_or("not used yet".to_owned(), |at| format!("last used {at}"));
    format!("{used}{expires}")
}
