//! C# with HttpClient, as top-level statements.

use super::{
    quote::{double, fits_raw},
    request::Request,
};

pub(super) fn write(request: &Request) -> String {
    let mut code = String::from("using System;\nusing System.Net.Http;\nusing System.Net.Http.Headers;\n\n");
    code.push_str("using var client = new HttpClient();\n");
    code.push_str(&format!(
        "using var request = new HttpRequestMessage(new HttpMethod({}), {});\n",
        double(&request.method),
        double(&request.url)
    ));
    for (name, value) in request.headers.iter().filter(|(name, _)| name != "content-type") {
        code.push_str(&format!(
            "request.Headers.TryAddWithoutValidation({}, {});\n",
            double(name),
            double(value)
        ));
    }
    if let Some(body) = request.body() {
        let literal = match body.contains('\n') && fits_raw(&body, "\0") {
            true => format!("@\"{}\"", body.replace('"', "\"\"")),
            false => double(&body),
        };
        code.push_str(&format!("request.Content = new StringContent({literal});\n"));
        let content_type = request.headers.iter().find(|(name, _)| name == "content-type");
        if let Some((_, value)) = content_type {
            code.push_str(&format!(
                "request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse({});\n",
                double(value)
            ));
        }
    }
    code.push_str(
        "\nusing var response = await client.SendAsync(request);\n\
         Console.WriteLine($\"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}\");\n",
    );
    code
}
