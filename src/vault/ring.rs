//! A locker's keys, opened by a grant for as long as the grant is used.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::envelope::Encrypter;
use super::keys::{self, KeyKind, NamedKey, WrapContext};
use super::sealed::{self, Binding, Place};
use super::{Vault, VaultError};
use crate::domain::document::{AsOf, Described, DocumentFields, Origin, VersionFields};
use crate::domain::ids::{CollectionId, DocumentId, KeyId, LockerId, VersionId};
use crate::domain::information::Acceptance;
use crate::domain::person::CivilIdentity;
use crate::domain::source::Source;
use crate::domain::taxonomy::{CATEGORIES, Category};
use crate::store::documents::Paper;
use crate::store::grant::{Grant, Held, OpensContent, OpensFields, Pending, WritesFields, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::CollectionRow;

/// What a collection is for; sealed, so that the database does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// The papers of one category, by its code.
    Category(String),
    /// Who the holder is.
    Profile,
    /// Evidence of consents.
    Evidence,
}

/// Everything a new locker needs stored.
#[derive(Debug)]
pub struct NewLocker {
    /// Locker key and collection keys.
    pub wraps: Vec<WrapRow>,
    /// One per category, plus profile and evidence, in no telling order.
    pub collections: Vec<CollectionRow>,
    /// The holder's civil identity, sealed.
    pub profile: Vec<u8>,
    /// What the holder agreed to, sealed.
    pub acceptance: Vec<u8>,
}

/// The opened keys of one locker.
#[derive(Debug)]
pub struct Keyring {
    locker: LockerId,
    binding: Binding,
    locker_key: NamedKey,
    collection_keys: HashMap<KeyId, NamedKey>,
    source: Source,
}

/// Which collection is which, once opened.
#[derive(Debug, Default)]
pub struct Shelves(HashMap<CollectionId, (KeyId, Label)>);

impl Shelves {
    /// The collection that keeps evidence of consents.
    pub fn of_evidence(&self) -> Option<CollectionId> {
        self.0.iter().find(|(_, (_, label))| *label == Label::Evidence).map(|(id, _)| *id)
    }

    /// The collection of a category.
    pub fn of_category(&self, category: Category) -> Option<CollectionId> {
        self.0
            .iter()
            .find(|(_, (_, label))| matches!(label, Label::Category(code) if code == category.code()))
            .map(|(id, _)| *id)
    }
}

impl Shelves {
    /// The collection of the holder's civil identity.
    pub(in crate::vault) fn profile(&self) -> Option<CollectionId> {
        self.0.iter().find(|(_, (_, label))| *label == Label::Profile).map(|(id, _)| *id)
    }
}

/// A version that is being made: its key and the wrap to be stored.
#[derive(Debug)]
pub struct NewVersion {
    document: DocumentId,
    version: VersionId,
    collection: KeyId,
    key: NamedKey,
    /// The document key's wrap.
    pub wrap: WrapRow,
}

impl NewVersion {
    /// The document key's id.
    pub const fn key_id(&self) -> KeyId {
        self.key.id()
    }

    /// Opens the header of the blob that was just written, for the scanner: what its sender sent, within the same deposit.
    pub fn reopen(&self, head: &[u8], blob_size: u64) -> Result<super::envelope::Opened, VaultError> {
        super::envelope::Opened::header(self.key.key(), head, blob_size)
    }

    /// Begins the blob.
    pub fn encrypter(&self) -> Result<Encrypter, VaultError> {
        Encrypter::new(self.key.key())
    }
}

/// The content of a version, ready to be opened: its description and its document key.
#[derive(Debug)]
pub struct Content {
    /// What describes the paper.
    pub document: DocumentFields,
    /// Of which moment that is.
    pub as_of: AsOf,
    /// What describes the version.
    pub version: VersionFields,
    key: keys::Key,
}

impl Content {
    pub(in crate::vault) fn new(described: Described, version: VersionFields, key: keys::Key) -> Self {
        Self { document: described.fields, as_of: described.as_of, version, key }
    }

    /// Opens the header of its blob. A blob whose length is not that of the sealed size is refused.
    pub fn open(&self, head: &[u8], blob_size: u64) -> Result<super::envelope::Opened, VaultError> {
        let opened = super::envelope::Opened::header(&self.key, head, blob_size)?;
        if opened.plain_size() == self.version.size { Ok(opened) } else { Err(VaultError::Damaged) }
    }

    /// The document key, to hand to another age tool (tests of interoperation).
    pub fn identity_text(&self) -> Result<zeroize::Zeroizing<String>, VaultError> {
        super::envelope::identity_text(&self.key)
    }
}

