//! `mirror`: copies of requests for another service, whose answers nobody waits for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use expr::Side;
use http::{
    Uri,
    header::{EXPECT, SEC_WEBSOCKET_KEY},
};
use policy::{BodySource, Frame, OutboundCall, World, prelude::*};

use crate::{
    fields::{FieldChanges, FieldEdits},
    sample::Sample,
};

const LARGEST: ByteSize = ByteSize::mib(16);
/// What the bodies of all copies under way may take.
const HELD: ByteSize = ByteSize::mib(1024);
/// What is read of an answer, so that its connection can carry the next copy.
const ANSWER: u64 = 1 << 20;

/// Sends copies of requests to another service and forgets the answers, to try a new version with real traffic.
///
/// A copy is what the upstream gets, after all other policies have changed it, body included. It is sent beside the request, and whatever comes
/// of it the client sees nothing of it: nobody waits for it, and where too many are under way already there is none. WebSockets are not copied.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mirror {
    /// The other service, such as `http://orders-next:8080`. A path in it is put before that of the request.
    to: String,
    /// The share of requests that are copied, in percent.
    #[serde(default = "all")]
    percentage: f64,
    /// What is changed of the copy's headers, such as `remove: [authorization]`.
    #[serde(default)]
    headers: FieldChanges,
    /// The largest body of a copy, at most 16MiB; a request with a larger one is not copied.
    #[serde(default = "largest_body")]
    max_body: ByteSize,
    /// How many copies may be under way at the same time; further requests are not copied.
    #[serde(default = "concurrency")]
    concurrency: u16,
    /// How long a copy may take, its answer included.
    #[serde(default = "timeout")]
    timeout: Span,
}

fn all() -> f64 {
    100.0
}

fn largest_body() -> ByteSize {
    ByteSize::kib(256)
}

fn concurrency() -> u16 {
    128
}

fn timeout() -> Span {
    Span::secs(10)
}

impl Policy for Mirror {
    const NAME: &'static str = "mirror";
    // Last, so that a copy is what the upstream gets.
    const STAGE: Stage = Stage::Cache;
    const EXAMPLE: &'static str =
        "{ to: \"http://orders-next:8080\", percentage: 10, headers: { remove: [authorization] } }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let is_no_address = || {
            Invalid::field("to", format!("`{}` is no address: write `http://host:port` or `https://host`", self.to))
        };
        let to: Uri = self.to.parse().map_err(|_| is_no_address())?;
        let authority = to.authority().filter(|authority| !authority.as_str().contains('@'));
        let scheme = to.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"));
        let (Some(scheme), Some(authority)) = (scheme, authority) else { return Err(is_no_address()) };
        if to.query().is_some() {
            return Err(Invalid::field("to", "has no query; that of the request goes along"));
        }
        let prefix = to.path().trim_end_matches('/');
        let base = format!("{scheme}://{authority}{prefix}");
        if self.max_body > LARGEST {
            return Err(Invalid::field("max_body", format!("is at most {LARGEST}; the body is held until it is sent")));
        }
        if self.concurrency == 0 {
            return Err(Invalid::field("concurrency", "is at least 1"));
        }
        if self.max_body.0 * u64::from(self.concurrency) > HELD.0 {
            let message = format!("so many bodies of {} could take more than {HELD} of memory", self.max_body);
            return Err(Invalid::field("concurrency", message));
        }
        if self.timeout.0.is_zero() {
            return Err(Invalid::field("timeout", "is longer than nothing"));
        }
        let headers = self.headers.read(Side::Request, "headers")?;
        if headers.needs().request_body {
            return Err(Invalid::field("headers", "the body passes by and is not read; ask about the head"));
        }
        Ok(Box::new(Copier {
            base,
            sample: Sample::read(self.percentage, "percentage")?,
            headers,
            max_body: self.max_body.0,
            most: usize::from(self.concurrency),
            under_way: Arc::default(),
            timeout: self.timeout,
        }))
    }
}

/// The running form of [`Mirror`].
struct Copier {
    base: String,
    sample: Sample,
    headers: FieldEdits,
    max_body: u64,
    most: usize,
    under_way: Arc<AtomicUsize>,
    timeout: Span,
}

impl Filter for Copier {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if self.sample.takes() && !changes_protocol(req) {
            self.copy(req);
        }
        Step::Done(Ok(()))
    }
}

