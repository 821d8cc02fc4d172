//! Contracts in the making, over HTTP.

use serde_json::{Value, json};

use crate::platform::Platform;

const CONTRACT: &str = "# As its author wrote it.\nopenapi: 3.1.0\ninfo: { title: Orders, version: '1' }\npaths:\n  /orders:\n    get:\n      operationId: listOrders\n      responses: { '200': { description: all, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Order' } } } } } }\n    post:\n      operationId: createOrder\n      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }\n      responses: { '201': { description: made, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }\n  /orders/{id}:\n    get:\n      operationId: getOrder\n      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]\n      responses: { '200': { description: one, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }, '404': { description: none } }\ncomponents:\n  schemas:\n    Order: { type: object, required: [product], properties: { id: { type: string }, product: { type: string } } }\n";

async fn begin(platform: &Platform, text: &str) -> Value {
    let design = json!({ "name": "orders", "title": "Orders", "api": "orders@v1", "text": text });
    platform.post("/api/v1/designs").admin().json(&design).send().await.is(201).json()
}

async fn published(platform: &Platform, breaking: &str) {
    let api = json!({
        "name": "orders", "version": "v1", "listen": { "path": "/orders/v1" },
        "upstream": { "endpoints": ["http://127.0.0.1:9001"] },
        "compatibility": { "breaking": breaking },
        "contract": { "openapi": "3.1.0", "info": { "title": "Orders", "version": "1" }, "paths": {
            "/orders": { "get": { "operationId": "listOrders", "responses": { "200": { "description": "all" } } } },
            "/old": { "get": { "operationId": "getOld", "responses": { "200": { "description": "old" } } } },
        } },
    });
    platform.post("/api/v1/apis").admin().json(&api).send().await.is(201);
}

#[tokio::test]
async fn a_design_is_kept_as_it_is_written_however_wrong_and_every_state_can_be_had_again() {
    let platform = Platform::start().await;
    let wrong = "openapi: [\n# half done";
    let made = begin(&platform, wrong).await;
    assert!(
        made.get("text").is_none() && made["contract"].as_str().unwrap().starts_with("sha256:"),
        "{made}"
    );
    let read = platform.get("/api/v1/designs/orders/contract").admin().send().await.is(200);
    assert_eq!((read.text.as_str(), read.header("etag")), (wrong, "\"1\""));

    let change = |text: &str| json!({ "name": "orders", "text": text });
    let put = |body: &Value, etag: &'static str| {
        platform.put("/api/v1/designs/orders").admin().header("if-match", etag).json(body).send()
    };
    put(&change(CONTRACT), "\"1\"").await.is(200);
    put(&change("later"), "\"1\"").await.is(412).problem("precondition-failed");
    let read = platform.get("/api/v1/designs/orders/contract").admin().send().await.is(200);
    assert_eq!((read.text.as_str(), read.header("etag")), (CONTRACT, "\"2\""));
    let first = platform.get("/api/v1/designs/orders/contract?revision=1").admin().send().await.is(200);
    assert_eq!(first.text, wrong);
    platform.get("/api/v1/designs/orders/contract?revision=7").admin().send().await.is(404);

    // Its hash alone brings a text back; one that nobody stored is none.
    put(&json!({ "name": "orders", "contract": made["contract"] }), "\"2\"").await.is(200);
    let read = platform.get("/api/v1/designs/orders/contract").admin().send().await.is(200);
    assert_eq!(read.text, wrong);
    let unknown = json!({ "name": "orders", "contract": format!("sha256:{}", "0".repeat(64)) });
    let refused = put(&unknown, "\"3\"").await.is(422).json();
    assert_eq!(refused["findings"][0]["rule"], "unknown-contract", "{refused}");
    for (body, field) in [
        (json!({ "name": "orders" }), "text"),
        (json!({ "name": "orders", "text": "", "contract": made["contract"] }), "text"),
        (json!({ "name": "orders", "text": "", "api": "or ders" }), "api"),
    ] {
        let refused = put(&body, "\"3\"").await.is(422).json();
        assert_eq!(refused["findings"][0]["field"], field, "{refused}");
    }

    // It goes with everything else, and comes back.
    let exported = platform.get("/api/v1/export").admin().send().await.is(200).json();
    let elsewhere = Platform::start().await;
    elsewhere.post("/api/v1/apply").admin().json(&exported).send().await.is(200);
    let read = elsewhere.get("/api/v1/designs/orders/contract").admin().send().await.is(200);
    assert_eq!(read.text, wrong);
}

