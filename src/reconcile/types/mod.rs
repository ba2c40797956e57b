//! Device and module types in `NetBox`: created where they are missing, used as they are where they
//! are there.
//!
//! What we created is marked by the custom field `hedgehog_managed` and is ours; what is not marked
//! was adopted, and is never changed or deleted. A type and its templates are several requests, so
//! a marked type whose templates are incomplete is one whose creation was cut short: it is completed.
//!
//! | file | what it does |
//! |---|---|
//! | `spec` | pure: what is wished, and how templates differ from it |
//! | `bays` | the same of bays for optics |
//! | `look` | finds a type and reads its templates |
//! | `absent` | why a type that was there is not found |
//! | `write` | creates, completes and deletes |

mod absent;
mod bays;
mod look;
mod spec;
mod write;

pub use absent::{Absence, absence};
pub use look::{FoundType, find_type};
pub use spec::{Difference, Template, TypeKind, TypeSpec};
pub use write::{TypeError, delete_type, ensure_type};
