//! What a `.proto` file says: proto2, proto3 and editions.

use super::{
    super::{lines::Lines, make::At},
    lex::{self, Token, Word, Wrong},
};

/// Messages in messages, and values in values.
const MOST_DEPTH: usize = 48;

#[derive(Debug, Default)]
pub(super) struct File {
    pub(in super::super) package: String,
    pub(in super::super) comment: Option<String>,
    pub(in super::super) imports: Vec<(String, At)>,
    /// With the messages in them, each by its whole name.
    pub(in super::super) messages: Vec<Message>,
    pub(in super::super) enums: Vec<Enum>,
    pub(in super::super) services: Vec<Service>,
}

#[derive(Debug)]
pub(in super::super) struct Message {
    /// With the package and the messages around it.
    pub(in super::super) name: String,
    pub(in super::super) at: At,
    pub(in super::super) comment: Option<String>,
    pub(in super::super) deprecated: bool,
    pub(in super::super) fields: Vec<Field>,
}

#[derive(Debug)]
pub(in super::super) struct Field {
    pub(in super::super) name: String,
    pub(in super::super) at: At,
    pub(in super::super) comment: Option<String>,
    pub(in super::super) number: String,
    pub(in super::super) of: Of,
    pub(in super::super) type_at: At,
    pub(in super::super) repeated: bool,
    pub(in super::super) required: bool,
    /// One of several of which one is set.
    pub(in super::super) one_of: Option<String>,
    pub(in super::super) json_name: Option<String>,
    pub(in super::super) deprecated: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Of {
    Type(String),
    Map(String, String),
}

#[derive(Debug)]
pub(in super::super) struct Enum {
    pub(in super::super) name: String,
    pub(in super::super) at: At,
    pub(in super::super) comment: Option<String>,
    /// Names with their numbers.
    pub(in super::super) values: Vec<(String, String, At)>,
}

#[derive(Debug)]
pub(in super::super) struct Service {
    /// With the package.
    pub(in super::super) name: String,
    pub(in super::super) at: At,
    pub(in super::super) comment: Option<String>,
    pub(in super::super) methods: Vec<Method>,
}

#[derive(Debug)]
pub(in super::super) struct Method {
    pub(in super::super) name: String,
    pub(in super::super) at: At,
    pub(in super::super) comment: Option<String>,
    pub(in super::super) input: (String, At),
    pub(in super::super) output: (String, At),
    pub(in super::super) client_streams: bool,
    pub(in super::super) server_streams: bool,
    pub(in super::super) deprecated: bool,
    /// The values of `google.api.http`.
    pub(in super::super) http: Vec<(Given, At)>,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Given {
    Word(String),
    Fields(Vec<(String, Given)>),
}

impl Given {
    pub(in super::super) fn get(&self, name: &str) -> Option<&Given> {
        match self {
            Given::Fields(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            Given::Word(_) => None,
        }
    }

    pub(in super::super) fn word(&self) -> Option<&str> {
        match self {
            Given::Word(word) => Some(word),
            Given::Fields(_) => None,
        }
    }

    pub(in super::super) fn all<'g>(&'g self, name: &'g str) -> impl Iterator<Item = &'g Given> {
        let fields = match self {
            Given::Fields(fields) => &fields[..],
            Given::Word(_) => &[],
        };
        fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value)
    }
}

/// An option: its name as it is written, without spaces, and its value.
type Setting = (String, Given);

pub(super) fn read(text: &str, lines: &Lines<'_>) -> Result<File, Wrong> {
    let tokens = lex::read(text, lines)?;
    let end = lines.at(text.len());
    let mut parser = Parser { tokens, next: 0, end, file: File::default() };
    parser.file.comment = parser.tokens.first().and_then(|token| token.comment.clone());
    while parser.next < parser.tokens.len() {
        parser.statement()?;
    }
    Ok(parser.file)
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    end: At,
    file: File,
}

impl Parser {
    fn statement(&mut self) -> Result<(), Wrong> {
        let at = self.at();
        let comment = self.comment();
        if self.takes(';') {
            return Ok(());
        }
        let word = self.name("a statement such as `message`, `enum` or `service`")?;
        match &*word {
            "syntax" | "edition" => {
                self.sign('=')?;
                let value = self.text()?;
                let known = match &*word {
                    "syntax" => ["proto2", "proto3"].contains(&&*value),
                    _ => ["2023", "2024"].contains(&&*value),
                };
                if !known {
                    let message =
                        format!("`{value}` is not read; proto2, proto3 and the editions 2023 and 2024 are");
                    return Err((message, at));
                }
                self.sign(';')
            }
            "package" => {
                self.file.package = self.name("a package")?;
                self.file.comment = comment.or(self.file.comment.take());
                self.sign(';')
            }
            "import" => {
                if matches!(self.peek(), Some(Word::Name(_))) {
                    self.next += 1;
                }
                let at = self.at();
                let path = self.text()?;
                self.file.imports.push((path, at));
                self.sign(';')
            }
            "option" => self.option(0).map(drop),
            "message" => {
                let scope = self.file.package.clone();
                self.message(&scope, comment, 0)
            }
            "enum" => {
                let scope = self.file.package.clone();
                self.enumeration(&scope, comment)
            }
            "service" => self.service(comment),
            "extend" => {
                self.name("the name of a message")?;
                self.extension(0)
            }
            _ => {
                let message = format!(
                    "`{word}` begins no statement; `message`, `enum`, `service`, `import`, `option` and `package` do"
                );
                Err((message, at))
            }
        }
    }

