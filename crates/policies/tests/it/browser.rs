//! A browser that keeps cookies.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use testkit::{Gateway, Reply};

#[derive(Default, Clone)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn get(&mut self, gateway: &Gateway, target: &str) -> Reply {
        let call = gateway.get(target).with("accept", "text/html,*/*");
        self.keep(match self.shown() {
            None => call.await,
            Some(cookies) => call.with("cookie", &cookies).await,
        })
    }

    /// Sends a form that a page elsewhere made.
    pub(crate) async fn post(&mut self, gateway: &Gateway, target: &str, form: &str) -> Reply {
        let call = gateway.post(target).with("accept", "text/html,*/*").with("origin", "null");
        let call = call.with("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        self.keep(match self.shown() {
            None => call.await,
            Some(cookies) => call.with("cookie", &cookies).await,
        })
    }

    fn shown(&self) -> Option<String> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!cookies.is_empty()).then(|| cookies.join("; "))
    }

    fn keep(&mut self, reply: Reply) -> Reply {
        for line in reply.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.contains("; HttpOnly"), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            match line.contains("Max-Age=0") {
                true => drop(self.cookies.remove(name)),
                false => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        reply
    }
}

pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

pub(crate) fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}
