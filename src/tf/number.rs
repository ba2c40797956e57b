//! Numbers of any size, as decimal text until somebody wants an integer.

/// A decimal number. Equality is numeric: `1`, `1.0` and `10e-1` are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(String);
