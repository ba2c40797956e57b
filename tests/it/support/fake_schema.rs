//! What the fake `NetBox` knows of its tables.

/// Table, its related fields and where they point.
pub const RELATED: &[(&str, &[(&str, &str)])] = &[
    ("dcim/cables", &[]),
    (
        "dcim/device-types",
        &[("manufacturer", "dcim/manufacturers")],
    ),
    (
        "dcim/devices",
        &[
            ("device_type", "dcim/device-types"),
            ("role", "dcim/device-roles"),
            ("site", "dcim/sites"),
            ("location", "dcim/locations"),
            ("tenant", "tenancy/tenants"),
        ],
    ),
    (
        "dcim/interface-templates",
        &[
            ("device_type", "dcim/device-types"),
            ("module_type", "dcim/module-types"),
        ],
    ),
    (
        "dcim/interfaces",
        &[
            ("device", "dcim/devices"),
            ("module", "dcim/modules"),
            ("cable", "dcim/cables"),
        ],
    ),
    ("dcim/locations", &[("site", "dcim/sites")]),
    (
        "dcim/module-bay-templates",
        &[
            ("device_type", "dcim/device-types"),
            ("module_type", "dcim/module-types"),
        ],
    ),
    (
        "dcim/module-bays",
        &[("device", "dcim/devices"), ("module", "dcim/modules")],
    ),
    (
        "dcim/module-types",
        &[("manufacturer", "dcim/manufacturers")],
    ),
    (
        "dcim/modules",
        &[
            ("device", "dcim/devices"),
            ("module_bay", "dcim/module-bays"),
            ("module_type", "dcim/module-types"),
        ],
    ),
];

/// Fields that are unique together; null counts as a value but in [`NULLS_DIFFER`].
pub const UNIQUE: &[(&str, &[&str], &str)] = &[
    (
        "dcim/devices",
        &["name", "site", "tenant"],
        "Device name must be unique per site and tenant.",
    ),
    (
        "dcim/interfaces",
        &["device", "name"],
        "Interface with this Device and Name already exists.",
    ),
    (
        "dcim/module-bays",
        &["device", "module", "name"],
        "Module bay with this Device, Module and Name already exists.",
    ),
    (
        "dcim/modules",
        &["module_bay"],
        "Module with this Module bay already exists.",
    ),
    (
        "dcim/device-roles",
        &["slug"],
        "device role with this slug already exists.",
    ),
    (
        "dcim/device-types",
        &["manufacturer", "slug"],
        "Device type with this Slug already exists.",
    ),
    (
        "dcim/interface-templates",
        &["device_type", "module_type", "name"],
        "Interface template already exists.",
    ),
    (
        "dcim/manufacturers",
        &["slug"],
        "manufacturer with this slug already exists.",
    ),
    (
        "dcim/module-types",
        &["manufacturer", "model"],
        "Module type already exists.",
    ),
    (
        "extras/custom-fields",
        &["name"],
        "custom field with this name already exists.",
    ),
    (
        "extras/tags",
        &["slug"],
        "tag with this slug already exists.",
    ),
];

/// A row is unique where this field is null.
pub const NULLS_DIFFER: &[(&str, &str)] = &[("dcim/module-bays", "module")];

/// (table, field that points to the parent, parent table): deleted with the parent.
pub const CASCADES: &[(&str, &str, &str)] = &[
    ("dcim/interfaces", "device", "dcim/devices"),
    ("dcim/modules", "device", "dcim/devices"),
    ("dcim/module-bays", "device", "dcim/devices"),
    ("dcim/interfaces", "module", "dcim/modules"),
    ("dcim/module-bays", "module", "dcim/modules"),
    ("dcim/modules", "module_bay", "dcim/module-bays"),
    (
        "dcim/interface-templates",
        "device_type",
        "dcim/device-types",
    ),
    (
        "dcim/interface-templates",
        "module_type",
        "dcim/module-types",
    ),
    (
        "dcim/module-bay-templates",
        "device_type",
        "dcim/device-types",
    ),
    (
        "dcim/module-bay-templates",
        "module_type",
        "dcim/module-types",
    ),
];

/// Likewise, but they keep the parent from being deleted.
pub const PROTECTED: &[(&str, &str, &str)] = &[
    ("dcim/devices", "device_type", "dcim/device-types"),
    ("dcim/devices", "role", "dcim/device-roles"),
    ("dcim/devices", "site", "dcim/sites"),
    ("dcim/modules", "module_type", "dcim/module-types"),
    ("dcim/device-types", "manufacturer", "dcim/manufacturers"),
    ("dcim/module-types", "manufacturer", "dcim/manufacturers"),
];

/// (table, field, table that is counted, field of that which points here).
pub const COUNTERS: &[(&str, &str, &str, &str)] = &[
    (
        "dcim/device-types",
        "device_count",
        "dcim/devices",
        "device_type",
    ),
    (
        "dcim/module-types",
        "module_count",
        "dcim/modules",
        "module_type",
    ),
];

pub const CHOICES: &[&str] = &["status", "type", "length_unit"];
