//! The rules for AsyncAPI.

use lint::Ruleset;

/// What is found, a line each: the rule, the place and what is said.
fn found(extends: &str, text: &str) -> Vec<String> {
    let none = |_: &str| Err("nothing else is read".to_owned());
    let ruleset = Ruleset::read(&format!("extends: {extends}\n"), "rules.yaml", &none).unwrap();
    let report = lint::lint(text, "asyncapi.yaml", &ruleset, &none);
    assert!(!report.incomplete);
    report
        .diagnostics
        .iter()
        .map(|one| format!("{} {}: {}", one.code, one.path.join("."), one.message))
        .collect()
}

pub(crate) const SECOND: &str = "asyncapi: 2.6.0
info: { title: Lights, version: '1', description: Of a street., contact: { name: a, url: 'https://a', email: a@b.c }, license: { name: MIT } }
tags: [{ name: light }]
servers:
  main: { url: 'mqtt://broker.test', protocol: mqtt, security: [{ token: [] }] }
channels:
  light/{id}/on:
    parameters: { id: { schema: { type: string } } }
    servers: [main]
    subscribe:
      operationId: onLight
      description: A light was turned on.
      message:
        messageId: turnedOn
        payload: { type: object, properties: { lumens: { type: integer } }, examples: [{ lumens: 3 }] }
        examples: [{ payload: { lumens: 4 } }]
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
";

pub(crate) const THIRD: &str = "asyncapi: 3.0.0
info: { title: Lights, version: '1', description: Of a street., tags: [{ name: light }], contact: { name: a, url: 'https://a', email: a@b.c }, license: { name: MIT } }
servers:
  main: { host: broker.test, protocol: mqtt }
channels:
  on:
    address: light/{id}/on
    parameters: { id: {} }
    servers: [{ $ref: '#/servers/main' }]
    messages: { turnedOn: { payload: { type: object }, headers: { type: object } } }
operations:
  turnOn: { action: send, channel: { $ref: '#/channels/on' }, description: Turns it on. }
";

#[test]
fn a_document_that_is_as_it_should_be_has_the_advice_to_take_a_later_version_alone() {
    let latest = "asyncapi-latest-version asyncapi: The latest version is not used. You should update to the \"3.0.0\" version.";
    assert_eq!(found("spectral:asyncapi", SECOND), [latest]);
    assert_eq!(found("spectral:asyncapi", THIRD), Vec::<String>::new());
    let both = lint::lint(THIRD, "asyncapi.yaml", &Ruleset::recommended(), &|_| Err(String::new()));
    assert_eq!(both.diagnostics, []);
}

