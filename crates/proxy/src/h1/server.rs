//! Serves a client's connection in HTTP/1.1: read a head, exchange, write the answer, again.

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::{Arc, Mutex, atomic::Ordering::Relaxed},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::BytesMut;
use head::Known;
use http::{Method, StatusCode, Version};
use http_body::Body as _;
use model::event::{Fault, Spoken};
use policy::{Problem, problems};
use tokio::{
    io::AsyncWrite,
    time::{Instant, timeout},
};

use super::{
    encode::{self, Persistence},
    head::{self as read, HeadError, Request},
    line::{Line, LineBody, READ, READ_BODY, SharedLine},
    out::Frames,
};
use crate::{
    alarm::Alarm,
    client::Client,
    exchange::{Inbound, exchange},
    interim,
    lane::Head,
    reply::{Response, blank, micros},
    serve::Task,
    table::Bounds,
    thread,
    tunnel::tunnel,
    wire::Wire,
    worker::lock,
};

/// How long a client may take to see that its connection was closed on it.
const LINGER: Duration = Duration::from_secs(2);
/// How long a client may go on sending what nobody wants.
const LINGER_IN_ALL: Duration = Duration::from_secs(10);
/// What is still read of a request that was answered before its end.
const LEFTOVER: usize = 256 << 10;

/// What to do with a connection.
enum Next {
    Head(Request, Instant),
    Refuse(Problem),
    Close,
}

/// How an answer was written.
enum Written {
    /// Whole: another request can follow.
    Again,
    /// Whole, or given up with something still to be read: the client has a moment to read it.
    Last,
    Broken,
}

/// One connection and what serving it needs.
struct Server {
    line: SharedLine,
    client: Arc<Client>,
    bounds: Bounds,
    task: Task,
    alarm: Alarm,
}

/// Serves a connection to its end. `buf` holds what was read of it already.
pub(crate) async fn serve(wire: Wire, buf: BytesMut, client: Arc<Client>, bounds: Bounds, task: Task) {
    let line = Arc::new(Mutex::new(Line::new(wire, buf)));
    let mut server = Server { line, client, bounds, task, alarm: Alarm::default() };
    let mut since = server.client.opened;
    let mut is_first = true;
    loop {
        let (head, began) = match server.next(since, is_first).await {
            Next::Head(head, began) => (head, began),
            Next::Refuse(problem) => return Box::pin(server.refuse(&problem)).await,
            Next::Close => return Box::pin(server.close()).await,
        };
        is_first = false;
        let Request { head, body, keep_alive, expects_continue } = head;
        let (version, is_head) = (head.version, head.method == Method::HEAD);
        let inbound = if body.is_done() {
            Inbound::None
        } else {
            let mut line = lock(&server.line);
            line.body = body;
            line.owes_continue = expects_continue;
            Inbound::Line(LineBody(Arc::clone(&server.line)))
        };
        let exchange = pin!(exchange(Arc::clone(&server.client), head, inbound, began));
        let Some(response) = server.run(exchange).await else { return };
        if response.head.status == StatusCode::SWITCHING_PROTOCOLS && version == Version::HTTP_11 {
            return Box::pin(server.switch(response)).await;
        }
        match server.write(response, version, is_head, keep_alive).await {
            Written::Again => since = server.client.idle_since(),
            Written::Last => return Box::pin(server.linger()).await,
            Written::Broken => return,
        }
    }
}

