//! `jwt-auth`: who calls, by a signed token (RFC 7519, RFC 6750).

use std::{collections::BTreeMap, sync::Arc};

use aws_lc_rs::rand;
use http::header::{AUTHORIZATION, COOKIE};
use jose::{Algorithm, DecryptionKey, KeySet, LONGEST, Rules, Times, Token, Why, is_encrypted, opened};
use policy::{Proof, prelude::*};

use crate::{
    authorization::{NO_TOKEN, Sent, sent, unauthenticated, wrong_token},
    key_source::{KeySource, Place},
    recent::{Mark, Recent},
    said::{ClaimNames, Reading, Said, Unregistered},
    text::header_name,
    words::Words,
};

/// Tokens that a gateway remembers as verified.
const REMEMBERED: usize = 10_000;

/// Lets in callers that send a signed token (JWT), and says who they are.
///
/// The keys are a key set (JWKS) in a file, which is watched, or at an address, which is asked again from time to time and whenever a token
/// names a key that is not known yet. While it cannot be reached, the keys that were good last stay good. A token that is not signed by one of
/// them, is not valid now, or was made for somebody else is answered `401`. Conditions and `authorize` can ask for what it
/// says: `claims.sub`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JwtAuth {
    /// Where the keys are: `https://idp.example.com/.well-known/jwks.json`, or the path of a file.
    jwks: String,
    /// The algorithms that are accepted; by default all with which those who can verify cannot sign.
    #[serde(default = "public")]
    algorithms: Vec<Algorithm>,
    /// Who must have issued the token (`iss`): one or a list of which any will do. Anybody with a key of the set, where absent.
    #[serde(default)]
    issuer: Words,
    /// Whom the token must be made for (`aud`): one or a list of which any will do. Anybody, where absent.
    #[serde(default)]
    audience: Words,
    /// Claims that must be there. Tokens that never expire are accepted where `exp` is not among them.
    #[serde(default = "expiry")]
    require: Vec<String>,
    /// By how much the clocks of issuer and gateway may differ, 5 minutes at most.
    #[serde(default = "skew")]
    clock_skew: Span,
    /// The header with the token. In `authorization` it follows the word `Bearer`; in others that word may be missing.
    #[serde(default = "authorization")]
    header: String,
    /// A cookie that may carry the token, where the header does not. Guard it with `csrf`.
    #[serde(default)]
    cookie: Option<String>,
    /// The claim that says who calls: a path such as `sub` or `realm.user`. It is looked for among the `custom_id`s and then the names of consumers.
    #[serde(default = "subject")]
    consumer_claim: String,
    /// Whether callers that are no registered consumers are let in, as `external` callers with the name that the token gives.
    #[serde(default)]
    unregistered: Unregistered,
    /// The claim with the groups of an external caller, a list or a text with blanks between. A registered consumer has its own groups.
    #[serde(default)]
    groups_claim: Option<String>,
    /// The claim with the scopes, a list or a text with blanks between; by default `scope`, else `scp`.
    #[serde(default)]
    scopes_claim: Option<String>,
    /// Headers for the upstream with the claims they tell: `x-user: sub`. What a client sent under these names is always taken out.
    #[serde(default)]
    forward_claims: BTreeMap<String, String>,
    /// Whether the token is taken out of the request before it goes to the upstream.
    #[serde(default)]
    hide_credentials: bool,
    /// Opens tokens that are encrypted to a key of the gateway (JWE, RFC 7516); what is in one must be a signed token all the same.
    #[serde(default)]
    decrypt: Option<Decrypt>,
    /// Whether only tokens that are bound to the client certificate of the connection are accepted (RFC 8705 §3). TLS listeners then ask for one. A token
    /// that is bound is refused on other connections in any case.
    #[serde(default)]
    certificate_bound: bool,
}

/// How encrypted tokens are opened.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Decrypt {
    /// Private keys, PKCS #8 in PEM, best by references: `[secret://orders-jwe]`; 4 at most, of which any may fit. RSA of 2048 bits or more for `RSA-OAEP-256`;
    /// P-256, P-384 and P-521 for `ECDH-ES`, alone and with `A128KW` or `A256KW`. Or keys that are shared with who encrypts, as JSON Web Keys that say what they
    /// are for: `{"kty": "oct", "alg": "A256KW", "k": "…"}`, with `A128KW`, `A256KW`, `dir`, or, for `dir` in one encryption alone, its name. Content is taken in `A128GCM`, `A192GCM`, `A256GCM`, `A128CBC-HS256` and `A256CBC-HS512`.
    keys: Vec<String>,
    /// Whether tokens that are signed and not encrypted are refused.
    #[serde(default)]
    required: bool,
}

/// Keys that are tried for an encrypted token.
const MOST_KEYS: usize = 4;

impl Decrypt {
    fn read(self) -> Result<Opening, Invalid> {
        if self.keys.is_empty() || self.keys.len() > MOST_KEYS {
            return Err(Invalid::field("decrypt.keys", format!("there is 1 key at least and {MOST_KEYS} at most")));
        }
        let read = |(at, pem): (usize, &String)| {
            DecryptionKey::read(pem).map_err(|why| Invalid::field(format!("decrypt.keys[{at}]"), why))
        };
        let keys = self.keys.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Opening { keys, required: self.required })
    }
}

