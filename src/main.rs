//! The process: arguments, environment, and which of the jobs to do.
//!
//! Terraform starts it without arguments and speaks to it over a socket. A person who starts it by
//! hand is told what it is.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use hedgehog::cli::{self, Answer, Configuration, Ending, Format};
use hedgehog::fabric::catalog::Catalog;
use hedgehog::provider::{ADDRESSES, Environment, HedgehogProvider};
use hedgehog::tf::host::{HostEnvironment, Mode, Options, ServeError, serve};
use hedgehog::tf::log::{self, HostLog};
use tracing_subscriber::layer::SubscriberExt as _;

/// Terraform and OpenTofu provider that plans Hedgehog data-center fabrics and makes NetBox hold
/// them. Terraform starts it; the README says how.
#[derive(Parser)]
#[command(version, name = "terraform-provider-hedgehog")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Plan without Terraform and NetBox: how many switches, which cables, and what is wrong.
    ///
    /// Ends with 0 if there are no errors, 1 if the design has some, 2 if there is nothing to plan.
    Plan {
        /// A case file, or what `terraform show -json` prints of a state or a plan; `-` reads
        /// standard input.
        input: PathBuf,
        /// Write JSON: one document for each plan of the input.
        #[arg(long)]
        json: bool,
    },
    /// Write a case file as Terraform's configuration.
    Import {
        /// A case file; `-` reads standard input.
        input: PathBuf,
        /// Directory that the files go to. It is made if it is not there.
        #[arg(short, long)]
        output: PathBuf,
        /// Write resources for the types of devices and modules too. The plan then needs NetBox.
        #[arg(long)]
        types: bool,
        /// Write into a directory that has files already, over those of the same names.
        #[arg(long)]
        force: bool,
    },
    /// Wait for Terraform in this terminal, for debugging: prints `TF_REATTACH_PROVIDERS`.
    Serve,
}

/// The runtime's threads. A request waits for `NetBox` or computes for milliseconds.
const WORKERS: usize = 2;

fn main() -> ExitCode {
    match Arguments::parse().command {
        None => host(Mode::Hosted),
        Some(Command::Serve) => host(Mode::Reattach),
        Some(Command::Plan { input, json }) => {
            let format = if json { Format::Json } else { Format::Table };
            command(&input, |text| cli::plan(text, format, Catalog::builtin()))
        }
        Some(Command::Import {
            input,
            output,
            types,
            force,
        }) => command(&input, |text| {
            match cli::import(text, types, Catalog::builtin()) {
                Ok(configuration) => write(&configuration, &output, force),
                Err(answer) => answer,
            }
        }),
    }
}

/// A command that turns the text of one file into its answer.
fn command(input: &Path, run: impl FnOnce(&str) -> Answer) -> ExitCode {
    let answer = match read(input) {
        Ok(text) => run(&text),
        Err(error) => {
            report(&format!("{} cannot be read: {error}", input.display()));
            return ExitCode::from(Ending::NoInput as u8);
        }
    };
    let Answer {
        stdout,
        stderr,
        ending,
    } = answer;
    // A reader that has gone away, as `head` does, is no fault.
    drop(std::io::stdout().write_all(stdout.as_bytes()));
    drop(std::io::stderr().write_all(stderr.as_bytes()));
    ExitCode::from(ending as u8)
}

/// Puts the files into the directory, unless there is something else in it.
fn write(configuration: &Configuration, output: &Path, force: bool) -> Answer {
    let refused = |reason: &str| Answer {
        stdout: String::new(),
        stderr: format!(
            "terraform-provider-hedgehog: {} {reason}\n",
            output.display()
        ),
        ending: Ending::NoInput,
    };
    let holds_files = std::fs::read_dir(output).is_ok_and(|mut entries| entries.next().is_some());
    if holds_files && !force {
        return refused("is not empty. Name another directory, or add --force.");
    }
    let mut written = std::fs::create_dir_all(output);
    for (name, text) in &configuration.files {
        #[expect(clippy::disallowed_methods, reason = "this is where files are written")]
        {
            written = written.and_then(|()| std::fs::write(output.join(name), text));
        }
    }
    match written {
        Ok(()) => Answer {
            stdout: String::new(),
            stderr: configuration.told.clone(),
            ending: configuration.ending,
        },
        Err(error) => refused(&format!("cannot be written: {error}")),
    }
}

fn read(input: &Path) -> std::io::Result<String> {
    if input == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        #[expect(clippy::disallowed_methods, reason = "this is where files are read")]
        std::fs::read_to_string(input)
    }
}

/// Serves Terraform.
#[expect(
    clippy::exit,
    reason = "a call that does not end must not keep the process alive"
)]
fn host(mode: Mode) -> ExitCode {
    let variables: Vec<_> = std::env::vars_os().collect();
    let layer = HostLog::new(
        log::level(variables.iter().cloned(), "HEDGEHOG"),
        "hedgehog",
        std::io::stderr(),
    );
    let subscriber = tracing_subscriber::registry().with(layer);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        return report("The log could not be set up.");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return report(&format!("The runtime does not start: {error}")),
    };
    let environment = environment(&variables);
    let factory = Box::new(move || -> Arc<dyn hedgehog::tf::resource::Provider> {
        Arc::new(HedgehogProvider::new(environment.clone()))
    });
    let options = Options {
        mode,
        addresses: &ADDRESSES,
    };
    match runtime.block_on(serve(
        options,
        HostEnvironment::from_pairs(variables),
        factory,
    )) {
        Ok(()) => std::process::exit(0),
        Err(error) => report(&with_causes(&error)),
    }
}

/// The variables that stand in for arguments of the provider block.
fn environment(variables: &[(std::ffi::OsString, std::ffi::OsString)]) -> Environment {
    Environment::read(|wanted| {
        let (_, value) = variables.iter().find(|(name, _)| name == wanted)?;
        Some(value.to_string_lossy().into_owned())
    })
}

fn with_causes(error: &ServeError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Standard output belongs to the handshake, so faults of the start go to standard error.
fn report(text: &str) -> ExitCode {
    // If this fails too, there is nobody left to tell.
    drop(writeln!(
        std::io::stderr(),
        "terraform-provider-hedgehog: {text}"
    ));
    ExitCode::FAILURE
}
