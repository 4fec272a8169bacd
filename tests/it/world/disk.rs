//! A small disk, to be filled.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A disk of a few megabytes (a tmpfs) in a folder, taken away at the end.
pub struct SmallDisk(PathBuf);

/// Runs a command of the system's administrator: as we are, else by `sudo` where it asks nothing.
fn as_root(program: &str, arguments: &[&str], at: &Path) -> Result<(), String> {
    let told = |tried: std::io::Result<Output>| match tried {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Err(error.to_string()),
    };
    told(Command::new(program).args(arguments).arg(at).output()).or_else(|first| {
        let by_sudo = Command::new("sudo").args(["-n", program]).args(arguments).arg(at).output();
        told(by_sudo).map_err(|second| format!("{program}: {first}; sudo -n {program}: {second}"))
    })
}

impl SmallDisk {
    /// Mounts it, for us alone.
    ///
    /// # Panics
    /// Where nobody may mount anything: a story that was not told must not count as one that went well.
    pub fn mount(at: &Path, kib: u32) -> Self {
        std::fs::create_dir_all(at).unwrap();
        let (uid, gid) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
        let options = format!("size={kib}k,mode=0700,uid={uid},gid={gid}");
        match as_root("mount", &["-t", "tmpfs", "-o", &options, "tmpfs"], at) {
            Ok(()) => Self(at.to_owned()),
            Err(told) => panic!("this story needs a small disk of its own, and none can be mounted here: {told}"),
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = as_root("umount", &["--lazy"], &self.0);
    }
}

#[test]
fn what_cannot_be_mounted_is_told_by_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let told = as_root("mount", &["-t", "tmpfs", "-o", "size=nothing", "tmpfs"], folder.path()).unwrap_err();
    assert!(told.contains("sudo -n mount: "), "{told}");
}
