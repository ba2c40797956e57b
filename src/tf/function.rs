//! Functions of the provider: pure, and called many times in one command.

use super::types::Type;
use super::value::Value;

#[derive(Debug, Clone)]
pub struct Signature {
    /// One line.
    pub summary: &'static str,
    pub description: &'static str,
    pub parameters: Vec<Parameter>,
    /// Takes any number of further arguments.
    pub variadic: Option<Parameter>,
    pub returns: Type,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: &'static str,
    pub ty: Type,
    pub description: &'static str,
    /// Otherwise null is refused before the call.
    pub takes_null: bool,
    /// Otherwise the result is unknown without a call.
    pub takes_unknown: bool,
}

impl Parameter {
    /// Takes neither null nor unknown values.
    pub fn new(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self {
            name,
            ty,
            description,
            takes_null: false,
            takes_unknown: false,
        }
    }
}

/// What went wrong, and with which argument, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    pub text: String,
    pub argument: Option<usize>,
}

impl FunctionError {
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: None,
        }
    }

    pub fn of_argument(argument: usize, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: Some(argument),
        }
    }
}

pub trait Function: Send + Sync {
    /// Without the provider's prefix.
    fn name(&self) -> &'static str;

    fn signature(&self) -> Signature;

    /// As many arguments as there are parameters, and the variadic ones.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}