    fn message(&mut self, scope: &str, comment: Option<String>, depth: usize) -> Result<(), Wrong> {
        let at = self.at();
        let name = self.name("the name of a message")?;
        self.body_of_message(scope, name, at, comment, depth)
    }

    fn body_of_message(
        &mut self,
        scope: &str,
        name: String,
        at: At,
        comment: Option<String>,
        depth: usize,
    ) -> Result<(), Wrong> {
        if depth > MOST_DEPTH {
            return Err((format!("messages stand in each other deeper than {MOST_DEPTH} levels"), at));
        }
        let name = joined(scope, &name);
        let mut message = Message { name: name.clone(), at, comment, deprecated: false, fields: Vec::new() };
        // Its place comes before those in it.
        let place = self.file.messages.len();
        self.file.messages.push(Message {
            fields: Vec::new(),
            comment: None,
            ..Message { name: name.clone(), at, comment: None, deprecated: false, fields: Vec::new() }
        });
        self.sign('{')?;
        self.members(&mut message, None, depth)?;
        self.file.messages[place] = message;
        Ok(())
    }

    /// Up to the closing brace.
    fn members(&mut self, message: &mut Message, one_of: Option<&str>, depth: usize) -> Result<(), Wrong> {
        let name = message.name.clone();
        loop {
            if self.takes('}') {
                return Ok(());
            }
            if self.takes(';') {
                continue;
            }
            let (at, comment) = (self.at(), self.comment());
            let next = self.tokens.get(self.next + 1).map(|token| &token.word);
            // A field may have a type that is called like a statement.
            let is_statement = !matches!(next, Some(Word::Sign('=')));
            match self.peek() {
                Some(Word::Name(word)) if is_statement && one_of.is_none() => match word.as_str() {
                    "message" => {
                        self.next += 1;
                        self.message(&name, comment, depth + 1)?;
                        continue;
                    }
                    "enum" => {
                        self.next += 1;
                        self.enumeration(&name, comment)?;
                        continue;
                    }
                    "extend" => {
                        self.next += 1;
                        self.name("the name of a message")?;
                        self.extension(depth + 1)?;
                        continue;
                    }
                    "extensions" | "reserved" => {
                        self.skip_statement()?;
                        continue;
                    }
                    "oneof" => {
                        self.next += 1;
                        let choice = self.name("the name of a `oneof`")?;
                        self.sign('{')?;
                        self.members(message, Some(&choice), depth)?;
                        continue;
                    }
                    "option" => {
                        self.next += 1;
                        let (option, value) = self.option(0)?;
                        message.deprecated |= option == "deprecated" && value.word() == Some("true");
                        continue;
                    }
                    _ => {}
                },
                Some(Word::Name(word)) if word == "option" && is_statement => {
                    self.next += 1;
                    self.option(0)?;
                    continue;
                }
                Some(Word::Name(_)) => {}
                _ => return Err((format!("a field of `{name}` is expected, found {}", self.found()), at)),
            }
            let field = self.field(&name, one_of, comment, depth)?;
            message.fields.push(field);
        }
    }

