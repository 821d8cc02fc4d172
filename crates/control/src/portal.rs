//! What developers do: apps, subscriptions, and the catalogue they choose from.

use model::{Api, App, Finding, KeyHash, Kind, Name, OAuthClient, Plan, Product, Resource, Visibility};

use crate::{
    Actor, AppForm, ContractTexts, Control, Error, IssuedKey, PortalApi, PortalApp, PortalProduct,
    change::Draft,
    control::Space,
    digest,
    resources::{stored, timestamp},
};

const MOST_APPS: usize = 100;
const LONGEST_TEXT: usize = 2_000;

impl Control {
    /// The apps of a developer, by name.
    pub fn apps_of(&self, ws: &Name, email: &str) -> Vec<PortalApp> {
        if self.check_workspace(ws).is_err() {
            return Vec::new();
        }
        let all = self.state();
        let state = all.of(ws);
        let mine = state.index.of_kind(Kind::App).filter_map(|resource| match &**resource {
            Resource::App(app) if owned(app, email) => portal_app(state, app),
            _ => None,
        });
        mine.collect()
    }

    /// The name of the app that a key is of, where the key has not expired.
    pub fn app_with_key(&self, ws: &Name, key: &str) -> Option<String> {
        let hash = KeyHash(digest::sha256(key.as_bytes()));
        let all = self.state();
        let index = &all.of(ws).index;
        let id = index.owner_of_key(&hash).filter(|(kind, _)| *kind == Kind::App)?;
        let Resource::App(app) = &**index.get(id)? else { return None };
        let now = i64::try_from(self.now()).unwrap_or(i64::MAX);
        let lives = |expires: &String| {
            expires.parse::<jiff::Timestamp>().is_ok_and(|expires| expires.as_millisecond() > now)
        };
        let found = app.credentials.iter().find(|credential| credential.key_hash == Some(hash))?;
        found.expires_at.as_ref().is_none_or(lives).then(|| app.name.to_string())
    }

    /// An app of this developer; one of somebody else is as if it did not exist.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn app_of(&self, ws: &Name, email: &str, app: &str) -> Result<PortalApp, Error> {
        self.check_workspace(ws)?;
        let all = self.state();
        let state = all.of(ws);
        let found = match state.index.get(&(Kind::App, app.into())).map(|resource| &**resource) {
            Some(Resource::App(app)) if owned(app, email) => portal_app(state, app),
            _ => None,
        };
        found.ok_or_else(|| Error::NotFound { kind: Kind::App, id: app.to_owned() })
    }

    /// # Errors
    /// [`Error::Invalid`]; [`Error::Conflict`] for a name that is taken, or beyond 100 apps.
    pub async fn create_app(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        form: AppForm,
    ) -> Result<PortalApp, Error> {
        self.make_app(actor, ws, email, form, None).await
    }

    pub(crate) async fn make_app(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        form: AppForm,
        client: Option<OAuthClient>,
    ) -> Result<PortalApp, Error> {
        check_form(&form)?;
        let writing = self.write_lock().await?;
        if self.apps_of(ws, email).len() >= MOST_APPS {
            return Err(Error::Conflict {
                detail: format!("you have {MOST_APPS} apps already; delete one first"),
            });
        }
        let taken = |name: &Name| self.state().of(ws).records.contains_key(&(Kind::App, name.shared()));
        let name = match (&form.name, &form.title) {
            (Some(name), _) => {
                let name = name.parse::<Name>().map_err(|error| invalid("name", error.to_string()))?;
                if taken(&name) {
                    return Err(Error::Conflict {
                        detail: format!("the name `{name}` is taken; choose another"),
                    });
                }
                name
            }
            (None, Some(title)) => free_name(Name::from_title(title), "app", taken)?,
            (None, None) => return Err(invalid("title", "an app needs a title or a name".into())),
        };
        let AppForm { title, description, .. } = form;
        let app = App {
            name: name.clone(),
            title,
            description,
            owner: Some(email.to_owned()),
            credentials: Vec::new(),
            client,
        };
        let draft = Draft::put(app.into(), "create", Some(actor.origin));
        let ready =
            self.check_drafts(ws, vec![draft], ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await?;
        self.app_of(ws, email, name.as_str())
    }

    /// Changes title and description.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`].
    pub async fn update_app(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        form: AppForm,
    ) -> Result<PortalApp, Error> {
        check_form(&form)?;
        if form.name.as_ref().is_some_and(|name| name != app) {
            return Err(invalid("name", "an app keeps its name".into()));
        }
        let writing = self.write_lock().await?;
        let present = self.app_of(ws, email, app)?.app;
        let changed = App { title: form.title, description: form.description, ..present.clone() };
        if changed != present {
            let draft = Draft::put(changed.into(), "update", None);
            let ready = self
                .check_drafts(ws, vec![draft], ContractTexts::default())
                .await?
                .map_err(Error::Invalid)?;
            self.commit(writing, actor, ready).await?;
        }
        self.app_of(ws, email, app)
    }

    /// Deletes an app with its keys and subscriptions.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete_app(&self, actor: &Actor, ws: &Name, email: &str, app: &str) -> Result<(), Error> {
        let writing = self.write_lock().await?;
        let present = self.app_of(ws, email, app)?;
        let subscriptions =
            present.subscriptions.iter().map(|subscription| (Kind::Subscription, subscription.name.shared()));
        let all = subscriptions.chain([(Kind::App, present.app.name.shared())]);
        let drafts = all.map(|id| Draft::delete(id, "delete")).collect();
        let ready = self.check_drafts(ws, drafts, ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await?;
        match present.app.client {
            Some(client) => self.forget_client(ws, app, client).await,
            None => Ok(()),
        }
    }

    /// As [`Control::issue_key`], for an app of this developer.
    ///
    /// # Errors
    /// As there.
    pub async fn issue_app_key(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        expires_at: Option<String>,
    ) -> Result<IssuedKey, Error> {
        self.app_of(ws, email, app)?;
        self.issue_key(actor, ws, Kind::App, app, expires_at, Vec::new()).await
    }

    /// As [`Control::revoke_key`], for an app of this developer.
    ///
    /// # Errors
    /// As there.
    pub async fn revoke_app_key(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        key_hash: &KeyHash,
    ) -> Result<(), Error> {
        self.app_of(ws, email, app)?;
        self.revoke_key(actor, ws, Kind::App, app, key_hash).await
    }

    /// Public APIs, by id.
    pub fn portal_apis(&self, ws: &Name) -> Vec<PortalApi> {
        let products = self.portal_products(ws);
        let all = self.state();
        let public = public_apis(all.of(ws)).map(|api| {
            let id = api.id();
            let products = products.iter().filter(|product| product.apis.contains(&id)).cloned().collect();
            PortalApi { contract: self.summary_of(api), api: api.clone(), products, id }
        });
        public.collect()
    }

    /// Public products, by name, with their plans and public APIs.
    pub fn portal_products(&self, ws: &Name) -> Vec<PortalProduct> {
        if self.check_workspace(ws).is_err() {
            return Vec::new();
        }
        let all = self.state();
        let state = all.of(ws);
        let public = state.index.of_kind(Kind::Product).filter_map(|resource| match &**resource {
            Resource::Product(product) if product.visibility == Visibility::Public => {
                Some((**product).clone())
            }
            _ => None,
        });
        public.map(|product| portal_product(state, product)).collect()
    }
}

