//! One method and path of a contract.

use crate::page::SecurityNeed;

/// One method and path of a contract.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The `operationId`, or `GET /orders/{id}` where it has none (or one that is taken); unique in the contract.
    pub id: String,
    /// In upper case.
    pub method: String,
    /// The template as the author wrote it: `/orders/{id}`.
    pub path: String,
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub deprecated: bool,
    /// What tells it from others with its method and path: the action of SOAP (SOAP 1.1 §6.1.1, SOAP 1.2 part 2 §6.5.3).
    pub soap_action: Option<String>,
    /// What a caller needs, any one of these; none where the contract asks for nothing.
    pub security: Vec<SecurityNeed>,
    /// JSON pointer of the path item it stands in.
    pub(crate) item: Box<str>,
    /// The field of the path item: `get`, or `additionalOperations/LINK`.
    pub(crate) field: Box<str>,
}

impl Operation {
    /// The template as the router takes it ([`model::snapshot::OperationRoute::path`]): `{rest+}`, `{+rest}` and `{rest*}` at the
    /// end, which match several segments, become `*`.
    pub fn route_path(&self) -> String {
        crate::template::route_path(&self.path)
    }
}
