//! Telling servers of institutions of what they asked for: the words, their signature, and the round in which it is done.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;

use super::{LockerError, Lockers};
use crate::access::{Outcry, Telling};
use crate::domain::callback::Callback;
use crate::domain::entry::Reason;
use crate::domain::ids::{InstitutionId, WebhookId};
use crate::domain::institution::InstitutionFields;
use crate::domain::request::RequestFields;
use crate::domain::source::Timestamp;
use crate::domain::webhook::WebhookFacts;
use crate::faults::step;
use crate::notify::callbacks::{Callbacks, Message, Told};
use crate::store::institutions::InstitutionRow;
use crate::store::requests::RequestRow;
use crate::vault::sealed::Place;

/// Institutions that are told at once.
const AT_ONCE: usize = 32;
/// One institution has so much of a round: whoever is slow holds nobody up for longer.
const ITS_TIME: Duration = Duration::from_secs(20);

/// What is sent. Ids that the institution knows, words of closed lists, times: nothing else goes in.
#[derive(Debug, Serialize)]
struct Body {
    id: String,
    #[serde(rename = "type")]
    happened: &'static str,
    at: String,
    sent_at: String,
    institution: String,
    request: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<String>,
}

impl Body {
    fn of(facts: &WebhookFacts, sent_at: Timestamp) -> Self {
        Self {
            id: facts.webhook.to_string(),
            happened: facts.happened.code(),
            at: facts.at.rfc3339(),
            sent_at: sent_at.rfc3339(),
            institution: facts.institution.to_string(),
            request: facts.request.to_string(),
            share: facts.share.map(|share| share.to_string()),
        }
    }
}

impl Lockers {
    /// Tells servers of institutions of what is due. Gives how many were told something.
    pub async fn tell_institutions(&self) -> Result<u64, LockerError> {
        let Some(callbacks) = &self.0.carriers.callbacks else { return Ok(0) };
        let due = self.door().institutions_to_tell().await?;
        let one = |institution: InstitutionId| async move {
            self.tell_institution(callbacks, institution).await.unwrap_or_else(|error| {
                tracing::warn!(%institution, %error, "an institution's server was not told; it will be tried again");
                0
            })
        };
        Ok(stream::iter(due).map(one).buffer_unordered(AT_ONCE).fold(0, async |all, some| all + some).await)
    }

    async fn tell_institution(&self, callbacks: &Callbacks, institution: InstitutionId) -> Result<u64, LockerError> {
        let begun = self.source().steady();
        let (mut told, mut away) = (0, Vec::new());
        for webhook in self.door().due_webhooks(institution).await? {
            if self.source().steady().saturating_sub(begun) >= ITS_TIME {
                break;
            }
            match self.tell_one(callbacks, (institution, webhook), &mut away).await {
                Ok(done) => told += u64::from(done),
                Err(LockerError::Damaged) => {
                    tracing::error!(%institution, %webhook, "what an institution's server is to be told does not open");
                    self.door().set_webhook_aside((institution, webhook)).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(told)
    }

    /// Tells one thing, unless its callback is known to be away: what goes the same way need not find that out one by one.
    async fn tell_one(
        &self,
        callbacks: &Callbacks,
        of: (InstitutionId, WebhookId),
        away: &mut Vec<Callback>,
    ) -> Result<bool, LockerError> {
        let opens = |institution: &InstitutionRow, request: &RequestRow| self.told_at(institution, request);
        let Some(telling) = self.door().take_webhook(of, opens, |callback| away.contains(callback)).await? else {
            return Ok(false);
        };
        let message = self.message(&telling)?;
        let told = callbacks.tell(&telling.callback, &message).await;
        step("webhook.handed");
        let outcry = match told {
            Told::Taken => Outcry::Heard,
            Told::Gone => Outcry::Refused(Reason::CallbackGone),
            Told::Away => Outcry::Unheard(Reason::CallbackAway),
            Told::Inside => Outcry::Unheard(Reason::CallbackInside),
        };
        self.door().webhook_told(&telling, outcry).await?;
        if matches!(told, Told::Away | Told::Inside) {
            away.push(telling.callback);
        }
        Ok(told == Told::Taken)
    }

    /// Where a request is told of: what it names, while the institution is registered with it.
    fn told_at(&self, institution: &InstitutionRow, request: &RequestRow) -> Result<Option<Callback>, LockerError> {
        let place = Place::PaperRequest(request.facts.institution, request.facts.request);
        let asked: RequestFields = self.0.vault.open_in_directory(place, &request.details)?;
        let Some(callback) = asked.callback else { return Ok(None) };
        let place = Place::Institution(institution.facts.institution);
        let registered: InstitutionFields = self.0.vault.open_in_directory(place, &institution.details)?;
        Ok(Some(callback).filter(|callback| registered.callbacks.contains(callback)))
    }

    fn message(&self, telling: &Telling<Callback>) -> Result<Message, LockerError> {
        let body = Body::of(&telling.facts, telling.at);
        let body = serde_json::to_vec(&body).map_err(|_| LockerError::Damaged)?;
        let signature = self.0.vault.webhooks().sign(&body);
        Ok(Message { id: telling.facts.webhook.to_string(), body, signature })
    }
}
