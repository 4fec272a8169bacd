//! The envelope of a version: a standard age v1 file to one X25519 identity whose secret is the document key. Format:
//! `docs/formats/envelope.md`.
//!
//! Encryption is the age crate's. Decryption is ours, because ranges need it: the crate keeps payload keys private and seeks
//! only in synchronous code. Ours reads what any age tool writes to that identity, and is tested against Debian's `age`. Chunks
//! are opened by aws-lc, which is three times as fast at it as the crate that opens headers.

mod seal;

use std::ops::Range;

use aws_lc_rs::aead::{self, Aad, CHACHA20_POLY1305, LessSafeKey, UnboundKey};
use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, X25519};
use bytes::{Buf, Bytes, BytesMut};
use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use data_encoding::BASE64_NOPAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::VaultError;
use super::keys::Key;
pub use seal::{Encrypter, PlainSum, Sums};

/// Plain bytes in a chunk (age v1).
pub const CHUNK: u64 = 64 * 1024;
/// A chunk as stored: plain bytes and a tag of 16.
const SEALED_CHUNK: u64 = CHUNK + 16;
/// Room for an age header: ours has one recipient and at most one stanza of grease.
pub const HEADER_ROOM: u64 = 4096;
/// Payload nonce between header and chunks.
const NONCE: u64 = 16;

/// The identity as age tools take it: `AGE-SECRET-KEY-1…`. For tests of interoperation and, later, for sealed lockers.
pub fn identity_text(key: &Key) -> Result<Zeroizing<String>, VaultError> {
    let hrp = bech32::Hrp::parse("age-secret-key-").map_err(|_| VaultError::Failed)?;
    bech32::encode_upper::<bech32::Bech32>(hrp, key.bytes()).map(Zeroizing::new).map_err(|_| VaultError::Failed)
}

/// An opened header: where the payload begins and the key to it.
pub struct Opened {
    payload: LessSafeKey,
    /// Offset of the first chunk in the blob.
    start: u64,
    blob_size: u64,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened(payload at {})", self.start)
    }
}

impl Opened {
    /// Opens the header of a blob, from its first bytes ([`HEADER_ROOM`], or the whole blob if shorter).
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if it is no age header, isn't for this key, or its MAC does not match.
    pub fn header(key: &Key, head: &[u8], blob_size: u64) -> Result<Self, VaultError> {
        let header = Header::parse(head).ok_or(VaultError::Damaged)?;
        let file_key = header.file_key(key).ok_or(VaultError::Damaged)?;
        header.check(&file_key)?;
        let nonce = head.get(header.length..).and_then(<[u8]>::first_chunk::<16>).ok_or(VaultError::Damaged)?;
        let mut payload = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(nonce), &file_key)
            .expand(b"payload", payload.as_mut_slice())
            .map_err(|_| VaultError::Failed)?;
        let start = (header.length as u64).saturating_add(NONCE);
        let payload = UnboundKey::new(&CHACHA20_POLY1305, payload.as_slice()).map_err(|_| VaultError::Failed)?;
        let opened = Self { payload: LessSafeKey::new(payload), start, blob_size };
        // A payload has at least one chunk, if only a tag.
        if opened.sealed_size() < 16 { Err(VaultError::Damaged) } else { Ok(opened) }
    }

    const fn sealed_size(&self) -> u64 {
        self.blob_size.saturating_sub(self.start)
    }

    const fn last_chunk(&self) -> u64 {
        self.sealed_size().div_ceil(SEALED_CHUNK).saturating_sub(1)
    }

    /// Plain bytes in the blob, as its length tells: to be compared with what was sealed beside it.
    pub const fn plain_size(&self) -> u64 {
        self.sealed_size().saturating_sub((self.last_chunk() + 1) * 16)
    }

    /// The bytes of the blob that hold a range of plain bytes, and the work that turns the first into the second.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if the range is not within the plain bytes.
    pub fn range(self, plain: Range<u64>) -> Result<(Range<u64>, Decrypter), VaultError> {
        if plain.start > plain.end || plain.end > self.plain_size() {
            return Err(VaultError::Damaged);
        }
        let wanted = plain.end - plain.start;
        let first = plain.start / CHUNK;
        // An empty content still has its one empty chunk, whose tag is checked.
        let last = plain.end.saturating_sub(1).max(plain.start) / CHUNK;
        let last = last.min(self.last_chunk());
        let from = self.start + first * SEALED_CHUNK;
        let to = (self.start + (last + 1) * SEALED_CHUNK).min(self.blob_size);
        let decrypter = Decrypter {
            last_chunk: self.last_chunk(),
            payload: self.payload,
            next: first,
            stop: last,
            skip: plain.start - first * CHUNK,
            wanted,
            buffer: BytesMut::new(),
            coming: to - from,
        };
        Ok((from..to, decrypter))
    }
}

