//! What the provider offers, by name. Everything is asked for when first needed, for most
//! processes need one schema of many.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::protocol::data_source::DataSource;
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::function::Function;
use crate::protocol::proto::get_provider_schema;
use crate::protocol::provider::Provider;
use crate::protocol::resource::Resource;
use crate::protocol::schema::Schema;
use crate::protocol::types::Type;

/// A schema and the type it gives.
pub(super) struct Typed {
    pub(super) schema: Schema,
    pub(super) kind: Type,
}

/// Something with a schema.
pub(super) struct Entry<T: ?Sized> {
    pub(super) item: Arc<T>,
    typed: OnceLock<Arc<Typed>>,
}

/// The provider and all it offers.
pub(super) struct Catalog {
    pub(super) provider: Arc<dyn Provider>,
    /// The answer to GetProviderSchema, made once.
    pub(super) schemas: OnceLock<get_provider_schema::Response>,
    configuration: OnceLock<Arc<Typed>>,
    resources: OnceLock<BTreeMap<&'static str, Entry<dyn Resource>>>,
    data_sources: OnceLock<BTreeMap<&'static str, Entry<dyn DataSource>>>,
    functions: OnceLock<BTreeMap<&'static str, Arc<dyn Function>>>,
}

impl Catalog {
    pub(super) fn new(provider: Arc<dyn Provider>) -> Self {
        Self {
            provider,
            schemas: OnceLock::new(),
            configuration: OnceLock::new(),
            resources: OnceLock::new(),
            data_sources: OnceLock::new(),
            functions: OnceLock::new(),
        }
    }

    /// The provider's own schema.
    pub(super) fn configuration(&self) -> &Arc<Typed> {
        self.configuration
            .get_or_init(|| Typed::new(self.provider.schema()))
    }

    pub(super) fn resources(&self) -> &BTreeMap<&'static str, Entry<dyn Resource>> {
        self.resources.get_or_init(|| {
            let resources = self.provider.resources().into_iter();
            resources
                .map(|item| (item.type_name(), Entry::new(item)))
                .collect()
        })
    }

    pub(super) fn data_sources(&self) -> &BTreeMap<&'static str, Entry<dyn DataSource>> {
        self.data_sources.get_or_init(|| {
            let data_sources = self.provider.data_sources().into_iter();
            data_sources
                .map(|item| (item.type_name(), Entry::new(item)))
                .collect()
        })
    }

    pub(super) fn functions(&self) -> &BTreeMap<&'static str, Arc<dyn Function>> {
        self.functions.get_or_init(|| {
            let functions = self.provider.functions().into_iter();
            functions
                .map(|function| (function.name(), function))
                .collect()
        })
    }

    /// A managed resource and its schema.
    pub(super) fn resource(
        &self,
        type_name: &str,
    ) -> Result<(Arc<dyn Resource>, Arc<Typed>), Diagnostics> {
        let entry = self
            .resources()
            .get(type_name)
            .ok_or_else(|| missing("resource", type_name))?;
        Ok((Arc::clone(&entry.item), entry.typed()))
    }

    /// A data source and its schema.
    pub(super) fn data_source(
        &self,
        type_name: &str,
    ) -> Result<(Arc<dyn DataSource>, Arc<Typed>), Diagnostics> {
        let entry = self
            .data_sources()
            .get(type_name)
            .ok_or_else(|| missing("data source", type_name))?;
        Ok((Arc::clone(&entry.item), entry.typed()))
    }
}

impl Typed {
    fn new(schema: Schema) -> Arc<Self> {
        let kind = schema.to_type();
        Arc::new(Self { schema, kind })
    }
}

impl<T: ?Sized> Entry<T> {
    fn new(item: Arc<T>) -> Self {
        Self {
            item,
            typed: OnceLock::new(),
        }
    }
}

impl Entry<dyn Resource> {
    pub(super) fn typed(&self) -> Arc<Typed> {
        Arc::clone(self.typed.get_or_init(|| Typed::new(self.item.schema())))
    }
}

impl Entry<dyn DataSource> {
    pub(super) fn typed(&self) -> Arc<Typed> {
        Arc::clone(self.typed.get_or_init(|| Typed::new(self.item.schema())))
    }
}

fn missing(what: &str, name: &str) -> Diagnostics {
    let detail = format!("This version of the provider has no {what} {name:?}.");
    Diagnostic::error(format!("Unknown {what}"), detail).into()
}
