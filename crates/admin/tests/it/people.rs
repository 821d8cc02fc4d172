//! Members, roles and service tokens: who may what, and that nobody comes to more than they were given.

use serde_json::{Value, json};

use crate::platform::{PASSWORD, Platform, Session};

fn api(name: &str, owner: Option<&str>) -> Value {
    let mut api = json!({
        "name": name, "listen": { "path": format!("/{name}") }, "upstream": { "endpoints": ["http://127.0.0.1:9"] },
    });
    if let Some(owner) = owner {
        api["owner"] = owner.into();
    }
    api
}

fn roles(held: &[(&str, &str)]) -> Value {
    held.iter().map(|(workspace, role)| json!({ "workspace": workspace, "role": role })).collect()
}

fn form(email: &str, held: &[(&str, &str)]) -> Value {
    json!({ "email": email, "name": "Somebody", "roles": roles(held) })
}

#[tokio::test]
async fn who_is_invited_sets_a_password_by_a_link_that_works_once() {
    let platform = Platform::start().await;
    let invited =
        platform.post("/api/v1/members").admin().json(&form("Ana@Example.com", &[("default", "viewer")]));
    let invited = invited.send().await.is(201).json();
    assert_eq!(invited["member"]["email"], "ana@example.com");
    assert_eq!(invited["member"]["state"], "invited");
    let link = invited["link"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:9080/console/set-password#"), "{link}");
    let secret = link.split_once('#').unwrap().1;
    let set = |secret: &str, password: &str| {
        platform.post("/api/v1/password").json(&json!({ "link": secret, "password": password }))
    };
    let sign_in = |password: &str| {
        platform.post("/api/v1/session").json(&json!({ "email": "ana@example.com", "password": password }))
    };
    sign_in("").send().await.is(401);
    let weak = set(secret, "short").send().await.is(422).json();
    assert_eq!(weak["findings"][0]["field"], "password");
    assert_eq!(set(secret, PASSWORD).send().await.is(200).json()["email"], "ana@example.com");
    set(secret, "another password").send().await.is(401).problem("unauthenticated");
    set("planted-link", PASSWORD).send().await.is(401);
    let ana = sign_in(PASSWORD).send().await.is(200);
    let who = ana.json();
    assert_eq!(
        (who["user"]["kind"].as_str(), who["user"]["name"].as_str()),
        (Some("member"), Some("Somebody"))
    );
    let permissions: Vec<&str> =
        who["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    assert!(permissions.contains(&"apis:read") && !permissions.contains(&"audit:read"), "{permissions:?}");
    let listed = platform.get("/api/v1/members").admin().send().await.is(200).json();
    assert_eq!(listed["items"][0]["state"], "active");
    assert!(listed["items"][0]["last_sign_in_at"].is_string());
    platform
        .post("/api/v1/members")
        .admin()
        .json(&form("ana@example.com", &[("*", "viewer")]))
        .send()
        .await
        .is(409);
    assert!(!platform.answers().contains(PASSWORD) && !platform.answers().contains("argon2"));
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_with_the_next_request() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "operator").await;
    let consumer = json!({ "name": "shop" });
    platform.post("/api/v1/consumers").signed_in(&ana).json(&consumer).send().await.is(201);
    let set = platform.put("/api/v1/members/ana@example.com/roles").admin();
    set.json(&json!({ "roles": roles(&[("default", "viewer")]) })).send().await.is(200);
    let refused =
        platform.delete("/api/v1/consumers/shop").signed_in(&ana).send().await.is(403).problem("forbidden");
    assert_eq!(refused.json()["permission"], "consumers:write");
    platform.get("/api/v1/consumers/shop").signed_in(&ana).send().await.is(200);
    platform.delete("/api/v1/members/ana@example.com").admin().send().await.is(204);
    platform.get("/api/v1/consumers/shop").signed_in(&ana).send().await.is(401);
    // Who comes back under the same address does not find the old session.
    platform.member("ana@example.com", "default", "admin").await;
    platform.get("/api/v1/consumers/shop").signed_in(&ana).send().await.is(401);
}

#[tokio::test]
async fn an_owner_changes_what_is_theirs_by_whatever_way_and_nothing_else() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "api-owner").await;
    let create = |api: &Value| platform.post("/api/v1/apis").signed_in(&ana).json(api);
    platform.post("/api/v1/apis").admin().json(&api("others", Some("bea@example.com"))).send().await.is(201);
    platform.post("/api/v1/apis").admin().json(&api("nobodys", None)).send().await.is(201);
    create(&api("hers", None)).send().await.is(403).problem("forbidden");
    create(&api("hers", Some("bea@example.com"))).send().await.is(403);
    create(&api("hers", Some("Ana@Example.com"))).send().await.is(201);
    let put = |name: &str, owner: &str| {
        platform.put(&format!("/api/v1/apis/{name}")).signed_in(&ana).json(&api(name, Some(owner)))
    };
    for taken in ["others", "nobodys"] {
        put(taken, "ana@example.com").send().await.is(403);
        platform.delete(&format!("/api/v1/apis/{taken}")).signed_in(&ana).send().await.is(403);
    }
    // By a folder: whole or not at all.
    let folder = |files: &[(&str, &str)]| {
        let file = |(name, owner): &(&str, &str)| {
            let text = format!(
                "kind: api\nname: {name}\nowner: {owner}\nlisten: {{ path: /{name} }}\nupstream: {{ endpoints: [http://127.0.0.1:8] }}\n"
            );
            json!({ "path": format!("{name}.yaml"), "text": text })
        };
        json!({ "files": files.iter().map(file).collect::<Vec<_>>() })
    };
    let apply = |files: &[(&str, &str)], how: &str| {
        platform.post(&format!("/api/v1/apply{how}")).signed_in(&ana).json(&folder(files))
    };
    let both = apply(&[("hers", "ana@example.com"), ("others", "ana@example.com")], "").send().await.is(403);
    assert!(both.text.contains("api/others") && !both.text.contains("api/hers"), "{}", both.text);
    apply(&[("hers", "ana@example.com")], "").send().await.is(200);
    apply(&[], "?prune=true&origin=api").send().await.is(403);
    // By an import: what she imports is hers.
    let contract = "openapi: 3.1.0\ninfo: { title: Maps, version: '1' }\npaths: {}\n";
    let import = json!({ "text": contract, "upstream": "http://127.0.0.1:9" });
    platform.post("/api/v1/import/openapi").signed_in(&ana).json(&import).send().await.is(200);
    let maps = platform.get("/api/v1/apis/maps").signed_in(&ana).send().await.is(200).json();
    assert_eq!(maps["owner"], "ana@example.com");
    // What she hands over is hers no more.
    put("hers", "bea@example.com").send().await.is(200);
    put("hers", "ana@example.com").send().await.is(403);
    let owned = platform.get("/api/v1/apis/others").admin().send().await.is(200).json();
    assert_eq!(owned["owner"], "bea@example.com");
}

