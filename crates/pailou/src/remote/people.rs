//! `pailou member`, `pailou role` and `pailou token`: who may what.

use serde_json::{Value, json};

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{Held, MemberCommand, Output, Print, RoleCommand, TokenCommand},
    shutdown::Failure,
};

pub(crate) fn member(command: &MemberCommand) -> Result<(), Failure> {
    match command {
        MemberCommand::Invite(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let name = args.email.split('@').next().unwrap_or_default();
            let name = args.name.as_deref().unwrap_or(name);
            let form = json!({ "email": args.email, "name": name, "roles": roles(&args.held) });
            let invited = client.post("members", &form)?;
            show(&args.print, &invited, || told_link(&invited));
        }
        MemberCommand::List(args) => {
            let all = Client::new(&args.remote, args.print.output)?.get("members")?;
            show(&args.print, &all, || {
                if items(&all).is_empty() {
                    println!("There are no members; the administrator's token is all there is.");
                }
                for member in items(&all) {
                    let [email, name, state] = texts(member, ["email", "name", "state"]);
                    println!("{email}  {name}, {state}: {}", held(member));
                }
            });
        }
        MemberCommand::Roles(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let path = format!("members/{}/roles", escaped(&args.email));
            let member = client.put(&path, &json!({ "roles": roles(&args.held) }))?;
            show(&args.print, &member, || println!("{}: {}", text(&member, "email"), held(&member)));
        }
        MemberCommand::Can(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let all = client.get(&format!("members/{}/permissions", escaped(&args.email)))?;
            show(&args.print, &all, || {
                for item in items(&all) {
                    let [permission, workspace] = texts(item, ["permission", "workspace"]);
                    let own = if item["own"] == true { " of what they own" } else { "" };
                    let only = joined(&item["only"]);
                    let only = if only.is_empty() { only } else { format!(" of {only}") };
                    let by = joined(&item["roles"]);
                    println!("{permission}{own}{only} in {workspace}, by {by}");
                }
            });
        }
        MemberCommand::Link(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let made = client.post(&format!("members/{}/link", escaped(&args.email)), &json!({}))?;
            show(&args.print, &made, || told_link(&made));
        }
        MemberCommand::Remove(args) => {
            Client::new(&args.remote, args.print.output)?
                .delete(&format!("members/{}", escaped(&args.email)))?;
            let removed = json!({ "removed": args.email });
            show(&args.print, &removed, || println!("{} is no member any more.", args.email));
        }
    }
    Ok(())
}

pub(crate) fn role(command: &RoleCommand) -> Result<(), Failure> {
    match command {
        RoleCommand::List(args) => {
            let all = Client::new(&args.remote, args.print.output)?.get("roles")?;
            show(&args.print, &all, || {
                for role in items(&all) {
                    let [name, description] = texts(role, ["name", "description"]);
                    println!("{name}  {description}\n    {}", joined(&role["permissions"]));
                }
            });
        }
        RoleCommand::Set(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let form = json!({ "description": args.description, "permissions": args.permissions });
            let role = client.put(&format!("roles/{}", escaped(&args.name)), &form)?;
            show(&args.print, &role, || println!("{}: {}", args.name, joined(&role["permissions"])));
        }
        RoleCommand::Delete(args) => {
            Client::new(&args.remote, args.print.output)?
                .delete(&format!("roles/{}", escaped(&args.name)))?;
            let deleted = json!({ "deleted": args.name });
            show(&args.print, &deleted, || println!("Role {} is deleted.", args.name));
        }
    }
    Ok(())
}

