//! One test binary: it links once.
#![expect(
    clippy::assigning_clones,
    clippy::print_stderr,
    clippy::semicolon_if_nothing_returned,
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and reads its fixtures"
)]

mod advice;
mod architecture;
mod at_once;
mod case_files;
mod catalog;
mod command_line;
mod engine;
mod fabrics;
mod fault_matrix;
mod fuzz_seeds;
mod generated;
mod imported;
mod joins;
mod last_words;
mod lost_links;
mod marks;
mod messages;
mod names;
mod netbox_http;
mod netbox_tls;
mod optics;
mod oracle;
mod other_ports;
mod ownership;
mod permissions;
mod pins;
mod plan_adoption;
mod plan_changed;
mod plan_drift;
mod plan_ignored;
mod plan_import;
mod plan_losses;
mod plan_retyped;
mod plan_status;
mod plan_taken_over;
mod properties;
mod protocol_calls;
mod protocol_lifecycle;
mod protocol_log;
mod protocol_private;
mod protocol_process;
mod protocol_terraform;
mod protocol_tls;
mod protocol_values;
mod provider;
mod provider_access;
mod provider_block;
mod provider_timeouts;
mod rails;
mod reconcile;
mod reconcile_faults;
mod reconcile_names;
mod reconcile_optics;
mod reconcile_types;
mod reference;
mod reference_cases;
mod reference_catalog;
mod reports;
mod rules;
mod simulation;
mod spines;
mod stability;
mod superpod;
mod support;
mod two_runs;
mod type_import;
mod type_owners;
