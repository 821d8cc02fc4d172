//! `pailou forensics`: gathers what is known of a caller into a file, and checks that one is whole.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::{Value, json};

use super::{block::meant, client::Client, print};
use crate::{
    command::{BlockWhat, ForensicsArgs, ForensicsCommand, ForensicsVerifyArgs, Output},
    shutdown::Failure,
};

/// The longest line of a bundle, bytes.
const LONGEST_LINE: u64 = 64 << 20;

pub(crate) fn forensics(command: &ForensicsCommand) -> Result<(), Failure> {
    match command {
        ForensicsCommand::Consumer(args) => gather(BlockWhat::Consumer, args),
        ForensicsCommand::App(args) => gather(BlockWhat::App, args),
        ForensicsCommand::Key(args) => gather(BlockWhat::Key, args),
        ForensicsCommand::Ip(args) => gather(BlockWhat::Ip, args),
        ForensicsCommand::Verify(args) => verify(args),
    }
}

fn gather(what: BlockWhat, args: &ForensicsArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let (field, value) = meant(what, &args.value)?;
    let mut form = json!({ field: value, "days": args.days });
    if let Some(until) = &args.until {
        form["until"] = until.as_str().into();
    }
    let told = |error: std::io::Error| Failure::new(format!("{}: {error}", args.to.display()));
    // With addresses of clients in it, it is for whoever gathers it alone.
    let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&args.to).map_err(told)?;
    let mut file = BufWriter::new(file);
    let written = client.post_into("forensics", &form, &mut file).and_then(|()| {
        file.flush().and_then(|()| file.get_ref().sync_data()).map_err(told)?;
        Whole::read(&args.to)
    });
    let whole = match written {
        Ok(whole) => whole,
        Err(failure) => {
            // Half of a bundle is none.
            let _ = std::fs::remove_file(&args.to);
            return Err(failure);
        }
    };
    whole.tell(args.print.output, &args.to, "holds");
    Ok(())
}

fn verify(args: &ForensicsVerifyArgs) -> Result<(), Failure> {
    let whole = Whole::read(&args.file)?;
    whole.tell(args.print.output, &args.file, "is whole:");
    Ok(())
}

/// A bundle that is as its manifest says.
struct Whole {
    subject: String,
    manifest: Value,
}

impl Whole {
    fn read(path: &Path) -> Result<Whole, Failure> {
        let told = |error: String| Failure::new(format!("{}: {error}", path.display()));
        let file = File::open(path).map_err(|error| told(error.to_string()))?;
        read(BufReader::new(file)).map_err(told)
    }

    fn tell(&self, output: Output, path: &Path, verb: &str) {
        if output == Output::Json {
            print::json(&json!({ "subject": self.subject, "manifest": self.manifest }));
            return;
        }
        let count = |name: &str| self.manifest["sections"][name]["lines"].as_u64().unwrap_or_default();
        println!(
            "{} {verb} {} lines about {}: {} states of documents, {} records of the audit log, {} calls.",
            path.display(),
            self.manifest["lines"],
            self.subject,
            count("revision"),
            count("audit"),
            count("call"),
        );
        println!(
            "Its SHA-256 before the manifest is {}.",
            self.manifest["sha256"].as_str().unwrap_or_default()
        );
        for left in self.manifest["left_out"].as_array().into_iter().flatten() {
            println!("Left out: {}.", left.as_str().unwrap_or_default());
        }
    }
}

