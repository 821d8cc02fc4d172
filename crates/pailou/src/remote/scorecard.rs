//! `pailou scorecards`: how APIs stand to the standards that are about them.

use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::{client::Client, print};
use crate::{
    command::{Output, ScorecardArgs},
    shutdown::Failure,
};

pub(crate) fn scorecards(args: &ScorecardArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let mut query = Serializer::new("scorecards?".to_owned());
    for (name, given) in [("api", &args.api), ("owner", &args.owner)] {
        if let Some(given) = given {
            query.append_pair(name, given);
        }
    }
    let all = client.get(&query.finish())?;
    let cards = all["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    match args.print.output {
        Output::Json => print::json(&all),
        Output::Text if cards.is_empty() => println!("No standard is about any of these."),
        Output::Text => cards.iter().for_each(tell),
    }
    let below = |card: &&Value| card["score"].as_u64().unwrap_or(0) < u64::from(args.fail_under.unwrap_or(0));
    match cards.iter().filter(below).count() {
        0 => Ok(()),
        1 => Err(Failure::new("one scorecard is below what is wanted")),
        count => Err(Failure::new(format!("{count} scorecards are below what is wanted"))),
    }
}

fn tell(card: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let owner = card["owner"].as_str().map(|owner| format!(", of {owner}")).unwrap_or_default();
    let enforced = if card["enforced"] == true { "" } else { " (told only)" };
    println!(
        "{}: {} of 100 by {}{enforced}{owner}",
        text(&card["api"]),
        card["score"],
        text(&card["standard"])
    );
    for one in card["requirements"].as_array().into_iter().flatten() {
        let name = text(&one["requirement"]);
        match (one["missing"].as_str(), one["waived_until"].as_str()) {
            (None, _) => println!("  {name}: met"),
            (Some(missing), None) => println!("  {name}: missing: {missing}"),
            (Some(missing), Some(until)) => {
                println!("  {name}: waived until {until} by {}: {missing}", text(&one["waiver"]));
            }
        }
    }
}