pub(crate) fn token(command: &TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Create(args) => {
            let scope = args.remote.workspace.as_str();
            let client = match scope {
                "*" => Client::in_default(&args.remote, args.print.output)?,
                _ => Client::new(&args.remote, args.print.output)?,
            };
            let mut form = json!({
                "name": args.name,
                "workspace": scope,
                "roles": args.roles,
                "permissions": args.permissions,
                "expires_in": args.expires_in,
            });
            if let Some(only) = &args.only {
                form["only"] = named_alone(only);
            }
            let made = client.post("tokens", &form)?;
            // The secret alone on standard output, so that a program can take it from there.
            show(&args.print, &made, || {
                eprintln!("Expires {}. It is shown this once:", text(&made["token"], "expires_at"));
                println!("{}", text(&made, "secret"));
            });
        }
        TokenCommand::List(args) => {
            let all = Client::new(&args.remote, args.print.output)?.get("tokens")?;
            show(&args.print, &all, || {
                if items(&all).is_empty() {
                    println!("There are no service tokens.");
                }
                for token in items(&all) {
                    let fields = ["name", "hint", "workspace", "created_by", "expires_at"];
                    let [name, hint, workspace, by, expires] = texts(token, fields);
                    let may = [&token["roles"], &token["permissions"]].map(joined);
                    let may: Vec<_> =
                        may.iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
                    let used = token["last_used_at"].as_str().unwrap_or("never");
                    let over = if token["expired"] == true { "expired" } else { "expires" };
                    println!(
                        "{name}  {hint}…, by {by}: {} in {workspace}{}; {over} {expires}, last used {used}",
                        may.join(", "),
                        said_alone(&token["only"])
                    );
                }
            });
        }
        TokenCommand::Revoke(args) => {
            Client::new(&args.remote, args.print.output)?
                .delete(&format!("tokens/{}", escaped(&args.name)))?;
            let revoked = json!({ "revoked": args.name });
            show(&args.print, &revoked, || println!("Token {} opens nothing any more.", args.name));
        }
    }
    Ok(())
}

/// `ROLE@WORKSPACE` as the API has it.
fn roles(held: &Held) -> Vec<Value> {
    let one = |said: &String| {
        let (held, only) = said.split_once('/').map_or((&**said, None), |(held, only)| (held, Some(only)));
        let (role, workspace) = held.split_once('@').unwrap_or((held, "default"));
        let mut one = json!({ "role": role, "workspace": workspace });
        if let Some(only) = only {
            one["only"] = named_alone(only);
        }
        one
    };
    held.roles.iter().map(one).collect()
}

/// What something is for alone, as the API has it: `orders,owner:pay@example.com`.
fn named_alone(only: &str) -> Value {
    let named = |of: bool| -> Vec<&str> {
        let all = only.split(',').map(|name| (name.strip_prefix("owner:"), name));
        all.filter(|(owner, _)| owner.is_some() == of).map(|(owner, name)| owner.unwrap_or(name)).collect()
    };
    json!({ "apis": named(false), "owners": named(true) })
}

/// The same, as it is read.
fn said_alone(only: &Value) -> String {
    let owned = only["owners"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let apis = only["apis"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let all: Vec<String> =
        apis.map(str::to_owned).chain(owned.map(|one| format!("what {one} owns"))).collect();
    if all.is_empty() { String::new() } else { format!(" for {}", all.join(" and ")) }
}

fn told_link(made: &Value) {
    let [link, expires] = texts(made, ["link", "expires_at"]);
    if link.is_empty() {
        println!("A link was sent to {}; it works until {expires}.", text(&made["member"], "email"));
        return;
    }
    println!(
        "For {}, until {expires}; whoever opens it sets their password:",
        text(&made["member"], "email")
    );
    println!("{link}");
}

fn held(member: &Value) -> String {
    let one = |held: &Value| {
        format!("{} in {}{}", text(held, "role"), text(held, "workspace"), said_alone(&held["only"]))
    };
    member["roles"].as_array().into_iter().flatten().map(one).collect::<Vec<_>>().join(", ")
}

fn show(print: &Print, value: &Value, text: impl FnOnce()) {
    match print.output {
        Output::Json => print::json(value),
        Output::Text => text(),
    }
}

fn items(list: &Value) -> &[Value] {
    list["items"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn joined(words: &Value) -> String {
    words.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn texts<'a, const N: usize>(value: &'a Value, fields: [&str; N]) -> [&'a str; N] {
    fields.map(|field| text(value, field))
}
