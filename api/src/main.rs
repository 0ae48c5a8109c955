//! The `huddle` program.
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // Where the build has fail points, the environment says which ones fail.
    #[cfg(feature = "faults")]
    let _faults = fail::FailScenario::setup();
    api::cli::run().await
}
