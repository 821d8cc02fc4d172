//! `pailou import`: documents of every notation become APIs, and those that come again leave what was written by hand.

use serde_json::{Value, json};

use crate::{
    kit::{Running, admin, cli, echo, folder, request, serve},
    walk::walk,
};

#[test]
fn the_commands_of_the_page_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("../contracts/importing.md", &platform) > 6);
    // Where a gateway takes requests of SOAP, by their actions.
    let asked = |headers: Value| {
        let question = json!({ "method": "POST", "url": "/weather/weather", "headers": headers });
        let answer = admin(&platform, "POST", "/api/v1/explain/route", Some(&question)).is(200).json();
        let is_routed = answer["outcome"] == "routed";
        answer["winner"]["operation"].as_str().filter(|_| is_routed).map(str::to_owned)
    };
    let line = |name: &str, value: &str| json!([{ "name": name, "value": value }]);
    let forecast = Some("Forecast".to_owned());
    assert_eq!(asked(line("SOAPAction", "\"urn:weather:Forecast\"")), forecast);
    assert_eq!(asked(line("SOAPAction", "urn:weather:Forecast")), forecast);
    assert_eq!(
        asked(line("Content-Type", "application/soap+xml; charset=utf-8; Action=\"urn:weather:Forecast\"")),
        forecast
    );
    assert_eq!(asked(line("SOAPAction", "\"urn:weather:Other\"")), None);
    assert_eq!(asked(json!([])), None);
    // A recording leaves no values behind.
    let kept = admin(&platform, "GET", "/api/v1/apis/users/contract", None).is(200).text;
    assert!(kept.contains("\"email\"") && !kept.contains("ada@example.com"), "{kept}");
    // What was written by hand stays, and follows the operation.
    let sales = admin(&platform, "GET", "/api/v1/apis/sales", None).is(200).json();
    let document = sales.get("document").unwrap_or(&sales);
    assert_eq!(document["owner"], "team-shop");
    let operations: Vec<&String> = document["operations"].as_object().unwrap().keys().collect();
    assert_eq!(operations, ["allOrders"]);
}

#[test]
fn the_commands_of_the_page_about_several_files_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("../contracts/references.md", &platform) >= 6);
    // Whoever asks is given one document.
    let kept = admin(&platform, "GET", "/api/v1/apis/shop/contract", None).is(200).text;
    let one: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(
        one["components"]["schemas"]["Order"]["properties"]["parent"]["$ref"],
        "#/components/schemas/Order"
    );
    assert_eq!(one["components"]["responses"]["Problem"]["description"], "It cannot be answered.");
    assert!(!kept.contains("order.json"), "{kept}");
}

