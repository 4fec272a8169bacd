//! The writing side of the envelope: the age crate encrypts; here are the sums of what goes in and of what comes out.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};

use super::identity_text;
use crate::vault::VaultError;
use crate::vault::keys::Key;

/// A buffer that the age writer fills and we empty.
#[derive(Clone, Default)]
struct Outlet(Arc<Mutex<BytesMut>>);

impl Outlet {
    /// Makes room for what so many plain bytes become, at once rather than by and by.
    fn make_room(&self, plain: usize) {
        let sealed = plain.saturating_add(plain / 1024).saturating_add(1024);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).reserve(sealed);
    }

    fn take(&self) -> Bytes {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).split().freeze()
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What went through an [`Encrypter`].
#[derive(Debug, Clone, Copy)]
pub struct Sums {
    /// Plain bytes.
    pub size: u64,
    /// SHA-256 of the plain bytes.
    pub sha256: [u8; 32],
    /// Bytes of the blob.
    pub blob_size: u64,
    /// SHA-256 of the blob.
    pub blob_sha256: [u8; 32],
}

/// The sum of plain bytes on their way to an [`Encrypter`]. Apart from it, so that one thread can sum while another encrypts.
#[derive(Clone, Default)]
pub struct PlainSum {
    sum: Sha256,
    size: u64,
}

impl std::fmt::Debug for PlainSum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PlainSum({} bytes)", self.size)
    }
}

impl PlainSum {
    /// Takes the bytes that the encrypter takes, in the same order.
    pub fn push<P: AsRef<[u8]>>(&mut self, pieces: &[P]) {
        for piece in pieces {
            self.sum.update(piece.as_ref());
            self.size = self.size.saturating_add(piece.as_ref().len() as u64);
        }
    }
}

/// Encrypts a stream, piece by piece, in constant memory, and sums up what comes out.
pub struct Encrypter {
    writer: age::stream::StreamWriter<Outlet>,
    outlet: Outlet,
    sealed: Sha256,
    size: u64,
    blob_size: u64,
}

impl std::fmt::Debug for Encrypter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Encrypter({} bytes)", self.size)
    }
}

impl Encrypter {
    /// Begins a blob for a document key.
    pub fn new(key: &Key) -> Result<Self, VaultError> {
        let identity: age::x25519::Identity = identity_text(key)?.parse().map_err(|_| VaultError::Failed)?;
        let recipient = identity.to_public();
        let outlet = Outlet::default();
        let writer = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            .map_err(|_| VaultError::Failed)?
            .wrap_output(outlet.clone())
            .map_err(|_| VaultError::Failed)?;
        Ok(Self { writer, outlet, sealed: Sha256::new(), size: 0, blob_size: 0 })
    }

    /// Takes plain bytes, piece after piece; gives what is ready to be stored (maybe nothing yet).
    pub fn push<P: AsRef<[u8]>>(&mut self, pieces: &[P]) -> Result<Bytes, VaultError> {
        self.outlet.make_room(pieces.iter().map(|piece| piece.as_ref().len()).sum());
        for piece in pieces {
            let plain = piece.as_ref();
            self.size = self.size.saturating_add(plain.len() as u64);
            self.writer.write_all(plain).map_err(|_| VaultError::Failed)?;
        }
        Ok(self.drain())
    }

    fn drain(&mut self) -> Bytes {
        let ready = self.outlet.take();
        self.sealed.update(&ready);
        self.blob_size = self.blob_size.saturating_add(ready.len() as u64);
        ready
    }

    /// Ends the blob; gives its last bytes and the sums.
    ///
    /// # Errors
    /// [`VaultError::Failed`] if what was summed is not what was encrypted.
    pub fn finish(mut self, plain: PlainSum) -> Result<(Bytes, Sums), VaultError> {
        if plain.size != self.size {
            return Err(VaultError::Failed);
        }
        let ready = {
            self.writer.finish().map_err(|_| VaultError::Failed)?;
            let ready = self.outlet.take();
            self.sealed.update(&ready);
            self.blob_size = self.blob_size.saturating_add(ready.len() as u64);
            ready
        };
        let sums = Sums {
            size: self.size,
            sha256: plain.sum.finalize().into(),
            blob_size: self.blob_size,
            blob_sha256: self.sealed.finalize().into(),
        };
        Ok((ready, sums))
    }
}
