//! Private data: bytes that Terraform keeps for a resource and shows to nobody. They are not sent
//! along when a state is upgraded, so they carry their own version. Compressed, for Terraform stores
//! them as base64 and copies them about.
//!
//! A sealed blob is: four bytes of magic, one byte of version, deflate.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// Says what the bytes are, and in which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    pub magic: [u8; 4],
    /// Raised when the meaning of the content changes.
    pub version: u8,
}

/// Sealed blobs above this are refused: state files with larger ones are a burden to every command.
pub const SEALED_BYTES_MAX: usize = 16 << 20;
/// Deflate packs up to a thousandfold. No content of ours comes near this.
pub const CONTENT_BYTES_MAX: usize = 512 << 20;

const HEADER_BYTES: usize = 5;

/// Why bytes cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// As after an import, or when a resource is replaced.
    #[error("there is no private data")]
    Empty,
    #[error("the private data is not this provider's")]
    WrongMagic,
    #[error("the private data is cut off or damaged")]
    Damaged,
    /// The content comes along for those who can still read it.
    #[error("the private data is of version {version}, older than this provider writes")]
    Older { version: u8, content: Vec<u8> },
    #[error("the private data is of version {version}, newer than this provider knows")]
    Newer { version: u8 },
    #[error("the private data is larger than {CONTENT_BYTES_MAX} bytes when unpacked")]
    TooLarge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes of private data are more than the {SEALED_BYTES_MAX} that fit into a state")]
pub struct SealError {
    /// After compression.
    pub bytes: usize,
}

impl Format {
    /// The same content gives the same bytes.
    pub fn seal(self, content: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut sealed = self.magic.to_vec();
        sealed.push(self.version);
        let mut encoder = DeflateEncoder::new(sealed, Compression::default());
        let written = encoder.write_all(content).and_then(|()| encoder.finish());
        let sealed = written.expect("writing to memory does not fail");
        if sealed.len() > SEALED_BYTES_MAX {
            return Err(SealError {
                bytes: sealed.len(),
            });
        }
        Ok(sealed)
    }

    pub fn open(self, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        if sealed.is_empty() {
            return Err(OpenError::Empty);
        }
        let known = sealed.len().min(self.magic.len());
        if sealed[..known] != self.magic[..known] {
            return Err(OpenError::WrongMagic);
        }
        let Some((header, packed)) = sealed.split_first_chunk::<HEADER_BYTES>() else {
            return Err(OpenError::Damaged);
        };
        let version = header[HEADER_BYTES - 1];
        if version > self.version {
            return Err(OpenError::Newer { version });
        }
        if sealed.len() > SEALED_BYTES_MAX {
            return Err(OpenError::TooLarge);
        }
        let content = inflate(packed)?;
        if version < self.version {
            return Err(OpenError::Older { version, content });
        }
        Ok(content)
    }
}

fn inflate(packed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut content = Vec::new();
    let mut decoder = DeflateDecoder::new(packed);
    let limit = u64::try_from(CONTENT_BYTES_MAX)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    (&mut decoder)
        .take(limit)
        .read_to_end(&mut content)
        .map_err(|_| OpenError::Damaged)?;
    if content.len() > CONTENT_BYTES_MAX {
        return Err(OpenError::TooLarge);
    }
    // Bytes after the end of the stream are not ours.
    if usize::try_from(decoder.total_in()) != Ok(packed.len()) {
        return Err(OpenError::Damaged);
    }
    Ok(content)
}
