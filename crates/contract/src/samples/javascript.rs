//! JavaScript and TypeScript with `fetch`, as a module.

use super::{
    quote::{double, indented},
    request::{Payload, Request, pretty},
};

pub(super) fn write(request: &Request) -> String {
    format!("{}console.log(response.status, await response.text());\n", call(request, "const response"))
}

pub(super) fn write_typed(request: &Request) -> String {
    format!(
        "{}const text: string = await response.text();\nconsole.log(response.status, text);\n\nexport {{}};\n",
        call(request, "const response: Response")
    )
}

fn call(request: &Request, declaration: &str) -> String {
    let mut options = Vec::new();
    if request.method != "GET" {
        options.push(format!("method: {}", double(&request.method)));
    }
    if !request.headers.is_empty() {
        let headers =
            request.headers.iter().map(|(name, value)| format!("    {}: {},\n", double(name), double(value)));
        options.push(format!("headers: {{\n{}  }}", headers.collect::<String>()));
    }
    match &request.payload {
        Some(Payload::Json(value)) => {
            let json = pretty(value);
            // In an object literal this key would set the prototype.
            options.push(match json.contains("\"__proto__\"") {
                true => format!("body: {}", double(&json)),
                false => format!("body: JSON.stringify({})", indented(&json, 2)),
            });
        }
        Some(payload) => options.push(format!("body: {}", double(&payload.text()))),
        None => {}
    }
    let url = double(&request.url);
    if options.is_empty() {
        return format!("{declaration} = await fetch({url});\n");
    }
    let options: String = options.iter().map(|option| format!("  {option},\n")).collect();
    format!("{declaration} = await fetch({url}, {{\n{options}}});\n")
}
