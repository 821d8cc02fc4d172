//! Roles and service tokens for some APIs alone: what is outside of them is refused by every endpoint that names it, and left out of what is
//! listed.

use http::Method;
use serde_json::{Value, json};

use crate::platform::{PASSWORD, Platform, Session};

/// In everything that nobody may see who is for `orders` alone.
const PLANTED: &str = "outside-marker-27182818";

enum Proof {
    Cookie(Session),
    Bearer(String),
}

/// Two APIs with designs, reviews, splits and traffic to see, one inside and one outside; routes, plans and consumers beside them.
async fn shop() -> Platform {
    let platform = Platform::start().await;
    for (name, title, owner) in [("orders", "Orders", "ana@example.com"), ("stock", PLANTED, PLANTED)] {
        let split = json!({ "branches": [{ "name": "canary", "weight": 5, "upstream": { "endpoints": ["http://127.0.0.1:9002"] } }] });
        let contract = json!({
            "openapi": "3.1.0", "info": { "title": title, "version": "1" },
            "paths": { "/": { "get": { "operationId": "all", "responses": { "200": { "description": title } } } } },
        });
        let api = json!({
            "name": name, "version": "v1", "title": title, "owner": owner, "listen": { "path": format!("/{name}") },
            "upstream": { "endpoints": ["http://127.0.0.1:9001"] }, "split": split, "contract": contract,
        });
        platform.post("/api/v1/apis").admin().json(&api).send().await.is(201);
        let design = json!({ "name": name, "title": title, "api": format!("{name}@v1"), "owner": owner, "text": contract.to_string() });
        platform.post("/api/v1/designs").admin().json(&design).send().await.is(201);
        let mut document = api.clone();
        document["kind"] = json!("api");
        let review = json!({ "summary": title, "document": document });
        platform.post(&format!("/api/v1/apis/{name}@v1/reviews")).admin().json(&review).send().await.is(200);
    }
    let upstream = json!({ "endpoints": ["http://127.0.0.1:9001"] });
    for (plural, document) in [
        (
            "routes",
            json!({ "name": "plain", "match": { "path": format!("/{PLANTED}") }, "upstream": upstream }),
        ),
        ("consumers", json!({ "name": "eve", "title": PLANTED })),
        ("plans", json!({ "name": "gold", "title": PLANTED })),
    ] {
        platform.post(&format!("/api/v1/{plural}")).admin().json(&document).send().await.is(201);
    }
    platform
}

