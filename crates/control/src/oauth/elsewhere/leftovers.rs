//! Clients that nothing here has any more: deleted at their server, again until it is done or hopeless, and shown as long.

use model::{Kind, Name, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{PaperChange, PaperQuery};

use super::{GIVEN_UP, LEFTOVER, OPEN, REGISTRATION, Registered, Server, Trouble, mark_of, place_of};
use crate::{Control, Error, papers::Sheet, resources::timestamp};

const MINUTE: u64 = 60_000;
/// How long after an attempt the next is made, milliseconds; the last counts for all that follow.
const AGAIN: [u64; 5] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * 60 * MINUTE, 6 * 60 * MINUTE];
/// Attempts until it is given up: a month of them.
const MOST_ATTEMPTS: u32 = 124;
/// How long one that was given up is shown.
const SHOWN: u64 = 30 * 24 * 60 * MINUTE;
/// How long what was registered may wait for its app to say so.
const UNDER_WAY: u64 = 10 * MINUTE;
/// Registrations looked at in one go.
pub(super) const MOST: u32 = 10_000;
/// Of these, attempts in one go, so that a server that is away holds nothing up for long.
pub(super) const AT_ONCE: usize = 16;

/// A client that was registered with an authorization server elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegistrationView {
    pub number: u64,
    /// The app that it is or was of.
    pub app: String,
    pub client_id: String,
    /// `open` while the app has it, `leftover` while it is to be deleted there, `given-up` where that is to be done by hand.
    pub state: String,
    /// When it was registered (RFC 3339).
    pub at: String,
    /// Whether it can be changed and deleted from here (RFC 7592).
    pub managed: bool,
    /// Attempts to delete it, or to tell the server what it may ask for now, that came to nothing.
    pub attempts: u32,
    /// When the next is made (RFC 3339).
    pub next_at: Option<String>,
    /// What came of the last.
    pub trouble: Option<String>,
}

