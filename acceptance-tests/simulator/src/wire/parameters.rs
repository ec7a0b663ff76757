//! The parameters of a query request as a tree that is *consumed*: what no getter took is refused.

use std::collections::BTreeMap;

use super::protocol::Protocol;
use super::refusal::Refusal;
use super::rest::DOT;

/// What most services of the query protocol call the elements of lists.
const MEMBER: &str = "member";

/// A structure of the request: named members, each of which is a text, a list or a structure.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    protocol: Protocol,
    path: String,
    value: Option<String>,
    children: BTreeMap<String, Parameters>,
}

impl Parameters {
    /// The tree of a decoded form: `Filter.1.Value.2=x` is `Filter` → `1` → `Value` → `2`.
    pub(crate) fn from_pairs(protocol: Protocol, pairs: &[(String, String)]) -> Self {
        let mut root = Self {
            protocol,
            ..Self::default()
        };
        for (name, value) in pairs {
            let mut at = &mut root;
            for part in name.split('.') {
                let path = if at.path.is_empty() {
                    part.to_owned()
                } else {
                    format!("{}.{part}", at.path)
                };
                at = at.children.entry(part.to_owned()).or_insert_with(|| Self {
                    protocol,
                    path,
                    ..Self::default()
                });
            }
            at.value = Some(value.clone());
        }
        root
    }

