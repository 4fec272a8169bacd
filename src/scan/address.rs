//! Where a scanner listens.

use std::net::SocketAddr;
use std::path::PathBuf;

/// An address on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A port on loopback.
    Tcp(SocketAddr),
    /// A unix socket.
    Unix(PathBuf),
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is none.
    #[error("write tcp://127.0.0.1:3310 (numbers, and a port) or unix:/run/clamav/clamd.ctl (a whole path)")]
    Unread,
    /// It is that of another machine.
    #[error(
        "is not on this machine. What clamd is sent is not encrypted, so papers would cross the network for anybody to read: \
         run clamd here, and name 127.0.0.1, [::1] or a unix socket"
    )]
    Elsewhere,
}

impl Address {
    /// Reads `tcp://ADDRESS:PORT` or `unix:/PATH`. Names of machines are not taken: who they mean may change.
    ///
    /// # Errors
    /// It is none, or it is not on this machine.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return if path.is_absolute() { Ok(Self::Unix(path)) } else { Err(AddressError::Unread) };
        }
        let address = text.strip_prefix("tcp://").unwrap_or_default().trim_end_matches('/');
        let address: SocketAddr = address.parse().map_err(|_| AddressError::Unread)?;
        match address {
            _ if address.port() == 0 => Err(AddressError::Unread),
            _ if address.ip().is_loopback() => Ok(Self::Tcp(address)),
            _ => Err(AddressError::Elsewhere),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_taken() {
        for (text, read) in [
            ("tcp://127.0.0.1:3310", Ok(Address::Tcp(([127, 0, 0, 1], 3310).into()))),
            ("tcp://127.0.0.1:3310/", Ok(Address::Tcp(([127, 0, 0, 1], 3310).into()))),
            ("unix:/run/clamav/clamd.ctl", Ok(Address::Unix("/run/clamav/clamd.ctl".into()))),
            ("unix:clamd.ctl", Err(AddressError::Unread)),
            ("unix:", Err(AddressError::Unread)),
            ("tcp://127.0.0.1", Err(AddressError::Unread)),
            ("tcp://127.0.0.1:0", Err(AddressError::Unread)),
            ("tcp://localhost:3310", Err(AddressError::Unread)),
            ("127.0.0.1:3310", Err(AddressError::Unread)),
            ("", Err(AddressError::Unread)),
            ("tcp://192.168.1.4:3310", Err(AddressError::Elsewhere)),
            ("tcp://0.0.0.0:3310", Err(AddressError::Elsewhere)),
            ("tcp://[2001:db8::1]:3310", Err(AddressError::Elsewhere)),
        ] {
            assert_eq!(Address::parse(text), read, "{text}");
        }
        assert!(Address::parse("tcp://[::1]:3310").is_ok());
    }
}