#[test]
fn what_is_wrong_is_found_where_it_is() {
    for (from, to, expected) in [
        (
            "parameters: { id: { schema: { type: string } } }",
            "parameters: { other: {} }",
            "asyncapi-channel-parameters channels.light/{id}/on.parameters: Not all channel's parameters are described with \"parameters\" object. Missed: id.",
        ),
        (
            "parameters: { id: { schema: { type: string } } }",
            "parameters: { id: {}, other: {} }",
            "asyncapi-channel-parameters channels.light/{id}/on.parameters.other: Channel's \"parameters\" object has redundant defined \"other\" parameter.",
        ),
        (
            "servers: [main]",
            "servers: [other]",
            "asyncapi-channel-servers channels.light/{id}/on.servers.0: Channel contains server that are not defined on the \"servers\" object.",
        ),
        (
            "light/{id}/on:",
            "light/{id}/on/:",
            "asyncapi-channel-no-trailing-slash channels.light/{id}/on/: Channel path must not end with slash.",
        ),
        (
            "security: [{ token: [] }]",
            "security: [{ gone: [] }]",
            "asyncapi-server-security servers.main.security.0.gone: Server must not reference an undefined security scheme.",
        ),
        (
            "url: 'mqtt://broker.test'",
            "url: 'mqtt://{host}.test'",
            "asyncapi-server-variables servers.main: Not all server's variables are described with \"variables\" object. Missed: host.",
        ),
        (
            "examples: [{ payload: { lumens: 4 } }]",
            "examples: [{ payload: { lumens: x } }]",
            "asyncapi-message-examples channels.light/{id}/on.subscribe.message.examples.0.payload.lumens: \"lumens\" property type must be integer",
        ),
        (
            "examples: [{ lumens: 3 }]",
            "examples: [{ lumens: x }]",
            "asyncapi-payload-examples channels.light/{id}/on.subscribe.message.payload.examples.0.lumens: \"lumens\" property type must be integer",
        ),
        (
            "lumens: { type: integer }",
            "lumens: { type: int }",
            "asyncapi-payload channels.light/{id}/on.subscribe.message.payload.properties.lumens.type: ",
        ),
        (
            "messageId: turnedOn",
            "schemaFormat: application/vnd.apache.avro;version=1.9.0",
            "asyncapi-payload-unsupported-schemaFormat channels.light/{id}/on.subscribe.message.schemaFormat: Message schema validation is only supported",
        ),
        (
            "operationId: onLight",
            "summary: x",
            "asyncapi-operation-operationId channels.light/{id}/on.subscribe: Operation must have \"operationId\".",
        ),
        (
            "tags: [{ name: light }]",
            "tags: [{ name: a }, { name: a }]",
            "asyncapi-tags-uniqueness tags.1.name: \"tags\" object contains duplicate tag name \"a\".",
        ),
        (
            "protocol: mqtt,",
            "",
            "asyncapi-schema servers.main: \"main\" property must have required property \"protocol\"",
        ),
        (
            "    servers: [main]\n",
            "    server: main\n",
            "asyncapi-schema channels.light/{id}/on.server: Property \"server\" is not expected to be here",
        ),
        (
            "  securitySchemes:",
            "  schemas: { Unused: { type: object } }\n  securitySchemes:",
            "asyncapi-unused-components-schema components.schemas.Unused: Potentially unused components schema has been detected.",
        ),
    ] {
        assert!(SECOND.contains(from), "{from}");
        let found = found("spectral:asyncapi", &SECOND.replace(from, to));
        assert!(found.iter().any(|one| one.starts_with(expected)), "{expected}\n{found:#?}");
    }
    for (from, to, expected) in [
        (
            "parameters: { id: {} }",
            "parameters: { other: {} }",
            "asyncapi-channel-parameters channels.on.parameters: Not all channel's parameters",
        ),
        (
            "$ref: '#/servers/main'",
            "$ref: '#/components/servers/main'",
            "asyncapi-3-channel-servers channels.on.servers.0.$ref: Channel servers must be defined in the \"servers\" object.",
        ),
        (
            "address: light/{id}/on",
            "address: light/{id}/on?a",
            "asyncapi-3-channel-no-query-nor-fragment channels.on.address: Channel address must not include query",
        ),
        (
            "headers: { type: object }",
            "headers: { type: string }",
            "asyncapi-3-headers-schema-type-object channels.on.messages.turnedOn.headers.type: Headers schema type must be \"object\" (",
        ),
        (
            ", description: Turns it on. }",
            " }",
            "asyncapi-3-operation-description operations.turnOn: Operation \"description\" must be present",
        ),
        ("action: send", "action: shout", "asyncapi-3-document-resolved operations.turnOn.action: "),
        (
            "host: broker.test",
            "host: broker.test/",
            "asyncapi-3-server-no-trailing-slash servers.main.host: Server host must not end with slash.",
        ),
    ] {
        assert!(THIRD.contains(from), "{from}");
        let found = found("spectral:asyncapi", &THIRD.replace(from, to));
        assert!(found.iter().any(|one| one.starts_with(expected)), "{expected}\n{found:#?}");
    }
}

