//! `pailou split`: promotes, aborts or weighs a branch.

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::{client::Client, print};
use crate::{
    command::{Output, SplitArgs, SplitCommand},
    shutdown::Failure,
};

pub(crate) fn split(command: &SplitCommand) -> Result<(), Failure> {
    let (args, action, weight) = match command {
        SplitCommand::Promote(args) => (args, "promote", None),
        SplitCommand::Abort(args) => (args, "abort", None),
        SplitCommand::Weight(args) => (&args.of, "weight", Some(args.percent)),
    };
    let SplitArgs { api, route, branch, remote, print } = args;
    let client = Client::new(remote, print.output)?;
    let (plural, id) = match (api, route) {
        (Some(api), _) => ("apis", api),
        (None, Some(route)) => ("routes", route),
        (None, None) => return Err(Failure::new("say either --api or --route")),
    };
    let mut change = json!({ "branch": branch, "action": action });
    if let Some(weight) = weight {
        change["weight"] = weight.into();
    }
    let id_escaped: String = byte_serialize(id.as_bytes()).collect();
    let document = client.post(&format!("{plural}/{id_escaped}/split"), &change)?;
    match print.output {
        Output::Json => print::json(&document),
        Output::Text => show(id, &document),
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
