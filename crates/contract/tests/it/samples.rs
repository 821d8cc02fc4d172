use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use contract::{Contract, OperationPage};

/// A request as it arrived.
#[derive(Debug)]
struct Arrived {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Arrived {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Runs a command against a server that answers one request with `200 fine`; `None` where the program is missing.
fn run(listener: &TcpListener, program: &str, args: &[&str], folder: &Path) -> Option<Arrived> {
    let server = listener.try_clone().unwrap();
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).env("NO_PROXY", "*").stdout(Stdio::piped()).stderr(Stdio::piped());
    if program == "php" && !has_curl_extension() {
        eprintln!("SKIPPED: PHP has no curl extension, so that samples in PHP are not run");
        return None;
    }
    let Ok(child) = command.spawn() else {
        eprintln!("SKIPPED: {program} is not installed");
        return None;
    };
    let serving = thread::spawn(move || serve_one(&server));
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        // The server may still wait: the test fails here and takes it along.
        panic!("{program} {args:?} failed: {out}{err}");
    }
    assert!(out.contains("fine"), "{program}: {out}{err}");
    Some(serving.join().unwrap())
}

/// Whether PHP is there at all is seen when it is run.
fn has_curl_extension() -> bool {
    Command::new("php")
        .arg("-m")
        .output()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).lines().any(|line| line == "curl"))
}

fn serve_one(listener: &TcpListener) -> Arrived {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let answer =
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfine";
    reader.get_mut().write_all(answer.as_bytes()).unwrap();
    Arrived { line: line.trim_end().to_owned(), headers, body: String::from_utf8(body).unwrap() }
}

fn code(contract: &Contract, page: &OperationPage, base: &str, language: &str) -> String {
    let samples = contract.samples(page, base, Some("x-api-key"));
    samples.into_iter().find(|sample| sample.language == language).unwrap().code
}

/// What the samples of one operation send, by language.
fn sent(contract: &Contract, operation: &str) -> Vec<(&'static str, Arrived)> {
    let page = contract.operation(operation).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/base/", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, language: &str| {
        fs::write(folder.path().join(name), code(contract, &page, &base, language)).unwrap()
    };
    write("sample.sh", "curl");
    write("sample.mjs", "javascript");
    write("sample.py", "python");
    write("Example.java", "java");
    write("sample.go", "go");
    write("sample.php", "php");
    let mut runs = vec![
        ("curl", "sh", &["sample.sh"][..]),
        ("javascript", "node", &["sample.mjs"]),
        ("python", "python3", &["sample.py"]),
        ("java", "java", &["-Xshare:auto", "-XX:TieredStopAtLevel=1", "Example.java"]),
        ("go", "go", &["run", "sample.go"]),
        ("php", "php", &["sample.php"]),
    ];
    write("sample.ts", "typescript");
    if compile_typescript(folder.path()) {
        runs.push(("typescript", "node", &["sample.js"]));
    }
    if compile_csharp(folder.path(), &code(contract, &page, &base, "csharp")) {
        runs.push(("csharp", "mono", &["sample.exe"]));
    }
    let compiled = compile_rust(operation, &code(contract, &page, &base, "rust"));
    if let Some(program) = &compiled {
        runs.push(("rust", program, &[]));
    }
    runs.into_iter()
        .filter_map(|(language, program, args)| {
            Some((language, run(&listener, program, args, folder.path())?))
        })
        .collect()
}

/// Makes `sample.js` of `sample.ts`, strictly checked, by the compiler that the UI is built with; `false` where that is not installed.
fn compile_typescript(folder: &Path) -> bool {
    let compiler = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/typescript/bin/tsc");
    if !compiler.is_file() {
        eprintln!("SKIPPED: the UI's packages are not installed, so that samples in TypeScript are not run");
        return false;
    }
    fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).unwrap();
    let output = Command::new("node")
        .arg(compiler)
        .args(["--strict", "--target", "es2022", "--module", "es2022", "--lib", "es2022,dom"])
        .arg("sample.ts")
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "typescript: {}", String::from_utf8_lossy(&output.stdout));
    true
}

