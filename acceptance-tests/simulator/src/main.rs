//! The loopback server as a program: one ready line on stdout, a clean end on SIGINT and SIGTERM.

mod arguments;

use std::io::Write as _;
use std::process::ExitCode;

use arguments::{Arguments, USAGE};
use aws_simulator::{Moment, Simulator, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "aws-simulator: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    if arguments.help {
        writeln!(std::io::stdout(), "{USAGE}")?;
        return Ok(());
    }
    // Clients compare the expiry of credentials with the real time, so the world starts there.
    let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    let simulator = arguments
        .builder
        .start(Moment::from_epoch_ms(now))
        .build()?;
    attach_policies(&simulator, &arguments.policies)?;
    let listener = TcpListener::bind(&arguments.listen).await?;
    let address = listener.local_addr()?;
    let ready = serde_json::json!({ "address": format!("http://{address}") });
    writeln!(std::io::stdout(), "{ready}")?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        served = serve(listener, simulator.clone()) => match served? {},
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    simulator.save()?;
    Ok(())
}

fn attach_policies(simulator: &Simulator, policies: &[(String, String)]) -> Result<(), Failure> {
    for (account, path) in policies {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let document = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
        simulator
            .attach_policy(account, None, &document)
            .map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}
