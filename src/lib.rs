//! `terraform-provider-hedgehog`: from a declared fabric to objects in NetBox.
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | [`diag`] | what is told to a user | nothing |
//! | [`fabric`] | pure: what a fabric is and how one is computed | `diag` |
//! | [`case`] | designs in DIET's case files | `fabric`, `diag` |
//! | [`netbox`] | NetBox's REST API and nothing else | `diag` |
//! | [`reconcile`] | makes NetBox equal to a blueprint | `fabric`, `netbox`, `diag` |
//! | [`tf`] | a small plugin framework: protocol, values, schema | `diag` |
//! | [`provider`] | our resources, where all layers meet | all but `case`, `cli` |
//! | [`cli`] | commands for a terminal, pure: text in, text out | `case`, `provider`, `fabric`, `tf`, `diag` |
//!
//! `docs/contributing/architecture.md` has the way of the data and the invariants.

pub mod case;
pub mod cli;
pub mod diag;
pub mod fabric;
pub mod netbox;
pub mod provider;
pub mod reconcile;
pub mod tf;
