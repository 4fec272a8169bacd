//! Help, as an export tells it: every mandate and its evidence, what waits, each visit and what it was for.

use serde_json::{Value, json};

use super::lists::table;
use super::{Packer, Packing};
use crate::domain::entry::{Object, Reason};
use crate::domain::help::VisitFields;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Status;
use crate::domain::organisation::Name;
use crate::domain::policy::VisitFacts;
use crate::domain::source::Timestamp;
use crate::locker::Lockers;
use crate::locker::consent::permissions_told;
use crate::locker::mandates::{MandateView, ProposalView};
use crate::locker::truth::{Places, places, views};
use crate::store::grant::Held;
use crate::store::mandates::{MandateRow, ProposalRow};
use crate::store::visits::VisitRow;
use crate::store::{StoreError, Tx};
use crate::vault::VaultError;
use crate::vault::several::Opener;
use crate::words::{Locale, Value as Word, category_label, say, say_with};

/// The rows that tell it, sealed.
#[derive(Debug, Default)]
pub(in crate::locker) struct HelpSealed {
    mandates: Vec<(MandateRow, Status)>,
    proposals: Vec<ProposalRow>,
    visits: Vec<VisitRow>,
}

/// A visit, and what it was for.
#[derive(Debug, Clone)]
pub struct VisitTold {
    /// When it ended or ends at the latest, under which mandate.
    pub facts: VisitFacts,
    /// Who, and what for; none if it does not open.
    pub fields: Option<VisitFields>,
}

/// All of it, opened.
#[derive(Debug, Default)]
pub struct HelpTold {
    /// Every mandate, the newest first.
    pub mandates: Vec<MandateView>,
    /// What waits for an answer.
    pub proposals: Vec<ProposalView>,
    /// Every visit, the newest first.
    pub visits: Vec<VisitTold>,
}

impl HelpTold {
    /// The visits under a mandate, the newest first.
    pub fn under(&self, mandate: &MandateView) -> impl Iterator<Item = &VisitTold> {
        let mandate = mandate.mandate;
        self.visits.iter().filter(move |visit| visit.facts.mandate == mandate)
    }
}

impl HelpSealed {
    /// Reads it, under the entry of an export.
    pub(in crate::locker) async fn read(lockers: &Lockers, tx: &mut Tx, held: &impl Held) -> Result<Self, StoreError> {
        let door = &lockers.0.door;
        Ok(Self {
            mandates: door.mandates_of(tx, held).await?,
            proposals: door.waiting(tx, held).await?,
            visits: door.visits_of(tx, held).await?,
        })
    }

    /// Whether there is nothing to tell.
    pub(super) const fn is_empty(&self) -> bool {
        self.mandates.is_empty() && self.proposals.is_empty()
    }

    fn open(&self, lockers: &Lockers, opener: &Opener, places: &Places, locale: Locale) -> HelpTold {
        let proposal = |row: &ProposalRow| lockers.proposal_view(locale, row);
        let visit = |row: &VisitRow| VisitTold { facts: row.facts, fields: opener.open_visit(row).ok() };
        HelpTold {
            mandates: views(&self.mandates, places, |row| opener.open_mandate(row).ok()),
            proposals: self.proposals.iter().filter_map(proposal).collect(),
            visits: self.visits.iter().map(visit).collect(),
        }
    }
}

/// A visit for programs.
fn visit_value(visit: &VisitTold) -> Value {
    let VisitFacts { visit: id, mandate, person, membership, until, ended_at } = visit.facts;
    json!({
        "id": id.to_string(), "mandate": mandate.to_string(), "person": person.to_string(),
        "membership": membership.map(|id| id.to_string()), "until": until.rfc3339(),
        "ended_at": ended_at.map(Timestamp::rfc3339),
        "helper": visit.fields.as_ref().map(|fields| fields.who.as_str()),
        "organisation": visit.fields.as_ref().and_then(|fields| fields.organisation.as_ref()).map(Name::as_str),
        "purpose": visit.fields.as_ref().map(|fields| fields.purpose.as_str()),
    })
}

