//! What somebody handed over to the institution, for its agents: the list, each paper, everything in one file, the receipt. Their name is in each
//! line that its holder reads.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::super::super::elsewhere::FromHere;
use super::super::super::frame::Frame;
use super::super::super::{Stop, page};
use super::super::frame;
use super::{at, stopped, within};
use crate::access::Caller;
use crate::domain::document::Origin;
use crate::domain::entry::Reason;
use crate::domain::ids::{OrganisationId, ShareId};
use crate::domain::share::{HandedPaper, ShareFields};
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::api::bundles::{sent_archive, sent_merged, signed};
use crate::http::api::content::wanted;
use crate::http::api::shares::sent;
use crate::http::printed::addresses;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::sharing::ShareView;
use crate::words::{Locale, Value, day, kind_label, say, say_with, size};

/// A paper that was handed over.
struct Paper {
    title: String,
    lines: Vec<String>,
    at: String,
    named: String,
}

#[derive(Template)]
#[template(path = "pages/office_papers.html")]
struct Handed {
    f: Frame,
    holder: String,
    lines: Vec<String>,
    papers: Vec<Paper>,
    here: String,
    back: String,
}

fn share_id(text: &str) -> Result<ShareId, Stop> {
    text.parse().map_err(|_| LockerError::Refused(Reason::UnknownShare).into())
}

fn paper(locale: Locale, here: &str, one: &HandedPaper) -> Paper {
    let title = one.title.as_str().to_owned();
    let dated = |key, on: Option<crate::domain::document::Day>| {
        on.map(|on| say_with(locale, key, &[("day", Value::Text(&crate::words::day_of(locale, on)))]))
    };
    let origin = match one.origin {
        Origin::Brought => "office-brought",
        Origin::OriginalSeen => "office-original-seen",
        Origin::Issued => "office-issued",
    };
    let kind = format!("{}, {}", kind_label(locale, one.kind), size(locale, one.size));
    let days = [dated("office-issued-on", one.issued_on), dated("office-expires-on", one.expires_on)];
    Paper {
        lines: [kind].into_iter().chain(days.into_iter().flatten()).chain([say(locale, origin)]).collect(),
        at: format!("{here}/{}", one.place),
        named: say_with(locale, "office-open-named", &[("title", Value::Text(&title))]),
        title,
    }
}

/// What its row says of a share.
struct Stands {
    share: ShareId,
    until: Timestamp,
    /// How often it may still be read, where that is counted.
    left: Option<u32>,
}

impl Stands {
    fn of(view: &ShareView) -> Self {
        let left = view.row.readings_max.map(|most| most.saturating_sub(view.row.readings));
        Self { share: view.row.share, until: view.row.until, left }
    }
}

fn papers(f: Frame, office: OrganisationId, stands: &Stands, fields: &ShareFields) -> Handed {
    let (locale, here) = (f.locale, format!("{}/papiers/{}", at(office), stands.share));
    let until = day(locale, stands.until);
    let purpose = say_with(locale, "line-purpose", &[("purpose", Value::Text(fields.purpose.as_str()))]);
    let left = |left: u32| say_with(locale, "office-readings-left", &[("count", Value::Number(left.into()))]);
    let left = stands.left.map(left);
    let refused = (!fields.refused.is_empty()).then(|| {
        let count = u64::try_from(fields.refused.len()).unwrap_or(u64::MAX);
        say_with(locale, "office-refused", &[("count", Value::Number(count))])
    });
    let gone = (!fields.destroyed.is_empty()).then(|| say(locale, "office-destroyed"));
    let until = say_with(locale, "office-until", &[("day", Value::Text(&until))]);
    Handed {
        holder: say_with(locale, "office-of", &[("name", Value::Text(fields.holder.as_str()))]),
        lines: [purpose, until].into_iter().chain(left).chain(refused).chain(gone).collect(),
        papers: fields.papers.iter().map(|one| paper(locale, &here, one)).collect(),
        here,
        back: at(office),
        f,
    }
}

/// `GET /bureau/{office}/papiers/{share}`
pub(in super::super) async fn list(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path((office_named, share)): Path<(String, String)>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (office, caller) = within(&visitor, &office_named)?;
        let view = site.lockers().receive_share(&caller, share_id(&share)?).await?;
        let fields = view.fields.as_ref().ok_or(LockerError::Damaged)?;
        let f = frame(&site, &visitor, &format!("{}/papiers/{}", at(office), view.row.share)).await?;
        Ok(page(StatusCode::OK, &papers(f, office, &Stands::of(&view), fields)))
    };
    stopped::answered(&site, &visitor, &office_named, shown().await).await
}

fn on(visitor: &Visitor, office: &str, share: &str) -> Result<(Caller, ShareId), Stop> {
    let (_, caller) = within(visitor, office)?;
    Ok((caller, share_id(share)?))
}

/// `GET /bureau/{office}/papiers/{share}/{place}`: one of the papers; or `zip`, `pdf`, `recu`.
pub(in super::super) async fn fetch(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path((office, share, what)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let fetched = async || -> Result<Response, Stop> {
        let (caller, share) = on(&visitor, &office, &share)?;
        let home = addresses(&site).home;
        Ok(match what.as_str() {
            "zip" => sent_archive(site.lockers().receive_archive(&caller, (share, None), &home).await?),
            "pdf" => sent_merged(site.lockers().receive_merged(&caller, (share, None), &home).await?),
            "recu" => signed(site.lockers().received_receipt(&caller, share, &site.origin()).await?),
            place => {
                let (place, wanted) = (place.parse().unwrap_or(0), wanted(&headers));
                sent(site.lockers().read_shared(&caller, (share, place), None, wanted).await?, wanted)
            }
        })
    };
    stopped::answered(&site, &visitor, &office, fetched().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::super::checks;
    use super::*;
    use crate::domain::help::Purpose;
    use crate::domain::organisation::Name;
    use crate::domain::source::Source;

    #[test]
    fn what_was_handed_over_says_whose_and_until_when() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [4; 32]);
        let stands = Stands { share: ShareId::draw(&source), until: source.now(), left: Some(3) };
        let fields = ShareFields {
            institution: Name::parse("Caisse").unwrap(),
            legal_basis: None,
            purpose: Purpose::parse("Votre demande").unwrap(),
            reference: None,
            holder: Name::parse("Angela <b>").unwrap(),
            papers: Vec::new(),
            refused: vec![1],
            unmarked: false,
            destroyed: Vec::new(),
        };
        for locale in Locale::ALL {
            let html = checks::checked(&papers(
                Frame::sample_at_work(locale),
                OrganisationId::draw(&source),
                &stands,
                &fields,
            ));
            assert!(html.contains("Angela &#60;b&#62;") && html.contains("2027"), "{html}");
            for file in ["/zip\"", "/pdf\"", "/recu\""] {
                assert_eq!(html.matches(file).count(), 1, "{html}");
            }
        }
    }
}
