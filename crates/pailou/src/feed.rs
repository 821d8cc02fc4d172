//! Snapshots from the control plane of another process.

use std::time::Duration;

use admin::PurgeNews;
use analytics::Told;
use model::{KeyUse, SignOut, Snapshot, snapshot::BlocksTold};
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{ETAG, HeaderValue, IF_NONE_MATCH},
};
use serde_json::json;

use crate::{
    options::Options,
    purges::Mark,
    shutdown::{self, Failure},
};

/// The largest snapshot that is read.
const MAX_BYTES: usize = 1 << 30;
/// How far purges have come.
const PURGES: &str = "pailou-purges";
const CONNECT: Duration = Duration::from_secs(5);
/// How long a snapshot may take to come.
const PATIENCE: Duration = Duration::from_secs(120);

/// Asks for what is new.
pub(crate) struct Feed {
    http: Client,
    url: Url,
    token: String,
    /// Of what was answered last.
    etag: Option<HeaderValue>,
    /// How far purges have come, and how far they have come here.
    told: Option<String>,
    purged: Option<Mark>,
}

/// Asks for the blocks alone, which are small and must come soon.
pub(crate) struct BlocksFeed(Feed);

/// Says when keys were used.
pub(crate) struct KeyUsesTold {
    http: Client,
    url: Url,
    token: String,
}

/// Says which sessions ended.
pub(crate) struct SignOutsTold {
    http: Client,
    url: Url,
    token: String,
}

/// Tells what was counted.
pub(crate) struct CallsTold {
    http: Client,
    url: Url,
    token: String,
}

/// Why nobody heard it.
pub(crate) enum Untold {
    /// It is away, or busy.
    Away(String),
    /// It will not be taken the next time either.
    Refused(String),
}

/// A snapshot as it came, and read.
pub(crate) struct Delivery {
    pub(crate) body: Vec<u8>,
    pub(crate) snapshot: Snapshot,
}

/// Why there is none.
pub(crate) enum Missed {
    /// The token is not the right one; asking again will not help.
    Refused(String),
    /// It is away, or answers something else.
    Away(String),
}

impl Feed {
    /// # Errors
    /// What is missing among the options.
    pub(crate) fn new(options: &Options) -> Result<Feed, Failure> {
        let control = options.control.as_deref().ok_or_else(|| {
            Failure::new(
                "a gateway takes its configuration from a control plane: give its address by --control URL",
            )
        })?;
        let url = Url::parse(&format!("{}/api/v1/snapshot", control.trim_end_matches('/')));
        let url = url.ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| {
            Failure::new(format!(
                "`{control}` is no address for --control, such as `https://control.example.com`"
            ))
        })?;
        let token = options.gateway_token.clone().ok_or_else(|| {
            Failure::new(
                "a gateway shows its control plane a secret: set PAILOU_GATEWAY_TOKEN to the same for both",
            )
        })?;
        let http = Client::builder().connect_timeout(CONNECT).timeout(PATIENCE).build();
        let http = http.map_err(|e| Failure::new(format!("no HTTP client could be made: {e}")))?;
        Ok(Feed { http, url, token, etag: None, told: None, purged: Some(Mark::open(&options.data)) })
    }

    /// Where the control plane is, for a person.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// A feed of the blocks alone, on the same connections.
    pub(crate) fn of_blocks(&self) -> BlocksFeed {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/blocks", self.url.path()));
        BlocksFeed(Feed {
            http: self.http.clone(),
            url,
            token: self.token.clone(),
            etag: None,
            told: None,
            purged: None,
        })
    }

    /// What says when keys were used, on the same connections.
    pub(crate) fn of_key_uses(&self) -> KeyUsesTold {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/key-uses", self.url.path()));
        KeyUsesTold { http: self.http.clone(), url, token: self.token.clone() }
    }

    /// What says which sessions ended, on the same connections.
    pub(crate) fn of_sign_outs(&self) -> SignOutsTold {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/sign-outs", self.url.path()));
        SignOutsTold { http: self.http.clone(), url, token: self.token.clone() }
    }

    /// What tells what was counted, on the same connections.
    pub(crate) fn of_calls(&self) -> CallsTold {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/calls", self.url.path()));
        CallsTold { http: self.http.clone(), url, token: self.token.clone() }
    }

    /// What is new since the last answer; `None` where nothing is.
    ///
    /// # Errors
    /// Why there is no answer. One that could not be read is not asked for again until it changes.
    pub(crate) async fn next(&mut self) -> Result<Option<Delivery>, Missed> {
        let Some(body) = self.body().await? else { return Ok(None) };
        let parsed = tokio::task::spawn_blocking(move || {
            let snapshot = serde_json::from_slice(&body);
            snapshot.map(|snapshot| Delivery { body, snapshot })
        });
        match parsed.await {
            Ok(Ok(delivery)) => Ok(Some(delivery)),
            Ok(Err(error)) => Err(Missed::Away(format!(
                "its snapshot cannot be read, as one of another version may not be: {error}"
            ))),
            Err(error) => Err(Missed::Away(error.to_string())),
        }
    }

    async fn body(&mut self) -> Result<Option<Vec<u8>>, Missed> {
        let mut request = self.http.get(self.url.clone()).bearer_auth(&self.token);
        if let Some(etag) = &self.etag {
            request = request.header(IF_NONE_MATCH, etag.clone());
        }
        let mut response = request.send().await.map_err(away)?;
        let told = response.headers().get(PURGES).and_then(|mark| mark.to_str().ok());
        self.told = told.map(str::to_owned);
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED => return Ok(None),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let reason = "it refuses the token: PAILOU_GATEWAY_TOKEN must be the same there and here";
                return Err(Missed::Refused(reason.to_owned()));
            }
            status => return Err(Missed::Away(format!("it answers {status}"))),
        }
        let etag = response.headers().get(ETAG).cloned();
        let body = read(&mut response).await?;
        self.etag = etag;
        Ok(Some(body))
    }
}

