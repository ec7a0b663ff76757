//! One attribute of a schema, and how it is built up.

use super::object_type;
use crate::protocol::types::Type;
use crate::protocol::value::Value;

/// One attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Lower case, digits, underscores.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means, in Markdown.
    pub description: String,
    /// Users must set it; excludes `optional` and `computed`.
    pub required: bool,
    /// Users may set it.
    pub optional: bool,
    /// The provider sets it where users don't.
    pub computed: bool,
    /// Not shown in plans and messages.
    pub sensitive: bool,
    /// Never stored; always null in plans and states.
    pub write_only: bool,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// Changing it replaces the resource.
    pub replaces: bool,
    /// What it is where users don't say, whatever it was before. Wants `optional` and `computed`.
    pub default: Option<Value>,
}

/// What an attribute holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A value of a type.
    Plain(Type),
    /// Objects whose attributes have rules of their own.
    Nested(Nesting, Vec<Attribute>),
}

/// How many nested objects there are, and how they are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One.
    Single,
    /// Any number, in order.
    List,
    /// Any number, all different, without order.
    Set,
    /// Any number under text keys.
    Map,
}

impl Kind {
    /// The type of the values.
    #[must_use]
    pub fn to_type(&self) -> Type {
        match self {
            Self::Plain(kind) => kind.clone(),
            Self::Nested(nesting, attributes) => {
                let object = object_type(attributes);
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => object.list(),
                    Nesting::Set => object.set(),
                    Nesting::Map => object.map(),
                }
            }
        }
    }

    /// A collection of this kind: nested objects keep their attributes' rules. What is nested
    /// twice becomes a plain type, for schemas nest one collection a level.
    #[must_use]
    pub fn collection(self, nesting: Nesting) -> Self {
        match self {
            Self::Nested(Nesting::Single, attributes) => Self::Nested(nesting, attributes),
            other => Self::Plain(match nesting {
                Nesting::Single => other.to_type(),
                Nesting::List => other.to_type().list(),
                Nesting::Set => other.to_type().set(),
                Nesting::Map => other.to_type().map(),
            }),
        }
    }
}

impl Attribute {
    /// An attribute that still has to be made required, optional or computed.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            description: String::new(),
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            deprecated: None,
            replaces: false,
            default: None,
        }
    }

    /// Users must set it.
    #[must_use]
    pub fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// Users may set it.
    #[must_use]
    pub fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// The provider sets it where users don't.
    #[must_use]
    pub fn computed(self) -> Self {
        Self {
            computed: true,
            ..self
        }
    }

    /// Plans and messages don't show it.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Self {
            sensitive: true,
            ..self
        }
    }

    /// It is never stored. Older clients don't know this and must not be given it.
    #[must_use]
    pub fn write_only(self) -> Self {
        Self {
            write_only: true,
            ..self
        }
    }

    /// Users should stop using it; says why and what instead.
    #[must_use]
    pub fn deprecated(self, why: impl Into<String>) -> Self {
        Self {
            deprecated: Some(why.into()),
            ..self
        }
    }

    /// Changing it replaces the resource.
    #[must_use]
    pub fn replaces(self) -> Self {
        Self {
            replaces: true,
            ..self
        }
    }

    /// What it is where users don't say.
    #[must_use]
    pub fn default(self, value: impl Into<Value>) -> Self {
        Self {
            default: Some(value.into()),
            ..self
        }
    }

    /// What it means, in Markdown.
    #[must_use]
    pub fn described(self, description: impl Into<String>) -> Self {
        Self {
            description: description.into(),
            ..self
        }
    }
}
