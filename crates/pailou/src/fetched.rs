//! Files that references of contracts lead to: those below one folder, and documents of hosts that were named.

use std::{
    cell::Cell,
    fs,
    io::{self, Error},
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use tokio::time::Instant;
use url::Host;

use crate::{gathered, providers::is_public, shutdown::Failure};

/// The largest document that is fetched.
const MOST_BYTES: usize = 32 << 20;
/// Documents that are fetched for one.
const MOST_DOCUMENTS: usize = 100;
/// How long one may take, and all of them.
const PATIENCE: Duration = Duration::from_secs(10);
const MOST_TIME: Duration = Duration::from_secs(60);
const MOST_REDIRECTS: usize = 3;

/// What references of a contract may lead to.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Reach {
    /// The folder that references of a contract may lead into [default: that of the file].
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) fetch: Fetch,
}

/// Where documents are fetched from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Fetch {
    /// Fetches what references lead to at this host, such as `specs.example.com` or `127.0.0.1:8000`; may be given more than once. A name
    /// is for public addresses, unless the address is given too.
    #[arg(id = "fetch", long = "fetch", value_name = "HOST[:PORT]")]
    pub(crate) hosts: Vec<String>,
}

/// Reads what references lead to.
pub(crate) struct Reader {
    allowed: Arc<[Allowed]>,
    count: Cell<usize>,
    deadline: Instant,
}

/// A host that was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    host: String,
    /// Where none was said, that of the scheme.
    port: Option<u16>,
}

impl Reader {
    /// # Errors
    /// A host that is none.
    pub(crate) fn new(fetch: &Fetch) -> Result<Reader, Failure> {
        let allowed =
            fetch.hosts.iter().map(|said| Allowed::read("--fetch", said)).collect::<Result<Arc<[_]>, _>>()?;
        Ok(Reader { allowed, count: Cell::new(0), deadline: Instant::now() + MOST_TIME })
    }

    /// A document of a URL.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn fetch(&self, written: &str) -> Result<String, String> {
        let url = Url::parse(written).map_err(|e| format!("`{written}` is no URL: {e}"))?;
        may(&url, &self.allowed)?;
        self.count.set(self.count.get() + 1);
        if self.count.get() > MOST_DOCUMENTS {
            return Err(format!("more than {MOST_DOCUMENTS} documents are not fetched"));
        }
        let left = self.deadline.saturating_duration_since(Instant::now()).min(PATIENCE);
        if left.is_zero() {
            return Err(format!("what is fetched took more than {} s", MOST_TIME.as_secs()));
        }
        let allowed = Arc::clone(&self.allowed);
        // Whoever asks may be within a runtime already.
        std::thread::scope(|scope| {
            let fetching = scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|e| format!("no runtime could be started: {e}"))?;
                let answered = async { tokio::time::timeout(left, get(url, allowed)).await };
                runtime.block_on(answered).unwrap_or_else(|_| Err("it took too long".to_owned()))
            });
            fetching.join().unwrap_or_else(|_| Err("fetching it ended by itself".to_owned()))
        })
    }
}

