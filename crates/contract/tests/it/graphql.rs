//! Mocks of GraphQL: what a document comes to by the schema alone.

use std::sync::Arc;

use contract::{
    Contract,
    mock::{Answer, Call, Conversation, Mock},
};
use serde_json::{Value, json};

const SHOP: &str = r#"
"""A shop."""
schema { query: Query, mutation: Change, subscription: Event }
type Query {
  "One of them."
  order(id: ID!): Order
  orders(first: Int = 3): Connection!
  search(text: String!, kinds: [State!], limit: Int): [Item!]!
  node(id: ID!): Node
  grid: [[Int!]!]!
  count(filter: Filter = {}): Int!
}
type Change { place(input: NewOrder!): Order! cancel(order: ID!, why: String): Order @deprecated(reason: "use `end`") }
type Event { changed(id: ID!): Order! }
type Connection { edges: [Edge!]! pageInfo: PageInfo! total: Int }
type Edge { cursor: String! node: Order! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
interface Node { id: ID! }
type Order implements Node @key(fields: "id") { id: ID! note: String total: Float state: State! items: [Item!] placed: DateTime parent: Order }
extend type Order { link: URL @external }
union Item = Book | Cup
type Book { title: String! }
type Cup { size: Int }
enum State { OPEN DONE }
input NewOrder { note: String! state: State = OPEN }
input Filter { within: Filter = {} state: State }
scalar DateTime @specifiedBy(url: "https://example.com")
scalar URL
"#;

fn mock(sdl: &str) -> Mock {
    let contract = Contract::parse(sdl, "shop.graphql").unwrap_or_else(|findings| panic!("{findings:#?}"));
    Mock::new(&contract.document("x"))
}

fn post(mock: &Mock, body: &Value, call: Call<'_>) -> Answer {
    let body = body.to_string();
    let call = Call { body: body.as_bytes(), content_type: Some("application/json"), ..call };
    mock.call("graphql", &call).unwrap()
}

#[track_caller]
fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// The answer to a document.
fn ask(query: &str, variables: &Value) -> Value {
    json_of(&post(&mock(SHOP), &json!({ "query": query, "variables": variables }), Call::default()))
}

#[track_caller]
fn data(query: &str, variables: &Value) -> Value {
    let answer = ask(query, variables);
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

#[track_caller]
fn error(query: &str, variables: &Value) -> Value {
    let answer = ask(query, variables);
    assert!(answer.get("data").is_none(), "{answer}");
    answer["errors"][0].clone()
}

#[test]
fn a_selection_is_answered_with_values_of_its_types() {
    let got = data("{ order(id: 7) { id note total state placed link parent { id } } grid }", &json!({}));
    assert_eq!(
        got,
        json!({
            "order": {
                "id": "7", "note": "note", "total": 1.5, "state": "OPEN", "placed": "2026-01-02T12:00:00Z",
                "link": "https://example.com/1", "parent": { "id": "7" },
            },
            "grid": [[1, 2], [1, 2]],
        })
    );
}

#[test]
fn aliases_fragments_and_directives_are_followed() {
    let query = "query Q($full: Boolean!) {
      a: order(id: \"1\") { ...Short }
      b: order(id: \"2\") { ...Short ... @include(if: $full) { total } ... on Node { id } }
      search(text: \"x\") { __typename ... on Book { title } ... on Cup { size } }
      node(id: 5) { __typename id }
    }
    fragment Short on Order { number: id state @skip(if: $full) }";
    let got = data(query, &json!({ "full": true }));
    assert_eq!(
        got,
        json!({
            "a": { "number": "1" },
            "b": { "number": "2", "total": 1.5, "id": "2" },
            "search": [{ "__typename": "Book", "title": "title" }, { "__typename": "Cup", "size": 2 }],
            "node": { "__typename": "Order", "id": "5" },
        })
    );
    assert_eq!(data(query, &json!({ "full": false }))["a"], json!({ "number": "1", "state": "OPEN" }));
}

#[test]
fn lists_are_as_long_as_is_asked_and_pages_come_to_an_end() {
    let got = data("{ orders { edges { node { id } } pageInfo { hasNextPage } } }", &json!({}));
    assert_eq!(got["orders"]["edges"].as_array().unwrap().len(), 3);
    assert_eq!(got["orders"]["pageInfo"]["hasNextPage"], false);
    let ids = |first: i64| {
        let query = "query ($n: Int) { orders(first: $n) { edges { node { id } } } }";
        let got = data(query, &json!({ "n": first }));
        let edges = got["orders"]["edges"].as_array().unwrap().clone();
        edges.iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(4), ["1", "2", "3", "4"]);
    assert_eq!(ids(0).len(), 0);
    assert_eq!(ids(-3).len(), 0);
    assert_eq!(ids(1_000_000).len(), 100);
    let got = data("{ search(text: \"x\", limit: 1) { __typename } }", &json!({}));
    assert_eq!(got["search"].as_array().unwrap().len(), 1);
}

#[test]
fn a_mutation_answers_with_what_was_sent() {
    let query = "mutation ($new: NewOrder!) { place(input: $new) { note state total } }";
    let got = data(query, &json!({ "new": { "note": "hurry", "state": "DONE" } }));
    assert_eq!(got["place"], json!({ "note": "hurry", "state": "DONE", "total": 1.5 }));
    let wrong = error(query, &json!({ "new": { "note": 7 } }));
    assert!(wrong["message"].as_str().unwrap().contains("note"), "{wrong}");
    let wrong = error(query, &json!({}));
    assert!(wrong["message"].as_str().unwrap().contains("new"), "{wrong}");
    for twice in [
        "mutation { place(input: { note: \"a\", note: \"b\" }) { id } }",
        "query ($f: Filter = { within: { state: OPEN, state: DONE } }) { count(filter: $f) }",
    ] {
        assert!(error(twice, &json!({}))["message"].as_str().unwrap().contains("only one input field"));
    }
}

#[test]
fn what_is_wrong_with_a_document_is_told_with_its_place() {
    for (query, line, column, words) in [
        ("{ nothing }", 1, 3, "nothing"),
        ("{ order { id } }", 1, 3, "id"),
        ("{ order(id: 1) }", 1, 3, "subfields"),
        ("{\n  order(id: 1) { id { x } }\n}", 2, 18, "id"),
        ("{ order(id: 1) { ...F } }", 1, 18, "F"),
        ("{ order(id: true) { id } }", 1, 13, "ID"),
        ("query ($a: Int) { order(id: $a) { id } }", 1, 25, "Int"),
        ("{ a: order(id: 1) { id } a: order(id: 2) { id } }", 1, 26, "conflict"),
        ("{ order(id: 1) { ...F } } fragment F on Order { parent { ...F } }", 1, 27, "F"),
        ("{", 1, 2, "syntax"),
    ] {
        let wrong = error(query, &json!({}));
        let message = wrong["message"].as_str().unwrap();
        assert!(message.contains(words), "{query}: {message}");
        assert_eq!(wrong["locations"][0], json!({ "line": line, "column": column }), "{query}: {message}");
    }
    let several = "query A { order(id: 1) { id } } query B { grid }";
    assert!(error(several, &json!({}))["message"].as_str().unwrap().contains("operationName"));
    let body = json!({ "query": several, "operationName": "B" });
    assert!(json_of(&post(&mock(SHOP), &body, Call::default()))["data"]["grid"].is_array());
}

#[test]
fn tools_learn_the_schema_by_introspection() {
    let got = data(include_str!("introspection.graphql"), &json!({}));
    let schema = &got["__schema"];
    assert_eq!(schema["queryType"]["name"], "Query");
    assert_eq!(schema["mutationType"]["name"], "Change");
    let find = |list: &Value, name: &str| {
        let found = list.as_array().unwrap().iter().find(|of| of["name"] == name);
        found.unwrap_or_else(|| panic!("{name}")).clone()
    };
    let order = find(&schema["types"], "Order");
    assert_eq!(order["kind"], "OBJECT");
    assert_eq!(order["interfaces"][0]["name"], "Node");
    let state = find(&order["fields"], "state");
    assert_eq!(state["type"]["kind"], "NON_NULL");
    assert_eq!(state["type"]["ofType"]["name"], "State");
    let cancel = find(&find(&schema["types"], "Change")["fields"], "cancel");
    assert_eq!((&cancel["isDeprecated"], &cancel["deprecationReason"]), (&json!(true), &json!("use `end`")));
    let orders = find(&find(&schema["types"], "Query")["fields"], "orders");
    assert_eq!(orders["args"][0]["defaultValue"], "3");
    assert_eq!(find(&find(&schema["types"], "Query")["fields"], "order")["description"], "One of them.");
    // Every type that is named is there, as those who build a schema of it ask for.
    let names: Vec<&str> =
        schema["types"].as_array().unwrap().iter().filter_map(|of| of["name"].as_str()).collect();
    fn refers<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
        match value {
            Value::Object(fields) => {
                into.extend(fields.get("kind").and_then(|_| fields.get("name")?.as_str()));
                fields.values().for_each(|value| refers(value, into));
            }
            Value::Array(items) => items.iter().for_each(|item| refers(item, into)),
            _ => {}
        }
    }
    let mut referred = Vec::new();
    refers(&schema["types"], &mut referred);
    assert!(referred.len() > 50 && referred.iter().all(|name| names.contains(name)));
}

#[test]
fn the_same_request_has_the_same_answer_and_others_differ_where_that_is_asked_for() {
    let mock = mock(SHOP);
    let ask = |seed| {
        let body = json!({ "query": "{ search(text: \"x\", limit: 9) { __typename ... on Cup { size } } }" });
        post(&mock, &body, Call { seed, ..Call::default() }).body
    };
    assert_eq!(ask(None), ask(None));
    assert_eq!(ask(Some(1)), ask(Some(1)));
    assert_ne!(ask(Some(1)), ask(Some(2)));
    assert_ne!(ask(None), ask(Some(2)));
}

#[test]
fn statuses_and_types_of_content_are_those_of_graphql_over_http() {
    let mock = mock(SHOP);
    let told = |body: &Value, accept| {
        let answer = post(&mock, body, Call { accept, ..Call::default() });
        (answer.status, answer.content_type.clone().unwrap())
    };
    let (json, own) = ("application/json".to_owned(), "application/graphql-response+json".to_owned());
    let (good, bad) = (json!({ "query": "{ grid }" }), json!({ "query": "{ no }" }));
    assert_eq!(told(&good, None), (200, json.clone()));
    assert_eq!(told(&bad, None), (200, json.clone()));
    let both = Some("application/graphql-response+json, application/json;q=0.9");
    assert_eq!(told(&good, both), (200, own.clone()));
    assert_eq!(told(&bad, both), (400, own));
    assert_eq!(told(&json!([]), None), (400, json.clone()));
    assert_eq!(told(&json!({ "variables": {} }), None), (400, json.clone()));
    assert_eq!(told(&json!({ "query": 7 }), None), (400, json.clone()));
    assert_eq!(told(&json!({ "query": "{ grid }", "variables": [] }), None), (400, json));
    let hash = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "x" } } });
    let answer = post(&mock, &hash, Call::default());
    assert_eq!(json_of(&answer)["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    let broken = mock.call("graphql", &Call { body: b"\xff{", ..Call::default() }).unwrap();
    assert_eq!(broken.status, 400);
    let get = |query: &str| {
        let call = Call { is_safe: true, query: Some(query), ..Call::default() };
        mock.call("graphqlByGet", &call).unwrap()
    };
    let answer =
        get("query=query(%24i%3AID!)%7Border(id%3A%24i)%7Bid%7D%7D&variables=%7B%22i%22%3A%229%22%7D");
    assert_eq!(json_of(&answer)["data"]["order"]["id"], "9");
    assert_eq!(get("query=mutation%7Bcancel(order%3A1)%7Bid%7D%7D").status, 405);
    let fails = post(&mock, &good, Call { fails: Some(500), ..Call::default() });
    assert_eq!(json_of(&fails)["data"], Value::Null);
    assert!(json_of(&fails)["errors"][0]["message"].is_string());
}

#[test]
fn a_subscription_is_a_stream_that_ends() {
    let mock = mock(SHOP);
    let body = json!({ "query": "subscription { changed(id: 3) { id note } }" });
    let answer = post(&mock, &body, Call { accept: Some("text/event-stream"), ..Call::default() });
    assert_eq!(answer.content_type.as_deref(), Some("text/event-stream"));
    let text = String::from_utf8(answer.body).unwrap();
    let first = "event: next\ndata: {\"data\":{\"changed\":{\"id\":\"3\",\"note\":\"note\"}}}\n\n";
    assert!(text.starts_with(first), "{text}");
    assert_eq!(text.matches("event: next\n").count(), 3);
    assert!(text.ends_with("event: complete\ndata:\n\n"), "{text}");
    let plain = post(&mock, &body, Call::default());
    assert!(json_of(&plain)["errors"][0]["message"].as_str().unwrap().contains("text/event-stream"));
}

#[test]
fn what_would_be_large_or_deep_is_refused_before_it_is_made() {
    let wide = format!(
        "{{ orders(first: 100) {{ edges {{ node {{ {} }} }} }} }}",
        (0..2_000).map(|n| format!("a{n}: note ")).collect::<String>()
    );
    assert!(error(&wide, &json!({}))["message"].as_str().unwrap().contains("100000 values"));
    let deep = format!("{{ order(id: 1) {} }}", "{ parent ".repeat(40) + "{ id }" + &"}".repeat(40));
    assert!(ask(&deep, &json!({})).get("data").is_some());
    let deep = format!("{{ order(id: 1) {} }}", "{ parent ".repeat(500) + "{ id }" + &"}".repeat(500));
    assert!(ask(&deep, &json!({})).get("data").is_none());
    // Each doubles the one after it, and each leads one level deeper.
    let chain = |count: usize, spreads: usize| {
        let one = |n: usize| {
            let spread = format!("a: parent {{ ...F{} }} ", n + 1)
                + &format!("b: parent {{ ...F{} }} ", n + 1).repeat(spreads - 1);
            format!("fragment F{n} on Order {{ {spread} }}\n")
        };
        let all: String = (0..count).map(one).collect();
        format!("{{ order(id: 1) {{ ...F0 }} }}\n{all}fragment F{count} on Order {{ id }}")
    };
    assert!(error(&chain(25, 2), &json!({}))["message"].as_str().unwrap().contains("100000 values"));
    assert!(error(&chain(300, 1), &json!({}))["message"].as_str().unwrap().contains("deeper"));
    let circle = format!(
        "{{ __schema {{ types {{ {} }} }} }}",
        "fields { type { ".repeat(6) + "name" + &"} }".repeat(6)
    );
    assert!(error(&circle, &json!({}))["message"].as_str().unwrap().contains("depth"));
    let many = (0..200)
        .map(|n| format!("s{n}: __schema {{ types {{ fields {{ args {{ name type {{ name }} }} }} }} }} "))
        .collect::<String>();
    assert!(
        error(&format!("{{ {many} }}"), &json!({}))["message"].as_str().unwrap().contains("100000 values")
    );
    assert_eq!(data("{ count(filter: { within: { within: {} } }) }", &json!({}))["count"], 1);
}

#[test]
fn a_schema_that_cannot_be_asked_says_why() {
    let mock = mock("interface Node { id: ID! }\ntype Query implements Node { a: Int }");
    let answer = post(&mock, &json!({ "query": "{ a }" }), Call::default());
    assert_eq!(answer.status, 501);
    let told = json_of(&answer)["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(told.contains("id") && told.contains("line 2"), "{told}");
}

const FIND: &str = "
type Query { find(by: By, all: [By!]): String of(in: In): String }
input By @oneOf { id: ID name: String near: Near by: By }
input Near { x: Int! y: Int = 1 }
input In { by: By }
";

#[track_caller]
fn find(query: &str, variables: &Value) -> Value {
    json_of(&post(&mock(FIND), &json!({ "query": query, "variables": variables }), Call::default()))
}

#[test]
fn of_an_input_that_is_one_of_several_one_is_given_and_not_null() {
    for fits in [
        "{ find(by: { id: 1 }) }",
        "{ find(by: { near: { x: 1 } }) }",
        "{ find(all: [{ id: 1 }, { by: { name: \"a\" } }]) }",
        "{ find }",
        "query ($id: ID! = 3) { find(by: { id: $id }) }",
    ] {
        assert_eq!(find(fits, &json!({}))["errors"], Value::Null, "{fits}");
    }
    for (wrong, message) in [
        ("{ find(by: {}) }", "OneOf Input Object \"By\" must specify exactly one key."),
        ("{ find(by: { id: 1, name: \"a\" }) }", "OneOf Input Object \"By\" must specify exactly one key."),
        ("{ find(by: { id: null }) }", "Field \"By.id\" must be non-null."),
        ("{ find(all: [{ by: {} }]) }", "OneOf Input Object \"By\" must specify exactly one key."),
        ("{ of(in: { by: {} }) }", "OneOf Input Object \"By\" must specify exactly one key."),
        (
            "{ ...F } fragment F on Query { find(by: {}) }",
            "OneOf Input Object \"By\" must specify exactly one key.",
        ),
        ("query ($by: By = {}) { find(by: $by) }", "OneOf Input Object \"By\" must specify exactly one key."),
        (
            "query ($id: ID) { find(by: { id: $id }) }",
            "Variable \"$id\" is of type \"ID\" but must be non-nullable to be used for OneOf Input Object \"By\".",
        ),
    ] {
        assert_eq!(find(wrong, &json!({}))["errors"][0]["message"], message, "{wrong}");
    }
    let said = find("{ find(by: {}) }", &json!({}));
    assert_eq!(said["errors"][0]["locations"], json!([{ "line": 1, "column": 12 }]));
    let by = |by: Value| find("query ($by: By) { find(by: $by) }", &json!({ "by": by }))["errors"].clone();
    assert_eq!(by(json!({ "name": "a" })), Value::Null);
    assert_eq!(by(json!(null)), Value::Null);
    let message = "Exactly one key must be specified for OneOf type \"By\".";
    assert_eq!(by(json!({ "name": "a", "id": 1 }))[0]["message"], message);
    assert_eq!(by(json!({ "by": {} }))[0]["message"], message);
    assert_eq!(
        by(json!({ "id": null }))[0]["message"],
        "Field \"id\" for OneOf type \"By\" must be non-null."
    );
}

#[test]
fn the_introspection_says_which_inputs_are_one_of_several() {
    let query = "{ by: __type(name: \"By\") { isOneOf } near: __type(name: \"Near\") { one: isOneOf isOneOf }
      q: __type(name: \"Query\") { ...T } __schema { types { name ...T } directives { name locations } } }
      fragment T on __Type { isOneOf fields { type { isOneOf } } }";
    let got = find(query, &json!({}));
    assert_eq!(got["data"]["by"], json!({ "isOneOf": true }), "{got}");
    assert_eq!(got["data"]["near"], json!({ "one": false, "isOneOf": false }));
    assert_eq!(
        got["data"]["q"],
        json!({ "isOneOf": null, "fields": [{ "type": { "isOneOf": null } }, { "type": { "isOneOf": null } }] })
    );
    let types = got["data"]["__schema"]["types"].as_array().unwrap();
    let ours: Vec<_> = types.iter().filter(|of| of["isOneOf"] == true).map(|of| &of["name"]).collect();
    assert_eq!(ours, ["By"]);
    let directives = got["data"]["__schema"]["directives"].as_array().unwrap();
    assert!(
        directives.contains(&json!({ "name": "oneOf", "locations": ["INPUT_OBJECT"] })),
        "{directives:?}"
    );
}

#[test]
fn a_schema_whose_one_of_several_must_be_given_is_not_asked() {
    for (field, wrong) in [("a: Int!", "must be nullable"), ("a: Int = 1", "cannot have a default value")] {
        let sdl = format!("type Query {{ find(by: By): String }}\ninput By @oneOf {{ {field} b: Int }}");
        let answer = post(&mock(&sdl), &json!({ "query": "{ find }" }), Call::default());
        assert_eq!(answer.status, 501);
        let message = json_of(&answer)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(
            message.contains(&format!("line 2, column 19: OneOf input field By.a {wrong}.")),
            "{message}"
        );
    }
}

/// What a conversation comes to: the messages to each, and how it ended.
fn talk(seed: Option<u64>, fails: bool, messages: &[Value]) -> (Vec<Value>, Option<u16>) {
    let mut conversation = Conversation::new(Arc::new(mock(SHOP)), seed, fails);
    let mut said = Vec::new();
    for message in messages {
        let heard = conversation.hear(&message.to_string());
        said.extend(heard.says.iter().map(|text| serde_json::from_str::<Value>(text).unwrap()));
        if let Some((status, _)) = heard.ends {
            return (said, Some(status));
        }
    }
    (said, None)
}

fn init() -> Value {
    json!({ "type": "connection_init" })
}

fn subscribe(query: &str) -> Value {
    json!({ "id": "a", "type": "subscribe", "payload": { "query": query, "variables": { "id": 7 } } })
}

#[test]
fn a_conversation_answers_what_is_asked_in_it() {
    let changed = "subscription ($id: ID!) { changed(id: $id) { id note } }";
    let (said, ended) = talk(None, false, &[init(), json!({ "type": "ping" }), subscribe(changed)]);
    let next = |note: &str| {
        let payload = json!({ "data": { "changed": { "id": "7", "note": note } } });
        json!({ "id": "a", "type": "next", "payload": payload })
    };
    let complete = json!({ "id": "a", "type": "complete" });
    let [ack, pong] = [json!({ "type": "connection_ack" }), json!({ "type": "pong" })];
    assert_eq!(said, [ack, pong, next("note"), next("note 2"), next("note 3"), complete.clone()]);
    assert_eq!(ended, None);
    // What is no subscription is answered once.
    let (said, _) = talk(None, false, &[init(), subscribe("{ order(id: 7) { id } }")]);
    assert_eq!(said[1]["payload"], json!({ "data": { "order": { "id": "7" } } }));
    assert_eq!(said[2], complete);
    let (said, ended) = talk(None, false, &[init(), subscribe("{ nothing }")]);
    assert_eq!((&said[1]["id"], &said[1]["type"]), (&json!("a"), &json!("error")));
    assert_eq!(said[1]["payload"][0]["message"], "Cannot query field \"nothing\" on type \"Query\".");
    assert_eq!((said.len(), ended), (2, None));
    let (said, _) = talk(None, true, &[init(), subscribe(changed)]);
    assert_eq!(said[1]["payload"]["errors"][0]["message"], "the mock fails on purpose");
    assert_ne!(
        talk(Some(1), false, &[init(), subscribe(changed)]).0,
        talk(Some(2), false, &[init(), subscribe(changed)]).0
    );
}

#[test]
fn a_conversation_ends_with_who_does_not_keep_to_it() {
    let query = "{ order(id: 7) { id } }";
    assert_eq!(talk(None, false, &[subscribe(query)]).1, Some(4401));
    assert_eq!(talk(None, false, &[init(), init()]).1, Some(4429));
    for wrong in [
        json!([]),
        json!({}),
        json!({ "type": "start", "id": "a" }),
        json!({ "type": "subscribe", "payload": { "query": query } }),
        json!({ "type": "subscribe", "id": "", "payload": { "query": query } }),
        json!({ "type": "subscribe", "id": "a" }),
    ] {
        assert_eq!(talk(None, false, &[init(), wrong.clone()]).1, Some(4400), "{wrong}");
    }
}
