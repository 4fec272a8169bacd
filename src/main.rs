//! The program: see `consigne help`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    consigne::cli::run().await
}
