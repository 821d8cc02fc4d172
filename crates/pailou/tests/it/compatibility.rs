//! Contracts that change under their callers: told by plan and apply, refused where that is asked for.

use std::{fs, path::Path};

use crate::kit::{Running, admin, cli, serve};

const PAGE: &str = include_str!("../../../../docs/contracts/diff.md");

fn block(name: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("```{name}\n")).unwrap_or_else(|| panic!("no block `{name}`"));
    rest.split_once("```").unwrap().0
}

/// What `pailou ARGS -f FOLDER` says, and whether it went well.
fn run(platform: &Running, folder: &Path, args: &[&str]) -> (bool, String) {
    let mut all = args.to_vec();
    all.extend(["-f", folder.to_str().unwrap()]);
    let out = cli(platform, &all);
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (out.status.success(), said)
}

/// Hashes are long.
fn shortened(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let mut all = parts.next().unwrap().to_owned();
    for part in parts {
        all.push_str("sha256:…");
        all.push_str(part.trim_start_matches(|hex: char| hex.is_ascii_hexdigit()));
    }
    all
}

#[test]
fn what_breaks_callers_is_told_and_refused_as_the_page_says() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let (resource, agreed) = block("resource").split_once("compatibility:").unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("orders.yaml", block("yaml old"));
    write("api.yaml", resource);
    let (well, said) = run(&platform, folder.path(), &["apply"]);
    assert!(well && !said.contains("contract of"), "{said}");

    write("orders.yaml", block("yaml new"));
    let (well, said) = run(&platform, folder.path(), &["plan"]);
    assert!(well, "{said}");
    assert_eq!(shortened(&said), block("plan"));
    let (well, said) = run(&platform, folder.path(), &["plan", "--fail-on", "breaking"]);
    assert!(!well && said.contains("as it was not to (--fail-on)"), "{said}");
    let (well, said) = run(&platform, folder.path(), &["apply", "--fail-on", "info"]);
    assert!(!well && said.contains("2 breaking, 0 warnings, 3 other changes"), "{said}");

    write("api.yaml", &format!("{resource}compatibility: {{ breaking: refuse }}\n"));
    let (well, said) = run(&platform, folder.path(), &["plan"]);
    assert!(!well && said.contains("applying this is refused as it is"), "{said}");
    let (well, said) = run(&platform, folder.path(), &["apply"]);
    assert!(!well, "{said}");
    let told = "orders.yaml:8:46: error: api/orders: contract: breaks callers: GET /orders/{id}, query expand: the value `customer` was removed";
    assert!(said.contains(told), "{said}");
    // The same by the console's way.
    let stored = admin(&platform, "GET", "/api/v1/apis/orders", None).is(200).json();
    let mut document = stored.get("document").unwrap_or(&stored).clone();
    document["compatibility"] = serde_json::json!({ "breaking": "refuse" });
    document["contract"] =
        model::tree::parse(block("yaml new"), "new", Default::default()).unwrap()[0].to_value();
    let refused = admin(&platform, "PUT", "/api/v1/apis/orders", Some(&document)).is(422);
    assert!(refused.text.contains("breaking-change"), "{}", refused.text);

    write("api.yaml", &format!("{resource}compatibility: {{ breaking: warn, agreed: [\"Not a rule\"] }}\n"));
    let (well, said) = run(&platform, folder.path(), &["apply"]);
    assert!(!well && said.contains("compatibility.agreed[0]: is `RULE`"), "{said}");

    write("api.yaml", &format!("{resource}compatibility:{agreed}"));
    let (well, said) = run(&platform, folder.path(), &["apply", "--fail-on", "breaking"]);
    assert!(well && said.contains("0 breaking, 0 warnings, 3 other changes; 2 were agreed to"), "{said}");
    let (well, said) = run(&platform, folder.path(), &["plan"]);
    assert!(well && !said.contains("contract of"), "{said}");
}