/// Reads a bundle and holds it against its manifest.
fn read(mut lines: impl BufRead) -> Result<Whole, String> {
    let (mut whole, mut sections) = (Context::new(&SHA256), BTreeMap::<String, (u64, Context)>::new());
    let (mut subject, mut count) = (String::new(), 0_u64);
    loop {
        let mut line = Vec::new();
        let read = lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        read.map_err(|error| error.to_string())?;
        if line.is_empty() {
            return Err("it has no manifest at its end: it broke off, and is gathered anew".to_owned());
        }
        count += 1;
        let broken = |why: &dyn std::fmt::Display| format!("line {count} is no line of a bundle: {why}");
        if line.last() != Some(&b'\n') {
            return Err(broken(&"it does not end"));
        }
        let value: Value = serde_json::from_slice(&line).map_err(|error| broken(&error))?;
        let Some(section) = value["section"].as_str() else { return Err(broken(&"it has no `section`")) };
        if count == 1 {
            if value["value"]["format"] != "pailou-forensics/1" {
                return Err("it is no bundle of `pailou forensics`, or of another version".to_owned());
            }
            subject = value["value"]["subject"]["about"].as_str().unwrap_or_default().to_owned();
        }
        if section == "manifest" {
            let manifest = value["value"].clone();
            check(&manifest, count - 1, &whole, &sections)?;
            let mut more = [0];
            return match lines.read(&mut more) {
                Ok(0) => Ok(Whole { subject, manifest }),
                _ => Err(format!("there is something after the manifest, which is line {count}")),
            };
        }
        whole.update(&line);
        let (lines, context) =
            sections.entry(section.to_owned()).or_insert_with(|| (0, Context::new(&SHA256)));
        *lines += 1;
        context.update(&line);
    }
}

fn check(
    manifest: &Value,
    count: u64,
    whole: &Context,
    sections: &BTreeMap<String, (u64, Context)>,
) -> Result<(), String> {
    let is = |told: &Value, lines: u64, context: &Context| {
        told["lines"] == lines && told["sha256"] == hex(context)
    };
    let told = manifest["sections"].as_object();
    let names = told.into_iter().flatten().map(|(name, _)| name).chain(sections.keys());
    for name in names {
        let found = sections.get(name);
        if !found.is_some_and(|(lines, context)| is(&manifest["sections"][name], *lines, context)) {
            return Err(format!("the lines of section `{name}` are not those that were gathered"));
        }
    }
    match is(manifest, count, whole) {
        true => Ok(()),
        false => Err("its lines are not in the order in which they were gathered".to_owned()),
    }
}

fn hex(context: &Context) -> String {
    context.clone().finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(lines: &[&str]) -> String {
        let head = r#"{"section":"bundle","value":{"format":"pailou-forensics/1","subject":{"about":"consumer ada"}}}"#;
        let lines: Vec<String> =
            std::iter::once(&head).chain(lines).map(|line| format!("{line}\n")).collect();
        let (mut whole, mut sections) = (Context::new(&SHA256), BTreeMap::<String, (u64, Context)>::new());
        for line in &lines {
            let section =
                serde_json::from_str::<Value>(line).unwrap()["section"].as_str().unwrap().to_owned();
            whole.update(line.as_bytes());
            let (count, context) = sections.entry(section).or_insert_with(|| (0, Context::new(&SHA256)));
            *count += 1;
            context.update(line.as_bytes());
        }
        let sections: serde_json::Map<String, Value> = sections
            .into_iter()
            .map(|(name, (lines, context))| (name, json!({ "lines": lines, "sha256": hex(&context) })))
            .collect();
        let value =
            json!({ "lines": lines.len(), "sha256": hex(&whole), "sections": sections, "left_out": [] });
        format!("{}{}\n", lines.concat(), json!({ "section": "manifest", "value": value }))
    }

    #[test]
    fn a_bundle_is_whole_or_is_told_what_is_not_as_it_was_gathered() {
        let text = bundle(&[r#"{"section":"call","value":1}"#, r#"{"section":"call","value":2}"#]);
        assert_eq!(read(text.as_bytes()).map_err(|why| panic!("{why}")).unwrap().subject, "consumer ada");
        let why = |text: &str| read(text.as_bytes()).err().unwrap();
        assert!(why(&text.replace("\"value\":2", "\"value\":3")).contains("`call`"));
        let (first, rest) = text.split_once("{\"section\":\"call\",\"value\":2}\n").unwrap();
        assert!(why(&format!("{first}{rest}")).contains("`call`"));
        let swapped = text.replace("\"value\":1", "\"value\":0").replace("\"value\":2", "\"value\":1");
        assert!(why(&swapped).contains("`call`"));
        assert!(why(first).contains("no manifest"));
        assert!(why(&text[..text.len() - 1]).contains("does not end"));
        assert!(why(&format!("{text}{{}}\n")).contains("after the manifest"));
        assert!(why("{}\n").contains("no `section`"));
        assert!(why("{\"section\":\"manifest\"}\n").contains("no bundle"));
        assert!(why("not json\n").contains("line 1"));
        assert!(why("").contains("no manifest"));
    }
}
