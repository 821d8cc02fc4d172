//! Letters: what is sent by e-mail, and to whom. How they go is up to whoever runs this ([`Post`]).

use std::{fmt, future::Future, pin::Pin};

use store::{Link, PersonKind};

use super::{
    Account,
    accounts::{Wrong, id_of, word},
    members::SET_PASSWORD,
};
use crate::{Actor, Control, Error, SignedIn, Who, began::Began, digest};

const HOUR: u64 = 60 * 60 * 1000;
/// For a link that was asked for by whoever says they forgot the password.
const FORGOTTEN: u64 = HOUR;
const CONFIRM: u64 = 24 * HOUR;
const CONFIRM_EMAIL: &str = "confirm-email";

/// A letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    /// Plain text; lines end with a line feed.
    pub text: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// What comes of a letter.
pub type Posted<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Takes letters away.
pub trait Post: Send + Sync {
    /// Why it could not be sent, for operators.
    fn send(&self, letter: Letter) -> Posted<'_>;
}

impl Control {
    /// Whether letters can be sent.
    pub fn has_post(&self) -> bool {
        self.inner.options.post.is_some()
    }

    /// Sends a letter beside what goes on: how long it takes must tell nobody whether there was one.
    pub(crate) fn post(&self, letter: Letter) {
        let Some(post) = self.inner.options.post.clone() else { return };
        tokio::spawn(async move {
            let to = letter.to.clone();
            if let Err(error) = post.send(letter).await {
                tracing::error!(to, error, "a letter could not be sent");
            }
        });
    }

    /// Sends who was invited their link.
    pub fn post_invitation(&self, email: &str, name: &str, link: &str, by: &str) {
        let text = format!(
            "Hello {name},\n\n{by} lets you in to Pailou. Set your password by this link; it works once, within seven days:\n\n{link}\n\n\
             If you do not know what this is about, do nothing.\n"
        );
        self.post(Letter { to: email.to_owned(), subject: "You are invited to Pailou".to_owned(), text });
    }

    /// Sends a link for another password to an account there is, and nothing where there is none; nobody learns which.
    ///
    /// # Errors
    /// [`Error::TooMany`]; [`Error::Conflict`] where no letters can be sent.
    pub async fn forgot_password(
        &self,
        actor: &Actor,
        kind: PersonKind,
        email: &str,
        page: &str,
    ) -> Result<(), Error> {
        self.needs_post()?;
        self.takes_passwords(kind, &actor.workspace)?;
        let email = email.trim().to_lowercase();
        self.check_workspace(&actor.workspace)?;
        let id = id_of(kind, &actor.workspace, &email);
        self.asked_for_letter(actor, kind, &id)?;
        let Some((row, account)) = self.account(kind, &id).await? else { return Ok(()) };
        let secret = self.link(kind, &row.id, SET_PASSWORD, FORGOTTEN).await?;
        let name = account.name;
        let text = format!(
            "Hello {name},\n\nset another password by this link; it works once, within an hour:\n\n{page}#{secret}\n\n\
             If it was not you who asked for it, do nothing: your password stays as it is.\n"
        );
        self.post(Letter { to: email, subject: "Set another password".to_owned(), text });
        Ok(())
    }

