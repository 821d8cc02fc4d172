//! `pailou routes explain`: of a platform and of files.

use serde_json::Value;

use crate::kit::{Said, cli, echo, folder, get, pailou, request, serve};

fn resources(upstream: &str) -> String {
    let upstream = format!("upstream: {{ endpoints: [http://{upstream}] }}");
    format!(
        "kind: route
name: cart
match: {{ hosts: [shop.test], path: '/cart/{{id}}', methods: [GET] }}
{upstream}
---
kind: route
name: canary
match:
  path_regex: /cart/[0-9]+
  headers: {{ x-canary: {{ regex: 'on|yes' }} }}
  cookies: {{ beta: '1' }}
  query: {{ page: '2' }}
  when: request.method != 'PUT'
{upstream}
---
kind: route
name: both
match: {{ path: '/left/*' }}
also_match: [{{ path: '/right/*' }}]
strip_path: true
{upstream}
---
kind: api
name: shop
listen: {{ path: / }}
{upstream}
"
    )
}

#[test]
fn what_is_explained_is_what_the_gateway_does() {
    let upstream = echo().to_string();
    let dir = folder(&[("routes.yaml", &resources(&upstream))]);
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &["--resources", dir.path().to_str().unwrap()]);
    let files = dir.path().to_str().unwrap();

    let canary = ["-H", "X-Canary: yes", "-H", "Cookie: a=1; beta=1"];
    let cases: [(&[&str], &str); 6] = [
        (&["GET", "http://shop.test/cart/7"], "goes to route/cart (GET shop.test/cart/{id})"),
        (&["DELETE", "http://shop.test/cart/7"], "goes to api/shop (any /*)"),
        (&["GET", "http://a.test/cart/7"], "goes to api/shop (any /*)"),
        (&["GET", "/cart/7?page=2"], "goes to api/shop"),
        (&["POST", "/cart/7?page=2", canary[0], canary[1], canary[2], canary[3]], "goes to route/canary"),
        (
            &["PUT", "/cart/7?page=2", canary[0], canary[1], canary[2], canary[3]],
            "condition: this does not hold",
        ),
    ];
    for (args, expected) in cases {
        let args = [&["routes", "explain"], args].concat();
        let remote = cli(&platform, &args).succeeds();
        assert!(remote.contains(expected), "{args:?}: {remote}");
        let offline = pailou(&[&args[..], &["-f", files]].concat()).output().unwrap().succeeds();
        assert_eq!(offline, remote, "files and the platform say the same");
    }

    let args = ["routes", "explain", "GET", "http://a.test/cart/7?page=2", "--output", "json"];
    let json: Value = serde_json::from_str(&cli(&platform, &args).succeeds()).unwrap();
    assert_eq!(json["outcome"], "routed");
    assert_eq!(json["winner"]["service"], "api/shop");
    let reasons: Vec<_> =
        json["lost"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["header", "host"], "{json}");

    // What is said is what happens.
    let host = [("host", "shop.test")];
    assert_eq!(get(&platform.http("/cart/7"), &host).is(200).json()["path"], "/cart/7");
    assert_eq!(get(&platform.http("/left/a/b?c"), &host).is(200).json()["path"], "/a/b?c");
    assert_eq!(get(&platform.http("/right/a"), &host).is(200).json()["path"], "/a");
}

#[test]
fn a_path_with_another_method_is_405_and_says_which_it_has() {
    let upstream = echo().to_string();
    let route = format!(
        "kind: route\nname: pay\nmatch: {{ path: '/pay/{{id}}', methods: [POST, PUT] }}\nupstream: {{ endpoints: [http://{upstream}] }}\n"
    );
    let dir = folder(&[("route.yaml", &route)]);
    let gateway = crate::kit::gateway(dir.path());
    let refused = request("GET", &gateway.http("/pay/7"), &[], None).is(405).problem("method-not-allowed");
    assert_eq!(refused.header("allow"), "POST, PUT");
    request("POST", &gateway.http("/pay/7"), &[], None).is(200);
    get(&gateway.http("/pay"), &[]).is(404).problem("not-found");
    let said = pailou(&["routes", "explain", "GET", "/pay/7", "-f", dir.path().to_str().unwrap()]).output();
    let said = said.unwrap().succeeds();
    assert!(said.contains("is refused with 405, because the path takes POST, PUT only: route/pay"), "{said}");
}

#[test]
fn what_cannot_be_asked_is_said() {
    let dir =
        folder(&[("route.yaml", "kind: route\nname: a\nmatch: {}\nupstream: { endpoints: [http://a] }\n")]);
    let files = dir.path().to_str().unwrap();
    for (args, complaint) in [
        (&["GET", "/", "-f", files][..], "route.yaml:3"),
        (&["GET", "/", "-H", "broken", "-f", files], "`Name: value`"),
        (&["GET", "/"], "a token is needed"),
    ] {
        let said = pailou(&[&["routes", "explain"], args].concat()).output().unwrap().fails();
        assert!(said.contains(complaint), "{args:?}: {said}");
    }
}

#[test]
fn the_explanations_in_the_guide_are_what_is_said() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/routing.md");
    let page = std::fs::read_to_string(page).unwrap();
    let blocks = |language: &str| -> Vec<String> {
        let fence = format!("```{language}\n");
        page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
    };
    let dir = folder(&[("page.yaml", &blocks("yaml").join("---\n"))]);
    let shown = blocks("console");
    assert_eq!(shown.len(), 2);
    for block in shown {
        let (command, expected) = block.split_once('\n').unwrap();
        let mut args = Vec::new();
        for (number, part) in command.trim_start_matches("$ pailou ").split('"').enumerate() {
            match number % 2 {
                0 => args.extend(part.split_whitespace()),
                _ => args.push(part),
            }
        }
        args.extend(["-f", dir.path().to_str().unwrap()]);
        assert_eq!(pailou(&args).output().unwrap().succeeds(), expected, "{command}");
    }
}
