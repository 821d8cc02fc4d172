//! Takes what webhooks are told to them: to public addresses, and to hosts that whoever runs Pailou has named.

use std::{net::IpAddr, sync::Arc, time::Duration};

use control::{HookAnswered, HookCall, HookClient};
use reqwest::{Client, header};
use url::Host;

use crate::{
    fetched::Allowed,
    providers::{PublicNames, is_public},
    shutdown::{Failure, chain},
};

const CONNECT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(15);

/// Takes requests to webhooks.
pub(crate) struct Hooks {
    named: Vec<Allowed>,
    /// Reaches whatever the machine reaches; for hosts that were named.
    open: Client,
    /// Reaches public addresses alone.
    public: Client,
}

impl Hooks {
    /// # Errors
    /// A host that is none.
    pub(crate) fn new(hosts: &[String]) -> Result<Hooks, Failure> {
        let named =
            hosts.iter().map(|said| Allowed::read("--webhook-host", said)).collect::<Result<_, _>>()?;
        let client = |public: bool| {
            // Whoever is led elsewhere would take a request there that was signed for here.
            let mut client = Client::builder()
                .connect_timeout(CONNECT)
                .timeout(PATIENCE)
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(concat!("pailou/", env!("CARGO_PKG_VERSION")))
                // A proxy would look names up by itself.
                .no_proxy();
            if public {
                client = client.dns_resolver(Arc::new(PublicNames));
            }
            client.build().map_err(|error| Failure::new(format!("webhooks: {error}")))
        };
        Ok(Hooks { named, open: client(false)?, public: client(true)? })
    }

    async fn take(&self, call: HookCall) -> Result<u16, String> {
        let HookCall { url, headers, body } = call;
        let place = url.origin().ascii_serialization();
        let is_named = self.named.iter().any(|one| one.is(&url));
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
            Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
            _ => None,
        };
        if !is_named && address.is_some_and(|address| !is_public(address)) {
            let host = url.host_str().unwrap_or_default();
            return Err(format!(
                "{place} is no address of the public internet; `--webhook-host {host}` allows it"
            ));
        }
        let client = if is_named { &self.open } else { &self.public };
        let mut request = client.post(url).header(header::CONTENT_TYPE, "application/json").body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.send().await;
        // What it says is nobody's affair: it is not read.
        let answer =
            answer.map_err(|error| format!("{place} cannot be told: {}", chain(&error.without_url())))?;
        Ok(answer.status().as_u16())
    }
}

impl HookClient for Hooks {
    fn call(&self, call: HookCall) -> HookAnswered<'_> {
        Box::pin(self.take(call))
    }
}

#[cfg(test)]
mod tests {
    use std::{io::ErrorKind, net::TcpListener};

    use super::*;

    #[tokio::test]
    async fn a_machine_nearby_is_told_nothing_unless_it_was_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let call = |host: &str| HookCall {
            url: format!("http://{host}:{port}/").parse().unwrap(),
            headers: vec![("webhook-id", "msg_1".to_owned())],
            body: "{}".to_owned(),
        };
        let hooks = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|&host| host.to_owned()).collect();
            Hooks::new(&named).unwrap_or_else(|failure| panic!("{failure:?}"))
        };
        let closed = hooks(&["127.0.0.1:1", "tickets.example.com"]);
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
            let said = closed.take(call(host)).await.unwrap_err();
            assert!(said.contains("public internet"), "{host}: {said}");
        }
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
        drop(listener);
        let said = hooks(&[&format!("127.0.0.1:{port}")]).take(call("127.0.0.1")).await.unwrap_err();
        assert!(said.contains("cannot be told") && !said.contains("public"), "{said}");
        assert!(Hooks::new(&["a/b".to_owned()]).is_err());
    }
}
