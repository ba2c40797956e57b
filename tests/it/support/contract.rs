//! The same checks against the fake `NetBox` and against a real one.

/// Checks on a real server count its tables, so they go one by one.
pub static REAL: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Each check, an async function of a [`super::server::Server`], becomes a test against the fake and
/// one against the real `NetBox`.
macro_rules! contract {
    ($($check:ident),+ $(,)?) => {
        mod fake {
            use crate::support::fake_netbox::{FakeNetbox, TOKEN};
            use crate::support::server::Server;

            $(#[tokio::test]
            async fn $check() {
                let fake = FakeNetbox::start().await;
                super::$check(Server::at(fake.url.clone(), TOKEN.to_owned(), "site").await).await;
            })+
        }
        mod real {
            use crate::support::contract::REAL;
            use crate::support::server::Server;

            $(#[tokio::test]
            async fn $check() {
                let _alone = REAL.lock().await;
                let site = stringify!($check).replace('_', "-");
                super::$check(Server::real(&site).await).await;
            })+
        }
    };
}
pub(crate) use contract;
