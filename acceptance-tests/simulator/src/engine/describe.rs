//! What list operations share: filters with wildcards, and pages.

use crate::wire::xml::{Element, Members, text};
use crate::wire::{Parameters, Refusal};
use crate::world::{Seen, Tags};

/// A filter's name and how to read its values off an object.
pub(crate) type Facet<T> = (&'static str, fn(&Seen<'_, T>) -> Vec<String>);

/// The `Filter.N` of a call: all must match, of each any value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filters {
    wanted: Vec<(String, Vec<String>)>,
}

impl Filters {
    /// Reads `Filter.N.Name` and `Filter.N.Value.M`.
    pub(crate) fn read(parameters: &mut Parameters) -> Result<Self, Refusal> {
        let wanted = parameters.structures("Filter", |filter| {
            let name = filter.required("Name")?;
            let values = filter.list("Value")?;
            if values.is_empty() {
                return Err(Refusal::invalid_value(format!(
                    "The filter '{name}' has no values"
                )));
            }
            Ok((name, values))
        })?;
        Ok(Self { wanted })
    }

    /// Refuses filters that the operation does not have. Tag filters are always known.
    pub(crate) fn check<T>(&self, facets: &[Facet<T>]) -> Result<(), Refusal> {
        self.check_names(|name| facets.iter().any(|(known, _)| *known == name))
    }

    /// As [`Filters::check`], with the names known by a predicate.
    pub(crate) fn check_names(&self, known: impl Fn(&str) -> bool) -> Result<(), Refusal> {
        match self
            .wanted
            .iter()
            .find(|(name, _)| !is_tag_filter(name) && !known(name))
        {
            None => Ok(()),
            Some((name, _)) => Err(Refusal::invalid_value(format!(
                "The filter '{name}' is invalid"
            ))),
        }
    }

    /// Whether an object passes. Call [`Filters::check`] first.
    pub(crate) fn pass<T>(&self, facets: &[Facet<T>], seen: &Seen<'_, T>) -> bool {
        self.pass_values(seen.tags, |name| {
            facets
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, values)| values(seen))
                .unwrap_or_default()
        })
    }

    /// Whether something with these tags and values passes.
    pub(crate) fn pass_values(&self, tags: &Tags, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.wanted.iter().all(|(name, patterns)| {
            let has = tag_values(name, tags).unwrap_or_else(|| values(name));
            patterns
                .iter()
                .any(|pattern| has.iter().any(|value| wildcard(pattern, value)))
        })
    }
}

fn is_tag_filter(name: &str) -> bool {
    name.starts_with("tag:") || name == "tag-key"
}

fn tag_values(name: &str, tags: &Tags) -> Option<Vec<String>> {
    if name == "tag-key" {
        return Some(tags.keys().cloned().collect());
    }
    let key = name.strip_prefix("tag:")?;
    Some(tags.get(key).cloned().into_iter().collect())
}

/// Whether a text matches a pattern in which `*` is any text, `?` any character, `\` an escape.
pub(crate) fn wildcard(pattern: &str, value: &str) -> bool {
    let tokens = tokens(pattern);
    let value: Vec<char> = value.chars().collect();
    let (mut at_pattern, mut at_value) = (0, 0);
    // Where to go on when a later literal does not fit: after the last star, one character further.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(character) = value.get(at_value) {
        match tokens.get(at_pattern) {
            Some(Token::Star) => {
                retry = Some((at_pattern + 1, at_value));
                at_pattern += 1;
                continue;
            }
            Some(token) if token.fits(*character) => {
                at_pattern += 1;
                at_value += 1;
                continue;
            }
            _ => {}
        }
        let Some((pattern_again, value_again)) = retry else {
            return false;
        };
        retry = Some((pattern_again, value_again + 1));
        (at_pattern, at_value) = (pattern_again, value_again + 1);
    }
    tokens
        .iter()
        .skip(at_pattern)
        .all(|token| *token == Token::Star)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Star,
    Any,
    Literal(char),
}

