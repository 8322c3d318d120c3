//! Metadata values. Numbers are widened on reading, so that a key written as `u32` by one converter and `u64` by another reads
//! the same.

use std::sync::Arc;

/// One metadata value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Any whole number.
    Int(i128),
    /// `f32` or `f64`.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// A text; invalid UTF-8 is replaced.
    String(String),
    /// A list of one kind.
    Array(Array),
}

/// A list of values of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Array {
    /// Whole numbers (a `u64` above `i64::MAX` saturates).
    Ints(Vec<i64>),
    /// Numbers.
    Floats(Vec<f32>),
    /// Truth values.
    Bools(Vec<bool>),
    /// Texts; a vocabulary is shared with whoever works with it.
    Strings(Arc<[String]>),
}

impl Value {
    /// As a number that is not negative.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Int(i) => u64::try_from(*i).ok(),
            _ => None,
        }
    }

    /// As a number.
    pub fn as_f32(&self) -> Option<f32> {
        match self {
            Self::Float(f) => Some(*f as f32),
            Self::Int(i) => Some(*i as f32),
            _ => None,
        }
    }
}