impl KeyUsesTold {
    /// # Errors
    /// It was not taken.
    pub(crate) async fn tell(&self, uses: &[KeyUse]) -> Result<(), reqwest::Error> {
        let request =
            self.http.post(self.url.clone()).bearer_auth(&self.token).json(&json!({ "uses": uses }));
        let answered = request.send().await.and_then(Response::error_for_status);
        answered.map(drop).map_err(reqwest::Error::without_url)
    }
}

impl SignOutsTold {
    /// # Errors
    /// It was not taken.
    pub(crate) async fn tell(&self, outs: &[SignOut]) -> Result<(), reqwest::Error> {
        let request =
            self.http.post(self.url.clone()).bearer_auth(&self.token).json(&json!({ "sign_outs": outs }));
        let answered = request.send().await.and_then(Response::error_for_status);
        answered.map(drop).map_err(reqwest::Error::without_url)
    }
}

impl CallsTold {
    /// # Errors
    /// It was not heard, or is not taken.
    pub(crate) async fn tell(&self, told: &Told) -> Result<(), Untold> {
        let request = self.http.post(self.url.clone()).bearer_auth(&self.token).json(told);
        let away = |error: reqwest::Error| Untold::Away(shutdown::chain(&error.without_url()));
        let status = request.send().await.map_err(away)?.status();
        match status {
            _ if status.is_success() => Ok(()),
            // A portion that is not understood would be told for ever.
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
                Err(Untold::Refused(format!("it answers {status}")))
            }
            _ => Err(Untold::Away(format!("it answers {status}"))),
        }
    }
}

impl BlocksFeed {
    /// The blocks, where anything changed since the last answer.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(crate) async fn next(&mut self) -> Result<Option<BlocksTold>, Missed> {
        let Some(body) = self.0.body().await? else { return Ok(None) };
        serde_json::from_slice(&body).map(Some).map_err(|error| Missed::Away(error.to_string()))
    }
}

impl Feed {
    /// What is to be forgotten, where there is news. Told again until [`Feed::forgot`].
    pub(crate) async fn purges(&self) -> Option<PurgeNews> {
        let known = self.purged.as_ref()?.known.as_ref();
        let told = self.told.as_ref().filter(|told| known != Some(told))?;
        let mut url = self.url.join("purges").ok()?;
        if let Some(mark) = known {
            url.query_pairs_mut().append_pair("after", mark);
        }
        let asked = async {
            let response = self.http.get(url).bearer_auth(&self.token).send().await?.error_for_status()?;
            response.json::<PurgeNews>().await
        };
        match asked.await {
            Ok(news) => Some(news),
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(%error, mark = told, "what is to be forgotten of stored responses is not told");
                None
            }
        }
    }

    pub(crate) fn forgot(&mut self, mark: String) {
        if let Some(purged) = &mut self.purged {
            purged.put(mark);
        }
    }
}

async fn read(response: &mut Response) -> Result<Vec<u8>, Missed> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(Missed::Away(format!("its snapshot is larger than {} MiB", MAX_BYTES >> 20)));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn away(error: reqwest::Error) -> Missed {
    // The address stands in the log line already.
    Missed::Away(shutdown::chain(&error.without_url()))
}
