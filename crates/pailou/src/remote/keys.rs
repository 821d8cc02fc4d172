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
    let keys = all["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    match args.print.output {
        Output::Json => print::json(&all),
        Output::Text if keys.is_empty() => println!("The {word} {} has no keys.", args.name),
        Output::Text => keys.iter().for_each(tell),
    }
    Ok(())
}

fn tell(key: &Value) {
    let text = |field: &str| key[field].as_str();
    let hint = text("hint").unwrap_or_default();
    let expires = text("expires_at").map(|at| format!(", expires {at}")).unwrap_or_default();
    let used = text("last_used_at").map_or("not used yet".to_owned(), |at| format!("last used {at}"));
    println!("{hint}…  {used}{expires}  {}", text("key_hash").unwrap_or_default());
}
