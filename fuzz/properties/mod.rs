//! What holds for every text that a person or Terraform may give. The fuzz targets look for one that
//! breaks it; the tests try the seeds, which are also what was once found.

pub mod case;
pub mod configuration;
pub mod ports;
pub mod state;

/// Servers and switches of a plan that is tried: larger ones only cost time.
const DEVICES_MAX: u64 = 64;
