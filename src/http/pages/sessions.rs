//! My devices: where one is signed in, and going out of there.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::{Stop, answer, frame_inside, page};
use crate::domain::entry::Reason;
use crate::http::visitor::Visitor;
use crate::http::{Site, auth, sentences};
use crate::locker::{LockerError, SessionView};
use crate::words::{Locale, Value, moment, say, say_with};

/// Its address.
const PATH: &str = "/sessions";

struct Line {
    device: String,
    started: String,
    seen: String,
    is_current: bool,
    end_at: String,
    end_named: String,
}

#[derive(Template)]
#[template(path = "pages/sessions.html")]
struct Sessions {
    f: Frame,
    lines: Vec<Line>,
    has_others: bool,
}

fn line(locale: Locale, view: &SessionView) -> Line {
    let with = |key: &str, name, value: &str| say_with(locale, key, &[(name, Value::Text(value))]);
    let device = sentences::device(locale, view.device);
    Line {
        started: with("sessions-started", "moment", &moment(locale, view.started_at)),
        seen: if view.is_current {
            say(locale, "sessions-current")
        } else {
            with("sessions-seen", "moment", &moment(locale, view.last_seen_at))
        },
        is_current: view.is_current,
        end_at: format!("{PATH}/{}/sortir", view.session),
        end_named: with("sessions-end-named", "device", &device),
        device,
    }
}

/// `GET /sessions`
pub(super) async fn list(State(site): State<Site>, visitor: Visitor) -> Response {
    let (site, locale) = (&site, visitor.locale);
    let shown = async {
        let who = site.lockers().who(&visitor.caller).await?;
        let views = site.lockers().sessions(&visitor.caller).await?;
        let f = frame_inside(site, &visitor, &who, PATH).await?;
        let lines: Vec<Line> = views.iter().map(|view| line(locale, view)).collect();
        let has_others = lines.len() > 1;
        Ok::<_, Stop>(page(StatusCode::OK, &Sessions { f, lines, has_others }))
    };
    answer(site, locale, shown.await)
}

/// `POST /sessions/{session}/sortir`
pub(super) async fn end(State(site): State<Site>, visitor: Visitor, Path(session): Path<String>) -> Response {
    let ended = match session.parse() {
        Ok(session) => site.lockers().end_session(&visitor.caller, session).await,
        Err(_) => Err(LockerError::Refused(Reason::UnknownSession)),
    };
    match ended {
        Ok(false) => Redirect::to(PATH).into_response(),
        Ok(true) => {
            let mut response = Redirect::to("/").into_response();
            auth::forget_session(&mut response);
            response
        }
        Err(error) => answer(&site, visitor.locale, Err(error.into())),
    }
}

/// `POST /sessions/sortir-des-autres`
pub(super) async fn end_others(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().end_other_sessions(&visitor.caller).await {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(error) => answer(&site, visitor.locale, Err(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::domain::device::{Browser, Device, System};
    use crate::domain::entry::Strength;
    use crate::domain::ids::SessionId;
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn the_page_is_whole_and_tells_devices_apart() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [1; 32]);
        let view = |is_current, browser, system| SessionView {
            session: SessionId::draw(&source),
            started_at: source.now(),
            last_seen_at: source.now(),
            device: Device { browser, system },
            is_current,
            strength: Strength::Low,
        };
        let views = [
            view(true, Some(Browser::Firefox), Some(System::Windows)),
            view(false, None, Some(System::Iphone)),
            view(false, None, None),
        ];
        for locale in Locale::ALL {
            let lines: Vec<Line> = views.iter().map(|view| line(locale, view)).collect();
            let html = checks::checked(&Sessions { f: Frame::sample(locale), lines, has_others: true });
            assert!(html.contains("Firefox") && html.contains("iPhone"), "{html}");
            assert_eq!(html.matches("/sortir\"").count(), 2, "not for the one that asks: {html}");
            let alone = vec![line(locale, &views[0])];
            checks::checked(&Sessions { f: Frame::sample(locale), lines: alone, has_others: false });
        }
    }

    #[test]
    fn every_device_has_its_words() {
        for locale in Locale::ALL {
            for browser in Browser::ALL {
                assert!(crate::words::has(locale, &format!("browser-{}", browser.code())));
            }
            for system in System::ALL {
                assert!(crate::words::has(locale, &format!("system-{}", system.code())));
            }
        }
    }
}
