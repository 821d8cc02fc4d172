//! Go with net/http.

use super::{
    quote::{double, fits_raw},
    request::Request,
};

pub(super) fn write(request: &Request) -> String {
    let body = request.body();
    let strings = if body.is_some() { "\t\"strings\"\n" } else { "" };
    let reader = match &body {
        Some(text) if text.contains('\n') && fits_raw(text, "`") => format!("strings.NewReader(`{text}`)"),
        Some(text) => format!("strings.NewReader({})", double(text)),
        None => "nil".to_owned(),
    };
    let headers: String = request
        .headers
        .iter()
        .map(|(name, value)| format!("\trequest.Header.Set({}, {})\n", double(name), double(value)))
        .collect();
    format!(
        "package main\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"log\"\n\t\"net/http\"\n{strings})\n\nfunc main() {{\n\t\
         request, err := http.NewRequest({}, {}, {reader})\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n{headers}\t\
         response, err := http.DefaultClient.Do(request)\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\tdefer response.Body.Close()\n\t\
         body, err := io.ReadAll(response.Body)\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\tfmt.Println(response.StatusCode, string(body))\n}}\n",
        double(&request.method),
        double(&request.url),
    )
}
