//! What somebody comes in from, in two words: enough for them to tell their own devices apart, too little to follow anybody.
//!
//! To add a program or a system: a line in its list, its words in both catalogues.

use serde::{Deserialize, Serialize};

macro_rules! told {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $marks:expr;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value, in the order in which they are looked for.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in the catalogue.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            const fn marks(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &$marks,)* }
            }

            fn of(agent: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.marks().iter().any(|mark| agent.contains(mark)))
            }
        }
    };
}

told! {
    /// The program. Many say that they are others too: the most particular come first.
    Browser {
        /// Edge.
        Edge = "edge", ["Edg/", "EdgA/", "EdgiOS/"];
        /// Opera.
        Opera = "opera", ["OPR/"];
        /// Samsung Internet.
        Samsung = "samsung", ["SamsungBrowser/"];
        /// Firefox.
        Firefox = "firefox", ["Firefox/", "FxiOS/"];
        /// Chrome, and what is made of it.
        Chrome = "chrome", ["Chrome/", "CriOS/"];
        /// Safari.
        Safari = "safari", ["Safari/"];
    }
}

told! {
    /// The device, by its system.
    System {
        /// An iPhone.
        Iphone = "iphone", ["iPhone"];
        /// An iPad, when it says so.
        Ipad = "ipad", ["iPad"];
        /// A telephone or a tablet.
        Android = "android", ["Android"];
        /// Windows.
        Windows = "windows", ["Windows"];
        /// `ChromeOS`.
        Chromebook = "chromebook", ["CrOS"];
        /// A Mac.
        Mac = "mac", ["Macintosh", "Mac OS X"];
        /// Linux.
        Linux = "linux", ["Linux"];
    }
}

/// What somebody comes in from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The program, if we know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<Browser>,
    /// The device, if we know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<System>,
}

impl Device {
    /// Reads a `User-Agent`. The rest of it is not kept.
    pub fn of_agent(agent: &str) -> Self {
        Self { browser: Browser::of(agent), system: System::of(agent) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_devices_are_told_apart() {
        for (agent, browser, system) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Browser::Firefox, System::Linux),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                Browser::Chrome,
                System::Android,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                Browser::Edge,
                System::Windows,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                Browser::Safari,
                System::Iphone,
            ),
        ] {
            assert_eq!(Device::of_agent(agent), Device { browser: Some(browser), system: Some(system) });
        }
        assert_eq!(Device::of_agent("curl/8"), Device::default());
    }
}
