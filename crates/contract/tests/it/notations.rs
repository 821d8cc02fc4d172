//! Documents of other notations: what becomes routes, what pages show, and what is said of those that are wrong.

use contract::{
    ChannelAction, Contract, Notation,
    conform::{Breaches, Conformance, Expected},
    mock::{Mock, Refused, Wish},
    notation,
};
use model::Finding;
use schema::Direction;

#[track_caller]
fn read(text: &str) -> Contract {
    match Contract::parse(text, "file") {
        Ok(contract) => contract,
        Err(findings) => panic!("{findings:#?}"),
    }
}

/// Operations as `POST /path id`.
fn routes(contract: &Contract) -> Vec<String> {
    let line = |one: &contract::Operation| format!("{} {} {}", one.method, one.path, one.id);
    contract.operations.iter().map(line).collect()
}

/// Findings of a text that is refused: rule, line, column.
#[track_caller]
fn refused(text: &str) -> Vec<(String, u32, u32)> {
    let place = |finding: Finding| {
        let place = finding.place.unwrap();
        (finding.rule, place.line, place.column)
    };
    let wrong = Contract::parse(text, "file").map(|_| ()).expect_err("it is accepted");
    wrong.into_iter().map(place).collect()
}

const SHOP: &str = r#"
"""A shop."""
schema { query: Query, mutation: Change }
type Query {
  "One of them."
  order(id: ID!): Order
  orders(first: Int = 10): [Order!]!
}
type Change { cancel(order: ID!, why: Why!): Order @deprecated(reason: "use `end`") }
type Order implements Node { id: ID! total: Float state: State items: [Item!] }
interface Node { id: ID! }
extend type Order { note: String }
union Item = Book | Cup
type Book { title: String! }
type Cup { size: Int }
enum State { OPEN DONE }
input Why { text: String! code: Int = 1 }
scalar Date
"#;

#[test]
fn a_graphql_schema_is_one_route_with_its_types() {
    let contract = read(SHOP);
    assert_eq!(contract.notation, Notation::GraphQl);
    assert_eq!(routes(&contract), ["POST /graphql graphql", "GET /graphql graphqlByGet"]);
    let description = contract.operations[0].description.as_deref().unwrap();
    assert!(description.contains("`order(id: ID!): Order`: One of them."), "{description}");
    assert!(description.contains("`cancel(order: ID!, why: Why!): Order` (deprecated)"), "{description}");
    let order = contract.schema("Order").unwrap().schema;
    assert_eq!(order["properties"]["total"]["type"], serde_json::json!(["number", "null"]));
    assert_eq!(order["properties"]["note"]["x-type"], "String");
    let why = contract.schema("Why").unwrap().schema;
    assert_eq!(why["required"], serde_json::json!(["text"]));
    assert_eq!(contract.schema("State").unwrap().schema["enum"], serde_json::json!(["OPEN", "DONE"]));
    let page = contract.operation("graphql").unwrap();
    let example = page.request_body.unwrap().content[0].example.clone().unwrap();
    assert_eq!(example["query"], "{ orders { id } }");
}