/// Turns chunks into plain bytes, piece by piece, in constant memory. Nothing of a chunk comes out before its tag matched.
pub struct Decrypter {
    payload: LessSafeKey,
    last_chunk: u64,
    next: u64,
    stop: u64,
    skip: u64,
    wanted: u64,
    coming: u64,
    buffer: BytesMut,
}

impl std::fmt::Debug for Decrypter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decrypter(chunk {} of {})", self.next, self.last_chunk)
    }
}

impl Decrypter {
    /// Takes stored bytes; gives the plain bytes that are ready.
    pub fn push(&mut self, stored: &[u8]) -> Result<Bytes, VaultError> {
        self.coming = self.coming.checked_sub(stored.len() as u64).ok_or(VaultError::Damaged)?;
        self.buffer.extend_from_slice(stored);
        let mut out = BytesMut::new();
        while self.next <= self.stop {
            let whole = usize::try_from(SEALED_CHUNK).map_err(|_| VaultError::Failed)?;
            let length = if self.buffer.len() >= whole {
                whole
            } else if self.coming == 0 && self.next == self.last_chunk && self.buffer.len() >= 16 {
                self.buffer.len()
            } else {
                break;
            };
            let mut chunk = self.buffer.split_to(length);
            self.open(&mut chunk)?;
            self.cut(&mut chunk);
            if out.is_empty() { out = chunk } else { out.unsplit(chunk) }
        }
        Ok(out.freeze())
    }

    fn open(&mut self, chunk: &mut BytesMut) -> Result<(), VaultError> {
        let is_last = self.next == self.last_chunk;
        let mut nonce = [0_u8; 12];
        let (counter, flag) = nonce.split_at_mut(11);
        if let Some(low) = counter.get_mut(3..) {
            low.copy_from_slice(&self.next.to_be_bytes());
        }
        if let Some(flag) = flag.first_mut() {
            *flag = u8::from(is_last);
        }
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let plain = self.payload.open_in_place(nonce, Aad::empty(), chunk).map_err(|_| VaultError::Damaged)?.len();
        chunk.truncate(plain);
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// Keeps of a chunk what was asked for.
    fn cut(&mut self, chunk: &mut BytesMut) {
        let skip = usize::try_from(self.skip).unwrap_or(usize::MAX).min(chunk.len());
        chunk.advance(skip);
        self.skip = 0;
        let keep = usize::try_from(self.wanted).unwrap_or(usize::MAX).min(chunk.len());
        chunk.truncate(keep);
        self.wanted = self.wanted.saturating_sub(keep as u64);
    }

    /// Says whether everything that was asked for came out.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if the stored bytes ended too early.
    pub fn finish(self) -> Result<(), VaultError> {
        if self.wanted == 0 && self.next > self.stop { Ok(()) } else { Err(VaultError::Damaged) }
    }
}

/// An age v1 header, taken apart.
struct Header<'a> {
    bytes: &'a [u8],
    stanzas: Vec<(Vec<&'a str>, Vec<u8>)>,
    mac: [u8; 32],
    /// Length with the final line feed.
    length: usize,
}

impl<'a> Header<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut at = 0_usize;
        if line(bytes, &mut at)? != "age-encryption.org/v1" {
            return None;
        }
        let mut stanzas = Vec::new();
        loop {
            let start = at;
            let text = line(bytes, &mut at)?;
            if let Some(mac) = text.strip_prefix("--- ") {
                let mac = BASE64_NOPAD.decode(mac.as_bytes()).ok()?.try_into().ok()?;
                // The MAC covers the header up to and with the three dashes.
                return Some(Self { bytes: bytes.get(..start + 3)?, stanzas, mac, length: at });
            }
            let words = text.strip_prefix("-> ")?.split(' ').collect();
            let mut body = Vec::new();
            loop {
                let text = line(bytes, &mut at)?;
                if text.len() > 64 {
                    return None;
                }
                body.extend(BASE64_NOPAD.decode(text.as_bytes()).ok()?);
                if text.len() < 64 {
                    break;
                }
            }
            stanzas.push((words, body));
        }
    }

    /// The file key, from the X25519 stanza that this identity opens (C2SP age.md, X25519 recipient stanza).
    fn file_key(&self, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        let secret = PrivateKey::from_private_key(&X25519, key.bytes()).ok()?;
        let own = secret.compute_public_key().ok()?;
        self.stanzas.iter().find_map(|(words, body)| {
            let [kind, share] = words.as_slice() else { return None };
            if *kind != "X25519" || body.len() != 32 {
                return None;
            }
            let share: [u8; 32] = BASE64_NOPAD.decode(share.as_bytes()).ok()?.try_into().ok()?;
            let salt = [share.as_slice(), own.as_ref()].concat();
            let mut wrap = Zeroizing::new([0; 32]);
            // A share that contributes nothing is refused by the agreement itself.
            agreement::agree(&secret, UnparsedPublicKey::new(&X25519, share), (), |shared| {
                let derived = Hkdf::<Sha256>::new(Some(&salt), shared);
                derived.expand(b"age-encryption.org/v1/X25519", wrap.as_mut_slice()).map_err(|_| ())
            })
            .ok()?;
            let (sealed, tag) = body.split_at_checked(16)?;
            let mut file_key = Zeroizing::new(sealed.to_vec());
            ChaCha20Poly1305::new((&*wrap).into())
                .decrypt_in_place_detached(&Nonce::default(), b"", &mut file_key, Tag::from_slice(tag))
                .ok()?;
            Some(file_key)
        })
    }

    fn check(&self, file_key: &[u8]) -> Result<(), VaultError> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, file_key).expand(b"header", key.as_mut_slice()).map_err(|_| VaultError::Failed)?;
        <Hmac<Sha256> as Mac>::new_from_slice(key.as_slice())
            .map_err(|_| VaultError::Failed)?
            .chain_update(self.bytes)
            .verify_slice(&self.mac)
            .map_err(|_| VaultError::Damaged)
    }
}

