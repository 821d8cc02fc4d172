//! A WebSocket on which the mock itself speaks (RFC 6455): frames in, frames out, and what is said in them.

use std::time::Duration;

use contract::mock::{Conversation, Heard};
use policy::Talk;

/// What a message may have, bytes.
const MOST: usize = 1 << 20;
/// How long the first message is waited for, and how long another.
const FIRST: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(600);

/// Statuses (RFC 6455 §7.4.1, and those of the subprotocol).
const GOING_AWAY: u16 = 1001;
const PROTOCOL: u16 = 1002;
const UNSUPPORTED: u16 = 1003;
const NOT_UTF8: u16 = 1007;
const TOO_LARGE: u16 = 1009;
const NO_INIT: u16 = 4408;
const NO_SUBPROTOCOL: u16 = 4406;

const CONTINUED: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

pub(super) struct Socket {
    /// Nobody to speak with, where the client asked for no subprotocol that is known here.
    conversation: Option<Conversation>,
    /// What has come of a frame that is not whole.
    came: Vec<u8>,
    /// What has come of a message of several frames.
    message: Option<Vec<u8>>,
}

/// Why a connection ends.
struct End(u16, String);

impl End {
    fn of(status: u16, reason: &str) -> End {
        End(status, reason.to_owned())
    }
}

struct Frame {
    is_last: bool,
    kind: u8,
    content: Vec<u8>,
}

impl Socket {
    pub(super) fn new(conversation: Option<Conversation>) -> Socket {
        Socket { conversation, came: Vec::new(), message: None }
    }

    /// The next frame, once it is whole.
    fn frame(&mut self) -> Result<Option<Frame>, End> {
        let [first, second, ..] = *self.came else { return Ok(None) };
        let (is_last, kind) = (first & 0x80 != 0, first & 0x0f);
        if first & 0x70 != 0 {
            return Err(End::of(PROTOCOL, "no extension was agreed on"));
        }
        if second & 0x80 == 0 {
            return Err(End::of(PROTOCOL, "what a client sends is masked"));
        }
        let (length, at) = match second & 0x7f {
            126 => match self.came.get(2..4) {
                Some(&[high, low]) => (u64::from(u16::from_be_bytes([high, low])), 4),
                _ => return Ok(None),
            },
            127 => match self.came.get(2..10).and_then(|bytes| bytes.try_into().ok()) {
                Some(bytes) => (u64::from_be_bytes(bytes), 10),
                None => return Ok(None),
            },
            short => (u64::from(short), 2),
        };
        if kind >= CLOSE && (!is_last || length > 125) {
            return Err(End::of(PROTOCOL, "a control frame is one, and of 125 bytes at most"));
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= MOST);
        let Some(length) = length else {
            return Err(End::of(TOO_LARGE, "the message is too large"));
        };
        let Some(mask) = self.came.get(at..at + 4).and_then(|mask| <[u8; 4]>::try_from(mask).ok()) else {
            return Ok(None);
        };
        let end = at + 4 + length;
        let Some(masked) = self.came.get(at + 4..end) else { return Ok(None) };
        let content = masked.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        self.came.drain(..end);
        Ok(Some(Frame { is_last, kind, content }))
    }

    fn answer(&mut self, frame: Frame, says: &mut Vec<u8>) -> Result<(), End> {
        match frame.kind {
            CLOSE => {
                let status = match *frame.content {
                    [] => 1000,
                    [high, low, ..] => u16::from_be_bytes([high, low]),
                    _ => return Err(End::of(PROTOCOL, "a status has two bytes")),
                };
                Err(End(status, String::new()))
            }
            PING => {
                write(PONG, &frame.content, says);
                Ok(())
            }
            PONG => Ok(()),
            BINARY => Err(End::of(UNSUPPORTED, "messages are texts")),
            TEXT if self.message.is_some() => {
                Err(End::of(PROTOCOL, "a message begins within another"))
            }
            TEXT | CONTINUED => {
                let mut message = match (self.message.take(), frame.kind) {
                    (None, CONTINUED) => return Err(End::of(PROTOCOL, "what goes on has not begun")),
                    (before, _) => before.unwrap_or_default(),
                };
                if message.len() + frame.content.len() > MOST {
                    return Err(End::of(TOO_LARGE, "the message is too large"));
                }
                message.extend(frame.content);
                if !frame.is_last {
                    self.message = Some(message);
                    return Ok(());
                }
                let text = String::from_utf8(message).map_err(|_| End::of(NOT_UTF8, "a text is UTF-8"))?;
                self.say(&text, says)
            }
            _ => Err(End::of(PROTOCOL, "there is no such frame")),
        }
    }

    fn say(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), End> {
        let Some(conversation) = &mut self.conversation else { return Err(no_subprotocol()) };
        let Heard { says, ends } = conversation.hear(text);
        for text in says {
            write(TEXT, text.as_bytes(), out);
        }
        ends.map_or(Ok(()), |(status, reason)| Err(End(status, reason)))
    }
}

fn no_subprotocol() -> End {
    End::of(NO_SUBPROTOCOL, "Subprotocol not acceptable")
}

impl Talk for Socket {
    fn hear(&mut self, came: &[u8], says: &mut Vec<u8>) -> bool {
        self.came.extend_from_slice(came);
        loop {
            let done = match self.frame() {
                Ok(None) => return true,
                Ok(Some(frame)) => self.answer(frame, says),
                Err(end) => Err(end),
            };
            if let Err(end) = done {
                close(&end, says);
                return false;
            }
        }
    }

    fn patience(&self) -> Duration {
        match &self.conversation {
            // It ends at once.
            None => Duration::ZERO,
            Some(conversation) if !conversation.has_begun() => FIRST,
            Some(_) => IDLE,
        }
    }

    fn tire(&mut self, says: &mut Vec<u8>) {
        let end = match &self.conversation {
            None => no_subprotocol(),
            Some(conversation) if !conversation.has_begun() => {
                End::of(NO_INIT, "Connection initialisation timeout")
            }
            Some(_) => End::of(GOING_AWAY, "nothing was said for ten minutes"),
        };
        close(&end, says);
    }
}

fn close(end: &End, says: &mut Vec<u8>) {
    let mut content = end.0.to_be_bytes().to_vec();
    content.extend_from_slice(end.1.as_bytes());
    write(CLOSE, &content, says);
}

/// A frame as who accepted the connection sends it: whole, and without a mask (RFC 6455 §5.1).
fn write(kind: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(0x80 | kind);
    match content.len() {
        short @ 0..=125 => out.push(short as u8),
        middle @ 126..=0xffff => {
            out.push(126);
            out.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            out.push(127);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(content);
}