    /// Takes a developer's sign-up where letters are sent: the account is theirs once they show that the address is. The answer is the
    /// same whether there is an account with the address.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::TooMany`].
    pub async fn sign_up_by_letter(
        &self,
        actor: &Actor,
        (email, password, name): (&str, &str, &str),
        page: &str,
        sign_in: &str,
    ) -> Result<(), Error> {
        self.needs_post()?;
        self.takes_passwords(PersonKind::Developer, &actor.workspace)?;
        let mut wrong = Wrong::default();
        let email = wrong.email(email);
        wrong.password(password);
        let name = wrong.name(name);
        wrong.done()?;
        self.check_workspace(&actor.workspace)?;
        let id = id_of(PersonKind::Developer, &actor.workspace, &email);
        self.asked_for_letter(actor, PersonKind::Developer, &id)?;
        // Done in any case, so that it takes as long.
        let password = self.hashed(password.to_owned()).await?;
        let known = self.account(PersonKind::Developer, &id).await?;
        if known.is_some_and(|(_, account)| !account.unconfirmed) {
            let text = format!(
                "Hello,\n\nsomebody, perhaps you, asked for an account with this address. You have one already; sign in here, or ask for \
                 another password:\n\n{sign_in}\n\nIf it was not you, do nothing.\n"
            );
            self.post(Letter { to: email, subject: "You have an account already".to_owned(), text });
            return Ok(());
        }
        self.put_unconfirmed(actor, &id, Account::new(name.clone(), Some(password), self.now())).await?;
        let secret = self.link(PersonKind::Developer, &id, CONFIRM_EMAIL, CONFIRM).await?;
        let text = format!(
            "Hello {name},\n\nconfirm your address by this link, and with the password you chose; it works for a day:\n\n{page}#{secret}\n\n\
             If it was not you who signed up, do nothing.\n"
        );
        self.post(Letter { to: email, subject: "Confirm your address".to_owned(), text });
        Ok(())
    }

    /// Confirms the address of a developer who signed up, with the password they chose, and signs in. Whoever reads the letter without
    /// knowing it, and whoever chose it without reading the letter, comes to nothing.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a link that is unknown, used or too old, or a wrong password; [`Error::TooMany`].
    pub async fn confirm_email(
        &self,
        actor: &Actor,
        secret: &str,
        email: &str,
        password: &str,
    ) -> Result<SignedIn, Error> {
        let email = email.trim().to_lowercase();
        self.takes_passwords(PersonKind::Developer, &actor.workspace)?;
        // The password first: a slip leaves the link as it is.
        let (row, _) = self.prove_password(actor, PersonKind::Developer, &email, password).await?;
        let link = self
            .inner
            .store
            .take_link(digest::sha256(secret.as_bytes()), CONFIRM_EMAIL.to_owned())
            .await
            .map_err(Error::Store)?;
        let fits = |link: &Link| link.expires_at > self.now() && link.subject == row.id;
        if !link.as_ref().is_some_and(fits) {
            let detail = "this link was used already or is too old; sign up again".to_owned();
            return Err(Error::Unauthenticated { detail });
        }
        let entry = self.entry_of_account(actor, "confirm-email", PersonKind::Developer, &row.id);
        let change = |account: &mut Account| {
            account.unconfirmed = false;
            Ok(store::PeopleChange { entry: Some(entry), ..Default::default() })
        };
        self.change_account(PersonKind::Developer, &row.id, change).await?;
        self.begin_session(actor, Who::Developer, &row.id, Began::confirmed("password", self.now())).await
    }

    async fn link(&self, kind: PersonKind, id: &str, purpose: &str, lasts: u64) -> Result<String, Error> {
        let (secret, token_hash) = digest::token();
        let link = Link {
            token_hash,
            role: word(kind).to_owned(),
            subject: id.to_owned(),
            purpose: purpose.to_owned(),
            expires_at: self.now() + lasts,
        };
        self.inner.store.add_link(link).await.map_err(Error::Store)?;
        Ok(secret)
    }

    /// Nobody fills another's mailbox: ten letters to one address in a quarter of an hour.
    fn asked_for_letter(&self, actor: &Actor, kind: PersonKind, id: &str) -> Result<(), Error> {
        let counted = format!("letter to {} {id}", word(kind));
        self.inner.people.throttle.attempt(&counted, actor.address, self.now())
    }

    fn needs_post(&self) -> Result<(), Error> {
        match self.has_post() {
            true => Ok(()),
            false => Err(Error::Conflict {
                detail: "no letters are sent from here; an administrator makes a link for a new password"
                    .to_owned(),
            }),
        }
    }
}