    fn field(
        &mut self,
        scope: &str,
        one_of: Option<&str>,
        comment: Option<String>,
        depth: usize,
    ) -> Result<Field, Wrong> {
        let (mut repeated, mut required) = (false, false);
        let mut type_at = self.at();
        let mut of = self.name("the type of a field")?;
        if matches!(&*of, "repeated" | "optional" | "required") && matches!(self.peek(), Some(Word::Name(_)))
        {
            (repeated, required) = (of == "repeated", of == "required");
            type_at = self.at();
            of = self.name("the type of a field")?;
        }
        let kind = if of == "map" && self.takes('<') {
            let key = self.name("the type of keys")?;
            self.sign(',')?;
            let value = self.name("the type of values")?;
            self.sign('>')?;
            Of::Map(key, value)
        } else {
            Of::Type(of.clone())
        };
        let at = self.at();
        let mut name = self.name("the name of a field")?;
        self.sign('=')?;
        let number = match self.word() {
            Some(Word::Number(number)) => number,
            _ => return Err((format!("the field `{name}` has no number; write it as `{name} = 1;`"), at)),
        };
        let mut field = Field {
            name: name.clone(),
            at,
            comment,
            number,
            of: kind,
            type_at,
            repeated,
            required,
            one_of: one_of.map(str::to_owned),
            json_name: None,
            deprecated: false,
        };
        if self.takes('[') {
            for (option, value) in self.settings()? {
                match &*option {
                    "deprecated" => field.deprecated = value.word() == Some("true"),
                    "json_name" => field.json_name = value.word().map(str::to_owned),
                    _ => {}
                }
            }
        }
        if of == "group" {
            let comment = field.comment.clone();
            self.body_of_message(scope, name.clone(), at, comment, depth + 1)?;
            field.of = Of::Type(name.clone());
            name = name.to_ascii_lowercase();
            field.name = name;
            return Ok(field);
        }
        self.sign(';')?;
        if field.comment.is_none() {
            field.comment = self.tokens.get(self.next.saturating_sub(1)).and_then(|last| last.behind.clone());
        }
        Ok(field)
    }

    fn enumeration(&mut self, scope: &str, comment: Option<String>) -> Result<(), Wrong> {
        let at = self.at();
        let name = self.name("the name of an enum")?;
        let mut of = Enum { name: joined(scope, &name), at, comment, values: Vec::new() };
        self.sign('{')?;
        loop {
            if self.takes('}') {
                self.file.enums.push(of);
                return Ok(());
            }
            if self.takes(';') {
                continue;
            }
            let at = self.at();
            let name = self.name("a value of the enum")?;
            if name == "option" && !matches!(self.peek(), Some(Word::Sign('='))) {
                self.option(0)?;
                continue;
            }
            if name == "reserved" && !matches!(self.peek(), Some(Word::Sign('='))) {
                self.skip_statement()?;
                continue;
            }
            self.sign('=')?;
            let sign = if self.takes('-') { "-" } else { "" };
            let number = match self.word() {
                Some(Word::Number(number)) => format!("{sign}{number}"),
                _ => {
                    return Err((format!("the value `{name}` has no number; write it as `{name} = 0;`"), at));
                }
            };
            if self.takes('[') {
                self.settings()?;
            }
            self.sign(';')?;
            of.values.push((name, number, at));
        }
    }

