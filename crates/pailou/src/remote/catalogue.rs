//! `pailou catalogue` and `pailou promote`: which APIs there are, and the next environment of one.

use serde_json::{Value, json};

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{CatalogueArgs, CatalogueAs, Output, PromoteArgs, Remote},
    shutdown::Failure,
};

pub(crate) fn catalogue(args: &CatalogueArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, Output::Text)?;
    match args.format {
        CatalogueAs::Csv => print!("{}", client.text("catalogue/export?format=csv")?.0),
        CatalogueAs::Ndjson => print!("{}", client.text("catalogue/export?format=ndjson")?.0),
        CatalogueAs::Text => {
            let all = client.get("catalogue")?;
            let rows = items(&all["items"]);
            if rows.is_empty() {
                println!("There are no APIs.");
            }
            rows.iter().for_each(tell);
        }
    }
    Ok(())
}

fn tell(row: &Value) {
    let owner = row["owner"].as_str().map_or("of nobody".to_owned(), |owner| format!("of {owner}"));
    let score = row["score"].as_u64().map(|score| format!(", {score} of 100")).unwrap_or_default();
    println!("{}: {}, {owner}{score}", text(&row["api"]), text(&row["state"]));
    for one in items(&row["consumers"]) {
        let who =
            if text(&one["caller"]).is_empty() { "callers without a name" } else { text(&one["caller"]) };
        let by = match (one["product"].as_str(), one["plan"].as_str(), one["subscription"].as_str()) {
            (Some(product), Some(plan), Some("active")) => format!(", by {product}, {plan}"),
            (Some(product), Some(plan), state) => {
                format!(", by {product}, {plan} ({})", state.unwrap_or_default())
            }
            _ => String::new(),
        };
        let owner = one["owner"].as_str().map(|owner| format!(" of {owner}")).unwrap_or_default();
        let calls = if one["calls"] == 1 { "1 call".to_owned() } else { format!("{} calls", one["calls"]) };
        println!("  {who}{owner}{by}: {calls} in 30 days");
    }
}

pub(crate) fn promote(args: &PromoteArgs) -> Result<(), Failure> {
    let from = args.from.clone().unwrap_or_else(|| args.remote.workspace.clone());
    let remote =
        Remote { url: args.remote.url.clone(), token: args.remote.token.clone(), workspace: from.clone() };
    let client = Client::new(&remote, args.print.output)?;
    let mut asked = json!({ "to": args.to });
    if let Some(path) = &args.path {
        asked["listen"] = json!({ "path": path, "hosts": args.hosts });
    }
    if let Some(upstream) = &args.upstream {
        asked["upstream"] = match upstream.contains("://") {
            true => json!({ "endpoints": [upstream] }),
            false => upstream.as_str().into(),
        };
    }
    let document = client.post(&format!("apis/{}/promotion", escaped(&args.api)), &asked)?;
    match args.print.output {
        Output::Json => print::json(&document),
        Output::Text => println!("api/{} is in {} as it is in {from}.", args.api, args.to),
    }
    Ok(())
}

/// Where else an API is.
pub(crate) fn tell_environments(all: &Value) {
    for one in items(&all["items"]) {
        let same = if one["same"] == true { "the same" } else { "other" };
        let (workspace, state) = (text(&one["workspace"]), text(&one["state"]));
        println!("{workspace}: {state}, revision {}, {same}", one["revision"]);
        for change in items(&one["changes"]) {
            println!("  {}", text(&change["path"]));
        }
        for promotion in items(&one["promotions"]).iter().take(1) {
            println!(
                "  from {}, revision {} there, by {} at {}",
                text(&promotion["from"]),
                promotion["from_revision"],
                text(&promotion["by"]),
                text(&promotion["at"])
            );
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
