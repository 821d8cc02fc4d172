//! Content codings (RFC 9110 §8.4): gzip, deflate, br (RFC 7932) and zstd (RFC 8878), without waiting and within bounds.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::{
    Compression,
    write::{GzEncoder, MultiGzDecoder, ZlibDecoder},
};
use policy::prelude::*;
use zstd::stream::raw::Operation;

/// The largest window of a coded body, as a power of two: what a decoder of HTTP has to support (RFC 9659 §3).
const LARGEST_WINDOW: u32 = 23;
/// The window that zstd compresses in, as a power of two; it is memory that every such response takes.
const ZSTD_WINDOW: u32 = 19;
/// The window that brotli compresses in, as a power of two; it is memory that every such response takes.
const BROTLI_WINDOW: u32 = 18;
const BROTLI_BUFFER: usize = 4096;
const FRAME_BUFFER: usize = 16 << 10;
/// Below this many bytes a ratio says nothing.
const RATIO_FROM: u64 = 64 << 10;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Coding {
    /// The oldest; every client knows it.
    Gzip,
    /// Zlib, which some clients wrongly send without its header; read only.
    Deflate,
    /// Smaller, and slower to make.
    Br,
    /// As small as gzip or smaller, and the fastest.
    Zstd,
}

impl Coding {
    /// What stands in `Content-Encoding`.
    pub(crate) fn token(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Br => "br",
            Coding::Zstd => "zstd",
        }
    }

    pub(crate) fn named(token: &str) -> Option<Coding> {
        let is = |name: &str| token.eq_ignore_ascii_case(name);
        match () {
            () if is("gzip") || is("x-gzip") => Some(Coding::Gzip),
            () if is("deflate") => Some(Coding::Deflate),
            () if is("br") => Some(Coding::Br),
            () if is("zstd") => Some(Coding::Zstd),
            () => None,
        }
    }
}

/// The codings of a message, the first one applied first; an unknown one is an error. `identity` is none.
pub(crate) fn codings(headers: &Headers) -> Result<Vec<Coding>, ()> {
    let mut found = Vec::new();
    for line in headers.get_all(http::header::CONTENT_ENCODING) {
        let line = line.to_str().map_err(|_| ())?;
        for token in line.split(',').map(str::trim).filter(|token| !token.is_empty()) {
            if !token.eq_ignore_ascii_case("identity") {
                found.push(Coding::named(token).ok_or(())?);
            }
        }
    }
    Ok(found)
}

/// Codes a body piece by piece.
pub(crate) enum Encoder {
    Gzip(GzEncoder<Vec<u8>>),
    Br(Box<brotli::CompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Encoder {
    /// # Errors
    /// The library could not make one; memory is short, or the coding is not written.
    pub(crate) fn new(coding: Coding, level: u32) -> io::Result<Encoder> {
        Ok(match coding {
            Coding::Gzip => Encoder::Gzip(GzEncoder::new(Vec::new(), Compression::new(level))),
            Coding::Br => {
                let writer = brotli::CompressorWriter::new(Vec::new(), BROTLI_BUFFER, level, BROTLI_WINDOW);
                Encoder::Br(Box::new(writer))
            }
            Coding::Zstd => {
                let level = i32::try_from(level).unwrap_or(3);
                let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), level)?;
                encoder.window_log(ZSTD_WINDOW)?;
                Encoder::Zstd(encoder)
            }
            Coding::Deflate => return Err(io::ErrorKind::Unsupported.into()),
        })
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        match self {
            Encoder::Gzip(encoder) => encoder.write_all(piece),
            Encoder::Br(encoder) => encoder.write_all(piece),
            Encoder::Zstd(encoder) => encoder.write_all(piece),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Encoder::Gzip(encoder) => encoder.flush(),
            Encoder::Br(encoder) => encoder.flush(),
            Encoder::Zstd(encoder) => encoder.flush(),
        }
    }

    fn ready(&mut self) -> &mut Vec<u8> {
        match self {
            Encoder::Gzip(encoder) => encoder.get_mut(),
            Encoder::Br(encoder) => encoder.get_mut(),
            Encoder::Zstd(encoder) => encoder.get_mut(),
        }
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Gzip(encoder) => encoder.finish(),
            Encoder::Br(encoder) => Ok(encoder.into_inner()),
            Encoder::Zstd(encoder) => encoder.finish(),
        }
    }
}

/// Codes a response on its way. What was taken is held back for as long as more is at hand, and no longer.
pub(crate) struct Encode {
    encoder: Option<Encoder>,
    /// Whether the body comes when it comes, so that nothing may be held back.
    streams: bool,
    /// Whether something was taken and not flushed.
    holds: bool,
}

impl Encode {
    pub(crate) fn new(encoder: Encoder, streams: bool) -> Encode {
        Encode { encoder: Some(encoder), streams, holds: false }
    }

    fn take(&mut self, out: &mut Vec<Bytes>) {
        if let Some(ready) = self.encoder.as_mut().map(Encoder::ready)
            && !ready.is_empty()
        {
            out.push(std::mem::take(ready).into());
        }
    }
}

