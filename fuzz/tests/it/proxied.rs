//! Headers of the PROXY protocol, before a gateway on sockets: nobody is taken for a client that the header does not name.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream},
    sync::Arc,
    time::Duration,
};

use fuzz::fuzz_from;
use model::{Span, event::NoRecorder};
use proxy::{Config, Gateway};
use testkit::Setup;

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// A service that answers with the address it was told of.
fn service() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let (mut head, mut buf) = (String::new(), [0; 4096]);
                while let Ok(count @ 1..) = stream.read(&mut buf) {
                    head.push_str(&String::from_utf8_lossy(&buf[..count]));
                    while let Some(end) = head.find("\r\n\r\n") {
                        let told =
                            head[..end].lines().find_map(|line| line.strip_prefix("x-forwarded-for: "));
                        let told = told.unwrap_or("nobody").to_owned();
                        head.drain(..end + 4);
                        let answer =
                            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{told}", told.len());
                        if stream.write_all(answer.as_bytes()).is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    url
}

/// Whether a header says an address, in letters or in bytes.
fn names(input: &[u8], address: IpAddr) -> bool {
    let has = |bytes: &[u8]| input.windows(bytes.len()).any(|window| window == bytes);
    let in_bytes = match address {
        IpAddr::V4(address) => has(&address.octets()),
        IpAddr::V6(address) => has(&address.octets()),
    };
    let text = String::from_utf8_lossy(input);
    let mut words = text.split([' ', '\r', '\n']);
    in_bytes
        || words.any(|word| {
            word.parse::<IpAddr>().is_ok_and(|said| said.to_canonical() == address.to_canonical())
        })
}

fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let mut header = SIGNATURE.to_vec();
    header.extend([0x20 | command, family]);
    header.extend(u16::try_from(rest.len()).unwrap().to_be_bytes());
    header.extend_from_slice(rest);
    header
}

#[test]
fn nobody_is_taken_for_a_client_that_the_header_does_not_name() {
    let setup = Setup::new(policies::CATALOG).with_gateway(|gateway| {
        gateway.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        gateway.timeouts.header = Span::millis(30);
        let listener =
            serde_json::json!({ "name": "proxied", "address": "127.0.0.1:0", "proxy_protocol": true });
        gateway.listeners = vec![serde_json::from_value(listener).unwrap()];
    });
    let mut setup = setup.api("a", "/", "service", "");
    let upstream = serde_json::json!({ "endpoints": [service()] });
    for service in setup.snapshot.services.values_mut() {
        Arc::make_mut(service).upstream = Arc::new(serde_json::from_value(upstream.clone()).unwrap());
    }
    let config = Config { workers: 1, ..Config::default() };
    let gateway =
        Gateway::start(config, policies::CATALOG, Arc::new(setup.snapshot), Arc::new(NoRecorder)).unwrap();
    let address = gateway.address("proxied").unwrap();
    let words = &[
        "PROXY ",
        "TCP4 ",
        "TCP6 ",
        "UNKNOWN",
        " ",
        "\r\n",
        "\n",
        "0",
        "65535",
        "65536",
        "192.0.2.1",
        "::1",
        "::ffff:192.0.2.1",
        "\r\n\r\n\0\r\nQUIT\n",
        "\u{21}\u{11}",
        "\u{21}\u{21}",
        "\u{20}\0",
        "\0\u{c}",
        "\0\0",
    ];
    let (from, to) = (Ipv4Addr::new(203, 0, 113, 7).octets(), Ipv4Addr::LOCALHOST.octets());
    let v4 = [&from[..], &to, &[0x1f, 0x90, 0, 80]].concat();
    let (from, to) = (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7).octets(), Ipv6Addr::LOCALHOST.octets());
    let v6 = [&from[..], &to, &[0x1f, 0x90, 0, 80]].concat();
    let inputs = vec![
        b"PROXY TCP4 203.0.113.7 127.0.0.1 40000 80\r\n".to_vec(),
        b"PROXY TCP6 2001:db8::7 ::1 40000 80\r\n".to_vec(),
        b"PROXY UNKNOWN\r\n".to_vec(),
        binary(1, 0x11, &v4),
        binary(1, 0x21, &v6),
        binary(1, 0x11, &[&v4[..], &[4, 0, 1, 0]].concat()),
        binary(0, 0, &[]),
    ];
    let ask = |input: &[u8]| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // The gateway may have closed the connection by then.
        let _ = stream.write_all(&[input, GET].concat());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let told = text
            .strip_prefix("HTTP/1.1 200 OK\r\n")
            .and_then(|rest| Some(rest.split_once("\r\n\r\n")?.1.to_owned()));
        (told, text.lines().next().unwrap_or_default().to_owned())
    };
    for (input, expected) in
        inputs.iter().zip(["203.0.113.7", "2001:db8::7", "127.0.0.1", "203.0.113.7", "2001:db8::7"])
    {
        assert_eq!(ask(input).0.as_deref(), Some(expected), "{}", input.escape_ascii());
    }
    fuzz_from("proxied", words, inputs, |input| {
        let (told, line) = ask(input);
        if let Some(told) = &told {
            assert!(input.starts_with(b"PROXY ") || input.starts_with(SIGNATURE), "without a header: {told}");
            let client: IpAddr = told.split(',').next_back().unwrap().trim().parse().unwrap();
            assert!(
                client == IpAddr::V4(Ipv4Addr::LOCALHOST) || names(input, client),
                "{client} is named by nobody"
            );
        }
        (told.is_some(), line)
    });
}
