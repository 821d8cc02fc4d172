//! Where a secret is, as documents name it.

use std::path::{Component, Path, PathBuf};

use model::{Name, SECRET_SCHEME};

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretReference {
    /// `secret://NAME`: in the built-in store.
    Stored(Name),
    /// `secret://env/NAME`: a variable of the control plane's environment.
    Environment(String),
    /// `secret://file/PATH`: what a file of the control plane's says.
    File(PathBuf),
    /// `secret://vault/MOUNT/PATH#FIELD`: a field of a secret of HashiCorp Vault (KV version 2).
    Vault { mount: String, path: String, field: String },
}

impl SecretReference {
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<SecretReference, String> {
        let wrong = |why: &str| {
            format!(
                "`{text}` names no secret: {why}; write `secret://NAME`, `secret://env/NAME`, `secret://file/PATH` or `secret://vault/MOUNT/PATH#FIELD`"
            )
        };
        let rest = text.strip_prefix(SECRET_SCHEME).ok_or_else(|| wrong("it has another beginning"))?;
        let Some((place, rest)) = rest.split_once('/') else {
            if matches!(rest, "env" | "file" | "vault") {
                return Err(wrong("something must follow"));
            }
            let name = rest
                .parse()
                .map_err(|_| wrong("a name has lower-case letters, digits and single hyphens"))?;
            return Ok(SecretReference::Stored(name));
        };
        match place {
            "env" => {
                let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                if rest.is_empty() || !rest.bytes().all(is_name) {
                    return Err(wrong("this is no name of a variable"));
                }
                // The administrator's token and the key of the built-in store are for nobody else.
                if rest.to_ascii_uppercase().starts_with("PAILOU_")
                    || rest.to_ascii_uppercase().starts_with("VAULT_")
                {
                    return Err(wrong("variables that configure Pailou itself cannot be named"));
                }
                Ok(SecretReference::Environment(rest.to_owned()))
            }
            "file" => {
                let path = Path::new(rest);
                let plain =
                    path.components().all(|part| matches!(part, Component::Normal(_) | Component::RootDir));
                match plain && path.file_name().is_some() {
                    true => Ok(SecretReference::File(path.to_owned())),
                    false => Err(wrong("a path must not lead upward")),
                }
            }
            "vault" => {
                let (path, field) = rest.split_once('#').ok_or_else(|| wrong("`#FIELD` is missing"))?;
                let (mount, path) = path.split_once('/').ok_or_else(|| wrong("the path is missing"))?;
                let is_part = |part: &str| {
                    !matches!(part, "" | "." | "..")
                        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~@ ".contains(&b))
                };
                if !is_part(mount) || !path.split('/').all(is_part) || field.is_empty() {
                    return Err(wrong("mount, path and field are words, the path's separated by `/`"));
                }
                let [mount, path, field] = [mount, path, field].map(str::to_owned);
                Ok(SecretReference::Vault { mount, path, field })
            }
            _ => Err(wrong(&format!("there is no place `{place}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_says_where_the_secret_is() {
        let read = SecretReference::read;
        assert_eq!(read("secret://idp"), Ok(SecretReference::Stored("idp".parse().unwrap())));
        assert_eq!(read("secret://env/IDP_SECRET"), Ok(SecretReference::Environment("IDP_SECRET".into())));
        assert_eq!(read("secret://file/keys/idp"), Ok(SecretReference::File("keys/idp".into())));
        assert_eq!(
            read("secret://file//run/secrets/idp"),
            Ok(SecretReference::File("/run/secrets/idp".into()))
        );
        let [mount, path, field] = ["kv", "apps/orders", "api key"].map(str::to_owned);
        assert_eq!(
            read("secret://vault/kv/apps/orders#api key"),
            Ok(SecretReference::Vault { mount, path, field })
        );
        for wrong in [
            "secret://",
            "secret://env",
            "secret://env/",
            "secret://env/A-B",
            "secret://env/PAILOU_MASTER_KEY",
            "secret://env/pailou_admin_token",
            "secret://env/VAULT_TOKEN",
            "secret://file/",
            "secret://file/../master.key",
            "secret://file/a/../../b",
            "secret://vault/kv/orders",
            "secret://vault/kv#a",
            "secret://vault/kv/../sys#a",
            "secret://vault/kv/a//b#c",
            "secret://Ünï",
            "secret://aws/a",
            "https://a",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