impl Transform for Encode {
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        let encoder = self.encoder.as_mut().ok_or(BodyError::Broken)?;
        encoder.write(&piece).map_err(|_| BodyError::Broken)?;
        self.holds = true;
        self.take(out);
        Ok(())
    }

    fn pause(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if self.streams && std::mem::take(&mut self.holds) {
            let encoder = self.encoder.as_mut().ok_or(BodyError::Broken)?;
            encoder.flush().map_err(|_| BodyError::Broken)?;
            self.take(out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        let encoder = self.encoder.take().ok_or(BodyError::Broken)?;
        out.push(encoder.finish().map_err(|_| BodyError::Broken)?.into());
        Ok(())
    }
}

/// How much a coded body may become.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes decoded.
    pub(crate) size: u64,
    /// Bytes decoded for each that came; counts from 64 KiB on.
    pub(crate) ratio: u64,
}

/// Decodes a body piece by piece. What it may become is bounded as it becomes it, so that no piece can make it take more memory.
pub(crate) struct Decode {
    decoder: Option<Decoder>,
    taken: u64,
    bounds: Bounds,
}

enum Decoder {
    Gzip(MultiGzDecoder<Sink>),
    Deflate(ZlibDecoder<Sink>),
    Br(Box<brotli::DecompressorWriter<Sink>>),
    Zstd(Box<Frames>),
}

/// Decodes the frames of zstd.
struct Frames {
    decoder: zstd::stream::raw::Decoder<'static>,
    sink: Sink,
    /// Whether a frame has begun and not ended.
    within: bool,
}

impl Frames {
    fn write(&mut self, mut piece: &[u8]) -> io::Result<()> {
        let mut buffer = [0; FRAME_BUFFER];
        loop {
            let status = self.decoder.run_on_buffers(piece, &mut buffer)?;
            piece = &piece[status.bytes_read..];
            self.within = status.remaining != 0;
            self.sink.write_all(&buffer[..status.bytes_written])?;
            // A full buffer may mean that more is ready.
            if piece.is_empty() && status.bytes_written < buffer.len() {
                return Ok(());
            }
        }
    }