#[tokio::test]
async fn a_text_is_checked_by_the_rules_that_will_hold_and_sent_by_what_changed() {
    let platform = Platform::start().await;
    let check = |body: Value| platform.post("/api/v1/contracts/check").admin().json(&body).send();
    let usual = check(json!({ "source": { "text": CONTRACT } })).await.is(200).json();
    assert_eq!(usual["rules"], json!(["spectral:oas"]));
    let codes = |answer: &Value| -> Vec<String> {
        let all = answer["findings"].as_array().unwrap().iter();
        all.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    assert!(codes(&usual).contains(&"info-contact".to_owned()), "{usual}");

    let rule = json!({ "given": "$.info", "severity": "error", "then": { "field": "x-team", "function": "truthy" } });
    let standard = json!({
        "name": "teams", "applies_to": { "tags": ["shop"] },
        "require": { "lint": { "ruleset": { "rules": { "team": rule } } } },
    });
    platform.post("/api/v1/standards").admin().json(&standard).send().await.is(201);
    let api = json!({ "name": "shop", "tags": ["shop"], "listen": { "path": "/shop" },
        "upstream": { "endpoints": ["http://127.0.0.1:9001"] }, "lifecycle": { "state": "draft" } });
    platform.post("/api/v1/apis").admin().json(&api).send().await.is(201);
    let of_shop = check(json!({ "source": { "text": CONTRACT }, "api": "shop" })).await.is(200).json();
    assert_eq!((&of_shop["rules"], codes(&of_shop)), (&json!(["teams"]), vec!["team".to_owned()]));
    assert_eq!(of_shop["counts"], json!([1, 0, 0, 0]));

    let at = CONTRACT.find("title: Orders").unwrap();
    let edits = json!([{ "from": at, "to": at, "insert": "x-team: shop, " }]);
    let base = of_shop["base"].clone();
    let mended =
        check(json!({ "source": { "base": base, "edits": edits }, "api": "shop" })).await.is(200).json();
    assert_eq!(codes(&mended), Vec::<String>::new(), "{mended}");
    assert_ne!(mended["base"], base);
    check(json!({ "source": { "base": "0".repeat(64), "edits": [] } })).await.is(409).problem("conflict");
    check(json!({ "source": { "base": base, "edits": [{ "from": 0, "to": 1_000_000, "insert": "" }] } }))
        .await
        .is(422);
    check(json!({ "source": {} })).await.is(422);

    let broken = check(json!({ "source": { "text": "a: [\n" } })).await.is(200).json();
    assert_eq!(codes(&broken), ["parser"], "{broken}");
}

#[tokio::test]
async fn a_text_that_is_checked_as_it_is_written_is_told_what_changed() {
    let platform = Platform::start().await;
    let check = |body: Value| platform.post("/api/v1/contracts/check").admin().json(&body).send();
    let whole = check(json!({ "source": { "text": CONTRACT } })).await.is(200).json();
    assert_eq!((&whole["writing"], &whole["changes"]), (&Value::Null, &Value::Null));
    let first = check(json!({ "source": { "text": CONTRACT }, "writing": {} })).await.is(200).json();
    assert_eq!((&first["findings"], &first["writing"]["number"]), (&whole["findings"], &json!(1)));
    let id = first["writing"]["id"].clone();

    // A key, a fault, and the text as it was.
    let at = CONTRACT.find("title: Orders").unwrap();
    let source = |base: &Value, edit: Value| json!({ "base": base, "edits": [edit] });
    let typed = source(&first["base"], json!({ "from": at, "to": at, "insert": "x-a: b, " }));
    let second = check(json!({ "source": typed, "writing": { "id": id, "known": 1 } })).await.is(200).json();
    assert_eq!((&second["findings"], &second["counts"]), (&json!([]), &first["counts"]));
    assert_eq!((&second["changes"]["removed"], &second["changes"]["added"]), (&json!([]), &json!([])));
    assert_eq!(second["changes"]["moved"]["new_character"].as_u64().unwrap(), {
        second["changes"]["moved"]["old_character"].as_u64().unwrap() + 8
    });
    let broken = source(&second["base"], json!({ "from": at, "to": at, "insert": "[" }));
    let third = check(json!({ "source": broken, "writing": { "id": id, "known": 2 } })).await.is(200).json();
    assert_eq!((&third["kept"], &third["changes"]["removed"]), (&json!(true), &json!([])), "{third}");
    assert_eq!(third["changes"]["added"][0]["finding"]["code"], "parser");
    let again = source(&third["base"], json!({ "from": at, "to": at + 9, "insert": "" }));
    let fourth = check(json!({ "source": again, "writing": { "id": id, "known": 3 } })).await.is(200).json();
    assert_eq!((&fourth["kept"], &fourth["changes"]["removed"]), (&json!(false), &json!([0])));

    // Who missed an answer, or is somebody else, is told everything.
    let same = json!({ "base": fourth["base"] });
    let missed = check(json!({ "source": same, "writing": { "id": id, "known": 3 } })).await.is(200).json();
    assert_eq!((&missed["findings"], &missed["changes"]), (&whole["findings"], &Value::Null));
    platform.post("/api/v1/workspaces").admin().json(&json!({ "name": "acme" })).send().await.is(201);
    let theirs = json!({ "source": { "text": CONTRACT }, "writing": { "id": id, "known": 5 } });
    let theirs =
        platform.post("/api/v1/contracts/check").admin().header("pailou-workspace", "acme").json(&theirs);
    let theirs = theirs.send().await.is(200).json();
    assert_eq!((&theirs["findings"], &theirs["writing"]["number"]), (&whole["findings"], &json!(1)));
    assert_ne!(theirs["writing"]["id"], id);

    // Other rules hold from the next check on.
    let rule = json!({ "given": "$.info", "severity": "error", "then": { "field": "x-team", "function": "truthy" } });
    let standard =
        json!({ "name": "teams", "require": { "lint": { "ruleset": { "rules": { "team": rule } } } } });
    platform.post("/api/v1/standards").admin().json(&standard).send().await.is(201);
    let ruled = check(json!({ "source": same, "writing": { "id": id, "known": 5 } })).await.is(200).json();
    assert_eq!(ruled["rules"], json!(["teams"]));
    assert_eq!(ruled["changes"]["added"][0]["finding"]["code"], "team", "{ruled}");
    assert_eq!(
        ruled["changes"]["removed"].as_array().unwrap().len(),
        whole["findings"].as_array().unwrap().len()
    );
}

#[tokio::test]
async fn what_is_nowhere_published_is_shown_and_answers_by_its_mock() {
    let platform = Platform::start().await;
    let view = |body: Value| platform.post("/api/v1/contracts/view").admin().json(&body).send();
    let whole = view(json!({ "source": { "text": CONTRACT } })).await.is(200).json();
    assert_eq!(
        (&whole["readable"], &whole["outline"]["operations"][2]["id"]),
        (&json!(true), &json!("getOrder"))
    );
    let source = json!({ "base": whole["base"] });
    let page = view(json!({ "source": source, "operation": "getOrder" })).await.is(200).json();
    assert_eq!(page["operation"]["parameters"][0]["name"], "id");
    assert!(page["samples"][0]["code"].is_string(), "{page}");
    view(json!({ "source": source, "operation": "none" })).await.is(404);
    let schema = view(json!({ "source": source, "schema": "Order" })).await.is(200).json();
    assert_eq!(schema["schema"]["schema"]["required"], json!(["product"]));
    let wrong = view(json!({ "source": { "text": "openapi: 3.1.0\npaths: [\n" } })).await.is(200).json();
    assert_eq!(
        (&wrong["readable"], &wrong["findings"][0]["severity"]),
        (&json!(false), &json!("error")),
        "{wrong}"
    );

    let call = |method: &str, path: &str, body: Option<&str>| {
        let headers = json!({ "content-type": "application/json" });
        let body =
            json!({ "source": source, "method": method, "path": path, "headers": headers, "body": body });
        platform.post("/api/v1/contracts/try").admin().json(&body).send()
    };
    let made = call("POST", "/orders", Some(r#"{"product":"pencil"}"#)).await.is(200).json();
    assert_eq!(made["status"], 201, "{made}");
    let made: Value = serde_json::from_str(made["body"].as_str().unwrap()).unwrap();
    assert_eq!(made["product"], "pencil");
    let path = format!("/orders/{}", made["id"].as_str().unwrap());
    let read = call("GET", &path, None).await.is(200).json();
    assert_eq!(serde_json::from_str::<Value>(read["body"].as_str().unwrap()).unwrap(), made);
    let refused = call("POST", "/orders", Some("{}")).await.is(200).json();
    assert_eq!(refused["status"], 422, "{refused}");
    assert!(refused["body"].as_str().unwrap().contains("product"), "{refused}");
    call("GET", "/nothing", None).await.is(404);
    call("GET", "/../admin", None).await.is(422);
}

#[tokio::test]
async fn publishing_is_a_change_of_the_api_like_any_other() {
    let platform = Platform::start().await;
    published(&platform, "refuse").await;
    begin(&platform, CONTRACT).await;
    let publish =
        |query: &str| platform.post(&format!("/api/v1/designs/orders/publish{query}")).admin().send();
    let refused = publish("").await.is(422).json();
    assert!(refused["findings"][0]["message"].as_str().unwrap().contains("/old"), "{refused}");
    let compared = json!({ "old": { "api": "orders@v1" }, "new": { "design": "orders" } });
    let compared =
        platform.post("/api/v1/contracts/compare").admin().json(&compared).send().await.is(200).json();
    assert_eq!(compared["breaking"], 1, "{compared}");

    let more = CONTRACT.replace(
        "components:",
        "  /old:\n    get: { operationId: getOld, responses: { '200': { description: old } } }\ncomponents:",
    );
    let change = json!({ "name": "orders", "api": "orders@v1", "text": more });
    platform.put("/api/v1/designs/orders").admin().json(&change).send().await.is(200);
    let stale =
        platform.post("/api/v1/designs/orders/publish").admin().header("if-match", "\"1\"").send().await;
    stale.is(412);
    let planned = publish("?dry_run=true").await.is(200).json();
    assert_eq!((&planned["revision"], &planned["changes"]["breaking"]), (&json!(0), &json!(0)), "{planned}");
    let before = platform.get("/api/v1/apis/orders@v1/operations").admin().send().await.is(200).json();
    assert_eq!(before["total"], 2);
    let made = publish("").await.is(200).json();
    assert_eq!((&made["api"], &made["revision"]), (&json!("orders@v1"), &json!(2)), "{made}");
    let text = platform.get("/api/v1/apis/orders@v1/contract").admin().send().await.is(200);
    assert_eq!(text.text, more, "as its author wrote it");
    let after = platform.get("/api/v1/apis/orders@v1/operations").admin().send().await.is(200).json();
    assert_eq!(after["total"], 4);

    let new = json!({ "name": "new", "text": CONTRACT });
    platform.post("/api/v1/designs").admin().json(&new).send().await.is(201);
    platform.post("/api/v1/designs/new/publish").admin().send().await.is(409).problem("conflict");
}

#[tokio::test]
async fn a_workspace_has_its_own_designs_and_nobody_elses_texts() {
    let platform = Platform::start().await;
    platform.post("/api/v1/workspaces").admin().json(&json!({ "name": "acme" })).send().await.is(201);
    let made = begin(&platform, CONTRACT).await;
    let theirs = |path: &str, body: Value| {
        platform.post(path).admin().header("pailou-workspace", "acme").json(&body).send()
    };
    let stolen = json!({ "name": "mine", "contract": made["contract"] });
    let refused = theirs("/api/v1/designs", stolen).await.is(422).json();
    assert_eq!(refused["findings"][0]["rule"], "unknown-contract", "{refused}");
    let mine =
        platform.post("/api/v1/contracts/check").admin().json(&json!({ "source": { "text": CONTRACT } }));
    let base = mine.send().await.is(200).json()["base"].clone();
    theirs("/api/v1/contracts/check", json!({ "source": { "base": base } })).await.is(409);
    let side = json!({ "old": { "design": "orders" }, "new": { "design": "orders" } });
    theirs("/api/v1/contracts/compare", side).await.is(404);
}

#[tokio::test]
async fn the_contracts_to_begin_with_are_sound() {
    let platform = Platform::start().await;
    let all = platform.get("/api/v1/contract-templates").admin().send().await.is(200).json();
    for template in all["items"].as_array().unwrap() {
        let source = json!({ "source": { "text": template["text"] } });
        let found =
            platform.post("/api/v1/contracts/check").admin().json(&source).send().await.is(200).json();
        assert_eq!(found["findings"], json!([]), "{}", template["name"]);
        let view = platform.post("/api/v1/contracts/view").admin().json(&source).send().await.is(200).json();
        assert_eq!(
            (&view["readable"], &view["findings"]),
            (&json!(true), &json!([])),
            "{}",
            template["name"]
        );
    }
    assert_eq!(all["total"], 3);
}
