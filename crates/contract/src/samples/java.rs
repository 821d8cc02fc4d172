//! Java 11 and later with its own HTTP client.

use super::{quote::java, request::Request};

pub(super) fn write(request: &Request) -> String {
    let mut calls = vec![format!("HttpRequest.newBuilder(URI.create({}))", java(&request.url))];
    calls.extend(
        request.headers.iter().map(|(name, value)| format!(".header({}, {})", java(name), java(value))),
    );
    let publisher = match request.body() {
        Some(body) => format!("HttpRequest.BodyPublishers.ofString({})", lines(&body)),
        None => "HttpRequest.BodyPublishers.noBody()".to_owned(),
    };
    calls.push(match request.method.as_str() {
        "GET" if request.payload.is_none() => ".GET()".to_owned(),
        method => format!(".method({}, {publisher})", java(method)),
    });
    calls.push(".build();".to_owned());
    format!(
        "import java.net.URI;\nimport java.net.http.HttpClient;\nimport java.net.http.HttpRequest;\nimport java.net.http.HttpResponse;\n\n\
         public class Example {{\n    public static void main(String[] args) throws Exception {{\n        HttpRequest request = {}\n        \
         HttpResponse<String> response = HttpClient.newHttpClient()\n            .send(request, HttpResponse.BodyHandlers.ofString());\n        \
         System.out.println(response.statusCode() + \" \" + response.body());\n    }}\n}}\n",
        calls.join("\n            ")
    )
}

/// A literal per line: one alone may not pass 65,535 bytes, and lines are easier to read.
fn lines(text: &str) -> String {
    let parts: Vec<String> = text.split_inclusive('\n').map(java).collect();
    if parts.is_empty() { "\"\"".to_owned() } else { parts.join("\n                + ") }
}
