//! A new process takes the place of a running one, under load.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread::JoinHandle,
};

use crate::kit::{Running, Said, cli, echo, folder, gateway_with, serve, until};

/// Clients that connect for every request, until told to stop; none may fail.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    fn on(base: &str, path: &str) -> Load {
        let addr: SocketAddr = base.trim_start_matches("http://").parse().unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        let (stop, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let client = || {
            let (stop, answered, request) = (Arc::clone(&stop), Arc::clone(&answered), request.clone());
            std::thread::spawn(move || {
                while !stop.load(SeqCst) {
                    let mut stream = TcpStream::connect(addr).expect("nobody is refused");
                    stream.write_all(request.as_bytes()).unwrap();
                    let mut answer = String::new();
                    stream.read_to_string(&mut answer).unwrap();
                    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
                    answered.fetch_add(1, SeqCst);
                }
            })
        };
        let clients = (0..4).map(|_| client()).collect();
        Load { stop, answered, clients }
    }

    fn goes_on(&self) {
        let enough = self.answered.load(SeqCst) + 200;
        until("more answers", || {
            assert!(self.clients.iter().all(|client| !client.is_finished()), "a client failed");
            self.answered.load(SeqCst) >= enough
        });
    }

    fn ends(self) {
        self.stop.store(true, SeqCst);
        self.clients.into_iter().for_each(|client| client.join().unwrap());
    }
}

/// A process that is ended with the test.
struct Process(String);

impl Process {
    /// The one that a log says is ready.
    fn of(running: &Running) -> Process {
        let line = running.says("the new process is ready");
        Process(line.split("process=").nth(1).unwrap().trim().to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", &self.0]).status();
    }
}

#[test]
fn a_gateway_from_files_is_replaced_under_load_and_nobody_is_refused() {
    let upstream = echo();
    let text = format!(
        "kind: api\nname: a\nlisten: {{ path: /a }}\nupstream: {{ endpoints: [http://{upstream}] }}\n"
    );
    let dir = folder(&[("a.yaml", &text)]);
    let mut gateway = gateway_with(dir.path(), &["--admin", "127.0.0.1:0"], "gateway at http:");
    let load = Load::on(&gateway.http(""), "/a/x");
    load.goes_on();

    // One that cannot start changes nothing.
    fs::write(dir.path().join("a.yaml"), "kind: nothing\n").unwrap();
    gateway.says("stays in force");
    gateway.signal("USR2");
    gateway.says("this process goes on");
    load.goes_on();

    fs::write(dir.path().join("a.yaml"), &text).unwrap();
    gateway.says("configuration reloaded");
    gateway.signal("USR2");
    let _second = Process::of(&gateway);
    assert_eq!(gateway.ended(), Some(0));
    load.goes_on();
    load.ends();
}

#[test]
fn a_gateway_that_follows_a_control_plane_is_replaced_under_load() {
    let upstream = echo();
    let (data, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let control = serve(data.path(), &[]);
    let text = format!(
        "kind: api\nname: a\nlisten: {{ path: /a }}\nupstream: {{ endpoints: [http://{upstream}] }}\n"
    );
    let dir = folder(&[("a.yaml", &text)]);
    cli(&control, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
    let own = own.path().to_str().unwrap();
    let [http, https, admin] = ["--http", "--https", "--admin"].map(|flag| [flag, "127.0.0.1:0"]);
    let url = control.admin("");
    let args = [&["serve", "--role", "gateway", "--data", own, "--control", &url][..], &http, &https, &admin];
    let mut gateway = Running::start(&args.concat(), "gateway at https:");
    let load = Load::on(&gateway.http(""), "/a/x");
    load.goes_on();
    gateway.signal("USR2");
    let _second = Process::of(&gateway);
    assert_eq!(gateway.ended(), Some(0));
    load.goes_on();
    load.ends();

    // Where there is a database it is said, and nothing ends.
    control.signal("USR2");
    control.says("does not hand over");
    cli(&control, &["export"]).succeeds();
}
