//! What a directory says (LDAP): nobody is let in by anything but the entry it told of, and no answer is an error of the gateway.

use fuzz::fuzz_from;
use testkit::Setup;

use crate::gateway::{Rig, answers};

const POLICY: &str = "ldap-auth: { url: 'ldap://localhost', user_dn: 'uid={username},dc=x', timeout: 1s, cache: 0s, attempts: 4000000000, \
                      groups: { attribute: memberOf, base: 'ou=groups' } }";
const WORDS: &[&str] = &[
    "\0",
    "\x01",
    "\x02",
    "\x04",
    "\x0a\x01\x31",
    "\x7f",
    "0",
    "1",
    "uid",
    "memberOf",
    "d",
    "e",
    "a",
    "s",
    "x",
];

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&[tag, u8::try_from(content.len()).unwrap()][..], &content].concat()
}

/// The bind is done, an entry was found, and that was all.
fn told() -> [Vec<u8>; 3] {
    let text = |text: &str| element(4, &[text.as_bytes()]);
    let attribute = |name: &str, value: &str| element(0x30, &[&text(name), &element(0x31, &[&text(value)])]);
    let done = |kind: u8| element(kind, &[&[0x0a, 1, 0], &text(""), &text("")]);
    let list = element(0x30, &[&attribute("uid", "ada"), &attribute("memberOf", "cn=a,ou=groups")]);
    let message = |id: u8, content: &[u8]| element(0x30, &[&[2, 1, id], content]);
    [
        message(1, &done(0x61)),
        message(2, &element(0x64, &[&text("uid=ada,dc=x"), &list])),
        message(2, &done(0x65)),
    ]
}

#[test]
fn nobody_is_let_in_by_what_a_directory_did_not_say() {
    let rig = Rig::with(Setup::new(policies::CATALOG).api("ldap", "/", "service", POLICY));
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YWRhOnB3\r\n\r\n";
    let ask = |input: &[u8]| {
        *rig.service.said.lock().unwrap() = input.to_vec();
        rig.run([&request[..]].into_iter())
    };
    let told = told();
    let whole = told.concat();
    assert_eq!(ask(&whole).1.len(), 1, "{}", String::from_utf8_lossy(&ask(&whole).0));
    fuzz_from("directory", WORDS, vec![whole, told[0].clone(), told[..2].concat()], |input| {
        let (bytes, seen) = ask(input);
        let (answered, _) = answers(&bytes);
        let status = answered.first().map_or("none", |answer| answer.status()).to_owned();
        assert!(["200", "401", "503"].contains(&status.as_str()), "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(seen.is_empty(), status != "200");
        // Whoever is let in was told of: the bind was granted, and there is an entry.
        let has = |part: &[u8]| input.windows(part.len()).any(|window| window == part);
        assert!(seen.is_empty() || has(&[0x61]) && has(&[0x64]), "somebody was let in");
        (status, seen.len())
    });
}
