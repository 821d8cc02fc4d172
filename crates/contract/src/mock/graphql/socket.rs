//! GraphQL over a WebSocket: what is said in the subprotocol `graphql-transport-ws`, whoever carries it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use serde_json::{Map, Value, json};

use super::{Asked, EVENT_STREAM, failed};
use crate::mock::Mock;

/// The name of the subprotocol.
pub const SUBPROTOCOL: &str = "graphql-transport-ws";
/// What an identifier of an operation may have, bytes.
const LONGEST_ID: usize = 1024;

/// One side of a conversation: the service's.
pub struct Conversation {
    mock: Arc<Mock>,
    /// With one answers differ by it and by what is asked.
    seed: Option<u64>,
    /// Every operation fails.
    fails: bool,
    has_begun: bool,
}

/// What there is to say to a message.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Messages, one after the other.
    pub says: Vec<String>,
    /// After them the conversation ends, by a status and a reason.
    pub ends: Option<(u16, String)>,
}

impl Heard {
    fn says(message: &Value) -> Heard {
        Heard { says: vec![message.to_string()], ends: None }
    }

    fn ends(status: u16, reason: impl Into<String>) -> Heard {
        Heard { says: Vec::new(), ends: Some((status, reason.into())) }
    }
}

impl Conversation {
    pub fn new(mock: Arc<Mock>, seed: Option<u64>, fails: bool) -> Conversation {
        Conversation { mock, seed, fails, has_begun: false }
    }

    /// Whether the client has said what it has to say first.
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Takes a message of the client. An operation is answered with all that it comes to, so that none is ever under way.
    pub fn hear(&mut self, text: &str) -> Heard {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Heard::ends(4400, "a message is an object of JSON");
        };
        let kind = message.remove("type");
        match kind.as_ref().and_then(Value::as_str) {
            Some("connection_init") if self.has_begun => {
                Heard::ends(4429, "Too many initialisation requests")
            }
            Some("connection_init") => {
                self.has_begun = true;
                Heard::says(&json!({ "type": "connection_ack" }))
            }
            Some("ping") => {
                let mut pong = json!({ "type": "pong" });
                if let Some(payload) = message.remove("payload") {
                    pong["payload"] = payload;
                }
                Heard::says(&pong)
            }
            Some("pong" | "complete") => Heard::default(),
            Some("subscribe") => self.subscribe(message, text),
            _ => Heard::ends(4400, "the type of a message is one of those of graphql-transport-ws"),
        }
    }

    fn subscribe(&self, mut message: Map<String, Value>, text: &str) -> Heard {
        if !self.has_begun {
            return Heard::ends(4401, "Unauthorized");
        }
        let id = match message.remove("id") {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= LONGEST_ID => id,
            _ => return Heard::ends(4400, "`subscribe` has an `id`, which is a text"),
        };
        let Some(Value::Object(payload)) = message.remove("payload") else {
            return Heard::ends(4400, "`subscribe` has a `payload`, which is an object");
        };
        let mut says = match self.results(payload, text) {
            Ok(results) => results.into_iter().map(|result| next(&id, &result)).collect::<Vec<_>>(),
            Err(errors) => return Heard::says(&json!({ "id": id, "type": "error", "payload": errors })),
        };
        says.push(json!({ "id": id, "type": "complete" }).to_string());
        Heard { says, ends: None }
    }

    fn results(&self, payload: Map<String, Value>, text: &str) -> Result<Vec<String>, Vec<Value>> {
        if self.fails {
            return Ok(vec![String::from_utf8_lossy(&failed().body).into_owned()]);
        }
        let said = |message: &str| vec![json!({ "message": message })];
        let seed = self.seed.map(|seed| {
            let mut hasher = DefaultHasher::new();
            (seed, text).hash(&mut hasher);
            hasher.finish()
        });
        let asked = Asked::of_fields(payload).map_err(|why| said(&why))?;
        let asked = Asked { seed, accept: Some(EVENT_STREAM), ..asked };
        let schema = self.mock.schema_of_graphql();
        let schema = schema.map_err(|why| said(&format!("the schema cannot be asked: {why}")))?;
        schema.results(&asked, true).map_err(|refused| refused.errors)
    }
}

/// A result is JSON already.
fn next(id: &str, result: &str) -> String {
    format!("{{\"id\":{},\"type\":\"next\",\"payload\":{result}}}", json!(id))
}
