//! Protocol 6: decode, look up, call, encode.
//!
//! | file | what |
//! |---|---|
//! | `service.rs` | the table of calls |
//! | `guard.rs` | a thread for each call; a panic becomes an answer |
//! | `session.rs` | what one connection talks to |
//! | `provider.rs`, `resource.rs`, `data.rs` | the calls |
//! | `convert.rs` | our types to messages |

mod convert;
mod data;
mod guard;
mod provider;
mod resource;
mod service;
mod session;

pub(crate) use service::Service;
pub use session::Session;