#[test]
fn what_is_wrong_with_a_graphql_schema_is_told_where_it_stands() {
    assert_eq!(refused("type Query { a: Nothing }"), [("unknown-type".to_owned(), 1, 17)]);
    assert_eq!(
        refused("type Query { a: Int }\ntype Query { b: Int }"),
        [("duplicate-type".to_owned(), 2, 6)]
    );
    assert_eq!(refused("type Query { a: Int a: Int }"), [("duplicate-field".to_owned(), 1, 21)]);
    assert_eq!(refused("type Other { a: Int }")[0].0, "no-query");
    assert_eq!(refused("type Query { a: }")[0].0, "syntax");
    let deep = format!("type Query {{ a: {}Int{} }}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(refused(&deep)[0].0, "too-deep");
}

const ORDERS: &str = r#"syntax = "proto3";
// Orders of a shop.
package shop.v1;
import "google/api/annotations.proto";
import "common/money.proto";

service Orders {
  // Gets one.
  rpc GetOrder(GetOrderRequest) returns (Order) {
    option (google.api.http) = {
      get: "/v1/{name=shops/*/orders/*}"
      additional_bindings { get: "/v1/orders/{name}" }
    };
  }
  rpc Watch(stream GetOrderRequest) returns (stream Order);
  rpc Cancel(GetOrderRequest) returns (google.protobuf.Empty) {
    option (google.api.http) = { post: "/v1/orders/{name}:cancel" body: "*" };
  }
}
message GetOrderRequest { string name = 1; bool with_items = 2; }
message Order {
  string name = 1;
  int64 total_cents = 2; // In cents.
  repeated Item items = 3;
  map<string, common.Money> prices = 4;
  oneof how { bool card = 5; bool cash = 6; }
  enum State { NONE = 0; OPEN = 1; }
  State state = 7;
  message Item { string title = 1; }
  reserved 9 to 11;
}
"#;
const MONEY: &str = "syntax = \"proto3\";\npackage common;\nmessage Money { string currency = 1; }\n";

#[test]
fn methods_of_grpc_are_routes_and_so_are_those_that_http_rules_give() {
    let contract = read(&notation::bundle([("orders.proto", ORDERS), ("common/money.proto", MONEY)]));
    assert_eq!(contract.notation, Notation::Protobuf);
    assert_eq!((contract.title.as_str(), contract.version.as_str()), ("Orders", "v1"));
    assert_eq!(
        routes(&contract),
        [
            "POST /shop.v1.Orders/GetOrder Orders.GetOrder",
            "GET /v1/shops/{name1}/orders/{name2} Orders.GetOrder.http",
            "GET /v1/orders/{name} Orders.GetOrder.http2",
            "POST /shop.v1.Orders/Watch Orders.Watch",
            "POST /shop.v1.Orders/Cancel Orders.Cancel",
            "POST /v1/orders/{name}:cancel Orders.Cancel.http",
        ]
    );
    assert_eq!(contract.findings, [], "everything that is imported is there");
    let order = contract.schema("shop.v1.Order").unwrap().schema;
    let properties = &order["properties"];
    assert_eq!(properties["totalCents"]["description"], "In cents.");
    assert_eq!(properties["items"]["items"]["$ref"], "#/components/schemas/shop.v1.Order.Item");
    assert_eq!(properties["prices"]["additionalProperties"]["$ref"], "#/components/schemas/common.Money");
    assert_eq!(properties["state"]["$ref"], "#/components/schemas/shop.v1.Order.State");
    let page = contract.operation("Orders.GetOrder.http2").unwrap();
    let parameters: Vec<&str> = page.parameters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(parameters, ["name", "withItems"]);
}

#[test]
fn what_is_wrong_with_protobuf_is_told_in_the_file_that_has_it() {
    let alone = refused(ORDERS);
    assert_eq!(alone, [("missing-import".to_owned(), 5, 8), ("unknown-type".to_owned(), 25, 3)]);
    let text = notation::bundle([
        ("orders.proto", ORDERS),
        ("common/money.proto", "package common;\nmessage Money { string }"),
    ]);
    let wrong = Contract::parse(&text, "file").unwrap_err();
    let place = wrong[0].place.as_ref().unwrap();
    assert_eq!((&*place.file, place.line), ("common/money.proto", 2));
    let deep = format!("syntax = \"proto3\";\n{}", "message A { ".repeat(10_000));
    assert_eq!(refused(&deep)[0].0, "syntax");
    let values = format!("syntax = \"proto3\";\noption (a) = {};", "{ a ".repeat(10_000));
    assert_eq!(refused(&values)[0].0, "syntax");
}

const BOOKING: &str = r#"<?xml version="1.0"?>
<definitions name="Booking" targetNamespace="urn:b" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:b"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:s12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:x="http://www.w3.org/2001/XMLSchema">
  <types><x:schema targetNamespace="urn:b">
    <x:element name="Book"><x:complexType><x:sequence>
      <x:element name="room" type="t:Room"/><x:element name="night" type="x:date" maxOccurs="unbounded"/>
    </x:sequence><x:attribute name="guest" type="x:string" use="required"/></x:complexType></x:element>
    <x:element name="BookResponse" type="x:int"/>
    <x:element name="Cancel" type="x:string"/>
    <x:complexType name="Room"><x:sequence><x:element name="beds" type="x:int" minOccurs="0"/><x:element name="in" type="t:Room" minOccurs="0"/></x:sequence></x:complexType>
  </x:schema></types>
  <message name="Book"><part name="p" element="t:Book"/></message>
  <message name="BookOut"><part name="p" element="t:BookResponse"/></message>
  <message name="Cancel"><part name="p" element="t:Cancel"/></message>
  <portType name="P">
    <operation name="Book"><documentation>Books a room.</documentation><input message="t:Book"/><output message="t:BookOut"/></operation>
    <operation name="Cancel"><input message="t:Cancel"/></operation>
  </portType>
  <binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Book"><soap:operation soapAction="urn:b#Book"/></operation>
    <operation name="Cancel"><soap:operation soapAction="urn:b#Cancel"/></operation>
  </binding>
  <binding name="B12" type="t:P"><s12:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Book"><s12:operation soapAction="urn:b#Book"/></operation>
  </binding>
  <service name="BookingService">
    <port name="One" binding="t:B"><soap:address location="http://old.example.com/soap/booking"/></port>
    <port name="Two" binding="t:B12"><s12:address location="http://old.example.com/soap/booking"/></port>
  </service>
</definitions>"#;

#[test]
fn operations_of_soap_stand_at_one_path_and_are_told_apart_by_their_actions() {
    let contract = read(BOOKING);
    assert_eq!((contract.notation, contract.title.as_str()), (Notation::Wsdl, "BookingService"));
    assert_eq!(
        routes(&contract),
        ["POST /soap/booking Book", "POST /soap/booking Cancel", "GET /soap/booking wsdl"]
    );
    let actions: Vec<_> = contract.operations.iter().map(|one| one.soap_action.as_deref()).collect();
    assert_eq!(actions, [Some("urn:b#Book"), Some("urn:b#Cancel"), None]);
    let page = contract.operation("Book").unwrap();
    let body = page.request_body.unwrap();
    let media: Vec<&str> = body.content.iter().map(|media| media.media_type.as_str()).collect();
    assert_eq!(media, ["text/xml", "application/soap+xml"]);
    let book = &page.schemas["Book"];
    assert_eq!(book["required"], serde_json::json!(["room", "night", "guest"]));
    assert_eq!(book["properties"]["night"]["type"], "array");
    assert_eq!(book["properties"]["guest"]["xml"]["attribute"], true);
    // The example can be sent as it stands.
    let example = body.content[0].example.as_ref().unwrap().as_str().unwrap();
    for piece in [
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">",
        "<soap:Body>",
        "<m:Book xmlns:m=\"urn:b\" guest=",
    ] {
        assert!(example.contains(piece), "{piece} is not in {example}");
    }
    let conformance = Conformance::new(&contract.document("x"));
    let terms = conformance.operation("Book").unwrap();
    let Expected::Body(media) = conformance.expected(terms, Some("text/xml")) else { panic!() };
    let mut breaches = Breaches::at_most(10);
    conformance.check_body(media, Some("text/xml"), example.as_bytes(), Direction::Request, &mut breaches);
    assert!(breaches.is_empty(), "{example}");
}

#[test]
fn a_body_of_soap_is_held_against_the_schema_of_its_operation() {
    let contract = read(BOOKING);
    let conformance = Conformance::new(&contract.document("x"));
    let terms = conformance.operation("Book").unwrap();
    let body = |inner: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{inner}</s:Body></s:Envelope>"
        )
    };
    let is_fine = |inner: &str| {
        let text = body(inner);
        let Expected::Body(media) = conformance.expected(terms, Some("text/xml")) else { panic!() };
        let mut breaches = Breaches::at_most(10);
        conformance.check_body(media, Some("text/xml"), text.as_bytes(), Direction::Request, &mut breaches);
        breaches.is_empty()
    };
    let book = |beds: &str| {
        format!(
            "<b:Book xmlns:b=\"urn:b\" guest=\"a\"><room><beds>{beds}</beds></room><night>2026-01-01</night></b:Book>"
        )
    };
    assert!(is_fine(&book("2")));
    assert!(!is_fine(&book("two")));
    assert!(!is_fine("<b:Cancel xmlns:b=\"urn:b\">1</b:Cancel>"), "another operation's");
}

