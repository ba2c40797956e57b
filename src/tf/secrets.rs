//! Texts that leave this process in no diagnostic and in no line of its log.
//!
//! Nobody writes them there on purpose. This is for what nobody thought of: a proxy whose error page
//! repeats the request, a panic whose message has what it stumbled over.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

/// Shorter ones are words that may be in any text, and are no secret worth the name.
const BYTES_MIN: usize = 16;

static SECRETS: RwLock<BTreeSet<String>> = RwLock::new(BTreeSet::new());

/// From now on each line of the secret is hidden, as it is and as JSON writes it.
pub fn hide(secret: &str) {
    let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    let lines = secret.lines().map(str::trim);
    for line in lines.filter(|line| line.len() >= BYTES_MIN) {
        let quoted = serde_json::Value::from(line).to_string();
        secrets.insert(quoted.trim_matches('"').to_owned());
        secrets.insert(line.to_owned());
    }
}

/// The text without secrets.
pub(in crate::tf) fn hidden(text: &str) -> Cow<'_, str> {
    let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
    let mut text = Cow::Borrowed(text);
    for secret in &*secrets {
        if text.contains(secret) {
            text = Cow::Owned(text.replace(secret, "(hidden)"));
        }
    }
    text
}
