//! `pailou oauth`: apps as clients of authorization servers, and the keys of the built-in one.

use std::fs;

use serde_json::{Value, json};

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{OauthAppArgs, OauthClientArgs, OauthCommand, OauthGrant, Output, RegistrationsArgs},
    shutdown::Failure,
};

pub(crate) fn oauth(command: &OauthCommand) -> Result<(), Failure> {
    match command {
        OauthCommand::Client(args) => put(args),
        OauthCommand::RotateSecret(args) => {
            let OauthAppArgs { app, remote, print } = &args.of;
            let client = Client::new(remote, print.output)?;
            let form = json!({ "keep_previous": args.keep_previous });
            issued(&client.post(&format!("apps/{}/client/secret", escaped(app)), &form)?, print.output);
            Ok(())
        }
        OauthCommand::RemoveClient(OauthAppArgs { app, remote, print }) => {
            Client::new(remote, print.output)?.delete(&format!("apps/{}/client", escaped(app)))?;
            match print.output {
                Output::Json => print::json(&json!({ "removed": app })),
                Output::Text => println!("{app} is no OAuth client any more, and its tokens are refused."),
            }
            Ok(())
        }
        OauthCommand::Registrations(args) => registrations(args),
        OauthCommand::RotateKey(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let done = client.post("oauth/signing-key/rotate", &json!({ "discard": args.discard }))?;
            match args.print.output {
                Output::Json => print::json(&done),
                Output::Text => {
                    let first = done["keys"][0].as_str().unwrap_or_default();
                    println!(
                        "{first} signs the tokens of {} now.",
                        done["issuer"].as_str().unwrap_or_default()
                    );
                }
            }
            Ok(())
        }
    }
}

fn put(args: &OauthClientArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let mut form = json!({ "redirect_uris": args.redirect_uri, "public": args.public, "dpop": args.dpop });
    if !args.grant.is_empty() {
        let word = |grant: &OauthGrant| match grant {
            OauthGrant::ClientCredentials => "client-credentials",
            OauthGrant::AuthorizationCode => "authorization-code",
            OauthGrant::DeviceCode => "device-code",
        };
        form["grants"] = args.grant.iter().map(word).collect();
    }
    if let Some(path) = &args.jwks {
        let told = |why: String| Failure::new(format!("{}: {why}", path.display()));
        let text = fs::read_to_string(path).map_err(|e| told(e.to_string()))?;
        form["jwks"] = serde_json::from_str(&text).map_err(|e| told(e.to_string()))?;
    }
    issued(&client.put(&format!("apps/{}/client", escaped(&args.app)), &form)?, args.print.output);
    Ok(())
}

fn registrations(args: &RegistrationsArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let place = format!("authorization-servers/{}/registrations", escaped(&args.name));
    let mut all = client.get(&place)?;
    let mut left = 0;
    if args.retry {
        for item in all["items"].as_array().into_iter().flatten().filter(|item| item["state"] != "open") {
            let done = client.post(&format!("{place}/{}/retry", item["number"]), &())?;
            left += usize::from(done["gone"] != true);
        }
        all = client.get(&place)?;
    }
    print_registrations(args, &all);
    match left {
        0 => Ok(()),
        left => Err(Failure::new(format!("{left} could not be deleted there; each says why"))),
    }
}

fn print_registrations(args: &RegistrationsArgs, all: &Value) {
    if args.print.output == Output::Json {
        return print::json(all);
    }
    let items = all["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        println!("There are no clients of {}.", args.name);
    }
    for item in items {
        let [state, app, id] =
            ["state", "app", "client_id"].map(|name| item[name].as_str().unwrap_or_default());
        let trouble = item["trouble"].as_str().map(|trouble| format!(": {trouble}")).unwrap_or_default();
        println!("{state}  {app}  {id}{trouble}");
    }
}

fn issued(made: &Value, output: Output) {
    if output == Output::Json {
        return print::json(made);
    }
    println!("client id      {}", made["client_id"].as_str().unwrap_or_default());
    if let Some(secret) = made["client_secret"].as_str() {
        println!("client secret  {secret}  (shown this once)");
    }
}
