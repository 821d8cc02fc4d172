//! Regular expressions as JavaScript writes them, run in bounded time.
//!
//! A pattern is translated to the syntax of the `regex` crate, whose time is linear in the text. Patterns that look around or back
//! run with a budget of steps; a pattern that spends it is taken as not matching and said to be too slow.

use std::fmt::Write;

/// Steps back that a pattern may take on one text.
const MOST_STEPS: usize = 200_000;
/// Bytes of a compiled pattern.
const MOST_BYTES: usize = 16 << 20;
/// Characters of a pattern.
const LONGEST: usize = 20_000;

/// A pattern, ready to be matched.
#[derive(Debug)]
pub enum Regex {
    Linear(Box<regex::Regex>),
    Stepping(Box<fancy_regex::Regex>),
}

const INVALID: &str = "Invalid pattern";

/// Why there is no regex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no regular expression, and what is wrong with it in the words of browsers.
    Syntax(&'static str),
    /// It would take too much memory.
    TooLarge,
}

impl Regex {
    /// A pattern such as `^[a-z]+$`, with the flags of JavaScript (`i`, `m`, `s`, `u`).
    ///
    /// # Errors
    /// A pattern that is none, or that would take too much memory.
    pub fn new(pattern: &str, flags: &str) -> Result<Regex, Fault> {
        if pattern.len() > LONGEST {
            return Err(Fault::TooLarge);
        }
        let Translation { text, looks } = Translator::new(pattern, flags).translate()?;
        if looks {
            let built = fancy_regex::RegexBuilder::new(&text)
                .backtrack_limit(MOST_STEPS)
                .delegate_size_limit(MOST_BYTES)
                .build();
            return built.map(|regex| Regex::Stepping(Box::new(regex))).map_err(|_| Fault::Syntax(INVALID));
        }
        match regex::RegexBuilder::new(&text).size_limit(MOST_BYTES).build() {
            Ok(regex) => Ok(Regex::Linear(Box::new(regex))),
            Err(regex::Error::CompiledTooBig(_)) => Err(Fault::TooLarge),
            Err(_) => Err(Fault::Syntax(INVALID)),
        }
    }

    /// `None` where the budget of steps was spent.
    pub fn test(&self, text: &str) -> Option<bool> {
        match self {
            Regex::Linear(regex) => Some(regex.is_match(text)),
            Regex::Stepping(regex) => regex.is_match(text).ok(),
        }
    }
}

/// A pattern in the syntax of the `regex` crate, without what it looks around for; `None` where there is no such thing.
pub(crate) fn plain(pattern: &str) -> Option<String> {
    if pattern.len() > LONGEST {
        return None;
    }
    let unicode = pattern.contains("\\p") || pattern.contains("\\P") || pattern.contains("\\u{");
    let Translation { text, looks } =
        Translator::new(pattern, if unicode { "u" } else { "" }).translate().ok()?;
    Some(if looks { without_looks(&text) } else { text })
}

/// Takes out the groups that look ahead or back.
fn without_looks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut in_class, mut within, mut escaped) = (false, 0_usize, false);
    for (at, character) in text.char_indices() {
        let looks = || ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|begin| text[at..].starts_with(begin));
        let plain = !escaped && !in_class;
        if plain && character == '(' && (within > 0 || looks()) {
            within += 1;
        }
        if within == 0 {
            kept.push(character);
        }
        if plain && character == ')' && within > 0 {
            within -= 1;
        }
        match character {
            '[' if plain => in_class = true,
            ']' if !escaped => in_class = false,
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    kept
}

struct Translation {
    text: String,
    /// It looks around or back.
    looks: bool,
}

struct Translator<'p> {
    rest: std::iter::Peekable<std::str::Chars<'p>>,
    pattern: &'p str,
    unicode: bool,
    dot_all: bool,
    multiline: bool,
    ignore_case: bool,
    groups: u32,
    named: bool,
    looks: bool,
    text: String,
}

const SPACE: &str =
    r"\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";
const LINE_ENDS: &str = r"\n\r\u{2028}\u{2029}";

