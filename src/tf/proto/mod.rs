//! Bindings of the files under `proto/`, generated and checked in: `UPDATE=1` and the test
//! `generated` rewrite them.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::use_self,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::str_to_string,
    missing_debug_implementations,
    unused_qualifications,
    reason = "generated"
)]

#[rustfmt::skip]
pub mod plugin;
#[rustfmt::skip]
pub mod tfplugin6;
