//! `cargo run -p tests --bin checker -- --help`
use clap::Parser;
use std::process::ExitCode;
use tests::checker::{self, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let verdict = checker::run(Options::parse()).await;
    println!("{verdict}");
    if verdict.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
