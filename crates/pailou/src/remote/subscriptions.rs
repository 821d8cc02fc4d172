//! `pailou subscription`: what waits for a decision, and decisions on many at once.

use serde_json::{Value, json};

use super::{client::Client, print};
use crate::{
    command::{Output, RefuseArgs, RemoteArgs, SubscriptionCommand},
    shutdown::Failure,
};

pub(crate) fn subscription(command: &SubscriptionCommand) -> Result<(), Failure> {
    match command {
        SubscriptionCommand::Waiting(args) => waiting(args),
        SubscriptionCommand::Approve(args) => decide(&args.decided, true, args.until.as_deref()),
        SubscriptionCommand::Refuse(args) => decide(args, false, None),
    }
}

fn waiting(args: &RemoteArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let all = client.get("decisions")?;
    if args.print.output == Output::Json {
        print::json(&all);
        return Ok(());
    }
    let items = all["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        println!("Nothing waits for a decision.");
    }
    for one in items {
        let text = |field: &str| one[field].as_str().unwrap_or_default();
        let due = match (one["overdue"] == true, one["due_at"].as_str()) {
            (true, Some(due)) => format!(", overdue since {due}"),
            (false, Some(due)) => format!(", due {due}"),
            (_, None) => String::new(),
        };
        let reason = one["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        println!(
            "{}  {} asks for {} under {}, since {}{due}{reason}",
            text("subscription"),
            text("app"),
            text("product"),
            text("plan"),
            text("asked_at")
        );
    }
    Ok(())
}

fn decide(args: &RefuseArgs, approve: bool, until: Option<&str>) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let form = json!({ "subscriptions": args.names, "approve": approve, "reason": args.reason, "expires_at": until });
    let decided = client.post("decisions", &form)?;
    if args.print.output == Output::Json {
        print::json(&decided);
    }
    let items = decided["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut failed = 0;
    for one in items {
        let name = one["subscription"].as_str().unwrap_or_default();
        let said = match (&one["state"], &one["trouble"]) {
            (Value::String(state), _) => format!("{name} is {state}."),
            (_, trouble) => {
                failed += 1;
                format!("{name} was not decided: {}", trouble.as_str().unwrap_or_default())
            }
        };
        if args.print.output == Output::Text {
            println!("{said}");
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{failed} of {} could not be decided", items.len()))),
    }
}
