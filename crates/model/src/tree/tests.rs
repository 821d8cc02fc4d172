use serde_json::json;

use super::*;

fn read(text: &str) -> Value {
    let documents = parse(text, "a.yaml", TreeLimits::default()).unwrap();
    assert_eq!(documents.len(), 1, "{text}");
    documents[0].to_value()
}

fn refused(text: &str, file: &str) -> (String, u32, u32, String) {
    let finding = parse(text, file, TreeLimits::default()).unwrap_err();
    let place = finding.place.unwrap();
    (finding.rule, place.line, place.column, finding.message)
}

#[test]
fn scalars_follow_the_core_schema() {
    let text = "a: yes\nb: off\nc: 0o14\nd: 014\ne: 0x1F\nf: 1e3\ng: .5\nh: ~\ni: True\nj: '200'\nk: +7\nl: 1.2.3\nm: .inf\nn: -\n\
                o: 2001-01-01\np: 18446744073709551615\nq: 1_000\nr: !!str 12\ns: !!int '12'\nt: n\n";
    // `n: -` opens an empty list item, so that it is written as text here.
    let text = text.replace("n: -\n", "n: '-'\n");
    assert_eq!(
        read(&text),
        json!({ "a": "yes", "b": "off", "c": 12, "d": 14, "e": 31, "f": 1000.0, "g": 0.5, "h": null, "i": true, "j": "200", "k": 7,
            "l": "1.2.3", "m": ".inf", "n": "-", "o": "2001-01-01", "p": 18446744073709551615u64, "q": "1_000", "r": "12", "s": 12, "t": "n" })
    );
}

#[test]
fn keys_that_are_numbers_become_strings() {
    assert_eq!(
        read("200: ok\ntrue: t\n1.5: x\nnull: n\n"),
        json!({ "200": "ok", "true": "t", "1.5": "x", "null": "n" })
    );
}

#[test]
fn anchors_aliases_and_merge_keys_are_resolved() {
    let text = "base: &base { a: 1, b: 2 }\nmore: &more\n  c: 3\nx:\n  <<: *base\n  b: 9\ny:\n  <<: [*base, *more]\nz: *more\n'<<': plain\n";
    assert_eq!(
        read(text),
        json!({ "base": { "a": 1, "b": 2 }, "more": { "c": 3 }, "x": { "b": 9, "a": 1 }, "y": { "a": 1, "b": 2, "c": 3 },
            "z": { "c": 3 }, "<<": "plain" })
    );
}

