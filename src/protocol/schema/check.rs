//! What core refuses in a schema when it loads it (one bad attribute and the whole provider is
//! unusable), and what it accepts but makes no sense.

use std::collections::BTreeSet;

use super::{Attribute, Kind, Nesting, Schema};
use crate::protocol::msgpack;
use crate::protocol::path::Path;
use crate::protocol::types::Type;

/// Arguments that Terraform keeps for itself in every resource.
const RESERVED: [&str; 7] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

impl Schema {
    /// Everything wrong with the schema, one sentence each; a test wants none.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.version < 0 {
            found.push("the version is negative".to_owned());
        }
        if self.description.is_empty() {
            found.push("the schema has no description".to_owned());
        }
        for attribute in &self.attributes {
            if RESERVED.contains(&attribute.name.as_str()) {
                found.push(format!(
                    "{}: Terraform keeps this name for itself",
                    attribute.name
                ));
            }
        }
        check_all(&self.attributes, &Path::root(), false, &mut found);
        found
    }
}

fn check_all(attributes: &[Attribute], path: &Path, in_set: bool, found: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for attribute in attributes {
        let path = path.clone().attribute(&attribute.name);
        if !names.insert(&attribute.name) {
            found.push(format!("{path}: given twice"));
        }
        found.extend(
            rules_broken(attribute, in_set)
                .into_iter()
                .map(|rule| format!("{path}: {rule}")),
        );
        if let Kind::Nested(nesting, nested) = &attribute.kind {
            check_all(nested, &path, in_set || *nesting == Nesting::Set, found);
        }
    }
}

fn rules_broken(attribute: &Attribute, in_set: bool) -> Vec<&'static str> {
    let configurable = attribute.required || attribute.optional;
    let rules = [
        (
            !is_name(&attribute.name),
            "the name is not lower case letters, digits and underscores",
        ),
        (attribute.description.is_empty(), "no description"),
        (
            !configurable && !attribute.computed,
            "none of required, optional and computed",
        ),
        (
            attribute.required && attribute.optional,
            "required and optional exclude each other",
        ),
        (
            attribute.required && attribute.computed,
            "required and computed exclude each other",
        ),
        (
            attribute.write_only && attribute.computed,
            "write-only and computed exclude each other",
        ),
        (
            attribute.write_only && in_set,
            "a set can't hold write-only attributes",
        ),
        (
            in_set && is_dynamic(&attribute.kind),
            "a set can't hold values of any type",
        ),
        (
            has_open_elements(&attribute.kind),
            "nested collections can't hold values of any type",
        ),
        (
            bad_default(attribute),
            "a default wants an optional and computed attribute of its type",
        ),
    ];
    rules
        .into_iter()
        .filter_map(|(broken, rule)| broken.then_some(rule))
        .collect()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn bad_default(attribute: &Attribute) -> bool {
    attribute.default.as_ref().is_some_and(|default| {
        let fits = msgpack::encode(default, &attribute.kind.to_type()).is_ok();
        !(fits && default.is_wholly_known() && attribute.optional && attribute.computed)
    })
}

/// Core crashes on nested collections whose elements differ in type.
fn has_open_elements(kind: &Kind) -> bool {
    match kind {
        Kind::Nested(Nesting::Single, _) | Kind::Plain(_) => false,
        Kind::Nested(_, nested) => nested.iter().any(|attribute| is_dynamic(&attribute.kind)),
    }
}

fn is_dynamic(kind: &Kind) -> bool {
    holds_dynamic(&kind.to_type())
}

fn holds_dynamic(kind: &Type) -> bool {
    match kind {
        Type::Dynamic => true,
        Type::String | Type::Number | Type::Bool => false,
        Type::List(of) | Type::Set(of) | Type::Map(of) => holds_dynamic(of),
        Type::Tuple(of) => of.iter().any(holds_dynamic),
        Type::Object(of) => of.values().any(holds_dynamic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(attribute: Attribute) -> Vec<String> {
        let attributes = vec![attribute.described("…")];
        Schema {
            version: 0,
            description: "…".into(),
            attributes,
        }
        .problems()
    }

    fn plain(name: &str) -> Attribute {
        Attribute::new(name, Kind::Plain(Type::String))
    }

    #[test]
    fn a_sound_attribute_has_no_problems() {
        assert_eq!(
            problems(plain("a_1").optional().computed().default("x")),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_core_refuses_at_load_is_found() {
        let nested = |inner: Attribute, nesting| {
            Attribute::new("n", Kind::Nested(nesting, vec![inner.described("…")])).optional()
        };
        let open = Attribute::new("any", Kind::Plain(Type::Dynamic)).optional();
        let cases = [
            (plain("a"), "a: none of required"),
            (plain("a").required().optional(), "a: required and optional"),
            (plain("a").required().computed(), "a: required and computed"),
            (plain("Big").optional(), "Big: the name"),
            (plain("count").optional(), "count: Terraform keeps"),
            (plain("a").optional().default("x"), "a: a default wants"),
            (
                plain("a").optional().computed().default(true),
                "a: a default wants",
            ),
            (nested(plain("b"), Nesting::List), "n.b: none of required"),
            (
                nested(plain("b").optional().write_only(), Nesting::Set),
                "n.b: a set can't",
            ),
            (nested(open.clone(), Nesting::Set), "n.any: a set can't"),
            (nested(open, Nesting::Map), "n: nested collections"),
        ];
        for (attribute, expected) in cases {
            let found = problems(attribute);
            assert!(
                found.iter().any(|text| text.contains(expected)),
                "{expected}: {found:?}"
            );
        }
    }

    #[test]
    fn a_schema_needs_a_version_a_description_and_different_names() {
        let twice = vec![plain("a").optional(), plain("a").optional()];
        let schema = Schema {
            version: -1,
            description: String::new(),
            attributes: twice,
        };
        let text = schema.problems().join("; ");
        for expected in [
            "version",
            "schema has no description",
            "a: given twice",
            "a: no description",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}
