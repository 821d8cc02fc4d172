//! Commands that talk to a control plane, and `validate`, which needs none.

mod audit;
mod block;
mod cache;
mod catalogue;
mod client;
mod design;
mod drift;
mod explain;
mod forensics;
mod keys;
mod life;
mod limits;
mod oauth;
mod people;
mod print;
mod scorecard;
mod secret;
mod split;
mod sso;
mod status;
mod subscriptions;
mod workspace;

use std::{fs, path::Path};

use contract::Notation;
use control::{Bundle, BundleFile, Files};
use model::Severity;
use serde_json::{Value, json};

use self::client::Client;
pub(crate) use self::{
    audit::{export_audit, verify_audit},
    block::{block, blocks, unblock},
    cache::purge,
    catalogue::{catalogue, promote},
    design::design,
    drift::{draft, drift},
    explain::explain,
    forensics::forensics,
    keys::keys,
    life::{api, record_test, review, uses},
    limits::explain_limits,
    oauth::oauth,
    people::{member, role, token},
    scorecard::scorecards,
    secret::secret,
    split::split,
    sso::sso,
    status::status,
    subscriptions::subscription,
    workspace::workspace,
};
use crate::{
    command::{ApplyArgs, DiffLevel, ExportArgs, FilesArgs, ImportArgs, Output},
    fetched::{Fetch, Reach},
    folder, gathered, ruling,
    shutdown::Failure,
};

/// `pailou validate`: every finding of a folder, checked here.
pub(crate) fn validate(args: &FilesArgs) -> Result<(), Failure> {
    let bundle = read_folder(&args.files, &args.fetch)?;
    ruling::faults(&args.files)?;
    let files = Files::beside(folder::base(&args.files));
    let findings = match control::check(&bundle, &files, policies::CATALOG, None) {
        Ok(checked) => {
            let (count, warnings) = (checked.resources, checked.findings);
            match args.print.output {
                Output::Json => {
                    print::json(&json!({ "valid": true, "resources": count, "findings": warnings }))
                }
                Output::Text => {
                    warnings.iter().for_each(|finding| println!("{finding}"));
                    println!("{count} resources are valid.");
                }
            }
            return Ok(());
        }
        Err(findings) => findings,
    };
    if args.print.output == Output::Json {
        print::json(&json!({ "valid": false, "findings": findings }));
        return Err(Failure::lines([]));
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let verdict = match errors {
        1 => "1 error; nothing is valid until it is mended.".to_owned(),
        errors => format!("{errors} errors; nothing is valid until they are mended."),
    };
    Err(Failure::lines(findings.iter().map(ToString::to_string).chain([verdict])))
}

/// `pailou plan`: what applying a folder would change.
pub(crate) fn plan(args: &ApplyArgs) -> Result<(), Failure> {
    let plan = send_folder("plan", args)?;
    match args.print.output {
        Output::Json => print::json(&plan),
        Output::Text => print::changes(&plan, "Plan", ["to create", "to update", "to delete"]),
    }
    let findings = || plan["findings"].as_array().into_iter().flatten();
    if findings().any(|finding| finding["rule"] == "contract-change") {
        return Err(Failure::new("a contract changes for callers as it was not to (--fail-on)"));
    }
    match findings().any(|finding| finding["severity"] == "error") {
        true => Err(Failure::new("applying this is refused as it is")),
        false => Ok(()),
    }
}

/// `pailou apply`: makes the control plane hold what a folder says.
pub(crate) fn apply(args: &ApplyArgs) -> Result<(), Failure> {
    let applied = send_folder("apply", args)?;
    match args.print.output {
        Output::Json => print::json(&applied),
        Output::Text => print::changes(&applied, "Applied", ["created", "updated", "deleted"]),
    }
    Ok(())
}

/// A folder with what references of contracts lead to; why something is not read is told.
fn read_folder(path: &Path, fetch: &Fetch) -> Result<Bundle, Failure> {
    let reach = Reach { root: None, fetch: fetch.clone() };
    folder::read_within(path, &reach, &mut |why| eprintln!("{why}"))
}

fn send_folder(action: &str, args: &ApplyArgs) -> Result<Value, Failure> {
    let mut bundle = read_folder(&args.files, &args.fetch)?;
    if let Some(file) = &args.suppress {
        let text = fs::read_to_string(file);
        bundle.agreed = Some(text.map_err(|e| Failure::new(format!("{}: {e}", file.display())))?);
    }
    let client = Client::new(&args.remote, args.print.output)?;
    let fail_on = match args.fail_on {
        DiffLevel::Breaking => "&fail_on=breaking",
        DiffLevel::Warning => "&fail_on=warning",
        DiffLevel::Info => "&fail_on=info",
        DiffLevel::Never => "",
    };
    client.post(&format!("{action}?origin=apply&prune={}{fail_on}", args.prune), &bundle)
}

/// `pailou export`: everything the control plane holds, as a folder.
pub(crate) fn export(args: &ExportArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let exported = client.get("export")?;
    let bundle: Bundle = serde_json::from_value(exported.clone())
        .map_err(|e| Failure::new(format!("the control plane's export is not one: {e}")))?;
    let Some(dir) = &args.files else {
        match args.print.output {
            Output::Json => print::json(&exported),
            Output::Text => {
                let one = |file: &BundleFile| println!("---\n# {}\n{}", file.path, file.text.trim_end());
                bundle.files.iter().for_each(one);
            }
        }
        return Ok(());
    };
    for file in &bundle.files {
        write(dir, file)?;
    }
    match args.print.output {
        Output::Json => print::json(&json!({ "folder": dir, "files": bundle.files.len() })),
        Output::Text => println!("{} files written to {}.", bundle.files.len(), dir.display()),
    }
    Ok(())
}

fn write(dir: &Path, file: &BundleFile) -> Result<(), Failure> {
    let inside =
        Path::new(&file.path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !inside {
        return Err(Failure::new(format!(
            "the control plane named a file outside the folder: {}",
            file.path
        )));
    }
    let path = dir.join(&file.path);
    let written =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.text));
    written.map_err(|e| Failure::new(format!("{}: {e}", path.display())))
}

