//! How large a plan may be. Everything here has a limit, so that a slip of a digit is an error
//! with a name and not a machine without memory.

/// Servers of one class.
pub const SERVERS_PER_CLASS_MAX: u32 = 100_000;

/// Switches of one class, also as an override.
pub const SWITCHES_PER_CLASS_MAX: u32 = 10_000;

/// Switches of a mesh: Hedgehog has meshes of two and of three.
pub const MESH_SWITCHES_MAX: u32 = 3;

/// Ports that all server attachments of a plan ask for together.
pub const SERVER_PORTS_MAX: u64 = 2_000_000;

/// Length of a device's name in characters, as NetBox has it.
pub const DEVICE_NAME_LENGTH_MAX: usize = 64;

/// Length of a device's description in characters, as NetBox has it.
pub const DEVICE_DESCRIPTION_LENGTH_MAX: usize = 200;

/// Length of an interface's name in characters, as NetBox has it.
pub const INTERFACE_NAME_LENGTH_MAX: usize = 64;

/// Length of the name of a class, a zone, a network card or an attachment, in characters.
pub const NAME_LENGTH_MAX: usize = 50;
