//! The list of policies a build contains. The list is the only registry; everything else is a view of it.

use std::marker::PhantomData;

use schemars::Schema;
use serde_json::Value;

use crate::{BuildCx, Filter, Invalid, Policy, Stage};

/// The policies of a build.
#[derive(Clone, Copy)]
pub struct Catalogue(pub &'static [PolicyEntry]);

/// One policy of a catalogue.
#[derive(Clone, Copy)]
pub struct PolicyEntry(&'static dyn AnyPolicy);

/// [`Policy`] without its type.
pub trait AnyPolicy: Send + Sync {
    fn name(&self) -> &'static str;
    fn stage(&self) -> Stage;
    fn example(&self) -> &'static str;
    fn for_callers(&self) -> bool;
    /// Whether it reads the contract of the API it is attached to.
    fn reads_contract(&self) -> bool;
    /// The JSON schema of its configuration, the manual in its descriptions.
    fn schema(&self) -> Schema;
    /// The files that a configuration names, each with its field.
    fn files(&self, config: &Value) -> Vec<(String, String)>;
    /// What a configuration uses that is of those who operate the gateway; see [`Policy::of_operators`].
    fn of_operators(&self, config: &Value) -> Vec<(String, String)>;
    /// The files that a configuration names and that are read where it runs, each with its field.
    fn files_where_it_runs(&self, config: &Value) -> Vec<(String, String)>;
    /// What is wrong with a configuration whose secrets cannot be had: only what none of them could mend.
    fn wrong_without_secrets(&self, config: &Value) -> Option<Invalid>;
    /// Reads a configuration and builds the filter.
    ///
    /// # Errors
    /// What is wrong, naming the field.
    fn build(&self, config: &Value, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid>;
}

struct Typed<P>(PhantomData<fn() -> P>);

impl PolicyEntry {
    /// One that stands for another, such as one that is watched.
    pub const fn new(policy: &'static dyn AnyPolicy) -> PolicyEntry {
        PolicyEntry(policy)
    }

    pub const fn of<P: Policy>() -> PolicyEntry {
        PolicyEntry(const { &Typed::<P>(PhantomData) })
    }
}

impl std::ops::Deref for PolicyEntry {
    type Target = dyn AnyPolicy;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl Catalogue {
    pub const EMPTY: Catalogue = Catalogue(&[]);

    /// The place of a policy in the list.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|policy| policy.name() == name)
    }

    /// # Errors
    /// An unknown name, with the known ones.
    pub fn find(&self, name: &str) -> Result<PolicyEntry, Invalid> {
        self.position(name).map(|at| self.0[at]).ok_or_else(|| {
            let names: Vec<_> = self.0.iter().map(|policy| format!("`{}`", policy.name())).collect();
            Invalid::whole(format!("`{name}` is no policy; the policies are {}", names.join(", ")))
        })
    }
}

impl<P: Policy> AnyPolicy for Typed<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn stage(&self) -> Stage {
        P::STAGE
    }

    fn example(&self) -> &'static str {
        P::EXAMPLE
    }

    fn for_callers(&self) -> bool {
        P::FOR_CALLERS
    }

    fn reads_contract(&self) -> bool {
        P::READS_CONTRACT
    }

    fn schema(&self) -> Schema {
        crate::schema::of_policy::<P>(P::NAME)
    }

    fn files(&self, config: &Value) -> Vec<(String, String)> {
        P::files(config)
    }

    fn of_operators(&self, config: &Value) -> Vec<(String, String)> {
        P::of_operators(config)
    }

    fn files_where_it_runs(&self, config: &Value) -> Vec<(String, String)> {
        P::files_where_it_runs(config)
    }

    fn wrong_without_secrets(&self, config: &Value) -> Option<Invalid> {
        let invalid = self.read(config).err()?;
        let pointer = format!("/{}", invalid.field.replace('[', "/").replace(']', "").replace('.', "/"));
        let place = if invalid.field.is_empty() { Some(config) } else { config.pointer(&pointer) };
        // A reference stands where a secret belongs: what is wrong with that says nothing.
        let is_of_secret =
            place.is_some_and(|place| !model::secret_references(place).is_empty()) && !is_of_name(&invalid);
        (!is_of_secret).then_some(invalid)
    }

    fn build(&self, config: &Value, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        // A derived `Deserialize` would read a list as the fields in their order.
        if !config.is_object() {
            return Err(Invalid::whole("the configuration of a policy is a mapping, such as `{}`"));
        }
        let filled = model::with_secrets(config, &|reference| cx.secrets.get(reference).cloned());
        let filled = filled.map_err(|reference| Invalid::whole(format!("`{reference}` cannot be had")))?;
        let built = self.read(&filled).and_then(|policy| policy.build(cx));
        built.map_err(|invalid| hide(invalid, config, cx))
    }
}

impl<P: Policy> Typed<P> {
    fn read(&self, config: &Value) -> Result<P, Invalid> {
        serde_path_to_error::deserialize(config).map_err(|error| {
            let path = error.path().to_string();
            let field = if path == "." { String::new() } else { path };
            Invalid { field, message: error.into_inner().to_string() }
        })
    }
}

/// Whether a field is wrong by its name, or by not being there, whatever its value.
fn is_of_name(invalid: &Invalid) -> bool {
    ["unknown field", "missing field"].iter().any(|beginning| invalid.message.starts_with(beginning))
}

/// Messages quote what is wrong; what is secret must not be among it.
fn hide(mut invalid: Invalid, config: &Value, cx: &BuildCx<'_>) -> Invalid {
    for reference in model::secret_references(config) {
        let Some(secret) = cx.secrets.get(reference).map(model::Secret::reveal) else { continue };
        let escaped = format!("{secret:?}");
        for form in [secret, escaped.trim_matches('"')] {
            if !form.is_empty() {
                invalid.message = invalid.message.replace(form, reference);
                invalid.field = invalid.field.replace(form, reference);
            }
        }
    }
    invalid
}