impl<'p> Translator<'p> {
    fn new(pattern: &'p str, flags: &str) -> Translator<'p> {
        let groups = pattern.matches('(').count() as u32;
        Translator {
            rest: pattern.chars().peekable(),
            pattern,
            unicode: flags.contains(['u', 'v']),
            dot_all: flags.contains('s'),
            multiline: flags.contains('m'),
            ignore_case: flags.contains('i'),
            groups,
            named: pattern.contains("(?<"),
            looks: false,
            text: String::with_capacity(pattern.len() + 16),
        }
    }

    fn translate(mut self) -> Result<Translation, Fault> {
        if self.ignore_case {
            self.text.push_str("(?i)");
        }
        let (mut repeatable, mut depth) = (false, 0_usize);
        while let Some(character) = self.rest.next() {
            let begins = matches!(character, '(' | '|') || character == '^' && !repeatable;
            match character {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => {
                    depth += 1;
                    self.group()?;
                }
                '.' if self.dot_all => self.text.push_str("(?s:.)"),
                '.' => self.put(&format!("[^{LINE_ENDS}]")),
                '^' => self.put(if self.multiline { "(?m:^)" } else { r"\A" }),
                '$' => self.put(if self.multiline { "(?m:$)" } else { r"\z" }),
                '{' => self.braces(),
                '}' | ']' => {
                    self.text.push('\\');
                    self.text.push(character);
                }
                '*' | '+' | '?' => {
                    if !repeatable {
                        return Err(Fault::Syntax("Nothing to repeat"));
                    }
                    self.text.push(character);
                    // One more `?` makes it lazy; anything else that repeats has nothing to repeat.
                    if self.rest.next_if_eq(&'?').is_some() {
                        self.text.push('?');
                    }
                    repeatable = false;
                    continue;
                }
                ')' => {
                    depth = depth.checked_sub(1).ok_or(Fault::Syntax("Unmatched ')'"))?;
                    self.text.push(character);
                }
                '|' => self.text.push(character),
                // `#`, `&`, `-`, `~` and white space mean nothing outside a class.
                character => self.literal(character),
            }
            repeatable = !begins;
        }
        if depth > 0 {
            return Err(Fault::Syntax("Unterminated group"));
        }
        Ok(Translation { text: self.text, looks: self.looks })
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn literal(&mut self, character: char) {
        if character.is_ascii_alphanumeric() || character == '_' || character == ' ' || !character.is_ascii()
        {
            self.text.push(character);
        } else {
            let _ = write!(self.text, "\\x{{{:X}}}", u32::from(character));
        }
    }

    fn group(&mut self) -> Result<(), Fault> {
        if self.rest.peek() != Some(&'?') {
            self.text.push('(');
            return Ok(());
        }
        self.rest.next();
        match self.rest.next() {
            Some(':') => self.put("(?:"),
            Some(kind @ ('=' | '!')) => {
                self.looks = true;
                self.put("(?");
                self.text.push(kind);
            }
            Some('<') => match self.rest.next_if(|next| matches!(next, '=' | '!')) {
                Some(kind) => {
                    self.looks = true;
                    self.put("(?<");
                    self.text.push(kind);
                }
                None => self.put("(?P<"),
            },
            _ => return Err(Fault::Syntax("Invalid group")),
        }
        Ok(())
    }

    /// `{2,3}` counts; any other brace is itself.
    fn braces(&mut self) {
        let ahead: String = self.rest.clone().take(24).collect();
        let count = ahead.split_once('}').map(|(inside, _)| inside).filter(|inside| {
            let (low, high) = inside.split_once(',').unwrap_or((inside, ""));
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            !low.is_empty() && digits(low) && digits(high)
        });
        match count {
            Some(inside) => {
                let _ = write!(self.text, "{{{inside}}}");
                for _ in 0..=inside.len() {
                    self.rest.next();
                }
            }
            None => self.put(r"\{"),
        }
    }

    /// An escape outside a class.
    fn escape(&mut self) -> Result<(), Fault> {
        let Some(character) = self.rest.next() else { return Err(Fault::Syntax("\\ at end of pattern")) };
        match character {
            'b' => self.put(r"\b"),
            'B' => self.put(r"\B"),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
                let set = set(character);
                let negated = if character.is_ascii_uppercase() { "^" } else { "" };
                let _ = write!(self.text, "[{negated}{set}]");
            }
            '1'..='9' => {
                let mut number = character.to_digit(10).unwrap_or_default();
                while let Some(digit) = self.rest.peek().and_then(|next| next.to_digit(10)) {
                    if number * 10 + digit > self.groups {
                        break;
                    }
                    number = number * 10 + digit;
                    self.rest.next();
                }
                if number <= self.groups {
                    self.looks = true;
                    let _ = write!(self.text, "(?:\\{number})");
                } else {
                    self.literal(char::from_u32(number).unwrap_or('\0'));
                }
            }
            'k' if self.named && self.rest.peek() == Some(&'<') => {
                self.looks = true;
                self.put(r"\k");
            }
            'p' | 'P' if self.unicode => {
                let property = self.property(character)?;
                self.put(&property);
            }
            character => match self.single(character)? {
                Some(character) => self.literal(character),
                // Half of a pair stands in no text.
                None => self.put(r"[^\s\S]"),
            },
        }
        Ok(())
    }

    fn property(&mut self, kind: char) -> Result<String, Fault> {
        let mut name = String::new();
        if self.rest.next() != Some('{') {
            return Err(Fault::Syntax("Invalid property name"));
        }
        for character in self.rest.by_ref() {
            if character == '}' {
                return Ok(format!("\\{kind}{{{name}}}"));
            }
            name.push(character);
        }
        Err(Fault::Syntax("Invalid property name"))
    }

    /// The character an escape stands for; `None` for half of a surrogate pair.
    fn single(&mut self, character: char) -> Result<Option<char>, Fault> {
        Ok(Some(match character {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '0' => '\0',
            'c' => match self.rest.peek() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    let code = u32::from(*letter) % 32;
                    self.rest.next();
                    char::from_u32(code).unwrap_or('c')
                }
                _ => 'c',
            },
            'x' => self.hexadecimal(2).and_then(char::from_u32).unwrap_or('x'),
            'u' if self.unicode && self.rest.peek() == Some(&'{') => {
                let ahead: String = self.rest.clone().skip(1).take_while(|next| *next != '}').collect();
                let code = u32::from_str_radix(&ahead, 16)
                    .ok()
                    .and_then(char::from_u32)
                    .ok_or(Fault::Syntax("Invalid Unicode escape"))?;
                for _ in 0..ahead.len() + 2 {
                    self.rest.next();
                }
                code
            }
            'u' => return Ok(self.utf16()),
            character => character,
        }))
    }

    fn utf16(&mut self) -> Option<char> {
        let Some(first) = self.hexadecimal(4) else { return Some('u') };
        if !(0xD800..0xE000).contains(&first) {
            return char::from_u32(first);
        }
        let mut ahead = self.rest.clone();
        if first < 0xDC00 && ahead.next() == Some('\\') && ahead.next() == Some('u') {
            let digits: String = ahead.take(4).collect();
            let second =
                u32::from_str_radix(&digits, 16).ok().filter(|low| (0xDC00..0xE000).contains(low))?;
            for _ in 0..6 {
                self.rest.next();
            }
            return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        }
        None
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let ahead: String = self.rest.clone().take(digits).collect();
        let valid = ahead.len() == digits && ahead.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = valid.then(|| u32::from_str_radix(&ahead, 16).ok()).flatten()?;
        for _ in 0..digits {
            self.rest.next();
        }
        Some(code)
    }

    fn class(&mut self) -> Result<(), Fault> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut items: Vec<Item> = Vec::new();
        loop {
            let item = match self.rest.next() {
                None => return Err(Fault::Syntax("Unterminated character class")),
                Some(']') => break,
                Some('\\') => match self.rest.next() {
                    None => return Err(Fault::Syntax("\\ at end of pattern")),
                    Some(kind @ ('d' | 'w' | 's')) => Item::Set(set(kind).to_owned()),
                    Some(kind @ ('D' | 'W' | 'S')) => Item::Set(format!("[^{}]", set(kind))),
                    Some(kind @ ('p' | 'P')) if self.unicode => Item::Set(self.property(kind)?),
                    Some('b') => Item::One('\u{8}'),
                    Some(character) => match self.single(character)? {
                        Some(character) => Item::One(character),
                        None => continue,
                    },
                },
                Some('-') => Item::Dash,
                Some(character) => Item::One(character),
            };
            items.push(item);
        }
        if items.is_empty() {
            self.put(if negated { r"(?s:.)" } else { r"[^\s\S]" });
            return Ok(());
        }
        let mut text = if negated { "[^".to_owned() } else { "[".to_owned() };
        let mut at = 0;
        while at < items.len() {
            // A dash that is escaped, or stands beside a set or at an end, is itself.
            let one = |item: &Item| match item {
                Item::One(character) => Some(*character),
                Item::Dash => Some('-'),
                Item::Set(_) => None,
            };
            if let [low, Item::Dash, high, ..] = &items[at..]
                && let (Some(low), Some(high)) = (one(low), one(high))
            {
                if low > high {
                    return Err(Fault::Syntax("Range out of order in character class"));
                }
                let _ = write!(text, "\\x{{{:X}}}-\\x{{{:X}}}", u32::from(low), u32::from(high));
                at += 3;
                continue;
            }
            match &items[at] {
                Item::One(character) => {
                    let _ = write!(text, "\\x{{{:X}}}", u32::from(*character));
                }
                Item::Dash => text.push_str("\\-"),
                Item::Set(set) => text.push_str(set),
            }
            at += 1;
        }
        text.push(']');
        self.put(&text);
        debug_assert!(self.text.len() <= 64 * self.pattern.len() + 512);
        Ok(())
    }
}

