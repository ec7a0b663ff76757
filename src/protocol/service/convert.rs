//! Between the messages of the protocol and our own types.

use crate::protocol::codec::CodecError;
use crate::protocol::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::protocol::function::{Parameter, Signature};
use crate::protocol::path::{Path, Step};
use crate::protocol::proto;
use crate::protocol::proto::attribute_path::step::Selector;
use crate::protocol::proto::diagnostic::Severity as ProtoSeverity;
use crate::protocol::proto::schema::object::NestingMode;
use crate::protocol::provider::ClientCapabilities;
use crate::protocol::schema::{Attribute, Kind, Nesting, Schema};
use crate::protocol::types::Type;
use crate::protocol::value::Value;
use crate::protocol::{json, msgpack};

/// Reads a value that core sent; absent and empty mean null. `what` names it in the message.
pub(super) fn value(
    sent: Option<proto::DynamicValue>,
    kind: &Type,
    what: &str,
) -> Result<Value, Diagnostics> {
    let Some(sent) = sent else {
        return Ok(Value::Null);
    };
    let decoded = if !sent.msgpack.is_empty() {
        msgpack::decode(&sent.msgpack, kind)
    } else if !sent.json.is_empty() {
        json::decode(&sent.json, kind)
    } else {
        Ok(Value::Null)
    };
    decoded.map_err(|error| unreadable(what, error).into())
}

/// What is told of a value that can't be read.
pub(super) fn unreadable(what: &str, error: CodecError) -> Diagnostic {
    let detail = format!("The {what} that Terraform sent does not fit the schema: {error}.");
    Diagnostic::error("Value can't be read", detail).at(error.path)
}

/// Writes a value for core.
pub(super) fn dynamic(value: &Value, kind: &Type) -> Result<proto::DynamicValue, CodecError> {
    msgpack::encode(value, kind).map(|msgpack| proto::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> proto::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => ProtoSeverity::Error,
        Severity::Warning => ProtoSeverity::Warning,
    };
    // Core shows the source of top-level attributes and their elements only; deeper ones must say
    // where they are.
    let nested = diagnostic
        .path
        .as_ref()
        .filter(|path| path.steps().len() > 1);
    let detail = match nested {
        Some(path) => format!("{path}: {}", diagnostic.detail),
        None => diagnostic.detail,
    };
    proto::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail,
        attribute: diagnostic
            .path
            .filter(|path| !path.is_root())
            .map(|path| attribute_path(&shown(&path))),
    }
}

/// As far down as core finds the source. The last attribute of a longer path it looks for among the
/// arguments of the resource itself, where another of that name may stand, or none.
fn shown(path: &Path) -> Path {
    let mut steps = path.steps().iter().cloned();
    let first = steps.next();
    let element = steps
        .next()
        .filter(|step| !matches!(step, Step::Attribute(_)));
    let steps = first.into_iter().chain(element);
    steps.fold(Path::root(), Path::then)
}

pub(super) fn attribute_path(path: &Path) -> proto::AttributePath {
    let steps = path.steps().iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
        };
        proto::attribute_path::Step {
            selector: Some(selector),
        }
    });
    proto::AttributePath {
        steps: steps.collect(),
    }
}

pub(super) fn capabilities(sent: Option<proto::ClientCapabilities>) -> ClientCapabilities {
    let sent = sent.unwrap_or_default();
    ClientCapabilities {
        deferral_allowed: sent.deferral_allowed,
        write_only_attributes_allowed: sent.write_only_attributes_allowed,
    }
}

/// What this service can do, whatever the provider.
pub(super) fn server_capabilities() -> proto::ServerCapabilities {
    proto::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: false,
    }
}

pub(super) fn schema(schema: &Schema) -> proto::Schema {
    let block = proto::schema::Block {
        version: schema.version,
        attributes: schema.attributes.iter().map(attribute).collect(),
        description: schema.description.clone(),
        description_kind: proto::StringKind::Markdown.into(),
        ..proto::schema::Block::default()
    };
    proto::Schema {
        version: schema.version,
        block: Some(block),
    }
}

fn attribute(attribute: &Attribute) -> proto::schema::Attribute {
    let (plain, nested_type) = match &attribute.kind {
        Kind::Plain(kind) => (kind.to_json(), None),
        Kind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    proto::schema::Attribute {
        name: attribute.name.clone(),
        r#type: plain,
        nested_type,
        description: described(attribute),
        description_kind: proto::StringKind::Markdown.into(),
        required: attribute.required,
        optional: attribute.optional,
        computed: attribute.computed,
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: attribute.deprecated.is_some(),
        deprecation_message: attribute.deprecated.clone().unwrap_or_default(),
    }
}

/// With the stated default, which the protocol has no place for.
fn described(attribute: &Attribute) -> String {
    let default = match &attribute.default {
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::String(value)) => value.clone(),
        Some(Value::Number(value)) => value.to_string(),
        _ => return attribute.description.clone(),
    };
    format!("{} Default: `{default}`.", attribute.description)
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> proto::schema::Object {
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    proto::schema::Object {
        attributes: attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..proto::schema::Object::default()
    }
}

pub(super) fn function(signature: &Signature) -> proto::Function {
    proto::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(proto::function::Return {
            r#type: signature.returns.to_json(),
        }),
        summary: signature.summary.clone(),
        description: signature.description.clone(),
        description_kind: proto::StringKind::Markdown.into(),
        deprecation_message: signature.deprecated.clone().unwrap_or_default(),
    }
}

fn parameter(parameter: &Parameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: parameter.name.clone(),
        r#type: parameter.kind.to_json(),
        allow_null_value: parameter.allow_null,
        allow_unknown_values: parameter.allow_unknown,
        description: parameter.description.clone(),
        description_kind: proto::StringKind::Markdown.into(),
    }
}