impl Server {
    /// Waits for the next request.
    async fn next(&mut self, since: Instant, is_first: bool) -> Next {
        let mut began = None;
        let mut may_be_whole = true;
        poll_fn(|cx| {
            self.task.remember(cx);
            let shared = &self.client.worker.shared;
            if shared.closing.load(Relaxed) {
                return Poll::Ready(Next::Close);
            }
            let mut line = lock(&self.line);
            line.wake();
            loop {
                if !line.buf.is_empty() && may_be_whole {
                    let began = *began.get_or_insert_with(thread::now);
                    let Line { buf, spare, .. } = &mut *line;
                    if spare.capacity() == 0 {
                        *spare = thread::take_head();
                    }
                    match read::request(buf, self.bounds.head, spare) {
                        Ok(Some(head)) => return Poll::Ready(Next::Head(head, began)),
                        Ok(None) => may_be_whole = false,
                        Err(error) => return Poll::Ready(Next::Refuse(explain(error))),
                    }
                }
                match line.poll_fill(cx, READ) {
                    Poll::Ready(Ok(count @ 1..)) => {
                        // A head that trickles in is not read anew for every byte of it.
                        let fresh = line.buf.len() - count;
                        may_be_whole = line.buf.len() > self.bounds.head
                            || began.is_none()
                            || memchr::memchr(b'\n', &line.buf[fresh..]).is_some();
                    }
                    Poll::Ready(_) => return Poll::Ready(Next::Close),
                    Poll::Pending => break,
                }
            }
            let idle = line.buf.is_empty();
            if idle && shared.draining.load(Relaxed) {
                return Poll::Ready(Next::Close);
            }
            let deadline = match began {
                // Nothing came since the connection was accepted: a head is awaited all the same.
                None if is_first => since + self.bounds.header_timeout,
                None => since + self.bounds.idle_timeout,
                Some(began) => began + self.bounds.header_timeout,
            };
            if self.alarm.is_due(deadline, cx) {
                let too_slow =
                    Problem::new(problems::REQUEST_TIMEOUT, "the request's head did not arrive in time");
                return Poll::Ready(if idle { Next::Close } else { Next::Refuse(too_slow) });
            }
            if idle {
                line.rest();
            }
            Poll::Pending
        })
        .await
    }

