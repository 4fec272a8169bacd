//! `consigne keys`: the epochs of the root key. `rotate` adds one and moves every wrap to it, `retire` removes the older ones,
//! `list` counts. All three may run while the service does. How and why: `docs/decisions/0010`.

use std::fs::File;
use std::path::PathBuf;

use super::{AppError, deployment_of, open_existing_database};
use crate::access::Door;
use crate::config::Config;
use crate::domain::entry::Action;
use crate::domain::source::Source;
use crate::faults;
use crate::locker::{Hindrance, Moved, Rotation, Standing};
use crate::store::Db;
use crate::store::keys::{self, RootName};
use crate::vault::Vault;
use crate::vault::root::RootKeys;

/// An installation, opened for one of these commands.
struct Opened {
    db: Db,
    file: PathBuf,
    roots: RootKeys,
    rotation: Rotation,
    source: Source,
    /// One that changes something at a time.
    _held: Option<File>,
}

/// The key file first: nothing is touched when it is not right.
async fn open(config: &Config, changes: bool) -> Result<Opened, AppError> {
    let source = Source::system();
    let file = config.root_key_file();
    let roots = RootKeys::load(&file)?;
    let held = if changes { Some(RootKeys::hold(&file)?) } else { None };
    // Another command may just have changed it.
    let roots = if changes { RootKeys::load(&file)? } else { roots };
    let db = open_existing_database(config, &source).await?;
    db.check_statements().await?;
    let deployment = deployment_of(&db).await?;
    let mut tx = db.begin().await?;
    let wraps = keys::of_deployment(&mut tx).await?;
    tx.commit().await?;
    let vault = Vault::open(deployment.id, roots.clone(), &wraps, source.clone())?;
    let door = Door::new(db.clone(), deployment, vault.prover());
    let rotation = Rotation::new(db.clone(), door, vault);
    Ok(Opened { db, file, roots, rotation, source, _held: held })
}

impl Opened {
    /// Where things stand; an epoch that wraps name must be in the file, or what is under it would be given up.
    async fn standing(&self, action: Option<Action>) -> Result<Standing, AppError> {
        let standing = self.rotation.standing(action).await?;
        let known = self.roots.names();
        match standing.in_use.iter().find(|(name, _)| !known.contains(name)) {
            Some((name, _)) if action.is_none() => Err(AppError::EpochMissing(name.epoch)),
            _ => Ok(standing),
        }
    }
}

/// What a rotation did.
#[derive(Debug)]
pub struct Rotated {
    /// The newest epoch.
    pub epoch: i64,
    /// Whether this run added it; if not, it went on with one that was begun.
    pub is_new: bool,
    /// What was moved.
    pub moved: Moved,
}

/// Adds an epoch to the root key file, unless one waits to be moved to, and moves every wrap to the newest.
pub async fn rotate(config: &Config) -> Result<Rotated, AppError> {
    let opened = open(config, true).await?;
    let standing = opened.standing(None).await?;
    let is_new = opened.roots.newest_name().epoch <= standing.roots.epoch && standing.all_moved;
    if is_new {
        opened.roots.add_epoch(&opened.file, &opened.source)?;
        faults::step("keys.epoch_added");
        opened.rotation.vault().learn()?;
    }
    let moved = opened.rotation.rotate().await?;
    let epoch = opened.rotation.vault().newest_root().epoch;
    opened.db.close().await;
    Ok(Rotated { epoch, is_new, moved })
}

/// Removes older wraps from the database, then older epochs from the file. Gives the epoch that stays.
pub async fn retire(config: &Config) -> Result<(i64, Moved), AppError> {
    let opened = open(config, true).await?;
    opened.standing(None).await?;
    let epoch = opened.roots.newest_name().epoch;
    let removed = opened.rotation.retire().await?.map_err(|hindrance| match hindrance {
        Hindrance::NotMoved => AppError::NotRotated,
        Hindrance::Behind(processes) => AppError::ProcessesBehind(processes, epoch),
    })?;
    if removed.stuck.is_empty() && opened.roots.names().len() > 1 {
        opened.roots.keep_newest(&opened.file)?;
        faults::step("keys.file_shortened");
    }
    opened.db.close().await;
    Ok((epoch, removed))
}

/// The epochs: name, whether the file has it, how many wraps it holds; and who serves.
#[derive(Debug)]
pub struct Listed {
    /// Each epoch.
    pub epochs: Vec<(RootName, bool, u64)>,
    /// Where things stand.
    pub standing: Standing,
}

/// Counts.
pub async fn list(config: &Config) -> Result<Listed, AppError> {
    let opened = open(config, false).await?;
    let standing = opened.standing(Some(Action::ListKeys)).await?;
    opened.db.close().await;
    let known = opened.roots.names();
    let mut epochs: Vec<_> = known.iter().map(|name| (*name, true, 0)).collect();
    for (name, wraps) in &standing.in_use {
        match epochs.iter_mut().find(|(known, _, _)| known == name) {
            Some(row) => row.2 = *wraps,
            None => epochs.push((*name, false, *wraps)),
        }
    }
    epochs.sort_by_key(|(name, _, _)| name.epoch);
    Ok(Listed { epochs, standing })
}
