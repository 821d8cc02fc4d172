//! Members, roles and service tokens by the command line: the guide's page, line by line.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc,
    time::Duration,
};

use crate::{
    kit::{Running, Said, cli, folder, pailou, serve, until},
    walk::walk,
};

#[test]
fn the_commands_of_the_guide_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("people.md", &platform) > 12);
}

#[test]
fn a_token_holds_in_the_workspace_of_the_command_or_with_a_star_in_every_one() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    cli(&platform, &["workspace", "create", "acme"]).succeeds();
    for (name, workspace) in [("one", "acme"), ("all", "*")] {
        let args = ["token", "create", name, "--permission", "routes:write", "--workspace", workspace];
        assert!(cli(&platform, &args).succeeds().contains("pls_"));
        let listed = cli(&platform, &["token", "list"]).succeeds();
        assert!(listed.contains(&format!("routes:write in {workspace};")), "{listed}");
    }
}

#[test]
fn letters_go_into_a_folder_and_links_in_them_begin_with_the_address_of_the_console() {
    let (data, letters) = (folder(&[]), folder(&[]));
    let dir = letters.path().to_str().unwrap();
    let more = [
        "--mail-dir",
        dir,
        "--mail-from",
        "APIs <apis@example.com>",
        "--portal-url",
        "https://apis.example.com/",
    ];
    let platform = serve(data.path(), &more);
    let said = cli(&platform, &["member", "invite", "ana@example.com", "--role", "viewer"]).succeeds();
    assert!(said.contains("was sent") && !said.contains("#"), "{said}");
    let written = || {
        fs::read_dir(dir)
            .unwrap()
            .map(|file| file.unwrap().path())
            .find(|p| p.extension().is_some_and(|e| e == "eml"))
    };
    until("the letter", || written().is_some());
    let letter = fs::read_to_string(written().unwrap()).unwrap();
    for line in ["From: APIs <apis@example.com>", "To: ana@example.com", "Subject: You are invited to Pailou"]
    {
        assert!(letter.contains(line), "{letter}");
    }
    assert!(letter.contains("\nhttps://apis.example.com/console/set-password#"), "{letter}");
}

#[test]
fn letters_go_by_smtp() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let (send, letters) = mpsc::channel();
    std::thread::spawn(move || {
        let stream = server.accept().unwrap().0;
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
        let say = |text: &str| (&stream).write_all(text.as_bytes()).unwrap();
        let mut spoken = String::new();
        say("220 test ESMTP\r\n");
        while let Some(line) = lines.next() {
            spoken.push_str(&line);
            spoken.push('\n');
            match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" => say("250-test\r\n250 8BITMIME\r\n"),
                "DATA" => {
                    say("354 go on\r\n");
                    for line in lines.by_ref().take_while(|line| line != ".") {
                        spoken.push_str(&line);
                        spoken.push('\n');
                    }
                    say("250 taken\r\n");
                    send.send(std::mem::take(&mut spoken)).unwrap();
                }
                "QUIT" => break,
                _ => say("250 ok\r\n"),
            }
        }
    });
    let data = folder(&[]);
    let args = [
        "serve",
        "--data",
        data.path().to_str().unwrap(),
        "--http",
        "off",
        "--https",
        "off",
        "--admin",
        "127.0.0.1:0",
    ];
    let mut command = pailou(&args);
    command.env("PAILOU_SMTP_URL", format!("smtp://{address}")).env("PAILOU_MAIL_FROM", "apis@example.com");
    let platform = Running::try_start_as(command, "console at").unwrap();
    cli(&platform, &["member", "invite", "ana@example.com", "--role", "viewer"]).succeeds();
    let spoken = letters.recv_timeout(Duration::from_secs(30)).unwrap();
    for line in
        ["MAIL FROM:<apis@example.com>", "RCPT TO:<ana@example.com>", "Subject: You are invited to Pailou"]
    {
        assert!(spoken.contains(line), "{spoken}");
    }
}

#[test]
fn what_is_no_way_for_letters_is_said_without_its_password() {
    let data = folder(&[]);
    let args = ["serve", "--data", data.path().to_str().unwrap(), "--admin", "127.0.0.1:0"];
    let said = pailou(&args).env("PAILOU_SMTP_URL", "gopher://planted:secret@host").output().unwrap().fails();
    assert!(said.contains("PAILOU_SMTP_URL is no address") && !said.contains("planted"), "{said}");
    let said = pailou(&args)
        .env("PAILOU_MAIL_DIR", "/x")
        .env("PAILOU_MAIL_FROM", "nobody")
        .output()
        .unwrap()
        .fails();
    assert!(said.contains("`nobody` is no sender"), "{said}");
    let said = pailou(&args).env("PAILOU_PORTAL_URL", "apis.example.com").output().unwrap().fails();
    assert!(said.contains("--portal-url"), "{said}");
}