#[test]
fn wsdl_with_a_document_type_is_refused_before_anything_is_made_of_it() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><definitions>&b;</definitions>";
    let findings = Contract::parse(laughs, "file").unwrap_err();
    assert!(findings[0].message.contains("document types are not read"), "{findings:?}");
    let deep = format!(
        "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\">{}{}</definitions>",
        "<a>".repeat(5000),
        "</a>".repeat(5000)
    );
    assert_eq!(refused(&deep)[0].0, "too-deep");
    assert_eq!(refused("<a xmlns=\"http://www.w3.org/ns/wsdl\"/>")[0].0, "not-wsdl");
    assert_eq!(refused("<definitions><a></definitions>")[0].0, "syntax");
}

const EVENTS: &str = "asyncapi: 3.0.0
info: { title: Events, version: '1' }
servers:
  live: { host: example.com, protocol: wss }
  bus: { host: example.com, protocol: kafka }
channels:
  ticker:
    address: ticker/{symbol}
    servers: [{ $ref: '#/servers/live' }]
    parameters: { symbol: { description: Which one., enum: [A, B] } }
    messages: { price: { $ref: '#/components/messages/Price' } }
    bindings: { ws: { query: { type: object, properties: { every: { type: integer } } } } }
  placed:
    address: orders.placed
    servers: [{ $ref: '#/servers/bus' }]
    messages: { placed: { payload: { type: object } } }
