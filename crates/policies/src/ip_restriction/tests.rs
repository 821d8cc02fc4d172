use std::{fs, path::Path, sync::Arc};

use serde_json::json;
use tempfile::TempDir;
use testkit::mmdb;

use super::Networks;
use crate::testing::*;

fn decided(filter: &dyn policy::Filter, client: &str) -> Result<(), Option<String>> {
    match decide(filter, &mut RequestBuilder::get("/").client(client).build()) {
        Ok(()) => Ok(()),
        Err(reply) => {
            let problem = problem_of(reply);
            assert_eq!(problem.kind.code, "address-forbidden");
            Err(problem.cause.map(|cause| cause.to_string()))
        }
    }
}

fn lets_in(config: &str, client: &str) -> bool {
    decided(&*build("ip-restriction", config), client).is_ok()
}

/// A folder with files of countries and of autonomous systems, each in two spellings.
fn databases() -> TempDir {
    let folder = TempDir::new().unwrap();
    let country = |code: &str| json!({ "continent": { "code": "EU" }, "country": { "iso_code": code, "names": { "en": "Somewhere" } } });
    let countries = [
        ("192.0.2.0/25", country("DE")),
        ("198.51.100.0/24", country("FR")),
        ("203.0.113.0/24", json!({ "registered_country": { "iso_code": "US" } })),
        ("2001:db8::/32", country("DE")),
    ];
    let asn = |number: u32| json!({ "autonomous_system_number": number, "autonomous_system_organization": "Example" });
    let systems = [("192.0.2.0/26", asn(64500)), ("198.51.100.0/24", asn(4_200_000_000)), ("2001:db8:1::/48", asn(64501))];
    let flat = [("192.0.2.0/24", json!({ "country": "Germany", "country_code": "DE", "asn": "AS64500" }))];
    for (name, bytes) in [("countries.mmdb", mmdb(&countries)), ("asns.mmdb", mmdb(&systems)), ("flat.mmdb", mmdb(&flat))] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn with(folder: &Path, config: &str) -> String {
    config.replace("DIR", folder.to_str().unwrap())
}

#[test]
fn only_allowed_addresses_call_where_some_are_allowed() {
    let config = "{ allow: [10.0.0.0/8, 192.168.1.7, '2001:db8::/32'] }";
    for client in ["10.0.0.0", "10.255.255.255", "192.168.1.7", "2001:db8::1", "::ffff:10.1.2.3"] {
        assert!(lets_in(config, client), "{client}");
    }
    for client in ["9.255.255.255", "11.0.0.0", "192.168.1.8", "2001:db9::", "::", "::a00:1"] {
        assert!(!lets_in(config, client), "{client}");
    }
}

#[test]
fn denied_addresses_do_not_call_even_where_allowed() {
    let config = "{ allow: [10.0.0.0/8], deny: [10.0.0.0/24, '::ffff:10.1.0.0/112'] }";
    assert!(lets_in(config, "10.0.1.0"));
    assert!(!lets_in(config, "10.0.0.7"));
    assert!(!lets_in(config, "10.1.255.255"));
    assert!(lets_in(config, "10.2.0.0"));
}

#[test]
fn overlapping_networks_are_one() {
    let config = "{ deny: [10.0.0.0/8, 10.0.0.0/24, 10.255.255.255, 0.0.0.0/5] }";
    for client in ["0.0.0.0", "7.255.255.255", "10.0.1.1", "10.255.255.255"] {
        assert!(!lets_in(config, client), "{client}");
    }
    for client in ["8.0.0.0", "11.0.0.0", "::1"] {
        assert!(lets_in(config, client), "{client}");
    }
}

#[test]
fn every_ipv6_address_is_not_every_ipv4_address() {
    assert!(!lets_in("{ allow: ['::/0'] }", "10.0.0.1"));
    assert!(lets_in("{ allow: ['::/0'] }", "2001:db8::1"));
    assert!(!lets_in("{ allow: [0.0.0.0/0] }", "::1"));
}

#[test]
fn the_sorted_ranges_agree_with_asking_every_network() {
    let mut random = Random(11);
    for round in 0..200 {
        // Sometimes more than one block of them.
        let count = if round % 10 == 0 { 300 } else { random.below(12) };
        let mask = if count > 12 { 0x0fff_ffff } else { 0x0303_0303 };
        let networks: Vec<ipnet::IpNet> = (0..count)
            .map(|_| {
                let address = std::net::Ipv4Addr::from(random.next() as u32 & mask);
                ipnet::Ipv4Net::new(address, 20 + random.below(13) as u8).unwrap().into()
            })
            .collect();
        let texts: Vec<_> = networks.iter().map(ToString::to_string).collect();
        let set = Networks::read("allow", &texts).unwrap();
        let edges = networks.iter().flat_map(|n| [n.network(), n.broadcast()]);
        let others: Vec<_> = (0..200).map(|_| (random.next() as u32 & (mask | 0xff)).to_be_bytes().into()).collect();
        for address in edges.chain(others) {
            assert_eq!(set.contain(address), networks.iter().any(|n| n.contains(&address)), "{address} {texts:?}");
        }
    }
}

#[test]
fn what_is_no_network_is_refused_naming_the_field() {
    assert_eq!(invalid("ip-restriction", "{ allow: [10.0.0.1, 10.0.0.0/33] }").field, "allow[1]");
    assert_eq!(invalid("ip-restriction", "{ deny: [localhost] }").field, "deny[0]");
    assert!(invalid("ip-restriction", "{}").message.contains("`allow` or `deny`"));
}

#[test]
fn countries_are_allowed_and_denied_and_unknown_is_said() {
    let folder = databases();
    let check = |rules: &str, client: &str| lets_in(&with(folder.path(), &format!("{{ database: DIR/countries.mmdb, {rules} }}")), client);
    let (german, french, unknown, nowhere) = ("192.0.2.1", "198.51.100.9", "203.0.113.5", "10.0.0.1");
    for (rules, expected) in [
        ("countries: { allow: [DE] }", [true, false, false, false]),
        ("countries: { deny: [DE] }", [false, true, true, true]),
        ("countries: { allow: [DE, unknown] }", [true, false, true, true]),
        ("countries: { deny: [unknown] }", [true, true, false, false]),
        ("countries: { allow: [DE, FR], deny: [FR] }", [true, false, false, false]),
        // What one list allows need not be in the other.
        ("countries: { allow: [FR] }, allow: [10.0.0.0/8]", [false, true, false, true]),
        ("countries: { allow: [DE] }, deny: [192.0.2.1]", [false, false, false, false]),
        ("countries: {}", [true, true, true, true]),
    ] {
        assert_eq!([german, french, unknown, nowhere].map(|client| check(rules, client)), expected, "{rules}");
    }
    assert!(check("countries: { allow: [DE] }", "2001:db8:7::1") && check("countries: { allow: [DE] }", "::ffff:192.0.2.1"));
    assert!(!check("countries: { allow: [DE] }", "192.0.2.128"), "outside of the network");
}

#[test]
fn autonomous_systems_are_allowed_and_denied_and_several_files_are_one() {
    let folder = databases();
    let both = "database: [DIR/countries.mmdb, DIR/asns.mmdb]";
    let check = |rules: &str, client: &str| lets_in(&with(folder.path(), &format!("{{ {both}, {rules} }}")), client);
    assert!(check("asns: { allow: [AS64500] }", "192.0.2.1") && !check("asns: { allow: [AS64500] }", "192.0.2.100"));
    assert!(!check("asns: { deny: [AS4200000000] }", "198.51.100.1") && check("asns: { deny: [AS64500] }", "198.51.100.1"));
    assert!(check("asns: { allow: [AS64501] }", "2001:db8:1::5") && !check("asns: { allow: [AS64501] }", "2001:db8:2::5"));
    let mixed = "countries: { allow: [DE] }, asns: { deny: [AS64500, unknown] }";
    assert!(check(mixed, "2001:db8:1::1") && !check(mixed, "192.0.2.1") && !check(mixed, "192.0.2.100"));
    let flat = with(folder.path(), "{ database: DIR/flat.mmdb, countries: { allow: [DE] }, asns: { deny: [AS64501] } }");
    assert!(lets_in(&flat, "192.0.2.200") && !lets_in(&flat, "198.51.100.1"));
}

#[test]
fn operators_are_told_where_a_refused_address_is_from_and_conditions_can_ask() {
    let folder = databases();
    let config = with(folder.path(), "{ database: [DIR/countries.mmdb, DIR/asns.mmdb], countries: { deny: [DE] } }");
    let filter = build("ip-restriction", &config);
    assert_eq!(decided(&*filter, "192.0.2.1").unwrap_err().unwrap(), "ip-restriction: the address is of DE, AS64500");
    assert!(decided(&*filter, "10.0.0.1").is_ok());
    let config = with(folder.path(), "{ database: [DIR/countries.mmdb, DIR/asns.mmdb] }");
    for (client, condition, holds) in [
        ("192.0.2.1", "client.country == 'DE' && client.asn == 'AS64500'", true),
        ("192.0.2.100", "client.country in ['AT', 'CH', 'DE'] && client.asn == ''", true),
        ("10.0.0.1", "client.country == ''", true),
        ("10.0.0.1", "client.country == 'DE'", false),
    ] {
        let mut req = RequestBuilder::get("/").client(client).build();
        pass(&*build("ip-restriction", &config), &mut req);
        let condition = expr::Condition::parse(condition).unwrap();
        assert_eq!(condition.holds(&req.facts()), holds, "{client}");
    }
}

#[test]
fn a_newer_file_takes_the_place_of_the_one_before_and_a_broken_one_does_not() {
    let folder = databases();
    let path = folder.path().join("countries.mmdb");
    let filter = build("ip-restriction", &with(folder.path(), "{ database: DIR/countries.mmdb, countries: { allow: [DE] } }"));
    let ask = |second: u64, client: &str| {
        let made = RequestBuilder::get("/").client(client).at(std::time::Duration::from_secs(second));
        decide(&*filter, &mut made.build()).is_ok()
    };
    assert!(ask(0, "192.0.2.1") && !ask(0, "10.0.0.1"));
    let replace = |bytes: &[u8], age: u64| {
        fs::write(&path, bytes).unwrap();
        let time = std::time::SystemTime::now() + std::time::Duration::from_secs(age);
        fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    };
    replace(&mmdb(&[("10.0.0.0/8", json!({ "country": { "iso_code": "DE" } }))]), 10);
    ask(10, "10.0.0.1");
    assert!(ask(20, "10.0.0.1") && !ask(20, "192.0.2.1"));
    for (age, broken) in [(20, &b"nothing"[..]), (30, b"")] {
        replace(broken, age);
        ask(age + 10, "10.0.0.1");
        assert!(ask(age + 15, "10.0.0.1"), "the one before stays");
    }
    fs::remove_file(&path).unwrap();
    ask(60, "10.0.0.1");
    assert!(ask(70, "10.0.0.1"));
}

#[test]
fn what_cannot_tell_what_is_asked_is_refused_naming_the_field() {
    let folder = databases();
    fs::write(folder.path().join("broken.mmdb"), "text").unwrap();
    let whole = fs::read(folder.path().join("countries.mmdb")).unwrap();
    fs::write(folder.path().join("torn.mmdb"), &whole[..whole.len() - 40]).unwrap();
    fs::write(folder.path().join("cities.mmdb"), mmdb(&[("10.0.0.0/8", json!({ "city": "Rome" }))])).unwrap();
    for (config, field, says) in [
        ("{ countries: { allow: [DE] } }", "countries", "database"),
        ("{ asns: { deny: [AS1] } }", "asns", "database"),
        ("{ database: DIR/countries.mmdb, asns: { deny: [AS1] } }", "asns", "no file"),
        ("{ database: DIR/asns.mmdb, countries: { deny: [DE] } }", "countries", "no file"),
        ("{ database: DIR/none.mmdb }", "database", "cannot be read"),
        ("{ database: DIR/broken.mmdb }", "database", "MaxMind DB"),
        ("{ database: DIR/torn.mmdb }", "database", "MaxMind DB"),
        ("{ database: DIR/cities.mmdb }", "database", "neither countries"),
        ("{ database: DIR/countries.mmdb, countries: { allow: [de] } }", "countries.allow[0]", "two letters"),
        ("{ database: DIR/countries.mmdb, countries: { deny: [DE, Germany] } }", "countries.deny[1]", "two letters"),
        ("{ database: DIR/asns.mmdb, asns: { allow: ['64500'] } }", "asns.allow[0]", "AS64500"),
        ("{ database: DIR/asns.mmdb, asns: { deny: [AS+1] } }", "asns.deny[0]", "AS64500"),
        ("{ database: DIR/asns.mmdb, asns: { deny: [AS4294967296] } }", "asns.deny[0]", "AS64500"),
    ] {
        let invalid = invalid("ip-restriction", &with(folder.path(), config));
        assert_eq!(invalid.field, field, "{config}: {}", invalid.message);
        assert!(invalid.message.contains(says), "{config}: {}", invalid.message);
    }
    let entry = crate::CATALOG.find("ip-restriction").unwrap();
    let named = entry.files_where_it_runs(&json!({ "database": ["./a.mmdb", "./b.mmdb"] }));
    assert_eq!(named, [("database".to_owned(), "./a.mmdb".to_owned()), ("database".to_owned(), "./b.mmdb".to_owned())]);
    drop(Arc::new(folder));
}
