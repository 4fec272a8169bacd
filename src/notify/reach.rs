//! Which network addresses are out in the world: none of a machine, a house, a provider or a document. An institution's callback is
//! spoken to nowhere else, so that nobody reaches by us what only we can reach.
//!
//! The ranges are those of the IANA registries of special-purpose addresses (RFC 6890 and what updates it). What is not known to be out
//! in the world is not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 ranges that are not spoken to: the first address, and how many bits of it count.
const NOT_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),       // this network (RFC 791)
    ([10, 0, 0, 0], 8),      // private (RFC 1918)
    ([100, 64, 0, 0], 10),   // shared by a provider's customers (RFC 6598)
    ([127, 0, 0, 0], 8),     // loopback (RFC 1122)
    ([169, 254, 0, 0], 16),  // link-local: clouds tell secrets there (RFC 3927)
    ([172, 16, 0, 0], 12),   // private (RFC 1918)
    ([192, 0, 0, 0], 24),    // protocol assignments (RFC 6890)
    ([192, 0, 2, 0], 24),    // documentation (RFC 5737)
    ([192, 31, 196, 0], 24), // AS112 (RFC 7535)
    ([192, 52, 193, 0], 24), // multicast tunnels (RFC 7450)
    ([192, 88, 99, 0], 24),  // 6to4 relays (RFC 7526)
    ([192, 168, 0, 0], 16),  // private (RFC 1918)
    ([192, 175, 48, 0], 24), // AS112 (RFC 7534)
    ([198, 18, 0, 0], 15),   // benchmarks (RFC 2544)
    ([198, 51, 100, 0], 24), // documentation (RFC 5737)
    ([203, 0, 113, 0], 24),  // documentation (RFC 5737)
    ([224, 0, 0, 0], 4),     // multicast (RFC 1112)
    ([240, 0, 0, 0], 4),     // kept for later, and broadcast (RFC 1112, RFC 919)
];

