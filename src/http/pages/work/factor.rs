//! The security code: created, given, its printed codes. Secrets and codes are shown once, and kept nowhere.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::super::again::{came_from, without_done};
use super::super::frame::Frame;
use super::super::{Stop, answer, page, to_again};
use super::{Wrong, answered};
use crate::access::FactorState;
use crate::domain::code::Code;
use crate::domain::entry::Reason;
use crate::http::Site;
use crate::http::auth::{self, is_local};
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::{FactorShown, LockerError};
use crate::words::{Locale, Value, moment, say_with};

/// Where the code is given.
pub(super) const PATH: &str = "/code-de-securite";
/// Where the first code of a new one is sent.
pub(super) const CONFIRM: &str = "/code-de-securite/confirmer";
/// Modules of white around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// What somebody types, and where they come back to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    retour: String,
}

impl Typed {
    /// Where to go on to: an address of this site, not the one where the code is given.
    fn back(&self) -> &str {
        if is_local(&self.retour) && !self.retour.starts_with(PATH) { &self.retour } else { "/" }
    }
}

/// Why a security code is needed, before the button.
#[derive(Template)]
#[template(path = "pages/factor_none.html")]
struct NoneYet {
    f: Frame,
}

/// The first page of somebody who has none.
pub(super) fn none_yet(site: &Site, locale: Locale) -> Response {
    page(StatusCode::OK, &NoneYet { f: Frame::inside(site, locale, "/") })
}

/// The form for the code.
#[derive(Template)]
#[template(path = "pages/factor_give.html")]
struct Give {
    f: Frame,
    /// It was given already in this visit: a recent one is needed.
    is_again: bool,
    wrong: Option<Wrong>,
    /// Until when no code is taken, in a sentence.
    locked: Option<String>,
    back: String,
}

fn give(f: Frame, state: &FactorState, wrong: Option<Wrong>, back: String) -> Give {
    let told = |at| say_with(f.locale, "factor-give-locked", &[("moment", Value::Text(&moment(f.locale, at)))]);
    Give { is_again: state.is_passed, locked: state.locked_until.map(told), wrong, back, f }
}

async fn frame(site: &Site, visitor: &Visitor, state: &FactorState, here: &str) -> Result<Frame, Stop> {
    if state.is_passed {
        return super::frame(site, visitor, here).await;
    }
    Ok(Frame::inside(site, visitor.locale, here))
}

/// The page of somebody who has not given theirs in this visit, and where they go on to.
pub(super) fn to_give(site: &Site, locale: Locale, state: &FactorState, then: &str) -> Response {
    page(StatusCode::OK, &give(Frame::inside(site, locale, then), state, None, then.to_owned()))
}

/// `GET /code-de-securite`: the same on its own, for what asks for a recent code.
pub(in super::super) async fn ask(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let state = site.lockers().factor_state(&visitor.caller).await?;
        if !state.is_set_up {
            return Ok(Redirect::to("/").into_response());
        }
        // What was done there before is not done by the code.
        let back = without_done(came_from(&site, &headers).unwrap_or("/"));
        let typed = Typed { retour: back, ..Typed::default() };
        let f = frame(&site, &visitor, &state, PATH).await?;
        Ok(page(StatusCode::OK, &give(f, &state, None, typed.back().to_owned())))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `POST /code-de-securite`
pub(in super::super) async fn pass(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        match site.lockers().pass_factor(&visitor.caller, &typed.code).await {
            Ok(passed) => {
                let mut response = Redirect::to(typed.back()).into_response();
                auth::keep_session(&mut response, &passed.cookie);
                Ok(response)
            }
            Err(error @ LockerError::Refused(Reason::WrongCode | Reason::FactorLocked)) => {
                let state = site.lockers().factor_state(&visitor.caller).await?;
                let wrong = Some(Wrong::of(visitor.locale, &error));
                let f = frame(&site, &visitor, &state, PATH).await?;
                Ok(page(fault(&error).status, &give(f, &state, wrong, typed.back().to_owned())))
            }
            // There is none: the first page tells how to create one.
            Err(LockerError::Refused(Reason::FactorState)) => Ok(Redirect::to("/").into_response()),
            // Pressed twice: the first has changed the session's token, which the browser has by now. Else they must come in.
            Err(LockerError::Refused(Reason::NotSignedIn)) => Ok(Redirect::to(typed.back()).into_response()),
            Err(error) => Err(error.into()),
        }
    };
    answered(&site, visitor.locale, done().await)
}

/// A square to be scanned: its side, and what is dark, as an SVG path.
struct Square {
    side: usize,
    dark: String,
}

impl Square {
    fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let (width, colors) = (code.width(), code.to_colors());
        let rows = colors.chunks(width).enumerate().flat_map(|(y, row)| {
            let dark = row.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
            dark.map(move |(x, _)| format!("M{} {}h1v1h-1z", x.saturating_add(QUIET), y.saturating_add(QUIET)))
        });
        Some(Self { side: width.saturating_add(2 * QUIET), dark: rows.collect() })
    }
}

