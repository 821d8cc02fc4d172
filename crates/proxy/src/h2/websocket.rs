//! WebSocket on a stream (RFC 8441, RFC 9220): toward the service it is a connection of HTTP/1.1 that changes protocols (RFC 6455).

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use bytes::{Buf, Bytes, BytesMut};
use head::{Headers, Known};
use http::{HeaderName, HeaderValue};
use policy::Frame;
use tokio::io::{AsyncWrite, DuplexStream, duplex};
use tokio_util::io::poll_read_buf;

use crate::{
    random::Random,
    tunnel::{Passed, Switch, tunnel},
    upload::Source,
    wire::Wire,
};

pub(crate) const KEY: HeaderName = HeaderName::from_static("sec-websocket-key");
const ACCEPT: HeaderName = HeaderName::from_static("sec-websocket-accept");
/// RFC 6455 §1.3.
const MARK: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// What is between the stream and the tunnel at most, each way, bytes.
const BETWEEN: usize = 16 << 10;

/// What a service has to answer, for whoever asks it to change to WebSocket.
pub(crate) struct Challenge(String);

impl Challenge {
    /// Asks, in the fields of a request that goes on in HTTP/1.1.
    pub(crate) fn set(headers: &mut Headers, random: &mut Random) -> Challenge {
        let nonce = [random.next().to_le_bytes(), random.next().to_le_bytes()].concat();
        let key = base64(&nonce);
        let accept = accept(key.as_bytes());
        headers.insert(KEY, HeaderValue::try_from(key).unwrap_or(HeaderValue::from_static("")));
        Challenge(accept)
    }

    /// Whether a service has answered as one that speaks WebSocket does. The answer is of its hop alone.
    pub(crate) fn is_met(&self, headers: &mut Headers) -> bool {
        headers.take(ACCEPT).is_some_and(|accept| accept == self.0)
    }
}

/// What a service that speaks WebSocket answers to a key (RFC 6455 §4.2.2).
fn accept(key: &[u8]) -> String {
    base64(digest(&SHA1_FOR_LEGACY_USE_ONLY, &[key, MARK].concat()).as_ref())
}

/// Answers a key in the place of a service that is asked on a stream, where there are none (RFC 8441 §5). `None` where there is
/// no key, or one that is not of 16 bytes.
pub(crate) fn answer(headers: &Headers) -> Option<String> {
    let keys = headers.get_all(KEY);
    let mut keys = keys.iter();
    let key = keys.next()?;
    let key = key.as_bytes();
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let is_key = key.len() == 24 && key.ends_with(b"==") && key[..22].iter().all(is_digit);
    (is_key && keys.next().is_none()).then(|| accept(key))
}

/// Says as one in HTTP/1.1 would that the service speaks WebSocket.
pub(crate) fn agree(headers: &mut Headers, accept: &str) {
    headers.discard(Known::ContentLength);
    headers.set(Known::Upgrade, b"websocket");
    if let Ok(accept) = HeaderValue::try_from(accept) {
        headers.insert(ACCEPT, accept);
    }
}

/// Base64 (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits =
            three.iter().enumerate().fold(0, |bits, (at, byte)| bits | u32::from(*byte) << (16 - at * 8));
        for digit in 0..4 {
            let value = (bits >> (18 - digit * 6)) as usize & 63;
            text.push(if digit <= three.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    text
}

/// A tunnel between a stream and a service.
pub(crate) struct Tunnel {
    /// Passes bytes between `near`'s other end and the service; `None` once it has ended.
    passing: Option<Pin<Box<dyn Future<Output = Passed> + Send>>>,
    /// How that ended. Where a side broke off, so does the stream, once what came before was sent.
    passed: Option<Passed>,
    near: DuplexStream,
    from_client: Box<dyn Source>,
    piece: Bytes,
    has_all: bool,
    read: BytesMut,
}

impl Tunnel {
    pub(crate) fn new(switch: Switch, from_client: Box<dyn Source>) -> Tunnel {
        let (near, far) = duplex(BETWEEN);
        let passing = tunnel(Wire::Memory(far), Bytes::new(), switch);
        Tunnel {
            passing: Some(Box::pin(passing)),
            passed: None,
            near,
            from_client,
            piece: Bytes::new(),
            has_all: false,
            read: BytesMut::new(),
        }
    }

    /// What the service says next; nothing at its end.
    pub(crate) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        if !self.pump(cx) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        self.read.reserve(BETWEEN);
        let count = ready!(poll_read_buf(Pin::new(&mut self.near), cx, &mut self.read))?;
        if count == 0 && self.passed == Some(Passed::Broken) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok((count > 0).then(|| self.read.split().freeze())))
    }

    /// Passes on what the client says; whether the tunnel may go on, and was not blocked.
    pub(crate) fn pump(&mut self, cx: &mut Context<'_>) -> bool {
        // What goes wrong ends the other way too.
        let _ = self.pass_on(cx);
        if let Some(passing) = &mut self.passing
            && let Poll::Ready(passed) = passing.as_mut().poll(cx)
        {
            (self.passing, self.passed) = (None, Some(passed));
        }
        self.passed != Some(Passed::Blocked)
    }

    fn pass_on(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.has_all {
            while !self.piece.is_empty() {
                let count = ready!(Pin::new(&mut self.near).poll_write(cx, &self.piece))?;
                self.piece.advance(count);
            }
            match ready!(self.from_client.poll_piece(cx)) {
                Some(Ok(Frame::Data(piece))) => self.piece = piece,
                Some(Ok(Frame::Trailers(_))) | None => {
                    self.has_all = true;
                    return Pin::new(&mut self.near).poll_shutdown(cx);
                }
                Some(Err(_)) => {
                    // The client has reset the stream: the service's connection goes with it.
                    (self.has_all, self.passing) = (true, None);
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_a_challenge_is_that_of_the_standard() {
        // RFC 6455 §1.3.
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[b"dGhlIHNhbXBsZSBub25jZQ==", MARK].concat());
        assert_eq!(base64(hash.as_ref()), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(
            (base64(b"a"), base64(b"ab"), base64(b"abc")),
            ("YQ==".into(), "YWI=".into(), "YWJj".into())
        );
    }
}
