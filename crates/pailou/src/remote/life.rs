//! `pailou api` and `pailou review`: the lives of APIs, and what others say of what they are to become.

use std::path::Path;

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{
    catalogue::tell_environments,
    client::{Client, escaped},
    print,
};
use crate::{
    command::{
        ApiCommand, MoveArgs, Output, Print, Remote, ReviewApplyArgs, ReviewArgs, ReviewCommand,
        ReviewListArgs,
    },
    folder,
    shutdown::Failure,
};

pub(crate) fn api(command: &ApiCommand) -> Result<(), Failure> {
    match command {
        ApiCommand::Life(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let life = client.get(&format!("apis/{}/life", escaped(&args.api)))?;
            show(&args.print, &life, || tell_life(&life));
        }
        ApiCommand::Move(args) => move_api(args)?,
        ApiCommand::Rollback(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let id = escaped(&args.api);
            let document = match &args.emergency {
                Some(reason) => client.post(
                    &format!("apis/{id}/emergency"),
                    &json!({ "revision": args.revision, "reason": reason }),
                )?,
                None => client.post(&format!("apis/{id}/rollback"), &json!({ "revision": args.revision }))?,
            };
            show(&args.print, &document, || {
                println!("api/{} is as it was at revision {}.", args.api, args.revision);
            });
        }
        ApiCommand::Environments(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let all = client.get(&format!("apis/{}/environments", escaped(&args.api)))?;
            show(&args.print, &all, || tell_environments(&all));
        }
        ApiCommand::Emergencies(args) => {
            let all = Client::new(&args.remote, args.print.output)?.get("emergencies")?;
            show(&args.print, &all, || {
                if items(&all["items"]).is_empty() {
                    println!("Nothing passed by what standards ask.");
                }
                for one in items(&all["items"]) {
                    let failed = if one["made"] == true { "" } else { " (it failed)" };
                    println!(
                        "{} api/{}, {} by {}: {}{failed}",
                        text(&one["at"]),
                        text(&one["api"]),
                        text(&one["what"]),
                        text(&one["by"]),
                        text(&one["reason"])
                    );
                    items(&one["passed"]).iter().for_each(|passed| println!("  passed by: {}", text(passed)));
                }
            });
        }
    }
    Ok(())
}

fn move_api(args: &MoveArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let (id, to) = (escaped(&args.api), args.to.as_str());
    let document = match &args.emergency {
        Some(reason) => {
            client.post(&format!("apis/{id}/emergency"), &json!({ "to": to, "reason": reason }))?
        }
        None => {
            let mut step = json!({ "to": to });
            for (field, given) in [
                ("summary", &args.summary),
                ("deprecated_at", &args.deprecated_at),
                ("sunset_at", &args.sunset_at),
                ("successor", &args.successor),
                ("docs", &args.docs),
            ] {
                if let Some(given) = given {
                    step[field] = given.as_str().into();
                }
            }
            if !args.brownouts.is_empty() {
                let read = |one: &String| {
                    let wrong = || Failure::new(format!("--brownout {one}: is `FROM/UNTIL`, two times"));
                    let (from, until) = one.split_once('/').ok_or_else(wrong)?;
                    Ok(json!({ "from": from, "until": until }))
                };
                step["brownouts"] = args.brownouts.iter().map(read).collect::<Result<_, Failure>>()?;
            }
            client.post(&format!("apis/{id}/life"), &step)?
        }
    };
    show(&args.print, &document, || println!("api/{} is {to}.", args.api));
    Ok(())
}

