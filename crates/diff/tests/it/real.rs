//! Real documents, where they are at hand.

use std::{path::PathBuf, time::Instant};

fn spec(name: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs");
    let folder = std::env::var_os("PAILOU_SPECS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        println!(
            "SKIPPED: {name} is not in {}; set PAILOU_SPECS to the folder of real documents",
            folder.display()
        );
    }
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it says how long it took")]
fn a_large_document_differs_from_itself_in_nothing_and_from_another_in_what_was_changed() {
    for (name, from, to) in [
        ("github.json", "\"in\": \"query\"", "\"in\": \"header\""),
        ("stripe.json", "\"maxLength\": 5000", "\"maxLength\": 4000"),
        ("kubernetes.json", "\"format\": \"int64\"", "\"format\": \"int32\""),
    ] {
        // Unoptimized, the largest takes as long as everything else.
        if cfg!(debug_assertions) && name != "stripe.json" {
            continue;
        }
        let Some(old) = spec(name) else { return };
        let start = Instant::now();
        assert_eq!(diff::diff((&old, "old"), (&old, "new")).unwrap(), [], "{name}");
        let same = start.elapsed();
        let compact = |text: &str| text.replace("\": ", "\":");
        let (from, to) =
            if old.contains(from) { (from.to_owned(), to.to_owned()) } else { (compact(from), compact(to)) };
        let new = old.replace(&from, &to);
        assert_ne!(old, new, "{name} has no `{from}`");
        let start = Instant::now();
        let changes = diff::diff((&old, "old"), (&new, "new")).unwrap();
        assert!(!changes.is_empty(), "{name}");
        println!("{name}: itself in {same:?}; {} changes in {:?}", changes.len(), start.elapsed());
    }
}