async fn get(url: Url, allowed: Arc<[Allowed]>) -> Result<String, String> {
    let rechecked = Arc::clone(&allowed);
    let redirect = redirect::Policy::custom(move |attempt| {
        let from = attempt.previous().last().map_or("", Url::scheme);
        if attempt.previous().len() > MOST_REDIRECTS {
            return attempt.error(format!("it leads elsewhere more than {MOST_REDIRECTS} times"));
        }
        if from == "https" && attempt.url().scheme() != "https" {
            return attempt.error("it leads from https to http");
        }
        match may(attempt.url(), &rechecked) {
            Ok(()) => attempt.follow(),
            Err(why) => attempt.error(why),
        }
    });
    let client = Client::builder()
        .redirect(redirect)
        // A proxy would look names up by itself.
        .no_proxy()
        .dns_resolver(Arc::new(Names(allowed)))
        .user_agent(concat!("pailou/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| format!("no HTTP client could be made: {e}"))?;
    let failed = |error: reqwest::Error| {
        let mut cause: &dyn std::error::Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        cause.to_string()
    };
    let mut answer = client.get(url).send().await.map_err(failed)?;
    if answer.status() != reqwest::StatusCode::OK {
        return Err(format!("it answers {}", answer.status()));
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(failed)? {
        if body.len() + piece.len() > MOST_BYTES {
            return Err(format!("it is larger than {} MiB", MOST_BYTES >> 20));
        }
        body.extend_from_slice(&piece);
    }
    String::from_utf8(body).map_err(|_| "it is no UTF-8".to_owned())
}

impl Allowed {
    /// # Errors
    /// It is none.
    pub(crate) fn read(option: &str, said: &str) -> Result<Allowed, Failure> {
        let wrong = || {
            Failure::new(format!(
                "{option} {said}: is a host, perhaps with a port, such as specs.example.com"
            ))
        };
        if said.contains(['/', '@', '?', '#']) {
            return Err(wrong());
        }
        // Read as URLs are, so that the same host is written the same.
        let bare = said.parse::<IpAddr>().ok().filter(IpAddr::is_ipv6).map(|address| format!("[{address}]"));
        let url =
            Url::parse(&format!("pailou-host://{}", bare.as_deref().unwrap_or(said))).map_err(|_| wrong())?;
        let port = url.port();
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        let url = Url::parse(&format!("http://{host}")).map_err(|_| wrong())?;
        Ok(Allowed { host: url.host_str().unwrap_or_default().to_owned(), port })
    }

    pub(crate) fn is(&self, url: &Url) -> bool {
        let usual = if url.scheme() == "https" { 443 } else { 80 };
        url.host_str() == Some(&self.host)
            && url.port_or_known_default().is_some_and(|port| self.port.unwrap_or(usual) == port)
    }
}

/// Whether a URL may be fetched: its host was named.
fn may(url: &Url, allowed: &[Allowed]) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{}: is not fetched", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL with credentials is not fetched".to_owned());
    }
    if allowed.iter().any(|one| one.is(url)) {
        return Ok(());
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Err(format!("is not fetched; `--fetch {}{port}` allows it", url.host_str().unwrap_or_default()))
}

/// Finds the addresses of names: public ones, and those that were named themselves.
struct Names(Arc<[Allowed]>);

impl Names {
    fn may(&self, name: &str, address: IpAddr) -> bool {
        let named = |one: &Allowed| match Host::parse(&one.host) {
            Ok(Host::Ipv4(v4)) => IpAddr::V4(v4) == address,
            Ok(Host::Ipv6(v6)) => IpAddr::V6(v6) == address,
            _ => one.host == "localhost" && name == "localhost" && address.is_loopback(),
        };
        is_public(address) || self.0.iter().any(named)
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Names(Arc::clone(&self.0));
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may: Vec<SocketAddr> =
                found.filter(|address| names.may(name.as_str(), address.ip())).collect();
            if may.is_empty() {
                let why = format!(
                    "`{}` has no address of the public internet; give its address to `--fetch` too, to allow it",
                    name.as_str()
                );
                return Err(Error::other(why).into());
            }
            Ok(Box::new(may.into_iter()) as Addrs)
        })
    }
}

/// A file below a folder, through whatever links; nothing where there is none.
///
/// # Errors
/// It lies elsewhere, or cannot be read.
pub(crate) fn below(root: &Path, name: &str) -> Result<Option<PathBuf>, String> {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let inside = fs::canonicalize(root).map_err(|e| e.to_string())?;
    let path = match fs::canonicalize(root.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(|e| e.to_string())?,
    };
    match path.starts_with(&inside) {
        true => Ok(Some(path)),
        false => Err(format!("it lies outside of {}; `--root` names a folder further up", root.display())),
    }
}

/// Text of a file below a folder, or of a URL.
///
/// # Errors
/// Why there is none.
pub(crate) fn text(root: &Path, name: &str, reader: &Reader) -> Result<String, String> {
    if is_url(name) {
        return reader.fetch(name);
    }
    match below(root, name)? {
        None => Err("there is no such file".to_owned()),
        Some(path) => gathered::text(&path),
    }
}

