//! Requests signed by libraries that others wrote (`http-message-signatures`, `botocore`) at a gateway with the policy `hmac-auth`, and requests that a
//! gateway signs by `upstream-auth`, held against what `botocore` makes of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    running::{self, Gateway},
    shell::{Outcome, command, has, output, root, step, target_dir},
    tools,
};

const PACKAGES: [&str; 4] =
    ["http-message-signatures==2.0.1", "typing-extensions==4.15.0", "requests==2.32.5", "botocore==1.44.8"];

#[derive(Default, clap::Args)]
pub(crate) struct Args {
    /// Uses the binary at this path instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if !has("python3") {
        println!("\nSKIPPED: requests signed by others' libraries (they need Python 3)");
        return Ok(());
    }
    tools::install(&[tools::OPENSSL])?;
    let binary = running::binary(args.binary.as_deref())?;
    let folder = target_dir().join("signature-tests");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let python = tools::python(&folder, &PACKAGES)?;
    let (key, public) = key(&folder)?;
    let resources = folder.join("gateway.yaml");
    let service = running::free_port()?;
    let mut text = format!(
        "kind: consumer\nname: ada\n---\nkind: route\nname: orders\nmatch: {{ path: /* }}\nupstream: {{ endpoints: [\"http://127.0.0.1:9\"] }}\n\
         policies:\n- hmac-auth:\n    accept: [rfc9421, aws4]\n    keys:\n    - {{ id: ada-1, consumer: ada, secret: a-secret-that-only-ada-knows-0001 }}\n    \
         - {{ id: bank-7, consumer: ada, jwk: {{ kty: OKP, crv: Ed25519, x: \"{public}\" }} }}\n- respond: {{ status: 200, body: fine }}\n"
    );
    for (kind, path) in [("execute-api", "/signed/*"), ("s3", "/kept/*")] {
        text.push_str(&format!(
            "---\nkind: route\nname: {kind}\nmatch: {{ path: {path} }}\nupstream: {{ endpoints: [\"http://127.0.0.1:{service}\"] }}\n\
             policies:\n- upstream-auth:\n    aws: {{ region: eu-central-1, service: {kind}, access_key_id: gateway-1, secret_access_key: a-secret-of-the-gateway, \
             session_token: for-a-while, host: service.example.com }}\n"
        ));
    }
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    let gateway = Gateway::start(&binary, &resources)?;
    let script = root().join("xtask/src/signature_tests/client.py");
    let mut client = command(&python, &[&script.to_string_lossy(), &gateway.http]);
    step("requests signed by others' libraries, and for them", client.arg(key).arg(service.to_string()))
}

/// A private key of Ed25519, and the public half as a JWK has it.
fn key(folder: &Path) -> Outcome<(PathBuf, String)> {
    let (private, public) = (folder.join("key.pem"), folder.join("public.der"));
    output(command("openssl", &["genpkey", "-algorithm", "ed25519", "-out"]).arg(&private))?;
    let mut derive = command("openssl", &["pkey", "-pubout", "-outform", "DER", "-in"]);
    output(derive.arg(&private).arg("-out").arg(&public))?;
    let der = fs::read(&public).map_err(|e| format!("{}: {e}", public.display()))?;
    // The last 32 bytes are the key (RFC 8410 §4).
    let key = der.last_chunk::<32>().ok_or("openssl made no key of Ed25519")?;
    Ok((private, URL_SAFE_NO_PAD.encode(key)))
}
