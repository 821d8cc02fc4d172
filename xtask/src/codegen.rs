//! What is generated and committed.

use crate::{
    shell::{Outcome, cargo, command, step},
    ui,
};

pub(crate) fn run() -> Outcome {
    for (package, filter) in [("admin", "openapi"), ("policies", "reference")] {
        let mut update = command(cargo(), &["test", "--quiet", "--package", package, filter]);
        step(&format!("generated files of `{package}`"), update.env("UPDATE", "1"))?;
    }
    ui::packages()?;
    step("UI client", &mut ui::npm(&["run", "codegen"]))
}