pub(crate) fn review(command: &ReviewCommand) -> Result<(), Failure> {
    match command {
        ReviewCommand::Open(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let asked = asked(Some(&args.summary), args.files.as_deref())?;
            let review = client.post(&format!("apis/{}/reviews", escaped(&args.api)), &asked)?;
            show(&args.print, &review, || tell(&review));
        }
        ReviewCommand::Update(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let asked = asked(args.summary.as_deref(), args.files.as_deref())?;
            let review = client.put(&format!("reviews/{}", args.number), &asked)?;
            show(&args.print, &review, || tell(&review));
        }
        ReviewCommand::List(args) => list(args)?,
        ReviewCommand::Show(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            let review = client.get(&format!("reviews/{}", args.number))?;
            show(&args.print, &review, || tell(&review));
        }
        ReviewCommand::Contract(args) => {
            let client = Client::new(&args.remote, args.print.output)?;
            print!("{}", client.text(&format!("reviews/{}/contract", args.number))?.0);
        }
        ReviewCommand::Comment(args) => remark(&args.of, &args.message, None, args.line)?,
        ReviewCommand::RequestChanges(args) => {
            remark(&args.of, &args.message, Some("request-changes"), args.line)?;
        }
        ReviewCommand::Approve(args) => {
            remark(&args.of, args.message.as_deref().unwrap_or_default(), Some("approve"), None)?;
        }
        ReviewCommand::Apply(args) => apply(args)?,
        ReviewCommand::Close(args) => {
            let ReviewArgs { number, remote, print } = &args.of;
            let reason = args.message.as_deref().unwrap_or_default();
            let client = Client::new(remote, print.output)?;
            let review = client.post(&format!("reviews/{number}/close"), &json!({ "reason": reason }))?;
            show(print, &review, || println!("Review {number} is closed."));
        }
    }
    Ok(())
}

fn asked(summary: Option<&str>, files: Option<&Path>) -> Result<Value, Failure> {
    let mut asked = json!({ "summary": summary.unwrap_or_default() });
    if let Some(files) = files {
        let bundle = folder::read(files)?;
        asked["files"] = serde_json::to_value(bundle).map_err(|e| Failure::new(e.to_string()))?;
    }
    Ok(asked)
}

fn list(args: &ReviewListArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let mut query = Serializer::new("reviews?".to_owned());
    if let Some(api) = &args.api {
        query.append_pair("api", api);
    }
    if !args.all {
        query.append_pair("state", "open");
    }
    let all = client.get(&query.finish())?;
    show(&args.print, &all, || {
        if items(&all["items"]).is_empty() {
            println!("{}", if args.all { "There are no reviews." } else { "No review is open." });
        }
        items(&all["items"]).iter().for_each(line);
    });
    Ok(())
}

/// A verdict is of the proposal as it is now.
fn remark(of: &ReviewArgs, message: &str, verdict: Option<&str>, line: Option<u32>) -> Result<(), Failure> {
    let ReviewArgs { number, remote, print } = of;
    let client = Client::new(remote, print.output)?;
    let said = json!({ "text": message, "verdict": verdict, "line": line });
    let review = client.post(&format!("reviews/{number}/remarks"), &said)?;
    show(print, &review, || match verdict {
        Some("approve") => println!("Review {number} is approved by {}.", joined(&review["approved_by"])),
        Some(_) => println!("Changes are asked for in review {number}."),
        None => println!("Said in review {number}."),
    });
    Ok(())
}

fn apply(args: &ReviewApplyArgs) -> Result<(), Failure> {
    let ReviewArgs { number, remote, print } = &args.of;
    let client = Client::new(remote, print.output)?;
    let document = match &args.emergency {
        Some(reason) => client.post(&format!("reviews/{number}/emergency"), &json!({ "reason": reason }))?,
        None => client.post(&format!("reviews/{number}/apply"), &json!({}))?,
    };
    show(print, &document, || {
        let version = document["version"].as_str().map(|version| format!("@{version}")).unwrap_or_default();
        println!("api/{}{version} is as review {number} proposes.", text(&document["name"]));
    });
    Ok(())
}

