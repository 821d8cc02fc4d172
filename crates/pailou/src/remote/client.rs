//! A small client of the admin API.

use std::{io::Write, time::Duration};

use reqwest::{Method, Response, Url};
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::print;
use crate::{
    command::{Output, Remote},
    shutdown::Failure,
};

/// Large folders and contracts take their time to be checked.
const PATIENCE: Duration = Duration::from_secs(120);

/// A log of millions of records is read as it comes.
const WHOLE_LOG: Duration = Duration::from_secs(24 * 3600);
/// The longest line of an answer that comes by lines, bytes.
const LONGEST_LINE: usize = 64 << 20;

/// The audit log tells by it who came by the command line.
const AGENT: &str = concat!("pailou-cli/", env!("CARGO_PKG_VERSION"));

/// A text as a segment of a path, or a value of a query, has it.
pub(super) fn escaped(text: &str) -> String {
    // As forms have it, but for the space.
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    token: String,
    workspace: String,
    output: Output,
    runtime: tokio::runtime::Runtime,
}

impl Client {
    pub(crate) fn new(remote: &Remote, output: Output) -> Result<Client, Failure> {
        let base = Url::parse(&format!("{}/api/v1/", remote.url.trim_end_matches('/'))).map_err(|e| {
            let example = "write one such as `http://127.0.0.1:9080`";
            Failure::new(format!("`{}` is no address of a control plane ({e}); {example}", remote.url))
        })?;
        let token = remote
            .token
            .clone()
            .filter(|token| !token.trim().is_empty())
            .ok_or_else(|| Failure::new("a token is needed: set PAILOU_TOKEN or give --token"))?;
        let http = reqwest::Client::builder().timeout(PATIENCE).user_agent(AGENT).build();
        let http = http.map_err(|e| Failure::new(format!("no HTTP client could be made: {e}")))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Failure::new(format!("no runtime could be started: {e}")))?;
        let workspace = remote.workspace.clone();
        Ok(Client { http, base, token, workspace, output, runtime })
    }

    /// A client of what operators decide for all workspaces.
    pub(crate) fn in_default(remote: &Remote, output: Output) -> Result<Client, Failure> {
        Ok(Client { workspace: model::DEFAULT_WORKSPACE.to_owned(), ..Client::new(remote, output)? })
    }

    pub(crate) fn wait(&self, span: Duration) {
        self.runtime.block_on(tokio::time::sleep(span));
    }

    /// The host of the control plane.
    pub(crate) fn host(&self) -> String {
        self.base.host_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::GET, path, None::<&()>)
    }

    /// A text, and the state it is of.
    pub(crate) fn text(&self, path: &str) -> Result<(String, Option<u64>), Failure> {
        let url = self.base.join(path).map_err(|e| Failure::new(e.to_string()))?;
        let request = self.request(Method::GET, url);
        self.runtime.block_on(async {
            let response = self.sent(request).await?;
            if !response.status().is_success() {
                return self.read(response).await.and(Err(Failure::new("the answer is no text")));
            }
            let etag = response.headers().get(reqwest::header::ETAG).and_then(|etag| etag.to_str().ok());
            let revision = etag.and_then(|etag| etag.trim_matches('"').parse().ok());
            let text = response.text().await;
            let text = text.map_err(|e| Failure::new(format!("the answer broke off: {}", innermost(&e))))?;
            Ok((text, revision))
        })
    }

    /// Replaces something, where it is still of a revision.
    pub(crate) fn put_after(
        &self,
        path: &str,
        revision: u64,
        body: &impl Serialize,
    ) -> Result<Value, Failure> {
        let url = self.base.join(path).map_err(|e| Failure::new(e.to_string()))?;
        let request = self.request(Method::PUT, url).json(body);
        let request = request.header(reqwest::header::IF_MATCH, format!("\"{revision}\""));
        self.runtime.block_on(async { self.read(self.sent(request).await?).await })
    }

    pub(crate) fn post(&self, path: &str, body: &impl Serialize) -> Result<Value, Failure> {
        self.send(Method::POST, path, Some(body))
    }

    /// Sends a body, and writes what is answered as it comes.
    pub(crate) fn post_into(
        &self,
        path: &str,
        body: &impl Serialize,
        into: &mut impl Write,
    ) -> Result<(), Failure> {
        let url = self.base.join(path).map_err(|e| Failure::new(e.to_string()))?;
        let request = self.request(Method::POST, url).json(body);
        self.runtime.block_on(async {
            let mut response = self.sent(request).await?;
            if !response.status().is_success() {
                return self.read(response).await.map(drop);
            }
            let broken = |e: reqwest::Error| Failure::new(format!("the answer broke off: {}", innermost(&e)));
            while let Some(piece) = response.chunk().await.map_err(broken)? {
                into.write_all(&piece).map_err(|e| Failure::new(format!("it could not be written: {e}")))?;
            }
            Ok(())
        })
    }

    /// Hands over what is answered line by line, as it comes.
    pub(crate) fn get_lines(
        &self,
        path: &str,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let url = self.base.join(path).map_err(|e| Failure::new(e.to_string()))?;
        let request = self.request(Method::GET, url).timeout(WHOLE_LOG);
        self.runtime.block_on(async {
            let mut response = self.sent(request).await?;
            if !response.status().is_success() {
                return self.read(response).await.map(drop);
            }
            let broken = |e: reqwest::Error| Failure::new(format!("the answer broke off: {}", innermost(&e)));
            let mut rest = Vec::new();
            while let Some(piece) = response.chunk().await.map_err(broken)? {
                rest.extend_from_slice(&piece);
                let mut done = 0;
                while let Some(length) = rest[done..].iter().position(|byte| *byte == b'\n') {
                    take(&rest[done..done + length])?;
                    done += length + 1;
                }
                rest.drain(..done);
                if rest.len() > LONGEST_LINE {
                    return Err(Failure::new("the answer has a line that is too long"));
                }
            }
            match rest.is_empty() {
                true => Ok(()),
                false => Err(Failure::new("the answer broke off in the middle of a line")),
            }
        })
    }

    pub(crate) fn put(&self, path: &str, body: &impl Serialize) -> Result<Value, Failure> {
        self.send(Method::PUT, path, Some(body))
    }

    pub(crate) fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::DELETE, path, None::<&()>)
    }

    fn send(&self, method: Method, path: &str, body: Option<&impl Serialize>) -> Result<Value, Failure> {
        let url = self.base.join(path).map_err(|e| Failure::new(e.to_string()))?;
        let mut request = self.request(method, url);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.runtime.block_on(async { self.read(self.sent(request).await?).await })
    }

    fn request(&self, method: Method, url: Url) -> reqwest::RequestBuilder {
        let request = self.http.request(method, url).bearer_auth(&self.token);
        match self.workspace == model::DEFAULT_WORKSPACE {
            true => request,
            false => request.header("pailou-workspace", &self.workspace),
        }
    }

    async fn sent(&self, request: reqwest::RequestBuilder) -> Result<Response, Failure> {
        request.send().await.map_err(|e| {
            Failure::new(format!("the control plane at {} does not answer: {}", self.base, innermost(&e)))
        })
    }

    async fn read(&self, response: Response) -> Result<Value, Failure> {
        let status = response.status();
        let body = response
            .bytes()
            .await
            .map_err(|e| Failure::new(format!("the answer broke off: {}", innermost(&e))))?;
        let value: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(value);
        }
        if self.output == Output::Json && value.is_object() {
            print::json(&value);
        }
        Err(print::problem(status.as_u16(), &value))
    }
}

/// The innermost cause says most: `connection refused` rather than `error sending request`.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
