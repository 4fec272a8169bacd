//! The command line: parse, load the configuration, run a command, tell how it ended.

mod institutions;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::{self, AppError, demo, keys, organisations, verify};
use crate::config::Config;
use crate::domain::source::Source;
use crate::telemetry;
use institutions::InstitutionCommand;

/// A secure digital locker.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try Consigne: everything in one process, with invented people and papers.
    Demo(DemoArgs),
    /// Create an installation: root key, tables.
    Init(Place),
    /// Bring the tables to this version.
    Migrate(Place),
    /// Serve.
    Serve(Place),
    /// The root key.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// The organisations where aidants belong, and their first referents.
    Organisation {
        #[command(subcommand)]
        command: OrganisationCommand,
    },
    /// The institutions that ask for papers.
    Institution {
        #[command(subcommand)]
        command: InstitutionCommand,
    },
    /// The journal.
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Check every journal of the database; names the first break of each, and exits with 1 if there is one.
    Verify(Place),
}

#[derive(Debug, Subcommand)]
enum OrganisationCommand {
    /// Create one. Shows the code that its first referent types once, signed in by the professional issuer.
    Create {
        /// Its name, as people know it.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        referent: Invited,
        #[command(flatten)]
        place: Place,
    },
    /// Invite another referent: to an organisation whose referents have left, are not active, or have not come in time.
    Referent {
        /// Its id, as `list` shows it.
        #[arg(long)]
        organisation: String,
        /// Their name.
        #[arg(long)]
        referent: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let one help by a court's decision (tutelle, curatelle), or no more: you know it as a service that courts appoint.
    Judgments {
        /// Its id, as `list` shows it.
        #[arg(long)]
        organisation: String,
        /// Not from now on. What was begun goes on until it is stopped.
        #[arg(long)]
        no_more: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Show them: id, day of creation, name, and which help by a court's decision.
    List(Place),
}

/// Whom to invite as a referent.
#[derive(Debug, Args)]
struct Invited {
    /// Their name.
    #[arg(long)]
    referent: String,
    /// They help people too.
    #[arg(long)]
    also_aidant: bool,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Add an epoch to the root key, and put every key that it protects under it. Works while the service runs; stopped
    /// half-way, it goes on where it was. Older epochs stay until `retire`.
    Rotate(Place),
    /// Remove what is under older epochs, and the older epochs themselves. Backups of the database from before the rotation
    /// then open only with a copy of the older root key file.
    Retire(Place),
    /// Show the epochs and how many keys each protects.
    List(Place),
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Where to listen; loopback only.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the demonstration keeps its data.
    #[arg(long, default_value = "consigne-demo")]
    data_dir: PathBuf,
    /// Listen on an address that others can reach. The demonstration protects nobody's papers.
    #[arg(long)]
    insecure_listen: bool,
}

/// Which installation.
#[derive(Debug, Args)]
struct Place {
    /// The configuration file (TOML); `CONSIGNE_*` variables come over it.
    #[arg(long, env = "CONSIGNE_CONFIG")]
    config: Option<PathBuf>,
    /// The data folder; comes over the configuration's.
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

impl Place {
    fn load(&self) -> Result<Config, AppError> {
        Ok(Config::load(self.config.as_deref(), self.data_dir.as_deref())?)
    }

    /// For commands that only touch stored data: an address is not needed, a demonstration's folder will do.
    fn load_for_data(&self) -> Result<Config, AppError> {
        Ok(Config::load_for_data(self.config.as_deref(), self.data_dir.as_deref())?)
    }
}

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let usual = if matches!(cli.command, Command::Serve(_)) { "info" } else { "warn" };
    telemetry::start(matches!(cli.command, Command::Serve(_)), usual);
    match Box::pin(execute(cli.command)).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("consigne: {error}");
            ExitCode::from(2)
        }
    }
}