impl Control {
    /// What was registered with a server and is there still, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn registrations_at(&self, ws: &Name, server: &str) -> Result<Vec<RegistrationView>, Error> {
        self.check_workspace(ws)?;
        self.get(ws, Kind::AuthorizationServer, server)?;
        let sheets = self.read_papers::<Registered>(PaperQuery::of(ws, REGISTRATION), MOST).await?;
        let mine = sheets.into_iter().filter(|sheet| sheet.value.server == server);
        Ok(mine.map(view).collect())
    }

    /// Tries at once what is to be tried with a server for a client: to delete it where no app has it, also where that was given up, else to tell what it may ask
    /// for. What it is then; `None` for one that is gone.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Missing`] for a number that is none of the server's, [`Error::Store`].
    pub async fn retry_registration(
        &self,
        ws: &Name,
        server: &str,
        number: u64,
    ) -> Result<Option<RegistrationView>, Error> {
        self.check_workspace(ws)?;
        self.get(ws, Kind::AuthorizationServer, server)?;
        let missing = || Error::Missing { what: format!("registration {number} at `{server}`") };
        let one = PaperQuery::of(ws, REGISTRATION).number(number);
        let read = async || {
            let found = self.read_papers::<Registered>(one.clone(), 1).await?;
            Ok::<_, Error>(found.into_iter().find(|sheet| sheet.value.server == server))
        };
        let sheet = read().await?.ok_or_else(missing)?;
        if sheet.paper.state == OPEN {
            self.tell_now(ws, sheet).await?;
        } else {
            self.try_to_delete(ws, sheet).await?;
        }
        Ok(read().await?.map(view))
    }

    /// Deletes at their servers what nothing here has any more, and tells them what the clients of apps may ask for now; how many are gone.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn tend_registrations(&self) -> Result<usize, Error> {
        let mut gone = 0;
        for ws in self.workspaces() {
            self.find_leftovers(&ws).await?;
            gone += self.delete_leftovers(&ws).await?;
            self.tell_scopes(&ws).await?;
        }
        Ok(gone)
    }

    /// As [`Control::tend_registrations`], for a client that an app had until now.
    pub(in crate::oauth) async fn forget_registration(&self, ws: &Name, app: &str, mark: &str) {
        let of_app = PaperQuery::of(ws, REGISTRATION).about(app).in_state(OPEN);
        let sheet = match self.read_papers::<Registered>(of_app, 100).await {
            Ok(sheets) => sheets.into_iter().find(|sheet| mark_of(&sheet.value) == mark),
            Err(error) => {
                return tracing::error!(%error, "what was registered cannot be looked up; it will be");
            }
        };
        if let Some(sheet) = sheet {
            self.leave_registration(ws, sheet.paper.number).await;
        }
    }

    /// Has a registration deleted, now if that can be.
    pub(super) async fn leave_registration(&self, ws: &Name, number: u64) {
        let left = async {
            let mut sheet = self.read_paper::<Registered>(ws, REGISTRATION, number).await?;
            if sheet.paper.state == OPEN {
                begin_anew(&mut sheet, self.now());
                self.change_registration(sheet, LEFTOVER).await?;
            }
            let sheet = self.read_paper::<Registered>(ws, REGISTRATION, number).await?;
            self.try_to_delete(ws, sheet).await
        };
        if let Err(error) = left.await {
            tracing::error!(%error, "a client is left at an authorization server until it is looked for again");
        }
    }

    /// What no app has any more, however that came: a folder that was applied, a deletion, an end in the middle of registering.
    async fn find_leftovers(&self, ws: &Name) -> Result<(), Error> {
        let now = self.now();
        let open = PaperQuery::of(ws, REGISTRATION).in_state(OPEN);
        for sheet in self.read_papers::<Registered>(open, MOST).await? {
            let has = {
                let state = self.state();
                let app = state.of(ws).index.get(&(Kind::App, sheet.paper.subject.as_str().into())).cloned();
                app.is_some_and(|app| match &*app {
                    Resource::App(app) => {
                        app.client.as_ref().is_some_and(|one| one.mark() == mark_of(&sheet.value))
                    }
                    _ => false,
                })
            };
            if !has && sheet.paper.at + UNDER_WAY <= now {
                let mut sheet = sheet;
                begin_anew(&mut sheet, now);
                self.change_registration(sheet, LEFTOVER).await?;
            }
        }
        Ok(())
    }

    async fn delete_leftovers(&self, ws: &Name) -> Result<usize, Error> {
        let now = self.now();
        let mut gone = 0;
        let left = PaperQuery::of(ws, REGISTRATION).in_state(LEFTOVER);
        let due = self.read_papers::<Registered>(left, MOST).await?;
        for sheet in due.into_iter().filter(|sheet| sheet.value.next_at <= now).take(AT_ONCE) {
            gone += usize::from(self.try_to_delete(ws, sheet).await?);
        }
        let over = PaperQuery::of(ws, REGISTRATION).in_state(GIVEN_UP);
        for sheet in self.read_papers::<Registered>(over, MOST).await? {
            if sheet.value.next_at + SHOWN <= now {
                self.remove_registration(ws, &sheet).await?;
            }
        }
        Ok(gone)
    }

    async fn try_to_delete(&self, ws: &Name, mut sheet: Sheet<Registered>) -> Result<bool, Error> {
        let value = &mut sheet.value;
        let sealed = self.sealed(ws, value);
        let token = sealed.as_ref().ok().and_then(|sealed| sealed.token.clone());
        let outcome = match (value.uri.clone(), token) {
            (Some(uri), Some(token)) => {
                let server = self
                    .authorization_server(ws, &value.server)
                    .filter(|server| server.issuer == value.issuer);
                let endpoint =
                    server.as_ref().and_then(|server| server.registration.as_ref()?.endpoint.as_deref());
                let there = Server { control: self, workspace: ws, issuer: &value.issuer, endpoint };
                there.delete(&uri, &token).await
            }
            // A master key that is not given may come back.
            _ if sealed.is_err() => {
                Err(Trouble::Unclear("what it is managed by is sealed, and cannot be opened".to_owned()))
            }
            _ => Err(Trouble::Refused {
                status: 403,
                error: "it lets no client be deleted from here".to_owned(),
                description: String::new(),
            }),
        };
        let Err(trouble) = outcome else {
            self.remove_registration(ws, &sheet).await?;
            return Ok(true);
        };
        value.attempts += 1;
        // Whoever does not take the token now will not later, and may not know the client any more (RFC 7592 §2.3).
        let hopeless = matches!(trouble, Trouble::Refused { status: 401 | 403 | 405, .. });
        let given_up = hopeless || value.attempts >= MOST_ATTEMPTS;
        value.next_at = self.now() + if given_up { 0 } else { again_in(value.attempts) };
        let told = trouble.told();
        if value.trouble.as_ref() != Some(&told) {
            tracing::warn!(
                server = value.server,
                client = value.client_id,
                "a client is not deleted at its authorization server: {told}"
            );
        }
        value.trouble = Some(told);
        self.change_registration(sheet, if given_up { GIVEN_UP } else { LEFTOVER }).await?;
        Ok(false)
    }

    async fn remove_registration(&self, ws: &Name, sheet: &Sheet<Registered>) -> Result<(), Error> {
        let removed = vec![PaperQuery::of(ws, REGISTRATION).number(sheet.paper.number)];
        let change = PaperChange { removed, ..PaperChange::default() };
        self.inner.store.change_papers(change).await.map_err(Error::Store)?;
        self.forget_own_secret(&place_of(ws, &sheet.value)).await
    }

    pub(super) async fn change_registration(
        &self,
        sheet: Sheet<Registered>,
        state: &str,
    ) -> Result<(), Error> {
        let Sheet { mut paper, value } = sheet;
        state.clone_into(&mut paper.state);
        paper.version += 1;
        paper.document = serde_json::to_value(&value).map_err(|_| Error::Internal)?;
        let change = PaperChange { puts: vec![paper], ..PaperChange::default() };
        match self.inner.store.change_papers(change).await {
            // Somebody else looks after it at the same moment.
            Ok(()) | Err(store::Error::Stale { .. }) => Ok(()),
            Err(error) => Err(Error::Store(error)),
        }
    }
}

fn view(Sheet { paper, value }: Sheet<Registered>) -> RegistrationView {
    let is_tried = paper.state == LEFTOVER || (paper.state == OPEN && value.trouble.is_some());
    RegistrationView {
        number: paper.number,
        app: paper.subject,
        client_id: value.client_id,
        at: timestamp(paper.at).to_string(),
        managed: value.uri.is_some(),
        attempts: value.attempts,
        next_at: is_tried.then(|| timestamp(value.next_at).to_string()),
        state: paper.state,
        trouble: value.trouble,
    }
}

/// How long after an attempt the next is made, milliseconds; from the first.
pub(super) fn again_in(attempts: u32) -> u64 {
    AGAIN[(attempts.max(1) as usize - 1).min(AGAIN.len() - 1)]
}

/// Attempts to delete it are counted apart from what was tried before.
fn begin_anew(sheet: &mut Sheet<Registered>, now: u64) {
    (sheet.value.attempts, sheet.value.next_at, sheet.value.trouble) = (0, now, None);
}
