//! `cargo run -p tests --bin checker -- --help`
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tests::{
    checker::{self, Options},
    fuzz::{self, Fuzz},
    storm::{self, Storm},
};

#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    other: Option<Other>,
}

#[derive(Subcommand)]
enum Other {
    Storm(Storm),
    Fuzz(Fuzz),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let good = match arguments.other {
        Some(Other::Storm(storm)) => storm::run(storm).await,
        Some(Other::Fuzz(fuzz)) => fuzz::run(fuzz).await,
        None => {
            let verdict = checker::run(arguments.options).await;
            println!("{verdict}");
            verdict.is_good()
        }
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
