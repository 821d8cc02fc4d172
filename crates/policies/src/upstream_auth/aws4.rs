//! Signing calls of AWS and of what is compatible with it: Signature Version 4.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::hmac;
use http::header::AUTHORIZATION;
use percent_encoding::utf8_percent_encode;
use policy::prelude::*;

use crate::{
    aws4::{ALGORITHM, KEPT_IN_PATHS, canonical, hash_of, key, stamp, text},
    text::hex,
};

/// The largest content that is held to be signed, bytes.
const LARGEST: ByteSize = ByteSize(16 << 20);
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A signature over each call, as AWS and what is compatible with it want one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Aws {
    /// The region: `eu-central-1`.
    region: String,
    /// The service as it is named in signatures: `execute-api`, `lambda`, `s3`, `dynamodb`.
    service: String,
    /// The id of the access key.
    access_key_id: String,
    /// The secret of the access key, such as `secret://aws`.
    secret_access_key: String,
    /// The token that goes with keys for a while.
    #[serde(default)]
    session_token: Option<String>,
    /// The `Host` that the service gets, and that is signed: `abc123.execute-api.eu-central-1.amazonaws.com`.
    host: String,
    /// Whether the content is left out of the signature, so that it is passed on as it comes. `s3` accepts that over TLS.
    #[serde(default)]
    unsigned_content: bool,
    /// The largest content that is signed, 16 MiB at most; a larger one is answered `413`.
    #[serde(default = "max_body")]
    max_body: ByteSize,
}

fn max_body() -> ByteSize {
    ByteSize(1 << 20)
}

/// The running form of [`Aws`].
pub(super) struct AwsSigner {
    config: Aws,
    host: HeaderValue,
    token: Option<HeaderValue>,
    /// The key of a day, which most calls have in common.
    today: Mutex<Option<(String, hmac::Key)>>,
}

impl Aws {
    pub(super) fn build(self) -> Result<AwsSigner, Invalid> {
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        for (field, text) in
            [("region", &self.region), ("service", &self.service), ("access_key_id", &self.access_key_id)]
        {
            if !plain(text) {
                return Err(Invalid::field(format!("aws.{field}"), format!("`{text}` is none")));
            }
        }
        if self.secret_access_key.is_empty() {
            return Err(Invalid::field("aws.secret_access_key", "is not empty"));
        }
        if self.max_body > LARGEST {
            let message = format!("is at most {LARGEST}; the content is held until it is sent");
            return Err(Invalid::field("aws.max_body", message));
        }
        let fits = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
        let host = Some(&self.host).filter(|host| !host.is_empty() && fits(host));
        let host = host.and_then(|host| HeaderValue::try_from(host.to_ascii_lowercase()).ok());
        let host = host.ok_or_else(|| Invalid::field("aws.host", "is a name, and a port where it is not the usual one"))?;
        let token = self.session_token.as_ref().map(|token| HeaderValue::try_from(token.as_str())).transpose();
        let mut token = token.map_err(|_| Invalid::field("aws.session_token", "has visible characters only"))?;
        token.iter_mut().for_each(|token| token.set_sensitive(true));
        Ok(AwsSigner { config: self, host, token, today: Mutex::default() })
    }
}

impl Filter for AwsSigner {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if self.config.unsigned_content {
            self.sign(req, UNSIGNED.to_owned());
            return Step::Done(Ok(()));
        }
        if req.body.is_empty() {
            self.sign(req, hash_of(b""));
            return Step::Done(Ok(()));
        }
        Step::wait(async move {
            let body = req.body.read(self.config.max_body.0).await?;
            let hash = hash_of(&body);
            req.body = body.into();
            self.sign(req, hash);
            Ok(())
        })
    }
}

impl AwsSigner {
    fn sign(&self, req: &mut Request, hash: String) {
        let Aws { region, service, access_key_id, .. } = &self.config;
        let at = stamp(req.world.now().unix_ms / 1000);
        let scope = format!("{}/{region}/{service}/aws4_request", &at[..8]);
        req.host = Some(self.host.clone());
        let fields = &mut req.head.headers;
        // What a client says of these would be signed in the name of the gateway, or gainsay what is.
        let said = fields.iter().map(|(name, _)| name).filter(|name| name.starts_with("x-amz-"));
        let said: Vec<HeaderName> = said.filter_map(|name| name.parse().ok()).collect();
        for name in &said {
            fields.remove(name);
        }
        let value = |text: &str| HeaderValue::try_from(text).expect("hexadecimal digits and letters");
        fields.insert("x-amz-date", value(&at));
        fields.insert("x-amz-content-sha256", value(&hash));
        if let Some(token) = &self.token {
            fields.insert("x-amz-security-token", token.clone());
        }
        let mut signed = vec![("host", self.host.to_str().unwrap_or_default().to_owned())];
        for name in ["x-amz-content-sha256", "x-amz-date", "x-amz-security-token"] {
            let line = fields.get(name).and_then(|line| std::str::from_utf8(line.as_bytes()).ok().map(str::to_owned));
            signed.extend(line.map(|line| (name, line)));
        }
        let target = req.target_below_base();
        let (path, query) = target.split_once('?').map_or((&*target, None), |(path, query)| (path, Some(query)));
        // Everything but S3 encodes what is encoded already once more.
        let path = if service == "s3" { path.to_owned() } else { utf8_percent_encode(path, KEPT_IN_PATHS).to_string() };
        let canonical = canonical(req.head.method.as_str(), &path, query, &signed, &hash);
        let text = text(&at, &scope, &canonical);
        let signature = hex(hmac::sign(&self.key(&scope), text.as_bytes()).as_ref());
        let names: Vec<&str> = signed.iter().map(|(name, _)| *name).collect();
        let line = format!(
            "{ALGORITHM} Credential={access_key_id}/{scope}, SignedHeaders={}, Signature={signature}",
            names.join(";")
        );
        let mut line = value(&line);
        line.set_sensitive(true);
        req.head.headers.insert(AUTHORIZATION, line);
    }

    fn key(&self, scope: &str) -> hmac::Key {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, key)) = &*today
            && of == scope
        {
            return key.clone();
        }
        let key = key(self.config.secret_access_key.as_bytes(), scope);
        *today = Some((scope.to_owned(), key.clone()));
        key
    }
}
