//! What somebody probably meant.

/// The word most like `word`, where one is alike enough to be suggested.
pub(crate) fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    words
        .into_iter()
        .take(5_000)
        .map(|candidate| (distance(word, candidate, allowed), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// ` (did you mean …?)`, or nothing.
pub(crate) fn suggestion<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, words).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// Levenshtein's distance, not beyond `bound` + 1; case does not count.
fn distance(a: &str, b: &str, bound: usize) -> usize {
    let fold = |text: &str| text.chars().take(120).map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>();
    let (a, b) = (fold(a), fold(b));
    if a.len().abs_diff(b.len()) > bound {
        return bound + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognized_and_another_word_is_not() {
        let words = ["getOrder", "listOrders", "deleteOrder"];
        assert_eq!(nearest("getOdrer", words), Some("getOrder"));
        assert_eq!(nearest("listorders", words), Some("listOrders"));
        assert_eq!(nearest("payInvoice", words), None);
        assert_eq!(nearest("", words), None);
    }
}
