//! What a schema says about the make of values: for those who read a value by it, or make one.

use crate::{
    Id, Schemas, Types,
    rules::{Keyword, Node},
};

/// References and parts that are followed, one within the other.
const DEEPEST: usize = 12;

/// A schema, as far as its make goes.
#[derive(Clone, Copy)]
pub struct Shape<'s> {
    schemas: &'s Schemas,
    node: &'s Node,
}

/// How a value is written as XML.
#[derive(Clone, Copy, Debug, Default)]
pub struct Xml<'s> {
    pub name: Option<&'s str>,
    pub attribute: bool,
    pub wrapped: bool,
    /// It is the text of the element around it, beside its attributes (OpenAPI 3.2, XML object, `nodeType`).
    pub text: bool,
}

impl Schemas {
    pub fn shape(&self, id: Id) -> Shape<'_> {
        Shape { schemas: self, node: self.node(id.0).1 }
    }
}

impl<'s> Shape<'s> {
    /// The kinds of values allowed, as far as `type`, here and in what is referred to, says.
    pub fn types(self) -> Types {
        self.schemas.types_of(self.node, 0)
    }

    /// A property that the schema describes.
    pub fn property(self, name: &str) -> Option<Shape<'s>> {
        let found = self.search(self.node, 0, &|node| node.object.as_ref()?.property(name)?.node.as_ref());
        found.map(|node| Shape { node, ..self })
    }

    /// What properties are that the schema does not name.
    pub fn additional(self) -> Option<Shape<'s>> {
        let found = self.search(self.node, 0, &|node| node.object.as_ref()?.additional.as_ref());
        found.filter(|node| node.constant.is_none()).map(|node| Shape { node, ..self })
    }

    /// The names of the properties described, in the order of the text.
    pub fn names(self) -> Vec<&'s str> {
        let mut names = Vec::new();
        self.names_of(self.node, 0, &mut names);
        names
    }

    /// What an item of a list is.
    pub fn item(self) -> Option<Shape<'s>> {
        let found = self.search(self.node, 0, &|node| {
            let list = node.list.as_ref()?;
            list.rest.as_ref().filter(|rest| rest.constant.is_none()).or(list.tuple.first())
        });
        found.map(|node| Shape { node, ..self })
    }

    pub fn xml(self) -> Xml<'s> {
        let found = self.search(self.node, 0, &|node| node.xml.as_ref());
        found.map_or_else(Xml::default, |xml| Xml {
            name: xml.name.as_deref(),
            attribute: xml.attribute,
            wrapped: xml.wrapped,
            text: xml.text,
        })
    }

    /// The schema, those it refers to and its parts, until one gives an answer.
    fn search<T>(
        self,
        node: &'s Node,
        depth: usize,
        found: &dyn Fn(&'s Node) -> Option<&'s T>,
    ) -> Option<&'s T> {
        if depth > DEEPEST {
            return None;
        }
        if let Some(it) = found(node) {
            return Some(it);
        }
        parts(self.schemas, node).into_iter().find_map(|part| self.search(part, depth + 1, found))
    }

    fn names_of(self, node: &'s Node, depth: usize, names: &mut Vec<&'s str>) {
        if depth > DEEPEST || names.len() > 1_000 {
            return;
        }
        if let Some(rules) = &node.object {
            let mut own: Vec<_> = rules.properties.iter().filter(|(_, p)| p.node.is_some()).collect();
            own.sort_by_key(|(_, property)| property.order);
            for (name, _) in own {
                if !names.contains(&&**name) {
                    names.push(name);
                }
            }
        }
        for part in parts(self.schemas, node) {
            self.names_of(part, depth + 1, names);
        }
    }
}

fn parts<'s>(schemas: &'s Schemas, node: &'s Node) -> Vec<&'s Node> {
    let mut all = Vec::new();
    for keyword in &node.keywords {
        match keyword {
            Keyword::Reference(Some(slot)) => all.push(schemas.node(*slot).1),
            Keyword::AllOf(parts) => all.extend(parts),
            Keyword::AnyOf(any) | Keyword::OneOf(any) => all.extend(&any.branches),
            _ => {}
        }
    }
    all
}