    fn service(&mut self, comment: Option<String>) -> Result<(), Wrong> {
        let at = self.at();
        let name = self.name("the name of a service")?;
        let mut service =
            Service { name: joined(&self.file.package, &name), at, comment, methods: Vec::new() };
        self.sign('{')?;
        loop {
            if self.takes('}') {
                self.file.services.push(service);
                return Ok(());
            }
            if self.takes(';') {
                continue;
            }
            let (at, comment) = (self.at(), self.comment());
            match &*self.name("`rpc`, `option` or `}`")? {
                "rpc" => service.methods.push(self.method(comment)?),
                "option" => drop(self.option(0)?),
                other => return Err((format!("`{other}` stands in no service; `rpc` and `option` do"), at)),
            }
        }
    }

    fn method(&mut self, comment: Option<String>) -> Result<Method, Wrong> {
        let at = self.at();
        let name = self.name("the name of a method")?;
        let (client_streams, input) = self.message_of_method()?;
        let word_at = self.at();
        let word = self.name("`returns`")?;
        if word != "returns" {
            return Err((format!("`returns (…)` is expected, found `{word}`"), word_at));
        }
        let (server_streams, output) = self.message_of_method()?;
        let mut method = Method {
            name,
            at,
            comment,
            input,
            output,
            client_streams,
            server_streams,
            deprecated: false,
            http: Vec::new(),
        };
        if !self.takes('{') {
            self.sign(';')?;
            return Ok(method);
        }
        // `option (google.api.http).get = "…"` sets one field at a time.
        let mut by_field = Vec::new();
        let mut by_field_at = at;
        loop {
            if self.takes('}') {
                break;
            }
            if self.takes(';') {
                continue;
            }
            let at = self.at();
            let word = self.name("`option` or `}`")?;
            if word != "option" {
                return Err((format!("`{word}` stands in no method; `option` does"), at));
            }
            let (name, value) = self.option(0)?;
            match name.strip_prefix("(google.api.http)").or_else(|| name.strip_prefix("(.google.api.http)")) {
                Some("") => method.http.push((value, at)),
                Some(field) => {
                    by_field.push((field.trim_start_matches('.').to_owned(), value));
                    by_field_at = at;
                }
                None => method.deprecated |= name == "deprecated" && value.word() == Some("true"),
            }
        }
        if !by_field.is_empty() {
            method.http.push((Given::Fields(by_field), by_field_at));
        }
        Ok(method)
    }

    fn message_of_method(&mut self) -> Result<(bool, (String, At)), Wrong> {
        self.sign('(')?;
        let mut at = self.at();
        let mut name = self.name("the name of a message")?;
        let streams = name == "stream" && matches!(self.peek(), Some(Word::Name(_)));
        if streams {
            at = self.at();
            name = self.name("the name of a message")?;
        }
        self.sign(')')?;
        Ok((streams, (name, at)))
    }

    /// The fields that extend a message of somebody else: they are read, and not kept.
    fn extension(&mut self, depth: usize) -> Result<(), Wrong> {
        let at = self.at();
        self.sign('{')?;
        let mut ignored =
            Message { name: String::new(), at, comment: None, deprecated: false, fields: Vec::new() };
        self.members(&mut ignored, None, depth)
    }

    /// After the word `option`.
    fn option(&mut self, depth: usize) -> Result<Setting, Wrong> {
        let name = self.option_name()?;
        self.sign('=')?;
        let value = self.value(depth)?;
        self.sign(';')?;
        Ok((name, value))
    }

    /// After `[`, up to `]`.
    fn settings(&mut self) -> Result<Vec<Setting>, Wrong> {
        let mut all = Vec::new();
        loop {
            let name = self.option_name()?;
            self.sign('=')?;
            all.push((name, self.value(0)?));
            if self.takes(']') {
                return Ok(all);
            }
            self.sign(',')?;
        }
    }

