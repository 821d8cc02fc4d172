//! What a check has to say.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing a check has to say, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    pub severity: Severity,
    /// Which rule speaks, in kebab case: `unknown-field`, `dangling-reference`.
    pub rule: String,
    /// What is wrong and what to do; lower case, no full stop.
    pub message: String,
    /// The resource it is about, as `api/orders@v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The field, as `policies[0].rate-limit.window`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A place in a file; lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Finding {
    pub fn error(rule: &str, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Error, rule, message)
    }

    pub fn warning(rule: &str, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Warning, rule, message)
    }

    fn new(severity: Severity, rule: &str, message: impl Into<String>) -> Finding {
        Finding {
            severity,
            rule: rule.to_owned(),
            message: message.into(),
            resource: None,
            field: None,
            place: None,
        }
    }

    #[must_use]
    pub fn in_resource(mut self, resource: impl Into<String>) -> Finding {
        self.resource = Some(resource.into());
        self
    }

    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Finding {
        self.field = Some(field.into());
        self
    }

    #[must_use]
    pub fn at(mut self, place: Place) -> Finding {
        self.place = Some(place);
        self
    }
}

/// `orders.yaml:7:3: error: api/orders@v1: policies[0].rate-limit.window: must be at least 1s [invalid-policy]`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { file, line, column }) = &self.place {
            write!(f, "{file}:{line}:{column}: ")?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        write!(f, "{severity}: ")?;
        for part in [&self.resource, &self.field].into_iter().flatten() {
            write!(f, "{part}: ")?;
        }
        write!(f, "{} [{}]", self.message, self.rule)
    }
}
