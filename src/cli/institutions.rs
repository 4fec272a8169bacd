//! `consigne institution …`: parse, run, tell.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Place;
use crate::app::AppError;
use crate::app::institutions::{self, Told};

#[derive(Debug, Subcommand)]
pub(super) enum InstitutionCommand {
    /// Register one: its name, on what it asks, which kinds of papers, the public keys of its programs. Shows the id that they are known by.
    Register(Registration),
    /// Change what one is registered with. What is not named stays; it holds on the very next request.
    Amend {
        /// Its id, as `list` shows it.
        #[arg(long)]
        institution: String,
        #[command(flatten)]
        registration: Registration,
    },
    /// Give it an office: an organisation whose members act for it, after signing in at the professional issuer with a second factor. Shows the
    /// invitation of the first referent, who invites the others.
    Office {
        /// Its id, as `list` shows it.
        #[arg(long)]
        institution: String,
        /// Who manages the members there, by name.
        #[arg(long)]
        referent: String,
        /// They only manage the members, and act for the institution themselves no more than anybody else.
        #[arg(long)]
        manages_only: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Its programs and agents are let in no more, from the very next request on.
    Suspend(Which),
    /// They are again.
    Resume(Which),
    /// Show them: id, day, scopes, name, office, what they may issue, where their servers are told.
    List(Place),
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// Its id, as `list` shows it.
    #[arg(long)]
    institution: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Registration {
    /// Its name, as people know it.
    #[arg(long)]
    name: Option<String>,
    /// On what law or contract it asks: people read it.
    #[arg(long)]
    legal_basis: Option<String>,
    /// A kind of paper that it may ask for (`logement.quittance_loyer`), or a category for all of its kinds. As often as needed.
    #[arg(long = "kind")]
    kinds: Option<Vec<String>>,
    /// A kind of paper that it may issue, in the same words: deposit where people agreed to it. As often as needed.
    #[arg(long = "issues", conflicts_with = "no_issues")]
    issues: Option<Vec<String>>,
    /// It may issue nothing any more: what people agreed to gives it nothing from the very next request on.
    #[arg(long)]
    no_issues: bool,
    /// What its programs may do: `requests`, `retrieve`, `deposit`. As often as needed; when it is registered without, the first two, and
    /// `deposit` where it issues something.
    #[arg(long = "scope")]
    scopes: Option<Vec<String>>,
    /// A file with the PUBLIC keys of its programs: a JWK set, Ed25519 or P-256, each with its `kid`.
    #[arg(long)]
    keys: Option<PathBuf>,
    /// Where its server may be told of what it asked for: an exact https address that its requests may name. As often as needed; those named
    /// take the place of all that were there.
    #[arg(long = "callback", conflicts_with = "no_callback")]
    callbacks: Option<Vec<String>>,
    /// Its server is told of nothing any more.
    #[arg(long)]
    no_callback: bool,
    #[command(flatten)]
    place: Place,
}

impl Registration {
    fn told(&self) -> Told<'_> {
        Told {
            name: self.name.as_deref(),
            legal_basis: self.legal_basis.as_deref(),
            kinds: self.kinds.as_deref(),
            issues: if self.no_issues { Some(&[]) } else { self.issues.as_deref() },
            errands: self.scopes.as_deref(),
            keys: self.keys.as_deref(),
            callbacks: if self.no_callback { Some(&[]) } else { self.callbacks.as_deref() },
            suspended: None,
        }
    }
}

pub(super) async fn run(command: InstitutionCommand) -> Result<(), AppError> {
    match command {
        InstitutionCommand::Register(registration) => {
            let id = institutions::register(&registration.place.load_for_data()?, &registration.told()).await?;
            println!("institution: {id}");
            println!("Its programs sign assertions with `iss` and `sub` {id}. Nothing of this is secret.");
        }
        InstitutionCommand::Amend { institution, registration } => {
            institutions::amend(&registration.place.load_for_data()?, &institution, &registration.told()).await?;
            println!("{institution} was changed.");
        }
        InstitutionCommand::Office { institution, referent, manages_only, place } => {
            let config = place.load_for_data()?;
            let invited = institutions::open_office(&config, &institution, &referent, manages_only).await?;
            println!("office: {}", invited.organisation);
            println!("code for the referent: {}", *invited.code.shown());
            println!(
                "good until {}. It is shown now and never again: give it to them in person or by telephone.",
                invited.until.rfc3339()
            );
        }
        InstitutionCommand::Suspend(which) => suspended(which, true).await?,
        InstitutionCommand::Resume(which) => suspended(which, false).await?,
        InstitutionCommand::List(place) => {
            for one in institutions::list(&place.load_for_data()?).await? {
                let day = one.created_at.rfc3339();
                let day = day.split('T').next().unwrap_or_default();
                let name = one.fields.as_ref().map_or("(it does not open)", |fields| fields.name.as_str());
                let state = if one.suspended_at.is_some() { "  (suspended)" } else { "" };
                println!("{}  {day}  [{}]  {name}{state}", one.institution, one.errands);
                if let Some(office) = one.office {
                    println!("    office {office}");
                }
                for kind in one.fields.iter().flat_map(|fields| &fields.issues) {
                    println!("    issues {}", kind.code());
                }
                for callback in one.fields.iter().flat_map(|fields| &fields.callbacks) {
                    println!("    told at {}", callback.as_str());
                }
            }
        }
    }
    Ok(())
}

async fn suspended(which: Which, suspended: bool) -> Result<(), AppError> {
    let told = Told { suspended: Some(suspended), ..Told::default() };
    institutions::amend(&which.place.load_for_data()?, &which.institution, &told).await?;
    let may = if suspended { "is suspended: its programs and agents are let in no more" } else { "is let in again" };
    println!("{} {may}.", which.institution);
    Ok(())
}