    /// Runs an exchange to its answer; `None` where the client goes away meanwhile, or the gateway ends.
    async fn run(&mut self, mut exchange: Pin<&mut impl Future<Output = Response>>) -> Option<Response> {
        poll_fn(|cx| {
            if self.client.worker.shared.closing.load(Relaxed) {
                return Poll::Ready(None);
            }
            // Whatever it sees now, it is woken by what changes from here on.
            self.task.remember(cx);
            let polled = exchange.as_mut().poll(cx);
            let said = interim::take();
            if !said.is_empty() {
                self.pass_on(&said);
            }
            if let Poll::Ready(response) = polled {
                return Poll::Ready(Some(response));
            }
            if self.has_gone(cx) { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }

    /// Writes interim responses. A client that has not taken the last one does without.
    fn pass_on(&self, said: &[Head]) {
        let mut line = lock(&self.line);
        line.wake();
        for Head { status, headers } in said {
            if line.out.has_room() {
                encode::interim(line.out.head(), *status, headers);
            }
        }
    }

    /// Whether the client has closed its side. Only looked at when the request's body is read: its reader sees it otherwise.
    fn has_gone(&self, cx: &mut Context<'_>) -> bool {
        let mut line = lock(&self.line);
        let Line { out, wire, .. } = &mut *line;
        // What goes before the answer does not wait for it.
        if !out.is_empty() && matches!(out.poll_flush(wire, cx), Poll::Ready(Err(_))) {
            return true;
        }
        while line.body.is_done() && !line.ended && line.buf.len() < self.bounds.head {
            match line.poll_fill(cx, READ) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(_) => return true,
                Poll::Pending => return false,
            }
        }
        false
    }

    /// Writes an answer.
    async fn write(
        &mut self,
        response: Response,
        version: Version,
        is_head: bool,
        keep_alive: bool,
    ) -> Written {
        let Response { mut head, mut body } = response;
        let closes = head.headers.first(Known::Connection).is_some_and(|value| value == "close");
        if closes {
            head.headers.discard(Known::Connection);
        }
        if matches!(head.status.as_u16(), 100..=199 | 204) {
            head.headers.discard(Known::ContentLength);
        }
        let known = body.size_hint().exact();
        let mut frames = encode::frames(version, is_head, head.status, &head.headers, known);
        let keep = keep_alive
            && !closes
            && frames != Frames::UntilClose
            && !self.client.worker.shared.draining.load(Relaxed)
            && self.can_go_on(body.is_ours());
        let persistence = match (keep, version) {
            (false, _) => Persistence::Close,
            (true, Version::HTTP_10) => Persistence::KeepAlive,
            (true, _) => Persistence::AsExpected,
        };
        {
            let mut line = lock(&self.line);
            line.wake();
            let date = self.client.worker.date();
            encode::response(line.out.head(), head.status, &head.headers, frames, persistence, &date);
        }
        thread::keep_head(head.headers);
        let (mut over, mut finished, mut broken) = (false, false, false);
        let mut trailers = None;
        let mut stalled = None;
        let flushed = poll_fn(|cx| {
            if self.client.worker.shared.closing.load(Relaxed) {
                return Poll::Ready(false);
            }
            loop {
                let mut waits = false;
                let mut line = lock(&self.line);
                while !over && line.out.has_room() {
                    // The body may read the request's from the same line.
                    drop(line);
                    let polled = Pin::new(&mut body).poll_frame(cx);
                    let ends = body.is_end_stream();
                    line = lock(&self.line);
                    match polled {
                        Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                            Ok(piece) => {
                                broken = line.out.piece(piece, &mut frames).is_err();
                                over = broken || ends;
                            }
                            Err(frame) => (over, trailers) = (true, frame.into_trailers().ok()),
                        },
                        Poll::Ready(Some(Err(_))) => (over, broken) = (true, true),
                        Poll::Ready(None) => over = true,
                        Poll::Pending => {
                            waits = true;
                            break;
                        }
                    }
                }
                let Line { out, wire, .. } = &mut *line;
                if over && !broken && !finished && out.has_room() {
                    finished = true;
                    broken = out.end(trailers.as_ref(), frames).is_err();
                }
                match out.poll_flush(wire, cx) {
                    Poll::Ready(Ok(())) => stalled = None,
                    Poll::Ready(Err(_)) => return Poll::Ready(false),
                    Poll::Pending => {
                        drop(line);
                        // The upstream may wait for the rest of the request before it takes more.
                        if !body.pump(cx) {
                            return Poll::Ready(false);
                        }
                        let since = *stalled.get_or_insert_with(Instant::now);
                        self.task.remember(cx);
                        if !self.alarm.is_due(since + self.bounds.body_timeout, cx) {
                            return Poll::Pending;
                        }
                        body.is_not_read();
                        return Poll::Ready(false);
                    }
                }
                if finished || broken {
                    return Poll::Ready(true);
                }
                if waits {
                    drop(line);
                    self.task.remember(cx);
                    return if self.has_gone(cx) { Poll::Ready(false) } else { Poll::Pending };
                }
            }
        })
        .await;
        drop(body);
        if !flushed || broken {
            return Written::Broken;
        }
        let mut is_read = lock(&self.line).body.is_done();
        if keep && !is_read {
            // The client counts on the connection: the service may have answered before the last bytes of the request were here.
            is_read = self.await_leftover().await;
        }
        match keep && is_read {
            true => Written::Again,
            false if !is_read => Written::Last,
            false => {
                self.shut_down().await;
                Written::Broken
            }
        }
    }

    /// Whether another request can follow, as far as the body of this one is concerned. What nobody reads any more is read here,
    /// and the client is told from here on what it will be told anyway: a client that waits for 100 (Continue) gets none now.
    fn can_go_on(&self, is_answered: bool) -> bool {
        let is_read = {
            let mut line = lock(&self.line);
            let waits = std::mem::take(&mut line.owes_continue);
            if line.body.is_done() {
                return true;
            }
            if waits {
                return false;
            }
            !is_answered
        };
        is_read || self.read_leftover()
    }

    /// Reads what has come of a body that nobody wanted; whether it was all there.
    fn read_leftover(&self) -> bool {
        let body = LineBody(Arc::clone(&self.line));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let mut read = 0;
        while let Poll::Ready(Some(Ok(frame))) = body.poll(&mut cx) {
            if let policy::Frame::Data(data) = &frame {
                read += data.len();
            }
            if read > LEFTOVER {
                return false;
            }
        }
        body.remaining().0
    }

    /// Reads what still comes of a body that nobody reads any more, for a moment; whether that was all of it.
    async fn await_leftover(&mut self) -> bool {
        let body = LineBody(Arc::clone(&self.line));
        let mut read = 0;
        let reading = poll_fn(|cx| {
            self.task.remember(cx);
            while read <= LEFTOVER && !self.client.worker.shared.closing.load(Relaxed) {
                match ready!(body.poll(cx)) {
                    Some(Ok(policy::Frame::Data(data))) => read += data.len(),
                    Some(Ok(policy::Frame::Trailers(_))) => {}
                    None | Some(Err(_)) => break,
                }
            }
            Poll::Ready(())
        });
        let _ = timeout(LINGER, reading).await;
        body.remaining().0
    }

    /// Answers what is no request, and closes.
    async fn refuse(&mut self, problem: &Problem) {
        let worker = &self.client.worker;
        let now = Instant::now();
        let mut event = blank(worker.shared.clock.time(now).unix_ms, Method::GET, Spoken::Http11);
        event.status = problem.kind.status;
        event.problem = Some(problem.kind.code);
        event.fault = Fault::Downstream;
        event.duration_us = micros(now.elapsed());
        worker.record(event);
        let refusal = self.client.plain_refusal(problem);
        lock(&self.line).out.head().extend_from_slice(&refusal);
        self.linger().await;
    }

    /// Flushes, says that no more comes, and reads for a moment: a connection closed with bytes unread would take the answer
    /// with it before the client has read it.
    async fn linger(&mut self) {
        self.shut_down().await;
        let until = Instant::now() + LINGER_IN_ALL;
        loop {
            let mut read = 0;
            let reading = poll_fn(|cx| {
                let mut line = lock(&self.line);
                while !line.ended && !self.client.worker.shared.closing.load(Relaxed) {
                    line.buf.clear();
                    match line.poll_fill(cx, READ_BODY) {
                        Poll::Ready(Ok(count)) => read += count,
                        Poll::Ready(Err(_)) => break,
                        Poll::Pending => return Poll::Pending,
                    }
                }
                Poll::Ready(())
            });
            // Whoever still sends a body sends much of it; few bytes only hold the connection.
            if timeout(LINGER, reading).await.is_ok() || read < LEFTOVER || Instant::now() >= until {
                return;
            }
        }
    }

    async fn close(&mut self) {
        if !lock(&self.line).ended && !matches!(lock(&self.line).wire, Wire::Tcp(_)) {
            self.shut_down().await;
        }
    }

    /// Flushes and tells the client that no more comes.
    async fn shut_down(&mut self) {
        let shutting = poll_fn(|cx| {
            let mut line = lock(&self.line);
            let Line { out, wire, .. } = &mut *line;
            ready!(out.poll_flush(wire, cx))?;
            Pin::new(wire).poll_shutdown(cx)
        });
        let _: Result<io::Result<()>, _> = timeout(LINGER, shutting).await;
    }

    /// Answers that the protocol changes, and passes bytes from there on.
    async fn switch(self, response: Response) {
        let Response { head, body } = response;
        let date = self.client.worker.date();
        {
            let mut line = lock(&self.line);
            line.wake();
            let out = line.out.head();
            encode::response(out, head.status, &head.headers, Frames::None, Persistence::AsExpected, &date);
        }
        thread::keep_head(head.headers);
        let Some(switch) = body.into_switch() else { return };
        let flushing = poll_fn(|cx| {
            let mut line = lock(&self.line);
            let Line { out, wire, .. } = &mut *line;
            out.poll_flush(wire, cx)
        });
        if !matches!(timeout(self.bounds.body_timeout, flushing).await, Ok(Ok(()))) {
            return;
        }
        let Server { line, mut task, .. } = self;
        poll_fn(|cx| {
            task.remember(cx);
            Poll::Ready(())
        })
        .await;
        let Some(line) = Arc::into_inner(line) else { return };
        let (wire, early) =
            line.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_stream();
        tunnel(wire, early, *switch).await;
    }
}

fn explain(error: HeadError) -> Problem {
    match error {
        HeadError::Bad(why) => Problem::new(problems::BAD_REQUEST, why),
        HeadError::TooLarge => {
            Problem::new(problems::HEADERS_TOO_LARGE, "the request's head is larger than the gateway accepts")
        }
        HeadError::Unsupported(why) => Problem::new(problems::NOT_IMPLEMENTED, why),
    }
}
