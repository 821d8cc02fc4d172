//! Listeners that come and go, and the header by which a proxy says whose connection it passes on.

use std::{net::SocketAddr, sync::Arc};

use model::{Listener, Snapshot};
use proxy::{Config, Gateway};
use tokio::{net::TcpStream, sync::watch};

use crate::kit::{Origin, Script, Started, Wire, pass, snapshot, start_with, to};

fn listener(name: &str, address: &str) -> Listener {
    serde_json::from_value(serde_json::json!({ "name": name, "address": address })).unwrap()
}

fn with(mut snapshot: Snapshot, listeners: Vec<Listener>) -> Arc<Snapshot> {
    let gateway = Arc::make_mut(&mut snapshot.gateway);
    gateway.listeners = listeners;
    gateway.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
    Arc::new(snapshot)
}

fn begin(snapshot: &Arc<Snapshot>) -> Started {
    start_with((**snapshot).clone(), Config { workers: 2, ..Config::default() })
}

async fn connect(gateway: &Gateway, name: &str) -> Wire {
    let address = gateway.address(name).expect("it listens");
    Wire::over(TcpStream::connect(address).await.unwrap())
}

const GET: &str = "GET /a HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test]
async fn listeners_come_and_go_and_connections_stay() {
    let origin = Origin::start(Script::Echo).await;
    let routes = || snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let any = "127.0.0.1:0";
    let started = begin(&with(routes(), vec![listener("one", any)]));
    let gateway = &started.gateway;
    let mut by_flag = started.connect().await;
    let mut by_one = connect(gateway, "one").await;
    let first = gateway.address("one").unwrap();

    gateway.publish(with(routes(), vec![listener("one", any), listener("two", any)])).unwrap();
    assert_eq!(gateway.address("one"), Some(first), "what stays is not touched");
    let mut by_two = connect(gateway, "two").await;
    for wire in [&mut by_flag, &mut by_one, &mut by_two] {
        wire.send(GET).await;
        assert_eq!(wire.response().await.status, 200);
    }
    let names: Vec<_> = gateway.status().listeners.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names, ["http", "https", "one", "two"]);

    gateway.publish(with(routes(), vec![listener("two", any)])).unwrap();
    for wire in [&mut by_flag, &mut by_one, &mut by_two] {
        wire.send(GET).await;
        assert_eq!(wire.response().await.status, 200, "connections go on");
    }
    assert_eq!(gateway.address("one"), None);
    // The last socket is closed by its worker in a moment.
    while TcpStream::connect(first).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_address_in_use_is_said_and_everything_stays_as_it_is() {
    let origin = Origin::start(Script::Echo).await;
    let routes = |path: &str| snapshot(vec![pass("a", path, to(&[origin.url()]))]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().map(|address| (taken, address.to_string())).unwrap();
    let started = begin(&with(routes("/a"), vec![listener("one", "127.0.0.1:0")]));
    let gateway = &started.gateway;
    let own = gateway.http_addr().unwrap().to_string();
    for address in [&taken.1, &own] {
        let next = with(routes("/b"), vec![listener("one", "127.0.0.1:0"), listener("two", address)]);
        let findings = gateway.publish(next).unwrap_err();
        let said = findings[0].to_string();
        assert!(said.contains("gateway/default: listeners[1].address") && said.contains(address), "{said}");
        let mut wire = connect(gateway, "one").await;
        wire.send(GET).await;
        assert_eq!(wire.response().await.status, 200, "the routes before are in force");
    }
    let wrong = with(routes("/b"), vec![listener("two", "nowhere")]);
    assert!(gateway.publish(wrong).unwrap_err()[0].to_string().contains("listeners[0].address"));

    // A gateway that starts goes on without it, so that the next change can mend it.
    let late = begin(&with(routes("/a"), vec![listener("two", &taken.1)]));
    assert_eq!(late.send(GET).await.status, 200);
    drop(taken.0);
    late.gateway.publish(with(routes("/a"), vec![listener("two", &taken.1)])).unwrap();
    let mut wire = connect(&late.gateway, "two").await;
    wire.send(GET).await;
    assert_eq!(wire.response().await.status, 200);
}

#[tokio::test]
async fn a_listener_moves_to_another_address_of_its_port_and_changes_its_manner() {
    let origin = Origin::start(Script::Echo).await;
    let routes = || snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let started = begin(&with(routes(), vec![listener("one", "127.0.0.1:0")]));
    let gateway = &started.gateway;
    let port = gateway.address("one").unwrap().port();
    gateway.publish(with(routes(), Vec::new())).unwrap();
    let at = |address: &str| SocketAddr::new(address.parse().unwrap(), port).to_string();
    while gateway.publish(with(routes(), vec![listener("one", &at("127.0.0.1"))])).is_err() {
        tokio::task::yield_now().await;
    }
    gateway.publish(with(routes(), vec![listener("one", &at("0.0.0.0"))])).unwrap();
    // What came to the address before at the very moment it was closed is lost, as with any listener that goes.
    loop {
        let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
        let mut wire = Wire::over(stream);
        let _ = wire.try_send(GET.as_bytes()).await;
        if wire.response().await.status == 200 {
            break;
        }
    }
    let proxied = Listener { proxy_protocol: true, ..listener("one", &at("0.0.0.0")) };
    gateway.publish(with(routes(), vec![proxied])).unwrap();
    let seen = loop {
        let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
        let mut wire = Wire::over(stream);
        let _ = wire.try_send(format!("PROXY TCP4 192.0.2.9 192.0.2.1 1 2\r\n{GET}").as_bytes()).await;
        let response = wire.response().await;
        // What came before the listener changed its manner takes this for a request that is none.
        if response.status == 200 {
            break response.body.to_ascii_lowercase();
        }
    };
    assert!(seen.contains("x-forwarded-for: 192.0.2.9\r\n"), "{seen}");
}

#[tokio::test]
async fn the_client_is_whom_the_proxy_names() {
    let origin = Origin::start(Script::Echo).await;
    let routes = snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let listeners = vec![Listener { proxy_protocol: true, ..listener("one", "127.0.0.1:0") }];
    let started = begin(&with(routes, listeners));
    let binary = |command: u8, family: u8, rest: &[u8]| {
        let mut header = b"\r\n\r\n\0\r\nQUIT\n".to_vec();
        header.extend([command, family]);
        header.extend(u16::try_from(rest.len()).unwrap().to_be_bytes());
        header.extend(rest);
        header
    };
    let four = [192, 0, 2, 7, 192, 0, 2, 1, 0, 80, 0, 81];
    let mut six = [0; 36];
    six[..2].copy_from_slice(&[0x20, 0x01]);
    six[15] = 7;
    let large = [&four[..], &[0x04, 0x0f, 0xf2], &[0; 0x0ff2]].concat();
    for (header, client) in [
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n".to_vec(), Some("192.0.2.7")),
        (b"PROXY TCP6 2001::7 ::1 1 2\r\n".to_vec(), Some("2001::7")),
        (b"PROXY UNKNOWN\r\n".to_vec(), Some("127.0.0.1")),
        (binary(0x21, 0x11, &four), Some("192.0.2.7")),
        (binary(0x21, 0x21, &six), Some("2001::7")),
        (binary(0x20, 0x00, b""), Some("127.0.0.1")),
        (Vec::new(), None),
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 1\r\n".to_vec(), None),
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 1 2\n".to_vec(), None),
        ([&b"PROXY UNKNOWN "[..], &[b'x'; 200]].concat(), None),
        (binary(0x31, 0x11, &four), None),
        (binary(0x21, 0x11, &large), None),
    ] {
        // In one piece, and byte by byte.
        for cut in [header.len().max(1), 1] {
            let mut wire = connect(&started.gateway, "one").await;
            for piece in header.chunks(cut) {
                // The gateway may have closed it before the end.
                let _ = wire.try_send(piece).await;
            }
            let _ = wire.try_send(GET.as_bytes()).await;
            let answer = wire.response().await;
            match client {
                Some(client) => {
                    let field = format!("x-forwarded-for: {client}\r\n");
                    assert!(answer.body.to_ascii_lowercase().contains(&field), "{header:?}: {}", answer.body);
                }
                None => assert_eq!(answer.status, 0, "{header:?}"),
            }
        }
    }
    let events = started.events.wait_for(12).await;
    let named = |event: &&model::ExchangeEvent| {
        event.detail.as_ref().is_some_and(|detail| detail.client.to_string() == "192.0.2.7")
    };
    assert_eq!(events.iter().filter(named).count(), 4);
}

#[tokio::test]
async fn nobody_but_a_trusted_proxy_says_who_the_client_is() {
    let origin = Origin::start(Script::Echo).await;
    let mut routes = snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let gateway = Arc::make_mut(&mut routes.gateway);
    gateway.listeners = vec![Listener { proxy_protocol: true, ..listener("one", "127.0.0.1:0") }];
    gateway.trusted_proxies = vec!["10.0.0.0/8".to_owned()];
    let started = start_with(routes, Config::default());
    let mut wire = connect(&started.gateway, "one").await;
    let _ = wire.try_send(b"PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n").await;
    let _ = wire.try_send(GET.as_bytes()).await;
    assert_eq!(wire.response().await.status, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_are_handed_over_and_no_connection_is_refused() {
    let origin = Origin::start(Script::Echo).await;
    let routes =
        || with(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]), vec![listener("one", "127.0.0.1:0")]);
    let first = begin(&routes());
    let addresses = [first.gateway.http_addr().unwrap(), first.gateway.address("one").unwrap()];
    let (stop, stopped) = watch::channel(false);
    let answered = Arc::new(watch::Sender::new(0_u64));
    let clients = addresses.into_iter().cycle().take(6).map(|address| {
        let (stopped, answered) = (stopped.clone(), Arc::clone(&answered));
        tokio::spawn(async move {
            while !*stopped.borrow() {
                let mut wire = Wire::over(TcpStream::connect(address).await.expect("nobody is refused"));
                wire.send("GET /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
                assert_eq!(wire.response().await.status, 200);
                answered.send_modify(|count| *count += 1);
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    let mut gateway = first.gateway;
    // To fewer workers, to more, and to as many.
    for workers in [1, 3, 3] {
        let enough = *answered.borrow() + 50;
        answered.subscribe().wait_for(|count| *count >= enough).await.unwrap();
        let config = Config { workers, inherited: gateway.sockets(), ..Config::default() };
        let next = start_with((*routes()).clone(), config);
        assert_eq!([next.gateway.http_addr(), next.gateway.address("one")], addresses.map(Some));
        gateway.drain(std::time::Duration::from_secs(10)).await;
        drop(std::mem::replace(&mut gateway, next.gateway));
    }
    stop.send(true).unwrap();
    for client in clients {
        client.await.unwrap();
    }
}