/// The running form of [`Decrypt`].
struct Opening {
    keys: Vec<DecryptionKey>,
    required: bool,
}

fn public() -> Vec<Algorithm> {
    Algorithm::PUBLIC.to_vec()
}

fn expiry() -> Vec<String> {
    vec!["exp".to_owned()]
}

fn skew() -> Span {
    Span::secs(30)
}

fn authorization() -> String {
    "authorization".to_owned()
}

fn subject() -> String {
    "sub".to_owned()
}

impl Policy for JwtAuth {
    const NAME: &'static str = "jwt-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ jwks: \"https://idp.example.com/.well-known/jwks.json\", algorithms: [RS256, ES256], issuer: \"https://idp.example.com/\", audience: orders }";

    fn files_where_it_runs(config: &serde_json::Value) -> Vec<(String, String)> {
        let named = config.get("jwks").and_then(serde_json::Value::as_str);
        let is_file = |named: &&str| matches!(Place::read(named), Ok(Place::File(_)));
        named.filter(is_file).map(|path| ("jwks".to_owned(), path.to_owned())).into_iter().collect()
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let place = Place::read(&self.jwks).map_err(|message| Invalid::field("jwks", message))?;
        let place = place.within(cx.folder);
        let keys = cx.kept(&format!("jwks {place:?}"), || KeySource::new(place.clone()));
        keys.begin().map_err(|message| Invalid::field("jwks", message))?;
        if self.algorithms.is_empty() {
            return Err(Invalid::field("algorithms", "name at least one, or leave it out"));
        }
        if self.clock_skew > Span::secs(300) {
            return Err(Invalid::field("clock_skew", "is at most 5 minutes"));
        }
        let header = header_name(&self.header, "header")?;
        if self.cookie.as_deref().is_some_and(|name| name.is_empty() || !name.bytes().all(is_cookie_name)) {
            return Err(Invalid::field("cookie", "this is no name of a cookie"));
        }
        let names = ClaimNames {
            consumer: self.consumer_claim,
            groups: self.groups_claim,
            scopes: self.scopes_claim,
            plan: None,
            forward: self.forward_claims,
            unregistered: self.unregistered,
        };
        let mut own = [0; 16];
        rand::fill(&mut own).expect("the operating system has random bytes");
        Ok(Box::new(TokenCheck {
            verified: cx.kept("jwt-auth", || Recent::new(REMEMBERED)),
            own,
            keys,
            algorithms: self.algorithms,
            rules: Rules {
                issuers: self.issuer.0,
                audiences: self.audience.0,
                required: self.require,
                skew: self.clock_skew.0.as_millis() as u64,
            },
            header,
            cookie: self.cookie,
            reading: names.read()?,
            opening: self.decrypt.map(Decrypt::read).transpose()?,
            hide: self.hide_credentials,
            certificate_bound: self.certificate_bound,
        }))
    }
}

fn is_cookie_name(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte)
}

/// The running form of [`JwtAuth`].
struct TokenCheck {
    keys: Arc<KeySource>,
    algorithms: Vec<Algorithm>,
    rules: Rules,
    header: HeaderName,
    cookie: Option<String>,
    reading: Reading,
    opening: Option<Opening>,
    hide: bool,
    certificate_bound: bool,
    /// Of all such policies of the gateway.
    verified: Arc<Recent<Arc<Verified>>>,
    /// Tells this policy's entries from those of others: what one accepts another may not.
    own: [u8; 16],
}

/// What a token said that was verified.
struct Verified {
    times: Times,
    /// Of the keys it was verified with.
    generation: u64,
    said: Said,
}

impl Filter for TokenCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let text = match self.text(&req.head.headers) {
            Ok(Some(text)) => text,
            Ok(None) => return Step::Done(Err(self.missing().into())),
            Err(why) => return Step::Done(Err(wrong_token(why).into())),
        };
        if text.len() > LONGEST {
            return Step::Done(Err(wrong_token("it is too long".into()).into()));
        }
        let generation = self.keys.generation(&req.world, req.arrived);
        let mark = self.verified.mark(&[&self.own, text.as_bytes()]);
        if let Some(known) = self.verified.get(&mark).filter(|known| known.generation == generation) {
            return self.let_in(&known, req).into();
        }
        let inner = match self.opened(text) {
            Ok(inner) => inner,
            Err(why) => return Step::Done(Err(wrong_token(why).into())),
        };
        let text = inner.as_deref().unwrap_or(text);
        let token = match Token::read(text, &self.algorithms) {
            Ok(token) => token,
            Err(why) => return Step::Done(Err(wrong_token(why).into())),
        };
        match self.keys.set() {
            Some((set, generation)) if token.kid().is_none_or(|kid| set.has(kid)) => {
                let known = self.verify(&token, &set, generation, &req.target.workspace);
                self.remember(mark, known, req).into()
            }
            _ => {
                let text = text.to_owned();
                Step::wait(self.verify_later(text, mark, req))
            }
        }
    }

    fn asks_for_certificate(&self) -> bool {
        self.certificate_bound
    }

    fn carries(&self, req: &Request) -> bool {
        !matches!(self.text(&req.head.headers), Ok(None))
    }
}

