//! The connection to `NetBox` that the resources of one provider block share.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard};

use super::config::{Gap, Policy, Settings, variable};
use crate::diag::{Diagnostic, Diagnostics};
use crate::netbox::version::{Support, TESTED, Version};
use crate::netbox::{self, Client};
use crate::reconcile::types::Permits;

/// Settings as last configured, and the client made from them at its first use.
#[derive(Debug, Default)]
pub struct Session {
    settings: RwLock<Option<Arc<Settings>>>,
    client: Mutex<Option<Connected>>,
    turn: Mutex<Turn>,
}

/// What whoever writes what others may want to write too leaves for the next: which resource made sure of
/// each type last, by the word that its state holds.
#[derive(Debug, Default)]
pub struct Turn {
    owners: BTreeMap<String, String>,
    /// What the token's user may do to types.
    pub permits: Permits,
}

impl Turn {
    /// Notes a resource as the last that made sure of the type, and returns its word: the one that it has,
    /// or a new one.
    pub fn take(&mut self, called: &str, word: &str) -> String {
        let owner = if word.is_empty() {
            let number = RandomState::new().build_hasher().finish();
            format!("{number:016x}")
        } else {
            word.to_owned()
        };
        self.owners.insert(called.to_owned(), owner.clone());
        owner
    }

    /// Whether a resource made sure of the type since the provider was started.
    pub fn knows(&self, called: &str) -> bool {
        self.owners.contains_key(called)
    }

    /// The word of another resource that made sure of the type since.
    pub fn successor(&self, called: &str, word: &str) -> Option<String> {
        let owner = self.owners.get(called).filter(|owner| *owner != word);
        owner.cloned()
    }
}

/// What came of the last settings.
type Connected = (Arc<Settings>, Result<Reached, NoClient>);

/// A `NetBox` that we can work with.
#[derive(Debug, Clone)]
struct Reached {
    client: Client,
    version: Version,
}

/// What stands in the way of speaking to `NetBox`.
#[derive(Debug, Clone)]
pub enum NoClient {
    /// The address or the token comes from a resource that is not applied yet.
    Unknown {
        argument: &'static str,
    },
    /// Neither the provider block nor the environment gives it.
    Missing {
        argument: &'static str,
        variable: String,
    },
    Fault(Diagnostics),
}

impl NoClient {
    /// As the error of somebody who cannot go on without.
    pub fn into_diagnostics(self) -> Diagnostics {
        match self {
            Self::Fault(diagnostics) => diagnostics,
            Self::Missing { argument, variable } => Diagnostic::error(
                format!("{argument} is missing"),
                format!(
                    "The provider needs {argument} to reach NetBox. Set it in the provider block, or \
                     set the environment variable {variable}."
                ),
            )
            .into(),
            Self::Unknown { argument } => Diagnostic::error(
                "NetBox is not known yet",
                format!(
                    "The provider's {argument} depends on something that is not applied yet. Apply \
                     that first, for example with -target."
                ),
            )
            .into(),
        }
    }
}

impl Session {
    /// Replaces the settings; the next use connects anew.
    pub fn configure(&self, settings: Settings) {
        let mut current = self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::new(settings));
    }

    /// The client, after the server has proved to be a `NetBox` that we can work with. A server that
    /// did not is not asked again: each resource would wait for it.
    pub async fn client(&self) -> Result<Client, NoClient> {
        let settings = self
            .settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some(settings) = settings else {
            return Err(not_configured());
        };
        let mut cached = self.client.lock().await;
        if let Some((made_from, client)) = &*cached
            && Arc::ptr_eq(made_from, &settings)
        {
            return client.clone().map(|reached| reached.client);
        }
        let reached = connect(&settings).await;
        *cached = Some((settings, reached.clone()));
        reached.map(|reached| reached.client)
    }

    /// A warning, if the `NetBox` that was reached is of a release that nobody has tried.
    pub async fn untested(&self) -> Option<Diagnostic> {
        let cached = self.client.lock().await;
        let (_, Ok(Reached { version, .. })) = cached.as_ref()? else {
            return None;
        };
        (version.support() == Support::Untested).then(|| {
            Diagnostic::warning(
                "This release of NetBox was not tested",
                format!(
                    "NetBox is {version}, and this provider is tested with {TESTED}. Look at the result of the \
                     first apply, or use NetBox {TESTED}."
                ),
            )
        })
    }

    /// How to write, as last configured.
    pub fn policy(&self) -> Policy {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map_or_else(Policy::default, |settings| settings.policy)
    }

    /// Held by who writes what others may want to write too.
    pub async fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().await
    }
}

async fn connect(settings: &Settings) -> Result<Reached, NoClient> {
    let connection = match &settings.connection {
        Ok(connection) => connection.clone(),
        Err(gap) => return Err(no_connection(*gap)),
    };
    let client = Client::new(connection).map_err(|error| fault(&error))?;
    let version = client.status().await.map_err(|error| fault(&error))?;
    if version.support() == Support::Untested {
        tracing::warn!(%version, "this release of NetBox is not one that is tested");
    }
    let client = match &settings.branch {
        Some(wanted) => {
            let branch = client.find_branch(wanted).await;
            client.on_branch(branch.map_err(|error| fault(&error))?)
        }
        None => client,
    };
    Ok(Reached { client, version })
}

fn no_connection(gap: Gap) -> NoClient {
    match gap {
        Gap::Unknown { argument } => NoClient::Unknown { argument },
        Gap::Missing { argument } => NoClient::Missing {
            argument,
            variable: variable(argument),
        },
        Gap::Wrong => NoClient::Fault(
            Diagnostic::error(
                "The provider block has errors",
                "NetBox was not asked. Correct them first.",
            )
            .into(),
        ),
    }
}

fn not_configured() -> NoClient {
    NoClient::Fault(
        Diagnostic::error(
            "The provider is not configured",
            "Terraform did not configure the provider before it asked for NetBox. This is a fault of \
             Terraform or of the provider; please report it.",
        )
        .into(),
    )
}

/// The provider block is not part of a resource, so its paths cannot point anywhere: the words name
/// the argument.
fn fault(error: &netbox::NetboxError) -> NoClient {
    NoClient::Fault(error.explain().into())
}
