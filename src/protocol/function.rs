//! What a provider function implements.

use super::types::Type;
use super::value::Value;

/// A pure function: the same arguments give the same result, also in another process, and
/// without any configuration of the provider.
pub trait Function: Send + Sync + 'static {
    /// The name users write after `provider::NAME::`.
    fn name(&self) -> &'static str;

    /// Parameters and result.
    fn signature(&self) -> Signature;

    /// Calculates. There is one argument a parameter, then any number of variadic ones.
    ///
    /// # Errors
    /// When the arguments have no result, told to the user as it is.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// Parameters and result of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// One line, plain text.
    pub summary: String,
    /// What it does, in Markdown.
    pub description: String,
    /// The parameters that must be given.
    pub parameters: Vec<Parameter>,
    /// The parameter that may be given any number of times at the end.
    pub variadic: Option<Parameter>,
    /// Type of the result.
    pub returns: Type,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// An identifier; different from the other parameters' names.
    pub name: String,
    /// Type of the argument.
    pub kind: Type,
    /// What it means, in Markdown.
    pub description: String,
    /// Whether the function wants to see null; otherwise core refuses it.
    pub allow_null: bool,
    /// Whether the function wants to see unknown values; otherwise its result is unknown too.
    pub allow_unknown: bool,
}

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FunctionError {
    /// What is wrong, and what to do about it.
    pub text: String,
    /// Which argument is wrong, counted from 0; none for the call as a whole.
    pub argument: Option<i64>,
}
