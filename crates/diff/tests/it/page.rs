//! What the page about comparing says is so.

use std::{fs, path::PathBuf};

#[test]
fn the_page_finds_what_it_says() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/contracts/diff.md");
    let page = fs::read_to_string(page).unwrap();
    let block = |name: &str| {
        let (_, rest) =
            page.split_once(&format!("```{name}\n")).unwrap_or_else(|| panic!("no block `{name}`"));
        rest.split_once("```").unwrap().0.to_owned()
    };
    let changes = diff::diff((&block("yaml old"), "v1.yaml"), (&block("yaml new"), "v2.yaml")).unwrap();
    assert_eq!(diff::text(&changes), block("changes"));
    let agreed = diff::Suppressions::read(&block("agreed")).unwrap();
    let left: Vec<_> = changes.into_iter().filter(|change| !agreed.have(change)).collect();
    assert_eq!(diff::text(&left), block("left"));
}
