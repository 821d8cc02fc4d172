//! Texts: by their patterns, formats and lengths.

use super::{Maker, gather::Want, pattern, random::Random};
use crate::{formats, rules::TextRules};

/// The longest text that is made because so many characters are asked for.
const LONGEST: u64 = 10_000;
const WORDS: &[&str] = &[
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper", "kelp",
    "lumen", "maple", "nectar", "onyx", "pebble", "quartz", "river", "slate", "tundra", "umber", "velvet",
    "willow", "zephyr",
];
/// What many a pattern takes that cannot be followed.
const TRIED: &[&str] = &[
    "a",
    "A",
    "1",
    "abc",
    "Abc",
    "ABC",
    "123",
    "a1",
    "A1",
    "Aa1!",
    "Aa1!aaaaaaaa",
    "abc-123",
    "abc_123",
    "a.b",
    "/",
    "/a",
    "a/b",
    "a/b/c",
    "1.0.0",
    "v1",
    "1h",
    "10s",
    "#ffffff",
    "en",
    "en-US",
    "+15555550100",
    "user@example.com",
    "https://example.com/",
    "2026-01-15",
    "2026-01-15T09:30:00Z",
    "09:30",
    "192.0.2.1",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "0123456789abcdef0123456789abcdef01234567",
    "c3RyaW5n",
    "",
    " ",
    "*",
    "true",
    "string",
];

impl<'s> Maker<'s> {
    pub(super) fn text(&mut self, want: &Want<'s>) -> Option<String> {
        let all: Vec<&TextRules> = want.nodes.iter().filter_map(|node| node.text.as_deref()).collect();
        let least = all.iter().filter_map(|rules| rules.least).max().unwrap_or(0);
        let most = all.iter().filter_map(|rules| rules.most).min().unwrap_or(u64::MAX);
        if least > most.min(LONGEST) {
            return None;
        }
        let fits = |text: &str| all.iter().all(|rules| rules.take(text));
        let (least, most) = (least as usize, usize::try_from(most).unwrap_or(usize::MAX));
        for format in all.iter().filter_map(|rules| rules.format.as_deref()) {
            let made = of_format(format, if self.vary { Some(&mut self.random) } else { None });
            let made = made.map(|made| lengthened(made, format, least));
            if let Some(made) = made.filter(|made| fits(made)) {
                return Some(made);
            }
        }
        let word = match self.vary {
            true => WORDS[self.random.below(WORDS.len())],
            false => "string",
        };
        let mut plain: String = word.chars().take(most).collect();
        while plain.len() < least {
            plain.push('x');
        }
        if fits(&plain) {
            return Some(plain);
        }
        for pattern in all.iter().filter_map(|rules| rules.pattern.as_deref()) {
            for tries in 0..24 {
                let made =
                    pattern::make(&pattern.text, &mut self.random, self.vary || tries > 0, least, tries);
                if let Some(made) = made.filter(|made| fits(made)) {
                    return Some(made);
                }
            }
        }
        TRIED.iter().find(|text| fits(text)).map(|text| (*text).to_owned())
    }
}

impl TextRules {
    fn take(&self, text: &str) -> bool {
        let length = text.chars().count() as u64;
        self.least.is_none_or(|least| length >= least)
            && self.most.is_none_or(|most| length <= most)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
            && self.format.as_deref().is_none_or(|format| formats::fits_text(format, text))
    }
}

/// A text of a format; the same each time where nothing is random.
fn of_format(format: &str, random: Option<&mut Random>) -> Option<String> {
    let Some(random) = random else { return formats::example(format).map(str::to_owned) };
    let mut below = |count: usize| random.below(count);
    Some(match format {
        "date-time" => format!(
            "20{:02}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            20 + below(10),
            1 + below(12),
            1 + below(28),
            below(24),
            below(60),
            below(60)
        ),
        "date" => format!("20{:02}-{:02}-{:02}", 20 + below(10), 1 + below(12), 1 + below(28)),
        "time" => format!("{:02}:{:02}:{:02}Z", below(24), below(60), below(60)),
        "duration" => format!("PT{}H{}M", 1 + below(23), 1 + below(59)),
        "uuid" => {
            let (high, low) = (random.next(), random.next());
            format!(
                "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0xfff,
                low >> 48 & 0xfff,
                low & 0xffff_ffff_ffff
            )
        }
        "email" | "idn-email" => format!("{}{}@example.com", WORDS[below(WORDS.len())], below(100)),
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => {
            format!("https://example.com/{}/{}", WORDS[below(WORDS.len())], below(1_000))
        }
        "hostname" | "idn-hostname" => format!("{}{}.example.com", WORDS[below(WORDS.len())], below(100)),
        "ipv4" => format!("192.0.2.{}", 1 + below(254)),
        "ipv6" => format!("2001:db8::{:x}", 1 + below(65_000)),
        "int64" | "int32" => below(1_000).to_string(),
        "decimal" => format!("{}.{:02}", below(1_000), below(100)),
        _ => return of_format(format, None),
    })
}

/// A text of a format with so many characters at least, where there is an easy way.
fn lengthened(mut text: String, format: &str, least: usize) -> String {
    let lacks = least.saturating_sub(text.chars().count());
    match format {
        _ if lacks == 0 => {}
        "email" | "idn-email" => text.insert_str(0, &"a".repeat(lacks)),
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" | "json-pointer" => {
            text.push_str(&"a".repeat(lacks));
        }
        "byte" | "base64" => text.insert_str(0, &"aGVs".repeat(lacks.div_ceil(4))),
        _ => {}
    }
    text
}
