//! `pailou mock`: a contract that answers, as somebody at a terminal uses it.

use std::fs;

use reqwest::{Client, Response};
use serde_json::Value;

use crate::kit::{Running, pailou};

/// The blocks of a page, each with its language.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        found.extend(block.split_once('\n'));
    }
    found
}

fn mock(file: &std::path::Path, more: &[&str]) -> Running {
    let mut args = vec!["mock", file.to_str().unwrap(), "--http", "127.0.0.1:0"];
    args.extend(more);
    Running::start(&args, "gateway at http:")
}

async fn text(response: Response) -> String {
    response.text().await.unwrap()
}

/// An exchange of a page: a request with what stands in lines that begin with `> `, and what is expected of its answer.
async fn exchange(client: &Client, running: &Running, text: &str) {
    let mut parts = text.trim_end().splitn(3, "\n\n");
    let mut asked = parts.next().unwrap().lines();
    let (method, target) = asked.next().unwrap().split_once(' ').unwrap();
    let mut call =
        client.request(method.parse().unwrap(), running.http(target)).header("origin", "http://page.test");
    let mut body = Vec::new();
    for line in asked {
        match line.strip_prefix("> ") {
            Some(line) => body.push(line),
            None => {
                let (name, value) = line.split_once(": ").unwrap();
                call = call.header(name, value);
            }
        }
    }
    let answer = call.body(body.join("\n")).send().await.unwrap();
    let mut expected = parts.next().unwrap().lines();
    assert_eq!(answer.status().as_str(), expected.next().unwrap(), "{text}");
    for line in expected {
        let (name, value) = line.split_once(": ").unwrap();
        assert_eq!(answer.headers().get(name).map(|value| value.to_str().unwrap()), Some(value), "{text}");
    }
    let body = answer.text().await.unwrap();
    let Some(wanted) = parts.next() else { return };
    let Ok(wanted) = serde_json::from_str::<Value>(wanted) else {
        return assert_eq!(body.trim_end(), wanted.trim_end(), "{text}");
    };
    let body: Value = serde_json::from_str(&body).unwrap();
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&body[name], value, "{text}");
    }
}

#[tokio::test]
async fn the_page_says_what_happens() {
    let page = include_str!("../../../../docs/contracts/mock.md");
    let folder = tempfile::tempdir().unwrap();
    let (client, mut running, mut asked) = (Client::new(), None, 0);
    for (language, text) in blocks(page) {
        let name = match language {
            "yaml contract" => "openapi.yaml",
            "asyncapi contract" => "lights.yaml",
            "graphql contract" => "shop.graphql",
            "xml contract" => "rooms.wsdl",
            "proto contract" => "shop.proto",
            "http" => {
                exchange(&client, running.as_ref().unwrap(), text).await;
                asked += 1;
                continue;
            }
            _ => continue,
        };
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        running = Some(mock(&file, &[]));
        if language == "yaml contract" {
            // A page of another origin may ask first.
            let call = client.request(reqwest::Method::OPTIONS, running.as_ref().unwrap().http("/pets"));
            let call =
                call.header("origin", "http://page.test").header("access-control-request-method", "POST");
            assert_eq!(call.send().await.unwrap().headers()["access-control-allow-origin"], "*");
        }
    }
    assert!(asked >= 10);
}

#[tokio::test]
async fn a_contract_that_changes_is_read_again_and_one_that_is_broken_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    let contract = |status: u16| {
        format!(
            "{{ \"openapi\": \"3.1.0\", \"info\": {{ \"title\": \"t\", \"version\": \"1\" }}, \"paths\": {{ \"/a\": {{ \"get\": {{ \"responses\": {{ \"{status}\": {{ \"description\": \"d\" }} }} }} }} }} }}"
        )
    };
    fs::write(&file, contract(202)).unwrap();
    let running = mock(&file, &[]);
    let get = async || reqwest::get(running.http("/a")).await.unwrap();
    assert_eq!(get().await.status(), 202);
    fs::write(&file, contract(203)).unwrap();
    running.says("was read again");
    assert_eq!(get().await.status(), 203);
    fs::write(&file, "{ \"openapi\": \"3.1.0\",\n  \"info\": ]").unwrap();
    let told = running.says("openapi.json:2:");
    assert!(told.contains("openapi.json:2:11"), "{told}");
    assert_eq!(get().await.status(), 203);
    assert_eq!(running.interrupt(), Some(0));
}

#[tokio::test]
async fn options_say_what_is_held_against_the_contract_and_what_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.yaml");
    let page = include_str!("../../../../docs/contracts/mock.md");
    let contract = blocks(page).into_iter().find(|(language, _)| *language == "yaml contract").unwrap().1;
    fs::write(&file, format!("security: [{{ k: [] }}]\n{contract}\n  securitySchemes: {{ k: {{ type: apiKey, in: header, name: x-key }} }}\n")).unwrap();
    let client = Client::new();
    let strict = mock(&file, &["--state"]);
    let post = |running: &Running, body: &'static str| {
        client.post(running.http("/pets")).header("content-type", "application/json").body(body)
    };
    assert_eq!(post(&strict, "{\"name\":\"Max\"}").send().await.unwrap().status(), 401);
    assert_eq!(post(&strict, "{\"name\":7}").header("x-key", "k").send().await.unwrap().status(), 422);
    let made = post(&strict, "{\"name\":\"Max\"}").header("x-key", "k").send().await.unwrap();
    assert_eq!((made.status().as_u16(), made.headers()["location"].to_str().unwrap()), (201, "/pets/1"));
    let read = client.get(strict.http("/pets/1")).header("x-key", "k").send().await.unwrap();
    assert!(text(read).await.contains("Max"));
    let loose = mock(&file, &["--no-security", "--no-validate", "--dynamic"]);
    assert_eq!(post(&loose, "{\"name\":7}").send().await.unwrap().status(), 201);
    let get = async |path: &str| text(reqwest::get(loose.http(path)).await.unwrap()).await;
    assert_eq!(get("/pets/1").await, get("/pets/1").await);
    assert_ne!(get("/pets/1").await, get("/pets/2").await);
}

#[test]
fn what_is_no_contract_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let told = |text: &str| {
        fs::write(folder.path().join("a.yaml"), text).unwrap();
        let out =
            pailou(&["mock", "a.yaml", "--http", "127.0.0.1:0"]).current_dir(folder.path()).output().unwrap();
        assert_eq!(out.status.code(), Some(1));
        String::from_utf8(out.stderr).unwrap()
    };
    let said = told("openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths:\n  /a:\n    get: [\n");
    assert!(said.starts_with("a.yaml:"), "{said}");
    let said = told("openapi: 4.0.0\ninfo: { title: t, version: '1' }\n");
    assert!(said.starts_with("a.yaml:1:"), "{said}");
    let said = told("kind: Api\nname: x\n");
    assert!(said.contains("a.yaml"), "{said}");
    let out = pailou(&["mock", "gone.yaml"]).current_dir(folder.path()).output().unwrap();
    assert!(String::from_utf8(out.stderr).unwrap().starts_with("gone.yaml: "));
}
