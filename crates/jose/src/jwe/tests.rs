use aws_lc_rs::{
    cipher::PaddedBlockEncryptingKey,
    encoding::{AsDer as _, Pkcs8V1Der},
    key_wrap::KeyWrap as _,
    rand,
    rsa::{KeySize, OaepPublicEncryptingKey},
};
use serde_json::json;

use super::*;

const PLAIN: &str = "You can trust us to stick with you through thick and thin\u{2013}to the bitter end. And you can trust us to keep any secret of yours\u{2013}closer than you keep it yourself. But you cannot trust us to let you face trouble alone, and go off without a word. We are your friends, Frodo.";

/// RFC 7520 §5.5: ECDH-ES on P-256 with A128CBC-HS256.
const COOKBOOK_5_5: &str = "eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBrIjp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndWT0hIdE5rZFlvQSIsInkiOiI4QlFBc0ltR2VBUzQ2ZnlXdzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVuYyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5sYyv3iGQT926IUg.BoDlwPnTypYq-ivjmQvAYJLb5Q6l-F3LIgQomlz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXvHteLDtw4R1XRGMEsDIqAYtskTTmzmzNa-_q4F_evAPUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7-IXgyirlKQsbhhqRzkv8IcY6aHl24j03C-AR2le1r7URUhArM79BY8soZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni5UZL4mYpvKDiwmyzGd65KqVw7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5LmyX_yJ-3AROq8p1WZBfG-ZyJ6195_JGG2m9Csg.WCCkNa-x4BeB9hIDIfFuhg";
const COOKBOOK_5_5_D: &str = "r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8";

/// RFC 7520 §5.4: ECDH-ES+A128KW on P-384 with A128GCM.
const COOKBOOK_5_4: &str = "eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImtpZCI6InBlcmVncmluLnRvb2tAdHVja2Jvcm91Z2guZXhhbXBsZSIsImVwayI6eyJrdHkiOiJFQyIsImNydiI6IlAtMzg0IiwieCI6InVCbzRrSFB3Nmtiang1bDB4b3dyZF9vWXpCbWF6LUdLRlp1NHhBRkZrYllpV2d1dEVLNml1RURzUTZ3TmROZzMiLCJ5Ijoic3AzcDVTR2haVkMyZmFYdW1JLWU5SlUyTW84S3BvWXJGRHI1eVBOVnRXNFBnRXdaT3lRVEEtSmRhWTh0YjdFMCJ9LCJlbmMiOiJBMTI4R0NNIn0.0DJjBXri_kBcC46IkU5_Jk9BqaQeHdv2.mH-G2zVqgztUtnW_.tkZuOO9h95OgHJmkkrfLBisku8rGf6nzVxhRM3sVOhXgz5NJ76oID7lpnAi_cPWJRCjSpAaUZ5dOR3Spy7QuEkmKx8-3RCMhSYMzsXaEwDdXta9Mn5B7cCBoJKB0IgEnj_qfo1hIi-uEkUpOZ8aLTZGHfpl05jMwbKkTe2yK3mjF6SBAsgicQDVCkcY9BLluzx1RmC3ORXaM0JaHPB93YcdSDGgpgBWMVrNU1ErkjcMqMoT_wtCex3w03XdLkjXIuEr2hWgeP-nkUZTPU9EoGSPj6fAS-bSz87RCPrxZdj_iVyC6QWcqAu07WNhjzJEPc4jVntRJ6K53NgPQ5p99l3Z408OUqj4ioYezbS6vTPlQ.WuGzxmcreYjpHGJoa17EBg";
const COOKBOOK_5_4_D: &str = "iTx2pk7wW-GqJkHcEkFQb2EFyYcO7RugmaW3mRrQVAOUiPommT0IdnYK2xDlZh-j";

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn ec(curve: usize, d: &str) -> DecryptionKey {
    let curve = &CURVES[curve];
    let key = agreement::PrivateKey::from_private_key(curve.algorithm, &URL_SAFE_NO_PAD.decode(d).unwrap())
        .unwrap();
    DecryptionKey(Private::Ec(curve, key))
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

/// An element of DER.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        n @ 0..128 => vec![n as u8],
        n @ 128..256 => vec![0x81, n as u8],
        n => [&[0x82], &(n as u16).to_be_bytes()[..]].concat(),
    };
    [&[tag], &length[..], content].concat()
}