operations:
  prices: { action: send, channel: { $ref: '#/channels/ticker' }, summary: Prices as they change. }
  onPlaced: { action: send, channel: { $ref: '#/channels/placed' } }
components:
  messages: { Price: { name: Price, summary: A price., payload: { $ref: '#/components/schemas/Price' } } }
  schemas: { Price: { type: object, properties: { value: { type: number } } } }
";

#[test]
fn channels_of_websockets_are_routes_and_others_are_shown() {
    let contract = read(EVENTS);
    assert_eq!(contract.notation, Notation::AsyncApi);
    assert_eq!(routes(&contract), ["GET /ticker/{symbol} ticker"]);
    let page = contract.operation("ticker").unwrap();
    let parameters: Vec<&str> = page.parameters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(parameters, ["symbol", "every"]);
    let outline = contract.outline();
    let channels: Vec<_> = outline.channels.iter().map(|one| (one.name.as_str(), one.routed)).collect();
    assert_eq!(channels, [("ticker", true), ("placed", false)]);
    let operation = &outline.channels[0].operations[0];
    assert_eq!((operation.action, operation.messages[0].name.as_str()), (ChannelAction::Receive, "Price"));
    assert_eq!(outline.channels[1].protocols, ["kafka"]);
    assert!(contract.schema("Price").is_some());
}

#[test]
fn mocks_answer_channels_of_http_and_say_that_they_open_no_websocket() {
    let wish = Wish::default();
    let of = |text: &str| Mock::new(&read(text).document("x"));
    assert_eq!(of(EVENTS).answer("ticker", &wish).unwrap_err(), Refused::Opens);
    let refused = Wish { status: Some(503), ..wish };
    assert_eq!(of(EVENTS).answer("ticker", &refused).unwrap().status, 503);
    let answer = of(&EVENTS.replace("wss", "https").replace("bindings: { ws", "x-was: { ws"))
        .answer("prices", &wish)
        .unwrap();
    assert_eq!((answer.status, &*answer.body), (200, &br#"{"value":1}"#[..]));
}

#[test]
fn what_clients_publish_by_http_is_an_operation_with_a_body() {
    let contract = read(
        "asyncapi: 2.6.0
info: { title: Hooks, version: '1' }
channels:
  /hooks/{id}:
    parameters: { id: { schema: { type: integer } } }
    publish:
      operationId: sendHook
      bindings: { http: { type: request, method: PUT } }
      message: { oneOf: [{ name: A, payload: { type: object } }, { name: B, payload: { type: string } }] }
",
    );
    assert_eq!(routes(&contract), ["PUT /hooks/{id} sendHook"]);
    let body = contract.operation("sendHook").unwrap().request_body.unwrap();
    assert_eq!(body.content[0].schema["anyOf"].as_array().unwrap().len(), 2);
    assert_eq!(refused("asyncapi: 1.0.0\n"), [("unsupported-version".to_owned(), 1, 11)]);
    let wrong = "asyncapi: 3.0.0\nchannels: {}\noperations:\n  a: { action: send, channel: { $ref: '#/channels/b' } }\n";
    assert_eq!(refused(wrong), [("unknown-channel".to_owned(), 4, 3)]);
}

#[test]
fn a_collection_becomes_operations_with_examples_and_without_secrets() {
    let text = include_str!("collection.json");
    let read = notation::read(text, "shop.json", None).unwrap();
    assert_eq!(read.notation, Notation::Postman);
    let made = serde_json::to_string(&read.document.root).unwrap();
    assert!(!made.contains("s3cret"), "{made}");
    let contract = self::read(&made);
    assert_eq!(
        routes(&contract),
        ["GET /orders listOrders", "POST /orders placeAnOrder", "GET /orders/{id} getOrder"]
    );
    let page = contract.operation("placeAnOrder").unwrap();
    let body = &page.request_body.unwrap().content[0];
    assert_eq!(body.schema["required"], serde_json::json!(["item", "count"]));
    assert_eq!(page.responses[0].status, "201");
    assert_eq!(contract.operation("listOrders").unwrap().tags, ["Orders"]);
    let finding = Contract::parse(text, "shop.json").unwrap_err().remove(0);
    assert_eq!(finding.rule, notation::NOT_A_CONTRACT);
}
