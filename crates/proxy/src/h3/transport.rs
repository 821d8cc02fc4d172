//! What connections of QUIC are bounded by.

use std::{sync::Arc, time::Duration};

use quinn::{IdleTimeout, ServerConfig, TransportConfig, VarInt, crypto::rustls::QuicServerConfig};
use rustls::{crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256, version::TLS13};

/// Requests a connection may have open.
pub(super) const STREAMS: u32 = 200;
/// Streams of one direction: the three there are (RFC 9114 §6.2), and some that mean nothing.
const ONE_WAY: u32 = 8;
/// How far ahead of its reader a client may be on a stream, bytes; on a connection so much for each, so that a body that is not read
/// holds up no others.
const WINDOW: u32 = 128 << 10;
/// What was written and is not acknowledged, of a connection, bytes.
const UNACKNOWLEDGED: u64 = 1 << 20;
/// Connections that begin and that no worker has looked at yet, and what is kept of what they say meanwhile, bytes.
const ARRIVING: usize = 1024;
const ARRIVING_EACH: u64 = 16 << 10;
const ARRIVING_ALL: u64 = 4 << 20;
/// A client of which nothing is heard is given up after this, or after the gateway's `idle` where that is longer.
const SILENT: Duration = Duration::from_secs(60);

/// What connections begin with; `None` where no TLS 1.3 is spoken.
pub(crate) fn config(tls: &rustls::ServerConfig, idle: Duration) -> Option<Arc<ServerConfig>> {
    let suites = &tls.crypto_provider().cipher_suites;
    if !suites.iter().any(|suite| suite.version() == &TLS13) {
        return None;
    }
    let mut tls = tls.clone();
    tls.alpn_protocols = vec![b"h3".to_vec()];
    // What comes before the handshake has ended can be played again by others.
    tls.max_early_data_size = 0;
    // The first packets have a cipher of their own, whatever else is spoken (RFC 9001 §5.2).
    let first = TLS13_AES_128_GCM_SHA256.tls13()?.quic_suite()?;
    let tls = QuicServerConfig::with_initial(Arc::new(tls), first).ok()?;

    let mut transport = TransportConfig::default();
    let silent = IdleTimeout::try_from(idle.max(SILENT));
    transport
        .max_concurrent_bidi_streams(STREAMS.into())
        .max_concurrent_uni_streams(ONE_WAY.into())
        .stream_receive_window(WINDOW.into())
        .receive_window((STREAMS * WINDOW).into())
        .send_window(UNACKNOWLEDGED)
        .datagram_receive_buffer_size(None)
        .max_idle_timeout(Some(silent.unwrap_or(IdleTimeout::from(VarInt::MAX))));
    let mut config = ServerConfig::with_crypto(Arc::new(tls));
    config
        .transport_config(Arc::new(transport))
        .max_incoming(ARRIVING)
        .incoming_buffer_size(ARRIVING_EACH)
        .incoming_buffer_size_total(ARRIVING_ALL);
    Some(Arc::new(config))
}
