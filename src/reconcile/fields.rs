//! The custom fields that we register. The names are DIET's, so that its queries keep working.

pub const BOOT_MAC: &str = "boot_mac";
pub const BREAKOUT_INDEX: &str = "hedgehog_breakout_index";
pub const CLASS: &str = "hedgehog_class";
pub const FABRIC: &str = "hedgehog_fabric";
pub const FABRIC_CLASS: &str = "hedgehog_fabric_class";
/// `class/index` of a device; a cable's key of a cable.
pub const KEY: &str = "hedgehog_key";
/// On types and manufacturers: the word of the state that created it.
pub const OWNER: &str = "hedgehog_owner";
pub const PHYSICAL_PORT: &str = "hedgehog_physical_port";
/// The marker.
pub const PLAN_ID: &str = "hedgehog_plan_id";
pub const ROLE: &str = "hedgehog_role";
pub const ZONE: &str = "hedgehog_zone";

/// One custom field as it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    pub name: &'static str,
    pub label: &'static str,
    /// `NetBox`'s word: `text`, `integer` or `boolean`.
    pub value_type: &'static str,
    pub object_types: &'static [&'static str],
}

/// Needed by the type resources only.
pub const OWNER_DEFINITION: Definition = Definition {
    name: OWNER,
    label: "Owner",
    value_type: "text",
    object_types: &["dcim.devicetype", "dcim.manufacturer", "dcim.moduletype"],
};

/// Those that a plan needs, in alphabetical order.
pub const DEFINITIONS: &[Definition] = &[
    Definition {
        name: BOOT_MAC,
        label: "Boot MAC",
        value_type: "text",
        object_types: &["dcim.device"],
    },
    Definition {
        name: BREAKOUT_INDEX,
        label: "Breakout index",
        value_type: "integer",
        object_types: &["dcim.interface"],
    },
    Definition {
        name: CLASS,
        label: "Class",
        value_type: "text",
        object_types: &["dcim.device"],
    },
    Definition {
        name: FABRIC,
        label: "Fabric",
        value_type: "text",
        object_types: &["dcim.device"],
    },
    Definition {
        name: FABRIC_CLASS,
        label: "Fabric class",
        value_type: "text",
        object_types: &["dcim.device"],
    },
    Definition {
        name: KEY,
        label: "Key",
        value_type: "text",
        object_types: &["dcim.cable", "dcim.device"],
    },
    Definition {
        name: PHYSICAL_PORT,
        label: "Physical port",
        value_type: "integer",
        object_types: &["dcim.interface"],
    },
    Definition {
        name: PLAN_ID,
        label: "Plan",
        value_type: "text",
        object_types: &[
            "dcim.cable",
            "dcim.device",
            "dcim.interface",
            "dcim.module",
            "dcim.modulebay",
        ],
    },
    Definition {
        name: ROLE,
        label: "Role",
        value_type: "text",
        object_types: &["dcim.device"],
    },
    Definition {
        name: ZONE,
        label: "Zone",
        value_type: "text",
        object_types: &["dcim.cable", "dcim.interface"],
    },
];
