//! Leaves, links, and the check of a whole chain.
//!
//! leaf = SHA-256(`consigne/leaf/v1` ‖ salt ‖ canonical bytes); link = SHA-256(`consigne/link/v1` ‖ previous link ‖ leaf);
//! the first previous link is SHA-256(`consigne/chain/v1` ‖ chain id). The link is over leaves, not over bodies, so that an
//! erased person's bodies can go while every link still proves.

use sha2::{Digest, Sha256};

use super::canonical;
use crate::domain::entry::Entry;
use crate::domain::ids::ChainId;
use crate::domain::source::Timestamp;

/// 32 bytes of SHA-256.
pub type Hash = [u8; 32];

/// The link before the first entry of a chain.
pub fn genesis(chain: ChainId) -> Hash {
    Sha256::new().chain_update(b"consigne/chain/v1").chain_update(chain.bytes()).finalize().into()
}

/// The leaf of a body: its salt and its canonical bytes.
pub fn leaf(salt: &[u8; 32], canonical: &[u8]) -> Hash {
    Sha256::new().chain_update(b"consigne/leaf/v1").chain_update(salt).chain_update(canonical).finalize().into()
}

/// The link that follows a link and a leaf.
pub fn link(previous: &Hash, leaf: &Hash) -> Hash {
    Sha256::new().chain_update(b"consigne/link/v1").chain_update(previous).chain_update(leaf).finalize().into()
}

/// What is kept of one entry: its commitment, and its body unless that was erased.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its place.
    pub seq: u64,
    /// The link before it, as stored.
    pub previous: Vec<u8>,
    /// Its leaf, as stored.
    pub leaf: Vec<u8>,
    /// Salt and canonical bytes.
    pub body: Option<(Vec<u8>, Vec<u8>)>,
}

impl Kept {
    /// The entry, if its bytes are those that were committed to at this place of this chain. Whether the chain itself is whole
    /// is for [`Verifier`] to say.
    pub fn entry(&self, chain: ChainId) -> Option<Entry> {
        let (salt, bytes) = self.body.as_ref()?;
        let entry = canonical::decode(bytes).ok()?;
        let fits = leaf(salt.as_slice().try_into().ok()?, bytes).as_slice() == self.leaf
            && entry.seq == self.seq
            && entry.chain == chain;
        fits.then_some(entry)
    }
}

/// The first thing found wrong in a chain, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// An entry is missing, or one stands twice.
    #[error("entry {expected} is missing (found {found})")]
    Gap {
        /// The place that should come next.
        expected: u64,
        /// The place that came.
        found: u64,
    },
    /// The link before this entry is not the one its predecessors give.
    #[error("entry {0} does not follow the one before it")]
    Link(u64),
    /// The body is not the one that was committed to.
    #[error("entry {0} was changed: its body does not match its leaf")]
    Leaf(u64),
    /// The body can't be read.
    #[error("entry {0} cannot be read")]
    Unreadable(u64),
    /// The body says it belongs elsewhere.
    #[error("entry {0} belongs to another place or another chain")]
    Misplaced(u64),
    /// The entry is older than the one before it.
    #[error("entry {0} is dated before the one that precedes it")]
    Backwards(u64),
    /// The body is gone, and nothing says that it was erased.
    #[error("the body of entry {0} is missing")]
    NoBody(u64),
    /// The locker's erasure is on record, and the locker is there: the record is not the service's.
    #[error("its erasure is on record, and the locker is still there")]
    StillThere,
    /// The chain ends earlier or otherwise than its head says.
    #[error("the chain ends at entry {found}, its head says {head}")]
    Head {
        /// The last entry found.
        found: u64,
        /// The last entry by the head.
        head: u64,
    },
}

/// Checks a chain entry by entry, in constant memory.
#[derive(Debug)]
pub struct Verifier {
    chain: ChainId,
    erased: bool,
    seq: u64,
    link: Hash,
    at: Timestamp,
}

impl Verifier {
    /// For one chain; `erased` when the locker's erasure is on record, so that bodies may be gone.
    pub fn new(chain: ChainId, erased: bool) -> Self {
        Self { chain, erased, seq: 0, link: genesis(chain), at: Timestamp::from_micros(i64::MIN) }
    }

    /// Takes the next entry, in order of sequence. Gives it back read, unless its body was erased.
    ///
    /// # Errors
    /// The break, at the first entry that does not fit.
    pub fn take(&mut self, kept: &Kept) -> Result<Option<Entry>, Break> {
        let expected = self.seq.saturating_add(1);
        if kept.seq != expected {
            return Err(Break::Gap { expected, found: kept.seq });
        }
        if kept.previous != self.link {
            return Err(Break::Link(kept.seq));
        }
        let leaf: Hash = kept.leaf.as_slice().try_into().map_err(|_| Break::Leaf(kept.seq))?;
        let entry = match &kept.body {
            Some((salt, bytes)) => Some(self.read(kept, salt, bytes)?),
            None if self.erased => None,
            None => return Err(Break::NoBody(kept.seq)),
        };
        self.seq = kept.seq;
        self.link = link(&self.link, &leaf);
        Ok(entry)
    }

