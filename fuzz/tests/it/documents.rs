//! Documents of users: resources, contracts, conditions and formulas.

use contract::{
    Contract, Notation,
    mock::{Call, Mock},
};
use expr::{Condition, Facts, Side, Template};
use fuzz::fuzz;
use head::RequestHead;
use lint::Ruleset;
use model::{Resource, tree};

const DOCUMENT_WORDS: &[&str] = &[
    "\n",
    "\n---\n",
    ": ",
    "- ",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "|\n  ",
    ">-\n  ",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "!x ",
    "# ",
    "~",
    "null",
    "true",
    "0x1F",
    "1e3",
    ".inf",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{2028}",
    "kind: ",
    "name: ",
    "api",
    "route",
    "upstream",
    "gateway",
    "consumer",
    "product",
    "plan",
    "app",
    "policies:\n",
    "when: ",
    "10s",
    "1MiB",
    "endpoints:",
    "http://a",
    "%YAML 1.2\n",
];

#[test]
fn documents_are_read_or_refused_and_a_resource_is_the_same_when_written() {
    fuzz("documents", DOCUMENT_WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        let mut outcome = Vec::new();
        for file in ["a.yaml", "a.json"] {
            match tree::parse(&text, file, tree::TreeLimits::default()) {
                Err(finding) => outcome.push(finding.rule.to_string()),
                Ok(documents) => {
                    for document in documents {
                        let value = document.to_value();
                        outcome.push(shape(&value));
                        match Resource::from_value(value) {
                            Err(finding) => outcome.push(finding.message),
                            Ok(resource) => {
                                // Secrets are not written: the first time may lose some, the second loses nothing.
                                let again = Resource::from_value(resource.to_value()).unwrap();
                                let third = Resource::from_value(again.to_value());
                                assert_eq!(third.as_ref(), Ok(&again), "written and read again");
                                outcome.push(resource.id());
                            }
                        }
                    }
                }
            }
        }
        outcome
    });
}

const CONTRACT_WORDS: &[&str] = &[
    "openapi: 3.1.0\n",
    "openapi: 3.0.3\n",
    "swagger: '2.0'\n",
    "info: { title: a, version: '1' }\n",
    "paths:\n",
    "  /a/{b}:\n",
    "    get:\n",
    "    parameters:\n",
    "$ref: '#/components/schemas/A'\n",
    "$ref: '#/paths/~1a'\n",
    "$ref: '#'\n",
    "$ref: other.yaml\n",
    "components:\n",
    "  schemas:\n",
    "    A: { type: object, properties: { a: { $ref: '#/components/schemas/A' } } }\n",
    "allOf: ",
    "oneOf: ",
    "type: [string, 'null']",
    "enum: ",
    "example: ",
    "{}",
    "[]",
    "- ",
    "  ",
    "\n",
    "responses: { '200': { description: ok } }\n",
    "operationId: a\n",
    "tags: [a]\n",
    "requestBody: ",
    "content: { application/json: { schema: { type: string, pattern: '^a$' } } }\n",
    "servers: [{ url: 'http://a' }]\n",
];

#[test]
fn contracts_are_read_or_refused_and_every_page_of_them_can_be_shown() {
    fuzz("contracts", CONTRACT_WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        match Contract::parse(&text, "contract.yaml") {
            Err(findings) => {
                assert!(!findings.is_empty(), "a refusal says why");
                findings.iter().map(|finding| finding.rule.to_string()).collect()
            }
            Ok(contract) => {
                let outline = contract.outline();
                for operation in &outline.operations {
                    let page =
                        contract.operation(&operation.id).expect("an operation that is listed has a page");
                    contract.samples(&page, "http://a", Some("x-api-key"));
                }
                for schema in &outline.schemas {
                    assert!(
                        contract.schema(schema).is_some(),
                        "a schema that is listed has a page: {schema:?}"
                    );
                }
                assert_eq!(contract.search_terms().len(), outline.operations.len());
                let mut outcome: Vec<_> =
                    contract.findings.iter().map(|finding| finding.rule.to_string()).collect();
                outcome.push(format!("{} {}", outline.operations.len(), outline.schemas.len()));
                outcome
            }
        }
    });
}

