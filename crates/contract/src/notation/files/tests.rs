use crate::{Contract, notation};

fn whole(files: &[(&str, &str)]) -> String {
    notation::bundle(files.iter().copied())
}

fn read(files: &[(&str, &str)]) -> Contract {
    Contract::parse(&whole(files), "whole").unwrap_or_else(|findings| panic!("{findings:?}"))
}

const ROOT: &str = "openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders/{id}: { $ref: paths/order.yaml }
components:
  schemas:
    Order: { $ref: ./schemas/order.json }
    Money: { type: integer }
";
const PATHS: &str = "get:
  operationId: getOrder
  parameters: [{ $ref: '../common.yaml#/parameters/Id' }]
  responses:
    '200':
      description: One.
      content: { application/json: { schema: { $ref: ../schemas/order.json } } }
    default: { $ref: '../common.yaml#/responses/Problem' }
";
const ORDER: &str = r##"{ "type": "object", "properties": {
  "total": { "$ref": "../common.yaml#/Money" }, "parent": { "$ref": "#" }, "local": { "$ref": "../openapi.yaml#/components/schemas/Money" } } }
"##;
const COMMON: &str = "parameters:
  Id: { name: id, in: path, required: true, schema: { type: string } }
responses:
  Problem: { description: No., content: { application/problem+json: { schema: { $ref: '#/Problem' } } } }
Problem: { type: object, properties: { causes: { type: array, items: { $ref: '#/Problem' } }, of: { $ref: 'schemas/order.json#/properties/total' } } }
Money: { type: object, properties: { units: { type: integer } } }
";

fn shop() -> [(&'static str, &'static str); 4] {
    [
        ("openapi.yaml", ROOT),
        ("paths/order.yaml", PATHS),
        ("schemas/order.json", ORDER),
        ("common.yaml", COMMON),
    ]
}

#[test]
fn references_across_files_and_in_circles_lead_to_components_of_one_document() {
    let contract = read(&shop());
    assert_eq!(contract.findings, []);
    let page = contract.operation("getOrder").unwrap();
    assert_eq!(page.parameters[0].name, "id");
    let names = contract.outline().schemas;
    assert_eq!(names, ["Money", "Order", "Problem", "common-Money", "total"]);
    let order = contract.schema("Order").unwrap();
    let properties = &order.schema["properties"];
    assert_eq!(properties["parent"]["$ref"], "#/components/schemas/Order");
    assert_eq!(properties["total"]["$ref"], "#/components/schemas/common-Money");
    assert_eq!(properties["local"]["$ref"], "#/components/schemas/Money");
}

#[test]
fn a_finding_names_the_file_and_the_line_it_is_of() {
    let mut files = shop();
    let broken = COMMON
        .replace("'#/Problem' }, of", "'#/Gone' }, of")
        .replace("items: { $ref: '#/Problem' }", "items: { $ref: '#/Gone' }");
    files[3].1 = &broken;
    let contract = read(&files);
    let said: Vec<_> = contract
        .findings
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().unwrap();
            (finding.rule.as_str(), place.file.to_string(), place.line)
        })
        .collect();
    assert_eq!(said, [("dangling-reference", "common.yaml".to_owned(), 5)]);

    let wrong = "a: [1\n";
    files[3].1 = wrong;
    let findings = Contract::parse(&whole(&files), "whole").unwrap_err();
    assert_eq!(&*findings[0].place.as_ref().unwrap().file, "common.yaml", "{findings:?}");
}

#[test]
fn what_did_not_come_along_or_lies_outside_is_told_and_the_rest_is_read() {
    let root = ROOT
        .replace("./schemas/order.json", "../secret.yaml")
        .replace("{ type: integer }", "{ $ref: 'https://h.example/m.yaml#/Money' }");
    let contract = read(&[("openapi.yaml", &root), ("paths/order.yaml", PATHS), ("common.yaml", COMMON)]);
    let said: Vec<&str> = contract.findings.iter().map(|finding| &*finding.message).collect();
    assert!(said.iter().any(|said| said.contains("../secret.yaml` leads out of the folder")), "{said:?}");
    assert!(
        said.iter().any(|said| said.contains("`https://h.example/m.yaml`, which did not come")),
        "{said:?}"
    );
    assert!(said.iter().any(|said| said.contains("`schemas/order.json`, which did not come")), "{said:?}");
    assert_eq!(contract.operations.len(), 1);
}

