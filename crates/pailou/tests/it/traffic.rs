//! The pages about traffic run: what they apply is applied, and what they ask is answered as they say.
//!
//! Their addresses, such as `10.0.0.1:9001`, stand for services of the test: a dead one, a sick one, and ones that say who they are.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::{
    kit::{Running, folder, request, serve},
    walk::{blocks, text_of, walk_text},
};

/// A service that answers every request with this status, its name, and the how manieth it was.
fn service(name: &'static str, status: u16) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let answered = Arc::new(AtomicU32::new(0));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let answered = Arc::clone(&answered);
            std::thread::spawn(move || {
                let mut writer = stream.try_clone().unwrap();
                // The empty line ends a request; none here has a body.
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    if !line.is_empty() {
                        continue;
                    }
                    let nth = answered.fetch_add(1, Ordering::Relaxed) + 1;
                    let head = format!(
                        "HTTP/1.1 {status} S\r\nx-answered-by: {name}\r\nx-answer: {nth}\r\ncache-control: max-age=60\r\nsurrogate-key: shoes\r\ncontent-length: 2\r\n\r\n{{}}"
                    );
                    if writer.write_all(head.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    addr
}

/// An address at which nobody listens, and which no other test is given.
const NOBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

/// Asks as a block of `http` says, and holds the answer against it.
fn ask(page: &str, block: &str, platform: &Running) {
    let (asked, shown) = block.trim_end().split_once("\n\n").unwrap_or_else(|| panic!("{page}: {block}"));
    let (line, headers) = asked.split_once('\n').unwrap_or((asked, ""));
    let (method, target) = line.split_once(' ').unwrap();
    let headers: Vec<_> = headers.lines().filter_map(|line| line.split_once(": ")).collect();
    let answer = request(method, &platform.http(target), &headers, None);
    let (status, expected) = shown.split_once('\n').unwrap_or((shown, ""));
    assert_eq!(answer.status.as_str(), status, "{page}: {block}\n{}", answer.text);
    for line in expected.lines() {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{page}: {line}"));
        assert_eq!(answer.header(name), value, "{page}: {block}");
    }
}

/// Runs a page of the guide in which these addresses stand for those services; how many requests it made.
fn run(page: &str, services: &[(&str, SocketAddr)]) -> usize {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let mut text = text_of(page);
    for (shown, addr) in services {
        text = text.replace(shown, &addr.to_string());
    }
    let mut asked = 0;
    for (language, block) in blocks(&text) {
        match language {
            // With a name, it is applied; others show a part.
            "yaml" if block.starts_with("# ") => {
                let name = block[2..].split_whitespace().next().unwrap();
                let apply =
                    format!("\n```yaml\n{block}\n```\n\n```console\n$ pailou apply -f {name}\n…\n```\n");
                walk_text(&apply, &platform, &[]);
            }
            "console" => {
                walk_text(&format!("\n```console\n{block}\n```\n"), &platform, &[]);
            }
            "http" => {
                ask(page, block, &platform);
                asked += 1;
            }
            _ => {}
        }
    }
    asked
}

#[test]
fn the_page_about_failing_services_runs() {
    let services = [
        ("10.0.9.1:9001", NOBODY),
        ("10.0.9.2:9001", service("sick", 503)),
        ("10.0.9.3:9001", service("well", 200)),
    ];
    assert!(run("resilience.md", &services) >= 4);
}

#[test]
fn the_page_about_splits_runs() {
    let services = [
        ("10.0.0.1:9001", service("usual", 200)),
        ("10.0.0.2:9001", service("usual", 200)),
        ("10.0.1.1:9001", service("next", 200)),
    ];
    assert!(run("splits.md", &services) >= 3);
}

#[test]
fn the_page_about_caching_runs() {
    assert!(run("caching.md", &[("10.0.0.1:9001", service("origin", 200))]) >= 4);
}