const RULESET_WORDS: &[&str] = &[
    "extends: spectral:oas\n",
    "rules:\n",
    "  a:\n",
    "    given: $.paths[*]\n",
    "$..",
    "[?(@.a == 'b')]",
    "[?(@property.match(/^a/))]",
    "^",
    "~",
    "[0:2]",
    "['a','b']",
    "    then: { field: a, function: truthy }\n",
    "pattern",
    "schema",
    "length",
    "alphabetical",
    "casing",
    "enumeration",
    "functionOptions: { match: '^(a+)+$' }",
    "severity: ",
    "error",
    "off",
    "aliases: { P: ['$.paths[*]'] }\n",
    "#P",
    "overrides:\n",
    "formats: [oas3]\n",
    "- ",
    "  ",
    "\n",
    "{",
    "}",
];

/// A document that rules have something to say about.
const CHECKED: &str = "openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths:\n  /a/{b}:\n    get: { tags: [x], responses: {} }\n\
                       components: { schemas: { A: { $ref: '#/components/schemas/A' } } }\n";

#[test]
fn rulesets_are_read_or_refused_and_check_any_contract() {
    let nothing = |file: &str| Err(format!("there is no {file}"));
    let recommended = Ruleset::recommended();
    fuzz("rulesets", RULESET_WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        let mut outcome = Vec::new();
        // The same bytes as a contract, under the rules that ship.
        let report = lint::lint(&*text, "contract.yaml", &recommended, &nothing);
        outcome.push(report.to_text("").lines().count().to_string());
        match Ruleset::read(&text, "rules.yaml", &nothing) {
            Err(faults) => {
                assert!(!faults.is_empty(), "a refusal says why");
                outcome.push(format!("{} faults", faults.len()));
            }
            Ok(rules) => {
                let report = lint::lint(CHECKED, "contract.yaml", &rules, &nothing);
                outcome.push(report.to_json());
                report.to_sarif(&rules, "");
            }
        }
        outcome
    });
}

const MENDED_WORDS: &[&str] = &[
    "openapi: 3.1.0\n",
    "openapi: 3.2.0\n",
    "swagger: '2.0'\n",
    "{\"openapi\":\"3.1.0\",\"paths\":{",
    "tags: []\n",
    "tags:\n- name: x\n",
    "servers: [{ url: https://a/ }]\n",
    "host: a/\n",
    "paths:\n",
    "  /a/:\n",
    "  '/b/{c}/':\n",
    "    get:\n",
    "    put: { responses: {} }\n",
    "      tags: [x, 'é: y']\n",
    "      responses: {}\n",
    "      parameters: [{ name: c, in: path }]\n",
    "      parameters:\n      - name: c\n        in: path\n",
    "components: { schemas: { A: { enum: [a, a , b] } } }\n",
    "          enum:\n          - a\n          - a\n",
    "xml: { attribute: true }\n",
    "# said\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "|\n",
    "\r\n",
    "\t",
    "}}}",
];

/// A contract that much is to be mended of.
const TO_MEND: &str = "openapi: 3.1.0\ninfo: { title: a, version: '1' }\nservers: [{ url: 'https://a/' }]\npaths:\n  /a/{b}/:\n    get:\n      tags: [x]\n      parameters: [{ name: b, in: path }]\n";

#[test]
fn what_is_mended_can_be_read_as_before() {
    let nothing = |file: &str| Err(format!("there is no {file}"));
    let recommended = Ruleset::recommended();
    let is_unreadable = |report: &lint::Report| matches!(report.diagnostics.as_slice(), [one] if one.code == "parser" && one.path.is_empty());
    fuzz("mended", MENDED_WORDS, |input| {
        let given = String::from_utf8_lossy(input);
        let mut outcome = Vec::new();
        for text in [given.to_string(), format!("{TO_MEND}{given}")] {
            let report = lint::lint(&*text, "contract.yaml", &recommended, &nothing);
            let fixes = report.diagnostics.iter().filter_map(|one| one.fix.as_deref());
            let (mended, made) = lint::mend(&text, fixes);
            let after = lint::lint(&*mended, "contract.yaml", &recommended, &nothing);
            assert!(made == 0 || !is_unreadable(&after), "{text}\n---\n{mended}");
            assert!(after.diagnostics.len() <= report.diagnostics.len(), "{text}\n---\n{mended}");
            outcome.push(made.to_string());
        }
        outcome
    });
}