#[tokio::test]
async fn a_folder_is_applied_by_who_may_change_everything_in_it() {
    let platform = Platform::start().await;
    let dev = platform.member("dev@example.com", "default", "developer").await;
    let apply = |text: &str| {
        let folder = json!({ "files": [{ "path": "a.yaml", "text": text }] });
        platform.post("/api/v1/apply").signed_in(&dev).json(&folder)
    };
    apply("kind: upstream\nname: pool\nendpoints: [http://127.0.0.1:9]\n").send().await.is(200);
    for forbidden in [
        "kind: consumer\nname: eve\n",
        "kind: gateway\nname: default\n",
        "kind: plan\nname: gold\n",
        "kind: block\nname: b\naddress: 192.0.2.1\n",
    ] {
        let refused = apply(forbidden).send().await;
        assert_eq!(refused.status, 403, "{forbidden}: {}", refused.text);
    }
}

#[tokio::test]
async fn keys_and_secrets_are_not_come_by_through_documents() {
    let platform = Platform::start().await;
    let clerk = json!({ "permissions": ["consumers:read", "consumers:write", "apis:read", "apis:write"] });
    platform.put("/api/v1/roles/clerk").admin().json(&clerk).send().await.is(200);
    let eve = platform.member("eve@example.com", "default", "clerk").await;
    let put = |document: &Value| platform.put("/api/v1/consumers/shop").signed_in(&eve).json(document);
    put(&json!({ "name": "shop" })).send().await.is(201);
    let with_key = json!({ "name": "shop", "credentials": [{ "key": "a-key-of-her-own" }] });
    let refused = put(&with_key).send().await.is(403);
    assert!(refused.text.contains("keys:write"), "{}", refused.text);
    let mut naming = api("leak", None);
    naming["policies"] =
        json!([{ "headers": { "request": { "set": { "x-stolen": "secret://env/PATH" } } } }]);
    let refused = platform.post("/api/v1/apis").signed_in(&eve).json(&naming).send().await.is(403);
    assert!(refused.text.contains("secrets:read"), "{}", refused.text);
    let dev = platform.member("dev@example.com", "default", "developer").await;
    let may = platform.post("/api/v1/apis").signed_in(&dev).json(&naming).send().await;
    may.is(201);
    // What it names already she may keep.
    naming["description"] = "Changed.".into();
    platform.put("/api/v1/apis/leak").signed_in(&eve).json(&naming).send().await.is(200);
}

