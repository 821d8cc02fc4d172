//! The schemas of schemas: what JSON Schema itself demands of each keyword.

use std::sync::LazyLock;

use model::tree::Node;

use super::{Budget, Dialect, Reading, Schemas};
use crate::{regex::Regexes, shapes};

static DRAFT4: LazyLock<Node> = LazyLock::new(|| shapes::schema(&[include_str!("meta/draft4.yaml")], "~"));
/// A parameter of Swagger 2.0 is a schema too, and its `required` says whether it must be sent.
static PARAMETER: LazyLock<Node> = LazyLock::new(|| {
    let text = include_str!("meta/draft4.yaml");
    let (_, fields) = text.split_once("Schema:\n").unwrap_or_default();
    let (fields, _) = fields.split_once("\nType:").unwrap_or_default();
    let own: String =
        fields.lines().filter(|line| !line.starts_with("  required:")).map(|l| format!("{l}\n")).collect();
    shapes::schema(&[&format!("Parameter:\n{own}"), text], "~")
});
static DRAFT7: LazyLock<Node> = LazyLock::new(|| shapes::schema(&[KEYWORDS_7], "~"));
static DRAFT2020: LazyLock<Node> =
    LazyLock::new(|| shapes::schema(&[include_str!("meta/draft2020.yaml")], "~"));

/// Those of draft-07, with `Schema` first.
pub(crate) const KEYWORDS_7: &str = include_str!("meta/draft7.yaml");
/// The keywords of JSON Schema 2020-12 in the notation of shapes, for documents that hold such schemas.
pub(crate) const KEYWORDS_2020: &str = include_str!("meta/draft2020.yaml");

/// Meta-schemas, ready to check schemas with.
pub(crate) struct Metas<'m> {
    draft4: Schemas<'m>,
    parameter: Schemas<'m>,
    draft7: Schemas<'m>,
    draft2020: Schemas<'m>,
}

impl<'m> Metas<'m> {
    pub(crate) fn new(regexes: &'m Regexes, budget: &'m Budget) -> Metas<'m> {
        let of = |dialect, root: &'static Node| {
            Schemas::new(Reading::plain(dialect), None, Some(root), regexes, budget).remembering()
        };
        Metas {
            draft4: of(Dialect::Draft4, &DRAFT4),
            parameter: of(Dialect::Draft4, &PARAMETER),
            draft7: of(Dialect::Draft7, &DRAFT7),
            draft2020: of(Dialect::Draft2020, &DRAFT2020),
        }
    }

    pub(super) fn of(&self, reading: Reading, schema: &Node) -> &Schemas<'m> {
        match reading.dialect {
            Dialect::Draft4 if reading.x_nullable && is_parameter(schema) => &self.parameter,
            Dialect::Draft4 => &self.draft4,
            Dialect::Draft7 => &self.draft7,
            // What 2019-09 has beside 2020-12 is allowed in both.
            Dialect::Draft2019 | Dialect::Draft2020 => &self.draft2020,
        }
    }
}

fn is_parameter(schema: &Node) -> bool {
    schema.get("required").and_then(Node::as_bool).is_some()
}
