//! The load that `benches/run` puts on Consigne, and what it holds it against. `benches/run` starts the services and calls this;
//! alone, it does nothing but say how it is called.

mod client;
mod furnish;
mod helpers;
mod outcome;
mod people;
mod reads;
mod retrievals;
mod transfers;
mod weigh;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Whatever goes wrong ends the run, and says itself.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Where Consigne listens, and the name it knows itself by.
#[derive(Debug, Args)]
struct Place {
    #[arg(long)]
    address: SocketAddr,
    #[arg(long, default_value = "bench.example")]
    host: String,
}

#[derive(Debug, Parser)]
struct Cli {
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a file of random bytes.
    File { path: PathBuf, bytes: u64 },
    /// Signs people in, through the library; nothing may serve from a SQLite database meanwhile.
    People { config: PathBuf, count: usize, cookies: PathBuf },
    /// Fills the tables with other people's lockers, through the library.
    Others {
        config: PathBuf,
        count: usize,
        /// The first, when a run goes on where another was stopped.
        #[arg(long, default_value_t = 0)]
        from: usize,
        #[arg(long, default_value_t = 32)]
        at_once: usize,
    },
    /// Opens the lockers of those who are signed in, and deposits files.
    Furnish {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        cookies: PathBuf,
        #[arg(long)]
        out: PathBuf,
        #[arg(long, default_value_t = 1)]
        times: usize,
        files: Vec<PathBuf>,
    },
    /// One large file in and out.
    Transfers(transfers::Settings),
    /// Small reads.
    Reads(reads::Settings),
    /// Mandates made, and small reads under them.
    Helpers(helpers::Settings),
    /// What was handed over, fetched by an institution.
    Retrievals(retrievals::Settings),
    /// Memory while many transfer at once.
    Memory(weigh::Memory),
    /// Lists.
    Lists(weigh::Lists),
    /// Time to be ready.
    Ready(weigh::Ready),
    /// The table.
    Table { results: PathBuf },
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let Some(command) = Cli::parse().command else {
        println!("The load of benches/run; see benches/run --help.");
        return Ok(());
    };
    match command {
        Command::File { path, bytes } => furnish::random_file(&path, bytes),
        Command::People { config, count, cookies } => people::sign_in(&config, count, &cookies).await,
        Command::Others { config, count, from, at_once } => people::others(&config, from, count, at_once).await,
        Command::Furnish { place, cookies, out, times, files } => {
            furnish::furnish(&place, &cookies, &files, times, &out)
        }
        Command::Transfers(settings) => transfers::measure(&settings),
        Command::Reads(settings) => reads::measure(&settings).await,
        Command::Helpers(settings) => helpers::measure(settings).await,
        Command::Retrievals(settings) => retrievals::measure(settings).await,
        Command::Memory(settings) => weigh::memory(&settings),
        Command::Lists(settings) => weigh::lists(&settings),
        Command::Ready(settings) => weigh::ready(&settings),
        Command::Table { results } => {
            print!("{}", outcome::table(&results)?);
            Ok(())
        }
    }
}
