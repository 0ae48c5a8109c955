//! The `huddle` program.
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Of each worker. An unoptimised build that runs any operation of the whole schema needs more than the usual two megabytes;
/// what is not used of it is an address and no memory.
const STACK: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    // Where the build has fail points, the environment says which ones fail.
    #[cfg(feature = "faults")]
    let _faults = fail::FailScenario::setup();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    match runtime {
        Ok(runtime) => runtime.block_on(api::cli::run()),
        Err(error) => {
            eprintln!("huddle: cannot start its threads: {error}");
            ExitCode::FAILURE
        }
    }
}
