//! The network address a request came from.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::{
    endpoint::{Part, Sketch},
    state::App,
};

/// The other end of a connection; [`crate::serve`] puts it into the extensions of every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The client's network address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl ClientAddress {
    pub(crate) fn of(extensions: &http::Extensions) -> ClientAddress {
        let peer = extensions.get::<Peer>().map(|Peer(address)| address.ip().to_canonical());
        ClientAddress(peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<ClientAddress, Infallible> {
        Ok(ClientAddress::of(&parts.extensions))
    }
}

impl Part for ClientAddress {
    fn describe(_: &mut Sketch) {}
}
