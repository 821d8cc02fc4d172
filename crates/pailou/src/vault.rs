//! Secrets of HashiCorp Vault: KV version 2, by a token or as an AppRole.

use std::{env, fs, time::Duration};

use control::{SecretSource, Told};
use reqwest::{Certificate, Client, Method, Response, StatusCode, Url};
use serde_json::{Map, Value, json};
use tokio::{sync::Mutex, time::Instant};

use crate::shutdown::{Failure, chain};

const CONNECT: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer that is read, bytes.
const LARGEST: usize = 1 << 20;

/// A vault, and as whom it is asked.
pub(crate) struct Vault {
    http: Client,
    address: Url,
    namespace: Option<String>,
    proof: Proof,
    /// Of a role that has signed in, and when it is to sign in again.
    token: Mutex<Option<(String, Instant)>>,
}

enum Proof {
    Token(String),
    Role { id: String, secret: String, mount: String },
}

impl Vault {
    /// The vault that the environment names, as Vault's own tools read it; none without `VAULT_ADDR`.
    pub(crate) fn from_environment() -> Result<Option<Vault>, Failure> {
        let read = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let Some(address) = read("VAULT_ADDR") else { return Ok(None) };
        let told = |why: String| Failure::new(format!("VAULT_ADDR: {why}"));
        let url = Url::parse(&address).map_err(|error| told(format!("`{address}`: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err(told(format!("`{address}` is no address, such as `https://vault.example.com:8200`")));
        }
        let proof = match (read("VAULT_TOKEN"), read("VAULT_ROLE_ID"), read("VAULT_SECRET_ID")) {
            (Some(token), None, _) => Proof::Token(token),
            (None, Some(id), Some(secret)) => {
                let mount = read("VAULT_APPROLE_MOUNT").unwrap_or_else(|| "approle".to_owned());
                Proof::Role { id, secret, mount }
            }
            _ => return Err(told("set either VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID".to_owned())),
        };
        let mut http = Client::builder().connect_timeout(CONNECT).timeout(PATIENCE);
        if let Some(path) = read("VAULT_CACERT") {
            let wrong = |error: String| Failure::new(format!("VAULT_CACERT: {path}: {error}"));
            let pem = fs::read(&path).map_err(|error| wrong(error.to_string()))?;
            let all = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.to_string()))?;
            for authority in all {
                http = http.add_root_certificate(authority);
            }
        }
        // A vault that leads elsewhere would be shown the token there.
        let http = http.redirect(reqwest::redirect::Policy::none()).build();
        let http = http.map_err(|error| told(error.to_string()))?;
        let namespace = read("VAULT_NAMESPACE");
        Ok(Some(Vault { http, address: url, namespace, proof, token: Mutex::default() }))
    }

    async fn read(&self, mount: &str, path: &str) -> Result<Map<String, Value>, String> {
        let url = self.url(&[&["v1", mount, "data"][..], &path.split('/').collect::<Vec<_>>()].concat());
        for attempt in 0..2 {
            let token = self.token(attempt > 0).await?;
            let answer = self.send(Method::GET, url.clone(), Some(&token), None).await?;
            let status = answer.status();
            // The token of a role may have ended before its time.
            if status == StatusCode::FORBIDDEN && attempt == 0 && matches!(self.proof, Proof::Role { .. }) {
                continue;
            }
            return match status {
                StatusCode::OK => match body(answer).await?["data"]["data"].take() {
                    Value::Object(fields) => Ok(fields),
                    _ => Err("its answer is none of KV version 2".to_owned()),
                },
                StatusCode::NOT_FOUND => Err("the vault has nothing there".to_owned()),
                StatusCode::FORBIDDEN => Err("the vault does not let us read that".to_owned()),
                status => Err(format!("the vault answers {status}")),
            };
        }
        Err("the vault does not let us read that".to_owned())
    }

    /// What is shown to the vault; a role signs in for it.
    async fn token(&self, again: bool) -> Result<String, String> {
        let (id, secret, mount) = match &self.proof {
            Proof::Token(token) => return Ok(token.clone()),
            Proof::Role { id, secret, mount } => (id, secret, mount),
        };
        let mut known = self.token.lock().await;
        if let Some((token, until)) = known.as_ref().filter(|_| !again)
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let url = self.url(&["v1", "auth", mount, "login"]);
        let proof = json!({ "role_id": id, "secret_id": secret });
        let answer = self.send(Method::POST, url, None, Some(&proof)).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("the vault refuses the role: it answers {}", answer.status()));
        }
        let answer = body(answer).await?;
        let token =
            answer["auth"]["client_token"].as_str().ok_or("the vault's answer has no token")?.to_owned();
        // 0 never ends. A new one is taken before the old one has.
        let lease = match answer["auth"]["lease_duration"].as_u64() {
            Some(0) | None => 3600,
            Some(seconds) => seconds.min(24 * 3600),
        };
        *known = Some((token.clone(), Instant::now() + Duration::from_secs(lease * 4 / 5)));
        Ok(token)
    }

    fn url(&self, parts: &[&str]) -> Url {
        let mut url = self.address.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Response, String> {
        let mut request = self.http.request(method, url).header("x-vault-request", "true");
        if let Some(token) = token {
            request = request.header("x-vault-token", token);
        }
        if let Some(namespace) = &self.namespace {
            request = request.header("x-vault-namespace", namespace);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        // The address may say more than it should.
        request
            .send()
            .await
            .map_err(|error| format!("the vault cannot be asked: {}", chain(&error.without_url())))
    }
}

impl SecretSource for Vault {
    fn fetch<'a>(&'a self, mount: &'a str, path: &'a str) -> Told<'a> {
        Box::pin(self.read(mount, path))
    }
}

async fn body(mut answer: Response) -> Result<Value, String> {
    let mut whole = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| chain(&error.without_url()))? {
        if whole.len() + piece.len() > LARGEST {
            return Err("the vault's answer is too large".to_owned());
        }
        whole.extend_from_slice(&piece);
    }
    serde_json::from_slice(&whole).map_err(|_| "the vault's answer is no JSON".to_owned())
}