/// The key of RSA that the vector of RSA-OAEP-256 is for, as PKCS #8 in PEM.
fn rsa_of_vector() -> String {
    let numbers = [
        "2cQJH1f6yF9DcGa8Cmbnhn4LHLs5L6kNb2rxkrNFZArJLRaKvaC3tMCKZ8ZgIpO9bVMPx5UMjJoaf7p9O5BSApVqA2J10fUbdSIomCcDwvGo0eyhty0DILLWTMXzGEVM3BXzuJQoeDkuUCXXcCwA4Msyyd2OHVu-pB2OrGv6fcjHwjINty3UoKm08lCvAevBKHsuA-FFwQII9bycvRx5wRqFUjdMAyiOmLYBHBaJSi11g3HVexMcb29v14PSlVzdGUMN8oboa-zcIyaPrIiczLqAkSXQNdEFHrjsJHfFeNMfOblLM7icKN_tyWujYeItt4kqUIimPn5dHjwgcQYE7w",
        "AQAB",
        "dyUz3ItVceX1Tv1WqtZMnKA_0jN5gWMcL7ayf5JISAlCssGfnUre2C10TH0UQjbVMIh-nLMnD5KNJw9Qz5MR28oGG932Gq7hm__ZeA34l-OCe4DdpgwhpvVSHOU9MS1RdSUpmPavAcA_X6ikrAHXZSaoHhxzUgrNTpvBYQMfJUv_492fStIseQ9rwAMOpCWOiWMZOQm3KJVTLLunXdKf_UxmzmKXYKYZWke3AWIzUqnOfqIjfDTMunF4UWU0zKlhcsaQNmYMVrJGajD1bJdy_dbUU3LE8sx-bdkUI6oBk-sFtTTVyVdQcetG9kChJ5EnY5R6tt_4_xFG5kxzTo6qaQ",
        "7yQmgE60SL7QrXpAJhChLgKnXWi6C8tVx1lA8FTpphpLaCtK-HbgBVHCprC2CfaM1mxFJZahxgFjC9ehuV8OzMNyFs8kekS82EsQGksi8HJPxyR1fU6ATa36ogPG0nNaqm3EDmYyjowhntgBz2OkbFAsTMHTdna-pZBRJa9lm5U",
        "6R4dzo9LwHLO73EMQPQsmwXjVOvAS5W6rgQ-BCtMhec_QosAXIVE3AGyfweqZm6rurXCVFykDLwJ30GepLQ8nTlzeV6clx0x70saGGKKVmCsHuVYWwgIRyJTrt4SX29NQDZ_FE52NlO3OhPkj1ExSk_pGMqGRFd26K8g0jJsXXM",
        "VByn-hs0qB2Ncmb8ZycUOgWu7ljmjz1up1ZKU_3ZzJWVDkej7-6H7vcJ-u1OqgRxFv4v9_-aWPWl68VlWbkIkJbx6vniv6qrrXwBZu4klOPwEYBOXsucrzXRYOjpJp5yNl2zRslFYQQC00bwpAxNCdfNLRZDlXhAqCUxlYqyt10",
        "MJFbuGtWZvQEdRJicS3uFSY25LxxRc4eJJ8xpIC44rT5Ew4Otzf0zrlzzM92Cv1HvhCcOiNK8nRCwkbTnJEIh-EuU70IdttYSfilqSruk2x0r8Msk1qrDtbyBF60CToRKC2ycDKgolTyuaDnX4yU7lyTvdyD-L0YQwYpmmFy_k0",
        "vy7XCwZ3jyMGik81TIZDAOQKC8FVUc0TG5KVYfti4tgwzUqFwtuB8Oc1ctCKRbE7uZUPwZh4OsCTLqIvqBQda_kaxOxo5EF7iXj6yHmZ2s8P_Z_u3JLuh-oAT_6kmbLx6CAO0DbtKtxp24Ivc1hDfqSwWORgN1AOrSRCmE3nwxg",
    ];
    let mut all = der(2, &[0]);
    for number in numbers {
        // With a zero before it, where it would read as negative.
        let bytes = URL_SAFE_NO_PAD.decode(number).unwrap();
        let zero = if bytes[0] > 127 { &[0][..] } else { &[] };
        all.extend(der(2, &[zero, &bytes].concat()));
    }
    // rsaEncryption (RFC 8017 §A.1).
    let algorithm = der(0x30, &[&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1][..], &[5, 0]].concat());
    pem(&der(0x30, &[der(2, &[0]), algorithm, der(4, &der(0x30, &all))].concat()))
}

