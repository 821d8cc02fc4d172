//! PHP with its curl extension.

use super::{quote::php, request::Request};

pub(super) fn write(request: &Request) -> String {
    let mut options = vec![
        format!("CURLOPT_CUSTOMREQUEST => {}", php(&request.method)),
        "CURLOPT_RETURNTRANSFER => true".to_owned(),
    ];
    if request.method == "HEAD" {
        options.push("CURLOPT_NOBODY => true".to_owned());
    }
    if !request.headers.is_empty() {
        let headers = request.headers.iter().map(|(name, value)| match value.as_str() {
            // curl takes `name:` for "leave this header out".
            "" => format!("        {},\n", php(&format!("{name};"))),
            value => format!("        {},\n", php(&format!("{name}: {value}"))),
        });
        options.push(format!("CURLOPT_HTTPHEADER => [\n{}    ]", headers.collect::<String>()));
    }
    if let Some(body) = request.body() {
        options.push(format!("CURLOPT_POSTFIELDS => {}", php(&body)));
    }
    let options: String = options.iter().map(|option| format!("    {option},\n")).collect();
    format!(
        "<?php\n$curl = curl_init({});\ncurl_setopt_array($curl, [\n{options}]);\n$body = curl_exec($curl);\n\
         if ($body === false) {{\n    exit(curl_error($curl) . PHP_EOL);\n}}\n\
         echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), ' ', $body, PHP_EOL;\n",
        php(&request.url)
    )
}