fn public_apis(state: &Space) -> impl Iterator<Item = &Api> {
    state.index.of_kind(Kind::Api).filter_map(|resource| match &**resource {
        Resource::Api(api) if api.is_shown() => Some(&**api),
        _ => None,
    })
}

fn portal_product(state: &Space, product: Product) -> PortalProduct {
    let plan = |name: &Name| -> Option<Plan> {
        match &**state.index.get(&(Kind::Plan, name.shared()))? {
            Resource::Plan(plan) => Some((**plan).clone()),
            _ => None,
        }
    };
    let is_public = |id: &str| match state.index.get(&(Kind::Api, id.into())).map(|resource| &**resource) {
        Some(Resource::Api(api)) => api.is_shown(),
        _ => false,
    };
    let mut apis: Vec<String> = product
        .apis
        .iter()
        .flat_map(|api| state.index.apis(&api.0))
        .map(|id| id.to_string())
        .filter(|id| is_public(id))
        .collect();
    apis.sort();
    apis.dedup();
    PortalProduct { plans: product.plans.iter().filter_map(plan).collect(), apis, product }
}

fn portal_app(state: &Space, app: &App) -> Option<PortalApp> {
    let id = (Kind::App, app.name.shared());
    let created_at = timestamp(state.records.get(&id)?.created_at);
    let subscriptions =
        state.index.referrers(&id).into_iter().filter_map(|id| match stored(state, &id)?.resource {
            Resource::Subscription(subscription) => Some(*subscription),
            _ => None,
        });
    Some(PortalApp { app: app.clone(), created_at, subscriptions: subscriptions.collect() })
}

fn owned(app: &App, email: &str) -> bool {
    app.owner.as_deref().is_some_and(|owner| owner.eq_ignore_ascii_case(email))
}

/// The wished name where it is free, else one like it.
pub(crate) fn free_name(
    wished: Option<Name>,
    otherwise: &str,
    taken: impl Fn(&Name) -> bool,
) -> Result<Name, Error> {
    if let Some(name) = wished.as_ref().filter(|name| !taken(name)) {
        return Ok(name.clone());
    }
    let stem = wished.as_ref().map_or(otherwise, Name::as_str);
    let stem = stem[..stem.len().min(70)].trim_end_matches('-');
    for _ in 0..16 {
        let name = format!("{stem}-{}", digest::hex(&digest::random::<3>()));
        if let Some(name) = name.parse::<Name>().ok().filter(|name| !taken(name)) {
            return Ok(name);
        }
    }
    Err(Error::Internal)
}

fn check_form(form: &AppForm) -> Result<(), Error> {
    check_text("title", form.title.as_deref())?;
    check_text("description", form.description.as_deref())
}

pub(crate) fn check_text(field: &str, text: Option<&str>) -> Result<(), Error> {
    match text {
        Some(text) if text.chars().count() > LONGEST_TEXT => {
            Err(invalid(field, format!("at most {LONGEST_TEXT} characters")))
        }
        _ => Ok(()),
    }
}

fn invalid(field: &str, message: String) -> Error {
    Error::Invalid(vec![Finding::error("invalid-field", message).in_field(field)])
}