/// Encrypts as a client would: to the public half of a key, whatever the header says beside what is made here.
fn encrypted(alg: &str, enc: &str, to: &Public, text: &[u8], more: Value) -> String {
    let content = Content::named(enc).unwrap();
    let mut header = json!({ "alg": alg, "enc": enc, "cty": "JWT" });
    for (name, value) in more.as_object().unwrap() {
        header[name] = value.clone();
    }
    let mut key = vec![0; content.key_length()];
    rand::fill(&mut key).unwrap();
    let wrapped = match to {
        Public::Rsa(der) => {
            let public = aws_lc_rs::rsa::PublicEncryptingKey::from_der(der).unwrap();
            let public = OaepPublicEncryptingKey::new(public).unwrap();
            let mut room = vec![0; public.ciphertext_size()];
            public.encrypt(&OAEP_SHA256_MGF1SHA256, &key, &mut room, None).unwrap().to_vec()
        }
        Public::Ec(curve, point) => {
            let own = agreement::PrivateKey::generate(curve.algorithm).unwrap();
            let public = own.compute_public_key().unwrap();
            let (x, y) = public.as_ref()[1..].split_at(curve.length);
            header["epk"] = json!({ "kty": "EC", "crv": curve.name, "x": b64(x), "y": b64(y) });
            let (length, name) = match Management::named(alg).unwrap() {
                Management::EcdhEs(Some(length)) => (length, alg),
                _ => (key.len(), enc),
            };
            let peer = UnparsedPublicKey::new(curve.algorithm, point);
            let agreed =
                agreement::agree(&own, peer, (), |secret| Ok(derived(secret, name, b"", b"", length)))
                    .unwrap();
            if alg == "ECDH-ES" {
                key = agreed;
                Vec::new()
            } else {
                let cipher = if length == 16 { &key_wrap::AES_128 } else { &key_wrap::AES_256 };
                let mut room = vec![0; key.len() + 8];
                AesKek::new(cipher, &agreed).unwrap().wrap(&key, &mut room).unwrap().to_vec()
            }
        }
    };
    let head = b64(header.to_string());
    let (iv, sealed, tag) = sealed(content, &key, head.as_bytes(), text);
    [head, b64(wrapped), b64(iv), b64(sealed), b64(tag)].join(".")
}

fn sealed(content: Content, key: &[u8], head: &[u8], text: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let mut room = text.to_vec();
    match content {
        Content::Gcm(algorithm) => {
            let key = LessSafeKey::new(UnboundKey::new(algorithm, key).unwrap());
            let nonce = Nonce::assume_unique_for_key([7; 12]);
            let tag = key.seal_in_place_separate_tag(nonce, Aad::from(head), &mut room).unwrap();
            (vec![7; 12], room, tag.as_ref().to_vec())
        }
        Content::Cbc(algorithm, hash) => {
            let (mac, key) = key.split_at(key.len() / 2);
            let key =
                PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, key).unwrap()).unwrap();
            let DecryptionContext::Iv128(iv) = key.encrypt(&mut room).unwrap() else {
                panic!("an IV of 128 bits")
            };
            let iv = iv.as_ref().to_vec();
            let bits = (head.len() as u64 * 8).to_be_bytes();
            let tag = hmac::sign(&hmac::Key::new(hash, mac), &[head, &iv, &room, &bits].concat());
            (iv, room, tag.as_ref()[..mac.len()].to_vec())
        }
    }
}