#[test]
fn a_folder_has_contracts_of_several_files_and_findings_name_them() {
    let files = folder(&[
        (
            "api.yaml",
            "kind: api\nname: orders\ncontract: ./spec/openapi.yaml\nlisten: { path: / }\nupstream: { endpoints: [http://127.0.0.1:9] }\n",
        ),
        (
            "spec/openapi.yaml",
            "openapi: 3.1.0\ninfo: { title: O, version: '1' }\npaths:\n  /a: { $ref: 'paths.yaml#/a' }\n",
        ),
        (
            "spec/paths.yaml",
            "a:\n  get:\n    responses: { '200': { $ref: '../common.yaml#/ok' }, '404': { $ref: '#/gone' } }\n",
        ),
        ("common.yaml", "ok: { description: Fine. }\n"),
    ]);
    let output = crate::kit::pailou(&["validate", "-f", files.path().to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    assert!(told.contains("spec/paths.yaml:3:") && told.contains("`#/gone` leads nowhere in"), "{told}");
    assert!(told.ends_with("1 resources are valid.\n") && !told.contains("ignored"), "{told}");
}

/// A platform with an API that was imported, whose upstream answers with what it got.
fn imported(document: &str) -> (Running, tempfile::TempDir, tempfile::TempDir) {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let files = folder(&[("shop.yaml", document)]);
    let file = files.path().join("shop.yaml");
    let upstream = format!("http://{}", echo());
    let output =
        cli(&platform, &["import", file.to_str().unwrap(), "--upstream", &upstream, "--name", "shop"]);
    assert!(output.status.success(), "{output:?}");
    (platform, data, files)
}

const SHOP: &str = "openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders: { get: { operationId: list, responses: { '200': { description: All. } } } }
";

#[test]
fn a_contract_that_was_changed_here_and_one_that_comes_again_are_put_together() {
    let (platform, _data, files) = imported(SHOP);
    let file = files.path().join("shop.yaml");
    let again = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let mut args = vec!["import", file.to_str().unwrap(), "--name", "shop", "--merge"];
        args.extend(more);
        let output = cli(&platform, &args);
        let told =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), told)
    };
    let kept = || admin(&platform, "GET", "/api/v1/apis/shop/contract", None).is(200).text;
    assert!(again(SHOP, &[]).0, "nobody changed it");
    let api = admin(&platform, "GET", "/api/v1/apis/shop", None).is(200).json();
    let mut document = api.get("document").unwrap_or(&api).clone();
    document["contract"] = json!({
        "openapi": "3.1.0",
        "info": { "title": "Shop", "version": "1" },
        "paths": { "/orders": { "get": { "operationId": "list", "description": "By hand.", "responses": { "200": { "description": "All." } } } } },
    });
    admin(&platform, "PUT", "/api/v1/apis/shop", Some(&document)).is(200);
    // The same again, and then something new: what was written by hand stays, time after time.
    let newer = SHOP.to_owned()
        + "  /sales: { get: { operationId: sales, responses: { '200': { description: All. } } } }\n";
    for text in [SHOP, &newer, &newer] {
        let (is_done, told) = again(text, &[]);
        assert!(is_done && told.contains("kept: contract: paths./orders.get.description"), "{told}");
        assert!(kept().contains("By hand."), "{}", kept());
    }
    assert!(kept().contains("/sales"), "{}", kept());
    // What was changed in both is nobody's to decide.
    let other = newer.replace("operationId: list,", "operationId: list, description: By others.,");
    let (is_done, told) = again(&other, &[]);
    let expected = "`paths./orders.get.description` was changed here and in the document: here it is `By hand.`, there `By others.`";
    assert!(!is_done && told.contains("shop.yaml:4:") && told.contains(expected), "{told}");
    assert!(kept().contains("By hand."), "{}", kept());
    assert!(again(&other, &["--conflicts", "here"]).0);
    assert!(kept().contains("By hand."), "{}", kept());
    assert!(again(&other, &["--replace"]).0);
    assert!(!kept().contains("By hand."), "{}", kept());
}

#[test]
fn of_places_that_were_changed_here_and_in_the_document_each_is_decided_by_itself() {
    let (platform, _data, files) = imported(SHOP);
    let file = files.path().join("shop.yaml");
    let api = admin(&platform, "GET", "/api/v1/apis/shop", None).is(200).json();
    let mut document = api.get("document").unwrap_or(&api).clone();
    document["contract"] = json!({
        "openapi": "3.1.0",
        "info": { "title": "Ours", "version": "1" },
        "paths": { "/orders": { "get": { "operationId": "list", "summary": "Ours", "responses": { "200": { "description": "All." } } } } },
    });
    admin(&platform, "PUT", "/api/v1/apis/shop", Some(&document)).is(200);
    let theirs = SHOP
        .replace("title: Shop", "title: Theirs")
        .replace("operationId: list,", "operationId: list, summary: Theirs,");
    std::fs::write(&file, &theirs).unwrap();
    let again = |more: &[&str]| {
        let mut args = vec!["import", file.to_str().unwrap(), "--name", "shop", "--merge"];
        args.extend(more);
        let output = cli(&platform, &args);
        let told =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), told)
    };
    // One of two is not enough, and what is no such place is told.
    let (is_done, told) = again(&["--here", "info.title"]);
    assert!(
        !is_done && told.contains("paths./orders.get.summary") && !told.contains("`info.title`"),
        "{told}"
    );
    let (is_done, told) = again(&["--here", "info.name", "--conflicts", "document"]);
    assert!(!is_done && told.contains("choices: `info.name` is no place"), "{told}");
    let (is_done, told) = again(&["--here", "info.title", "--document", "info.title"]);
    assert!(!is_done && told.contains("twice"), "{told}");
    // What a screen asks: what there is to decide, with both texts.
    let choice = json!({ "place": "info.title", "take": "here" });
    let asked = json!({ "text": theirs, "file": "shop.yaml", "name": "shop", "merge": true, "conflicts": "document", "choices": [choice], "dry_run": true });
    let told = admin(&platform, "POST", "/api/v1/import", Some(&asked)).is(200).json();
    let expected = json!([
        { "place": "info.title", "line": 2, "here": "Ours", "document": "Theirs", "taken": "here" },
        { "place": "paths./orders.get.summary", "line": 4, "here": "Ours", "document": "Theirs", "taken": "document" },
    ]);
    assert_eq!(told["merged"]["conflicts"], expected);
    let (is_done, told) = again(&["--here", "info.title", "--document", "paths./orders.get.summary"]);
    assert!(is_done && told.contains("changed in both, as it is here: contract: info.title"), "{told}");
    let kept = admin(&platform, "GET", "/api/v1/apis/shop/contract", None).is(200).text;
    assert!(kept.contains("title: Ours") && kept.contains("summary: Theirs"), "{kept}");
}

