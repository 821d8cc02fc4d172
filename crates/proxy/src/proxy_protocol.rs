//! The PROXY protocol, version 1 and 2: a header before everything else by which a proxy says whose connection it passes on.
//!
//! Read strictly: whoever is trusted to say it writes it right, and anything else is no header.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    net::TcpStream,
};

/// What a header of version 2 begins with (specification §2.2).
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Bytes of a header of version 1 at most, its line end included (§2.1).
const LONGEST_LINE: usize = 107;
/// Bytes that may follow the first 16 of version 2: addresses, and what else a proxy says.
const LONGEST_REST: usize = 4096;

/// Reads the header. The client's address; `None` where the proxy speaks for itself or does not know.
///
/// # Errors
/// A connection that broke off, or does not begin with a header.
pub(crate) async fn read(stream: &mut TcpStream) -> io::Result<Option<IpAddr>> {
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await?;
    if begin == SIGNATURE {
        return read_binary(stream).await;
    }
    if !begin.starts_with(b"PROXY ") {
        return Err(invalid("it does not begin with a header of the PROXY protocol"));
    }
    let mut line = begin.to_vec();
    // Only what belongs to the line may be taken off the stream, so it is looked at first.
    let mut seen = [0; LONGEST_LINE];
    while !line.ends_with(b"\n") {
        let count = stream.peek(&mut seen[..LONGEST_LINE - line.len()]).await?;
        if count == 0 {
            return Err(invalid("its line does not end"));
        }
        let end = seen[..count].iter().position(|byte| *byte == b'\n').map_or(count, |end| end + 1);
        stream.read_exact(&mut seen[..end]).await?;
        line.extend_from_slice(&seen[..end]);
    }
    let text = std::str::from_utf8(&line).ok().and_then(|line| line.strip_suffix("\r\n"));
    text.and_then(line_address).ok_or_else(|| invalid("its line is not one of the PROXY protocol"))
}

/// The address in a line of version 1 (§2.1).
fn line_address(line: &str) -> Option<Option<IpAddr>> {
    let rest = line.strip_prefix("PROXY ")?;
    if rest == "UNKNOWN" || rest.starts_with("UNKNOWN ") {
        return Some(None);
    }
    let mut words = rest.split(' ');
    let mut next = || words.next();
    let (family, from, to) = (next()?, next()?, next()?);
    let ports = [next()?, next()?];
    if words.next().is_some() || !ports.into_iter().all(is_port) {
        return None;
    }
    match family {
        "TCP4" => {
            to.parse::<Ipv4Addr>().ok()?;
            Some(Some(from.parse::<Ipv4Addr>().ok()?.into()))
        }
        "TCP6" => {
            to.parse::<Ipv6Addr>().ok()?;
            Some(Some(from.parse::<Ipv6Addr>().ok()?.into()))
        }
        _ => None,
    }
}

fn is_port(text: &str) -> bool {
    let is_plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    is_plain && text.parse::<u16>().is_ok()
}

/// What follows the signature of version 2 (§2.2).
async fn read_binary(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let mut fixed = [0; 4];
    stream.read_exact(&mut fixed).await?;
    let [command, family, high, low] = fixed;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length > LONGEST_REST {
        return Err(invalid("its header is longer than 4 KiB"));
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).await?;
    binary_address(command, family, &rest)
        .ok_or_else(|| invalid("its header is not one of the PROXY protocol"))
}

fn binary_address(command: u8, family: u8, rest: &[u8]) -> Option<Option<IpAddr>> {
    let (address, more) = match (command, family) {
        // LOCAL: the proxy's own connection, such as a health check; what follows is to be skipped.
        (0x20, _) => return Some(None),
        (0x21, 0x00) => return Some(None),
        (0x21, 0x11) => {
            let (addresses, more) = rest.split_at_checked(12)?;
            let from: [u8; 4] = addresses[..4].try_into().ok()?;
            (IpAddr::from(from), more)
        }
        (0x21, 0x21) => {
            let (addresses, more) = rest.split_at_checked(36)?;
            let from: [u8; 16] = addresses[..16].try_into().ok()?;
            (IpAddr::from(from), more)
        }
        _ => return None,
    };
    are_fields(more).then_some(Some(address))
}

/// Whether bytes are fields, each of a type, a length and a value, to their end (§2.2.1).
fn are_fields(mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        let [_, high, low, rest @ ..] = bytes else { return false };
        let Some(rest) = rest.get(usize::from(u16::from_be_bytes([*high, *low]))..) else { return false };
        bytes = rest;
    }
    true
}

fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_the_client_is_or_is_none() {
        let four = |text: &str| Some(Some(text.parse().unwrap()));
        for (line, expected) in [
            ("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443", four("192.0.2.1")),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 0 65535", four("192.0.2.1")),
            ("PROXY TCP6 2001:db8::1 ::1 1 2", four("2001:db8::1")),
            ("PROXY UNKNOWN", Some(None)),
            ("PROXY UNKNOWN ffff::1 x 1 2", Some(None)),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 56324", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443 1", None),
            ("PROXY TCP4 192.0.2.1  192.0.2.2 56324 443", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 056324 443", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 +1 443", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 1 65536", None),
            ("PROXY TCP4 192.0.2.01 192.0.2.2 1 2", None),
            ("PROXY TCP4 ::1 ::1 1 2", None),
            ("PROXY TCP6 192.0.2.1 192.0.2.2 1 2", None),
            ("PROXY UDP4 192.0.2.1 192.0.2.2 1 2", None),
            ("PROXY UNKNOWNS", None),
            ("proxy TCP4 192.0.2.1 192.0.2.2 1 2", None),
            ("PROXY ", None),
        ] {
            assert_eq!(line_address(line), expected, "{line}");
        }
    }

    #[test]
    fn the_binary_form_is_read_to_its_end() {
        let mut four = vec![192, 0, 2, 1, 192, 0, 2, 2, 0, 1, 0, 2];
        let address = Some(Some(IpAddr::from([192, 0, 2, 1])));
        assert_eq!(binary_address(0x21, 0x11, &four), address);
        assert_eq!(binary_address(0x21, 0x11, &four[..11]), None);
        assert_eq!(binary_address(0x21, 0x21, &four), None);
        assert_eq!(binary_address(0x20, 0x11, &four), Some(None));
        assert_eq!(binary_address(0x21, 0x00, b"whatever"), Some(None));
        for (command, family) in [(0x11, 0x11), (0x22, 0x11), (0x21, 0x12), (0x21, 0x31), (0x21, 0xff)] {
            assert_eq!(binary_address(command, family, &four), None, "{command:x} {family:x}");
        }
        four.extend([4, 0, 2, 9, 9]);
        assert_eq!(binary_address(0x21, 0x11, &four), address);
        four.push(1);
        assert_eq!(binary_address(0x21, 0x11, &four), None, "a field that breaks off");
        let mut six = [0; 36];
        six[15] = 1;
        assert_eq!(binary_address(0x21, 0x21, &six), Some(Some(Ipv6Addr::LOCALHOST.into())));
    }
}