enum Item {
    One(char),
    /// A `-` that is not escaped: between two characters it makes a range.
    Dash,
    Set(String),
}

fn set(kind: char) -> &'static str {
    match kind.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        _ => SPACE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(pattern: &str, flags: &str, text: &str) -> bool {
        Regex::new(pattern, flags).unwrap_or_else(|e| panic!("{pattern}: {e:?}")).test(text).unwrap()
    }

    #[test]
    fn patterns_mean_what_they_mean_in_javascript() {
        for (pattern, text, matches) in [
            ("^a$", "a\n", false),
            ("^[a-z-]+$", "a-b", true),
            (r"^[\w-]+$", "é", false),
            (r"^\d+$", "٣", false),
            (r"^\/v\d+", "/v1", true),
            ("[[]", "[", true),
            ("^a{,2}$", "a{,2}", true),
            ("^a{2}$", "aa", true),
            ("^[^]$", "\n", true),
            ("[]", "a", false),
            (r"\p{L}", "p{L}", true),
            (r"^\u0041$", "A", true),
            (r"^\uD83D\uDE00$", "😀", true),
            (r"^(?!.*--)[a-z-]+$", "a--b", false),
            (r"^(?!.*--)[a-z-]+$", "a-b", true),
            (r"^(a)\1$", "aa", true),
            ("a.c", "a\nc", false),
            (r"^[\s\S]*$", "x\ny", true),
            ("^[a&&b]$", "&", true),
            (r"}", "}", true),
            (r"^[a-z_\-\:]+$", "a:-", true),
            (r"^[A-Za-z0-9.\-_]+$", "a-b.c_", true),
            ("^[--/]$", ".", true),
            ("^[a-]+$", "a-", true),
            ("^a*?b??$", "aa", true),
        ] {
            assert_eq!(test(pattern, "", text), matches, "{pattern} on {text:?}");
        }
        assert!(test("^ab$", "i", "AB"));
        assert!(test("^b$", "m", "a\nb"));
        assert!(test(r"^\p{Lu}$", "u", "Ä"));
    }

    #[test]
    fn what_is_no_pattern_is_told_and_so_is_one_that_takes_too_much() {
        for pattern in ["(", "[a", "a**", "(?x)", "[z-a]", "\\"] {
            assert!(matches!(Regex::new(pattern, ""), Err(Fault::Syntax(_))), "{pattern}");
        }
        assert_eq!(Regex::new("((a{1000}){1000}){1000}", "").err(), Some(Fault::TooLarge));
        assert_eq!(Regex::new(&"a".repeat(LONGEST + 1), "").err(), Some(Fault::TooLarge));
    }

    #[test]
    fn a_regex_bomb_ends() {
        assert_eq!(Regex::new("^(a+)+$", "").unwrap().test(&("a".repeat(50_000) + "!")), Some(false));
        assert_eq!(Regex::new(r"^(?:(a+)\1?)+$", "").unwrap().test(&("a".repeat(60) + "!")), None);
    }
}
