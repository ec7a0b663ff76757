//! Schemas: what users may write and what a state holds. Attributes only, nested where needed;
//! blocks are Terraform's older form and have no place here.

mod attribute;
mod check;
mod defaults;
mod replaced;
mod required;

use std::collections::BTreeMap;

pub use attribute::{Attribute, Kind, Nesting};

use super::model::Model;
use super::types::Type;

/// Schema of a resource, data source or the provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Version of the state's format, from 0; stored with every state.
    pub version: i64,
    /// What it is for, in Markdown.
    pub description: String,
    /// The attributes.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The schema that a model describes.
    #[must_use]
    pub fn of<M: Model>(version: i64) -> Self {
        Self {
            version,
            description: M::description(),
            attributes: M::attributes(),
        }
    }

    /// The type of all values of this schema: an object.
    #[must_use]
    pub fn to_type(&self) -> Type {
        object_type(&self.attributes)
    }
}

fn object_type(attributes: &[Attribute]) -> Type {
    let types: BTreeMap<String, Type> = attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), attribute.kind.to_type()))
        .collect();
    Type::Object(types)
}
