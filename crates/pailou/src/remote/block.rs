//! `pailou block`, `unblock` and `blocks`: refuses calls everywhere at once, and lets them in again.

use std::io;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{BlockArgs, BlockWhat, Output, RemoteArgs, UnblockArgs},
    shutdown::Failure,
};

pub(crate) fn block(args: &BlockArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let (field, value) = meant(args.what, &args.value)?;
    let mut form = json!({ field: value });
    for (name, given) in [("reason", &args.reason), ("for", &args.lasts)] {
        if let Some(given) = given {
            form[name] = given.as_str().into();
        }
    }
    let made = client.post("blocks", &form)?;
    if args.print.output == Output::Json {
        print::json(&made);
        return Ok(());
    }
    let until = made["block"]["expires_at"].as_str().map(|time| format!(" until {time}"));
    let was = if made["replaced"] == true { "is still" } else { "is" };
    println!("{} {was} blocked{}.", said(&made["block"]), until.unwrap_or_default());
    if let Some(note) = made["note"].as_str() {
        println!("Note: {note}.");
    }
    Ok(())
}

pub(crate) fn unblock(args: &UnblockArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let (field, value) = meant(args.what, &args.value)?;
    let gone = client.post("unblock", &json!({ field: value }))?;
    let blocks = gone["unblocked"].as_array().map(Vec::as_slice).unwrap_or_default();
    match args.print.output {
        Output::Json => print::json(&gone),
        Output::Text => blocks.iter().for_each(|block| println!("{} is let in again.", said(block))),
    }
    Ok(())
}

pub(crate) fn blocks(args: &RemoteArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let all = all(&client)?;
    if args.print.output == Output::Json {
        print::json(&json!({ "blocks": all }));
        return Ok(());
    }
    if all.is_empty() {
        println!("Nothing is blocked.");
    }
    for block in &all {
        let until =
            block["expires_at"].as_str().map_or("without end".to_owned(), |time| format!("until {time}"));
        let reason = block["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        println!("{} {until}{reason}", said(block));
    }
    Ok(())
}

/// The field of a block and its value.
pub(super) fn meant(what: BlockWhat, value: &str) -> Result<(&'static str, String), Failure> {
    Ok(match what {
        BlockWhat::Consumer => ("consumer", value.to_owned()),
        BlockWhat::App => ("app", value.to_owned()),
        BlockWhat::Ip => ("address", value.to_owned()),
        BlockWhat::Api => ("api", value.to_owned()),
        BlockWhat::Route => ("route", value.to_owned()),
        BlockWhat::Key if value.starts_with("sha256:") => ("key_hash", value.to_owned()),
        BlockWhat::Key => {
            let mut typed = String::new();
            if value == "-" {
                io::stdin()
                    .read_line(&mut typed)
                    .map_err(|e| Failure::new(format!("standard input: {e}")))?;
            }
            let key = if value == "-" { typed.trim() } else { value };
            // The key itself need not travel.
            let hash = digest(&SHA256, key.as_bytes());
            let digits: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            ("key_hash", format!("sha256:{digits}"))
        }
    })
}

fn all(client: &Client) -> Result<Vec<Value>, Failure> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("blocks?limit=1000{after}"))?;
        let items = page["items"].as_array().into_iter().flatten();
        all.extend(items.map(|item| item["document"].clone()));
        let Some(next) = page["next"].as_str() else { return Ok(all) };
        after = format!("&after={}", escaped(next));
    }
}

/// What a block is about, for people.
fn said(block: &Value) -> String {
    let fields = ["consumer", "app", "key_hash", "address", "api", "route"];
    let found = fields.iter().find_map(|field| Some((field, block[*field].as_str()?)));
    match found {
        Some((&"key_hash", hash)) => format!("key {}…", hash.get(..23).unwrap_or(hash)),
        Some((field, value)) => format!("{field} {value}"),
        None => "what it names".to_owned(),
    }
}
