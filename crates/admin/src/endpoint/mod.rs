//! An endpoint: one function and its line in a table. The router and the OpenAPI document are both views of the table.
//!
//! The function's own types say what it reads and answers ([`Part`], [`Answer`]); the line says where it is, who may call it
//! and in one sentence what it does.

mod answer;
mod list;
mod openapi;
mod part;
mod sketch;
#[cfg(test)]
mod tests;
mod within;

use axum::{Router, handler::Handler, routing::MethodRouter};
use control::{Area, Permission};
use http::Method;
use policy::{ProblemType, problems};

pub(crate) use answer::{Answer, Created, Json, Kept, Lines, NoContent, Put, Tagged, Text};
pub(crate) use list::{List, Pages, Search, limit};
pub(crate) use openapi::Document;
pub(crate) use part::{Body, Describe, Expecting, If, MediaType, Part, Path, Query, Raw, malformed};
pub(crate) use sketch::Sketch;
pub(crate) use within::{Within, workspace_of};

use crate::{
    auth::{About, Access, Audience},
    guard::Load,
    state::App,
};

/// One function of the API and what its line says of it.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    /// A template below the API's prefix: `/apis/{id}`.
    pub(crate) path: String,
    /// The `operationId`.
    pub(crate) id: String,
    pub(crate) summary: String,
    pub(crate) tag: &'static str,
    pub(crate) access: Access,
    /// Whether people in a session show first that it is still them.
    pub(crate) confirmed: bool,
    /// What those may do here who may see a part alone.
    pub(crate) about: About,
    /// Whether pages of other sites may have a browser send it.
    pub(crate) elsewhere: bool,
    pub(crate) load: Load,
    pub(crate) problems: Vec<&'static ProblemType>,
    describe: fn(&mut Sketch),
    route: MethodRouter<App>,
}

/// An endpoint whose permission is not stated yet; it can be nothing but stated.
pub(crate) struct Unstated(Endpoint);

macro_rules! methods {
    ($( $function:ident, $method:ident; )+) => { $(
        pub(crate) fn $function<H, T>(path: impl Into<String>, handler: H) -> Unstated
        where
            H: Handler<T, App> + Describe<T>,
            T: 'static,
        {
            Unstated(Endpoint {
                method: Method::$method,
                path: path.into(),
                id: String::new(),
                summary: String::new(),
                tag: "",
                access: Access::Gateway,
                confirmed: false,
                about: About::Whole,
                elsewhere: false,
                load: Load::Light,
                problems: Vec::new(),
                describe: H::describe,
                route: axum::routing::$function(handler),
            })
        }
    )+ };
}

methods! {
    get, GET;
    post, POST;
    put, PUT;
    delete, DELETE;
}

impl Unstated {
    /// Anyone may call it.
    pub(crate) fn public(self, id: impl Into<String>, summary: impl Into<String>) -> Endpoint {
        self.stated(Access::Public, id, summary)
    }

    /// A signed-in developer may call it.
    pub(crate) fn developer(self, id: impl Into<String>, summary: impl Into<String>) -> Endpoint {
        self.stated(Access::Developer, id, summary)
    }

    /// Whoever is let into the console may call it.
    pub(crate) fn member(self, id: impl Into<String>, summary: impl Into<String>) -> Endpoint {
        self.stated(Access::Member, id, summary)
    }

    /// Who may read this area may call it.
    pub(crate) fn reads(self, area: Area, id: impl Into<String>, summary: impl Into<String>) -> Endpoint {
        self.stated(Access::With(Permission::read(area)), id, summary)
    }

    /// Who may change this area may call it.
    pub(crate) fn writes(self, area: Area, id: impl Into<String>, summary: impl Into<String>) -> Endpoint {
        self.stated(Access::With(Permission::write(area)), id, summary)
    }

    /// A gateway of another process may call it.
    pub(crate) fn gateway(self, id: impl Into<String>, summary: impl Into<String>) -> Endpoint {
        self.stated(Access::Gateway, id, summary)
    }

    fn stated(self, access: Access, id: impl Into<String>, summary: impl Into<String>) -> Endpoint {
        let about = About::of(&self.0.path);
        Endpoint { access, about, id: id.into(), summary: summary.into(), ..self.0 }
    }
}

impl Endpoint {
    /// Asks more of this process than most.
    pub(crate) fn load(self, load: Load) -> Endpoint {
        Endpoint { load, ..self }
    }

    /// Asks people in a session to have shown lately that it is them; a service token is what it is made for.
    pub(crate) fn confirmed(mut self) -> Endpoint {
        self.problems.push(problems::CONFIRMATION_NEEDED);
        Endpoint { confirmed: true, ..self }
    }

    /// Is open to those who may see a part alone: it leaves out, or refuses, the rest by itself.
    pub(crate) fn of_part(self) -> Endpoint {
        Endpoint { about: About::Part, ..self }
    }

    /// Is sent by pages of other sites: it believes nothing of what the browser brings by itself, such as a session.
    pub(crate) fn elsewhere(self) -> Endpoint {
        assert_eq!(self.access, Access::Public, "what is for somebody is sent by our own pages");
        Endpoint { elsewhere: true, ..self }
    }

    /// Problems beyond those that its types and its permission imply.
    pub(crate) fn raises(mut self, problems: &[&'static ProblemType]) -> Endpoint {
        self.problems.extend(problems);
        self
    }
}

/// The endpoints of one API.
pub(crate) struct Table {
    pub(crate) audience: Audience,
    pub(crate) endpoints: Vec<Endpoint>,
}

impl Table {
    pub(crate) fn new(audience: Audience) -> Table {
        Table { audience, endpoints: Vec::new() }
    }

    /// Adds endpoints that belong together.
    pub(crate) fn group(mut self, tag: &'static str, endpoints: impl IntoIterator<Item = Endpoint>) -> Table {
        self.endpoints.extend(endpoints.into_iter().map(|endpoint| Endpoint { tag, ..endpoint }));
        self
    }

    /// The OpenAPI document of the table.
    pub(crate) fn document(&self) -> Document {
        Document::of(self)
    }

    /// The router of the table, each endpoint behind its permission.
    pub(crate) fn router(self, app: &App) -> Router<App> {
        let audience = self.audience;
        self.endpoints.into_iter().fold(Router::new(), |router, endpoint| {
            let gate = crate::auth::Gate {
                app: app.clone(),
                audience,
                access: endpoint.access,
                confirmed: endpoint.confirmed,
                about: endpoint.about,
                elsewhere: endpoint.elsewhere,
                load: endpoint.load,
            };
            let path = format!("{}{}", audience.prefix(), endpoint.path);
            router.route(&path, gate.before(endpoint.route))
        })
    }
}

/// The problems that follow from who may call.
fn implied(access: Access) -> &'static [&'static ProblemType] {
    match access {
        Access::Public => &[],
        Access::Developer | Access::Member | Access::With(_) | Access::Gateway => {
            &[problems::UNAUTHENTICATED, problems::FORBIDDEN]
        }
    }
}