enum Public {
    Rsa(Vec<u8>),
    Ec(&'static Curve, Vec<u8>),
}

fn rsa_pair() -> (DecryptionKey, Public) {
    let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let public =
        aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(&key.public_key())
            .unwrap();
    let public = Public::Rsa(public.as_ref().to_vec());
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    (DecryptionKey::read(&pem(der.as_ref())).unwrap(), public)
}

fn ec_pair(curve: &'static Curve) -> (DecryptionKey, Public) {
    let key = agreement::PrivateKey::generate(curve.algorithm).unwrap();
    let public = Public::Ec(curve, key.compute_public_key().unwrap().as_ref().to_vec());
    (DecryptionKey(Private::Ec(curve, key)), public)
}

#[test]
fn the_standards_own_examples_are_opened() {
    assert_eq!(opened(COOKBOOK_5_5, &[ec(0, COOKBOOK_5_5_D)]).unwrap(), PLAIN);
    assert_eq!(opened(COOKBOOK_5_4, &[ec(1, COOKBOOK_5_4_D)]).unwrap(), PLAIN);
    let both = [ec(1, COOKBOOK_5_4_D), ec(0, COOKBOOK_5_5_D)];
    assert_eq!(opened(COOKBOOK_5_5, &both).unwrap(), PLAIN, "by whichever key fits");
    assert!(opened(COOKBOOK_5_5, &[ec(0, COOKBOOK_5_5_D.replace('r', "s").as_str())]).is_err());
}

#[test]
fn what_another_library_encrypted_by_rsa_is_opened() {
    // Of the recipes of the library `jose` for JavaScript.
    let text = "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.fL5IL5cMCjjU9G9_ZjsD2XO0HIwTOwbVwulcZVw31_rx2qTcHzbYhIvrvbcVLTfJzn8xbQ3UEL442ZgZ1PcFYKENYePXiEyvYxPN8dmvj_OfLSJDEqR6kvwOb6nghGtxfzdB_VRvFt2eehbCA3gWpiOYHHvSTFdBPGx2KZHQisLz3oZR8EWiZ1woEpHy8a7FoQ2zzuDlZEJQOUrh09b_EJxmcE2jL6wmEtgabyxy3VgWg3GqSPUISlJZV9HThuVJezzktJdpntRDnAPUqjc8IwByGpMleIQcPuBUseRRPr_OsroOJ6eTl5DuFCmBOKb-eNNw5v-GEcVYr1w7X9oXoA.0frdIwx8P8UAzh1s9_PgOA.RAzILH0xfs0yxzML1CzzGExCfE2_wzWKs0FVuXfM8R5H68yTqTbqIqRCp2feAH5GSvluzmztk2_CkGNSjAyoaw.4nMUXOgmgWvM-08tIZ-h5w";
    let key = DecryptionKey::read(&rsa_of_vector()).unwrap();
    assert_eq!(opened(text, &[key]).unwrap(), "Well, as of this moment, they're on DOUBLE SECRET PROBATION!");
}

#[test]
fn every_accepted_pair_of_algorithms_opens_for_its_key_and_for_no_other() {
    let (rsa, to_rsa) = rsa_pair();
    let (other_rsa, _) = rsa_pair();
    let pairs: Vec<_> = CURVES.iter().map(ec_pair).collect();
    for enc in ["A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512"] {
        let text = encrypted("RSA-OAEP-256", enc, &to_rsa, b"a.b.c", json!({}));
        assert!(is_encrypted(&text));
        assert_eq!(opened(&text, std::slice::from_ref(&rsa)).unwrap(), "a.b.c");
        assert!(opened(&text, std::slice::from_ref(&other_rsa)).is_err());
        for (at, (key, to)) in pairs.iter().enumerate() {
            for alg in ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"] {
                let text = encrypted(alg, enc, to, b"a.b.c", json!({}));
                assert_eq!(opened(&text, std::slice::from_ref(key)).unwrap(), "a.b.c", "{alg} {enc}");
                assert!(opened(&text, std::slice::from_ref(&pairs[(at + 1) % 3].0)).is_err(), "{alg} {enc}");
                assert!(opened(&text, &[ec_pair(&CURVES[at]).0]).is_err(), "{alg} {enc}");
                assert!(opened(&text, std::slice::from_ref(&rsa)).is_err(), "{alg} {enc}");
            }
        }
    }
}

