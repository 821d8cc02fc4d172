//! `pailou routes explain`: of a control plane, or of files.

use std::{path::Path, sync::Arc};

use control::Files;
use model::routing::{Candidate, Explanation, HeaderLine, Outcome, Question, Reason};
use proxy::Routes;

use super::{client::Client, print};
use crate::{
    command::{ExplainArgs, Output},
    folder,
    shutdown::Failure,
};

/// Says which route takes a request, and why the others do not.
pub(crate) fn explain(args: &ExplainArgs) -> Result<(), Failure> {
    let headers = args.headers.iter().map(|text| header(text)).collect::<Result<_, _>>()?;
    let question =
        Question { method: args.method.clone(), url: args.url.clone(), headers, client: args.client };
    let explanation = match &args.files {
        Some(files) => of_files(files, &question)?,
        None => {
            let client = Client::new(&args.remote, args.print.output)?;
            serde_json::from_value(client.post("explain/route", &question)?)
                .map_err(|e| Failure::new(format!("the control plane's answer is no explanation: {e}")))?
        }
    };
    match args.print.output {
        Output::Json => print::json(&serde_json::json!(explanation)),
        Output::Text => text(&explanation),
    }
    Ok(())
}

fn header(text: &str) -> Result<HeaderLine, Failure> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| Failure::new(format!("`{text}`: a header is written `Name: value`")))?;
    Ok(HeaderLine { name: name.trim().to_owned(), value: value.trim().to_owned() })
}

fn of_files(files: &Path, question: &Question) -> Result<Explanation, Failure> {
    let bundle = folder::read(files)?;
    let base = Files::beside(folder::base(files));
    let wrong = |findings: Vec<model::Finding>| Failure::lines(findings.iter().map(ToString::to_string));
    let checked = control::check(&bundle, &base, policies::CATALOG, None).map_err(wrong)?;
    let routes = Routes::build(policies::CATALOG, Arc::new(checked.snapshot)).map_err(wrong)?;
    routes.explain(question).map_err(Failure::new)
}

fn text(explanation: &Explanation) {
    let Explanation { method, host, path, outcome, winner, allow, lost, .. } = explanation;
    println!("{method} {host}{path}");
    let winner = winner.as_ref().map(shown).unwrap_or_default();
    match outcome {
        Outcome::Routed => println!("goes to {winner}"),
        Outcome::MethodNotAllowed => {
            println!("is refused with 405, because the path takes {} only: {winner}", allow.join(", "));
        }
        Outcome::OperationNotFound => {
            println!("is refused with 404, because {winner} answers here and has no such path");
        }
        Outcome::VersionNotFound => {
            println!(
                "is refused with 400, because it is for none of the versions that answer here, such as {winner}"
            );
        }
        Outcome::NotFound => println!("is refused with 404, because nothing answers at this host and path"),
    }
    for lost in lost {
        let why = match lost.reason {
            Reason::Outranked => "outranked",
            Reason::Version => "version",
            Reason::Condition => "condition",
            Reason::Cookie => "cookie",
            Reason::Query => "query",
            Reason::Header => "header",
            Reason::Method => "method",
            Reason::Host => "host",
            Reason::Path => "path",
        };
        println!("  not {}\n      {why}: {}", shown(&lost.candidate), lost.detail);
    }
}

fn shown(candidate: &Candidate) -> String {
    let operation = candidate.operation.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    format!("{}{operation} ({})", candidate.service, candidate.takes)
}