    fn read(&mut self, kept: &Kept, salt: &[u8], bytes: &[u8]) -> Result<Entry, Break> {
        let salt: &[u8; 32] = salt.try_into().map_err(|_| Break::Leaf(kept.seq))?;
        if leaf(salt, bytes).as_slice() != kept.leaf {
            return Err(Break::Leaf(kept.seq));
        }
        let entry = canonical::decode(bytes).map_err(|_| Break::Unreadable(kept.seq))?;
        if entry.chain != self.chain || entry.seq != kept.seq {
            return Err(Break::Misplaced(kept.seq));
        }
        if entry.at < self.at {
            return Err(Break::Backwards(kept.seq));
        }
        self.at = entry.at;
        Ok(entry)
    }

    /// The last entry taken; 0 before the first.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Compares the end with the chain's head: its last sequence and its link.
    ///
    /// # Errors
    /// [`Break::Head`] when entries were cut off the end, or the head was moved.
    pub fn finish(self, head_seq: u64, head_link: &[u8]) -> Result<u64, Break> {
        if self.seq == head_seq && self.link == head_link {
            Ok(self.seq)
        } else {
            Err(Break::Head { found: self.seq, head: head_seq })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome};
    use crate::domain::ids::RequestId;
    use crate::domain::source::Source;

    fn chain_of(n: u64) -> (ChainId, Vec<Kept>, Hash) {
        let source = Source::seeded(Timestamp::from_micros(1), [7; 32]);
        let chain = ChainId::draw(&source);
        let mut previous = genesis(chain);
        let mut kept = Vec::new();
        for seq in 1..=n {
            let line = Line::new(
                Actor::Operator,
                Ground::None,
                Action::Migrate,
                Object::None,
                Outcome::Done,
                RequestId::draw(&source),
            );
            let entry = Entry { chain, seq, at: Timestamp::from_micros(i64::try_from(seq).unwrap()), line };
            let (salt, bytes) = (source.bytes::<32>(), canonical::encode(&entry));
            let leaf = leaf(&salt, &bytes);
            kept.push(Kept {
                seq,
                previous: previous.to_vec(),
                leaf: leaf.to_vec(),
                body: Some((salt.to_vec(), bytes)),
            });
            previous = link(&previous, &leaf);
        }
        (chain, kept, previous)
    }

    fn check(chain: ChainId, kept: &[Kept], head: (u64, Hash)) -> Result<u64, Break> {
        let mut verifier = Verifier::new(chain, false);
        for one in kept {
            verifier.take(one)?;
        }
        verifier.finish(head.0, &head.1)
    }

    #[test]
    fn a_whole_chain_verifies_and_each_kind_of_tampering_is_named() {
        let (chain, kept, head) = chain_of(5);
        assert_eq!(check(chain, &kept, (5, head)), Ok(5));

        let mut changed = kept.clone();
        changed[2].body.as_mut().unwrap().1[20] ^= 1;
        assert_eq!(check(chain, &changed, (5, head)), Err(Break::Leaf(3)));

        let mut missing = kept.clone();
        missing.remove(1);
        assert_eq!(check(chain, &missing, (5, head)), Err(Break::Gap { expected: 2, found: 3 }));

        // Somebody rewrites an entry and its leaf: the next link gives them away.
        let mut rewritten = kept.clone();
        let (salt, bytes) = rewritten[1].body.clone().unwrap();
        let mut entry = canonical::decode(&bytes).unwrap();
        entry.line.action = Action::SignIn;
        let bytes = canonical::encode(&entry);
        rewritten[1].leaf = leaf(salt.as_slice().try_into().unwrap(), &bytes).to_vec();
        rewritten[1].body = Some((salt, bytes));
        assert_eq!(check(chain, &rewritten, (5, head)), Err(Break::Link(3)));

        // The last one rewritten: the head gives it away.
        let mut last = kept.clone();
        last.pop();
        assert_eq!(check(chain, &last, (5, head)), Err(Break::Head { found: 4, head: 5 }));

        let mut swapped = kept.clone();
        let body = swapped[1].body.clone();
        swapped[1].body = swapped[2].body.clone();
        swapped[2].body = body;
        assert_eq!(check(chain, &swapped, (5, head)), Err(Break::Leaf(2)));

        let mut gone = kept.clone();
        gone[3].body = None;
        assert_eq!(check(chain, &gone, (5, head)), Err(Break::NoBody(4)));
        let mut erased = Verifier::new(chain, true);
        for one in &gone {
            erased.take(one).unwrap();
        }
        assert_eq!(erased.finish(5, &head), Ok(5));

        let (other, foreign, _) = chain_of(0);
        assert!(foreign.is_empty());
        assert_eq!(other, chain, "same seed, same chain");
    }
}
