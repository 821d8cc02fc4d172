//! A conversation with a directory: one operation after the other on a connection of its own.

use model::UpstreamTls;
use policy::{Dial, Line, World};

use super::{
    ber::{Malformed, extent},
    message::{
        BIND_DONE, ENTRY, EXTENDED_DONE, Entry, Outcome, REFERENCE, SEARCH_DONE, Search, bind, entry, message,
        outcome, read, search, start_tls, unbind,
    },
};

/// The largest message that is taken, bytes.
const LARGEST: usize = 1 << 20;
/// All that is taken of one search, bytes.
const MOST: usize = 4 << 20;

/// Why a directory could not be asked, for operators.
pub(crate) type Why = String;

/// A conversation.
pub(crate) struct Session {
    line: Box<dyn Line>,
    /// What has come and was not read.
    buffer: Vec<u8>,
    last: u32,
}

impl Session {
    /// Connects, and goes on with TLS where `start_tls` says so.
    pub(crate) async fn open(
        world: &dyn World,
        dial: Dial,
        secured_by: Option<&UpstreamTls>,
    ) -> Result<Session, Why> {
        let line = world.dial(dial).await.map_err(|error| error.to_string())?;
        let mut session = Session { line, buffer: Vec::new(), last: 0 };
        if let Some(tls) = secured_by {
            let id = session.say(start_tls).await?;
            let told = session.hear_outcome(id, EXTENDED_DONE).await?;
            if told.code != 0 {
                return Err(format!("it refuses StartTLS ({}: {})", told.code, told.said));
            }
            // What came before TLS began might be anybody's.
            if !session.buffer.is_empty() {
                return Err("it went on without TLS after StartTLS".to_owned());
            }
            session.line = session.line.secure(tls).await.map_err(|error| error.to_string())?;
        }
        Ok(session)
    }

    pub(crate) async fn bind(&mut self, dn: &str, password: &str) -> Result<Outcome, Why> {
        debug_assert!(dn.is_empty() || !password.is_empty(), "that would be no authentication (RFC 4513 §5.1.2)");
        let id = self.say(|out| bind(out, dn, password)).await?;
        self.hear_outcome(id, BIND_DONE).await
    }

    /// What is found, of which there may be more.
    pub(crate) async fn search(&mut self, wanted: &Search<'_>) -> Result<Vec<Entry>, Why> {
        let id = self.say(|out| search(out, wanted)).await?;
        let (mut found, mut taken) = (Vec::new(), 0);
        loop {
            let (kind, content) = self.hear(id).await?;
            taken += content.len();
            if taken > MOST {
                return Err(format!("what it finds below `{}` is more than {} MiB", wanted.base, MOST >> 20));
            }
            match kind {
                ENTRY if found.len() <= wanted.most as usize => found.push(entry(&content).map_err(garbled)?),
                ENTRY => return Err("it says more entries than were asked for".to_owned()),
                REFERENCE => {}
                SEARCH_DONE => {
                    let told = outcome(&content).map_err(garbled)?;
                    return match told.code {
                        // That there is more than was asked for is all that needs to be known.
                        0 | 4 => Ok(found),
                        code => Err(format!("searching below `{}`: {code}: {}", wanted.base, told.said)),
                    };
                }
                _ => return Err("it answers a search with something else".to_owned()),
            }
        }
    }

    /// Says good-bye, for which nothing is answered.
    pub(crate) async fn close(mut self) {
        let _ = self.say(unbind).await;
    }

    async fn say(&mut self, operation: impl FnOnce(&mut Vec<u8>)) -> Result<u32, Why> {
        self.last += 1;
        let bytes = message(self.last, operation);
        self.line.send(&bytes).await.map_err(|error| error.to_string())?;
        Ok(self.last)
    }

    async fn hear_outcome(&mut self, id: u32, expected: u8) -> Result<Outcome, Why> {
        let (kind, content) = self.hear(id).await?;
        if kind != expected {
            return Err("it answers with something else than was asked".to_owned());
        }
        outcome(&content).map_err(garbled)
    }

    /// The next message, which must belong to what was asked.
    async fn hear(&mut self, id: u32) -> Result<(u8, Vec<u8>), Why> {
        let length = loop {
            match extent(&self.buffer).map_err(garbled)? {
                Some(length) if length > LARGEST => {
                    return Err(format!("a message of it is longer than {} MiB", LARGEST >> 20));
                }
                Some(length) if length <= self.buffer.len() => break length,
                _ => {}
            }
            let more = self.line.receive(&mut self.buffer).await.map_err(|error| error.to_string())?;
            if more == 0 {
                return Err("it closed the connection".to_owned());
            }
        };
        let (of, kind, content) = read(&self.buffer[..length]).map_err(garbled)?;
        let heard = (kind, content.to_vec());
        self.buffer.drain(..length);
        match of {
            0 => Err("it ends the connection by itself (RFC 4511 §4.4.1)".to_owned()),
            of if of != id => Err("it answers what was not asked".to_owned()),
            _ => Ok(heard),
        }
    }
}

fn garbled(Malformed: Malformed) -> Why {
    "what it says is no LDAP".to_owned()
}