/// The secret, which is shown once.
pub(super) struct Secret {
    square: Option<Square>,
    address: String,
    typed: String,
}

impl Secret {
    pub(super) fn of(shown: &FactorShown) -> Self {
        let letters: Vec<char> = shown.secret.chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Self { square: Square::of(&shown.address), address: shown.address.to_string(), typed: groups.join(" ") }
    }
}

/// The secret with the form for its first code; or that form alone, when the first code was wrong.
#[derive(Template)]
#[template(path = "pages/factor_first.html")]
pub(super) struct First {
    pub f: Frame,
    pub secret: Option<Secret>,
    pub wrong: Option<Wrong>,
    /// Whether another one stands meanwhile, which this one is to replace.
    pub replaces: bool,
}

impl First {
    /// Where the first code is sent.
    const fn confirm_at(&self) -> &'static str {
        if self.replaces { "/nouveau-telephone/confirmer" } else { "/code-de-securite/confirmer" }
    }

    /// Where another secret is asked for.
    const fn anew_at(&self) -> &'static str {
        if self.replaces { super::replacing::PATH } else { "/code-de-securite/creer" }
    }
}

/// `POST /code-de-securite/creer`
pub(in super::super) async fn begin(State(site): State<Site>, visitor: Visitor) -> Response {
    let begun = site.lockers().begin_factor(&visitor.caller).await;
    match begun {
        Ok(shown) => {
            let f = Frame::inside(&site, visitor.locale, "/");
            page(StatusCode::OK, &First { f, secret: Some(Secret::of(&shown)), wrong: None, replaces: false })
        }
        // There is none yet that could prove them: their issuer does.
        Err(LockerError::Refused(Reason::NotFresh)) => to_again(),
        Err(LockerError::Refused(Reason::NoSecondFactor)) => Redirect::to(PATH).into_response(),
        Err(error) => answer(&site, visitor.locale, Err(error.into())),
    }
}

/// Printed codes, shown once.
#[derive(Template)]
#[template(path = "pages/factor_codes.html")]
struct Sheet {
    f: Frame,
    codes: Vec<String>,
    /// What became of the ones before.
    told: &'static str,
}

pub(super) fn codes(site: &Site, locale: Locale, codes: &[Code], told: &'static str) -> Response {
    let codes = codes.iter().map(|code| code.shown().to_string()).collect();
    page(StatusCode::OK, &Sheet { f: Frame::at_work(site, locale, "/"), codes, told })
}

/// `POST /code-de-securite/confirmer`
pub(in super::super) async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    match site.lockers().confirm_factor(&visitor.caller, &typed.code).await {
        Ok(passed) => {
            let mut response = codes(&site, visitor.locale, &passed.codes, "factor-codes-made");
            auth::keep_session(&mut response, &passed.cookie);
            response
        }
        // The secret can't be shown again. It is still in the telephone, if it was put there.
        Err(error @ LockerError::Refused(Reason::WrongCode | Reason::FactorLocked)) => {
            let wrong = Some(Wrong::of(visitor.locale, &error));
            let f = Frame::inside(&site, visitor.locale, "/");
            page(fault(&error).status, &First { f, secret: None, wrong, replaces: false })
        }
        // The same, from a browser that has learnt the session's new token since.
        Err(LockerError::Refused(Reason::NotSignedIn)) => Redirect::to(CONFIRM).into_response(),
        // Pressed twice: the printed codes were on the page that did not come.
        Err(error @ LockerError::Refused(Reason::FactorState)) => {
            stands(&site, &visitor, false).await.unwrap_or_else(|| answered(&site, visitor.locale, Err(error.into())))
        }
        Err(error) => answered(&site, visitor.locale, Err(error.into())),
    }
}

/// `GET /code-de-securite/confirmer`: what only a form sends. Whoever pressed twice is told that it is in place.
pub(in super::super) async fn confirmed(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let state = site.lockers().factor_state(&visitor.caller).await?;
        if !state.is_set_up {
            return Ok(Redirect::to("/").into_response());
        }
        let f = frame(&site, &visitor, &state, "/").await?;
        Ok(page(StatusCode::OK, &Stands { f, replaces: false }))
    };
    answer(&site, visitor.locale, shown().await)
}

/// It is in place already: what to do if the printed codes were not read.
#[derive(Template)]
#[template(path = "pages/factor_stands.html")]
struct Stands {
    f: Frame,
    /// Whether another one was to replace it.
    replaces: bool,
}

/// The page of a code that is in place already; none where there is none.
pub(super) async fn stands(site: &Site, visitor: &Visitor, replaces: bool) -> Option<Response> {
    let state = site.lockers().factor_state(&visitor.caller).await.ok().filter(|state| state.is_set_up)?;
    let f = frame(site, visitor, &state, "/").await.ok()?;
    Some(page(StatusCode::CONFLICT, &Stands { f, replaces }))
}

