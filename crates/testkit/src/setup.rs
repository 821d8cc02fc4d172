//! What a gateway under test is made of.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use aws_lc_rs::digest::{SHA256, digest};
use contract::Contract;
use model::{
    KeyHash, OAuthClient, PolicyUse, Snapshot, TokenIssuer, TokenServer,
    snapshot::{Access, Answers, Caller, CallerKey, Entitlement, Login, OperationRoute, PlanRules, Service},
    tree,
};
use policy::{Catalogue, PasswordHash};
use serde_json::{Value, json};

use crate::{Gateway, Upstream};

/// What a gateway under test is made of. Begins with nothing but the upstreams `echo` and `broken`.
pub struct Setup {
    catalogue: Catalogue,
    pub snapshot: Snapshot,
    files: BTreeMap<String, String>,
    upstreams: HashMap<String, Upstream>,
}

impl Setup {
    pub fn new(catalogue: Catalogue) -> Setup {
        let upstreams =
            HashMap::from([("echo".to_owned(), Upstream::Echo), ("broken".to_owned(), Upstream::Broken)]);
        let snapshot = Snapshot { number: 1, ..Snapshot::default() };
        Setup { catalogue, snapshot, files: BTreeMap::new(), upstreams }
    }

    /// A file, for the policies of services that are added after it and name it.
    #[must_use]
    pub fn file(mut self, path: &str, text: &str) -> Setup {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    /// Names an upstream; services reach it at `http://<name>`.
    #[must_use]
    pub fn upstream(mut self, name: &str, upstream: Upstream) -> Setup {
        self.upstreams.insert(name.to_owned(), upstream);
        self
    }

    /// An API that passes on everything below `path`, guarded by policies in YAML.
    #[must_use]
    pub fn api(self, id: &str, path: &str, upstream: &str, yaml: &str) -> Setup {
        self.service(id, path, upstream, yaml, Answers::Everything)
    }

    /// An API with a contract of these operations: `("getOrder", "GET", "/orders/{id}", "policies in YAML")`.
    #[must_use]
    pub fn contract(
        self,
        id: &str,
        path: &str,
        yaml: &str,
        operations: &[(&str, &str, &str, &str)],
    ) -> Setup {
        let operations = operations.iter().map(|(id, method, path, yaml)| OperationRoute {
            id: (*id).into(),
            methods: vec![(*method).to_owned()],
            path: (*path).to_owned(),
            soap_action: None,
            policies: policies(yaml),
        });
        let answers = Answers::Contract(operations.collect());
        self.service(id, path, "echo", yaml, answers)
    }

    /// An API of a contract: an OpenAPI document in YAML or JSON, and policies in YAML.
    ///
    /// # Panics
    /// Where the document is no contract.
    #[must_use]
    #[track_caller]
    pub fn openapi(mut self, id: &str, path: &str, upstream: &str, text: &str, yaml: &str) -> Setup {
        let contract = Contract::parse(text, "contract")
            .unwrap_or_else(|findings| panic!("no contract: {:?}", findings.first()));
        let route = |operation: &contract::Operation| OperationRoute {
            id: operation.id.as_str().into(),
            methods: vec![operation.method.clone()],
            path: operation.route_path(),
            soap_action: operation.soap_action.as_deref().map(Arc::from),
            policies: Vec::new(),
        };
        let answers = Answers::Contract(contract.operations.iter().map(route).collect());
        self = self.service(id, path, upstream, yaml, answers);
        let key: Arc<str> = format!("api/{id}").into();
        if let Some(service) = self.snapshot.services.get_mut(&key) {
            let hash = format!("{id}-{}", text.len());
            Arc::make_mut(service).contract = Some(Arc::new(contract.document(&hash)));
        }
        self
    }

    /// Policies for every request.
    #[must_use]
    pub fn for_all(mut self, yaml: &str) -> Setup {
        Arc::make_mut(&mut self.snapshot.gateway).policies = policies(yaml);
        self
    }

    /// An authorization server whose gateway is reached at `http://gateway`, and apps that are its clients, each with its name as the client's
    /// id. The apps must be there already.
    #[must_use]
    pub fn oauth(mut self, issuer: &str, keys: &str, apps: &[&str]) -> Setup {
        let server = TokenIssuer {
            issuer: issuer.into(),
            audience: "http://gateway".into(),
            keys: keys.into(),
            revoked: Arc::default(),
        };
        self.snapshot.issuers.insert("default".into(), Arc::new(server));
        for app in apps {
            if let Some(caller) = self.snapshot.callers.get_mut(&format!("app/{app}")) {
                Arc::make_mut(caller).client = Some((*app).into());
            }
        }
        self
    }

    /// An authorization server elsewhere, and apps that are its clients, each with its name as the client's id. The apps must be there already.
    #[must_use]
    pub fn token_server(mut self, server: TokenServer, apps: &[&str]) -> Setup {
        for app in apps {
            if let Some(caller) = self.snapshot.callers.get_mut(&format!("app/{app}")) {
                Arc::make_mut(caller).client = Some(OAuthClient::mark_at(&server.name, app).into());
            }
        }
        self.snapshot.servers.insert(Arc::clone(&server.name), Arc::new(server));
        self
    }

    /// Changes what holds for the gateway as a whole.
    #[must_use]
    pub fn with_gateway(mut self, change: impl FnOnce(&mut model::Gateway)) -> Setup {
        change(Arc::make_mut(&mut self.snapshot.gateway));
        self
    }

    /// A plan with policies in YAML.
    #[must_use]
    pub fn plan(mut self, name: &str, yaml: &str) -> Setup {
        let plan = PlanRules { name: name.into(), workspace: default_workspace(), policies: policies(yaml) };
        self.snapshot.plans.insert(name.into(), Arc::new(plan));
        self
    }

    /// A consumer with a key and policies in YAML; it may call every API.
    #[must_use]
    pub fn consumer(mut self, name: &str, key: &str, yaml: &str) -> Setup {
        let caller = caller("consumer", name, key, Access::Any, yaml);
        self.snapshot.callers.insert(Arc::clone(&caller.key), Arc::new(caller));
        self
    }

    /// Gives a consumer of this setup a username and password.
    ///
    /// # Panics
    /// Where there is no such consumer.
    #[must_use]
    pub fn login(mut self, consumer: &str, username: &str, password: &str) -> Setup {
        let caller = self.snapshot.callers.get_mut(&format!("consumer/{consumer}"));
        let caller = caller.unwrap_or_else(|| panic!("there is no consumer `{consumer}`"));
        let login = Login {
            username: username.into(),
            password_hash: PasswordHash::of(password.as_bytes()).to_string().into(),
            expires_at: None,
            scopes: Default::default(),
        };
        let caller = Arc::make_mut(caller);
        caller.logins = caller.logins.iter().cloned().chain([login]).collect();
        self
    }

    /// An app with a key, subscribed to some APIs under a plan.
    #[must_use]
    pub fn app(mut self, name: &str, key: &str, plan: &str, apis: &[&str]) -> Setup {
        let mut apis: Vec<Arc<str>> = apis.iter().map(|api| (*api).into()).collect();
        apis.sort();
        let entitlement = Entitlement {
            subscription: format!("{name}-{plan}").into(),
            product: "product".into(),
            plan: plan.into(),
            apis: apis.into(),
            ends: None,
        };
        let caller = caller("app", name, key, Access::Subscribed(Box::new([entitlement])), "");
        self.snapshot.callers.insert(Arc::clone(&caller.key), Arc::new(caller));
        self
    }

    /// Changes the upstream of an API: its fields in YAML, as in resource documents; endpoints are `http://<name>`.
    ///
    /// # Panics
    /// Where there is no such API, or the text is no upstream.
    #[must_use]
    #[track_caller]
    pub fn served_by(mut self, id: &str, yaml: &str) -> Setup {
        let mut documents = tree::parse(yaml, "upstream", tree::TreeLimits::default())
            .unwrap_or_else(|finding| panic!("not YAML: {yaml}: {finding}"));
        let value = documents.pop().map_or(Value::Null, |document| document.to_value());
        let upstream = serde_json::from_value(value).unwrap_or_else(|error| panic!("no upstream: {error}"));
        let key: Arc<str> = format!("api/{id}").into();
        let service = self.snapshot.services.get(&key).unwrap_or_else(|| panic!("there is no API `{id}`"));
        let service = Service { upstream: Arc::new(upstream), ..(**service).clone() };
        self.snapshot.services.insert(key, Arc::new(service));
        self
    }

    /// Starts the gateway.
    ///
    /// # Panics
    /// Where the snapshot cannot be run.
    #[track_caller]
    pub fn start(self) -> Gateway {
        Gateway::start(self.catalogue, self.snapshot, self.upstreams)
    }

    fn service(mut self, id: &str, path: &str, upstream: &str, yaml: &str, answers: Answers) -> Setup {
        let mut policies = policies(yaml);
        if !self.files.is_empty() {
            let files = Arc::new(self.files.clone());
            policies.iter_mut().for_each(|used| used.files = Some(Arc::clone(&files)));
        }
        let listen = json!({ "path": path });
        let upstream = json!({ "endpoints": [format!("http://{upstream}")] });
        let service = Service {
            key: format!("api/{id}").into(),
            api: Some(id.into()),
            workspace: default_workspace(),
            listen: serde_json::from_value(listen).expect("a path is enough for `listen`"),
            answers,
            upstream: Arc::new(
                serde_json::from_value(upstream).expect("an endpoint is enough for an upstream"),
            ),
            split: None,
            policies,
            contract: None,
        };
        self.snapshot.services.insert(Arc::clone(&service.key), Arc::new(service));
        self
    }
}

fn caller(kind: &str, name: &str, key: &str, access: Access, yaml: &str) -> Caller {
    Caller {
        key: format!("{kind}/{name}").into(),
        name: name.into(),
        workspace: default_workspace(),
        custom_id: None,
        groups: Box::default(),
        keys: Box::new([CallerKey { hash: key_hash(key), expires_at: None, scopes: Default::default() }]),
        logins: Box::default(),
        client: None,
        access,
        policies: policies(yaml).into(),
    }
}

/// The hash a key is known by.
pub fn key_hash(key: &str) -> KeyHash {
    KeyHash(digest(&SHA256, key.as_bytes()).as_ref().try_into().expect("SHA-256 has 32 bytes"))
}

/// Policies in YAML: a list as in resource documents, or a mapping of several by name. Nothing is no policy.
///
/// # Panics
/// Where the text is not that.
#[track_caller]
pub fn policies(yaml: &str) -> Vec<PolicyUse> {
    if yaml.trim().is_empty() {
        return Vec::new();
    }
    let mut documents = tree::parse(yaml, "policies", tree::TreeLimits::default())
        .unwrap_or_else(|finding| panic!("not YAML: {yaml}: {finding}"));
    let value = documents.pop().map_or(Value::Null, |document| document.to_value());
    let list = match value {
        Value::Array(list) => list,
        Value::Object(map) if map.contains_key("when") => vec![Value::Object(map)],
        Value::Object(map) => map.into_iter().map(|(name, config)| json!({ name: config })).collect(),
        other => panic!("neither a list of policies nor a mapping: {other}"),
    };
    let read = |value: Value| {
        serde_json::from_value(value).unwrap_or_else(|error| panic!("no policy: {yaml}: {error}"))
    };
    list.into_iter().map(read).collect()
}

fn default_workspace() -> model::Name {
    "default".parse().expect("`default` is a name")
}
