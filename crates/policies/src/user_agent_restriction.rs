//! `user-agent-restriction`: which programs may call, by what they call themselves.

use http::header::USER_AGENT;
use policy::prelude::*;
use regex::bytes::{RegexSet, RegexSetBuilder};

/// How much memory the patterns of one list may take, in bytes.
const LARGEST: usize = 1 << 20;
/// Patterns of one list.
const MOST: usize = 256;
/// What crawlers call themselves.
const BOTS: [&str; 3] = [r"bot\b", r"crawl", r"spider|slurp|archiver|facebookexternalhit"];
/// What those call themselves that gather texts for language models.
const AI_BOTS: [&str; 1] = [
    "GPTBot|ChatGPT-User|OAI-SearchBot|ClaudeBot|Claude-Web|anthropic-ai|CCBot|PerplexityBot|Bytespider|Amazonbot|Google-Extended\
     |Applebot-Extended|Meta-ExternalAgent|cohere-ai|Diffbot|ImagesiftBot|Omgilibot|YouBot",
];

/// Lets in, or keeps out, programs by their `User-Agent`. Refused calls are answered `403`.
///
/// A program says what it likes there: this keeps out those that are honest, and nobody who means harm. What matches `allow` is let in, whatever
/// else it matches. Patterns are regular expressions, found anywhere in the text and whatever the case.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UserAgentRestriction {
    /// Patterns of programs that may call. Where there are no other rules, all others may not.
    allow: Vec<String>,
    /// Patterns of programs that may not call.
    deny: Vec<String>,
    /// Keeps out what calls itself a bot, crawler or spider.
    deny_bots: bool,
    /// Keeps out the crawlers that gather texts for language models.
    deny_ai_bots: bool,
    /// Keeps out calls without a `User-Agent`.
    deny_missing: bool,
}

impl Policy for UserAgentRestriction {
    const NAME: &'static str = "user-agent-restriction";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ deny_bots: true, allow: [Googlebot], deny: [\"^python-requests/\"] }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let allow = patterns("allow", &self.allow, &[])?;
        let mut known: Vec<&str> = Vec::new();
        if self.deny_bots {
            known.extend(BOTS);
        }
        if self.deny_ai_bots {
            known.extend(AI_BOTS);
        }
        let deny = patterns("deny", &self.deny, &known)?;
        let only_allowed = deny.is_none() && !self.deny_missing;
        if only_allowed && allow.is_none() {
            return Err(Invalid::whole("give `allow` or `deny`, or say `deny_bots`, `deny_ai_bots` or `deny_missing`"));
        }
        Ok(Box::new(AgentCheck { allow, deny, only_allowed, deny_missing: self.deny_missing }))
    }
}

fn patterns(field: &str, texts: &[String], known: &[&str]) -> Result<Option<RegexSet>, Invalid> {
    if texts.is_empty() && known.is_empty() {
        return Ok(None);
    }
    if texts.len() > MOST {
        return Err(Invalid::field(field, format!("at most {MOST} patterns can stand here")));
    }
    for (at, text) in texts.iter().enumerate() {
        crate::text::pattern(text, &format!("{field}[{at}]"))?;
    }
    let all = texts.iter().map(String::as_str).chain(known.iter().copied());
    let set = RegexSetBuilder::new(all).case_insensitive(true).size_limit(LARGEST).build();
    set.map(Some).map_err(|_| Invalid::field(field, "the patterns together are too large"))
}

/// The running form of [`UserAgentRestriction`].
struct AgentCheck {
    allow: Option<RegexSet>,
    deny: Option<RegexSet>,
    only_allowed: bool,
    deny_missing: bool,
}

impl Filter for AgentCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let agent = req.head.headers.get(USER_AGENT).map_or(&b""[..], Value::as_bytes);
        let is = |set: &Option<RegexSet>| set.as_ref().is_some_and(|set| set.is_match(agent));
        let lets_in = match agent {
            b"" => !self.deny_missing && !self.only_allowed,
            _ => is(&self.allow) || !(self.only_allowed || is(&self.deny)),
        };
        if lets_in {
            return Step::Done(Ok(()));
        }
        let detail = "programs that call themselves so in `User-Agent` may not call here";
        Step::Done(Err(Problem::new(problems::FORBIDDEN, detail).into()))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn lets_in(config: &str, agent: &str) -> bool {
        let mut req = RequestBuilder::get("/");
        if !agent.is_empty() {
            req = req.header("user-agent", agent);
        }
        decide(&*build("user-agent-restriction", config), &mut req.build()).is_ok()
    }

    #[test]
    fn programs_are_told_by_what_they_call_themselves() {
        let bots = "{ deny_bots: true, allow: [googlebot] }";
        assert!(!lets_in(bots, "Mozilla/5.0 (compatible; bingbot/2.0)"));
        assert!(lets_in(bots, "Mozilla/5.0 (compatible; Googlebot/2.1)"));
        assert!(lets_in(bots, "Mozilla/5.0 (X11; Linux x86_64)") && lets_in(bots, "curl/8") && lets_in(bots, ""));
        assert!(!lets_in("{ deny_ai_bots: true }", "Mozilla/5.0; GPTBot/1.2") && lets_in("{ deny_ai_bots: true }", "bingbot"));
        assert!(!lets_in("{ deny: ['^curl/'] }", "CURL/8.0") && lets_in("{ deny: ['^curl/'] }", "libcurl/8"));
        assert!(lets_in("{ allow: [^ours/] }", "ours/1") && !lets_in("{ allow: [^ours/] }", "x") && !lets_in("{ allow: [^ours/] }", ""));
        assert!(!lets_in("{ deny_missing: true }", "") && lets_in("{ deny_missing: true }", "x"));
    }

    #[test]
    fn what_is_no_pattern_is_refused_naming_the_field() {
        assert_eq!(invalid("user-agent-restriction", "{ deny: [a, '('] }").field, "deny[1]");
        assert!(invalid("user-agent-restriction", "{}").message.contains("`allow` or `deny`"));
    }
}
