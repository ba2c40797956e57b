//! The provider's engine and its form of values on the wire, from the provider's own sources: nothing
//! of I/O, cryptography and HTTP, which take minutes to compile with optimization.

#[path = "../../src/reconcile/cabling.rs"]
pub mod cabling;
#[path = "../../src/diag.rs"]
pub mod diag;
#[path = "../../src/fabric/mod.rs"]
pub mod fabric;

#[path = "../../src/tf"]
pub mod tf {
    pub mod msgpack;
    pub mod number;
    mod trail;
    pub mod types;
    pub mod value;
}