    fn end(&self) -> io::Result<()> {
        if self.within { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// Takes what was decoded, and no more than it may.
struct Sink {
    ready: Vec<u8>,
    made: u64,
    most: u64,
    is_full: bool,
}

impl Write for Sink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.made + piece.len() as u64 > self.most {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.made += piece.len() as u64;
        self.ready.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Decode {
    /// # Errors
    /// The library could not make one; memory is short.
    pub(crate) fn new(coding: Coding, bounds: Bounds) -> io::Result<Decode> {
        let sink = Sink { ready: Vec::new(), made: 0, most: bounds.size.min(RATIO_FROM), is_full: false };
        let decoder = match coding {
            Coding::Gzip => Decoder::Gzip(MultiGzDecoder::new(sink)),
            Coding::Deflate => Decoder::Deflate(ZlibDecoder::new(sink)),
            Coding::Br => Decoder::Br(Box::new(brotli::DecompressorWriter::new(sink, BROTLI_BUFFER))),
            Coding::Zstd => {
                let mut decoder = zstd::stream::raw::Decoder::new()?;
                decoder.set_parameter(zstd::stream::raw::DParameter::WindowLogMax(LARGEST_WINDOW))?;
                Decoder::Zstd(Box::new(Frames { decoder, sink, within: false }))
            }
        };
        Ok(Decode { decoder: Some(decoder), taken: 0, bounds })
    }

    fn step(
        &mut self,
        out: &mut Vec<Bytes>,
        go: impl FnOnce(&mut Decoder) -> io::Result<()>,
    ) -> Result<(), BodyError> {
        let decoder = self.decoder.as_mut().ok_or(BodyError::Broken)?;
        let by_ratio = self.taken.saturating_mul(self.bounds.ratio).max(RATIO_FROM);
        decoder.sink().most = self.bounds.size.min(by_ratio);
        let done = go(decoder);
        let sink = decoder.sink();
        if sink.is_full {
            self.decoder = None;
            return Err(BodyError::TooLarge);
        }
        if !sink.ready.is_empty() {
            out.push(std::mem::take(&mut sink.ready).into());
        }
        done.map_err(|_| BodyError::Broken)
    }
}

impl Decoder {
    fn sink(&mut self) -> &mut Sink {
        match self {
            Decoder::Gzip(decoder) => decoder.get_mut(),
            Decoder::Deflate(decoder) => decoder.get_mut(),
            Decoder::Br(decoder) => decoder.get_mut(),
            Decoder::Zstd(frames) => &mut frames.sink,
        }
    }
}

impl Transform for Decode {
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        self.taken += piece.len() as u64;
        self.step(out, |decoder| match decoder {
            Decoder::Gzip(decoder) => decoder.write_all(&piece).and_then(|()| decoder.flush()),
            Decoder::Deflate(decoder) => decoder.write_all(&piece).and_then(|()| decoder.flush()),
            Decoder::Br(decoder) => decoder.write_all(&piece).and_then(|()| decoder.flush()),
            Decoder::Zstd(frames) => frames.write(&piece),
        })
    }

    fn end(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        // A body without a byte was never coded.
        if self.taken == 0 {
            return Ok(());
        }
        self.step(out, |decoder| match decoder {
            Decoder::Gzip(decoder) => decoder.try_finish(),
            Decoder::Deflate(decoder) => decoder.try_finish(),
            Decoder::Br(decoder) => decoder.close(),
            Decoder::Zstd(frames) => frames.end(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    const WRITTEN: [Coding; 3] = [Coding::Gzip, Coding::Br, Coding::Zstd];
    const WIDE: Bounds = Bounds { size: 100 << 20, ratio: 100_000 };

    pub(crate) fn encode(coding: Coding, body: &[u8]) -> Vec<u8> {
        if coding == Coding::Deflate {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::new(6));
            encoder.write_all(body).unwrap();
            return encoder.finish().unwrap();
        }
        let mut encode = Encode::new(Encoder::new(coding, 3).unwrap(), false);
        let mut out = Vec::new();
        encode.push(Bytes::copy_from_slice(body), &mut out).unwrap();
        encode.end(&mut out).unwrap();
        out.concat()
    }

    fn decode(coding: Coding, pieces: &[u8], piece: usize, bounds: Bounds) -> Result<Vec<u8>, BodyError> {
        let mut decode = Decode::new(coding, bounds).unwrap();
        let mut out = Vec::new();
        for piece in pieces.chunks(piece.max(1)) {
            decode.push(Bytes::copy_from_slice(piece), &mut out)?;
        }
        decode.end(&mut out)?;
        Ok(out.concat())
    }

    #[test]
    fn what_is_coded_is_decoded_however_it_is_cut() {
        let mut random = Random(5);
        let body: Vec<u8> =
            (0..50_000).map(|n| if n % 3 == 0 { random.next() as u8 } else { b'a' }).collect();
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Br, Coding::Zstd] {
            let coded = encode(coding, &body);
            assert!(coded.len() < body.len());
            for piece in [1, 7, 1000, usize::MAX] {
                assert!(decode(coding, &coded, piece, WIDE).unwrap() == body, "{coding:?} {piece}");
            }
        }
    }

    #[test]
    fn nothing_is_held_back_when_a_stream_pauses() {
        for coding in WRITTEN {
            let mut encode = Encode::new(Encoder::new(coding, 4).unwrap(), true);
            let mut decode = Decode::new(coding, WIDE).unwrap();
            let mut seen = Vec::new();
            for n in 0..5 {
                let mut out = Vec::new();
                encode.push(format!("data: {n}\n\n").into(), &mut out).unwrap();
                encode.pause(&mut out).unwrap();
                let mut plain = Vec::new();
                for piece in out {
                    decode.push(piece, &mut plain).unwrap();
                }
                seen.extend(plain.concat());
                assert!(seen.ends_with(format!("data: {n}\n\n").as_bytes()), "{coding:?}");
                let mut nothing = Vec::new();
                encode.pause(&mut nothing).unwrap();
                assert!(nothing.is_empty());
            }
        }
    }

    #[test]
    fn a_bomb_is_stopped_before_it_fills_memory() {
        let zeros = vec![0_u8; 8 << 20];
        for coding in [Coding::Gzip, Coding::Br, Coding::Zstd] {
            let bomb = encode(coding, &zeros);
            assert!(bomb.len() < zeros.len() / 500, "{coding:?} {}", bomb.len());
            let by_size = Bounds { size: 1 << 20, ratio: u64::MAX };
            assert_eq!(decode(coding, &bomb, 1024, by_size), Err(BodyError::TooLarge), "{coding:?}");
            let by_ratio = Bounds { size: u64::MAX, ratio: 100 };
            assert_eq!(decode(coding, &bomb, usize::MAX, by_ratio), Err(BodyError::TooLarge), "{coding:?}");
        }
    }

    #[test]
    fn what_is_cut_off_or_no_coding_is_broken() {
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Br, Coding::Zstd] {
            let coded = encode(coding, &[b'x'; 5000]);
            assert_eq!(
                decode(coding, &coded[..coded.len() - 3], 100, WIDE),
                Err(BodyError::Broken),
                "{coding:?}"
            );
        }
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Br, Coding::Zstd] {
            assert_eq!(
                decode(coding, b"\xff\xff\xff\xff this is not coded", 100, WIDE),
                Err(BodyError::Broken),
                "{coding:?}"
            );
            assert_eq!(decode(coding, b"", 100, WIDE), Ok(Vec::new()));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic() {
        let mut random = Random(9);
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Br, Coding::Zstd] {
            let coded = encode(coding, b"a body that is coded and then damaged");
            for _ in 0..300 {
                let mut damaged = coded.clone();
                for _ in 0..1 + random.below(4) {
                    let at = random.below(damaged.len() as u64) as usize;
                    damaged[at] = random.next() as u8;
                }
                let _ = decode(coding, &damaged, 9, Bounds { size: 1 << 20, ratio: 100 });
            }
        }
    }
}
