//! `pailou split`: shows how branches do; promotes, aborts or weighs one.

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::{client::Client, print};
use crate::{
    command::{Output, SplitArgs, SplitCommand, SplitOf, SplitShowArgs},
    shutdown::Failure,
};

pub(crate) fn split(command: &SplitCommand) -> Result<(), Failure> {
    let (args, action, weight) = match command {
        SplitCommand::Promote(args) => (args, "promote", None),
        SplitCommand::Abort(args) => (args, "abort", None),
        SplitCommand::Weight(args) => (&args.of, "weight", Some(args.percent)),
        SplitCommand::Show(args) => return conduct(args),
    };
    let SplitArgs { of, branch, remote, print } = args;
    let client = Client::new(remote, print.output)?;
    let (id, path) = place(of)?;
    let mut change = json!({ "branch": branch, "action": action });
    if let Some(weight) = weight {
        change["weight"] = weight.into();
    }
    let document = client.post(&path, &change)?;
    match print.output {
        Output::Json => print::json(&document),
        Output::Text => show(id, &document),
    }
    Ok(())
}

/// The service, and where its split is.
fn place(of: &SplitOf) -> Result<(&str, String), Failure> {
    let (plural, id) = match (&of.api, &of.route) {
        (Some(api), _) => ("apis", api),
        (None, Some(route)) => ("routes", route),
        (None, None) => return Err(Failure::new("say either --api or --route")),
    };
    let escaped: String = byte_serialize(id.as_bytes()).collect();
    Ok((id, format!("{plural}/{escaped}/split")))
}

fn conduct(args: &SplitShowArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let (id, path) = place(&args.of)?;
    let conduct = client.get(&format!("{path}?seconds={}", args.seconds))?;
    if args.print.output == Output::Json {
        print::json(&conduct);
        return Ok(());
    }
    println!("{id}, the last {} s", conduct["seconds"]);
    println!(
        "{:<20} {:>7} {:>10} {:>8} {:>9} {:>9}",
        "branch", "share", "requests", "errors", "p50 ms", "p99 ms"
    );
    for branch in conduct["branches"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let count = &branch["count"];
        let number = |value: &Value| value.as_f64().map_or("-".to_owned(), |value| format!("{value:.1}"));
        println!(
            "{:<20} {:>6}% {:>10} {:>7.2}% {:>9} {:>9}",
            count["branch"].as_str().unwrap_or_default(),
            branch["weight"].as_f64().unwrap_or_default(),
            count["requests"].as_u64().unwrap_or_default(),
            branch["error_percent"].as_f64().unwrap_or_default(),
            number(&count["p50_ms"]),
            number(&count["p99_ms"]),
        );
    }
    Ok(())
}

fn show(id: &str, document: &Value) {
    let upstream = |value: &Value| match value {
        Value::String(name) => format!("`{name}`"),
        _ => "an upstream written in place".to_owned(),
    };
    let branches = document["split"]["branches"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_branches: f64 = branches.iter().filter_map(|branch| branch["weight"].as_f64()).sum();
    println!("{id}: {}% to {}", 100.0 - of_branches, upstream(&document["upstream"]));
    for branch in branches {
        let name = branch["name"].as_str().unwrap_or_default();
        let weight = branch["weight"].as_f64().unwrap_or_default();
        println!("  {name}: {weight}% to {}", upstream(&branch["upstream"]));
    }
}