/// What a mandate allows, as one cell.
fn scope_cell(locale: Locale, view: &MandateView) -> String {
    let scope = view.agreed.iter().flat_map(crate::domain::help::Agreed::scope);
    let one = |one: &crate::domain::help::CategoryScope| {
        let (category, permissions) = one.read()?;
        let may = permissions_told(locale, permissions, one.papers().is_some());
        let values = [("category", category_label(locale, category)), ("permissions", may)];
        let values = values.each_ref().map(|(name, text)| (*name, Word::Text(text)));
        Some(say_with(locale, "export-help-scope", &values))
    };
    scope.filter_map(one).collect::<Vec<_>>().join(" ; ")
}

/// One line a mandate, the newest first.
fn csv(locale: Locale, told: &HelpTold) -> String {
    let head = [
        "id",
        "status",
        "helper",
        "organisation",
        "scope",
        "from",
        "until",
        "ended_at",
        "theme",
        "purpose",
        "consent",
        "language",
        "sha256",
        "read_aloud",
        "interpreter",
        "visits",
    ];
    let row = |view: &MandateView| {
        let proposed = view.agreed.as_ref().map(|agreed| &agreed.proposed);
        let evidence = view.agreed.as_ref().map(|agreed| &agreed.evidence);
        let name = |name: Option<&Name>| name.map(|name| name.as_str().to_owned()).unwrap_or_default();
        vec![
            view.mandate.to_string(),
            view.status.code().to_owned(),
            name(proposed.filter(|proposed| !proposed.desk).map(|proposed| &proposed.helper)),
            name(proposed.and_then(|proposed| proposed.organisation.as_ref())),
            scope_cell(locale, view),
            view.from.rfc3339(),
            view.until.rfc3339(),
            view.ended_at.map(Timestamp::rfc3339).unwrap_or_default(),
            proposed.map(|proposed| say(locale, &format!("theme-{}", proposed.theme.code()))).unwrap_or_default(),
            proposed.map(|proposed| proposed.purpose.as_str().to_owned()).unwrap_or_default(),
            view.consent.code().to_owned(),
            evidence.map(|evidence| evidence.locale.clone()).unwrap_or_default(),
            evidence.map(|evidence| evidence.sha256.to_string()).unwrap_or_default(),
            evidence.map(|evidence| evidence.read_aloud.to_string()).unwrap_or_default(),
            name(evidence.and_then(|evidence| evidence.interpreter.as_ref())),
            told.under(view).count().to_string(),
        ]
    };
    table(&head.map(str::to_owned), told.mandates.iter().map(row))
}

impl Packer {
    /// Adds what there is of help: for programs, as a table, as a page.
    pub(super) async fn help(&self, packing: &mut Packing<'_>) -> Result<(), Reason> {
        if self.help.is_empty() {
            return Ok(());
        }
        let (locale, at) = (self.telling.locale(), self.grant.written().at);
        let told = self.help.open(&self.lockers, &self.opener, &places(&self.found), locale);
        for view in told.mandates.iter().filter(|view| view.agreed.is_none()) {
            packing.is_whole = false;
            self.note_damage(Object::Mandate(view.mandate), VaultError::Damaged).await?;
        }
        let placed = self.photos(packing, &told).await?;
        let with_photo = |mut value: Value, mandate: MandateId| {
            if let Some(fields) = value.as_object_mut() {
                fields.insert("photo".into(), placed.get(&mandate).cloned().unwrap_or_default());
            }
            value
        };
        let mandate = |view: &MandateView| with_photo(self.telling.mandate(view), view.mandate);
        let proposal = |view: &ProposalView| with_photo(self.telling.proposal(view), view.mandate);
        let json = json!({
            "format": "consigne-help-1", "locker": self.grant.locker().to_string(), "exported_at": at.rfc3339(),
            "mandates": told.mandates.iter().map(mandate).collect::<Vec<_>>(),
            "proposals": told.proposals.iter().map(proposal).collect::<Vec<_>>(),
            "visits": told.visits.iter().map(visit_value).collect::<Vec<_>>(),
        });
        let json = serde_json::to_string_pretty(&json).unwrap_or_default() + "\n";
        packing.add(&self.say("export-file-help-json"), at, json.as_bytes()).await?;
        packing.add(&self.say("export-file-help-csv"), at, csv(locale, &told).as_bytes()).await?;
        let page = self.telling.help_page(at, &told);
        packing.add(&self.say("export-file-help-page"), at, page.as_bytes()).await
    }
}