#[tokio::test]
async fn nobody_gives_takes_or_becomes_what_may_more_than_they() {
    let platform = Platform::start().await;
    let personnel =
        json!({ "permissions": ["people:read", "people:write", "apis:read", "tokens:read", "tokens:write"] });
    platform.put("/api/v1/roles/personnel").admin().json(&personnel).send().await.is(200);
    let eve = platform.member("eve@example.com", "*", "personnel").await;
    let boss = platform.member("boss@example.com", "*", "admin").await;
    let post = |path: &str, body: &Value| platform.post(path).signed_in(&eve).json(body);
    // Giving.
    post("/api/v1/members", &form("x@example.com", &[("*", "admin")]))
        .send()
        .await
        .is(403)
        .problem("forbidden");
    post("/api/v1/members", &form("x@example.com", &[("default", "operator")])).send().await.is(403);
    post("/api/v1/members", &form("x@example.com", &[("default", "personnel")])).send().await.is(201);
    let own = platform.put("/api/v1/members/eve@example.com/roles").signed_in(&eve);
    own.json(&json!({ "roles": roles(&[("*", "personnel"), ("*", "security")]) })).send().await.is(403);
    let wide = json!({ "permissions": ["people:write", "audit:read"] });
    platform.put("/api/v1/roles/personnel").signed_in(&eve).json(&wide).send().await.is(403);
    platform.put("/api/v1/roles/admin").signed_in(&boss).json(&wide).send().await.is(409);
    // Taking, and becoming.
    let demote = platform.put("/api/v1/members/boss@example.com/roles").signed_in(&eve);
    demote.json(&json!({ "roles": roles(&[("*", "personnel")]) })).send().await.is(403);
    platform.delete("/api/v1/members/boss@example.com").signed_in(&eve).send().await.is(403);
    post("/api/v1/members/boss@example.com/link", &json!({})).send().await.is(403);
    // By a token.
    let token =
        |name: &str, permission: &str| json!({ "name": name, "workspace": "*", "permissions": [permission] });
    post("/api/v1/tokens", &token("a", "audit:read")).send().await.is(403);
    let made = post("/api/v1/tokens", &token("b", "people:write")).send().await.is(201).json();
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let by_token = platform.post("/api/v1/tokens").header("authorization", &bearer);
    by_token.json(&token("c", "people:write")).send().await.is(403);
    // Where she has no say.
    let here = platform.member("here@example.com", "default", "admin").await;
    let invite = |held: &[(&str, &str)]| {
        platform.post("/api/v1/members").signed_in(&here).json(&form("y@example.com", held))
    };
    invite(&[("*", "viewer")]).send().await.is(403);
    invite(&[("elsewhere", "viewer")]).send().await.is(422);
    invite(&[("default", "admin")]).send().await.is(201);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "*", "admin").await;
    let demote = |email: &str| {
        let call = platform.put(&format!("/api/v1/members/{email}/roles")).signed_in(&ana);
        call.json(&json!({ "roles": roles(&[("*", "viewer")]) }))
    };
    // One who has set no password yet is none.
    platform
        .post("/api/v1/members")
        .admin()
        .json(&form("new@example.com", &[("*", "admin")]))
        .send()
        .await
        .is(201);
    demote("ana@example.com").send().await.is(409).problem("conflict");
    platform.delete("/api/v1/members/ana@example.com").signed_in(&ana).send().await.is(409);
    platform.member("bea@example.com", "*", "admin").await;
    demote("ana@example.com").send().await.is(200);
    platform.delete("/api/v1/members/bea@example.com").admin().send().await.is(409);
}

