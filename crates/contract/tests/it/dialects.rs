use contract::{Dialect, ParameterPlace};
use serde_json::json;

#[test]
fn swagger_comes_out_in_todays_shape() {
    let contract = crate::parse(
        r"
swagger: '2.0'
info: { title: Pets, version: '1' }
basePath: /v2
consumes: [application/json]
produces: [application/json, application/xml]
securityDefinitions: { key: { type: apiKey, in: header, name: api_key } }
security: [{ key: [] }]
parameters:
  limit: { name: limit, in: query, type: integer, minimum: 1, maximum: 100, default: 20 }
paths:
  /pets/{id}:
    parameters:
      - { name: id, in: path, required: true, type: string, format: uuid }
    put:
      operationId: putPet
      parameters:
        - { $ref: '#/parameters/limit' }
        - { name: tags, in: query, type: array, items: { type: string }, collectionFormat: multi }
        - { name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }
      responses:
        200: { description: fine, schema: { $ref: '#/definitions/Pet' }, examples: { application/json: { name: Rex } }, headers: { X-Rate: { type: integer } } }
        default: { description: other }
  /upload:
    post:
      consumes: [multipart/form-data]
      security: []
      parameters:
        - { name: file, in: formData, type: file, required: true, description: the picture }
        - { name: note, in: formData, type: string }
      responses: { 204: { description: done } }
definitions:
  Pet:
    type: object
    required: [name]
    properties: { name: { type: string, example: Rex, x-nullable: true }, parent: { $ref: '#/definitions/Pet' } }
",
    );
    assert_eq!(contract.dialect, Dialect::Swagger20);
    let page = contract.operation("putPet").unwrap();
    let limit = page.parameters.iter().find(|parameter| parameter.name == "limit").unwrap();
    assert_eq!(limit.schema, json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 }));
    assert_eq!((limit.place, &limit.example), (ParameterPlace::Query, &json!(20)));
    let tags = page.parameters.iter().find(|parameter| parameter.name == "tags").unwrap();
    assert_eq!((tags.style.as_str(), tags.explode), ("form", true));
    assert_eq!(page.parameters.len(), 3);
    let body = page.request_body.as_ref().unwrap();
    assert!(body.required);
    assert_eq!(body.content.len(), 1);
    assert_eq!(body.content[0].schema, json!({ "$ref": "#/components/schemas/Pet" }));
    assert_eq!(body.content[0].example, Some(json!({ "name": "Rex" })));
    assert_eq!(
        page.schemas["Pet"]["properties"]["name"],
        json!({ "type": ["string", "null"], "examples": ["Rex"] })
    );
    assert_eq!(page.responses[0].status, "200");
    assert_eq!(page.responses[0].content.len(), 2);
    assert_eq!(page.responses[0].content[0].example, Some(json!({ "name": "Rex" })));
    assert_eq!(page.responses[0].headers[0].schema, json!({ "type": "integer" }));
    assert_eq!(page.security_schemes["key"]["name"], "api_key");
    let upload = contract.operation("POST /upload").unwrap();
    assert!(upload.security.is_empty() && upload.parameters.is_empty());
    let media = &upload.request_body.unwrap().content[0];
    assert_eq!(media.media_type, "multipart/form-data");
    assert_eq!(
        media.schema["properties"]["file"],
        json!({ "type": "string", "format": "binary", "description": "the picture" })
    );
    assert_eq!(media.schema["required"], json!(["file"]));
    assert_eq!(contract.outline().schemas, ["Pet"]);
}

#[test]
fn what_is_new_in_3_2_is_read() {
    let contract = crate::parse(
        r"
openapi: 3.2.0
info: { title: T, version: '1' }
paths:
  /orders:
    query: { operationId: queryOrders, responses: { '200': { description: fine, content: { application/jsonl: { itemSchema: { type: integer } } } } } }
    additionalOperations:
      LINK: { operationId: linkOrders, summary: Links, responses: { '204': { description: done } } }
",
    );
    let found: Vec<(&str, &str)> = contract
        .operations
        .iter()
        .map(|operation| (operation.method.as_str(), operation.id.as_str()))
        .collect();
    assert_eq!(found, [("QUERY", "queryOrders"), ("LINK", "linkOrders")]);
    let page = contract.operation("queryOrders").unwrap();
    assert_eq!(
        page.responses[0].content[0].schema,
        json!({ "type": "array", "items": { "type": "integer" } })
    );
    assert_eq!(contract.operation("linkOrders").unwrap().responses[0].description, "done");
}

#[test]
fn the_operations_parameters_replace_those_of_its_path() {
    let contract = crate::parse(
        r"
openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /a/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string }, description: of the path }
      - { $ref: '#/components/parameters/page' }
    get:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer }, examples: { one: { summary: One, value: 41 } } }
      responses: { '200': { $ref: '#/components/responses/fine' } }
