//! Network cards: port names in order, and what is known of the ports.

use super::ParseFault;
use crate::fabric::units::Speed;

/// The NetBox interface type of a port of which nothing is known.
pub const OTHER_INTERFACE_TYPE: &str = "other";

/// A card as a NetBox module type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicModel {
    pub manufacturer_slug: String,
    pub manufacturer: String,
    pub model: String,
    /// Names of the ports, in order.
    pub ports: Vec<String>,
    /// NetBox interface type of every port; `other` where the card does not tell.
    pub interface_type: String,
    pub speed: Option<Speed>,
}

/// Reads one card a line: six fields between `|`.
pub(super) fn parse(text: &str) -> Result<Vec<NicModel>, ParseFault> {
    let mut nics = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let fault = || ParseFault {
            line: number,
            text: line.to_owned(),
        };
        let [
            manufacturer_slug,
            manufacturer,
            model,
            ports,
            interface_type,
            speed,
        ] = fields[..]
        else {
            return Err(fault());
        };
        nics.push(NicModel {
            manufacturer_slug: manufacturer_slug.to_owned(),
            manufacturer: manufacturer.to_owned(),
            model: model.to_owned(),
            ports: ports.split_whitespace().map(str::to_owned).collect(),
            interface_type: match interface_type {
                "-" => OTHER_INTERFACE_TYPE.to_owned(),
                known => known.to_owned(),
            },
            speed: match speed {
                "-" => None,
                text => Some(Speed::parse(text).ok_or_else(fault)?),
            },
        });
    }
    Ok(nics)
}