fn changes_protocol(req: &Request) -> bool {
    req.head.method == Method::CONNECT || req.head.headers.contains_key(SEC_WEBSOCKET_KEY)
}

impl Copier {
    fn copy(&self, req: &mut Request) {
        if req.body.length().is_some_and(|length| length > self.max_body) {
            return;
        }
        let Some(place) = Place::take(&self.under_way, self.most) else { return };
        let uri = format!("{}{}", self.base, req.target_below_base());
        let Ok(uri) = uri.parse::<Uri>() else { return };
        let mut headers = req.head.headers.clone();
        self.headers.apply(self.headers.values(&req.view(None)), &mut headers);
        headers.remove(EXPECT);
        let copy = Copy {
            world: Arc::clone(&req.world),
            call: OutboundCall {
                method: req.head.method.clone(),
                uri,
                headers,
                body: Bytes::new(),
                timeout: self.timeout.0,
                bound: ANSWER,
            },
            place,
        };
        req.body = match std::mem::take(&mut req.body) {
            Body::Empty => {
                copy.send(Bytes::new());
                Body::Empty
            }
            Body::Whole(body) => {
                copy.send(body.clone());
                Body::Whole(body)
            }
            Body::Stream(stream) => Body::Stream(Box::new(Tee {
                stream,
                copy: Some(copy),
                pieces: Vec::new(),
                left: self.max_body,
            })),
        };
    }
}