#[tokio::test]
async fn a_service_token_does_what_it_was_given_and_never_more_than_who_made_it() {
    let platform = Platform::start().await;
    let dev = platform.member("dev@example.com", "default", "developer").await;
    let form =
        json!({ "name": "ci", "roles": ["viewer"], "permissions": ["routes:write"], "expires_in": "30d" });
    let made = platform.post("/api/v1/tokens").signed_in(&dev).json(&form).send().await.is(201).json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("pls_") && secret.len() == 42, "{secret}");
    assert_eq!(made["token"]["created_by"], "dev@example.com");
    platform.post("/api/v1/tokens").signed_in(&dev).json(&form).send().await.is(409);
    let bearer = format!("Bearer {secret}");
    let put = |name: &str| {
        let pool = json!({ "name": name, "endpoints": ["http://127.0.0.1:9"] });
        platform.put(&format!("/api/v1/upstreams/{name}")).header("authorization", &bearer).json(&pool)
    };
    put("pool").send().await.is(201);
    platform.get("/api/v1/calls").header("authorization", &bearer).send().await.is(403);
    platform.get("/portal/api/v1/apps").header("authorization", &bearer).send().await.is(401);
    let who = platform.get("/api/v1/session").header("authorization", &bearer).send().await.is(200).json();
    assert_eq!(
        (who["user"]["kind"].as_str(), who["user"]["name"].as_str()),
        (Some("token"), Some("token/ci"))
    );
    let audit = platform.get("/api/v1/audit?kind=upstream").admin().send().await.is(200).json();
    assert_eq!(audit["items"][0]["actor"], "token/ci");
    let listed = platform.get("/api/v1/tokens").signed_in(&dev).send().await.is(200);
    assert!(listed.json()["items"][0]["last_used_at"].is_string());
    assert!(!listed.text.contains(&secret));
    // One character of it wrong.
    let wrong = format!("Bearer {}x", &secret[..secret.len() - 1]);
    platform.get("/api/v1/session").header("authorization", &wrong).send().await.is(401);
    // Less for its maker is less for it.
    let set = platform.put("/api/v1/members/dev@example.com/roles").admin();
    set.json(&json!({ "roles": roles(&[("default", "viewer")]) })).send().await.is(200);
    put("pool").send().await.is(403);
    platform.get("/api/v1/upstreams").header("authorization", &bearer).send().await.is(200);
    // And with its maker it goes.
    platform.delete("/api/v1/members/dev@example.com").admin().send().await.is(204);
    platform.get("/api/v1/upstreams").header("authorization", &bearer).send().await.is(401);
    let left = platform.get("/api/v1/tokens").admin().send().await.is(200).json();
    assert_eq!(left["total"], 0);
}

#[tokio::test]
async fn a_revoked_token_is_over_and_only_ones_own_is_revoked() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "developer").await;
    let bea = platform.member("bea@example.com", "default", "developer").await;
    let make = |who: &Session, name: &str| {
        let form = json!({ "name": name, "roles": ["viewer"] });
        platform.post("/api/v1/tokens").signed_in(who).json(&form).send()
    };
    let secret = make(&ana, "hers").await.is(201).json()["secret"].as_str().unwrap().to_owned();
    make(&ana, "another").await.is(201);
    let revoke =
        |who: &Session, name: &str| platform.delete(&format!("/api/v1/tokens/{name}")).signed_in(who).send();
    revoke(&bea, "hers").await.is(403);
    revoke(&ana, "hers").await.is(204);
    revoke(&ana, "hers").await.is(404);
    let bearer = format!("Bearer {secret}");
    platform.get("/api/v1/session").header("authorization", &bearer).send().await.is(401);
    let guard = platform.member("guard@example.com", "default", "security").await;
    revoke(&guard, "another").await.is(204);
}

