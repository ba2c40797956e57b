//! Values as `MessagePack`, in the dialect that Terraform speaks. Both directions follow a [`Type`],
//! since on the wire an object looks like a map and a dynamic value like a list.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::encode;

/// An unknown value, nothing promised: an extension of this type and one byte.
const UNKNOWN: i8 = 0;
/// An unknown value with promises: a map in an extension of this type.
const REFINED: i8 = 12;
/// Keys of that map. Others are about lengths, prefixes and bounds, which nobody here uses.
const REFINED_NULL: u64 = 1;
