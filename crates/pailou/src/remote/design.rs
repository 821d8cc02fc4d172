//! `pailou design`: contracts in the making.

use serde_json::{Map, Value, json};

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{
        DesignArgs, DesignCommand, DesignNew, DesignPublish, DesignSave, DesignShow, Output, Print, Remote,
    },
    gathered,
    shutdown::Failure,
};

pub(crate) fn design(command: &DesignCommand) -> Result<(), Failure> {
    match command {
        DesignCommand::List(args) => list(&Client::new(&args.remote, args.print.output)?, &args.print),
        DesignCommand::Templates(args) => {
            templates(&Client::new(&args.remote, args.print.output)?, &args.print)
        }
        DesignCommand::New(args) => new(args),
        DesignCommand::Show(args) => show(args),
        DesignCommand::Save(args) => save(args),
        DesignCommand::Check(args) => check(args),
        DesignCommand::Diff(args) => diff(args),
        DesignCommand::Publish(args) => publish(args),
        DesignCommand::Delete(args) => delete(args),
    }
}

fn at(name: &str) -> String {
    format!("designs/{}", escaped(name))
}

fn items(all: &Value) -> &[Value] {
    all["items"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn said(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(client: &Client, print: &Print) -> Result<(), Failure> {
    let all = client.get("designs?limit=1000")?;
    match print.output {
        Output::Json => print::json(&all),
        Output::Text if items(&all).is_empty() => println!("There are no designs."),
        Output::Text => {
            for one in items(&all) {
                let document = &one["document"];
                let of = document["api"].as_str().map(|api| format!(", of {api}")).unwrap_or_default();
                println!("{} at revision {}{of}", said(&document["name"]), one["revision"]);
            }
        }
    }
    Ok(())
}

fn templates(client: &Client, print: &Print) -> Result<(), Failure> {
    let all = client.get("contract-templates")?;
    match print.output {
        Output::Json => print::json(&all),
        Output::Text => {
            for one in items(&all) {
                println!("{}: {}", said(&one["name"]), said(&one["description"]));
            }
        }
    }
    Ok(())
}

fn new(args: &DesignNew) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let text = begin(args, &client)?;
    let mut document = Map::new();
    document.insert("name".into(), json!(args.name));
    document.insert("text".into(), json!(text));
    let of_traffic = || args.traffic.as_deref().and_then(|of| of.strip_prefix("api/")).map(str::to_owned);
    let api = args.api.clone().or_else(|| args.of.clone()).or_else(of_traffic);
    for (field, value) in [("api", &api), ("title", &args.title), ("owner", &args.owner)] {
        if let Some(value) = value {
            document.insert(field.into(), json!(value));
        }
    }
    let made = client.post("designs", &document)?;
    match args.print.output {
        Output::Json => print::json(&made),
        Output::Text => println!("Began design {} ({} lines).", args.name, text.lines().count()),
    }
    Ok(())
}

/// What a design begins with.
fn begin(args: &DesignNew, client: &Client) -> Result<String, Failure> {
    if let Some(file) = &args.file {
        return Ok(gathered::gather(file, &args.reach)?.one());
    }
    if let Some(api) = &args.of {
        return Ok(client.text(&format!("apis/{}/contract", escaped(api)))?.0);
    }
    if let Some(of) = &args.traffic {
        let (plural, name) = match of.split_once('/') {
            Some(("api", name)) => ("apis", name),
            Some(("route", name)) => ("routes", name),
            None => ("routes", of.as_str()),
            Some(_) => return Err(Failure::new("say the name of a route, or `api/NAME`")),
        };
        let draft = client.get(&format!("{plural}/{}/draft", escaped(name)))?;
        return Ok(serde_json::to_string_pretty(&draft).unwrap_or_default() + "\n");
    }
    let name = args.template.as_deref().unwrap_or("minimal");
    let all = client.get("contract-templates")?;
    let found = items(&all).iter().find(|one| one["name"] == name);
    let found = found.ok_or_else(|| {
        let names: Vec<&str> = items(&all).iter().map(|one| said(&one["name"])).collect();
        Failure::new(format!("there is no template `{name}`; there are {}", names.join(", ")))
    })?;
    Ok(said(&found["text"]).to_owned())
}

fn show(args: &DesignShow) -> Result<(), Failure> {
    let client = Client::new(&args.remote, Output::Text)?;
    let revision = args.revision.map(|revision| format!("?revision={revision}")).unwrap_or_default();
    let (text, _) = client.text(&format!("{}/contract{revision}", at(&args.name)))?;
    print!("{text}");
    if !text.ends_with('\n') {
        println!();
    }
    Ok(())
}

fn save(args: &DesignSave) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let text = gathered::gather(&args.file, &args.reach)?.one();
    let path = at(&args.name);
    let mut document = client.get(&path)?;
    let (_, now) = client.text(&format!("{path}/contract"))?;
    let Some(fields) = document.as_object_mut() else { return Err(Failure::new("the answer is no design")) };
    fields.remove("contract");
    fields.insert("text".into(), text.into());
    let saved = match args.after.or(now) {
        Some(revision) => client.put_after(&path, revision, &document)?,
        None => client.put(&path, &document)?,
    };
    match args.print.output {
        Output::Json => print::json(&saved),
        Output::Text => {
            let (_, revision) = client.text(&format!("{path}/contract"))?;
            println!("Saved design {} as revision {}.", args.name, revision.unwrap_or_default());
        }
    }
    Ok(())
}

/// A design with its text.
fn read(client: &Client, name: &str) -> Result<(Value, String), Failure> {
    let document = client.get(&at(name))?;
    let (text, _) = client.text(&format!("{}/contract", at(name)))?;
    Ok((document, text))
}

fn check(DesignArgs { name, remote, print }: &DesignArgs) -> Result<(), Failure> {
    let client = client(remote, print)?;
    let (document, text) = read(&client, name)?;
    let found =
        client.post("contracts/check", &json!({ "source": { "text": text }, "api": document["api"] }))?;
    if print.output == Output::Json {
        print::json(&found);
    } else {
        for one in found["findings"].as_array().into_iter().flatten() {
            let place = |field: &str| one[field].as_u64().unwrap_or_default() + 1;
            let (line, column) = (place("line"), place("character"));
            let (severity, message, code) =
                (said(&one["severity"]), said(&one["message"]), said(&one["code"]));
            println!("{name}:{line}:{column}: {severity}: {message} [{code}]");
        }
        let rules: Vec<&str> = found["rules"].as_array().into_iter().flatten().map(said).collect();
        let count = |at: usize| found["counts"][at].as_u64().unwrap_or_default();
        println!(
            "{} errors, {} warnings, {} others, by {}",
            count(0),
            count(1),
            count(2) + count(3),
            rules.join(", ")
        );
    }
    match found["counts"][0].as_u64() {
        Some(0) => Ok(()),
        _ => Err(Failure::lines([])),
    }
}

fn diff(DesignArgs { name, remote, print }: &DesignArgs) -> Result<(), Failure> {
    let client = client(remote, print)?;
    let document = client.get(&at(name))?;
    let api = document["api"].as_str();
    let api = api.ok_or_else(|| Failure::new(format!("design {name} is of no API that is there already")))?;
    let changes =
        client.post("contracts/compare", &json!({ "old": { "api": api }, "new": { "design": name } }))?;
    match print.output {
        Output::Json => print::json(&changes),
        Output::Text => tell(&changes),
    }
    match changes["breaking"].as_u64() {
        Some(0) => Ok(()),
        _ => Err(Failure::lines([])),
    }
}

fn publish(args: &DesignPublish) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let made = client.post(&format!("{}/publish?dry_run={}", at(&args.name), args.dry_run), &json!({}))?;
    if args.print.output == Output::Json {
        print::json(&made);
        return Ok(());
    }
    tell(&made["changes"]);
    let api = said(&made["api"]);
    match args.dry_run {
        true => println!("Nothing was changed: it would become the contract of {api}."),
        false => println!("Published as the contract of {api}, revision {}.", made["revision"]),
    }
    Ok(())
}

fn delete(DesignArgs { name, remote, print }: &DesignArgs) -> Result<(), Failure> {
    client(remote, print)?.delete(&at(name))?;
    println!("Deleted design {name}.");
    Ok(())
}

fn client(remote: &Remote, print: &Print) -> Result<Client, Failure> {
    Client::new(remote, print.output)
}

fn tell(changes: &Value) {
    for change in changes["changes"].as_array().into_iter().flatten() {
        let (level, operation, place) =
            (said(&change["level"]), said(&change["operation"]), said(&change["at"]));
        let subject: Vec<&str> = [operation, place].into_iter().filter(|part| !part.is_empty()).collect();
        let subject = if subject.is_empty() { "the document".to_owned() } else { subject.join(", ") };
        println!("{level}: {subject}: {} [{}]", said(&change["text"]), said(&change["rule"]));
    }
    println!("{} breaking, {} warnings, {} info", changes["breaking"], changes["warnings"], changes["infos"]);
}