components:
  parameters:
    page: { name: page, in: query, schema: { type: integer, nullable: true }, example: 2 }
  responses:
    fine: { description: fine, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/A' } }, examples: { a: { $ref: '#/components/examples/a' } } } } }
  examples:
    a: { summary: An A, value: [{ b: 1 }] }
  schemas:
    A: { type: object, properties: { b: { $ref: '#/components/schemas/B' } } }
    B: { type: integer }
",
    );
    let page = contract.operation("GET /a/{id}").unwrap();
    assert_eq!(page.parameters.len(), 2);
    assert_eq!(
        (&page.parameters[0].schema["type"], &page.parameters[0].example),
        (&json!("integer"), &json!(41))
    );
    assert_eq!(
        (&page.parameters[1].schema["type"], &page.parameters[1].example),
        (&json!(["integer", "null"]), &json!(2))
    );
    let media = &page.responses[0].content[0];
    assert_eq!((media.example.as_ref(), media.generated), (Some(&json!([{ "b": 1 }])), false));
    assert_eq!(media.examples[0].summary.as_deref(), Some("An A"));
    assert_eq!(page.schemas.keys().collect::<Vec<_>>(), ["A", "B"]);
    assert!(page.more_schemas.is_empty() && !page.truncated);
}

#[test]
fn pages_stay_small_whatever_the_contract_holds() {
    use std::fmt::Write as _;
    let mut schemas = String::new();
    for at in 0..3000 {
        let next = (at + 1) % 3000;
        writeln!(
            schemas,
            "    S{at}: {{ description: {}, properties: {{ n: {{ $ref: '#/components/schemas/S{next}' }}, m: {{ $ref: '#/components/schemas/S{}' }} }} }}",
            "x".repeat(400),
            (at * 7) % 3000
        )
        .unwrap();
    }
    let mut deep = "{ type: string }".to_owned();
    for _ in 0..20 {
        deep = format!(
            "{{ properties: {{ {} }} }}",
            format_args!("a: {deep}, b: {{ description: {} }}", "y".repeat(9000))
        );
    }
    let contract = crate::parse(&format!(
        "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    post:\n      description: {}\n      requestBody: {{ content: {{ application/json: {{ schema: {deep}, example: {} }} }} }}\n      responses: {{ '200': {{ description: d, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/S0' }} }} }} }} }}\ncomponents:\n  schemas:\n{schemas}",
        "z".repeat(100_000),
        "w".repeat(100_000),
    ));
    let page = contract.operation("POST /a").unwrap();
    assert!(page.truncated && !page.more_schemas.is_empty());
    assert!(serde_json::to_string(&page).unwrap().len() < 300_000);
    assert!(contract.schema(&page.more_schemas[0]).is_some());
}

#[test]
fn an_outline_lists_tags_operations_and_schemas() {
    let contract = crate::parse(
        "openapi: 3.1.0\ninfo: { title: T, version: 1.0, description: About }\ntags: [{ name: b, description: Bees }]\npaths:\n  /a:\n    get: { tags: [a, b], summary: Lists, deprecated: true }\ncomponents: { schemas: { Z: {}, A: {} } }\n",
    );
    let outline = serde_json::to_value(contract.outline()).unwrap();
    assert_eq!(
        outline,
        json!({ "title": "T", "version": "1.0", "notation": "openapi", "dialect": "openapi-3.1", "description": "About",
            "tags": [{ "name": "b", "description": "Bees" }, { "name": "a" }],
            "operations": [{ "id": "GET /a", "method": "GET", "path": "/a", "summary": "Lists", "tags": ["a", "b"], "deprecated": true }],
            "schemas": ["A", "Z"] })
    );
}

#[test]
fn operations_are_found_by_words() {
    let contract = crate::parse(
        "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths:\n  /orders/{id}:\n    get: { operationId: getOrder, summary: Reads One Order, tags: [Sales] }\n",
    );
    let terms = &contract.search_terms()[0];
    assert_eq!(terms.text, "get /orders/{id} getorder sales reads one order");
    assert!(terms.matches("order sales") && !terms.matches("order delete"));
}

#[test]
fn schemas_as_deep_as_a_document_may_be_are_read() {
    let mut deep = "{}".to_owned();
    for _ in 0..58 {
        deep = format!("{{ properties: {{ a: {deep} }} }}");
    }
    let contract = crate::parse(&format!(
        "openapi: 3.0.0\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    post:\n      requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Deep' }} }} }} }}\ncomponents:\n  schemas:\n    Deep: {deep}\n"
    ));
    let page = contract.operation("POST /a").unwrap();
    assert!(!page.truncated && page.schemas.contains_key("Deep"));
    assert!(page.request_body.unwrap().content[0].example.is_some());
    let findings =
        contract::Contract::parse(&format!("openapi: 3.0.0\nx-deep: {}", "[".repeat(200)), "api.yaml");
    assert_eq!(findings.map(|_| ()).unwrap_err()[0].rule, "too-deep");
}