/// `POST /code-de-securite/secours`
pub(in super::super) async fn renew(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().renew_codes(&visitor.caller).await {
        Ok(made) => codes(&site, visitor.locale, &made, "factor-codes-old"),
        // Their issuer first: the code is asked for after it.
        Err(LockerError::Refused(Reason::NotFresh)) => to_again(),
        Err(LockerError::Refused(Reason::NoSecondFactor)) => Redirect::to(PATH).into_response(),
        Err(error) => answered(&site, visitor.locale, Err(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::super::super::frame::Menu;
    use super::*;
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn the_pages_are_whole() {
        let address = "otpauth://totp/Consigne:Nadia%20BENALI?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Consigne";
        let shown = FactorShown {
            secret: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".to_owned().into(),
            address: address.to_owned().into(),
        };
        let source = Source::seeded(Timestamp::from_micros(0), [5; 32]);
        for locale in Locale::ALL {
            let wrong = Some(Wrong { title: "T".into(), help: "H".into() });
            let f = Frame { menu: Menu::None, ..Frame::sample_at_work(locale) };
            let html = checks::checked(&NoneYet { f: f.clone() });
            assert!(html.contains("action=\"/code-de-securite/creer\"") && !html.contains("<nav"), "{html}");

            let first = |secret, wrong, replaces| First { f: f.clone(), secret, wrong, replaces };
            let html = checks::checked(&first(Some(Secret::of(&shown)), None, false));
            assert!(
                html.contains("<svg") && html.contains("role=\"img\"") && html.contains("ABCD EFGH IJKL"),
                "{html}"
            );
            assert!(html.contains("name=\"code\"") && html.contains("secret=ABCDEFGH"));
            let html = checks::checked(&first(None, wrong.clone(), false));
            assert!(!html.contains("<svg") && html.contains("action=\"/code-de-securite/creer\""), "{html}");
            let html = checks::checked(&first(Some(Secret::of(&shown)), None, true));
            assert!(!html.contains("/code-de-securite/"), "{html}");
            let html = checks::checked(&first(None, wrong.clone(), true));
            assert!(!html.contains("/code-de-securite/") && html.contains("action=\"/nouveau-telephone\""), "{html}");
            assert!(html.contains("action=\"/nouveau-telephone/confirmer\""), "{html}");

            for replaces in [false, true] {
                let html = checks::checked(&Stands { f: Frame::sample_at_work(locale), replaces });
                assert_eq!(html.contains("href=\"/nouveau-telephone\""), replaces, "{html}");
            }

            let many: Vec<String> = (0..10).map(|_| Code::draw(&source).shown().to_string()).collect();
            for told in ["factor-codes-made", "factor-codes-old", "phone-done"] {
                let at_work = Frame::sample_at_work(locale);
                let html = checks::checked(&Sheet { f: at_work, codes: many.clone(), told });
                assert!(many.iter().all(|code| html.contains(code.as_str())), "{html}");
            }

            let state = FactorState {
                is_set_up: true,
                is_passed: true,
                codes_left: 10,
                locked_until: Some(Timestamp::from_micros(1_800_000_000_000_000)),
            };
            let html = checks::checked(&give(f.clone(), &state, wrong, "/structure/1?a=\"".into()));
            assert!(html.contains("2027") && html.contains("value=\"/structure/1?a=&#34;\""), "{html}");
            let state = FactorState { is_passed: false, locked_until: None, ..state };
            checks::checked(&give(f, &state, None, "/".into()));
        }
    }

    #[test]
    fn a_square_has_white_around_it() {
        let square = Square::of("otpauth://totp/Consigne:Nadia").unwrap();
        assert_eq!((square.side - 2 * QUIET) % 4, 1, "{}", square.side);
        // The same squares as the crate's own picture: nothing is mirrored, and nothing is nearer to the edge.
        let code = QrCode::with_error_correction_level("otpauth://totp/Consigne:Nadia", EcLevel::M).unwrap();
        let own = code.render::<qrcode::render::svg::Color<'_>>().module_dimensions(1, 1).build();
        let places = |path: &str| {
            let starts = path.split('M').skip(1).map(|rest| rest.split('h').next().unwrap().to_owned());
            starts.collect::<std::collections::BTreeSet<String>>()
        };
        let own = own.rsplit(" d=\"").next().unwrap();
        assert_eq!(places(&square.dark), places(own));
        for x in 0..QUIET {
            assert!(!square.dark.contains(&format!("M{x} ")) && !square.dark.contains(&format!(" {x}h")));
        }
    }

    #[test]
    fn one_goes_back_to_pages_of_this_site_alone() {
        for (asked, led) in [
            ("/structure/1", "/structure/1"),
            ("", "/"),
            ("https://evil.example", "/"),
            ("//evil.example", "/"),
            (PATH, "/"),
        ] {
            let typed = Typed { code: String::new(), retour: asked.to_owned() };
            assert_eq!(typed.back(), led, "{asked}");
        }
    }
}
