//! The parts of a design that a problem can be about.

use std::fmt;

/// What the fault is about, in the design's own terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Plan,
    /// A template of the plan's `naming`.
    Naming {
        category: String,
    },
    /// A pin of the plan, by its key.
    Pin {
        pin: String,
    },
    SwitchClass {
        class: String,
    },
    CustomProfile {
        class: String,
    },
    CustomPort {
        class: String,
        port: String,
    },
    CustomGroup {
        class: String,
        group: String,
    },
    CustomPipeline {
        class: String,
        pipeline: String,
    },
    Zone {
        class: String,
        zone: String,
    },
    Redundancy {
        class: String,
    },
    ServerClass {
        class: String,
    },
    Nic {
        class: String,
        nic: String,
    },
    Attachment {
        class: String,
        attachment: String,
    },
}

impl Subject {
    /// The switch class that it is or belongs to.
    pub fn switch_class(&self) -> Option<&str> {
        match self {
            Self::SwitchClass { class }
            | Self::CustomProfile { class }
            | Self::CustomPort { class, .. }
            | Self::CustomGroup { class, .. }
            | Self::CustomPipeline { class, .. }
            | Self::Zone { class, .. }
            | Self::Redundancy { class } => Some(class),
            Self::Plan
            | Self::Naming { .. }
            | Self::Pin { .. }
            | Self::ServerClass { .. }
            | Self::Nic { .. }
            | Self::Attachment { .. } => None,
        }
    }

    /// The server class that it is or belongs to.
    pub fn server_class(&self) -> Option<&str> {
        match self {
            Self::ServerClass { class }
            | Self::Nic { class, .. }
            | Self::Attachment { class, .. } => Some(class),
            Self::Plan
            | Self::Naming { .. }
            | Self::Pin { .. }
            | Self::SwitchClass { .. }
            | Self::CustomProfile { .. }
            | Self::CustomPort { .. }
            | Self::CustomGroup { .. }
            | Self::CustomPipeline { .. }
            | Self::Zone { .. }
            | Self::Redundancy { .. } => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan => write!(f, "the plan"),
            Self::Naming { category } => write!(f, "naming of category \"{category}\""),
            Self::Pin { pin } => write!(f, "pin \"{pin}\""),
            Self::SwitchClass { class } => write!(f, "switch class \"{class}\""),
            Self::CustomProfile { class } => {
                write!(f, "custom_profile of switch class \"{class}\"")
            }
            Self::CustomPort { class, port } => {
                write!(f, "port \"{port}\" of switch class \"{class}\"")
            }
            Self::CustomGroup { class, group } => {
                write!(f, "port_group \"{group}\" of switch class \"{class}\"")
            }
            Self::CustomPipeline { class, pipeline } => {
                write!(f, "pipeline \"{pipeline}\" of switch class \"{class}\"")
            }
            Self::Zone { class, zone } => write!(f, "zone \"{zone}\" of switch class \"{class}\""),
            Self::Redundancy { class } => write!(f, "redundancy of switch class \"{class}\""),
            Self::ServerClass { class } => write!(f, "server class \"{class}\""),
            Self::Nic { class, nic } => write!(f, "nic \"{nic}\" of server class \"{class}\""),
            Self::Attachment { class, attachment } => {
                write!(f, "attachment \"{attachment}\" of server class \"{class}\"")
            }
        }
    }
}