impl TokenCheck {
    /// The token that a request carries.
    fn text<'r>(&self, headers: &'r Headers) -> Result<Option<&'r str>, Why> {
        let several = || Err("the request carries several tokens".into());
        if self.header == AUTHORIZATION {
            match sent(headers, "bearer") {
                Sent::Credentials(text) => return Ok(Some(text)),
                Sent::Unclear => return several(),
                Sent::Nothing | Sent::Other => {}
            }
        } else {
            let lines = headers.get_all(&self.header);
            let mut lines = lines.iter();
            match (lines.next(), lines.next()) {
                (Some(line), None) => {
                    let text = line.to_str().map_err(|_| "the header is no text")?.trim();
                    let bare = text.split_once(' ').filter(|(word, _)| word.eq_ignore_ascii_case("bearer"));
                    return Ok(Some(bare.map_or(text, |(_, rest)| rest.trim_start())));
                }
                (Some(_), Some(_)) => return several(),
                (None, _) => {}
            }
        }
        let Some(name) = &self.cookie else { return Ok(None) };
        let mut found = None;
        for line in headers.get_all(COOKIE).iter() {
            let line = line.to_str().unwrap_or_default();
            for (key, value) in line.split(';').filter_map(|pair| pair.trim().split_once('=')) {
                if key == name && found.replace(value).is_some_and(|other| other != value) {
                    return several();
                }
            }
        }
        Ok(found)
    }

    /// What is in a token that is encrypted; nothing where it is not.
    fn opened(&self, text: &str) -> Result<Option<String>, Why> {
        match &self.opening {
            Some(opening) if is_encrypted(text) => opened(text, &opening.keys).map(Some),
            Some(opening) if opening.required => Err("it is not encrypted".into()),
            _ => Ok(None),
        }
    }

    /// Verifies when keys are there that may fit.
    async fn verify_later(&self, text: String, mark: Mark, req: &mut Request) -> Flow {
        // A token asks for newer keys at most once; how often that is done for all of them is bounded by the source.
        let looked = self.keys.newer(&req.world, req.arrived).await;
        let Some((set, generation)) = self.keys.set() else {
            let detail = "callers cannot be told apart now, because the keys of their tokens cannot be had";
            let cause = format!("no keys for `jwt-auth`: {}", self.keys.trouble());
            return Err(Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(cause).into());
        };
        let token = Token::read(&text, &self.algorithms).map_err(wrong_token)?;
        if token.kid().is_some_and(|kid| !set.has(kid)) {
            let why = if looked { "its key is not in the set" } else { "its key was not in the set a moment ago" };
            return Err(wrong_token(why.into()).into());
        }
        let known = self.verify(&token, &set, generation, &req.target.workspace);
        self.remember(mark, known, req)
    }

    /// Lets in whom a token names, and keeps what it said for the next time.
    fn remember(&self, mark: Mark, known: Result<Verified, Why>, req: &mut Request) -> Flow {
        let known = Arc::new(known.map_err(wrong_token)?);
        self.let_in(&known, req)?;
        self.verified.put(mark, known);
        Ok(())
    }

    fn verify(
        &self,
        token: &Token<'_>,
        set: &KeySet,
        generation: u64,
        workspace: &str,
    ) -> Result<Verified, Why> {
        let claims = token.verified(set)?;
        let times = self.rules.check(&claims)?;
        Ok(Verified { times, generation, said: self.reading.of(claims, workspace)? })
    }

    fn let_in(&self, known: &Verified, req: &mut Request) -> Flow {
        known.times.hold(req.arrived.unix_ms).map_err(wrong_token)?;
        known.said.fits(req, self.certificate_bound).map_err(wrong_token)?;
        if self.hide {
            self.take_out(&mut req.head.headers);
        }
        self.reading.let_in(&known.said, Proof::Token, req)
    }

    fn take_out(&self, headers: &mut Headers) {
        headers.remove(&self.header);
        let Some(name) = &self.cookie else { return };
        let lines: Vec<String> = headers.get_all(COOKIE).iter().map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect();
        let all = lines.iter().flat_map(|line| line.split(';')).map(str::trim);
        let rest: Vec<_> = all.filter(|pair| pair.split_once('=').is_none_or(|(key, _)| key != name)).collect();
        headers.remove(COOKIE);
        if let Some(value) = HeaderValue::try_from(rest.join("; ")).ok().filter(|value| !value.is_empty()) {
            headers.insert(COOKIE, value);
        }
    }

    fn missing(&self) -> Problem {
        let detail = match self.header == AUTHORIZATION {
            true => "send a token in `Authorization: Bearer`".to_owned(),
            false => format!("send a token in the header `{}`", self.header),
        };
        unauthenticated(detail, &NO_TOKEN)
    }
}

