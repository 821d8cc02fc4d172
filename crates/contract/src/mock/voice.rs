//! What operations are called by: plain HTTP, or a protocol that has answers, and refusals, of its own.

use schema::Json;

use super::{Answer, Mock, Origin, graphql, grpc, soap};
use crate::{
    conform::Conformance,
    notation::{graphql::SDL, wsdl},
};

/// How an operation is called.
pub(super) enum Voice {
    Http,
    GraphQl,
    Soap(soap::Port),
    Grpc(grpc::Method),
    /// The description of a service of SOAP is asked for.
    Wsdl,
}

/// A request of a protocol of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call<'c> {
    /// It may change nothing: `GET`.
    pub is_safe: bool,
    /// The URL that was called, without its query.
    pub address: Option<&'c str>,
    /// Of the URL, as it came.
    pub query: Option<&'c str>,
    /// The value of `Content-Type`.
    pub content_type: Option<&'c str>,
    /// The value of `Accept`.
    pub accept: Option<&'c str>,
    /// How messages of gRPC are compressed: the value of `grpc-encoding`.
    pub encoding: Option<&'c str>,
    pub body: &'c [u8],
    /// With one the answer differs by it.
    pub seed: Option<u64>,
    /// Whether a request that is not as the contract says is refused, where the protocol does not ask for that anyway.
    pub validates: bool,
    /// It fails, as HTTP would by a status: what the protocol says of an error is the answer.
    pub fails: Option<u16>,
}

impl Voice {
    pub(super) fn read(conformance: &Conformance, operation: &str) -> Voice {
        let said = conformance
            .place(operation)
            .and_then(|place| conformance.source.get(&format!("{}/{}", place.item, place.field)));
        let Some(said) = said else { return Voice::Http };
        if said.get("x-graphql").is_some() && text(conformance, SDL).is_some() {
            return Voice::GraphQl;
        }
        if said.get(wsdl::TEXT).is_some() && text(conformance, wsdl::TEXT).is_some() {
            return Voice::Wsdl;
        }
        if let Some(port) = soap::Port::read(conformance, operation, &said) {
            return Voice::Soap(port);
        }
        grpc::Method::read(conformance, operation, &said).map_or(Voice::Http, Voice::Grpc)
    }
}

impl Mock {
    /// Whether an operation is called by a protocol that [`Mock::call`] answers: GraphQL, SOAP or gRPC.
    pub fn is_called(&self, operation: &str) -> bool {
        !matches!(self.voice(operation), None | Some(Voice::Http))
    }

    /// The answer of a protocol, which says by itself what is wrong with a request. `None` where the operation has none of its own.
    pub fn call(&self, operation: &str, call: &Call<'_>) -> Option<Answer> {
        match self.voice(operation)? {
            Voice::Http => None,
            Voice::GraphQl => Some(self.graphql(call)),
            Voice::Soap(port) => Some(port.answer(&self.conformance, call)),
            Voice::Grpc(method) => Some(method.answer(&self.conformance, call)),
            Voice::Wsdl => self.wsdl(operation, call),
        }
    }

    /// Whether an operation can be asked over a WebSocket, by a [`super::Conversation`].
    pub fn converses(&self, operation: &str) -> bool {
        matches!(self.voice(operation), Some(Voice::GraphQl))
    }

    /// # Errors
    /// Why nothing can be asked of it.
    pub(super) fn schema_of_graphql(&self) -> Result<&graphql::Answering, &String> {
        let read = || graphql::Answering::read(&text(&self.conformance, SDL).unwrap_or_default());
        self.graphql.get_or_init(read).as_ref()
    }

    fn voice(&self, operation: &str) -> Option<&Voice> {
        let voice = &self.operations.get(operation)?.voice;
        Some(voice.get_or_init(|| Voice::read(&self.conformance, operation)))
    }

    /// The description of a service, with the address that was called for its own.
    fn wsdl(&self, operation: &str, call: &Call<'_>) -> Option<Answer> {
        let (text, place) = (text(&self.conformance, wsdl::TEXT)?, self.conformance.place(operation)?);
        let text = match call.address {
            Some(address) => wsdl::addressed(&text, &place.path, address),
            None => text,
        };
        let content_type = "text/xml; charset=utf-8".to_owned();
        Some(answered(200, content_type, text.into_bytes(), Origin::Example(None)))
    }

    fn graphql(&self, call: &Call<'_>) -> Answer {
        let told = match (self.schema_of_graphql(), graphql::Asked::read(call)) {
            (_, _) if call.fails.is_some() => graphql::failed(),
            (Err(why), _) => graphql::unreadable(501, &format!("the schema cannot be asked: {why}")),
            (_, Err(told)) => told,
            (Ok(schema), Ok(asked)) => schema.answer(&asked),
        };
        answered(told.status, told.content_type.to_owned(), told.body, Origin::Made)
    }
}

pub(super) fn answered(status: u16, content_type: String, body: Vec<u8>, origin: Origin) -> Answer {
    Answer {
        status,
        content_type: Some(content_type),
        headers: Vec::new(),
        body,
        trailers: Vec::new(),
        origin,
    }
}

/// What a contract was written in.
fn text(conformance: &Conformance, name: &str) -> Option<String> {
    match conformance.source.get(&format!("/{name}"))? {
        Json::String(text) => Some(text),
        _ => None,
    }
}
