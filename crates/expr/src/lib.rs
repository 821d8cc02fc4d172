//! Conditions: when a policy applies, written in CEL.
//!
//! A condition is read with the CEL grammar, checked whole when it is read, and compiled to a small tree. What a request can
//! then still get wrong is one thing, a header or parameter that it does not have, and that makes the condition false.
//! Evaluating reads only what the condition names, and its cost is bounded: text, nesting and regular expressions are bounded
//! when it is read, and the only loop is over the caller's groups.
//!
//! | Written | Means |
//! |---|---|
//! | `request.method`, `request.path`, `request.host` | of the request; the host is in lower case and without its port |
//! | `request.headers["x-debug"]`, `request.query["page"]` | one value; several lines of a header are joined by `, `, of a parameter the first counts |
//! | `"x-debug" in request.headers`, `has(request.query.page)` | whether it is there |
//! | `client.ip` | the client's address |
//! | `client.country`, `client.asn` | where it is from: `DE`, `AS64500`; empty where nobody has found out |
//! | `api`, `operation` | what was called: `orders@v1`, `getOrder`; empty where there is none |
//! | `caller.name`, `caller.groups`, `caller.scopes` | who calls, and what for; empty before authentication and for anonymous callers |
//! | `claims.sub`, `claims["https://…"]`, `"a" in claims.roles`, `has(claims.sub)` | what the caller's token says |
//! | `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `!`, `&&`, <code>&#124;&#124;</code>, `? :` | as in CEL |
//! | `startsWith`, `endsWith`, `contains`, `matches`, `lowerAscii`, `size` | of texts |
//! | `int(request.headers["x-cost"])` | the number that a text is |
//! | `caller.groups.exists(g, …)`, `caller.groups.all(g, …)`, `size(caller.groups)` | of groups |

mod check;
mod facts;
mod formula;
mod language;
mod pattern;
mod syntax;
mod term;
mod tree;

use std::fmt;

pub use facts::{CallerFacts, Facts, Provenance, query_value};
pub use formula::{Formula, Needs, ResponseView, Side, Stop, Template, View};
pub use language::{Language, Overlap};
pub use pattern::Pattern;
pub use term::Expression;

use check::When;

/// The longest condition, in bytes.
pub const LONGEST: usize = 2048;

/// A condition in its running form.
pub struct Condition {
    test: tree::Test,
    text: Box<str>,
}

impl Condition {
    /// Reads and checks a condition.
    ///
    /// # Errors
    /// What is wrong: the grammar, a name that is not known, a type that does not fit, a bound passed.
    pub fn parse(text: &str) -> Result<Condition, String> {
        Condition::read(text, When::Routed)
    }

    /// As [`Condition::parse`], for the match of a route: before it is known what is called and who calls.
    ///
    /// # Errors
    /// As there; `api`, `operation` and `caller` are not known.
    pub fn for_routing(text: &str) -> Result<Condition, String> {
        Condition::read(text, When::Routing)
    }

