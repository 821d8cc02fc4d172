//! Mocks of SOAP: envelopes in the namespaces of the description, and faults.

use contract::{
    Contract,
    mock::{Answer, Call, Mock},
};
use roxmltree::{Document, Node};

const BOOKING: &str = include_str!("booking.wsdl");
const PRICED: &str = include_str!("priced.wsdl");
const V11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const V12: &str = "http://www.w3.org/2003/05/soap-envelope";

fn mock() -> Mock {
    mock_of(BOOKING)
}

fn mock_of(text: &str) -> Mock {
    let contract = Contract::parse(text, "it.wsdl").unwrap_or_else(|findings| panic!("{findings:#?}"));
    Mock::new(&contract.document("x"))
}

fn envelope(version: &str, body: &str) -> String {
    format!("<e:Envelope xmlns:e=\"{version}\"><e:Body>{body}</e:Body></e:Envelope>")
}

fn call(operation: &str, version: &str, body: &str) -> Answer {
    ask(operation, &envelope(version, body), Call { validates: true, ..Call::default() })
}

fn ask(operation: &str, text: &str, call: Call<'_>) -> Answer {
    mock().call(operation, &Call { body: text.as_bytes(), content_type: Some("text/xml"), ..call }).unwrap()
}

fn ask_of(mock: &Mock, operation: &str, text: &str) -> Answer {
    let call = Call { content_type: Some("text/xml"), validates: true, ..Call::default() };
    mock.call(operation, &Call { body: text.as_bytes(), ..call }).unwrap()
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

fn place(order: &str) -> Answer {
    let body = format!(
        "<r:Place xmlns:r=\"urn:rpc\"><order xmlns:t=\"urn:t\">{order}</order><count>1</count></r:Place>"
    );
    ask_of(&mock_of(PRICED), "Place", &envelope(V11, &body))
}

/// The elements of a body, each as `{namespace}name=text`, in the order they stand in.
fn elements(answer: &Answer, version: &str) -> Vec<String> {
    let xml = Document::parse(text(answer)).unwrap_or_else(|e| panic!("{e}: {}", text(answer)));
    assert!(xml.root_element().has_tag_name((version, "Envelope")), "{}", text(answer));
    let body = xml.root_element().first_element_child().unwrap();
    assert!(body.has_tag_name((version, "Body")));
    let line = |one: Node<'_, '_>| {
        let name = one.tag_name();
        let namespace =
            name.namespace().filter(|of| !of.is_empty()).map(|of| format!("{{{of}}}")).unwrap_or_default();
        let attributes: String =
            one.attributes().map(|one| format!(" {}={}", one.name(), one.value())).collect();
        format!("{namespace}{}{attributes}={}", name.name(), one.text().unwrap_or_default())
    };
    body.descendants().skip(1).filter(Node::is_element).map(line).collect()
}

#[test]
fn an_answer_is_an_envelope_whose_elements_are_in_their_namespaces_and_in_order() {
    let book = "<b:Book xmlns:b=\"urn:b\"><b:room><b:beds>2</b:beds></b:room></b:Book>";
    let answer = call("Book", V11, book);
    assert_eq!((answer.status, answer.content_type.as_deref()), (200, Some("text/xml; charset=utf-8")));
    assert_eq!(
        elements(&answer, V11),
        [
            "{urn:b}BookResponse currency=string=",
            "{urn:b}number=1",
            "{urn:b}from=2026-01-15T12:00:00Z",
            "{urn:b}nights=1",
            // An element that is referred to is of its own namespace, and so is what a type of another extends.
            "{urn:guest}Guest=",
            "name=string",
            "{urn:b}card=string",
            // Of a choice one.
            "{urn:b}paid=",
            "{urn:b}cash=true",
            "{urn:b}note=string",
        ]
    );
}

#[test]
fn the_version_is_that_of_the_request() {
    let book = "<b:Book xmlns:b=\"urn:b\"><b:room/></b:Book>";
    let answer = call("Book", V12, book);
    assert_eq!(answer.content_type.as_deref(), Some("application/soap+xml; charset=utf-8"));
    assert_eq!(elements(&answer, V12)[0], "{urn:b}BookResponse currency=string=");
    let neither = call("Book", "urn:other", book);
    assert_eq!(neither.status, 500);
    assert_eq!(elements(&neither, V11)[1], "faultcode=soap:VersionMismatch");
}

#[test]
fn a_call_of_the_rpc_style_is_wrapped_in_the_namespace_of_its_binding() {
    let add = "<r:Add xmlns:r=\"urn:rpc\"><a>1</a><b>2</b></r:Add>";
    assert_eq!(elements(&call("Add", V11, add), V11), ["{urn:rpc}AddResponse=", "sum=1"]);
    let bare = call("Add", V11, "<Add><a>1</a><b>2</b></Add>");
    assert_eq!(bare.status, 500);
    let told = &elements(&bare, V11)[2];
    assert_eq!(
        told,
        "faultstring=`Body` has `Add` of no namespace; `Add` of `urn:rpc` or `Negate` of `urn:rpc` is expected"
    );
}

#[test]
fn a_text_has_the_attributes_that_its_type_and_those_it_extends_give_it() {
    let rest = "<t:bare>7</t:bare><loose>x</loose><g:Guest xmlns:g=\"urn:g\"><name>Ada</name></g:Guest><t:left currency=\"EUR\">1</t:left>";
    let small = "<t:small currency=\"EUR\" per=\"1\">9</t:small>";
    let order = |price: &str, small: &str| place(&format!("{price}{small}{rest}"));
    let answer = order("<t:price currency=\"EUR\" note=\"net\" per=\"2\">9.5</t:price>", small);
    assert_eq!(answer.status, 200, "{}", text(&answer));
    assert_eq!(
        elements(&answer, V11),
        [
            "{urn:rpc}PlaceResponse=",
            "order=",
            "{urn:t}price currency=EUR note=string per=1=1",
            "{urn:t}small currency=EUR per=1=1",
            "{urn:t}bare=1",
            "{urn:t}line=",
            "{urn:t}sku=string",
            "loose=string",
            "{urn:g}Guest=",
            "name=string",
            "{urn:t}left currency=EUR note=string per=1=1",
        ]
    );
    for (price, small, told) in [
        ("<t:price>9.5</t:price>", small, "/price/currency is missing"),
        ("<t:price currency=\"eur\">9.5</t:price>", small, "/price/currency"),
        ("<t:price currency=\"EUR\" per=\"two\">9.5</t:price>", small, "/price/per must be an integer"),
        ("<t:price currency=\"EUR\">cheap</t:price>", small, "/price/#text must be a number"),
        (
            "<t:price currency=\"EUR\">1</t:price>",
            "<t:small currency=\"EUR\" per=\"1\">11</t:small>",
            "/small/#text",
        ),
        (
            "<t:price currency=\"EUR\">1</t:price>",
            "<t:small currency=\"EUR\">9</t:small>",
            "/small/per is missing",
        ),
    ] {
        let answer = order(price, small);
        assert_eq!(answer.status, 500, "{price}{small}");
        assert!(text(&answer).contains(told), "{told}: {}", text(&answer));
    }
    // What is nil has neither text nor attributes.
    let nil = "<t:left xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/>";
    let rest = rest.replace("<t:left currency=\"EUR\">1</t:left>", nil);
    let answer = place(&format!("<t:price currency=\"EUR\">1</t:price>{small}{rest}"));
    assert_eq!(answer.status, 200, "{}", text(&answer));
}

#[test]
fn the_sample_of_a_call_of_the_rpc_style_has_its_types_elements_in_their_namespaces() {
    let contract = Contract::parse(PRICED, "priced.wsdl").unwrap();
    let page = contract.operation("Place").unwrap();
    let sample = page.request_body.unwrap().content[0].example.clone().unwrap();
    let sample = sample.as_str().unwrap().to_owned();
    let answer = ask_of(&mock_of(PRICED), "Place", &sample);
    assert_eq!(answer.status, 200, "{sample}\n{}", text(&answer));
    let without_header = sample.replace("<soap:Header/>", "");
    let answered = Answer { body: without_header.into_bytes(), ..answer };
    let all = elements(&answered, V11);
    for element in [
        "{urn:rpc}Place=",
        "order=",
        "{urn:t}price currency=EUR note=string per=1=1",
        "{urn:t}sku=string",
        "loose=string",
        "{urn:g}Guest=",
        "name=string",
        "count=1",
    ] {
        let found = all.iter().any(|one| one.split('=').map(str::trim).eq(element.split('=').map(str::trim)));
        assert!(found, "{element}: {all:#?}\n{sample}");
    }
}

#[test]
fn calls_without_actions_are_told_apart_by_their_elements() {
    let negate = "<r:Negate xmlns:r=\"urn:rpc\"><a>1</a></r:Negate>";
    assert_eq!(elements(&call("Add", V11, negate), V11), ["{urn:rpc}NegateResponse=", "difference=1"]);
}

#[test]
fn the_sample_of_a_call_is_answered() {
    let contract = Contract::parse(BOOKING, "booking.wsdl").unwrap();
    for operation in ["Book", "Add"] {
        let page = contract.operation(operation).unwrap();
        let media = &page.request_body.unwrap().content[0];
        let sample = media.example.as_ref().unwrap().as_str().unwrap().to_owned();
        let answer = ask(operation, &sample, Call { validates: true, ..Call::default() });
        assert_eq!(answer.status, 200, "{sample}\n{}", text(&answer));
    }
    let page = contract.operation("Add").unwrap();
    let sample = page.request_body.unwrap().content[0].example.clone().unwrap();
    assert!(sample.as_str().unwrap().contains("<m:Add xmlns:m=\"urn:rpc\">"), "{sample}");
}

#[test]
fn what_is_wrong_with_a_request_is_a_fault_of_the_client() {
    let wrong = "<b:Book xmlns:b=\"urn:b\"><b:room><b:beds>two</b:beds></b:room></b:Book>";
    let answer = call("Book", V11, wrong);
    assert_eq!(answer.status, 500);
    let all = elements(&answer, V11);
    assert_eq!(all[..2], [format!("{{{V11}}}Fault="), "faultcode=soap:Client".to_owned()]);
    assert!(all[2].contains("/beds") && all[2].contains("integer"), "{}", all[2]);
    let answer = call("Book", V12, wrong);
    assert_eq!(answer.status, 400);
    let all = elements(&answer, V12);
    assert_eq!(all[2], format!("{{{V12}}}Value=soap:Sender"));
    let loose = ask("Book", &envelope(V11, wrong), Call::default());
    assert_eq!(loose.status, 200);
    for (body, words) in [
        ("<not closed".to_owned(), "well-formed"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>".to_owned(), "well-formed"),
        (format!("<e:Envelope xmlns:e=\"{V11}\"/>"), "no `Body`"),
        (envelope(V11, ""), "`Body` has nothing"),
        (envelope(V11, "<Other/>"), "`Other` of no namespace"),
    ] {
        let answer = ask("Book", &body, Call::default());
        assert_eq!(answer.status, 500);
        assert!(text(&answer).contains(words), "{body}: {}", text(&answer));
    }
    assert_eq!(mock().call("Book", &Call { body: b"\xff", ..Call::default() }).unwrap().status, 500);
}

#[test]
fn a_failure_is_a_fault_of_the_server_with_what_the_description_says_of_it() {
    let book = envelope(V11, "<b:Book xmlns:b=\"urn:b\"><b:room/></b:Book>");
    let answer = ask("Book", &book, Call { fails: Some(500), ..Call::default() });
    assert_eq!(answer.status, 500);
    let all = elements(&answer, V11);
    assert_eq!(all[1], "faultcode=soap:Server");
    assert_eq!(all[3..], ["detail=", "{urn:b}Full=", "{urn:b}until=2026-01-15"]);
}

#[test]
fn answers_that_differ_are_of_the_same_types() {
    let book = envelope(V11, "<b:Book xmlns:b=\"urn:b\"><b:room/></b:Book>");
    let with = |seed| text(&ask("Book", &book, Call { seed, ..Call::default() })).to_owned();
    assert_eq!(with(Some(7)), with(Some(7)));
    assert_ne!(with(Some(7)), with(None));
    assert!(with(Some(7)).contains("from>2026-01-15T12:00:00Z<"));
}

#[test]
fn the_description_is_given_with_the_address_that_was_called() {
    let get = |operation: &str, address| {
        let call = Call { is_safe: true, query: Some("wsdl"), address, ..Call::default() };
        String::from_utf8(mock().call(operation, &call).unwrap().body).unwrap()
    };
    assert_eq!(get("wsdl", None), BOOKING);
    let text = get("wsdl", Some("http://127.0.0.1:4010/base/soap/booking"));
    assert_eq!(text.matches("location=\"http://127.0.0.1:4010/base/soap/booking\"").count(), 2);
    assert!(text.contains("location=\"http://127.0.0.1:4010/base/soap/calculator\""));
    Contract::parse(&text, "booking.wsdl").unwrap();
    let text = get("wsdl2", Some("http://a\"b/soap/calculator"));
    assert!(text.contains("location=\"http://a&quot;b/soap/calculator\""));
}
