//! What operations are called by: plain HTTP, or a protocol that has answers, and refusals, of its own.

use schema::Json;

use super::{Answer, Mock, Origin, graphql};
use crate::conform::Conformance;

/// How an operation is called.
pub(super) enum Voice {
    Http,
    GraphQl,
}

/// A request of a protocol of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call<'c> {
    /// It may change nothing: `GET`.
    pub is_safe: bool,
    /// Of the URL, as it came.
    pub query: Option<&'c str>,
    /// The value of `Content-Type`.
    pub content_type: Option<&'c str>,
    /// The value of `Accept`.
    pub accept: Option<&'c str>,
    pub body: &'c [u8],
    /// With one the answer differs by it.
    pub seed: Option<u64>,
    /// It fails: what the protocol says of an error is the answer.
    pub fails: bool,
}

impl Voice {
    pub(super) fn read(conformance: &Conformance, operation: &str) -> Voice {
        let said = conformance
            .place(operation)
            .and_then(|place| conformance.source.get(&format!("{}/{}", place.item, place.field)));
        let Some(said) = said else { return Voice::Http };
        if said.get("x-graphql").is_some() && sdl(conformance).is_some() {
            return Voice::GraphQl;
        }
        Voice::Http
    }
}

impl Mock {
    /// Whether an operation is called by a protocol that [`Mock::call`] answers, such as GraphQL.
    pub fn is_called(&self, operation: &str) -> bool {
        !matches!(self.voice(operation), None | Some(Voice::Http))
    }

    /// The answer of a protocol, which says by itself what is wrong with a request. `None` where the operation has none of its own.
    pub fn call(&self, operation: &str, call: &Call<'_>) -> Option<Answer> {
        match self.voice(operation)? {
            Voice::Http => None,
            Voice::GraphQl => Some(self.graphql(call)),
        }
    }

    fn voice(&self, operation: &str) -> Option<&Voice> {
        let voice = &self.operations.get(operation)?.voice;
        Some(voice.get_or_init(|| Voice::read(&self.conformance, operation)))
    }

    fn graphql(&self, call: &Call<'_>) -> Answer {
        let schema = self.graphql.get_or_init(|| {
            let text = sdl(&self.conformance).unwrap_or_default();
            graphql::Answering::read(&text)
        });
        let told = match (schema, graphql::Asked::read(call)) {
            (_, _) if call.fails => graphql::failed(),
            (Err(why), _) => graphql::unreadable(501, &format!("the schema cannot be asked: {why}")),
            (_, Err(told)) => told,
            (Ok(schema), Ok(asked)) => schema.answer(&asked),
        };
        Answer {
            status: told.status,
            content_type: Some(told.content_type.to_owned()),
            headers: Vec::new(),
            body: told.body,
            origin: Origin::Made,
        }
    }
}

fn sdl(conformance: &Conformance) -> Option<String> {
    match conformance.source.get(&format!("/{}", crate::notation::graphql::SDL))? {
        Json::String(text) => Some(text),
        _ => None,
    }
}
