//! Requests to directories, by the HTTP client the binary has anyway.

use std::{error::Error as StdError, fs, future::Future, path::Path, pin::Pin, time::Duration};

use bytes::Bytes;
use http::{Request, Response, header::CONTENT_TYPE};
use http_body_util::BodyExt;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use model::Acme;
use reqwest::{Certificate, redirect::Policy};

use crate::trouble::Trouble;

/// The longest answer that is read, bytes.
const LONGEST: usize = 1 << 20;
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Client(reqwest::Client);

impl Client {
    /// A client for the directory of a certificate; `folder` is what paths are relative to.
    ///
    /// # Errors
    /// A `ca_file` that cannot be used.
    pub(crate) fn new(acme: &Acme, folder: &Path) -> Result<Client, Trouble> {
        let mut builder = reqwest::Client::builder()
            .https_only(true)
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .redirect(Policy::limited(3));
        if let Some(path) = &acme.ca_file {
            let pem = fs::read(folder.join(path))
                .map_err(|e| Trouble::away(format!("cannot read `{path}`: {e}")))?;
            let roots = Certificate::from_pem_bundle(&pem);
            let roots = roots.map_err(|_| Trouble::away(format!("`{path}` holds no certificates in PEM")))?;
            builder = builder.tls_certs_only(roots);
        }
        let client =
            builder.build().map_err(|e| Trouble::away(format!("no HTTP client could be made: {e}")))?;
        Ok(Client(client))
    }
}

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move { send(&client, request).await.map_err(Error::Other) })
    }
}

async fn send(
    client: &reqwest::Client,
    request: Request<BodyWrapper<Bytes>>,
) -> Result<BytesResponse, Box<dyn StdError + Send + Sync>> {
    let (parts, body) = request.into_parts();
    let host = parts.uri.host().unwrap_or_default().to_owned();
    let body = body.collect().await?.to_bytes();
    let request = reqwest::Request::try_from(Request::from_parts(parts, body))?;
    let mut response = client.execute(request).await.map_err(reqwest::Error::without_url)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let is_problem =
        headers.get(CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(b"application/problem+json"));
    if (status.is_client_error() || status.is_server_error()) && !is_problem {
        return Err(format!("{host} answers {status}, which is no answer of an ACME directory").into());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(format!("{host} answers more than 1 MiB").into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut whole = Response::new(());
    *whole.status_mut() = status;
    *whole.headers_mut() = headers;
    Ok(BytesResponse { parts: whole.into_parts().0, body: Box::new(Bytes::from(body)) })
}
