//! A small directory of people and groups that speaks LDAP, and one that misbehaves.

use std::future::pending;

use testkit::Upstream;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Its entries: the DN, the password, and attributes.
pub(crate) type Entries = &'static [(&'static str, &'static str, &'static [(&'static str, &'static str)])];

/// Who is in the directory of the pages.
pub(crate) const PEOPLE: Entries = &[
    (
        "uid=ada,ou=people,dc=example,dc=com",
        "analytical engine",
        &[
            ("uid", "ada"),
            ("mail", "ada@example.com"),
            ("memberOf", "cn=writers,ou=groups,dc=example,dc=com"),
            ("memberOf", "cn=admins,ou=elsewhere,dc=example,dc=com"),
        ],
    ),
    ("uid=charles,ou=people,dc=example,dc=com", "difference engine", &[("uid", "charles")]),
    (
        "uid=twin1,ou=people,dc=example,dc=com",
        "same password",
        &[("uid", "twin1"), ("mail", "twin@example.com")],
    ),
    (
        "uid=twin2,ou=people,dc=example,dc=com",
        "same password",
        &[("uid", "twin2"), ("mail", "twin@example.com")],
    ),
    ("cn=gateway,dc=example,dc=com", "gateway password", &[("cn", "gateway")]),
    (
        "cn=readers,ou=groups,dc=example,dc=com",
        "",
        &[("cn", "readers"), ("member", "uid=charles,ou=people,dc=example,dc=com")],
    ),
];

/// What a directory does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Well,
    /// Lets nobody search who has not bound before.
    Strict,
    Hangs,
    Closes,
    SpeaksNonsense,
    NeverEnds,
    AnswersSomethingElse,
    IsBusy,
}

/// The directory as an upstream.
pub(crate) fn directory(entries: Entries, manner: Manner) -> Upstream {
    Upstream::raw(move |stream| async move {
        // Who asks sees what goes wrong here.
        let _ = converse(stream, entries, manner).await;
    })
}

async fn converse(mut stream: DuplexStream, entries: Entries, manner: Manner) -> std::io::Result<()> {
    let mut bound = false;
    loop {
        let mut start = [0; 2];
        stream.read_exact(&mut start).await?;
        let length = match start[1] {
            short if short < 0x80 => usize::from(short),
            0x81 => usize::from(stream.read_u8().await?),
            0x82 => usize::from(stream.read_u16().await?),
            other => panic!("a length of {other:x}"),
        };
        let mut message = vec![0; length];
        stream.read_exact(&mut message).await?;
        let [(_, id), (kind, content)] = *parts(&message).first_chunk().unwrap();
        let done = |kind: u8, code: u8| reply(id, kind, &[&[0x0a, 1, code, 4, 0, 4, 0][..]].concat());
        match manner {
            Manner::Hangs => pending().await,
            Manner::Closes => return Ok(()),
            Manner::SpeaksNonsense => return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await,
            Manner::NeverEnds => return stream.write_all(&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]).await,
            Manner::AnswersSomethingElse => {
                stream.write_all(&reply(&[7], 0x61, &[0x0a, 1, 0, 4, 0, 4, 0])).await?;
                continue;
            }
            Manner::IsBusy => {
                stream.write_all(&done(0x61, 51)).await?;
                continue;
            }
            Manner::Well | Manner::Strict => {}
        }
        match kind {
            0x60 => {
                let asked = parts(content);
                let known = entries.iter().find(|(dn, ..)| dn.as_bytes() == asked[1].1);
                let fits = known.is_some_and(|(_, password, _)| password.as_bytes() == asked[2].1);
                bound = fits && !asked[2].1.is_empty();
                // As of a real one, a bind without a password succeeds and shows nothing.
                let code = if bound || asked[2].1.is_empty() { 0 } else { 49 };
                stream.write_all(&done(0x61, code)).await?;
            }
            0x63 if manner == Manner::Strict && !bound => stream.write_all(&done(0x65, 50)).await?,
            0x63 => {
                let asked = parts(content);
                let (base, scope, (filter, inside)) = (asked[0].1, asked[1].1[0], asked[6]);
                let wanted: Vec<&[u8]> = parts(asked[7].1).into_iter().map(|(_, name)| name).collect();
                for (dn, _, attributes) in entries {
                    let is_there = match scope {
                        0 => dn.as_bytes() == base,
                        _ => dn.as_bytes().ends_with(base),
                    };
                    if is_there && fits(filter, inside, attributes) {
                        stream.write_all(&reply(id, 0x64, &entry(dn, attributes, &wanted))).await?;
                    }
                }
                stream.write_all(&done(0x65, 0)).await?;
            }
            0x42 => return Ok(()),
            other => panic!("an operation {other:x}"),
        }
    }
}

/// Whether an entry fits: by being there, by one value, or by one of several filters.
fn fits(filter: u8, inside: &[u8], attributes: &[(&str, &str)]) -> bool {
    match filter {
        0x87 => true,
        0xa1 => parts(inside).into_iter().any(|(filter, inside)| fits(filter, inside, attributes)),
        0xa3 => {
            let asked = parts(inside);
            attributes.iter().any(|(name, value)| {
                name.as_bytes() == asked[0].1 && value.as_bytes().eq_ignore_ascii_case(asked[1].1)
            })
        }
        other => panic!("a filter {other:x}"),
    }
}

fn entry(dn: &str, attributes: &[(&str, &str)], wanted: &[&[u8]]) -> Vec<u8> {
    let mut list = Vec::new();
    for name in wanted {
        let values = attributes.iter().filter(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
        let values: Vec<u8> = values.flat_map(|(_, value)| element(4, value.as_bytes())).collect();
        if !values.is_empty() {
            list.extend(element(0x30, &[element(4, name), element(0x31, &values)].concat()));
        }
    }
    [element(4, dn.as_bytes()), element(0x30, &list)].concat()
}

fn reply(id: &[u8], kind: u8, content: &[u8]) -> Vec<u8> {
    element(0x30, &[element(2, id), element(kind, content)].concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]][..], content].concat()
}

/// The elements of a content.
fn parts(mut content: &[u8]) -> Vec<(u8, &[u8])> {
    let mut found = Vec::new();
    while let [tag, first, rest @ ..] = content {
        let (length, rest) = match first {
            0x81 => (usize::from(rest[0]), &rest[1..]),
            0x82 => (usize::from(rest[0]) << 8 | usize::from(rest[1]), &rest[2..]),
            short => (usize::from(*short), rest),
        };
        found.push((*tag, &rest[..length]));
        content = &rest[length..];
    }
    found
}
