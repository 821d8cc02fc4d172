//! Which workspace a request is about.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use control::{Area, Permission, Reach};
use http::{HeaderMap, HeaderName, request::Parts};
use model::{Kind, Name};
use policy::problems;

use super::{Part, Sketch};
use crate::{
    auth::Caller,
    problem::Refusal,
    state::{App, Shared},
};

/// The header that names it.
const WORKSPACE: HeaderName = HeaderName::from_static("pailou-workspace");

/// The state as an endpoint sees it that is about one workspace: that of the header, else `default`. What has not been there is not found.
#[derive(Clone)]
pub(crate) struct Within {
    app: App,
    pub(crate) workspace: Name,
}

impl Deref for Within {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.app
    }
}

impl Within {
    /// The same of another workspace.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn at(&self, workspace: Name) -> Result<Within, Refusal> {
        self.app.control.check_workspace(&workspace)?;
        Ok(Within { app: self.app.clone(), workspace })
    }

    /// The state as one workspace has it.
    ///
    /// # Errors
    /// There is no such workspace.
    pub(crate) fn of(app: &App, workspace: Name) -> Result<Within, Refusal> {
        app.control.check_workspace(&workspace)?;
        Ok(Within { app: app.clone(), workspace })
    }

    /// Goes on where operators ask, who ask in `default`: what is told is of the process, and so of everybody.
    ///
    /// # Errors
    /// In another workspace there is no such thing.
    pub(crate) fn operators(&self) -> Result<(), Refusal> {
        if self.workspace.is_default_workspace() {
            return Ok(());
        }
        Err(Refusal::not_found(
            "this is about the process as a whole: operators ask for it in the workspace `default`",
        ))
    }

    /// Whether a list for somebody has a document in it.
    pub(crate) fn shows(&self, caller: &Caller, permission: Permission, of: (Kind, &str)) -> bool {
        self.control.may_with(&caller.actor, &self.workspace, permission, of)
    }

    /// Goes on where somebody may see traffic: all of it, or that of the API they ask for.
    ///
    /// # Errors
    /// What they ask for is more than they may see.
    pub(crate) fn traffic_of(&self, caller: &Caller, area: Area, api: Option<&str>) -> Result<(), Refusal> {
        let permission = Permission::read(area);
        if caller.actor.authority.reach(permission, &self.workspace) == Reach::Everything {
            return Ok(());
        }
        let Some(api) = api else {
            let detail = format!("`{permission}` holds for some APIs: name one of them as `api`");
            return Err(Refusal::new(problems::FORBIDDEN, detail));
        };
        let named = (Kind::Api, api.strip_prefix("api/").unwrap_or(api));
        Ok(self.control.permit_named(&caller.actor, &self.workspace, permission, named)?)
    }

    /// Where browsers find the workspace's portal, without a slash at the end.
    pub(crate) fn portal_url(&self) -> String {
        let base = self.app.base_url();
        match self.workspace.is_default_workspace() {
            true => format!("{base}/portal"),
            false => format!("{base}/portal/at/{}", self.workspace),
        }
    }

    /// What a part of the snapshot is found by.
    pub(crate) fn key(&self, key: &str) -> String {
        model::scoped(&self.workspace, key).to_string()
    }

    /// What is found by a key, where it is of this workspace.
    pub(crate) fn own<'a>(&self, key: &'a str) -> Option<&'a str> {
        let (workspace, own) = model::unscoped(key);
        (workspace == self.workspace.as_str()).then_some(own)
    }
}

/// The workspace that a request names.
///
/// # Errors
/// The text is no name, so that there is no such workspace either.
pub(crate) fn workspace_of(headers: &HeaderMap) -> Result<Name, Refusal> {
    let mut named = headers.get_all(&WORKSPACE).into_iter();
    match (named.next(), named.next()) {
        (None, _) => Ok(Name::default_workspace()),
        (Some(_), Some(_)) => {
            Err(Refusal::new(problems::BAD_REQUEST, "the header `pailou-workspace` stands more than once"))
        }
        (Some(name), None) => {
            let name = name.to_str().ok().and_then(|name| name.parse().ok());
            name.ok_or_else(|| Refusal::not_found("there is no workspace of that name"))
        }
    }
}

impl FromRequestParts<App> for Within {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Within, Refusal> {
        Within::of(app, workspace_of(&parts.headers)?)
    }
}

impl Part for Within {
    fn describe(sketch: &mut Sketch) {
        sketch.header("pailou-workspace", "The workspace it is about; `default` where it is left out.");
        sketch.raises(problems::NOT_FOUND);
    }
}