    fn option_name(&mut self) -> Result<String, Wrong> {
        let mut name = String::new();
        loop {
            if self.takes('(') {
                name.push('(');
                name.push_str(&self.name("the name of an option")?);
                self.sign(')')?;
                name.push(')');
            } else {
                name.push_str(&self.name("the name of an option")?);
            }
            // `(a).b` comes as a name from the root, `(a).(b)` with a dot between.
            if self.takes('.') {
                name.push('.');
            } else if !matches!(self.peek(), Some(Word::Name(rest)) if rest.starts_with('.')) {
                return Ok(name);
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Given, Wrong> {
        if depth > MOST_DEPTH {
            return Err((format!("values stand in each other deeper than {MOST_DEPTH} levels"), self.at()));
        }
        if self.takes('{') {
            return self.fields('}', depth + 1);
        }
        if self.takes('<') {
            return self.fields('>', depth + 1);
        }
        if self.takes('[') {
            let mut items = Vec::new();
            while !self.takes(']') {
                items.push((String::new(), self.value(depth + 1)?));
                self.takes(',');
            }
            return Ok(Given::Fields(items));
        }
        let sign = if self.takes('-') { "-" } else { "" };
        let at = self.at();
        match self.word() {
            Some(Word::Text(mut text)) => {
                // Texts behind each other are one.
                while let Some(Word::Text(more)) = self.peek() {
                    text.push_str(more);
                    self.next += 1;
                }
                Ok(Given::Word(text))
            }
            Some(Word::Name(word) | Word::Number(word)) => Ok(Given::Word(format!("{sign}{word}"))),
            _ => Err(("a value is expected".to_owned(), at)),
        }
    }

    /// Fields in the text format, up to a closing sign.
    fn fields(&mut self, close: char, depth: usize) -> Result<Given, Wrong> {
        let mut fields = Vec::new();
        loop {
            if self.takes(close) {
                return Ok(Given::Fields(fields));
            }
            let name = if self.takes('[') {
                let name = self.name("the name of an extension")?;
                while !self.takes(']') {
                    if self.word().is_none() {
                        return Err(("`]` is missing".to_owned(), self.end));
                    }
                }
                name
            } else {
                self.name("a field")?
            };
            self.takes(':');
            let value = self.value(depth)?;
            // A list is the field several times.
            match value {
                Given::Fields(items)
                    if items.iter().all(|(name, _)| name.is_empty()) && !items.is_empty() =>
                {
                    fields.extend(items.into_iter().map(|(_, value)| (name.clone(), value)));
                }
                value => fields.push((name, value)),
            }
            if !self.takes(',') {
                self.takes(';');
            }
        }
    }

    fn skip_statement(&mut self) -> Result<(), Wrong> {
        loop {
            let at = self.at();
            match self.word() {
                Some(Word::Sign(';')) => return Ok(()),
                Some(Word::Sign('{' | '}')) | None => {
                    return Err(("`;` is missing before this".to_owned(), at));
                }
                Some(_) => {}
            }
        }
    }

    fn peek(&self) -> Option<&Word> {
        self.tokens.get(self.next).map(|token| &token.word)
    }

    fn word(&mut self) -> Option<Word> {
        let word = self.peek().cloned()?;
        self.next += 1;
        Some(word)
    }

    fn at(&self) -> At {
        self.tokens.get(self.next).map_or(self.end, |token| token.at)
    }

    fn comment(&self) -> Option<String> {
        self.tokens.get(self.next).and_then(|token| token.comment.clone())
    }

    fn found(&self) -> String {
        match self.peek() {
            None => "the end of the file".to_owned(),
            Some(Word::Name(word) | Word::Number(word)) => format!("`{word}`"),
            Some(Word::Text(_)) => "a text".to_owned(),
            Some(Word::Sign(sign)) => format!("`{sign}`"),
        }
    }

    fn takes(&mut self, sign: char) -> bool {
        let is_it = matches!(self.peek(), Some(Word::Sign(known)) if *known == sign);
        self.next += usize::from(is_it);
        is_it
    }

    fn sign(&mut self, sign: char) -> Result<(), Wrong> {
        match self.takes(sign) {
            true => Ok(()),
            false => Err((format!("`{sign}` is expected, found {}", self.found()), self.at())),
        }
    }

    fn name(&mut self, what: &str) -> Result<String, Wrong> {
        match self.peek() {
            Some(Word::Name(name)) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err((format!("{what} is expected, found {}", self.found()), self.at())),
        }
    }

    fn text(&mut self) -> Result<String, Wrong> {
        match self.peek() {
            Some(Word::Text(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            _ => Err((format!("a text in quotes is expected, found {}", self.found()), self.at())),
        }
    }
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
