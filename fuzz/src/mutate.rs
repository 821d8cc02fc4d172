//! Changes inputs at random.

use crate::Random;

/// Bytes that often mean something.
const MARKS: &[u8] = b"\r\n\0 \t:;,=.%/\\\"'#?&*+-_0129afAFxX{}[]()<>@|~\x01\x0b\x0c\x1f\x7f\x80\xc3\xff";
/// Numbers at the edges of what fits somewhere.
const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "-1",
    "+1",
    "00",
    "7fffffff",
    "ffffffff",
    "fffffffffffffff",
    "10000000000000000",
    "2147483648",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "1e400",
];

/// Changes inputs with words that mean something to their reader.
pub struct Mutator<'a> {
    words: &'a [&'a str],
}

impl<'a> Mutator<'a> {
    pub fn new(words: &'a [&'a str]) -> Mutator<'a> {
        Mutator { words }
    }

    /// Changes an input in one to four places.
    pub fn change(&self, input: &mut Vec<u8>, others: &[Vec<u8>], random: &mut Random) {
        for _ in 0..=random.below(4) {
            let at = random.below(input.len() + 1);
            let span = random.below(8).pow(2).min(input.len() - at);
            match random.below(10) {
                0 | 1 => drop(input.splice(at..at, [*random.pick(MARKS)])),
                2 if at < input.len() => input[at] = *random.pick(MARKS),
                3 if at < input.len() => input[at] ^= 1 << random.below(8),
                4 => drop(input.drain(at..at + span)),
                5 => {
                    let piece = input[at..at + span].to_vec();
                    let to = random.below(input.len() + 1);
                    drop(input.splice(to..to, piece));
                }
                6 => drop(input.splice(at..at, random.pick(&NUMBERS).bytes())),
                7 => {
                    let other = random.pick(others);
                    let from = random.below(other.len() + 1);
                    let end = from + random.below(other.len() - from + 1);
                    drop(input.splice(at..at + span, other[from..end].iter().copied()));
                }
                _ if !self.words.is_empty() => drop(input.splice(at..at, random.pick(self.words).bytes())),
                _ => input.truncate(at),
            }
        }
    }
}
