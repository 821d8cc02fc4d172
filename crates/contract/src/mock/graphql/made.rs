//! Values of the types of a schema.

use apollo_compiler::{
    Name, Schema,
    collections::HashMap,
    resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue},
    response::{JsonMap, JsonValue},
    schema::{ExtendedType, Implementers, Type},
    validation::Valid,
};

/// Arguments that say how many items a list has.
pub(super) const LENGTHS: [&str; 7] = ["first", "last", "limit", "take", "pageSize", "perPage", "size"];
/// Items of a list where nothing says how many, and at most.
const USUAL: usize = 2;
const MOST_ITEMS: usize = 100;

pub(super) struct World<'w> {
    pub(super) schema: &'w Valid<Schema>,
    pub(super) implementers: &'w HashMap<Name, Implementers>,
    pub(super) seed: Option<u64>,
}

/// An object.
pub(super) struct Made<'w> {
    world: &'w World<'w>,
    of: &'w str,
    /// Its number in the list it is in.
    index: usize,
    /// Tells it from others.
    hash: u64,
    /// What was asked for to get it: fields of these names have these values.
    arguments: Option<&'w JsonMap>,
    /// How many items were asked for of a list that is in it.
    asked: Option<usize>,
}

impl<'w> Made<'w> {
    pub(super) fn root(world: &'w World<'w>, of: &'w str, index: usize) -> Made<'w> {
        let hash = mix(world.seed.unwrap_or_default(), of.as_bytes()).wrapping_add(index as u64);
        Made { world, of, index, hash, arguments: None, asked: None }
    }

    /// A value of a type, which stands in a field; `place` is its number where that is a list.
    fn value(&'w self, field: Asked<'w>, of: &'w Type, place: Option<usize>) -> ResolvedValue<'w> {
        if of.is_list() {
            let (count, item) = (items(field.asked.or(self.asked)), of.item_type());
            return ResolvedValue::list((0..count).map(move |at| self.value(field, item, Some(at))));
        }
        let name = of.inner_named_type();
        let hash = mix(self.hash, field.name.as_bytes()).wrapping_add(place.unwrap_or_default() as u64);
        let concrete = match self.world.schema.types.get(name) {
            Some(ExtendedType::Object(_)) => Some(name),
            Some(ExtendedType::Interface(_)) => {
                let all = self.world.implementers.get(name).map(|all| &all.objects);
                all.and_then(|all| all.get_index(self.choice(all.len(), place, hash)))
            }
            Some(ExtendedType::Union(of)) => {
                let chosen = of.members.get_index(self.choice(of.members.len(), place, hash));
                chosen.map(|chosen| &chosen.name)
            }
            Some(ExtendedType::Enum(of)) => {
                let fits =
                    |value: &JsonValue| value.as_str().is_some_and(|text| of.values.contains_key(text));
                let chosen = of.values.get_index(self.choice(of.values.len(), None, hash));
                let made = || chosen.map_or(JsonValue::Null, |(name, _)| name.as_str().into());
                return ResolvedValue::Leaf(self.echo(field.name, fits).unwrap_or_else(made));
            }
            _ => return ResolvedValue::Leaf(self.scalar(name, field.name, place, hash)),
        };
        concrete.map_or_else(ResolvedValue::null, |of| self.object(of, field, place, hash))
    }

    fn object(&'w self, of: &'w str, field: Asked<'w>, place: Option<usize>, hash: u64) -> ResolvedValue<'w> {
        // What stands in a wrapper, as the nodes of a connection, was asked for with it; of several the first is what was asked for.
        let arguments = if field.arguments.is_empty() { self.arguments } else { Some(field.arguments) };
        let arguments = arguments.filter(|_| place.unwrap_or_default() == 0);
        let asked = field.asked.or(self.asked).filter(|_| place.is_none());
        let index = place.unwrap_or(self.index);
        ResolvedValue::object(Made { world: self.world, of, index, hash, arguments, asked })
    }

    /// One of several: one after the other in a list, by chance where values differ.
    fn choice(&self, count: usize, place: Option<usize>, hash: u64) -> usize {
        let by_chance = if self.world.seed.is_some() { hash } else { 0 };
        let count = count.max(1) as u64;
        (by_chance % count + place.unwrap_or_default() as u64 % count) as usize % count as usize
    }

    /// What was asked for by the name of this field: itself, or in an `input`.
    fn echo(&self, name: &str, fits: impl Fn(&JsonValue) -> bool) -> Option<JsonValue> {
        let arguments = self.arguments?;
        let inner = arguments.iter().filter_map(|(_, value)| value.as_object()?.get(name));
        arguments.get(name).into_iter().chain(inner).find(|value| fits(value)).cloned()
    }

    fn scalar(&self, of: &str, name: &str, place: Option<usize>, hash: u64) -> JsonValue {
        let number = match self.world.seed {
            Some(_) => (hash % 1000) as i64,
            None => 1 + place.unwrap_or(self.index) as i64,
        };
        let of_kind = |value: &JsonValue| match of {
            "Int" => value.is_i64(),
            "Float" => value.is_number(),
            "Boolean" => value.is_boolean(),
            "ID" => value.is_string() || value.is_i64(),
            "String" => value.is_string(),
            _ => !value.is_null(),
        };
        if let Some(echo) = self.echo(name, of_kind) {
            return match echo.as_i64().filter(|_| of == "ID") {
                Some(number) => number.to_string().into(),
                None => echo,
            };
        }
        let plain = |text: &str| match number {
            1 => JsonValue::from(text),
            number => format!("{text} {number}").into(),
        };
        match of {
            "Int" => number.into(),
            "Float" => (number as f64 + 0.5).into(),
            // Who pages to the end comes to it.
            "Boolean" if matches!(name, "hasNextPage" | "hasPreviousPage") => false.into(),
            "Boolean" => (self.world.seed.is_none() || hash.is_multiple_of(2)).into(),
            "ID" => number.to_string().into(),
            "String" => plain(name),
            other => custom(other, number, &plain),
        }
    }
}

/// Scalars of a schema's own are anything; those that many schemas have are what they say.
fn custom(of: &str, number: i64, plain: &dyn Fn(&str) -> JsonValue) -> JsonValue {
    let day = 1 + number.rem_euclid(28);
    match &*of.to_ascii_lowercase() {
        "datetime" | "timestamp" | "timestamptz" | "instant" | "datetimeiso" | "offsetdatetime" => {
            format!("2026-01-{day:02}T12:00:00Z").into()
        }
        "date" | "localdate" => format!("2026-01-{day:02}").into(),
        "time" | "localtime" => "12:00:00Z".into(),
        "localdatetime" => format!("2026-01-{day:02}T12:00:00").into(),
        "duration" => format!("PT{number}S").into(),
        "url" | "uri" => format!("https://example.com/{number}").into(),
        "email" | "emailaddress" => format!("user{number}@example.com").into(),
        "uuid" | "guid" => format!("00000000-0000-4000-8000-{number:012}").into(),
        "long" | "int64" | "bigint" | "short" | "byte" | "nonnegativeint" | "positiveint" | "unsignedint" => {
            number.into()
        }
        "decimal" | "bigdecimal" => format!("{number}.50").into(),
        "json" | "jsonobject" | "object" | "map" => JsonValue::Object(JsonMap::new()),
        "void" => JsonValue::Null,
        _ => plain(of),
    }
}

/// A field that was asked for.
#[derive(Clone, Copy)]
struct Asked<'w> {
    name: &'w str,
    arguments: &'w JsonMap,
    /// How many items its arguments ask for.
    asked: Option<usize>,
}

impl ObjectValue for Made<'_> {
    fn type_name(&self) -> &str {
        self.of
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let arguments = info.arguments();
        let asked = LENGTHS.iter().find_map(|name| length(arguments.get(*name)?));
        let field = Asked { name: info.field_name(), arguments, asked };
        Ok(self.value(field, &info.field_definition().ty, None))
    }
}

/// How many lists a type is in each other.
pub(super) fn levels(of: &Type) -> usize {
    let (mut of, mut count) = (of, 0);
    while of.is_list() {
        (of, count) = (of.item_type(), count + 1);
    }
    count
}

/// How many items a list has.
pub(super) fn items(asked: Option<usize>) -> usize {
    asked.map_or(USUAL, |asked| asked.min(MOST_ITEMS))
}

pub(super) fn length(value: &JsonValue) -> Option<usize> {
    Some(usize::try_from(value.as_i64()?).unwrap_or(0))
}

/// FNV-1a.
fn mix(hash: u64, bytes: &[u8]) -> u64 {
    let begin = hash ^ 0xcbf2_9ce4_8422_2325;
    bytes.iter().fold(begin, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
