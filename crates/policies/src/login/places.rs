//! Where signing in and out happens: in a folder below the path of an API, or at addresses that were said.

use head::Known as Field;
use policy::prelude::*;

use super::{address, is_rooted};

/// Where signing in and out happens.
pub(crate) struct Places {
    /// Below the API's path: `.oidc`.
    folder: &'static str,
    /// Where the answers of who is asked come in, in that folder.
    answers: &'static str,
    /// What is registered with who is asked, where it is not below the API's path: origin and path.
    fixed: Option<(String, String)>,
    after_logout: Option<String>,
}

impl Places {
    /// Reads where answers come in and where browsers go after signing out; `field` names the first of both.
    ///
    /// # Errors
    /// What is no such address, with its field.
    pub(crate) fn read(
        folder: &'static str,
        answers: &'static str,
        (field, fixed): (&str, Option<&str>),
        after_logout: Option<String>,
    ) -> Result<Places, Invalid> {
        let fixed = fixed.map(|text| {
            let uri = address(text).filter(|uri| uri.query().is_none() && uri.path().len() > 1);
            let uri = uri.ok_or_else(|| {
                let example = format!("https://api.example.com/orders/{folder}/{answers}");
                Invalid::field(field, format!("`{text}` is no address with a path, such as `{example}`"))
            })?;
            let origin = format!(
                "{}://{}",
                uri.scheme_str().unwrap_or("https"),
                uri.authority().map_or("", |a| a.as_str())
            );
            Ok((origin, uri.path().to_owned()))
        });
        if after_logout.as_ref().is_some_and(|page| !is_rooted(page) && address(page).is_none()) {
            return Err(Invalid::field("after_logout", "is a path such as `/`, or an address"));
        }
        Ok(Places { folder, answers, fixed: fixed.transpose()?, after_logout })
    }

    /// The name of what a request asks for in the folder.
    pub(crate) fn name_in<'r>(&self, req: &'r Request) -> Option<&'r str> {
        let path = req.head.uri.path();
        let (folder, name) = path.rsplit_once('/')?;
        let ours = match &self.fixed {
            Some((_, answers)) if path == answers => return Some(self.answers),
            Some((_, answers)) => answers.rsplit_once('/').is_some_and(|(own, _)| own == folder),
            None => {
                folder.strip_prefix(base(req)).and_then(|rest| rest.strip_prefix('/')) == Some(self.folder)
            }
        };
        (ours && (name != self.answers || self.fixed.is_none())).then_some(name)
    }

    /// Where who is asked sends browsers back to.
    pub(crate) fn answers(&self, req: &Request) -> String {
        format!("{}{}", self.origin(req), self.answers_path(req))
    }

    pub(crate) fn answers_path(&self, req: &Request) -> String {
        match &self.fixed {
            Some((_, path)) => path.clone(),
            None => format!("{}/{}/{}", base(req), self.folder, self.answers),
        }
    }

    /// The address of something else in the folder.
    pub(crate) fn beside(&self, name: &str, req: &Request) -> String {
        let answers = self.answers_path(req);
        let folder = answers.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{}{folder}/{name}", self.origin(req))
    }

    pub(crate) fn origin(&self, req: &Request) -> String {
        self.fixed.as_ref().map_or_else(|| origin(req), |(origin, _)| origin.clone())
    }

    pub(crate) fn is_secure(&self, req: &Request) -> bool {
        self.origin(req).starts_with("https://")
    }

    pub(crate) fn after_logout(&self, req: &Request) -> String {
        match &self.after_logout {
            None => self.beside("signed-out", req),
            Some(page) if is_rooted(page) => format!("{}{page}", self.origin(req)),
            Some(page) => page.clone(),
        }
    }
}

/// The base path of the API: what is taken off before the request goes upstream.
pub(crate) fn base(req: &Request) -> &str {
    let path = req.head.uri.path();
    match req.strip {
        0 => "",
        strip => path.match_indices('/').nth(strip).map_or(path, |(at, _)| &path[..at]),
    }
}

/// The origin that the client asked, as it or a trusted proxy says.
fn origin(req: &Request) -> String {
    let text = |field: Field| {
        let value = req.head.headers.all(field).next()?;
        let text = std::str::from_utf8(value.as_bytes()).ok()?;
        Some(text.split(',').next().unwrap_or_default().trim().to_owned())
    };
    let scheme = text(Field::XForwardedProto).filter(|scheme| scheme == "https").map_or("http", |_| "https");
    let host = text(Field::XForwardedHost).or_else(|| text(Field::Host)).unwrap_or_default();
    format!("{scheme}://{host}")
}
