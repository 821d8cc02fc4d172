//! Members as a directory keeps them (SCIM 2.0): put in, changed, put out, and nothing of another workspace.

use http::Method;
use serde_json::{Value, json};

use crate::platform::{ADMIN_TOKEN, Answer, PASSWORD, Platform};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

struct Directory<'a> {
    platform: &'a Platform,
    bearer: String,
}

impl Directory<'_> {
    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let call =
            self.platform.call(Method::from_bytes(method.as_bytes()).unwrap(), &format!("/scim/v2{path}"));
        let call = call.header("authorization", &self.bearer);
        match body {
            Some(body) => call.body("application/scim+json", body.to_string()).send().await,
            None => call.send().await,
        }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, None).await.is(200);
        assert_eq!(answer.header("content-type"), "application/scim+json");
        answer.json()
    }

    async fn put_in(&self, email: &str, id: &str) -> Value {
        let user = json!({
            "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"], "userName": email, "externalId": id,
            "name": { "givenName": "Ana", "familyName": "Lima" }, "emails": [{ "primary": true, "value": email, "type": "work" }], "active": true,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Shop" },
        });
        self.ask("POST", "/Users", Some(&user)).await.is(201).json()
    }

    async fn change(&self, path: &str, operations: Value) -> Answer {
        self.ask("PATCH", path, Some(&json!({ "schemas": [PATCH], "Operations": operations }))).await
    }
}

async fn directory<'a>(platform: &'a Platform, name: &str, workspace: &str, role: &str) -> Directory<'a> {
    let token = platform.token(name, workspace, role).await;
    Directory { platform, bearer: format!("Bearer {token}") }
}

async fn workspace(platform: &Platform, name: &str) {
    let workspace = json!({ "kind": "workspace", "name": name });
    platform.post("/api/v1/workspaces").admin().json(&workspace).send().await.is(201);
}