#[test]
fn bindings_of_the_third_version_are_as_their_protocols_have_them() {
    let with = |place: &str, bindings: &str| {
        let bindings = format!(", bindings: {{ {bindings} }}");
        let text = match place {
            "server" => THIRD.replace("protocol: mqtt", &format!("protocol: mqtt{bindings}")),
            "channel" => THIRD.replace("    address", &format!("    {}\n    address", &bindings[2..])),
            "operation" => THIRD.replace(", description: Turns", &format!("{bindings}, description: Turns")),
            _ => {
                THIRD.replace("headers: { type: object }", &format!("headers: {{ type: object }}{bindings}"))
            }
        };
        assert_ne!(text, THIRD);
        found("spectral:asyncapi", &text)
    };
    let told = |place: &str, bindings: &str, expected: &str| {
        let all = with(place, bindings);
        let expected = format!("asyncapi-3-document-resolved {expected}");
        assert!(all.contains(&expected), "{expected}\n{all:#?}");
    };
    told(
        "server",
        "nothing: {}",
        "servers.main.bindings.nothing: Property \"nothing\" is not expected to be here",
    );
    told(
        "server",
        "mqtt: { clientId: 7 }",
        "servers.main.bindings.mqtt.clientId: \"clientId\" property type must be string",
    );
    told(
        "server",
        "mqtt: { clientId: 7 }",
        "servers.main.bindings.mqtt: \"mqtt\" property must match \"then\" schema",
    );
    told(
        "channel",
        "ws: { method: PATCH }",
        "channels.on.bindings.ws.method: \"method\" property must be equal to one of the allowed values: \"GET\", \"POST\"",
    );
    told(
        "channel",
        "kafka: { partitions: 0 }",
        "channels.on.bindings.kafka.partitions: \"partitions\" property must be >= 1",
    );
    told(
        "channel",
        "amqp: { is: queue, queue: { name: 7 } }",
        "channels.on.bindings.amqp.queue.name: \"name\" property type must be string",
    );
    told(
        "operation",
        "mqtt: { qos: 5 }",
        "operations.turnOn.bindings.mqtt.qos: \"qos\" property must be equal to one of the allowed values: 0, 1, 2",
    );
    told(
        "message",
        "kafka: { key: 7 }",
        "channels.on.messages.turnedOn.bindings.kafka.key: \"key\" property type must be object",
    );
    for (place, fine) in [
        (
            "server",
            "x-own: 7, solace: { msgVpn: a }, mqtt: { clientId: a, lastWill: { qos: 2 }, keepAlive: 60, sessionExpiryInterval: 9, bindingVersion: 0.2.0 }",
        ),
        ("channel", "amqp: { is: routingKey, exchange: { name: a, type: topic } }"),
        (
            "channel",
            "kafka: { partitions: 3, topicConfiguration: { cleanup.policy: [delete] }, bindingVersion: 0.4.0 }",
        ),
        ("operation", "http: { method: GET, query: { type: object } }, kafka: { groupId: { type: string } }"),
        ("message", "http: { statusCode: 200, headers: { type: object } }"),
    ] {
        assert_eq!(with(place, fine), Vec::<String>::new(), "{fine}");
    }
}

#[test]
fn identifiers_are_those_of_traits_where_these_have_some() {
    let again = SECOND.replace(
        "components:",
        "  other:\n    publish:\n      description: x\n      operationId: y\n      traits: [{ operationId: onLight }]\n      message: { messageId: z, traits: [{ messageId: turnedOn }] }\ncomponents:",
    );
    let found = found("spectral:asyncapi", &again);
    for expected in [
        "asyncapi-operation-operationId-uniqueness channels.other.publish.traits.0.operationId: \"operationId\" must be unique across all the operations.",
        "asyncapi-message-messageId-uniqueness channels.other.publish.message.traits.0.messageId: \"messageId\" must be unique across all the messages.",
    ] {
        assert!(found.iter().any(|one| one == expected), "{expected}\n{found:#?}");
    }
}

#[test]
fn operations_of_the_third_version_name_schemes_or_have_them() {
    let with = |security: &str| {
        let text = THIRD.replace("Turns it on. }", &format!("Turns it on., security: [{security}] }}"));
        let schemes = "components: { securitySchemes: { token: { type: http, scheme: bearer }, grant: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://a', availableScopes: {}, scopes: { read: r } } } } } }\n";
        let all = found("spectral:asyncapi", &(text + schemes));
        all.into_iter().filter(|line| line.starts_with("asyncapi-3-operation-security")).collect::<Vec<_>>()
    };
    let at = "asyncapi-3-operation-security operations.turnOn.security.0";
    assert_eq!(with("{ $ref: '#/components/securitySchemes/token' }"), Vec::<String>::new());
    assert_eq!(with("{ type: http, scheme: basic }"), Vec::<String>::new());
    assert_eq!(with("{ token: [] }"), Vec::<String>::new());
    let gone = format!("{at}.gone: Operation must not reference an undefined security scheme.");
    assert_eq!(with("{ gone: [] }"), [gone]);
    let scope = format!(
        "{at}.grant.1: Non-existing security scope for the specified security scheme. Available: [read]"
    );
    assert_eq!(with("{ grant: [read, write] }"), [scope]);
}
