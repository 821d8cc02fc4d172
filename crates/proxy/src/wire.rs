//! The byte streams connections run over.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    net::TcpStream,
};

use crate::h2::socket::Socket;

/// A byte stream: a socket, TLS over one, or memory within a test's process.
pub enum Wire {
    Tcp(TcpStream),
    /// TLS toward a client.
    Server(Box<tokio_rustls::server::TlsStream<TcpStream>>),
    /// TLS toward an upstream.
    Client(Box<tokio_rustls::client::TlsStream<TcpStream>>),
    Memory(DuplexStream),
    /// A stream of HTTP/2 to an upstream that has become a tunnel.
    Stream(Box<Socket>),
}

impl Wire {
    /// Whether both sides have agreed on HTTP/2 (ALPN).
    pub(crate) fn is_http2(&self) -> bool {
        matches!(self, Wire::Client(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2"))
    }
}

macro_rules! delegate {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self {
            Wire::Tcp($stream) => $call,
            Wire::Server($stream) => $call,
            Wire::Client($stream) => $call,
            Wire::Memory($stream) => $call,
            Wire::Stream($stream) => $call,
        }
    };
}

impl Wire {
    /// Whether the other side has said nothing and closed nothing that is known of. What it has said is lost.
    pub(crate) fn is_quiet(&mut self) -> bool {
        let mut one = [0];
        match self {
            // Asks no task to be woken, which is half of what a read costs that finds nothing.
            Wire::Tcp(stream) => {
                matches!(stream.try_read(&mut one), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
            }
            other => {
                let mut cx = Context::from_waker(Waker::noop());
                Pin::new(other).poll_read(&mut cx, &mut ReadBuf::new(&mut one)).is_pending()
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        delegate!(self.get_mut(), stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Wire::Tcp(stream) = this {
            // Nearly all writes are done at once: whether one can wait is asked when it must.
            match stream.try_write(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
        delegate!(this, stream => Pin::new(stream).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        delegate!(self.get_mut(), stream => Pin::new(stream).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Wire::Tcp(stream) => stream.is_write_vectored(),
            Wire::Server(stream) => stream.is_write_vectored(),
            Wire::Client(stream) => stream.is_write_vectored(),
            Wire::Memory(stream) => stream.is_write_vectored(),
            Wire::Stream(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(self.get_mut(), stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(self.get_mut(), stream => Pin::new(stream).poll_shutdown(cx))
    }
}