/// The next line, without its line feed.
fn line<'a>(bytes: &'a [u8], at: &mut usize) -> Option<&'a str> {
    let rest = bytes.get(*at..)?;
    let end = rest.iter().position(|b| *b == b'\n')?;
    *at += end + 1;
    std::str::from_utf8(rest.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::Source;
    use proptest::prelude::*;
    use sha2::Digest;

    /// A stanza whose share contributes nothing (RFC 7748, section 6.1) opens with no identity, although whoever wrote it knows
    /// what both would agree on: nothing but zeros.
    #[test]
    fn shares_of_low_order_are_refused() {
        let mut prime = [0xff; 32];
        (prime[0], prime[31]) = (0xed, 0x7f);
        let mut one = [0; 32];
        one[0] = 1;
        let key = Key::draw(&Source::system());
        let own = PrivateKey::from_private_key(&X25519, key.bytes()).unwrap().compute_public_key().unwrap();
        for share in [[0; 32], one, prime] {
            let mut wrap = [0; 32];
            let derived = Hkdf::<Sha256>::new(Some(&[share.as_slice(), own.as_ref()].concat()), &[0; 32]);
            derived.expand(b"age-encryption.org/v1/X25519", &mut wrap).unwrap();
            let mut body = vec![7; 16];
            let cipher = ChaCha20Poly1305::new((&wrap).into());
            let tag = cipher.encrypt_in_place_detached(&Nonce::default(), b"", &mut body).unwrap();
            body.extend_from_slice(&tag);
            let text = BASE64_NOPAD.encode(&share);
            let header = Header { bytes: b"", stanzas: vec![(vec!["X25519", &text], body)], mac: [0; 32], length: 0 };
            assert!(header.file_key(&key).is_none());
        }
    }

    fn seal(key: &Key, plain: &[u8], piece: usize) -> (Vec<u8>, Sums) {
        let mut encrypter = Encrypter::new(key).unwrap();
        let mut sum = PlainSum::default();
        let mut blob = Vec::new();
        for part in plain.chunks(piece.max(1)) {
            sum.push(&[part]);
            blob.extend(encrypter.push(&[part]).unwrap());
        }
        let (last, sums) = encrypter.finish(sum).unwrap();
        blob.extend(last);
        (blob, sums)
    }

    fn open(key: &Key, blob: &[u8], range: Range<u64>, piece: usize) -> Result<Vec<u8>, VaultError> {
        let head = &blob[..blob.len().min(4096)];
        let (stored, mut decrypter) = Opened::header(key, head, blob.len() as u64)?.range(range)?;
        let mut plain = Vec::new();
        for part in
            blob[usize::try_from(stored.start).unwrap()..usize::try_from(stored.end).unwrap()].chunks(piece.max(1))
        {
            plain.extend(decrypter.push(part)?);
        }
        decrypter.finish()?;
        Ok(plain)
    }

    #[test]
    fn sizes_around_the_chunk_open_whole_and_in_ranges() {
        let key = Key::draw(&Source::system());
        for size in [0_usize, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
            let plain: Vec<u8> = (0..size).map(|i| u8::try_from(i % 251).unwrap()).collect();
            let (blob, sums) = seal(&key, &plain, 10_000);
            assert_eq!((sums.size, sums.blob_size), (size as u64, blob.len() as u64));
            assert_eq!(sums.sha256, <[u8; 32]>::from(Sha256::digest(&plain)));
            assert_eq!(sums.blob_sha256, <[u8; 32]>::from(Sha256::digest(&blob)));
            assert_eq!(open(&key, &blob, 0..size as u64, 7_000).unwrap(), plain, "{size}");
            for (from, to) in [(0, size.min(1)), (size / 2, size), (size.saturating_sub(1), size), (size / 3, size / 2)]
            {
                assert_eq!(
                    open(&key, &blob, from as u64..to as u64, 1 << 20).unwrap(),
                    plain[from..to],
                    "{size} {from}..{to}"
                );
            }
            assert_eq!(open(&key, &blob, 0..size as u64 + 1, 7_000), Err(VaultError::Damaged));
        }
    }

    #[test]
    fn a_sum_of_other_bytes_ends_nothing() {
        let mut encrypter = Encrypter::new(&Key::draw(&Source::system())).unwrap();
        encrypter.push(&[b"bonjour"]).unwrap();
        assert!(matches!(encrypter.finish(PlainSum::default()), Err(VaultError::Failed)));
    }

    #[test]
    fn the_age_crate_opens_ours() {
        let key = Key::draw(&Source::system());
        let (blob, _) = seal(&key, b"bonjour", 3);
        let identity: age::x25519::Identity = identity_text(&key).unwrap().parse().unwrap();
        assert_eq!(age::decrypt(&identity, &blob).unwrap(), b"bonjour");
    }

    #[test]
    fn a_cut_or_flipped_or_foreign_blob_does_not_open() {
        let key = Key::draw(&Source::system());
        let plain = vec![7_u8; 150_000];
        let (blob, _) = seal(&key, &plain, 1 << 16);
        let size = plain.len() as u64;
        for cut in [1, 16, 17, 65_552, blob.len() - 200, blob.len() - 1] {
            let short = &blob[..blob.len() - cut];
            assert!(open(&key, short, 0..size, 1 << 16).is_err(), "{cut} bytes cut off");
        }
        // Cut at a chunk's end, and asked for no more than what is left: the last chunk does not say it is the last.
        let header = Header::parse(&blob).unwrap().length;
        let one_chunk = &blob[..header + 16 + 65_552];
        assert_eq!(open(&key, one_chunk, 0..65_536, 1 << 16), Err(VaultError::Damaged));
        for at in (0..blob.len()).step_by(997) {
            let mut flipped = blob.clone();
            flipped[at] ^= 0x10;
            assert!(open(&key, &flipped, 0..size, 1 << 16).is_err(), "bit flipped at {at}");
        }
        let other = Key::draw(&Source::system());
        assert!(open(&other, &blob, 0..size, 1 << 16).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_range_gives_those_bytes(size in 0_usize..200_000, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), piece in 1_usize..90_000) {
            let key = Key::from_bytes([9; 32]);
            let plain: Vec<u8> = (0..size).map(|i| u8::try_from(i * 7 % 256).unwrap()).collect();
            let (blob, _) = seal(&key, &plain, piece);
            let (x, y) = (a.index(size + 1), b.index(size + 1));
            let (from, to) = (x.min(y), x.max(y));
            prop_assert_eq!(open(&key, &blob, from as u64..to as u64, piece).unwrap(), &plain[from..to]);
        }
    }
}
