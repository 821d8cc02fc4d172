//! File patterns of overrides: `*.yaml`, `v1/**/*.json`, `{orders,bills}.yaml`.

/// Steps that matching may take.
const MOST_STEPS: usize = 100_000;

/// Whether a pattern fits a path; one without a slash is matched against the file's name alone.
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    let mut steps = MOST_STEPS;
    alternatives(pattern).iter().any(|pattern| {
        let path = if pattern.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
        let pattern: Vec<char> = pattern.trim_start_matches("./").chars().collect();
        let path: Vec<char> = path.trim_start_matches("./").chars().collect();
        matches(&pattern, &path, &mut steps)
    })
}

/// `a{b,c}` is `ab` and `ac`.
fn alternatives(pattern: &str) -> Vec<String> {
    const MOST: usize = 64;
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        let group = pattern.find('{').and_then(|start| Some((start, start + pattern[start..].find('}')?)));
        match group {
            Some((start, end)) if pattern[start..end].contains(',') && done.len() + open.len() < MOST => {
                for one in pattern[start + 1..end].split(',') {
                    open.push(format!("{}{one}{}", &pattern[..start], &pattern[end + 1..]));
                }
            }
            _ => done.push(pattern),
        }
    }
    done
}

fn matches(pattern: &[char], path: &[char], steps: &mut usize) -> bool {
    if *steps == 0 {
        return false;
    }
    *steps -= 1;
    match pattern {
        [] => path.is_empty(),
        ['*', '*', '/', rest @ ..] => {
            matches(rest, path, steps)
                || path
                    .iter()
                    .enumerate()
                    .filter(|(_, character)| **character == '/')
                    .any(|(at, _)| matches(rest, &path[at + 1..], steps))
        }
        ['*', '*'] => true,
        ['*', rest @ ..] => {
            let end = path.iter().position(|character| *character == '/').unwrap_or(path.len());
            (0..=end).any(|at| matches(rest, &path[at..], steps))
        }
        ['?', rest @ ..] => path.first().is_some_and(|c| *c != '/') && matches(rest, &path[1..], steps),
        [first, rest @ ..] => path.first() == Some(first) && matches(rest, &path[1..], steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_the_files_they_name() {
        for (pattern, path, expected) in [
            ("*.yaml", "api/v1/orders.yaml", true),
            ("api/*.yaml", "api/v1/orders.yaml", false),
            ("api/**/*.yaml", "api/v1/orders.yaml", true),
            ("**/*.yaml", "orders.yaml", true),
            ("**", "a/b", true),
            ("./api/orders.yaml", "api/orders.yaml", true),
            ("{orders,bills}.yaml", "bills.yaml", true),
            ("order?.yaml", "orders.yaml", true),
            ("*.json", "orders.yaml", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} on {path}");
        }
        // However many stars there are, it ends.
        assert!(!fits(&("*a".repeat(60) + "b"), &"a".repeat(4000)));
    }
}