/// Sets a password by a link, as who was invited does, and signs in.
async fn sign_in(platform: &Platform, email: &str) -> crate::platform::Session {
    let link = platform.post(&format!("/api/v1/members/{email}/link")).admin().send().await.is(201).json();
    let link = link["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let form = json!({ "link": link, "password": PASSWORD });
    platform.post("/api/v1/password").json(&form).send().await.is(200);
    platform.sign_in(email).await
}

#[tokio::test]
async fn a_directory_puts_somebody_in_gives_roles_and_puts_them_out_at_once() {
    let platform = Platform::start().await;
    workspace(&platform, "acme").await;
    let acme = directory(&platform, "scim", "acme", "admin").await;
    let made = acme.put_in("Ana@Example.com", "A-1").await;
    assert_eq!((&made["id"], &made["userName"]), (&json!("ana@example.com"), &json!("ana@example.com")));
    assert_eq!((&made["displayName"], &made["active"]), (&json!("Ana Lima"), &json!(true)));
    assert_eq!(made["meta"]["location"], "http://127.0.0.1:9080/scim/v2/Users/ana%40example%2Ecom");
    let again = acme.ask("POST", "/Users", Some(&json!({ "userName": "ana@example.com" }))).await.is(409);
    assert_eq!(again.json()["scimType"], "uniqueness");
    let found = acme.get("/Users?filter=userName%20eq%20%22ANA@example.com%22").await;
    assert_eq!((&found["totalResults"], &found["Resources"][0]["externalId"]), (&json!(1), &json!("A-1")));
    assert_eq!(acme.get("/Users?filter=userName%20eq%20%22bea@example.com%22").await["totalResults"], 0);

    // Two directories' ways of the same change.
    acme.change(
        "/Groups/viewer",
        json!([{ "op": "Add", "path": "members", "value": [{ "value": "ana@example.com" }] }]),
    )
    .await
    .is(200);
    let groups = acme.get("/Groups?filter=displayName%20eq%20%22viewer%22").await;
    assert_eq!(groups["Resources"][0]["members"][0]["value"], "ana@example.com");
    let bare = acme.get("/Groups?excludedAttributes=members").await;
    assert_eq!(bare["Resources"][0].get("members"), None);
    let ana = sign_in(&platform, "ana@example.com").await;
    let look = |session: &crate::platform::Session| {
        platform.get("/api/v1/apis").signed_in(session).header("pailou-workspace", "acme")
    };
    look(&ana).send().await.is(200);
    acme.change("/Users/ana@example.com", json!([{ "op": "Replace", "path": "active", "value": "False" }]))
        .await
        .is(200);
    look(&ana).send().await.is(401);
    let proof = json!({ "email": "ana@example.com", "password": PASSWORD });
    let out = platform.post("/api/v1/session").json(&proof).send().await.is(401);
    let wrong = json!({ "email": "ana@example.com", "password": "a guess" });
    let wrong = platform.post("/api/v1/session").json(&wrong).send().await.is(401);
    assert_eq!(out.json()["detail"], wrong.json()["detail"], "nobody learns that the password is right");
    let seen = platform.get("/api/v1/members/ana@example.com").admin().send().await.is(200).json();
    assert_eq!(seen["state"], "suspended");
    // Back in, with the roles there were.
    let back = acme
        .change("/Users/ana@example.com", json!([{ "op": "replace", "value": { "active": true } }]))
        .await;
    assert_eq!(back.is(200).json()["groups"][0]["value"], "viewer");
    let ana = platform.sign_in("ana@example.com").await;
    look(&ana).send().await.is(200);
    acme.ask("DELETE", "/Users/ana@example.com", None).await.is(204);
    look(&ana).send().await.is(401);
    acme.ask("DELETE", "/Users/ana@example.com", None).await.is(404);
    platform.get("/api/v1/members/ana@example.com").admin().send().await.is(404);
    let log = platform
        .get("/api/v1/audit?limit=100")
        .admin()
        .header("pailou-workspace", "acme")
        .send()
        .await
        .is(200);
    for action in ["provision", "provision-group", "unprovision"] {
        assert!(log.text.contains(&format!(r#""action":"{action}""#)), "{action}: {}", log.text);
    }
    assert!(log.text.contains(r#""actor":"token/scim""#));
}

#[tokio::test]
async fn what_is_said_of_somebody_is_changed_in_parts_and_as_a_whole() {
    let platform = Platform::start().await;
    let here = directory(&platform, "scim", "default", "admin").await;
    here.put_in("ana@example.com", "A-1").await;
    let path = "/Users/ana@example.com";
    let named =
        here.change(path, json!([{ "op": "replace", "path": "name.familyName", "value": "Silva" }])).await;
    assert_eq!(named.is(200).json()["displayName"], "Ana Silva");
    let named = here
        .change(path, json!([{ "op": "add", "value": { "displayName": "Dr. Ana", "externalId": "A-2" } }]))
        .await;
    let named = named.is(200).json();
    assert_eq!((&named["displayName"], &named["externalId"]), (&json!("Dr. Ana"), &json!("A-2")));
    here.change(path, json!([{ "op": "remove", "path": "externalId" }])).await.is(200);
    assert_eq!(here.get(path).await.get("externalId"), None);
    let whole = json!({ "schemas": [USER], "userName": "ana@example.com", "displayName": "Ana" });
    let whole = here.ask("PUT", path, Some(&whole)).await.is(200).json();
    assert_eq!((&whole["displayName"], whole["name"].get("givenName")), (&json!("Ana"), None));
    let other =
        here.change(path, json!([{ "op": "replace", "path": "userName", "value": "eve@example.com" }])).await;
    assert_eq!(other.is(400).json()["scimType"], "mutability");
    let groups = |members: Value| here.change("/Groups/viewer", members);
    here.put_in("bea@example.com", "B-1").await;
    groups(json!([{ "op": "replace", "value": { "members": [{ "value": "ana@example.com" }, { "value": "bea@example.com" }] } }])).await.is(200);
    let left = groups(json!([{ "op": "remove", "path": "members[value eq \"ana@example.com\"]" }]))
        .await
        .is(200)
        .json();
    assert_eq!(left["members"].as_array().unwrap().len(), 1);
    // All or nothing.
    let both = json!([{ "op": "add", "path": "members", "value": [{ "value": "ana@example.com" }, { "value": "nobody@example.com" }] }]);
    groups(both).await.is(400);
    assert_eq!(here.get("/Groups/viewer").await["members"].as_array().unwrap().len(), 1);
    here.ask("DELETE", "/Groups/viewer", None).await.is(204);
    assert_eq!(here.get("/Groups/viewer").await["members"], json!([]));
    let known = here.ask("POST", "/Groups", Some(&json!({ "displayName": "viewer" }))).await.is(409).json();
    assert_eq!(known["scimType"], "uniqueness");
    here.ask("POST", "/Groups", Some(&json!({ "displayName": "Engineering" }))).await.is(400);
    for n in 0..12 {
        here.put_in(&format!("u{n:02}@example.com"), "x").await;
    }
    let part = here.get("/Users?startIndex=13&count=5").await;
    assert_eq!(
        (&part["totalResults"], &part["itemsPerPage"], &part["startIndex"]),
        (&json!(14), &json!(2), &json!(13))
    );
    assert_eq!(here.get("/Users?count=0").await["Resources"], json!([]));
    assert_eq!(here.get("/Users?startIndex=-4&count=1").await["startIndex"], 1);
    assert_eq!(here.get("/ServiceProviderConfig").await["patch"]["supported"], true);
    assert_eq!(here.get("/ResourceTypes/User").await["endpoint"], "/Users");
    assert_eq!(here.get("/Schemas").await["totalResults"], 2);
    here.get(&format!("/Schemas/{USER}")).await;
}

#[tokio::test]
async fn a_directory_of_one_workspace_sees_and_changes_nothing_of_another() {
    let platform = Platform::start().await;
    workspace(&platform, "acme").await;
    workspace(&platform, "bolt").await;
    let acme = directory(&platform, "scim-acme", "acme", "admin").await;
    let bolt = directory(&platform, "scim-bolt", "bolt", "admin").await;
    acme.put_in("ana@example.com", "A-1").await;
    acme.change(
        "/Groups/admin",
        json!([{ "op": "add", "path": "members", "value": [{ "value": "ana@example.com" }] }]),
    )
    .await
    .is(200);
    let boss = platform.member("boss@example.com", "*", "admin").await;
    let ana = sign_in(&platform, "ana@example.com").await;
    assert_eq!(bolt.get("/Users").await["totalResults"], 0);
    let hide = json!([{ "op": "replace", "path": "active", "value": false }]);
    for email in ["ana@example.com", "boss@example.com", "nobody@example.com"] {
        let path = format!("/Users/{email}");
        let refused = bolt.ask("GET", &path, None).await.is(404);
        assert_eq!(refused.json()["detail"], format!("there is no member `{email}`"));
        bolt.change(&path, hide.clone()).await.is(404);
        bolt.ask("DELETE", &path, None).await.is(404);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": email }] }]);
        bolt.change("/Groups/viewer", add).await.is(400);
    }
    // Put in there, too: it is as if they were new, and what is done there stays there.
    let made = bolt.put_in("ana@example.com", "B-7").await;
    assert_eq!((&made["groups"], &made["externalId"]), (&json!([]), &json!("B-7")));
    let made = bolt.put_in("boss@example.com", "B-8").await;
    assert_eq!(made["groups"], json!([]));
    for email in ["ana@example.com", "boss@example.com"] {
        bolt.change(&format!("/Users/{email}"), hide.clone()).await.is(200);
    }
    let look = |session: &crate::platform::Session| {
        platform.get("/api/v1/apis").signed_in(session).header("pailou-workspace", "acme")
    };
    look(&ana).send().await.is(200);
    look(&boss).send().await.is(200);
    assert_eq!(acme.get("/Users/ana@example.com").await["externalId"], "A-1");
    bolt.ask("DELETE", "/Users/ana@example.com", None).await.is(204);
    look(&ana).send().await.is(200);
    let held = platform.get("/api/v1/members/boss@example.com").admin().send().await.is(200).json();
    assert_eq!(held["roles"], json!([{ "workspace": "*", "role": "admin" }]));
}

#[tokio::test]
async fn a_token_gives_and_takes_no_more_than_it_has() {
    let platform = Platform::start().await;
    let form = json!({ "name": "clerk", "workspace": "default", "permissions": ["people:read", "people:write", "apis:read"] });
    let made = platform.post("/api/v1/tokens").admin().json(&form).send().await.is(201).json();
    let clerk =
        Directory { platform: &platform, bearer: format!("Bearer {}", made["secret"].as_str().unwrap()) };
    clerk.put_in("eve@example.com", "E").await;
    let add = |email: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": email }] }]);
    clerk.change("/Groups/admin", add("eve@example.com")).await.is(403);
    platform.member("op@example.com", "default", "operator").await;
    for (method, body) in
        [("DELETE", None), ("PUT", Some(json!({ "userName": "op@example.com", "active": false })))]
    {
        clerk.ask(method, "/Users/op@example.com", body.as_ref()).await.is(403);
    }
    platform.sign_in("op@example.com").await;
    let viewer = directory(&platform, "viewer", "default", "viewer").await;
    viewer.ask("GET", "/Users", None).await.is(403);
    let security = directory(&platform, "security", "default", "security").await;
    security.ask("GET", "/Users", None).await.is(200);
    security.ask("POST", "/Users", Some(&json!({ "userName": "x@example.com" }))).await.is(403);
    let every = directory(&platform, "every", "*", "admin").await;
    every.ask("GET", "/Users", None).await.is(403);
    for bearer in ["", "Bearer ", "Basic YTpi", "Bearer pls_none", &format!("Bearer {ADMIN_TOKEN}")] {
        let stranger = Directory { platform: &platform, bearer: bearer.to_owned() };
        let refused = stranger.ask("GET", "/Users", None).await.is(401);
        assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"scim\"");
        assert_eq!(refused.json()["status"], "401");
    }
    // A session of a person is none of a directory.
    let boss = platform.member("boss@example.com", "*", "admin").await;
    platform.get("/scim/v2/Users").signed_in(&boss).send().await.is(401);
}

#[tokio::test]
async fn what_a_directory_gets_wrong_is_told_as_the_standard_says() {
    let platform = Platform::start().await;
    let here = directory(&platform, "scim", "default", "admin").await;
    let call = |body: &str, kind: &str| {
        let call = platform.post("/scim/v2/Users").header("authorization", &here.bearer);
        call.body(kind, body.to_owned())
    };
    for (body, status) in [
        ("", 400),
        ("[]", 400),
        ("{", 400),
        ("{}", 400),
        (r#"{"userName": 1}"#, 400),
        (r#"{"userName": "no address"}"#, 400),
        (r#"{"userName": "acme:a@b.c"}"#, 400),
        (r#"{"userName": "a@b.c", "active": "maybe"}"#, 400),
        (r#"{"userName": "a@b.c", "name": []}"#, 400),
        (r#"{"userName": "a@b.c", "displayName": "\u0000"}"#, 400),
    ] {
        let refused = call(body, "application/scim+json").send().await.is(status);
        assert_eq!(
            refused.json()["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"]),
            "{body}"
        );
    }
    call("{}", "text/plain").send().await.is(415);
    for filter in ["x", "userName%20co%20%22a%22", "password%20eq%20%22a%22"] {
        let refused = here.ask("GET", &format!("/Users?filter={filter}"), None).await.is(400);
        assert_eq!(refused.json()["scimType"], "invalidFilter");
    }
    here.ask("GET", "/Users?count=many", None).await.is(400);
    here.ask("GET", "/Nothing", None).await.is(404);
    here.ask("POST", "/Users/a@b.c", Some(&json!({}))).await.is(405);
    here.change("/Users/a@b.c", json!([])).await.is(400);
    here.ask("GET", "/Groups/none", None).await.is(404);
}

/// The calls of the guide, in their order; each is a method, a path, a body where there is one, and a status.
#[tokio::test]
async fn the_calls_of_the_guide_do_what_it_says() {
    let page = include_str!("../../../../docs/guide/provisioning.md");
    let platform = Platform::start().await;
    workspace(&platform, "acme").await;
    let acme = directory(&platform, "scim", "acme", "admin").await;
    let blocks: Vec<&str> =
        page.split("\n```http\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0).collect();
    assert!(blocks.len() >= 6);
    for block in blocks {
        let lines: Vec<&str> = block.lines().collect();
        let (method, path) = lines[0].split_once(" /scim/v2").unwrap();
        let body = (lines.len() == 3).then(|| serde_json::from_str::<Value>(lines[1]).unwrap());
        let path = path.replace(' ', "%20").replace('"', "%22");
        acme.ask(method, &path, body.as_ref()).await.is(lines.last().unwrap().parse().unwrap());
    }
}