    /// As [`Condition::parse`], apart from any request: about what [`Condition::holds_of`] is given under these names.
    ///
    /// # Errors
    /// As there; other names are not known.
    pub fn about(text: &str, names: &'static [&'static str]) -> Result<Condition, String> {
        Condition::read(text, When::About(names))
    }

    fn read(text: &str, when: When) -> Result<Condition, String> {
        if text.len() > LONGEST {
            return Err(format!("a condition may be {LONGEST} bytes long, this one has {}", text.len()));
        }
        Ok(Condition { test: check::compile(text, when)?, text: text.into() })
    }

    /// Whether the condition holds. A header or parameter that is read but not there makes what it decides false, as an error
    /// does in CEL: `a || b` still holds where `b` does.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.test.holds(facts, None) == Some(true)
    }

    /// Whether a condition of [`Condition::about`] holds of an object with its names.
    pub fn holds_of(&self, told: &serde_json::Value) -> bool {
        let head = head::RequestHead::default();
        let caller = Some(CallerFacts { claims: Some(told), ..CallerFacts::default() });
        let client = std::net::Ipv4Addr::UNSPECIFIED.into();
        self.holds(&Facts { head: &head, client, origin: None, api: "", operation: "", caller })
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Condition").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use head::RequestHead;
    use http::Request;

    use super::*;

    fn head() -> RequestHead {
        let request = Request::get("/orders/v1/orders?page=2&q=a%20b+c&q=second&empty")
            .header("host", "API.example.com:8080")
            .header("x-debug", "yes")
            .header("accept", "text/html")
            .header("accept", "application/json")
            .header("x-bytes", http::HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        request.body(()).unwrap().into_parts().0.into()
    }

    fn holds_for(text: &str, caller: Option<CallerFacts<'_>>) -> bool {
        let head = head();
        let facts = Facts {
            head: &head,
            client: "::ffff:10.0.0.7".parse().unwrap(),
            origin: Some(Provenance { country: Some(*b"DE"), asn: Some(64500) }),
            api: "orders@v1",
            operation: "listOrders",
            caller,
        };
        Condition::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).holds(&facts)
    }

    fn holds(text: &str) -> bool {
        let groups = ["staff".to_owned(), "eu-west".to_owned()];
        let scopes = ["orders:read".into()];
        let claims = serde_json::json!({
            "sub": "ada", "level": 10, "verified": true, "roles": ["buyer", 7], "org": { "id": "acme" },
            "https://example.com/tenant": "t1", "none": null,
        });
        holds_for(
            text,
            Some(CallerFacts { name: "ada", groups: &groups, scopes: &scopes, claims: Some(&claims) }),
        )
    }

    #[test]
    fn every_variable_can_be_asked_for() {
        for text in [
            "true",
            "request.method == 'GET'",
            "request.path == '/orders/v1/orders'",
            "request.host == 'api.example.com'",
            "request.headers['X-Debug'] == 'yes'",
            "request.headers.accept == 'text/html, application/json'",
            "request.headers['x-bytes'] != ''",
            "request.query['page'] == '2'",
            "request.query.q == 'a b c'",
            "request.query.empty == ''",
            "client.ip == '10.0.0.7'",
            "client.country == 'DE' && client.asn == 'AS64500'",
            "client.country in ['AT', 'DE']",
            "api == 'orders@v1' && operation == 'listOrders'",
            "caller.name == 'ada'",
            "'orders:read' in caller.scopes && !('orders:write' in caller.scopes)",
            "claims.sub == caller.name && claims['sub'] == 'ada' && 'ada' == claims.sub",
            "claims.org.id == 'acme' && claims['org'].id.startsWith('ac')",
            "claims['https://example.com/tenant'] in ['t0', 't1']",
            "claims.level > 9 && 10 == claims.level && int(claims.level) == 10 && size(claims.sub) == 3",
            "claims.verified && claims.verified == true && true != !claims.verified",
            "'buyer' in claims.roles && !('staff' in claims.roles)",
            "has(claims.org.id) && !has(claims.org.name) && 'sub' in claims && !('x' in claims)",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "claims.gone == 'a'",
            "claims.none == 'a'",
            "claims.org == 'a'",
            "'a' in claims.sub",
            "claims.sub",
        ] {
            assert!(!holds(text), "{text}");
        }
        assert!(!holds_for("has(claims.sub)", None) && !holds_for("claims.sub == ''", None));
    }

    #[test]
    fn a_condition_apart_from_requests_asks_about_what_it_is_given_and_nothing_else() {
        const NAMES: &[&str] = &["developer", "apis", "reason"];
        let told = serde_json::json!({
            "developer": { "email": "ada@example.com", "domain": "example.com", "apps": 2 },
            "apis": ["orders@v1", "stock@v2"], "reason": "for a test",
        });
        for (text, expected) in [
            ("developer.domain == 'example.com'", true),
            ("developer.email.endsWith('@example.com') && developer.apps < 3", true),
            ("developer.domain in ['example.org', 'example.net']", false),
            ("'orders@v1' in apis && !('bills@v1' in apis)", true),
            ("size(reason) > 20", false),
            ("has(developer.company) && developer.company == 'x'", false),
        ] {
            let condition = Condition::about(text, NAMES).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(condition.holds_of(&told), expected, "{text}");
        }
        for text in [
            "request.path == '/'",
            "claims.sub == 'a'",
            "caller.name == 'a'",
            "plan.name == 'a'",
            "client.ip == ''",
        ] {
            let wrong = Condition::about(text, NAMES).unwrap_err();
            assert!(wrong.contains("`developer`, `apis`, `reason`"), "{text}: {wrong}");
        }
    }

    #[test]
    fn every_operator_and_function_does_what_cel_says() {
        for text in [
            "!false",
            "request.method in ['GET', 'HEAD']",
            "!(request.method in [])",
            "size(caller.groups) in [1, 2]",
            "size(request.method) == 3 && request.path.size() > 3 && -1 < 0",
            "request.method == 'PUT' ? false : true",
            "(request.method == 'PUT' ? 'a' : 'b') == 'b'",
            "request.path.startsWith('/orders') && request.path.endsWith('orders') && request.path.contains('v1')",
            "request.path.matches('^/orders/v[0-9]+/')",
            "request.headers['host'].lowerAscii().startsWith('api.')",
            "'staff' in caller.groups && !('ops' in caller.groups)",
            "caller.groups.exists(g, g.startsWith('eu-'))",
            "caller.groups.all(g, size(g) > 2)",
            "('x-debug' in request.headers) == has(request.query.page)",
            "has(request.headers.accept) != has(request.headers.cookie)",
            "'a' < 'b' && 'b' <= 'b' && 2 > 1 && 2 >= 2",
        ] {
            assert!(holds(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_makes_false_unless_the_other_side_decides() {
        let missing = "request.headers['x-none'] == 'a'";
        let also_missing = "request.headers['x-none'] != 'a'";
        assert!(!holds(missing));
        assert!(!holds(also_missing));
        assert!(!holds(&format!("!({missing})")));
        assert!(holds(&format!("{missing} || true")));
        assert!(holds(&format!("true || {missing}")));
        assert!(holds(&format!("!({missing} && false)")));
        assert!(holds(&format!("!(false && {missing})")));
        assert!(!holds(&format!("({missing} && true) == false")));
        assert!(!holds(&format!("({missing}) ? true : true")));
        assert!(!holds("'a' in [request.query.none]"));
        assert!(holds("'a' in [request.query.none, 'a']"));
        assert!(holds("caller.groups.exists(g, g == 'staff' || request.query.none == 'x')"));
        assert!(!holds("caller.groups.all(g, request.query.none == g)"));
    }

    #[test]
    fn an_anonymous_caller_has_an_empty_name_and_no_groups() {
        assert!(holds_for("caller.name == '' && size(caller.groups) == 0", None));
        assert!(holds_for("!caller.groups.exists(g, true) && caller.groups.all(g, false)", None));
    }

    #[test]
    fn a_mistake_is_named_when_the_condition_is_read() {
        for (text, complaint) in [
            ("", "column"),
            ("request.method ==", "column"),
            ("request.metod == 'GET'", "`request.metod` is not known"),
            ("user == 'a'", "`user` is not known"),
            ("request", "`request` alone"),
            ("request.path", "a text stands where a condition is expected"),
            ("request.path == 1", "a text cannot be compared with a number"),
            ("request.headers == 'a'", "all headers cannot be compared with a text"),
            ("request.headers['a b'] == 'a'", "`a b` is no name of a header"),
            ("request.headers[request.path] == 'a'", "must be a text in quotes"),
            ("request.path.matches('(')", "is no pattern"),
            ("request.path.matches(request.path)", "must be a text in quotes"),
            ("request.path.matches('(a{1000}){1000}')", "is no pattern"),
            ("request.path.reverse() == ''", "`reverse` with these arguments is not known"),
            ("1 + 1 == 2", "the operator `+`"),
            ("1.5 > 1", "whole numbers"),
            ("request.headers.map(h, h) == []", "`map` with these arguments"),
            ("caller.groups.exists(a, caller.groups.exists(b, a == b))", "cannot stand inside each other"),
            ("request.headers.exists(h, true)", "go over `caller.groups`"),
            ("g == 'a'", "`g` is not known"),
            ("['a', 1] == []", "either texts or numbers"),
            ("{'a': 1}", "mappings"),
            ("has(request.path)", "`has` asks"),
            ("caller.name.first == 'a'", "has no field `first`"),
            ("claims == 'a'", "all claims cannot be compared"),
            ("claims.a == claims.b", "what two claims are"),
            ("claims", "all claims stands where"),
        ] {
            let error = Condition::parse(text).expect_err(text);
            assert!(error.contains(complaint), "{text}: {error}");
        }
    }

    #[test]
    fn a_route_is_found_before_anybody_is_known() {
        for text in [
            "caller.name == 'ada'",
            "claims.sub == 'a'",
            "api == ''",
            "operation == ''",
            "caller.groups.exists(g, true)",
        ] {
            assert!(Condition::parse(text).is_ok(), "{text}");
            let error = Condition::for_routing(text).unwrap_err();
            assert!(error.contains("not known yet"), "{text}: {error}");
        }
        let text = "request.headers['x-a'] == 'b' && client.ip.startsWith('10.')";
        assert!(Condition::for_routing(text).is_ok());
    }

    #[test]
    fn hostile_text_is_refused_at_once() {
        let long = format!("'{}' == ''", "a".repeat(LONGEST));
        let chain = format!("'a'{} == ''", ".lowerAscii()".repeat(150));
        for text in [
            long,
            chain,
            "(".repeat(2000),
            "[".repeat(2000),
            "!".repeat(2000),
            "-".repeat(2000),
            format!("{}true{}", "(".repeat(900), ")".repeat(900)),
            "a.".repeat(1000),
            "a?".repeat(1000),
            "true?".repeat(400),
            "\u{0}\u{202e}\u{1f600}".to_owned(),
        ] {
            assert!(Condition::parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn arbitrary_text_never_panics() {
        let words = [
            "request",
            ".",
            "headers",
            "[",
            "]",
            "'a'",
            "(",
            ")",
            "&&",
            "||",
            "!",
            "in",
            "==",
            "<",
            "caller.groups",
            "exists",
            "g",
            ",",
            "1",
            "-",
            "?",
            ":",
            "has",
            "size",
            "\"",
            "\\",
            "{",
            "}",
            "matches",
            "true",
            "`",
            "\n",
            "é",
            "0x",
            "r'",
            "b'x'",
        ];
        let mut state = 7_u64;
        for _ in 0..400 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(words[(state >> 33) as usize % words.len()]);
                text.push(' ');
            }
            if let Ok(condition) = Condition::parse(&text) {
                let head = head();
                let client = "::1".parse().unwrap();
                condition.holds(&Facts {
                    head: &head,
                    client,
                    origin: None,
                    api: "",
                    operation: "",
                    caller: None,
                });
            }
        }
    }

    #[test]
    fn the_longest_condition_is_read_in_bounded_time() {
        let text = vec!["request.path == 'a'"; LONGEST / 24].join(" || ");
        let started = cputime();
        assert!(!holds(&text));
        assert!(cputime() - started < Duration::from_secs(5));
    }

    fn cputime() -> Duration {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        Duration::from_nanos(stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default())
    }
}