#[test]
fn what_a_file_refers_to_is_known_without_what_are_only_examples() {
    assert_eq!(notation::referred("openapi.yaml", ROOT), ["paths/order.yaml", "schemas/order.json"]);
    assert_eq!(notation::referred("schemas/order.json", ORDER), ["common.yaml", "openapi.yaml"]);
    let text = "a: { example: { $ref: x.yaml } }\nb: { $ref: '#/a' }\nc: { discriminator: { propertyName: t, mapping: { dog: dog.yaml, cat: Cat } } }\n";
    assert_eq!(notation::referred("a.yaml", text), ["dog.yaml"]);
    let text = "responses: { default: { $ref: r.yaml } }\ndefault: { $ref: x.yaml }\n";
    assert_eq!(notation::referred("a.yaml", text), ["r.yaml"]);
    assert_eq!(notation::referred("a.yaml", "a: { $ref: '#/b' }"), Vec::<String>::new());
}

#[test]
fn discriminators_lead_to_what_files_say_too() {
    let root = "openapi: 3.1.0\ninfo: { title: Pets, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n    Pet:\n      oneOf: [{ $ref: pets/dog.yaml }]\n      discriminator: { propertyName: type, mapping: { dog: pets/dog.yaml } }\n";
    let contract = read(&[("openapi.yaml", root), ("pets/dog.yaml", "type: object\n")]);
    let pet = contract.schema("Pet").unwrap().schema;
    assert_eq!(pet["discriminator"]["mapping"]["dog"], "#/components/schemas/dog");
    assert_eq!(pet["oneOf"][0]["$ref"], "#/components/schemas/dog");
}

#[test]
fn references_that_lead_to_each_other_for_ever_end() {
    let root = "openapi: 3.1.0\ninfo: { title: Loop, version: '1' }\npaths:\n  /a: { $ref: 'b.yaml#/x' }\n";
    let text = whole(&[("openapi.yaml", root), ("b.yaml", "x: { $ref: '#/y' }\ny: { $ref: '#/x' }\n")]);
    let findings = Contract::parse(&text, "whole").unwrap_err();
    assert!(!findings.is_empty());
}

#[test]
fn many_references_into_one_large_file_are_bounded() {
    let items: String = (0..30).map(|at| format!("  - {{ a: {at} }}\n")).collect();
    let references: String =
        (0..30).map(|at| format!("    S{at}: {{ items: {{ $ref: 'l{at}.yaml#/all' }} }}\n")).collect();
    let root = format!(
        "openapi: 3.1.0\ninfo: {{ title: Bomb, version: '1' }}\npaths: {{}}\ncomponents:\n  schemas:\n{references}"
    );
    let (names, large): (Vec<String>, _) =
        ((0..30).map(|at| format!("l{at}.yaml")).collect(), format!("all:\n{items}"));
    let mut files = vec![("openapi.yaml", root.as_str())];
    files.extend(names.iter().map(|name| (name.as_str(), large.as_str())));
    let text = whole(&files);
    let parts = super::super::bundle::parts(&text, "whole");
    assert!(super::within(&parts, "whole", 10_000).is_ok());
    let findings = super::within(&parts, "whole", 1_000).unwrap_err();
    assert_eq!(findings[0].rule, "too-large");
}

#[test]
fn the_whole_is_one_document_for_those_who_read_no_files() {
    let text = whole(&shop());
    let one = notation::one(&text, "whole");
    let documents = model::tree::parse(&one, "one.json", Default::default()).unwrap();
    let order = documents[0].root.get("components").and_then(|all| all.get("schemas")?.get("Order"));
    assert!(order.and_then(|order| order.get("properties")).is_some());
    assert!(!one.contains("order.json"));
    assert_eq!(notation::one(ROOT, "a"), ROOT);
}