impl Token {
    fn fits(self, character: char) -> bool {
        self == Self::Any || self == Self::Literal(character)
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => Token::Literal(characters.next().unwrap_or('\\')),
            other => Token::Literal(other),
        });
    }
    tokens
}

/// The bounds of `MaxResults`, and whether it may come along with ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageLimits {
    pub(crate) low: i64,
    pub(crate) high: i64,
    /// Whether a number above `high` counts as `high` instead of being refused.
    pub(crate) clamped: bool,
}

/// `MaxResults` and `NextToken` of a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    size: Option<usize>,
    after: Option<String>,
}

impl Page {
    /// Reads and checks them.
    pub(crate) fn read(
        parameters: &mut Parameters,
        limits: PageLimits,
        ids: &[String],
    ) -> Result<Self, Refusal> {
        let size = parameters.integer("MaxResults")?;
        let token = parameters
            .text("NextToken")
            .filter(|token| !token.is_empty());
        if size.is_some() && !ids.is_empty() {
            return Err(Refusal::combination(
                "The parameter maxResults cannot be used with a list of ids in the same request",
            ));
        }
        let size = match size {
            Some(number) if number < limits.low => {
                let why = format!("Expecting a value greater than {}.", limits.low);
                return Err(Refusal::bad_value("maxResults", number, &why));
            }
            Some(number) if number > limits.high && !limits.clamped => {
                let why = format!("Expecting a value less than {}.", limits.high);
                return Err(Refusal::bad_value("maxResults", number, &why));
            }
            other => other.map(|number| number.min(limits.high)),
        };
        let after = token.map(|token| decode(&token)).transpose()?;
        Ok(Self {
            size: size.and_then(|number| usize::try_from(number).ok()),
            after,
        })
    }

    /// The rows of this page, each with the key that orders it, and the token of the next.
    pub(crate) fn cut(&self, rows: Vec<(String, Members)>) -> (Vec<Members>, Option<Element>) {
        let mut rows: Vec<_> = rows
            .into_iter()
            .filter(|(key, _)| self.after.as_ref().is_none_or(|after| key > after))
            .collect();
        rows.sort_by(|(one, _), (two, _)| one.cmp(two));
        let size = self.size.unwrap_or(1000);
        let next = (rows.len() > size)
            .then(|| rows.get(size.saturating_sub(1)).map(|(key, _)| encode(key)))
            .flatten();
        rows.truncate(size);
        let page = rows.into_iter().map(|(_, row)| row).collect();
        (page, next.map(|token| text("nextToken", token)))
    }
}

fn encode(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn decode(token: &str) -> Result<String, Refusal> {
    let invalid = || Refusal::new("InvalidNextToken", "The token is not valid");
    let digits = token.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Err(invalid());
    }
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_and_escapes_do_not() {
        assert!(wildcard("a*c", "abbc"));
        assert!(wildcard("a?c", "abc"));
        assert!(wildcard("a\\*c", "a*c"));
        assert!(!wildcard("a\\*c", "abc"));
        assert!(!wildcard("ab", "abc"));
        assert!(wildcard("*b*d", "abcbd"));
        assert!(!wildcard("*b*d?", "abcbd"));
        assert!(wildcard("**", ""));
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let rows = |count: usize| {
            (0..count)
                .map(|n| (format!("id-{n:03}"), vec![text("id", n)]))
                .collect::<Vec<_>>()
        };
        let first = Page {
            size: Some(5),
            after: None,
        };
        let (page, next) = first.cut(rows(7));
        assert_eq!(page.len(), 5);
        assert_eq!(next, Some(text("nextToken", encode("id-004"))));
        let second = Page {
            size: Some(5),
            after: Some("id-004".to_owned()),
        };
        let (page, next) = second.cut(rows(7));
        assert_eq!(page, [vec![text("id", 5)], vec![text("id", 6)]]);
        assert_eq!(next, None);
    }
}