/// `pailou import`: makes an API of a document, or brings one up to date.
pub(crate) fn import(args: &ImportArgs) -> Result<(), Failure> {
    let (said, file) = match args.what.as_slice() {
        [said, file] => (Some(said), file),
        [file] => (None, file),
        _ => return Err(Failure::new("give one document")),
    };
    let said = said.map(|said| said.parse::<Notation>().map_err(Failure::new)).transpose()?;
    let gathered = gathered::gather(Path::new(file), &args.reach)?;
    let client = Client::new(&args.remote, args.print.output)?;
    let beside: Vec<Value> =
        gathered.beside.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect();
    let sides = [("here", &args.here), ("document", &args.document)];
    let choice = |side: &'static str, place: &String| json!({ "place": place, "take": side });
    let choices: Vec<Value> =
        sides.iter().flat_map(|(side, places)| places.iter().map(|place| choice(side, place))).collect();
    let request = json!({
        "text": gathered.text,
        "file": gathered.name,
        "beside": beside,
        "notation": said,
        "name": args.name,
        "version": args.api_version,
        "upstream": args.upstream.as_deref().unwrap_or_default(),
        "path": args.path,
        "hosts": args.hosts,
        "owner": args.owner,
        "state": args.state,
        "merge": args.merge,
        "replace": args.replace,
        "conflicts": args.conflicts.as_str(),
        "choices": choices,
        "dry_run": args.dry_run,
    });
    let imported = client.post("import", &request)?;
    match args.print.output {
        Output::Json => print::json(&imported),
        Output::Text => print::imported(&imported, args.dry_run),
    }
    Ok(())
}
