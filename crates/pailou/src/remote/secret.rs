//! `pailou secret`: writes secrets that documents name, and never reads one.

use std::{fs, io::Read as _};

use serde_json::{Value, json};

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{Output, SecretCommand, SecretValueArgs},
    shutdown::Failure,
};

pub(crate) fn secret(command: &SecretCommand) -> Result<(), Failure> {
    match command {
        SecretCommand::Set(args) => write(args, false),
        SecretCommand::Rotate(args) => write(args, true),
        SecretCommand::List(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let all = client.get("secrets")?;
            if args.print.output == Output::Json {
                print::json(&all);
                return Ok(());
            }
            let items = all["items"].as_array().map(Vec::as_slice).unwrap_or_default();
            if items.is_empty() {
                println!("There are no secrets.");
            }
            for item in items {
                let used: Vec<_> =
                    item["used_by"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let used = if used.is_empty() { "nothing".to_owned() } else { used.join(", ") };
                let [name, since] =
                    ["name", "updated_at"].map(|field| item[field].as_str().unwrap_or_default());
                println!("secret://{name}  version {} since {since}, named by {used}", item["version"]);
            }
            Ok(())
        }
        SecretCommand::Delete(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            client.delete(&format!("secrets/{}", escaped(&args.name)))?;
            match args.print.output {
                Output::Json => print::json(&json!({ "deleted": args.name })),
                Output::Text => println!("secret://{} is deleted.", args.name),
            }
            Ok(())
        }
        SecretCommand::RotateKey(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let done = client.post("secret-key/rotate", &json!({}))?;
            match args.print.output {
                Output::Json => print::json(&done),
                Output::Text => println!("{} secrets are sealed by a new key.", done["secrets"]),
            }
            Ok(())
        }
    }
}

fn write(args: &SecretValueArgs, known: bool) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let value = match &args.file {
        Some(path) => {
            fs::read_to_string(path).map_err(|e| Failure::new(format!("{}: {e}", path.display())))?
        }
        None => {
            let mut text = String::new();
            let read = std::io::stdin().take(1 << 20).read_to_string(&mut text);
            read.map_err(|e| Failure::new(format!("standard input: {e}")))?;
            text
        }
    };
    // `echo` and editors end what they write with a line.
    let value = value.strip_suffix('\n').unwrap_or(&value);
    let form = json!({ "value": value.strip_suffix('\r').unwrap_or(value) });
    let path = format!("secrets/{}", escaped(&args.name));
    let view = match known {
        true => client.post(&format!("{path}/rotate"), &form)?,
        false => client.put(&path, &form)?,
    };
    match args.print.output {
        Output::Json => print::json(&view),
        Output::Text => println!("secret://{} is at version {}.", args.name, view["version"]),
    }
    Ok(())
}
