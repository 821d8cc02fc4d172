//! curl, for a POSIX shell.

use super::{
    quote::shell,
    request::{Part, Payload, Request},
};

pub(super) fn write(request: &Request) -> String {
    let has_body = request.payload.is_some();
    let mut lines = vec![match request.method.as_str() {
        "GET" if !has_body => format!("curl {}", shell(&request.url)),
        "HEAD" if !has_body => format!("curl --head {}", shell(&request.url)),
        method => format!("curl --request {} {}", method_word(method), shell(&request.url)),
    }];
    let is_form = matches!(request.payload, Some(Payload::Multipart { .. }));
    for (name, value) in &request.headers {
        // curl writes the type of a form itself, with its boundary; a header without a value is asked for by a semicolon.
        match value.as_str() {
            _ if is_form && name == "content-type" => {}
            "" => lines.push(format!("--header {}", shell(&format!("{name};")))),
            value => lines.push(format!("--header {}", shell(&format!("{name}: {value}")))),
        }
    }
    match &request.payload {
        Some(Payload::Multipart { parts, .. }) => lines.extend(parts.iter().map(form)),
        Some(payload) => lines.push(format!("--data-raw {}", shell(&payload.text()))),
        None => {}
    }
    lines.join(" \\\n  ") + "\n"
}

fn method_word(method: &str) -> String {
    if method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        method.to_owned()
    } else {
        shell(method)
    }
}

fn form(part: &Part) -> String {
    if part.is_file {
        let value = part.value.replace('\\', "\\\\").replace('"', "\\\"");
        return format!(
            "--form {}",
            shell(&format!("{}=\"{value}\";filename=file;type=application/octet-stream", part.name))
        );
    }
    format!("--form-string {}", shell(&format!("{}={}", part.name, part.value)))
}
