//! Names of files against each other, and names of what comes from them.

/// A relative name against the file that holds it, `.` and `..` resolved; nothing where it leads out of the folder of all, or is an absolute
/// path. A URL is itself, and what is relative to one is on the same host.
pub(in crate::notation) fn join(from: &str, target: &str) -> Option<String> {
    if target.is_empty() {
        return Some(from.to_owned());
    }
    if target.contains(['\\', '\0']) {
        return None;
    }
    if is_url(target) {
        let (origin, path) = split(target)?;
        return Some(format!("{origin}/{}", resolve("", path.trim_start_matches('/'))?));
    }
    if target.contains("://") {
        return None;
    }
    let target = percent_encoding::percent_decode_str(target).decode_utf8().ok()?;
    if is_url(from) {
        let (origin, path) = split(from)?;
        let (folder, target) = match target.strip_prefix('/') {
            Some(target) => ("", target),
            None => (path.rsplit_once('/').map_or("", |(folder, _)| folder), &*target),
        };
        return Some(format!("{origin}/{}", resolve(folder, target)?));
    }
    if target.starts_with('/') || target.contains(':') {
        return None;
    }
    resolve(from.rsplit_once('/').map_or("", |(folder, _)| folder), &target)
}

fn is_url(name: &str) -> bool {
    let starts =
        |scheme: &str| name.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    starts("https://") || starts("http://")
}

/// The origin of a URL and its path.
fn split(url: &str) -> Option<(&str, &str)> {
    let after = url.find("://")? + 3;
    Some(url.split_at(url[after..].find('/').map_or(url.len(), |at| after + at)))
}

fn resolve(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The name of a file without its folder and its ending.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.split('?').next().unwrap_or(name);
    match name.split_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// A name as components have it (OpenAPI 3.1 §4.8.7).
pub(super) fn fit(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let name: String = name.chars().take(200).map(keep).collect();
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_against_the_file_that_holds_them_and_stay_in_its_folder_or_on_its_host() {
        for (from, target, expected) in [
            ("openapi.yaml", "./schemas/a.yaml", Some("schemas/a.yaml")),
            ("api/v1/openapi.yaml", "../common.yaml", Some("api/common.yaml")),
            ("openapi.yaml", "../common.yaml", None),
            ("api/openapi.yaml", "/etc/passwd", None),
            ("openapi.yaml", "file:///etc/passwd", None),
            ("openapi.yaml", "C:\\a.yaml", None),
            ("openapi.yaml", "a%20b.yaml", Some("a b.yaml")),
            ("openapi.yaml", "https://h.example/a/../b.yaml", Some("https://h.example/b.yaml")),
            ("https://h.example/a/b.yaml", "../c.yaml", Some("https://h.example/c.yaml")),
            ("https://h.example/a/b.yaml", "/c.yaml", Some("https://h.example/c.yaml")),
            ("https://h.example/a.yaml", "../../c.yaml", None),
        ] {
            assert_eq!(join(from, target).as_deref(), expected, "{from} {target}");
        }
    }
}