pub(crate) fn is_url(name: &str) -> bool {
    name.contains("://")
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };

    use super::*;

    fn reader(hosts: &[&str]) -> Reader {
        let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
        Reader::new(&Fetch { hosts }).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    /// Answers each connection with the next of the answers.
    fn server(answers: Vec<String>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for answer in answers {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let mut head = [0; 4096];
                let _ = stream.read(&mut head);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        port
    }

    fn ok(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    }

    fn to(place: &str) -> String {
        format!("HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    #[test]
    fn nothing_is_fetched_from_a_host_that_was_not_named() {
        let said = reader(&[]).fetch("https://specs.example.com/a.yaml").unwrap_err();
        assert_eq!(said, "is not fetched; `--fetch specs.example.com` allows it");
        let named = reader(&["specs.example.com", "127.0.0.1"]);
        for url in [
            "https://specs.example.com:8443/a.yaml",
            "http://127.0.0.1:1/",
            "http://127.1:1/",
            "http://2130706433:1/",
            "http://[::1]/",
            "file:///etc/passwd",
            "https://user:word@specs.example.com/a.yaml",
        ] {
            let said = named.fetch(url).unwrap_err();
            assert!(said.contains("not fetched"), "{url}: {said}");
        }
        for wrong in ["", "a/b", "user@host", "a b"] {
            assert!(Reader::new(&Fetch { hosts: vec![wrong.to_owned()] }).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_machine_nearby_is_asked_where_its_address_was_named() {
        let port = server(vec![ok("type: object\n")]);
        let text = reader(&[&format!("127.0.0.1:{port}")]).fetch(&format!("http://127.0.0.1:{port}/a.yaml"));
        assert_eq!(text.as_deref(), Ok("type: object\n"));
    }

    #[test]
    fn a_name_of_a_machine_nearby_is_not_followed_unless_the_address_was_named() {
        let names = |hosts: &[&str]| Names(Arc::clone(&reader(hosts).allowed));
        let near: IpAddr = "10.0.0.5".parse().unwrap();
        assert!(!names(&["internal.example"]).may("internal.example", near));
        assert!(names(&["internal.example", "10.0.0.5"]).may("internal.example", near));
        assert!(!names(&["internal.example"]).may("internal.example", "127.0.0.1".parse().unwrap()));
        assert!(names(&["localhost:80"]).may("localhost", "127.0.0.1".parse().unwrap()));
        assert!(names(&["internal.example"]).may("internal.example", "1.1.1.1".parse().unwrap()));
    }

    #[test]
    fn whoever_leads_elsewhere_is_followed_to_what_was_named_alone_and_not_for_ever() {
        let (own, other) = (server(vec![to("http://127.0.0.1:9/a.yaml")]), server(vec![ok("b")]));
        let said =
            reader(&[&format!("127.0.0.1:{own}")]).fetch(&format!("http://127.0.0.1:{own}/")).unwrap_err();
        assert!(said.contains("--fetch 127.0.0.1:9"), "{said}");
        let own = server(vec![to(&format!("http://127.0.0.1:{other}/b"))]);
        let both = [format!("127.0.0.1:{own}"), format!("127.0.0.1:{other}")];
        let text = reader(&[&both[0], &both[1]]).fetch(&format!("http://127.0.0.1:{own}/"));
        assert_eq!(text.as_deref(), Ok("b"));
        let round = server(vec![to("/"), to("/"), to("/"), to("/"), to("/")]);
        let said = reader(&[&format!("127.0.0.1:{round}")])
            .fetch(&format!("http://127.0.0.1:{round}/"))
            .unwrap_err();
        assert!(said.contains("more than 3 times"), "{said}");
    }

    #[test]
    fn files_are_read_below_the_folder_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("api")).unwrap();
        fs::write(dir.path().join("secret.yaml"), "s").unwrap();
        fs::write(dir.path().join("api/a.yaml"), "a").unwrap();
        std::os::unix::fs::symlink("../secret.yaml", dir.path().join("api/link.yaml")).unwrap();
        let (api, reader) = (dir.path().join("api"), reader(&[]));
        assert_eq!(text(&api, "a.yaml", &reader).as_deref(), Ok("a"));
        assert!(text(&api, "link.yaml", &reader).unwrap_err().contains("outside"));
        assert!(text(&api, "../secret.yaml", &reader).unwrap_err().contains("outside"));
        assert_eq!(text(dir.path(), "api/link.yaml", &reader).as_deref(), Ok("s"));
        assert!(text(&api, "gone.yaml", &reader).unwrap_err().contains("no such file"));
    }
}
