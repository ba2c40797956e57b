//! Device and module types in `NetBox`: created where they are missing, used as they are where they
//! are there.
//!
//! What we created is marked by the custom field `hedgehog_owner`, which has the word of the state that
//! created it. What is not marked was adopted, and so is what another state owns: it is never changed
//! or deleted; but for a type that is just as wished and that nothing uses: a new resource takes it over, since
//! its maker may have died before any state knew of it. A type and its templates are several requests; until
//! the last one the mark says "unfinished", and whoever wishes a type that is not finished goes on with it.
//!
//! | file | what it does |
//! |---|---|
//! | `spec` | pure: what is wished, and how templates differ from it |
//! | `bays` | the same of bays for optics |
//! | `look` | finds a type and reads its templates |
//! | `owner` | pure: whose a type is |
//! | `known` | what a type would be wished like, read back for an import |
//! | `permits` | what the token's user has to be allowed |
//! | `absent` | why a type that was there is not found |
//! | `write` | creates, completes and deletes |

mod absent;
mod bays;
mod known;
mod look;
mod owner;
mod permits;
mod spec;
mod write;

pub use absent::{Absence, absence, leaves_maker};
pub use known::{Known, known};
pub use look::{FoundType, find_type};
pub use owner::Owner;
pub use permits::{Permits, lacking, needed};
pub use spec::{Difference, Template, TypeKind, TypeSpec};
pub use write::{Claim, TypeError, delete_type, ensure_type, hand_over, import_advice};