/// Makes `sample.exe`; `false` where there is no compiler. That of Mono knows C# 7: it is given a method around the statements, and `using` without what
/// C# 8 has a variable for.
fn compile_csharp(folder: &Path, code: &str) -> bool {
    if Command::new("mcs").arg("--version").output().is_err() {
        eprintln!("SKIPPED: mcs is not installed, so that samples in C# are not run");
        return false;
    }
    let (usings, body) = code.split_once("\n\n").unwrap();
    let body = body.replace("using var ", "var ");
    let program = format!(
        "{usings}\nusing System.Threading.Tasks;\nclass Sample {{\n static void Main() {{ Run().GetAwaiter().GetResult(); }}\n static async Task Run() {{\n{body}}}\n}}\n"
    );
    fs::write(folder.join("sample.cs"), &program).unwrap();
    let args = ["-warnaserror", "-r:System.Net.Http.dll", "-out:sample.exe", "sample.cs"];
    let output = Command::new("mcs").args(args).current_dir(folder).output().unwrap();
    assert!(
        output.status.success(),
        "csharp: {}{}\n{program}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

/// A program of a sample, compiled in the crate that `cargo xtask sample-tests` makes, where that runs this.
fn compile_rust(operation: &str, code: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("PAILOU_RUST_SAMPLES") else {
        eprintln!("SKIPPED: samples in Rust are compiled by `cargo xtask sample-tests`");
        return None;
    };
    let folder = Path::new(&folder);
    let file = folder.join("src/bin").join(format!("{operation}.rs"));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, code).unwrap();
    let args = ["build", "--quiet", "--offline", "--target-dir", "target", "--bin", operation];
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "rust: {}\n{code}", String::from_utf8_lossy(&output.stderr));
    Some(folder.join("target/debug").join(operation).display().to_string())
}

const AWKWARD: &str = r##"
openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /größe/{id}.json:
    post:
      operationId: awkward
      parameters:
        - { name: id, in: path, required: true, schema: { type: string }, example: "a/b c'd\"e?f#{g}" }
        - { name: "filter[x]", in: query, required: true, schema: { type: array, items: { type: string } }, example: ["é&=", "'$(id)`"] }
        - { name: where, in: query, required: true, style: deepObject, explode: true, schema: { type: object }, example: { a: 1 } }
        - { name: optional, in: query, schema: { type: string } }
        - { name: x-note, in: header, required: true, schema: { type: string }, example: "it's \"quoted\" \\ $HOME `id` %s" }
        - { name: session, in: cookie, required: true, schema: { type: string }, example: abc }
      requestBody:
        content:
          application/json:
            schema: { type: object }
            example: { text: "it's \"quoted\" \\ $HOME `id` ${x} \u2028 \u0007 \U0001F600 \\u0041 \"# */ <?php\nsecond line", "__proto__x": [1, 2.5, true, null, [], {}] }
      responses: { '200': { description: fine } }
  /form:
    post:
      operationId: form
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: { type: object }
            example: { name: "a b&c=d+é", list: [1, 2], nested: { key: v } }
      responses: { '200': { description: fine } }
  /upload:
    put:
      operationId: upload
      requestBody:
        content:
          multipart/form-data:
            schema: { type: object, properties: { file: { type: string, format: binary }, note: { type: string } } }
            example: { file: "he said \"hi\"; \\ ok", note: "@it's; <fine>" }
      responses: { '200': { description: fine } }
  /plain:
    get: { operationId: plain, responses: { '200': { description: fine } } }
    delete: { operationId: remove, responses: { '200': { description: fine } } }
"##;