async fn execute(command: Command) -> Result<ExitCode, AppError> {
    match command {
        Command::Demo(args) => demo::run(args.listen, &args.data_dir, args.insecure_listen).await?,
        Command::Init(place) => {
            let config = place.load_for_data()?;
            app::init(&config, &Source::system(), false).await?;
            println!("An installation was created.");
            println!("  root key: {}", config.root_key_file().display());
            println!(
                "Copy the root key to a safe place, apart from the data: without it nothing stored can be opened."
            );
        }
        Command::Migrate(place) => {
            app::migrate(&place.load_for_data()?, &Source::system()).await?;
            println!("The tables are of this version.");
        }
        Command::Serve(place) => app::serve(&place.load()?).await?,
        Command::Keys { command } => return on_keys(command).await,
        Command::Organisation { command } => on_organisations(command).await?,
        Command::Institution { command } => institutions::run(command).await?,
        Command::Journal { command: JournalCommand::Verify(place) } => {
            let report = verify::journals(&place.load_for_data()?).await?;
            for found in &report.breaks {
                println!("broken: {found}");
            }
            println!(
                "journals: {}, entries checked: {}, broken: {}",
                report.chains,
                report.entries,
                report.breaks.len()
            );
            return Ok(if report.breaks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn on_organisations(command: OrganisationCommand) -> Result<(), AppError> {
    let invited = match command {
        OrganisationCommand::Create { name, referent, place } => {
            let config = place.load_for_data()?;
            organisations::create(&config, &name, &referent.referent, referent.also_aidant).await?
        }
        OrganisationCommand::Referent { organisation, referent, place } => {
            let config = place.load_for_data()?;
            organisations::appoint(&config, &organisation, &referent).await?
        }
        OrganisationCommand::Judgments { organisation, no_more, place } => {
            organisations::let_judgments(&place.load_for_data()?, &organisation, !no_more).await?;
            let may = if no_more { "begins no more help" } else { "may help" };
            println!("{organisation} {may} by a court's decision.");
            return Ok(());
        }
        OrganisationCommand::List(place) => {
            for (id, told, at) in organisations::list(&place.load_for_data()?).await? {
                let day = at.rfc3339();
                let day = day.split('T').next().unwrap_or_default();
                let name = told.as_ref().map_or("(its name does not open)", |told| told.name.as_str());
                let judgments = if told.as_ref().is_some_and(|told| told.judgments) { "  (judgments)" } else { "" };
                println!("{id}  {day}  {name}{judgments}");
            }
            return Ok(());
        }
    };
    println!("organisation: {}", invited.organisation);
    println!("code for the referent: {}", *invited.code.shown());
    println!(
        "good until {}. It is shown now and never again: give it to them in person or by telephone.",
        invited.until.rfc3339()
    );
    Ok(())
}

async fn on_keys(command: KeysCommand) -> Result<ExitCode, AppError> {
    let stuck = match command {
        KeysCommand::Rotate(place) => {
            let config = place.load_for_data()?;
            let keys::Rotated { epoch, is_new, moved } = keys::rotate(&config).await?;
            let how = if is_new { "was added to the root key" } else { "was there already, and was gone on with" };
            println!("Epoch {epoch} {how}. Keys put under it: {}.", moved.wraps);
            if moved.stuck.is_empty() {
                println!(
                    "Copy {} to its safe place, and to every machine that serves.",
                    config.root_key_file().display()
                );
                println!("Older epochs stay until `consigne keys retire`.");
            }
            moved.stuck
        }
        KeysCommand::Retire(place) => {
            let (epoch, removed) = keys::retire(&place.load_for_data()?).await?;
            println!("Only epoch {epoch} of the root key is left. Wraps removed: {}.", removed.wraps);
            println!("Backups of the database from before need the older root key file.");
            removed.stuck
        }
        KeysCommand::List(place) => {
            let listed = keys::list(&place.load_for_data()?).await?;
            for (name, in_file, wraps) in &listed.epochs {
                let file = if *in_file { "in the file" } else { "NOT in the file" };
                println!("epoch {}  {}  {file}  {wraps} wraps", name.epoch, name.id);
            }
            let serving = listed.standing.serving;
            println!(
                "processes that serve: {}, of which do not know the newest epoch: {}",
                serving.all, serving.behind
            );
            Vec::new()
        }
    };
    for locker in &stuck {
        println!(
            "left as it was, its key does not open: locker {locker}. Restore its wraps from a backup, and run again."
        );
    }
    Ok(if stuck.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
