//! `terraform-provider-hedgehog`: from a declared fabric to objects in NetBox.
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | [`diag`] | what is told to a user | nothing |
//! | [`fabric`] | pure: what a fabric is and how one is computed | `diag` |
//! | [`netbox`] | NetBox's REST API and nothing else | `diag` |
//! | [`reconcile`] | makes NetBox equal to a blueprint | `fabric`, `netbox`, `diag` |
//! | [`tf`] | a small plugin framework: protocol, values, schema | `diag` |
//! | [`provider`] | our resources, where all layers meet | all |
//!
//! `docs/contributing/architecture.md` has the way of the data and the invariants.

pub mod diag;
pub mod fabric;
pub mod netbox;
pub mod provider;
pub mod reconcile;
pub mod tf;