#[test]
fn what_is_changed_anywhere_is_not_opened() {
    let (rsa, to_rsa) = rsa_pair();
    let (key, to) = ec_pair(&CURVES[0]);
    let keys = [rsa, key];
    for (alg, to) in [("RSA-OAEP-256", &to_rsa), ("ECDH-ES", &to), ("ECDH-ES+A256KW", &to)] {
        for enc in ["A256GCM", "A128CBC-HS256"] {
            let text = encrypted(alg, enc, to, b"some content of more than a block", json!({}));
            assert!(opened(&text, &keys).is_ok());
            let parts: Vec<&str> = text.split('.').collect();
            for part in 0..5 {
                let bytes = URL_SAFE_NO_PAD.decode(parts[part]).unwrap();
                let mut variants = vec![Vec::new(), [&bytes[..], &[0]].concat()];
                variants.extend(bytes.len().checked_sub(1).map(|last| bytes[..last].to_vec()));
                variants.extend((0..bytes.len()).step_by(5).map(|at| {
                    let mut changed = bytes.clone();
                    changed[at] ^= 1;
                    changed
                }));
                for changed in variants.into_iter().filter(|changed| *changed != bytes) {
                    let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
                    parts[part] = b64(changed);
                    assert!(opened(&parts.join("."), &keys).is_err(), "{alg} {enc}, part {part}");
                }
            }
        }
    }
}

