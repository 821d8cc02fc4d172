//! What clients of the authorization server send: forms, proofs, addresses, registrations. Whatever comes, nothing is proven that was not
//! signed, and nobody is sent anywhere but to a registered place.

use authorization::{
    Agreement, Form, Registration, Shown, Unreturnable, UserCode, is_redirect, is_same_place,
};
use fuzz::fuzz_from;
use jose::{DpopProof, Replays, SigningKey};
use model::OAuthClient;
use serde_json::json;

const NOW: u64 = 1_700_000_000_000;

#[test]
fn a_form_proves_no_client_and_leads_nowhere_that_is_not_registered() {
    let client: OAuthClient = serde_json::from_value(json!({
        "id": "c", "grants": ["authorization-code"], "redirect_uris": ["https://a.example/cb", "http://127.0.0.1/cb"],
        "secrets": [{ "secret_hash": format!("sha256:{}", "0".repeat(64)) }],
    }))
    .unwrap();
    let words = [
        "client_id=c",
        "&client_secret=",
        "&client_assertion=",
        "&redirect_uri=",
        "https%3A%2F%2Fa.example%2Fcb",
        "http://127.0.0.1:9/cb",
        "@",
        "%00",
        "%0d%0a",
        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "&code_challenge_method=S256",
        "&response_type=code",
        "&scope=read",
        "+",
        "=",
        "&&",
        "javascript:",
        "#",
        "?",
    ];
    let whole = "client_id=c&response_type=code&redirect_uri=https%3A%2F%2Fa.example%2Fcb&scope=read&state=s\
                 &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    fuzz_from("oauth-forms", &words, vec![whole.as_bytes().to_vec(), b"Basic Yzpz\nx=1".to_vec()], |input| {
        let text = String::from_utf8_lossy(input);
        let (header, body) =
            text.split_once('\n').map_or((None, &*text), |(header, body)| (Some(header), body));
        let Ok(form) = Form::read(body) else { return (0, false) };
        if let Ok(shown) = Shown::read(header, &form) {
            // No text has a hash of zeros.
            assert!(shown.proves(&client, &["https://id.example"], &Replays::new(9), NOW).is_err());
        }
        let allowed = ["read".to_owned()];
        let place = |uri: &str| client.redirect_uris.iter().any(|registered| is_same_place(registered, uri));
        match Agreement::read(&form, &client, &allowed, |_| false) {
            Ok(agreement) => {
                assert!(place(&agreement.redirect_uri) && agreement.challenge.len() == 43);
                let location = agreement.answered(Ok("code".to_owned())).location("https://id.example");
                assert!(
                    location.starts_with("https://a.example/cb?") || location.starts_with("http://127.0.0.1")
                );
                assert!(!location.contains(['\r', '\n', ' ']));
                (1, true)
            }
            Err(Unreturnable::There(answered)) => {
                assert!(place(&answered.redirect_uri));
                (2, true)
            }
            Err(Unreturnable::Here(_)) => (3, form.get("state").is_some()),
        }
    });
}

#[test]
fn a_proof_is_taken_from_its_key_alone_and_an_address_from_the_registered_one() {
    let key = SigningKey::make().0;
    let head = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": key.public() });
    let claims = json!({ "jti": "1", "htm": "GET", "htu": "https://a.example/x", "iat": 1 });
    let proof = key.sign_with(&head, claims.as_object().unwrap());
    let words = [
        ".",
        "eyJ",
        "e30",
        "=",
        "https://",
        "http://127.0.0.1:",
        "[::1]",
        "/cb",
        "@",
        "#",
        "%2f",
        "a.b:",
        "\u{0}",
    ];
    let inputs = vec![
        proof.clone().into_bytes(),
        b"http://127.0.0.1:99/cb".to_vec(),
        b"{\"redirect_uris\":[\"https://a/\"]}".to_vec(),
    ];
    fuzz_from("oauth-proofs", &words, inputs, |input| {
        let text = String::from_utf8_lossy(input);
        let read = DpopProof::read(&text);
        if let Ok(read) = &read {
            let _ = read.place();
            // Base64url of what was signed has one form; only the unused bits of the last characters could differ, and those are refused.
            assert!(text == proof || read.thumbprint != key.kid(), "a proof of a key that did not make it");
        }
        if is_same_place("http://127.0.0.1/cb", &text) {
            let rest = text.strip_prefix("http://127.0.0.1").unwrap();
            assert!(
                rest.ends_with("/cb")
                    && rest[..rest.len() - 3].trim_start_matches(':').bytes().all(|b| b.is_ascii_digit())
            );
        }
        let fits = is_redirect(&text).is_ok();
        assert!(!fits || !text.contains(['\r', '\n', ' ', '#', '*']));
        let registered =
            serde_json::from_slice::<Registration>(input).is_ok_and(|said| said.client().is_ok());
        (read.is_ok(), fits, registered, UserCode::read(&text).is_some())
    });
}
