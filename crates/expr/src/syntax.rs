//! What a text is refused with that is not in CEL's grammar.

use cel::ParseErrors;

/// The first thing that is wrong, with its place, in the words of those who write expressions rather than parsers.
pub(crate) fn said(errors: &ParseErrors) -> String {
    let Some(first) = errors.errors.first() else { return "this is not an expression".to_owned() };
    let (line, column) = first.pos;
    format!("at line {line}, column {column}: {}", plain(first.msg.lines().next().unwrap_or_default()))
}

fn plain(said: &str) -> String {
    let said = said.strip_prefix("Syntax error: ").unwrap_or(said);
    let after = |words: &str| said.split_once(words).map(|(_, rest)| rest);
    if let Some(found) = after("token recognition error at: '") {
        return format!("`{}` means nothing here", found.trim_end_matches('\''));
    }
    if let Some((expected, found)) = said.strip_prefix("missing '").and_then(|rest| rest.split_once("' at '"))
    {
        return stands(found.trim_end_matches('\''), Some(expected));
    }
    let Some(found) = after(" input '") else { return said.to_owned() };
    let found = found.split_once("' expecting ").map_or(found.trim_end_matches('\''), |(found, _)| found);
    // Of many that would do none is told.
    let expected = after(" expecting ").and_then(|one| one.strip_prefix('\'')?.strip_suffix('\''));
    stands(found, expected)
}

fn stands(found: &str, expected: Option<&str>) -> String {
    match (found, expected) {
        ("<EOF>", Some(expected)) => format!("it ends, and `{expected}` is missing"),
        ("<EOF>", None) => "it ends where something is missing".to_owned(),
        (found, Some(expected)) => format!("`{found}` stands where `{expected}` is expected"),
        (found, None) => format!("`{found}` is not expected here"),
    }
}

#[cfg(test)]
mod tests {
    use crate::Condition;

    #[test]
    fn what_is_no_expression_is_told_in_plain_words() {
        for (text, expected) in [
            ("1 +", "it ends where something is missing"),
            ("request.path == 'a' )", "`)` is not expected here"),
            ("(request.path == 'a'", "it ends, and `)` is missing"),
            ("request.path == # 'a'", "means nothing here"),
        ] {
            let error = Condition::parse(text).map(drop).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("Syntax error") && !error.contains("EOF"), "{text}: {error}");
        }
    }
}
