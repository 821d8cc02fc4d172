//! Clients elsewhere may ask for what their apps may: a server is told of other scopes as subscriptions come and go.

use model::{App, AuthorizationServer, Kind, Name, OAuthClient, Resource};
use store::PaperQuery;

use super::{
    OPEN, REGISTRATION, Registered, Server, Trouble,
    leftovers::{AT_ONCE, MOST, again_in},
    mark_of, scope_at,
};
use crate::{Control, Error, papers::Sheet};

impl Control {
    /// Tells servers what the clients of apps may ask for now, where that is not what they were told; how many were.
    pub(super) async fn tell_scopes(&self, ws: &Name) -> Result<usize, Error> {
        let now = self.now();
        let open = PaperQuery::of(ws, REGISTRATION).in_state(OPEN);
        let sheets = self.read_papers::<Registered>(open, MOST).await?.into_iter();
        let due = sheets.filter(|sheet| sheet.value.next_at <= now && sheet.value.uri.is_some());
        let (mut told, mut tried) = (0, 0);
        for sheet in due {
            let Some((app, client, server)) = self.client_of_sheet(ws, &sheet) else { continue };
            let scope = scope_at(&server, &self.scopes_of_app(ws, &app, &client));
            if sheet.value.scope.as_ref() == Some(&scope) {
                continue;
            }
            if tried == AT_ONCE {
                break;
            }
            tried += 1;
            told += usize::from(self.tell_scope(ws, sheet, (&app, &client), &server).await?);
        }
        Ok(told)
    }

    /// Tells a server of one client now, whatever it was told before.
    pub(super) async fn tell_now(&self, ws: &Name, sheet: Sheet<Registered>) -> Result<(), Error> {
        if let Some((app, client, server)) = self.client_of_sheet(ws, &sheet) {
            self.tell_scope(ws, sheet, (&app, &client), &server).await?;
        }
        Ok(())
    }

    /// Whose client it is, and at which server; `None` for what no app has, and for a server that is another now.
    fn client_of_sheet(
        &self,
        ws: &Name,
        sheet: &Sheet<Registered>,
    ) -> Option<(App, OAuthClient, AuthorizationServer)> {
        let app = self.get(ws, Kind::App, &sheet.paper.subject).ok()?;
        let Resource::App(app) = app.resource else { return None };
        let client = app.client.clone().filter(|client| client.mark() == mark_of(&sheet.value))?;
        let server = self.authorization_server(ws, &sheet.value.server)?;
        (server.issuer == sheet.value.issuer).then_some((*app, client, server))
    }

    async fn tell_scope(
        &self,
        ws: &Name,
        mut sheet: Sheet<Registered>,
        (app, client): (&App, &OAuthClient),
        server: &AuthorizationServer,
    ) -> Result<bool, Error> {
        let there = Server::of(self, ws, server);
        let asked = match self.managed(ws, &sheet.value) {
            Ok(Some(managed)) => {
                let asked = self.tell(&there, server, (app, client, client), &managed, true).await;
                asked.map(|answered| (managed, answered))
            }
            Ok(None) => return Ok(false),
            // A master key that is not given may come back.
            Err(_) => {
                Err(Trouble::Unclear("what it is managed by is sealed, and cannot be opened".to_owned()))
            }
        };
        let trouble = match asked {
            Ok((managed, (answered, scope))) => {
                if self.keep_told(&there, (sheet, managed), &answered, scope).await? {
                    tracing::warn!(
                        server = %server.name, app = %app.name,
                        "an authorization server made a fresh secret for a client as it was told of its scopes: the app needs one that it is shown"
                    );
                }
                return Ok(true);
            }
            Err(trouble) => trouble,
        };
        let value = &mut sheet.value;
        value.attempts = value.attempts.saturating_add(1);
        value.next_at = self.now() + again_in(value.attempts);
        let told = trouble.told();
        if value.trouble.as_ref() != Some(&told) {
            tracing::warn!(
                server = value.server,
                client = value.client_id,
                "an authorization server is not told what a client may ask for: {told}"
            );
        }
        value.trouble = Some(told);
        self.change_registration(sheet, OPEN).await?;
        Ok(false)
    }
}
