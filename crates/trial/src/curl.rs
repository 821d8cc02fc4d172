//! A request as a command that repeats it, for a POSIX shell.

use contract::shell;

/// The command. What `secret` names stands as a variable of the shell, so that no credential is printed: `Authorization` is `$AUTHORIZATION`.
pub fn curl(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    secret: &dyn Fn(&str) -> bool,
    secret_query: &[String],
    body: Option<&[u8]>,
) -> String {
    let mut words = vec!["curl".to_owned(), "--include".to_owned()];
    match method {
        "GET" if body.is_none() => {}
        "HEAD" if body.is_none() => words.push("--head".to_owned()),
        method => words.extend(["--request".to_owned(), shell(method)]),
    }
    for (name, value) in headers {
        words.push("--header".to_owned());
        words.push(match value.as_str() {
            value if secret(name) => format!("\"{name}: {}\"", variable_in(name, value)),
            // curl takes a header without a value by a semicolon.
            "" => shell(&format!("{name};")),
            value => shell(&format!("{name}: {value}")),
        });
    }
    if let Some(body) = body {
        words.push("--data-raw".to_owned());
        words.push(shell(&String::from_utf8_lossy(body)));
    }
    let mut address = shell(url);
    for (at, name) in secret_query.iter().enumerate() {
        let before = if at == 0 && !url.contains('?') { '?' } else { '&' };
        address.push_str(&format!("\"{before}{name}=${{{}}}\"", variable(name)));
    }
    words.push(address);
    words.join(" ")
}

/// `Bearer $AUTHORIZATION` of `Bearer abc`: the scheme is no secret.
fn variable_in(name: &str, value: &str) -> String {
    let scheme = value.split_once(' ').map(|(scheme, _)| scheme);
    let scheme = scheme.filter(|scheme| matches!(scheme.to_ascii_lowercase().as_str(), "bearer" | "basic"));
    format!("{}${{{}}}", scheme.map(|scheme| format!("{scheme} ")).unwrap_or_default(), variable(name))
}

/// The variable that stands for a credential.
fn variable(name: &str) -> String {
    let fits = |character: char| {
        if character.is_ascii_alphanumeric() { character.to_ascii_uppercase() } else { '_' }
    };
    name.chars().map(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_variables_and_everything_else_is_as_it_was_sent() {
        let headers =
            [("Authorization".to_owned(), "Bearer abc".to_owned()), ("x-note".to_owned(), "it's".to_owned())];
        let told = curl(
            "POST",
            "http://h/a?b=c",
            &headers,
            &|name| name == "Authorization",
            &["key".to_owned()],
            Some(b"{}"),
        );
        assert_eq!(
            told,
            "curl --include --request 'POST' --header \"Authorization: Bearer ${AUTHORIZATION}\" --header 'x-note: it'\\''s' --data-raw '{}' 'http://h/a?b=c'\"&key=${KEY}\""
        );
    }
}
