//! `NetBox`'s REST API and nothing else. Knows no fabric.
//!
//! What this layer promises:
//! * [`Client`] is the only sender of requests. Reads come in pages of 1,000 by cursor, with
//!   `fields=`, and long lists of ids are cut to what a request line holds.
//! * What certainly did nothing (connection refused, 429, a deadlock) is sent again with backoff.
//!   A *write* whose answer was lost is never repeated here: `NetBox` commits even when the client
//!   has gone away. It becomes [`NetboxError::AnswerLost`], and the caller looks before it acts.
//! * Errors are typed ([`error`]) and become words in one place ([`NetboxError::explain`]). No
//!   token is in any of them.
//! * An unknown filter makes `NetBox` answer with the *whole table*. Callers check each row.
//!
//! | module | what it is |
//! |---|---|
//! | [`settings`] | where the server is and how to speak to it |
//! | [`client`] | list, create, update, delete |
//! | [`transport`] | one exchange: headers, retries, limits, counters |
//! | [`batch`] | pure: cutting work into requests |
//! | [`branch`] | finding a branch of the branching plugin |
//! | [`tls`] | certificates and keys |
//! | [`error`] | what went wrong; reads `NetBox`'s per-item error lists |
//! | [`explain`] | errors as words |
//! | [`kind`] | one file per object kind |
//! | [`clock`] | pure: the server's time, from its headers and rows |
//! | `patience` | how long a lost write is looked after |
//! | [`permission`] | what a token may do, as far as it shows |
//! | [`version`] | which releases are supported |

pub mod batch;
pub mod branch;
pub mod client;
pub mod clock;
pub mod error;
mod explain;
pub mod kind;
mod patience;
pub mod permission;
pub mod settings;
pub mod tls;
pub mod transport;
pub mod version;

pub use client::{Client, Query};
pub use error::NetboxError;
pub use patience::Patience;
pub use settings::Settings;