#[test]
fn what_is_imported_is_served() {
    let (platform, _data, files) = imported(SHOP);
    let get = |path: &str| request("GET", &platform.http(path), &[], None);
    get("/shop/orders").is(200);
    get("/shop/nothing").is(404);
    // Later documents take the place of earlier ones.
    let file = files.path().join("shop.yaml");
    std::fs::write(&file, SHOP.replace("/orders", "/sales")).unwrap();
    let dry = cli(&platform, &["import", file.to_str().unwrap(), "--name", "shop", "--merge", "--dry-run"]);
    let told = String::from_utf8_lossy(&dry.stdout).into_owned();
    assert!(told.contains("added: GET /sales") && told.contains("removed: GET /orders"), "{told}");
    get("/shop/orders").is(200);
    let done = cli(&platform, &["import", file.to_str().unwrap(), "--name", "shop", "--merge"]);
    assert!(done.status.success(), "{done:?}");
    crate::kit::until("the later document is served", || get("/shop/sales").status == 200);
    get("/shop/orders").is(404);
}

#[test]
fn a_contract_of_another_notation_stands_beside_resources_with_what_it_imports() {
    let files = folder(&[
        (
            "api.yaml",
            "kind: api\nname: orders\ncontract: ./proto/orders.proto\nlisten: { path: / }\nupstream: { endpoints: [http://127.0.0.1:9] }\n",
        ),
        (
            "proto/orders.proto",
            "syntax = \"proto3\";\npackage shop;\nimport \"common/money.proto\";\nservice Orders { rpc Get(common.Money) returns (common.Money); }\n",
        ),
        (
            "proto/common/money.proto",
            "syntax = \"proto3\";\npackage common;\nmessage Money { string currency = 1; }\n",
        ),
    ]);
    let output = crate::kit::pailou(&["validate", "-f", files.path().to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    std::fs::write(
        files.path().join("proto/common/money.proto"),
        "package common;\nmessage Money { string }\n",
    )
    .unwrap();
    let output = crate::kit::pailou(&["validate", "-f", files.path().to_str().unwrap()]).output().unwrap();
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("common/money.proto:2"), "{told}");
}

#[test]
fn what_breaks_callers_of_graphql_and_grpc_is_told_with_its_line() {
    let files = folder(&[
        (
            "old.graphql",
            "type Query { order(id: ID!): Order }\ntype Order { id: ID! total: Float! }\nenum State { OPEN DONE }\n",
        ),
        (
            "new.graphql",
            "type Query { order(id: ID!, full: Boolean!): Order }\ntype Order { id: ID! total: Float }\nenum State { OPEN }\n",
        ),
        (
            "old.proto",
            "syntax = \"proto3\";\nservice S { rpc Get(A) returns (A); }\nmessage A { string name = 1; int32 count = 2; }\n",
        ),
        (
            "new.proto",
            "syntax = \"proto3\";\nservice S { rpc Get(A) returns (A); }\nmessage A { string name = 3; int32 count = 2; }\n",
        ),
    ]);
    let diff = |old: &str, new: &str| {
        let output = crate::kit::pailou(&["diff", old, new, "--format", "json"])
            .current_dir(files.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), text)
    };
    let (code, told) = diff("old.graphql", "new.graphql");
    assert_eq!(code, Some(1), "{told}");
    for rule in ["graphql-argument-added", "graphql-field-type-changed", "graphql-enum-value-removed"] {
        assert!(told.contains(rule), "{rule}: {told}");
    }
    let (code, told) = diff("old.proto", "new.proto");
    assert!(code == Some(1) && told.contains("protobuf-number-changed"), "{told}");
    assert_eq!(diff("old.graphql", "old.graphql").0, Some(0));
    assert_eq!(diff("old.graphql", "new.proto").0, Some(2));
}
