//! Requests signed by libraries that others wrote (`http-message-signatures`, `botocore`, `standardwebhooks`) at a gateway with the policies `hmac-auth` and
//! `webhook-signature`, and requests that a gateway signs by `upstream-auth`, held against what `botocore` and `standardwebhooks` make of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use crate::{
    running::{self, Gateway},
    shell::{Outcome, command, has, output, root, step, target_dir},
    tools,
};

const PACKAGES: [&str; 5] = [
    "http-message-signatures==2.0.1",
    "typing-extensions==4.15.0",
    "requests==2.32.5",
    "botocore==1.44.8",
    "standardwebhooks==1.1.0",
];

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
    let Key { file: key, seed, public } = key(&folder)?;
    let resources = folder.join("gateway.yaml");
    let (service, receiver) = (running::free_port()?, running::free_port()?);
    let mut text = format!(
        "kind: consumer\nname: ada\n---\nkind: route\nname: orders\nmatch: {{ path: /* }}\nupstream: {{ endpoints: [\"http://127.0.0.1:9\"] }}\n\
         policies:\n- hmac-auth:\n    accept: [rfc9421, aws4]\n    keys:\n    - {{ id: ada-1, consumer: ada, secret: a-secret-that-only-ada-knows-0001 }}\n    \
         - {{ id: bank-7, consumer: ada, jwk: {{ kty: OKP, crv: Ed25519, x: \"{}\" }} }}\n- respond: {{ status: 200, body: fine }}\n",
        URL_SAFE_NO_PAD.encode(public)
    );
    for (kind, path) in [("execute-api", "/signed/*"), ("s3", "/kept/*")] {
        text.push_str(&format!(
            "---\nkind: route\nname: {kind}\nmatch: {{ path: {path} }}\nupstream: {{ endpoints: [\"http://127.0.0.1:{service}\"] }}\n\
             policies:\n- upstream-auth:\n    aws: {{ region: eu-central-1, service: {kind}, access_key_id: gateway-1, secret_access_key: a-secret-of-the-gateway, \
             session_token: for-a-while, host: service.example.com }}\n"
        ));
    }
    text.push_str(&webhooks(receiver, &seed, &public));
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    let gateway = Gateway::start(&binary, &resources)?;
    for (script, service) in [("client.py", service), ("webhooks.py", receiver)] {
        let script = root().join("xtask/src/signature_tests").join(script);
        let mut client = command(&python, &[&script.to_string_lossy(), &gateway.http]);
        client.arg(&key).arg(service.to_string());
        step("requests signed by others' libraries, and for them", &mut client)?;
    }
    Ok(())
}

/// Where webhooks are verified, and where calls are signed as webhooks.
fn webhooks(receiver: u16, seed: &[u8], public: &[u8]) -> String {
    let (old, new) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    let (seed, public) = (STANDARD.encode(seed), STANDARD.encode(public));
    format!(
        "---\nkind: route\nname: hooks\nmatch: {{ path: /hooks/* }}\nupstream: {{ endpoints: [\"http://127.0.0.1:9\"] }}\n\
         policies:\n- webhook-signature: {{ keys: [{{ consumer: ada, key: {old} }}, {{ consumer: ada, key: whpk_{public} }}] }}\n\
         - respond: {{ status: 200, body: fine }}\n\
         ---\nkind: route\nname: webhooks\nmatch: {{ path: /webhooks/* }}\nupstream: {{ endpoints: [\"http://127.0.0.1:{receiver}\"] }}\n\
         policies:\n- upstream-auth: {{ webhook: {{ keys: [{old}, whsk_{seed}, {new}] }} }}\n"
    )
}

/// A private key of Ed25519.
struct Key {
    file: PathBuf,
    seed: [u8; 32],
    public: [u8; 32],
}

fn key(folder: &Path) -> Outcome<Key> {
    let file = folder.join("key.pem");
    output(command("openssl", &["genpkey", "-algorithm", "ed25519", "-out"]).arg(&file))?;
    // The last 32 bytes are the key (RFC 8410 §4 and §7).
    let half = |name: &str, more: &[&str]| -> Outcome<[u8; 32]> {
        let out = folder.join(name);
        let mut derive = command("openssl", &["pkey", "-outform", "DER"]);
        output(derive.args(more).arg("-in").arg(&file).arg("-out").arg(&out))?;
        let der = fs::read(&out).map_err(|e| format!("{}: {e}", out.display()))?;
        Ok(*der.last_chunk().ok_or("openssl made no key of Ed25519")?)
    };
    let (seed, public) = (half("private.der", &[])?, half("public.der", &["-pubout"])?);
    Ok(Key { file, seed, public })
}
