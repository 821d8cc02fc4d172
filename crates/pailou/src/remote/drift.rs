//! `pailou drift` and `pailou draft`: traffic held against contracts, and contracts made of traffic.

use serde_json::Value;

use super::{
    client::{Client, escaped},
    print,
};
use crate::{
    command::{DraftArgs, DriftArgs, DriftFormat, Output},
    shutdown::Failure,
};

pub(crate) fn drift(args: &DriftArgs) -> Result<(), Failure> {
    let output = if args.format == DriftFormat::Json { Output::Json } else { Output::Text };
    let client = Client::new(&args.remote, output)?;
    let Some(api) = &args.api else {
        let all = client.get("drift")?;
        match args.format {
            DriftFormat::Text => list(&all),
            _ => print::json(&all),
        }
        return Ok(());
    };
    let id = escaped(api);
    match args.format {
        DriftFormat::Text => tell(api, &client.get(&format!("apis/{id}/drift"))?),
        DriftFormat::Json => print::json(&client.get(&format!("apis/{id}/drift"))?),
        DriftFormat::Patch | DriftFormat::Contract => {
            let proposal = client.get(&format!("apis/{id}/drift/proposal"))?;
            for left in items(&proposal["left_out"]) {
                eprintln!("left out: {}", left.as_str().unwrap_or_default());
            }
            print::json(&proposal[if args.format == DriftFormat::Patch { "patch" } else { "contract" }]);
        }
    }
    Ok(())
}

pub(crate) fn draft(args: &DraftArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, Output::Text)?;
    let (plural, name) = match args.service.split_once('/') {
        Some(("api", name)) => ("apis", name),
        Some(("route", name)) => ("routes", name),
        None => ("routes", args.service.as_str()),
        Some(_) => return Err(Failure::new("say the name of a route, or `api/NAME`")),
    };
    let id = escaped(name);
    print::json(&client.get(&format!("{plural}/{id}/draft"))?);
    Ok(())
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn list(all: &Value) {
    println!("{:<32} {:>10} {:>8} {:>8} {:>8}  since", "api", "operations", "zombies", "unseen", "shadows");
    for one in items(&all["items"]) {
        let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
        let number = |field: &str| one[field].as_u64().unwrap_or_default();
        let [operations, zombies, unseen, shadows] =
            ["operations", "zombies", "unseen", "shadows"].map(number);
        println!(
            "{:<32} {operations:>10} {zombies:>8} {unseen:>8} {shadows:>8}  {}",
            text("api"),
            time(&one["since"])
        );
    }
}

fn tell(api: &str, drift: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    println!(
        "{api}, watched since {}; {} exchanges were looked into",
        time(&drift["since"]),
        drift["sampled"]
    );
    let told = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            println!("\n{title}\n{}", lines.join("\n"));
        }
    };
    let shadows = items(&drift["shadow"])
        .iter()
        .map(|one| format!("  {:<7} {}  {}", text(&one["method"]), text(&one["path"]), span(&one["calls"])));
    told("shadow: called, and not in the contract", shadows.collect());
    let of =
        |state: &'static str| items(&drift["operations"]).iter().filter(move |one| one["state"] == state);
    let line = |one: &Value| format!("  {:<7} {}", text(&one["method"]), text(&one["path"]));
    let called = |one: &Value| match one["calls"]["count"].as_u64() {
        Some(0) | None => line(one),
        Some(_) => format!("{}  {}", line(one), span(&one["calls"])),
    };
    let after = text(&drift["zombie_after"]);
    told(
        &format!("zombie: in the contract, and nobody has called it for {after} or longer"),
        of("zombie").map(called).collect(),
    );
    told(
        &format!("unseen: in the contract, and nobody has called it yet; after {after} it is a zombie"),
        of("unseen").map(line).collect(),
    );
    told("deprecated, and still called", of("deprecated").map(called).collect());
    let mut drifted = Vec::new();
    for one in of("drifted") {
        drifted.push(format!("{}  {}", line(one), span(&one["calls"])));
        for found in items(&one["drifted"]) {
            let status = found["status"].as_u64().filter(|_| found["kind"] != "status");
            let status = status.map(|status| format!(" of {status}")).unwrap_or_default();
            let (kind, place, message) =
                (text(&found["kind"]), text(&found["place"]), text(&found["message"]));
            drifted.push(format!("    {kind}{status} {place}: {message}  {}", span(&found["seen"])));
        }
    }
    told("drifted: other than the contract says", drifted);
    let noise = &drift["noise"];
    if noise["paths"] != 0 {
        println!(
            "\n{} other paths were called {} times, seldom or by those who look for holes",
            noise["paths"], noise["calls"]
        );
    }
    if drift["full"] == true {
        println!("\nthere was more than is kept: what is told is true, and may not be all");
    }
}

fn span(span: &Value) -> String {
    let count = span["count"].as_u64().unwrap_or_default();
    format!("({count} calls, {} to {})", time(&span["first"]), time(&span["last"]))
}

fn time(value: &Value) -> String {
    let millis = value.as_i64().filter(|millis| *millis > 0);
    let time = millis.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    time.map_or_else(|| "-".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M").to_string())
}
