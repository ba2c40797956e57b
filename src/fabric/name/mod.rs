//! The only place where a class, a number or a port becomes a name.

pub(super) mod check;
pub(super) mod early;
mod scheme;
pub mod template;

pub(super) use scheme::Names;

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use super::placement::Port;

/// Lower case, with accents taken off, then characters outside of letters, digits, `_`, blank and `-` dropped,
/// runs of blanks and hyphens joined to one `-`, and `-` and `_` cut from both ends. Underscores stay.
///
/// This is what NetBox users know as a slug, so that names agree with those they have.
pub fn slug(text: &str) -> String {
    // Nearly all texts have no accents, and taking these off is slow.
    if text.is_ascii() {
        slug_of(text.chars())
    } else {
        slug_of(text.nfkd())
    }
}

fn slug_of(text: impl Iterator<Item = char>) -> String {
    let mut slug = String::new();
    for c in text {
        match c {
            'a'..='z' | '0'..='9' | '_' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            '-' | ' ' | '\t' | '\n' if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

/// `E1/5`, and `E1/5/2` for a lane of a broken out cage. The chassis is always 1.
pub fn port(port: Port) -> String {
    match port.lane {
        Some(lane) => format!("E1/{}/{lane}", port.cage),
        None => cage(port.cage),
    }
}

/// `E1/5`.
pub fn cage(cage: u32) -> String {
    format!("E1/{cage}")
}

/// The name of the cage that a port is, or that it is a lane of: the inverse of [`port`].
pub fn cage_of(port: &str) -> &str {
    let end = port.match_indices('/').nth(1).map(|(end, _)| end);
    end.map_or(port, |end| &port[..end])
}

/// The interface of a module's port: `<card>-<port>`, for example `fe-p0`.
pub fn module_interface(nic: &str, port: &str) -> String {
    format!("{nic}-{port}")
}

/// A locally administered address: `02` and bytes 1 to 5 of the SHA-256 of the device's name.
pub fn boot_mac(device: &str) -> String {
    let digest = Sha256::digest(device.as_bytes());
    let mut mac = "02".to_owned();
    for byte in digest.iter().skip(1).take(5) {
        // Writing into a string cannot fail.
        _ = write!(mac, ":{byte:02x}");
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        assert_eq!(slug("inb_mgmt_leaf"), "inb_mgmt_leaf");
        assert_eq!(slug("  Fe  Leaf -- 2!"), "fe-leaf-2");
        assert_eq!(slug("_x-"), "x");
        assert_eq!(slug("Zürich Süd"), "zurich-sud");
    }

    #[test]
    fn addresses() {
        assert_eq!(boot_mac("fe-leaf-01"), "02:95:fa:72:6a:56");
        assert_eq!(boot_mac("be-spine-02"), "02:20:0e:08:0e:ce");
    }

    #[test]
    fn ports() {
        assert_eq!(
            port(Port {
                cage: 27,
                lane: Some(1)
            }),
            "E1/27/1"
        );
        assert_eq!(
            port(Port {
                cage: 2,
                lane: None
            }),
            "E1/2"
        );
    }
}