#[tokio::test]
async fn what_is_no_member_role_or_token_is_refused_field_by_field() {
    let platform = Platform::start().await;
    let refused = |path: &'static str, body: Value| {
        let call = platform.post(path).admin().json(&body);
        async move {
            let answer = call.send().await.is(422).json();
            let fields = answer["findings"].as_array().unwrap().iter();
            fields.map(|finding| finding["field"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
        }
    };
    let member = refused("/api/v1/members", json!({ "email": "nobody", "name": "", "roles": [] })).await;
    assert_eq!(member, ["email", "name"]);
    let held = roles(&[("default", "operater"), ("nowhere", "viewer")]);
    let member = refused("/api/v1/members", json!({ "email": "a@b.c", "name": "A", "roles": held })).await;
    assert_eq!(member, ["roles[0].role", "roles[1].workspace"]);
    let token = json!({ "name": "t", "roles": ["nobody"], "permissions": ["apis:read", "apis:eat"], "expires_in": "0s" });
    assert_eq!(refused("/api/v1/tokens", token).await, ["roles[0]", "permissions[1]", "expires_in"]);
    assert_eq!(refused("/api/v1/tokens", json!({ "name": "t" })).await, ["permissions"]);
    let role =
        platform.put("/api/v1/roles/mine").admin().json(&json!({ "permissions": ["audit:write:own"] }));
    assert_eq!(role.send().await.is(422).json()["findings"][0]["field"], "permissions[0]");
    platform.get("/api/v1/members/nobody@example.com").admin().send().await.is(404);
    platform.delete("/api/v1/roles/nothing").admin().send().await.is(404);
}

#[tokio::test]
async fn a_role_that_somebody_has_stays_until_it_is_taken_from_them() {
    let platform = Platform::start().await;
    let role = |permissions: &[&str]| {
        platform.put("/api/v1/roles/auditor").admin().json(&json!({ "permissions": permissions }))
    };
    role(&["audit:read"]).send().await.is(200);
    let ana = platform.member("ana@example.com", "default", "auditor").await;
    platform.get("/api/v1/audit").signed_in(&ana).send().await.is(200);
    platform.get("/api/v1/calls").signed_in(&ana).send().await.is(403);
    role(&["calls:read"]).send().await.is(200);
    platform.get("/api/v1/audit").signed_in(&ana).send().await.is(403);
    platform.get("/api/v1/calls").signed_in(&ana).send().await.is(200);
    let told =
        platform.get("/api/v1/members/ana@example.com/permissions").admin().send().await.is(200).json();
    let expected =
        json!([{ "permission": "calls:read", "workspace": "default", "own": false, "roles": ["auditor"] }]);
    assert_eq!(told["items"], expected);
    let refused = platform.delete("/api/v1/roles/auditor").admin().send().await.is(409);
    assert!(refused.text.contains("ana@example.com"), "{}", refused.text);
    platform.delete("/api/v1/members/ana@example.com").admin().send().await.is(204);
    platform.delete("/api/v1/roles/auditor").admin().send().await.is(204);
}

#[tokio::test]
async fn another_password_ends_other_sessions_and_guessing_is_slowed_down() {
    let platform = Platform::start().await;
    let first = platform.member("ana@example.com", "default", "viewer").await;
    let second = platform.sign_in("ana@example.com").await;
    let change = |session: &Session, current: &str| {
        let form = json!({ "current": current, "password": "another password" });
        platform.put("/api/v1/session/password").signed_in(session).json(&form)
    };
    change(&second, "not hers").send().await.is(422);
    let third = change(&second, PASSWORD).send().await.is(200).session();
    platform.get("/api/v1/session").signed_in(&first).send().await.is(401);
    platform.get("/api/v1/session").signed_in(&second).send().await.is(401);
    platform.get("/api/v1/session").signed_in(&third).send().await.is(200);
    let guess = |email: &str| {
        platform.post("/api/v1/session").json(&json!({ "email": email, "password": "a guess" }))
    };
    let (known, unknown) = (guess("ana@example.com").send().await, guess("nobody@example.com").send().await);
    assert_eq!(known.is(401).json()["detail"], unknown.is(401).json()["detail"]);
    for _ in 0..9 {
        guess("ana@example.com").send().await.is(401);
    }
    guess("ana@example.com").send().await.is(429).problem("rate-limited");
}

#[tokio::test]
async fn every_change_of_people_is_in_the_audit_log_with_before_and_after() {
    let platform = Platform::start().await;
    platform.member("ana@example.com", "default", "viewer").await;
    let set = platform.put("/api/v1/members/ana@example.com/roles").admin();
    set.json(&json!({ "roles": roles(&[("*", "security")]) })).send().await.is(200);
    platform.delete("/api/v1/members/ana@example.com").admin().send().await.is(204);
    let audit = platform.get("/api/v1/audit?kind=member").admin().send().await.is(200).json();
    let told: Vec<String> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|record| {
            format!(
                "{} {} {}",
                record["actor"].as_str().unwrap(),
                record["action"].as_str().unwrap(),
                record["id"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "admin invite ana@example.com",
            "ana@example.com set-password ana@example.com",
            "admin set-roles ana@example.com",
            "admin remove ana@example.com",
        ]
    );
    let set = &audit["items"][1];
    assert_eq!(set["before"]["roles"][0]["role"], "viewer");
    assert_eq!(set["after"]["roles"][0], json!({ "workspace": "*", "role": "security" }));
    assert!(!audit.to_string().contains("argon2"));
}

#[tokio::test]
async fn developers_are_listed_with_their_last_sign_in_in_their_workspace_alone() {
    let platform = Platform::start().await;
    let workspace = json!({ "kind": "workspace", "name": "acme" });
    platform.post("/api/v1/workspaces").admin().json(&workspace).send().await.is(201);
    for email in ["ada@example.com", "bea@example.com", "cleo@example.com"] {
        platform.developer(email).await;
    }
    let list = |query: &str| platform.get(&format!("/api/v1/developers{query}")).admin();
    let all = list("").send().await.is(200).json();
    assert_eq!((&all["total"], &all["items"][0]["email"]), (&json!(3), &json!("ada@example.com")));
    assert_eq!(all["items"][0].get("last_sign_in_at"), None, "who signed up and never came back");
    let proof = json!({ "email": "ada@example.com", "password": PASSWORD });
    let ada = platform.post("/portal/api/v1/session").json(&proof).send().await.is(200).session();
    let app = json!({ "title": "Shop" });
    platform.post("/portal/api/v1/apps").signed_in(&ada).json(&app).send().await.is(201);
    let one = list("?q=ADA@").send().await.is(200).json();
    assert_eq!((&one["total"], &one["items"][0]["apps"]), (&json!(1), &json!(1)));
    assert!(one["items"][0]["last_sign_in_at"].is_string(), "{one}");
    let part = list("?limit=2").send().await.is(200).json();
    assert_eq!(part["next"], "bea@example.com");
    let rest = list("?limit=2&after=bea@example.com").send().await.is(200).json();
    assert_eq!((&rest["items"][0]["email"], &rest["next"]), (&json!("cleo@example.com"), &Value::Null));
    let there = list("").header("pailou-workspace", "acme").send().await.is(200).json();
    assert_eq!(there["items"], json!([]));
    for email in ["nobody@example.com", "acme:ada@example.com"] {
        let path = format!("/api/v1/developers/{email}/second-factor");
        platform.delete(&path).admin().send().await.is(404);
    }
    let path = "/api/v1/developers/ada@example.com/second-factor";
    platform.delete(path).admin().header("pailou-workspace", "acme").send().await.is(404);
    platform.get("/portal/api/v1/session").signed_in(&ada).send().await.is(200);
    platform.delete(path).admin().send().await.is(204);
    platform.get("/portal/api/v1/session").signed_in(&ada).send().await.is(401);
    assert!(!platform.answers().contains("argon2"));
}
