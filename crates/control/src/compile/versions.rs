//! Versions of an API that answer at one path.

use model::{Api, Name};

/// Why two APIs cannot answer at the same path, with the field of the first it is about; nothing where requests say which they are for.
pub(super) fn clash(one: &Api, other: &Api) -> Option<(&'static str, String)> {
    let own = |api: &Api| api.version.as_ref().map(Name::to_string);
    let (Some(mine), Some(theirs)) = (&one.listen.version, &other.listen.version) else {
        let hint = match one.name == other.name {
            true => "; `listen.version` says how requests tell versions at one path apart",
            false => "",
        };
        return Some(("listen", hint.to_owned()));
    };
    if one.name != other.name {
        return Some(("listen", ", and is no version of this API".to_owned()));
    }
    if let Some(field) = mine.differs(theirs) {
        let field = match field {
            "header" => "listen.version.header",
            "query" => "listen.version.query",
            "media_type" => "listen.version.media_type",
            _ => "listen.version.dates",
        };
        return Some((field, ", and says otherwise where requests name their version".to_owned()));
    }
    let (of_one, of_other) = (own(one), own(other));
    let value = mine.value_or(of_one.as_deref());
    if value == theirs.value_or(of_other.as_deref()) {
        return Some((
            "listen.version.value",
            format!(", for the same version `{}`", value.unwrap_or_default()),
        ));
    }
    (mine.default && theirs.default)
        .then(|| ("listen.version.default", ", for requests that say no version, too".to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn api(name: &str, version: &str, listen: &Value) -> Api {
        let listen = json!({ "path": "/orders", "version": listen });
        serde_json::from_value(json!({ "name": name, "version": version, "listen": listen })).unwrap()
    }

    #[test]
    fn versions_at_one_path_are_told_apart_the_same_way_by_what_differs() {
        let header = json!({ "header": "Api-Version" });
        let one = api("orders", "v1", &header);
        assert_eq!(
            clash(&one, &api("orders", "v2", &json!({ "header": "api-version", "default": true }))),
            None
        );
        for (other, field) in [
            (api("orders", "v2", &Value::Null), "listen"),
            (api("bills", "v2", &header), "listen"),
            (api("orders", "v2", &json!({ "query": "version" })), "listen.version.header"),
            (api("orders", "v2", &json!({ "header": "api-version", "value": "v1" })), "listen.version.value"),
            (
                api(
                    "orders",
                    "v2",
                    &json!({ "header": "api-version", "dates": true, "value": "2026-01-01" }),
                ),
                "listen.version.dates",
            ),
        ] {
            assert_eq!(clash(&one, &other).map(|(field, _)| field), Some(field));
        }
        let usual = json!({ "header": "v", "default": true });
        let clash = clash(&api("orders", "v1", &usual), &api("orders", "v2", &usual));
        assert_eq!(clash.map(|(field, _)| field), Some("listen.version.default"));
    }
}