impl Vault {
    /// Makes the keys of a locker that is being opened. `floor`: epochs of the root key before this one are retired.
    ///
    /// # Errors
    /// [`VaultError::NoRootKey`] when this process knows retired epochs only: what it wrapped could not be opened any more.
    pub fn new_locker(
        &self,
        pending: &Pending<act::OpenLocker>,
        holder: &CivilIdentity,
        accepted: &Acceptance,
        floor: i64,
    ) -> Result<NewLocker, VaultError> {
        let roots = self.roots();
        if roots.newest().epoch() < floor {
            return Err(VaultError::NoRootKey);
        }
        let locker = pending.locker();
        let (binding, context) = (self.binding(locker), self.locker_context(locker));
        let locker_key = NamedKey::draw(KeyKind::Locker, &self.source);
        let mut wraps = vec![keys::wrap(&locker_key, roots.newest(), &context, &self.source)?];
        let mut labels: Vec<Label> = CATEGORIES.iter().map(|c| Label::Category(c.code().to_owned())).collect();
        labels.extend([Label::Profile, Label::Evidence]);
        let mut collections = Vec::new();
        let mut profile = Vec::new();
        let mut acceptance = Vec::new();
        let evidence = Place::Acceptance(pending.written().seq);
        for label in labels {
            let key = NamedKey::draw(KeyKind::Collection, &self.source);
            wraps.push(keys::wrap(&key, &locker_key, &context, &self.source)?);
            let collection = CollectionId::draw(&self.source);
            if label == Label::Profile {
                profile = sealed::seal(&key, &binding, Place::Profile, holder, &self.source)?;
            }
            if label == Label::Evidence {
                acceptance = sealed::seal(&key, &binding, evidence, accepted, &self.source)?;
            }
            let label = sealed::seal(&locker_key, &binding, Place::Label(collection), &label, &self.source)?;
            collections.push(CollectionRow { collection, key: key.id(), label });
        }
        // Random ids, stored in their order: neither place nor time of a row tells which category it is.
        collections.sort_by_key(|row| row.collection);
        wraps.sort_by_key(|row| row.key.key);
        Ok(NewLocker { wraps, collections, profile, acceptance })
    }

    const fn locker_context(&self, locker: LockerId) -> WrapContext {
        WrapContext { deployment: self.deployment, scope: locker, paper: None }
    }

    /// Opens the granted locker's keys: the locker key, and those collection keys whose wraps are given.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the locker key does not open, [`VaultError::NoRootKey`] when it is under an epoch of the
    /// root key that is newer than what the file has. A collection key that does not open is missed when used.
    pub fn keyring<A: OpensFields>(&self, grant: &Grant<A>, wraps: &[WrapRow]) -> Result<Keyring, VaultError> {
        self.ring(grant.locker(), wraps)
    }

    pub(in crate::vault) fn ring(&self, locker: LockerId, wraps: &[WrapRow]) -> Result<Keyring, VaultError> {
        let context = self.locker_context(locker);
        let locker_key = self.locker_key(wraps, &context)?;
        let collection_keys = wraps
            .iter()
            .filter(|w| w.key.kind == KeyKind::Collection.number())
            .filter_map(|w| keys::unwrap(w, &locker_key, &context).ok().map(|key| (key.id(), key)))
            .collect();
        Ok(Keyring { locker, binding: self.binding(locker), locker_key, collection_keys, source: self.source.clone() })
    }

    /// Seals what the holder agrees to, in the transaction whose entry says so; `None` if it is what they agreed to last
    /// (`last`: its entry, and it, sealed). Nothing that it opens is given.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the locker's keys do not open.
    pub fn seal_acceptance(
        &self,
        pending: &Pending<act::AcceptInformation>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        accepted: &Acceptance,
        last: Option<&(u64, Vec<u8>)>,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let last = last.and_then(|(seq, details)| ring.open_acceptance(&shelves, *seq, details).ok());
        if last.is_some_and(|last| last.sha256 == accepted.sha256) {
            return Ok(None);
        }
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::seal(key, &ring.binding, Place::Acceptance(pending.written().seq), accepted, &self.source).map(Some)
    }

    /// Opens the granted version: the paper is the one that the grant names, there is no way to name another.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if any wrap or description on the way does not open.
    pub fn open_content<A: OpensContent>(&self, grant: &Grant<A>, wraps: &[WrapRow]) -> Result<Content, VaultError> {
        let paper = grant.paper().ok_or(VaultError::NoKey)?;
        let ring = self.keyring(grant, wraps)?;
        let collection = ring.collection_keys.values().next().ok_or(VaultError::Damaged)?;
        let context =
            WrapContext { paper: Some((paper.document, paper.version)), ..self.locker_context(grant.locker()) };
        let key = wraps
            .iter()
            .filter(|w| w.key.key == paper.key && w.key.kind == KeyKind::Document.number())
            .find_map(|w| keys::unwrap(w, collection, &context).ok())
            .ok_or(VaultError::Damaged)?;
        let (described, version) = ring.open_under(collection, paper)?;
        Ok(Content::new(described, version, key.into_key()))
    }
}

