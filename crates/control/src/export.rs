//! Everything in a workspace as files.

use std::collections::{BTreeMap, BTreeSet};

use model::{ContractSource, Kind, Name, Resource, tree};
use serde_json::Value;

use crate::{Actor, Area, Bundle, BundleFile, Control, Error, Permission};

impl Control {
    /// A bundle that, applied to an empty instance, gives the same resources. Keys go as their hashes.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn export(&self, ws: &Name) -> Result<Bundle, Error> {
        self.exported(ws, |_| true).await
    }

    /// The same of what somebody may see.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Missing`].
    pub async fn export_for(&self, actor: &Actor, ws: &Name) -> Result<Bundle, Error> {
        let permission = Permission::read(Area::Configuration);
        self.exported(ws, |resource| self.permit(actor, ws, permission, resource).is_ok()).await
    }

    async fn exported(&self, ws: &Name, sees: impl Fn(&Resource) -> bool) -> Result<Bundle, Error> {
        self.check_workspace(ws)?;
        let mut resources: Vec<Resource> = Vec::new();
        {
            let state = self.state();
            for kind in Kind::ALL {
                let of_kind = state.of(ws).index.of_kind(*kind).filter(|resource| sees(resource));
                resources.extend(of_kind.map(|resource| (**resource).clone()));
            }
        }
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut done = BTreeSet::new();
        for mut resource in resources {
            let (kind, id) = (resource.kind(), resource.id());
            let source = match &mut resource {
                Resource::Api(api) => Some((&mut api.contract, "../")),
                Resource::Design(design) => Some((&mut design.contract, "")),
                _ => None,
            };
            if let Some((source, up)) = source
                && let Some(ContractSource::Stored(hash)) = &*source
            {
                let text = self.stored_contract_text(hash).await?;
                let short = &hash[..hash.len().min(12)];
                let end = if text.trim_start().starts_with('{') { "json" } else { "yaml" };
                let path = format!("contracts/{short}.{end}");
                *source = Some(ContractSource::At(format!("{up}{path}")));
                if done.insert(path.clone()) {
                    files.insert(path, text.to_string());
                }
            }
            // APIs are what people read and edit; the others are many and small.
            let path = match kind {
                Kind::Api => format!("apis/{id}.yaml"),
                kind => format!("{}.yaml", kind.plural()),
            };
            let file = files.entry(path).or_default();
            if !file.is_empty() {
                file.push_str("---\n");
            }
            file.push_str(&yaml(&resource.to_value()));
        }
        let files = files.into_iter().map(|(path, text)| BundleFile { path, text });
        Ok(Bundle { files: files.collect(), agreed: None })
    }
}

/// A document as YAML. It is read back to be sure: what YAML would take for something else goes as JSON, which YAML contains.
fn yaml(document: &Value) -> String {
    let json = || serde_json::to_string_pretty(document).unwrap_or_default() + "\n";
    let Ok(mut text) = serde_saphyr::to_string(document) else { return json() };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let read = tree::parse(&text, "export.yaml", tree::TreeLimits::default());
    match read.as_deref() {
        Ok([same]) if same.to_value() == *document => text,
        _ => json(),
    }
}