const CONDITION_WORDS: &[&str] = &[
    "request.",
    "request.method",
    "request.path",
    "request.host",
    "request.query",
    "request.headers",
    "request.cookies",
    "caller.groups",
    "client.ip",
    ".startsWith(",
    ".matches(",
    ".contains(",
    ".size()",
    "has(",
    "in [",
    "'a'",
    "\"b\"",
    "==",
    "!=",
    "&&",
    "||",
    "!",
    "?",
    ":",
    "(",
    ")",
    "[",
    "]",
    "1",
    "1.5",
    "true",
    "null",
    "r'\\d+'",
    "b'a'",
    "\\u{41}",
    "${",
    "}",
    "+",
    "-",
    "* ",
    "/",
    "%",
    "9223372036854775807",
    "api",
    "operation",
    ".all(x, ",
    ".exists(x, ",
    ".map(x, ",
];

#[test]
fn conditions_and_formulas_are_read_or_refused_and_answer_any_request() {
    let mut head =
        RequestHead { uri: "/a/b?a=b&c=%zz&d=%c3%a9&a=2".parse().unwrap(), ..RequestHead::default() };
    for (name, value) in [("host", "a:80"), ("cookie", "a=b; c; =d; e=\"f\""), ("x-a", "b"), ("x-a", "c")] {
        head.headers.append(name, http::HeaderValue::from_static(value));
    }
    let client = std::net::Ipv4Addr::LOCALHOST.into();
    let facts = Facts { head: &head, client, origin: None, api: "a@v1", operation: "b", caller: None };
    fuzz("conditions", CONDITION_WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        let holds = [Condition::parse(&text), Condition::for_routing(&text)].map(|condition| {
            condition.map(|condition| condition.holds(&facts)).map_err(|why| {
                // The words before the first quote: what follows is of the input.
                why.split(['`', '"', '\'']).next().unwrap_or_default().to_owned()
            })
        });
        let templates = [Side::Request, Side::Response].map(|side| Template::parse(&text, side).is_ok());
        (holds, templates)
    });
}

/// What kind of value it is, and its first fields.
fn shape(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(fields) => fields.keys().take(8).cloned().collect::<Vec<_>>().join(","),
        serde_json::Value::Array(items) => format!("a list of {}", items.len().min(4)),
        other => format!("{:?}", std::mem::discriminant(other)),
    }
}

/// What every notation is made of: contracts are read or refused, each the same way every time, and what is read can be shown.
fn notations(corpus: &str, words: &[&str]) {
    fuzz(corpus, words, |input| {
        let text = String::from_utf8_lossy(input);
        match contract::notation::read(&text, "fuzzed", None) {
            Err(findings) => {
                assert!(findings.iter().all(|finding| finding.place.is_some()), "a finding without a place");
                findings.len().to_string()
            }
            Ok(read) => {
                let Ok(contract) = Contract::parse(&text, "fuzzed") else { return String::new() };
                assert_eq!(contract.notation, read.notation);
                let outline = contract.outline();
                for operation in &contract.operations {
                    let page = contract.operation(&operation.id).unwrap();
                    contract.samples(&page, "http://127.0.0.1", None);
                }
                let mock = Mock::new(&contract.document("fuzzed"));
                for operation in contract.operations.iter().take(20) {
                    let body: &[u8] = match read.notation {
                        Notation::GraphQl => {
                            br#"{"query":"{ __schema { types { name fields { name type { name } } } } }"}"#
                        }
                        _ => b"",
                    };
                    mock.call(&operation.id, &Call { body, ..Call::default() });
                }
                format!("{} {}", outline.operations.len(), outline.channels.len())
            }
        }
    });
}

#[test]
fn schemas_of_graphql_are_read_or_refused() {
    const WORDS: &[&str] = &[
        "type ",
        "Query",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "!",
        ":",
        "=",
        "|",
        "&",
        "@deprecated",
        "\"\"\"",
        "\"",
        "extend ",
        "schema ",
        "query: ",
        "interface ",
        "union ",
        "enum ",
        "input ",
        "scalar ",
        "implements ",
        "Int",
        "ID",
        "# ",
        "\n",
        "\\u{1F600}",
        "directive @a on ",
    ];
    notations("graphql", WORDS);
}

