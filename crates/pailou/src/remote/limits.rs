//! `pailou limits explain`: which limits a call would touch.

use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::{client::Client, print};
use crate::{
    command::{ExplainLimitsArgs, Output},
    shutdown::Failure,
};

pub(crate) fn explain_limits(args: &ExplainLimitsArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let headers = Some(args.headers.join("\n")).filter(|lines| !lines.is_empty());
    let ip = args.ip.map(|ip| ip.to_string());
    let mut query = Serializer::new(String::new());
    for (name, value) in [
        ("api", &args.api),
        ("route", &args.route),
        ("operation", &args.operation),
        ("consumer", &args.consumer),
        ("app", &args.app),
        ("ip", &ip),
        ("method", &args.method),
        ("target", &args.target),
        ("headers", &headers),
    ] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let explained = client.get(&format!("limits/explain?{}", query.finish()))?;
    match args.print.output {
        Output::Json => print::json(&explained),
        Output::Text => show(&explained),
    }
    Ok(())
}

fn show(explained: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let limits = explained["limits"].as_array().map(Vec::as_slice).unwrap_or_default();
    if limits.is_empty() {
        println!("No limit holds for this call.");
    }
    for limit in limits {
        let state = &limit["state"];
        let window = state["window_s"].as_u64().map(|window| format!(" in {window} s")).unwrap_or_default();
        let burst = state["burst"].as_u64().map(|burst| format!(", burst {burst}")).unwrap_or_default();
        println!(
            "{} `{}` from {} {}: {}{window} per {} ({}{burst})",
            text(&limit["policy"]),
            text(&state["name"]),
            text(&limit["level"]),
            text(&limit["at"]),
            state["limit"],
            text(&state["per"]),
            text(&state["algorithm"]),
        );
        let reset = match state["reset_s"].as_u64() {
            Some(reset) if reset > 0 => format!(", whole again in {reset} s"),
            _ => String::new(),
        };
        let report = if state["report_only"] == true { "; only reports" } else { "" };
        println!("    {} used, {} left{reset}{report}", state["used"], state["remaining"]);
    }
    for idle in explained["not_in_force"].as_array().into_iter().flatten() {
        println!(
            "{} from {} {} does not hold: {}",
            text(&idle["policy"]),
            text(&idle["level"]),
            text(&idle["at"]),
            text(&idle["why"])
        );
    }
}
