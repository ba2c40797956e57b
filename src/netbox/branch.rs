//! Branches of the plugin `NetBox` Branching: a copy of the tables, chosen by a header of each request.

use serde::Deserialize;

use super::kind::{Choice, Kind, Row};
use super::{Client, NetboxError};

/// Its own list: a server without the plugin does not have it.
pub(super) static BRANCH: Kind = Kind {
    name: "branch",
    plural: "branches",
    path: "plugins/branching/branches",
    natural_key: &["name"],
    write_max: 1,
    delete_max: 1,
};

/// The status of a branch that can be worked on.
const READY: &str = "ready";
/// So many names help somebody who misspelt one.
const NAMES_SHOWN: usize = 8;

/// A branch that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    pub name: String,
    /// What the header names.
    pub schema_id: String,
}

/// Why a branch cannot be worked on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BranchFault {
    #[error("this NetBox has no branches")]
    NoPlugin,
    #[error("there is no branch of that name or schema id")]
    Unknown {
        /// Some that are ready.
        ready: Vec<String>,
    },
    #[error("its status is {status}")]
    NotReady { status: String },
}

#[derive(Debug, Deserialize)]
struct BranchRow {
    id: u64,
    name: String,
    schema_id: String,
    status: Choice,
}

impl Row for BranchRow {
    const KIND: &'static Kind = &BRANCH;
    const FIELDS: &'static str = "id,name,schema_id,status";
    fn id(&self) -> u64 {
        self.id
    }
}

impl Client {
    /// The branch of this name or schema id, if it is ready. A name counts before a schema id.
    pub async fn find_branch(&self, wanted: &str) -> Result<Branch, NetboxError> {
        let fault = |fault| NetboxError::Branch {
            branch: wanted.to_owned(),
            fault,
        };
        let rows = match self.on_main().list::<BranchRow>(&Vec::new()).await {
            Ok(rows) => rows,
            // An unknown path of the API is an HTML page.
            Err(NetboxError::NotFound { .. } | NetboxError::NotNetbox { status: 404, .. }) => {
                return Err(fault(BranchFault::NoPlugin));
            }
            Err(error) => return Err(error),
        };
        let named = rows.iter().find(|row| row.name == wanted);
        let found = named.or_else(|| rows.iter().find(|row| row.schema_id == wanted));
        match found {
            Some(row) if row.status.value == READY => Ok(Branch {
                name: row.name.clone(),
                schema_id: row.schema_id.clone(),
            }),
            Some(row) => Err(fault(BranchFault::NotReady {
                status: row.status.value.clone(),
            })),
            None => {
                let ready = rows.into_iter().filter(|row| row.status.value == READY);
                let ready = ready.map(|row| row.name).take(NAMES_SHOWN).collect();
                Err(fault(BranchFault::Unknown { ready }))
            }
        }
    }
}

impl BranchFault {
    /// What to do about it.
    pub(super) fn next_step(&self) -> String {
        match self {
            Self::NoPlugin => "Install the plugin NetBox Branching, or leave branch out.".to_owned(),
            Self::Unknown { ready } if ready.is_empty() => {
                "No branch is ready. Create one in NetBox, or leave branch out to work on main."
                    .to_owned()
            }
            Self::Unknown { ready } => format!(
                "Branches that are ready: {}. Correct branch, or create it in NetBox.",
                ready.join(", ")
            ),
            Self::NotReady { status } if status == "merged" || status == "archived" => {
                "It is history. Leave branch out to work on main, where its objects are once it was \
                 merged, or name another branch."
                    .to_owned()
            }
            Self::NotReady { .. } => {
                "Wait until NetBox has it ready; a branch that failed has its reason in NetBox."
                    .to_owned()
            }
        }
    }
}