impl Keyring {
    /// Opens the labels of collections. One that does not open is left out.
    pub fn shelves(&self, rows: &[CollectionRow]) -> Shelves {
        let open = |row: &CollectionRow| {
            sealed::open(&self.locker_key, &self.binding, Place::Label(row.collection), &row.label)
                .ok()
                .map(|label: Label| (row.collection, (row.key, label)))
        };
        Shelves(rows.iter().filter_map(open).collect())
    }

    pub(in crate::vault) const fn source(&self) -> &Source {
        &self.source
    }

    pub(in crate::vault) const fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Opens what the holder agreed to, by the entry that says so.
    pub fn open_acceptance(&self, shelves: &Shelves, seq: u64, details: &[u8]) -> Result<Acceptance, VaultError> {
        let key = self.key_of(shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::open(key, &self.binding, Place::Acceptance(seq), details)
    }

    pub(in crate::vault) fn key_of(
        &self,
        shelves: &Shelves,
        collection: CollectionId,
    ) -> Result<&NamedKey, VaultError> {
        let (key, _) = shelves.0.get(&collection).ok_or(VaultError::Damaged)?;
        self.collection_keys.get(key).ok_or(VaultError::Damaged)
    }

    /// Opens what describes a paper and its version.
    pub fn open_paper(&self, shelves: &Shelves, paper: &Paper) -> Result<(DocumentFields, VersionFields), VaultError> {
        let (described, version) = self.open_described(shelves, paper)?;
        Ok((described.fields, version))
    }

    /// The same, with the moment that the description is of.
    pub fn open_described(&self, shelves: &Shelves, paper: &Paper) -> Result<(Described, VersionFields), VaultError> {
        self.open_under(self.key_of(shelves, paper.collection)?, paper)
    }

    fn open_under(&self, key: &NamedKey, paper: &Paper) -> Result<(Described, VersionFields), VaultError> {
        let described: Described = sealed::open(key, &self.binding, Place::Document(paper.document), &paper.details)?;
        let place = Place::Version(paper.document, paper.version);
        let version: VersionFields = sealed::open(key, &self.binding, place, &paper.version_details)?;
        // Whoever writes SQL can't show a hidden paper to helpers: the holder's word is the sealed one.
        if described.fields.private != paper.private {
            return Err(VaultError::Damaged);
        }
        // Nor show an older version for the newest.
        if !described.as_of.fits(paper.newest, paper.version, paper.number) {
            return Err(VaultError::Damaged);
        }
        // Nor have content opened that waits to be scanned, or was found harmful.
        if version.scanned != paper.scanned {
            return Err(VaultError::Damaged);
        }
        // Nor lend somebody's word on one content to another.
        if version.seen.iter().any(|seen| *seen.stored.bytes() != paper.blob_sha256) {
            return Err(VaultError::Damaged);
        }
        // Nor pass off as issued what was brought, or the other way round.
        if (version.origin == Origin::Issued) != version.issued.is_some() {
            return Err(VaultError::Damaged);
        }
        Ok((described, version))
    }

    /// Draws the document key of a new version in a collection.
    pub fn new_version<A: WritesFields>(
        &self,
        grant: &Grant<A>,
        shelves: &Shelves,
        collection: CollectionId,
        document: DocumentId,
        version: VersionId,
    ) -> Result<NewVersion, VaultError> {
        if grant.locker() != self.locker {
            return Err(VaultError::NoKey);
        }
        let under = self.key_of(shelves, collection)?;
        let key = NamedKey::draw(KeyKind::Document, &self.source);
        let context =
            WrapContext { deployment: self.binding.deployment, scope: self.locker, paper: Some((document, version)) };
        let wrap = keys::wrap(&key, under, &context, &self.source)?;
        Ok(NewVersion { document, version, collection: under.id(), key, wrap })
    }

    /// Seals what describes a new version and its paper.
    pub fn seal_version(
        &self,
        new: &NewVersion,
        document: &Described,
        version: &VersionFields,
    ) -> Result<(Vec<u8>, Vec<u8>), VaultError> {
        let key = self.collection_keys.get(&new.collection).ok_or(VaultError::NoKey)?;
        let place = Place::Version(new.document, new.version);
        Ok((
            sealed::seal(key, &self.binding, Place::Document(new.document), document, &self.source)?,
            sealed::seal(key, &self.binding, place, version, &self.source)?,
        ))
    }
}
