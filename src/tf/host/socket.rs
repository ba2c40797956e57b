//! Where we listen: a Unix socket that only its owner may open, gone when we are.

use std::fs::{self, DirBuilder, Permissions};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::environment::HostEnvironment;

/// What the shortest of the systems allows, with the final zero.
const PATH_BYTES_MAX: usize = 103;
/// Used where the host's directory is too long.
const SHORT_DIRECTORY: &str = "/tmp";
const ATTEMPTS: usize = 16;

/// Removes what it made when dropped.
#[derive(Debug)]
pub(super) struct Socket {
    path: PathBuf,
    directory: Option<PathBuf>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Nothing can be done about a failure, and nobody is left to hear of it.
        drop(fs::remove_file(&self.path));
        if let Some(directory) = &self.directory {
            drop(fs::remove_dir(directory));
        }
    }
}

impl Socket {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bound when it returns, so the handshake line may be printed.
    pub(super) fn bind(host: &HostEnvironment) -> io::Result<(UnixListener, Self)> {
        let socket = Self::place(host)?;
        let listener = UnixListener::bind(&socket.path)?;
        fs::set_permissions(&socket.path, Permissions::from_mode(0o600))?;
        if let Some(group) = &host.socket_group {
            let group = Some(group_number(group)?);
            chown(&socket.path, None, group)?;
            fs::set_permissions(&socket.path, Permissions::from_mode(0o660))?;
            if let Some(directory) = &socket.directory {
                chown(directory, None, group)?;
                fs::set_permissions(directory, Permissions::from_mode(0o750))?;
            }
        }
        Ok((listener, socket))
    }

    /// A directory of our own closes the moment between binding and setting the permissions. A
    /// directory that the host names is its own affair: it may look there for the socket.
    fn place(host: &HostEnvironment) -> io::Result<Self> {
        if let Some(directory) = &host.socket_directory {
            return Ok(Self {
                path: directory.join(unused_name()),
                directory: None,
            });
        }
        let wished = host
            .temporary_directory
            .as_deref()
            .unwrap_or(Path::new(SHORT_DIRECTORY));
        let length = wished.as_os_str().as_bytes().len() + "/".len() + unused_name().len();
        let fits = length + "/socket".len() <= PATH_BYTES_MAX;
        let base = if fits {
            wished
        } else {
            Path::new(SHORT_DIRECTORY)
        };
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..ATTEMPTS {
            let directory = base.join(unused_name());
            match DirBuilder::new().mode(0o700).create(&directory) {
                Ok(()) => {
                    return Ok(Self {
                        path: directory.join("socket"),
                        directory: Some(directory),
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }
}

/// Of the same length each time.
fn unused_name() -> String {
    let random = std::hash::RandomState::new().build_hasher().finish();
    format!("plugin-{random:016x}")
}

fn group_number(group: &str) -> io::Result<u32> {
    if let Ok(number) = group.parse() {
        return Ok(number);
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "the host names a group, the system numbers it"
    )]
    let groups = fs::read_to_string("/etc/group")?;
    let number = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(group))
            .then(|| fields.nth(1))
            .flatten()?
            .parse()
            .ok()
    });
    let missing = || {
        io::Error::new(
            io::ErrorKind::NotFound,
            format!("there is no group {group:?}"),
        )
    };
    number.ok_or_else(missing)
}
