//! `pailou workspace`: makes, lists and deletes workspaces, and says what people call them.

use serde_json::{Map, Value, json};

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{Output, WorkspaceArgs, WorkspaceCommand},
    shutdown::Failure,
};

/// Workspaces of one answer.
const PAGE: usize = 1000;

pub(crate) fn workspace(command: &WorkspaceCommand) -> Result<(), Failure> {
    match command {
        WorkspaceCommand::Create(args) => {
            // They all stand in `default`, whatever PAILOU_WORKSPACE says.
            let client = Client::in_default(&args.remote, args.print.output)?;
            let made = client.post("workspaces", &document(args, Map::new()))?;
            tell(args, &made, "is made")
        }
        WorkspaceCommand::Update(args) => {
            let client = Client::in_default(&args.remote, args.print.output)?;
            let path = format!("workspaces/{}", escaped(&args.name));
            let Value::Object(known) = client.get(&path)? else {
                return Err(Failure::new("the control plane's answer is no document"));
            };
            let kept = client.put(&path, &document(args, known))?;
            tell(args, &kept, "is changed")
        }
        WorkspaceCommand::List(args) => {
            let client = Client::in_default(&args.remote, args.print.output)?;
            let mut items = Vec::new();
            let mut after = String::new();
            loop {
                let page = client.get(&format!("workspaces?limit={PAGE}{after}"))?;
                items.extend(page["items"].as_array().cloned().unwrap_or_default());
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={}", escaped(next));
            }
            match args.print.output {
                Output::Json => print::json(&json!({ "items": items })),
                Output::Text => {
                    let is_default = |item: &Value| item["document"]["name"] == "default";
                    if !items.iter().any(is_default) {
                        println!("default  where operators decide what holds for all");
                    }
                    items.iter().map(|item| &item["document"]).for_each(line);
                }
            }
            Ok(())
        }
        WorkspaceCommand::Delete(args) => {
            let client = Client::in_default(&args.remote, args.print.output)?;
            client.delete(&format!("workspaces/{}", escaped(&args.name)))?;
            match args.print.output {
                Output::Json => print::json(&json!({ "deleted": args.name })),
                Output::Text => println!("The workspace {} is deleted.", args.name),
            }
            Ok(())
        }
    }
}

/// What is said in the command beside what was there before.
fn document(args: &WorkspaceArgs, mut known: Map<String, Value>) -> Value {
    known.insert("kind".to_owned(), "workspace".into());
    known.insert("name".to_owned(), args.name.as_str().into());
    for (field, said) in [("title", &args.title), ("description", &args.description)] {
        if let Some(said) = said {
            known.insert(field.to_owned(), said.as_str().into());
        }
    }
    for (field, pairs) in [("labels", &args.labels)] {
        let all = known.entry(field).or_insert_with(|| json!({}));
        for (label, value) in pairs {
            match value.as_str() {
                "" => drop(all.as_object_mut().and_then(|all| all.remove(label))),
                value => all[label] = value.into(),
            }
        }
    }
    let limits = known.entry("limits").or_insert_with(|| json!({}));
    let said = [
        ("apis", args.max_apis),
        ("consumers", args.max_consumers),
        ("keys", args.max_keys),
        ("requests_per_second", args.max_requests_per_second),
    ];
    for (limit, said) in said {
        if let Some(said) = said {
            limits[limit] = said.into();
        }
    }
    Value::Object(known)
}

fn tell(args: &WorkspaceArgs, made: &Value, what: &str) -> Result<(), Failure> {
    match args.print.output {
        Output::Json => print::json(made),
        Output::Text => println!(
            "The workspace {} {what}: give it to other commands by `--workspace {}`, or by PAILOU_WORKSPACE.",
            args.name, args.name
        ),
    }
    Ok(())
}

fn line(document: &Value) {
    let name = document["name"].as_str().unwrap_or_default();
    let title = document["title"].as_str().unwrap_or_default();
    let labels = document["labels"].as_object().into_iter().flatten();
    let labels = labels.map(|(label, value)| format!("{label}={}", value.as_str().unwrap_or_default()));
    let limits = document["limits"].as_object().into_iter().flatten();
    let limits = limits.map(|(limit, most)| format!("{limit} at most {most}"));
    let more: Vec<_> = labels.chain(limits).collect();
    println!("{}", format!("{name}  {title}  {}", more.join(", ")).trim_end());
}