/// One of the copies that may be under way.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(under_way: &Arc<AtomicUsize>, most: usize) -> Option<Place> {
        if under_way.fetch_add(1, Relaxed) >= most {
            under_way.fetch_sub(1, Relaxed);
            return None;
        }
        Some(Place(Arc::clone(under_way)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// A copy that waits for its body.
struct Copy {
    world: Arc<dyn World>,
    call: OutboundCall,
    place: Place,
}

impl Copy {
    fn send(self, body: Bytes) {
        let Copy { world, mut call, place } = self;
        call.body = body;
        let sent = world.send(call);
        // Where nothing more can be done beside exchanges there is no copy.
        world.spawn(Box::pin(async move {
            let _ = sent.await;
            drop(place);
        }));
    }
}

/// A body that is remembered while it passes, until it has ended or is too large.
struct Tee {
    stream: Box<dyn BodySource>,
    copy: Option<Copy>,
    pieces: Vec<Bytes>,
    left: u64,
}

impl BodySource for Tee {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
        let frame = std::task::ready!(self.stream.poll_frame(cx));
        match &frame {
            Some(Ok(Frame::Data(piece))) if self.copy.is_some() => {
                match self.left.checked_sub(piece.len() as u64) {
                    Some(left) => {
                        self.left = left;
                        self.pieces.push(piece.clone());
                    }
                    None => self.forget(),
                }
                if self.stream.remaining() == Some(0) {
                    self.send();
                }
            }
            Some(Ok(Frame::Data(_))) => {}
            Some(Err(_)) => self.forget(),
            // Fields after the content are not copied.
            Some(Ok(Frame::Trailers(_))) | None => self.send(),
        }
        Poll::Ready(frame)
    }

    fn remaining(&self) -> Option<u64> {
        self.stream.remaining()
    }
}

impl Tee {
    fn send(&mut self) {
        let Some(copy) = self.copy.take() else { return };
        let pieces = std::mem::take(&mut self.pieces);
        copy.send(match pieces.as_slice() {
            [piece] => piece.clone(),
            pieces => pieces.concat().into(),
        });
    }

    fn forget(&mut self) {
        self.copy = None;
        self.pieces = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, task::Waker};

    use super::*;
    use crate::testing::*;

    /// Pieces of no announced length; breaks off at `!`.
    struct Pieces(Vec<&'static str>);

    impl BodySource for Pieces {
        fn poll_frame(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
            let piece = (!self.0.is_empty()).then(|| self.0.remove(0));
            Poll::Ready(piece.map(|piece| match piece {
                "!" => Err(BodyError::Broken),
                piece => Ok(Frame::Data(Bytes::from_static(piece.as_bytes()))),
            }))
        }

        fn remaining(&self) -> Option<u64> {
            None
        }
    }

    fn copies(config: &str, req: RequestBuilder, pieces: Option<&[&'static str]>) -> Vec<OutboundCall> {
        let beside = req.beside();
        let mut req = req.build();
        if let Some(pieces) = pieces {
            req.body = Body::Stream(Box::new(Pieces(pieces.to_vec())));
        }
        pass(&*build("mirror", config), &mut req);
        if pieces.is_some() {
            assert!(beside.sent.lock().unwrap().is_empty(), "nothing is sent before the body is there");
            let read = pin!(req.body.read(1000)).poll(&mut Context::from_waker(Waker::noop()));
            assert!(read.is_ready());
        }
        std::mem::take(&mut *beside.sent.lock().unwrap())
    }

    #[test]
    fn a_copy_is_what_the_upstream_gets() {
        let req = RequestBuilder::of("PUT", "/shop/orders/7?a=b").template("/shop/orders/{id}", 1);
        let req = req.header("authorization", "secret").header("x-a", "1").body("whole");
        let config = "{ to: 'http://next:8080/v2/', timeout: 3s, \
                      headers: { remove: [authorization], set: { x-of: '${request.params.id}' } } }";
        let sent = copies(config, req, None);
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].method.as_str(), &*sent[0].body), ("PUT", &b"whole"[..]));
        assert_eq!(sent[0].uri, "http://next:8080/v2/orders/7?a=b");
        assert_eq!(sent[0].headers.get("x-of").unwrap(), "7");
        assert!(sent[0].headers.contains_key("x-a") && !sent[0].headers.contains_key("authorization"));
        assert_eq!(sent[0].timeout.as_secs(), 3);
    }

    #[test]
    fn a_body_is_copied_as_it_passes_and_sent_once_it_has_ended() {
        let post = || RequestBuilder::of("POST", "/");
        let sent = copies("{ to: http://next }", post(), Some(&["one ", "two"]));
        assert_eq!((sent.len(), &*sent[0].body), (1, &b"one two"[..]));
        assert!(copies("{ to: http://next }", post(), Some(&["one", "!"])).is_empty());
        let small = "{ to: http://next, max_body: 6B }";
        assert!(copies(small, post(), Some(&["one ", "two"])).is_empty());
        assert!(copies(small, post().body("one two"), None).is_empty());
        assert_eq!(copies(small, post().body("sixsix"), None).len(), 1);
    }

    #[test]
    fn a_share_is_copied_and_never_a_change_of_protocols() {
        let filter = build("mirror", "{ to: https://next, percentage: 25 }");
        let sent = (0..100).map(|_| {
            let req = RequestBuilder::get("/");
            let beside = req.beside();
            pass(&*filter, &mut req.build());
            beside.sent.lock().unwrap().len()
        });
        assert!((24..=26).contains(&sent.sum::<usize>()));
        let socket = RequestBuilder::get("/").header("sec-websocket-key", "a");
        assert!(copies("{ to: http://next }", socket, None).is_empty());
    }

    #[test]
    fn where_too_many_are_under_way_there_is_no_copy() {
        let filter = build("mirror", "{ to: http://next, concurrency: 1 }");
        let mut waiting = RequestBuilder::of("POST", "/").build();
        waiting.body = Body::Stream(Box::new(Pieces(vec!["a"])));
        pass(&*filter, &mut waiting);
        let count = || {
            let req = RequestBuilder::get("/");
            let beside = req.beside();
            pass(&*filter, &mut req.build());
            beside.sent.lock().unwrap().len()
        };
        assert_eq!(count(), 0);
        drop(waiting);
        assert_eq!((count(), count()), (1, 1));
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        for (config, field) in [
            ("{ to: next }", "to"),
            ("{ to: /next }", "to"),
            ("{ to: 'ftp://next' }", "to"),
            ("{ to: 'http://user@next' }", "to"),
            ("{ to: 'http://next?a' }", "to"),
            ("{ to: http://next, percentage: 101 }", "percentage"),
            ("{ to: http://next, max_body: 17MiB }", "max_body"),
            ("{ to: http://next, concurrency: 0 }", "concurrency"),
            ("{ to: http://next, max_body: 16MiB, concurrency: 100 }", "concurrency"),
            ("{ to: http://next, timeout: 0s }", "timeout"),
            ("{ to: http://next, headers: { set: { a: '${request.body.b}' } } }", "headers"),
            ("{ to: http://next, headers: { remove: [host] } }", "headers.remove[0]"),
        ] {
            assert_eq!(invalid("mirror", config).field, field, "{config}");
        }
    }
}