#[test]
fn headers_that_are_not_accepted_are_refused_before_a_key_is_used() {
    let (key, to) = ec_pair(&CURVES[0]);
    let keys = [key];
    for (more, says) in [
        (json!({ "zip": "DEF" }), "`zip`"),
        (json!({ "crit": ["exp"] }), "`crit`"),
        (json!({ "cty": "text/plain" }), "`cty`"),
        (json!({ "alg": "RSA1_5" }), "`alg`"),
        (json!({ "alg": "RSA-OAEP" }), "`alg`"),
        (json!({ "alg": "A192KW" }), "`alg`"),
        (json!({ "alg": "none" }), "`alg`"),
        (json!({ "alg": "PBES2-HS256+A128KW", "p2c": 1_000_000_000 }), "`alg`"),
        (json!({ "alg": 7 }), "no text"),
        (json!({ "enc": "A128CBC" }), "`enc`"),
        (json!({ "enc": null }), "no text"),
        // Of another kind of key, or with a key of the sender that is none.
        (json!({ "alg": "RSA-OAEP-256" }), "not encrypted to a key"),
        (json!({ "apu": 1 }), "not encrypted to a key"),
        (json!({ "apu": "!" }), "not encrypted to a key"),
    ] {
        let text = encrypted("ECDH-ES", "A128GCM", &to, b"a.b.c", json!({}));
        let (head, rest) = text.split_once('.').unwrap();
        let mut header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap();
        for (name, value) in more.as_object().unwrap() {
            header[name] = value.clone();
        }
        let why = opened(&format!("{}.{rest}", b64(header.to_string())), &keys).unwrap_err();
        assert!(why.contains(says), "{more}: {why}");
    }
    for epk in [
        json!(null),
        json!({}),
        json!({ "kty": "EC", "crv": "P-256", "x": b64([0; 32]), "y": b64([0; 32]) }),
        json!({ "kty": "EC", "crv": "P-256", "x": b64([1; 32]), "y": b64([2; 32]) }),
        json!({ "kty": "EC", "crv": "P-256", "x": b64([1; 31]), "y": b64([2; 33]) }),
        json!({ "kty": "EC", "crv": "P-384", "x": b64([1; 48]), "y": b64([2; 48]) }),
        json!({ "kty": "OKP", "crv": "X25519", "x": b64([9; 32]) }),
    ] {
        let head = b64(json!({ "alg": "ECDH-ES", "enc": "A128GCM", "epk": epk }).to_string());
        let text = format!("{head}..{}.{}.{}", b64([0; 12]), b64([0; 16]), b64([0; 16]));
        assert_eq!(opened(&text, &keys).unwrap_err(), NOT_OPENED);
    }
    let twice = b64(r#"{"alg":"RSA1_5","alg":"ECDH-ES","enc":"A128GCM"}"#);
    for text in
        ["", "....", "a.b.c", "a.b.c.d.e.f", &format!("{twice}...."), &format!("{}....", "A".repeat(LONGEST))]
    {
        assert!(opened(text, &keys).is_err(), "{text}");
    }
    assert!(!is_encrypted("a.b.c") && !is_encrypted(&format!("{}....", "A".repeat(LONGEST))));
}

#[test]
fn what_is_no_key_or_too_weak_a_one_is_not_taken_and_not_told() {
    let ed = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    for text in [
        "",
        "-----BEGIN PRIVATE KEY-----",
        &pem(b"c2VjcmV0"),
        &pem(ed.as_ref()),
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ] {
        let why = DecryptionKey::read(text).unwrap_err();
        assert!(why.contains("PKCS #8") && !why.contains("AAAA"), "{text}");
    }
}

/// RFC 7516 §A.3: A128KW with A128CBC-HS256.
const APPENDIX_A_3: &str = "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";

fn oct(alg: &str, k: &[u8]) -> DecryptionKey {
    DecryptionKey::read(&json!({ "kty": "oct", "use": "enc", "alg": alg, "k": b64(k) }).to_string()).unwrap()
}

/// Bytes that are all different, from a number on.
fn bytes(from: u8, count: usize) -> Vec<u8> {
    (0..count).map(|n| from.wrapping_add(n as u8)).collect()
}

/// Encrypts with a shared key, as who shares it would.
fn with_shared(alg: &str, enc: &str, key: &[u8], text: &[u8], more: Value) -> String {
    let content = Content::named(enc).unwrap();
    let mut header = json!({ "alg": alg, "enc": enc });
    for (name, value) in more.as_object().unwrap() {
        header[name] = value.clone();
    }
    let (inner, wrapped) = match alg {
        "dir" => (key.to_vec(), Vec::new()),
        _ => {
            let inner = bytes(99, content.key_length());
            let cipher = if key.len() == 16 { &key_wrap::AES_128 } else { &key_wrap::AES_256 };
            let mut room = vec![0; inner.len() + 8];
            let wrapped = AesKek::new(cipher, key).unwrap().wrap(&inner, &mut room).unwrap().to_vec();
            (inner, wrapped)
        }
    };
    let head = b64(header.to_string());
    let (iv, sealed, tag) = sealed(content, &inner, head.as_bytes(), text);
    [head, b64(wrapped), b64(iv), b64(sealed), b64(tag)].join(".")
}

#[test]
fn the_vector_of_the_standard_for_a_wrapping_key_is_opened_by_it_and_by_no_other() {
    let k = URL_SAFE_NO_PAD.decode("GawgguFyGrWKav7AX4VKUg").unwrap();
    assert_eq!(opened(APPENDIX_A_3, &[oct("A128KW", &k)]).unwrap(), "Live long and prosper.");
    // The same bytes for something else open nothing.
    for other in
        [oct("dir", &k), oct("A128GCM", &k), oct("A128KW", &bytes(1, 16)), oct("A256KW", &bytes(1, 32))]
    {
        assert!(opened(APPENDIX_A_3, &[other]).is_err());
    }
}

#[test]
fn a_shared_key_opens_what_it_is_for_in_every_encryption_and_nothing_that_was_changed() {
    for (enc, length) in CONTENTS {
        for (alg, key) in [("dir", bytes(3, length)), ("A128KW", bytes(5, 16)), ("A256KW", bytes(9, 32))] {
            let token = with_shared(alg, enc, &key, PLAIN.as_bytes(), json!({ "cty": "JWT" }));
            // Among others, in any order.
            let others =
                || vec![oct("A128KW", &bytes(77, 16)), ec(0, COOKBOOK_5_5_D), oct("dir", &bytes(88, length))];
            let mut keys = others();
            assert!(opened(&token, &keys).is_err(), "{alg} {enc}");
            keys.push(oct(alg, &key));
            assert_eq!(opened(&token, &keys).unwrap(), PLAIN, "{alg} {enc}");
            if alg == "dir" {
                assert_eq!(opened(&token, &[oct(enc, &key)]).unwrap(), PLAIN, "{enc}");
                // A key for one encryption is for no other, also where its length would do.
                let other = CONTENTS.iter().find(|(other, n)| *n == length && *other != enc);
                if let Some((other, _)) = other {
                    assert!(opened(&token, &[oct(other, &key)]).is_err(), "{enc} {other}");
                }
            }
            let parts: Vec<&str> = token.split('.').collect();
            for at in 0..5 {
                // Another letter at the begin, half of it, nothing of it, and something where nothing was.
                let part = parts[at];
                let first = if part.starts_with('A') { "B" } else { "A" };
                let changed = format!("{first}{}", part.get(1..).unwrap_or_default());
                for other in [&changed, &part[..part.len() / 2], ""] {
                    let mut all = parts.clone();
                    all[at] = other;
                    if all == parts {
                        continue;
                    }
                    assert!(opened(&all.join("."), &keys).is_err(), "{alg} {enc}: part {at} as {other:?}");
                }
            }
        }
    }
}

#[test]
fn a_header_that_says_otherwise_than_it_was_made_opens_nothing() {
    let key = bytes(3, 32);
    let keys = || [oct("dir", &key), oct("A256KW", &bytes(9, 32))];
    let sealed = with_shared("dir", "A256GCM", &key, b"a.b.c", json!({}));
    let (_, rest) = sealed.split_once('.').unwrap();
    for header in [
        json!({ "alg": "A256KW", "enc": "A256GCM" }),
        json!({ "alg": "dir", "enc": "A128CBC-HS256" }),
        json!({ "alg": "dir", "enc": "A128GCM" }),
        json!({ "alg": "DIR", "enc": "A256GCM" }),
        json!({ "alg": "none", "enc": "A256GCM" }),
        json!({ "alg": "A192KW", "enc": "A256GCM" }),
        json!({ "alg": "A256GCMKW", "enc": "A256GCM" }),
        json!({ "alg": "PBES2-HS256+A128KW", "enc": "A256GCM", "p2s": "AAAA", "p2c": 1 }),
        json!({ "alg": "dir", "enc": "A256GCM", "zip": "DEF" }),
        json!({ "alg": "dir", "enc": "A256GCM", "crit": ["exp"] }),
        json!({ "enc": "A256GCM" }),
        json!({ "alg": "A192KW" }),
    ] {
        assert!(opened(&format!("{}.{rest}", b64(header.to_string())), &keys()).is_err(), "{header}");
    }
    // Said as it is and authenticated, what is not accepted is not opened either.
    for more in [
        json!({ "zip": "DEF" }),
        json!({ "crit": ["x"], "x": 1 }),
        json!({ "b64": false }),
        json!({ "cty": "text/plain" }),
    ] {
        assert!(
            opened(&with_shared("dir", "A256GCM", &key, b"a.b.c", more.clone()), &keys()).is_err(),
            "{more}"
        );
    }
    // A key that came along beside `dir` is not passed over.
    let mut parts: Vec<&str> = sealed.split('.').collect();
    let along = b64(bytes(1, 40));
    parts[1] = &along;
    assert!(opened(&parts.join("."), &keys()).is_err());
}

#[test]
fn what_is_no_shared_key_is_refused_without_a_word_of_it() {
    let k = |count: usize| b64(bytes(1, count));
    for (key, why) in [
        (json!({ "kty": "oct", "k": k(32) }), "does not say what it is for"),
        (json!({ "kty": "oct", "alg": "HS256", "k": k(32) }), "something else"),
        (json!({ "kty": "oct", "alg": "A128KW", "k": k(32) }), "longer or shorter"),
        (json!({ "kty": "oct", "alg": "A256KW", "k": k(16) }), "longer or shorter"),
        (json!({ "kty": "oct", "alg": "A256GCM", "k": k(16) }), "longer or shorter"),
        (json!({ "kty": "oct", "alg": "dir", "k": k(15) }), "longer or shorter"),
        (json!({ "kty": "oct", "alg": "dir", "k": "" }), "longer or shorter"),
        (json!({ "kty": "oct", "alg": "dir", "k": b64([7; 32]) }), "repeated"),
        (json!({ "kty": "oct", "alg": "dir", "k": "AAA=" }), "base64url"),
        (json!({ "kty": "oct", "alg": "dir" }), "without itself"),
        (json!({ "kty": "oct", "alg": "dir", "use": "sig", "k": k(32) }), "not for encryption"),
        (json!({ "kty": "RSA", "alg": "dir", "k": k(32) }), "PKCS #8"),
        (json!({ "k": k(32), "alg": "dir" }), "PKCS #8"),
    ] {
        let told = DecryptionKey::read(&key.to_string()).unwrap_err();
        assert!(told.contains(why), "{key}: {told}");
        assert!(key["k"].as_str().is_none_or(|k| k.len() < 8 || !told.contains(k)));
    }
    let twice = format!(r#"{{"kty":"oct","alg":"dir","k":"{}","k":"{}"}}"#, k(32), k(16));
    assert!(DecryptionKey::read(&twice).is_err());
    assert!(DecryptionKey::read("{").is_err());
}
