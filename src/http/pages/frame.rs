//! What stands around every page: language, menu, the demonstration's banner.
//!
//! No page's own words live here. To add something to every page: a field or a method here, its place in `pages/base.html`.

use url::form_urlencoded::byte_serialize;

use crate::domain::organisation::MembershipState;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::locker::OwnMembership;
use crate::locker::views::LockerLife;
use crate::words::{Locale, Value, day, say, say_of, say_with};

/// The frame of a page.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The reader's language.
    pub locale: Locale,
    /// Whether people and papers are invented.
    pub is_demo: bool,
    /// Whether somebody is signed in: they may leave.
    pub is_in: bool,
    /// Whether a holder reads it on their aidant's device: nothing leads to the aidant's own pages.
    pub in_window: bool,
    /// What the menu leads to.
    pub menu: Menu,
    /// Where the language links come back to.
    pub here: String,
    /// What the holder must know of their locker, on any page.
    pub news: News,
    /// The offices where they act for an institution, for the menu.
    pub offices: Vec<Office>,
}

/// An office in the menu.
#[derive(Debug, Clone)]
pub(super) struct Office {
    /// Where it is: what it asks for; its members, for somebody who manages those only.
    pub at: String,
    /// What the menu says.
    pub label: String,
}

/// Whose menu shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Menu {
    /// Nobody's.
    None,
    /// A holder's: they have a locker.
    Locker,
    /// That of somebody who is here for their work, and has given their code.
    Work,
    /// The same, for somebody who is in offices only: they help nobody.
    Office,
}

/// What stands above a holder's page when there is something to know.
#[derive(Debug, Clone, Default)]
pub(super) struct News {
    /// The information has changed since they agreed to it.
    pub has_changed: bool,
    /// The locker is closed: since when, until when, in a sentence each.
    pub closed: Option<(String, String)>,
    /// Help was given on paper that they have not confirmed.
    pub has_paper_help: bool,
    /// Whether help began by a court's decision, a short while ago.
    pub has_court_help: bool,
}

impl Frame {
    /// For somebody who is not signed in, or is not known to be. `here` is where the language links come back to.
    pub fn outside(site: &Site, locale: Locale, here: &str) -> Self {
        Self {
            locale,
            is_demo: site.settings().is_demo,
            is_in: false,
            in_window: false,
            menu: Menu::None,
            here: here.to_owned(),
            news: News::default(),
            offices: Vec::new(),
        }
    }

    /// For a holder who has their aidant's device in hand.
    pub fn in_window(site: &Site, locale: Locale, here: &str) -> Self {
        Self { in_window: true, ..Self::outside(site, locale, here) }
    }

    /// For somebody who is signed in.
    pub fn inside(site: &Site, locale: Locale, here: &str) -> Self {
        Self { is_in: true, ..Self::outside(site, locale, here) }
    }

    /// For a holder in their locker.
    pub fn at_home(site: &Site, locale: Locale, here: &str) -> Self {
        Self { menu: Menu::Locker, ..Self::inside(site, locale, here) }
    }

    /// For somebody who is here for their work, and has given their code in this visit.
    pub fn at_work(site: &Site, locale: Locale, here: &str) -> Self {
        Self { menu: Menu::Work, ..Self::inside(site, locale, here) }
    }

    /// With the places where somebody belongs who is here for their work: the menu leads to their offices.
    pub fn with_places(mut self, own: &[OwnMembership]) -> Self {
        let active = || own.iter().filter(|one| one.state == MembershipState::Active);
        let office = |one: &OwnMembership| Office {
            at: format!("/{}/{}", if one.roles.is_agent() { "bureau" } else { "structure" }, one.organisation),
            label: say_with(self.locale, "menu-office", &[("name", Value::Text(one.name.as_str()))]),
        };
        self.offices = active().filter(|one| one.is_office).map(office).collect();
        if !own.is_empty() && own.iter().all(|one| one.is_office) {
            self.menu = Menu::Office;
        }
        self
    }

    /// With what the holder must know of their locker.
    pub fn with(self, life: &LockerLife) -> Self {
        let mut f = self.with_closure(life.closed);
        f.news.has_changed = !life.is_in_force;
        f.news.has_paper_help = life.has_paper_help;
        f.news.has_court_help = life.has_court_help;
        f
    }

    /// With when the locker was closed and when it is to be erased, if it is closed.
    pub fn with_closure(mut self, closed: Option<(Timestamp, Timestamp)>) -> Self {
        let told = |key, at| say_with(self.locale, key, &[("day", Value::Text(&day(self.locale, at)))]);
        self.news.closed = closed.map(|(at, erase_at)| (told("closed-since", at), told("closed-until", erase_at)));
        self
    }

    /// Whether the holder's menu shows.
    pub fn has_locker(&self) -> bool {
        self.menu == Menu::Locker
    }

    /// Whether the menu of those who are here for their work shows.
    pub fn is_at_work(&self) -> bool {
        matches!(self.menu, Menu::Work | Menu::Office)
    }

    /// Whether it leads to the people whom they help.
    pub fn has_people(&self) -> bool {
        self.menu == Menu::Work
    }

    /// Whether the locker is closed: the page offers nothing that would be refused.
    pub fn is_closed(&self) -> bool {
        self.news.closed.is_some()
    }

    /// A frame for the tests of templates: of a closed locker.
    #[cfg(test)]
    pub fn sample(locale: Locale) -> Self {
        Self {
            locale,
            is_demo: true,
            is_in: true,
            in_window: false,
            menu: Menu::Locker,
            here: "/papiers?q=a&rubrique=banque".to_owned(),
            news: News {
                has_changed: true,
                closed: Some(("d".to_owned(), "e".to_owned())),
                has_paper_help: true,
                has_court_help: true,
            },
            offices: Vec::new(),
        }
    }

    /// The same, of an open locker.
    #[cfg(test)]
    pub fn sample_open(locale: Locale) -> Self {
        Self { news: News::default(), ..Self::sample(locale) }
    }

    /// The same, of somebody at work.
    #[cfg(test)]
    pub fn sample_at_work(locale: Locale) -> Self {
        Self { menu: Menu::Work, here: "/".to_owned(), ..Self::sample_open(locale) }
    }

    /// A sentence of the catalogue.
    pub fn say(&self, key: &str) -> String {
        say(self.locale, key)
    }

    /// A sentence about a place where people work, which may be an office.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass what they have by reference")]
    pub fn say_of(&self, key: &str, is_office: &bool) -> String {
        say_of(self.locale, key, *is_office)
    }

    /// The language of the page.
    pub fn lang(&self) -> &'static str {
        self.locale.code()
    }

    /// The other language.
    pub fn other_lang(&self) -> &'static str {
        match self.locale {
            Locale::Fr => Locale::En.code(),
            Locale::En => Locale::Fr.code(),
        }
    }

    /// The address that changes the language and comes back.
    pub fn other_language(&self) -> String {
        let back: String = byte_serialize(self.here.as_bytes()).collect();
        format!("/langue?vers={}&retour={back}", self.other_lang())
    }

    /// Whether a line of the menu leads to this very page.
    pub fn is_here(&self, path: &str) -> bool {
        self.here.split('?').next() == Some(path)
    }
}