/// Everybody who is for `orders` alone: members of each role, and a service token.
async fn limited(platform: &Platform) -> Vec<(String, Proof)> {
    let only = json!({ "apis": ["orders"], "owners": ["pay@example.com"] });
    let mut all = Vec::new();
    for role in ["viewer", "developer", "api-owner", "operator", "security", "admin"] {
        let email = format!("{role}@example.com");
        let roles = json!([{ "workspace": "*", "role": role, "only": only }]);
        let form = json!({ "email": email, "name": role, "roles": roles });
        let invited = platform.post("/api/v1/members").admin().json(&form).send().await.is(201).json();
        let link = invited["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
        let form = json!({ "link": link, "password": PASSWORD });
        platform.post("/api/v1/password").json(&form).send().await.is(200);
        all.push((format!("member {role}"), Proof::Cookie(platform.sign_in(&email).await)));
        let form = json!({ "name": role, "workspace": "*", "roles": [role], "only": only });
        let made = platform.post("/api/v1/tokens").admin().json(&form).send().await.is(201).json();
        assert_eq!(made["token"]["only"], only);
        all.push((format!("token {role}"), Proof::Bearer(made["secret"].as_str().unwrap().to_owned())));
    }
    all
}

async fn ask(platform: &Platform, proof: &Proof, method: &Method, path: &str, body: &str) -> (u16, String) {
    let call = platform.call(method.clone(), path);
    let call = match proof {
        Proof::Bearer(token) => call.header("authorization", &format!("Bearer {token}")),
        Proof::Cookie(session) => call.signed_in(session),
    };
    let answer = call.body("application/json", body.to_owned()).send().await;
    (answer.status, answer.text.clone())
}

#[tokio::test]
async fn who_is_for_some_apis_is_told_of_no_other_by_any_endpoint() {
    let platform = shop().await;
    let callers = limited(&platform).await;
    let document = platform.get("/api/v1/openapi.json").send().await.is(200).json();
    let (mut refused, mut open, mut inside) = (0, 0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let permission = operation["x-permission"].as_str().unwrap();
            if matches!(permission, "public" | "gateway" | "member") {
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let own = path.strip_prefix("/api/v1").unwrap_or(path);
            let named = |inside: bool| {
                let (api, number) = if inside { ("orders@v1", "1") } else { ("stock@v1", "2") };
                let design = if inside { "orders" } else { "stock" };
                let path = match own.split('/').nth(1) {
                    Some("apis") => path.replace("{id}", api),
                    Some("designs") => path.replace("{id}", design),
                    Some("routes") => path.replace("{id}", "plain"),
                    Some("consumers") => path.replace("{id}", "eve"),
                    Some("plans") => path.replace("{id}", "gold"),
                    _ => path.replace("{number}", number),
                };
                path.replace("{key_hash}", &format!("sha256:{}", "0".repeat(64))).replace(['{', '}'], "")
            };
            let is_named = ["/apis/{", "/designs/{", "/reviews/{"].iter().any(|start| own.starts_with(start));
            let reads = permission.ends_with(":read");
            for (caller, proof) in &callers {
                let (status, text) = ask(&platform, proof, &method, &named(false), "{}").await;
                assert!(
                    !text.contains(PLANTED),
                    "{method} {path} ({permission}) tells {caller} what is outside: {text}"
                );
                assert_ne!(status, 500, "{method} {path}: {text}");
                match is_named {
                    true => assert_eq!(status, 403, "{method} {path} ({permission}) for {caller}: {text}"),
                    false if status == 403 => refused += 1,
                    false => open += 1,
                }
                // What is inside is read by who may read such things at all; it is not changed here.
                let sees_such = !matches!(caller.split_once(' ').unwrap().1, "viewer" | "security");
                if is_named && reads && method == Method::GET && sees_such {
                    let (status, text) = ask(&platform, proof, &method, &named(true), "").await;
                    assert_ne!(status, 403, "{method} {path} ({permission}) for {caller}: {text}");
                    inside += 1;
                }
            }
        }
    }
    assert!(refused > 1_000 && open > 200 && inside > 100, "{refused} {open} {inside}");
}

#[tokio::test]
async fn lists_leave_out_what_is_outside_and_what_is_asked_by_name_is_refused() {
    let platform = shop().await;
    for (caller, proof) in limited(&platform).await {
        let get = async |path: &str| ask(&platform, &proof, &Method::GET, path, "").await;
        for (path, items) in [
            ("/api/v1/apis", 1),
            ("/api/v1/designs", 1),
            ("/api/v1/catalogue", 1),
            ("/api/v1/drift", 1),
            ("/api/v1/splits", 1),
            ("/api/v1/reviews", 1),
        ] {
            let (status, text) = get(path).await;
            assert_eq!(status, 200, "{path} for {caller}: {text}");
            let list: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(list["items"].as_array().unwrap().len(), items, "{path} for {caller}: {text}");
            assert!(list.get("total").is_none_or(|total| total == items), "{path} for {caller}: {text}");
            assert!(text.contains("orders"), "{path} for {caller}: {text}");
        }
        let (_, table) = get("/api/v1/catalogue/export").await;
        assert_eq!(table.lines().count(), 2, "{caller}: {table}");
        let (status, folder) = get("/api/v1/export").await;
        assert!(status == 200 && folder.contains("apis/orders@v1.yaml"), "{caller}: {folder}");
        assert!(!folder.contains("stock") && !folder.contains("gold"), "{caller}: {folder}");
        // Traffic is that of an API which is named.
        let analytics =
            ["/api/v1/analytics/traffic", "/api/v1/analytics/top?by=api", "/api/v1/analytics/usage"];
        for path in analytics {
            let with = |api: &str| format!("{path}{}api={api}", if path.contains('?') { '&' } else { '?' });
            assert_eq!(get(path).await.0, 403, "{path} for {caller}");
            assert_eq!(get(&with("stock@v1")).await.0, 403, "{path} for {caller}");
            assert_eq!(get(&with("route/plain")).await.0, 404, "{path} for {caller}");
            assert_eq!(get(&with("orders@v1")).await.0, 200, "{path} for {caller}");
        }
        for old in [json!({ "api": "stock@v1" }), json!({ "design": "stock" })] {
            let asked = json!({ "old": old, "new": { "api": "orders@v1" } }).to_string();
            let answer = ask(&platform, &proof, &Method::POST, "/api/v1/contracts/compare", &asked).await;
            assert_eq!(answer.0, 403, "{caller}: {}", answer.1);
        }
        // A plan shows what is there, and so none of what is outside.
        let text = "kind: plan\nname: gold\ntitle: Other\n";
        let folder = json!({ "files": [{ "path": "a.yaml", "text": text }] }).to_string();
        let answer = ask(&platform, &proof, &Method::POST, "/api/v1/plan", &folder).await;
        assert_eq!(answer.0, 403, "{caller}: {}", answer.1);
    }
}

#[tokio::test]
async fn a_token_for_some_apis_changes_those_as_far_as_its_role_may_and_a_whole_role_beside_a_part_is_whole()
{
    let platform = shop().await;
    let form = json!({ "name": "ci", "roles": ["developer"], "only": { "apis": ["orders"] } });
    let made = platform.post("/api/v1/tokens").admin().json(&form).send().await.is(201).json();
    let proof = Proof::Bearer(made["secret"].as_str().unwrap().to_owned());
    let mut api = platform.get("/api/v1/apis/orders@v1").admin().send().await.is(200).json();
    api["title"] = json!("Orders, changed");
    let answer = ask(&platform, &proof, &Method::PUT, "/api/v1/apis/orders@v1", &api.to_string()).await;
    assert_eq!(answer.0, 200, "{}", answer.1);
    let stranger = json!({ "name": "billing", "version": "v1", "listen": { "path": "/billing" }, "upstream": { "endpoints": ["http://127.0.0.1:9001"] } });
    let answer = ask(&platform, &proof, &Method::POST, "/api/v1/apis", &stranger.to_string()).await;
    assert_eq!(answer.0, 403, "{}", answer.1);
    for (only, word) in [(json!({}), "1 to 100"), (json!({ "apis": ["Orders!"] }), "Orders!")] {
        let form = json!({ "name": "wrong", "roles": ["developer"], "only": only });
        let refused = platform.post("/api/v1/tokens").admin().json(&form).send().await.is(422);
        assert!(
            refused.text.contains(word) && refused.json()["findings"][0]["field"] == "only",
            "{}",
            refused.text
        );
    }
    // Two roles add up.
    let roles = json!([
        { "workspace": "*", "role": "viewer" },
        { "workspace": "*", "role": "developer", "only": { "apis": ["orders"] } },
    ]);
    let form = json!({ "email": "dan@example.com", "name": "Dan", "roles": roles });
    let invited = platform.post("/api/v1/members").admin().json(&form).send().await.is(201).json();
    let link = invited["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    platform
        .post("/api/v1/password")
        .json(&json!({ "link": link, "password": PASSWORD }))
        .send()
        .await
        .is(200);
    let dan = Proof::Cookie(platform.sign_in("dan@example.com").await);
    let (status, text) = ask(&platform, &dan, &Method::GET, "/api/v1/apis/stock@v1", "").await;
    assert!(status == 200 && text.contains(PLANTED), "{text}");
    let (status, text) = ask(&platform, &dan, &Method::PUT, "/api/v1/apis/stock@v1", &text).await;
    assert!(status == 200 || status == 403, "{text}");
    let (status, _) = ask(&platform, &dan, &Method::DELETE, "/api/v1/apis/stock@v1", "").await;
    assert_eq!(status, 403);
}