    /// Whether nothing was given or everything has been taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.value.is_none() && self.children.is_empty()
    }

    /// Whether a member of that name was given (and not yet taken).
    pub(crate) fn has(&self, name: &str) -> bool {
        self.children.contains_key(name)
    }

    /// The text of a member.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let child = self.children.get_mut(name)?;
        let value = child.value.take();
        if child.is_empty() {
            self.children.remove(name);
        }
        value
    }

    /// The text of a member that must be there and not be empty.
    pub(crate) fn required(&mut self, name: &str) -> Result<String, Refusal> {
        match self.text(name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(self.missing(name)),
        }
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(self.bad(name, other, "Must be true or false.")),
        }
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.text(name) {
            None => Ok(None),
            Some(value) => match value.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(self.bad(name, &value, "Must be an integer.")),
            },
        }
    }

    /// One of the words that the model lists.
    pub(crate) fn one_of(&mut self, name: &str, words: &[&str]) -> Result<Option<String>, Refusal> {
        match self.text(name) {
            Some(word) if !words.contains(&word.as_str()) => {
                let why = format!("Must be one of: {}.", words.join(", "));
                Err(self.bad(name, &word, &why))
            }
            word => Ok(word),
        }
    }

    /// A list of texts, in order of its numbers.
    pub(crate) fn list(&mut self, name: &str) -> Result<Vec<String>, Refusal> {
        self.named_list(name, MEMBER)
    }

    /// A list of texts of a query service that has a word of its own for their elements.
    pub(crate) fn named_list(&mut self, name: &str, word: &str) -> Result<Vec<String>, Refusal> {
        self.elements(name, word)
            .into_iter()
            .map(|mut element| {
                let value = element.value.take().unwrap_or_default();
                element.finish()?;
                Ok(value)
            })
            .collect()
    }

    /// A list of structures, each read by `read`, which must take all of it.
    pub(crate) fn structures<T>(
        &mut self,
        name: &str,
        read: impl FnMut(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        self.named_structures((name, MEMBER), read)
    }

    /// As [`Parameters::structures`], of a list with a word of its own for its elements.
    pub(crate) fn named_structures<T>(
        &mut self,
        (name, word): (&str, &str),
        mut read: impl FnMut(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        self.elements(name, word)
            .into_iter()
            .map(|mut element| {
                let value = read(&mut element)?;
                element.finish()?;
                Ok(value)
            })
            .collect()
    }

    /// A map of texts, such as tags in JSON.
    pub(crate) fn map(&mut self, name: &str) -> Result<BTreeMap<String, String>, Refusal> {
        let Some(mut child) = self.children.remove(name) else {
            return Ok(BTreeMap::new());
        };
        child.value.take_if(|value| value.is_empty());
        let entries = std::mem::take(&mut child.children).into_iter();
        let map = entries.map(|(key, mut entry)| {
            let value = entry.value.take().unwrap_or_default();
            entry.finish()?;
            Ok((key.replace(DOT, "."), value))
        });
        let map = map.collect::<Result<_, _>>()?;
        child.finish()?;
        Ok(map)
    }

    /// A structure, read by `read`, which must take all of it.
    pub(crate) fn structure<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        let Some(mut child) = self.children.remove(name) else {
            return Ok(None);
        };
        let value = read(&mut child)?;
        child.finish()?;
        Ok(Some(value))
    }

    /// Refuses whatever nobody took. Every operation calls this before it changes anything.
    pub(crate) fn finish(&self) -> Result<(), Refusal> {
        match self.first_left() {
            None => Ok(()),
            Some(path) if self.protocol == Protocol::RestJson => Err(Refusal::new(
                "ValidationException",
                format!("The simulator does not know the member {path}"),
            )),
            Some(path) => Err(Refusal::new(
                "UnknownParameter",
                format!("The parameter {path} is not recognized"),
            )),
        }
    }

    fn first_left(&self) -> Option<&str> {
        if self.value.is_some() {
            return Some(&self.path);
        }
        self.children.values().find_map(Self::first_left)
    }

    /// The numbered elements of a list: `Name.N` in EC2's protocol, `Name.member.N` in query, where some
    /// services have another word in place of `member`.
    fn elements(&mut self, name: &str, word: &str) -> Vec<Self> {
        let Some(list) = self.children.get_mut(name) else {
            return Vec::new();
        };
        let numbered = match self.protocol {
            Protocol::Ec2 => take_numbered(list),
            Protocol::RestJson | Protocol::RestXml => {
                list.value.take_if(|value| value.is_empty());
                take_numbered(list)
            }
            Protocol::Query => {
                // An empty list is written `Name=`.
                list.value.take_if(|value| value.is_empty());
                list.children
                    .get_mut(word)
                    .map(take_numbered)
                    .unwrap_or_default()
            }
        };
        list.children.retain(|_, child| !child.is_empty());
        if list.is_empty() {
            self.children.remove(name);
        }
        numbered
    }

    fn missing(&self, name: &str) -> Refusal {
        match self.protocol {
            Protocol::Ec2 => Refusal::missing(&self.path_of(name)),
            Protocol::RestJson => self.invalid_field(name, "must not be null"),
            Protocol::RestXml => Refusal::new("InvalidInput", self.null(name)),
            Protocol::Query => Refusal::new("ValidationError", self.null(name)),
        }
    }

    fn bad(&self, name: &str, value: &str, why: &str) -> Refusal {
        match self.protocol {
            Protocol::Ec2 => Refusal::bad_value(&lower_first(&self.path_of(name)), value, why),
            Protocol::RestJson => self.invalid_field(name, &format!("{value:?}: {why}")),
            Protocol::Query | Protocol::RestXml => {
                let code = match self.protocol {
                    Protocol::RestXml => "InvalidInput",
                    _ => "ValidationError",
                };
                let at = lower_first(&self.path_of(name));
                let message = format!(
                    "1 validation error detected: Value '{value}' at '{at}' failed to satisfy \
                     constraint: {why}"
                );
                Refusal::new(code, message)
            }
        }
    }

    fn null(&self, name: &str) -> String {
        let at = lower_first(&self.path_of(name));
        format!(
            "1 validation error detected: Value null at '{at}' failed to satisfy constraint: \
             Member must not be null"
        )
    }

    fn invalid_field(&self, name: &str, why: &str) -> Refusal {
        let path = self.path_of(name);
        let field = serde_json::json!({ "name": path, "message": why });
        Refusal::new("ValidationException", format!("{path}: {why}"))
            .with("reason", "fieldValidationFailed")
            .with("fieldList", vec![field])
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

fn take_numbered(list: &mut Parameters) -> Vec<Parameters> {
    let mut numbers: Vec<(u32, String)> = list
        .children
        .keys()
        .filter_map(|key| key.parse().ok().map(|number| (number, key.clone())))
        .collect();
    numbers.sort_unstable();
    numbers
        .into_iter()
        .filter_map(|(_, key)| list.children.remove(&key))
        .collect()
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(protocol: Protocol, pairs: &[(&str, &str)]) -> Parameters {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Parameters::from_pairs(protocol, &pairs)
    }

    #[test]
    fn lists_come_in_the_order_of_their_numbers_in_both_protocols() {
        let mut ec2 = tree(
            Protocol::Ec2,
            &[("Id.10", "c"), ("Id.2", "b"), ("Id.1", "a")],
        );
        assert_eq!(ec2.list("Id").unwrap(), ["a", "b", "c"]);
        assert!(ec2.finish().is_ok());
        let mut query = tree(Protocol::Query, &[("Names.member.1", "a"), ("Subnets", "")]);
        assert_eq!(query.list("Names").unwrap(), ["a"]);
        assert!(query.list("Subnets").unwrap().is_empty());
        assert!(query.finish().is_ok());
        let mut named = tree(Protocol::Query, &[("SubnetIds.SubnetIdentifier.1", "a")]);
        assert_eq!(
            named.named_list("SubnetIds", "SubnetIdentifier").unwrap(),
            ["a"]
        );
        assert!(named.finish().is_ok());
    }

    #[test]
    fn what_nobody_took_is_refused_by_its_name() {
        let mut all = tree(
            Protocol::Ec2,
            &[("Filter.1.Name", "a"), ("Filter.1.Colour", "red")],
        );
        let refusal = all
            .structures("Filter", |filter| filter.required("Name"))
            .unwrap_err();
        assert_eq!(refusal.code, "UnknownParameter");
        assert!(refusal.message.contains("Filter.1.Colour"), "{refusal}");
    }

    #[test]
    fn a_missing_member_is_refused_in_the_words_of_its_protocol() {
        let refusal = tree(Protocol::Ec2, &[]).required("VpcId").unwrap_err();
        assert_eq!(
            refusal.message,
            "The request must contain the parameter VpcId"
        );
        let refusal = tree(Protocol::Query, &[("Name", "")])
            .required("Name")
            .unwrap_err();
        assert_eq!(refusal.code, "ValidationError");
    }
}
