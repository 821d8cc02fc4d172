//! `pailou drift` and `pailou draft`: traffic beside contracts, as somebody at a terminal sees it.

use std::{fs, path::Path};

use axum::Router;
use reqwest::Method;
use serde_json::Value;

use crate::kit::{TOKEN, pailou, serve};

/// The time of day as every answer has it, so that pages need not change with it.
fn timeless(text: &str) -> String {
    let is_time = |word: &str| {
        let word = word.trim_matches(['(', ')', ',', ';']);
        word.len() >= 5 && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':'))
    };
    let lines = text.trim_end().lines().map(|line| {
        line.split(' ').map(|word| if is_time(word) { "TIME" } else { word }).collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Runs a command with the token; what it printed.
async fn run(folder: &Path, admin: &str, words: &[&str]) -> String {
    let mut command = pailou(words);
    command.env("PAILOU_TOKEN", TOKEN).env("PAILOU_URL", admin).current_dir(folder);
    let out = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_what_happens() {
    let page = include_str!("../../../../docs/contracts/drift.md");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = listener.local_addr().unwrap().to_string();
    let answer = || async { axum::Json(serde_json::json!({ "id": 7, "discount": 5 })) };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await.unwrap() });
    let folder = tempfile::tempdir().unwrap();
    let resources = folder.path().join("resources");
    fs::create_dir(&resources).unwrap();
    let (mut calls, mut told) = (Vec::new(), Vec::new());
    for block in page.split("\n```").skip(1).step_by(2) {
        let (name, text) = block.split_once('\n').unwrap();
        match name.split_once(' ') {
            Some(("yaml", file)) => {
                fs::write(resources.join(file), text.replace("127.0.0.1:9001", &upstream)).unwrap();
            }
            Some(("text", "calls")) => calls.extend(text.lines()),
            _ if name == "console" => {
                told.extend(text.strip_prefix("$ ").and_then(|text| text.split_once('\n')))
            }
            _ => {}
        }
    }
    let data = folder.path().join("data");
    let running = serve(&data, &["--resources", resources.to_str().unwrap()]);
    let client = reqwest::Client::new();
    for call in calls.iter().cycle().take(calls.len() * 4) {
        let (method, target) = call.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        let mut request = client.request(method.clone(), running.http(target));
        if method == Method::POST {
            request = request.header("content-type", "application/json").body("{\"text\":\"a secret\"}");
        }
        request.send().await.unwrap().text().await.unwrap();
    }
    let admin = running.admin("");
    assert!(!told.is_empty());
    for (command, expected) in told {
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let said = run(folder.path(), &admin, &words).await;
        assert_eq!(timeless(&said), timeless(expected), "{said}");
    }
    // What is proposed is a contract that only adds.
    let contract = run(folder.path(), &admin, &["drift", "shop", "--format", "contract"]).await;
    fs::write(folder.path().join("better.json"), &contract).unwrap();
    run(folder.path(), &admin, &["lint", "better.json"]).await;
    let old = resources.join("shop.openapi.yaml");
    let diff =
        run(folder.path(), &admin, &["diff", old.to_str().unwrap(), "better.json", "--format", "json"]).await;
    for added in ["DELETE", "/customers/{customerId}/orders", "expand", "discount"] {
        assert!(diff.contains(added), "{added}: {diff}");
    }
    let draft = run(folder.path(), &admin, &["draft", "legacy"]).await;
    fs::write(folder.path().join("legacy.json"), &draft).unwrap();
    run(folder.path(), &admin, &["lint", "legacy.json"]).await;
    let draft: Value = serde_json::from_str(&draft).unwrap();
    let notes = &draft["paths"]["/legacy/users/{userId}/notes"];
    assert!(notes["get"]["responses"]["200"]["content"]["application/json"].is_object(), "{draft}");
    let body = &notes["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"];
    assert_eq!(body["text"]["type"], "string");
    let all = run(folder.path(), &admin, &["drift", "--format", "json"]).await;
    let all: Value = serde_json::from_str(&all).unwrap();
    assert_eq!((&all["items"][0]["zombies"], &all["items"][0]["unseen"]), (&0.into(), &1.into()), "{all}");
    assert_eq!(all["items"][0]["shadows"], 2, "{all}");
    // It is known after a restart, and no value of a message was kept.
    assert_eq!(running.interrupt(), Some(0));
    for file in fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(8).any(|part| part == b"a secret"), "{}", file.display());
    }
    // To whom no time is too short, what nobody called is a zombie at once.
    let again = serve(&data, &["--resources", resources.to_str().unwrap(), "--zombie-after", "0s"]);
    let said = run(folder.path(), &again.admin(""), &["drift", "shop"]).await;
    assert!(
        said.contains(
            "zombie: in the contract, and nobody has called it for 0s or longer\n  GET     /orders\n"
        ),
        "{said}"
    );
    let known = run(folder.path(), &again.admin(""), &["drift", "shop", "--format", "json"]).await;
    let known: Value = serde_json::from_str(&known).unwrap();
    assert_eq!(known["shadow"].as_array().unwrap().len(), 2, "{known}");
}
