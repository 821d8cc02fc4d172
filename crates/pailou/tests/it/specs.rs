//! Real OpenAPI documents become running APIs.

use crate::kit::{Said, admin, cli, echo, get, serve, specs};

#[test]
fn real_documents_import_into_apis_that_answer() {
    let Some(dir) = specs() else { return };
    let upstream = format!("http://{}", echo());
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    for (file, name, path) in [
        ("github.json", "github", "/repos/rust-lang/rust/issues/1"),
        ("stripe.json", "stripe", "/v1/charges/ch_1"),
        ("kubernetes.json", "kubernetes", "/api/v1/namespaces/default/pods/web"),
        ("digitalocean.yaml", "digitalocean", "/v2/droplets/3164444"),
    ] {
        let document = dir.join(file);
        let said = cli(
            &platform,
            &["import", "openapi", document.to_str().unwrap(), "--upstream", &upstream, "--name", name],
        )
        .succeeds();
        assert!(said.contains(&format!("api/{name}")), "{said}");
        let seen = get(&platform.http(&format!("/{name}{path}")), &[]).is(200).json();
        assert_eq!(seen["path"], path);
        get(&platform.http(&format!("/{name}/no/such/operation")), &[]).is(404);

        let operations =
            admin(&platform, "GET", &format!("/api/v1/apis/{name}/operations"), None).is(200).json();
        assert!(operations.as_array().or(operations["items"].as_array()).unwrap().len() > 200, "{file}");
        let outline = get(&platform.admin(&format!("/portal/api/v1/apis/{name}/outline")), &[]).is(200);
        assert!(outline.text.len() > 1000);
    }
}