#[test]
fn a_text_may_hold_several_documents_and_empty_ones_are_left_out() {
    let documents =
        parse("# note\n---\na: 1\n---\n---\nb: 2\n...\n", "a.yaml", TreeLimits::default()).unwrap();
    let values: Vec<Value> = documents.iter().map(Document::to_value).collect();
    assert_eq!(values, [json!({ "a": 1 }), json!({ "b": 2 })]);
    assert!(parse("", "a.yaml", TreeLimits::default()).unwrap().is_empty());
    assert!(parse("# only a comment\n", "a.yaml", TreeLimits::default()).unwrap().is_empty());
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_fine() {
    assert_eq!(read("\u{feff}a: 1\r\nb:\r\n  - x\r\n"), json!({ "a": 1, "b": ["x"] }));
    assert_eq!(read("\u{feff}{\"a\":\r\n1}"), json!({ "a": 1 }));
}

#[test]
fn a_duplicate_key_is_an_error_at_the_second() {
    for text in ["a: 1\nb: 2\na: 3\n", "{\"a\": 1,\n \"b\": 2,\n\"a\": 3}"] {
        let (rule, line, column, message) = refused(text, "a");
        assert_eq!((rule.as_str(), line, column), ("duplicate-key", 3, 1), "{message}");
        assert!(message.contains("first in line 1"), "{message}");
    }
}

#[test]
fn a_duplicate_key_among_many_is_found() {
    let mut text: String = (0..50).map(|number| format!("k{number}: 1\n")).collect();
    text.push_str("k7: 2\n");
    assert_eq!(refused(&text, "a.yaml").1, 51);
}

#[test]
fn a_json_error_says_where_and_what_was_expected() {
    let (rule, line, column, message) = refused("{\n  \"é\": 1,\n  \"b\" 2\n}", "a.json");
    assert_eq!((rule.as_str(), line, column), ("syntax", 3, 7));
    assert_eq!(message, "not valid JSON: expected `:` after the key, found `2`");
    let (_, line, column, message) = refused("{\"é\" 1}", "a.json");
    assert_eq!((line, column), (1, 6), "{message}");
    for (text, part) in [
        ("{\"a\": 1,}", "a key in double quotes after `,`"),
        ("[1 2]", "`,` or `]`"),
        ("[01]", "leading zeros"),
        ("[tru]", "`true`"),
        ("[\"a\nb\"]", "control character"),
        ("[\"\\x\"]", "one of"),
        ("[1] 2", "the end of the document"),
        ("[1", "the end of the text"),
        ("[\"\\u12\"]", "four hexadecimal digits"),
        ("[1e999]", "too large"),
    ] {
        let message = refused(text, "a.json").3;
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn json_strings_are_unescaped() {
    assert_eq!(
        read(r#"{"a":"\u00e9\ud83d\ude00\n\"\\\/é","b":"\ud800"}"#),
        json!({ "a": "é😀\n\"\\/é", "b": "\u{fffd}" })
    );
}

#[test]
fn a_flow_mapping_that_is_no_json_is_read_as_yaml() {
    assert_eq!(read("{ a: 1, b: [x, y] }"), json!({ "a": 1, "b": ["x", "y"] }));
}

#[test]
fn a_yaml_error_says_where() {
    let (rule, line, _, message) = refused("a: 1\nb: [1, 2\nc: 3\n", "a.yaml");
    assert_eq!(rule, "syntax");
    assert!(line >= 2 && message.starts_with("not valid YAML"), "{line} {message}");
    assert_eq!(refused("a:\n\tb: 1\n", "a.yaml").0, "syntax");
    assert_eq!(refused("a: !Ref x\n", "a.yaml").1, 1);
    assert_eq!(refused("? [a]\n: 1\n", "a.yaml").0, "syntax");
    assert_eq!(refused("a: *nothing\n", "a.yaml").0, "syntax");
    assert_eq!(refused("a: &a [*a]\n", "a.yaml").0, "syntax");
}

#[test]
fn aliases_cannot_blow_up() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let previous = format!("*a{}, ", level - 1).repeat(10);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", previous.trim_end_matches(", ")));
    }
    assert_eq!(refused(&text, "a.yaml").0, "too-large");
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(1000));
    assert_eq!(refused(&long, "a.yaml").0, "too-large");
}

#[test]
fn deep_nesting_is_an_error() {
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "- ".repeat(5_000), "{a: ".repeat(5_000)] {
        let finding = parse(&text, "a.yaml", TreeLimits::default()).unwrap_err();
        assert!(["too-deep", "syntax"].contains(&finding.rule.as_str()), "{finding}");
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let limits = TreeLimits { depth: usize::MAX, ..TreeLimits::default() };
    assert_eq!(parse(&deep, "a.json", limits).unwrap_err().rule, "too-deep");
    let aliased = "a: &a [[[[[[[[[[1]]]]]]]]]]\nb: [[[[[[[[[[*a]]]]]]]]]]\n";
    let limits = TreeLimits { depth: 15, ..TreeLimits::default() };
    assert_eq!(parse(aliased, "a.yaml", limits).unwrap_err().rule, "too-deep");
}

#[test]
fn too_many_values_are_an_error() {
    let limits = TreeLimits { nodes: 10, ..TreeLimits::default() };
    for text in ["[1,2,3,4,5,6,7,8,9,10,11]", "- 1\n".repeat(11).as_str()] {
        assert_eq!(parse(text, "a", limits).unwrap_err().rule, "too-large");
    }
}

#[test]
fn cut_and_damaged_texts_never_panic() {
    let texts = [
        r#"{"openapi":"3.1.0","é":[1.5e-3,true,null,{"a":"\ud83d\ude00\u00e9"}],"b":{"c":[[]]}}"#,
        "\u{feff}a: &x {b: 'c''d', \"e\\u00e9\": !!str 1}\nlist:\n- |-\n  text é\n- >+\n  folded\n\n- *x\n<<: *x\n? key\n: value\n---\n%TAG\n...\n",
    ];
    for text in texts {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = parse(&text[..end], "a.yaml", TreeLimits::default());
            let _ = parse(&text[end..], "a.json", TreeLimits::default());
            for inserted in
                ["{", "]", "\"", ":", "\t", "\n", "&", "*x", "!", "|", "\\", "\0", "é", "%", "- ", "? "]
            {
                let damaged = format!("{}{inserted}{}", &text[..end], &text[end..]);
                let _ = parse(&damaged, "a.yaml", TreeLimits::default());
            }
        }
    }
}

