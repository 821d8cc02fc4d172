//! Where an address is from: its country and the autonomous system that announces it, by files in the MaxMind DB format.

use std::{collections::HashSet, net::IpAddr, sync::Arc};

use bytes::Bytes;
use maxminddb::{PathElement, Reader, WithinOptions};
use policy::{Provenance, prelude::*};

use crate::key_source::{Fetched, Place, Source};

/// A country by its two letters.
pub(super) type Code = [u8; 2];

const UNKNOWN: &str = "unknown";
/// Networks of a file that are looked at to find out what it tells.
const LOOKED_AT: usize = 10_000;
const MOST_FILES: usize = 4;

/// Where a record says something.
type Path = &'static [PathElement<'static>];

/// Countries as GeoLite2, DB-IP and IP2Location write them, and as IPinfo does.
const COUNTRY: [Path; 2] =
    [&[PathElement::Key("country"), PathElement::Key("iso_code")], &[PathElement::Key("country_code")]];
/// Autonomous systems by number, and by text (`AS64500`).
const ASN: [Path; 2] = [&[PathElement::Key("autonomous_system_number")], &[PathElement::Key("asn")]];

/// The files that tell where addresses are from.
pub(super) struct Origins(Vec<Arc<Source<Database>>>);

/// One file.
struct Database {
    reader: Reader<Bytes>,
    country: Option<Path>,
    asn: Option<Path>,
}

impl Origins {
    pub(super) fn read(paths: &[String], cx: &BuildCx<'_>) -> Result<Origins, Invalid> {
        if paths.len() > MOST_FILES {
            return Err(Invalid::field("database", format!("names {MOST_FILES} files at most")));
        }
        let open = |path: &String| {
            let path = cx.folder.join(path);
            let source = cx.kept(&format!("mmdb {path:?}"), || Source::new(Place::File(path.clone())));
            source.begin().map_err(|message| Invalid::field("database", message))?;
            Ok(source)
        };
        paths.iter().map(open).collect::<Result<_, _>>().map(Origins)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn tell_countries(&self) -> bool {
        self.any(|database| database.country.is_some())
    }

    pub(super) fn tell_asns(&self) -> bool {
        self.any(|database| database.asn.is_some())
    }

    fn any(&self, told: impl Fn(&Database) -> bool) -> bool {
        self.0.iter().filter_map(|source| source.set()).any(|(database, _)| told(&database))
    }

    /// Where the client of a request is from. Of several files the first that knows counts.
    pub(super) fn of(&self, req: &Request) -> Provenance {
        let mut origin = Provenance::default();
        for source in &self.0 {
            // A newer file is looked for here.
            source.generation(&req.world, req.arrived);
            let Some((database, _)) = source.set() else { continue };
            database.tell(req.client.to_canonical(), &mut origin);
        }
        origin
    }
}

impl Fetched for Database {
    const ACCEPT: &'static str = "application/octet-stream";
    const LARGEST: u64 = 256 << 20;

    fn read(bytes: &Bytes) -> Result<(Database, String), String> {
        let reader = Reader::from_source(bytes.clone()).map_err(|error| format!("this is no file in the MaxMind DB format: {error}"))?;
        let mut database = Database { reader, country: None, asn: None };
        database.learn()?;
        if database.country.is_none() && database.asn.is_none() {
            let kind = &database.reader.metadata().database_type;
            return Err(format!("it tells neither countries nor autonomous systems; it is of the type `{kind}`"));
        }
        Ok((database, String::new()))
    }
}

impl Database {
    /// Finds out what the file tells, and where.
    fn learn(&mut self) -> Result<(), String> {
        let broken = |error| format!("this is a broken file of the MaxMind DB format: {error}");
        let mut found = ([false; 2], [false; 2]);
        for network in self.reader.networks(WithinOptions::default()).map_err(broken)?.take(LOOKED_AT) {
            let record = network.map_err(broken)?;
            for (at, path) in COUNTRY.iter().enumerate() {
                found.0[at] |= matches!(record.decode_path::<&str>(path), Ok(Some(text)) if code(text).is_some());
            }
            found.1[0] |= matches!(record.decode_path::<u32>(ASN[0]), Ok(Some(_)));
            found.1[1] |= matches!(record.decode_path::<&str>(ASN[1]), Ok(Some(text)) if number(text).is_some());
        }
        self.country = found.0.iter().position(|found| *found).map(|at| COUNTRY[at]);
        self.asn = found.1.iter().position(|found| *found).map(|at| ASN[at]);
        Ok(())
    }

    /// Fills in what is not known yet. What cannot be read is not known.
    fn tell(&self, address: IpAddr, origin: &mut Provenance) {
        let Ok(record) = self.reader.lookup(address) else { return };
        if let (None, Some(path)) = (origin.country, self.country) {
            origin.country = record.decode_path::<&str>(path).ok().flatten().and_then(code);
        }
        if let (None, Some(path)) = (origin.asn, self.asn) {
            origin.asn = match path == ASN[0] {
                true => record.decode_path::<u32>(path).ok().flatten(),
                false => record.decode_path::<&str>(path).ok().flatten().and_then(number),
            };
        }
    }
}

fn code(text: &str) -> Option<Code> {
    <Code>::try_from(text.as_bytes()).ok().filter(|code| code.iter().all(u8::is_ascii_uppercase))
}

/// `AS64500`.
fn number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("AS")?;
    digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Reads countries by their letters; `field` says where they stand.
pub(super) fn countries(field: &str, texts: &[String]) -> Result<HashSet<Option<Code>>, Invalid> {
    read(field, texts, code, "no country: write its two letters, such as `DE`, or `unknown`")
}

/// Reads autonomous systems; `field` says where they stand.
pub(super) fn asns(field: &str, texts: &[String]) -> Result<HashSet<Option<u32>>, Invalid> {
    read(field, texts, number, "no autonomous system: write its number, such as `AS64500`, or `unknown`")
}

fn read<T: std::hash::Hash + Eq>(
    field: &str,
    texts: &[String],
    known: impl Fn(&str) -> Option<T>,
    wrong: &str,
) -> Result<HashSet<Option<T>>, Invalid> {
    let one = |(at, text): (usize, &String)| match known(text) {
        None if text == UNKNOWN => Ok(None),
        None => Err(Invalid::field(format!("{field}[{at}]"), format!("`{text}` is {wrong}"))),
        some => Ok(some),
    };
    texts.iter().enumerate().map(one).collect()
}