#[test]
fn documents_of_graphql_are_answered_or_refused_and_the_same_way_every_time() {
    const SCHEMA: &str = "type Query { a(first: Int, of: In = {}): A list: [U!]! } interface N { id: ID! } \
        type A implements N { id: ID! a: A n: [N!] s: S } type B implements N { id: ID! } union U = A | B \
        enum E { X Y } input In { in: In e: E = X t: [String!] } scalar S type Mutation { set(in: In!): E! } type Subscription { on: A }";
    const WORDS: &[&str] = &[
        "query ",
        "mutation ",
        "subscription ",
        "fragment F on A ",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "...F",
        "... on B ",
        "$v",
        ": In!",
        ": ",
        "a",
        "list",
        "id",
        "n",
        "set(in: {})",
        "first: 100 ",
        "of: {in: {e: Y}} ",
        "@include(if: $v)",
        "@skip(if: true)",
        "__typename",
        "__schema",
        "__type(name: \"A\")",
        "fields",
        "type",
        "x: ",
        "\"\\u{1F600}\"",
        "\"\"\"",
        "1e999",
        "-0",
        "null",
        "# ",
        "\n",
    ];
    let mock = Mock::new(&Contract::parse(SCHEMA, "fuzzed").unwrap().document("fuzzed"));
    fuzz("graphql-requests", WORDS, |input| {
        let query = String::from_utf8_lossy(input);
        let body = serde_json::json!({ "query": query, "variables": { "v": true } }).to_string();
        let call = Call { body: body.as_bytes(), accept: Some("text/event-stream"), ..Call::default() };
        let answer = mock.call("graphql", &call).unwrap();
        let text = String::from_utf8(answer.body).unwrap();
        if answer.content_type.as_deref() == Some("application/json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
        format!("{} {}", answer.status, text.len())
    });
}

#[test]
fn files_of_protobuf_are_read_or_refused() {
    const WORDS: &[&str] = &[
        "message ",
        "A",
        "{",
        "}",
        "string ",
        "map<",
        ">",
        "repeated ",
        "oneof ",
        "enum ",
        " = 1",
        ";",
        "[deprecated = true]",
        "service ",
        "rpc ",
        "returns ",
        "(",
        ")",
        "stream ",
        "option ",
        "(google.api.http) = {",
        "get: ",
        "\"/v1/{a=b/*}\"",
        "import ",
        "\"",
        "//",
        "/*",
        "*/",
        "reserved ",
        "extensions ",
        "group ",
        "\n",
        "package a.b;",
        ".A",
        "-1",
        "--- pailou file: b.proto\n",
    ];
    notations("protobuf", WORDS);
}

#[test]
fn descriptions_of_soap_are_read_or_refused() {
    const WORDS: &[&str] = &[
        "<",
        ">",
        "/>",
        "</",
        "x:element",
        "x:complexType",
        "x:sequence",
        "x:choice",
        "x:group",
        "x:attribute",
        " name=\"A\"",
        " type=\"t:A\"",
        " ref=\"t:A\"",
        " base=\"t:A\"",
        "x:extension",
        "x:restriction",
        "x:complexContent",
        "message",
        "part",
        "portType",
        "binding",
        "port",
        "operation",
        "input",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "&b;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "\n",
        "xmlns:t=\"urn:t\"",
    ];
    notations("wsdl", WORDS);
}

#[test]
fn channels_collections_and_recordings_are_read_or_refused() {
    const WORDS: &[&str] = &[
        "\n",
        "  ",
        ": ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        "channels:",
        "operations:",
        "publish:",
        "subscribe:",
        "message:",
        "payload:",
        "$ref: ",
        "'#/channels/a'",
        "bindings:",
        "ws:",
        "http:",
        "method:",
        "servers:",
        "protocol: wss",
        "address: ",
        "action: send",
        "parameters:",
        "item",
        "request",
        "url",
        "raw",
        "{{a}}",
        ":id",
        "response",
        "body",
        "mode",
        "log",
        "entries",
        "mimeType",
        "content",
        "text",
        "asyncapi: 3.0.0",
    ];
    notations("asyncapi", WORDS);
    notations("postman", WORDS);
    fuzz("har", WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        match drift::of_har(&text, "fuzzed", None) {
            Err(findings) => findings.len().to_string(),
            Ok((made, _)) => Contract::parse(&made.to_string(), "made").unwrap().operations.len().to_string(),
        }
    });
}
