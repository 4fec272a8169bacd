//! `consigne journal verify`: every chain of the database, entry by entry.

use super::{AppError, command_line, deployment_of, open_existing_database};
use crate::access::Door;
use crate::config::Config;
use crate::domain::entry::{Action, Line, Outcome, Reason};
use crate::domain::source::Source;
use crate::journal::chain::Break;
use crate::locker::verify_journals;

/// What the check found.
#[derive(Debug, Default)]
pub struct Report {
    /// Chains checked.
    pub chains: u64,
    /// Entries checked.
    pub entries: u64,
    /// What is wrong, first break first, in sentences.
    pub breaks: Vec<String>,
}

/// Checks, and writes that it was done into the service's chain.
pub async fn journals(config: &Config) -> Result<Report, AppError> {
    let source = Source::system();
    let db = open_existing_database(config, &source).await?;
    let deployment = deployment_of(&db).await?;
    let mut report = Report::default();
    let (loose, bare) = verify_journals(&db, |chain| {
        report.chains += 1;
        report.entries += chain.checked;
        let broken = chain.broken.map(|found| sentence(chain.chain, deployment.service_chain(), found));
        report.breaks.extend(broken);
    })
    .await?;
    if loose > 0 {
        report.breaks.push(format!("{loose} entries belong to a chain that is gone"));
    }
    if bare > 0 {
        report.breaks.push(format!("{bare} lockers have no journal"));
    }
    let mut line = Line { count: Some(report.entries), ..command_line(Action::VerifyJournal, &source) };
    if !report.breaks.is_empty() {
        line.outcome = Outcome::Ended(Reason::Damaged);
    }
    // A damaged journal must still be told about, even where no line can be added to it.
    if let Err(error) = Door::for_notes(db.clone(), deployment).note(line).await {
        report.breaks.push(format!("the check itself could not be written down: {error}"));
    }
    db.close().await;
    Ok(report)
}

fn sentence(chain: crate::domain::ids::ChainId, service: crate::domain::ids::ChainId, found: Break) -> String {
    let name =
        if chain == service { "the service's journal".to_owned() } else { format!("the journal of locker {chain}") };
    format!("{name}: {found}")
}
