mod reconcile;
mod support;
