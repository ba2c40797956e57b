//! An address that others gave to a port. Only read: to say what goes with a device.

use serde::Deserialize;

use super::{Kind, Named, row};

pub const IP_ADDRESS: Kind = Kind {
    name: "IP address",
    plural: "IP addresses",
    path: "ipam/ip-addresses",
    natural_key: &["vrf", "address"],
    write_max: 50,
    delete_max: 50,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IpAddressRow {
    pub id: u64,
    pub address: String,
    pub assigned_object: Option<Port>,
}

/// What has the address, or a cable: a port of a device, or of something that is none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Port {
    #[serde(default)]
    pub id: u64,
    #[serde(default)]
    pub device: Option<Named>,
    #[serde(default)]
    pub name: String,
}

row!(IpAddressRow, IP_ADDRESS, "id,address,assigned_object");
