//! The pages of the manual run: every exchange on them is made with a gateway, and answered as the page says.

use std::{fs, path::PathBuf};

use policies::CATALOG;

use crate::{
    page::scenarios,
    site::{Site, upstream},
};

#[test]
fn every_policy_has_a_page_that_runs() {
    let upstream = upstream();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies");
    for policy in CATALOG.0 {
        let name = format!("{}.md", policy.name());
        let text =
            fs::read_to_string(folder.join(&name)).unwrap_or_else(|e| panic!("docs/policies/{name}: {e}"));
        let scenarios = scenarios(&name, &text);
        let shown = scenarios.iter().flat_map(|s| &s.policies).any(|used| used.policy == policy.name());
        assert!(shown, "{name} does not use {}", policy.name());
        for scenario in scenarios {
            assert!(
                !scenario.exchanges.is_empty(),
                "{}: a configuration that nothing is asked of",
                scenario.at
            );
            let site = Site::start(&scenario.policies, upstream);
            for exchange in &scenario.exchanges {
                exchange.check(&site.answer(exchange));
            }
        }
    }
}
