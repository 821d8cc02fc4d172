//! Paths of matching rules: `$.items[*]['first name']`.

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Root,
    Field(String),
    Index(usize),
    /// `*`: any field, or any item.
    Any,
}

/// The parts of a path.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let wrong = || format!("`{text}` is no path of a matching rule");
    let mut rest = text.strip_prefix('$').ok_or_else(wrong)?;
    let mut all = vec![Token::Root];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let name = &after[..end];
            match name {
                "" => return Err(wrong()),
                "*" => all.push(Token::Any),
                name => all.push(Token::Field(name.to_owned())),
            }
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix("['") {
            let (name, after) = after.split_once("']").ok_or_else(wrong)?;
            all.push(Token::Field(name.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = after.split_once(']').ok_or_else(wrong)?;
            all.push(match index {
                "*" => Token::Any,
                index => Token::Index(index.parse().map_err(|_| wrong())?),
            });
            rest = after;
        } else {
            return Err(wrong());
        }
    }
    Ok(all)
}

/// How well a path fits the beginning of a place: 2 for each part that is named, 1 for each that is any. `None` where it does not.
pub(super) fn weight(path: &[Token], place: &[Token]) -> Option<usize> {
    if path.len() > place.len() {
        return None;
    }
    path.iter().zip(place).try_fold(1, |weight: usize, (token, at)| match (token, at) {
        (token, at) if token == at => Some(weight * 2),
        (Token::Any, Token::Field(_) | Token::Index(_)) => Some(weight),
        _ => None,
    })
}

/// A place as people read it.
pub(super) fn shown(place: &[Token]) -> String {
    let one = |token: &Token| match token {
        Token::Root => "$".to_owned(),
        Token::Field(name) => format!(".{name}"),
        Token::Index(index) => format!("[{index}]"),
        Token::Any => "[*]".to_owned(),
    };
    place.iter().map(one).collect()
}