fn tell_life(life: &Value) {
    println!("api/{} is {}, at revision {}.", text(&life["api"]), text(&life["state"]), life["revision"]);
    for step in items(&life["moves"]) {
        let allowed = if step["allowed"] == true { "nothing stands in the way" } else { "not yet" };
        println!("To become {}: {allowed}.", text(&step["to"]));
        items(&step["checks"]).iter().for_each(standing);
        items(&step["findings"])
            .iter()
            .for_each(|finding| println!("  {}: {}", text(&finding["severity"]), text(&finding["message"])));
    }
    match &life["tests"] {
        Value::Null => {}
        test => {
            let (report, passed) = (&test["report"], test["passed"] == true);
            println!(
                "Last test: {}, {} of {} cases as promised, by {} at {}.",
                if passed { "passed" } else { "failed" },
                report["sent"].as_u64().unwrap_or(0) - report["failed"].as_u64().unwrap_or(0),
                report["sent"],
                text(&test["by"]),
                text(&test["at"])
            );
        }
    }
    items(&life["reviews"]).iter().for_each(line);
    for event in items(&life["history"]) {
        let reason = event["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        println!("{} {} by {}{reason}", text(&event["at"]), text(&event["what"]), text(&event["by"]));
    }
}

/// How an API stands to a standard, what is asked a line.
fn standing(card: &Value) {
    let told = if card["enforced"] == true { "" } else { " (told only)" };
    println!("  {}{told}", text(&card["standard"]));
    for one in items(&card["requirements"]) {
        let (sign, said) = match (one["missing"].as_str(), one["waived_until"].as_str()) {
            (None, _) => ('+', String::new()),
            (Some(missing), None) => ('-', format!(": {missing}")),
            (Some(missing), Some(until)) => ('~', format!(": waived until {until}: {missing}")),
        };
        println!("  {sign} {}{said}", text(&one["requirement"]));
    }
}

fn line(review: &Value) {
    let approved = match items(&review["approved_by"]) {
        [] => String::new(),
        _ => format!("; approved by {}", joined(&review["approved_by"])),
    };
    let against = match items(&review["changes_requested_by"]) {
        [] => String::new(),
        _ => format!("; changes asked for by {}", joined(&review["changes_requested_by"])),
    };
    println!(
        "Review {} of api/{}, {}, by {}: {}{approved}{against}",
        review["number"],
        text(&review["api"]),
        text(&review["state"]),
        text(&review["author"]),
        text(&review["summary"])
    );
}

fn tell(review: &Value) {
    line(review);
    for change in items(&review["changes"]) {
        let path = text(&change["path"]);
        match (&change["before"], &change["after"]) {
            (Value::Null, after) => println!("  + {path}: {}", print::short(after)),
            (before, Value::Null) => println!("  - {path}: {}", print::short(before)),
            (before, after) => println!("  ~ {path}: {} -> {}", print::short(before), print::short(after)),
        }
    }
    if review["contract"].is_object() {
        print::contract_changes(&review["contract"]);
    }
    items(&review["checks"]).iter().for_each(standing);
    items(&review["findings"])
        .iter()
        .for_each(|finding| println!("  {}: {}", text(&finding["severity"]), text(&finding["message"])));
    if review["outdated"] == true {
        println!("The API was changed since; put the proposal anew.");
    }
    for remark in items(&review["remarks"]) {
        let verdict = match remark["verdict"].as_str() {
            Some("approve") => " approves",
            Some(_) => " asks for changes",
            None => "",
        };
        let void = if remark["digest"] == review["digest"] { "" } else { " (of an earlier proposal)" };
        let place = match remark["place"]["line"].as_u64() {
            Some(line) => format!(" of line {line}, `{}`", text(&remark["place"]["text"]).trim()),
            None => String::new(),
        };
        println!("{}{verdict}{place}{void}: {}", text(&remark["by"]), text(&remark["text"]));
    }
    if review["ready"] == true {
        println!("Nothing stands in the way: `pailou review apply {}`.", review["number"]);
    }
}

fn show(print: &Print, value: &Value, tell: impl FnOnce()) {
    match print.output {
        Output::Json => print::json(value),
        Output::Text => tell(),
    }
}

/// Records what came of a test of an API.
pub(crate) fn record_test(remote: &Remote, api: &str, report: &Value) -> Result<(), Failure> {
    let client = Client::new(remote, Output::Text)?;
    client.post(&format!("apis/{}/test-reports", escaped(api)), report).map(drop)
}

/// Who uses an API.
pub(crate) fn uses(remote: &Remote, api: &str) -> Result<Value, Failure> {
    Client::new(remote, Output::Text)?.get(&format!("apis/{}/uses", escaped(api)))
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn joined(names: &Value) -> String {
    items(names).iter().map(text).collect::<Vec<_>>().join(", ")
}
