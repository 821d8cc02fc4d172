//! What comes on streams of one direction (RFC 9114 §6.2, RFC 9204 §4.2), read without a connection.

use bytes::{Buf, Bytes};

use super::frame::{self, Code, Piece, Reader, kind, use_of};

/// The largest frame of a control stream, bytes.
const FRAME: usize = 4 << 10;

/// A stream of one direction, as far as it has come.
#[derive(Default)]
pub(crate) struct OneWay {
    /// What it is for, as far as that has come.
    begin: Vec<u8>,
    of: Option<Use>,
    reader: Reader,
    has_settings: bool,
    /// Whether a number of an instruction goes on.
    within_number: bool,
}

/// What a stream of one direction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Control,
    Encoder,
    Decoder,
}

impl Use {
    /// A bit of its own: there is one of each.
    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What follows from what came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The stream is one of those there is one of.
    Is(Use),
    /// Something that moves nothing.
    Nothing,
    /// The client opens no more streams.
    GoesAway,
    /// More is needed.
    More,
    /// The stream means nothing here, and is not read.
    Unknown,
}

impl OneWay {
    pub(crate) fn of(&self) -> Option<Use> {
        self.of
    }

    /// Takes the next thing off what came.
    ///
    /// # Errors
    /// What ends the connection.
    pub(crate) fn next(&mut self, came: &mut Bytes) -> Result<Told, Code> {
        match self.of {
            None => self.begin(came),
            Some(Use::Control) => self.control(came),
            Some(Use::Encoder) => match came.first() {
                None => Ok(Told::More),
                // A table of no size is all there may be.
                Some(0x20) => {
                    came.advance(1);
                    Ok(Told::Nothing)
                }
                Some(_) => Err(Code::ENCODER_STREAM),
            },
            Some(Use::Decoder) => self.decoder(came),
        }
    }

    fn begin(&mut self, came: &mut Bytes) -> Result<Told, Code> {
        while !came.is_empty() {
            self.begin.push(came.get_u8());
            let Some((of, _)) = frame::number(&self.begin) else { continue };
            let of = match of {
                use_of::CONTROL => Use::Control,
                use_of::ENCODER => Use::Encoder,
                use_of::DECODER => Use::Decoder,
                // Only servers push.
                use_of::PUSH => return Err(Code::STREAM_CREATION),
                _ => return Ok(Told::Unknown),
            };
            self.of = Some(of);
            return Ok(Told::Is(of));
        }
        Ok(Told::More)
    }

    fn control(&mut self, came: &mut Bytes) -> Result<Told, Code> {
        let piece = self.reader.next(came, FRAME);
        let (kind, payload) = match piece {
            Piece::More => return Ok(Told::More),
            _ if !self.has_settings && !matches!(piece, Piece::Whole(kind::SETTINGS, _)) => {
                return Err(Code::MISSING_SETTINGS);
            }
            Piece::Nothing => return Ok(Told::Nothing),
            Piece::Data(_) => return Err(Code::FRAME_UNEXPECTED),
            Piece::TooLarge(_) => return Err(Code::EXCESSIVE_LOAD),
            Piece::Whole(kind, payload) => (kind, payload),
        };
        let number = || match frame::number(&payload) {
            Some((number, length)) if length == payload.len() => Ok(number),
            _ => Err(Code::FRAME),
        };
        match kind {
            kind::SETTINGS if !self.has_settings => {
                self.has_settings = true;
                frame::settings(&payload)?;
                Ok(Told::Nothing)
            }
            kind::GOAWAY => number().map(|_| Told::GoesAway),
            kind::MAX_PUSH_ID => number().map(|_| Told::Nothing),
            // Of a push that nobody has promised.
            kind::CANCEL_PUSH => number().and(Err(Code::ID)),
            _ => Err(Code::FRAME_UNEXPECTED),
        }
    }

    /// What a client says of what it was sent: nothing that refers to a table is.
    fn decoder(&mut self, came: &mut Bytes) -> Result<Told, Code> {
        while !came.is_empty() {
            let byte = came.get_u8();
            if !self.within_number {
                if byte & 0xc0 != 0x40 {
                    return Err(Code::DECODER_STREAM);
                }
                self.within_number = byte & 0x3f == 0x3f;
            } else {
                self.within_number = byte & 0x80 != 0;
            }
            if !self.within_number {
                return Ok(Told::Nothing);
            }
        }
        Ok(Told::More)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Told>, Code> {
        let mut all = None;
        for size in [1, bytes.len()] {
            let mut stream = OneWay::default();
            let mut told = Vec::new();
            for chunk in bytes.chunks(size) {
                let mut chunk = Bytes::copy_from_slice(chunk);
                loop {
                    match stream.next(&mut chunk)? {
                        Told::More => break,
                        Told::Unknown => {
                            told.push(Told::Unknown);
                            return Ok(told);
                        }
                        other => told.push(other),
                    }
                }
            }
            assert!(all.is_none_or(|all| all == told));
            all = Some(told);
        }
        Ok(all.unwrap())
    }

    #[test]
    fn streams_of_one_direction_are_told_apart_and_what_must_not_come_is_refused() {
        let control = Told::Is(Use::Control);
        assert_eq!(read(&[0, 4, 0]), Ok(vec![control, Told::Nothing]));
        let all = read(&[0, 4, 2, 6, 5, 0x21, 1, 9, 7, 1, 0, 13, 1, 3]).unwrap();
        assert_eq!(all[1..], [Told::Nothing, Told::Nothing, Told::GoesAway, Told::Nothing]);
        for (bytes, code) in [
            (&[1, 0][..], Code::STREAM_CREATION),
            (&[0, 7, 1, 0], Code::MISSING_SETTINGS),
            (&[0, 0x21, 0], Code::MISSING_SETTINGS),
            (&[0, 0, 1, 9], Code::MISSING_SETTINGS),
            (&[0, 4, 0, 4, 0], Code::FRAME_UNEXPECTED),
            (&[0, 4, 0, 0, 1, 9], Code::FRAME_UNEXPECTED),
            (&[0, 4, 0, 1, 0], Code::FRAME_UNEXPECTED),
            (&[0, 4, 0, 2, 0], Code::FRAME_UNEXPECTED),
            (&[0, 4, 0, 5, 0], Code::FRAME_UNEXPECTED),
            (&[0, 4, 0, 3, 1, 0], Code::ID),
            (&[0, 4, 0, 7, 2, 0, 0], Code::FRAME),
            (&[0, 4, 0, 7, 0], Code::FRAME),
            (&[0, 4, 2, 2, 0], Code::SETTINGS),
            (&[0, 4, 0, 7, 0x60, 0], Code::EXCESSIVE_LOAD),
            (&[2, 0x21], Code::ENCODER_STREAM),
            (&[2, 0xc0], Code::ENCODER_STREAM),
            (&[3, 0x80], Code::DECODER_STREAM),
            (&[3, 0x01], Code::DECODER_STREAM),
        ] {
            assert_eq!(read(bytes), Err(code), "{bytes:x?}");
        }
        assert_eq!(read(&[2, 0x20]), Ok(vec![Told::Is(Use::Encoder), Told::Nothing]));
        assert_eq!(
            read(&[3, 0x44, 0x7f, 0x80, 0x01]),
            Ok(vec![Told::Is(Use::Decoder), Told::Nothing, Told::Nothing])
        );
        assert_eq!(read(&[0x40, 0x54, 1, 2]), Ok(vec![Told::Unknown]));
    }
}
