//! Compiled code on disk.
//!
//! What lies here is executed, so it lies in a folder that only this user can write to: anything else is not used.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// A folder of compiled code, or none.
#[derive(Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// A cache in `folder`, which is made where it is missing. Where it cannot be made, or could be written to by
    /// another user, there is no cache and everything is compiled at start; the reason is returned.
    #[must_use]
    pub fn open(folder: &Path) -> (Self, Option<String>) {
        match prepare(folder) {
            Ok(()) => (Self { folder: Some(folder.to_owned()) }, None),
            Err(why) => {
                (Self::default(), Some(format!("compiled connectors are not kept: {}: {why}", folder.display())))
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.folder.as_ref()?.join(name);
        is_private(&path, 0o600).ok()?;
        fs::read(path).ok()
    }

    /// Keeps `artefact`. A cache that cannot be written is only slower, so failure is not told.
    pub(crate) fn put(&self, name: &str, artefact: &[u8]) {
        let Some(folder) = &self.folder else { return };
        let temporary = folder.join(format!("{name}.{}", std::process::id()));
        let written = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)
            .and_then(|mut file| file.write_all(artefact))
            .and_then(|()| fs::rename(&temporary, folder.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
    }
}

fn prepare(folder: &Path) -> Result<(), String> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|why| why.to_string())?;
    is_private(folder, 0o700)
}

fn is_private(path: &Path, most: u32) -> Result<(), String> {
    let metadata = fs::symlink_metadata(path).map_err(|why| why.to_string())?;
    // The owner of our own process is the owner of what it makes.
    let me = fs::metadata("/proc/self").map_err(|why| why.to_string())?.uid();
    if metadata.uid() != me {
        return Err("it belongs to another user".into());
    }
    if metadata.file_type().is_symlink() || metadata.permissions().mode() & 0o777 & !most != 0 {
        return Err("other users may use it; `chmod go=` it".into());
    }
    Ok(())
}
