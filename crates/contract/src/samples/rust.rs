//! Rust with reqwest.

use super::{
    quote::{fits_raw, rust},
    request::Request,
};

pub(super) fn write(request: &Request) -> String {
    let method = match request.is_common() {
        true => format!("reqwest::Method::{}", request.method),
        false => format!("reqwest::Method::from_bytes(b{})?", rust(&request.method)),
    };
    let mut calls = vec![format!(".request({method}, {})", rust(&request.url))];
    calls.extend(
        request.headers.iter().map(|(name, value)| format!(".header({}, {})", rust(name), rust(value))),
    );
    if let Some(body) = request.body() {
        calls.push(match body.contains('"') && fits_raw(&body, "\"#") {
            true => format!(".body(r#\"{body}\"#)"),
            false => format!(".body({})", rust(&body)),
        });
    }
    calls.push(".send()?;".to_owned());
    format!(
        "// Cargo.toml: reqwest = {{ version = \"0.12\", features = [\"blocking\"] }}\n\n\
         fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let response = reqwest::blocking::Client::new()\n        {}\n    \
         println!(\"{{}} {{}}\", response.status(), response.text()?);\n    Ok(())\n}}\n",
        calls.join("\n        ")
    )
}
