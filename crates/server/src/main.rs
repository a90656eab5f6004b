//! Starts what the library builds.

fn main() -> std::process::ExitCode {
    overt::cli::run()
}
