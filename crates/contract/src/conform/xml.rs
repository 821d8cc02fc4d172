//! XML, read by the schema: elements and attributes become the properties they are written for (OpenAPI, XML object).

use std::borrow::Cow;

use schema::{Shape, Types, Value};

const DEEPEST: usize = 100;
const MOST_ELEMENTS: usize = 100_000;

/// An element, without its prefix.
struct Element<'x> {
    name: &'x str,
    attributes: Vec<(&'x str, String)>,
    children: Vec<Element<'x>>,
    text: String,
}

/// # Errors
/// What is wrong with the text. Document types are not read: they could make much of little.
pub(super) fn read(body: &[u8], shape: Shape<'_>) -> Result<Value<'static>, &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}'), left: MOST_ELEMENTS };
    reader.between()?;
    let root = reader.element(0)?;
    reader.between()?;
    if !reader.rest.trim().is_empty() {
        return Err("there is something after the root element");
    }
    Ok(value(&root, shape))
}

/// What an element is by the schema.
fn value(element: &Element<'_>, shape: Shape<'_>) -> Value<'static> {
    let types = shape.types();
    if types.has(Types::LIST) && !types.has(Types::OBJECT) {
        return items(element.children.iter(), shape);
    }
    if types.has(Types::NULL)
        && element.attributes.iter().any(|(name, text)| *name == "nil" && text == "true")
    {
        return Value::Null;
    }
    let is_leaf = element.children.is_empty() && element.attributes.is_empty();
    if types.both(Types::OBJECT).is_none() || is_leaf && types.has(Types::STRING) {
        return Value::Plain(Cow::Owned(element.text.clone()));
    }
    let mut members: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    let mut used = vec![false; element.children.len()];
    for name in shape.names() {
        let Some(property) = shape.property(name) else { continue };
        let xml = property.xml();
        let written = local(xml.name.unwrap_or(name));
        if xml.attribute {
            if let Some((_, text)) = element.attributes.iter().find(|(known, _)| *known == written) {
                members.push((Cow::Owned(name.to_owned()), Value::Plain(Cow::Owned(text.clone()))));
            }
            continue;
        }
        if xml.text {
            members.push((Cow::Owned(name.to_owned()), Value::Plain(Cow::Owned(element.text.clone()))));
            continue;
        }
        let is_list = property.types().has(Types::LIST) && !property.types().has(Types::OBJECT);
        let inner = property.item().and_then(|item| item.xml().name.map(local));
        let wanted = if is_list && !xml.wrapped { inner.unwrap_or(written) } else { written };
        let mut found = Vec::new();
        for (at, child) in element.children.iter().enumerate() {
            if child.name == wanted {
                used[at] = true;
                found.push(child);
            }
        }
        let made = match found.as_slice() {
            [] => continue,
            [one] if is_list && xml.wrapped => items(one.children.iter(), property),
            all if is_list => items(all.iter().copied(), property),
            [one] => value(one, property),
            // Twice where once is asked for: a list, which the schema refuses.
            all => Value::List(all.iter().map(|one| value(one, property)).collect()),
        };
        members.push((Cow::Owned(name.to_owned()), made));
    }
    let additional = shape.additional();
    for child in element.children.iter().zip(&used).filter(|(_, used)| !**used).map(|(child, _)| child) {
        if members.iter().all(|(known, _)| known != child.name) {
            let made = additional
                .map_or_else(|| Value::Plain(Cow::Owned(child.text.clone())), |of| value(child, of));
            members.push((Cow::Owned(child.name.to_owned()), made));
        }
    }
    Value::Object(members)
}

fn items<'e, 'x: 'e>(elements: impl Iterator<Item = &'e Element<'x>>, shape: Shape<'_>) -> Value<'static> {
    let item = shape.item();
    Value::List(
        elements
            .map(|one| {
                item.map_or_else(|| Value::Plain(Cow::Owned(one.text.clone())), |item| value(one, item))
            })
            .collect(),
    )
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

struct Reader<'x> {
    rest: &'x str,
    left: usize,
}

impl<'x> Reader<'x> {
    /// What may stand outside the root: white space, comments, instructions.
    fn between(&mut self) -> Result<(), &'static str> {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with("<?") {
                self.skip("?>")?;
            } else if self.rest.starts_with("<!--") {
                self.skip("-->")?;
            } else if self.rest.starts_with("<!") {
                return Err("document types are not read");
            } else {
                return Ok(());
            }
        }
    }

    fn skip(&mut self, end: &str) -> Result<&'x str, &'static str> {
        let (inside, rest) = self.rest.split_once(end).ok_or("the text ends too early")?;
        self.rest = rest;
        Ok(inside)
    }

    fn name(&mut self) -> Result<&'x str, &'static str> {
        let is_of_name = |c: char| c.is_alphanumeric() || "_-.:".contains(c);
        let end = self.rest.find(|c| !is_of_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() { Err("a name is missing") } else { Ok(name) }
    }

    fn element(&mut self, depth: usize) -> Result<Element<'x>, &'static str> {
        self.rest = self.rest.strip_prefix('<').ok_or("an element is missing")?;
        self.left = self.left.checked_sub(1).ok_or("there are too many elements")?;
        if depth > DEEPEST {
            return Err("it nests too deep");
        }
        let whole = self.name()?;
        let mut element =
            Element { name: local(whole), attributes: Vec::new(), children: Vec::new(), text: String::new() };
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix("/>") {
                self.rest = rest;
                return Ok(element);
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                break;
            }
            let name = self.name()?;
            self.rest =
                self.rest.trim_start().strip_prefix('=').ok_or("an attribute has no value")?.trim_start();
            let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let quote = quote.ok_or("the value of an attribute is not quoted")?;
            self.rest = &self.rest[1..];
            let text = self.skip(if quote == '"' { "\"" } else { "'" })?;
            if element.attributes.len() > 200
                || element.attributes.iter().any(|(known, _)| *known == local(name))
            {
                return Err("an attribute stands twice");
            }
            if name != "xmlns" && !name.starts_with("xmlns:") {
                element.attributes.push((local(name), unescaped(text)?));
            }
        }
        loop {
            let (text, _) = self.rest.split_once('<').ok_or("an element is not closed")?;
            element.text.push_str(&unescaped(text)?);
            self.rest = &self.rest[text.len()..];
            if let Some(rest) = self.rest.strip_prefix("</") {
                self.rest = rest;
                let closes = self.name()?;
                self.rest = self.rest.trim_start().strip_prefix('>').ok_or("a tag is not closed")?;
                if closes != whole {
                    return Err("a tag closes another element");
                }
                return Ok(element);
            }
            if self.rest.starts_with("<!--") {
                self.skip("-->")?;
            } else if self.rest.starts_with("<![CDATA[") {
                let inside = self.skip("]]>")?;
                element.text.push_str(&inside["<![CDATA[".len()..]);
            } else if self.rest.starts_with("<?") {
                self.skip("?>")?;
            } else {
                let child = self.element(depth + 1)?;
                element.children.push(child);
            }
        }
    }
}

/// References to characters undone; those that a document type would define are none.
fn unescaped(text: &str) -> Result<String, &'static str> {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        whole.push_str(before);
        let (name, after) = after.split_once(';').ok_or("a reference is not closed")?;
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        whole.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            _ => number.and_then(char::from_u32).ok_or("a reference is not known")?,
        });
        rest = after;
    }
    whole.push_str(rest);
    Ok(whole)
}
