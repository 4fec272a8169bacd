//! Callbacks: where a server of an institution is told that something it asked for has moved on. Addresses alone; whether one may be
//! spoken to is looked at again each time, where it is spoken to.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Most callbacks of one institution.
pub const CALLBACKS_MAX: usize = 8;
/// Longest callback, in bytes.
pub const CALLBACK_MAX: usize = 300;
/// Ports below this one belong to the services that every machine has; of these, 443 alone is spoken to.
const FIRST_FREE_PORT: u16 = 1024;

/// The exact address of a callback: https, a name with a dot in it, no credentials, no query, no fragment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Callback(String);

/// Why an address is no callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackFault {
    /// It does not read as an address, or not in its one spelling.
    #[error("is the exact address of a page, as a browser writes it: https://name.example/path")]
    Unread,
    /// It is too long.
    #[error("has at most {CALLBACK_MAX} bytes")]
    TooLong,
    /// It is not https.
    #[error("begins with https://")]
    NotHttps,
    /// It names a machine by its number, or this one.
    #[error("names a server by a public name, not by a number nor as localhost")]
    NotAName,
    /// It bears a name or a password, a query or a fragment.
    #[error("has no credentials, no query and no fragment")]
    TooMuch,
    /// A port of something else.
    #[error("has the port 443, or one of {FIRST_FREE_PORT} and more")]
    Port,
}

impl Callback {
    /// Reads one. Only in its one spelling: what is registered and what a request names are compared byte by byte.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, CallbackFault> {
        if text.len() > CALLBACK_MAX {
            return Err(CallbackFault::TooLong);
        }
        let url = Url::parse(text).map_err(|_| CallbackFault::Unread)?;
        if url.scheme() != "https" {
            return Err(CallbackFault::NotHttps);
        }
        let is_bare = url.username().is_empty() && url.password().is_none();
        if !is_bare || url.query().is_some() || url.fragment().is_some() || text.contains('@') {
            return Err(CallbackFault::TooMuch);
        }
        let Some(Host::Domain(name)) = url.host() else { return Err(CallbackFault::NotAName) };
        // A name without a dot, or of these endings, is one that some network has for itself (RFC 6761, RFC 6762, RFC 8375).
        let inside = ["localhost", "local", "internal", "home.arpa", "localdomain"];
        let is_inside = |ending: &&str| name == *ending || name.ends_with(&format!(".{ending}"));
        if !name.contains('.') || name.ends_with('.') || inside.iter().any(is_inside) {
            return Err(CallbackFault::NotAName);
        }
        if url.port().is_some_and(|port| port < FIRST_FREE_PORT) {
            return Err(CallbackFault::Port);
        }
        if url.as_str() != text {
            return Err(CallbackFault::Unread);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Callback {
    type Error = CallbackFault;
    fn try_from(text: String) -> Result<Self, CallbackFault> {
        Self::parse(&text)
    }
}

impl From<Callback> for String {
    fn from(callback: Callback) -> Self {
        callback.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_callback_is_an_exact_public_address() {
        for good in [
            "https://caf.example/",
            "https://recoit.caf.example/consigne/nouvelles",
            "https://caf.example:8443/x",
            "https://xn--hlne-bpa3e.example/x",
        ] {
            assert_eq!(Callback::parse(good).map(|one| one.0).as_deref(), Ok(good));
        }
        for (bad, fault) in [
            ("", CallbackFault::Unread),
            ("caf.example/x", CallbackFault::Unread),
            ("https://caf.example", CallbackFault::Unread),
            ("https://CAF.example/", CallbackFault::Unread),
            ("https://caf.example:443/", CallbackFault::Unread),
            ("https://caf.example/a/../b", CallbackFault::Unread),
            (" https://caf.example/", CallbackFault::Unread),
            ("https:\\\\caf.example\\", CallbackFault::Unread),
            ("http://caf.example/", CallbackFault::NotHttps),
            ("file:///etc/passwd", CallbackFault::NotHttps),
            ("gopher://caf.example/", CallbackFault::NotHttps),
            ("https://who@caf.example/", CallbackFault::TooMuch),
            ("https://who:secret@caf.example/", CallbackFault::TooMuch),
            ("https://caf.example@10.0.0.1/", CallbackFault::TooMuch),
            ("https://caf.example/?a=b", CallbackFault::TooMuch),
            ("https://caf.example/#a", CallbackFault::TooMuch),
            ("https://127.0.0.1/", CallbackFault::NotAName),
            ("https://2130706433/", CallbackFault::NotAName),
            ("https://0x7f.1/", CallbackFault::NotAName),
            ("https://0177.0.0.1/", CallbackFault::NotAName),
            ("https://8.8.8.8/", CallbackFault::NotAName),
            ("https://[::1]/", CallbackFault::NotAName),
            ("https://[::ffff:10.0.0.1]/", CallbackFault::NotAName),
            ("https://localhost/", CallbackFault::NotAName),
            ("https://a.localhost/", CallbackFault::NotAName),
            ("https://printer.local/", CallbackFault::NotAName),
            ("https://metadata.google.internal/", CallbackFault::NotAName),
            ("https://intranet/", CallbackFault::NotAName),
            ("https://caf.example./", CallbackFault::NotAName),
            ("https://caf.example:22/", CallbackFault::Port),
            ("https://caf.example:25/", CallbackFault::Port),
            ("https://caf.example:0/", CallbackFault::Port),
        ] {
            assert_eq!(Callback::parse(bad), Err(fault), "{bad}");
        }
        let long = format!("https://caf.example/{}", "x".repeat(CALLBACK_MAX));
        assert_eq!(Callback::parse(&long), Err(CallbackFault::TooLong));
    }

    proptest! {
        /// No spelling of a machine's number is a name.
        #[test]
        fn no_number_is_a_name(number: u32, host in "[0-9.xa-f]{1,16}") {
            let dotted = std::net::Ipv4Addr::from(number);
            for text in [format!("https://{dotted}/"), format!("https://{number}/"), format!("https://{number:#x}/")] {
                prop_assert!(Callback::parse(&text).is_err(), "{}", text);
            }
            if let Ok(callback) = Callback::parse(&format!("https://{host}/")) {
                let url = Url::parse(callback.as_str()).unwrap();
                prop_assert!(matches!(url.host(), Some(Host::Domain(_))));
            }
        }

        /// Whatever is taken reads back as itself, speaks https, to a name.
        #[test]
        fn what_is_taken_is_what_it_says(text in "https://[a-z@:.0-9/?#-]{1,40}") {
            if let Ok(callback) = Callback::parse(&text) {
                let url = Url::parse(&text).unwrap();
                prop_assert_eq!(callback.as_str(), url.as_str());
                prop_assert!(url.username().is_empty() && url.query().is_none() && url.fragment().is_none());
                prop_assert!(url.port().is_none_or(|port| port >= 1024));
            }
        }
    }
}
