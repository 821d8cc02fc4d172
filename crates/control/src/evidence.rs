//! Tests of services, recorded: what a standard that asks for them is met by.

use model::{Api, Finding, Kind, Name, Resource, Span, TestRequirement};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::PaperQuery;

use crate::{
    Actor, ContractTexts, Control, Error, compile::stored_contract, papers::NewPaper, resources::timestamp,
    reviews::person,
};

const REPORT: &str = "test-report";
/// Reports of one API that are looked at.
const LOOKED_AT: u32 = 50;

/// What came of holding a service against a contract (`pailou test`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestReport {
    /// The SHA-256 of the contract's text in hexadecimal.
    pub contract: String,
    /// Where the service answered.
    pub url: String,
    /// Cases that were sent.
    pub sent: u64,
    /// Cases whose answers were not as promised.
    pub failed: u64,
    /// Cases that could not be sent.
    pub unsent: u64,
    /// Operations of the contract.
    pub operations: u64,
    /// Operations that were called.
    pub called: u64,
}

/// A recorded test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestReportView {
    pub number: u64,
    pub by: String,
    /// RFC 3339.
    pub at: String,
    pub passed: bool,
    pub report: TestReport,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    by: String,
    report: TestReport,
}

impl TestReport {
    fn passed(&self) -> bool {
        self.sent > 0 && self.failed == 0 && self.unsent == 0
    }
}

impl Control {
    /// Records what came of a test of an API; its number.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who may not change the API; [`Error::Invalid`].
    pub async fn record_test(
        &self,
        actor: &Actor,
        ws: &Name,
        id: &str,
        report: TestReport,
    ) -> Result<u64, Error> {
        let Resource::Api(api) = self.get(ws, Kind::Api, id)?.resource else { return Err(Error::Internal) };
        self.may_change_api(actor, ws, &api)?;
        let wrong = |field: &str, message: &str| {
            Err(Error::Invalid(vec![Finding::error("invalid-test-report", message).in_field(field)]))
        };
        let is_hash = report.contract.len() == 64 && report.contract.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hash {
            return wrong("contract", "is the SHA-256 of the contract's text, 64 hexadecimal digits");
        }
        if report.url.len() > 2000 {
            return wrong("url", "has 2000 bytes at most");
        }
        if report.called > report.operations || report.failed > report.sent {
            return wrong("sent", "the counts do not fit each other");
        }
        let state = if report.passed() { "passed" } else { "failed" };
        let kept = Kept { by: person(actor), report };
        let document = serde_json::to_value(kept).map_err(|_| Error::Internal)?;
        let new = NewPaper { kind: REPORT, subject: id, state, document };
        self.add_paper(actor, ws, &new, "record-test", &ContractTexts::default()).await
    }

    /// The last recorded test of an API with the contract it has.
    pub(crate) async fn last_test(&self, ws: &Name, api: &Api) -> Result<Option<TestReportView>, Error> {
        let resource = Resource::from(api.clone());
        let Some(hash) = stored_contract(&resource) else { return Ok(None) };
        let query = PaperQuery::of(ws, REPORT).about(&api.id());
        let found = self.read_papers::<Kept>(query, LOOKED_AT).await?;
        let of_this = found.into_iter().find(|sheet| sheet.value.report.contract.eq_ignore_ascii_case(hash));
        Ok(of_this.map(|sheet| TestReportView {
            number: sheet.paper.number,
            by: sheet.value.by,
            at: timestamp(sheet.paper.at).to_string(),
            passed: sheet.value.report.passed(),
            report: sheet.value.report,
        }))
    }

    /// What is missing of a test, for a standard that asks for one.
    pub(crate) async fn untested(
        &self,
        ws: &Name,
        api: &Api,
        asked: &TestRequirement,
    ) -> Result<Option<String>, Error> {
        let how = format!("record one by `pailou test CONTRACT --url URL --record {}`", api.id());
        let Some(last) = self.last_test(ws, api).await? else {
            return Ok(Some(format!("no test of this contract is recorded: {how}")));
        };
        let TestReport { sent, failed, unsent, .. } = &last.report;
        if !last.passed {
            return Ok(Some(format!(
                "the last test of this contract failed ({failed} of {sent} cases failed, {unsent} were not sent): mend the service and {how}"
            )));
        }
        let at: jiff::Timestamp = last.at.parse().map_err(|_| Error::Internal)?;
        let age = self.now().saturating_sub(u64::try_from(at.as_millisecond()).unwrap_or(0));
        let old = asked.within.filter(|Span(within)| u128::from(age) > within.as_millis());
        Ok(old.map(|within| format!("the last test of this contract is older than {within}: {how}")))
    }
}
