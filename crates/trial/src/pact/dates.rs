//! Dates and times by the patterns of Java's `DateTimeFormatter`.

/// Whether a text is written as a pattern says.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let letters: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    let mut rest = text;
    while at < letters.len() {
        let letter = letters[at];
        if letter == '\'' {
            let end = letters[at + 1..].iter().position(|other| *other == '\'').map(|end| at + 1 + end);
            let Some(end) = end else { return false };
            let literal: String =
                if end == at + 1 { "'".to_owned() } else { letters[at + 1..end].iter().collect() };
            let Some(after) = rest.strip_prefix(&literal) else { return false };
            (rest, at) = (after, end + 1);
            continue;
        }
        let count = letters[at..].iter().take_while(|other| **other == letter).count();
        let Some(after) = part(letter, count, rest) else { return false };
        (rest, at) = (after, at + count);
    }
    rest.is_empty()
}

/// What is left of a text after one part of a pattern.
fn part(letter: char, count: usize, text: &str) -> Option<&str> {
    let number = |least: usize, most: usize, low: u32, high: u32| {
        let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let value: u32 = text.get(..digits).filter(|_| digits >= least)?.parse().ok()?;
        (low..=high).contains(&value).then(|| &text[digits..])
    };
    let field = |low: u32, high: u32| match count {
        1 => number(1, 2, low, high),
        count => number(count, count, low, high),
    };
    let word = |words: &[&str], short: bool| {
        words.iter().find_map(|word| {
            let word = if short { &word[..3] } else { word };
            text.get(..word.len())
                .filter(|start| start.eq_ignore_ascii_case(word))
                .map(|_| &text[word.len()..])
        })
    };
    match letter {
        'y' | 'u' | 'Y' if count == 2 => number(2, 2, 0, 99),
        'y' | 'u' | 'Y' => number(4, 4, 0, 9999),
        'M' | 'L' if count >= 3 => word(&MONTHS, count == 3),
        'M' | 'L' => field(1, 12),
        'd' => field(1, 31),
        'D' => number(1, 3, 1, 366),
        'H' => field(0, 23),
        'k' => field(1, 24),
        'h' => field(1, 12),
        'K' => field(0, 11),
        'm' => field(0, 59),
        's' => field(0, 60),
        'S' | 'n' => number(count.min(9), count.max(9), 0, u32::MAX)
            .filter(|rest| text.len() - rest.len() == count || letter == 'n'),
        'E' | 'e' => word(&DAYS, count <= 3),
        'a' => word(&["AM", "PM"], false),
        'X' | 'x' | 'Z' => offset(letter, count, text),
        'z' | 'V' | 'v' => {
            let end = text
                .find(|c: char| !(c.is_ascii_alphanumeric() || "/_+-:".contains(c)))
                .unwrap_or(text.len());
            (end > 0).then(|| &text[end..])
        }
        letter => text.strip_prefix(&letter.to_string().repeat(count)),
    }
}

fn offset(letter: char, count: usize, text: &str) -> Option<&str> {
    if (letter == 'X' || letter == 'Z' && count == 5)
        && let Some(rest) = text.strip_prefix('Z')
    {
        return Some(rest);
    }
    let rest = text.strip_prefix(['+', '-'])?;
    let two = |text: &str| text.get(..2).is_some_and(|two| two.bytes().all(|byte| byte.is_ascii_digit()));
    let rest = two(rest).then(|| &rest[2..])?;
    let colon = matches!((letter, count), ('X' | 'x', 3 | 5) | ('Z', 5));
    if count == 1 && letter != 'Z' {
        return Some(rest);
    }
    let rest = if colon { rest.strip_prefix(':')? } else { rest };
    two(rest).then(|| &rest[2..])
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn texts_are_held_against_patterns() {
        for (pattern, text, fitting) in [
            ("yyyy-MM-dd", "2026-11-30", true),
            ("yyyy-MM-dd", "30.11.2026", false),
            ("yyyy-MM-dd", "2026-13-30", false),
            ("yyyy-MM-dd'T'HH:mm:ss", "2026-11-30T09:05:00", true),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-11-30T09:05:00+01:00", true),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-11-30T09:05:00Z", true),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSX", "2026-11-30T09:05:00.123Z", true),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSX", "2026-11-30T09:05:00.12Z", false),
            ("EEE, d MMM yyyy", "Mon, 3 Nov 2026", true),
            ("hh:mm a", "09:05 pm", true),
            ("HH:mm", "24:05", false),
            ("HH:mm", "09:05:01", false),
        ] {
            assert_eq!(fits(pattern, text), fitting, "{pattern} and {text}");
        }
    }
}