#[test]
fn samples_send_exactly_what_the_contract_says() {
    let contract = crate::parse(AWKWARD);
    let sent = sent(&contract, "awkward");
    assert!(!sent.is_empty());
    let expected =
        contract.operation("awkward").unwrap().request_body.unwrap().content[0].example.clone().unwrap();
    for (language, request) in sent {
        let line = "POST /base/gr%C3%B6%C3%9Fe/a%2Fb%20c%27d%22e%3Ff%23%7Bg%7D.json?filter%5Bx%5D=%C3%A9%26%3D&filter%5Bx%5D=%27%24%28id%29%60&where%5Ba%5D=1 HTTP/1.1";
        // Mono takes back what need not be coded.
        let line = match language {
            "csharp" => line.replace("%27", "'").replace("%28", "(").replace("%29", ")"),
            _ => line.to_owned(),
        };
        assert_eq!(request.line, line, "{language}");
        assert_eq!(request.header("x-api-key"), Some("YOUR_API_KEY"), "{language}");
        assert_eq!(request.header("x-note"), Some(r#"it's "quoted" \ $HOME `id` %s"#), "{language}");
        assert_eq!(request.header("cookie"), Some("session=abc"), "{language}");
        assert_eq!(request.header("content-type"), Some("application/json"), "{language}");
        let body: serde_json::Value = serde_json::from_str(&request.body)
            .unwrap_or_else(|e| panic!("{language}: {e} {}", request.body));
        assert_eq!(body, expected, "{language}");
    }
}

#[test]
fn forms_arrive_as_forms() {
    let contract = crate::parse(AWKWARD);
    for (language, request) in sent(&contract, "form") {
        assert_eq!(request.body, "name=a%20b%26c%3Dd%2B%C3%A9&list=1&list=2&nested%5Bkey%5D=v", "{language}");
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"), "{language}");
    }
    for (language, request) in sent(&contract, "upload") {
        assert_eq!(request.line, "PUT /base/upload HTTP/1.1", "{language}");
        let kind = request.header("content-type").unwrap();
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(request.body.matches(boundary).count(), 3, "{language}: {}", request.body);
        assert!(request.body.contains("\r\n\r\nhe said \"hi\"; \\ ok\r\n"), "{language}: {}", request.body);
        assert!(request.body.contains("\r\n\r\n@it's; <fine>\r\n"), "{language}: {}", request.body);
        assert!(request.body.contains("filename="), "{language}: {}", request.body);
    }
}

#[test]
fn requests_without_a_body_are_short() {
    let contract = crate::parse(AWKWARD);
    for (operation, line) in
        [("plain", "GET /base/plain HTTP/1.1"), ("remove", "DELETE /base/plain HTTP/1.1")]
    {
        for (language, request) in sent(&contract, operation) {
            assert_eq!((request.line.as_str(), request.body.as_str()), (line, ""), "{language}");
        }
    }
    let page = contract.operation("plain").unwrap();
    assert_eq!(
        code(&contract, &page, "http://a.example", "curl"),
        "curl 'http://a.example/plain' \\\n  --header 'x-api-key: YOUR_API_KEY'\n"
    );
    assert_eq!(
        contract.samples(&page, "http://a.example", None)[1].code.lines().next(),
        Some("const response = await fetch(\"http://a.example/plain\");")
    );
}

/// The others are at least accepted by a compiler or formatter, where there is one.
#[test]
fn samples_of_compiled_languages_are_well_formed() {
    let contract = crate::parse(AWKWARD);
    let folder = tempfile::tempdir().unwrap();
    let checks = [
        (
            "rust",
            "sample.rs",
            "rustfmt",
            &["--check", "--config", "disable_all_formatting=true", "--edition", "2021"][..],
        ),
        ("go", "sample.go", "gofmt", &["-e"]),
        ("php", "sample.php", "php", &["-l"]),
        ("java", "Example.java", "javac", &["-Xlint:all", "-Werror", "-d", "."]),
    ];
    for (language, file, program, args) in checks {
        if Command::new(program).arg("--version").output().is_err() {
            eprintln!("SKIPPED: {program} is not installed, so that samples in {language} are not checked");
            continue;
        }
        for operation in ["awkward", "form", "upload", "plain"] {
            let page = contract.operation(operation).unwrap();
            let text = code(&contract, &page, "https://api.example.com", language);
            fs::write(folder.path().join(file), &text).unwrap();
            let output =
                Command::new(program).args(args).arg(file).current_dir(folder.path()).output().unwrap();
            assert!(
                output.status.success(),
                "{language}: {}\n{text}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

#[test]
fn every_language_is_there_for_every_operation_of_the_sample() {
    let contract = crate::orders::orders();
    for operation in &contract.operations {
        let page = contract.operation(&operation.id).unwrap();
        let samples = contract.samples(&page, "http://127.0.0.1:8080/orders/v1", Some("x-api-key"));
        let languages: Vec<&str> = samples.iter().map(|sample| sample.language.as_str()).collect();
        assert_eq!(
            languages,
            ["curl", "javascript", "typescript", "python", "java", "go", "csharp", "rust", "php"]
        );
        assert!(
            samples
                .iter()
                .all(|sample| sample.code.contains("/orders/v1/") && sample.code.contains("YOUR_API_KEY"))
        );
    }
}
