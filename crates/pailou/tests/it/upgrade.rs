//! A new process takes the place of a running one, under load.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::kit::{Running, Said, admin, cli, echo, folder, gateway_with, get, pailou, serve, until};

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
}

#[test]
fn a_platform_with_its_databases_is_replaced_under_load_and_goes_on_where_the_new_one_cannot() {
    let upstream = echo();
    let text = |name: &str| {
        format!(
            "kind: api\nname: {name}\nlisten: {{ path: /{name} }}\nupstream: {{ endpoints: [http://{upstream}] }}\n"
        )
    };
    let (data, settings) = (tempfile::tempdir().unwrap(), folder(&[("pailou.yaml", "zone: here\n")]));
    let config = settings.path().join("pailou.yaml");
    let mut platform = serve(data.path(), &["--config", config.to_str().unwrap()]);
    let put = |platform: &Running, name: &str| {
        let dir = folder(&[("a.yaml", &text(name))]);
        cli(platform, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
    };
    put(&platform, "a");
    let load = Load::on(&platform.http(""), "/a/x");
    load.goes_on();

    // One that cannot start changes nothing: changes are taken as before.
    fs::write(&config, "zone: [").unwrap();
    platform.signal("USR2");
    platform.says("this process goes on");
    put(&platform, "b");
    get(&platform.http("/b/x"), &[]).is(200);
    load.goes_on();

    fs::write(&config, "zone: here\n").unwrap();
    let calls = |platform: &Running| {
        let page = admin(platform, "GET", "/api/v1/calls?limit=1", None).is(200).json();
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(calls(&platform), 1);
    platform.signal("USR2");
    let _second = Process::of(&platform);
    assert_eq!(platform.ended(), Some(0));
    load.goes_on();
    assert_eq!(calls(&platform), 1, "what was counted before is there");
    put(&platform, "c");
    for name in ["a", "b", "c"] {
        get(&platform.http(&format!("/{name}/x")), &[]).is(200);
    }
    load.ends();
    assert!(cli(&platform, &["audit", "verify"]).succeeds().len() > 1);
}

#[test]
fn sockets_of_a_supervisor_are_used_and_it_is_told_who_is_ready() {
    let upstream = echo();
    let text = format!(
        "kind: api\nname: a\nlisten: {{ path: /a }}\nupstream: {{ endpoints: [http://{upstream}] }}\n"
    );
    let dir = folder(&[("a.yaml", &text)]);
    let told = UnixDatagram::bind(dir.path().join("notify")).unwrap();
    told.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let hears = || {
        let mut buffer = [0; 256];
        let length = told.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // As a supervisor does: the socket is the descriptor 3, and it is said for whom it is.
    let script = "exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=http exec \"$0\" \"$@\"";
    let http = address.to_string();
    let args = ["gateway", "--resources", dir.path().to_str().unwrap(), "--http", &http];
    let pailou = pailou(&args);
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(pailou.get_program()).args(pailou.get_args());
    command.env("NOTIFY_SOCKET", dir.path().join("notify")).stdin(OwnedFd::from(socket));
    let mut gateway = Child(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    assert_eq!(hears(), "READY=1");
    get(&format!("http://{address}/a/x"), &[]).is(200);
    Command::new("kill").args(["-USR2", &gateway.0.id().to_string()]).status().unwrap();
    assert_eq!(hears(), "READY=1", "the new process");
    let main = hears();
    let second = main.strip_prefix("MAINPID=").and_then(|rest| rest.strip_suffix("\nREADY=1")).unwrap();
    let _second = Process(second.to_owned());
    assert_eq!(gateway.0.wait().unwrap().code(), Some(0));
    get(&format!("http://{address}/a/x"), &[]).is(200);
}

/// A process that is ended with the test.
struct Child(std::process::Child);

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
