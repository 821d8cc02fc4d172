//! Items that stay: what is created on a collection can be read, listed, replaced, changed and deleted.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::mock::{Answer, Chosen, Mock, Wish};
use model::snapshot::ContractDocument;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use policy::prelude::*;
use serde_json::{Map, Value, json};

use crate::validate::below;

/// The items of all APIs with the same contract, by their services.
#[derive(Default)]
pub(super) struct State(Mutex<HashMap<Arc<str>, Items>>);

/// The items of one API.
#[derive(Default)]
struct Items {
    /// By the path of the collection, parameters filled in.
    collections: HashMap<Box<str>, Vec<Item>>,
    /// In the order in which they came: collection and id.
    order: VecDeque<(Box<str>, Box<str>)>,
    count: usize,
    bytes: usize,
    /// Rises with every item.
    made: u64,
}

struct Item {
    id: Box<str>,
    value: Value,
    bytes: usize,
}

/// A mock with items.
pub(super) struct Stateful {
    state: Arc<State>,
    mock: Arc<Mock>,
    /// What operations do, by their ids.
    roles: HashMap<Box<str>, Role>,
    /// Items and bytes that an API may have.
    most: (usize, usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Role {
    does: Does,
    /// The operation that reads an item of the collection, where there is one.
    reads: Option<Box<str>>,
    /// The parameter that names an item.
    parameter: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    List,
    Create,
    Read,
    Replace,
    Change,
    Delete,
}

/// What came of a request.
pub(super) enum Done {
    Answer { answer: Arc<Answer>, location: Option<String> },
    /// There is no such item.
    Missing,
    Refused(Box<Problem>),
    /// The operation has nothing to do with items.
    Elsewhere,
}

impl Stateful {
    pub(super) fn new(
        state: Arc<State>,
        document: &ContractDocument,
        mock: Arc<Mock>,
        most: (usize, usize),
    ) -> Stateful {
        Stateful { state, roles: roles(document), mock, most }
    }

    /// Forgets the items of an API.
    pub(super) fn reset(&self, service: &Arc<str>) {
        self.all().remove(service);
    }

    pub(super) fn reply(&self, req: &Request, body: &[u8], wish: &Wish<'_>) -> Done {
        let operation = &*req.target.operation;
        let Some(role) = self.roles.get(operation) else { return Done::Elsewhere };
        let Ok(chosen) = self.mock.choose(operation, wish) else { return Done::Elsewhere };
        let Some(terms) = self.mock.conformance().operation(operation) else { return Done::Elsewhere };
        let path = below(req.head.uri.path(), &req.target.path, terms.path()).trim_end_matches('/');
        let mut all = self.all();
        let items = all.entry(Arc::clone(&req.target.key)).or_default();
        let work = Work { of: self, role, chosen: &chosen, wish, operation };
        match role.does {
            Does::List => work.list(items, path),
            Does::Create => work.create(items, path, body, req),
            _ => {
                let (collection, id) = path.rsplit_once('/').unwrap_or(("", path));
                let id = percent_decode_str(id).decode_utf8_lossy().into_owned();
                work.on_item(items, collection, &id, body)
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Arc<str>, Items>> {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request.
struct Work<'w> {
    of: &'w Stateful,
    role: &'w Role,
    chosen: &'w Chosen<'w>,
    wish: &'w Wish<'w>,
    operation: &'w str,
}

impl Work<'_> {
    fn list(&self, items: &Items, path: &str) -> Done {
        let stored = items.collections.get(path).map(Vec::as_slice).unwrap_or_default();
        let stored = Value::Array(stored.iter().map(|item| item.value.clone()).collect());
        if let Some(answer) = self.of.mock.answer_with(self.chosen, &stored) {
            return answered(answer);
        }
        // The items stand in a property of what is answered: the first that takes them.
        let Some(Value::Object(mut page)) = self.chosen.media.and_then(|media| self.of.mock.value(media, None)) else {
            return Done::Elsewhere;
        };
        let names: Vec<String> = page.iter().filter(|(_, value)| value.is_array()).map(|(name, _)| name.clone()).collect();
        for name in names {
            let before = page.insert(name.clone(), stored.clone());
            if self.of.mock.answer_with(self.chosen, &Value::Object(page.clone())).is_none() {
                page.extend(before.map(|before| (name, before)));
                continue;
            }
            let count = stored.as_array().map_or(0, Vec::len);
            for total in ["total", "count", "total_count", "totalCount", "total_items", "totalItems"] {
                if page.get(total).is_some_and(Value::is_number) {
                    let before = page.insert(total.to_owned(), count.into());
                    if self.of.mock.answer_with(self.chosen, &Value::Object(page.clone())).is_none() {
                        page.extend(before.map(|before| (total.to_owned(), before)));
                    }
                }
            }
            return self.of.mock.answer_with(self.chosen, &Value::Object(page)).map_or(Done::Elsewhere, answered);
        }
        Done::Elsewhere
    }

    fn create(&self, items: &mut Items, path: &str, body: &[u8], req: &Request) -> Done {
        let sent = match serde_json::from_slice(body) {
            Ok(Value::Object(sent)) => sent,
            Err(_) if body.is_empty() => Map::new(),
            _ => return Done::Elsewhere,
        };
        items.made += 1;
        let Some((id, value)) = self.item(items, path, None, &sent) else { return Done::Elsewhere };
        let location = (self.chosen.status == 201).then(|| {
            let path = req.head.uri.path().trim_end_matches('/');
            format!("{path}/{}", utf8_percent_encode(&id, NON_ALPHANUMERIC).to_string().replace("%2D", "-").replace("%5F", "_"))
        });
        if let Err(problem) = items.put(path, &id, value.clone(), self.of.most) {
            return Done::Refused(problem);
        }
        self.say(&value, location)
    }

    fn on_item(&self, items: &mut Items, collection: &str, id: &str, body: &[u8]) -> Done {
        let known = items.find(collection, id).map(|item| item.value.clone());
        match (self.role.does, known) {
            (Does::Read, Some(value)) => self.say(&value, None),
            (Does::Delete, Some(value)) => {
                items.remove(collection, id);
                self.say(&value, None)
            }
            (Does::Replace, known) => {
                let Ok(Value::Object(sent)) = serde_json::from_slice(body) else { return Done::Elsewhere };
                if known.is_none() {
                    items.made += 1;
                }
                let Some((_, value)) = self.item(items, collection, Some(id), &sent) else { return Done::Elsewhere };
                match items.put(collection, id, value.clone(), self.of.most) {
                    Ok(()) => self.say(&value, None),
                    Err(problem) => Done::Refused(problem),
                }
            }
            (Does::Change, Some(mut value)) => {
                let Ok(sent @ Value::Object(_)) = serde_json::from_slice::<Value>(body) else { return Done::Elsewhere };
                merge(&mut value, &sent, 0);
                if !self.fits(&value) {
                    let detail = "what is there would not be as the contract says with this change";
                    return Done::Refused(Box::new(Problem::new(problems::CONTENT_INVALID, detail)));
                }
                match items.put(collection, id, value.clone(), self.of.most) {
                    Ok(()) => self.say(&value, None),
                    Err(problem) => Done::Refused(problem),
                }
            }
            (_, None) => Done::Missing,
            _ => Done::Elsewhere,
        }
    }

    /// Answers with an item, where the operation answers with items; else with what its contract has.
    fn say(&self, value: &Value, location: Option<String>) -> Done {
        if let Some(answer) = self.of.mock.answer_with(self.chosen, value) {
            return Done::Answer { answer: Arc::new(answer), location };
        }
        match self.of.mock.answer(self.operation, self.wish) {
            Ok(answer) => Done::Answer { answer, location },
            Err(_) => Done::Elsewhere,
        }
    }

    /// An item with its id: what was sent, and the rest as the contract describes it. `None` where items are no objects.
    fn item(&self, items: &Items, path: &str, id: Option<&str>, sent: &Map<String, Value>) -> Option<(String, Value)> {
        let mut hasher = DefaultHasher::new();
        (path, id, items.made).hash(&mut hasher);
        let made = self.media().and_then(|chosen| self.of.mock.value(chosen.media?, Some(hasher.finish())));
        // What was sent stands before what is made up; what does not go with the contract is left out.
        let plain = self.media().and_then(|chosen| self.of.mock.value(chosen.media?, None));
        let mut item = match (&made, plain) {
            (_, Some(Value::Object(plain))) => plain,
            (_, Some(_)) => return None,
            (_, None) => Map::new(),
        };
        let whole: Map<String, Value> = item.clone().into_iter().chain(sent.clone()).collect();
        if self.fits(&Value::Object(whole.clone())) {
            item = whole;
        } else {
            for (name, value) in sent {
                let before = item.insert(name.clone(), value.clone());
                if !self.fits(&Value::Object(item.clone())) {
                    match before {
                        Some(before) => drop(item.insert(name.clone(), before)),
                        None => drop(item.shift_remove(name)),
                    }
                }
            }
        }
        let name = self.name_of_id(&item);
        let mut candidates: Vec<Value> = Vec::new();
        match id {
            Some(id) => {
                candidates.extend(id.parse::<i64>().ok().map(Value::from));
                candidates.push(id.into());
            }
            None => {
                let said = sent.get(&name).filter(|said| said.is_string() || said.is_number());
                candidates.extend(said.cloned());
                let count = items.made;
                candidates.extend([json!(count), json!(count.to_string())]);
                candidates.extend(made.as_ref().and_then(|made| made.get(&name)).cloned());
                candidates.extend(item.get(&name).cloned());
            }
        }
        let is_free = |value: &Value| id.is_some() || items.find(path, &text_of(value)).is_none();
        let found = candidates.into_iter().filter(is_free).find(|candidate| {
            let mut with = item.clone();
            with.insert(name.clone(), candidate.clone());
            self.fits(&Value::Object(with))
        });
        let found = match (found, id) {
            (Some(found), _) => found,
            // The schema has no place for it.
            (None, Some(id)) => return Some((id.to_owned(), Value::Object(item))),
            (None, None) => return Some((items.made.to_string(), Value::Object(item))),
        };
        let id = text_of(&found);
        item.insert(name, found);
        Some((id, Value::Object(item)))
    }

    /// The property that names an item.
    fn name_of_id(&self, item: &Map<String, Value>) -> String {
        let names = [&*self.role.parameter, "id", "uuid", "_id", "key"];
        let known = names.into_iter().find(|name| item.contains_key(*name));
        let snake = || item.keys().find(|key| key.replace('_', "").eq_ignore_ascii_case(&self.role.parameter.replace(['_', '-'], "")));
        known.map(str::to_owned).or_else(|| snake().cloned()).unwrap_or_else(|| "id".to_owned())
    }

    /// What describes an item: the response of who reads one, else that of this operation.
    fn media(&self) -> Option<Chosen<'_>> {
        let wish = Wish { accept: Some("application/json, */*;q=0.1"), ..Wish::default() };
        let read = self.role.reads.as_deref().and_then(|reads| self.of.mock.choose(reads, &wish).ok());
        let read = read.filter(|chosen| chosen.media.is_some_and(contract::conform::Media::is_described));
        read.or_else(|| (self.role.does != Does::Delete).then_some(*self.chosen).filter(|chosen| chosen.media.is_some()))
    }

    fn fits(&self, value: &Value) -> bool {
        self.media().is_none_or(|chosen| self.of.mock.answer_with(&chosen, value).is_some())
    }
}

impl Items {
    fn find(&self, collection: &str, id: &str) -> Option<&Item> {
        self.collections.get(collection)?.iter().find(|item| *item.id == *id)
    }

    fn put(&mut self, collection: &str, id: &str, value: Value, most: (usize, usize)) -> Result<(), Box<Problem>> {
        let bytes = value.to_string().len() + id.len() + collection.len() * 2 + 200;
        if bytes > most.1 {
            let detail = "the item is larger than the mock keeps items together (`state_bytes`)";
            return Err(Box::new(Problem::new(problems::CONTENT_TOO_LARGE, detail)));
        }
        let all = self.collections.entry(collection.into()).or_default();
        match all.iter_mut().find(|item| *item.id == *id) {
            Some(known) => {
                self.bytes = self.bytes - known.bytes + bytes;
                (known.value, known.bytes) = (value, bytes);
            }
            None => {
                all.push(Item { id: id.into(), value, bytes });
                self.order.push_back((collection.into(), id.into()));
                self.count += 1;
                self.bytes += bytes;
            }
        }
        while self.count > most.0 || self.bytes > most.1 {
            let Some((collection, oldest)) = self.order.pop_front() else { break };
            // What was just written stays.
            if *oldest == *id && self.count > 1 {
                self.order.push_back((collection, oldest));
                continue;
            }
            self.take(&collection, &oldest);
        }
        Ok(())
    }

    fn remove(&mut self, collection: &str, id: &str) {
        self.take(collection, id);
        self.order.retain(|(of, known)| **of != *collection || **known != *id);
    }

    fn take(&mut self, collection: &str, id: &str) {
        let Some(all) = self.collections.get_mut(collection) else { return };
        let Some(at) = all.iter().position(|item| *item.id == *id) else { return };
        let gone = all.remove(at);
        self.count -= 1;
        self.bytes -= gone.bytes;
        if all.is_empty() {
            self.collections.remove(collection);
        }
    }
}

fn answered(answer: Answer) -> Done {
    Done::Answer { answer: Arc::new(answer), location: None }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A merge patch (RFC 7396 §2).
fn merge(value: &mut Value, patch: &Value, depth: usize) {
    let (Value::Object(patch), true) = (patch, depth < 100) else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    let Some(members) = value.as_object_mut() else { return };
    for (name, change) in patch {
        match change {
            Value::Null => drop(members.shift_remove(name)),
            change => merge(members.entry(name.clone()).or_insert(Value::Null), change, depth + 1),
        }
    }
}

/// What the operations of a contract do: those on a path that ends with a parameter speak of items, those on the path before it of the collection.
fn roles(document: &ContractDocument) -> HashMap<Box<str>, Role> {
    let split = |path: &str| -> Option<(String, Box<str>)> {
        let (collection, last) = path.trim_end_matches('/').rsplit_once('/')?;
        let parameter = last.strip_prefix('{')?.strip_suffix('}')?;
        (!parameter.contains(['{', '}', '+', '*'])).then(|| (collection.to_owned(), parameter.into()))
    };
    // The collections there are, with who reads their items.
    let mut collections: HashMap<String, (Box<str>, Option<Box<str>>)> = HashMap::new();
    for (id, place) in &document.operations {
        if let Some((collection, parameter)) = split(&place.path) {
            let known = collections.entry(collection).or_insert((parameter, None));
            if &*place.method == "GET" {
                known.1 = Some(id.clone());
            }
        }
    }
    let creates: Vec<&str> = document
        .operations
        .values()
        .filter(|place| &*place.method == "POST")
        .map(|place| place.path.trim_end_matches('/'))
        .collect();
    let mut roles = HashMap::new();
    for (id, place) in &document.operations {
        let item = split(&place.path);
        let collection = item.as_ref().map_or(place.path.trim_end_matches('/'), |(collection, _)| collection);
        let Some((parameter, reads)) = collections.get(collection) else { continue };
        // Items that nothing creates are as the contract has them.
        let replaces = document.operations.values().any(|other| {
            &*other.method == "PUT" && split(&other.path).is_some_and(|(of, _)| of == collection)
        });
        if !creates.contains(&collection) && !replaces {
            continue;
        }
        let does = match (item.is_some(), &*place.method) {
            (false, "GET") => Does::List,
            (false, "POST") => Does::Create,
            (true, "GET") => Does::Read,
            (true, "PUT") => Does::Replace,
            (true, "PATCH") => Does::Change,
            (true, "DELETE") => Does::Delete,
            _ => continue,
        };
        roles.insert(id.clone(), Role { does, reads: reads.clone(), parameter: parameter.clone() });
    }
    roles
}
