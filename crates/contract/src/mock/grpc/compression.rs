//! Messages that are compressed (grpc/doc/compression.md).

use std::io::{Read, Write};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use super::{INTERNAL, INVALID_ARGUMENT, Status, UNIMPLEMENTED};

/// What may be asked with: the value of `grpc-accept-encoding`.
pub(super) const KNOWN: &str = "identity, gzip";
/// What the compressed messages of a request may come to, bytes.
pub(super) const MOST: usize = 4 << 20;
const RESOURCE_EXHAUSTED: u8 = 8;

/// How the messages of a call are compressed. Answers are as requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
}

impl Coding {
    /// # Errors
    /// It is none that is known here.
    pub(super) fn read(encoding: Option<&str>) -> Result<Coding, Status> {
        match encoding.map(str::trim) {
            None | Some("" | "identity") => Ok(Coding::Plain),
            Some("gzip") => Ok(Coding::Gzip),
            Some(other) => {
                let message = format!("messages are compressed by gzip here, and not by {other}");
                Err(Status::new(UNIMPLEMENTED, message))
            }
        }
    }

    /// A message whose frame says that it is compressed. `room` is what such messages may still come to.
    ///
    /// # Errors
    /// It is not, or comes to too much.
    pub(super) fn plain(self, message: &[u8], room: &mut usize) -> Result<Vec<u8>, Status> {
        if self == Coding::Plain {
            return Err(Status::new(
                INTERNAL,
                "a message is compressed, and `grpc-encoding` does not say how",
            ));
        }
        let mut plain = Vec::new();
        let read = GzDecoder::new(message).take(*room as u64 + 1).read_to_end(&mut plain);
        read.map_err(|_| Status::new(INVALID_ARGUMENT, "a message is no gzip"))?;
        *room = room.checked_sub(plain.len()).ok_or_else(|| {
            Status::new(RESOURCE_EXHAUSTED, format!("the messages come to more than {MOST} bytes"))
        })?;
        Ok(plain)
    }
}

pub(super) fn gzip(message: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(message).and_then(|()| encoder.finish());
    written.expect("memory can be written to")
}
