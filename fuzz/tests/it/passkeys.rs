//! What authenticators and browsers say of passkeys: nothing is taken that was not asked, and nothing panics.

use fuzz::fuzz_from;
use passkey::{Asked, Registration, RelyingParty, Sight, register, verify};

/// Bytes that mean something to the readers: maps of CBOR, heads of authenticator data, members of client data.
const WORDS: &[&str] = &[
    "{\"type\":\"webauthn.create\",\"challenge\":\"",
    "\",\"origin\":\"https://apis.example.com\"}",
    "\u{a3}cfmtdnonegattStmt\u{a0}hauthData",
    "X",
    "Y",
    "\u{0}",
    "\u{1}",
    "\u{7f}",
    "fmt",
    "attStmt",
    "authData",
];

#[test]
fn whatever_an_authenticator_says_nothing_is_taken_that_was_not_asked() {
    let party =
        RelyingParty { id: "apis.example.com".to_owned(), origin: "https://apis.example.com".to_owned() };
    let asked = Asked { party: &party, challenge: b"a challenge", verification: true };
    let key =
        serde_json::from_str(r#"{"alg":"EdDSA","point":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)
            .unwrap();
    let client =
        br#"{"type":"webauthn.create","challenge":"YSBjaGFsbGVuZ2U","origin":"https://apis.example.com"}"#;
    let inputs = vec![client.to_vec(), vec![0xa3; 64], vec![0xbf; 64], vec![0x81; 600]];
    fuzz_from("passkeys", WORDS, inputs, |bytes| {
        let half = bytes.len() / 2;
        let (one, other) = bytes.split_at(half);
        let mut told = Vec::new();
        for (client_data, rest) in [(one, other), (&client[..], bytes)] {
            // It would have the hash of this relying party, which no chance finds.
            let refused = register(&asked, &Registration { client_data, attestation: rest }).unwrap_err();
            told.push(refused.to_string());
            let sight = Sight { client_data, authenticator_data: rest, signature: one };
            told.push(verify(&asked, &key, 0, &sight).unwrap_err().to_string());
            told.push(format!("{}", sight.challenge().is_some()));
        }
        told
    });
}