#[test]
fn a_field_path_leads_to_its_place() {
    let text = "name: orders\npolicies:\n  - rate-limit:\n      window: 1s\noperations:\n  GET /v1.0/orders:\n    policies: []\na.b: 1\n";
    let document = &parse(text, "orders.yaml", TreeLimits::default()).unwrap()[0];
    let at = |field: &str| (document.place(field).line, document.place(field).column);
    assert_eq!(at("policies[0].rate-limit.window"), (4, 7));
    assert_eq!(at("policies[0]"), (3, 5));
    assert_eq!(at("policies[0].rate-limit.unknown.deeper"), (3, 5));
    assert_eq!(at("policies[9]"), (2, 1));
    assert_eq!(at("operations.GET /v1.0/orders.policies"), (7, 5));
    assert_eq!(at("a.b"), (8, 1));
    assert_eq!(at(""), (1, 1));
    assert_eq!(at("nothing"), (1, 1));
    assert_eq!(at("[[]].]["), (1, 1));
}

#[test]
fn a_tree_serializes_as_its_value() {
    let text = "a: [1, 2.5, x, null, true]\nb: { c: -3 }\n";
    let document = &parse(text, "a.yaml", TreeLimits::default()).unwrap()[0];
    assert_eq!(serde_json::to_value(&document.root).unwrap(), document.to_value());
}

#[test]
fn every_value_and_key_has_its_end() {
    for text in ["{\"a\": [1, \"é\"], \"b\": {}}", "{a: [1, é!], b: {}}"] {
        let root = super::parse(text, "a.yaml", Default::default()).unwrap().remove(0).root;
        let (key, list) = root.entry("a").unwrap();
        let last = &list.items().unwrap()[1];
        assert_eq!(list.end, last.end, "a list ends where its last item does: {text}");
        assert_eq!(last.end.1 - last.column, if text.starts_with("{\"") { 3 } else { 2 }, "{text}");
        assert!(key.end_column > key.column, "{text}");
        let empty = root.get("b").unwrap();
        assert_eq!((empty.end.1 - empty.column, root.end), (2, empty.end), "{text}");
    }
}

#[test]
fn a_key_that_stands_twice_is_kept_where_the_limits_allow_it() {
    let limits = TreeLimits { duplicate_keys: true, ..TreeLimits::default() };
    for text in ["{\"a\": 1, \"a\": 2}", "a: 1\na: 2\n"] {
        assert!(super::parse(text, "a.yaml", TreeLimits::default()).is_err());
        let root = super::parse(text, "a.yaml", limits).unwrap().remove(0).root;
        assert_eq!(root.fields().unwrap().len(), 2, "{text}");
    }
}

#[test]
fn a_long_text_that_begins_as_json_is_json() {
    let flow = |length: usize| format!("{{ a: {} }}", "x".repeat(length));
    let read =
        |text: &str, file: &str| super::read(text, file, TreeLimits::default()).map(|(_, written)| written);
    assert_eq!(read(&flow(10), "contract").unwrap(), Written::Yaml { anchors: false });
    let fault = read(&flow(LONGEST_FLOW), "contract").unwrap_err();
    assert!(fault.message.starts_with("not valid JSON"), "{}", fault.message);
    assert!(read(&flow(LONGEST_FLOW), "a.yaml").is_err(), "whatever it is called");
    assert!(read(&format!("a: {}", "x".repeat(LONGEST_FLOW)), "contract").is_ok());
}