/// The one IPv6 range that is out in the world (RFC 4291, RFC 3587): the first address, and how many bits of it count.
const GLOBAL_V6: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Ranges within it that are not spoken to.
const NOT_V6: &[([u16; 8], u32)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // protocol assignments: Teredo, benchmarks, identifiers (RFC 2928)
    ([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32), // documentation (RFC 3849)
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4: an IPv4 address in disguise (RFC 3056)
    ([0x2620, 0x004f, 0x8000, 0, 0, 0, 0, 0], 48), // AS112 (RFC 7534)
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation (RFC 9637)
];

/// What IPv6 alone uses to speak to IPv4 (RFC 6052): the last 32 bits are the address that is meant.
const NAT64: ([u16; 8], u32) = ([0x0064, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

fn within_v4(address: Ipv4Addr, (first, bits): ([u8; 4], u32)) -> bool {
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    u32::from(address) & mask == u32::from(Ipv4Addr::from(first)) & mask
}

fn within_v6(address: Ipv6Addr, (first, bits): ([u16; 8], u32)) -> bool {
    let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
    u128::from(address) & mask == u128::from(Ipv6Addr::from(first)) & mask
}

/// Whether an address is out in the world.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_V4.iter().any(|range| within_v4(address, *range)),
        IpAddr::V6(address) if within_v6(address, NAT64) => {
            let [.., a, b, c, d] = address.octets();
            is_public(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
        }
        // IPv4 in an IPv6 address of another kind (`::ffff:a.b.c.d`, `::a.b.c.d`) is outside the one range.
        IpAddr::V6(address) => within_v6(address, GLOBAL_V6) && !NOT_V6.iter().any(|range| within_v6(address, *range)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The registries again, as they are written there: every range that is not "globally reachable", and those that are but hold no
    /// server of an institution.
    const REGISTRY_V4: &[&str] = &[
        "0.0.0.0/8",
        "0.0.0.0/32",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.0.0/29",
        "192.0.0.8/32",
        "192.0.0.9/32",
        "192.0.0.10/32",
        "192.0.0.170/32",
        "192.0.0.171/32",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
    ];
    const REGISTRY_V6: &[&str] = &[
        "::1/128",
        "::/128",
        "::ffff:0:0/96",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001::/32",
        "2001:1::1/128",
        "2001:1::2/128",
        "2001:1::3/128",
        "2001:2::/48",
        "2001:3::/32",
        "2001:4:112::/48",
        "2001:10::/28",
        "2001:20::/28",
        "2001:30::/28",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "4000::/3",
        "8000::/1",
    ];

    fn v4(range: &str) -> (u32, u32) {
        let (first, bits) = range.split_once('/').unwrap();
        (u32::from(first.parse::<Ipv4Addr>().unwrap()), bits.parse().unwrap())
    }

    fn v6(range: &str) -> (u128, u32) {
        let (first, bits) = range.split_once('/').unwrap();
        (u128::from(first.parse::<Ipv6Addr>().unwrap()), bits.parse().unwrap())
    }

    fn in_registry(address: Ipv4Addr) -> bool {
        REGISTRY_V4.iter().map(|range| v4(range)).any(|(first, bits)| {
            let size = 1_u64 << (32 - bits);
            let address = u64::from(u32::from(address));
            (u64::from(first)..u64::from(first) + size).contains(&address)
        })
    }

    #[test]
    fn the_world_is_spoken_to() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.1.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "192.169.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "203.0.112.1",
            "223.255.255.255",
            "2a01:4f8::1",
            "2001:200::1",
            "2606:4700::1111",
            "64:ff9b::8.8.8.8",
            "3ffe::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn every_end_of_every_special_range_is_not() {
        for range in REGISTRY_V4 {
            let (first, bits) = v4(range);
            let last = first | u32::MAX.checked_shr(bits).unwrap_or(0);
            for address in [first, last] {
                assert!(!is_public(Ipv4Addr::from(address).into()), "{range}");
            }
        }
        for range in REGISTRY_V6 {
            let (first, bits) = v6(range);
            let last = first | u128::MAX.checked_shr(bits).unwrap_or(0);
            for address in [first, last] {
                assert!(!is_public(Ipv6Addr::from(address).into()), "{range}");
            }
        }
    }

    proptest! {
        /// Any address within any special range, and the same address in every IPv6 form that leads to it.
        #[test]
        fn nothing_special_is_public_in_any_form(range in 0..REGISTRY_V4.len(), inner: u32) {
            let (first, bits) = v4(REGISTRY_V4[range]);
            let address = Ipv4Addr::from(first | (inner & u32::MAX.checked_shr(bits).unwrap_or(0)));
            prop_assert!(!is_public(address.into()), "{}", address);
            let [a, b, c, d] = address.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            for form in [
                address.to_ipv6_mapped(),
                address.to_ipv6_compatible(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
                Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0x5efe, high, low),
            ] {
                prop_assert!(!is_public(form.into()), "{}", form);
            }
        }

        #[test]
        fn nothing_special_is_public_in_ipv6(range in 0..REGISTRY_V6.len(), inner: u128) {
            let (first, bits) = v6(REGISTRY_V6[range]);
            let address = Ipv6Addr::from(first | (inner & u128::MAX.checked_shr(bits).unwrap_or(0)));
            prop_assert!(!is_public(address.into()), "{}", address);
        }

        /// Against the registry as it is written: public is what is in none of its ranges.
        #[test]
        fn the_two_tables_agree(number: u32) {
            let address = Ipv4Addr::from(number);
            prop_assert_eq!(is_public(address.into()), !in_registry(address));
            // What the library itself knows to be special is special.
            let special = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_multicast()
                || address.is_broadcast() || address.is_documentation() || address.is_unspecified();
            prop_assert!(!(special && is_public(address.into())));
        }

        #[test]
        fn what_the_library_knows_to_be_special_is(number: u128, global: bool) {
            let number = if global { (number >> 3) | (1_u128 << 125) } else { number };
            let address = Ipv6Addr::from(number);
            let special = address.is_loopback() || address.is_unspecified() || address.is_multicast() || address.is_unique_local()
                || address.is_unicast_link_local();
            prop_assert!(!(special && is_public(address.into())), "{}", address);
        }
    }
}
