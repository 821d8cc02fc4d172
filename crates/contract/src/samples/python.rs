//! Python with the standard library alone.

use serde_json::Value;

use super::{
    quote::double,
    request::{Payload, Request},
};

pub(super) fn write(request: &Request) -> String {
    let is_json = matches!(request.payload, Some(Payload::Json(_)));
    let mut code = String::from(if is_json { "import json\n" } else { "" });
    code.push_str("import urllib.error\nimport urllib.request\n\n");
    code.push_str(&format!(
        "request = urllib.request.Request(\n    {},\n    method={},\n",
        double(&request.url),
        double(&request.method)
    ));
    if !request.headers.is_empty() {
        code.push_str("    headers={\n");
        for (name, value) in &request.headers {
            code.push_str(&format!("        {}: {},\n", double(name), double(value)));
        }
        code.push_str("    },\n");
    }
    match &request.payload {
        Some(Payload::Json(value)) => {
            code.push_str("    data=json.dumps(");
            literal(value, 4, &mut code);
            code.push_str(").encode(),\n");
        }
        Some(payload) => code.push_str(&format!("    data={}.encode(),\n", double(&payload.text()))),
        None => {}
    }
    code.push_str(
        ")\n\ntry:\n    with urllib.request.urlopen(request) as response:\n        print(response.status, response.read().decode())\n\
         except urllib.error.HTTPError as error:\n    print(error.code, error.read().decode())\n",
    );
    code
}

/// A value as a Python literal; recursion is as deep as the value, which is bounded.
fn literal(value: &Value, indent: usize, code: &mut String) {
    let inner = indent + 4;
    match value {
        Value::Null => code.push_str("None"),
        Value::Bool(true) => code.push_str("True"),
        Value::Bool(false) => code.push_str("False"),
        Value::Number(number) => code.push_str(&number.to_string()),
        Value::String(text) => code.push_str(&double(text)),
        Value::Array(items) if items.is_empty() => code.push_str("[]"),
        Value::Object(fields) if fields.is_empty() => code.push_str("{}"),
        Value::Array(items) => {
            code.push_str("[\n");
            for item in items {
                code.push_str(&" ".repeat(inner));
                literal(item, inner, code);
                code.push_str(",\n");
            }
            code.push_str(&" ".repeat(indent));
            code.push(']');
        }
        Value::Object(fields) => {
            code.push_str("{\n");
            for (key, value) in fields {
                code.push_str(&format!("{:inner$}{}: ", "", double(key)));
                literal(value, inner, code);
                code.push_str(",\n");
            }
            code.push_str(&" ".repeat(indent));
            code.push('}');
        }
    }
}
